//! Strategic merge patches: what `kubectl apply` makes of the last applied, the new and
//! the live object, and what the API server makes of the patch
//! (apimachinery/pkg/util/strategicpatch/patch.go, v1.36.2; its oddities included).

use super::merge_meta::{ListMeta, Where};
use crate::validate::gotext::plain;
use serde_json::{Map, Value, json};

pub(super) type Object = Map<String, Value>;
pub(super) type Merged<T> = Result<T, MergeError>;

pub(super) const MARKER: &str = "$patch";
pub(super) const RETAIN: &str = "$retainKeys";
pub(super) const DELETE_FROM: &str = "$deleteFromPrimitiveList";
pub(super) const ORDER: &str = "$setElementOrder";

/// Why a patch can't be made or applied, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MergeError(pub String);

pub(super) fn fail<T>(message: impl Into<String>) -> Merged<T> {
    Err(MergeError(message.into()))
}

/// The patch that brings `current` (the live object) to `modified` (the new manifest),
/// with `original` (the last applied manifest) saying what was taken out: JSON objects
/// of `kind`. An empty map is no change. `modified` wins over changes by others.
///
/// # Errors
/// In Go's words, when a list can't be merged.
pub fn three_way_patch(
    kind: &str,
    original: Option<&Value>,
    modified: &Value,
    current: &Value,
) -> Result<Value, MergeError> {
    let empty = Object::new();
    let (original, current) = (original.and_then(Value::as_object), current.as_object());
    let modified = modified.as_object().unwrap_or(&empty);
    let at = Where::root(kind);
    let changes = Options { changes: true, deletions: false, retain_keys: false };
    let delta = diff_maps(current.unwrap_or(&empty), modified, at, changes)?;
    let losses = Options { changes: false, deletions: true, retain_keys: false };
    let deletions = diff_maps(original.unwrap_or(&empty), modified, at, losses)?;
    let mut delta = delta;
    let patch = super::merge_apply::merge_map(Some(deletions), &mut delta, at, false)?;
    Ok(Value::Object(patch))
}

/// Applies `patch` to `live`, as the server does. The patch that comes back is what the
/// server's errors show: merging takes its list directives out of it.
///
/// # Errors
/// In Go's words.
pub fn apply_patch(kind: &str, live: &Value, patch: &Value) -> Result<(Value, Value), MergeError> {
    let live = live.as_object().cloned().unwrap_or_default();
    let mut patch = patch.as_object().cloned().unwrap_or_default();
    let merged = super::merge_apply::merge_map(Some(live), &mut patch, Where::root(kind), true)?;
    Ok((Value::Object(merged), Value::Object(patch)))
}

#[derive(Clone, Copy)]
struct Options {
    /// Keep what was changed or added.
    changes: bool,
    /// Keep what was taken out.
    deletions: bool,
    retain_keys: bool,
}

/// What Go's reflection tells apart in decoded JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GoType {
    Nil,
    Bool,
    Int,
    Float,
    Text,
    List,
    Map,
}

pub(super) fn type_of(value: &Value) -> GoType {
    match value {
        Value::Null => GoType::Nil,
        Value::Bool(_) => GoType::Bool,
        Value::Number(n) if n.is_f64() => GoType::Float,
        Value::Number(_) => GoType::Int,
        Value::String(_) => GoType::Text,
        Value::Array(_) => GoType::List,
        Value::Object(_) => GoType::Map,
    }
}

/// `ErrBadArgType`.
pub(super) fn bad_type(expected: &str, found: &Value) -> MergeError {
    let found = match type_of(found) {
        GoType::Nil => "%!s(<nil>)",
        GoType::Bool => "bool",
        GoType::Int => "int64",
        GoType::Float => "float64",
        GoType::Text => "string",
        GoType::List => "[]interface {}",
        GoType::Map => "map[string]interface {}",
    };
    MergeError(format!("expected a {expected}, but received a {found}"))
}

