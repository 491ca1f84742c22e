//! `kubectl annotate` (k8s.io/kubectl/pkg/cmd/annotate/annotate.go, v1.36).

use super::marks::{self, Marks};
use crate::cluster::PatchType;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::write::{CHANGE_CAUSE, Item, Say, Server, Visit, flags, record, split_pairs};
use serde_json::json;

static FLAGS: &[Flag] = &[
    flags::manager("kubectl-annotate"),
    Flag::new("list", Takes::Bool, "false", "Display the annotations of a given resource"),
    Flag::new("overwrite", Takes::Bool, "false", "Annotations that are there may be changed"),
    Flag::new("resource-version", Takes::Text, "", "Only where this is the resource's version"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "annotate",
    aliases: &[],
    usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    about: "Update the annotations on a resource",
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
    runs: Runs::Verb(annotate),
}];

fn annotate(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let common = marks::Common::new(console, call, io, "annotation")?;
    let (args, pairs) = split_pairs(&call.args, "annotation").map_err(Failure::Client)?;
    let marks = read(&pairs).map_err(Failure::Client)?;
    let list = call.flags.bool("list");
    common.check(call, &args, (&marks, list))?;
    let visit =
        Visit { args: &args, latest: true, local: call.flags.bool("local"), ..Visit::default() };
    let mut server = Server::new(call, "kubectl-annotate", common.asks_only());
    let found = visit.find(console, call, io, &mut server)?;
    common.one_only(call, &found)?;
    let is_single = found.is_single;
    let mut say = Say::new(console, call, common.dry_run)?;
    found.each(|item| {
        one(console, call, io, &mut server, (&common, &marks, is_single), &mut say, item)
    })?;
    Ok(Done::OK)
}

/// `ParsePairs` and `validateAnnotations`.
fn read(pairs: &[String]) -> Result<Marks, String> {
    let mut marks = Marks::default();
    for pair in pairs {
        match pair.split_once('=') {
            Some((key, value)) => marks.set(key, value),
            None => marks.removed.push(pair.strip_suffix('-').unwrap_or(pair).to_owned()),
        }
    }
    let both: Vec<&str> =
        marks.removed.iter().filter(|key| marks.has(key)).map(String::as_str).collect();
    if both.is_empty() {
        return Ok(marks);
    }
    Err(format!(
        "can not both modify and remove the following annotation(s) in the same command: {}",
        both.join(", ")
    ))
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
    let annotations = &item.object["metadata"]["annotations"];
    if !call.flags.bool("overwrite") {
        let differs = marks.pairs.iter().filter_map(|(key, value)| {
            // Why something was changed may always be said anew.
            if *key == CHANGE_CAUSE {
                return None;
            }
            let had = annotations[key.as_str()].as_str().filter(|had| had != value)?;
            Some(format!("'{key}' already has a value ({had})"))
        });
        let differs: Vec<String> = differs.collect();
        if !differs.is_empty() {
            return Err(Failure::Client(format!(
                "--overwrite is false but found the following declared annotation(s): {}",
                differs.join("; ")
            )));
        }
    }
    let mut new = marks.applied(&item.object, "annotations");
    if call.flags.bool("list") {
        let indent = if is_single { "" } else { " " };
        if !is_single {
            let (kind, group) = (item.resource.kind, item.resource.group());
            io.line(format_args!("Listing annotations for {kind}.{group}/{}:", item.name));
        }
        for (key, value) in new["metadata"]["annotations"].as_object().into_iter().flatten() {
            io.line(format_args!("{indent}{key}={}", value.as_str().unwrap_or("")));
        }
        return Ok(());
    }
    if !common.is_local {
        let mut patch = json!({"metadata": {"annotations": marks.patch()}});
        let version = call.flags.text("resource-version").unwrap_or("");
        if !version.is_empty() {
            patch["metadata"]["resourceVersion"] = version.into();
        }
        record(call, &mut patch);
        let stored = server.patch(console, io, item.place(), (PatchType::Merge, &patch));
        new = stored.map_err(Failure::Server)?;
    }
    say.object(io, &new, "annotated")
}
