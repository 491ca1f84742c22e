//! JSON patches (RFC 6902) and merge patches (RFC 7386).

use crate::manifest::decode::json_type;
use crate::manifest::go::Quoted;
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

/// So many bytes may all copies of one patch add (`JSONPatchMaxCopyBytes`,
/// apiserver/pkg/server/config.go). A client has no such bound upstream; here it has the same.
const MAX_COPIED: usize = 3 << 20;

/// `target` with the operations of a JSON patch carried out
/// (gopkg.in/evanphx/json-patch.v4 v4.13.0, `Patch.Apply`): what is not there can be replaced,
/// indices may be negative, and no value is null.
///
/// # Errors
/// In that library's words, why one of the operations can't be carried out.
pub(super) fn apply(target: &Value, patch: &Value) -> Result<Value, String> {
    let mut target = target.clone();
    let mut n_copied = 0;
    for operation in patch.as_array().into_iter().flatten() {
        let value = || operation.get("value").cloned().unwrap_or_default();
        match operation["op"].as_str().unwrap_or("unknown") {
            "add" => add(&mut target, &short_path(operation, "add")?, value(), "add")?,
            "remove" => remove(&mut target, &short_path(operation, "remove")?)?,
            "replace" => replace(&mut target, &path(operation, "replace")?, value())?,
            "move" => {
                let moved = take(&mut target, &from(operation, "move")?)?;
                add(&mut target, &path(operation, "move")?, moved, "move")?;
            }
            "copy" => {
                let copied = copied(&mut target, &from(operation, "copy")?)?;
                let to = short_path(operation, "copy")?;
                n_copied += copied.to_string().len();
                if n_copied > MAX_COPIED {
                    return Err(format!(
                        "Unable to complete the copy, the accumulated size increase of copy is {n_copied}, exceeding the limit {MAX_COPIED}"
                    ));
                }
                add(&mut target, &to, copied, "copy")?;
            }
            "test" => test(&mut target, &path(operation, "test")?, &value())?,
            other => return Err(format!("Unexpected kind: {other}")),
        }
    }
    Ok(target)
}

fn text(operation: &Value, field: &str, missing: &str) -> Result<String, String> {
    match &operation[field] {
        Value::Null => Err(format!("operation{missing}: missing value")),
        Value::String(text) => Ok(text.clone()),
        other => {
            let found = json_type(other);
            Err(format!("json: cannot unmarshal {found} into Go value of type string"))
        }
    }
}

fn path(operation: &Value, op: &str) -> Result<String, String> {
    text(operation, "path", " missing path field")
        .map_err(|why| format!("{op} operation failed to decode path: {why}"))
}

/// As [`path`], for operations that don't say why.
fn short_path(operation: &Value, op: &str) -> Result<String, String> {
    path(operation, op).map_err(|_| format!("{op} operation failed to decode path: missing value"))
}

fn from(operation: &Value, op: &str) -> Result<String, String> {
    text(operation, "from", ", missing from field")
        .map_err(|why| format!("{op} operation failed to decode from: {why}"))
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

/// What holds the value of `path`, and the key or index that it has there (`findObject`). What
/// stands before the first slash does not count.
fn parent<'t>(target: &'t mut Value, path: &str) -> Option<(&'t mut Value, String)> {
    let mut steps: Vec<String> =
        path.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let last = steps.pop()?;
    let mut at = target;
    for step in steps {
        at = match at {
            Value::Object(map) => map.get_mut(&step)?,
            Value::Array(items) => {
                let index = index(&step, items.len()).ok()?;
                items.get_mut(index)?
            }
            _ => return None,
        };
    }
    matches!(at, Value::Object(_) | Value::Array(_)).then_some((at, last))
}

/// `strconv.Atoi`, with Go's words for why not.
fn atoi(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    text.parse().map_err(|_| {
        let why = if is_number { "value out of range" } else { "invalid syntax" };
        format!("strconv.Atoi: parsing {:?}: {why}", Quoted(text))
    })
}

/// Which of `len` places `key` names; negative ones count from the end.
fn index(key: &str, len: usize) -> Result<usize, String> {
    let n = atoi(key)?;
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    usize::try_from(if n < 0 { n + len } else { n })
        .ok()
        .filter(|_| n < len)
        .ok_or_else(|| format!("Unable to access invalid index: {n}: invalid index referenced"))
}

