//! What one types in the exam without thinking.

use super::comes_out;

#[test]
fn aliases_variables_and_completion_are_set_up() {
    comes_out(
        r#"
$ alias k=kubectl; alias kn='kubectl config set-context --current --namespace'; alias
alias k='kubectl'
alias kn='kubectl config set-context --current --namespace'
$ source <(kubectl completion bash)
$ complete -o default -F __start_kubectl k
$ source <(kubectl completion bash) && complete -F __start_kubectl k && echo ready
ready
$ kubectl completion fish
# Tab completes in this console without any code: there is nothing to load.
$ kubectl completion; kubectl completion tcsh
! error: Shell not specified.
! See 'kubectl completion -h' for help and examples
! error: Unsupported shell type "tcsh".
! See 'kubectl completion -h' for help and examples
=> 1
$ export do="--dry-run=client -o yaml" now="--force --grace-period 0"; echo "k run x $do; k delete po x $now"
k run x --dry-run=client -o yaml; k delete po x --force --grace-period 0
$ k create ns exam
namespace/exam created
$ kn exam; k config view --minify -o jsonpath='{..namespace}{"\n"}'
Context "c" modified.
exam
$ k create svc clusterip web --tcp=80:8080 $do | grep -A3 ports:
  ports:
  - name: 80-8080
    port: 80
    protocol: TCP
$ k create svc clusterip web --tcp=80:8080 $do > svc.yaml && k apply -f svc.yaml; echo $?
service/web created
0
$ k get svc nope || echo none; k get svc web -o name && echo there
! Error from server (NotFound): services "nope" not found
none
service/web
there
$ k config set-context --current --namespace=default; k get svc -n exam -o custom-columns=N:.metadata.name --no-headers
Context "c" modified.
web
"#,
    );
}

#[test]
fn objects_are_gone_through_one_by_one() {
    comes_out(
        r#"
$ for i in $(seq 1 3); do k create ns n$i; done
namespace/n1 created
namespace/n2 created
namespace/n3 created
$ k get ns -o name | grep '/n[0-9]' | while read n; do echo "${n#*/}"; done
n1
n2
n3
$ k get ns -o name | grep '/n[23]' | xargs -n1 kubectl delete
namespace "n2" deleted
namespace "n3" deleted
$ k get ns --no-headers | grep -c ^n; if k get ns n2 > /dev/null 2>&1; then echo there; else echo gone; fi
1
gone
$ k create secret generic s --from-literal=p='s3cr3t pass' && k get secret s -o jsonpath='{.data.p}' | base64 -d; echo
secret/s created
s3cr3t pass
$ k get svc kubernetes -o jsonpath='{.spec.ports[0].port}' | tee port; echo; cat port | tr 4 x; echo
443
xx3
$ k get svc -A --no-headers | awk '{print $2, $6}' | cut -d/ -f1
kubernetes 443
$ k get svc -A -o custom-columns=NAME:.metadata.name,IP:.spec.clusterIP | column -t
NAME        IP
kubernetes  10.96.0.1
$ diff <(k get svc -o name) <(echo service/web)
1c1
< service/kubernetes
---
> service/web
=> 1
"#,
    );
}

#[test]
fn what_is_not_here_says_so_in_a_line() {
    comes_out(
        r#"
$ openssl req -new; ssh node9; systemctl restart kubelet; crictl ps; etcdctl get /; tmux; jq .; sudo -i
! openssl: no keys are made here: kubectl create secret takes any text
! ssh: Could not resolve hostname node9: Name or service not known
! systemctl: there is no machine behind this world
! crictl: no containers run here: kubectl describe pod shows what would
! etcdctl: there is no machine behind this world
! tmux: no programs are started here; help lists what there is
! jq: not here: kubectl get ... -o jsonpath='{.items[*].metadata.name}' reads fields
! sudo: you are root already
=> 1
$ kubens x; iptables -L; stat f; comm f; umask
! kubens: not here: kubectl config set-context --current --namespace=NAME is
! iptables: there is no machine behind this world
! stat: not here: ls -l and head show what a file is
! comm: not here: diff, sort and uniq -d compare
! umask: nothing to be set here
=> 127
$ man grep; grep --help; man nosuch
grep [-ivncoEFwlrqABC] PATTERN [FILE...]: lines that match
Usage: grep [-ivncoEFwlrqABC] PATTERN [FILE...]: lines that match
! No manual entry for nosuch
=> 16
$ rm nofile; rm -f nofile; echo $?; rm /etc/passwd; ls /; cat /etc/passwd
! rm: cannot remove 'nofile': No such file or directory
0
! rm: cannot remove '/etc/passwd': No such file or directory
root
tmp
! cat: /etc/passwd: No such file or directory
=> 1
"#,
    );
}

#[test]
fn what_runs_in_the_background_leaves_the_prompt() {
    let world = "
images: {server: [8080/TCP]}
objects:
  - {apiVersion: v1, kind: Node, metadata: {name: node1}, spec: {podCIDR: 10.244.1.0/24},
     status: {addresses: [{type: InternalIP, address: 172.18.0.11}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}},
     spec: {nodeName: node1, containers: [{name: web, image: server}]}, status: {phase: Running, podIP: 10.244.1.10, conditions: [{type: Ready, status: 'True'}]}}
  - {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
";
    let transcript = r#"
$ k port-forward svc/web 9000:80 &
! [1] 4201
Forwarding from 127.0.0.1:9000 -> 8080
Forwarding from [::1]:9000 -> 8080
$ curl -s localhost:9000; jobs; echo $!
Hello from web at 10.244.1.10:8080
[1]+  Running                 kubectl port-forward svc/web 9000:80 &
4201
$ k port-forward pod/web 9000:8080
! Unable to listen on port 9000: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 127.0.0.1:9000: bind: address already in use unable to create listener: Error listen tcp6 [::1]:9000: bind: address already in use]
! error: unable to listen on any of the requested ports: [{9000 8080}]
=> 1
$ kill %2; kill 77; kill %1; jobs; fg
! bash: kill: %2: no such job
! bash: kill: (77) - No such process
! [1]+  Terminated              kubectl port-forward svc/web 9000:80
! bash: fg: current: no such job
=> 1
$ curl -s localhost:9000
=> 7
$ k get po -w --no-headers -o custom-columns=N:.metadata.name &
! [1] 4201
web
! [1]+  Done                    kubectl get po -w --no-headers -o custom-columns=N:.metadata.name
$ false && echo a || echo b & echo c
! [1] 4201
b
! [1]+  Done                    false && echo a || echo b
c
$ nosuch &
! [1] 4201
! bash: nosuch: command not found
! [1]+  Exit 127                nosuch
$ x=1 & echo "<$x>"; wait; echo $?
! [1] 4201
! [1]+  Done                    x=1
<>
0
$ f() { f | f & }; f; echo still here
! [1] 4201
! [1]+  Done                    f | f
still here
$ & echo a
! bash: syntax error near unexpected token `&'
=> 2
$ echo a & ; echo b
! bash: syntax error near unexpected token `;'
=> 2
"#;
    let (cluster, findings) = portolan::cluster::Cluster::from_world(world).unwrap();
    assert_eq!(findings.len(), 0, "{findings:?}");
    let files = portolan::kubectl::Files::default();
    let mut console = portolan::kubectl::Console::new(cluster, files);
    console.columns = Some(80);
    super::comes_out_of(&mut console, transcript);
}
