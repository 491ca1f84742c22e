//! Programs of containers that come to their end by themselves: `echo`, `sleep 5`, a script, a
//! shell with nothing to read. Each is run ahead, on a copy of the console, as it starts; what
//! it says and how it ends is then told when its time comes, and the cluster does as a kubelet
//! does. What serves, waits for ever or is not known here goes on.

use super::image::Image;
use super::server::stem;
use super::{Inside, has, variables};
use crate::cluster::{Ended, Fields, Name};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::print::age;
use crate::kubectl::shell::{self, Shell};
use crate::manifest::go::Quoted;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Images that start a shell or the like, which finds nothing to read, and of which no more is
/// known here.
const SHELLS: &[&str] = &[
    "amazonlinux",
    "bash",
    "centos",
    "debian",
    "fedora",
    "node",
    "python",
    "rockylinux",
    "ubuntu",
];
/// So many ends and new starts are carried out at once.
const MOST_TURNS: usize = 1_000;
/// Of so many containers it is kept what they said, before those whose Pods are gone are left.
const MOST_KEPT: usize = 256;
/// The most requests that a server's log tells of.
const MOST_NOTED: usize = 2_000;
/// The most bytes of a log.
const MOST_SAID: usize = 256 * 1024;

/// What is known of containers' programs.
#[derive(Debug, Clone, Default)]
pub(in crate::kubectl) struct Lives(
    BTreeMap<(Name, String), Arc<Life>>,
    /// Pods whose readiness hangs on what programs answer.
    BTreeSet<Name>,
    /// What servers note of requests, by their Pods' uids and their own names.
    BTreeMap<(String, String), Vec<(i64, String)>>,
);

/// One run of a container's program.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Life {
    /// The Pod's uid.
    uid: String,
    /// When it began, in seconds since 1970.
    began: i64,
    /// When it ends, or is started again.
    turns: Option<i64>,
    /// It has ended, and is to be started again.
    waits: bool,
    /// Its exit code.
    exit: u8,
    /// Why it could not even begin.
    refused: String,
    /// What it says, line by line, and when.
    said: Vec<(i64, String)>,
    /// What the run before it said.
    before: Option<Vec<String>>,
}

impl Lives {
    /// All that is known, for [`Self::restored`].
    pub(in crate::kubectl) fn saved(&self) -> Vec<Value> {
        let entry = |((name, container), life): (&(Name, String), &Arc<Life>)| {
            json!([name.namespace, name.name, container, **life])
        };
        let asked = self.1.iter().map(|name| json!([name.namespace, name.name]));
        let noted = self.2.iter().map(|((uid, name), lines)| json!([uid, name, lines]));
        self.0.iter().map(entry).chain(asked).chain(noted).collect()
    }

    /// Pods to be asked again whether they are ready.
    pub(super) fn asked(&self) -> impl Iterator<Item = &Name> {
        self.1.iter()
    }

    /// Notes a line of a server's log.
    pub(super) fn note(&mut self, container: (String, String), line: (i64, String)) {
        if self.2.len() > MOST_KEPT {
            self.2.clear();
        }
        let lines = self.2.entry(container).or_default();
        if lines.len() == MOST_NOTED {
            lines.remove(0);
        }
        lines.push(line);
    }

    /// What a server has noted so far.
    pub(super) fn noted(&self, container: &(String, String)) -> &[(i64, String)] {
        self.2.get(container).map_or(&[], Vec::as_slice)
    }

    /// Whether any server has noted anything.
    pub(super) fn has_noted(&self) -> bool {
        !self.2.is_empty()
    }

    /// One of those is gone.
    pub(super) fn forget(&mut self, name: &Name) {
        self.1.remove(name);
    }

    /// Whether none comes to its end or begins anew by itself, and no Pod is asked again.
    pub(in crate::kubectl) fn are_at_rest(&self) -> bool {
        self.0.values().all(|life| life.turns.is_none()) && self.1.is_empty()
    }

    /// What was saved; entries that cannot be read are left out.
    pub(in crate::kubectl) fn restored(saved: &[Value]) -> Self {
        let read = |entry: &Value| {
            let text = |at: usize| entry[at].as_str();
            let life = Life::deserialize(&entry[3]).ok()?;
            Some(((Name::new(text(0)?, text(1)?), text(2)?.to_owned()), Arc::new(life)))
        };
        let asked = |entry: &Value| match entry.as_array()?.as_slice() {
            [namespace, name] => Some(Name::new(namespace.as_str()?, name.as_str()?)),
            _ => None,
        };
        let noted = |entry: &Value| match entry.as_array()?.as_slice() {
            [uid, name, lines] => {
                let container = (uid.as_str()?.to_owned(), name.as_str()?.to_owned());
                Some((container, Vec::deserialize(lines).ok()?))
            }
            _ => None,
        };
        Self(
            saved.iter().filter_map(read).collect(),
            saved.iter().filter_map(asked).collect(),
            saved.iter().filter_map(noted).collect(),
        )
    }
}

