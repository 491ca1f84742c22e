//! `kubectl taint` (k8s.io/kubectl/pkg/cmd/taint/taint.go and utils.go, v1.36).

use crate::cluster::PatchType;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::resources;
use crate::kubectl::write::{DryRun, Item, Say, Server, Visit, flags};
use crate::manifest::go::Quoted;
use crate::validate::{label_key, label_value};
use serde_json::{Value, json};

static FLAGS: &[Flag] = &[
    flags::manager("kubectl-taint"),
    Flag::new("overwrite", Takes::Bool, "false", "Taints that are there may be changed"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "taint",
    aliases: &[],
    usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N [options]",
    about: "Update the taints on one or more nodes",
    flags: &[FLAGS, flags::ALL, flags::DRY_RUN, flags::SELECTOR, flags::VALIDATE, print::FLAGS],
    runs: Runs::Verb(taint),
}];

/// A taint as it is written: `key=value:effect`; the effect may be empty where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Taint {
    key: String,
    value: String,
    effect: String,
}

impl Taint {
    fn to_json(&self) -> Value {
        let mut taint = json!({"effect": self.effect, "key": self.key});
        if !self.value.is_empty() {
            taint["value"] = (*self.value).into();
        }
        taint
    }

    fn is_of(&self, taint: &Value) -> bool {
        taint["key"] == *self.key && (self.effect.is_empty() || taint["effect"] == *self.effect)
    }
}

fn taint(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let client = |text: String| Err(Failure::Client(text));
    let (names, specs) = split(&call.args)?;
    if names.is_empty() {
        return client("one or more resources must be specified as <resource> <name>".to_owned());
    }
    if specs.is_empty() {
        return client("at least one taint update is required".to_owned());
    }
    let dry_run = DryRun::of(call, io)?;
    let (added, removed) = read(&specs).map_err(|why| call.usage_error(why))?;
    let word = names.first().map_or("", String::as_str);
    match resources::find(console, word) {
        None => {
            let word = Quoted(word);
            let says = format!("the server doesn't have a resource type {word:?}\n");
            return Err(Failure::Plain(says));
        }
        Some(resource) if resource.kind != "Node" => {
            return client(format!("invalid resource type {word}, only node types are supported"));
        }
        Some(_) => {}
    }
    let both: Vec<String> = removed
        .iter()
        .filter(|gone| {
            let is_same = |new: &&Taint| gone.effect.is_empty() || gone.effect == new.effect;
            added.iter().filter(|new| new.key == gone.key).any(|new| is_same(&new))
        })
        .map(|gone| format!("{}={}", gone.key, gone.effect))
        .collect();
    if !both.is_empty() {
        return client(format!(
            "can not both modify and remove the following taint(s) in the same command: {}",
            both.join(", ")
        ));
    }
    let mut server = Server::new(call, "kubectl-taint", dry_run == DryRun::Server);
    let visit = Visit { args: &names, ..Visit::default() };
    let found = visit.find(console, call, io, &mut server)?;
    // Nothing in its lines tells of a dry run.
    let mut say = Say::new(console, call, DryRun::None)?;
    found.each(|node| {
        one(console, call, io, (&mut server, &mut say, dry_run), (&added, &removed), &node)
    })?;
    Ok(Done::OK)
}

/// Words that name nodes, then those that are taints.
fn split(args: &[String]) -> Result<(Vec<String>, Vec<String>), Failure> {
    let (mut names, mut specs) = (Vec::new(), Vec::new());
    for arg in args {
        if arg.contains('=') || arg.contains(':') || arg.ends_with('-') {
            specs.push(arg.clone());
        } else if specs.is_empty() {
            names.push(arg.clone());
        } else {
            let says = format!("all resources must be specified before taint changes: {arg}");
            return Err(Failure::Client(says));
        }
    }
    Ok((names, specs))
}

