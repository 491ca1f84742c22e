//! What `label` and `annotate` have in common.

use crate::cluster::{Fields, PatchType, Pod};
use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::resources::Resource;
use crate::kubectl::write::{DryRun, Found, Item, Say, Server, Visit, record, split_pairs};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Keys to set, with their values, and keys to take away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// By key.
    pub(super) pairs: Vec<(String, String)>,
    /// As they are named.
    pub(super) removed: Vec<String>,
}

impl Marks {
    /// Sets a key; of several values the last counts.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        self.pairs.retain(|(known, _)| known != key);
        self.pairs.push((key.to_owned(), value.to_owned()));
        crate::source::sort::sort_by(&mut self.pairs, Ord::cmp);
    }

    /// Whether a key is set.
    pub(super) fn has(&self, key: &str) -> bool {
        self.pairs.iter().any(|(known, _)| known == key)
    }

    /// The object with the marks in `metadata.field`.
    pub(super) fn applied(&self, mut object: Value, field: &str) -> Value {
        let mut map = object["metadata"][field].as_object().cloned().unwrap_or_default();
        for (key, value) in &self.pairs {
            map.insert(key.clone(), value.as_str().into());
        }
        self.removed.iter().for_each(|key| {
            map.shift_remove(key);
        });
        map.sort_keys();
        if map.is_empty() {
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.shift_remove(field);
            }
        } else if object["metadata"].is_object() {
            object["metadata"][field] = Value::Object(map);
        }
        object
    }

    /// The merge patch that is sent.
    fn sent(&self, call: &Call, field: &str) -> Value {
        let mut patch = json!({"metadata": {(field): self.patch()}});
        if let Some(version) = resource_version(call) {
            patch["metadata"]["resourceVersion"] = version.into();
        }
        record(call, &mut patch);
        patch
    }

    /// The merge patch for the field.
    pub(super) fn patch(&self) -> Value {
        let mut map = Map::new();
        for (key, value) in &self.pairs {
            map.insert(key.clone(), value.as_str().into());
        }
        for key in &self.removed {
            map.insert(key.clone(), Value::Null);
        }
        Value::Object(map)
    }
}

/// What one of the two does in its own way.
pub(super) struct Verb {
    /// What a mark is called in what it says.
    pub(super) what: &'static str,
    /// Where the marks stand in `metadata`.
    pub(super) field: &'static str,
    /// Its field manager.
    pub(super) manager: &'static str,
    /// Reads the words that stand for marks.
    pub(super) read: fn(&[String]) -> Result<Marks, String>,
    /// Finds out what becomes of an object's metadata, which it changes.
    pub(super) judge: fn(&Call, &Marks, bool, &mut Value) -> Judged,
}

/// What becomes of an object's marks.
#[derive(Debug, Clone, Default)]
pub(super) struct Judged {
    /// Lines that are said before.
    pub(super) says: Vec<String>,
    /// Why nothing is changed.
    pub(super) refused: Option<String>,
    /// Whether the server is asked.
    pub(super) is_sent: bool,
    /// What was done.
    pub(super) what: &'static str,
}

impl Verb {
    /// Runs it: reads flags and words, finds the objects, and marks each.
    ///
    /// # Errors
    /// What kubectl or the server says.
    pub(super) fn run(
        &'static self,
        console: &mut Console,
        call: &Call,
        io: &mut Io,
    ) -> Result<Done, Failure> {
        let common = Common::new(console, call, io, self.what)?;
        let (args, pairs) = split_pairs(&call.args, self.what).map_err(Failure::Client)?;
        let marks = (self.read)(&pairs).map_err(Failure::Client)?;
        common.check(call, &args, &marks)?;
        let local = call.flags.bool("local");
        let say = Say::new(console, call, common.dry_run)?;
        // Lines name objects, and show no more of them.
        let paths = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];
        let fields = Fields::at(&paths).and(&Fields::at(&[&format!("metadata.{}", self.field)]));
        let fields = say.names_only().then_some(&fields);
        let visit = Visit { args: &args, latest: true, local, fields, ..Visit::default() };
        let mut server = Server::new(call, self.manager, common.asks_only());
        server.heads = say.names_only();
        let patch = marks.sent(call, self.field);
        let is_list = call.flags.bool("list");
        let is_sent = !common.is_local && !is_list;
        if is_sent && say.names_only() && resource_version(call).is_none() && !common.asks_only() {
            let pods = visit.all_pods(console, call, io, &mut server)?;
            if let Some((resource, pods)) = pods {
                let marked = Pods { verb: self, call, marks: &marks, patch: &patch };
                return marked.mark(console, io, (&mut server, &say), (resource, &pods));
            }
        }
        let found = visit.find(console, call, io, &mut server)?;
        common.one_only(call, &found)?;
        let is_single = found.is_single;
        if is_sent {
            server.foresee_patch(&found, (PatchType::Merge, &patch));
        }
        let mut marking =
            Marking { verb: self, call, server, common, marks, patch, is_single, say };
        found.each(|item| marking.one(console, io, item))?;
        Ok(Done::OK)
    }
}

