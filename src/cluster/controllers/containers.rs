//! What a kubelet does when the program of a container comes to its end (pkg/kubelet, v1.36):
//! the container is started again as its Pod's `restartPolicy` says, later each time, or the Pod
//! is over. Which programs end, and when, is told from outside.

use crate::cluster::{Cluster, Name, Prober};
use serde_json::{Value, json};

/// `MaxContainerBackOff`, in seconds.
const MOST_WAITED: u32 = 300;
/// The first wait, which doubles each time.
const FIRST_WAIT: u32 = 10;

/// How a container's program came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code.
    pub exit: u8,
    /// `Completed`, `Error` or `StartError`.
    pub reason: &'static str,
    /// What the runtime says beside it; empty where it says nothing.
    pub message: String,
    /// When it began and ended, as RFC 3339.
    pub times: (String, String),
}

/// The containers' statuses of a Pod.
fn statuses(pod: &mut Value) -> impl Iterator<Item = &mut Value> {
    pod["status"]["containerStatuses"].as_array_mut().into_iter().flatten()
}

impl Cluster {
    /// Pods whose containers began to run since this was asked last, where a kubelet runs them.
    pub fn take_started(&mut self) -> Vec<Name> {
        std::mem::take(&mut self.started)
    }

    /// The program of a running container has ended. Gives after how many seconds it is to be
    /// started again with [`Self::start_container`]; none where it is not.
    pub fn end_container(&mut self, name: &Name, container: &str, ended: &Ended) -> Option<u32> {
        let mut pod = self.pods.get(name)?.to_value();
        if pod["status"]["phase"] != "Running" {
            return None;
        }
        let policy = pod["spec"]["restartPolicy"].as_str().unwrap_or("Always");
        let restarts = policy == "Always" || (policy == "OnFailure" && ended.exit != 0);
        let uid = pod["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        let status = statuses(&mut pod).find(|status| status["name"] == *container)?;
        if status["state"]["running"].is_null() {
            return None;
        }
        let mut end = json!({
            "exitCode": ended.exit,
            "finishedAt": ended.times.1,
            "reason": ended.reason,
            "startedAt": ended.times.0,
        });
        if !ended.message.is_empty() {
            end["message"] = ended.message.clone().into();
            end.sort_all_objects();
        }
        let n_restarts = status["restartCount"].as_u64().unwrap_or(0);
        let wait = (n_restarts > 0).then(|| {
            let doubled = u32::try_from(n_restarts - 1).unwrap_or(u32::MAX).min(5);
            (FIRST_WAIT << doubled).min(MOST_WAITED)
        });
        status["ready"] = false.into();
        status["started"] = false.into();
        match wait.filter(|_| restarts) {
            // The first time it is started again at once.
            None => status["state"] = json!({"terminated": end}),
            Some(wait) => {
                let (pod_name, namespace) = (&name.name, &name.namespace);
                let message = format!(
                    "back-off {} restarting failed container={container} pod={pod_name}_{namespace}({uid})",
                    duration(wait)
                );
                status["state"] =
                    json!({"waiting": {"message": message, "reason": "CrashLoopBackOff"}});
                status["lastState"] = json!({"terminated": end});
            }
        }
        let is_over = |status: &Value| !status["state"]["terminated"].is_null();
        let codes: Vec<bool> = statuses(&mut pod)
            .map(|status| is_over(status).then(|| status["state"]["terminated"]["exitCode"] == 0))
            .collect::<Option<_>>()
            .unwrap_or_default();
        let all_over = !restarts && !codes.is_empty();
        let now = &ended.times.1;
        if all_over {
            let is_good = codes.iter().all(|good| *good);
            let (phase, reason) =
                if is_good { ("Succeeded", "PodCompleted") } else { ("Failed", "PodFailed") };
            pod["status"]["phase"] = phase.into();
            set_condition(&mut pod, "PodReadyToStartContainers", (false, "", ""), now);
            if is_good {
                set_condition(&mut pod, "Initialized", (true, reason, ""), now);
            }
            set_condition(&mut pod, "Ready", (false, reason, ""), now);
            set_condition(&mut pod, "ContainersReady", (false, reason, ""), now);
        } else {
            note_unready(&mut pod, now);
        }
        if restarts && wait.is_some() {
            let (own, namespace) = (&name.name, &name.namespace);
            let message = format!(
                "Back-off restarting failed container {container} in pod {own}_{namespace}({uid})"
            );
            self.event(&pod, "Warning", "BackOff", message, "kubelet");
        }
        // It was read before.
        let _ = self.write(pod);
        restarts.then(|| wait.unwrap_or(1))
    }

    /// Starts a container again whose program has ended; whether it was there.
    pub fn start_container(&mut self, name: &Name, container: &str, now: &str) -> bool {
        let Some(pod) = self.pods.get(name) else { return false };
        let mut pod = pod.to_value();
        let Some(status) = statuses(&mut pod)
            .find(|status| status["name"] == *container && status["state"]["running"].is_null())
        else {
            return false;
        };
        let end = status["state"]["terminated"].take();
        if !end.is_null() {
            status["lastState"] = json!({"terminated": end});
        }
        let n_restarts = status["restartCount"].as_u64().unwrap_or(0) + 1;
        status["restartCount"] = n_restarts.into();
        status["state"] = json!({"running": {"startedAt": now}});
        status["ready"] = true.into();
        status["started"] = true.into();
        let image = status["image"].as_str().unwrap_or_default().to_owned();
        if statuses(&mut pod).all(|status| status["ready"] == true) {
            set_condition(&mut pod, "Ready", (true, "", ""), now);
            set_condition(&mut pod, "ContainersReady", (true, "", ""), now);
        }
        let say = |cluster: &mut Self, reason, message| {
            cluster.event(&pod, "Normal", reason, message, "kubelet");
        };
        self.say_started(say, &image, container);
        let _ = self.write(pod);
        true
    }

    /// Who knows what programs answer, for readiness probes.
    pub fn set_prober(&mut self, prober: Option<Prober>) {
        self.prober = prober;
    }

    /// A container that runs is ready from now on, or `why` it is not; whether it is there.
    pub fn set_ready(
        &mut self,
        name: &Name,
        container: &str,
        why: Option<&str>,
        now: &str,
    ) -> bool {
        let Some(pod) = self.pods.get(name) else { return false };
        let mut pod = pod.to_value();
        let Some(status) = statuses(&mut pod).find(|status| status["name"] == *container) else {
            return false;
        };
        status["ready"] = why.is_none().into();
        if statuses(&mut pod).all(|status| status["ready"] == true) {
            set_condition(&mut pod, "Ready", (true, "", ""), now);
            set_condition(&mut pod, "ContainersReady", (true, "", ""), now);
        } else {
            note_unready(&mut pod, now);
        }
        if let Some(why) = why {
            let message = format!("Readiness probe failed: {why}");
            self.event(&pod, "Warning", "Unhealthy", message, "kubelet");
        }
        let _ = self.write(pod);
        true
    }

    /// What a kubelet says as a container starts: `say` gets each reason and message.
    pub(in crate::cluster) fn say_started(
        &mut self,
        say: impl Fn(&mut Self, &'static str, String),
        image: &str,
        container: &str,
    ) {
        say(self, "Pulled", format!("Container image \"{image}\" already present on machine"));
        say(self, "Created", format!("Container created: {container}"));
        say(self, "Started", format!("Container started: {container}"));
    }
}

/// Says in a Pod's conditions which of its containers are not ready.
pub(in crate::cluster) fn note_unready(pod: &mut Value, now: &str) {
    let unready: Vec<String> = statuses(pod)
        .filter(|status| status["ready"] != true)
        .filter_map(|status| status["name"].as_str().map(str::to_owned))
        .collect();
    let message = format!("containers with unready status: [{}]", unready.join(" "));
    for kind in ["Ready", "ContainersReady"] {
        set_condition(pod, kind, (false, "ContainersNotReady", &message), now);
    }
}

/// Sets one of the Pod's conditions, where it has it.
fn set_condition(
    pod: &mut Value,
    kind: &str,
    (holds, reason, message): (bool, &str, &str),
    now: &str,
) {
    let conditions = pod["status"]["conditions"].as_array_mut();
    let Some(condition) = conditions.into_iter().flatten().find(|one| one["type"] == kind) else {
        return;
    };
    let status = if holds { "True" } else { "False" };
    let is_new = condition["status"] != status;
    let since = if is_new { now.into() } else { condition["lastTransitionTime"].take() };
    let mut made = json!({"lastProbeTime": null, "lastTransitionTime": since});
    for (field, text) in [("message", message), ("reason", reason)] {
        if !text.is_empty() {
            made[field] = text.into();
        }
    }
    made["status"] = status.into();
    made["type"] = kind.into();
    *condition = made;
}

/// `2m40s`, as Go prints a duration of whole seconds.
fn duration(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds}s"),
        (minutes, seconds) => format!("{minutes}m{seconds}s"),
    }
}
