//! The Deployment controller (pkg/controller/deployment, v1.36): a ReplicaSet for each
//! template, and as many Pods in each as the strategy allows.

use super::names::{made_up_uid, template_hash};
use super::replica_set::selector_of;
use super::rollout::{Counts, Wanted, new_replicas, old_replicas};
use super::template::{HASH, is_same_template};
use super::{adopted, count, is_going, is_sound, owner_reference};
use crate::cluster::{Cluster, Key};
use crate::source::sort;
use serde_json::{Map, Value, json};
use std::sync::Arc;

const FROM: &str = "deployment-controller";
const REVISION: &str = "deployment.kubernetes.io/revision";
const HISTORY: &str = "deployment.kubernetes.io/revision-history";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MAX: &str = "deployment.kubernetes.io/max-replicas";
/// Annotations that a ReplicaSet does not take over (`annotationsToSkip`).
const OWN: [&str; 6] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    HISTORY,
    DESIRED,
    MAX,
    "deprecated.deployment.rollback.to",
];

/// More names than that are never taken, unless something goes wrong.
const MAX_COLLISIONS: u32 = 5;

/// A ReplicaSet of a Deployment.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub(super) key: Key,
    pub(super) value: Arc<Value>,
}

impl Set {
    pub(super) fn counts(&self) -> Counts {
        Counts {
            wanted: count(&self.value, "spec", "replicas"),
            available: count(&self.value, "status", "availableReplicas"),
        }
    }

    fn revision(&self) -> i64 {
        let text = self.value["metadata"]["annotations"][REVISION].as_str();
        text.and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    fn created_text(&self) -> Option<&str> {
        self.value["metadata"]["creationTimestamp"].as_str()
    }

    fn created(&self) -> Option<jiff::Timestamp> {
        self.created_text()?.parse().ok()
    }
}

/// The annotations that a Deployment's ReplicaSet has too.
fn annotations_of(deployment: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let annotations = deployment["metadata"]["annotations"].as_object();
    annotations.into_iter().flatten().filter(|(key, _)| !OWN.contains(&key.as_str()))
}

fn lacks_annotations(deployment: &Value, set: &Value) -> bool {
    annotations_of(deployment).any(|(key, value)| set["metadata"]["annotations"][key] != *value)
}

fn copy_annotations(deployment: &Value, set: &mut Value) {
    for (key, value) in annotations_of(deployment) {
        if set["metadata"]["annotations"][key] != *value {
            set["metadata"]["annotations"][key] = value.clone();
        }
    }
}

/// A Deployment's ReplicaSets, as long as nothing changes.
#[derive(Debug, Default)]
pub(super) struct Seen {
    revision: u64,
    pub(super) sets: Vec<Set>,
    pub(super) new: Option<Set>,
}

/// `FindNewReplicaSet`: the oldest that has the Deployment's template. Its revision must not
/// decide: being the new one changes it.
pub(super) fn new_of<'s>(sets: &'s [Set], deployment: &Value) -> Option<&'s Set> {
    let template = &deployment["spec"]["template"];
    let fits = |set: &&Set| is_same_template(&set.value["spec"]["template"], template);
    let mut fit = sets.iter().filter(fits);
    let first = fit.next()?;
    let oldest = |a, b| std::cmp::min_by_key(a, b, |set: &&Set| (set.created(), set.key.clone()));
    Some(fit.fold(first, oldest))
}

