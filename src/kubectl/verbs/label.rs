//! `kubectl label` (k8s.io/kubectl/pkg/cmd/label/label.go, v1.36).

use super::marks::{Judged, Marks, Verb, resource_version};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::print;
use crate::kubectl::write::flags;
use crate::manifest::go::Quoted;
use crate::validate::label_value;
use serde_json::Value;

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

static LABEL: Verb = Verb { what: "label", field: "labels", manager: "kubectl-label", read, judge };

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

fn judge(call: &Call, marks: &Marks, is_local: bool, object: &mut Value) -> Judged {
    let mut judged = Judged::default();
    let overwrite = call.flags.bool("overwrite");
    let labels = &object["metadata"]["labels"];
    // Said only where the server is asked.
    if !is_local && !call.flags.bool("list") {
        for key in marks.removed.iter().filter(|key| labels[key.as_str()].is_null()) {
            judged.says.push(format!("label {:?} not found.", Quoted(key)));
        }
    }
    if !overwrite {
        for (key, value) in &marks.pairs {
            if let Some(had) = labels[key.as_str()].as_str().filter(|had| had != value) {
                let says = format!("'{key}' already has a value ({had}), and --overwrite is false");
                judged.refused = Some(says);
                return judged;
            }
        }
    }
    let before = object["metadata"].get("labels").cloned();
    *object = marks.applied(object.take(), "labels");
    let after = object["metadata"].get("labels");
    let is_changed = after != before.as_ref();
    let had = |key: &str| before.as_ref().and_then(|labels| labels.get(key));
    let is_set = marks.pairs.iter().any(|(key, value)| had(key).is_none_or(|had| had != value));
    let is_removed = marks.removed.iter().any(|key| had(key).is_some());
    judged.is_sent = is_changed || resource_version(call).is_some();
    judged.what = match (is_set, is_removed) {
        (false, false) => "not labeled",
        (true, false) => "labeled",
        (false, true) => "unlabeled",
        (true, true) => "modified",
    };
    judged
}
