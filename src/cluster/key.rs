//! Names of objects.

use std::fmt;
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
}

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
        write!(f, "{}/{}", self.kind.to_ascii_lowercase(), self.name)
    }
}
