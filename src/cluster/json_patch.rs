//! JSON patches (RFC 6902) and merge patches (RFC 7386).

use serde_json::{Map, Value};

/// `target` with the merge patch in it: null takes a field out, lists are replaced whole.
pub(super) fn merge(target: &mut Value, patch: &Value) {
    let Some(fields) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(map) = target.as_object_mut() else { return };
    for (key, value) in fields {
        if value.is_null() {
            map.shift_remove(key);
        } else {
            merge(map.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

/// `target` with the operations of a JSON patch carried out; none where one of them can't be.
pub(super) fn apply(target: &Value, patch: &Value) -> Option<Value> {
    let mut target = target.clone();
    for operation in patch.as_array()? {
        let path = operation.get("path")?.as_str()?;
        let from = || operation.get("from").and_then(Value::as_str);
        match operation.get("op")?.as_str()? {
            "add" => add(&mut target, path, operation.get("value")?.clone())?,
            "remove" => {
                remove(&mut target, path)?;
            }
            "replace" => *target.pointer_mut(path)? = operation.get("value")?.clone(),
            "move" => {
                let value = remove(&mut target, from()?)?;
                add(&mut target, path, value)?;
            }
            "copy" => {
                let value = target.pointer(from()?)?.clone();
                add(&mut target, path, value)?;
            }
            "test" => (target.pointer(path)? == operation.get("value")?).then_some(())?,
            _ => return None,
        }
    }
    Some(target)
}

/// Sorts the fields of all objects that a patch of either kind has gone through: the server
/// reads those anew, and keeps the text of what lies beside (github.com/evanphx/json-patch).
pub(super) fn sort_touched(target: &mut Value, patch: &Value) {
    match patch {
        Value::Array(operations) => {
            for operation in operations {
                for field in ["path", "from"] {
                    if let Some(path) = operation[field].as_str() {
                        sort_along(target, path);
                    }
                }
            }
        }
        Value::Object(fields) => {
            let Some(map) = target.as_object_mut() else { return };
            map.sort_keys();
            for (key, patch) in fields.iter().filter(|(_, patch)| patch.is_object()) {
                if let Some(inner) = map.get_mut(key) {
                    sort_touched(inner, patch);
                }
            }
        }
        _ => {}
    }
}

fn sort_along(target: &mut Value, path: &str) {
    let steps = path.match_indices('/').map(|(at, _)| path.get(..at).unwrap_or(""));
    for parent in steps {
        if let Some(Value::Object(map)) = target.pointer_mut(parent) {
            map.sort_keys();
        }
    }
}

/// The parent's path and the last step, unescaped.
fn split(path: &str) -> Option<(&str, String)> {
    let (parent, step) = path.rsplit_once('/')?;
    Some((parent, step.replace("~1", "/").replace("~0", "~")))
}

fn index(step: &str) -> Option<usize> {
    let is_plain = step == "0" || !step.starts_with(['0', '+']);
    step.parse().ok().filter(|_| is_plain)
}

fn add(target: &mut Value, path: &str, value: Value) -> Option<()> {
    if path.is_empty() {
        *target = value;
        return Some(());
    }
    let (parent, step) = split(path)?;
    match target.pointer_mut(parent)? {
        Value::Object(map) => {
            map.insert(step, value);
        }
        Value::Array(items) => {
            let at = if step == "-" { items.len() } else { index(&step)? };
            (at <= items.len()).then(|| items.insert(at, value))?;
        }
        _ => return None,
    }
    Some(())
}

fn remove(target: &mut Value, path: &str) -> Option<Value> {
    let (parent, step) = split(path)?;
    match target.pointer_mut(parent)? {
        Value::Object(map) => map.shift_remove(&step),
        Value::Array(items) => {
            let at = index(&step)?;
            (at < items.len()).then(|| items.remove(at))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operations_are_carried_out_in_turn_or_not_at_all() {
        let target = json!({"a": [1, 2], "b/c": {"d": 1}});
        let patched = |patch: Value| apply(&target, &patch);
        assert_eq!(
            patched(json!([
                {"op": "test", "path": "/a/1", "value": 2},
                {"op": "add", "path": "/a/-", "value": 3},
                {"op": "add", "path": "/a/0", "value": 0},
                {"op": "remove", "path": "/b~1c/d"},
                {"op": "copy", "from": "/a", "path": "/e"},
                {"op": "move", "from": "/a/3", "path": "/f"},
                {"op": "replace", "path": "/e/0", "value": null},
            ])),
            Some(json!({"a": [0, 1, 2], "b/c": {}, "e": [null, 1, 2, 3], "f": 3}))
        );
        for wrong in [
            json!([{"op": "replace", "path": "/nope/0", "value": 1}]),
            json!([{"op": "test", "path": "/a/0", "value": 2}]),
            json!([{"op": "add", "path": "/a/9", "value": 2}]),
            json!([{"op": "remove", "path": "/a/2"}]),
            json!([{"op": "remove", "path": ""}]),
            json!([{"op": "add", "path": "/a/0"}]),
            json!([{"op": "twist", "path": "/a"}]),
            json!([{"path": "/a"}]),
            json!({"op": "remove", "path": "/a"}),
        ] {
            assert_eq!(patched(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn a_merge_patch_replaces_lists_and_takes_out_nulls() {
        let mut target = json!({"a": {"b": 1, "c": [1, 2]}, "d": "x"});
        merge(&mut target, &json!({"a": {"b": null, "c": [3]}, "d": {"e": null, "f": 1}}));
        assert_eq!(target, json!({"a": {"c": [3]}, "d": {"f": 1}}));
    }
}
