//! What all of `kubectl set` has in common: objects are fetched, changed and sent back.

use crate::cluster::{Cluster, Foreseen};
use crate::kubectl::command::{Call, Flag};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::write::{DryRun, Found, Item, Say, Server, Visit, flags, record};
use crate::manifest::{go_order::typed, is_same};
use serde_json::Value;

static MANAGER: &[Flag] = &[flags::manager("kubectl-set")];

/// Flags of all of them.
pub(super) const FLAGS: [&[Flag]; 8] = [
    MANAGER,
    flags::ALL,
    flags::DRY_RUN,
    flags::FILES,
    flags::LOCAL,
    flags::RECORD,
    flags::SELECTOR,
    print::FLAGS,
];

/// What is told of what was done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    /// `image updated`.
    pub(super) done: &'static str,
    /// What stands before the server's answer where it refuses.
    pub(super) failed: &'static str,
    /// An object that stays as it is is told too.
    pub(super) tells_unchanged: bool,
}

/// A command of `kubectl set` on its way.
#[derive(Debug)]
pub(super) struct Change {
    dry_run: DryRun,
    local: bool,
    call: Call,
    server: Server,
    say: Say,
}

impl Change {
    pub(super) fn new(console: &Console, call: &Call, io: &mut Io) -> Result<Self, Failure> {
        let dry_run = DryRun::of(call, io)?;
        let say = Say::new(console, call, dry_run)?;
        let mut server = Server::new(call, "kubectl-set", dry_run == DryRun::Server);
        server.heads = say.names_only();
        let local = call.flags.bool("local");
        Ok(Self { dry_run, local, call: call.clone(), server, say })
    }

    /// The objects that are meant; none of them where one can't be had (`Result.Infos`).
    ///
    /// # Errors
    /// As [`Visit::find`], and what is wrong with any of the objects.
    pub(super) fn find(
        &mut self,
        console: &Console,
        call: &Call,
        io: &mut Io,
        args: &[String],
    ) -> Result<Found, Failure> {
        let found = self.find_some(console, call, io, args)?;
        let is_single = found.is_single;
        let items = found.all()?;
        Ok(Found { entries: items.into_iter().map(Ok).collect(), is_single, ..Found::default() })
    }

    /// The objects that are meant, each with what is wrong with it.
    ///
    /// # Errors
    /// As [`Visit::find`].
    pub(super) fn find_some(
        &mut self,
        console: &Console,
        call: &Call,
        io: &mut Io,
        args: &[String],
    ) -> Result<Found, Failure> {
        // Where no more than names are said, nobody misses them.
        let unmanaged = self.say.names_only();
        let visit = Visit { args, latest: true, local: self.local, unmanaged, ..Visit::default() };
        visit.find(console, call, io, &mut self.server)
    }

    /// Changes each object by `change`, which also says what is wrong.
    ///
    /// # Errors
    /// All that is wrong.
    pub(super) fn each(
        &mut self,
        console: &mut Console,
        io: &mut Io,
        (found, words): (Found, Words),
        change: impl Fn(&mut Io, &Item, &mut Value) -> Vec<Failure> + Sync,
    ) -> Result<Done, Failure> {
        type Both<'b> = (&'b mut Change, &'b mut Console);
        let ready = |(this, console): &Both<'_>, item: Item| {
            this.ready(&console.cluster, item, words, &change)
        };
        let mut more = Vec::new();
        let both: &mut Both<'_> = &mut (self, console);
        let done = found.each_ready(both, &ready, &mut |(this, console), ready| {
            let Ready { item, mut object, foreseen, wrong, said, goes_on, is_same } = ready;
            said.into_said().iter().for_each(|(stream, bytes)| io.say(*stream, bytes));
            more.extend(wrong);
            if !goes_on {
                return Ok(());
            }
            if this.asks() && !is_same {
                let stored = this.server.replace(console, io, item.place(), (object, foreseen));
                object = stored.map_err(|error| match words.failed {
                    "" => Failure::Server(error),
                    failed => Failure::Client(format!("{failed}{}", error.message)),
                })?;
            }
            // These commands decode what they have into Go's types.
            match item.resource.fields() {
                Some(kind) if !this.say.names_only() => {
                    this.say.made(io, &typed(kind, &object), words.done)
                }
                _ => this.say.object(io, &object, words.done),
            }
        });
        let mut errors: Vec<Failure> = match done {
            Ok(_) => Vec::new(),
            Err(Failure::Many(errors)) => errors,
            Err(error) => vec![error],
        };
        errors.append(&mut more);
        match errors.len() {
            0 => Ok(Done::OK),
            1 => Err(errors.remove(0)),
            _ => Err(Failure::Many(errors)),
        }
    }
}

impl Change {
    /// Whether the server is asked to change anything.
    fn asks(&self) -> bool {
        !self.local && self.dry_run != DryRun::Client
    }

    /// What an object becomes, before anything is done about it.
    fn ready(
        &self,
        cluster: &Cluster,
        item: Item,
        words: Words,
        change: impl Fn(&mut Io, &Item, &mut Value) -> Vec<Failure>,
    ) -> Ready {
        let mut object = item.object.clone();
        let mut said = Io::default();
        let wrong = change(&mut said, &item, &mut object);
        // A change that tells each object tells none that it could not make.
        let stops = words.tells_unchanged && !wrong.is_empty();
        let goes_on = !stops && (words.tells_unchanged || !is_same(&object, &item.object));
        if goes_on {
            record(&self.call, &mut object);
        }
        let is_same = is_same(&object, &item.object);
        let is_sent = goes_on && self.asks() && !is_same;
        let foreseen = match is_sent {
            true => self.server.foresee(cluster, item.place(), &object),
            false => None,
        };
        Ready { item, object, foreseen, wrong, said, goes_on, is_same }
    }
}

/// An object that was changed, and is to be sent.
struct Ready {
    item: Item,
    object: Value,
    /// What the server will make of it.
    foreseen: Option<Foreseen>,
    wrong: Vec<Failure>,
    /// What was said of it.
    said: Io,
    /// Whether it is sent or told at all.
    goes_on: bool,
    /// It is as it was.
    is_same: bool,
}

/// The Pod's spec within an object (`updatePodSpecForObject`).
///
/// # Errors
/// Where there is none.
pub(super) fn pod_spec<'o>(item: &Item, object: &'o mut Value) -> Result<&'o mut Value, Failure> {
    let kind = item.resource.kind;
    let pointer = match kind {
        "Pod" => "/spec",
        "CronJob" => "/spec/jobTemplate/spec/template/spec",
        "PodTemplate" => "/template/spec",
        _ => "/spec/template/spec",
    };
    match object.pointer_mut(pointer) {
        Some(spec) if spec.is_object() => Ok(spec),
        _ => Err(Failure::Client(format!(
            "{}/{} the object is not a pod or does not have a pod template: *{}.{kind}",
            item.resource.plural,
            item.name,
            item.resource.version(),
        ))),
    }
}

/// The containers of a Pod's spec, those that run first at the end.
pub(super) fn containers(spec: &mut Value) -> Vec<&mut Value> {
    let Some(map) = spec.as_object_mut() else { return Vec::new() };
    let mut main = Vec::new();
    let mut first = Vec::new();
    for (key, list) in map.iter_mut() {
        let items = list.as_array_mut().into_iter().flatten();
        match key.as_str() {
            "containers" => main.extend(items),
            "initContainers" => first.extend(items),
            _ => {}
        }
    }
    main.append(&mut first);
    main
}
