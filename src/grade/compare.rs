//! Two answers beside each other: the differences that matter, which are those between the
//! objects that the server holds. Spelling, order and comments make none.

use super::Grade;
use crate::cluster::Cluster;
use crate::kubectl::LAST_APPLIED;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// One difference between two answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `service/web`; with `NS/` before the name outside `default`.
    pub object: String,
    /// The field, as a goal names it; empty where one answer has no such object.
    pub path: String,
    /// What the one answer has there; none where it has nothing.
    pub own: Option<String>,
    /// What the other has.
    pub other: Option<String>,
}

/// What the server chose where nobody gave it: no difference between answers.
const CHOSEN: [&str; 4] = ["clusterIP", "clusterIPs", "nodePort", "healthCheckNodePort"];

/// The differences between what two answers lead to, object by object, field by field.
#[must_use]
pub fn differences(own: &Grade, other: &Grade) -> Vec<Difference> {
    let names: BTreeSet<(String, String, String)> =
        own.applied.objects.iter().chain(&other.applied.objects).filter_map(name_of).collect();
    let mut found = Vec::new();
    for (kind, namespace, name) in names {
        let scope = if namespace == "default" { String::new() } else { format!("{namespace}/") };
        let object = format!("{}/{scope}{name}", kind.to_lowercase());
        let get = |cluster: &Cluster| cluster.get(&kind, &namespace, &name);
        match (get(&own.cluster), get(&other.cluster)) {
            (Some(a), Some(b)) => {
                let chosen: Vec<&str> = CHOSEN
                    .into_iter()
                    .filter(|key| !mentions(&given(&a), key) && !mentions(&given(&b), key))
                    .collect();
                let (a, b) = (plain(a, &chosen), plain(b, &chosen));
                compare(&object, "", &a, &b, &mut found);
            }
            (a, b) if a.is_some() != b.is_some() => {
                let there = |value: Option<Value>| value.map(|_| "there".to_owned());
                let (own, other) = (there(a), there(b));
                found.push(Difference { object, path: String::new(), own, other });
            }
            _ => {}
        }
    }
    found
}

fn name_of(object: &Value) -> Option<(String, String, String)> {
    let metadata = object.get("metadata")?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    Some((
        text(object.get("kind"))?,
        text(metadata.get("namespace")).unwrap_or_else(|| "default".to_owned()),
        text(metadata.get("name"))?,
    ))
}

/// What the learner gave, as kubectl noted it.
fn given(object: &Value) -> Value {
    let noted = object["metadata"]["annotations"][LAST_APPLIED].as_str();
    noted.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null)
}

fn mentions(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(k, inner)| k == key || mentions(inner, key)),
        Value::Array(entries) => entries.iter().any(|inner| mentions(inner, key)),
        _ => false,
    }
}

/// The object without what storing and controllers give, and without what was chosen.
fn plain(mut object: Value, chosen: &[&str]) -> Value {
    if let Some(map) = object.as_object_mut() {
        map.shift_remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for key in ["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"] {
            metadata.shift_remove(key);
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.shift_remove(LAST_APPLIED);
        }
    }
    strip(&mut object, chosen);
    object
}

fn strip(value: &mut Value, keys: &[&str]) {
    match value {
        Value::Object(map) => {
            keys.iter().for_each(|key| {
                map.shift_remove(*key);
            });
            map.values_mut().for_each(|inner| strip(inner, keys));
        }
        Value::Array(entries) => entries.iter_mut().for_each(|inner| strip(inner, keys)),
        _ => {}
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(entries) => entries.is_empty(),
        _ => false,
    }
}

fn compare(object: &str, path: &str, a: &Value, b: &Value, found: &mut Vec<Difference>) {
    let nothing = Value::Null;
    match (a, b) {
        (a, b) if a == b || (is_nothing(a) && is_nothing(b)) => {}
        (Value::Object(a), Value::Object(b)) => {
            for key in keys(a, b) {
                let inner = (a.get(key).unwrap_or(&nothing), b.get(key).unwrap_or(&nothing));
                compare(object, &joined(path, key), inner.0, inner.1, found);
            }
        }
        (Value::Array(a), Value::Array(b)) => match (named(a), named(b)) {
            (Some(a), Some(b)) => {
                for name in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                    let inner = (a.get(name).copied(), b.get(name).copied());
                    let (a, b) = (inner.0.unwrap_or(&nothing), inner.1.unwrap_or(&nothing));
                    compare(object, &format!("{path}[{name}]"), a, b, found);
                }
            }
            _ if sorted(a) == sorted(b) => {}
            _ => tell(object, path, &Value::from(a.clone()), &Value::from(b.clone()), found),
        },
        (a, b) => tell(object, path, a, b, found),
    }
}