/// A call that marks one object after the other.
struct Marking<'c> {
    verb: &'static Verb,
    call: &'c Call,
    server: Server,
    common: Common,
    marks: Marks,
    patch: Value,
    is_single: bool,
    say: Say,
}

impl Marking<'_> {
    /// Marks an object.
    ///
    /// # Errors
    /// What kubectl or the server says.
    fn one(&mut self, console: &mut Console, io: &mut Io, mut item: Item) -> Result<(), Failure> {
        let is_local = self.common.is_local;
        let mut new = item.object.take();
        let judged = (self.verb.judge)(self.call, &self.marks, is_local, &mut new);
        judged.says.iter().for_each(|line| io.line(line));
        if let Some(says) = judged.refused {
            return Err(Failure::Client(says));
        }
        if self.call.flags.bool("list") {
            self.list(io, &item, &new);
            return Ok(());
        }
        if judged.is_sent && !is_local {
            new = self.send(console, io, &item)?;
        }
        self.say.object(io, &new, judged.what)
    }

    /// `--list`: says the marks of `object`, which is what `item` becomes.
    fn list(&self, io: &mut Io, item: &Item, object: &Value) {
        let field = self.verb.field;
        let indent = if self.is_single { "" } else { " " };
        if !self.is_single {
            let (kind, group) = (item.resource.kind, item.resource.group());
            io.line(format_args!("Listing {field} for {kind}.{group}/{}:", item.name));
        }
        for (key, value) in object["metadata"][field].as_object().into_iter().flatten() {
            io.line(format_args!("{indent}{key}={}", value.as_str().unwrap_or("")));
        }
    }

    /// Sends the marks to the server.
    ///
    /// # Errors
    /// What the server says.
    fn send(&mut self, console: &mut Console, io: &mut Io, item: &Item) -> Result<Value, Failure> {
        let patch = (PatchType::Merge, &self.patch);
        self.server.patch(console, io, item.place(), patch).map_err(Failure::Server)
    }
}

/// A call that marks very many Pods: what becomes of their marks is found out once for those that
/// share their metadata.
struct Pods<'c> {
    verb: &'static Verb,
    call: &'c Call,
    marks: &'c Marks,
    patch: &'c Value,
}

impl Pods<'_> {
    /// Marks them, and says so.
    ///
    /// # Errors
    /// All that kubectl or the server says.
    fn mark(
        &self,
        console: &mut Console,
        io: &mut Io,
        (server, say): (&mut Server, &Say),
        (resource, pods): (&'static Resource, &[Arc<Pod>]),
    ) -> Result<Done, Failure> {
        let mut errors = Vec::new();
        for pods in pods.chunks(AT_ONCE) {
            self.mark_some(console, io, (server, say), (resource, pods), &mut errors)?;
        }
        match errors.len() {
            0 => Ok(Done::OK),
            1 => Err(errors.remove(0)),
            _ => Err(Failure::Many(errors)),
        }
    }
}