pub(super) const A_MAP: &str = "map[string]interface {}";
pub(super) const A_LIST: &str = "[]interface {}";

/// `ErrNoMergeKey`.
pub(super) fn no_merge_key(item: &Object, key: &str) -> MergeError {
    let shown = plain(&Value::Object(item.clone()));
    MergeError(format!("map: {shown} does not contain declared merge key: {key}"))
}

fn diff_maps(
    original: &Object,
    modified: &Object,
    at: Where<'_>,
    options: Options,
) -> Merged<Object> {
    let mut patch = Object::new();
    for (key, new) in modified {
        let Some(old) = original.get(key) else {
            if options.changes {
                patch.insert(key.clone(), new.clone());
            }
            continue;
        };
        if key == MARKER {
            let (Value::String(_), Value::String(_)) = (old, new) else {
                return fail(format!("invalid value for special key: {MARKER}"));
            };
            if old != new {
                patch.insert(key.clone(), new.clone());
            }
            continue;
        }
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => {
                let retain_keys = at.retains_keys(key);
                let inner = diff_maps(old, new, at.field(key), Options { retain_keys, ..options })?;
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            (Value::Array(old_items), Value::Array(new_items)) => match at.list(key) {
                Some(meta) => {
                    diff_list_field(key, (old_items, new_items), meta, at, options, &mut patch)?;
                }
                None if options.changes && old != new => {
                    patch.insert(key.clone(), new.clone());
                }
                None => {}
            },
            _ if options.changes && (type_of(old) != type_of(new) || old != new) => {
                patch.insert(key.clone(), new.clone());
            }
            _ => {}
        }
    }
    if options.deletions {
        for key in original.keys().filter(|key| !modified.contains_key(*key)) {
            patch.insert(key.clone(), Value::Null);
        }
    }
    if options.retain_keys {
        let more = original.keys().any(|key| !modified.contains_key(key));
        let mut kept: Vec<&String> =
            modified.iter().filter(|(_, value)| !value.is_null()).map(|(key, _)| key).collect();
        if !kept.is_empty() && (!patch.is_empty() || more) {
            kept.sort();
            patch.insert(RETAIN.to_owned(), json!(kept));
        }
    }
    Ok(patch)
}

fn diff_list_field(
    key: &str,
    (old, new): (&[Value], &[Value]),
    meta: ListMeta,
    at: Where<'_>,
    options: Options,
    patch: &mut Object,
) -> Merged<()> {
    let options = Options { retain_keys: meta.retain_keys, ..options };
    let (added, deleted, order) = diff_lists(old, new, meta.key, at.field(key), options)?;
    for (key, list) in [
        (key.to_owned(), added),
        (format!("{DELETE_FROM}/{key}"), deleted),
        (format!("{ORDER}/{key}"), order),
    ] {
        if !list.is_empty() {
            patch.insert(key, Value::Array(list));
        }
    }
    Ok(())
}

/// Additions and changes, deletions (of scalars), order.
type ListDiff = (Vec<Value>, Vec<Value>, Vec<Value>);

fn diff_lists(
    old: &[Value],
    new: &[Value],
    key: &str,
    at: Where<'_>,
    options: Options,
) -> Merged<ListDiff> {
    if old.is_empty() {
        let added = if options.changes { new.to_vec() } else { Vec::new() };
        return Ok((added, Vec::new(), Vec::new()));
    }
    match element_type(&[old, new])? {
        GoType::Map => {
            let (changed, deleted) = diff_lists_of_maps(old, new, key, at, options)?;
            let mut list = in_order(changed, new, key, GoType::Map)?;
            let same_order = same_order(old, new, key)?;
            list.extend(deleted);
            let wants_order = (options.changes && (!list.is_empty() || !same_order))
                || (options.deletions && !list.is_empty());
            let order = if wants_order {
                new.iter()
                    .map(|item| json!({key: item.get(key).cloned().unwrap_or(Value::Null)}))
                    .collect()
            } else {
                Vec::new()
            };
            Ok((list, Vec::new(), order))
        }
        kind => {
            let (added, deleted) = diff_lists_of_scalars(old, new, options);
            let added = in_order(added, new, key, kind)?;
            let wants_order =
                (options.deletions && !deleted.is_empty()) || (options.changes && old != new);
            let order = if wants_order { new.to_vec() } else { Vec::new() };
            Ok((added, deleted, order))
        }
    }
}

