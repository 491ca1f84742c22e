//! What a template asks of a List's items: a long list is then made of that.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The field that holds a List's items.
pub(super) const ITEMS: &str = "items";

/// Fields by name, and what is asked of each; of what has none, all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted<'t> {
    fields: BTreeMap<&'t str, Wanted<'t>>,
    whole: bool,
}

impl<'t> Wanted<'t> {
    /// Adds a path of fields, whose last is wanted whole. It may begin at the List or at an
    /// item. None where it leads to an item itself.
    pub(super) fn add(&mut self, path: &[&'t str]) -> Option<()> {
        if let [ITEMS, rest @ ..] = path {
            self.add(rest)?;
        }
        if path.is_empty() {
            return None;
        }
        let mut at = self;
        for name in path {
            at = at.fields.entry(name).or_default();
        }
        at.whole = true;
        Some(())
    }

    /// What is wanted of `value`; lists are gone through.
    pub(super) fn of(&self, value: &Value) -> Value {
        match value {
            Value::Object(map) if !self.whole => {
                let mut wanted = Map::with_capacity(self.fields.len());
                for (name, inner) in &self.fields {
                    if let Some(value) = map.get(*name) {
                        wanted.insert((*name).to_owned(), inner.of(value));
                    }
                }
                Value::Object(wanted)
            }
            Value::Array(items) if !self.whole => items.iter().map(|item| self.of(item)).collect(),
            value => value.clone(),
        }
    }
}

#[cfg(test)]
impl std::fmt::Display for Wanted<'_> {
    /// `metadata{name} spec`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (idx, (name, inner)) in self.fields.iter().enumerate() {
            f.write_str(if idx > 0 { " " } else { "" })?;
            f.write_str(name)?;
            if !inner.whole {
                write!(f, "{{{inner}}}")?;
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
    fn only_what_is_asked_for_is_copied() {
        let mut wanted = Wanted::default();
        for path in [&["items", "metadata", "name"][..], &["spec", "ports", "port"], &["status"]] {
            assert_eq!(wanted.add(path), Some(()));
        }
        assert_eq!(wanted.add(&["items"]), None);
        assert_eq!(wanted.add(&[]), None);
        let item = json!({
            "kind": "Service", "metadata": {"name": "a", "uid": "1"},
            "spec": {"type": "x", "ports": [{"port": 1, "name": "b"}, {}, 7]}, "status": {"a": {}},
        });
        assert_eq!(
            wanted.of(&item),
            json!({
                "metadata": {"name": "a"}, "spec": {"ports": [{"port": 1}, {}, 7]},
                "status": {"a": {}},
            })
        );
    }
}