impl Pods<'_> {
    fn mark_some(
        &self,
        console: &mut Console,
        io: &mut Io,
        (server, say): (&mut Server, &Say),
        (resource, pods): (&'static Resource, &[Arc<Pod>]),
        errors: &mut Vec<Failure>,
    ) -> Result<(), Failure> {
        let mut known: Vec<Judged> = Vec::new();
        let mut places: HashMap<usize, usize> = HashMap::new();
        let judged = pods.iter().map(|pod| {
            let [_, metadata, ..] = pod.shared();
            *places.entry(Arc::as_ptr(metadata).addr()).or_insert_with(|| {
                let field = self.verb.field;
                let mut object = json!({"metadata": {}});
                if let Some(had) = metadata.get(field) {
                    object["metadata"][field] = had.clone();
                }
                known.push((self.verb.judge)(self.call, self.marks, false, &mut object));
                known.len() - 1
            })
        });
        let judged: Vec<usize> = judged.collect();
        let judged = || judged.iter().filter_map(|at| known.get(*at));
        let is_sent = |judged: &Judged| judged.refused.is_none() && judged.is_sent;
        let sent = pods.iter().zip(judged()).filter(|(_, judged)| is_sent(judged));
        let sent: Vec<Arc<Pod>> = sent.map(|(pod, _)| pod.clone()).collect();
        let answers = server.mark_pods(console, io, resource, &sent, self.patch);
        let mut answers = answers.map_err(Failure::Server)?.into_iter();
        for (pod, judged) in pods.iter().zip(judged()) {
            judged.says.iter().for_each(|line| io.line(line));
            if let Some(says) = &judged.refused {
                errors.push(Failure::Client(says.clone()));
                continue;
            }
            match if is_sent(judged) { answers.next() } else { None } {
                Some(Err(error)) => {
                    errors.push(Failure::Server(error));
                    continue;
                }
                Some(Ok(warnings)) => {
                    warnings.iter().for_each(|warning| server.warn(io, &warning.message));
                }
                None => {}
            }
            say.named(io, "pod", &pod.name.name, judged.what);
        }
        Ok(())
    }
}

/// So many Pods are marked before they are told of.
const AT_ONCE: usize = 1_000;

/// `--resource-version`, where it is given and not empty.
pub(super) fn resource_version(call: &Call) -> Option<&str> {
    call.flags.text("resource-version").filter(|version| !version.is_empty())
}

/// What both are called with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common {
    what: &'static str,
    /// How far they go.
    dry_run: DryRun,
    /// Nothing is asked of the server to change.
    pub(super) is_local: bool,
}

impl Common {
    fn new(
        console: &Console,
        call: &Call,
        io: &mut Io,
        what: &'static str,
    ) -> Result<Self, Failure> {
        let shows = !call.flags.text("output").unwrap_or("").is_empty();
        // `annotate` lists whatever its output should be.
        if what == "label" && call.flags.bool("list") && shows {
            let says = "--list and --output may not be specified together";
            return Err(Failure::Client(says.to_owned()));
        }
        let dry_run = DryRun::of(call, io)?;
        Say::new(console, call, dry_run)?;
        let is_local = call.flags.bool("local") || dry_run == DryRun::Client;
        Ok(Self { what, dry_run, is_local })
    }

    /// Whether the server is only asked what would come of it.
    fn asks_only(&self) -> bool {
        self.dry_run == DryRun::Server
    }

    /// `Validate`.
    ///
    /// # Errors
    /// What kubectl says of flags and words that do not go together.
    fn check(&self, call: &Call, args: &[String], marks: &Marks) -> Result<(), Failure> {
        let set = |flag: &str| !call.flags.text(flag).unwrap_or("").is_empty();
        let client = |says: String| Err(Failure::Client(says));
        if call.flags.bool("all") && set("selector") {
            return client("cannot set --all and --selector at the same time".to_owned());
        }
        if call.flags.bool("all") && set("field-selector") {
            return client("cannot set --all and --field-selector at the same time".to_owned());
        }
        if call.flags.bool("local") {
            if self.dry_run == DryRun::Server {
                return client(
                    "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
                        .to_owned(),
                );
            }
            if !args.is_empty() {
                return client("can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set".to_owned());
            }
            if call.flags.all("filename").is_empty() {
                return client(
                    "one or more files must be specified as -f when --local=true is set".to_owned(),
                );
            }
        } else if args.is_empty() && call.flags.all("filename").is_empty() {
            return client(
                "one or more resources must be specified as <resource> <name> or <resource>/<name>"
                    .to_owned(),
            );
        }
        if marks.pairs.is_empty() && marks.removed.is_empty() && !call.flags.bool("list") {
            return client(format!("at least one {} update is required", self.what));
        }
        Ok(())
    }

    /// A version can only be that of one object.
    ///
    /// # Errors
    /// Where there may be several.
    fn one_only(&self, call: &Call, found: &Found) -> Result<(), Failure> {
        if resource_version(call).is_none() || found.is_single {
            return Ok(());
        }
        let says = "--resource-version may only be used with a single resource";
        Err(Failure::Client(says.to_owned()))
    }
}