fn same_order(old: &[Value], new: &[Value], key: &str) -> Merged<bool> {
    if old.len() != new.len() {
        return Ok(false);
    }
    for (a, b) in old.iter().zip(new) {
        if merge_value(a, key)? != merge_value(b, key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The value of the merge key of a list's item.
pub(super) fn merge_value<'v>(item: &'v Value, key: &str) -> Merged<&'v Value> {
    let map = item.as_object().ok_or_else(|| bad_type(A_MAP, item))?;
    map.get(key).ok_or_else(|| no_merge_key(map, key))
}

fn diff_lists_of_scalars(
    old: &[Value],
    new: &[Value],
    options: Options,
) -> (Vec<Value>, Vec<Value>) {
    let sorted = |list: &[Value]| {
        let mut list: Vec<(String, Value)> = list.iter().map(|v| (plain(v), v.clone())).collect();
        list.sort_by(|a, b| a.0.cmp(&b.0));
        list
    };
    let (old, new) = (sorted(old), sorted(new));
    let (mut added, mut deleted): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a.0 == b.0 => {
                i += 1;
                j += 1;
            }
            (None, Some(b)) => {
                added.push(b.1.clone());
                j += 1;
            }
            (Some(a), Some(b)) if a.0 > b.0 => {
                added.push(b.1.clone());
                j += 1;
            }
            (Some(a), _) => {
                if !deleted.contains(&a.1) {
                    deleted.push(a.1.clone());
                }
                i += 1;
            }
            (None, None) => break,
        }
    }
    if !options.changes {
        added.clear();
    }
    if !options.deletions {
        deleted.clear();
    }
    (added, deleted)
}

fn diff_lists_of_maps(
    old: &[Value],
    new: &[Value],
    key: &str,
    at: Where<'_>,
    options: Options,
) -> Merged<(Vec<Value>, Vec<Value>)> {
    let (old, new) = (by_key(old, key), by_key(new, key));
    let (mut changed, mut deleted) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let was = old.get(i).map(|item| merge_value(item, key).map(plain)).transpose()?;
        let now = new.get(j).map(|item| merge_value(item, key).map(plain)).transpose()?;
        match (was, now) {
            (Some(was), Some(now)) if was == now => {
                if let (Value::Object(a), Value::Object(b)) = (&old[i], &new[j]) {
                    let mut inner = diff_maps(a, b, at, options)?;
                    if !inner.is_empty() {
                        inner.insert(key.to_owned(), b.get(key).cloned().unwrap_or(Value::Null));
                        changed.push(Value::Object(inner));
                    }
                }
                i += 1;
                j += 1;
            }
            (was, Some(now)) if was.as_ref().is_none_or(|was| *was > now) => {
                if options.changes {
                    changed.push(new[j].clone());
                }
                j += 1;
            }
            _ => {
                if options.deletions {
                    let value = merge_value(&old[i], key)?.clone();
                    deleted.push(json!({key: value, MARKER: "delete"}));
                }
                i += 1;
            }
        }
    }
    Ok((changed, deleted))
}

/// `sortMapsBasedOnField`: Go's `sort.Sort` with an order that calls equal keys less, so
/// that for up to twelve items an insertion sort turns equals round. Two ports of one
/// number (TCP and UDP 53) are compared crosswise because of this.
fn by_key(list: &[Value], key: &str) -> Vec<Value> {
    let mut keyed: Vec<(String, &Value)> = list
        .iter()
        .map(|item| (item.get(key).map_or_else(|| "<nil>".to_owned(), plain), item))
        .collect();
    if keyed.len() <= 12 {
        for i in 1..keyed.len() {
            let mut j = i;
            while j > 0 && keyed[j].0 <= keyed[j - 1].0 {
                keyed.swap(j, j - 1);
                j -= 1;
            }
        }
    } else {
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
    }
    keyed.into_iter().map(|(_, item)| item.clone()).collect()
}

