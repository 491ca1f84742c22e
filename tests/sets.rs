//! Sets of Pods in the console, as a learner meets them: a headless Service and a StatefulSet,
//! a DaemonSet, a Job; and what the server says of manifests that it does not take.

use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files, Stream};

const WORLD: &str = "
objects:
  - {apiVersion: v1, kind: Node, metadata: {name: node1}}
  - {apiVersion: v1, kind: Node, metadata: {name: node2}}
";

const SETS: &str = "
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: 'nginx:1.27', ports: [{containerPort: 80}]}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: 'agent:1'}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: once, image: 'busybox:1.37'}]}}}
";

const WRONG: &str = "
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec:
  rules: [{host: 10.0.0.1, http: {paths: [{path: web, backend: {service: {name: web}}}]}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only}
spec: {podSelector: {}, ingress: [{from: [{}], ports: [{port: 0}]}]}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
type: kubernetes.io/tls
stringData: {tls.crt: x}
";

fn transcript(lines: &str) -> String {
    let (cluster, findings) = Cluster::from_world(WORLD).unwrap();
    assert_eq!(findings.len(), 0, "{findings:?}");
    let mut files = Files::default();
    files.write("sets.yaml", SETS.as_bytes()).unwrap();
    files.write("wrong.yaml", WRONG.as_bytes()).unwrap();
    let mut console = Console::new(cluster, files);
    let mut out = String::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        out.push_str(&format!("$ {line}\n"));
        let outcome = console.line(line);
        for (stream, text) in &outcome.said {
            for line in text.lines() {
                let lead = if *stream == Stream::Err { "! " } else { "" };
                out.push_str(&format!("{lead}{line}\n"));
            }
        }
        if outcome.exit != 0 {
            out.push_str(&format!("[exit {}]\n", outcome.exit));
        }
    }
    out
}

#[test]
fn each_pod_of_a_stateful_set_has_a_name_that_can_be_resolved() {
    let said = transcript(
        "
        kubectl apply -f sets.yaml
        kubectl get statefulset,daemonset,job,pod -o wide
        kubectl get endpoints web -o jsonpath='{.subsets[*].addresses[*].hostname}'
        kubectl run t --image=busybox:1.37 --restart=Never --rm -i -- wget -qO- -T2 web-1.web | head -1
        kubectl exec web-0 -- hostname
        kubectl scale statefulset web --replicas=3
        kubectl get pod -l app=web
        kubectl set image statefulset/web nginx=nginx:1.28
        kubectl get pod -l app=web -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image
        kubectl rollout status statefulset/web
        kubectl rollout history statefulset/web
        kubectl rollout undo statefulset/web
        kubectl get pod -l app=web -o jsonpath='{.items[*].spec.containers[*].image}'
        kubectl rollout history statefulset/web --revision=2
        kubectl rollout undo daemonset/agent
        kubectl get events --field-selector involvedObject.name=web -o custom-columns=R:.reason,M:.message
        kubectl delete statefulset/web daemonset/agent job/once
        kubectl get pod
        ",
    );
    insta::assert_snapshot!(said);
}

#[test]
fn the_server_refuses_other_kinds_too_in_its_words() {
    let said = transcript(
        "
        kubectl apply -f wrong.yaml
        kubectl create configmap c --from-literal=a=1
        kubectl patch configmap c -p '{\"immutable\": true}'
        kubectl patch configmap c -p '{\"data\": {\"a\": \"2\"}}'
        kubectl apply -f sets.yaml
        kubectl patch statefulset web -p '{\"spec\": {\"serviceName\": \"other\"}}'
        kubectl patch daemonset agent -p '{\"spec\": {\"selector\": {\"matchLabels\": {\"a\": \"b\"}}}}'
        kubectl patch job once -p '{\"spec\": {\"completions\": 4}}'
        ",
    );
    insta::assert_snapshot!(said);
}

#[test]
fn programs_of_jobs_come_to_their_end() {
    insta::assert_snapshot!(transcript(
        "
        kubectl create job hello --image=busybox -- sh -c 'echo hi; hostname | cut -c1-5'
        kubectl wait --for=condition=complete job/hello --timeout=5s
        kubectl get jobs,pods
        kubectl logs job/hello
        kubectl create job slow --image=busybox -- sh -c 'echo a; sleep 5; echo b; exit 3'
        kubectl logs job/slow
        sleep 6; kubectl get pods -l job-name=slow
        kubectl wait --for=condition=failed job/slow --timeout=20m
        kubectl get pods -l job-name=slow -o custom-columns=T:.metadata.creationTimestamp,E:.status.containerStatuses[0].state.terminated.exitCode
        kubectl get job slow -o jsonpath='{.status.conditions[*].reason}'
        kubectl delete jobs --all
        kubectl create cronjob tick --image=busybox --schedule='*/2 * * * *' -- date
        kubectl create job now --from=cronjob/tick
        sleep 9m; kubectl get cj,jobs
        kubectl get cj tick -o jsonpath='{.status}'
        kubectl delete cj tick
        kubectl get jobs
        kubectl run once --image=busybox
        sleep 1m; kubectl get pod once
        kubectl logs once -p
        kubectl get pod once -o jsonpath='{.status.containerStatuses[0]}'
        kubectl get events --field-selector=type=Warning,involvedObject.name=once
        kubectl run bad --image=busybox --restart=Never -- curl web
        kubectl get pod bad
        kubectl run sh --image=busybox --restart=OnFailure --command -- sh -c 'while true; do date; sleep 20; done'
        sleep 1m; kubectl logs sh
        kubectl run serves --image=nginx:1.27
        kubectl get pods
        "
    ));
}
