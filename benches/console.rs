//! How long the console takes for a command: at most 5 ms on 100 objects, 50 ms on 10,000.

use divan::Bencher;
use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files};
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// A world of so many objects: Services with four Pods each.
fn world(n: usize) -> Console {
    let mut text = String::from("objects:\n");
    for node in 1..=5 {
        writeln!(text, "- {{kind: Node, metadata: {{name: node{node}}}}}").unwrap();
    }
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
    let (cluster, _) = Cluster::from_world(&text).unwrap();
    let mut console = Console::new(cluster, Files::default());
    console.line("kubectl get svc");
    console
}

const COMMANDS: &[&str] = &[
    "kubectl get svc s1",
    "kubectl get pods",
    "kubectl get pods -A -o wide",
    "kubectl get svc,ep,pods -o yaml",
    "kubectl describe svc s1",
    "kubectl create service clusterip new --tcp=80:8080",
    "kubectl create deployment new --image=nginx --replicas=3",
    "kubectl get pods --no-headers | awk '{print $3}' | sort | uniq -c",
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

#[divan::bench(args = ["kubectl get po s1", "k get svc -o jsonpath='{.items[0].spec."])]
fn completion_on_10_000_objects(bencher: Bencher<'_, '_>, line: &str) {
    let console = world(10_000);
    bencher.bench(|| console.complete(line, line.len()));
}
