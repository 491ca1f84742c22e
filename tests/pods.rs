//! Inside Pods: what programs say there, whole transcripts.

use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files, Outcome, Stream, Wants};

const WORLD: &str = "
images: {server: [8080/TCP]}

upstream: {api.example.com.: 203.0.113.80}
objects:
  - {apiVersion: v1, kind: Node, metadata: {name: node1}, spec: {podCIDR: 10.244.1.0/24},
     status: {addresses: [{type: InternalIP, address: 172.18.0.11}]}}
  - {apiVersion: v1, kind: Node, metadata: {name: node2}, spec: {podCIDR: 10.244.2.0/24},
     status: {addresses: [{type: InternalIP, address: 172.18.0.12}]}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
  - {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}},
     spec: {nodeName: node1, containers: [{name: web, image: server}]}, status: {phase: Running, podIP: 10.244.1.10, conditions: [{type: Ready, status: 'True'}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: box, labels: {app: box}},
     spec: {nodeName: node2, containers: [{name: box, image: 'busybox:1.37'}]}, status: {phase: Running, podIP: 10.244.2.10, conditions: [{type: Ready, status: 'True'}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: old, labels: {app: old}},
     spec: {nodeName: node2, containers: [{name: old, image: 'busybox:1.28'}]}, status: {phase: Running, podIP: 10.244.2.11, conditions: [{type: Ready, status: 'True'}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: shoot},
     spec: {nodeName: node2, containers: [{name: a, image: nicolaka/netshoot}, {name: b, image: server}]}, status: {phase: Running, podIP: 10.244.2.12, conditions: [{type: Ready, status: 'True'}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: plain},
     spec: {nodeName: node2, containers: [{name: plain, image: gcr.io/distroless/static}]}, status: {phase: Running, podIP: 10.244.2.13, conditions: [{type: Ready, status: 'True'}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}},
     spec: {nodeName: node1, containers: [{name: db, image: 'postgres:17', ports: [{containerPort: 5432}]}]}, status: {phase: Running, podIP: 10.244.1.14, conditions: [{type: Ready, status: 'True'}]}}
  - {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.20, selector: {app: web}, type: NodePort, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}}
  - {apiVersion: v1, kind: Service, metadata: {name: empty}, spec: {clusterIP: 10.96.0.21, selector: {app: nobody}, ports: [{port: 80}]}}
  - {apiVersion: v1, kind: Service, metadata: {name: db}, spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}}
  - {apiVersion: v1, kind: Service, metadata: {name: pay}, spec: {type: ExternalName, externalName: api.example.com}}
";

fn console() -> Console {
    let (cluster, findings) = Cluster::from_world(WORLD).unwrap();
    assert_eq!(findings.len(), 0, "{findings:?}");
    Console::new(cluster, Files::default())
}

fn told(outcome: &Outcome) -> String {
    let mut out = String::new();
    for (stream, text) in &outcome.said {
        for line in text.lines() {
            let lead = if *stream == Stream::Err { "! " } else { "" };
            out.push_str(&format!("{lead}{line}\n"));
        }
    }
    if outcome.exit != 0 {
        out.push_str(&format!("[exit {}]\n", outcome.exit));
    }
    out
}

fn transcript(console: &mut Console, lines: &str) -> String {
    let mut out = String::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        out.push_str(&format!("$ {line}\n{}", told(&console.line(line))));
    }
    out
}

#[test]
fn programs_connect_and_fail_in_their_own_words() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl exec box -- wget -qO- web
         kubectl exec box -- wget -O- web
         kubectl exec box -- wget -qO- web:8080
         kubectl exec box -- wget -qO- -T 2 web:8080
         kubectl exec box -- wget -qO- empty
         kubectl exec box -- wget -qO- nope:80
         kubectl exec box -- wget -qO- db:5432
         kubectl exec box -- wget -qO- pay
         kubectl exec box -- wget -q --spider -T 1 http://10.244.1.10:8080/healthz
         kubectl exec box -- wget
         kubectl exec box -- wget --frobnicate web
         kubectl exec box -- nc -zv web 80
         kubectl exec box -- nc -zv -w 2 web 81
         kubectl exec box -- nc -zv empty 80
         kubectl exec box -- telnet empty 80
         kubectl exec box -- ping -c 2 web
         kubectl exec box -- ping -c 2 10.244.1.10
         kubectl exec shoot -c a -- curl -sS web
         kubectl exec shoot -c a -- curl -sS -m 2 web:81
         kubectl exec shoot -c a -- curl -sS empty
         kubectl exec shoot -c a -- curl -sS nope
         kubectl exec shoot -c a -- curl -sS db:5432
         kubectl exec shoot -c a -- curl -s -o /dev/null -w '%{http_code}' web
         kubectl exec shoot -c a -- curl -I web
         kubectl exec web -- wget -qO- localhost:8080
         curl -s node1:30080
         curl -s --connect-timeout 2 10.96.0.20
         ssh node1 curl -s 10.96.0.20
         ssh node9",
    ));
}

