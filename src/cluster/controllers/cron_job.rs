//! The CronJob controller (pkg/controller/cronjob, v1.36): a Job for each time that the schedule
//! names, on the world's clock, and an end for the oldest. A time zone other than UTC is taken
//! for UTC. Where no kubelet runs anything, as on a cluster that was recorded so, none is started.

use super::{is_going, is_sound, owner_reference, seconds};
use crate::cluster::cron::Schedule;
use crate::cluster::{Cluster, Key, place};
use serde_json::{Value, json};
use std::sync::Arc;

const FROM: &str = "cronjob-controller";
/// So many times that were missed are told of no more (`mostRecentScheduleTime`).
const MOST_MISSED: usize = 100;

/// How a Job has ended, where it has.
fn ended(job: &Value) -> Option<&str> {
    let conditions = job["status"]["conditions"].as_array()?;
    let is_end = |one: &&Value| {
        one["status"] == "True" && matches!(one["type"].as_str(), Some("Complete" | "Failed"))
    };
    conditions.iter().find(is_end)?["type"].as_str()
}

fn text(time: i64) -> String {
    jiff::Timestamp::from_second(time).map_or_else(|_| String::new(), |time| time.to_string())
}

impl Cluster {
    pub(super) fn sync_cron_job(&mut self, key: &Key) {
        let Some(cron_job) = self.other(key).filter(|object| !is_going(object)) else { return };
        let runs = |name: &str| place::has_kubelet(self, Some(name));
        let is_run = self.nodes.values().any(|node| runs(&node.name));
        if !self.stepwise || !is_run || !is_sound(&cron_job["spec"]["jobTemplate"]) {
            return;
        }
        self.note_ended(key, &cron_job);
        self.end_oldest(key, &cron_job);
        self.start_due(key);
    }

    fn jobs_of(&self, key: &Key) -> Vec<Arc<Value>> {
        self.owned_by(key, "Job").iter().filter_map(|job| self.other(job)).collect()
    }

    /// Takes the Jobs that have ended off the list of those that run.
    fn note_ended(&mut self, key: &Key, cron_job: &Value) {
        let mut status = cron_job["status"].clone();
        for job in self.jobs_of(key) {
            let uid = &job["metadata"]["uid"];
            let list = status.get_mut("active").and_then(Value::as_array_mut);
            let Some(list) = list else { break };
            let Some(at) = list.iter().position(|one| one["uid"] == *uid) else { continue };
            let Some(how) = ended(&job) else { continue };
            list.remove(at);
            let name = job["metadata"]["name"].as_str().unwrap_or_default();
            let message = format!("Saw completed job: {name}, condition: {how}");
            self.event(cron_job, "Normal", "SawCompletedJob", message, FROM);
            let time = &job["status"]["completionTime"];
            if how == "Complete" && time.as_str() > status["lastSuccessfulTime"].as_str() {
                status["lastSuccessfulTime"] = time.clone();
            }
        }
        self.write_cron_status(cron_job, status);
    }

    fn write_cron_status(&mut self, cron_job: &Value, mut status: Value) {
        if status["active"].as_array().is_some_and(Vec::is_empty)
            && let Some(map) = status.as_object_mut()
        {
            map.shift_remove("active");
        }
        if status.is_null() {
            status = json!({});
        }
        status.sort_all_objects();
        self.write_status(cron_job, status);
    }

    /// Deletes the oldest Jobs that have ended, but for so many as the history keeps.
    fn end_oldest(&mut self, key: &Key, cron_job: &Value) {
        for (how, field) in
            [("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")]
        {
            let Some(keep) = cron_job["spec"][field].as_u64() else { continue };
            let mut jobs = self.jobs_of(key);
            jobs.retain(|job| ended(job) == Some(how));
            crate::source::sort::sort_by_key(&mut jobs, |job| {
                job["status"]["startTime"].as_str().map(str::to_owned)
            });
            let n_over = jobs.len().saturating_sub(usize::try_from(keep).unwrap_or(usize::MAX));
            for job in jobs.iter().take(n_over) {
                self.delete_job(cron_job, key, job);
            }
        }
    }