/// `sliceElementType`: the one type that all elements have.
pub(super) fn element_type(lists: &[&[Value]]) -> Merged<GoType> {
    let mut found = None;
    for item in lists.iter().flat_map(|list| list.iter()) {
        let kind = type_of(item);
        if kind == GoType::List && found.is_none() {
            return fail("lists of lists are not supported");
        }
        if found.is_some_and(|found| found != kind) {
            let shown: Vec<String> =
                lists.iter().map(|list| plain(&Value::Array(list.to_vec()))).collect();
            return fail(format!("list element types are not identical: [{}]", shown.join(" ")));
        }
        found = Some(kind);
    }
    found.ok_or_else(|| MergeError("no elements in any of the given slices".to_owned()))
}

/// The place of `item` in `list` by merge key; by value where there is none.
pub(super) fn index_of(list: &[Value], item: &Value, key: &str, kind: GoType) -> Option<usize> {
    if kind == GoType::Map {
        let wanted = item.get(key);
        list.iter().position(|other| other.get(key) == wanted)
    } else {
        list.iter().position(|other| other == item)
    }
}

/// `normalizeSliceOrder`: `list` in the order of `order`, deletions at the end. Go's
/// stable sort is an insertion sort up to twenty items, which shows where an item is not
/// in `order`.
pub(super) fn in_order(
    list: Vec<Value>,
    order: &[Value],
    key: &str,
    kind: GoType,
) -> Merged<Vec<Value>> {
    let (mut keep, mut deletions) = (list, Vec::new());
    if kind == GoType::Map {
        for item in keep.iter().chain(order) {
            merge_value(item, key)?;
        }
        (deletions, keep) =
            keep.into_iter().partition(|item| item.get(MARKER) == Some(&json!("delete")));
    }
    let mut placed: Vec<(Option<usize>, Value)> =
        keep.into_iter().map(|item| (index_of(order, &item, key, kind), item)).collect();
    if placed.len() <= 20 {
        let less = |a: Option<usize>, b: Option<usize>| match (a, b) {
            (Some(a), Some(b)) => a < b,
            _ => true,
        };
        for i in 1..placed.len() {
            let mut j = i;
            while j > 0 && less(placed[j].0, placed[j - 1].0) {
                placed.swap(j, j - 1);
                j -= 1;
            }
        }
    } else {
        placed.sort_by_key(|(place, _)| *place);
    }
    Ok(placed.into_iter().map(|(_, item)| item).chain(deletions).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(ports: Value) -> Value {
        json!({"spec": {"ports": ports}})
    }

    /// The patch, and what the server makes of it.
    fn change(original: Value, modified: Value, current: Value) -> (Value, Value) {
        let patch = three_way_patch("Service", Some(&original), &modified, &current).unwrap();
        let merged = apply_patch("Service", &current, &patch).unwrap().0;
        (patch, merged)
    }

    #[test]
    fn another_port_number_is_another_port() {
        let (patch, merged) = change(
            service(json!([{"port": 80}])),
            service(json!([{"port": 81}])),
            service(json!([{"port": 80, "protocol": "TCP", "nodePort": 30080}])),
        );
        assert_eq!(
            patch,
            json!({"spec": {
                "$setElementOrder/ports": [{"port": 81}],
                "ports": [{"port": 81}, {"port": 80, "$patch": "delete"}],
            }})
        );
        assert_eq!(merged, service(json!([{"port": 81}])));
    }

    #[test]
    fn what_others_set_stays_and_what_was_applied_and_is_gone_goes() {
        let (patch, merged) = change(
            json!({"metadata": {"labels": {"a": "1", "b": "1"}}, "spec": {"type": "NodePort"}}),
            json!({"metadata": {"labels": {"a": "2"}}, "spec": {}}),
            json!({
                "metadata": {"labels": {"a": "1", "b": "1", "theirs": "1"}},
                "spec": {"type": "NodePort", "clusterIP": "10.96.0.9"},
            }),
        );
        assert_eq!(
            patch,
            json!({"metadata": {"labels": {"a": "2", "b": null}}, "spec": {"type": null}})
        );
        assert_eq!(
            merged,
            json!({
                "metadata": {"labels": {"a": "2", "theirs": "1"}},
                "spec": {"clusterIP": "10.96.0.9"},
            })
        );
    }

    #[test]
    fn nothing_new_is_no_patch() {
        let ports = json!([{"port": 80, "name": "a"}, {"port": 81, "name": "b"}]);
        let current = json!([
            {"port": 80, "name": "a", "protocol": "TCP"},
            {"port": 81, "name": "b", "protocol": "TCP"},
        ]);
        let (patch, _) = change(service(ports.clone()), service(ports), service(current));
        assert_eq!(patch, json!({}));
    }

    /// Kubernetes issue 39188: ports are merged by number alone.
    #[test]
    fn a_change_of_the_tcp_port_53_meets_the_udp_port_53() {
        let ports = |target: i64| {
            json!([
                {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
                {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": target},
            ])
        };
        let (patch, merged) = change(service(ports(53)), service(ports(5353)), service(ports(53)));
        assert_eq!(patch["spec"]["ports"], json!([{"port": 53, "targetPort": 5353}]));
        assert_eq!(merged["spec"]["ports"][0]["targetPort"], 5353);
        assert_eq!(merged["spec"]["ports"][1]["targetPort"], 53);
    }

    #[test]
    fn finalizers_are_merged_one_by_one() {
        let meta = |list: Value| json!({"metadata": {"finalizers": list}});
        let (patch, merged) = change(
            meta(json!(["a/a", "b/b"])),
            meta(json!(["b/b", "c/c"])),
            meta(json!(["a/a", "b/b", "x/x"])),
        );
        assert_eq!(
            patch,
            json!({"metadata": {
                "$deleteFromPrimitiveList/finalizers": ["a/a"],
                "$setElementOrder/finalizers": ["b/b", "c/c"],
                "finalizers": ["c/c"],
            }})
        );
        assert_eq!(merged, meta(json!(["b/b", "c/c", "x/x"])));
    }

    #[test]
    fn lists_without_a_merge_key_are_replaced() {
        let spec = |list: Value| json!({"spec": {"externalIPs": list}});
        let (patch, merged) =
            change(spec(json!(["1"])), spec(json!(["2"])), spec(json!(["1", "3"])));
        assert_eq!(patch, spec(json!(["2"])));
        assert_eq!(merged, spec(json!(["2"])));
    }

    #[test]
    fn ports_of_unlike_forms_are_told_in_gos_words() {
        let current = service(json!([{"port": 80}]));
        let why = |ports: Value| {
            three_way_patch("Service", None, &service(ports), &current).unwrap_err().0
        };
        assert_eq!(why(json!([80])), "list element types are not identical: [[map[port:80]] [80]]");
        assert_eq!(why(json!([{}])), "map: map[] does not contain declared merge key: port");
    }

    #[test]
    fn the_order_of_the_manifest_wins_and_foreign_items_keep_their_place() {
        let (_, merged) = change(
            service(json!([{"port": 1}, {"port": 3}])),
            service(json!([{"port": 3}, {"port": 1}, {"port": 4}])),
            service(json!([{"port": 1}, {"port": 2}, {"port": 3}])),
        );
        let order: Vec<&Value> =
            merged["spec"]["ports"].as_array().unwrap().iter().map(|p| &p["port"]).collect();
        assert_eq!(order, [&json!(2), &json!(3), &json!(1), &json!(4)]);
    }
}
