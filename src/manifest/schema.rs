//! What an object of a kind may hold, with Go's names for it: made of the JSON Schema
//! that k8s-openapi carries, once a kind.

use super::gotypes;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Index into a schema's structs.
pub(super) type StructId = usize;

/// The types that one kind is made of.
#[derive(Debug)]
pub struct Schema {
    structs: Vec<Struct>,
    root: StructId,
}

/// A Go struct.
#[derive(Debug)]
pub struct Struct {
    /// Its definition: `io.k8s.api.core.v1.ServicePort`.
    pub definition: String,
    /// Fields by their JSON names, sorted.
    fields: Vec<Field>,
    /// Names of the fields that must be there, in Go's order.
    pub required: Vec<String>,
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// Its JSON name.
    pub name: String,
    /// What it holds.
    pub kind: Type,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// A string, with the name that Go gives its type: `string`, `v1.Protocol`.
    Text(&'static str),
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// A float64.
    Float,
    /// A boolean.
    Bool,
    /// Base64 text: Go's `[]byte`.
    Bytes,
    /// `intstr.IntOrString`.
    IntOrString,
    /// `resource.Quantity`.
    Quantity,
    /// `metav1.Time`.
    Time,
    /// `metav1.MicroTime`.
    MicroTime,
    /// Anything at all.
    Any,
    /// A struct of the schema.
    Struct(StructId),
    /// A list.
    List(Box<Type>),
    /// A map with string keys, and Go's name where it has one (`v1.ResourceList`).
    Map(Box<Type>, Option<&'static str>),
}

impl Struct {
    /// Go's name without its package: `ServicePort`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.definition.rsplit('.').next().unwrap_or("")
    }

    /// Go's package and name: `v1.ServicePort`.
    #[must_use]
    fn go_name(&self) -> &str {
        let mut dots = self.definition.rmatch_indices('.');
        dots.next();
        dots.next().map_or(&self.definition, |(at, _)| &self.definition[at + 1..])
    }

    /// The field of this JSON name, letter for letter.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.binary_search_by(|f| f.name.as_str().cmp(name)).ok().map(|i| &self.fields[i])
    }

    /// All fields, sorted by name.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }
}

impl Schema {
    /// From a JSON Schema and the definitions that it names.
    pub(super) fn new(name: &str, root: &Value, definitions: &Map<String, Value>) -> Self {
        let mut builder = Builder { definitions, structs: Vec::new(), known: HashMap::new() };
        let root = builder.structure(name, root);
        let structs = builder.structs.into_iter().flatten().collect();
        Self { structs, root }
    }

    /// The kind's own struct.
    #[must_use]
    pub fn root(&self) -> StructId {
        self.root
    }

    /// The struct of this index.
    #[must_use]
    pub fn get(&self, id: StructId) -> &Struct {
        &self.structs[id]
    }

    /// All structs.
    #[cfg(test)]
    pub(super) fn structs(&self) -> &[Struct] {
        &self.structs
    }

    /// Go's name of a type, as its JSON errors write it.
    #[must_use]
    pub fn go_type(&self, kind: &Type) -> String {
        match kind {
            Type::Text(name) => (*name).to_owned(),
            Type::Int32 => "int32".to_owned(),
            Type::Int64 => "int64".to_owned(),
            Type::Float => "float64".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Bytes => "[]uint8".to_owned(),
            Type::IntOrString => "intstr.IntOrString".to_owned(),
            Type::Quantity => "resource.Quantity".to_owned(),
            Type::Time => "v1.Time".to_owned(),
            Type::MicroTime => "v1.MicroTime".to_owned(),
            Type::Any => "interface {}".to_owned(),
            Type::Struct(id) => self.structs[*id].go_name().to_owned(),
            Type::List(of) => format!("[]{}", self.go_type(of)),
            Type::Map(_, Some(name)) => (*name).to_owned(),
            Type::Map(of, None) => format!("map[string]{}", self.go_type(of)),
        }
    }