#[test]
fn names_are_looked_up_as_each_tool_does() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl exec box -- nslookup web
         kubectl exec box -- nslookup web.default
         kubectl exec box -- nslookup web.default.svc.cluster.local
         kubectl exec box -- nslookup -type=srv db.default.svc.cluster.local
         kubectl exec box -- nslookup 10.96.0.20
         kubectl exec old -- nslookup web
         kubectl exec old -- nslookup nope
         kubectl exec shoot -- nslookup web
         kubectl exec shoot -- nslookup nope
         kubectl exec shoot -- dig +short web.default.svc.cluster.local
         kubectl exec shoot -- dig db.default.svc.cluster.local
         kubectl exec shoot -- dig nope.default.svc.cluster.local
         kubectl exec shoot -- dig -x 10.96.0.20 +short
         kubectl exec shoot -- host pay
         kubectl exec shoot -- getent hosts web",
    ));
}

#[test]
fn a_container_has_its_files_its_variables_and_no_more() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl exec box -- cat /etc/resolv.conf
         kubectl exec box -- cat /etc/hosts
         kubectl exec box -- sh -c 'env | sort'
         kubectl exec box -- hostname -i
         kubectl exec box -- ip addr
         kubectl exec box -- ip route
         kubectl exec box -- curl web
         kubectl exec box -- sh -c 'curl web; echo $?'
         kubectl exec box -- sh -c 'echo hello > /tmp/a; cat /tmp/a; kubectl get pods'
         kubectl exec box -- cat /tmp/a
         kubectl exec plain -- sh
         kubectl exec nope -- ls
         kubectl exec box
         kubectl exec box ls
         kubectl exec
         kubectl exec shoot -c x -- ls
         kubectl exec shoot -- hostname
         kubectl exec svc/web -- hostname
         kubectl exec svc/pay -- hostname
         kubectl logs web
         kubectl logs shoot
         kubectl logs nope
         kubectl logs
         kubectl logs -l app=web --prefix
         kubectl logs -p web",
    ));
}

#[test]
fn a_pod_of_run_does_its_work_and_goes() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl run tmp --rm -i --restart=Never --image=busybox -- wget -qO- web
         kubectl run tmp --rm -i --restart=Never --image=busybox -- wget -qO- empty
         kubectl run once -i --restart=Never --image=busybox -- true
         kubectl get pod once -o jsonpath='{.status.phase}'
         echo 'wget -qO- web' | kubectl run tmp --rm -i --image=busybox -- sh
         kubectl get pods --no-headers -o name",
    ));
}

#[test]
fn a_shell_in_a_pod_takes_lines_until_it_is_left() {
    let mut console = console();
    console.columns = Some(80);
    let outcome = console.line("kubectl exec -it box -- sh");
    assert_eq!(outcome.wants, Wants::Inside("/ # ".to_owned()));
    let outcome = console.line("cd /etc && cat hostname; X=5");
    assert_eq!((outcome.stdout().as_str(), outcome.exit), ("box\n", 0));
    let outcome = console.line("wget -qO- web; echo $X");
    assert_eq!(outcome.stdout(), "Hello from web at 10.244.1.10:8080\n5\n");
    assert_eq!(console.sent.as_ref().map(|sent| sent.to.to_string()), Some("web:80".to_owned()));
    assert_eq!(outcome.wants, Wants::Inside("/etc # ".to_owned()));
    // A quote that is open, and Ctrl-C out of it.
    assert_eq!(console.line("echo 'a").wants, Wants::Inside("> ".to_owned()));
    assert_eq!(console.interrupt().wants, Wants::Inside("/etc # ".to_owned()));
    let outcome = console.line("exit 3");
    assert_eq!((outcome.exit, outcome.wants.clone()), (3, Wants::Line));
    assert_eq!(outcome.stderr(), "command terminated with exit code 3\n");
    // The learner's own shell is as it was.
    assert_eq!(console.line("echo $X$HOSTNAME").stdout(), "portolan\n");
    let outcome = console.line("kubectl run tmp --rm -it --image=busybox -- sh");
    assert_eq!(outcome.stderr(), "If you don't see a command prompt, try pressing enter.\n");
    let outcome = console.end_of_input();
    assert_eq!(outcome.stdout(), "pod \"tmp\" deleted from default namespace\n");
    assert_eq!(outcome.wants, Wants::Line);
}

