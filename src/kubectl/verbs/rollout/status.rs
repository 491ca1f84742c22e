//! `kubectl rollout status`: the world's clock moves on while it waits.

use super::find;
use super::pause::none_found;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes, duration};
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::{Done, Job};
use crate::kubectl::resources::with_group;
use crate::kubectl::write::{Item, Server, flags};
use crate::manifest::go::Quoted;
use serde_json::Value;

static FLAGS: &[Flag] = &[
    Flag::new("revision", Takes::Int, "0", "Wait for this revision"),
    Flag::new("timeout", Takes::Duration, "0s", "How long to wait; zero is for ever"),
    Flag::new("watch", Takes::Bool, "true", "Watch the status until it is done").short('w'),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "rollout status",
    aliases: &[],
    usage: "(TYPE NAME | TYPE/NAME) [flags] [options]",
    about: "Show the status of the rollout",
    flags: &[FLAGS, flags::FILES, flags::SELECTOR],
    runs: Runs::Verb(status),
}];

/// Objects that are waited for, one after another.
#[derive(Debug, Clone)]
struct Waiting {
    items: Vec<Item>,
    said: String,
    seconds: Option<f64>,
    revision: i64,
    watches: bool,
}

fn status(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let mut server = Server::new(call, "kubectl", false);
    let mut items = find(console, call, io, &mut server, None)?.all()?;
    if items.is_empty() {
        none_found(console, call, io);
        return Ok(Done::OK);
    }
    items.reverse();
    let timeout = call.flags.text("timeout").and_then(duration).filter(|seconds| *seconds > 0.0);
    let mut waiting = Waiting {
        items,
        said: String::new(),
        seconds: timeout,
        revision: call.flags.int("revision").unwrap_or(0),
        watches: call.flags.text("watch") != Some("false"),
    };
    match waiting.look(console, io)? {
        true => Ok(Done::OK),
        false => Ok(Done::Goes(Box::new(waiting))),
    }
}

impl Waiting {
    /// Says what is new; true once all is done.
    fn look(&mut self, console: &Console, io: &mut Io) -> Result<bool, Failure> {
        while let Some(item) = self.items.last() {
            let kind = item.resource.kind;
            let Some(object) = console.cluster.get(kind, &item.namespace, &item.name) else {
                return Err(Failure::Client("object has been deleted".to_owned()));
            };
            let (text, is_done) = progress(&object, self.revision)?;
            if text != self.said {
                io.out(&text);
                self.said = text;
            }
            if !is_done && self.watches {
                return Ok(false);
            }
            self.said.clear();
            self.items.pop();
        }
        Ok(true)
    }
}

