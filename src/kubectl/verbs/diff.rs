//! `kubectl diff` (k8s.io/kubectl/pkg/cmd/diff, v1.36): what applying would change, as
//! `diff -u -N` shows it.

mod unified;

use crate::kubectl::apply::{How, LAST_APPLIED, one_file};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::yaml::to_yaml;
use crate::kubectl::select::LabelSelector;
use crate::kubectl::write::files::files;
use crate::kubectl::write::{DryRun, Validation, flags, last_applied};
use crate::manifest;
use crate::source::halves;
use serde_json::Value;
use std::collections::BTreeMap;

static FLAGS: &[Flag] = &[
    Flag::new("concurrency", Takes::Int, "1", "How many objects to process at a time"),
    Flag::new("field-manager", Takes::Text, "kubectl-client-side-apply", "Who changes fields"),
    Flag::new("force-conflicts", Takes::Bool, "false", "For --server-side"),
    Flag::new("prune", Takes::Bool, "false", "Show what --prune would delete").missing(),
    Flag::new("prune-allowlist", Takes::Array, "[]", "For --prune").missing(),
    Flag::new("server-side", Takes::Bool, "false", "The server applies"),
    Flag::new("show-secrets", Takes::Bool, "false", "Show what Secrets hold"),
    Flag::new("show-managed-fields", Takes::Bool, "false", "Show managedFields too"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "diff",
    aliases: &[],
    usage: "-f FILENAME [options]",
    about: "Diff the live version against a would-be applied version",
    flags: &[FLAGS, flags::FILES, flags::SELECTOR],
    runs: Runs::Verb(diff),
}];

/// Trouble has an exit code of its own.
fn diff(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    match differences(console, call, io) {
        Ok(done) => Ok(done),
        Err(failure) => {
            io.err(failure.stderr());
            Ok(Done::Exit(2))
        }
    }
}

fn differences(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    if !call.args.is_empty() {
        return Err(call.usage_error(format_args!("Unexpected args: [{}]", call.args.join(" "))));
    }
    if call.flags.all("filename").is_empty() {
        return Err(Failure::Client("must specify one of -f and -k".to_owned()));
    }
    let how = How {
        namespace: call.namespace(console),
        enforce: call.flags.is_set("namespace"),
        dry_run: DryRun::Server,
        validation: Validation::Warn,
        selector: LabelSelector::read(call.flags.text("selector").unwrap_or("").trim())
            .map_err(Failure::Client)?,
        change_cause: None,
        lines_only: false,
        findings: false,
    };
    let mut changed: BTreeMap<String, (String, String)> = BTreeMap::new();
    let paths = call.flags.all("filename");
    for file in files(console, io, paths, call.flags.bool("recursive"))? {
        let reading = manifest::read_values(&file.text);
        let text = (file.name.as_str(), file.text.as_str());
        let (applied, told) = one_file(&mut console.cluster, text, reading, &how, &mut |_| {});
        for line in applied.stderr.split_inclusive('\n') {
            if !line.starts_with("Warning: resource ") {
                io.err(line);
            }
        }
        let now = &*console;
        changed.extend(halves::map(told.done, |(object, _)| {
            let mut live = live(now, &object);
            let name = file_name(&object);
            let mut after = unnoted(object, live.as_ref());
            if after["kind"] == "Secret" && !call.flags.bool("show-secrets") {
                mask(live.as_mut(), &mut after);
            }
            let before = live.map_or(String::new(), |live| shown(call, live));
            (name, (before, shown(call, after)))
        }));
        let mut errors: Vec<Failure> = told.read.into_iter().collect();
        let asked = Failure::asked("creating", &file.name);
        errors.extend(told.refused.into_iter().map(|failure| match failure {
            // It asks the server by itself, and does not say of which file.
            Failure::Server(mut error) if error.message.starts_with(&asked) => {
                error.message.drain(..asked.len());
                Failure::Server(error)
            }
            failure => failure,
        }));
        match errors.len() {
            0 => {}
            1 => return Err(errors.remove(0)),
            _ => return Err(Failure::Many(errors)),
        }
    }
    let now = console.cluster.settings().now.clone();
    let time = format!("{}.000000000 +0000", now.trim_end_matches('Z').replace('T', " "));
    let changed: Vec<_> =
        changed.into_iter().filter(|(_, (before, after))| before != after).collect();
    let exit = u8::from(!changed.is_empty());
    let differences = halves::map(changed, |(name, (before, after))| {
        let number = |folder: &str| {
            let digits = format!("{folder}{now}")
                .bytes()
                .fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
            1_000_000_000 + digits % 3_000_000_000
        };
        let live = format!("/tmp/LIVE-{}/{name}", number("LIVE"));
        let merged = format!("/tmp/MERGED-{}/{name}", number("MERGED"));
        let hunks = unified::hunks(&before, &after);
        format!("diff -u -N {live} {merged}\n--- {live}\t{time}\n+++ {merged}\t{time}\n{hunks}")
    });
    differences.iter().for_each(|difference| io.out(difference));
    Ok(Done::Exit(exit))
}

fn live(console: &Console, object: &Value) -> Option<Value> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let metadata = &object["metadata"];
    let kind = text(&object["kind"]);
    console.cluster.get(&kind, &text(&metadata["namespace"]), &text(&metadata["name"]))
}

/// `v1.Service.shop.web`: version and group, kind, namespace, name.
fn file_name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let version = text(&object["apiVersion"]);
    let version = match version.split_once('/') {
        Some((group, version)) => format!("{group}.{version}"),
        None => version,
    };
    let metadata = &object["metadata"];
    let (namespace, name) = (text(&metadata["namespace"]), text(&metadata["name"]));
    format!("{version}.{}.{namespace}.{name}", text(&object["kind"]))
}

/// The object with the note of what was applied that `live` has: comparing notes nothing.
fn unnoted(mut object: Value, live: Option<&Value>) -> Value {
    let note = live.and_then(last_applied).map(Value::from);
    let Some(metadata) = object["metadata"].as_object_mut() else { return object };
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        match note {
            Some(note) => {
                annotations.insert(LAST_APPLIED.to_owned(), note);
            }
            None => {
                annotations.shift_remove(LAST_APPLIED);
            }
        }
        if annotations.is_empty() {
            metadata.shift_remove("annotations");
        }
    }
    object
}

/// What Secrets hold is not told, only whether it differs (`Masker`).
fn mask(before: Option<&mut Value>, after: &mut Value) {
    let mut none = Value::Null;
    let before = before.unwrap_or(&mut none);
    let mut old = before["data"].as_object().cloned().unwrap_or_default();
    let mut new = after["data"].as_object().cloned().unwrap_or_default();
    for (key, value) in &mut old {
        let (masked, other) = match new.get(key) {
            Some(other) if other != value => ("*** (before)", "*** (after)"),
            _ => ("***", "***"),
        };
        *value = masked.into();
        if let Some(slot) = new.get_mut(key) {
            *slot = other.into();
        }
    }
    for (key, value) in &mut new {
        if !old.contains_key(key) {
            *value = "***".into();
        }
    }
    for (object, data) in [(before, old), (after, new)] {
        if !data.is_empty() {
            object["data"] = data.into();
        }
    }
}

/// As it is compared: without managers, unless they are wanted.
fn shown(call: &Call, mut object: Value) -> String {
    if let Some(metadata) = object["metadata"].as_object_mut()
        && !call.flags.bool("show-managed-fields")
    {
        metadata.shift_remove("managedFields");
    }
    to_yaml(&object)
}
