//! KYAML: YAML in braces with every string quoted (`Encoder`, sigs.k8s.io/yaml/kyaml).

use super::Objects;
use super::json::{Keys, each_entry, entries};
use super::row::{Row, Style, depth};
use super::tabs::spaces;
use crate::manifest::{go, is_plain_string};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// The value as one document.
#[must_use]
pub(super) fn to_kyaml(value: &Value, keys: Keys) -> String {
    let mut out = "---\n".to_owned();
    node(value, keys, 0, &mut out);
    out.push('\n');
    out
}

/// A List of objects, as [`to_kyaml`] writes it with sorted keys; with their managedFields where
/// those are wanted. In pieces.
#[must_use]
pub(super) fn list(objects: &Objects<'_>, managed_fields: bool) -> Vec<String> {
    let empty = to_kyaml(&super::list(Vec::new()), Keys::Sorted);
    let (head, tail) = empty.split_once("[]").unwrap_or_default();
    let between = |is_first: bool, out: &mut String| {
        out.push_str(if is_first { "[" } else { ", " });
    };
    Row::write(
        &Kyaml { depth: 1 },
        objects,
        managed_fields,
        (head, between, &format!("]{tail}")),
        &empty,
    )
}

/// Objects one after the other, each as [`to_kyaml`] writes it with sorted keys; with their
/// managedFields where those are wanted. In pieces.
#[must_use]
pub(super) fn documents(objects: &Objects<'_>, managed_fields: bool) -> Vec<String> {
    let between = |is_first: bool, out: &mut String| out.push_str(if is_first { "" } else { "\n" });
    Row::write(&Kyaml { depth: 0 }, objects, managed_fields, ("", between, "\n"), "")
}

/// How objects are written in a List, so deep; at 0 they stand alone.
struct Kyaml {
    depth: usize,
}

impl Style for Kyaml {
    fn entries<'m>(&self, _: &str, map: &'m Map<String, Value>) -> Vec<(&'m String, &'m Value)> {
        entries(map, Keys::Sorted)
    }

    fn start(&self, out: &mut String) {
        out.push_str(if self.depth > 0 { "" } else { "---\n" });
    }

    fn begin(&self, of: &str, name: &str, is_first: bool, out: &mut String) {
        out.push_str(if is_first { "{\n" } else { "" });
        indent(self.depth + depth(of) + 1, out);
        key(name, out);
        out.push_str(": ");
    }

    fn value(&self, of: &str, _: &str, value: &Value, out: &mut String) {
        node(value, Keys::Sorted, self.depth + depth(of) + 1, out);
    }

    fn after(&self, out: &mut String) {
        out.push_str(",\n");
    }

    fn end(&self, of: &str, out: &mut String) {
        indent(self.depth + depth(of), out);
        out.push('}');
    }
}

fn indent(n: usize, out: &mut String) {
    spaces(2 * n, out);
}

fn node(value: &Value, keys: Keys, depth: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&go::number(number)),
        Value::String(text) => string(text, depth + 1, out),
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Object(map) if map.is_empty() => out.push_str("{}"),
        Value::Array(items) if items.iter().all(|i| i.is_array() || i.is_object()) => {
            out.push('[');
            for (idx, item) in items.iter().enumerate() {
                if idx > 0 {
                    out.push_str(", ");
                }
                node(item, keys, depth, out);
            }
            out.push(']');
        }
        Value::Array(items) => {
            out.push_str("[\n");
            for item in items {
                indent(depth + 1, out);
                node(item, keys, depth + 1, out);
                out.push_str(",\n");
            }
            indent(depth, out);
            out.push(']');
        }
        Value::Object(map) => {
            out.push_str("{\n");
            each_entry(map, keys, |key, item| {
                indent(depth + 1, out);
                self::key(key, out);
                out.push_str(": ");
                node(item, keys, depth + 1, out);
                out.push_str(",\n");
            });
            indent(depth, out);
            out.push('}');
        }
    }
}

fn key(key: &str, out: &mut String) {
    if needs_quotes(key) {
        quoted(key, 0, false, out);
    } else {
        out.push_str(key);
    }
}

/// `needsQuotes`: what is more than letters, digits and `_`, or `-./` inside, or could be
/// read as something else than a string.
fn needs_quotes(text: &str) -> bool {
    // Most keys: too long to be a word that means something else.
    if text.len() > 5 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return text.eq_ignore_ascii_case("infinity");
    }
    let last = text.chars().count().saturating_sub(1);
    let is_plain = |(idx, c): (usize, char)| {
        c.is_alphanumeric() || c == '_' || (idx > 0 && idx < last && "-./".contains(c))
    };
    text.is_empty() || is_ambiguous(text) || !text.chars().enumerate().all(is_plain)
}

fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 10] = ["null", "true", "y", "yes", "on", "false", "n", "no", "off", "t"];
    let lower = text.to_lowercase();
    let bare = text.replace('_', "");
    WORDS.contains(&&*lower)
        || lower == "f"
        || !is_plain_string(text)
        || (!bare.is_empty() && !is_plain_string(&bare))
        || bare.parse::<f64>().is_ok()
}

fn string(text: &str, depth: usize, out: &mut String) {
    quoted(text, depth, text.contains('\n'), out);
}

/// A text in double quotes; over several lines where `folds`, each ended by a backslash.
fn quoted(text: &str, depth: usize, folds: bool, out: &mut String) {
    out.push('"');
    if text.bytes().all(|b| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\')) {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut after_newline = folds;
    if folds {
        out.push_str("\\\n");
    }
    for c in text.chars() {
        if after_newline {
            indent(depth, out);
            out.push(if c.is_whitespace() && c != '\n' { '\\' } else { ' ' });
        }
        after_newline = false;
        match c {
            '\n' if folds => {
                out.push_str("\\n\\\n");
                after_newline = true;
            }
            '\n' => out.push_str("\\n"),
            '\t' if depth > 0 => out.push('\t'),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\0' => out.push_str("\\0"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{85}' => out.push_str("\\N"),
            '\u{a0}' => out.push_str("\\_"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            c if c < ' ' || c == '\u{7f}' => {
                let quoted = go::quote(c.encode_utf8(&mut [0; 4]));
                out.push_str(quoted.trim_matches('"'));
            }
            c => {
                let quoted = go::quote(c.encode_utf8(&mut [0; 4]));
                let _ = write!(out, "{}", quoted.get(1..quoted.len() - 1).unwrap_or_default());
            }
        }
    }
    if folds {
        if !after_newline {
            out.push_str("\\\n");
        }
        indent(depth, out);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_string_is_quoted_and_lists_of_maps_are_cuddled() {
        let value = json!({
            "kind": "Service", "ports": [{"port": 80, "n.o": "80"}, {}], "list": ["a", 1],
            "on": "a\n b\n", "app.kubernetes.io/name": null, "-x": true,
        });
        assert_eq!(
            to_kyaml(&value, Keys::Sorted),
            "---
{
  \"-x\": true,
  app.kubernetes.io/name: null,
  kind: \"Service\",
  list: [
    \"a\",
    1,
  ],
  \"on\": \"\\
     a\\n\\
    \\ b\\n\\
    \",
  ports: [{
    n.o: \"80\",
    port: 80,
  }, {}],
}
"
        );
    }
}
