//! Paths into objects, as the API server writes them, and finding what they name.

use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// A path such as `spec.ports[0].port`, `metadata.labels[app.kubernetes.io/name]` or
/// `spec.ports[name=http].port` (the first entry whose `name` is `http`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// `.name`.
    Name(String),
    /// `[x]`: an entry of a list by its place, of a map by its key.
    Entry(String),
    /// `[key=value]`.
    Where(String, String),
}

/// Why a text is no path, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PathError(&'static str);

impl FromStr for FieldPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let (entry, after) =
                    inside.split_once(']').ok_or(PathError("A bracket is not closed."))?;
                parts.push(match entry.split_once('=') {
                    _ if entry.is_empty() => return Err(PathError("A bracket is empty.")),
                    Some((key, value)) => Part::Where(key.to_owned(), value.to_owned()),
                    None => Part::Entry(entry.to_owned()),
                });
                rest = after;
            } else {
                if !parts.is_empty() {
                    rest = rest.strip_prefix('.').ok_or(PathError("A dot is missing."))?;
                }
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                if name.is_empty() || name.contains(char::is_whitespace) {
                    return Err(PathError("A name is missing."));
                }
                parts.push(Part::Name(name.to_owned()));
                rest = after;
            }
        }
        if parts.is_empty() { Err(PathError("It is empty.")) } else { Ok(Self { parts }) }
    }
}

impl FieldPath {
    /// What the path names in `object`, if it is there.
    #[must_use]
    pub fn find<'v>(&self, object: &'v Value) -> Option<&'v Value> {
        self.parts.iter().try_fold(object, |value, part| match part {
            Part::Name(name) => value.get(name),
            Part::Entry(entry) => match value {
                Value::Array(entries) => entries.get(entry.parse::<usize>().ok()?),
                _ => value.get(entry),
            },
            Part::Where(key, wanted) => value.as_array()?.iter().find(|entry| {
                entry.get(key).is_some_and(|found| match found {
                    Value::String(text) => text == wanted,
                    Value::Number(number) => number.to_string().as_str() == wanted,
                    _ => false,
                })
            }),
        })
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (idx, part) in self.parts.iter().enumerate() {
            match part {
                Part::Name(name) if idx == 0 => f.write_str(name)?,
                Part::Name(name) => write!(f, ".{name}")?,
                Part::Entry(entry) => write!(f, "[{entry}]")?,
                Part::Where(key, value) => write!(f, "[{key}={value}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_names_lists_by_place_or_field_and_maps_by_key() {
        let service = json!({
            "metadata": {"labels": {"app.kubernetes.io/name": "web"}},
            "spec": {"ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
        });
        let find = |path: &str| path.parse::<FieldPath>().unwrap().find(&service).cloned();
        assert_eq!(find("spec.ports[1].port"), Some(json!(2)));
        assert_eq!(find("spec.ports[name=b].port"), Some(json!(2)));
        assert_eq!(find("spec.ports[port=1].name"), Some(json!("a")));
        assert_eq!(find("metadata.labels[app.kubernetes.io/name]"), Some(json!("web")));
        assert_eq!(find("spec.ports[2].port"), None);
        assert_eq!(find("spec.type"), None);
        assert_eq!(find("spec.ports.port"), None);
    }

    #[test]
    fn a_path_is_written_as_it_was_read_and_a_broken_one_says_why() {
        for path in ["spec", "spec.ports[0].port", "spec.ports[name=b]", "a[b.c/d].e"] {
            assert_eq!(path.parse::<FieldPath>().unwrap().to_string(), path);
        }
        let why = |path: &str| path.parse::<FieldPath>().unwrap_err().to_string();
        assert_eq!(why(""), "It is empty.");
        assert_eq!(why("spec..type"), "A name is missing.");
        assert_eq!(why("spec.ports[0"), "A bracket is not closed.");
        assert_eq!(why("spec.ports[]"), "A bracket is empty.");
        assert_eq!(why("spec.ports[0]port"), "A dot is missing.");
    }
}
