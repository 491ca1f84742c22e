//! Pods and templates of Pods.

use super::{Columns, age, containers, int, is_deleted, items, labels, name, text, text_or};
use crate::cluster::{Own, Pod, Shown};
use crate::kubectl::print::age::since;
use serde_json::Value;
use std::sync::Arc;

pub(super) static TABLES: &[Columns] = &[
    Columns::new(
        ("Pod", ""),
        &[
            "Name",
            "Ready",
            "Status",
            "Restarts",
            "Age",
            "+IP",
            "+Node",
            "+Nominated Node",
            "+Readiness Gates",
        ],
        pod,
    )
    .of_fields(&[
        "metadata.creationTimestamp",
        "metadata.deletionTimestamp",
        "metadata.name",
        "spec.containers.name",
        "spec.initContainers.name",
        "spec.initContainers.restartPolicy",
        "spec.nodeName",
        "spec.readinessGates",
        "status.conditions",
        "status.containerStatuses",
        "status.initContainerStatuses",
        "status.nominatedNodeName",
        "status.phase",
        "status.podIPs",
        "status.reason",
    ]),
    Columns::new(("PodTemplate", ""), &["Name", "Containers", "Images", "Pod Labels"], template),
];

/// What `printPod` counts.
#[derive(Default)]
struct Count {
    restarts: i64,
    /// When a container ended last, in seconds and as the Pod has it.
    last: Option<(i64, Value)>,
}

impl Count {
    fn container(&mut self, status: &Value) {
        self.restarts += int(&status["restartCount"]);
        let ended = &status["lastState"]["terminated"]["finishedAt"];
        if let Some(seconds) = ended.as_str().and_then(crate::kubectl::print::age::seconds)
            && self.last.as_ref().is_none_or(|(last, _)| *last < seconds)
        {
            self.last = Some((seconds, ended.clone()));
        }
    }

    fn text(&self, now: i64) -> String {
        match &self.last {
            Some((_, last)) if self.restarts != 0 => {
                format!("{} ({} ago)", self.restarts, since(last, now))
            }
            _ => self.restarts.to_string(),
        }
    }
}

/// Why a container ended: its reason, signal or exit code.
fn ended(terminated: &Value) -> String {
    let reason = text(&terminated["reason"]);
    match (reason.is_empty(), int(&terminated["signal"])) {
        (false, _) => reason,
        (true, 0) => format!("ExitCode:{}", int(&terminated["exitCode"])),
        (true, signal) => format!("Signal:{signal}"),
    }
}

fn has_condition(pod: &Value, kind: &str) -> bool {
    let conditions = items(&pod["status"]["conditions"]);
    conditions.iter().any(|c| c["type"] == kind && c["status"] == "True")
}

fn is_sidecar(container: &Value) -> bool {
    container["restartPolicy"] == "Always"
}

/// A Pod's readiness, status and restarts (`printPod`).
#[derive(Debug, Clone)]
struct State {
    /// `1/2`.
    ready: String,
    /// `Running`, `CrashLoopBackOff`.
    status: String,
    /// `3 (5s ago)`.
    restarts: String,
}

/// What the table says of a Pod.
fn state(pod: &Value, now: i64) -> State {
    let (spec, status) = (&pod["spec"], &pod["status"]);
    let inits = items(&spec["initContainers"]);
    let n_sidecars = inits.iter().filter(|c| is_sidecar(c)).count();
    let n_all = items(&spec["containers"]).len() + n_sidecars;
    let mut n_ready = 0;
    let mut reason = text_or(&status["reason"], &text(&status["phase"]));
    let gated = |c: &Value| c["type"] == "PodScheduled" && c["reason"] == "SchedulingGated";
    if items(&status["conditions"]).iter().any(gated) {
        "SchedulingGated".clone_into(&mut reason);
    }
    let (mut count, mut of_sidecars) = (Count::default(), Count::default());
    let mut initializing = false;
    for (idx, container) in items(&status["initContainerStatuses"]).iter().enumerate() {
        count.container(container);
        let sidecar = inits.iter().find(|c| c["name"] == container["name"]).is_some_and(is_sidecar);
        if sidecar {
            of_sidecars.container(container);
        }
        let (ended_at, waiting) =
            (&container["state"]["terminated"], text(&container["state"]["waiting"]["reason"]));
        if !ended_at.is_null() && int(&ended_at["exitCode"]) == 0 {
            continue;
        }
        if sidecar && container["started"] == true {
            n_ready += usize::from(container["ready"] == true);
            continue;
        }
        reason = if !ended_at.is_null() {
            format!("Init:{}", ended(ended_at))
        } else if !waiting.is_empty() && waiting != "PodInitializing" {
            format!("Init:{waiting}")
        } else {
            format!("Init:{idx}/{}", inits.len())
        };
        initializing = true;
        break;
    }
    if !initializing || has_condition(pod, "Initialized") {
        count = of_sidecars;
        let (mut running, mut failed) = (false, String::new());
        for container in items(&status["containerStatuses"]).iter().rev() {
            count.container(container);
            let state = &container["state"];
            let waiting = text(&state["waiting"]["reason"]);
            if !waiting.is_empty() {
                reason = waiting;
            } else if !state["terminated"].is_null() {
                reason = ended(&state["terminated"]);
                if int(&state["terminated"]["exitCode"]) != 0 {
                    failed.clone_from(&reason);
                }
            } else if container["ready"] == true && !state["running"].is_null() {
                running = true;
                n_ready += 1;
            }
        }
        if reason == "Completed" {
            if running && has_condition(pod, "Ready") {
                "Running".clone_into(&mut reason);
            } else if !failed.is_empty() {
                reason = failed;
            } else if running {
                "NotReady".clone_into(&mut reason);
            }
        }
    }
    let is_over = status["phase"] == "Succeeded" || status["phase"] == "Failed";
    if is_deleted(pod) && status["reason"] == "NodeLost" {
        "Unknown".clone_into(&mut reason);
    } else if is_deleted(pod) && !is_over {
        "Terminating".clone_into(&mut reason);
    }
    State { ready: format!("{n_ready}/{n_all}"), status: reason, restarts: count.text(now) }
}

