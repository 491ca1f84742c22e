//! The Job controller (pkg/controller/job, v1.36), as far as Pods run to their end here: it
//! makes as many as may run at once, and counts those that ended.

use super::seconds;
use crate::cluster::{Cluster, Key, Pod, place};
use serde_json::{Value, json};
use std::sync::Arc;

const FROM: &str = "job-controller";
/// `DefaultJobPodFailureBackOff` and `MaxJobPodFailureBackOff`, in seconds.
const FIRST_WAIT: i64 = 10;
const MOST_WAITED: i64 = 600;

/// How a Job ends: its two conditions, and why.
#[derive(Debug, Clone, Copy)]
struct End {
    types: [&'static str; 2],
    reason: &'static str,
    message: &'static str,
    is_good: bool,
}

const COMPLETED: End = End {
    types: ["SuccessCriteriaMet", "Complete"],
    reason: "CompletionsReached",
    message: "Reached expected number of succeeded pods",
    is_good: true,
};
const BACKOFF: End = End {
    types: ["FailureTarget", "Failed"],
    reason: "BackoffLimitExceeded",
    message: "Job has reached the specified backoff limit",
    is_good: false,
};
const DEADLINE: End = End {
    types: ["FailureTarget", "Failed"],
    reason: "DeadlineExceeded",
    message: "Job was active longer than specified deadline",
    is_good: false,
};

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
            self.end_after_its_time(key, &job);
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
        let failure = if failed > may_fail || self.restarted_too_often(key, &job, may_fail) {
            Some(BACKOFF)
        } else if self.is_too_late(key, &job) {
            Some(DEADLINE)
        } else {
            None
        };
        let is_failed = failure.is_some();
        let is_done = !is_failed
            && match completions {
                Some(all) => succeeded >= all,
                None => succeeded > 0 && self.pods_of(key).is_empty(),
            };
        let is_suspended = job["spec"]["suspend"] == true;
        let room = u64::try_from(self.room()).unwrap_or(0);
        let mut wanted = if is_failed || is_suspended { 0 } else { at_once.min(rest).min(room) };
        let active = self.pods_of(key);
        if active.len() as u64 <= wanted && self.waits_after_failure(key, failed) {
            wanted = active.len() as u64;
        }
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
        let end = if is_done { Some(COMPLETED) } else { failure };
        let status = self.job_status(key, &job, (succeeded, failed), end);
        if let Some(End { reason, message, is_good, .. }) = end {
            let (kind, reason, message) = match is_good {
                true => ("Normal", "Completed", "Job completed"),
                false => ("Warning", reason, message),
            };
            self.event(&job, kind, reason, message.to_owned(), FROM);
        }
        self.write_status(&job, status);
        if end.is_some()
            && let Some(job) = self.other(key)
        {
            self.end_after_its_time(key, &job);
        }
    }

    /// Sees to it that a Job goes when `ttlSecondsAfterFinished` is over
    /// (pkg/controller/ttlafterfinished, v1.36).
    fn end_after_its_time(&mut self, key: &Key, job: &Value) {
        let Some(ttl) = job["spec"]["ttlSecondsAfterFinished"].as_i64() else { return };
        let conditions = job["status"]["conditions"].as_array().into_iter().flatten();
        let ends = conditions.filter_map(|one| seconds(one["lastTransitionTime"].as_str()?));
        let Some(ended) = ends.max() else { return };
        if self.second() >= ended.saturating_add(ttl) {
            self.delete_object(key);
        } else {
            self.wake_at(ended.saturating_add(ttl), key);
        }
    }

    /// `pastBackoffLimitOnFailure`: containers that are started again count as failures.
    fn restarted_too_often(&self, key: &Key, job: &Value, may_fail: u64) -> bool {
        if job["spec"]["template"]["spec"]["restartPolicy"] != "OnFailure" {
            return false;
        }
        let restarts = |pod: &Arc<Pod>| -> u64 {
            let pod = pod.to_value();
            let statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
            statuses.filter_map(|status| status["restartCount"].as_u64()).sum()
        };
        let n: u64 = self.pods_of(key).iter().map(restarts).sum();
        n > 0 && n >= may_fail
    }

    /// `pastActiveDeadline`; where it is still to come, it is waited for.
    fn is_too_late(&mut self, key: &Key, job: &Value) -> bool {
        let Some(limit) = job["spec"]["activeDeadlineSeconds"].as_i64() else { return false };
        let began = job["status"]["startTime"].as_str().and_then(seconds);
        let ends = began.unwrap_or_else(|| self.second()).saturating_add(limit);
        if job["spec"]["suspend"] == true {
            return false;
        }
        if self.second() < ends {
            self.wake_at(ends, key);
        }
        self.second() >= ends
    }

    /// Whether the next Pod waits because the last ones failed: ten seconds, twice as long each
    /// time (pkg/controller/job/backoff_utils.go, v1.36).
    fn waits_after_failure(&mut self, key: &Key, failed: u64) -> bool {
        let pods = self.owned_by(key, "Pod");
        let ended = |key: &Key| {
            let pod = self.pods.get(&key.name).filter(|pod| pod.phase() == "Failed")?.to_value();
            let statuses = pod["status"]["containerStatuses"].as_array()?;
            let ends = statuses.iter().map(|one| &one["state"]["terminated"]["finishedAt"]);
            ends.filter_map(|end| seconds(end.as_str()?)).max()
        };
        let Some(last) = pods.iter().filter_map(ended).max() else { return false };
        let doubled = u32::try_from(failed.saturating_sub(1)).unwrap_or(u32::MAX).min(6);
        let ends = last + (FIRST_WAIT << doubled).min(MOST_WAITED);
        if self.second() < ends {
            self.wake_at(ends, key);
        }
        self.second() < ends
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
            self.pod_event(pod, "Normal", "Killing", message, "kubelet");
        }
        self.delete_object(&Key { kind: "Pod".into(), name: pod.name.clone() });
    }

    fn job_status(
        &self,
        key: &Key,
        job: &Value,
        (succeeded, failed): (u64, u64),
        end: Option<End>,
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
        if let Some(End { types: [first, last], reason, message, is_good }) = end {
            if is_good {
                status["completionTime"] = now.clone().into();
            }
            status["conditions"] =
                json!([condition(first, reason, message), condition(last, reason, message)]);
        }
        status
    }
}