/// The value that `key` has in a container: none and null are the same.
fn get(container: &Value, key: &str) -> Result<Value, String> {
    Ok(match container {
        Value::Array(items) => items.get(index(key, items.len())?).cloned().unwrap_or_default(),
        other => other.get(key).cloned().unwrap_or_default(),
    })
}

fn take_out(container: &mut Value, key: &str) -> Result<Value, String> {
    match container {
        Value::Array(items) => {
            let index = index(key, items.len())?;
            Ok(items.remove(index))
        }
        Value::Object(map) => map
            .shift_remove(key)
            .ok_or_else(|| format!("Unable to remove nonexistent key: {key}: missing value")),
        _ => Err("invalid state detected".to_owned()),
    }
}

fn put_in(container: &mut Value, key: &str, value: Value) -> Result<(), String> {
    match container {
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) => {
            atoi(key)
                .map_err(|why| format!("value was not a proper array index: '{key}': {why}"))?;
            let index = index(key, items.len() + 1)?;
            items.insert(index, value);
        }
        Value::Object(map) => {
            map.insert(key.to_owned(), value);
        }
        _ => {}
    }
    Ok(())
}

/// `op` is the operation that wants it, and words why it can't.
fn add(target: &mut Value, path: &str, value: Value, op: &str) -> Result<(), String> {
    let Some((container, key)) = parent(target, path) else {
        let says = match op {
            "add" => format!("add operation does not apply: doc is missing path: \"{path}\""),
            _ => format!("{op} operation does not apply: doc is missing destination path: {path}"),
        };
        return Err(format!("{says}: missing value"));
    };
    put_in(container, &key, value).map_err(|why| match op {
        "copy" => format!("error while adding value during copy: {why}"),
        _ => format!("error in {op} for path: '{path}': {why}"),
    })
}

fn remove(target: &mut Value, path: &str) -> Result<(), String> {
    let Some((container, key)) = parent(target, path) else {
        return Err(format!(
            "remove operation does not apply: doc is missing path: \"{path}\": missing value"
        ));
    };
    take_out(container, &key)
        .map(drop)
        .map_err(|why| format!("error in remove for path: '{path}': {why}"))
}

fn replace(target: &mut Value, path: &str, value: Value) -> Result<(), String> {
    if path.is_empty() {
        if !matches!(value, Value::Object(_) | Value::Array(_)) {
            return Err("replace operation value must be object or array: %!w(<nil>)".to_owned());
        }
        *target = value;
        return Ok(());
    }
    let missing = |what| {
        format!("replace operation does not apply: doc is missing {what}: {path}: missing value")
    };
    let (container, key) = parent(target, path).ok_or_else(|| missing("path"))?;
    match container {
        Value::Array(items) => {
            let index = index(&key, items.len()).map_err(|_| missing("key"))?;
            if let Some(item) = items.get_mut(index) {
                *item = value;
            }
        }
        other => put_in(other, &key, value)?,
    }
    Ok(())
}

/// What a move takes from its place.
fn take(target: &mut Value, from: &str) -> Result<Value, String> {
    let (container, key) = parent(target, from).ok_or_else(|| {
        format!("move operation does not apply: doc is missing from path: {from}: missing value")
    })?;
    take_out(container, &key).map_err(|why| format!("error in move for path: '{key}': {why}"))
}

fn copied(target: &mut Value, from: &str) -> Result<Value, String> {
    let (container, key) = parent(target, from).ok_or_else(|| {
        format!("copy operation does not apply: doc is missing from path: {from}: missing value")
    })?;
    get(container, &key).map_err(|why| format!("error in copy for from: '{from}': {why}"))
}

