//! What kubectl checks itself inside a `kind: List`, where it does not leave fields to the
//! server: the OpenAPI model (`ValidateModel`, k8s.io/kube-openapi/pkg/util/proto/validation;
//! `schemaValidation`, k8s.io/kubectl/pkg/validation/schema.go, v1.36).

use super::apply_read::object_kind;
use crate::manifest::go::Quoted;
use crate::manifest::kinds::{self, Kind};
use crate::manifest::schema::{Schema, Type};
use serde_json::Value;

/// Checks the items of a list. The error: the path of the first thing that is wrong, and
/// kubectl's words for each.
pub(super) fn validate(list: &Value) -> Result<(), (String, Vec<String>)> {
    let Some(items) = list.get("items").and_then(Value::as_array) else {
        return Err(("items".to_owned(), vec!["invalid object to validate".to_owned()]));
    };
    let mut errors = Vec::new();
    let mut first = None;
    for (i, item) in items.iter().enumerate() {
        let before = errors.len();
        match object_kind(item) {
            Ok((group, version, kind)) if is_fit(&group, &version, &kind, item) => {}
            Err((_, problems)) => errors.extend(problems),
            Ok((group, version, kind)) => {
                if let Some(kind) = kinds::find(&group, &version, &kind) {
                    let mut model = Model { schema: kind.schema(), errors: Vec::new() };
                    let root = Type::Struct(model.schema.root());
                    model.check(&root, item, kind.kind, "");
                    errors.extend(model.errors);
                }
            }
        }
        if errors.len() > before {
            first.get_or_insert(format!("items[{i}]"));
        }
    }
    match first {
        None => Ok(()),
        Some(first) => Err((first, errors)),
    }
}

/// Checks a list of one kind, such as a ServiceList, which is a struct of its own.
pub(super) fn validate_list_of(kind: &Kind, list: &Value) -> Result<(), (String, Vec<String>)> {
    let name = format!("{}List", kind.kind);
    let definition = format!("{}List", kind.schema().get(kind.schema().root()).definition);
    let mut model = Model { schema: kind.schema(), errors: Vec::new() };
    let Some(fields) = list.as_object() else { return Ok(()) };
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        let (path, of) = (format!("{name}.{key}"), format!("{definition}.{key}"));
        match key.as_str() {
            "apiVersion" | "kind" => model.check(&Type::Text("string"), value, &path, &of),
            "items" => {
                let item = Type::Struct(model.schema.root());
                model.check(&Type::List(Box::new(item)), value, &path, &of);
            }
            "metadata" => {
                let schema = kinds::list_meta();
                let mut inner = Model { schema, errors: Vec::new() };
                inner.check(&Type::Struct(schema.root()), value, &path, "");
                model.errors.extend(inner.errors);
            }
            _ => model.errors.push(format!(
                "ValidationError({name}): unknown field {:?} in {definition}",
                Quoted(key)
            )),
        }
    }
    if fields.get("items").is_none_or(Value::is_null) {
        model.errors.push(format!(
            "ValidationError({name}): missing required field \"items\" in {definition}"
        ));
    }
    if model.errors.is_empty() { Ok(()) } else { Err(("items".to_owned(), model.errors)) }
}

/// Whether nothing is wrong with an item of a kind, found out without a word about it.
fn is_fit(group: &str, version: &str, kind: &str, item: &Value) -> bool {
    let Some(kind) = kinds::find(group, version, kind) else { return true };
    let schema = kind.schema();
    fits(schema, &Type::Struct(schema.root()), item)
}

/// Whether [`Model::check`] finds nothing.
fn fits(schema: &Schema, kind: &Type, value: &Value) -> bool {
    match kind {
        Type::Any => true,
        Type::Text(_)
        | Type::Bytes
        | Type::Time
        | Type::MicroTime
        | Type::Quantity
        | Type::IntOrString => !value.is_array() && !value.is_object(),
        Type::Bool => value.is_boolean(),
        Type::Int32 | Type::Int64 | Type::Float => value.is_number(),
        Type::List(of) => value.as_array().is_some_and(|items| {
            items.iter().all(|item| !item.is_null() && fits(schema, of, item))
        }),
        Type::Map(of, _) => value
            .as_object()
            .is_some_and(|map| map.values().all(|item| !item.is_null() && fits(schema, of, item))),
        Type::Struct(id) => {
            let structure = schema.get(*id);
            let fits_field = |(key, item): (&String, &Value)| {
                item.is_null()
                    || structure.field(key).is_some_and(|field| fits(schema, &field.kind, item))
            };
            value.as_object().is_some_and(|map| {
                let has = |name: &String| map.get(name).is_some_and(|value| !value.is_null());
                map.iter().all(fits_field) && structure.required.iter().all(has)
            })
        }
    }
}

struct Model<'s> {
    schema: &'s Schema,
    errors: Vec<String>,
}

