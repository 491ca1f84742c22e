//! `kubectl apply` (k8s.io/kubectl/pkg/cmd/apply, v1.36).

mod last_applied;
mod prune;
mod server_side;

use crate::kubectl::apply::{Applied, How, Told, one_file};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::{self, Printer};
use crate::kubectl::select::LabelSelector;
use crate::kubectl::write::files::files;
use crate::kubectl::write::{DryRun, Validation, flags};
use crate::manifest;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::mem::take;

static FLAGS: &[Flag] = &[
    Flag::new("all", Takes::Bool, "false", "Select all resources in the namespace, for --prune"),
    Flag::new("cascade", Takes::Optional("background"), "background", "For --prune and --force"),
    Flag::new("field-manager", Takes::Text, "kubectl-client-side-apply", "Who changes fields"),
    Flag::new("force", Takes::Bool, "false", "Delete and create anew what can't be patched"),
    Flag::new("force-conflicts", Takes::Bool, "false", "Take fields over from other managers"),
    Flag::new("grace-period", Takes::Int, "-1", "For --force"),
    Flag::new("openapi-patch", Takes::Bool, "true", "Use the API's schema for differences"),
    Flag::new("overwrite", Takes::Bool, "true", "Resolve conflicts by the manifest's values"),
    Flag::new("prune", Takes::Bool, "false", "Delete objects that are in no file"),
    Flag::new("prune-allowlist", Takes::Array, "[]", "Kinds to prune"),
    Flag::new("server-side", Takes::Bool, "false", "The server applies, and keeps managers"),
    Flag::new("subresource", Takes::Text, "", "The subresource to apply").missing(),
    Flag::new("timeout", Takes::Duration, "0s", "For --force"),
    Flag::new("wait", Takes::Bool, "false", "For --force"),
];

pub(super) static COMMANDS: &[&[Command]] = &[
    &[Command {
        path: "apply",
        aliases: &[],
        usage: "(-f FILENAME | -k DIRECTORY) [options]",
        about: "Apply a configuration to a resource by file name or stdin",
        flags: &[
            FLAGS,
            flags::DRY_RUN,
            flags::FILES,
            flags::RECORD,
            flags::SELECTOR,
            flags::VALIDATE,
            print::FLAGS,
        ],
        runs: Runs::Verb(apply),
    }],
    last_applied::COMMANDS,
];

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

fn apply(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let set = |flag: &str| call.flags.bool(flag);
    if !call.args.is_empty() {
        return Err(call.usage_error(format_args!("Unexpected args: [{}]", call.args.join(" "))));
    }
    let dry_run = DryRun::of(call, io)?;
    let mut printer = Printer::of(console, call)?;
    if call.flags.all("filename").is_empty() {
        return client("must specify one of -f and -k");
    }
    let validation = Validation::of(call)?;
    if set("force-conflicts") && !set("server-side") {
        return client("--force-conflicts only works with --server-side");
    }
    if set("server-side") && dry_run == DryRun::Client {
        return client(
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        );
    }
    if set("force") && set("server-side") {
        return client("--force cannot be used with --server-side");
    }
    if set("force") && dry_run == DryRun::Server {
        return client("--dry-run=server cannot be used with --force");
    }
    let selector = call.flags.text("selector").unwrap_or("").trim();
    if set("all") && !selector.is_empty() {
        return client("cannot set --all and --selector at the same time");
    }
    let pruned = if set("prune") { Some(prune::resources(call)?) } else { None };
    if set("server-side") {
        return server_side::apply(console, call, io, (dry_run, validation));
    }
    let how = How {
        namespace: call.namespace(console),
        enforce: call.flags.is_set("namespace"),
        dry_run,
        validation,
        selector: LabelSelector::read(selector).map_err(Failure::Client)?,
        change_cause: call.flags.bool("record").then(|| call.change_cause()),
        lines_only: call.flags.text("output").unwrap_or("").is_empty()
            && printer.tells()
            && pruned.is_none(),
        findings: false,
    };
    let mut all = Told::default();
    let mut unread = Vec::new();
    let mut warned = HashSet::new();
    for file in files(console, io, call.flags.all("filename"), set("recursive"))? {
        let reading = manifest::read_values(&file.text);
        let text = (file.name.as_str(), file.text.as_str());
        let mut give = |applied: &mut Applied| {
            let (stdout, stderr) = (take(&mut applied.stdout), take(&mut applied.stderr));
            if printer.tells() && call.flags.text("output").unwrap_or("").is_empty() {
                io.out(stdout);
            }
            // Each warning is told once.
            for line in stderr.split_inclusive('\n') {
                if !line.starts_with("Warning: ") || warned.insert(line.to_owned()) {
                    io.err(line);
                }
            }
            io.show();
        };
        let (mut applied, told) = one_file(&mut console.cluster, text, reading, &how, &mut give);
        give(&mut applied);
        all.n_objects += told.n_objects;
        all.refused.extend(told.refused);
        all.done.extend(told.done);
        unread.extend(told.read);
    }
    let applied: Vec<Value> = all.done.into_iter().map(|(object, _)| object).collect();
    // Objects are printed last of all, and where something went wrong not at all.
    let is_whole = all.refused.is_empty() && unread.is_empty();
    if !call.flags.text("output").unwrap_or("").is_empty() && (is_whole || printer.tells()) {
        let mut objects = applied.clone();
        if !printer.tells() && objects.len() > 1 {
            let list =
                json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": objects});
            objects = vec![list];
        }
        for object in &objects {
            printer.print(object, "", io)?;
        }
    }
    if all.n_objects == 0 && unread.is_empty() {
        return client("no objects passed to apply");
    }
    // What could not be read is one error, in brackets where others follow.
    let mut errors: Vec<Failure> = match unread.len() {
        0 | 1 => unread,
        _ => vec![Failure::Many(unread)],
    };
    errors.extend(all.refused);
    if let (Some(resources), true) = (&pruned, errors.is_empty()) {
        prune::prune(console, call, io, (resources, &applied), (dry_run, &mut printer))?;
    }
    match errors.len() {
        0 => Ok(Done::OK),
        1 => Err(errors.remove(0)),
        _ => Err(Failure::Many(errors)),
    }
}
