//! What Go's structs of a Pod's template look like from inside: the dump that controllers hash
//! (`dump.ForHash`, k8s.io/utils/dump, with go-spew's `%#v`), and the JSON of the server's own
//! types, which its refusals compare (`diff.Diff`, k8s.io/apimachinery/pkg/util/diff). The table
//! is made of the published types of Kubernetes 1.36: a struct, then a field a line: its name,
//! its type (`~` behind a text with a name of its own), and its JSON name where that is not the
//! same but for the first letter; `+` where it is embedded.

use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

const TABLE: &str = include_str!("go_structs.txt");

struct Field {
    go: &'static str,
    kind: &'static str,
    /// Empty where it is embedded.
    json: String,
}

static STRUCTS: LazyLock<HashMap<&'static str, Vec<Field>>> = LazyLock::new(|| {
    let mut structs = HashMap::new();
    let mut name = "";
    for line in TABLE.lines() {
        let Some(line) = line.strip_prefix(' ') else {
            name = line;
            continue;
        };
        let mut words = line.split(' ');
        let (go, kind) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let json = match words.next() {
            Some("+") => String::new(),
            Some(json) => json.to_owned(),
            None => {
                let (first, rest) = go.split_at(usize::from(!go.is_empty()));
                format!("{}{rest}", first.to_lowercase())
            }
        };
        structs.entry(name).or_insert_with(Vec::new).push(Field { go, kind, json });
    }
    structs
});

const RESOURCES: &str = "v1.ResourceList=map[v1.ResourceName]resource.Quantity";

fn field<'v>(of: &'v Value, field: &Field) -> &'v Value {
    if field.json.is_empty() { of } else { &of[&field.json] }
}

/// What Go has no value for; empty lists and maps do not outlive the store.
fn is_nil(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// A Pod's template as controllers hash it.
#[must_use]
pub fn dump(template: &Value) -> String {
    let mut out = String::new();
    dump_value("v1.PodTemplateSpec", template, true, &mut out);
    out
}

/// Writes `value`, of the Go type `kind`; `typed` says whether the type stands before it.
fn dump_value(kind: &str, value: &Value, typed: bool, out: &mut String) {
    let (kind, named) = match kind.split_once('~') {
        Some((kind, _)) => (kind, true),
        None => (kind, false),
    };
    if let Some(pointed) = kind.strip_prefix('*') {
        if typed {
            let _ = write!(out, "({kind})");
        }
        return match value {
            Value::Null => out.push_str("<nil>"),
            value if named => push_text(value, out),
            value => dump_value(pointed, value, false, out),
        };
    }
    let (shown, kind) = kind.split_once('=').unwrap_or((kind, kind));
    if typed {
        let _ = write!(out, "({shown})");
    }
    if let Some(item) = kind.strip_prefix("[]") {
        return match value.as_array().filter(|items| !items.is_empty()) {
            None => out.push_str("<nil>"),
            Some(items) => {
                out.push('[');
                for (idx, one) in items.iter().enumerate() {
                    if idx > 0 {
                        out.push(' ');
                    }
                    if named { push_text(one, out) } else { dump_value(item, one, false, out) }
                }
                out.push(']');
            }
        };
    }
    if let Some((_, item)) = kind.strip_prefix("map[").and_then(|rest| rest.split_once(']')) {
        let Some(map) = value.as_object().filter(|map| !map.is_empty()) else {
            return out.push_str("<nil>");
        };
        let mut keys: Vec<&String> = map.keys().collect();
        keys.sort();
        out.push_str("map[");
        for (idx, key) in keys.into_iter().enumerate() {
            if idx > 0 {
                out.push(' ');
            }
            let _ = write!(out, "{key}:");
            dump_value(item, &map[key], false, out);
        }
        return out.push(']');
    }
    match kind {
        _ if named => push_text(value, out),
        "string" => push_text(value, out),
        "bool" => {
            let _ = write!(out, "{}", value.as_bool().unwrap_or(false));
        }
        "int32" | "int64" => {
            let _ = write!(out, "{}", value.as_i64().unwrap_or(0));
        }
        "intstr.IntOrString" => {
            let text = value.as_str();
            let _ = write!(
                out,
                "{{Type:(intstr.Type){} IntVal:(int32){} StrVal:(string){}}}",
                u8::from(text.is_some()),
                value.as_i64().unwrap_or(0),
                text.unwrap_or("")
            );
        }
        "resource.Quantity" => dump_quantity(value, out),
        "v1.Time" => {
            out.push_str(
                "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}",
            );
        }
        name => {
            out.push('{');
            for (idx, one) in STRUCTS.get(name).into_iter().flatten().enumerate() {
                if idx > 0 {
                    out.push(' ');
                }
                let _ = write!(out, "{}:", one.go);
                dump_value(one.kind, field(value, one), true, out);
            }
            out.push('}');
        }
    }
}

fn push_text(value: &Value, out: &mut String) {
    out.push_str(value.as_str().unwrap_or(""));
}

/// `ParseQuantity` of a quantity as the server shows it (k8s.io/apimachinery/pkg/api/resource):
/// the canonical text of some is kept beside the number.
fn dump_quantity(value: &Value, out: &mut String) {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let end = text.find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c)).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let digits = number.trim_start_matches(['+', '-']);
    let value: i64 = digits.parse().unwrap_or(0);
    let sign = if number.starts_with('-') { -1 } else { 1 };
    let binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].iter().position(|one| *one == suffix);
    let decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
        .iter()
        .position(|one| *one == suffix)
        .and_then(|place| i32::try_from(place).ok())
        .map(|place| (place - 3) * 3);
    let (amount, scale, format, is_kept) = match (binary, decimal) {
        _ if text == "0" => (0, 0, "DecimalSI", true),
        (Some(place), _) => {
            let amount = value.checked_shl(10 * (place as u32 + 1)).unwrap_or(i64::MAX);
            (amount, 0, "BinarySI", value & 7 != 0)
        }
        (None, Some(scale)) => {
            let kept = !digits.ends_with("000") && !digits.starts_with('0');
            (value, scale, "DecimalSI", kept)
        }
        (None, None) => {
            let scale = suffix.get(1..).and_then(|text| text.parse().ok()).unwrap_or(0);
            let kept = scale % 3 == 0 && !digits.ends_with("000") && !digits.starts_with('0');
            (value, scale, "DecimalExponent", kept)
        }
    };
    let _ = write!(
        out,
        "{{i:(resource.int64Amount){{value:(int64){} scale:(resource.Scale){scale}}} \
         d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){} \
         Format:(resource.Format){format}}}",
        amount.wrapping_mul(sign),
        if is_kept { text.as_str() } else { "" }
    );
}

