//! Objects that are kept as they are, and who controls what.

use super::controllers::{controller_of, made_up_uid};
use super::defaults;
use super::layer::Left;
use super::object::At;
use super::{Cluster, Key, Labels};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Kinds that make others.
fn has_controller(key: &Key) -> bool {
    matches!(
        &*key.kind,
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob"
    )
}

impl Cluster {
    pub(super) fn put_other(&mut self, key: &Key, mut object: Value) {
        if has_controller(key) {
            self.complete_workload(key, &mut object);
        }
        self.unlink_other(key);
        let owner = controller_of(&object, &key.name.namespace);
        if &*key.kind == "ReplicaSet" && owner.is_none() {
            self.orphan_sets.insert_mut(key.clone());
            let labels = &object["metadata"]["labels"];
            if let Ok(labels) = Labels::read(&At::root(labels)) {
                self.enqueue_adopters("Deployment", &key.name.namespace, &labels);
            }
        }
        if let Some(owner) = owner {
            self.link(&owner, key);
        }
        self.note_adopter(key, Some(&object));
        self.others.insert_mut(key.clone(), Arc::new(object));
        if has_controller(key) {
            self.enqueue(key.clone());
        }
        if &*key.kind == "Endpoints" {
            self.derive(&key.name);
        }
    }

    pub(super) fn delete_other(&mut self, key: &Key) {
        self.unlink_other(key);
        self.note_adopter(key, None);
        self.others.remove_mut(key);
        self.queue.remove_mut(key);
        self.unsettled.remove_mut(key);
        self.n_made.remove(&key.name);
        if &*key.kind == "Endpoints" {
            self.derive(&key.name);
        }
    }

    fn unlink_other(&mut self, key: &Key) {
        self.orphan_sets.remove_mut(key);
        let old = self.others.get(key);
        if let Some(owner) = old.and_then(|old| controller_of(old, &key.name.namespace)) {
            self.unlink(&owner, key);
        }
    }

    /// Notes that `owner` controls `key`, and that it has to look at it.
    pub(super) fn link(&mut self, owner: &Key, key: &Key) {
        self.owned.change(owner, |keys| {
            keys.insert_mut(key.clone());
            Left::Something
        });
        self.enqueue_owner(owner);
    }

    pub(super) fn unlink(&mut self, owner: &Key, key: &Key) {
        self.owned.change(owner, |keys| {
            keys.remove_mut(key);
            if keys.is_empty() { Left::Nothing } else { Left::Something }
        });
        self.enqueue_owner(owner);
    }

    pub(super) fn enqueue_owner(&mut self, owner: &Key) {
        if has_controller(owner) {
            self.enqueue(owner.clone());
        }
    }

    /// All DaemonSets: a node came, changed or went.
    pub(super) fn enqueue_daemon_sets(&mut self) {
        let first = Key::new("DaemonSet", "", "");
        let keys = self.others.range(first.clone()..).map(|(key, _)| key);
        let keys: Vec<Key> = keys.take_while(|key| key.kind == first.kind).cloned().collect();
        keys.into_iter().for_each(|key| self.enqueue(key));
    }

    /// What `owner` controls, the last first.
    pub(super) fn owned_in_reverse(&self, owner: &Key) -> Vec<Key> {
        let mut keys: Vec<Key> = self.owned.get(owner).into_iter().flatten().cloned().collect();
        keys.reverse();
        keys
    }

    /// What `owner` controls is controlled by nothing any more.
    pub(super) fn orphan_owned(&mut self, owner: &Key) {
        let keys: Vec<Key> = self.owned.get(owner).into_iter().flatten().cloned().collect();
        for key in keys {
            let name = &key.name;
            let Some(mut object) = self.get(&key.kind, &name.namespace, &name.name) else {
                continue;
            };
            if let Some(owners) = object["metadata"]["ownerReferences"].as_array_mut() {
                owners.retain(|reference| reference["controller"] != true);
                if owners.is_empty()
                    && let Some(metadata) = object["metadata"].as_object_mut()
                {
                    metadata.shift_remove("ownerReferences");
                }
            }
            let _ = self.put_object(object);
        }
        self.queue.remove_mut(owner);
    }

    /// What the server gives a workload that a world gives short.
    fn complete_workload(&self, key: &Key, object: &mut Value) {
        defaults::workload(object);
        let Some(root) = object.as_object_mut() else { return };
        let slot = root.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
        let Some(metadata) = slot.as_object_mut() else { return };
        let is_missing = |value: Option<&Value>| value.is_none_or(|v| v.is_null() || *v == "");
        if is_missing(metadata.get("uid")) {
            metadata.insert("uid".to_owned(), made_up_uid(&key.to_string()).into());
        }
        if is_missing(metadata.get("creationTimestamp")) {
            metadata.insert("creationTimestamp".to_owned(), self.settings.now.clone().into());
        }
        if is_missing(metadata.get("generation")) {
            metadata.insert("generation".to_owned(), 1.into());
        }
        if &*key.kind == "Job" && object["spec"]["selector"].is_null() {
            defaults::job_selector(object);
            defaults::job_labels(object);
        }
    }
}
