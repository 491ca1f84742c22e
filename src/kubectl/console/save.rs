//! A console's world as JSON, for `portolan kubectl --state`.

use super::{Config, Console, Context, Entry, Files};
use crate::cluster::Cluster;
use crate::kubectl::pod::Lives;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The form's number: another form has another. In the first, Pods stood among the objects.
const FORM: u64 = 2;
/// The key that says that a file is a saved world, and its form.
const KEY: &str = "portolanState";

#[derive(Serialize)]
struct Saved<'c, World> {
    #[serde(rename = "portolanState")]
    form: u64,
    contexts: Vec<Value>,
    #[serde(rename = "currentContext")]
    current: &'c str,
    clusters: &'c BTreeMap<String, Entry>,
    users: &'c BTreeMap<String, Entry>,
    lives: Vec<Value>,
    world: World,
}

impl Console {
    /// The world and the kubeconfig, for [`Self::restored`]. Files are not part of it.
    #[must_use]
    pub fn saved(&self) -> impl Serialize + '_ {
        let contexts = self.config.contexts.iter().map(|context| {
            json!({
                "name": context.name, "cluster": context.cluster,
                "user": context.user, "namespace": context.namespace,
            })
        });
        Saved {
            form: FORM,
            contexts: contexts.collect(),
            current: &self.config.current,
            clusters: &self.config.clusters,
            users: &self.config.users,
            lives: self.lives.saved(),
            world: self.cluster.saved(),
        }
    }

    /// The console that `saved` holds.
    ///
    /// # Errors
    /// Why it is none, in a sentence.
    pub fn restored(mut saved: Value, files: Files) -> Result<Self, String> {
        match saved[KEY].as_u64() {
            Some(1 | FORM) => {}
            Some(other) => {
                return Err(format!(
                    "{KEY} is {other}: a newer Portolan wrote it; this one reads {FORM}"
                ));
            }
            None => return Err(format!("it is no saved world: it has no {KEY}")),
        }
        let mut console = Self::new(Cluster::restored(saved["world"].take())?, files);
        let contexts = saved["contexts"].as_array().ok_or("it has no contexts")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        // A world saved before they were kept has those of every new console.
        let entries = |field: &str, otherwise| {
            serde_json::from_value(saved[field].clone()).unwrap_or(otherwise)
        };
        console.config = Config {
            clusters: entries("clusters", console.config.clusters),
            users: entries("users", console.config.users),
            contexts: contexts
                .iter()
                .map(|context| Context {
                    name: text(&context["name"]),
                    cluster: text(&context["cluster"]),
                    user: text(&context["user"]),
                    namespace: text(&context["namespace"]),
                })
                .collect(),
            current: text(&saved["currentContext"]),
        };
        console.lives = Lives::restored(&saved["lives"]);
        Ok(console)
    }
}
