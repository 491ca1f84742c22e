//! JSON as kubectl writes it: `json.MarshalIndent` with four spaces.

use super::Objects;
use super::jsonpath::Items;
use super::row::{Row, Style, depth};
use crate::manifest::go;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// The order of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// By their letters: objects that came from the server, and maps.
    Sorted,
    /// As they stand.
    Kept,
}

/// The value over several lines, with a newline at its end.
#[must_use]
pub(super) fn to_json(value: &Value, keys: Keys) -> String {
    let mut out = String::new();
    write(value, keys, 0, &mut out);
    out.push('\n');
    out
}

/// A List of objects, as [`to_json`] writes it with sorted keys; with their managedFields where
/// those are wanted. In pieces.
#[must_use]
pub(super) fn list(objects: &Objects<'_>, managed_fields: bool) -> Vec<String> {
    let empty = to_json(&super::list(Vec::new()), Keys::Sorted);
    let (head, tail) = empty.split_once("[]").unwrap_or_default();
    let between = |is_first: bool, out: &mut String| out.push(if is_first { '[' } else { ',' });
    Row::write(
        &Json { depth: 2 },
        objects,
        managed_fields,
        (head, between, &format!("\n    ]{tail}")),
        &empty,
    )
}

/// All items as `-o jsonpath-as-json` shows them: as one item of a list, or as its items. In
/// pieces.
#[must_use]
pub(super) fn items_list(objects: &Objects<'_>, items: Items) -> Vec<String> {
    let between = |is_first: bool, out: &mut String| out.push(if is_first { '[' } else { ',' });
    match items {
        Items::List => {
            let (head, tail) = ("[\n    ", "\n    ]\n]\n");
            Row::write(&Json { depth: 2 }, objects, true, (head, between, tail), "[\n    []\n]\n")
        }
        Items::Each => {
            Row::write(&Json { depth: 1 }, objects, true, ("", between, "\n]\n"), "[]\n")
        }
    }
}

/// Objects one after the other, each as [`to_json`] writes it with sorted keys; with their
/// managedFields where those are wanted. In pieces.
#[must_use]
pub(super) fn documents(objects: &Objects<'_>, managed_fields: bool) -> Vec<String> {
    let between = |is_first: bool, out: &mut String| out.push_str(if is_first { "" } else { "\n" });
    Row::write(&Json { depth: 0 }, objects, managed_fields, ("", between, "\n"), "")
}

/// How objects are written in a list, so deep; at 0 they stand alone.
struct Json {
    depth: usize,
}

impl Style for Json {
    fn entries<'m>(&self, _: &str, map: &'m Map<String, Value>) -> Vec<(&'m String, &'m Value)> {
        entries(map, Keys::Sorted)
    }

    fn start(&self, out: &mut String) {
        if self.depth > 0 {
            new_line(self.depth, out);
        }
    }

    fn begin(&self, of: &str, key: &str, is_first: bool, out: &mut String) {
        out.push(if is_first { '{' } else { ',' });
        new_line(self.depth + depth(of) + 1, out);
        go::json_string(key, out);
        out.push_str(": ");
    }

    fn value(&self, of: &str, _: &str, value: &Value, out: &mut String) {
        write(value, Keys::Sorted, self.depth + depth(of) + 1, out);
    }

    fn end(&self, of: &str, out: &mut String) {
        new_line(self.depth + depth(of), out);
        out.push('}');
    }
}

/// Objects as [`compact`] writes a list of them, or each behind the one before and a space. In
/// pieces.
#[must_use]
pub(super) fn compact_list(objects: &Objects<'_>, items: Items) -> Vec<String> {
    let space = |is_first: bool, out: &mut String| out.push_str(if is_first { "" } else { " " });
    let comma = |is_first: bool, out: &mut String| out.push_str(if is_first { "" } else { "," });
    match items {
        Items::Each => Row::write(&Compact, objects, true, ("", space, ""), ""),
        Items::List => Row::write(&Compact, objects, true, ("[", comma, "]"), "[]"),
    }
}

/// How objects are written in one line.
struct Compact;