impl Job for Waiting {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn proceed(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        match self.look(console, io) {
            Ok(true) => return Some(0),
            Ok(false) => {}
            Err(error) => {
                io.err(error.stderr());
                return Some(1);
            }
        }
        let left = self.seconds.as_mut()?;
        *left -= 1.0;
        if *left > 0.0 {
            return None;
        }
        io.err("error: timed out waiting for the condition\n");
        Some(1)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

/// `StatusViewer.Status`: a line, and whether that is the last.
fn progress(object: &Value, wanted: i64) -> Result<(String, bool), Failure> {
    let number = |value: &Value| value.as_i64().unwrap_or(0);
    let (spec, status) = (&object["spec"], &object["status"]);
    let name = Quoted(object["metadata"]["name"].as_str().unwrap_or(""));
    let kind = object["kind"].as_str().unwrap_or("");
    let is_seen =
        number(&object["metadata"]["generation"]) <= number(&status["observedGeneration"]);
    let replicas = spec["replicas"].as_i64().unwrap_or(1);
    let waits = |text: String| Ok((text, false));
    match kind {
        "Deployment" => {
            let running = super::revision(object);
            if wanted > 0
                && let Some(running) = running.filter(|running| *running != wanted)
            {
                return Err(Failure::Client(format!(
                    "desired revision ({wanted}) is different from the running revision ({running})"
                )));
            }
            if !is_seen {
                return waits("Waiting for deployment spec update to be observed...\n".to_owned());
            }
            let conditions = status["conditions"].as_array().into_iter().flatten();
            let mut progressing = conditions.filter(|c| c["type"] == "Progressing");
            if progressing.any(|c| c["reason"] == "ProgressDeadlineExceeded") {
                return Err(Failure::Client(format!(
                    "deployment {name:?} exceeded its progress deadline"
                )));
            }
            let (updated, all, available) = (
                number(&status["updatedReplicas"]),
                number(&status["replicas"]),
                number(&status["availableReplicas"]),
            );
            if updated < replicas {
                return waits(format!(
                    "Waiting for deployment {name:?} rollout to finish: {updated} out of {replicas} new replicas have been updated...\n"
                ));
            }
            if all > updated {
                let old = all - updated;
                return waits(format!(
                    "Waiting for deployment {name:?} rollout to finish: {old} old replicas are pending termination...\n"
                ));
            }
            if available < updated {
                return waits(format!(
                    "Waiting for deployment {name:?} rollout to finish: {available} of {updated} updated replicas are available...\n"
                ));
            }
            Ok((format!("deployment {name:?} successfully rolled out\n"), true))
        }
        "DaemonSet" => {
            if !is_seen {
                return waits("Waiting for daemon set spec update to be observed...\n".to_owned());
            }
            let (desired, updated, available) = (
                number(&status["desiredNumberScheduled"]),
                number(&status["updatedNumberScheduled"]),
                number(&status["numberAvailable"]),
            );
            if updated < desired {
                return waits(format!(
                    "Waiting for daemon set {name:?} rollout to finish: {updated} out of {desired} new pods have been updated...\n"
                ));
            }
            if available < desired {
                return waits(format!(
                    "Waiting for daemon set {name:?} rollout to finish: {available} of {desired} updated pods are available...\n"
                ));
            }
            Ok((format!("daemon set {name:?} successfully rolled out\n"), true))
        }
        "StatefulSet" => {
            if number(&status["observedGeneration"]) == 0 || !is_seen {
                return waits("Waiting for statefulset spec update to be observed...\n".to_owned());
            }
            let ready = number(&status["readyReplicas"]);
            if ready < replicas {
                let left = replicas - ready;
                return waits(format!("Waiting for {left} pods to be ready...\n"));
            }
            let strategy = &object["spec"]["updateStrategy"];
            let updated = number(&status["updatedReplicas"]);
            if strategy["type"] == "RollingUpdate" && !strategy["rollingUpdate"].is_null() {
                let partition = number(&strategy["rollingUpdate"]["partition"]);
                if updated < replicas - partition {
                    let wanted = replicas - partition;
                    return waits(format!(
                        "Waiting for partitioned roll out to finish: {updated} out of {wanted} new pods have been updated...\n"
                    ));
                }
                return Ok((
                    format!(
                        "partitioned roll out complete: {updated} new pods have been updated...\n"
                    ),
                    true,
                ));
            }
            let update = status["updateRevision"].as_str().unwrap_or("");
            if status["updateRevision"] != status["currentRevision"] {
                return waits(format!(
                    "waiting for statefulset rolling update to complete {updated} pods at revision {update}...\n"
                ));
            }
            let revision = status["currentRevision"].as_str().unwrap_or("");
            Ok((
                format!(
                    "statefulset rolling update complete {ready} pods at revision {revision}...\n"
                ),
                true,
            ))
        }
        kind => {
            let version = object["apiVersion"].as_str().unwrap_or("");
            let group = version.split_once('/').map_or("", |(group, _)| group);
            let kind = with_group(kind, group);
            Err(Failure::Client(format!("no status viewer has been implemented for {kind}")))
        }
    }
}