impl Cluster {
    pub(super) fn sync_deployment(&mut self, key: &Key) {
        let Some(deployment) = self.other(key).filter(|object| !is_going(object)) else { return };
        // Pods that the selector does not match would be made anew for ever: the server refuses
        // such a Deployment (`ValidateDeploymentSpec`, pkg/apis/apps/validation, v1.36).
        let labels = &deployment["spec"]["template"]["metadata"]["labels"];
        let fits = selector_of(&deployment).is_some_and(|selector| selector.matches_json(labels));
        if !fits || !is_sound(&deployment) {
            return;
        }
        self.adopt_sets(key, &deployment);
        let wanted = Wanted::of(&deployment);
        let mut seen = Seen::default();
        let mut new = self.seen(&mut seen, key, &deployment).new.clone();
        if let Some(found) = &mut new {
            self.copy_annotations(&deployment, found);
        }
        let was_there = new.is_some();
        let sets = self.seen(&mut seen, key, &deployment).sets.clone();
        let active: Vec<&Set> = sets.iter().filter(|set| set.counts().wanted > 0).collect();
        let wants = wanted.replicas.to_string();
        // `isScalingEvent`: a new number of replicas comes before a new template.
        let is_scaled = |set: &&Set| {
            set.value["metadata"]["annotations"][DESIRED].as_str().is_some_and(|n| n != wants)
        };
        if wanted.paused || active.iter().any(is_scaled) {
            // Only scaled, while one ReplicaSet has all of its Pods.
            match (&*active, &new) {
                ([set], _) => self.scale(&deployment, set, wanted.replicas),
                ([], Some(new)) => self.scale(&deployment, new, wanted.replicas),
                _ if wanted.paused => {}
                _ if wanted.recreate => self.recreate((key, &deployment), &wanted, new, &mut seen),
                _ => self.roll((key, &deployment), &wanted, new, &mut seen),
            }
        } else if wanted.recreate {
            self.recreate((key, &deployment), &wanted, new, &mut seen);
        } else {
            self.roll((key, &deployment), &wanted, new, &mut seen);
        }
        let is_new = !was_there && self.seen(&mut seen, key, &deployment).new.is_some();
        self.write_deployment_status(key, is_new, &mut seen);
    }

