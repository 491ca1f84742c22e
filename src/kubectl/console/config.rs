//! The kubeconfig: contexts and their namespaces.

use crate::cluster::Settings;
use crate::source::sort;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A context of the kubeconfig.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
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

/// Fields of a cluster or user by name, in the order in which the file has them.
pub type Entry = serde_json::Map<String, serde_json::Value>;

/// What `kubectl config` shows and sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// In the order of their names.
    pub contexts: Vec<Context>,
    /// The name of the current one.
    pub current: String,
    /// Clusters by name.
    pub clusters: BTreeMap<String, Entry>,
    /// Users by name.
    pub users: BTreeMap<String, Entry>,
}

/// The kubeconfig's user, where the context is not called after one: kubeadm's is
/// `kubernetes-admin@kubernetes`.
const USER: &str = "u";

impl Config {
    pub(super) fn new(settings: &Settings, server: &str) -> Self {
        let name = settings.context.clone();
        let (user, cluster_name) = name.split_once('@').unwrap_or((USER, &name));
        let context = Context {
            name: name.clone(),
            cluster: cluster_name.to_owned(),
            user: user.to_owned(),
            namespace: String::new(),
        };
        let entry =
            |field: &str, value: serde_json::Value| Entry::from_iter([(field.to_owned(), value)]);
        let mut cluster = entry("server", server.into());
        cluster.insert("insecure-skip-tls-verify".to_owned(), true.into());
        Self {
            clusters: BTreeMap::from([(cluster_name.to_owned(), cluster)]),
            users: BTreeMap::from([(user.to_owned(), entry("token", "tok".into()))]),
            contexts: vec![context],
            current: name,
        }
    }

    /// The context of this name.
    #[must_use]
    pub fn context(&self, name: &str) -> Option<&Context> {
        self.contexts.iter().find(|context| context.name == name)
    }

    /// Takes in a context, in place of one with its name.
    pub fn put(&mut self, context: Context) {
        self.remove(&context.name);
        self.contexts.push(context);
        sort::sort_by(&mut self.contexts, |a, b| a.name.cmp(&b.name));
    }

    /// Takes a context out.
    pub fn remove(&mut self, name: &str) -> Option<Context> {
        let at = self.contexts.iter().position(|context| context.name == name)?;
        Some(self.contexts.remove(at))
    }

    /// The namespace that commands mean without `-n`.
    #[must_use]
    pub fn namespace(&self) -> &str {
        let current = self.context(&self.current);
        current.map(|context| &*context.namespace).filter(|n| !n.is_empty()).unwrap_or("default")
    }
}