/// Taints to put, and taints to take away (`parseTaints`).
fn read(specs: &[String]) -> Result<(Vec<Taint>, Vec<Taint>), String> {
    let (mut added, mut removed) = (Vec::<Taint>::new(), Vec::new());
    for spec in specs {
        if let Some(spec) = spec.strip_suffix('-') {
            removed.push(read_one(spec)?);
            continue;
        }
        let taint = read_one(spec)?;
        if taint.effect.is_empty() {
            return Err(format!("invalid taint spec: {spec}"));
        }
        if added.iter().any(|one| (&one.key, &one.effect) == (&taint.key, &taint.effect)) {
            let Taint { key, value, effect } = taint;
            let parts: Vec<&str> =
                [&*key, &*value, &*effect].into_iter().filter(|part| !part.is_empty()).collect();
            return Err(format!(
                "duplicated taints with the same key and effect: {{{} <nil>}}",
                parts.join(" ")
            ));
        }
        added.push(taint);
    }
    Ok((added, removed))
}

/// `parseTaint`.
fn read_one(spec: &str) -> Result<Taint, String> {
    let invalid = || format!("invalid taint spec: {spec}");
    let parts: Vec<&str> = spec.split(':').collect();
    let (pair, effect) = match parts.as_slice() {
        [key] => ((*key, None), ""),
        [pair, effect] => {
            if !matches!(*effect, "NoSchedule" | "PreferNoSchedule" | "NoExecute") {
                return Err(format!("invalid taint effect: {effect}, unsupported taint effect"));
            }
            let pair = match pair.split('=').collect::<Vec<_>>().as_slice() {
                [key] => (*key, None),
                [key, value] => (*key, Some(*value)),
                _ => return Err(invalid()),
            };
            (pair, *effect)
        }
        _ => return Err(invalid()),
    };
    let (key, value) = (pair.0, pair.1.unwrap_or_default());
    for wrong in [label_value(value), label_key(key)] {
        if !wrong.is_empty() {
            return Err(format!("{}, {}", invalid(), wrong.join("; ")));
        }
    }
    Ok(Taint { key: key.to_owned(), value: value.to_owned(), effect: effect.to_owned() })
}

fn one(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    (server, say, dry_run): (&mut Server, &mut Say, DryRun),
    (added, removed): (&[Taint], &[Taint]),
    node: &Item,
) -> Result<(), Failure> {
    let old = node.object["spec"]["taints"].as_array().cloned().unwrap_or_default();
    let overwrite = call.flags.bool("overwrite");
    let there: Vec<&str> = added
        .iter()
        .filter(|new| old.iter().any(|old| new.is_of(old)))
        .map(|new| &*new.key)
        .collect();
    if !overwrite && !there.is_empty() {
        return Err(Failure::Client(format!(
            "node {} already has {} taint(s) with same effect(s) and --overwrite is false",
            node.name,
            there.join(",")
        )));
    }
    // New ones first, then the old ones that they do not replace.
    let mut taints: Vec<Value> = added.iter().map(Taint::to_json).collect();
    taints.extend(old.iter().filter(|old| !added.iter().any(|new| new.is_of(old))).cloned());
    let has_more = taints.len() != old.len();
    let mut errors = Vec::new();
    for gone in removed {
        let before = taints.len();
        taints.retain(|taint| !gone.is_of(taint));
        if taints.len() == before {
            let effect = if gone.effect.is_empty() { "" } else { ":" };
            let says = format!("taint \"{}{effect}{}\" not found", gone.key, gone.effect);
            errors.push(Failure::Client(says));
        }
    }
    match errors.len() {
        0 => {}
        1 => return Err(errors.remove(0)),
        _ => return Err(Failure::Many(errors)),
    }
    let what = match (overwrite || (has_more && !removed.is_empty()), has_more) {
        (true, _) => "modified",
        (false, true) => "tainted",
        (false, false) => "untainted",
    };
    let mut object = node.object.clone();
    object["spec"]["taints"] = taints.clone().into();
    if dry_run != DryRun::Client {
        let taints = if taints.is_empty() { Value::Null } else { taints.into() };
        let patch = json!({"spec": {"taints": taints}});
        let stored = server.patch(console, io, node.place(), (PatchType::Merge, &patch));
        object = stored.map_err(Failure::Server)?;
    }
    say.object(io, &object, what)
}
