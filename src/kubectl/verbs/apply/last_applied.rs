//! `kubectl apply view-last-applied` and `set-last-applied`.

use crate::cluster::PatchType;
use crate::kubectl::apply::LAST_APPLIED;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::write::{DryRun, Say, Server, Visit, flags, last_applied, missing_resource};
use crate::manifest::go;
use serde_json::{Value, json};

static VIEW: &[Flag] = &[
    Flag::new("all", Takes::Bool, "false", "All resources in the namespace"),
    Flag::new("output", Takes::Text, "yaml", "yaml or json").short('o'),
];
static SET: &[Flag] = &[Flag::new(
    "create-annotation",
    Takes::Bool,
    "false",
    "Create the annotation where it is not there",
)];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "apply edit-last-applied",
        aliases: &[],
        usage: "(RESOURCE/NAME | -f FILENAME) [options]",
        about: "Edit latest last-applied-configuration annotations of a resource/object",
        flags: &[],
        runs: Runs::Elsewhere("Change the manifest and apply it again"),
    },
    Command {
        path: "apply set-last-applied",
        aliases: &[],
        usage: "-f FILENAME [options]",
        about: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
        flags: &[SET, flags::DRY_RUN, flags::FILES, print::FLAGS],
        runs: Runs::Verb(set),
    },
    Command {
        path: "apply view-last-applied",
        aliases: &[],
        usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME) [options]",
        about: "View the latest last-applied-configuration annotations of a resource/object",
        flags: &[VIEW, flags::FILES, flags::SELECTOR],
        runs: Runs::Verb(view),
    },
];

fn view(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let output = call.flags.text("output").unwrap_or("yaml");
    if !matches!(output, "yaml" | "json") {
        return Err(call.usage_error(format_args!(
            "Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json"
        )));
    }
    let mut server = Server::new(call, "kubectl", false);
    // A type alone means all of its objects where a namespace is given.
    let type_is_all = call.flags.is_set("namespace");
    let visit = Visit { args: &call.args, latest: true, type_is_all, ..Visit::default() };
    let found = visit.find(console, call, io, &mut server)?;
    let mut notes: Vec<String> = Vec::new();
    found.each(|item| {
        // Nothing is said of an object without one.
        notes.extend(last_applied(&item.object).map(str::to_owned));
        Ok(())
    })?;
    for note in notes {
        let Ok(value) = serde_json::from_str::<Value>(&note) else {
            io.line(note);
            continue;
        };
        if output == "json" {
            let text = serde_json::to_string_pretty(&value).unwrap_or(note);
            io.line(text);
        } else {
            let mut text = String::new();
            print::yaml::write(&value, &mut text);
            io.out(text);
        }
    }
    Ok(Done::OK)
}

fn set(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let dry_run = DryRun::of(call, io)?;
    let mut say = Say::new(console, call, dry_run)?;
    if call.flags.all("filename").is_empty() {
        return Err(missing_resource());
    }
    let mut server = Server::new(call, "kubectl-client-side-apply", dry_run == DryRun::Server);
    let found = Visit::default().find(console, call, io, &mut server)?;
    found.each(|item| {
        let live = server.get(console, io, item.place())?;
        let had = last_applied(&live);
        if had.is_none() && !call.flags.bool("create-annotation") {
            return Err(Failure::Client(format!(
                "no last-applied-configuration annotation found on resource: {}, to create the annotation, run the command with --create-annotation",
                item.name
            )));
        }
        // The object as the file has it, where apply would write annotations down too
        // (`GetApplyPatch`, k8s.io/kubectl/pkg/cmd/util/editor).
        let mut object = item.object.clone();
        object.sort_all_objects();
        let note = go::json(&object) + "\n";
        if had.is_some_and(|had| note.trim_end() == had.trim_end()) {
            io.line(format_args!("set-last-applied {}: no changes required.", item.name));
            return Ok(());
        }
        let mut object = live;
        if dry_run != DryRun::Client {
            let patch = json!({"metadata": {"annotations": {LAST_APPLIED: note}}});
            let stored = server.patch(console, io, item.place(), (PatchType::Merge, &patch));
            object = stored.map_err(Failure::Server)?;
        }
        say.object(io, &object, "configured")
    })?;
    Ok(Done::OK)
}
