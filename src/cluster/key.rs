//! Names of objects.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Namespace and name of a namespaced object; the namespace is empty for others.
/// Shown as `NAME`, or `NS/NAME` outside `default`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// Namespace; empty where the kind has none.
    pub namespace: Arc<str>,
    /// Name.
    pub name: Arc<str>,
}

impl Name {
    /// The name `namespace`/`name`.
    #[must_use]
    pub fn new(namespace: &str, name: &str) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }

    /// As it is shown, put together in one piece.
    #[must_use]
    pub fn text(&self) -> String {
        match &*self.namespace {
            "" | "default" => self.name.to_string(),
            namespace => [namespace, "/", &self.name].concat(),
        }
    }
}

/// A name as a key to look up, in whatever strings it comes: nothing is allocated for it.
pub(super) trait NameParts {
    /// Namespace and name.
    fn parts(&self) -> (&str, &str);
}

impl NameParts for Name {
    fn parts(&self) -> (&str, &str) {
        (&self.namespace, &self.name)
    }
}

impl NameParts for (&str, &str) {
    fn parts(&self) -> (&str, &str) {
        *self
    }
}

impl<'a> Borrow<dyn NameParts + 'a> for Name {
    fn borrow(&self) -> &(dyn NameParts + 'a) {
        self
    }
}

// As derived for Name: two strings one after the other.
impl Hash for dyn NameParts + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl PartialEq for dyn NameParts + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for dyn NameParts + '_ {}

/// Namespace, label key, label value: what a selector's pair selects by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Pair {
    namespace: Arc<str>,
    key: Arc<str>,
    value: Arc<str>,
}

impl Pair {
    pub(super) fn new(namespace: &Arc<str>, key: &str, value: &str) -> Self {
        Self { namespace: namespace.clone(), key: key.into(), value: value.into() }
    }
}

/// As [`NameParts`], for pairs.
pub(super) trait PairParts {
    fn parts(&self) -> (&str, &str, &str);
}

impl PairParts for Pair {
    fn parts(&self) -> (&str, &str, &str) {
        (&self.namespace, &self.key, &self.value)
    }
}

impl PairParts for (&str, &str, &str) {
    fn parts(&self) -> (&str, &str, &str) {
        *self
    }
}

impl<'a> Borrow<dyn PairParts + 'a> for Pair {
    fn borrow(&self) -> &(dyn PairParts + 'a) {
        self
    }
}

impl Hash for dyn PairParts + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl PartialEq for dyn PairParts + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for dyn PairParts + '_ {}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.namespace {
            "" | "default" => f.write_str(&self.name),
            namespace => write!(f, "{namespace}/{}", self.name),
        }
    }
}

/// Kind, namespace and name: what tells an object from all others of a cluster.
/// Shown as people write it: `service/web`, `service/shop/web`, `node/node1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The kind as in manifests: `Service`.
    pub kind: Arc<str>,
    /// Namespace and name.
    pub name: Name,
}

impl Key {
    /// The key of `kind` (as in manifests), `namespace` (empty where it has none), `name`.
    #[must_use]
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self { kind: kind.into(), name: Name::new(namespace, name) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text_of_key(&self.kind, &self.name.namespace, &self.name.name))
    }
}

/// As a [`Key`] of these is shown.
pub(super) fn text_of_key(kind: &str, namespace: &str, name: &str) -> String {
    let parts: [&str; 4] = match namespace {
        "" | "default" => ["/", name, "", ""],
        namespace => ["/", namespace, "/", name],
    };
    let mut text = String::with_capacity(kind.len() + parts.map(str::len).iter().sum::<usize>());
    text.push_str(kind);
    text.make_ascii_lowercase();
    text.extend(parts);
    text
}
