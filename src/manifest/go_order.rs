//! The order in which Go's types have their fields, and which of them stand in JSON even where
//! nothing was given: what a server's and a typed client's JSON looks like. The table is made of
//! the published types of Kubernetes 1.36 (k8s.io/api, k8s.io/apimachinery); a struct whose
//! fields are in the order of their names and all of which may be left out is not in it.

use super::go;
use super::kinds::Kind;
use super::schema::{Schema, Struct, Type};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A struct a line: its definition, then its fields, each with what stands for it (`=`) where
/// it is not given.
const TABLE: &str = include_str!("go_order.txt");

/// Each field's place, and the value that stands for it.
type Fields = HashMap<&'static str, (usize, Option<&'static str>)>;

static STRUCTS: LazyLock<HashMap<&'static str, Fields>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let (name, fields) = line.split_once(' ')?;
        let field = |(at, word): (usize, &'static str)| match word.split_once('=') {
            Some((field, zero)) => (field, (at, Some(zero))),
            None => (word, (at, None)),
        };
        Some((name, fields.split(' ').enumerate().map(field).collect()))
    };
    TABLE.lines().filter_map(line).collect()
});

fn fields(of: &Struct) -> Option<&'static Fields> {
    STRUCTS.get(of.definition.strip_prefix("io.k8s.").unwrap_or(&of.definition))
}

/// An object's JSON with its fields as Go's types order them; keys of maps are sorted.
#[must_use]
pub fn ordered(kind: &Kind, object: &Value) -> Value {
    formed(kind.schema(), &Type::Struct(kind.schema().root()), object, false)
}

/// As [`ordered`], of an object that went through Go's types: fields that can't be left out
/// stand there with their zero values.
#[must_use]
pub fn typed(kind: &Kind, object: &Value) -> Value {
    formed(kind.schema(), &Type::Struct(kind.schema().root()), object, true)
}

/// A map's entries in the order in which [`ordered`] has them; by name where the schema knows
/// nothing of the map.
#[must_use]
pub fn entries<'m>(
    schema: &Schema,
    of: Option<&Type>,
    map: &'m Map<String, Value>,
) -> Vec<(&'m String, &'m Value)> {
    let known = match of {
        Some(Type::Struct(id)) => fields(schema.get(*id)),
        Some(Type::Map(..)) => None,
        _ => return map.iter().collect(),
    };
    let place = |key: &str| known.and_then(|known| known.get(key)).map_or(usize::MAX, |f| f.0);
    let mut all: Vec<_> = map.iter().map(|entry| (place(entry.0), entry)).collect();
    all.sort_by_key(|(place, (key, _))| (*place, *key));
    all.into_iter().map(|(_, entry)| entry).collect()
}

/// Go's compact JSON of a value of this type, as [`ordered`] has it, behind what `out` holds;
/// of one that the schema does not know, as it stands.
pub fn write(schema: &Schema, of: Option<&Type>, value: &Value, out: &mut String) {
    match (of, value) {
        (Some(Type::Struct(_) | Type::Map(..)), Value::Object(map)) => {
            out.push('{');
            for (idx, (key, value)) in entries(schema, of, map).into_iter().enumerate() {
                out.push_str(if idx > 0 { "," } else { "" });
                go::json_string(key, out);
                out.push(':');
                write(schema, field(schema, of, key), value, out);
            }
            out.push('}');
        }
        (Some(Type::List(of)), Value::Array(items)) => {
            out.push('[');
            for (idx, item) in items.iter().enumerate() {
                out.push_str(if idx > 0 { "," } else { "" });
                write(schema, Some(of), item, out);
            }
            out.push(']');
        }
        (_, value) => go::write_json(value, out),
    }
}

/// What stands at a key of a map of this type, where the schema knows it.
#[must_use]
pub fn field<'s>(schema: &'s Schema, of: Option<&'s Type>, key: &str) -> Option<&'s Type> {
    match of? {
        Type::Struct(id) => schema.get(*id).field(key).map(|field| &field.kind),
        Type::Map(of, _) => Some(of),
        _ => None,
    }
}

