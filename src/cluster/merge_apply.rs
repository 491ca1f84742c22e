//! Putting a strategic merge patch into an object: `mergeMap` and below
//! (apimachinery/pkg/util/strategicpatch/patch.go, v1.36.2).

use super::merge::{
    A_LIST, A_MAP, DELETE_FROM, GoType, MARKER, MergeError, Merged, ORDER, Object, RETAIN,
    bad_type, element_type, fail, in_order, index_of, merge_value, no_merge_key, type_of,
};
use super::merge_meta::Where;
use serde_json::Value;

/// Merges `patch` into `original`. On the server (`directives`) list directives are
/// followed and nulls only delete; between two patches on the client they are kept. What
/// was followed is gone from `patch` afterwards, as upstream.
pub(super) fn merge_map(
    original: Option<Object>,
    patch: &mut Object,
    at: Where<'_>,
    directives: bool,
) -> Merged<Object> {
    if let Some(marker) = patch.get(MARKER) {
        return match marker.as_str() {
            Some("replace") => {
                patch.shift_remove(MARKER);
                Ok(patch.clone())
            }
            Some("delete") => Ok(Object::new()),
            _ => fail(format!(
                "unknown patch type: {} in map: {}",
                crate::validate::gotext::plain(marker),
                crate::validate::gotext::plain(&Value::Object(patch.clone()))
            )),
        };
    }
    let mut original = original.unwrap_or_default();
    retain_keys(&mut original, patch, directives)?;
    merge_ordered_lists(&mut original, patch, at, directives)?;
    let keys: Vec<String> = patch.keys().cloned().collect();
    for full_key in keys {
        let mut key = full_key.as_str();
        let mut deletes = false;
        if key.starts_with(DELETE_FROM) {
            if !directives {
                let value = patch.get(key).cloned().unwrap_or(Value::Null);
                original.insert(full_key.clone(), value);
                continue;
            }
            key = key
                .strip_prefix(DELETE_FROM)
                .and_then(|k| k.strip_prefix('/'))
                .ok_or_else(|| MergeError("invalid patch format of primitive list".to_owned()))?;
            deletes = true;
        }
        let Some(value) = patch.get_mut(&full_key) else { continue };
        if value.is_null() {
            original.shift_remove(key);
            if directives {
                continue;
            }
        }
        if deletes && original.get(key).is_none_or(|old| type_of(old) != type_of(value)) {
            continue;
        }
        let Some(old) = original.get_mut(key) else {
            if directives {
                drop_nulls(value);
            }
            let mut value = value.clone();
            if directives {
                drop_directives(&mut value);
            }
            original.insert(key.to_owned(), value);
            continue;
        };
        if type_of(old) != type_of(value) {
            old.clone_from(value);
            if directives {
                drop_directives(old);
            }
            continue;
        }
        match (old, value) {
            (Value::Object(old), Value::Object(value)) => {
                *old = merge_map(Some(std::mem::take(old)), value, at.field(key), directives)?;
            }
            (Value::Array(old), Value::Array(value)) => match at.list(key) {
                Some(meta) => {
                    let list = std::mem::take(old);
                    *old = merge_list(list, value, meta.key, at.field(key), directives, deletes)?;
                }
                None => old.clone_from(value),
            },
            (old, value) => *old = value.clone(),
        }
    }
    Ok(original)
}

fn retain_keys(original: &mut Object, patch: &mut Object, directives: bool) -> Merged<()> {
    let Some(kept) = patch.shift_remove(RETAIN) else { return Ok(()) };
    if !directives {
        if original.get(RETAIN).is_some_and(|other| *other != kept) {
            return fail("invalid patch format of retainKeys");
        }
        original.insert(RETAIN.to_owned(), kept);
        return Ok(());
    }
    const BAD: &str = "invalid patch format of retainKeys";
    let Some(list) = kept.as_array() else { return fail(BAD) };
    let is_kept = |key: &String| list.iter().any(|k| k.as_str() == Some(key));
    for (key, value) in patch.iter() {
        let directive = key.starts_with(DELETE_FROM) || key.starts_with(ORDER);
        if !value.is_null() && !directive && !is_kept(key) {
            return fail(BAD);
        }
    }
    original.retain(|key, _| is_kept(key));
    Ok(())
}

