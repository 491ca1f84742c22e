//! The kubeconfig: contexts and their namespaces.

use crate::cluster::Settings;

/// A context of the kubeconfig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Its name.
    pub name: String,
    /// The cluster that it means.
    pub cluster: String,
    /// The user that it means.
    pub user: String,
    /// Its namespace; empty where it gives none.
    pub namespace: String,
}

/// What `kubectl config` shows and sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// In the order of their names.
    pub contexts: Vec<Context>,
    /// The name of the current one.
    pub current: String,
}

impl Config {
    pub(super) fn new(settings: &Settings) -> Self {
        let name = settings.context.clone();
        let context = Context {
            name: name.clone(),
            cluster: name.clone(),
            user: name.clone(),
            namespace: String::new(),
        };
        Self { contexts: vec![context], current: name }
    }

    /// The namespace that commands mean without `-n`.
    #[must_use]
    pub fn namespace(&self) -> &str {
        let current = self.contexts.iter().find(|context| context.name == self.current);
        current.map(|context| &*context.namespace).filter(|n| !n.is_empty()).unwrap_or("default")
    }
}
