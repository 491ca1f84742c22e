//! `metadata.managedFields` of an object that `kubectl apply` created: the fields that
//! the request set, defaults included and allocations not
//! (apimachinery/pkg/util/managedfields, v1.36.2).

use crate::manifest::kinds::Kind;
use crate::validate::{Service, default_service, gotext};
use serde_json::{Map, Value, json};

/// Lists whose items are told apart by fields, with those fields.
const KEYED: &[(&str, &[&str])] = &[
    ("ports", &["containerPort", "port", "protocol"]),
    ("hostAliases", &["ip"]),
    ("imagePullSecrets", &["name"]),
    ("secrets", &["name"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("volumeDevices", &["devicePath"]),
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("env", &["name"]),
    ("volumes", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("conditions", &["type"]),
    ("ownerReferences", &["uid"]),
];

/// Maps that are taken or left as a whole.
const ATOMIC: &[&str] = &[
    "configMapKeyRef",
    "fieldRef",
    "labelSelector",
    "namespaceSelector",
    "nodeSelector",
    "podSelector",
    "resourceFieldRef",
    "scaleTargetRef",
    "secretKeyRef",
    "selector",
];

/// `fieldsV1` for `object` as it was sent, before anything was allocated.
pub(super) fn managed_fields(kind: &Kind, mut object: Value) -> Value {
    if kind.kind == "Service"
        && kind.group.is_empty()
        && let Ok(mut service) = Service::of(&object)
    {
        default_service(&mut service);
        object = service.into_json();
    }
    // What the server compares with: an object of which nothing was said.
    let nothing = kind.typed_nothing();
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
                    let before = nothing.get(key);
                    if before.is_none() || *value != json!({}) {
                        fields.insert(format!("f:{key}"), field(key, value, before));
                    }
                }
            }
        }
    }
    let mut fields = Value::Object(fields);
    fields.sort_all_objects();
    fields
}

/// `decodeLiveOrNew`: a manifest's own managedFields count only where all can be decoded;
/// else those of the live object do.
pub(super) fn sound_managed_fields(object: &mut Value, live: Option<&Value>) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let entries = metadata.get_mut("managedFields").and_then(Value::as_array_mut);
    if let Some(entries) = entries.filter(|e| !e.is_empty() && e.iter().all(is_sound)) {
        // Who manages no field is taken off the list.
        let manages = |entry: &Value| entry["fieldsV1"].as_object().is_some_and(|f| !f.is_empty());
        entries.retain(manages);
        return;
    }
    metadata.shift_remove("managedFields");
    if let Some(kept) = live.and_then(|live| live["metadata"].get("managedFields")) {
        metadata.insert("managedFields".to_owned(), kept.clone());
    }
}

/// Whether `DecodeManagedFields` takes an entry.
fn is_sound(entry: &Value) -> bool {
    let text = |field: &str| entry.get(field).and_then(Value::as_str).unwrap_or("");
    matches!(text("operation"), "Apply" | "Update")
        && !text("apiVersion").is_empty()
        && text("fieldsType") == "FieldsV1"
        && entry.get("fieldsV1").is_none_or(|fields| fields.is_null() || is_field_set(fields))
}

/// A set of fields: each named by what it is and its name.
fn is_field_set(fields: &Value) -> bool {
    let is_name =
        |key: &str| key == "." || matches!(key.as_bytes(), [b'f' | b'v' | b'k' | b'i', b':', ..]);
    fields
        .as_object()
        .is_some_and(|map| map.iter().all(|(key, inner)| is_name(key) && is_field_set(inner)))
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
            let mut inner = match field(key, value, None) {
                Value::Object(inner) => inner,
                _ => Map::new(),
            };
            inner.insert(".".to_owned(), json!({}));
            fields.insert(format!("f:{key}"), Value::Object(inner));
        }
    }
    fields
}

/// The fields of `value`; `before` is what stood there, none where nothing did: then the field
/// itself is somebody's too.
fn field(key: &str, value: &Value, before: Option<&Value>) -> Value {
    let mut fields = Map::new();
    match value {
        Value::Object(map) if !ATOMIC.contains(&key) => {
            if before.is_none() && !map.is_empty() {
                fields.insert(".".to_owned(), json!({}));
            }
            for (key, value) in map {
                let before = before.and_then(|before| before.get(key));
                if before.is_none() || *value != json!({}) {
                    fields.insert(format!("f:{key}"), field(key, value, before));
                }
            }
        }
        Value::Array(items) => {
            if key == "finalizers" {
                for item in items.iter().filter_map(Value::as_str) {
                    fields.insert(format!("v:{}", gotext::json_string(item)), json!({}));
                }
            } else if let Some((_, keys)) = KEYED.iter().find(|(list, _)| *list == key) {
                if before.is_none() {
                    fields.insert(".".to_owned(), json!({}));
                }
                for item in items {
                    fields.insert(item_key(item, keys), field("", item, None));
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
