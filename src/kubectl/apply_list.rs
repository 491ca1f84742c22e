//! What kubectl checks itself inside a `kind: List`, where it does not leave fields to the
//! server: the OpenAPI model (`ValidateModel`, k8s.io/kube-openapi/pkg/util/proto/validation;
//! `schemaValidation`, k8s.io/kubectl/pkg/validation/schema.go, v1.36).

use super::apply_read::object_kind;
use crate::manifest::kinds;
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

    /// `path` is `Service.spec.ports[0]`; `of` the schema's own path: `io.k8s….ServiceSpec.ports`.
    fn check(&mut self, kind: &Type, value: &Value, path: &str, of: &str) {
        match kind {
            Type::Any | Type::IntOrString | Type::Quantity => {}
            Type::Text(_) | Type::Bytes | Type::Time | Type::MicroTime => {
                if !value.is_string() {
                    self.wrong_type(path, of, value, "string");
                }
            }
            Type::Bool => {
                if !value.is_boolean() {
                    self.wrong_type(path, of, value, "boolean");
                }
            }
            Type::Int32 | Type::Int64 => {
                if !value.is_i64() {
                    self.wrong_type(path, of, value, "integer");
                }
            }
            Type::Float => {
                if !value.is_number() {
                    self.wrong_type(path, of, value, "number");
                }
            }
            Type::List(item_kind) => match value.as_array() {
                None => self.wrong_type(path, of, value, "array"),
                Some(items) => {
                    for (i, item) in items.iter().enumerate() {
                        let path = format!("{path}[{i}]");
                        if item.is_null() {
                            self.errors.push(format!("unknown object type \"nil\" in {path}"));
                        } else {
                            self.check(item_kind, item, &path, of);
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
                    let of = if of.is_empty() { definition } else { of };
                    return self.wrong_type(path, of, value, "map");
                };
                for (key, item) in map {
                    let Some(field) = structure.field(key) else {
                        self.errors.push(format!(
                            "ValidationError({path}): unknown field {key:?} in {definition}"
                        ));
                        continue;
                    };
                    if item.is_null() {
                        continue;
                    }
                    let of = format!("{definition}.{key}");
                    self.check(&field.kind, item, &format!("{path}.{key}"), &of);
                }
                for name in &structure.required {
                    if !map.contains_key(name) {
                        self.errors.push(format!(
                            "ValidationError({path}): missing required field {name:?} in {definition}"
                        ));
                    }
                }
            }
        }
    }
}