fn tell(object: &str, path: &str, a: &Value, b: &Value, found: &mut Vec<Difference>) {
    found.push(Difference {
        object: object.to_owned(),
        path: path.to_owned(),
        own: words(a),
        other: words(b),
    });
}

fn words(value: &Value) -> Option<String> {
    match value {
        value if is_nothing(value) => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

fn keys<'m>(a: &'m Map<String, Value>, b: &'m Map<String, Value>) -> BTreeSet<&'m String> {
    a.keys().chain(b.keys()).collect()
}

fn joined(path: &str, key: &str) -> String {
    match path {
        path if key.contains(['.', '/']) => format!("{path}[{key}]"),
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}

/// The entries by what tells them apart: a port by its number, else a thing by its name. None
/// where the list holds anything else.
fn named(entries: &[Value]) -> Option<BTreeMap<String, &Value>> {
    let name_of = |entry: &Value| {
        let protocol = match entry.get("protocol").and_then(Value::as_str) {
            Some(protocol) if protocol != "TCP" => format!("/{protocol}"),
            _ => String::new(),
        };
        let by = |key: &str| Some(format!("{key}={}{protocol}", entry.get(key)?.as_u64()?));
        let by_name = || Some(format!("name={}", entry.get("name")?.as_str()?));
        by("port").or_else(|| by("containerPort")).or_else(by_name)
    };
    let named: BTreeMap<String, &Value> =
        entries.iter().map(|entry| Some((name_of(entry)?, entry))).collect::<Option<_>>()?;
    (named.len() == entries.len()).then_some(named)
}

fn sorted(entries: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = entries.iter().map(Value::to_string).collect();
    texts.sort();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::grade;

    fn found(own: &str, other: &str) -> Vec<(String, String, Option<String>, Option<String>)> {
        let base = Cluster::default();
        let graded = |text: &str| {
            let graded = grade(&base, &[], "service.yaml", text);
            assert!(graded.applied.is_accepted(), "{}", graded.applied.stderr);
            graded
        };
        differences(&graded(own), &graded(other))
            .into_iter()
            .map(|d| (d.object, d.path, d.own, d.other))
            .collect()
    }

    fn service(spec: &str) -> String {
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {spec}\n")
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn spelling_order_and_what_is_the_default_make_no_difference() {
        let short =
            service("{ports: [{port: 80}, {port: 81, name: b}]}").replace("80}", "80, name: a}");
        let long = "kind: Service\n# The same.\nspec:\n  type: ClusterIP\n  ports:\n  - {name: b, \
                    port: 81, protocol: TCP}\n  - {name: \"a\", targetPort: 80, port: 80}\n\
                    metadata:\n  name: web\napiVersion: v1\n";
        assert_eq!(found(&short, long), []);
        // A node port that nobody asked for.
        let node_port = service("{type: NodePort, ports: [{port: 80}]}");
        assert_eq!(found(&node_port, &node_port), []);
    }

    #[test]
    fn each_field_that_differs_is_told_with_both_values() {
        let own = service("{selector: {app: web}, ports: [{port: 80, targetPort: http}]}");
        let other = service(
            "{type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8080, \
             nodePort: 30080}]}",
        );
        let object = || "service/web".to_owned();
        let mut differences = found(&own, &other);
        differences.retain(|(_, path, ..)| path != "spec.externalTrafficPolicy");
        assert_eq!(
            differences,
            [
                (object(), "spec.ports[port=80].nodePort".into(), None, some("30080")),
                (object(), "spec.ports[port=80].targetPort".into(), some("http"), some("8080")),
                (object(), "spec.type".into(), some("ClusterIP"), some("NodePort")),
            ]
        );
        let two = format!("{own}---\n{}", own.replace("name: web", "name: api"));
        assert_eq!(found(&two, &own), [("service/api".into(), String::new(), some("there"), None)]);
    }
}
