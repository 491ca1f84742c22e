//! Claims of a world: it can be read, and all in it is meant. What is wrong in it is told at
//! its place in the file.

use super::{Claims, Proof, Subject};
use crate::cluster::{Cluster, Key, WorldError};
use crate::manifest::{self, Document, Part};
use crate::source::{LineIndex, Position, Span};
use serde_json::Value;

pub(super) fn claims(proof: &mut Proof, name: &str, text: &str) {
    let mut claims = Claims::new(proof, Subject::World(name.to_owned()), "");
    match Cluster::from_world(text) {
        Ok((_, findings)) => {
            claims.claim(Ok(()));
            if findings.is_empty() {
                return;
            }
            let places = Places::of(text);
            for finding in findings {
                claims.place = places.object(&finding.object, &finding.message);
                let message = format!("{}: {}", finding.object, finding.message);
                claims.claim(Err((message, "Mend the object, or take it out.")));
            }
        }
        Err(WorldError::Settings(problems)) => {
            let places = Places::of(text);
            for problem in problems {
                let key = problem.split(':').next().unwrap_or("");
                claims.place = places.field(key);
                let message = format!("Nothing can run on it: {problem}.");
                claims.claim(Err((message, "Mend this setting, or take it out.")));
            }
        }
        Err(error) => {
            let read = manifest::read(text).error;
            let message = match &read {
                Some(error) => {
                    claims.place = Some(LineIndex::new(text).position(text, error.span.start));
                    format!("Nothing can run on it, as it can't be read: {}.", error.message)
                }
                None => format!("Nothing can run on it: {error}."),
            };
            claims.claim(Err((message, "Write settings and `objects` as YAML or JSON.")));
        }
    }
}

/// Where what is wrong in a world stands.
struct Places<'t> {
    text: &'t str,
    index: LineIndex,
    document: Option<Document>,
}

impl<'t> Places<'t> {
    fn of(text: &'t str) -> Self {
        let document = manifest::read(text).documents.into_iter().next();
        Self { text, index: LineIndex::new(text), document }
    }

    fn at(&self, span: Span) -> Position {
        self.index.position(self.text, span.start)
    }

    /// Of a field of the world, or of the nearest around it that is written.
    fn field(&self, path: &str) -> Option<Position> {
        let document = self.document.as_ref()?;
        let mut path = path.trim();
        loop {
            if let Some(span) = document.span(path, Part::Key) {
                return Some(self.at(span));
            }
            path = path.get(..path.rfind(['.', '['])?)?;
        }
    }

    /// Of an object as findings name it, or of the field in it that the message begins with.
    fn object(&self, name: &str, message: &str) -> Option<Position> {
        let document = self.document.as_ref()?;
        let objects = document.json.get("objects")?.as_array()?;
        let root = if name.starts_with("objects[") {
            name.to_owned()
        } else {
            let idx = objects.iter().position(|object| called(object).as_deref() == Some(name))?;
            format!("objects[{idx}]")
        };
        let told = message.strip_prefix("It is left out: ").unwrap_or(message);
        let field = told.split(": ").next().unwrap_or("").trim_end_matches(':');
        let inside = format!("{root}.{field}");
        let span = document
            .span(&inside, Part::Value)
            .or_else(|| document.span(&format!("{root}.metadata.name"), Part::Value))
            .or_else(|| document.span(&root, Part::Value))?;
        Some(self.at(span))
    }
}

/// What findings call it.
fn called(object: &Value) -> Option<String> {
    let kind = object.get("kind")?.as_str()?;
    let metadata = object.get("metadata")?;
    let namespace = metadata.get("namespace").and_then(Value::as_str).unwrap_or_default();
    Some(Key::new(kind, namespace, metadata.get("name")?.as_str()?).to_string())
}
