//! `kubectl replace` (k8s.io/kubectl/pkg/cmd/replace/replace.go, v1.36).

use super::delete::cascade;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::resources::with_group;
use crate::kubectl::write::{
    DryRun, Item, Say, Server, Validation, Visit, annotated, flags, last_applied,
};
use crate::manifest::go::Quoted;
use crate::validate::Reason;
use serde_json::Value;

static FLAGS: &[Flag] = &[
    Flag::new("cascade", Takes::Optional("background"), "background", "For --force"),
    flags::manager("kubectl-replace"),
    Flag::new("force", Takes::Bool, "false", "Delete and create anew"),
    Flag::new("grace-period", Takes::Int, "-1", "For --force"),
    Flag::new("raw", Takes::Text, "", "A URI to PUT to the server").missing(),
    Flag::new("subresource", Takes::Text, "", "status or scale").missing(),
    Flag::new("timeout", Takes::Duration, "0s", "For --force"),
    Flag::new("wait", Takes::Bool, "false", "For --force"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "replace",
    aliases: &[],
    usage: "-f FILENAME [options]",
    about: "Replace a resource by file name or stdin",
    flags: &[
        FLAGS,
        flags::DRY_RUN,
        flags::FILES,
        flags::SAVE_CONFIG,
        flags::VALIDATE,
        print::FLAGS,
    ],
    runs: Runs::Verb(replace),
}];

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

fn replace(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let validation = Validation::of(call)?;
    let dry_run = DryRun::of(call, io)?;
    let mut say = Say::new(console, call, dry_run)?;
    let cascade = cascade(call, io)?;
    let force = call.flags.bool("force");
    if call.flags.int("grace-period").is_some_and(|grace| grace >= 0) && !force {
        return client("--grace-period must have --force specified");
    }
    let timed = call.flags.text("timeout").and_then(crate::kubectl::command::duration);
    if timed.is_some_and(|seconds| seconds != 0.0) && !force {
        return client("--timeout must have --force specified");
    }
    if call.flags.all("filename").is_empty() {
        return client("must specify one of -f and -k");
    }
    if force && dry_run != DryRun::None {
        return client("--dry-run can not be used when --force is set");
    }
    let mut server = Server::new(call, "kubectl-replace", dry_run == DryRun::Server);
    server.validation = validation;
    server.heads = say.names_only();
    let visit = Visit {
        args: &call.args,
        validate: server.validation != Validation::Ignore,
        ..Visit::default()
    };
    let found = visit.find(console, call, io, &mut server)?;
    if force {
        let mut items = Vec::new();
        found.each(|item| {
            match server.delete(console, io, item.place(), cascade) {
                Ok(_) => {
                    let kind =
                        with_group(&item.resource.kind.to_lowercase(), item.resource.group());
                    let name = Quoted(&item.name);
                    let from = match item.namespace.as_str() {
                        "" => String::new(),
                        namespace => format!(" from {namespace} namespace"),
                    };
                    io.line(format_args!("{kind} {name:?} deleted{from}"));
                }
                Err(Failure::Server(error)) if error.reason == Reason::NotFound => {}
                Err(error) => return Err(error),
            }
            items.push(item);
            Ok(())
        })?;
        for item in items {
            let object = body(call, item.object);
            let created = server.create(console, io, (item.resource, &item.namespace), object);
            say.object(io, &created.map_err(Failure::Server)?, "replaced")?;
        }
        return Ok(Done::OK);
    }
    let is_asked = dry_run != DryRun::Client;
    type Both<'b> = (&'b mut Console, &'b mut Server);
    let ready = |(console, server): &Both<'_>, mut item: Item| {
        item.object = body(call, item.object.take());
        let (cluster, place) = (&console.cluster, item.place());
        let foreseen = is_asked.then(|| server.foresee(cluster, place, &item.object));
        (item, foreseen.flatten())
    };
    let both: &mut Both<'_> = &mut (console, &mut server);
    found.each_ready(both, &ready, &mut |(console, server), (mut item, foreseen)| {
        let file = item.source.clone().unwrap_or_default();
        let mut object = item.object.take();
        if is_asked {
            let replaced = server.replace(console, io, item.place(), (object, foreseen));
            object = replaced.map_err(|error| Failure::server(error, "replacing", &file))?;
        }
        say.object(io, &object, "replaced")
    })?;
    Ok(Done::OK)
}

/// What is sent of an item.
fn body(call: &Call, object: Value) -> Value {
    let notes = call.flags.bool("save-config") || last_applied(&object).is_some();
    if notes { annotated(object) } else { object }
}