#[test]
fn port_forward_picks_a_pod_and_checks_the_ports() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl port-forward svc/web 8080:80
         kubectl port-forward svc/web 8080:81
         kubectl port-forward svc/web :http
         kubectl port-forward svc/pay 80
         kubectl port-forward pod/web 8080
         kubectl port-forward web
         kubectl port-forward nope 80",
    ));
}

#[test]
fn a_pod_of_another_namespace_answers_with_its_own_name() {
    let mut console = console();
    transcript(&mut console, "kubectl -n shop run api --image=server --labels=app=api");
    transcript(&mut console, "kubectl -n shop expose pod api --port=80 --target-port=8080");
    let told = transcript(&mut console, "kubectl exec box -- wget -qO- api.shop");
    assert!(told.contains("\nHello from api at 10.244."), "{told}");
}

#[test]
fn a_client_stays_with_its_pod_where_the_service_keeps_it() {
    let mut console = console();
    transcript(&mut console, "kubectl run twin --image=server --labels=app=web");
    let ask = "kubectl exec box -- wget -qO- web";
    let answers = |console: &mut Console| {
        let mut told: Vec<String> = (0..8).map(|_| transcript(console, ask)).collect();
        told.sort();
        told.dedup();
        told.len()
    };
    assert_eq!(answers(&mut console), 2);
    transcript(
        &mut console,
        r#"kubectl patch svc web -p '{"spec":{"sessionAffinity":"ClientIP"}}'"#,
    );
    assert_eq!(answers(&mut console), 1);
    let node = "kubectl exec box -- wget -qO- 172.18.0.11:30080";
    assert_eq!(transcript(&mut console, node), transcript(&mut console, node));
}

/// Packets that are dropped by a policy, refused, sent to nobody, and to names that nobody has:
/// what each tool makes of it.
#[test]
fn each_tool_fails_in_each_way_in_its_own_words() {
    let mut console = console();
    console.line("kubectl create service clusterip near --tcp=80:8080 -o name > /dev/null");
    console.line(
        "kubectl patch svc near -p '{\"spec\":{\"internalTrafficPolicy\":\"Local\",\"selector\":{\"app\":\"web\"}}}' > /dev/null",
    );
    console.line(
        "kubectl expose pod web --name=far --type=NodePort --port=80 --target-port=8080 > /dev/null",
    );
    console.line(
        "kubectl patch svc far -p '{\"spec\":{\"externalTrafficPolicy\":\"Local\",\"ports\":[{\"port\":80,\"nodePort\":30081}]}}' > /dev/null",
    );
    insta::assert_snapshot!(transcript(
        &mut console,
        "kubectl exec box -- wget -qO- -T 3 near
         kubectl exec box -- wget -qO- near
         kubectl exec box -- nc -w 3 near 80
         kubectl exec shoot -c a -- curl -sS --connect-timeout 3 near
         kubectl exec shoot -c a -- curl -sS -m 3 http://near/x
         curl -sS -m 2 node2:30081
         curl -sS -m 2 node1:30081
         kubectl exec box -- wget -O- -T 3 near
         kubectl exec box -- wget -qO- 10.244.1.10:81
         kubectl exec box -- nc 10.244.1.10 81
         kubectl exec box -- telnet 10.244.1.10 81
         kubectl exec shoot -c a -- curl -v 10.244.1.10:81
         kubectl exec shoot -c a -- curl -v empty
         kubectl exec shoot -c a -- curl -s nope; echo $?
         kubectl exec box -- nc nope 80
         kubectl exec box -- telnet nope
         kubectl exec box -- ping -c 1 nope
         kubectl exec box -- nslookup nope.default.svc.cluster.local
         kubectl exec shoot -c a -- curl -sI web",
    ));
}

