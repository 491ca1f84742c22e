//! A list shows of each object what is shown of it alone, however the list is made.

use crate::worlds::world;
use portolan::cluster::{Cluster, Which};
use portolan::kubectl::{Console, Files};
use proptest::prelude::*;
use serde_json::{Value, json};

const KINDS: &[&str] = &[
    "Pod",
    "Service",
    "EndpointSlice",
    "Endpoints",
    "Node",
    "Namespace",
    "NetworkPolicy",
    "ServiceAccount",
    "Secret",
    "Gateway",
];

/// Gives the world's Pods volumes with tokens, labels, ids and conditions: some have them in
/// common, some not, and some have names that stand in for nothing.
fn clothed(mut world: Value, picks: &[u8]) -> Value {
    let objects = world["objects"].as_array_mut().unwrap();
    let pods = objects.iter_mut().filter(|object| object["kind"] == "Pod");
    for (pod, pick) in pods.zip(picks.iter().cycle()) {
        let token = match pick % 4 {
            0 => json!("kube-api-access-abcde"),
            1 => json!(format!("kube-api-access-{pick}")),
            2 => Value::Null,
            _ => continue,
        };
        let spec = pod["spec"].as_object_mut().unwrap();
        spec.insert("volumes".into(), json!([{"name": "own"}, {"name": token}]));
        spec["containers"][0]["volumeMounts"] = json!([{"name": token}, {"name": "own"}]);
        if pick % 8 > 3 {
            pod["metadata"]["uid"] = json!(format!("uid-{pick}"));
            pod["metadata"]["labels"]["of"] = json!(pick.to_string());
        }
        if pick % 16 > 7 {
            pod["status"]["reason"] = json!(format!("reason-{}", pick % 3));
        }
    }
    world
}

fn text(object: &Value, field: &str) -> String {
    object["metadata"][field].as_str().unwrap_or_default().to_owned()
}

/// What a command prints, in words; without ages, since the clock goes on.
fn words(console: &mut Console, command: &str) -> Vec<Vec<String>> {
    let said = console.line(command).stdout();
    let is_age = |word: &&str| {
        word.ends_with(['s', 'm', 'h', 'd'])
            && word.starts_with(|c: char| c.is_ascii_digit())
            && word.bytes().all(|b| b.is_ascii_digit() || b"smhd".contains(&b))
    };
    let words = |line: &str| -> Vec<String> {
        line.split_whitespace().filter(|word| !is_age(word)).map(str::to_owned).collect()
    };
    said.lines().map(words).collect()
}

proptest! {
    #[test]
    fn each_object_of_a_list_is_as_it_is_alone(
        world in world(), picks in prop::collection::vec(any::<u8>(), 1..8)
    ) {
        let (cluster, _) = Cluster::from_world(&clothed(world, &picks).to_string()).unwrap();
        for kind in KINDS {
            let all = cluster.list(kind, None);
            for object in &all {
                let (namespace, name) = (text(object, "namespace"), text(object, "name"));
                let alone = cluster.get(kind, &namespace, &name);
                prop_assert_eq!(alone.as_ref(), Some(object));
            }
            prop_assert_eq!(cluster.has_any(kind), !all.is_empty());
            // By labels, before anything is made of the objects, as after.
            for wanted in ["a", "web", "5"] {
                let has = |labels: &Value| {
                    labels.as_object().is_some_and(|all| all.values().any(|v| v == wanted))
                };
                let mut chosen = Vec::new();
                let which = Which { namespace: Some("default"), labels: Some(&has), ..Which::default() };
                cluster.each(kind, which, &mut |object| chosen.push(object.into_owned()));
                let of_namespace = cluster.list(kind, Some("default")).into_iter();
                let later: Vec<Value> =
                    of_namespace.filter(|object| has(&object["metadata"]["labels"])).collect();
                prop_assert_eq!(chosen, later);
            }
        }
    }

    #[test]
    fn a_list_is_printed_as_its_objects_are(
        world in world(), picks in prop::collection::vec(any::<u8>(), 1..8)
    ) {
        let (cluster, _) = Cluster::from_world(&clothed(world, &picks).to_string()).unwrap();
        let mut console = Console::new(cluster, Files::default());
        for kind in ["pods", "services", "endpointslices", "endpoints"] {
            let all = console.cluster.list(kind, None);
            let whole = json!({"apiVersion": "v1", "items": all, "kind": "List",
                               "metadata": {"resourceVersion": ""}});
            let said = console.line(&format!("kubectl get {kind} -A -o json")).stdout();
            prop_assert_eq!(&serde_json::from_str::<Value>(&said).unwrap(), &whole);
            console.files.write("list.json", said.as_bytes()).unwrap();
            let yaml = console.line(&format!("kubectl get {kind} -A -o yaml")).stdout();
            let again = portolan::manifest::to_json(&yaml).unwrap();
            prop_assert_eq!(&again, std::slice::from_ref(&whole));
            // The whole List, which jsonpath and templates are given, and one after the other.
            for (list, one) in [
                ("jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}'", "jsonpath='{.metadata.name}{\"\\n\"}'"),
                ("go-template='{{range .items}}{{.metadata.uid}}{{\"\\n\"}}{{end}}'", "go-template='{{.metadata.uid}}{{\"\\n\"}}'"),
                ("custom-columns=N:.metadata.name,S:.spec --no-headers", "custom-columns=N:.metadata.name,S:.spec --no-headers"),
                ("name", "name"),
                ("wide --no-headers", "wide --no-headers"),
            ] {
                let together = words(&mut console, &format!("kubectl get {kind} -A -o {list}"));
                // A table of all namespaces names them.
                let skip = usize::from(list.starts_with("wide"));
                let mut alone = Vec::new();
                for object in &all {
                    let (namespace, name) = (text(object, "namespace"), text(object, "name"));
                    let command = format!("kubectl get {kind} {name} -n {namespace} -o {one}");
                    alone.append(&mut words(&mut console, &command));
                }
                let together: Vec<_> = together.into_iter().map(|line| line[skip..].to_vec()).collect();
                prop_assert_eq!(together, alone, "{} {}", kind, list);
            }
        }
    }
}
