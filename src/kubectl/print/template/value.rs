//! Values of a template while it runs.

use crate::kubectl::print::gofmt;
use crate::manifest::go;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A value. Numbers of JSON are floats, as Go reads them; whole ones come from the template.
#[derive(Debug, Clone)]
pub(super) enum Val<'v> {
    /// Nothing: a field that is not there, or `nil`.
    Nil,
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(Cow<'v, str>),
    /// Of the object.
    Json(Cow<'v, Value>),
}

/// What a value is, looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Is<'a> {
    Nil,
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(&'a str),
    List(&'a [Value]),
    Map(&'a Map<String, Value>),
}

impl<'v> Val<'v> {
    /// A value of the object.
    pub(super) fn of(value: &'v Value) -> Self {
        Self::Json(Cow::Borrowed(value))
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(Cow::Owned(text.into()))
    }

    pub(super) fn is(&self) -> Is<'_> {
        match self {
            Self::Nil => Is::Nil,
            Self::Int(number) => Is::Int(*number),
            Self::Float(number) => Is::Float(*number),
            Self::Bool(yes) => Is::Bool(*yes),
            Self::Text(text) => Is::Text(text),
            Self::Json(value) => match &**value {
                Value::Null => Is::Nil,
                Value::Bool(yes) => Is::Bool(*yes),
                Value::Number(number) => Is::Float(number.as_f64().unwrap_or_default()),
                Value::String(text) => Is::Text(text),
                Value::Array(items) => Is::List(items),
                Value::Object(map) => Is::Map(map),
            },
        }
    }

    /// An entry of a map.
    pub(super) fn entry(&self, key: &str) -> Option<Self> {
        match self {
            Self::Json(Cow::Borrowed(Value::Object(map))) => map.get(key).map(Self::of),
            Self::Json(Cow::Owned(Value::Object(map))) => {
                map.get(key).map(|value| Self::Json(Cow::Owned(value.clone())))
            }
            _ => None,
        }
    }

    /// An item of a list.
    pub(super) fn item(&self, idx: usize) -> Option<Self> {
        match self {
            Self::Json(Cow::Borrowed(Value::Array(items))) => items.get(idx).map(Self::of),
            Self::Json(Cow::Owned(Value::Array(items))) => {
                items.get(idx).map(|value| Self::Json(Cow::Owned(value.clone())))
            }
            _ => None,
        }
    }

    /// `IsTrue`: neither nothing, nor empty, nor zero.
    pub(super) fn is_true(&self) -> bool {
        match self.is() {
            Is::Nil => false,
            Is::Int(number) => number != 0,
            Is::Float(number) => number != 0.0,
            Is::Bool(yes) => yes,
            Is::Text(text) => !text.is_empty(),
            Is::List(items) => !items.is_empty(),
            Is::Map(map) => !map.is_empty(),
        }
    }

    /// `%v`.
    pub(super) fn plain(&self) -> String {
        match self.is() {
            Is::Nil => "<nil>".to_owned(),
            Is::Int(number) => number.to_string(),
            Is::Float(number) => go::float_g(number),
            Is::Bool(yes) => yes.to_string(),
            Is::Text(text) => text.to_owned(),
            Is::List(_) | Is::Map(_) => match self {
                Self::Json(value) => plain_floats(value),
                _ => String::new(),
            },
        }
    }

    /// The name of its type in Go.
    pub(super) fn type_name(&self) -> &'static str {
        match self.is() {
            Is::Nil => "<nil>",
            Is::Int(_) => "int",
            Is::Float(_) => "float64",
            Is::Bool(_) => "bool",
            Is::Text(_) => "string",
            Is::List(_) => "[]interface {}",
            Is::Map(_) => "map[string]interface {}",
        }
    }

    /// The name of its type where a field of it is asked for: Go knows of a value that lies in
    /// the object only that it is one.
    pub(super) fn outer_type(&self) -> &'static str {
        match self {
            Self::Json(_) => "interface {}",
            other => other.type_name(),
        }
    }
}

/// `%v` where every number is a float.
fn plain_floats(value: &Value) -> String {
    fn floats(value: &Value) -> Value {
        match value {
            Value::Number(number) => Value::from(number.as_f64().unwrap_or_default()),
            Value::Array(items) => items.iter().map(floats).collect(),
            Value::Object(map) => {
                map.iter().map(|(key, value)| (key.clone(), floats(value))).collect()
            }
            other => other.clone(),
        }
    }
    gofmt::plain(&floats(value))
}