    /// The Deployment's ReplicaSets as they are now, looked for anew where something changed.
    pub(super) fn seen<'s>(&self, seen: &'s mut Seen, key: &Key, deployment: &Value) -> &'s Seen {
        if seen.revision != self.revision {
            let sets = self.sets_of(key);
            let new = new_of(&sets, deployment).cloned();
            *seen = Seen { revision: self.revision, sets, new };
        }
        seen
    }

    /// `SetNewReplicaSetAnnotations`: the new ReplicaSet has its Deployment's annotations.
    fn copy_annotations(&mut self, deployment: &Value, set: &mut Set) {
        if !lacks_annotations(deployment, &set.value) {
            return;
        }
        let mut value = (*set.value).clone();
        copy_annotations(deployment, &mut value);
        if value != *set.value
            && self.write(value).is_ok()
            && let Some(held) = self.other(&set.key)
        {
            set.value = held;
        }
    }

    /// ReplicaSets that nobody controls and that fit.
    fn adopt_sets(&mut self, key: &Key, deployment: &Value) {
        if self.orphan_sets.is_empty() {
            return;
        }
        let Some(selector) = selector_of(deployment) else { return };
        let orphans: Vec<Key> = self
            .orphan_sets
            .iter()
            .filter(|set| set.name.namespace == key.name.namespace)
            .cloned()
            .collect();
        for orphan in orphans {
            if let Some(set) = self.other(&orphan).filter(|set| is_sound(set))
                && selector.matches_json(&set["metadata"]["labels"])
            {
                let _ = self.write(adopted(&set, deployment));
            }
        }
    }

    /// The ReplicaSets of a Deployment, oldest first.
    pub(super) fn sets_of(&self, key: &Key) -> Vec<Set> {
        let keys = self.owned_by(key, "ReplicaSet");
        let mut sets: Vec<Set> = keys
            .into_iter()
            .filter_map(|key| Some(Set { value: self.other(&key)?, key }))
            .collect();
        sets.retain(|set| is_sound(&set.value));
        // Most came at one time, and need not be read.
        let mut times = sets.iter().map(Set::created_text);
        let first = times.next();
        match times.all(|time| Some(time) == first) {
            true => sort::sort_by_key(&mut sets, Set::revision),
            false => sets.sort_by_cached_key(|set| (set.created(), set.revision())),
        }
        sets
    }

    fn recreate(
        &mut self,
        (key, deployment): (&Key, &Value),
        wanted: &Wanted,
        new: Option<Set>,
        seen: &mut Seen,
    ) {
        let is_new = |set: &Set| new.as_ref().is_some_and(|new| new.key == set.key);
        let mut old = self.seen(seen, key, deployment).sets.clone();
        old.retain(|set| !is_new(set));
        let mut waits = false;
        for set in &old {
            waits |= set.counts().wanted > 0 || !self.pods_of(&set.key).is_empty();
            self.scale(deployment, set, 0);
        }
        if !waits {
            self.roll_new((key, deployment), wanted, new, seen);
            self.forget_old_sets((key, deployment), wanted, seen);
        }
    }

    fn roll(
        &mut self,
        (key, deployment): (&Key, &Value),
        wanted: &Wanted,
        new: Option<Set>,
        seen: &mut Seen,
    ) {
        let Some(new) = self.roll_new((key, deployment), wanted, new, seen) else { return };
        let mut old = self.seen(seen, key, deployment).sets.clone();
        old.retain(|set| set.key != new.key && set.counts().wanted > 0);
        let counts: Vec<Counts> = old.iter().map(Set::counts).collect();
        for (set, left) in old.iter().zip(old_replicas(wanted, &counts, new.counts())) {
            self.scale(deployment, set, left);
        }
        if old.is_empty() {
            self.forget_old_sets((key, deployment), wanted, seen);
        }
    }

    /// Makes the new ReplicaSet, or gives it as many Pods as there may be now.
    fn roll_new(
        &mut self,
        (key, deployment): (&Key, &Value),
        wanted: &Wanted,
        new: Option<Set>,
        seen: &mut Seen,
    ) -> Option<Set> {
        let sets = &self.seen(seen, key, deployment).sets;
        let total: i64 = sets.iter().map(|set| set.counts().wanted).sum();
        let last = sets.iter().map(Set::revision).max().unwrap_or(0);
        let Some(mut new) = new else {
            let replicas = new_replicas(wanted, 0, total);
            return self.make_set(key, deployment, wanted, replicas, last.saturating_add(1));
        };
        // A rollback makes an old template the newest.
        if new.revision() < last {
            let value = Arc::make_mut(&mut new.value);
            let annotations = &mut value["metadata"]["annotations"];
            let before = annotations[REVISION].as_str().unwrap_or_default().to_owned();
            let history = match annotations[HISTORY].as_str() {
                Some(history) if !history.is_empty() => format!("{history},{before}"),
                _ => before,
            };
            if !history.is_empty() {
                annotations[HISTORY] = history.into();
            }
            annotations[REVISION] = last.saturating_add(1).to_string().into();
        }
        self.set_revision(key, new.revision());
        let replicas = new_replicas(wanted, new.counts().wanted, total);
        self.scale(deployment, &new, replicas);
        Some(Set { value: self.other(&new.key)?, ..new })
    }

    fn make_set(
        &mut self,
        key: &Key,
        deployment: &Value,
        wanted: &Wanted,
        replicas: i64,
        revision: i64,
    ) -> Option<Set> {
        let namespace = &*key.name.namespace;
        let spec = &deployment["spec"];
        // A name that another template has already: a collision.
        let mut collisions = 0;
        let (hash, own) = loop {
            let hash = template_hash(&spec["template"], collisions);
            let own = Key::new("ReplicaSet", namespace, &format!("{}-{hash}", key.name.name));
            if !self.others.contains_key(&own) {
                break (hash, own);
            }
            collisions += 1;
            if collisions > MAX_COLLISIONS {
                return None;
            }
        };
        let mut template = spec["template"].clone();
        let mut selector = spec["selector"].clone();
        for (parent, field) in
            [(&mut template["metadata"], "labels"), (&mut selector, "matchLabels")]
        {
            if !parent[field].is_object() {
                parent[field] = Value::Object(Map::new());
            }
            parent[field][HASH] = hash.clone().into();
        }
        let mut set_spec =
            json!({"replicas": replicas, "selector": selector, "template": template});
        if let Some(seconds) = spec["minReadySeconds"].as_i64() {
            set_spec["minReadySeconds"] = seconds.into();
        }
        let mut value = json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "annotations": {
                    DESIRED: wanted.replicas.to_string(),
                    MAX: (wanted.replicas + wanted.surge).to_string(),
                    REVISION: revision.to_string(),
                },
                "creationTimestamp": self.settings.now,
                "generation": 1,
                "labels": set_spec["template"]["metadata"]["labels"],
                "name": &*own.name.name,
                "namespace": namespace,
                "ownerReferences": [owner_reference(deployment)],
                "uid": made_up_uid(&format!("{own}/{}", self.revision)),
            },
            "spec": set_spec,
            "status": {"replicas": 0},
        });
        copy_annotations(deployment, &mut value);
        self.write(value).ok()?;
        if replicas > 0 {
            let message = format!("Scaled up replica set {} from 0 to {replicas}", own.name.name);
            self.event(deployment, "Normal", "ScalingReplicaSet", message, FROM);
        }
        self.set_revision(key, revision);
        Some(Set { value: self.other(&own)?, key: own })
    }

    fn set_revision(&mut self, key: &Key, revision: i64) {
        let Some(deployment) = self.other(key) else { return };
        let revision: Value = revision.to_string().into();
        if deployment["metadata"]["annotations"][REVISION] != revision {
            let mut deployment = (*deployment).clone();
            if !deployment["metadata"]["annotations"].is_object() {
                deployment["metadata"]["annotations"] = json!({});
            }
            deployment["metadata"]["annotations"][REVISION] = revision;
            let _ = self.write(deployment);
        }
    }

    fn scale(&mut self, deployment: &Value, set: &Set, replicas: i64) {
        let held = self.other(&set.key);
        let before = held.as_ref().map_or(0, |held| count(held, "spec", "replicas"));
        let wanted = Wanted::of(deployment);
        let (desired, most) =
            (wanted.replicas.to_string(), (wanted.replicas + wanted.surge).to_string());
        let said = &set.value["metadata"]["annotations"];
        if held.as_ref().is_some_and(|held| Arc::ptr_eq(held, &set.value))
            && set.value["spec"]["replicas"] == replicas
            && said[DESIRED] == *desired
            && said[MAX] == *most
        {
            return;
        }
        let mut value = (*set.value).clone();
        value["spec"]["replicas"] = replicas.into();
        let annotations = &mut value["metadata"]["annotations"];
        if annotations.is_object() || annotations.is_null() {
            annotations[DESIRED] = desired.into();
            annotations[MAX] = most.into();
        }
        if held.is_some_and(|held| *held == value) {
            return;
        }
        if before != replicas {
            let generation =
                value["metadata"]["generation"].as_i64().unwrap_or(0).saturating_add(1);
            value["metadata"]["generation"] = generation.into();
            let verb = if replicas > before { "up" } else { "down" };
            let name = &set.key.name.name;
            let message = format!("Scaled {verb} replica set {name} from {before} to {replicas}");
            self.event(deployment, "Normal", "ScalingReplicaSet", message, FROM);
        }
        let _ = self.write(value);
    }

    /// `cleanupDeployment`: of those without Pods only the newest are kept.
    fn forget_old_sets(
        &mut self,
        (key, deployment): (&Key, &Value),
        wanted: &Wanted,
        seen: &mut Seen,
    ) {
        let seen = self.seen(seen, key, deployment);
        let new = seen.new.as_ref().map(|set| &set.key);
        let mut old = seen.sets.clone();
        old.retain(|set| {
            Some(&set.key) != new
                && set.counts().wanted == 0
                && count(&set.value, "status", "replicas") == 0
        });
        sort::sort_by_key(&mut old, Set::revision);
        let surplus = old.len().saturating_sub(wanted.history);
        for set in old.iter().take(surplus) {
            self.delete_object(&set.key);
        }
    }
}
