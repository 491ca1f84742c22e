//! `kubectl create -f` (k8s.io/kubectl/pkg/cmd/create/create.go, v1.36).

use super::make;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::Printer;
use crate::kubectl::verbs::edit;
use crate::kubectl::write::{
    DryRun, Item, Say, Server, Validation, Visit, annotated, flags, last_applied, record,
};

const COMMON: [&[Flag]; 5] = make::FLAGS;

static FLAGS: &[Flag] = &[
    Flag::new("edit", Takes::Bool, "false", "Edit the API resource before creating"),
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
        flags::RECORD,
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
    let dry_run = DryRun::of(call, io)?;
    if call.flags.all("filename").is_empty() {
        return Err(Failure::Client("must specify one of -f and -k".to_owned()));
    }
    let mut say = Say::new(console, call, dry_run)?;
    let mut server = Server::new(call, "kubectl-create", dry_run == DryRun::Server);
    server.validation = Validation::of(call)?;
    server.heads = say.names_only();
    let found = Visit { validate: server.validation != Validation::Ignore, ..Visit::default() }
        .find(console, call, io, &mut server)?;
    if call.flags.bool("edit") {
        let printer = Printer::of(console, call)?;
        let items = found.all()?;
        return edit::begin(console, call, io, (items, edit::Does::Create), (server, printer));
    }
    let is_asked = dry_run != DryRun::Client;
    type Both<'b> = (&'b mut Console, &'b mut Server);
    let ready = |(console, server): &Both<'_>, mut item: Item| {
        if call.flags.bool("save-config") || last_applied(&item.object).is_some() {
            item.object = annotated(item.object);
        }
        record(call, &mut item.object);
        let (cluster, place) = (&console.cluster, (item.resource, &*item.namespace));
        let foreseen = is_asked.then(|| server.foresee_creation(cluster, place, &item.object));
        (item, foreseen.flatten())
    };
    let both: &mut Both<'_> = &mut (console, &mut server);
    let n_items = found.each_ready(both, &ready, &mut |(console, server), (item, foreseen)| {
        let mut object = item.object;
        if is_asked {
            let place = (item.resource, &*item.namespace);
            let created = server.create_foreseen(console, io, place, (object, foreseen));
            object = created.map_err(|error| {
                Failure::server(error, "creating", item.source.as_deref().unwrap_or(""))
            })?;
        }
        say.object(io, &object, "created")
    })?;
    if n_items == 0 {
        return Err(Failure::Client("no objects passed to create".to_owned()));
    }
    Ok(Done::OK)
}
