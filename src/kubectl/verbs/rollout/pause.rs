//! `kubectl rollout pause`, `resume`, `restart`.

use super::find;
use crate::cluster::{Fields, PatchType};
use crate::kubectl::command::{Call, Command, Flag, Runs};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::write::{DryRun, Item, Say, Server, flags};
use crate::manifest::go::Quoted;
use serde_json::{Value, json};

static MANAGER: &[Flag] = &[flags::manager("kubectl-rollout")];
static FLAGS: &[&[Flag]] = &[MANAGER, flags::FILES, flags::SELECTOR, print::FLAGS];

const fn command(path: &'static str, about: &'static str, runs: Runs) -> Command {
    Command::new(path, "RESOURCE [options]", about, FLAGS, runs)
}

pub(super) static COMMANDS: &[Command] = &[
    command(
        "rollout pause",
        "Mark the provided resource as paused",
        Runs::Verb(|console, call, io| each(console, call, io, ("paused", pause))),
    ),
    command(
        "rollout restart",
        "Restart a resource",
        Runs::Verb(|console, call, io| each(console, call, io, ("restarted", restart))),
    ),
    command(
        "rollout resume",
        "Resume a paused resource",
        Runs::Verb(|console, call, io| each(console, call, io, ("resumed", resume))),
    ),
];

type Patch = fn(&Console, &Item) -> Result<Value, Failure>;

fn each(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    (done, patch): (&str, Patch),
) -> Result<Done, Failure> {
    let mut say = Say::new(console, call, DryRun::None)?;
    let mut server = Server::new(call, "kubectl-rollout", false);
    server.heads = say.names_only();
    // What is looked at before it is changed.
    let fields = Fields::at(&[
        "apiVersion",
        "kind",
        "metadata.name",
        "metadata.namespace",
        "spec.paused",
        "spec.template.metadata.annotations",
    ]);
    let found = find(console, call, io, &mut server, Some(&fields))?;
    // Of most objects it is the same.
    let first = found.entries.iter().flatten().find_map(|item| patch(console, item).ok());
    if let Some(patch) = &first {
        server.foresee_patch(&found, (PatchType::Strategic, patch));
    }
    let n_items = found.each(|item| {
        let patch = patch(console, &item)?;
        let stored = server.patch(console, io, item.place(), (PatchType::Strategic, &patch));
        say.object(io, &stored.map_err(Failure::Server)?, done)
    })?;
    if n_items == 0 {
        none_found(console, call, io);
    }
    Ok(Done::OK)
}

pub(super) fn none_found(console: &Console, call: &Call, io: &mut Io) {
    io.err(format_args!("No resources found in {} namespace.\n", call.namespace(console)));
}

fn not(item: &Item, why: &str) -> Failure {
    let name = Quoted(&item.name);
    Failure::Client(format!("{} {name:?} {why}", item.resource.full_plural()))
}

fn pause(_: &Console, item: &Item) -> Result<Value, Failure> {
    if item.resource.kind != "Deployment" {
        return Err(not(item, "pausing is not supported"));
    }
    if item.object["spec"]["paused"] == true {
        return Err(not(item, "is already paused"));
    }
    Ok(json!({"spec": {"paused": true}}))
}

fn resume(_: &Console, item: &Item) -> Result<Value, Failure> {
    if item.resource.kind != "Deployment" {
        return Err(not(item, "resuming is not supported"));
    }
    if item.object["spec"]["paused"] != true {
        return Err(not(item, "is not paused"));
    }
    Ok(json!({"spec": {"paused": null}}))
}

fn restart(console: &Console, item: &Item) -> Result<Value, Failure> {
    if !matches!(item.resource.kind, "Deployment" | "DaemonSet" | "StatefulSet") {
        return Err(not(item, "restarting is not supported"));
    }
    if item.object["spec"]["paused"] == true {
        return Err(not(item, "can't restart paused deployment (run rollout resume first)"));
    }
    let now = &console.cluster.settings().now;
    let had = &item.object["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"];
    if had == now.as_str() {
        return Err(not(
            item,
            "if restart has already been triggered within the past second, please wait before attempting to trigger another",
        ));
    }
    let annotations = json!({"kubectl.kubernetes.io/restartedAt": now});
    Ok(json!({"spec": {"template": {"metadata": {"annotations": annotations}}}}))
}
