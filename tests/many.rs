//! Commands about very many objects, which are judged beforehand and in halves, do what they do
//! with few, one after the other.

use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files, Outcome};
use serde_json::Value;
use std::fmt::Write as _;

/// More than are worth a second thread, and than are looked at at once.
const MANY: usize = 430;

/// So few are not. Of several errors each has its line.
const FEW: usize = 46;

fn world() -> Console {
    let mut text = "objects:\n- {kind: Namespace, metadata: {name: other}}\n- {kind: Node, metadata: {name: node1}}\n".to_owned();
    for n in 0..MANY {
        let label = if n % 7 == 0 { "labels: {a: c}, " } else { "" };
        writeln!(text, "- {{apiVersion: v1, kind: Service, metadata: {{{label}name: s{n}}}, spec: {{selector: {{app: s{n}}}, ports: [{{port: 80}}]}}}}").unwrap();
        writeln!(text, "- {{apiVersion: apps/v1, kind: Deployment, metadata: {{{label}name: d{n}}}, spec: {{replicas: {}, selector: {{matchLabels: {{app: d{n}}}}}, template: {{metadata: {{labels: {{app: d{n}}}}}, spec: {{containers: [{{name: c{}, image: nginx}}]}}}}}}}}", n % 2, n % 5).unwrap();
        let app = n % 20;
        writeln!(text, "- {{apiVersion: v1, kind: Pod, metadata: {{name: p{n}, labels: {{app: s{app}}}}}, spec: {{{}containers: [{{name: c, image: nginx}}]}}}}", if n % 9 == 0 { "nodeSelector: {no: node}, " } else { "" }).unwrap();
    }
    let (cluster, _) = Cluster::from_world(&text).unwrap();
    Console::new(cluster, Files::default())
}

/// Objects as manifests: some are there, some new, some wrong, some there twice.
fn manifests(with_deployments: bool) -> Vec<String> {
    let mut all = Vec::new();
    for n in 0..MANY {
        all.push(match n % 11 {
            0 => format!("apiVersion: v1\nkind: Service\nmetadata: {{name: s{n}, labels: {{x: y}}}}\nspec: {{selector: {{app: z}}, ports: [{{port: 81}}]}}\n"),
            1 => format!("apiVersion: v1\nkind: Service\nmetadata: {{name: n{n}, namespace: default}}\nspec: {{type: NodePort, ports: [{{port: 80, nodePort: {}}}]}}\n", 30000 + n / 2),
            2 => "apiVersion: v1\nkind: Service\nmetadata: {name: twice}\nspec: {ports: [{port: 80}]}\n".to_owned(),
            3 => format!("apiVersion: v1\nkind: Service\nmetadata: {{name: w{n}}}\nspec: {{ports: [{{port: 0}}]}}\n"),
            4 => format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{n}, annotations: {{a: null}}}}\ndata: {{k: v, n: null}}\n"),
            5 => format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: twice}}\ndata: {{k: '{n}'}}\n"),
            6 => format!("apiVersion: v1\nkind: Service\nmetadata: {{name: i{n}}}\nspec: {{clusterIP: 10.96.7.{}, ports: [{{port: 80}}]}}\n", n % 50),
            7 => format!("apiVersion: v1\nkind: Service\nmetadata: {{name: s{n}}}\nspec: {{selector: {{app: s{n}}}, ports: [{{port: 80}}]}}\n"),
            8 => format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: o{n}, odd: 1}}\ndata: {{}}\n"),
            9 if with_deployments => format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{n}}}\nspec: {{replicas: 1, selector: {{matchLabels: {{app: d{n}}}}}, template: {{metadata: {{labels: {{app: d{n}}}}}, spec: {{containers: [{{name: c, image: nginx}}]}}}}}}\n"),
            _ => format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: ns{}}}\n", n / 22),
        });
    }
    all
}

/// All objects but for what counts how often something was stored.
fn objects(console: &Console) -> Vec<Value> {
    let kinds =
        ["Service", "ConfigMap", "Deployment", "ReplicaSet", "Pod", "EndpointSlice", "Namespace"];
    let mut all: Vec<Value> =
        kinds.iter().flat_map(|kind| console.cluster.list(kind, None)).collect();
    for object in &mut all {
        without_times(object);
        let is_made = !object["metadata"]["ownerReferences"].is_null();
        let Some(metadata) = object["metadata"].as_object_mut() else { continue };
        for field in ["resourceVersion", "uid", "ownerReferences", "managedFields"] {
            metadata.shift_remove(field);
        }
        if is_made {
            object["status"] = Value::Null;
        }
    }
    all
}

