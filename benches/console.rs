//! How long the console takes for a command: at most 5 ms on 100 objects, 50 ms on 10,000.

use divan::Bencher;
use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files};
use std::fmt::Write as _;

fn main() {
    divan::main();
}

fn console(text: &str) -> Console {
    let (cluster, _) = Cluster::from_world(text).unwrap();
    let mut files = Files::default();
    files
        .write(
            "s.yaml",
            b"{apiVersion: v1, kind: Service, metadata: {name: s1}, spec: {selector: {app: s1}, ports: [{port: 81}]}}",
        )
        .unwrap();
    let mut console = Console::new(cluster, files);
    console.line("kubectl get svc");
    console
}

const NODES: &str = "objects:
- {kind: Node, metadata: {name: node1}}
- {kind: Node, metadata: {name: node2}}
- {kind: Node, metadata: {name: node3}}
- {kind: Node, metadata: {name: node4}}
- {kind: Node, metadata: {name: node5}}
";

/// A world of so many objects: Services with four Pods each.
fn world(n: usize) -> Console {
    let mut text = NODES.to_owned();
    for service in 0..n / 5 {
        writeln!(
            text,
            "- {{apiVersion: v1, kind: Service, metadata: {{name: s{service}}}, spec: {{selector: {{app: s{service}}}, ports: [{{port: 80}}]}}}}"
        )
        .unwrap();
        for pod in 0..4 {
            writeln!(
                text,
                "- {{apiVersion: v1, kind: Pod, metadata: {{name: s{service}-{pod}, labels: {{app: s{service}}}}}, spec: {{containers: [{{name: c, image: nginx}}]}}}}"
            )
            .unwrap();
        }
    }
    console(&text)
}

/// A world of so many objects that the controllers made: Services, and Deployments with a
/// ReplicaSet and seven Pods each, which have all that the server and a kubelet write.
fn driven(n: usize) -> Console {
    let mut text = NODES.to_owned();
    let mut manifests = String::new();
    for one in 0..n / 10 {
        writeln!(
            text,
            "- {{apiVersion: v1, kind: Service, metadata: {{name: s{one}}}, spec: {{selector: {{app: s{one}}}, ports: [{{port: 80}}]}}}}"
        )
        .unwrap();
        writeln!(
            manifests,
            "---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: s{one}, labels: {{app: s{one}}}}}, spec: {{replicas: 7, selector: {{matchLabels: {{app: s{one}}}}}, template: {{metadata: {{labels: {{app: s{one}}}}}, spec: {{containers: [{{name: c, image: nginx}}]}}}}}}}}"
        )
        .unwrap();
    }
    let mut console = console(&text);
    console.files.write("d.yaml", manifests.as_bytes()).unwrap();
    assert_eq!(console.line("kubectl create -f d.yaml").exit, 0);
    console.line("kubectl get svc");
    console
}