#[test]
fn busybox_has_its_own_words_and_a_container_keeps_its_files() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl exec box -- cat nofile
         kubectl exec box -- cat /tmp
         kubectl exec box -- ls nofile
         kubectl exec box -- rm nofile
         kubectl exec box -- rm /tmp
         kubectl exec box -- cp nofile x
         kubectl exec box -- mv nofile x
         kubectl exec box -- mkdir /tmp
         kubectl exec box -- rmdir nofile
         kubectl exec box -- touch /no/x
         kubectl exec box -- head nofile
         kubectl exec box -- tail nofile
         kubectl exec box -- sed s/a/b/ nofile
         kubectl exec box -- sort nofile
         kubectl exec box -- grep a nofile
         kubectl exec box -- sh -c 'cat nofile 2>&1 | wc -l; cd /nofolder; cat < x; echo a > /no/x; nosuch'
         kubectl exec box -- sh -c 'echo \"a'
         kubectl exec box -- sh -c '| ls'
         kubectl exec box -- sh -c 'if true; then'
         kubectl exec shoot -c a -- cat nofile
         kubectl exec box -- sh -c 'echo kept > /tmp/a'
         kubectl exec box -- cat /tmp/a
         kubectl exec old -- cat /tmp/a
         kubectl delete pod box --force --grace-period=0
         kubectl run box --image=busybox -- sleep 1d
         kubectl exec box -- ls /tmp",
    ));
}

#[test]
fn each_program_tells_a_wrong_option_in_its_own_words() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl exec box -- wget --nope web
         kubectl exec box -- wget -E web
         kubectl exec box -- wget web --timeout
         kubectl exec box -- wget web -T
         kubectl exec box -- nc -y web 80
         kubectl exec box -- ping -y web
         kubectl exec shoot -c a -- curl --nope=1 web
         kubectl exec shoot -c a -- curl -E web
         kubectl exec shoot -c a -- curl web --max-time
         kubectl exec shoot -c a -- curl web -m
         ls -y
         ls --nope=1
         head -n
         head --lines
         head --lin",
    ));
}

#[test]
fn a_containers_shell_is_busyboxs_and_has_its_programs() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl exec box -- sh -c 'echo $0 $1 $#' zero one
         kubectl exec box -- sh -c 'which sh wget; type ls; type nosuch'
         kubectl exec web -- sh -c 'echo {1..3}; echo ${x^^}; echo never'
         kubectl exec box -- sh -c 'echo $((1/0)); echo never'
         kubectl exec box -- sh -c 'echo ${x:?need}; echo never'
         kubectl exec box -- sh -c '[ a -eq 1 ]; [ 1 -eq 1; readonly r=1; r=2'
         kubectl exec box -- sh -c 'a=(1 2)'
         kubectl exec box -- sh -c '. /nope; f() { local x=1; echo $x; }; f; local y'
         kubectl exec box -- sh -c 'ls /nope; echo $?; sed p /nope; echo $?; awk 1 /nope; find /nope'
         kubectl exec box -- sh -c 'echo \"echo in \\$1\" > /tmp/s.sh; sh /tmp/s.sh a; sh /nope.sh'
         kubectl exec box -- sh -c 'x=1; sh -c \"echo [\\$x]; exit 3\"; echo $? $x'
         kubectl exec box -- md5sum /etc/resolv.conf
         kubectl exec box -- ip addr show dev eth0
         kubectl exec box -- sh -c 'ip addr show nope; ifconfig lo; ifconfig nope'
         kubectl exec box -- wget -qO- web:99999",
    ));
}

#[test]
fn curl_takes_the_options_that_learners_give_it() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl exec shoot -c a -- curl -s -o /dev/null -w '%{http_code}\\n' web
         kubectl exec shoot -c a -- curl -sS --resolve shop.example.com:80:10.96.0.20 http://shop.example.com
         kubectl exec shoot -c a -- curl -sS --resolve shop.example.com:81:10.96.0.20 http://shop.example.com
         kubectl exec shoot -c a -- curl -sS -u me:it -H 'Host: a' -L -k --compressed web
         kubectl exec shoot -c a -- curl -s -m 2 -w '%{http_code}' empty; echo $?
         kubectl exec shoot -c a -- curl -sSI --connect-timeout 2 web
         kubectl exec shoot -c a -- curl -v 10.96.0.20:81 --max-time 1
         kubectl exec shoot -c a -- curl
         kubectl exec shoot -c a -- curl -s",
    ));
}