/// `discardNullValuesFromPatch`: what is not there can't be deleted.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// What is added as it stands brings no directive along.
fn drop_directives(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| {
                !(key == MARKER
                    || key == RETAIN
                    || key.starts_with(ORDER)
                    || key.starts_with(DELETE_FROM))
            });
            map.values_mut().for_each(drop_directives);
        }
        Value::Array(items) => {
            items.retain(|item| item.get(MARKER).and_then(Value::as_str) != Some("delete"));
            items.iter_mut().for_each(drop_directives);
        }
        _ => {}
    }
}

/// `mergePatchIntoOriginal`: lists whose order the patch states.
fn merge_ordered_lists(
    original: &mut Object,
    patch: &mut Object,
    at: Where<'_>,
    directives: bool,
) -> Merged<()> {
    const BAD: &str = "invalid patch format of setElementOrder list";
    let keys: Vec<String> = patch.keys().filter(|key| key.starts_with(ORDER)).cloned().collect();
    for order_key in keys {
        let Some(order) = patch.shift_remove(&order_key) else { continue };
        if !directives {
            match original.get(&order_key) {
                Some(other) if *other != order => return fail(BAD),
                Some(_) => {}
                None => {
                    original.insert(order_key.clone(), order.clone());
                }
            }
        }
        let Value::Array(order) = order else { return Err(bad_type(A_LIST, &order)) };
        let key = order_key.strip_prefix(ORDER).and_then(|k| k.strip_prefix('/'));
        let Some(key) = key else { return fail(BAD) };
        let list_of = |map: &Object| match map.get(key) {
            None => Ok(None),
            Some(Value::Array(list)) => Ok(Some(list.clone())),
            Some(other) => Err(bad_type(A_LIST, other)),
        };
        let (live, change) = (list_of(original)?, list_of(patch)?);
        let merge_key = at.list(key).map_or("", |meta| meta.key);
        check_order(change.as_deref().unwrap_or_default(), &order, merge_key)?;
        let merged = match (&live, &change) {
            (None, None) => continue,
            (Some(live), None) => live.clone(),
            (None, Some(change)) => {
                let mut change = Value::Array(change.clone());
                if directives {
                    drop_directives(&mut change);
                }
                change.as_array().cloned().unwrap_or_default()
            }
            (Some(live), Some(change)) if at.list(key).is_some() => {
                merge_list(live.clone(), change, merge_key, at.field(key), directives, false)?
            }
            (Some(_), Some(change)) => change.clone(),
        };
        let (live, change) = (live.unwrap_or_default(), change.unwrap_or_default());
        let kind = element_type(&[&live, &change])?;
        let (ours, theirs) = partition(merged, &order, merge_key)?;
        let list = interleave(ours, theirs, &order, &live, merge_key, kind)?;
        original.insert(key.to_owned(), Value::Array(list));
        patch.shift_remove(key);
    }
    Ok(())
}

