//! What a command prints of a long list is the same whether it is made in parts or not.

use crate::cluster::Cluster;
use crate::kubectl::console::{Console, Files, Outcome};
use crate::source::undivided;
use proptest::prelude::*;
use serde_json::Value;
use std::fmt::Write as _;

/// What is read, of whatever there is.
const COMMANDS: &[&str] = &[
    "get RESOURCE",
    "get RESOURCE -o wide --show-labels",
    "get RESOURCE --no-headers -L app",
    "get RESOURCE -o name",
    "get RESOURCE -o json",
    "get RESOURCE -o yaml",
    "get RESOURCE -o yaml --show-managed-fields",
    "get RESOURCE -o kyaml",
    "get RESOURCE -o jsonpath={.items}",
    "get RESOURCE -o jsonpath={.items[*]}",
    "get RESOURCE -o jsonpath={..image}",
    "get RESOURCE -o jsonpath={..nowhere}",
    "get RESOURCE -o jsonpath={.items[7]}",
    "get RESOURCE -o jsonpath={.items[*].metadata.name}",
    "get RESOURCE -o jsonpath={range.items[*]}{.metadata.name}{range.spec.containers[*]}{.image},{end};{end}",
    "get RESOURCE -o jsonpath={range.items[*]}{.metadata.name}{end}!",
    "get RESOURCE -o jsonpath={range.items[*]}{.metadata.name[0]}{end}",
    "get RESOURCE -o jsonpath-as-json={.items}",
    "get RESOURCE -o jsonpath-as-json={.items[*]}",
    "get RESOURCE -l half=none -o jsonpath-as-json={.items}",
    "get RESOURCE -l half=none -o jsonpath-as-json={.items[*]}",
    "get RESOURCE -o jsonpath={.items[*].spec.nodeName[0]}",
    "get RESOURCE -o jsonpath-as-json={.items[*].metadata.labels}",
    "get RESOURCE -o go-template={{range.items}}{{.metadata.name}},{{end}}",
    "get RESOURCE -o go-template={{range.items}}{{.metadata.name.x}}{{end}}",
    "get RESOURCE -o go-template={{range.items}}{{.kind}}{{if.spec.ports}}{{continue}}{{end}}{{$x:=.metadata.labels.half}}{{$x}}{{end}}",
    "get RESOURCE -o go-template={{range.items}}{{if.spec.nodeName}}{{break}}{{end}}{{.kind}}{{end}}",
    "get RESOURCE -o go-template={{range$i,$x:=.items}}{{$i}}{{end}}",
    "get RESOURCE -o go-template={{range.items}}{{len$.items}}{{end}}",
    "get RESOURCE -o go-template={{range.items}}{{end}}{{len.items}}",
    "get RESOURCE -o custom-columns=NAME:.metadata.name,IP:.status.podIP",
    "get RESOURCE -o custom-columns=X:.metadata.name[0]",
    "get RESOURCE --sort-by=.metadata.labels.half",
    "get RESOURCE --sort-by=.status.podIP -o yaml",
    "get RESOURCE --sort-by=.nowhere -o json",
    "get RESOURCE --sort-by=.metadata.labels",
    "get RESOURCE -w -o yaml",
    "get RESOURCE -w -o json",
    "get RESOURCE -w -o kyaml -A",
    "get RESOURCE -l half=a -o yaml",
    "get RESOURCE -l half=none -o json",
    "get RESOURCE --field-selector=metadata.name!=x1 -o json",
    "get RESOURCE -A -o yaml",
    "get RESOURCE -n other -o yaml",
    "describe RESOURCE",
    "describe RESOURCE x1",
    "get --raw /api/v1/namespaces/default/RESOURCE",
    "get --raw /api/v1/RESOURCE",
    "get --raw /apis/apps/v1/RESOURCE",
    "get --raw /apis/discovery.k8s.io/v1/RESOURCE",
];

const RESOURCES: &[&str] = &[
    "pods",
    "services",
    "endpoints",
    "endpointslices",
    "configmaps",
    "deployments",
    "svc,ep,pods",
    "configmaps,nodes,svc",
    "all",
];

/// A world of so many Pods and ConfigMaps, with Services for some; in what a Pod has of its own
/// there are words that change how formats write what stands around them.
fn world(n: usize, odd: &str) -> Console {
    let mut text = "objects:\n- {kind: Node, metadata: {name: node1}}\n".to_owned();
    for i in 0..n {
        let half = if i < n / 2 { "a" } else { "b" };
        let meta = format!("{{name: x{i}, labels: {{app: x{}, half: {half}}}}}", i / 4);
        let note = Value::from(if i % 97 == 0 { odd } else { "plain" });
        let _ = write!(
            text,
            "- {{apiVersion: v1, kind: Pod, metadata: {meta}, spec: {{containers: [{{name: c, image: nginx, args: [{note}]}}]}}}}
- {{apiVersion: v1, kind: ConfigMap, metadata: {meta}, data: {{note: {note}}}}}
"
        );
        if i % 2 == 0 {
            let _ = writeln!(
                text,
                "- {{apiVersion: v1, kind: Service, metadata: {meta}, spec: {{selector: {{app: x{}}}, ports: [{{port: 80}}]}}}}",
                i / 4
            );
        }
        if i % 40 == 0 {
            let _ = writeln!(
                text,
                "- {{apiVersion: apps/v1, kind: Deployment, metadata: {{name: d{i}, labels: {{half: {half}}}}}, spec: {{replicas: 2, selector: {{matchLabels: {{d: d{i}}}}}, template: {{metadata: {{labels: {{d: d{i}}}}}, spec: {{containers: [{{name: c, image: nginx}}]}}}}}}}}"
            );
        }
    }
    let (cluster, _) = Cluster::from_world(&text).unwrap();
    Console::new(cluster, Files::default())
}

fn ran(console: &Console, command: &str) -> Outcome {
    let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
    console.clone().kubectl(&words, None)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn a_list_made_in_parts_is_as_one_that_is_not(
        n in 380..440_usize,
        odd in "[a-z]{0,3}(\n|- |: |é|\u{7}|\"){0,3}[a-z]{0,2}",
        resource in prop::sample::select(RESOURCES),
    ) {
        let console = world(n, &odd);
        for command in COMMANDS {
            let command = command.replace("RESOURCE", resource);
            let whole = undivided::all(|| ran(&console, &command));
            let parts = ran(&console, &command);
            prop_assert_eq!(parts.stderr(), whole.stderr(), "{}", command);
            prop_assert_eq!(parts.exit, whole.exit, "{}", command);
            let (parts, whole) = (parts.stdout(), whole.stdout());
            let n = parts.bytes().zip(whole.bytes()).take_while(|(a, b)| a == b).count();
            let around = |text: &str| text.chars().skip(n.saturating_sub(99)).take(199).collect::<String>();
            prop_assert!(parts == whole, "{}: {} or {}", command, around(&parts), around(&whole));
        }
    }
}
