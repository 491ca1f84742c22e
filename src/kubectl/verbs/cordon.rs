//! `kubectl cordon` and `uncordon` (k8s.io/kubectl/pkg/cmd/drain/drain.go, v1.36).

use crate::cluster::PatchType;
use crate::kubectl::command::{Call, Command, Runs};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::write::{DryRun, Item, Server, Visit, flags};
use serde_json::json;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "cordon",
        aliases: &[],
        usage: "NODE [options]",
        about: "Mark node as unschedulable",
        flags: &[flags::DRY_RUN, flags::SELECTOR],
        runs: Runs::Verb(|console, call, io| run(console, call, io, true)),
    },
    Command {
        path: "uncordon",
        aliases: &[],
        usage: "NODE [options]",
        about: "Mark node as schedulable",
        flags: &[flags::DRY_RUN, flags::SELECTOR],
        runs: Runs::Verb(|console, call, io| run(console, call, io, false)),
    },
];

fn run(console: &mut Console, call: &Call, io: &mut Io, cordon: bool) -> Result<Done, Failure> {
    let dry_run = DryRun::of(call, io)?;
    let mut server = Server::new(call, "kubectl", dry_run == DryRun::Server);
    let nodes = nodes(console, call, io, &mut server)?;
    let mut errors = Vec::new();
    for node in &nodes {
        errors.extend(mark(console, io, &mut server, (node, dry_run, cordon)).err());
    }
    if errors.is_empty() { Ok(Done::OK) } else { Err(Failure::Many(errors)) }
}

/// The nodes that a call names, or selects (`DrainCmdOptions.Complete`).
///
/// # Errors
/// What kubectl says where it names none, or both names and selects, or one is not there.
pub(super) fn nodes(
    console: &Console,
    call: &Call,
    io: &mut Io,
    server: &mut Server,
) -> Result<Vec<Item>, Failure> {
    let selects = call.flags.text("selector").is_some_and(|selector| !selector.is_empty());
    let args: Vec<String> = match (call.args.as_slice(), selects) {
        ([], false) => return Err(call.usage_error(format_args!("USAGE: {} [flags]", usage(call)))),
        ([], true) => vec!["nodes".to_owned()],
        (_, true) => {
            let says = "cannot specify both a node name and a --selector option";
            return Err(call.usage_error(says));
        }
        (names, false) => names.iter().map(|name| in_full(name)).collect(),
    };
    Visit { args: &args, ..Visit::default() }.find(console, call, io, server)?.all()
}

fn usage(call: &Call) -> String {
    format!("{} NODE", call.command.path)
}

/// `nodes/NAME` of a name alone.
fn in_full(name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("nodes/{name}") }
}

/// Makes a node unschedulable, or schedulable again, and says so (`RunCordonOrUncordon`).
///
/// # Errors
/// The server's answer where it refuses.
pub(super) fn mark(
    console: &mut Console,
    io: &mut Io,
    server: &mut Server,
    (node, dry_run, cordon): (&Item, DryRun, bool),
) -> Result<(), Failure> {
    let word = if cordon { "cordoned" } else { "uncordoned" };
    let kind = node.resource.kind.to_lowercase();
    let is_so = node.object["spec"]["unschedulable"] == true;
    if is_so == cordon {
        io.line(format_args!("{kind}/{} already {word}{}", node.name, dry_run.suffix()));
        return Ok(());
    }
    if dry_run != DryRun::Client {
        let value = if cordon { json!(true) } else { json!(null) };
        let patch = json!({"spec": {"unschedulable": value}});
        server
            .patch(console, io, node.place(), (PatchType::Merge, &patch))
            .map_err(Failure::Server)?;
    }
    io.line(format_args!("{kind}/{} {word}{}", node.name, dry_run.suffix()));
    Ok(())
}