impl Model<'_> {
    fn wrong_type(&mut self, path: &str, of: &str, value: &Value, expected: &str) {
        let got = match value {
            Value::Null => "nil",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "map",
        };
        self.errors.push(format!(
            "ValidationError({path}): invalid type for {of}: got {got:?}, expected {expected:?}"
        ));
    }

    fn primitive(&mut self, value: &Value, path: &str, of: &str, expected: &str) {
        if value.is_array() || value.is_object() {
            self.wrong_type(path, of, value, expected);
        }
    }

    /// `path` is `Service.spec.ports[0]`; `of` the schema's own path: `io.k8s….ServiceSpec.ports`.
    fn check(&mut self, kind: &Type, value: &Value, path: &str, of: &str) {
        match kind {
            Type::Any => {}
            // Every number and boolean passes for a string; only lists and maps don't.
            Type::Text(_) | Type::Bytes => self.primitive(value, path, of, "string"),
            Type::Time | Type::MicroTime | Type::Quantity | Type::IntOrString => {
                let of = match kind {
                    Type::Time => "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
                    Type::MicroTime => "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
                    Type::Quantity => "io.k8s.apimachinery.pkg.api.resource.Quantity",
                    _ => "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
                };
                self.primitive(value, path, of, "string");
            }
            Type::Bool => {
                if !value.is_boolean() {
                    self.wrong_type(path, of, value, "boolean");
                }
            }
            Type::Int32 | Type::Int64 | Type::Float => {
                if !value.is_number() {
                    let expected = if *kind == Type::Float { "number" } else { "integer" };
                    self.wrong_type(path, of, value, expected);
                }
            }
            Type::List(item_kind) => match value.as_array() {
                None => self.wrong_type(path, of, value, "array"),
                Some(items) => {
                    for (i, item) in items.iter().enumerate() {
                        let inner = format!("{path}[{i}]");
                        if item.is_null() {
                            self.errors.push(format!(
                                "ValidationError({path}): unknown object type \"nil\" in {inner}"
                            ));
                        } else {
                            self.check(item_kind, item, &inner, of);
                        }
                    }
                }
            },
            Type::Map(item_kind, _) => match value.as_object() {
                None => self.wrong_type(path, of, value, "map"),
                Some(map) => {
                    for (key, item) in map {
                        let path = format!("{path}.{key}");
                        if item.is_null() {
                            self.errors.push(format!("unknown object type \"nil\" in {path}"));
                        } else {
                            self.check(item_kind, item, &path, of);
                        }
                    }
                }
            },
            Type::Struct(id) => {
                let schema = self.schema;
                let structure = schema.get(*id);
                let definition = structure.definition.as_str();
                let Some(map) = value.as_object() else {
                    return self.wrong_type(path, definition, value, "map");
                };
                for (key, item) in map.iter().filter(|(_, item)| !item.is_null()) {
                    let Some(field) = structure.field(key) else {
                        self.errors.push(format!(
                            "ValidationError({path}): unknown field {:?} in {definition}",
                            Quoted(key)
                        ));
                        continue;
                    };
                    let of = format!("{definition}.{key}");
                    self.check(&field.kind, item, &format!("{path}.{key}"), &of);
                }
                for name in &structure.required {
                    if map.get(name).is_none_or(Value::is_null) {
                        self.errors.push(format!(
                            "ValidationError({path}): missing required field {name:?} in {definition}"
                        ));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn service() -> impl Strategy<Value = Value> {
        let odd = || {
            let values = vec![json!(null), json!(1), json!("x"), json!(true), json!([]), json!({})];
            prop_oneof![5 => Just(None), 1 => prop::sample::select(values).prop_map(Some)]
        };
        let places = [
            "/apiVersion",
            "/metadata",
            "/metadata/labels/a",
            "/metadata/finalizers/0",
            "/spec",
            "/spec/ports",
            "/spec/ports/0",
            "/spec/ports/0/port",
            "/spec/ports/0/targetPort",
            "/spec/selector",
            "/spec/publishNotReadyAddresses",
            "/spec/odd",
            "/status/conditions/0",
        ];
        prop::collection::vec(odd(), places.len()).prop_map(move |odd| {
            let mut service = json!({
                "apiVersion": "v1", "kind": "Service",
                "metadata": {"labels": {"a": "b"}, "finalizers": ["a/b"]},
                "spec": {
                    "ports": [{"port": 80, "targetPort": "a"}], "selector": {"a": "b"},
                    "publishNotReadyAddresses": true,
                },
                "status": {"conditions": [
                    {"type": "a", "status": "True", "reason": "a", "message": "a", "lastTransitionTime": "a"}
                ]},
            });
            for (place, odd) in places.iter().zip(odd) {
                let (Some(odd), Some((parent, field))) = (odd, place.rsplit_once('/')) else { continue };
                if let Some(Value::Object(parent)) = service.pointer_mut(parent) {
                    parent.insert(field.to_owned(), odd);
                } else if let Some(slot) = service.pointer_mut(place) {
                    *slot = odd;
                }
            }
            service
        })
    }

    proptest! {
        #[test]
        fn what_fits_is_that_of_which_nothing_is_said(service in service()) {
            let kind = kinds::find("", "v1", "Service").unwrap();
            let mut model = Model { schema: kind.schema(), errors: Vec::new() };
            let root = Type::Struct(model.schema.root());
            model.check(&root, &service, "Service", "");
            prop_assert_eq!(fits(kind.schema(), &root, &service), model.errors.is_empty());
        }
    }
}
