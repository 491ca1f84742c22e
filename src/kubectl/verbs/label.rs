//! `kubectl label` (k8s.io/kubectl/pkg/cmd/label/label.go, v1.36).

use super::marks::{self, Marks};
use crate::cluster::PatchType;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::write::{Item, Say, Server, Visit, flags, record, split_pairs};
use crate::manifest::go::{self, Quoted};
use crate::validate::label_value;
use serde_json::{Value, json};

static FLAGS: &[Flag] = &[
    flags::manager("kubectl-label"),
    Flag::new("list", Takes::Bool, "false", "Display the labels of a given resource"),
    Flag::new("overwrite", Takes::Bool, "false", "Labels that are there may be changed"),
    Flag::new("resource-version", Takes::Text, "", "Only where this is the resource's version"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "label",
    aliases: &[],
    usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    about: "Update the labels on a resource",
    flags: &[
        FLAGS,
        flags::ALL,
        flags::ALL_NAMESPACES,
        flags::DRY_RUN,
        flags::FIELD_SELECTOR,
        flags::FILES,
        flags::LOCAL,
        flags::RECORD,
        flags::SELECTOR,
        print::FLAGS,
    ],
    runs: Runs::Verb(label),
}];

fn label(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let common = marks::Common::new(console, call, io, "label")?;
    let (args, pairs) = split_pairs(&call.args, "label").map_err(Failure::Client)?;
    let marks = read(&pairs).map_err(Failure::Client)?;
    let list = call.flags.bool("list");
    common.check(call, &args, (&marks, list))?;
    let visit =
        Visit { args: &args, latest: true, local: call.flags.bool("local"), ..Visit::default() };
    let mut server = Server::new(call, "kubectl-label", common.asks_only());
    let found = visit.find(console, call, io, &mut server)?;
    common.one_only(call, &found)?;
    let is_single = found.is_single;
    let mut say = Say::new(console, call, common.dry_run)?;
    found.each(|item| {
        one(console, call, io, &mut server, (&common, &marks, is_single), &mut say, item)
    })?;
    Ok(Done::OK)
}

/// `parseLabels`.
fn read(pairs: &[String]) -> Result<Marks, String> {
    let mut marks = Marks::default();
    for pair in pairs {
        if pair.contains('=') {
            let parts: Vec<&str> = pair.split('=').collect();
            let [key, value] = parts.as_slice() else {
                return Err(format!("invalid label spec: {pair}"));
            };
            let wrong = label_value(value);
            if !wrong.is_empty() {
                let pair = Quoted(pair);
                return Err(format!("invalid label value: {pair:?}: {}", wrong.join(";")));
            }
            marks.set(key, value);
        } else if let Some(key) = pair.strip_suffix('-') {
            marks.removed.push(key.to_owned());
        } else {
            return Err(format!("unknown label spec: {pair}"));
        }
    }
    if marks.removed.iter().any(|key| marks.has(key)) {
        return Err("can not both modify and remove a label in the same command".to_owned());
    }
    Ok(marks)
}

fn one(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    server: &mut Server,
    (common, marks, is_single): (&marks::Common, &Marks, bool),
    say: &mut Say,
    item: Item,
) -> Result<(), Failure> {
    let overwrite = call.flags.bool("overwrite");
    let list = call.flags.bool("list");
    let old = item.object.clone();
    let labels = &old["metadata"]["labels"];
    for key in marks.removed.iter().filter(|key| labels[key.as_str()].is_null()) {
        io.line(format_args!("label {:?} not found.", Quoted(key)));
    }
    if !overwrite {
        for (key, value) in &marks.pairs {
            if let Some(had) = labels[key.as_str()].as_str().filter(|had| had != value) {
                return Err(Failure::Client(format!(
                    "'{key}' already has a value ({had}), and --overwrite is false"
                )));
            }
        }
    }
    let mut new = marks.applied(&old, "labels");
    let is_changed = new != old;
    // As kubectl changed it, not as the server stores it.
    let is_shorter = go::json(&new).len() < go::json(&old).len();
    if common.is_local || list {
        if list {
            return say_list(io, &item, &new, is_single);
        }
    } else {
        let version = call.flags.text("resource-version").filter(|version| !version.is_empty());
        if is_changed || version.is_some() {
            let mut patch = json!({"metadata": {"labels": marks.patch()}});
            if let Some(version) = version {
                patch["metadata"]["resourceVersion"] = version.into();
            }
            record(call, &mut patch);
            let patch = (PatchType::Merge, &patch);
            let stored = server.patch(console, io, item.place(), patch);
            new = stored.map_err(Failure::Server)?;
        }
    }
    let what = match is_changed {
        false => "not labeled",
        true if !overwrite && is_shorter => "unlabeled",
        true => "labeled",
    };
    say.object(io, &new, what)
}

fn say_list(io: &mut Io, item: &Item, object: &Value, is_single: bool) -> Result<(), Failure> {
    let indent = if is_single { "" } else { " " };
    if !is_single {
        let (kind, group) = (item.resource.kind, item.resource.group());
        io.line(format_args!("Listing labels for {kind}.{group}/{}:", item.name));
    }
    for (key, value) in object["metadata"]["labels"].as_object().into_iter().flatten() {
        io.line(format_args!("{indent}{key}={}", value.as_str().unwrap_or("")));
    }
    Ok(())
}
