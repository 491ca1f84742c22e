//! `metadata.managedFields` of an object that `kubectl apply` created: the fields that
//! the request set, defaults included and allocations not
//! (apimachinery/pkg/util/managedfields, v1.36.2).

use crate::manifest::kinds::Kind;
use crate::validate::{Service, default_service, gotext};
use serde_json::{Map, Value, json};

/// Lists whose items are told apart by fields, with those fields.
const KEYED: &[(&str, &[&str])] = &[
    ("ports", &["port", "protocol"]),
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("env", &["name"]),
    ("volumes", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("conditions", &["type"]),
    ("ownerReferences", &["uid"]),
];

/// Maps that are taken or left as a whole.
const ATOMIC: &[&str] = &["selector", "nodeSelector"];

/// `fieldsV1` for `object` as it was sent, before anything was allocated.
pub(super) fn managed_fields(kind: &Kind, object: &Value) -> Value {
    let mut object = object.clone();
    if kind.kind == "Service"
        && kind.group.is_empty()
        && let Ok(mut service) = Service::of(&object)
    {
        default_service(&mut service);
        object = service.to_json();
    }
    let mut fields = Map::new();
    if let Some(map) = object.as_object() {
        for (key, value) in map {
            match key.as_str() {
                "apiVersion" | "kind" | "status" => {}
                "metadata" => {
                    let metadata = metadata_fields(value);
                    if !metadata.is_empty() {
                        fields.insert("f:metadata".to_owned(), Value::Object(metadata));
                    }
                }
                _ => {
                    fields.insert(format!("f:{key}"), field(key, value));
                }
            }
        }
    }
    sorted(Value::Object(fields))
}

/// Labels, annotations, owners and finalizers: the rest is the server's.
fn metadata_fields(metadata: &Value) -> Map<String, Value> {
    let mut fields = Map::new();
    for key in ["annotations", "finalizers", "labels", "ownerReferences"] {
        let value = metadata.get(key).unwrap_or(&Value::Null);
        let is_empty = match value {
            Value::Object(map) => map.is_empty(),
            Value::Array(list) => list.is_empty(),
            _ => true,
        };
        if !is_empty {
            let mut inner = match field(key, value) {
                Value::Object(inner) => inner,
                _ => Map::new(),
            };
            inner.insert(".".to_owned(), json!({}));
            fields.insert(format!("f:{key}"), Value::Object(inner));
        }
    }
    fields
}

fn field(key: &str, value: &Value) -> Value {
    let mut fields = Map::new();
    match value {
        Value::Object(map) if !ATOMIC.contains(&key) => {
            for (key, value) in map {
                fields.insert(format!("f:{key}"), field(key, value));
            }
        }
        Value::Array(items) => {
            if key == "finalizers" {
                for item in items.iter().filter_map(Value::as_str) {
                    fields.insert(format!("v:{}", gotext::json_string(item)), json!({}));
                }
            } else if let Some((_, keys)) = KEYED.iter().find(|(list, _)| *list == key) {
                fields.insert(".".to_owned(), json!({}));
                for item in items {
                    fields.insert(item_key(item, keys), item_fields(item));
                }
            }
        }
        _ => {}
    }
    Value::Object(fields)
}

/// `k:{"port":80,"protocol":"TCP"}`
fn item_key(item: &Value, keys: &[&str]) -> String {
    let mut map = Map::new();
    for key in keys {
        if let Some(value) = item.get(*key) {
            map.insert((*key).to_owned(), value.clone());
        }
    }
    format!("k:{}", gotext::json(&Value::Object(map)))
}

fn item_fields(item: &Value) -> Value {
    let mut fields = Map::new();
    fields.insert(".".to_owned(), json!({}));
    for (key, value) in item.as_object().into_iter().flatten() {
        fields.insert(format!("f:{key}"), field(key, value));
    }
    Value::Object(fields)
}

fn sorted(mut value: Value) -> Value {
    if let Value::Object(map) = &mut value {
        map.sort_keys();
        for inner in map.values_mut() {
            *inner = sorted(inner.take());
        }
    }
    value
}
