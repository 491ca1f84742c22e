//! What an object is like after it went through Go's structs: a field that is left out where it
//! is empty (`omitempty`) is not there, however the manifest writes it, and a quantity is written
//! in the one way.

use crate::manifest::Quantity;
use crate::manifest::schema::{Schema, Type};
use serde_json::Value;

/// Texts that Go points to: an empty one is another thing than none.
const POINTERS: &[&str] = &[
    "apiGroup",
    "appProtocol",
    "ingressClassName",
    "pathType",
    "protocol",
    "runtimeClassName",
    "scope",
    "serviceName",
    "storageClassName",
    "timeZone",
    "volumeMode",
];
/// Numbers that Go does not point to.
const NUMBERS: &[&str] = &[
    "failureThreshold",
    "hostPort",
    "initialDelaySeconds",
    "minReadySeconds",
    "nodePort",
    "number",
    "periodSeconds",
    "successThreshold",
    "timeoutSeconds",
];
/// Truth values that Go does not point to.
const FLAGS: &[&str] =
    &["hostIPC", "hostNetwork", "hostPID", "paused", "readOnly", "stdin", "stdinOnce", "tty"];

/// Empty lists and maps that rules show as such, though they are not stored.
pub(super) const SHOWN: &[&str] = &["labels", "rules"];

/// Takes out of `object` what Go leaves out, but for fields of the names `spared`; metadata of
/// the object itself stays.
pub(super) fn tidy(schema: &Schema, object: &mut Value, spared: &[&str]) {
    let Some(root) = object.as_object_mut() else { return };
    let kind = schema.get(schema.root());
    root.retain(|name, value| {
        if name == "metadata" {
            return true;
        }
        let Some(field) = kind.field(name) else { return true };
        tidy_value(schema, &field.kind, value, spared);
        kind.required.iter().any(|required| required == name)
            || !is_left_out(name, &field.kind, value)
    });
}

fn tidy_value(schema: &Schema, kind: &Type, value: &mut Value, spared: &[&str]) {
    match (kind, value) {
        (Type::Struct(id), Value::Object(map)) => {
            let kind = schema.get(*id);
            map.retain(|name, value| {
                let Some(field) = kind.field(name) else { return true };
                tidy_value(schema, &field.kind, value, spared);
                spared.contains(&name.as_str())
                    || kind.required.iter().any(|required| required == name)
                    || !is_left_out(name, &field.kind, value)
            });
        }
        (Type::List(inner), Value::Array(items)) => {
            items.iter_mut().for_each(|item| tidy_value(schema, inner, item, spared));
        }
        (Type::Map(inner, _), Value::Object(map)) => {
            map.values_mut().for_each(|value| tidy_value(schema, inner, value, spared));
        }
        (Type::Quantity, value) => {
            if let Some(text) = Quantity::canonical(value) {
                *value = text.into();
            }
        }
        _ => {}
    }
}

fn is_left_out(name: &str, kind: &Type, value: &Value) -> bool {
    match (kind, value) {
        (_, Value::Null) => true,
        (Type::List(_), Value::Array(items)) => items.is_empty(),
        (Type::Map(..), Value::Object(map)) => map.is_empty(),
        (Type::Text(_), Value::String(text)) => text.is_empty() && !POINTERS.contains(&name),
        (Type::Int32 | Type::Int64, Value::Number(n)) => {
            n.as_i64() == Some(0) && NUMBERS.contains(&name)
        }
        (Type::Bool, Value::Bool(false)) => FLAGS.contains(&name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::kinds;
    use serde_json::json;

    #[test]
    fn what_is_empty_goes_unless_go_points_to_it_or_needs_it() {
        let kind = kinds::find("", "v1", "Pod").unwrap();
        let mut pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {}},
            "spec": {
                "containers": [{
                    "name": "", "image": "", "env": [{"name": "A", "value": ""}], "ports": [],
                    "livenessProbe": {"initialDelaySeconds": 0, "grpc": {"port": 0}},
                    "resources": {"limits": {}, "requests": {"cpu": 0.5, "memory": "1024Mi"}},
                    "stdin": false,
                    "securityContext": {"privileged": false},
                }],
                "initContainers": [], "hostname": "", "nodeSelector": {}, "hostNetwork": false,
                "runtimeClassName": "",
            },
        });
        tidy(kind.schema(), &mut pod, &[]);
        assert_eq!(
            pod,
            json!({
                "apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {}},
                "spec": {
                    "containers": [{
                        "name": "", "env": [{"name": "A"}],
                        "livenessProbe": {"grpc": {"port": 0}},
                        "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}},
                        "securityContext": {"privileged": false},
                    }],
                    "runtimeClassName": "",
                },
            })
        );
    }
}
