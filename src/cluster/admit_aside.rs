//! What most changes leave as it is, and what is nearly half of many objects: their
//! `managedFields`. They are set aside before anything is copied, compared and checked.

use super::patch::PatchType;
use crate::manifest;
use serde_json::{Map, Value};

/// Whether the `managedFields` of an object are set aside: where a change leaves them alone, and
/// no rule has anything to say of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Aside(bool);

impl Aside {
    /// Of an object that is to be patched.
    pub(super) fn of_patched(live: &Value, (patch_type, patch): (PatchType, &Value)) -> Self {
        // Directives of a strategic patch may say what becomes of other fields.
        let is_plain = |fields: &Map<String, Value>| !fields.keys().any(|key| key.starts_with('$'));
        let is_fit = match (patch.as_object(), patch.get("metadata")) {
            (Some(patch), None) => is_plain(patch),
            (Some(patch), Some(Value::Object(metadata))) => {
                is_plain(patch) && is_plain(metadata) && !metadata.contains_key("managedFields")
            }
            _ => false,
        };
        let is_fit = is_fit && patch_type != PatchType::Json;
        Self(is_fit && is_sound(&live["metadata"]["managedFields"]))
    }

    /// Of an object that is to be replaced by one that has the same, or none: then it gets the
    /// other's. They are taken out of the new one.
    pub(super) fn of_both(object: &mut Value, live: &Value) -> Self {
        let (new, old) = (&object["metadata"]["managedFields"], &live["metadata"]["managedFields"]);
        let is_kept = || new.is_null() || manifest::is_same(new, old);
        let is_fit = object["metadata"].is_object() && is_sound(old) && is_kept();
        if is_fit && let Some(metadata) = object["metadata"].as_object_mut() {
            metadata.shift_remove("managedFields");
        }
        Self(is_fit)
    }

    /// A copy of the live object, to be changed.
    pub(super) fn copied(self, live: &Value) -> Value {
        if self.0 { without(live) } else { live.clone() }
    }

    /// Whether they are.
    pub(super) fn is_aside(self) -> bool {
        self.0
    }

    /// Gives a changed object those of the live one, where they were.
    pub(super) fn put_back(self, object: &mut Value, live: &Value) {
        if self.0 {
            object["metadata"]["managedFields"] = live["metadata"]["managedFields"].clone();
        }
    }
}

/// A copy of an object without its `managedFields`.
pub(super) fn without(object: &Value) -> Value {
    let Value::Object(fields) = object else { return object.clone() };
    let mut copy = Map::with_capacity(fields.len());
    for (field, value) in fields {
        let value = match value {
            Value::Object(metadata) if field == "metadata" => {
                let others = metadata.iter().filter(|(field, _)| *field != "managedFields");
                others.map(|(field, value)| (field.clone(), value.clone())).collect()
            }
            value => value.clone(),
        };
        copy.insert(field.clone(), value);
    }
    Value::Object(copy)
}

/// Whether entries go through conversion, `DecodeManagedFields` and rules as they are.
fn is_sound(entries: &Value) -> bool {
    const TEXTS: [&str; 6] =
        ["apiVersion", "fieldsType", "manager", "operation", "subresource", "time"];
    let is_sound = |entry: &Value| {
        let text = |field: &str| entry[field].as_str().unwrap_or_default();
        let is_known = |(field, value): (&String, &Value)| match field.as_str() {
            "fieldsV1" => value.as_object().is_some_and(|fields| !fields.is_empty()),
            field => TEXTS.contains(&field) && value.is_string(),
        };
        entry.as_object().is_some_and(|fields| fields.iter().all(is_known))
            && entry["fieldsV1"].is_object()
            && matches!(text("operation"), "Apply" | "Update")
            && text("fieldsType") == "FieldsV1"
            && text("manager").len() <= 128
            && text("subresource").len() <= 256
    };
    entries.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(is_sound))
}
