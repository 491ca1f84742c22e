//! ControllerRevisions: the templates that a StatefulSet or DaemonSet had
//! (pkg/controller/history, v1.36).

use super::names::{made_up_uid, revision_hash, template_hash};
use super::owner_reference;
use crate::cluster::{Cluster, Key};
use crate::source::sort;
use serde_json::{Value, json};
use std::sync::Arc;

const KIND: &str = "ControllerRevision";
const HASH: &str = "controller-revision-hash";
/// More names than that are never taken, unless something goes wrong.
const MAX_COLLISIONS: u32 = 5;

/// A revision's name and the hash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    pub(super) name: String,
    pub(super) hash: String,
}

fn number(revision: &Value) -> i64 {
    revision["revision"].as_i64().unwrap_or(0)
}

impl Cluster {
    /// The revisions of a set, oldest first.
    fn revisions(&self, key: &Key) -> Vec<Arc<Value>> {
        let keys = self.owned_by(key, KIND);
        let mut all: Vec<Arc<Value>> = keys.iter().filter_map(|key| self.other(key)).collect();
        sort::sort_by_key(&mut all, |revision| number(revision));
        all
    }

    /// The revision of a set's template, made where there is none; an old one that is taken
    /// up again becomes the newest. None where no name is free.
    pub(super) fn revision_of(&mut self, key: &Key, set: &Value) -> Option<Revision> {
        let template = &set["spec"]["template"];
        let all = self.revisions(key);
        let newest = all.last().map_or(0, |revision| number(revision));
        let same = all.iter().find(|revision| held_template(revision) == *template);
        if let Some(held) = same {
            let revision = named(held)?;
            if number(held) < newest {
                let mut again = (**held).clone();
                again["revision"] = (newest + 1).into();
                self.write(again).ok()?;
            }
            return Some(revision);
        }
        for collisions in 0..MAX_COLLISIONS {
            let hash = match &*key.kind {
                "StatefulSet" => revision_hash(template, collisions),
                _ => template_hash(template, collisions),
            };
            let name = format!("{}-{hash}", key.name.name);
            let at = Key::new(KIND, &key.name.namespace, &name);
            if self.other(&at).is_some() {
                continue;
            }
            let mut labels = template["metadata"]["labels"].clone();
            if labels.is_null() {
                labels = json!({});
            }
            labels[HASH] = hash.clone().into();
            let mut data = template.clone();
            data["$patch"] = "replace".into();
            let mut metadata = json!({
                "creationTimestamp": self.settings.now,
                "labels": labels,
                "name": name,
                "namespace": &*key.name.namespace,
                "ownerReferences": [owner_reference(set)],
                "uid": made_up_uid(&format!("{KIND}/{}/{name}", key.name.namespace)),
            });
            if !set["metadata"]["annotations"].is_null() {
                metadata["annotations"] = set["metadata"]["annotations"].clone();
            }
            let revision = json!({
                "apiVersion": "apps/v1",
                "data": {"spec": {"template": data}},
                "kind": KIND,
                "metadata": metadata,
                "revision": newest + 1,
            });
            self.write(revision).ok()?;
            return Some(Revision { name, hash });
        }
        None
    }

    /// The template of the revision of that name.
    pub(super) fn template_at(&self, key: &Key, name: &str) -> Option<Value> {
        let revision = self.other(&Key::new(KIND, &key.name.namespace, name))?;
        Some(held_template(&revision))
    }

    /// Old revisions beyond the limit go, unless a Pod still is of one (`truncateHistory`).
    pub(super) fn truncate_history(&mut self, key: &Key, set: &Value, live: &[&str]) {
        let limit = set["spec"]["revisionHistoryLimit"].as_u64().unwrap_or(10);
        let in_use: Vec<String> = self
            .pods_of(key)
            .iter()
            .filter_map(|pod| pod.labels().get(HASH).map(str::to_owned))
            .collect();
        let old: Vec<Arc<Value>> = self
            .revisions(key)
            .into_iter()
            .filter(|revision| {
                named(revision).is_some_and(|revision| {
                    !live.contains(&revision.name.as_str())
                        && !in_use.contains(&revision.name)
                        && !in_use.contains(&revision.hash)
                })
            })
            .collect();
        let surplus = old.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
        for revision in old.iter().take(surplus) {
            if let Some(revision) = named(revision) {
                self.delete_object(&Key::new(KIND, &key.name.namespace, &revision.name));
            }
        }
    }
}

fn named(revision: &Value) -> Option<Revision> {
    let metadata = &revision["metadata"];
    Some(Revision {
        name: metadata["name"].as_str()?.to_owned(),
        hash: metadata["labels"][HASH].as_str()?.to_owned(),
    })
}

fn held_template(revision: &Value) -> Value {
    let mut template = revision["data"]["spec"]["template"].clone();
    if let Some(template) = template.as_object_mut() {
        template.shift_remove("$patch");
    }
    template
}
