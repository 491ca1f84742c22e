//! JSON into Go structs, as far as it can fail: sigs.k8s.io/json (`decode.go`), which
//! both kubectl (metadata alone) and the API server (strictly) use.

use super::gotime;
use super::gotypes;
use super::quantity;
use super::schema::{Schema, StructId, Type};
use super::{go, kinds::Kind};
use serde_json::Value;

/// One thing that a decoder has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `unknown-field`, `wrong-type` or `malformed-value`.
    pub code: &'static str,
    /// Where: `spec.ports[0].port`.
    pub path: String,
    /// Go's words: `unknown field "spec.foo"`, `json: cannot unmarshal …`.
    pub message: String,
    /// What stands there is of this JSON type: `string`, `number`, `bool`, `array`, `object`.
    pub found: &'static str,
    /// Go's name of the type that should stand there; empty for an unknown field.
    pub wanted: String,
}

/// Why an object can't be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// The first thing that is fatal, or every unknown field in the server's order.
    pub problems: Vec<Problem>,
    /// True when unknown fields are all that is wrong.
    pub strict: bool,
}

impl DecodeError {
    /// The server's words: `strict decoding error: unknown field "spec.foo"` or `json: …`.
    #[must_use]
    pub fn message(&self) -> String {
        let list: Vec<&str> = self.problems.iter().map(|p| p.message.as_str()).collect();
        let list = list.join(", ");
        if self.strict { format!("strict decoding error: {list}") } else { list }
    }
}

/// Decodes `object` strictly, as the server does with a request's body.
///
/// # Errors
/// The fatal error, or else the unknown fields.
pub fn strict(kind: &Kind, object: &Value) -> Result<(), DecodeError> {
    let mut decoder = Decoder::new(kind.schema());
    decoder.root(kind.schema().root(), None, object)?;
    decoder.finish(true)
}

/// Decodes `apiVersion`, `kind` and `metadata` alone, as kubectl does with what it read
/// (`metadataValidatingDecoder`, k8s.io/cli-runtime/pkg/resource, v1.36).
///
/// # Errors
/// The fatal error.
pub fn metadata(kind: &Kind, object: &Value) -> Result<(), DecodeError> {
    let mut decoder = Decoder::new(kind.schema());
    decoder.root(kind.schema().root(), Some("metadataOnlyObject"), object)?;
    decoder.finish(false)
}

/// More unknown fields than this are not counted (`saveStrictError`).
const MAX_UNKNOWN: usize = 100;

struct Decoder<'s> {
    schema: &'s Schema,
    /// The struct that the field being decoded belongs to.
    owner: Option<String>,
    /// Names of the fields that lead here, without indices and keys.
    fields: Vec<String>,
    /// The place, with indices and keys.
    path: String,
    saved: Option<Problem>,
    unknown: Vec<Problem>,
}

/// Whether `wanted` of a [`Problem`] is a type of text.
#[must_use]
pub fn is_text(wanted: &str) -> bool {
    gotypes::is_text(wanted)
}

/// Go's name of a JSON value's type: `string`, `number`, `bool`, `array`, `object`.
#[must_use]
pub fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

