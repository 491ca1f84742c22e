//! What a Deployment's status says (`calculateStatus`, pkg/controller/deployment/sync.go, and
//! `syncRolloutStatus`, progress.go, v1.36).

use super::count;
use super::rollout::Wanted;
use crate::cluster::{Cluster, Key};
use serde_json::{Value, json};

impl Cluster {
    pub(super) fn write_deployment_status(&mut self, key: &Key) {
        let Some(deployment) = self.other(key) else { return };
        let wanted = Wanted::of(&deployment);
        let sets = self.sets_of(key);
        let new = self.new_set(key, &deployment);
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
        let is_available = available >= wanted.replicas - wanted.unavailable;
        let mut conditions = vec![if is_available {
            let says = "Deployment has minimum availability.";
            ("Available", "True", "MinimumReplicasAvailable", says.to_owned())
        } else {
            let says = "Deployment does not have minimum availability.";
            ("Available", "False", "MinimumReplicasUnavailable", says.to_owned())
        }];
        let is_complete = updated == wanted.replicas
            && replicas == wanted.replicas
            && available == wanted.replicas;
        if wanted.paused {
            let says = "Deployment is paused".to_owned();
            conditions.push(("Progressing", "Unknown", "DeploymentPaused", says));
        } else if let Some(new) = &new {
            let name = &new.key.name.name;
            conditions.push(if is_complete {
                let says = format!("ReplicaSet \"{name}\" has successfully progressed.");
                ("Progressing", "True", "NewReplicaSetAvailable", says)
            } else {
                let says = format!("ReplicaSet \"{name}\" is progressing.");
                ("Progressing", "True", "ReplicaSetUpdated", says)
            });
        }
        let before = &deployment["status"]["conditions"];
        status["conditions"] = conditions
            .into_iter()
            .map(|condition| self.condition(before, condition))
            .collect::<Vec<Value>>()
            .into();
        self.write_status(&deployment, status);
    }

    /// A condition as it is now: its times are those of `before` as far as nothing changed.
    fn condition(
        &self,
        before: &Value,
        (kind, status, reason, message): (&str, &str, &str, String),
    ) -> Value {
        let now = Value::from(self.settings.now.as_str());
        let old = before.as_array().and_then(|all| all.iter().find(|c| c["type"] == kind));
        let same_status = old.filter(|old| old["status"] == status);
        let same = same_status.filter(|old| old["reason"] == reason && old["message"] == message);
        let time = |old: Option<&Value>, field: &str| {
            old.map(|old| old[field].clone()).filter(|t| !t.is_null()).unwrap_or(now.clone())
        };
        json!({
            "lastTransitionTime": time(same_status, "lastTransitionTime"),
            "lastUpdateTime": time(same, "lastUpdateTime"),
            "message": message,
            "reason": reason,
            "status": status,
            "type": kind,
        })
    }
}
