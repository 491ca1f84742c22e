//! A console's world as JSON, for `portolan kubectl --state`
//! (docs/decisions/0019-saved-worlds.md).

use super::{Config, Console, Context, Entry, Files};
use crate::cluster::{Halfway, Kept, Listed, RestoredPods, Saved, SavedPast, sum_of};
use crate::kubectl::looks::{Looks, looks};
use crate::kubectl::pod::Lives;
use crate::source::both;
use crate::source::halves::make_room;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The form's number: another form has another. In the first, Pods stood among the objects; in
/// the second, in the world; in the third, all but Pods in one line.
const FORM: u64 = 4;
/// The key that says that a file is a saved world, and its form.
const KEY: &str = "portolanState";

/// The first line: what changes with the clock, and what lines there are.
#[derive(Serialize, Deserialize)]
struct First<'t> {
    #[serde(rename = "portolanState")]
    form: u64,
    #[serde(borrow, default)]
    now: Cow<'t, str>,
    /// Nothing happens by itself.
    #[serde(default)]
    rests: bool,
    /// Of the other lines.
    #[serde(default)]
    sum: u64,
    /// What the lines hold that lie between the third and the last.
    #[serde(borrow, default)]
    kinds: Vec<Cow<'t, str>>,
}

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
    /// Where `read` gives a text and the objects that were read from it, lines of it are copied
    /// that hold the same still.
    ///
    /// # Errors
    /// What writing says.
    pub fn save(&self, to: &mut impl Write, read: Option<(&str, &Kept)>) -> io::Result<()> {
        let cluster = &self.cluster;
        let head = SavedConsole {
            form: FORM,
            contexts: self.config.contexts.iter().map(Cow::Borrowed).collect(),
            current: Cow::Borrowed(&self.config.current),
            clusters: Some(Cow::Borrowed(&self.config.clusters)),
            users: Some(Cow::Borrowed(&self.config.users)),
            lives: self.lives.saved(),
            world: cluster.saved(),
        };
        let known = read.and_then(|(text, kept)| Some((Lines::of(text)?, kept)));
        let known = known.filter(|(lines, kept)| kept.kinds().eq(lines.first.kinds.iter()));
        let known = known.as_ref();
        let lists = cluster.saved_objects();
        let pods = || match known.filter(|(_, kept)| kept.has_pods_of(cluster)) {
            Some((lines, _)) => Ok(Cow::Borrowed(lines.pods.as_bytes())),
            None => serde_json::to_vec(&cluster.saved_pods()).map(Cow::Owned),
        };
        let list = |list: &Listed<'_>| {
            let line = known.and_then(|(lines, kept)| lines.lists.get(kept.place_of(list)?));
            match line {
                Some(line) => Ok(Cow::Borrowed(line.as_bytes())),
                None => serde_json::to_vec(&list.objects).map(Cow::Owned),
            }
        };
        let rest = || -> serde_json::Result<Vec<Cow<'_, [u8]>>> {
            let head = serde_json::to_vec(&head)?;
            let past = serde_json::to_vec(&cluster.saved_past())?;
            let both = [Ok(head.into()), Ok(past.into())].into_iter();
            both.chain(lists.iter().map(list)).collect()
        };
        let (pods, rest) = both(pods, rest);
        let mut lines = rest?;
        lines.push(pods?);
        let first = First {
            form: FORM,
            now: (*cluster.settings().now).into(),
            rests: cluster.is_at_rest() && self.lives.are_at_rest(),
            sum: sum_of(lines.iter().map(|line| &**line)),
            kinds: lists.iter().map(|Listed { kind, .. }| Cow::Borrowed(*kind)).collect(),
        };
        lines.insert(0, serde_json::to_vec(&first)?.into());
        for line in &lines {
            to.write_all(line)?;
            to.write_all(b"\n")?;
        }
        Ok(())
    }

    /// As [`Self::save`], where nothing but the clock moved on since [`Self::to_look`] read it
    /// from `text`.
    ///
    /// # Errors
    /// What writing says.
    pub fn save_clock(&self, text: &str, to: &mut impl Write) -> io::Result<()> {
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let now = &*self.cluster.settings().now;
        let first = First { now: now.into(), ..serde_json::from_str(first)? };
        serde_json::to_writer(&mut *to, &first)?;
        to.write_all(b"\n")?;
        to.write_all(rest.as_bytes())
    }

    /// The console that was saved as `text`.
    ///
    /// # Errors
    /// Why it is none, in a sentence.
    pub fn restored(text: &str, files: Files) -> Result<Self, String> {
        let restored = |lines: Lines<'_>| lines.read(&files, None);
        match Lines::of(text).and_then(restored) {
            Some(console) => Ok(console),
            None => one_by_one(text, files),
        }
    }

    /// The console that was saved as `text`, for a command of kubectl that changes nothing: with
    /// so much of the world as it looks at. None where it may change something, or something
    /// happens by itself, or the text is not as [`Self::save`] wrote it.
    #[must_use]
    pub fn to_look(text: &str, files: &Files, words: &[String]) -> Option<Self> {
        let kinds = match looks(words) {
            Looks::AtKinds(kinds) => Some(kinds),
            Looks::AtAll => None,
            Looks::No => return None,
        };
        Lines::of(text).filter(|lines| lines.first.rests)?.read(files, kinds.as_deref())
    }

    /// Of what was saved.
    fn of<World>(
        half: SavedConsole<'_, World>,
        cluster: crate::cluster::Cluster,
        files: Files,
    ) -> Self {
        let mut console = Self::new(cluster, files);
        let made = console.config;
        console.config = Config {
            clusters: half.clusters.map_or(made.clusters, Cow::into_owned),
            users: half.users.map_or(made.users, Cow::into_owned),
            contexts: half.contexts.into_iter().map(Cow::into_owned).collect(),
            current: half.current.into_owned(),
        };
        console.lives = Lives::restored(&half.lives);
        console
    }
}

