//! Controllers of workloads: a Deployment makes ReplicaSets; a ReplicaSet, StatefulSet,
//! DaemonSet or Job makes Pods; and what stands in for scheduler and kubelet places and runs them. Each looks only at what
//! changed; the clock does not move by itself.

mod alike;
#[cfg(test)]
mod alike_tests;
mod containers;
mod cron_job;
mod daemon_set;
mod deployment;
mod deployment_status;
mod findings;
mod history;
mod job;
mod make;
mod names;
mod namespace;
mod pods;
mod replica_set;
mod rollout;
#[cfg(test)]
mod sets_tests;
mod stateful_set;
mod template;
#[cfg(test)]
mod tests;

pub(super) use alike::Alike;
pub use containers::Ended;
pub(super) use containers::note_unready;
pub(super) use findings::findings;
pub(super) use names::made_up_uid;
pub(crate) use names::random_part;
pub(super) use replica_set::selector_of;

use super::layer::QuickHasher;
use super::object::ObjectError;
use super::{Cluster, Key, Name, canonical_kind};
use crate::manifest;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

type Quick = BuildHasherDefault<QuickHasher>;

/// How much the controllers do until a cluster counts as settled. A rollout takes a few rounds
/// for each of its Pods; what goes on for longer comes to no end.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Rounds altogether.
    rounds: usize,
    /// How often one object is looked at, beside a few times for each Pod that it may have.
    looks: i64,
    /// How often more for each Pod that it asks for or has.
    looks_per_pod: i64,
}

const BOUNDS: Bounds = Bounds { rounds: 20_000, looks: 60, looks_per_pod: 20 };

impl Cluster {
    /// Lets the controllers work until nothing is left to do: Deployments have their Pods,
    /// as far as those become ready. It always comes to an end: an object that the controllers
    /// still change after many more rounds than it has Pods is left as it is then, and
    /// [`Self::unsettled`] names it.
    pub fn settle(&mut self) {
        self.settle_within(BOUNDS);
    }

    fn settle_within(&mut self, bounds: Bounds) {
        self.templates.forget_marked();
        self.note_alike(true);
        self.work_within(bounds);
        self.note_alike(false);
    }

    fn work_within(&mut self, bounds: Bounds) {
        for key in self.queue.clone().iter() {
            self.unsettled.remove_mut(key);
        }
        // How often each was looked at, and the most Pods that it asked for or had.
        let mut looked_at: HashMap<Key, (i64, i64), Quick> = HashMap::default();
        for _ in 0..bounds.rounds {
            if self.queue.is_empty() {
                return;
            }
            for key in self.queue.clone().iter() {
                let size = self.size_of(key);
                let (n_looks, most) = looked_at.entry(key.clone()).or_insert((0, 0));
                *n_looks += 1;
                *most = size.max(*most);
                if *n_looks > bounds.looks + bounds.looks_per_pod * *most {
                    self.give_up(key);
                }
            }
            self.step();
        }
        for key in self.queue.clone().iter() {
            self.give_up(key);
        }
    }

    /// How many Pods `key` asks for or has, the larger number.
    fn size_of(&self, key: &Key) -> i64 {
        let Some(object) = self.other(key) else { return 0 };
        let wanted = match &*key.kind {
            "DaemonSet" => i64::try_from(self.nodes.len()).unwrap_or(i64::MAX),
            "Job" => count(&object, "spec", "completions"),
            _ => count(&object, "spec", "replicas"),
        };
        let wanted = wanted.min(self.room());
        let has = match &*key.kind {
            "Deployment" => {
                let sets = self.owned_by(key, "ReplicaSet");
                sets.iter().map(|set| self.n_owned(set)).sum()
            }
            _ => self.n_owned(key),
        };
        wanted.max(has)
    }

    fn n_owned(&self, owner: &Key) -> i64 {
        self.owned.get(owner).map_or(0, |keys| i64::try_from(keys.size()).unwrap_or(i64::MAX))
    }

    fn give_up(&mut self, key: &Key) {
        self.queue.remove_mut(key);
        self.unsettled.insert_mut(key.clone());
    }

    /// Objects that the controllers came to no end with, when they last looked at them.
    pub fn unsettled(&self) -> impl Iterator<Item = &Key> {
        self.unsettled.iter()
    }

    /// One round: every controller looks once at what changed before it, and what it changes
    /// is looked at in the next. False where nothing was left to do.
    pub fn step(&mut self) -> bool {
        let queue = std::mem::take(&mut self.queue);
        // Slices follow once, when all Pods of the round are there.
        self.derive_after(|cluster| {
            for key in queue.iter() {
                match &*key.kind {
                    "Deployment" => cluster.sync_deployment(key),
                    "ReplicaSet" => cluster.sync_replica_set(key),
                    "StatefulSet" => cluster.sync_stateful_set(key),
                    "DaemonSet" => cluster.sync_daemon_set(key),
                    "Job" => cluster.sync_job(key),
                    "CronJob" => cluster.sync_cron_job(key),
                    "Pod" => cluster.sync_pod(key),
                    _ => {}
                }
            }
        });
        !queue.is_empty()
    }