/// `validatePatchWithSetOrderList`.
fn check_order(patch: &[Value], order: &[Value], key: &str) -> Merged<()> {
    if patch.is_empty() || order.is_empty() {
        return Ok(());
    }
    let mut kept = Vec::new();
    for item in patch {
        if key.is_empty() {
            kept.push(item);
            continue;
        }
        let map = item.as_object().ok_or_else(|| bad_type(A_MAP, item))?;
        if map.get(MARKER).and_then(Value::as_str) != Some("delete") {
            kept.push(item);
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < kept.len() && j < order.len() {
        if kept[i].get(MARKER).is_some() {
            i += 1;
            continue;
        }
        let same = if key.is_empty() {
            kept[i] == &order[j]
        } else {
            merge_value(kept[i], key)? == merge_value(&order[j], key)?
        };
        if same {
            i += 1;
        }
        j += 1;
    }
    if i < kept.len() && j >= order.len() {
        let shown = |list: &[Value]| crate::validate::gotext::plain(&Value::Array(list.to_vec()));
        return fail(format!(
            "The order in patch list:\n{}\n doesn't match {ORDER} list:\n{}\n",
            shown(patch),
            shown(order)
        ));
    }
    Ok(())
}

/// `mergeSlice`.
fn merge_list(
    original: Vec<Value>,
    patch: &[Value],
    key: &str,
    at: Where<'_>,
    directives: bool,
    deletes: bool,
) -> Merged<Vec<Value>> {
    if original.is_empty() && patch.is_empty() {
        return Ok(original);
    }
    let kind = element_type(&[&original, patch])?;
    let live = original.clone();
    if kind != GoType::Map {
        if directives && deletes {
            return Ok(original.into_iter().filter(|v| !patch.contains(v)).collect());
        }
        let mut merged: Vec<Value> = original;
        merged.extend(patch.iter().cloned());
        let merged = without_twins(merged);
        let (ours, theirs) = partition(merged, patch, key)?;
        return interleave(ours, theirs, patch, &live, key, kind);
    }
    if key.is_empty() {
        return fail("cannot merge lists without merge key for type map");
    }
    let (mut list, change) = special_elements(original, patch, key)?;
    let live = list.clone();
    for item in &change {
        merge_value(item, key)?;
        match (index_of(&list, item, key, GoType::Map), item) {
            (Some(place), Value::Object(item)) => {
                let old = list[place].as_object().cloned();
                let mut item = item.clone();
                list[place] = Value::Object(merge_map(old, &mut item, at, directives)?);
            }
            _ => list.push(item.clone()),
        }
    }
    let (ours, theirs) = partition(list, &change, key)?;
    interleave(ours, theirs, &change, &live, key, kind)
}

/// `mergeSliceWithSpecialElements`: deletions are carried out, a replacement drops what
/// was there; the patch without these comes back.
fn special_elements(
    mut original: Vec<Value>,
    patch: &[Value],
    key: &str,
) -> Merged<(Vec<Value>, Vec<Value>)> {
    let mut rest = Vec::new();
    let mut replace = false;
    for item in patch {
        let Some(marker) = item.get(MARKER) else {
            rest.push(item.clone());
            continue;
        };
        match marker.as_str() {
            Some("delete") => {
                let map = item.as_object().ok_or_else(|| bad_type(A_MAP, item))?;
                let value = map.get(key).ok_or_else(|| no_merge_key(map, key))?;
                original.retain(|other| other.get(key) != Some(value));
            }
            Some("replace") => replace = true,
            Some("merge") => return fail("merging lists cannot yet be specified in the patch"),
            _ => {
                return fail(format!(
                    "unknown patch type: {} in map: {}",
                    crate::validate::gotext::plain(marker),
                    crate::validate::gotext::plain(item)
                ));
            }
        }
    }
    Ok(if replace { (rest, Vec::new()) } else { (original, rest) })
}

/// `deduplicateScalars`, which puts the last item where a twin was.
fn without_twins(mut list: Vec<Value>) -> Vec<Value> {
    let mut i = 0;
    while i < list.len() {
        let mut j = i + 1;
        while j < list.len() {
            if list[i] == list[j] {
                list.swap_remove(j);
            } else {
                j += 1;
            }
        }
        i += 1;
    }
    list
}

/// What `by` names too, and the rest.
fn partition(list: Vec<Value>, by: &[Value], key: &str) -> Merged<(Vec<Value>, Vec<Value>)> {
    let (mut named, mut rest) = (Vec::new(), Vec::new());
    for item in list {
        let is_named = if key.is_empty() {
            by.contains(&item)
        } else {
            let value = merge_value(&item, key)?;
            by.iter().any(|other| other.get(key) == Some(value))
        };
        if is_named { named.push(item) } else { rest.push(item) }
    }
    Ok((named, rest))
}

/// `normalizeElementOrder`: ours in the patch's order, theirs in the live order, and
/// theirs put among ours where the live order says so.
fn interleave(
    ours: Vec<Value>,
    theirs: Vec<Value>,
    order: &[Value],
    live: &[Value],
    key: &str,
    kind: GoType,
) -> Merged<Vec<Value>> {
    let ours = in_order(ours, order, key, kind)?;
    let theirs = in_order(theirs, live, key, kind)?;
    let mut list = Vec::with_capacity(ours.len() + theirs.len());
    let (mut ours, mut theirs) = (ours.into_iter().peekable(), theirs.into_iter().peekable());
    loop {
        let theirs_first = match (ours.peek(), theirs.peek()) {
            (None, None) => break,
            (None, Some(_)) => true,
            (Some(_), None) => false,
            (Some(our), Some(their)) => {
                match (index_of(live, their, key, kind), index_of(live, our, key, kind)) {
                    (Some(their), Some(our)) => their < our,
                    _ => false,
                }
            }
        };
        list.extend(if theirs_first { theirs.next() } else { ours.next() });
    }
    Ok(list)
}