type Read<'t> = SavedConsole<'t, Saved<'t>>;

impl<'t> Read<'t> {
    /// The console without its world, and what the world begins with.
    fn begun(self, now: Option<&str>) -> Result<(SavedConsole<'t, ()>, Halfway<'t>), String> {
        let Read { form, contexts, current, clusters, users, lives, world } = self;
        let world = Halfway::of(world, now)?;
        Ok((SavedConsole { form, contexts, current, clusters, users, lives, world: () }, world))
    }
}

/// A text with its lines as [`Console::save`] writes them.
struct Lines<'t> {
    first: First<'t>,
    head: &'t str,
    past: &'t str,
    lists: Vec<&'t str>,
    pods: &'t str,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let (first, rest) = text.split_once('\n')?;
        let first: First<'t> =
            serde_json::from_str(first).ok().filter(|f: &First| f.form == FORM)?;
        let lines: Vec<&str> = rest.strip_suffix('\n')?.split('\n').collect();
        let [head, past, lists @ .., pods] = lines.as_slice() else { return None };
        let is_whole = lists.len() == first.kinds.len()
            && sum_of(lines.iter().map(|line| line.as_bytes())) == first.sum;
        is_whole.then(|| Self { first, head, past, lists: lists.to_vec(), pods })
    }

    /// The console with all, or with objects of these kinds only. A part of the lines is read at
    /// once with the others.
    fn read(self, files: &Files, kinds: Option<&[&str]>) -> Option<Console> {
        let is_wanted =
            |kind: &str| kinds.is_none_or(|kinds| kind == "Namespace" || kinds.contains(&kind));
        let (is_shown, has_pods) = (kinds.is_some(), is_wanted("Pod"));
        let lists = self.lists.iter().zip(&self.first.kinds);
        let lists: Vec<&str> =
            lists.filter(|(_, kind)| is_wanted(kind)).map(|(list, _)| *list).collect();
        let n_pods = if has_pods { self.pods.len() } else { 0 };
        let past = if is_shown { "" } else { self.past };
        let length = |lists: &[&str]| lists.iter().map(|list| list.len()).sum::<usize>();
        // The Pods, and of the lists so many behind that both halves are about as long.
        let mut left = (length(&lists) + past.len() + n_pods) / 2;
        left = left.saturating_sub(n_pods);
        let mut n_here = lists.len();
        while let Some(last) = lists.get(..n_here).and_then(<[&str]>::last)
            && last.len() <= left
        {
            left -= last.len();
            n_here -= 1;
        }
        let (here, there) = lists.split_at(n_here);
        let read_there = || {
            make_room_for(length(there) + n_pods);
            let pods = has_pods.then(|| whole(self.pods, |from| RestoredPods::read(from)));
            let lists: Option<Vec<Vec<Value>>> = there.iter().map(|list| read(list)).collect();
            Some((pods.map_or(Some(None), |pods| pods.map(Some))?, lists?))
        };
        let read_here = || {
            make_room_for(length(here) + past.len());
            let head: Read<'_> = whole(self.head, |from| Read::deserialize(from))?;
            let past = match is_shown {
                true => None,
                false => Some(whole(past, |from| SavedPast::deserialize(from))?),
            };
            let (head, mut world) = head.begun(Some(&self.first.now)).ok()?;
            if is_shown {
                world = world.to_look();
            }
            here.iter().try_for_each(|list| world.put(read(list)?).ok())?;
            Some((head, world, past))
        };
        let (there, here) = both(read_there, read_here);
        let ((pods, lists), (head, mut world, past)) = (there?, here?);
        lists.into_iter().try_for_each(|list| world.put(list).ok())?;
        Some(Console::of(head, world.with(pods, past).ok()?, files.clone()))
    }
}

