//! `kubectl rollout history`.

use super::{find, revisions};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::describe::pod_template;
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::{self, Printer};
use crate::kubectl::resources::{Resource, with_group};
use crate::kubectl::write::{Server, flags};
use serde_json::Value;

static FLAGS: &[Flag] =
    &[Flag::new("revision", Takes::Int, "0", "See the details of this revision")];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "rollout history",
    aliases: &[],
    usage: "(TYPE NAME | TYPE/NAME) [flags] [options]",
    about: "View rollout history",
    flags: &[FLAGS, flags::FILES, flags::SELECTOR, print::FLAGS],
    runs: Runs::Verb(history),
}];

const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// Kinds that kubectl looks at for a history, and finds to have none (`KindVisitor`,
/// k8s.io/kubectl/pkg/apps).
pub(super) const VISITED: &[&str] =
    &["CronJob", "Job", "Pod", "ReplicaSet", "ReplicationController"];

/// `{apps Deployment}`: how Go prints a kind in its group.
pub(super) fn group_kind(resource: &Resource) -> String {
    format!("{{{} {}}}", resource.group(), resource.kind)
}

fn history(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let mut printer = Printer::of(console, call)?;
    let wanted = call.flags.int("revision").unwrap_or(0);
    if wanted < 0 {
        let says = format!("revision must be a positive integer: {wanted}");
        return Err(Failure::Client(says));
    }
    let mut server = Server::new(call, "kubectl", false);
    let found = find(console, call, io, &mut server, None)?;
    found.each(|item| {
        if !matches!(item.resource.kind, "Deployment" | "StatefulSet" | "DaemonSet") {
            return Err(match item.resource.kind {
                kind if VISITED.contains(&kind) => Failure::Client(format!(
                    "no history viewer has been implemented for {:?}",
                    with_group(kind, item.resource.group())
                )),
                kind => Failure::Client(format!(
                    "error retrieving history for {:?}, no visitor method exists for {}",
                    with_group(kind, item.resource.group()),
                    group_kind(item.resource)
                )),
            });
        }
        let sets = revisions(console, &item.object);
        if !printer.tells() {
            let shown: Vec<Value> = match wanted {
                0 => sets.into_iter().map(|(_, set)| set).collect(),
                _ => vec![one(&sets, wanted)?.clone()],
            };
            return shown.iter().try_for_each(|set| printer.print(set, "", io));
        }
        let text = if wanted > 0 {
            let set = one(&sets, wanted)?;
            let mut template = set["spec"]["template"].clone();
            let cause = &set["metadata"]["annotations"][CHANGE_CAUSE];
            if cause.as_str().is_some_and(|cause| !cause.is_empty()) {
                template["metadata"]["annotations"][CHANGE_CAUSE] = cause.clone();
            }
            let template = pod_template(&template);
            format!("with revision #{wanted}\n{template}")
        } else {
            format!("\n{}", table(&sets))
        };
        printer.print(&item.object, &text, io)
    })?;
    Ok(Done::OK)
}

fn one(sets: &[(i64, Value)], wanted: i64) -> Result<&Value, Failure> {
    let found = sets.iter().find(|(revision, _)| *revision == wanted).map(|(_, set)| set);
    found.ok_or_else(|| Failure::Client("unable to find the specified revision".to_owned()))
}

fn table(sets: &[(i64, Value)]) -> String {
    if sets.is_empty() {
        return "No rollout history found.".to_owned();
    }
    let mut text = "REVISION  CHANGE-CAUSE\n".to_owned();
    for (revision, set) in sets {
        let cause = set["metadata"]["annotations"][CHANGE_CAUSE].as_str();
        let cause = cause.filter(|cause| !cause.is_empty()).unwrap_or("<none>");
        text.push_str(&format!("{revision:<8}  {cause}\n"));
    }
    text
}
