//! What the API itself says about a field: its type, what it is for, the values it takes.

use super::enums;
use super::kinds::Kind;
use super::schema::{Schema, Struct, Type};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The API's descriptions of the fields that a kind is made of, by struct and name.
#[derive(Debug, Default)]
pub(super) struct Descriptions {
    of_struct: HashMap<String, HashMap<String, String>>,
}

impl Descriptions {
    /// From a JSON Schema and the definitions that it names.
    pub(super) fn new(name: &str, root: &Value, definitions: &Map<String, Value>) -> Self {
        let all = definitions.iter().map(|(name, schema)| (name.as_str(), schema));
        let of_struct = all
            .chain([(name, root)])
            .map(|(name, schema)| (name.to_owned(), of_fields(schema)))
            .collect();
        Self { of_struct }
    }

    fn get(&self, of: &Struct, field: &str) -> &str {
        self.of_struct.get(&of.definition).and_then(|f| f.get(field)).map_or("", String::as_str)
    }
}

fn of_fields(schema: &Value) -> HashMap<String, String> {
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    fields
        .filter_map(|(name, field)| {
            Some((name.clone(), field.get("description")?.as_str()?.to_owned()))
        })
        .collect()
}

/// What stands behind a field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A value on the same line.
    Value,
    /// More fields, on lines of their own.
    Fields,
    /// A list.
    List,
}

/// A field, as the API describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDoc {
    /// Its name.
    pub name: String,
    /// Its type as `kubectl explain` writes it: `<[]ServicePort>`.
    pub kind: String,
    /// It must be there.
    pub required: bool,
    /// The values it takes; empty where the API does not list them.
    pub values: &'static [&'static str],
    /// The API's own words.
    pub about: String,
    /// What stands behind its name.
    pub holds: Holds,
}

/// What a path leads to.
enum Place<'s> {
    /// A field of a struct.
    Field(&'s Struct, &'s str, &'s Type),
    /// The kind itself, or what a map holds under a name of one's own.
    Inside(&'s Type),
}

fn walk<'s>(schema: &'s Schema, root: &'s Type, path: &[&str]) -> Option<Place<'s>> {
    let mut here = root;
    let mut place = Place::Inside(root);
    for name in path {
        while let Type::List(of) = here {
            here = of;
        }
        match here {
            Type::Struct(id) => {
                let of = schema.get(*id);
                let field = of.field(name)?;
                here = &field.kind;
                place = Place::Field(of, &field.name, here);
            }
            Type::Map(of, _) => {
                here = of;
                place = Place::Inside(here);
            }
            _ => return None,
        }
    }
    Some(place)
}

impl Kind {
    /// The fields that may stand in the map at `path`: names from the object's root on, lists
    /// passed through. Empty where no fields of known names stand there.
    #[must_use]
    pub fn fields_at(&self, path: &[&str]) -> Vec<FieldDoc> {
        let schema = self.schema();
        let root = Type::Struct(schema.root());
        let mut here = match walk(schema, &root, path) {
            Some(Place::Field(_, _, kind) | Place::Inside(kind)) => kind,
            None => return Vec::new(),
        };
        while let Type::List(of) = here {
            here = of;
        }
        let Type::Struct(id) = here else { return Vec::new() };
        let of = schema.get(*id);
        of.fields().iter().map(|field| self.doc(of, &field.name, &field.kind)).collect()
    }

    /// The field at `path`. None where there is no such field.
    #[must_use]
    pub fn field_at(&self, path: &[&str]) -> Option<FieldDoc> {
        let schema = self.schema();
        let root = Type::Struct(schema.root());
        match walk(schema, &root, path)? {
            Place::Field(of, name, kind) => Some(self.doc(of, name, kind)),
            Place::Inside(_) => None,
        }
    }

    fn doc(&self, of: &Struct, name: &str, kind: &Type) -> FieldDoc {
        let mut inner = kind;
        while let Type::List(of) = inner {
            inner = of;
        }
        let values: &'static [&'static str] = match inner {
            Type::Text(go_type) => enums::values(go_type),
            Type::Bool => &["true", "false"],
            _ => &[],
        };
        FieldDoc {
            name: name.to_owned(),
            kind: format!("<{}>", self.shown(kind)),
            required: of.required.iter().any(|r| r == name),
            values,
            about: self.descriptions().get(of, name).to_owned(),
            holds: match kind {
                Type::List(_) => Holds::List,
                Type::Struct(_) | Type::Map(..) => Holds::Fields,
                _ => Holds::Value,
            },
        }
    }

    /// A type as `kubectl explain` writes it.
    fn shown(&self, kind: &Type) -> String {
        match kind {
            Type::Text(_) | Type::Bytes | Type::Time | Type::MicroTime => "string".to_owned(),
            Type::Int32 | Type::Int64 => "integer".to_owned(),
            Type::Float => "number".to_owned(),
            Type::Bool => "boolean".to_owned(),
            Type::IntOrString => "IntOrString".to_owned(),
            Type::Quantity => "Quantity".to_owned(),
            Type::Any => "Object".to_owned(),
            Type::Struct(id) => self.schema().get(*id).name().to_owned(),
            Type::List(of) => format!("[]{}", self.shown(of)),
            Type::Map(of, _) => format!("map[string]{}", self.shown(of)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::kinds;

    #[test]
    fn a_field_is_told_with_its_type_its_values_and_the_apis_words() {
        let service = kinds::find("", "v1", "Service").unwrap();
        let field = service.field_at(&["spec", "type"]).unwrap();
        assert_eq!((field.kind.as_str(), field.required), ("<string>", false));
        assert_eq!(field.values, ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]);
        assert!(field.about.starts_with("type determines how the Service is exposed."));
        let ports = service.field_at(&["spec", "ports"]).unwrap();
        assert_eq!(ports.kind, "<[]ServicePort>");
        let port = service.field_at(&["spec", "ports", "port"]).unwrap();
        assert!(port.required);
        let names: Vec<String> =
            service.fields_at(&["spec", "ports"]).into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["appProtocol", "name", "nodePort", "port", "protocol", "targetPort"]);
        assert_eq!(service.field_at(&["spec", "selector", "app"]), None);
        assert_eq!(service.field_at(&["spec", "prots"]), None);
        assert!(service.fields_at(&["spec", "selector"]).is_empty());
    }

    /// Each name in the table of values is one that some kind's field has.
    #[test]
    fn every_kind_tells_about_all_its_fields() {
        for kind in kinds::kinds() {
            let fields = kind.fields_at(&[]);
            let told = fields.iter().filter(|f| !f.about.is_empty()).count();
            assert!(told >= 2, "{}: {fields:#?}", kind.kind);
        }
    }
}