/// Carries out what has become due: ends and starts containers. With `settles`, controllers do
/// all that follows at once.
pub(in crate::kubectl) fn pass(console: &mut Console, settles: bool) {
    if console.shell.dreams() {
        return;
    }
    for _ in 0..MOST_TURNS {
        for (name, pod) in started(console) {
            if containers(&pod).any(super::probe::asks_programs) {
                console.lives.1.insert(name.clone());
            }
            for container in list(&pod, "initContainers") {
                before_others(console, (&name, &pod), container);
            }
            for container in containers(&pod) {
                begin(console, (&name, &pod), container, console.now(), None);
            }
        }
        if !turn(console) && !super::probe::ask_again(console) {
            break;
        }
        if settles {
            console.cluster.settle();
        }
    }
    if console.lives.0.len() > MOST_KEPT {
        let cluster = &console.cluster;
        console.lives.0.retain(|(name, _), _| cluster.pod(&name.namespace, &name.name).is_some());
    }
}

/// Pods that have started with a program of which is known here what it does. Most serve, and
/// are not copied: there may be thousands.
fn started(console: &mut Console) -> Vec<(Name, Value)> {
    let names = console.cluster.take_started();
    let looked_at = Fields::at(&["spec.containers", "spec.initContainers"]);
    let mut pods = console.cluster.reader(Some(&looked_at));
    let with_program = names.into_iter().filter_map(|name| {
        let pod = pods.get("Pod", &name.namespace, &name.name)?;
        let image = |spec: &Value| Image::of(spec["image"].as_str().unwrap_or_default());
        let mut all = containers(&pod).chain(list(&pod, "initContainers"));
        let is_known =
            all.any(|spec| argv(spec, image(spec)).is_some() || super::probe::asks_programs(spec));
        let whole = is_known.then(|| console.cluster.get("Pod", &name.namespace, &name.name));
        Some((name, whole??))
    });
    with_program.collect()
}

fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    list(pod, "containers")
}

fn list<'v>(pod: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    pod["spec"][field].as_array().into_iter().flatten()
}

/// What is due first; false where nothing is.
fn turn(console: &mut Console) -> bool {
    let now = console.now();
    let due = console.lives.0.iter().filter_map(|(key, life)| Some((life.turns?, key)));
    let Some((at, key)) = due.filter(|(at, _)| *at <= now).min() else { return false };
    let key = key.clone();
    let Some(life) = console.lives.0.get(&key).cloned() else { return false };
    let (name, container) = &key;
    let pod = console.cluster.get("Pod", &name.namespace, &name.name);
    let Some(pod) = pod.filter(|pod| pod["metadata"]["uid"] == *life.uid) else {
        console.lives.0.remove(&key);
        return true;
    };
    if life.waits {
        let before = life.said.iter().map(|(_, line)| line.clone()).collect();
        let is_there = console.cluster.start_container(name, container, &age::time(at));
        console.lives.0.remove(&key);
        let spec = containers(&pod).find(|spec| spec["name"] == **container);
        if let Some(spec) = spec.filter(|_| is_there) {
            begin(console, (name, &pod), spec, at, Some(before));
        }
        return true;
    }
    let reason = match (life.refused.is_empty(), life.exit) {
        (false, _) => "StartError",
        (true, 0) => "Completed",
        (true, _) => "Error",
    };
    let ended = Ended {
        exit: life.exit,
        reason,
        message: life.refused.clone(),
        times: (age::time(life.began), age::time(at)),
    };
    let wait = console.cluster.end_container(name, container, &ended);
    if let Some(life) = console.lives.0.get_mut(&key).map(Arc::make_mut) {
        life.turns = wait.map(|wait| at + i64::from(wait));
        life.waits = wait.is_some();
    }
    true
}

/// Notes how the program of a container that begins now will go, where it will end.
fn begin(
    console: &mut Console,
    (name, pod): (&Name, &Value),
    container: &Value,
    at: i64,
    before: Option<Vec<String>>,
) {
    let own = container["name"].as_str().unwrap_or_default();
    let inside = Inside::pod(pod, own);
    let Some(argv) = argv(container, inside.image) else { return };
    // Whoever attaches runs it.
    if container["stdin"] == true || pod["status"]["phase"] != "Running" {
        return;
    }
    let mut life = Life::new(pod, at);
    life.before = before;
    let program = argv.first().map_or("", String::as_str);
    if has(&inside, program) {
        ahead(console, inside, &argv, &mut life);
    } else if !inside.image.is_bare() && !Image::Netshoot.has(program) {
        // A program of its own.
        return;
    } else {
        let program = Quoted(program);
        life.exit = 128;
        life.refused = format!(
            "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: {program:?}: executable file not found in $PATH"
        );
    }
    console.lives.0.insert((name.clone(), own.to_owned()), Arc::new(life));
}

