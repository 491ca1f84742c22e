//! What somebody looks at of objects: of a long list only that is then made.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Fields by name, and what is looked at of each; of what has none, all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    fields: BTreeMap<Box<str>, Self>,
    whole: bool,
}

/// Makes a field's value, as far as it is looked at.
type Make<'m> = &'m dyn Fn(Option<&Fields>) -> Value;

impl Fields {
    /// Those at the ends of these paths, with a dot between a field and the next.
    #[must_use]
    pub fn at(paths: &[&str]) -> Self {
        let mut fields = Self::default();
        for path in paths {
            fields.add(&path.split('.').collect::<Vec<_>>());
        }
        fields
    }

    /// Adds the field that a path leads to, with all that it holds.
    pub fn add(&mut self, path: &[&str]) {
        let mut at = self;
        for name in path {
            at = at.fields.entry((*name).into()).or_default();
        }
        at.whole = true;
    }

    fn join(&mut self, others: &Self) {
        self.whole |= others.whole;
        for (name, inner) in &others.fields {
            self.fields.entry(name.clone()).or_default().join(inner);
        }
    }

    /// These and all that others look at.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        self.join(others);
        self
    }

    /// What is looked at of the field of this name; none where it is passed over.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&Self> {
        if self.whole { Some(self) } else { self.fields.get(name) }
    }

    /// Whether anything is looked at of the field at the end of a path.
    pub(super) fn look_at(fields: Option<&Self>, path: &[&str]) -> bool {
        let Some(fields) = fields else { return true };
        path.iter().try_fold(fields, |fields, name| fields.of(name)).is_some()
    }

    /// An object with those fields that are looked at; each is told what of it.
    pub(super) fn make(fields: Option<&Self>, all: &[(&str, Make<'_>)]) -> Value {
        let mut made = Map::with_capacity(all.len());
        for (name, make) in all {
            if Self::look_at(fields, &[name]) {
                let inner = fields.and_then(|fields| fields.of(name));
                made.insert((*name).to_owned(), make(inner));
            }
        }
        Value::Object(made)
    }

    /// `value` with what is looked at; lists are gone through.
    #[must_use]
    pub fn pick(&self, value: &Value) -> Value {
        match value {
            Value::Object(map) if !self.whole => {
                let mut picked = Map::with_capacity(self.fields.len());
                for (name, inner) in &self.fields {
                    if let Some(value) = map.get(&**name) {
                        picked.insert(name.to_string(), inner.pick(value));
                    }
                }
                Value::Object(picked)
            }
            Value::Array(items) if !self.whole => {
                items.iter().map(|item| self.pick(item)).collect()
            }
            value => value.clone(),
        }
    }
}

impl std::fmt::Display for Fields {
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
    fn only_what_is_looked_at_is_copied() {
        let others = Fields::at(&["status", "metadata.name"]);
        let fields = Fields::at(&["metadata.name", "spec.ports.port"]).and(&others);
        assert_eq!(fields.to_string(), "metadata{name} spec{ports{port}} status");
        let item = json!({
            "kind": "Service", "metadata": {"name": "a", "uid": "1"},
            "spec": {"type": "x", "ports": [{"port": 1, "name": "b"}, {}, 7]}, "status": {"a": {}},
        });
        assert_eq!(
            fields.pick(&item),
            json!({
                "metadata": {"name": "a"}, "spec": {"ports": [{"port": 1}, {}, 7]},
                "status": {"a": {}},
            })
        );
    }
}