impl Style for Compact {
    fn entries<'m>(&self, _: &str, map: &'m Map<String, Value>) -> Vec<(&'m String, &'m Value)> {
        entries(map, Keys::Sorted)
    }

    fn begin(&self, _: &str, key: &str, is_first: bool, out: &mut String) {
        out.push(if is_first { '{' } else { ',' });
        go::json_string(key, out);
        out.push(':');
    }

    fn value(&self, _: &str, _: &str, value: &Value, out: &mut String) {
        write_compact(value, out);
    }

    fn end(&self, _: &str, out: &mut String) {
        out.push('}');
    }
}

/// The value in one line, keys sorted (`json.Marshal` of a map).
#[must_use]
pub(super) fn compact(value: &Value) -> String {
    let mut out = String::new();
    write_compact(value, &mut out);
    out
}

fn scalar(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => go::json_string(text, out),
        Value::Number(number) if number.is_f64() => out.push_str(&go::number(number)),
        // Writing to a String does not fail.
        Value::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        _ => out.push_str("null"),
    }
}

/// A map's entries in order.
pub(super) fn entries(map: &Map<String, Value>, keys: Keys) -> Vec<(&String, &Value)> {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    if keys == Keys::Sorted && !entries.is_sorted_by(|(a, _), (b, _)| a <= b) {
        entries.sort_by_key(|(key, _)| *key);
    }
    entries
}

/// The same one by one: most maps are in order, and then nothing is allocated.
pub(super) fn each_entry<'v>(
    map: &'v Map<String, Value>,
    keys: Keys,
    mut see: impl FnMut(&'v String, &'v Value),
) {
    if keys == Keys::Kept || map.keys().is_sorted() {
        map.iter().for_each(|(key, value)| see(key, value));
    } else {
        entries(map, keys).into_iter().for_each(|(key, value)| see(key, value));
    }
}

fn new_line(depth: usize, out: &mut String) {
    const MANY: &str = "\n                                                ";
    match MANY.get(..=4 * depth) {
        Some(indent) => out.push_str(indent),
        None => {
            out.push('\n');
            out.extend(std::iter::repeat_n("    ", depth));
        }
    }
}

fn write(value: &Value, keys: Keys, depth: usize, out: &mut String) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (idx, item) in items.iter().enumerate() {
                out.push(if idx == 0 { '[' } else { ',' });
                new_line(depth + 1, out);
                write(item, keys, depth + 1, out);
            }
            new_line(depth, out);
            out.push(']');
        }
        Value::Object(map) if !map.is_empty() => {
            let mut mark = '{';
            each_entry(map, keys, |key, item| {
                out.push(std::mem::replace(&mut mark, ','));
                new_line(depth + 1, out);
                go::json_string(key, out);
                out.push_str(": ");
                write(item, keys, depth + 1, out);
            });
            new_line(depth, out);
            out.push('}');
        }
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        value => scalar(value, out),
    }
}

fn write_compact(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (idx, item) in items.iter().enumerate() {
                if idx > 0 {
                    out.push(',');
                }
                write_compact(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            let mut is_first = true;
            each_entry(map, Keys::Sorted, |key, item| {
                if !std::mem::take(&mut is_first) {
                    out.push(',');
                }
                go::json_string(key, out);
                out.push(':');
                write_compact(item, out);
            });
            out.push('}');
        }
        value => scalar(value, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_gos() {
        let value = json!({"b": [1, {"x": "<&>"}], "a": {}, "c": [], "d": 1.0e21});
        assert_eq!(
            to_json(&value, Keys::Sorted),
            "{\n    \"a\": {},\n    \"b\": [\n        1,\n        {\n            \"x\": \"\\u003c\\u0026\\u003e\"\n        }\n    ],\n    \"c\": [],\n    \"d\": 1e+21\n}\n"
        );
        assert_eq!(
            compact(&value),
            "{\"a\":{},\"b\":[1,{\"x\":\"\\u003c\\u0026\\u003e\"}],\"c\":[],\"d\":1e+21}"
        );
        assert!(to_json(&value, Keys::Kept).starts_with("{\n    \"b\": ["));
    }
}
