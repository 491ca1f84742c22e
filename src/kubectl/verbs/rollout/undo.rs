//! `kubectl rollout undo`.

use super::history::{VISITED, group_kind};
use super::{find, own_template, revisions};
use crate::cluster::PatchType;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::describe::pod_template;
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::resources::with_group;
use crate::kubectl::write::{DryRun, Item, Say, Server, flags, last_applied};
use serde_json::{Map, Value, json};

static FLAGS: &[Flag] =
    &[Flag::new("to-revision", Takes::Int, "0", "The revision to go back to; 0 is the last one")];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "rollout undo",
    aliases: &[],
    usage: "(TYPE NAME | TYPE/NAME) [flags] [options]",
    about: "Undo a previous rollout",
    flags: &[FLAGS, flags::DRY_RUN, flags::FILES, flags::SELECTOR, print::FLAGS],
    runs: Runs::Verb(undo),
}];

/// Annotations that stay a Deployment's own.
const KEPT: &[&str] = &[
    crate::kubectl::apply::LAST_APPLIED,
    super::REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

fn undo(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let dry_run = DryRun::of(call, io)?;
    let mut say = Say::new(console, call, dry_run)?;
    let mut server = Server::new(call, "kubectl-rollout", dry_run == DryRun::Server);
    let found = find(console, call, io, &mut server, None)?;
    let wanted = call.flags.int("to-revision").unwrap_or(0);
    found.each(|item| {
        if last_applied(&item.object).is_some() {
            server.warn(io, &format!(
                "resource {}/{} was previously managed with 'kubectl apply'. Rolling back will not update the kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.",
                item.resource.plural, item.name
            ));
        }
        let kind = item.resource.kind;
        if !matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet") {
            let full = with_group(kind, item.resource.group());
            return Err(Failure::Client(if VISITED.contains(&kind) {
                format!("no rollbacker has been implemented for {full:?}")
            } else {
                format!(
                    "error retrieving rollbacker for {full:?}, no visitor method exists for {}",
                    group_kind(item.resource)
                )
            }));
        }
        let done = match item.resource.kind {
            "Deployment" => back(console, io, (&item, wanted), dry_run, &mut server)?,
            _ => set_back(console, io, (&item, wanted), dry_run, &mut server)?,
        };
        say.object(io, &item.object, &done)
    })?;
    Ok(Done::OK)
}

/// The revision `wanted` of the history `all`, oldest first; 0 is the one before the newest.
fn sought(all: &[(i64, Value)], wanted: i64) -> Option<&(i64, Value)> {
    match wanted {
        0 => all.get(all.len().checked_sub(2)?),
        1.. => all.iter().find(|(revision, _)| *revision == wanted),
        _ => None,
    }
}

fn not_in_history(wanted: i64) -> Failure {
    Failure::Client(format!("unable to find specified revision {wanted} in history"))
}

/// `StatefulSetRollbacker.Rollback`, `DaemonSetRollbacker.Rollback`.
fn set_back(
    console: &mut Console,
    io: &mut Io,
    (item, wanted): (&Item, i64),
    dry_run: DryRun,
    server: &mut Server,
) -> Result<String, Failure> {
    let all = revisions(console, &item.object);
    let (revision, then) = sought(&all, wanted).ok_or_else(|| match wanted {
        0 => Failure::Client("no last revision to roll back to".to_owned()),
        _ => not_in_history(wanted),
    })?;
    let template = &then["spec"]["template"];
    if dry_run == DryRun::Client {
        return Ok(pod_template(template));
    }
    if *template == item.object["spec"]["template"] {
        return Ok(format!(
            "skipped rollback (current template already matches revision {wanted})"
        ));
    }
    let patch = json!([{"op": "replace", "path": "/spec/template", "value": template}]);
    let stored = server.patch(console, io, item.place(), (PatchType::Json, &patch));
    stored.map_err(|error| {
        Failure::Client(format!("failed restoring revision {revision}: {}", error.message))
    })?;
    Ok("rolled back".to_owned())
}

/// `DeploymentRollbacker.Rollback`.
fn back(
    console: &mut Console,
    io: &mut Io,
    (item, wanted): (&Item, i64),
    dry_run: DryRun,
    server: &mut Server,
) -> Result<String, Failure> {
    let sets = revisions(console, &item.object);
    let (_, set) = sought(&sets, wanted).ok_or_else(|| match wanted {
        0 => Failure::Client(format!("no rollout history found for deployment {:?}", item.name)),
        _ => not_in_history(wanted),
    })?;
    if dry_run == DryRun::Client {
        return Ok(pod_template(&set["spec"]["template"]));
    }
    if item.object["spec"]["paused"] == true {
        return Err(Failure::Client("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again".to_owned()));
    }
    let template = own_template(set);
    if template == item.object["spec"]["template"] {
        let revision = super::revision(set).unwrap_or(wanted);
        return Ok(format!(
            "skipped rollback (current template already matches revision {revision})"
        ));
    }
    let mut annotations = Map::new();
    let all =
        |object: &Value| object["metadata"]["annotations"].as_object().cloned().unwrap_or_default();
    annotations.extend(all(&item.object).into_iter().filter(|(key, _)| KEPT.contains(&&**key)));
    annotations.extend(all(set).into_iter().filter(|(key, _)| !KEPT.contains(&&**key)));
    let patch = json!([
        {"op": "replace", "path": "/spec/template", "value": template},
        {"op": "add", "path": "/metadata/annotations", "value": annotations},
    ]);
    let stored = server.patch(console, io, item.place(), (PatchType::Json, &patch));
    stored.map_err(|error| {
        Failure::Client(format!(
            "failed restoring revision {}: {}",
            super::revision(set).unwrap_or(wanted),
            error.message
        ))
    })?;
    Ok("rolled back".to_owned())
}