impl<'s> Decoder<'s> {
    fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            owner: None,
            fields: Vec::new(),
            path: String::new(),
            saved: None,
            unknown: Vec::new(),
        }
    }

    /// `only_metadata` names the struct that stands for the kind and has no other fields.
    fn root(
        &mut self,
        id: StructId,
        only_metadata: Option<&str>,
        object: &Value,
    ) -> Result<(), DecodeError> {
        let name = only_metadata.unwrap_or(self.schema.get(id).name()).to_owned();
        let Some(map) = object.as_object() else { return Ok(()) };
        for (key, value) in map {
            let known = only_metadata.is_none()
                || matches!(key.as_str(), "apiVersion" | "kind" | "metadata");
            let field = self.schema.get(id).field(key).filter(|_| known);
            self.field(&name, key, field.map(|f| &f.kind), value)?;
        }
        Ok(())
    }

    fn finish(self, strict: bool) -> Result<(), DecodeError> {
        if let Some(problem) = self.saved {
            return Err(DecodeError { problems: vec![problem], strict: false });
        }
        if strict && !self.unknown.is_empty() {
            return Err(DecodeError { problems: self.unknown, strict: true });
        }
        Ok(())
    }

    fn field(
        &mut self,
        owner: &str,
        key: &str,
        kind: Option<&Type>,
        value: &Value,
    ) -> Result<(), DecodeError> {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        let result = match kind {
            None => {
                self.unknown_field(value);
                Ok(())
            }
            Some(kind) => {
                let n_fields = self.fields.len();
                let embedded = gotypes::embedded(owner, key).iter().map(|name| (*name).to_owned());
                self.fields.extend(embedded);
                self.fields.push(key.to_owned());
                let before = self.owner.replace(owner.to_owned());
                let result = self.value(kind, value);
                self.fields.truncate(n_fields);
                self.owner = before;
                result
            }
        };
        self.path.truncate(length);
        result
    }

    fn unknown_field(&mut self, value: &Value) {
        if self.unknown.len() >= MAX_UNKNOWN {
            return;
        }
        let message = format!("unknown field {}", go::quote(&self.path));
        if self.unknown.iter().all(|p| p.message != message) {
            self.unknown.push(Problem {
                code: "unknown-field",
                path: self.path.clone(),
                message,
                found: json_type(value),
                wanted: String::new(),
            });
        }
    }

    /// `UnmarshalTypeError` with its context.
    fn type_error(&self, value: &Value, with_number: bool, wanted: &str) -> Problem {
        let what = match value {
            Value::Number(n) if with_number => format!("number {}", go::number(n)),
            other => json_type(other).to_owned(),
        };
        let message = match &self.owner {
            Some(owner) => format!(
                "json: cannot unmarshal {what} into Go struct field {owner}.{} of type {wanted}",
                self.fields.join(".")
            ),
            None => format!("json: cannot unmarshal {what} into Go value of type {wanted}"),
        };
        Problem {
            code: "wrong-type",
            path: self.path.clone(),
            message,
            found: json_type(value),
            wanted: wanted.to_owned(),
        }
    }

    /// The first of these is told at the end, unless something fatal comes.
    fn save(&mut self, problem: Problem) {
        self.saved.get_or_insert(problem);
    }

    fn fatal<T>(&self, problem: Problem) -> Result<T, DecodeError> {
        Err(DecodeError { problems: vec![problem], strict: false })
    }

    fn malformed<T>(&self, value: &Value, message: String, wanted: &str) -> Result<T, DecodeError> {
        self.fatal(Problem {
            code: "malformed-value",
            path: self.path.clone(),
            message,
            found: json_type(value),
            wanted: wanted.to_owned(),
        })
    }

    fn value(&mut self, kind: &Type, value: &Value) -> Result<(), DecodeError> {
        match (kind, value) {
            (Type::Any, _) | (_, Value::Null) => Ok(()),
            (Type::Text(_), Value::String(_))
            | (Type::Bool, Value::Bool(_))
            | (Type::Float, Value::Number(_)) => Ok(()),
            (Type::Int32, Value::Number(n)) => {
                if n.as_i64().is_none_or(|i| i32::try_from(i).is_err()) {
                    self.save(self.type_error(value, true, "int32"));
                }
                Ok(())
            }
            (Type::Int64, Value::Number(n)) => {
                if n.as_i64().is_none() {
                    self.save(self.type_error(value, true, "int64"));
                }
                Ok(())
            }
            (Type::Bytes, Value::String(text)) => {
                if let Err(at) = go::check_base64(text) {
                    // Saved without context, as Go does with what is no type error.
                    self.save(Problem {
                        code: "malformed-value",
                        path: self.path.clone(),
                        message: format!("illegal base64 data at input byte {at}"),
                        found: "string",
                        wanted: "[]uint8".to_owned(),
                    });
                }
                Ok(())
            }
            (Type::Bytes, Value::Array(items)) => {
                // Go would take a list of small numbers for bytes as well.
                let odd = items.iter().find(|item| match item {
                    Value::Null => false,
                    Value::Number(n) => n.as_u64().is_none_or(|n| n > 255),
                    _ => true,
                });
                if let Some(item) = odd {
                    self.save(self.type_error(item, true, "uint8"));
                }
                Ok(())
            }
            // The types with an UnmarshalJSON of their own: their errors end decoding.
            (Type::IntOrString, Value::String(_)) => Ok(()),
            (Type::IntOrString, Value::Number(n)) => {
                match n.as_i64().is_some_and(|i| i32::try_from(i).is_ok()) {
                    true => Ok(()),
                    false => self.fatal(self.type_error(value, true, "int32")),
                }
            }
            (Type::IntOrString, _) => self.fatal(self.type_error(value, false, "int32")),
            (Type::Time, Value::String(text)) => match gotime::check(text, gotime::RFC3339) {
                Ok(()) => Ok(()),
                Err(message) => self.malformed(value, message, "v1.Time"),
            },
            (Type::MicroTime, Value::String(text)) => {
                match gotime::check(text, gotime::RFC3339_MICRO) {
                    Ok(()) => Ok(()),
                    Err(message) => self.malformed(value, message, "v1.MicroTime"),
                }
            }
            (Type::Time | Type::MicroTime, _) => {
                self.fatal(self.type_error(value, false, "string"))
            }
            (Type::Quantity, _) => {
                let text = match value {
                    Value::String(s) => s.clone(),
                    other => go::json(other),
                };
                match quantity::check(text.trim()) {
                    Ok(()) => Ok(()),
                    Err(message) => self.malformed(value, message.to_owned(), "resource.Quantity"),
                }
            }
            (Type::Struct(id), Value::Object(map)) => {
                let schema = self.schema;
                let structure = schema.get(*id);
                for (key, item) in map {
                    let field = structure.field(key).map(|f| &f.kind);
                    self.field(structure.name(), key, field, item)?;
                }
                Ok(())
            }
            (Type::List(of), Value::Array(items)) => {
                let length = self.path.len();
                for (i, item) in items.iter().enumerate() {
                    self.path.push_str(&format!("[{i}]"));
                    self.value(of, item)?;
                    self.path.truncate(length);
                }
                Ok(())
            }
            (Type::Map(of, _), Value::Object(map)) => {
                let length = self.path.len();
                for (key, item) in map {
                    self.path.push('.');
                    self.path.push_str(key);
                    self.value(of, item)?;
                    self.path.truncate(length);
                }
                Ok(())
            }
            (
                Type::Text(_)
                | Type::Int32
                | Type::Int64
                | Type::Float
                | Type::Bool
                | Type::Bytes
                | Type::Struct(_)
                | Type::List(_)
                | Type::Map(..),
                _,
            ) => {
                let wanted = self.schema.go_type(kind);
                self.save(self.type_error(value, false, &wanted));
                Ok(())
            }
        }
    }
}
