//! `kubectl scale` (k8s.io/kubectl/pkg/cmd/scale/scale.go, v1.36).

use super::create::required;
use crate::cluster::{Fields, PatchType};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::write::{DryRun, Item, Say, Server, Visit, flags, record_patch};
use crate::validate::{ApiError, Reason};
use serde_json::{Value, json};

static FLAGS: &[Flag] = &[
    Flag::new("current-replicas", Takes::Int, "-1", "Only where this is the current size"),
    Flag::new("replicas", Takes::Int, "0", "The new desired number of replicas"),
    Flag::new("resource-version", Takes::Text, "", "Only where this is the resource's version"),
    Flag::new("timeout", Takes::Duration, "0s", "How long to wait for the change"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "scale",
    aliases: &[],
    usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) [options]",
    about: "Set a new size for a deployment, replica set, or replication controller",
    flags: &[
        FLAGS,
        flags::ALL,
        flags::DRY_RUN,
        flags::FILES,
        flags::RECORD,
        flags::SELECTOR,
        print::FLAGS,
    ],
    runs: Runs::Verb(scale),
}];

/// Kinds that have a `scale` subresource.
fn can_scale(kind: &str) -> bool {
    matches!(kind, "Deployment" | "ReplicaSet" | "StatefulSet" | "ReplicationController")
}

fn scale(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    required(call, &["replicas"])?;
    let dry_run = DryRun::of(call, io)?;
    let mut say = Say::new(console, call, dry_run)?;
    let replicas = call.flags.int("replicas").unwrap_or(0);
    if replicas < 0 {
        return Err(Failure::Client(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
                .to_owned(),
        ));
    }
    if call.flags.int("current-replicas").is_some_and(|current| current < -1) {
        return Err(Failure::Client(
            "The --current-replicas must specify an integer of -1 or greater".to_owned(),
        ));
    }
    let mut server = Server::new(call, "kubectl", dry_run == DryRun::Server);
    server.heads = say.names_only();
    let fields = Fields::at(&["apiVersion", "kind", "metadata.name", "metadata.namespace"]);
    let fields = server.heads.then_some(&fields);
    let visit = Visit { args: &call.args, latest: false, fields, ..Visit::default() };
    let found = visit.find(console, call, io, &mut server)?;
    let version = call.flags.text("resource-version").unwrap_or("");
    if !version.is_empty() && found.entries.len() > 1 {
        let says = "cannot use --resource-version with multiple resources";
        return Err(Failure::Client(says.to_owned()));
    }
    let patch = json!({"spec": {"replicas": replicas}});
    if dry_run != DryRun::Client {
        server.foresee_patch(&found, (PatchType::Merge, &patch));
    }
    let n_scaled = found
        .each(|item| one(console, call, io, (&mut server, &mut say), (dry_run, &patch), item))?;
    if n_scaled == 0 {
        return Err(Failure::Client("no objects passed to scale".to_owned()));
    }
    Ok(Done::OK)
}

fn one(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    (server, say): (&mut Server, &mut Say),
    (dry_run, patch): (DryRun, &Value),
    item: Item,
) -> Result<(), Failure> {
    if dry_run == DryRun::Client {
        return say.object(io, &item.object, "scaled");
    }
    if !can_scale(item.resource.kind) {
        let says = "the server could not find the requested resource";
        return Err(Failure::Server(ApiError::new(Reason::NotFound, says)));
    }
    let mut reader = console.cluster.reader(None);
    let live = server.look(&mut reader, console, io, item.place())?;
    let had = live["spec"]["replicas"].as_i64().unwrap_or(1);
    if let Some(current) = call.flags.int("current-replicas").filter(|n| *n >= 0 && *n != had) {
        return Err(Failure::Client(format!("Expected replicas to be {current}, was {had}")));
    }
    let version = call.flags.text("resource-version").unwrap_or("");
    let has = live["metadata"]["resourceVersion"].as_str().unwrap_or("");
    if !version.is_empty() && version != has {
        return Err(Failure::Client(format!(
            "Expected resource version to be {version}, was {has}"
        )));
    }
    let scaled = server.patch(console, io, item.place(), (PatchType::Merge, patch));
    let scaled = scaled.map_err(Failure::Server)?;
    if let Some(cause) = record_patch(call) {
        // Where it can't be noted, nothing is said.
        let _ = server.patch(console, io, item.place(), (PatchType::Merge, &cause));
    }
    say.object(io, &scaled, "scaled")
}