fn pod(pod: &Value, now: i64) -> Vec<String> {
    let (spec, status) = (&pod["spec"], &pod["status"]);
    let ages = age(pod, now);
    Common::of(pod, now).row([name(pod), ages], &status["podIPs"], &spec["nodeName"])
}

/// What rows of Pods with the same containers in the same state have in common.
#[derive(Debug, Clone)]
struct Common {
    state: State,
    nominated: String,
    gates: String,
}

impl Common {
    fn of(pod: &Value, now: i64) -> Self {
        let nominated = text_or(&pod["status"]["nominatedNodeName"], "<none>");
        Self { state: state(pod, now), nominated, gates: gates(pod) }
    }

    fn row(&self, [name, age]: [String; 2], ips: &Value, node: &Value) -> Vec<String> {
        let State { ready, status, restarts } = self.state.clone();
        let (nominated, gates) = (self.nominated.clone(), self.gates.clone());
        let ip = text_or(&ips[0]["ip"], "<none>");
        let node = text_or(node, "<none>");
        vec![name, ready, status, restarts, age, ip, node, nominated, gates]
    }
}

/// Rows of one Pod after the other, as the cluster shows them: what is in common to those that
/// share spec and status is found once.
#[derive(Debug, Clone, Default)]
pub(in crate::kubectl::print) struct PodRows {
    last: Option<(Arc<Pod>, Common)>,
    own: Own,
}

impl PodRows {
    /// The cells of a Pod; none of another object.
    pub(in crate::kubectl::print) fn cells(
        &mut self,
        object: &Shown<'_>,
        now: i64,
    ) -> Option<Vec<String>> {
        let pod = object.pod()?;
        let own = object.own(&mut self.own)?;
        let is_as = |other: &Pod| {
            let ([.., spec, status], [.., others, other_status]) = (pod.shared(), other.shared());
            Arc::ptr_eq(spec, others)
                && Arc::ptr_eq(status, other_status)
                && pod.terminating() == other.terminating()
        };
        let last = self.last.take().filter(|(last, _)| is_as(last));
        let (_, common) = last.unwrap_or_else(|| (pod.clone(), Common::of(object, now)));
        let get = |part, field| pod.field(own, part, field);
        let name = pod.name.name.to_string();
        let age = since(get("metadata", "creationTimestamp"), now);
        let row = common.row([name, age], get("status", "podIPs"), get("spec", "nodeName"));
        self.last = Some((pod.clone(), common));
        Some(row)
    }
}

/// How many of a Pod's readiness gates are passed.
fn gates(pod: &Value) -> String {
    let (spec, of) = (&pod["spec"], &pod["status"]);
    let gates = items(&spec["readinessGates"]);
    let passed = gates.iter().filter(|gate| {
        let mut conditions = items(&of["conditions"]).iter();
        let condition = conditions.find(|c| c["type"] == gate["conditionType"]);
        condition.is_some_and(|c| c["status"] == "True")
    });
    match gates.len() {
        0 => "<none>".to_owned(),
        n => format!("{}/{n}", passed.count()),
    }
}

fn template(object: &Value, _: i64) -> Vec<String> {
    let [names, images] = containers(&object["template"]["spec"]);
    vec![name(object), names, images, labels(&object["template"]["metadata"]["labels"])]
}