/// A container that comes to its end before the others begin: what it says, and what it leaves
/// in the Pod's volumes.
fn before_others(console: &mut Console, (name, pod): (&Name, &Value), container: &Value) {
    let own = container["name"].as_str().unwrap_or_default();
    let inside = Inside::pod(pod, own);
    let Some(argv) = argv(container, inside.image) else { return };
    if !argv.first().is_some_and(|program| has(&inside, program)) {
        return;
    }
    let mut life = Life::new(pod, console.now());
    ahead(console, inside, &argv, &mut life);
    life.turns = None;
    console.lives.0.insert((name.clone(), own.to_owned()), Arc::new(life));
}

impl Life {
    /// Of a container that begins now, and is over at once.
    fn new(pod: &Value, began: i64) -> Self {
        let uid = pod["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        let (refused, said) = (String::new(), Vec::new());
        Self { uid, began, turns: Some(began), waits: false, exit: 0, refused, said, before: None }
    }
}

/// Runs a program ahead of its time.
fn ahead(console: &mut Console, inside: Inside, argv: &[String], life: &mut Life) {
    let mut copy = console.clone();
    copy.files = super::session::held(console, &inside);
    copy.shell = Shell::inside(Arc::new(inside.clone()), "sh", variables(console, &inside));
    copy.shell.dream();
    let began = copy.now();
    let mut io = Io::new(None, None);
    let exit = shell::words(&mut copy, argv, &mut io);
    let naps = copy.shell.naps();
    let said: Vec<u8> = io.into_said().into_iter().flat_map(|(_, said)| said).collect();
    let text = String::from_utf8_lossy(said.get(..MOST_SAID).unwrap_or(&said)).into_owned();
    let mut n_bytes = 0;
    for line in text.split_inclusive('\n') {
        let slept = naps.iter().take_while(|(bytes, _)| *bytes <= n_bytes).last();
        let since = slept.map_or(0, |(_, time)| time - began);
        life.said.push((life.began + since, line.trim_end_matches('\n').to_owned()));
        n_bytes += line.len();
    }
    let files = std::mem::take(&mut copy.files);
    super::session::keep(console, &inside, files);
    life.exit = exit;
    life.turns = copy.shell.wakes().then(|| life.began + copy.now() - began);
}

/// What a container runs, where that is known: what its manifest says, or else its image's
/// shell, which finds nothing to read.
fn argv(container: &Value, image: Image) -> Option<Vec<String>> {
    let words = |field: &str| -> Vec<String> {
        let list = container[field].as_array().into_iter().flatten();
        list.filter_map(|word| word.as_str().map(str::to_owned)).collect()
    };
    let (mut argv, args) = (words("command"), words("args"));
    let is_own = argv.is_empty();
    argv.extend(args);
    if !is_own {
        return Some(argv);
    }
    if argv.is_empty() {
        let name = container["image"].as_str().unwrap_or_default();
        let starts = image.starts().or_else(|| SHELLS.contains(&stem(name)).then_some("true"));
        argv.extend(starts.map(str::to_owned));
    }
    // Programs of images carry out arguments that are a command, and others are their own.
    argv.first().filter(|program| image.has(program) || image.starts().is_some())?;
    Some(argv)
}

/// What a container runs, where its image is known to have that.
pub(super) fn known_argv(container: &Value) -> Option<Vec<String>> {
    argv(container, Image::of(container["image"].as_str().unwrap_or_default()))
}

/// Whether a container's program comes to its end as it begins.
pub(super) fn ends_at_once(console: &mut Console, pod: &Value, container: &Value) -> bool {
    let inside = Inside::pod(pod, container["name"].as_str().unwrap_or_default());
    let Some(argv) = argv(container, inside.image) else { return false };
    let program = argv.first().map_or("", String::as_str);
    if !has(&inside, program) {
        return inside.image.is_bare();
    }
    let mut life = Life::new(pod, console.now());
    ahead(console, inside, &argv, &mut life);
    life.turns == Some(life.began)
}

/// What a container's program has said up to now; none where that is not known here.
pub(in crate::kubectl) fn log(
    console: &Console,
    name: &Name,
    container: &str,
) -> Option<Vec<(Option<i64>, String)>> {
    let life = life(console, name, container)?;
    let now = console.now();
    let said = life.said.iter().filter(|(at, _)| *at <= now);
    Some(said.map(|(at, line)| (Some(*at), line.clone())).collect())
}

/// What it said the time before; none where there was none.
pub(in crate::kubectl) fn log_before(
    console: &Console,
    name: &Name,
    container: &str,
) -> Option<Vec<(Option<i64>, String)>> {
    let said = life(console, name, container)?.before.as_ref()?;
    Some(said.iter().map(|line| (None, line.clone())).collect())
}

fn life<'c>(console: &'c Console, name: &Name, container: &str) -> Option<&'c Life> {
    let life = console.lives.0.get(&(name.clone(), container.to_owned()))?;
    let pod = console.cluster.get("Pod", &name.namespace, &name.name)?;
    (pod["metadata"]["uid"] == *life.uid).then_some(&**life)
}
