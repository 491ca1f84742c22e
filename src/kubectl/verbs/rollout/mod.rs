//! `kubectl rollout` (k8s.io/kubectl/pkg/cmd/rollout and polymorphichelpers, v1.36).

mod history;
mod pause;
mod status;
mod undo;

use crate::cluster::Fields;
use crate::kubectl::command::{Call, Command, Runs};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::write::{Found, Server, Visit};
use crate::source::sort;
use serde_json::Value;
use std::borrow::Cow;

/// The parent command first: those below are found through it.
pub(super) static COMMANDS: &[&[Command]] = &[
    &[Command {
        path: "rollout",
        aliases: &[],
        usage: "SUBCOMMAND [options]",
        about: "Manage the rollout of a resource",
        flags: &[],
        runs: Runs::Group,
    }],
    history::COMMANDS,
    pause::COMMANDS,
    status::COMMANDS,
    undo::COMMANDS,
];

/// The objects that are meant; a type alone means all of them.
fn find(
    console: &Console,
    call: &Call,
    io: &mut Io,
    server: &mut Server,
    fields: Option<&Fields>,
) -> Result<Found, Failure> {
    if call.args.is_empty() && call.flags.all("filename").is_empty() {
        return Err(Failure::Client("required resource not specified".to_owned()));
    }
    let args = &call.args;
    let visit = Visit { args, latest: true, type_is_all: true, fields, ..Visit::default() };
    visit.find(console, call, io, server)
}

/// A workload's earlier forms with their revisions, oldest first: of a Deployment its
/// ReplicaSets, of a StatefulSet or DaemonSet itself with each revision's template.
fn revisions(console: &Console, workload: &Value) -> Vec<(i64, Value)> {
    if workload["kind"] == "Deployment" {
        return replica_sets(console, workload);
    }
    let metadata = &workload["metadata"];
    let mut all: Vec<(i64, Value)> = console
        .cluster
        .list("ControllerRevision", metadata["namespace"].as_str())
        .into_iter()
        .filter(|one| {
            let owners = one["metadata"]["ownerReferences"].as_array();
            owners
                .into_iter()
                .flatten()
                .any(|owner| owner["kind"] == workload["kind"] && owner["name"] == metadata["name"])
        })
        .filter_map(|one| {
            let mut then = workload.clone();
            then["spec"]["template"] = one["data"]["spec"]["template"].clone();
            then["spec"]["template"].as_object_mut()?.shift_remove("$patch");
            then["metadata"]["annotations"] = one["metadata"]["annotations"].clone();
            Some((one["revision"].as_i64()?, then))
        })
        .collect();
    sort::sort_by_key(&mut all, |(revision, _)| *revision);
    all
}

fn replica_sets(console: &Console, deployment: &Value) -> Vec<(i64, Value)> {
    let sets = console.cluster.controlled(deployment, "ReplicaSet").map(Cow::into_owned);
    let mut sets: Vec<(i64, Value)> = sets.filter_map(|set| Some((revision(&set)?, set))).collect();
    sort::sort_by_key(&mut sets, |(revision, _)| *revision);
    sets
}

const REVISION: &str = "deployment.kubernetes.io/revision";

fn revision(object: &Value) -> Option<i64> {
    object["metadata"]["annotations"][REVISION].as_str()?.parse().ok()
}

/// A ReplicaSet's template without what the Deployment added to it.
fn own_template(set: &Value) -> Value {
    let mut template = set["spec"]["template"].clone();
    if let Some(labels) = template["metadata"]["labels"].as_object_mut() {
        labels.shift_remove("pod-template-hash");
    }
    template
}