fn test(target: &mut Value, path: &str, wanted: &Value) -> Result<(), String> {
    let found = if path.is_empty() {
        target.clone()
    } else {
        let (container, key) = parent(target, path).ok_or_else(|| {
            format!("test operation does not apply: is missing path: {path}: missing value")
        })?;
        get(container, &key).map_err(|why| format!("error in test for path: '{path}': {why}"))?
    };
    if found == *wanted {
        return Ok(());
    }
    Err(format!("testing value {path} failed: test failed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operations_are_carried_out_in_turn() {
        let target = json!({"a": [1, 2], "b/c": {"d": 1}});
        let patch = json!([
            {"op": "test", "path": "/a/1", "value": 2},
            {"op": "add", "path": "/a/-", "value": 3},
            {"op": "add", "path": "/a/0", "value": 0},
            {"op": "remove", "path": "/b~1c/d"},
            {"op": "copy", "from": "/a", "path": "/e"},
            {"op": "move", "from": "/a/3", "path": "/f"},
            {"op": "replace", "path": "/e/0", "value": null},
            {"op": "replace", "path": "/g", "value": 7},
            {"op": "copy", "from": "/nothing", "path": "/h"},
            {"op": "test", "path": "/nothing"},
            {"op": "remove", "path": "/a/-1"},
            {"op": "add", "path": "before/i", "value": {"j": []}},
            {"op": "add", "path": "/i/j/+0", "value": 5},
        ]);
        assert_eq!(
            apply(&target, &patch),
            Ok(json!({
                "a": [0, 1], "b/c": {}, "e": [null, 1, 2, 3], "f": 3, "g": 7, "h": null,
                "i": {"j": [5]},
            }))
        );
    }

    #[test]
    fn why_an_operation_cannot_be_carried_out_is_said_as_the_library_says_it() {
        let target = json!({"a": [1, 2], "b/c": {"d": 1}});
        let said: String = [
            json!({"op": "test", "path": "/a/0", "value": 2}),
            json!({"op": "test", "path": "/a/9", "value": 2}),
            json!({"op": "test", "path": "/x/y", "value": 2}),
            json!({"op": "test", "path": "", "value": {}}),
            json!({"op": "test", "value": {}}),
            json!({"op": "add", "path": "/a/9", "value": 2}),
            json!({"op": "add", "path": "/a/-4", "value": 2}),
            json!({"op": "add", "path": "/a/x", "value": 2}),
            json!({"op": "add", "path": "/a/99999999999999999999", "value": 2}),
            json!({"op": "add", "path": "", "value": 2}),
            json!({"op": "add", "path": "/a/0/b", "value": 2}),
            json!({"op": "add"}),
            json!({"op": "remove", "path": "/a/2"}),
            json!({"op": "remove", "path": "/a/-3"}),
            json!({"op": "remove", "path": "/x"}),
            json!({"op": "remove", "path": "/x/y"}),
            json!({"op": "remove", "path": 5}),
            json!({"op": "replace", "path": "/a/-", "value": 1}),
            json!({"op": "replace", "path": "/x/y", "value": 1}),
            json!({"op": "replace", "path": "", "value": 1}),
            json!({"op": "replace", "value": 1}),
            json!({"op": "move", "from": "/x", "path": "/y"}),
            json!({"op": "move", "from": "/x/y", "path": "/y"}),
            json!({"op": "move", "from": "/a", "path": "/y/z"}),
            json!({"op": "move", "from": "/a/0", "path": "/a/z"}),
            json!({"op": "move", "path": "/a"}),
            json!({"op": "copy", "from": "/a/7", "path": "/y"}),
            json!({"op": "copy", "from": "/x/y", "path": "/y"}),
            json!({"op": "copy", "from": "/a", "path": "/y/z"}),
            json!({"op": "copy", "from": "/a", "path": "/a/z"}),
            json!({"op": "copy", "from": 5, "path": "/a"}),
            json!({"op": "twist", "path": "/a"}),
            json!({"path": "/a"}),
        ]
        .into_iter()
        .map(|operation| {
            let said = apply(&target, &json!([operation])).unwrap_err();
            format!("{operation}\n  {said}\n")
        })
        .collect();
        insta::assert_snapshot!(said);
    }

    #[test]
    fn copies_do_not_grow_without_end() {
        let double = json!({"op": "copy", "from": "/a", "path": "/a/-"});
        let patch = Value::Array(vec![double; 40]);
        assert_eq!(
            apply(&json!({"a": [1]}), &patch),
            Err("Unable to complete the copy, the accumulated size increase of copy is 4194280, exceeding the limit 3145728".to_owned())
        );
    }

    #[test]
    fn a_merge_patch_replaces_lists_and_takes_out_nulls() {
        let mut target = json!({"a": {"b": 1, "c": [1, 2]}, "d": "x"});
        merge(&mut target, &json!({"a": {"b": null, "c": [3]}, "d": {"e": null, "f": 1}}));
        assert_eq!(target, json!({"a": {"c": [3]}, "d": {"f": 1}}));
    }
}
