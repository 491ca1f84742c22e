//! `kubectl annotate` (k8s.io/kubectl/pkg/cmd/annotate/annotate.go, v1.36).

use super::marks::{Judged, Marks, Verb};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::print;
use crate::kubectl::write::{CHANGE_CAUSE, flags};
use serde_json::Value;

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
    runs: Runs::Verb(|console, call, io| ANNOTATE.run(console, call, io)),
}];

static ANNOTATE: Verb =
    Verb { what: "annotation", field: "annotations", manager: "kubectl-annotate", read, judge };

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

fn judge(call: &Call, marks: &Marks, _: bool, object: &mut Value) -> Judged {
    let mut judged = Judged { is_sent: true, what: "annotated", ..Judged::default() };
    let annotations = &object["metadata"]["annotations"];
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
            judged.refused = Some(format!(
                "--overwrite is false but found the following declared annotation(s): {}",
                differs.join("; ")
            ));
            return judged;
        }
    }
    *object = marks.applied(object.take(), "annotations");
    judged
}