/// A Pod's spec as the server's own types have it: every field is there, under Go's name.
#[must_use]
pub fn internal_pod_spec(spec: &Value) -> Value {
    internal("v1.PodSpec", &with_context(spec))
}

/// The same of a claim's spec.
#[must_use]
pub fn internal_claim_spec(spec: &Value) -> Value {
    internal("v1.PersistentVolumeClaimSpec", spec)
}

/// A Pod's template as the server's own types have it; its metadata is as manifests have it.
#[must_use]
pub fn internal_template(template: &Value) -> Value {
    let mut map = Map::new();
    for one in STRUCTS.get("v1.ObjectMeta").into_iter().flatten() {
        let held = &template["metadata"][&one.json];
        if !is_nil(held) {
            let mut held = held.clone();
            held.sort_all_objects();
            map.insert(one.json.clone(), held);
        }
    }
    map.insert("Spec".to_owned(), internal_pod_spec(&template["spec"]));
    Value::Object(map)
}

/// What the server keeps in the security context, though manifests have it outside.
fn with_context(spec: &Value) -> Value {
    let mut spec = spec.clone();
    for name in ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"] {
        if !spec[name].is_null() {
            let held = spec[name].take();
            if !spec["securityContext"].is_object() {
                spec["securityContext"] = json!({});
            }
            spec["securityContext"][name] = held;
        }
    }
    spec
}

fn internal(kind: &str, value: &Value) -> Value {
    let kind = kind.trim_end_matches('~');
    if let Some(pointed) = kind.strip_prefix('*') {
        return match value {
            Value::Null => Value::Null,
            value if !pointed.contains('.') => value.clone(),
            value => internal(pointed, value),
        };
    }
    if let Some(item) = kind.strip_prefix("[]") {
        return match value {
            Value::Array(items) if !items.is_empty() => {
                items.iter().map(|one| internal(item, one)).collect()
            }
            _ => Value::Null,
        };
    }
    match kind {
        _ if kind == RESOURCES || kind.starts_with("map[") => {
            if is_nil(value) {
                return Value::Null;
            }
            let mut value = value.clone();
            value.sort_all_objects();
            value
        }
        "bool" => value.as_bool().unwrap_or(false).into(),
        "int32" | "int64" => value.as_i64().unwrap_or(0).into(),
        "intstr.IntOrString" if value.is_null() => 0.into(),
        "intstr.IntOrString" | "v1.Time" => value.clone(),
        "resource.Quantity" => value.as_str().unwrap_or("0").into(),
        name => {
            let own = name.strip_prefix("v1.").map(|name| format!("core.{name}"));
            let fields = own.and_then(|own| STRUCTS.get(own.as_str()));
            let Some(fields) = fields.or_else(|| STRUCTS.get(name)) else {
                return value.as_str().unwrap_or("").into();
            };
            let mut map = Map::new();
            for one in fields {
                match internal(one.kind, field(value, one)) {
                    Value::Object(inner) if one.json.is_empty() => map.extend(inner),
                    inner => {
                        map.insert(one.go.to_owned(), inner);
                    }
                }
            }
            Value::Object(map)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_only_structs_that_it_has() {
        assert_eq!(STRUCTS["v1.Container"].len(), 25);
        for field in STRUCTS.values().flatten() {
            let name = field.kind.trim_start_matches(['*', '[', ']']);
            let is_known = STRUCTS.contains_key(name)
                || name.ends_with('~')
                || name.starts_with("map[string]string")
                || name == RESOURCES
                || !name.contains('.')
                || ["resource.Quantity", "intstr.IntOrString", "v1.Time"].contains(&name);
            assert!(is_known, "{}", field.kind);
        }
    }
}
