//! JSON Schemas (draft 2020-12) of the declared tables, for editors and other programs.
//!
//! A schema never refuses what the loader accepts. The loader refuses more: what joins several
//! fields or files (ids that lead nowhere, hints that cost too much), and the inside of a form
//! such as an address. Nothing is referred to (`$ref`): each schema is whole, and also older
//! drafts read it.

use super::{FORMAT, Field, Kind, Table, Text, To};
use serde_json::{Map, Value, json};

/// The dialect that the schemas are written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What `is_id` accepts.
const ID: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";
/// Two ids with a slash between.
const STEP: &str = "^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$";
/// Not blank.
const SOME: &str = "\\S";
/// One line, not blank; blanks may follow it.
const ONE_LINE: &str = "^[^\\n]*\\S\\s*$";
/// One line, or nothing; blanks may follow it.
const LINE_OR_NOTHING: &str = "^[^\\n]*\\s*$";
/// No control characters. A carriage return may be there: the loader reads Windows' line ends.
const NO_CONTROLS: &str = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$";

/// The JSON Schema of files that are a `table`, whole.
#[must_use]
pub fn json_schema(table: &Table) -> Value {
    let mut schema = json!({"$schema": DIALECT, "title": table.name, "description": table.doc});
    extend(&mut schema, of_table(table));
    schema
}

/// The schema of a world, of its properties.
pub(super) fn of_file(title: &str, doc: &str, properties: Map<String, Value>) -> Value {
    json!({
        "$schema": DIALECT,
        "title": title,
        "description": doc,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn extend(schema: &mut Value, more: Value) {
    if let (Value::Object(schema), Value::Object(more)) = (schema, more) {
        schema.extend(more);
    }
}

fn of_table(table: &Table) -> Value {
    let properties: Map<String, Value> =
        table.fields.iter().map(|field| (field.name.to_owned(), of_field(field))).collect();
    let required: Vec<&str> =
        table.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if !table.exactly_one.is_empty() {
        let ways: Vec<Value> =
            table.exactly_one.iter().map(|name| json!({"required": [name]})).collect();
        extend(&mut schema, json!({"oneOf": ways}));
    }
    schema
}

fn of_field(field: &Field) -> Value {
    described(field.doc, of_kind(&field.kind))
}

/// `schema` with its description before it.
pub(super) fn described(doc: &str, schema: Value) -> Value {
    let mut whole = json!({"description": doc});
    extend(&mut whole, schema);
    whole
}

/// The schema of what stands behind a key.
pub(super) fn of_kind(kind: &Kind) -> Value {
    match kind {
        Kind::Format => json!({"type": "integer", "const": FORMAT}),
        Kind::Id => json!({"type": "string", "pattern": ID, "maxLength": 64}),
        Kind::Text(text) => of_text(text),
        Kind::Form(form) => json!({
            "type": "string",
            "pattern": form.pattern,
            "maxLength": 1_000,
            "examples": [form.example],
        }),
        Kind::Reference(To::Step) => json!({"type": "string", "pattern": STEP}),
        Kind::Reference(To::Lesson | To::Quiz | To::World | To::Link | To::Term) => {
            json!({"type": "string", "pattern": ID, "maxLength": 64})
        }
        Kind::Whole { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Kind::Number { min, max } => json!({"type": "number", "minimum": min, "maximum": max}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Word(words) => json!({"type": "string", "enum": words}),
        Kind::List { of, min, max } => {
            // A table in a list has no key that describes it.
            let entry = match of {
                Kind::Table(table) => described(table.doc, of_table(table)),
                of => of_kind(of),
            };
            let mut schema = json!({
                "type": "array",
                "items": entry,
                "minItems": min,
                "maxItems": max,
            });
            // As the reader has it: what is listed by name stands there once.
            if matches!(of, Kind::Id | Kind::Reference(_) | Kind::Word(_)) {
                extend(&mut schema, json!({"uniqueItems": true}));
            }
            schema
        }
        Kind::Table(table) => of_table(table),
        Kind::Value => json!({"type": ["string", "number", "boolean", "array", "object"]}),
    }
}

fn of_text(text: &Text) -> Value {
    // The bound is in bytes, of which no character has less than one.
    let mut schema = json!({"type": "string", "maxLength": text.max});
    let pattern = match (text.lines, text.empty) {
        (true, true) => None,
        (true, false) => Some(SOME),
        (false, true) => Some(LINE_OR_NOTHING),
        (false, false) => Some(ONE_LINE),
    };
    if let Some(pattern) = pattern {
        extend(&mut schema, json!({"pattern": pattern}));
    }
    extend(&mut schema, json!({"allOf": [{"pattern": NO_CONTROLS}]}));
    schema
}
