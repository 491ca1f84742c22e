//! `kubectl create -f` (k8s.io/kubectl/pkg/cmd/create/create.go, v1.36).

use super::make;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::write::{DryRun, Found, Say, Server, Validation, Visit, annotated, flags};

const COMMON: [&[Flag]; 5] = make::FLAGS;

static FLAGS: &[Flag] = &[
    Flag::new("edit", Takes::Bool, "false", "Edit the API resource before creating").missing(),
    Flag::new("raw", Takes::Text, "", "Raw URI to POST to the server").missing(),
    Flag::new("windows-line-endings", Takes::Bool, "false", "Line endings for --edit").missing(),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "create",
    aliases: &[],
    usage: "-f FILENAME [options]",
    about: "Create a resource from a file or from stdin",
    flags: &[
        FLAGS,
        flags::FILES,
        flags::SELECTOR,
        COMMON[0],
        COMMON[1],
        COMMON[2],
        COMMON[3],
        COMMON[4],
    ],
    runs: Runs::Verb(create),
}];

fn create(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    if !call.args.is_empty() {
        return Err(call.usage_error(format_args!("Unexpected args: [{}]", call.args.join(" "))));
    }
    if call.flags.all("filename").is_empty() {
        return Err(Failure::Client("must specify one of -f and -k".to_owned()));
    }
    let dry_run = DryRun::of(call, io)?;
    let mut say = Say::new(console, call, dry_run)?;
    let mut server = Server::new(call, "kubectl-create", dry_run == DryRun::Server);
    server.validation = Validation::of(call)?;
    let Found { items, errors: unread, .. } =
        Visit::default().find(console, call, io, &mut server)?;
    let mut errors = Vec::new();
    let n_items = items.len();
    for item in items {
        let mut object = item.object;
        if call.flags.bool("save-config") {
            object = annotated(object);
        }
        if dry_run != DryRun::Client {
            match server.create(console, io, (item.resource, &item.namespace), object) {
                Ok(created) => object = created,
                Err(error) => {
                    let file = item.source.as_deref().unwrap_or("");
                    errors.push(Failure::server(error, "creating", file));
                    continue;
                }
            }
        }
        say.object(io, &object, "created")?;
    }
    errors.extend(unread);
    match (errors.len(), n_items) {
        (0, 0) => Err(Failure::Client("no objects passed to create".to_owned())),
        (0, _) => Ok(Done::OK),
        _ => Err(Failure::Many(errors)),
    }
}
