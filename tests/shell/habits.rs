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
! jq: not here: kubectl -o jsonpath, -o custom-columns and grep are
! sudo: you are root already, and nothing here needs it
=> 127
$ kubens x; iptables -L; stat f; find .; umask
! kubens: not here: kubectl config set-context --current --namespace=NAME is
! iptables: there is no machine behind this world
! stat: not here: ls -l and head show what a file is
! find: not here: ls -R lists all files
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
