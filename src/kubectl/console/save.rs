//! A console's world as JSON, for `portolan kubectl --state`.

use super::{Config, Console, Context, Entry, Files};
use crate::cluster::{Cluster, Saved};
use crate::kubectl::pod::Lives;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The form's number: another form has another. In the first, Pods stood among the objects.
const FORM: u64 = 2;
/// The key that says that a file is a saved world, and its form.
const KEY: &str = "portolanState";

#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "World: Deserialize<'de>"))]
struct SavedConsole<'c, World> {
    #[serde(rename = "portolanState")]
    form: u64,
    contexts: Vec<Cow<'c, Context>>,
    #[serde(rename = "currentContext")]
    current: Cow<'c, str>,
    // A world that was saved before these were kept has those of every new console.
    #[serde(default)]
    clusters: Option<Cow<'c, BTreeMap<String, Entry>>>,
    #[serde(default)]
    users: Option<Cow<'c, BTreeMap<String, Entry>>>,
    #[serde(default)]
    lives: Vec<Value>,
    world: World,
}

impl Console {
    /// The world and the kubeconfig, for [`Self::restored`]. Files are not part of it.
    #[must_use]
    pub fn saved(&self) -> impl Serialize + '_ {
        SavedConsole {
            form: FORM,
            contexts: self.config.contexts.iter().map(Cow::Borrowed).collect(),
            current: Cow::Borrowed(&self.config.current),
            clusters: Some(Cow::Borrowed(&self.config.clusters)),
            users: Some(Cow::Borrowed(&self.config.users)),
            lives: self.lives.saved(),
            world: self.cluster.saved(),
        }
    }

    /// The console that was saved as `text`.
    ///
    /// # Errors
    /// Why it is none, in a sentence.
    pub fn restored(text: &str, files: Files) -> Result<Self, String> {
        let saved: SavedConsole<'_, Saved<'_>> =
            serde_json::from_str(text).map_err(|error| why_unread(text, &error))?;
        if saved.form != FORM && saved.form != 1 {
            return Err(of_newer(saved.form));
        }
        let mut console = Self::new(Cluster::restored(saved.world)?, files);
        let made = console.config;
        console.config = Config {
            clusters: saved.clusters.map_or(made.clusters, Cow::into_owned),
            users: saved.users.map_or(made.users, Cow::into_owned),
            contexts: saved.contexts.into_iter().map(Cow::into_owned).collect(),
            current: saved.current.into_owned(),
        };
        console.lives = Lives::restored(&saved.lives);
        Ok(console)
    }
}

fn of_newer(form: u64) -> String {
    format!("{KEY} is {form}: a newer Portolan wrote it; this one reads {FORM}")
}

/// Why a text is no saved world.
fn why_unread(text: &str, error: &serde_json::Error) -> String {
    if !error.is_data() {
        return format!("it is not JSON: {error}");
    }
    let found: Value = serde_json::from_str(text).unwrap_or_default();
    match found[KEY].as_u64() {
        Some(1 | FORM) => error.to_string(),
        Some(form) => of_newer(form),
        None => format!("it is no saved world: it has no {KEY}"),
    }
}