const COMMANDS: &[&str] = &[
    "kubectl get svc s1",
    "kubectl get pods",
    "kubectl get pods -A -o wide",
    "kubectl get pods --show-labels",
    "kubectl get pods -l app=s1",
    "kubectl get pods --field-selector spec.nodeName=node1",
    "kubectl get pods --sort-by=.metadata.name",
    "kubectl get pods --sort-by=.spec.nodeName",
    "kubectl get pods --sort-by=.status.podIP -o yaml",
    "kubectl get pods -o name",
    "kubectl get pods -o json",
    "kubectl get pods -o yaml",
    "kubectl get pods -o kyaml",
    "kubectl get pods -o jsonpath='{.items[*].status.podIP}'",
    "kubectl get pods -o jsonpath='{.items}'",
    "kubectl get pods -o jsonpath-as-json='{.items}'",
    "kubectl get pods -o jsonpath='{.items[0]}'",
    "kubectl get pods -o jsonpath='{..image}'",
    "kubectl get pods -o jsonpath='{range .items[*]}{.metadata.name}{.status.podIP}{end}'",
    "kubectl get pods -o go-template='{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}'",
    "kubectl get pods -o custom-columns=NAME:.metadata.name,IP:.status.podIP",
    "kubectl get pods -w",
    "kubectl get pods --no-headers | awk '{print $3}' | sort | uniq -c",
    "kubectl get pods -o yaml | grep podIP: | wc -l",
    "kubectl get pods -o json | grep -c nginx",
    "kubectl get pods -o yaml | head -5",
    "kubectl get pods -o yaml | wc",
    "kubectl get pods -o yaml | grep -i PODIP: | sort | head",
    "kubectl get deploy,rs -o yaml",
    "kubectl get events -o yaml",
    "kubectl get --raw /api/v1/namespaces/default/pods",
    "kubectl get --raw /api/v1/pods | wc -c",
    "kubectl get --raw /api/v1/services",
    "kubectl get --raw /apis/discovery.k8s.io/v1/endpointslices",
    "kubectl get --raw /apis/apps/v1/replicasets",
    "kubectl get pods > pods.txt",
    "kubectl get all",
    "kubectl get all -A -o wide",
    "kubectl get all -o yaml",
    "kubectl get endpointslices",
    "kubectl get endpoints",
    "kubectl get endpointslices -o yaml",
    "kubectl get events",
    "kubectl events",
    "kubectl get svc,ep,pods -o yaml",
    "kubectl describe svc s1",
    "kubectl describe svc",
    "kubectl describe node node1",
    "kubectl describe nodes",
    "kubectl describe pod s1",
    "kubectl describe pods",
    "kubectl describe deploy s1",
    "kubectl describe deploy",
    "kubectl describe rs",
    "kubectl describe endpoints",
    "kubectl describe endpointslices",
    "kubectl describe ns",
    "kubectl describe all",
    "kubectl auth can-i --list",
    "kubectl logs -l app=s1",
    "kubectl logs -l app",
    "kubectl top pods",
    "kubectl wait --for=condition=Ready pod --all",
    "kubectl rollout status deploy/s1",
    "kubectl diff -f s.yaml",
    "kubectl explain pod --recursive",
    "kubectl api-resources",
    "kubectl create service clusterip new --tcp=80:8080",
    "kubectl create deployment new --image=nginx --replicas=3",
    "kubectl run new --image=nginx",
    "kubectl expose svc s1 --port=80 --name=new",
    "kubectl apply -f s.yaml",
    "kubectl label svc s1 a=b",
    "kubectl patch svc s1 -p '{\"spec\":{\"type\":\"NodePort\"}}'",
    "kubectl scale deploy s1 --replicas=5",
    "kubectl delete svc s1",
    "kubectl delete pods -l app=s1",
];

#[divan::bench(args = COMMANDS)]
fn on_100_objects(bencher: Bencher<'_, '_>, command: &str) {
    let console = world(100);
    bencher.with_inputs(|| console.clone()).bench_values(|mut console| console.line(command));
}

#[divan::bench(args = COMMANDS, sample_count = 20)]
fn on_10_000_objects(bencher: Bencher<'_, '_>, command: &str) {
    let console = world(10_000);
    bencher.with_inputs(|| console.clone()).bench_values(|mut console| console.line(command));
}

#[divan::bench(args = COMMANDS, sample_count = 10)]
fn on_10_000_objects_of_controllers(bencher: Bencher<'_, '_>, command: &str) {
    let console = driven(10_000);
    bencher.with_inputs(|| console.clone()).bench_values(|mut console| console.line(command));
}

const TYPED: &[&str] = &[
    "kubectl g",
    "kubectl get po s1",
    "kubectl get pods -l ",
    "kubectl logs ",
    "k get svc -o jsonpath='{.items[0].spec.",
];

#[divan::bench(args = TYPED)]
fn completion_on_10_000_objects(bencher: Bencher<'_, '_>, line: &str) {
    let console = world(10_000);
    bencher.bench(|| console.complete(line, line.len()));
}
