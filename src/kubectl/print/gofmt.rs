//! Values as Go's `fmt` prints them: `%v` and `%#v` of what JSON was read into.

use super::json::{Keys, entries};
use crate::manifest::go;
use serde_json::Value;

/// `%v`.
pub(super) fn plain(value: &Value) -> String {
    let mut out = String::new();
    write_plain(value, &mut out);
    out
}

fn write_plain(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("<nil>"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => out.push_str(&go::float_g(float)),
            None => out.push_str(&number.to_string()),
        },
        Value::String(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (idx, item) in items.iter().enumerate() {
                if idx > 0 {
                    out.push(' ');
                }
                write_plain(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push_str("map[");
            for (idx, (key, item)) in entries(map, Keys::Sorted).into_iter().enumerate() {
                if idx > 0 {
                    out.push(' ');
                }
                out.push_str(key);
                out.push(':');
                write_plain(item, out);
            }
            out.push(']');
        }
    }
}

/// `%#v`.
pub(super) fn syntax(value: &Value) -> String {
    let mut out = String::new();
    write_syntax(value, &mut out);
    out
}

fn write_syntax(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("interface {}(nil)"),
        Value::String(text) => out.push_str(&go::quote(text)),
        Value::Array(items) => {
            out.push_str("[]interface {}{");
            for (idx, item) in items.iter().enumerate() {
                if idx > 0 {
                    out.push_str(", ");
                }
                write_syntax(item, out);
            }
            out.push('}');
        }
        Value::Object(map) => {
            out.push_str("map[string]interface {}{");
            for (idx, (key, item)) in entries(map, Keys::Sorted).into_iter().enumerate() {
                if idx > 0 {
                    out.push_str(", ");
                }
                out.push_str(&go::quote(key));
                out.push(':');
                write_syntax(item, out);
            }
            out.push('}');
        }
        other => write_plain(other, out),
    }
}

/// The name of the type that Go reads it into.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// A text without what would move a terminal's cursor (`printers.EscapeTerminal`).
pub(super) fn escaped(text: &str) -> String {
    if !text.contains(['\u{1b}', '\r']) {
        return text.to_owned();
    }
    text.replace('\u{1b}', "^[").replace('\r', "\\r")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_printed_as_go_prints_them() {
        let value = json!({"b": [1, 2.5, "x", null, true], "a": {}});
        assert_eq!(plain(&value), "map[a:map[] b:[1 2.5 x <nil> true]]");
        assert_eq!(
            syntax(&value),
            "map[string]interface {}{\"a\":map[string]interface {}{}, \"b\":[]interface {}{1, 2.5, \"x\", interface {}(nil), true}}"
        );
    }
}