fn formed(schema: &Schema, kind: &Type, value: &Value, fill: bool) -> Value {
    match (kind, value) {
        (Type::Struct(id), Value::Object(map)) => structure(schema, schema.get(*id), map, fill),
        (Type::List(of), Value::Array(items)) => {
            items.iter().map(|item| formed(schema, of, item, fill)).collect()
        }
        (Type::Map(of, _), Value::Object(map)) => {
            let mut map: Map<String, Value> = map
                .iter()
                .map(|(key, item)| (key.clone(), formed(schema, of, item, fill)))
                .collect();
            map.sort_keys();
            Value::Object(map)
        }
        (_, other) => other.clone(),
    }
}

fn structure(schema: &Schema, of: &Struct, map: &Map<String, Value>, fill: bool) -> Value {
    let known = fields(of);
    let mut all: Vec<(usize, String, Value)> = Vec::new();
    for (key, value) in map {
        let place = known.and_then(|known| known.get(key.as_str())).map_or(usize::MAX, |f| f.0);
        let value = match of.field(key) {
            Some(field) => formed(schema, &field.kind, value, fill),
            None => value.clone(),
        };
        all.push((place, key.clone(), value));
    }
    for (key, (place, zero)) in known.filter(|_| fill).into_iter().flatten() {
        let (Some(zero), None) = (zero, map.get(*key)) else { continue };
        let zero: Value = serde_json::from_str(zero).unwrap_or_default();
        let zero = match of.field(key) {
            Some(field) => formed(schema, &field.kind, &zero, fill),
            None => zero,
        };
        all.push((*place, (*key).to_owned(), zero));
    }
    all.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    all.into_iter().map(|(_, key, value)| (key, value)).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::kinds;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn every_struct_of_the_table_has_the_fields_of_its_definition() {
        let mut n_seen = 0;
        for kind in kinds::kinds() {
            for of in kind.schema().structs() {
                let Some(known) = fields(of) else { continue };
                n_seen += 1;
                for field in of.fields() {
                    assert!(
                        known.contains_key(field.name.as_str()),
                        "{}.{}",
                        of.name(),
                        field.name
                    );
                }
            }
        }
        assert!(n_seen > 100, "{n_seen}");
    }

    #[test]
    fn a_typed_object_has_what_go_can_not_leave_out() {
        let kind = kinds::find("", "v1", "Service").unwrap();
        let service = json!({"spec": {"selector": {"b": "1", "a": "2"}, "ports": [{"port": 80}]}, "apiVersion": "v1", "metadata": {"name": "a", "annotations": {}}, "kind": "Service"});
        assert_eq!(
            typed(kind, &service).to_string(),
            r#"{"kind":"Service","apiVersion":"v1","metadata":{"name":"a","annotations":{}},"spec":{"ports":[{"port":80,"targetPort":0}],"selector":{"a":"2","b":"1"}},"status":{"loadBalancer":{}}}"#
        );
        assert_eq!(
            ordered(kind, &service).to_string(),
            r#"{"kind":"Service","apiVersion":"v1","metadata":{"name":"a","annotations":{}},"spec":{"ports":[{"port":80}],"selector":{"a":"2","b":"1"}}}"#
        );
    }

    /// JSON of fields that a Pod has and of some that it has not, wherever they stand.
    fn json() -> impl Strategy<Value = Value> {
        let key = prop::sample::select(vec![
            "apiVersion",
            "b",
            "containers",
            "hostAliases",
            "image",
            "ip",
            "ips",
            "kind",
            "labels",
            "limits",
            "metadata",
            "name",
            "podIPs",
            "ports",
            "resources",
            "spec",
            "status",
            "a",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            Just(json!(1)),
            Just(json!(1.5)),
            "[a<]{0,2}".prop_map(Value::from)
        ];
        leaf.prop_recursive(5, 60, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
                prop::collection::vec((key.clone(), inner), 0..6)
                    .prop_map(|all| all.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_as_it_is_ordered(object in json()) {
            let kind = kinds::find("", "v1", "Pod").unwrap();
            let mut out = String::new();
            let root = Type::Struct(kind.schema().root());
            write(kind.schema(), Some(&root), &object, &mut out);
            prop_assert_eq!(out, go::json(&ordered(kind, &object)));
        }
    }
}