    fn delete_job(&mut self, cron_job: &Value, key: &Key, job: &Value) {
        let name = job["metadata"]["name"].as_str().unwrap_or_default();
        self.event(cron_job, "Normal", "SuccessfulDelete", format!("Deleted job {name}"), FROM);
        self.delete_object(&Key::new("Job", &key.name.namespace, name));
    }

    /// Starts the Job of the last time that was due, and sees to it that the next is started.
    fn start_due(&mut self, key: &Key) {
        let Some(cron_job) = self.other(key) else { return };
        let spec = &cron_job["spec"];
        let schedule = spec["schedule"].as_str().unwrap_or_default();
        let Ok(schedule) = Schedule::read(schedule) else { return };
        let now = self.second();
        let time = |value: &Value| value.as_str().and_then(seconds);
        let last = time(&cron_job["status"]["lastScheduleTime"]);
        let since = last.or_else(|| time(&cron_job["metadata"]["creationTimestamp"]));
        if let Some(next) = schedule.next(now) {
            self.wake_at(next, key);
        }
        let deadline = spec["startingDeadlineSeconds"].as_i64();
        let mut due = None;
        let mut at = since.unwrap_or(now);
        if let Some(deadline) = deadline {
            at = at.max(now - deadline);
        }
        for _ in 0..MOST_MISSED {
            match schedule.next(at).filter(|next| *next <= now) {
                Some(next) => (due, at) = (Some(next), next),
                None => break,
            }
        }
        let Some(due) = due.filter(|_| spec["suspend"] != true) else { return };
        if cron_job["status"]["active"].is_array() {
            match spec["concurrencyPolicy"].as_str() {
                Some("Forbid") => {
                    let message = "Not starting job because prior execution is running and concurrency policy is Forbid";
                    let message = message.to_owned();
                    self.event(&cron_job, "Normal", "JobAlreadyActive", message, FROM);
                    return;
                }
                Some("Replace") => {
                    for job in self.jobs_of(key).iter().filter(|job| ended(job).is_none()) {
                        self.delete_job(&cron_job, key, job);
                    }
                }
                _ => {}
            }
        }
        let name = format!("{}-{}", key.name.name, due / 60);
        let place = Key::new("Job", &key.name.namespace, &name);
        if self.other(&place).is_some() {
            return;
        }
        let template = &spec["jobTemplate"];
        let mut annotations = json!({"batch.kubernetes.io/cronjob-scheduled-timestamp": text(due)});
        for (key, value) in template["metadata"]["annotations"].as_object().into_iter().flatten() {
            annotations[key] = value.clone();
        }
        let mut job = json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "annotations": annotations,
                "creationTimestamp": self.settings.now,
                "generation": 1,
                "name": name,
                "namespace": &*key.name.namespace,
                "ownerReferences": [owner_reference(&cron_job)],
                "uid": super::made_up_uid(&format!("{place}/{}", self.revision)),
            },
            "spec": template["spec"],
            "status": {},
        });
        if template["metadata"]["labels"].is_object() {
            job["metadata"]["labels"] = template["metadata"]["labels"].clone();
        }
        job.sort_all_objects();
        if self.write(job).is_err() {
            return;
        }
        let Some(job) = self.other(&place) else { return };
        self.event(&cron_job, "Normal", "SuccessfulCreate", format!("Created job {name}"), FROM);
        let mut status = cron_job["status"].clone();
        if spec["concurrencyPolicy"] == "Replace" || !status["active"].is_array() {
            status["active"] = json!([]);
        }
        if let Some(active) = status.get_mut("active").and_then(Value::as_array_mut) {
            active.push(json!({
                "apiVersion": "batch/v1",
                "kind": "Job",
                "name": name,
                "namespace": &*key.name.namespace,
                "resourceVersion": job["metadata"]["resourceVersion"],
                "uid": job["metadata"]["uid"],
            }));
        }
        status["lastScheduleTime"] = text(due).into();
        self.write_cron_status(&cron_job, status);
    }
}