#[test]
fn containers_have_what_their_manifest_gives_them() {
    let mut console = console();
    console.line("kubectl create configmap app --from-literal=colour=blue --from-literal=size=9");
    console.line("kubectl create secret generic key --from-literal=pw=secret");
    let manifest = "cat > e.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata: {name: e, labels: {app: e, tier: front}}
spec:
  initContainers:
  - name: first
    image: busybox
    command: [sh, -c, 'echo begins; echo from first > /work/index.html']
    volumeMounts: [{name: work, mountPath: /work}]
  containers:
  - name: main
    image: nginx
    resources: {limits: {cpu: 1500m, memory: 64Mi}}
    env:
    - {name: COLOUR, valueFrom: {configMapKeyRef: {name: app, key: colour}}}
    - {name: PW, valueFrom: {secretKeyRef: {name: key, key: pw}}}
    - {name: NONE, valueFrom: {secretKeyRef: {name: key, key: none, optional: true}}}
    - {name: TIER, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['tier']\"}}}
    - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
    - {name: MEM, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
    - {name: BOTH, value: $(COLOUR)-$(PW)-$$(PW)-$(NOBODY)}
    envFrom: [{configMapRef: {name: app}}, {prefix: K_, secretRef: {name: key}}]
    volumeMounts:
    - {name: work, mountPath: /usr/share/nginx/html}
    - {name: app, mountPath: /etc/app}
    - {name: key, mountPath: /etc/key}
    - {name: one, mountPath: /etc/one/size.txt, subPath: part}
    - {name: about, mountPath: /etc/about}
  - name: side
    image: busybox
    command: [sh, -c, 'echo side; sleep 3600']
    volumeMounts: [{name: work, mountPath: /data}]
  volumes:
  - {name: work, emptyDir: {}}
  - {name: app, configMap: {name: app}}
  - {name: key, secret: {secretName: key}}
  - {name: one, configMap: {name: app, items: [{key: size, path: part}]}}
  - {name: about, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}
EOF";
    manifest.lines().for_each(|line| {
        console.line(line);
    });
    insta::assert_snapshot!(transcript(
        &mut console,
        "kubectl apply -f e.yaml
         kubectl exec e -c main -- env | grep -v -e _PORT -e _SERVICE
         kubectl exec e -c main -- printenv COLOUR
         kubectl exec e -c main -- ls /etc/app /etc/key /etc/one
         kubectl exec e -c main -- cat /etc/app/colour /etc/key/pw /etc/one/size.txt /etc/about/labels
         kubectl exec e -c main -- ls /var/run/secrets/kubernetes.io/serviceaccount
         kubectl exec e -c main -- curl -s localhost
         kubectl exec e -c side -- cat /data/index.html
         kubectl exec e -c side -- sh -c 'echo from side > /data/index.html; echo more > /data/more'
         kubectl exec e -c main -- ls /usr/share/nginx/html
         kubectl expose pod e --port=80
         kubectl exec box -- wget -qO- e
         kubectl exec box -- wget -qO- e/more
         kubectl exec box -- wget -qO- e/nothing
         kubectl exec shoot -- curl -s -o /dev/null -w '%{http_code}' e/nothing
         kubectl exec shoot -- curl -sf e/nothing
         kubectl patch configmap app -p '{\"data\":{\"colour\":\"red\"}}'
         kubectl exec e -c main -- cat /etc/app/colour
         kubectl logs e
         kubectl logs e -c first
         kubectl logs e --all-containers --prefix
         kubectl logs e -c side --timestamps
         kubectl run httpd --image=httpd --port=80
         kubectl port-forward httpd 8080:80 &
         curl -s localhost:8080
         curl -s localhost:8080/nope",
    ));
}

#[test]
fn what_can_t_start_or_is_not_ready_waits_and_goes_on_when_it_can() {
    let mut console = console();
    let manifests = "cat > late.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata: {name: late, labels: {app: late}}
spec:
  containers: [{name: c, image: nginx, envFrom: [{configMapRef: {name: later}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: mounts, labels: {app: late}}
spec:
  containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /v}]}]
  volumes: [{name: v, secret: {secretName: later}}]
EOF
cat > ready.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata: {name: ready, labels: {app: ready}}
spec:
  containers:
  - {name: c, image: nginx, readinessProbe: {exec: {command: [cat, /tmp/healthy]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: waits, labels: {app: waits}}
spec:
  containers:
  - {name: c, image: nginx, readinessProbe: {exec: {command: [sh, -c, 'curl -s -m 1 ready']}}}
---
apiVersion: v1
kind: Pod
metadata: {name: closed, labels: {app: closed}}
spec:
  containers:
  - {name: c, image: nginx, readinessProbe: {httpGet: {port: 81, path: /ok}}}
EOF";
    manifests.lines().for_each(|line| {
        console.line(line);
    });
    insta::assert_snapshot!(transcript(
        &mut console,
        "kubectl create deployment api --image=nginx:1.27 --replicas=3
         kubectl set image deployment/api nginx=nginx:1.161
         kubectl rollout status deployment/api --timeout=3s
         kubectl get pods -l app=api
         kubectl get events --field-selector type!=Normal
         kubectl rollout undo deployment/api
         kubectl get pods -l app=api
         kubectl set image deployment/api nginx=busybox
         kubectl get pods -l app=api
         kubectl rollout undo deployment/api
         kubectl run bad --image=ngnix
         kubectl logs bad
         kubectl get pod bad -w
         kubectl set image pod/bad bad=nginx
         kubectl get pod bad
         kubectl run lost --image=nginx --overrides='{\"spec\":{\"nodeName\":\"nope\"}}'
         kubectl get pod lost -o wide
         kubectl apply -f late.yaml
         kubectl get pods -l app=late
         kubectl get events --field-selector involvedObject.name=late,type=Warning
         kubectl get events --field-selector involvedObject.name=mounts,type=Warning
         kubectl create configmap later --from-literal=A=1
         kubectl create secret generic later --from-literal=b=2
         sleep 3
         kubectl get pods -l app=late
         kubectl exec late -- printenv A
         kubectl apply -f ready.yaml
         kubectl expose pod ready --port=80
         kubectl get pods ready waits closed
         kubectl get events --field-selector reason=Unhealthy
         kubectl exec box -- wget -qO- ready
         kubectl exec ready -- touch /tmp/healthy
         kubectl get pods ready waits closed
         kubectl exec ready -- rm /tmp/healthy
         kubectl get pods ready waits closed",
    ));
}

#[test]
fn logs_are_followed_and_tell_of_requests() {
    let mut console = console();
    console.columns = Some(80);
    console.line("kubectl run a --image=busybox -- sh -c 'while true; do date; sleep 2; done'");
    console.line("kubectl run n --image=nginx");
    console.line("kubectl expose pod n --port=80");
    let mut said = told(&console.line("kubectl logs -f a --tail=1"));
    for _ in 0..4 {
        let outcome = console.proceed();
        assert_eq!(outcome.wants, Wants::Time);
        said.push_str(&told(&outcome));
    }
    assert_eq!(console.interrupt().exit, 130);
    assert_eq!(said.lines().filter(|line| line.contains(" UTC ")).count(), 3, "{said}");
    // Whose container is gone is followed no longer.
    assert_eq!(console.line("kubectl logs -f a --tail=0").wants, Wants::Time);
    console.cluster.delete("Pod", "default", "a");
    assert_eq!(console.proceed().wants, Wants::Line);
    insta::assert_snapshot!(transcript(
        &mut console,
        "kubectl exec box -- wget -qO /dev/null n
         kubectl exec shoot -c a -- curl -s -o /dev/null n/nope?x=1
         kubectl exec n -- curl -sI localhost
         kubectl logs n
         kubectl logs n --since=1s
         kubectl create deployment d --image=nginx --replicas=6
         kubectl logs -f -l app=d
         timeout 3 kubectl logs -f n --tail=1 --prefix",
    ));
}

#[test]
fn tools_of_a_network_image_have_words_of_their_own() {
    insta::assert_snapshot!(transcript(
        &mut console(),
        "kubectl exec shoot -c a -- dig SRV db.default.svc.cluster.local
         kubectl exec shoot -c a -- dig nope.default.svc.cluster.local A
         kubectl exec shoot -c a -- dig api.example.com
         kubectl exec shoot -c a -- nc -zv web 80
         kubectl exec shoot -c a -- nc -zv 10.96.0.20 80
         kubectl exec shoot -c a -- nc -z web 80
         kubectl exec shoot -c a -- nc -zvu web 53
         kubectl exec shoot -c a -- nc -zvw1 empty 80
         kubectl exec shoot -c a -- nc -zvw1 10.244.1.99 81
         kubectl exec shoot -c a -- nc -zv nope 80
         kubectl get cs",
    ));
}