    /// Whether the controllers have nothing left to do.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.queue.is_empty()
    }

    /// With `stepwise`, changes wait for [`Self::step`] or [`Self::settle`], and Pods start
    /// in several steps; without, which is the default, all that follows from a change is
    /// there when [`Self::put`] or [`Self::delete`] comes back. What waits is settled when
    /// the mode ends.
    pub fn set_stepwise(&mut self, stepwise: bool) {
        self.stepwise = stepwise;
        if !stepwise {
            self.settle();
        }
    }

    /// Moves the world's clock on, and does what is due then. A clock that is no RFC 3339 time stays.
    pub fn advance(&mut self, seconds: u32) {
        let Ok(now) = self.settings.now.parse::<jiff::Timestamp>() else { return };
        if let Ok(later) = now.checked_add(jiff::SignedDuration::from_secs(seconds.into())) {
            self.settings_mut().now = later.to_string();
            self.end_namespaces();
            self.look_after_own_service(now.as_second(), later.as_second());
            self.ring(later.as_second());
        }
    }

    /// Has the controllers look at `key` again when the clock reads `at`.
    fn wake_at(&mut self, at: i64, key: &Key) {
        self.alarms.insert_mut((at, key.clone()));
    }

    /// Has a kubelet look again at a Pod that waits for something.
    pub(super) fn look_again(&mut self, name: Name) {
        self.wake_at(self.second() + 2, &Key { kind: "Pod".into(), name });
    }

    /// What was to be looked at by now.
    fn ring(&mut self, now: i64) {
        while let Some(alarm) = self.alarms.first().filter(|(at, _)| *at <= now).cloned() {
            self.alarms.remove_mut(&alarm);
            if self.others.contains_key(&alarm.1) || &*alarm.1.kind == "Pod" {
                self.enqueue(alarm.1);
            }
        }
    }

    /// Now by the world's clock, in seconds since 1970.
    fn second(&self) -> i64 {
        seconds(&self.settings.now).unwrap_or(0)
    }

    pub(super) fn enqueue(&mut self, key: Key) {
        self.queue.insert_mut(key);
    }

    /// Puts what a controller made, under the next resource version.
    fn write(&mut self, mut object: Value) -> Result<Key, ObjectError> {
        object["metadata"]["resourceVersion"] = (self.revision + 1).to_string().into();
        self.put_object(object)
    }

    /// Writes `status` of an object that is there, where it differs.
    fn write_status(&mut self, object: &Value, status: Value) {
        if !object.get("status").is_some_and(|held| manifest::is_same(held, &status)) {
            let fields = object.as_object().into_iter().flatten();
            let others = fields.map(|(field, value)| match field.as_str() {
                "status" => (field.clone(), Value::Null),
                _ => (field.clone(), value.clone()),
            });
            let mut object: Value = others.collect();
            object["status"] = status;
            // It was read before, and its status is ours.
            let _ = self.write(object);
        }
    }

    /// What `owner` controls, of that kind.
    fn owned_by(&self, owner: &Key, kind: &str) -> Vec<Key> {
        let all = self.owned.get(owner).into_iter().flat_map(|keys| keys.iter());
        all.filter(|key| *key.kind == *kind).cloned().collect()
    }

    pub(super) fn other(&self, key: &Key) -> Option<Arc<Value>> {
        self.others.get(key).cloned()
    }
}

/// A time in seconds since 1970.
fn seconds(time: &str) -> Option<i64> {
    Some(time.parse::<jiff::Timestamp>().ok()?.as_second())
}

/// The controller of `object`, by its ownerReferences.
pub(super) fn controller_of(object: &Value, namespace: &str) -> Option<Key> {
    owner_of(&object["metadata"]["ownerReferences"], namespace)
}

/// The controller among `ownerReferences`.
pub(super) fn owner_of(references: &Value, namespace: &str) -> Option<Key> {
    let owner = references.as_array()?.iter().find(|owner| owner["controller"] == true)?;
    Some(Key::new(owner["kind"].as_str()?, namespace, owner["name"].as_str()?))
}

/// The ownerReference of what `owner` controls.
fn owner_reference(owner: &Value) -> Value {
    json!({
        "apiVersion": owner["apiVersion"],
        "blockOwnerDeletion": true,
        "controller": true,
        "kind": owner["kind"].as_str().map(canonical_kind),
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
    })
}

/// `object` with `owner` as its controller.
fn adopted(object: &Value, owner: &Value) -> Value {
    let mut object = object.clone();
    match object["metadata"]["ownerReferences"].as_array_mut() {
        Some(owners) => {
            // A controller without kind or name is none.
            owners.retain(|reference| reference["controller"] != true);
            owners.push(owner_reference(owner));
        }
        None => object["metadata"]["ownerReferences"] = json!([owner_reference(owner)]),
    }
    object
}

fn count(object: &Value, part: &str, field: &str) -> i64 {
    object[part][field].as_i64().unwrap_or(0).clamp(0, MAX_PODS)
}

/// The most Pods that a count stands for; a typing error must not overflow.
const MAX_PODS: i64 = 1_000_000;

/// Whether the parts of a workload that are written to have the types that they must have.
fn is_sound(object: &Value) -> bool {
    let template = &object["spec"]["template"];
    let metadata = &template["metadata"];
    template.is_object()
        && [metadata, &metadata["labels"], &object["metadata"]["annotations"]]
            .into_iter()
            .all(|part| part.is_object() || part.is_null())
}

fn is_going(object: &Value) -> bool {
    !object["metadata"]["deletionTimestamp"].is_null()
}
