//! What every command that changes something takes on 10,000 objects that controllers made: CPU
//! time of the thread that answers until it does, and of what follows from it in the world, the
//! least of a few runs. What a second thread does meanwhile (docs/decisions/0018) is not in it.
//! Those that answer after 50 ms are listed at the end.
//!
//! `cargo bench --bench writes [-- PART-OF-A-COMMAND [RUNS]]` (Linux: it asks the kernel).

use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files};
use std::fmt::Write as _;

/// How long a command may take, in milliseconds.
const MOST: f64 = 50.0;

/// Commands that change one object, or a few.
const FEW: &[&str] = &[
    "kubectl run new --image=nginx",
    "kubectl run new --image=nginx --expose --port=80",
    "kubectl create deployment new --image=nginx --replicas=3",
    "kubectl create service clusterip new --tcp=80:8080",
    "kubectl create service nodeport new --tcp=80:8080",
    "kubectl create namespace new",
    "kubectl create configmap new --from-literal=a=b",
    "kubectl create secret generic new --from-literal=a=b",
    "kubectl create job new --image=busybox -- true",
    "kubectl create cronjob new --image=busybox --schedule='* * * * *' -- true",
    "kubectl create ingress new --rule=a.b/=s1:80",
    "kubectl create serviceaccount new",
    "kubectl create role new --verb=get --resource=pods",
    "kubectl create quota new --hard=pods=20000",
    "kubectl create -f rs.yaml",
    "kubectl create -f pod.yaml",
    "kubectl create -f ds.yaml",
    "kubectl create -f sts.yaml",
    "kubectl apply -f one.yaml",
    "kubectl apply -f one.yaml --server-side --force-conflicts",
    "kubectl apply -f one.yaml --dry-run=server",
    "kubectl diff -f one.yaml",
    "kubectl apply -f pod.yaml",
    "kubectl replace -f one.yaml",
    "kubectl replace --force -f one.yaml",
    "kubectl delete -f one.yaml",
    "kubectl expose deploy s1 --port=80 --name=new",
    "kubectl expose svc s1 --port=80 --name=new",
    "kubectl autoscale deploy s1 --min=2 --max=5",
    "kubectl label svc s1 a=b",
    "kubectl label pods -l app=s1 a=b",
    "kubectl label pods -l app=s1 app-",
    "kubectl label node node1 a=b",
    "kubectl label ns default a=b",
    "kubectl label deploy s1 a=b",
    "kubectl annotate svc s1 a=b",
    "kubectl annotate deploy s1 a=b",
    "kubectl annotate pods -l app=s1 a=b",
    "kubectl patch svc s1 -p '{\"spec\":{\"type\":\"NodePort\"}}'",
    "kubectl patch deploy s1 -p '{\"spec\":{\"replicas\":2}}'",
    "kubectl patch node node1 -p '{\"spec\":{\"unschedulable\":true}}'",
    "kubectl edit svc s1",
    "kubectl set image deploy s1 c=nginx:1.27",
    "kubectl set env deploy s1 A=b",
    "kubectl set resources deploy s1 --limits=cpu=1",
    "kubectl set selector svc s1 app=s2",
    "kubectl set serviceaccount deploy s1 default",
    "kubectl scale deploy s1 --replicas=5",
    "kubectl scale deploy s1 --replicas=50",
    "kubectl scale rs -l app=s1 --replicas=2",
    "kubectl rollout restart deploy s1",
    "kubectl rollout pause deploy s1",
    "kubectl rollout undo deploy s1",
    "kubectl rollout status deploy s1",
    "kubectl delete svc s1",
    "kubectl delete deploy s1",
    "kubectl delete deploy s1 --cascade=orphan",
    "kubectl delete rs -l app=s1",
    "kubectl delete rs -l app=s1 --cascade=orphan",
    "kubectl delete pods -l app=s1",
    "kubectl delete pods -l app=s1 --force --grace-period=0",
    "kubectl delete endpointslices -l kubernetes.io/service-name=s1",
    "kubectl cordon node1",
    "kubectl uncordon node1",
    "kubectl taint node node1 a=b:NoSchedule",
    "kubectl taint nodes --all a=b:NoSchedule",
    "kubectl exec deploy/s1 -- touch /tmp/x",
    "kubectl run tmp --image=busybox --rm -it --restart=Never -- wget -qO- s1",
];

/// Commands that change a thousand objects, or all.
const MANY: &[&str] = &[
    "kubectl create -f many.yaml",
    "kubectl apply -f many.yaml",
    "kubectl apply -f same.yaml",
    "kubectl apply -f same.yaml --server-side",
    "kubectl replace -f same.yaml",
    "kubectl diff -f same.yaml",
    "kubectl delete -f same.yaml",
    "kubectl label pods --all a=b",
    "kubectl label svc --all a=b",
    "kubectl label deploy --all a=b",
    "kubectl annotate pods --all a=b",
    "kubectl annotate svc --all a=b",
    "kubectl annotate deploy --all a=b",
    "kubectl scale deploy --all --replicas=5",
    "kubectl scale deploy --all --replicas=9",
    "kubectl set image deploy --all c=nginx:1.27",
    "kubectl set env deploy --all A=b",
    "kubectl rollout restart deploy",
    "kubectl rollout pause deploy",
    "kubectl delete pods --all",
    "kubectl delete pods --all --force --grace-period=0",
    "kubectl delete deploy --all",
    "kubectl delete deploy --all --cascade=orphan",
    "kubectl delete rs --all",
    "kubectl delete svc --all",
    "kubectl delete all --all",
    "kubectl delete ns big",
    "kubectl drain node1 --ignore-daemonsets --force",
    "kubectl delete node node1",
    "kubectl taint node node1 a=b:NoExecute",
    "kubectl create quota new --hard=pods=20000",
];

