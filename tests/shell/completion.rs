//! Completion.

use super::bounds::piece;
use super::console;
use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files};
use proptest::prelude::*;

fn completed(console: &Console, line: &str) -> String {
    let found = console.complete(line, line.len());
    let before = &line[..found.start];
    let all: Vec<String> =
        found.candidates.iter().take(6).map(|c| format!("{before}{c}")).collect();
    all.join("|")
}

#[test]
fn lines_are_completed() {
    let world = "objects:\n\
        - {kind: Namespace, metadata: {name: shop}}\n\
        - {apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop}, spec: {containers: [{name: app, image: x}, {name: log, image: z}]}}\n\
        - {apiVersion: v1, kind: Pod, metadata: {name: web-1}, spec: {containers: [{name: c, image: x}]}}\n\
        - {apiVersion: v1, kind: Pod, metadata: {name: web-2}, spec: {containers: [{name: c, image: x}]}}\n\
        - {apiVersion: v1, kind: Service, metadata: {name: web, annotations: {a.b/c: d}}, spec: {ports: [{port: 80}], selector: {a: b}}}\n";
    let (cluster, findings) = Cluster::from_world(world).unwrap();
    assert!(!findings.iter().any(|f| f.message.contains("left out")), "{findings:?}");
    let mut files = Files::default();
    files.write("svc.yaml", b"x").unwrap();
    files.write("d/pod.yaml", b"x").unwrap();
    let mut console = Console::new(cluster, files);
    console.line("export do=--dry-run=client kc=x");
    for (line, comes) in [
        // Commands, also behind pipes and words of the shell.
        ("kube", "kubectl "),
        ("k get svc | gre", "k get svc | grep "),
        ("for i in 1; do kube", "for i in 1; do kubectl "),
        ("A=b kube", "A=b kubectl "),
        ("echo $(kube", "echo $(kubectl "),
        // Verbs and what stands below them.
        ("k descr", "k describe "),
        ("kubectl create servi", "kubectl create service |kubectl create serviceaccount "),
        ("k create service no", "k create service nodeport "),
        ("k -n shop descr", "k -n shop describe "),
        ("k create config", "k create configmap "),
        // Kinds and names, by namespace.
        ("k get endpoints", "k get endpoints |k get endpointslices "),
        ("k get svc,ns,nod", "k get svc,ns,nodes "),
        ("k get po w", "k get po web-1 |k get po web-2 "),
        ("k get po web-1 w", "k get po web-1 web-2 "),
        ("k -n shop get po ", "k -n shop get po api "),
        ("k get po -n shop a", "k get po -n shop api "),
        ("k get -A po a", "k get -A po api "),
        ("k describe pod/w", "k describe pod/web-1 |k describe pod/web-2 "),
        // Flags and their values.
        ("k get po --show-l", "k get po --show-labels "),
        ("k get po -n sh", "k get po -n shop "),
        ("k get po --namespace=sh", "k get po --namespace=shop "),
        ("k -n sh", "k -n shop "),
        ("k get po -o y", "k get po -o yaml "),
        (
            "k get po -o jsonpa",
            "k get po -o jsonpath-as-json=|k get po -o jsonpath-file=|k get po -o jsonpath=",
        ),
        ("k create svc clusterip x --dry-run=c", "k create svc clusterip x --dry-run=client "),
        // Files.
        ("k create -f s", "k create -f svc.yaml "),
        ("k create -f d/", "k create -f d/pod.yaml "),
        ("cat s", "cat svc.yaml "),
        ("k get po > s", "k get po > svc.yaml "),
        ("k get po >s", "k get po >svc.yaml "),
        // Fields, of the schema and of the object.
        (
            "k get svc web -o jsonpath='{.spec.clu",
            "k get svc web -o jsonpath='{.spec.clusterIP|k get svc web -o jsonpath='{.spec.clusterIPs",
        ),
        (
            "k get svc web -o jsonpath='{.spec.ports[0].nodeP",
            "k get svc web -o jsonpath='{.spec.ports[0].nodePort",
        ),
        (
            "k get svc web -o jsonpath={.spec.selector.",
            "k get svc web -o jsonpath={.spec.selector.a",
        ),
        ("k get svc -o jsonpath='{.ite", "k get svc -o jsonpath='{.items"),
        (
            "k get svc -o jsonpath='{range .items[*]}{.metadata.na",
            "k get svc -o jsonpath='{range .items[*]}{.metadata.name|k get svc -o jsonpath='{range .items[*]}{.metadata.namespace",
        ),
        (
            "k get svc -o custom-columns=N:.metadata.na",
            "k get svc -o custom-columns=N:.metadata.name|k get svc -o custom-columns=N:.metadata.namespace",
        ),
        (
            "k get svc --sort-by=.metadata.creation",
            "k get svc --sort-by=.metadata.creationTimestamp",
        ),
        // Containers, variables.
        ("k -n shop logs api -c ", "k -n shop logs api -c app |k -n shop logs api -c log "),
        ("k get po $d", "k get po $do"),
        ("echo \"${k", "echo \"${kc}"),
        ("unset k", "unset kc "),
        ("k get po 'un", ""),
        ("nothing such as this-", ""),
    ] {
        assert_eq!(completed(&console, line), comes, "{line}");
    }
    assert_eq!(console.complete("k get po w", 10).common(), "web-");
}

proptest! {
    /// Completion changes nothing, ends, and replaces what stands before the cursor.
    #[test]
    fn any_line_is_completed(pieces in prop::collection::vec(piece(), 0..8), cursor in 0..200usize) {
        let line = pieces.concat();
        let console = console();
        let found = console.complete(&line, cursor);
        prop_assert!(line.is_char_boundary(found.start) && found.start <= cursor.min(line.len()));
        prop_assert!(found.candidates.len() <= 500);
    }
}
