//! What a Deployment's status says (`calculateStatus`, pkg/controller/deployment/sync.go, and
//! `syncRolloutStatus`, progress.go, v1.36).

use super::count;
use super::deployment::{Seen, Set};
use super::rollout::Wanted;
use crate::cluster::{Cluster, Key};
use serde_json::{Value, json};

impl Cluster {
    pub(super) fn write_deployment_status(&mut self, key: &Key, is_new: bool, seen: &mut Seen) {
        let Some(deployment) = self.other(key) else { return };
        let wanted = Wanted::of(&deployment);
        let Seen { sets, new, .. } = self.seen(seen, key, &deployment);
        let sum =
            |field: &str| -> i64 { sets.iter().map(|s| count(&s.value, "status", field)).sum() };
        let (replicas, available) = (sum("replicas"), sum("availableReplicas"));
        let total: i64 = sets.iter().map(|set| set.counts().wanted).sum();
        let updated = new.as_ref().map_or(0, |new| count(&new.value, "status", "replicas"));
        let mut status = json!({"terminatingReplicas": sum("terminatingReplicas")});
        for (field, n) in [
            ("availableReplicas", available),
            ("readyReplicas", sum("readyReplicas")),
            ("replicas", replicas),
            ("unavailableReplicas", (total - available).max(0)),
            ("updatedReplicas", updated),
        ] {
            if n > 0 {
                status[field] = n.into();
            }
        }
        if let Some(generation) = deployment["metadata"]["generation"].as_i64() {
            status["observedGeneration"] = generation.into();
        }
        let conditions = self.conditions(&deployment, &wanted, &status, (new.as_ref(), is_new));
        status["conditions"] = conditions.into();
        self.write_status(&deployment, status);
    }

    /// `syncRolloutStatus` and `checkPausedConditions`: what changes goes to the end.
    fn conditions(
        &self,
        deployment: &Value,
        wanted: &Wanted,
        status: &Value,
        (new, is_new): (Option<&Set>, bool),
    ) -> Vec<Value> {
        let before = &deployment["status"];
        let mut all = Conditions {
            all: before["conditions"].as_array().cloned().unwrap_or_default(),
            now: &self.settings.now,
        };
        let n = |status: &Value, field: &str| status[field].as_i64().unwrap_or(0);
        let name = new.map_or("", |new| &new.key.name.name);
        let reason = |all: &Conditions<'_>| {
            let held = all.get("Progressing")?;
            held["reason"].as_str().map(str::to_owned)
        };
        let held = reason(&all);
        if wanted.paused {
            if held.as_deref() != Some("DeploymentPaused") {
                all.set("Progressing", ("Unknown", "DeploymentPaused", "Deployment is paused"));
            }
        } else if held.as_deref() == Some("DeploymentPaused") {
            all.set("Progressing", ("Unknown", "DeploymentResumed", "Deployment is resumed"));
        }
        if is_new {
            let says = format!("Created new replica set \"{name}\"");
            all.set("Progressing", ("True", "NewReplicaSetCreated", &says));
        } else if held.is_none() && new.is_some() {
            let says = format!("Found new replica set \"{name}\"");
            all.set("Progressing", ("True", "FoundNewReplicaSet", &says));
        }
        let available = n(status, "availableReplicas");
        if available >= wanted.replicas - wanted.unavailable {
            let says = "Deployment has minimum availability.";
            all.set("Available", ("True", "MinimumReplicasAvailable", says));
        } else {
            let says = "Deployment does not have minimum availability.";
            all.set("Available", ("False", "MinimumReplicasUnavailable", says));
        }
        let (replicas, updated) = (n(status, "replicas"), n(status, "updatedReplicas"));
        let was_complete =
            replicas == updated && reason(&all).as_deref() == Some("NewReplicaSetAvailable");
        if wanted.paused || was_complete || new.is_none() {
            return all.all;
        }
        let left = |status: &Value| n(status, "replicas") - n(status, "updatedReplicas");
        if [updated, replicas, available] == [wanted.replicas; 3] {
            let says = format!("ReplicaSet \"{name}\" has successfully progressed.");
            all.set("Progressing", ("True", "NewReplicaSetAvailable", &says));
        } else if updated > n(before, "updatedReplicas")
            || left(status) < left(before)
            || ["readyReplicas", "availableReplicas"].iter().any(|f| n(status, f) > n(before, f))
        {
            let says = format!("ReplicaSet \"{name}\" is progressing.");
            all.set_anew("Progressing", ("True", "ReplicaSetUpdated", &says));
        }
        all.all
    }
}

/// `SetDeploymentCondition`, pkg/controller/deployment/util/deployment_util.go, v1.36.
struct Conditions<'c> {
    all: Vec<Value>,
    now: &'c str,
}

impl Conditions<'_> {
    fn get(&self, kind: &str) -> Option<&Value> {
        self.all.iter().find(|condition| condition["type"] == kind)
    }

    /// Where status and reason are what they were, all stays.
    fn set(&mut self, kind: &str, (status, reason, message): (&str, &str, &str)) {
        let is_same = |held: &Value| held["status"] == status && held["reason"] == reason;
        if !self.get(kind).is_some_and(is_same) {
            self.set_anew(kind, (status, reason, message));
        }
    }

    fn set_anew(&mut self, kind: &str, (status, reason, message): (&str, &str, &str)) {
        let now = Value::from(self.now);
        let held = self.get(kind).filter(|held| held["status"] == status);
        let since = held.map(|held| held["lastTransitionTime"].clone());
        let since = since.filter(|time| !time.is_null()).unwrap_or_else(|| now.clone());
        self.all.retain(|condition| condition["type"] != kind);
        self.all.push(json!({
            "lastTransitionTime": since,
            "lastUpdateTime": now,
            "message": message,
            "reason": reason,
            "status": status,
            "type": kind,
        }));
    }
}