    /// The type of the field at a path of names, lists and maps skipped through.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Type> {
        let mut here = self.root;
        let mut found = None;
        for name in path {
            let kind = &self.structs[here].field(name)?.kind;
            found = Some(kind);
            let mut inner = kind;
            while let Type::List(of) | Type::Map(of, _) = inner {
                inner = of;
            }
            match inner {
                Type::Struct(id) => here = *id,
                _ => here = usize::MAX,
            }
            if here == usize::MAX {
                break;
            }
        }
        found
    }
}

struct Builder<'d> {
    definitions: &'d Map<String, Value>,
    structs: Vec<Option<Struct>>,
    known: HashMap<String, StructId>,
}

impl Builder<'_> {
    fn structure(&mut self, definition: &str, schema: &Value) -> StructId {
        let id = self.structs.len();
        self.structs.push(None);
        // Before its fields: a JSONSchemaProps holds itself.
        self.known.insert(definition.to_owned(), id);
        let owner = definition.rsplit('.').next().unwrap_or("");
        let mut fields: Vec<Field> = schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, schema)| Field {
                name: name.clone(),
                kind: self.kind(owner, name, schema),
            })
            .collect();
        crate::source::sort::sort_by(&mut fields, |a, b| a.name.cmp(&b.name));
        let mut required: Vec<String> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            // k8s-openapi's types always have metadata; the API asks for none.
            .filter(|name| name != "metadata")
            .collect();
        let order = gotypes::required(owner);
        crate::source::sort::sort_by_key(&mut required, |name| {
            order.iter().position(|known| known == name)
        });
        self.structs[id] = Some(Struct { definition: definition.to_owned(), fields, required });
        id
    }

    fn kind(&mut self, owner: &str, field: &str, schema: &Value) -> Type {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let definition = reference.rsplit('/').next().unwrap_or("");
            return self.reference(definition);
        }
        let format = schema.get("format").and_then(Value::as_str);
        match schema.get("type").and_then(Value::as_str) {
            Some("string") if format == Some("byte") => Type::Bytes,
            Some("string") => Type::Text(gotypes::text(owner, field)),
            Some("integer") if format == Some("int64") => Type::Int64,
            Some("integer") => Type::Int32,
            Some("number") => Type::Float,
            Some("boolean") => Type::Bool,
            Some("array") => match schema.get("items") {
                Some(items) => Type::List(Box::new(self.kind(owner, field, items))),
                None => Type::Any,
            },
            Some("object") => match schema.get("additionalProperties") {
                Some(of) if of.is_object() => {
                    let of = self.kind(owner, field, of);
                    let name = (of == Type::Quantity).then_some(gotypes::QUANTITIES);
                    Type::Map(Box::new(of), name)
                }
                _ => Type::Any,
            },
            _ => Type::Any,
        }
    }

    fn reference(&mut self, definition: &str) -> Type {
        match definition {
            "io.k8s.apimachinery.pkg.util.intstr.IntOrString" => return Type::IntOrString,
            "io.k8s.apimachinery.pkg.api.resource.Quantity" => return Type::Quantity,
            "io.k8s.apimachinery.pkg.apis.meta.v1.Time" => return Type::Time,
            "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime" => return Type::MicroTime,
            _ => {}
        }
        if let Some(id) = self.known.get(definition) {
            return Type::Struct(*id);
        }
        let definitions = self.definitions;
        match definitions.get(definition) {
            Some(schema) if schema.get("properties").is_some() => {
                Type::Struct(self.structure(definition, schema))
            }
            // An empty struct (a strategy without options) still refuses what is no map.
            Some(schema)
                if schema.get("type").and_then(Value::as_str) == Some("object")
                    && !definition.ends_with("RawExtension")
                    && !definition.ends_with("FieldsV1") =>
            {
                Type::Struct(self.structure(definition, schema))
            }
            Some(schema) if schema.get("type").and_then(Value::as_str) == Some("string") => {
                if schema.get("format").and_then(Value::as_str) == Some("byte") {
                    Type::Bytes
                } else {
                    Type::Text("string")
                }
            }
            _ => Type::Any,
        }
    }
}
