//! Labels and what selects them.

use super::object::{At, ObjectError};
use std::sync::Arc;

/// Labels of an object, or the pairs of a `spec.selector`: sorted by key, keys unique.
/// Clones share them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Labels(Arc<[(Arc<str>, Arc<str>)]>);

impl Labels {
    pub(super) fn read(at: &At<'_, '_>) -> Result<Self, ObjectError> {
        let mut pairs = Vec::new();
        for (key, value) in at.entries()? {
            let value = value.str()?.unwrap_or_default();
            pairs.push((Arc::from(key), Arc::from(value)));
        }
        pairs.sort();
        Ok(Self(pairs.into()))
    }

    /// The value of label `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.binary_search_by(|(k, _)| (**k).cmp(key)).ok().map(|at| &*self.0[at].1)
    }

    /// As [`Self::get`], to be kept.
    pub(super) fn get_shared(&self, key: &str) -> Option<&Arc<str>> {
        self.0.binary_search_by(|(k, _)| (**k).cmp(key)).ok().map(|at| &self.0[at].1)
    }

    /// The pairs, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// True where there is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True where every pair of `self` is in `labels`: how a Service's selector selects.
    #[must_use]
    pub fn select(&self, labels: &Self) -> bool {
        self.0.iter().all(|(key, value)| labels.get(key) == Some(value))
    }
}

/// As `kubectl` writes a selector: `app=web,tier=front`.
impl std::fmt::Display for Labels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, (key, value)) in self.0.iter().enumerate() {
            write!(f, "{}{key}={value}", if i == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// One `matchExpressions` entry.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    DoesNotExist(String),
}

/// A label selector with `matchLabels` and `matchExpressions`; the empty one selects all
/// (`LabelSelectorAsSelector`, apimachinery v1.36).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector {
    labels: Labels,
    requirements: Vec<Requirement>,
}

impl Selector {
    /// Reads a selector; none where the field is absent.
    pub(super) fn read(at: &At<'_, '_>) -> Result<Option<Self>, ObjectError> {
        if at.is_absent() {
            return Ok(None);
        }
        at.object()?;
        let mut requirements = Vec::new();
        for expression in at.field("matchExpressions").items()? {
            let key = expression.field("key").need_str()?.to_owned();
            let mut values = Vec::new();
            for value in expression.field("values").items()? {
                values.push(value.need_str()?.to_owned());
            }
            let operator = expression.field("operator");
            requirements.push(match operator.need_str()? {
                "In" => Requirement::In(key, values),
                "NotIn" => Requirement::NotIn(key, values),
                "Exists" => Requirement::Exists(key),
                "DoesNotExist" => Requirement::DoesNotExist(key),
                _ => return Err(operator.error("is not In, NotIn, Exists or DoesNotExist")),
            });
        }
        Ok(Some(Self { labels: Labels::read(&at.field("matchLabels"))?, requirements }))
    }

    /// True where it selects all.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.requirements.is_empty()
    }

    /// The pairs of `matchLabels`.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.labels.iter()
    }

    /// As [`Self::matches`], of labels as JSON.
    pub(super) fn matches_json(&self, labels: &serde_json::Value) -> bool {
        Labels::read(&At::root(labels)).is_ok_and(|labels| self.matches(&labels))
    }

    /// True where `labels` satisfy every requirement.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.labels.select(labels)
            && self.requirements.iter().all(|requirement| match requirement {
                Requirement::In(key, values) => {
                    labels.get(key).is_some_and(|v| values.iter().any(|x| x == v))
                }
                // A missing key is in no set of values.
                Requirement::NotIn(key, values) => {
                    labels.get(key).is_none_or(|v| values.iter().all(|x| x != v))
                }
                Requirement::Exists(key) => labels.get(key).is_some(),
                Requirement::DoesNotExist(key) => labels.get(key).is_none(),
            })
    }
}