const NODES: usize = 100;

/// 1,000 Deployments with a ReplicaSet and seven Pods each, and a Service for each.
fn driven(n: usize) -> Console {
    let mut text = "objects:\n- {kind: Namespace, metadata: {name: big}}\n".to_owned();
    for one in 1..=NODES {
        writeln!(text, "- {{kind: Node, metadata: {{name: node{one}}}}}").unwrap();
    }
    let (mut deployments, mut many, mut same) = (String::new(), String::new(), String::new());
    for one in 0..n / 10 {
        let service = |name: &str, port: usize| {
            format!(
                "{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: big}}, spec: {{selector: {{app: s{one}}}, ports: [{{port: 80, targetPort: {port}}}]}}}}\n"
            )
        };
        writeln!(text, "- {}", service(&format!("s{one}"), 80)).unwrap();
        writeln!(many, "---\n{}", service(&format!("n{one}"), 80)).unwrap();
        writeln!(same, "---\n{}", service(&format!("s{one}"), 81)).unwrap();
        writeln!(
            deployments,
            "---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: s{one}, labels: {{app: s{one}}}}}, spec: {{replicas: 7, selector: {{matchLabels: {{app: s{one}}}}}, template: {{metadata: {{labels: {{app: s{one}}}}}, spec: {{containers: [{{name: c, image: nginx}}]}}}}}}}}"
        )
        .unwrap();
    }
    let (cluster, _) = Cluster::from_world(&text).unwrap();
    let mut console = Console::new(cluster, Files::default());
    let pods = "selector: {matchLabels: {app: new}}, template: {metadata: {labels: {app: new}}, spec: {containers: [{name: c, image: nginx}]}}";
    for (name, text) in [
        ("d.yaml", deployments.as_str()),
        ("many.yaml", &many),
        ("same.yaml", &same),
        (
            "one.yaml",
            "{apiVersion: v1, kind: Service, metadata: {name: s1, namespace: big}, spec: {selector: {app: s1}, ports: [{port: 80, targetPort: 81}]}}",
        ),
        (
            "pod.yaml",
            "{apiVersion: v1, kind: Pod, metadata: {name: new}, spec: {containers: [{name: c, image: nginx}]}}",
        ),
        (
            "rs.yaml",
            &format!(
                "{{apiVersion: apps/v1, kind: ReplicaSet, metadata: {{name: new}}, spec: {{replicas: 3, {pods}}}}}"
            ),
        ),
        (
            "ds.yaml",
            &format!(
                "{{apiVersion: apps/v1, kind: DaemonSet, metadata: {{name: new}}, spec: {{{pods}}}}}"
            ),
        ),
        (
            "sts.yaml",
            &format!(
                "{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: new}}, spec: {{replicas: 3, {pods}}}}}"
            ),
        ),
    ] {
        console.files.write(name, text.as_bytes()).unwrap();
    }
    for line in [
        "kubectl config set-context --current --namespace=big",
        "export KUBE_EDITOR='sed -i s/80/81/'",
        "kubectl create -f d.yaml",
        "kubectl set image deploy s1 c=nginx:1.26",
        "kubectl get svc",
    ] {
        let outcome = console.line(line);
        assert_eq!(outcome.exit, 0, "{}", outcome.stderr());
    }
    console
}

/// CPU time of this thread so far, in milliseconds.
fn cpu() -> f64 {
    // The kernel's count is brought up to date where a thread gives way.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}

fn main() {
    let mut words = std::env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    let wanted = words.next().unwrap_or_default();
    let n_runs: usize = words.next().map_or(3, |n| n.parse().unwrap());
    let started = cpu();
    let console = driven(10_000);
    println!("{:>18.1}  (the world)", cpu() - started);
    let mut over = Vec::new();
    for (what, commands) in [("one object or a few", FEW), ("many objects", MANY)] {
        for command in commands.iter().filter(|command| command.contains(&wanted)) {
            let (mut least, mut rest, mut exit) = (f64::MAX, f64::MAX, 0);
            for _ in 0..n_runs {
                let mut console = console.clone();
                console.answers_first = true;
                let before = cpu();
                exit = console.line(command).exit;
                let answered = cpu();
                least = least.min(answered - before);
                console.rest();
                rest = rest.min(cpu() - answered);
            }
            // What is refused is no measure of what is done; `diff` tells so of differences.
            assert_eq!(exit, u8::from(command.starts_with("kubectl diff")), "{command}");
            println!("{least:>9.1}{rest:>9.1}  {command}");
            if least > MOST {
                over.push((least, *command, what));
            }
        }
    }
    println!("\nOver {MOST} ms:");
    for (time, command, what) in over {
        println!("{time:>9.1}  {command} ({what})");
    }
}
