//! Parts of objects, as Go prints them.

use serde_json::Value;

/// A text; empty where there is none.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A number; 0 where there is none.
pub(super) fn int(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// A list's items; none where there is no list.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A map's entries in the order of their keys.
pub(super) fn entries(value: &Value) -> Vec<(&str, &Value)> {
    let map = value.as_object().into_iter().flatten();
    let mut entries: Vec<_> = map.map(|(key, value)| (key.as_str(), value)).collect();
    crate::source::sort::sort_by(&mut entries, |(a, _), (b, _)| a.cmp(b));
    entries
}

/// The texts of a list.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    items(value).iter().map(text).collect()
}

/// A text, or `<none>`.
pub(super) fn or_none(text: &str) -> &str {
    if text.is_empty() { "<none>" } else { text }
}

/// `%v` of what an object holds: `[a b]`, `map[a:b]`, `<nil>`.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if !number.is_i64() && !number.is_u64() => {
                crate::manifest::go::float_g(float)
            }
            _ => number.to_string(),
        },
        Value::Bool(bool) => bool.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(_) => {
            let entries = entries(value).into_iter();
            let entries: Vec<String> = entries.map(|(k, v)| format!("{k}:{}", plain(v))).collect();
            format!("map[{}]", entries.join(" "))
        }
    }
}

/// `%v` of a field whose Go type is not a pointer: nothing where it is absent.
pub(super) fn shown(value: &Value) -> String {
    if value.is_null() { String::new() } else { plain(value) }
}

/// `true` or `false`; `false` where it is absent.
pub(super) fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_default()
}

/// `True`, `False`; `<unset>` where it is absent.
pub(super) fn title_case(value: &Value) -> &'static str {
    match value.as_bool() {
        Some(true) => "True",
        Some(false) => "False",
        None => "<unset>",
    }
}

/// The controller among an object's owners: `ReplicaSet/web-58466566d9`.
pub(super) fn controller(owners: &Value) -> Option<String> {
    let owner = items(owners).iter().find(|owner| flag(&owner["controller"]))?;
    Some(format!("{}/{}", text(&owner["kind"]), text(&owner["name"])))
}

/// `k=v,k=v` in order; `<none>` where there are none (`labels.FormatLabels`).
pub(super) fn pairs(labels: &Value) -> String {
    let pairs: Vec<String> =
        entries(labels).into_iter().map(|(k, v)| format!("{k}={}", text(v))).collect();
    or_none(&pairs.join(",")).to_owned()
}

/// A label selector as text (`LabelSelectorAsSelector` and its `String`, apimachinery v1.36);
/// empty where it selects all, or nothing.
pub(super) fn selector(selector: &Value) -> String {
    let labels = entries(&selector["matchLabels"]).into_iter();
    let mut all: Vec<(&str, String)> =
        labels.map(|(k, v)| (k, format!("{k}={}", text(v)))).collect();
    for expression in items(&selector["matchExpressions"]) {
        let key = text(&expression["key"]);
        let mut values = texts(&expression["values"]);
        values.sort_unstable();
        let values = values.join(",");
        let written = match text(&expression["operator"]) {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        };
        all.push((key, written));
    }
    crate::source::sort::sort_by(&mut all, |(a, _), (b, _)| a.cmp(b));
    let all: Vec<String> = all.into_iter().map(|(_, written)| written).collect();
    all.join(",")
}

/// The same, `<none>` where it is empty (`metav1.FormatLabelSelector`).
pub(super) fn selector_or_none(of: &Value) -> String {
    or_none(&selector(of)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_written_as_go_does() {
        assert_eq!(plain(&json!({"b": [1, "x"], "a": null})), "map[a:<nil> b:[1 x]]");
        assert_eq!(pairs(&json!({"b": "2", "a": "1"})), "a=1,b=2");
        assert_eq!(pairs(&json!({})), "<none>");
        let both = json!({"matchLabels": {"b": "c"}, "matchExpressions": [
            {"key": "z", "operator": "DoesNotExist"},
            {"key": "a", "operator": "In", "values": ["y", "x"]},
            {"key": "c", "operator": "NotIn", "values": ["y"]},
            {"key": "d", "operator": "Exists"},
        ]});
        assert_eq!(selector(&both), "a in (x,y),b=c,c notin (y),d,!z");
        assert_eq!(selector_or_none(&Value::Null), "<none>");
    }
}
