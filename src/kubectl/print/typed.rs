//! JSON as the API server sends it: in one line, fields as Go's types order them.

use super::Objects;
use super::row::{Row, Style};
use crate::manifest::go;
use crate::manifest::go_order;
use crate::manifest::kinds::Kind;
use crate::manifest::schema::{Schema, Type};
use serde_json::{Map, Value};

/// One object of a kind; as it stands where nothing is known of the kind.
pub(in crate::kubectl) fn object(kind: Option<&Kind>, object: &Value) -> String {
    let mut out = String::new();
    match kind {
        Some(kind) => {
            let root = Type::Struct(kind.schema().root());
            go_order::write(kind.schema(), Some(&root), object, &mut out);
        }
        None => go::write_json(object, &mut out),
    }
    out
}

/// The objects of a kind between `head` and `tail`, without what a list tells of them all. In
/// pieces.
pub(in crate::kubectl) fn list(
    kind: Option<&Kind>,
    objects: &Objects<'_>,
    (head, tail): (&str, &str),
) -> Vec<String> {
    let style = Typed { of: kind.map(|kind| (kind.schema(), Type::Struct(kind.schema().root()))) };
    let between = |is_first: bool, out: &mut String| out.push_str(if is_first { "" } else { "," });
    Row::write(&style, objects, true, (head, between, tail), &format!("{head}{tail}"))
}

/// How objects of a kind are written in a list.
struct Typed<'k> {
    of: Option<(&'k Schema, Type)>,
}

impl Typed<'_> {
    /// The schema, and of which type an object is, or what its field `of` holds.
    fn at(&self, of: &str) -> Option<(&Schema, Option<&Type>)> {
        let (schema, root) = self.of.as_ref()?;
        Some(match of {
            "" => (schema, Some(root)),
            of => (schema, go_order::field(schema, Some(root), of)),
        })
    }
}

impl Style for Typed<'_> {
    fn entries<'m>(&self, of: &str, map: &'m Map<String, Value>) -> Vec<(&'m String, &'m Value)> {
        let mut entries = match self.at(of) {
            Some((schema, of)) => go_order::entries(schema, of, map),
            None => map.iter().collect(),
        };
        if of.is_empty() {
            entries.retain(|(key, _)| !matches!(&***key, "kind" | "apiVersion"));
        }
        entries
    }

    fn begin(&self, _: &str, key: &str, is_first: bool, out: &mut String) {
        out.push(if is_first { '{' } else { ',' });
        go::json_string(key, out);
        out.push(':');
    }

    fn value(&self, of: &str, key: &str, value: &Value, out: &mut String) {
        match self.at(of) {
            Some((schema, of)) => {
                go_order::write(schema, go_order::field(schema, of, key), value, out);
            }
            None => go::write_json(value, out),
        }
    }

    fn end(&self, _: &str, out: &mut String) {
        out.push('}');
    }
}
