//! The Job controller (pkg/controller/job, v1.36), as far as Pods run to their end here: it
//! makes as many as may run at once, and counts those that ended.

use crate::cluster::{Cluster, Key, Pod, place};
use serde_json::{Value, json};
use std::sync::Arc;

const FROM: &str = "job-controller";

fn is_complete(job: &Value) -> bool {
    job["status"]["conditions"].as_array().is_some_and(|all| {
        all.iter().any(|one| {
            matches!(one["type"].as_str(), Some("Complete" | "Failed")) && one["status"] == "True"
        })
    })
}

impl Cluster {
    pub(super) fn sync_job(&mut self, key: &Key) {
        let Some((job, selector)) = self.maker(key) else { return };
        if is_complete(&job) {
            return;
        }
        self.release(key, &selector);
        let succeeded = self.ended(key, "Succeeded");
        let failed = self.ended(key, "Failed");
        let at_once = job["spec"]["parallelism"].as_u64().unwrap_or(1);
        // Without completions one that ends well ends all.
        let completions = job["spec"]["completions"].as_u64();
        let rest = match completions {
            Some(all) => all.saturating_sub(succeeded),
            None if succeeded > 0 => 0,
            None => at_once,
        };
        let may_fail = job["spec"]["backoffLimit"].as_u64().unwrap_or(6);
        let is_failed = failed > may_fail;
        let is_done = !is_failed
            && match completions {
                Some(all) => succeeded >= all,
                None => succeeded > 0 && self.pods_of(key).is_empty(),
            };
        let is_suspended = job["spec"]["suspend"] == true;
        let room = u64::try_from(self.room()).unwrap_or(0);
        let wanted = if is_failed || is_suspended { 0 } else { at_once.min(rest).min(room) };
        let active = self.pods_of(key);
        for _ in active.len() as u64..wanted {
            let prefix: String = format!("{}-", key.name.name).chars().take(58).collect();
            let name = self.next_name(key, &prefix);
            let pod = self.pod_of(&job, &job["spec"]["template"], (&name, &prefix));
            let is_full = self.pods.len() >= self.most_pods();
            if is_full || !self.create_pod(&job, pod, format!("Created pod: {name}"), FROM) {
                break;
            }
        }
        let surplus = active.len().saturating_sub(usize::try_from(wanted).unwrap_or(usize::MAX));
        for pod in active.iter().rev().take(surplus) {
            self.drop_active(&job, pod);
        }
        let Some(job) = self.other(key) else { return };
        let end = match (is_done, is_failed) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let status = self.job_status(key, &job, (succeeded, failed), end);
        if end == Some(true) && !is_complete(&job) {
            self.event(&job, "Normal", "Completed", "Job completed".to_owned(), FROM);
        }
        if end == Some(false) && !is_complete(&job) {
            let message = "Job has reached the specified backoff limit".to_owned();
            self.event(&job, "Warning", "BackoffLimitExceeded", message, FROM);
        }
        self.write_status(&job, status);
    }

    fn ended(&self, key: &Key, phase: &str) -> u64 {
        let pods = self.owned_by(key, "Pod");
        let pods = pods.iter().filter_map(|pod| self.pods.get(&pod.name));
        pods.filter(|pod| pod.phase() == phase).count() as u64
    }

    fn drop_active(&mut self, job: &Value, pod: &Arc<Pod>) {
        let message = format!("Deleted pod: {}", pod.name.name);
        self.event(job, "Normal", "SuccessfulDelete", message, FROM);
        if place::has_kubelet(self, pod.node.as_deref()) {
            let message = super::replica_set::killing(pod);
            self.event(&pod.head(), "Normal", "Killing", message, "kubelet");
        }
        self.delete_object(&Key { kind: "Pod".into(), name: pod.name.clone() });
    }

    fn job_status(
        &self,
        key: &Key,
        job: &Value,
        (succeeded, failed): (u64, u64),
        end: Option<bool>,
    ) -> Value {
        let now = &self.settings.now;
        let active = self.pods_of(key);
        let ready = active.iter().filter(|pod| pod.ready()).count();
        let mut status = json!({"ready": ready, "terminating": 0, "uncountedTerminatedPods": {}});
        let held = &job["status"]["startTime"];
        if job["spec"]["suspend"] != true {
            status["startTime"] = if held.is_null() { now.clone().into() } else { held.clone() };
        }
        for (field, n) in
            [("active", active.len() as u64), ("succeeded", succeeded), ("failed", failed)]
        {
            if n > 0 {
                status[field] = n.into();
            }
        }
        let condition = |kind: &str, reason: &str, message: &str| {
            json!({
                "lastProbeTime": now, "lastTransitionTime": now, "message": message,
                "reason": reason, "status": "True", "type": kind,
            })
        };
        match end {
            Some(true) => {
                let (reason, message) =
                    ("CompletionsReached", "Reached expected number of succeeded pods");
                status["completionTime"] = now.clone().into();
                status["conditions"] = json!([
                    condition("SuccessCriteriaMet", reason, message),
                    condition("Complete", reason, message),
                ]);
            }
            Some(false) => {
                let (reason, message) =
                    ("BackoffLimitExceeded", "Job has reached the specified backoff limit");
                status["conditions"] = json!([
                    condition("FailureTarget", reason, message),
                    condition("Failed", reason, message),
                ]);
            }
            None => {}
        }
        status
    }
}
