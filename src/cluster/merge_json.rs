//! JSON merge patches, which kubectl makes where it knows no better way to merge
//! (`CreateThreeWayJSONMergePatch`, apimachinery/pkg/util/jsonmergepatch, v1.36.2).

use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// The patch that brings `current` to `modified`, with `original` saying what was taken out.
#[must_use]
pub fn three_way_json_patch(original: &Value, modified: &Value, current: &Value) -> Value {
    let empty = Object::new();
    let map = |value: &Value| value.as_object().unwrap_or(&empty).clone();
    let modified = map(modified);
    let mut patch = only(difference(&map(original), &modified), true);
    merge(&mut patch, only(difference(&map(current), &modified), false));
    Value::Object(patch)
}

/// What turns `from` into `to`; null takes a field out.
fn difference(from: &Object, to: &Object) -> Object {
    let mut out = Object::new();
    for (key, new) in to {
        match (from.get(key), new) {
            (Some(Value::Object(old)), Value::Object(new)) => {
                let inner = difference(old, new);
                if !inner.is_empty() {
                    out.insert(key.clone(), Value::Object(inner));
                }
            }
            (Some(old), new) if old == new => {}
            _ => {
                out.insert(key.clone(), new.clone());
            }
        }
    }
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        out.insert(key.clone(), Value::Null);
    }
    out
}

/// `keepOrDeleteNullInObj`: only the nulls of a patch, or all but them.
fn only(patch: Object, nulls: bool) -> Object {
    let mut out = Object::new();
    for (key, value) in patch {
        match value {
            Value::Null if nulls => {
                out.insert(key, Value::Null);
            }
            Value::Null => {}
            Value::Object(inner) if !inner.is_empty() => {
                let inner = only(inner, nulls);
                if !inner.is_empty() {
                    out.insert(key, Value::Object(inner));
                }
            }
            value if !nulls => {
                out.insert(key, value);
            }
            _ => {}
        }
    }
    out
}

fn merge(into: &mut Object, from: Object) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_taken_out_is_null_and_what_is_new_is_said_whole() {
        let original = json!({"a": 1, "m": {"x": 1, "y": 2}, "gone": 1});
        let modified = json!({"a": 2, "m": {"x": 1, "z": [1]}, "e": {}});
        let current = json!({"a": 1, "m": {"x": 1, "y": 2, "own": 3}, "gone": 1, "own": 1});
        let patch = three_way_json_patch(&original, &modified, &current);
        assert_eq!(patch, json!({"gone": null, "m": {"y": null, "z": [1]}, "a": 2, "e": {}}));
    }
}
