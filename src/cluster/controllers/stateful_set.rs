//! The StatefulSet controller (pkg/controller/statefulset, v1.36): Pods with names that stay,
//! one after the other.

use super::count;
use super::history::Revision;
use super::names::made_up_uid;
use crate::cluster::remove::CLAIM_IN_USE;
use crate::cluster::{Cluster, Key, Pod, place};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const FROM: &str = "statefulset-controller";
const HASH: &str = "controller-revision-hash";
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";

/// What a set asks for, and which revisions it knows.
struct Plan {
    /// The ordinals that it has.
    first: i64,
    end: i64,
    /// One after the other, each when the one before is ready.
    is_ordered: bool,
    /// Pods below this ordinal keep the current revision.
    partition: i64,
    /// Pods of another revision are replaced.
    rolls: bool,
    current: String,
    update: Revision,
}

/// `web-3` of the set `web` → 3.
fn ordinal_of(set: &str, pod: &str) -> Option<i64> {
    let digits = pod.strip_prefix(set)?.strip_prefix('-')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

fn is_healthy(pod: &Pod) -> bool {
    pod.phase() == "Running" && pod.ready() && !pod.terminating()
}

fn revision_name(pod: &Pod) -> &str {
    pod.labels().get(HASH).unwrap_or("")
}

impl Cluster {
    pub(super) fn sync_stateful_set(&mut self, key: &Key) {
        let Some((set, selector)) = self.maker(key) else { return };
        let has_ordinal = |pod: &Pod| ordinal_of(&key.name.name, &pod.name.name).is_some();
        self.claim(key, &set, &selector, has_ordinal);
        let Some(update) = self.revision_of(key, &set) else { return };
        let strategy = &set["spec"]["updateStrategy"];
        let rolls = strategy["type"] != "OnDelete";
        let first = set["spec"]["ordinals"]["start"].as_i64().unwrap_or(0).max(0);
        let held = set["status"]["currentRevision"].as_str().unwrap_or_default();
        let is_held = self.template_at(key, held).is_some();
        let partition = strategy["rollingUpdate"]["partition"].as_i64().unwrap_or(0);
        let plan = Plan {
            first,
            end: first.saturating_add(count(&set, "spec", "replicas").min(self.room())),
            is_ordered: set["spec"]["podManagementPolicy"] != "Parallel",
            partition: if rolls { first.saturating_add(partition) } else { 0 },
            rolls,
            current: if is_held { held.to_owned() } else { update.name.clone() },
            update,
        };
        self.change_pods(key, &set, &plan);
        let Some(set) = self.other(key) else { return };
        let status = self.stateful_status(key, &set, &plan);
        self.truncate_history(key, &set, &[&plan.current, &plan.update.name]);
        self.write_status(&set, status);
    }

    /// The Pods of a set by their ordinals, those that are over among them.
    fn pods_by_ordinal(&self, key: &Key) -> BTreeMap<i64, Arc<Pod>> {
        let keys = self.owned_by(key, "Pod");
        keys.iter()
            .filter_map(|pod| {
                let ordinal = ordinal_of(&key.name.name, &pod.name.name)?;
                Some((ordinal, self.pods.get(&pod.name)?.clone()))
            })
            .collect()
    }

    /// `updateStatefulSet`: new Pods upwards, surplus ones downwards, then other revisions
    /// downwards; in order, one step waits for the one before.
    fn change_pods(&mut self, key: &Key, set: &Value, plan: &Plan) {
        let pods = self.pods_by_ordinal(key);
        for ordinal in plan.first..plan.end {
            let pod = pods.get(&ordinal);
            if let Some(over) = pod.filter(|pod| pod.is_over()) {
                self.drop_pod(set, over, false);
            }
            let is_there = pod.is_some_and(|pod| !pod.is_over());
            if !is_there && !self.make_stateful(key, set, plan, ordinal) {
                return;
            }
            if plan.is_ordered && !pod.is_some_and(|pod| is_there && is_healthy(pod)) {
                return;
            }
        }
        let wanted = plan.first..plan.end;
        let surplus = pods.iter().rev().filter(|(ordinal, _)| !wanted.contains(ordinal));
        let mut has_surplus = false;
        for (_, pod) in surplus {
            has_surplus = true;
            self.drop_pod(set, pod, true);
            if plan.is_ordered {
                return;
            }
        }
        if has_surplus || !plan.rolls {
            return;
        }
        for (ordinal, pod) in pods.range(plan.first..plan.end).rev() {
            if *ordinal < plan.partition {
                return;
            }
            if revision_name(pod) != plan.update.name {
                self.drop_pod(set, pod, true);
                return;
            }
            if !is_healthy(pod) {
                return;
            }
        }
    }

    fn drop_pod(&mut self, set: &Value, pod: &Arc<Pod>, says: bool) {
        let name = &pod.name.name;
        if says {
            let own = set["metadata"]["name"].as_str().unwrap_or_default();
            let message = format!("Delete Pod {name} in StatefulSet {own} successful");
            self.event(set, "Normal", "SuccessfulDelete", message, FROM);
        }
        if place::has_kubelet(self, pod.node.as_deref()) && !pod.is_over() {
            let message = super::replica_set::killing(pod);
            self.pod_event(pod, "Normal", "Killing", message, "kubelet");
        }
        self.delete_object(&Key { kind: "Pod".into(), name: pod.name.clone() });
    }

    /// `newVersionedStatefulSetPod` and `CreateStatefulPod`; false where it is refused.
    fn make_stateful(&mut self, key: &Key, set: &Value, plan: &Plan, ordinal: i64) -> bool {
        let (own, namespace) = (&*key.name.name, &*key.name.namespace);
        let name = format!("{own}-{ordinal}");
        if self.pods.len() >= self.most_pods() {
            return false;
        }
        if self.pod(namespace, &name).is_some() {
            let message = format!(
                "create Pod {name} in StatefulSet {own} failed error: pods \"{name}\" already exists"
            );
            self.event(set, "Warning", "FailedCreate", message, FROM);
            return false;
        }
        let is_old = ordinal < plan.partition && plan.current != plan.update.name;
        let old = if is_old { self.template_at(key, &plan.current) } else { None };
        let revision = if old.is_some() { &plan.current } else { &plan.update.name };
        let template = old.as_ref().unwrap_or(&set["spec"]["template"]);
        let mut pod = self.pod_of(set, template, (&name, &format!("{own}-")));
        let labels = &mut pod["metadata"]["labels"];
        labels[HASH] = revision.as_str().into();
        labels[POD_INDEX] = ordinal.to_string().into();
        labels[POD_NAME] = name.as_str().into();
        pod["spec"]["hostname"] = name.as_str().into();
        if let Some(service) = set["spec"]["serviceName"].as_str().filter(|s| !s.is_empty()) {
            pod["spec"]["subdomain"] = service.into();
        }
        self.claims_of(set, (own, namespace), &name, &mut pod);
        let message = format!("Create Pod {name} in StatefulSet {own} successful");
        self.create_pod(set, pod, message, FROM)
    }

    /// `updateStorage` and `createPersistentVolumeClaims`: a claim for each template, which
    /// outlives its Pod.
    fn claims_of(
        &mut self,
        set: &Value,
        (own, namespace): (&str, &str),
        pod_name: &str,
        pod: &mut Value,
    ) {
        let Some(templates) = set["spec"]["volumeClaimTemplates"].as_array() else { return };
        let mut volumes: Vec<Value> = Vec::new();
        for template in templates {
            let Some(volume) = template["metadata"]["name"].as_str() else { continue };
            let name = format!("{volume}-{pod_name}");
            volumes.push(json!({
                "name": volume, "persistentVolumeClaim": {"claimName": name},
            }));
            let at = Key::new("PersistentVolumeClaim", namespace, &name);
            if self.other(&at).is_some() {
                continue;
            }
            let mut metadata = json!({
                "creationTimestamp": self.settings.now,
                "finalizers": [CLAIM_IN_USE],
                "labels": set["spec"]["selector"]["matchLabels"],
                "name": name,
                "namespace": namespace,
                "uid": made_up_uid(&at.to_string()),
            });
            if !template["metadata"]["annotations"].is_null() {
                metadata["annotations"] = template["metadata"]["annotations"].clone();
            }
            let claim = json!({
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": metadata,
                "spec": template["spec"],
                "status": {"phase": "Pending"},
            });
            if self.write(claim).is_ok() {
                let message =
                    format!("Create Claim {name} Pod {pod_name} in StatefulSet {own} success");
                self.event(set, "Normal", "SuccessfulCreate", message, FROM);
            }
        }
        let theirs = pod["spec"]["volumes"].as_array().cloned().unwrap_or_default();
        let is_other = |volume: &Value| !volumes.iter().any(|own| own["name"] == volume["name"]);
        let theirs: Vec<Value> = theirs.into_iter().filter(is_other).collect();
        volumes.extend(theirs);
        if !volumes.is_empty() {
            pod["spec"]["volumes"] = volumes.into();
        }
    }

    /// `updateStatus` and `completeRollingUpdate`.
    fn stateful_status(&self, key: &Key, set: &Value, plan: &Plan) -> Value {
        let pods = self.pods_by_ordinal(key);
        let pods: Vec<&Arc<Pod>> = pods.values().filter(|pod| !pod.terminating()).collect();
        let n = |keep: &dyn Fn(&Pod) -> bool| pods.iter().filter(|pod| keep(pod)).count();
        let of = |revision: &str| n(&|pod| revision_name(pod) == revision);
        let ready = n(&|pod| is_healthy(pod));
        let updated = of(&plan.update.name);
        let is_done = plan.rolls && updated == pods.len() && ready == pods.len();
        let current = if is_done { &plan.update.name } else { &plan.current };
        let mut status = json!({
            "availableReplicas": ready,
            "collisionCount": 0,
            "currentRevision": current,
            "replicas": pods.len(),
            "updateRevision": plan.update.name,
        });
        for (field, n) in [
            ("currentReplicas", of(current)),
            ("readyReplicas", ready),
            ("updatedReplicas", updated),
        ] {
            if n > 0 {
                status[field] = n.into();
            }
        }
        if let Some(generation) = set["metadata"]["generation"].as_i64() {
            status["observedGeneration"] = generation.into();
        }
        status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pods_name_ends_in_its_ordinal() {
        assert_eq!(ordinal_of("web", "web-0"), Some(0));
        assert_eq!(ordinal_of("web", "web-12"), Some(12));
        for other in ["web", "web-", "web-a", "web-1-2", "webb-1", "web-+1"] {
            assert_eq!(ordinal_of("web", other), None, "{other}");
        }
    }
}
