//! Values as Go prints them in the API server's texts.

use crate::manifest::go;
pub use crate::manifest::go::{json, quote};
use crate::source::sort;
use serde_json::Value;

/// `text` as a JSON string of Go's `encoding/json`, which also escapes `<`, `>` and `&`.
#[must_use]
pub fn json_string(text: &str) -> String {
    go::json(&Value::from(text))
}

/// A list of strings as Go's `encoding/json` writes it: `["a","b"]`.
#[must_use]
pub fn json_list(items: &[String]) -> String {
    go::json(&Value::from(items))
}

/// `value` as Go's `%v` prints what JSON decodes to: `map[a:1 b:[x y]]`, keys sorted.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            sort::sort_by(&mut entries, |a, b| a.0.cmp(b.0));
            let entries: Vec<String> =
                entries.into_iter().map(|(k, v)| format!("{k}:{}", plain(v))).collect();
            format!("map[{}]", entries.join(" "))
        }
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => go::float_g(float),
            _ => number.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn maps_are_printed_like_go_prints_them() {
        let value = json!({"b": ["x", null, 8.5, 1e21, 1e-7, 1_234_567.5, 0.0], "a": {"c": {}}});
        assert_eq!(
            plain(&value),
            "map[a:map[c:map[]] b:[x <nil> 8.5 1e+21 1e-07 1.2345675e+06 0]]"
        );
    }
}
