//! The kinds that the API server serves, as far as Portolan reads them strictly. Their schemas
//! are k8s-openapi's: `build.rs` writes them down, and they are read when first asked for, their
//! shapes for every check, and the API's words beside them only for who asks.

use super::docs::Descriptions;
use super::go_order;
use super::schema::Schema;
use flate2::bufread::DeflateDecoder;
use serde_json::{Map, Value};
use std::io::Read as _;
use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/kinds.rs"));

/// A kind that the server knows.
#[derive(Debug)]
pub struct Kind {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// `v1`.
    pub version: &'static str,
    /// `Service`.
    pub kind: &'static str,
    /// `services`.
    pub plural: &'static str,
    /// True when its objects live in namespaces.
    pub namespaced: bool,
    source: &'static Source,
    schema: OnceLock<Schema>,
    descriptions: OnceLock<Descriptions>,
    document: OnceLock<Document>,
    typed_nothing: OnceLock<Value>,
}

/// The JSON Schemas of a kind and of all that it is made of.
#[derive(Debug)]
pub struct Document {
    /// The kind's own definition: `io.k8s.api.core.v1.Service`.
    pub root: String,
    /// Schemas by definition.
    pub definitions: Map<String, Value>,
}

/// Of which definitions a schema is made.
#[derive(Debug)]
struct Source {
    /// Its own.
    root: &'static str,
    /// Places in `SHAPES` of those that it and they name, in the order in which they are met.
    others: &'static [u16],
}

/// The JSON of a definition's schema: [`shape`] or [`definition`].
type Read = fn(&str) -> Option<&'static str>;

impl Source {
    /// Its own schema, and the others by name.
    fn read(&self, json: Read) -> (Value, Map<String, Value>) {
        let schema =
            |name: &str| serde_json::from_str(json(name).unwrap_or("{}")).unwrap_or_default();
        let named = self.others.iter().filter_map(|place| SHAPES.get(usize::from(*place)));
        let others = named.map(|(name, _)| ((*name).to_owned(), schema(name)));
        (schema(self.root), others.collect())
    }

    fn schema(&self) -> Schema {
        let (root, others) = self.read(shape);
        Schema::new(self.root, &root, &others)
    }
}

fn place(name: &str) -> Option<usize> {
    SHAPES.binary_search_by_key(&name, |(name, _)| name).ok()
}

/// The JSON Schema of this definition, without what it says in words.
fn shape(name: &str) -> Option<&'static str> {
    SHAPES.get(place(name)?).map(|(_, json)| *json)
}

/// The whole JSON Schema of this definition.
fn definition(name: &str) -> Option<&'static str> {
    static DEFLATED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/definitions.deflate"));
    static LINES: OnceLock<Vec<&'static str>> = OnceLock::new();
    let lines = LINES.get_or_init(|| {
        let mut text = String::new();
        let inflated = DeflateDecoder::new(DEFLATED).read_to_string(&mut text);
        debug_assert!(inflated.is_ok());
        text.leak().lines().collect()
    });
    lines.get(place(name)?).copied()
}

impl Kind {
    const fn new(
        group: &'static str,
        version: &'static str,
        kind: &'static str,
        plural: &'static str,
        namespaced: bool,
        source: &'static Source,
    ) -> Self {
        Self {
            group,
            version,
            kind,
            plural,
            namespaced,
            source,
            schema: OnceLock::new(),
            descriptions: OnceLock::new(),
            document: OnceLock::new(),
            typed_nothing: OnceLock::new(),
        }
    }

    /// What Go's type of an object holds of which nothing was said.
    pub fn typed_nothing(&self) -> &Value {
        self.typed_nothing.get_or_init(|| go_order::typed(self, &Value::Object(Map::new())))
    }

    /// What a manifest of this kind may hold.
    pub fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| self.source.schema())
    }

    /// What the API says about its fields.
    pub(super) fn descriptions(&self) -> &Descriptions {
        self.descriptions.get_or_init(|| {
            let (root, others) = self.source.read(definition);
            Descriptions::new(self.source.root, &root, &others)
        })
    }

    /// Its JSON Schemas.
    pub fn document(&self) -> &Document {
        self.document.get_or_init(|| {
            let (root, mut definitions) = self.source.read(definition);
            definitions.insert(self.source.root.to_owned(), root);
            Document { root: self.source.root.to_owned(), definitions }
        })
    }

    /// `v1`, `apps/v1`.
    #[must_use]
    pub fn api_version(&self) -> String {
        group_version(self.group, self.version)
    }
}

/// `apps/v1`; the version alone for the core group (`GroupVersion.String`).
#[must_use]
pub fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

/// What the metadata of a list may hold.
pub fn list_meta() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| LIST_META.schema())
}

/// Every kind that is known.
#[must_use]
pub fn kinds() -> &'static [Kind] {
    &KINDS
}

/// The kind of this group, version and name, letter for letter.
#[must_use]
pub fn find(group: &str, version: &str, kind: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.kind == kind && k.version == version && k.group == group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_that_a_schema_names_is_there_whole_and_as_a_shape() {
        for kind in kinds() {
            let (root, others) = kind.source.read(definition);
            let (root_shape, shapes) = kind.source.read(shape);
            assert_eq!(others.len(), shapes.len());
            for (whole, shape) in others.values().zip(shapes.values()).chain([(&root, &root_shape)])
            {
                assert!(whole.as_object().is_some_and(|fields| !fields.is_empty()), "{whole}");
                assert_eq!(without_words(whole), *shape);
            }
            let said = serde_json::to_string(&root["properties"]).unwrap();
            assert!(said.contains("\"description\":\""), "{}", kind.kind);
        }
    }

    fn without_words(schema: &Value) -> Value {
        let mut kept = schema.clone();
        if let Some(fields) = kept.as_object_mut() {
            fields.retain(|name, value| !(name == "description" && value.is_string()));
            fields.values_mut().for_each(|value| *value = without_words(value));
        }
        kept
    }
}
