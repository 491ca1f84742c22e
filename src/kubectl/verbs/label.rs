//! `kubectl label` (k8s.io/kubectl/pkg/cmd/label/label.go, v1.36).

use super::marks::{Marking, Marks, Verb, resource_version};
use crate::kubectl::command::{Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::print;
use crate::kubectl::write::{Item, flags};
use crate::manifest::go::Quoted;
use crate::validate::label_value;

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
    runs: Runs::Verb(|console, call, io| LABEL.run(console, call, io)),
}];

static LABEL: Verb = Verb { what: "label", field: "labels", manager: "kubectl-label", read, one };

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
    marking: &mut Marking,
    console: &mut Console,
    io: &mut Io,
    mut item: Item,
) -> Result<(), Failure> {
    let (call, marks) = (marking.call, &marking.marks);
    let overwrite = call.flags.bool("overwrite");
    let labels = &item.object["metadata"]["labels"];
    // Said only where the server is asked.
    if !marking.common.is_local && !call.flags.bool("list") {
        for key in marks.removed.iter().filter(|key| labels[key.as_str()].is_null()) {
            io.line(format_args!("label {:?} not found.", Quoted(key)));
        }
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
    let before = item.object["metadata"].get("labels").cloned();
    let mut new = marks.applied(item.object.take(), "labels");
    if call.flags.bool("list") {
        marking.list(io, &item, &new);
        return Ok(());
    }
    let after = new["metadata"].get("labels");
    let is_changed = after != before.as_ref();
    let had = |key: &str| before.as_ref().and_then(|labels| labels.get(key));
    let is_set = marks.pairs.iter().any(|(key, value)| had(key).is_none_or(|had| had != value));
    let is_removed = marks.removed.iter().any(|key| had(key).is_some());
    let is_sent = is_changed || resource_version(call).is_some();
    if is_sent && !marking.common.is_local {
        new = marking.send(console, io, &item)?;
    }
    let what = match (is_set, is_removed) {
        (false, false) => "not labeled",
        (true, false) => "labeled",
        (false, true) => "unlabeled",
        (true, true) => "modified",
    };
    marking.say.object(io, &new, what)
}
