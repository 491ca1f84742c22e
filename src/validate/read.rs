//! Reading typed fields out of a JSON object as Go's decoder fills a struct:
//! what is missing or null is the zero value.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A field holds another JSON type than it should. Strict decoding of a manifest
/// refuses this earlier and with Go's words; objects from elsewhere may still have it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: expected {expected}, found {found}")]
pub struct WrongType {
    /// The field's name.
    pub field: String,
    /// What it should hold.
    pub expected: &'static str,
    /// What it holds.
    pub found: &'static str,
}

pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// The fields of one JSON object.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    /// Of `value`, found at `field`; null and nothing have no fields.
    pub(crate) fn of(value: Option<&'a Value>, field: &str) -> Result<Self, WrongType> {
        match value {
            None | Some(Value::Null) => Ok(Self(None)),
            Some(Value::Object(map)) => Ok(Self(Some(map))),
            Some(other) => Err(wrong(field, "a map", other)),
        }
    }

    pub(crate) fn get(self, field: &str) -> Option<&'a Value> {
        self.0?.get(field).filter(|value| !value.is_null())
    }

    pub(crate) fn fields(self, field: &str) -> Result<Self, WrongType> {
        Self::of(self.get(field), field)
    }

    pub(crate) fn text(self, field: &str) -> Result<String, WrongType> {
        Ok(self.optional_text(field)?.unwrap_or_default())
    }

    pub(crate) fn optional_text(self, field: &str) -> Result<Option<String>, WrongType> {
        self.get(field).map(|value| text_of(value, field)).transpose()
    }

    pub(crate) fn optional_int(self, field: &str) -> Result<Option<i64>, WrongType> {
        self.get(field)
            .map(|value| value.as_i64().ok_or_else(|| wrong(field, "a whole number", value)))
            .transpose()
    }

    pub(crate) fn int(self, field: &str) -> Result<i64, WrongType> {
        Ok(self.optional_int(field)?.unwrap_or(0))
    }

    pub(crate) fn optional_bool(self, field: &str) -> Result<Option<bool>, WrongType> {
        self.get(field)
            .map(|value| value.as_bool().ok_or_else(|| wrong(field, "a boolean", value)))
            .transpose()
    }

    /// The items of a list; none where there is no list.
    pub(crate) fn items(self, field: &str) -> Result<&'a [Value], WrongType> {
        match self.get(field) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(wrong(field, "a list", other)),
        }
    }

    pub(crate) fn texts(self, field: &str) -> Result<Vec<String>, WrongType> {
        self.items(field)?
            .iter()
            .map(|item| if item.is_null() { Ok(String::new()) } else { text_of(item, field) })
            .collect()
    }

    /// A map of strings. An entry that is null is none (the recordings have it so).
    pub(crate) fn text_map(
        self,
        field: &str,
    ) -> Result<Option<BTreeMap<String, String>>, WrongType> {
        match self.get(field) {
            None => Ok(None),
            Some(Value::Object(map)) => map
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| Ok((key.clone(), text_of(value, field)?)))
                .collect::<Result<_, _>>()
                .map(Some),
            Some(other) => Err(wrong(field, "a map", other)),
        }
    }
}

fn text_of(value: &Value, field: &str) -> Result<String, WrongType> {
    value.as_str().map(str::to_owned).ok_or_else(|| wrong(field, "a string", value))
}

pub(crate) fn wrong(field: &str, expected: &'static str, found: &Value) -> WrongType {
    WrongType { field: field.to_owned(), expected, found: kind_of(found) }
}