/// Makes room for what is read from so many bytes of text, where that is much.
fn make_room_for(n_bytes: usize) {
    if n_bytes > MUCH {
        make_room((n_bytes * ROOM_PER_BYTE).min(MOST_ROOM));
    }
}

const MUCH: usize = 1 << 17;
const ROOM_PER_BYTE: usize = 8;
/// More than that glibc never takes from what it keeps.
const MOST_ROOM: usize = 30 << 20;

type Deserializer<'t> = serde_json::Deserializer<serde_json::de::StrRead<'t>>;

/// What a line holds, where nothing follows it.
fn whole<'t, T>(
    line: &'t str,
    read: impl FnOnce(&mut Deserializer<'t>) -> serde_json::Result<T>,
) -> Option<T> {
    let mut from = serde_json::Deserializer::from_str(line);
    let read = read(&mut from).ok()?;
    from.end().ok().map(|()| read)
}

fn read<T: DeserializeOwned>(line: &str) -> Option<T> {
    whole(line, |from| T::deserialize(from))
}

/// One after the other, however the text is laid out: so that what is wrong is told, and where.
fn one_by_one(text: &str, files: Files) -> Result<Console, String> {
    let told = |error| why_unread(text, &error);
    let mut from = serde_json::Deserializer::from_str(text);
    let first = First::deserialize(&mut from).map_err(told)?;
    let (now, has_pods) = match first.form {
        FORM => (Some(&*first.now), true),
        form @ 1..FORM => {
            from = serde_json::Deserializer::from_str(text);
            (None, form > 2)
        }
        form => return Err(of_newer(form)),
    };
    let head = Read::deserialize(&mut from).map_err(told)?;
    let mut past = None;
    let mut lists = Vec::new();
    if now.is_some() {
        past = Some(SavedPast::deserialize(&mut from).map_err(told)?);
        for _ in &first.kinds {
            lists.push(Vec::deserialize(&mut from).map_err(told)?);
        }
    }
    let pods = has_pods.then(|| RestoredPods::read(&mut from).map_err(told)).transpose()?;
    from.end().map_err(told)?;
    let (head, mut world) = head.begun(now)?;
    lists.into_iter().try_for_each(|list| world.put(list))?;
    Ok(Console::of(head, world.with(pods, past)?, files))
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
