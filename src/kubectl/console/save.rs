//! A console's world as JSON, for `portolan kubectl --state`: a line of Pods behind one of all
//! else.

use super::{Config, Console, Context, Entry, Files};
use crate::cluster::{Halfway, RestoredPods, Saved};
use crate::kubectl::pod::Lives;
use crate::source::both;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The form's number: another form has another. In the first, Pods stood among the objects; in
/// the second, in the world.
const FORM: u64 = 3;
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
    /// Writes the world and the kubeconfig, for [`Self::restored`]. Files are not part of it.
    ///
    /// # Errors
    /// What writing says.
    pub fn save(&self, to: &mut impl Write) -> io::Result<()> {
        let saved = SavedConsole {
            form: FORM,
            contexts: self.config.contexts.iter().map(Cow::Borrowed).collect(),
            current: Cow::Borrowed(&self.config.current),
            clusters: Some(Cow::Borrowed(&self.config.clusters)),
            users: Some(Cow::Borrowed(&self.config.users)),
            lives: self.lives.saved(),
            world: self.cluster.saved(),
        };
        let pods = || serde_json::to_vec(&self.cluster.saved_pods());
        let (pods, head) = both(pods, || serde_json::to_vec(&saved));
        for line in [head?, pods?] {
            to.write_all(&line)?;
            to.write_all(b"\n")?;
        }
        Ok(())
    }

    /// The console that was saved as `text`.
    ///
    /// # Errors
    /// Why it is none, in a sentence.
    pub fn restored(text: &str, files: Files) -> Result<Self, String> {
        let (half, pods) = match halves(text) {
            Some(halves) => halves,
            None => one_by_one(text)?,
        };
        let mut console = Self::new(half.world.with(pods)?, files);
        let made = console.config;
        console.config = Config {
            clusters: half.clusters.map_or(made.clusters, Cow::into_owned),
            users: half.users.map_or(made.users, Cow::into_owned),
            contexts: half.contexts.into_iter().map(Cow::into_owned).collect(),
            current: half.current.into_owned(),
        };
        console.lives = Lives::restored(&half.lives);
        Ok(console)
    }
}

type Read<'t> = SavedConsole<'t, Saved<'t>>;
type Half<'t> = SavedConsole<'t, Halfway<'t>>;

impl<'t> Half<'t> {
    fn of(saved: Read<'t>) -> Result<Self, String> {
        let Read { form, contexts, current, clusters, users, lives, world } = saved;
        let world = Halfway::of(world)?;
        Ok(Self { form, contexts, current, clusters, users, lives, world })
    }
}

/// Both halves, read at once; none where they are not as [`Console::save`] writes them.
fn halves(text: &str) -> Option<(Half<'_>, Option<RestoredPods>)> {
    let (head, pods) = text.split_once('\n')?;
    let read_pods = || {
        let mut from = serde_json::Deserializer::from_str(pods);
        let pods = RestoredPods::read(&mut from).ok()?;
        from.end().ok().map(|()| pods)
    };
    let read_head = || {
        let read: Read<'_> = serde_json::from_str(head).ok()?;
        (read.form == FORM).then(|| Half::of(read).ok())?
    };
    let (pods, half) = both(read_pods, read_head);
    Some((half?, Some(pods?)))
}

/// One after the other, however the text is laid out: so that what is wrong is told, and where.
fn one_by_one(text: &str) -> Result<(Half<'_>, Option<RestoredPods>), String> {
    let mut from = serde_json::Deserializer::from_str(text);
    let told = |error| why_unread(text, &error);
    let read = Read::deserialize(&mut from).map_err(told)?;
    let pods = match read.form {
        FORM => Some(RestoredPods::read(&mut from).map_err(told)?),
        1 | 2 => None,
        form => return Err(of_newer(form)),
    };
    from.end().map_err(told)?;
    Ok((Half::of(read)?, pods))
}

fn of_newer(form: u64) -> String {
    format!("{KEY} is {form}: a newer Portolan wrote it; this one reads {FORM}")
}

/// Why a text is no saved world.
fn why_unread(text: &str, error: &serde_json::Error) -> String {
    if !error.is_data() {
        return format!("it is not JSON: {error}");
    }
    let mut from = serde_json::Deserializer::from_str(text);
    let found = Value::deserialize(&mut from).unwrap_or_default();
    match found[KEY].as_u64() {
        Some(1..=FORM) => error.to_string(),
        Some(form) => of_newer(form),
        None => format!("it is no saved world: it has no {KEY}"),
    }
}
