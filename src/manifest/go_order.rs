//! The order in which Go's types have their fields, and which of them stand in JSON even where
//! nothing was given: what a server's and a typed client's JSON looks like. The table is made of
//! the published types of Kubernetes 1.36 (k8s.io/api, k8s.io/apimachinery); a struct whose
//! fields are in the order of their names and all of which may be left out is not in it.

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
}