/// Between two commands the clock moves.
fn without_times(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with("2026-11-2") => *text = "now".to_owned(),
        Value::Array(items) => items.iter_mut().for_each(without_times),
        Value::Object(fields) => fields.values_mut().for_each(without_times),
        _ => {}
    }
}

fn said(outcomes: &[Outcome]) -> (String, Vec<String>) {
    let out = outcomes.iter().map(|outcome| outcome.stdout()).collect();
    let err = outcomes.iter().map(|outcome| outcome.stderr()).collect::<String>();
    let own = |line: &str| line.strip_prefix("error: ").unwrap_or(line).to_owned();
    let mut lines: Vec<String> = err.lines().map(own).collect();
    // A command says the same once.
    lines.sort();
    lines.dedup();
    (out, lines)
}

/// Both worlds, each with what it is told.
struct Both {
    at_once: Console,
    one_by_one: Console,
}

impl Both {
    fn new(files: &[(String, String)]) -> Self {
        let mut console = world();
        for (name, text) in files {
            console.files.write(name, text.as_bytes()).unwrap();
        }
        Self { at_once: console.clone(), one_by_one: console }
    }

    /// Runs a command, and others that are to do the same.
    fn run(&mut self, at_once: &str, others: &[String]) {
        let ours = said(&[self.at_once.line(at_once)]);
        let theirs: Vec<Outcome> = others.iter().map(|line| self.one_by_one.line(line)).collect();
        assert_eq!(ours, said(&theirs), "{at_once}");
    }

    fn compare(&self, what: &str) {
        let (ours, theirs) = (objects(&self.at_once), objects(&self.one_by_one));
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{what}");
        }
        assert_eq!(ours.len(), theirs.len(), "{what}");
    }
}

#[test]
fn files_of_very_many_objects_are_sent_as_few_are() {
    for command in ["apply", "create", "replace", "apply --server-side --force-conflicts"] {
        let all = manifests(command == "apply");
        // What is applied to one file is told with its name.
        let mut files = vec![("f.yaml".to_owned(), all.join("---\n"))];
        let mut one_by_one = Vec::new();
        for (n, some) in all.chunks(FEW).enumerate() {
            files.push((format!("f{n}"), some.join("---\n")));
            one_by_one.push(format!("cp f{n} f.yaml; kubectl {command} -f f.yaml"));
        }
        let mut both = Both::new(&files);
        both.run(&format!("kubectl {command} -f f.yaml"), &one_by_one);
        both.compare(command);
    }
}

#[test]
fn very_many_objects_are_changed_as_few_are() {
    let mut both = Both::new(&[]);
    for (command, kind, of) in [
        ("kubectl label KIND a=b", "svc", "Service"),
        ("kubectl label KIND a=b --overwrite", "svc", "Service"),
        ("kubectl label KIND a-", "deploy", "Deployment"),
        ("kubectl label KIND a=b", "pods", "Pod"),
        ("kubectl label KIND app- b-", "pods", "Pod"),
        ("kubectl label KIND app=s3", "pods", "Pod"),
        ("kubectl label KIND app=s3 --overwrite", "pods", "Pod"),
        ("kubectl annotate KIND a=b", "pods", "Pod"),
        ("kubectl annotate KIND a=b", "svc", "Service"),
        ("kubectl annotate KIND a=b c-", "deploy", "Deployment"),
        ("kubectl scale --replicas=1 KIND", "deploy", "Deployment"),
        ("kubectl set image KIND c1=nginx:1.27", "deploy", "Deployment"),
        ("kubectl set env KIND -c c2 A=b", "deploy", "Deployment"),
        ("kubectl rollout pause KIND", "deploy", "Deployment"),
        ("kubectl set selector KIND app=q", "svc", "Service"),
    ] {
        let names = both.at_once.cluster.list(of, Some("default"));
        let names: Vec<&str> =
            names.iter().filter_map(|object| object["metadata"]["name"].as_str()).collect();
        let few = |some: &[&str]| command.replace("KIND", &format!("{kind} {}", some.join(" ")));
        let each: Vec<String> = names.chunks(FEW).map(few).collect();
        let can_have_all = !command.contains("rollout") && !command.contains("selector");
        let all = if can_have_all { "--all".to_owned() } else { names.join(" ") };
        both.run(&command.replace("KIND", &format!("{kind} {all}")), &each);
    }
    both.compare("all");
}
