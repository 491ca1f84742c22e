//! What `kubectl apply` has to do with an object, and what will come of it: found out before its
//! turn where a file holds very many.

use super::apply::{How, LAST_APPLIED, annotated, prune_nulls};
use super::apply_read::{Info, decode_strictly};
use super::write::{DryRun, Validation};
use crate::cluster::{self, Cluster, Foreseen, MergeError, PatchType};
use crate::manifest::decode::DecodeError;
use crate::validate::gotext;
use serde_json::{Map, Value};
use std::sync::Arc;

/// What is to be done with an object.
pub(super) enum Plan {
    /// It is not known before its turn.
    Later,
    /// It is new.
    Create(Box<Creation>),
    /// It is there, and may have to change.
    Patch(Box<Patching>),
}

/// A new object.
pub(super) struct Creation {
    /// The manifest's.
    given: Value,
    /// As it is sent.
    pub(super) object: Value,
    /// What the server says of its fields.
    pub(super) decoded: Result<(), (String, Option<DecodeError>)>,
    pub(super) foreseen: Option<Foreseen>,
}

/// A change of what is there.
pub(super) struct Patching {
    /// What the cluster held.
    seen: Option<Arc<Value>>,
    /// The object as the server shows it.
    pub(super) current: Arc<Value>,
    /// The manifest with the note of itself.
    pub(super) modified: Value,
    pub(super) patch: Result<Value, NoPatch>,
    pub(super) foreseen: Option<Foreseen>,
}

/// Why there is no patch.
pub(super) enum NoPatch {
    /// The object is of a kind that is in no schema, and may not change.
    OtherKind(String),
    /// A list can't be merged.
    Merge(MergeError),
}

impl Plan {
    /// What will have to be done, should nothing else change before; the manifest's object goes
    /// into it.
    pub(super) fn ahead(cluster: &Cluster, how: &How, info: &mut Info) -> Self {
        let (kind, namespace, name) = (info.kind.kind, &*info.namespace, &*info.name);
        if info.has_version
            && let Some(seen) = cluster.held_as_json(kind, namespace, name)
        {
            let Some(current) = cluster.shared(kind, namespace, name) else { return Self::Later };
            let mut patching = Patching::new(info, current);
            patching.foresee(cluster, how, info);
            patching.seen = Some(seen.clone());
            return Self::Patch(Box::new(patching));
        }
        if info.has_version && cluster.has(kind, namespace, name) {
            return Self::Later;
        }
        let mut creation = Creation::new(info);
        if creation.decoded.is_ok() && info.has_version && how.dry_run != DryRun::Client {
            let dry_run = how.dry_run != DryRun::None;
            let foreseen = Foreseen::of_creation(cluster, info.kind, &creation.object, dry_run);
            creation.foreseen = foreseen;
        }
        Self::Create(Box::new(creation))
    }

    /// What has to be done as things are.
    pub(super) fn now(cluster: &Cluster, info: &mut Info) -> Self {
        let (kind, namespace, name) = (info.kind.kind, &*info.namespace, &*info.name);
        let current = cluster.shared(kind, namespace, name).filter(|_| info.has_version);
        match current {
            Some(current) => Self::Patch(Box::new(Patching::new(info, current))),
            None => Self::Create(Box::new(Creation::new(info))),
        }
    }

    /// Whether nothing else changed what it stands on.
    pub(super) fn holds(&self, cluster: &Cluster, info: &Info) -> bool {
        let (kind, namespace, name) = (info.kind.kind, &*info.namespace, &*info.name);
        match self {
            Self::Later => false,
            Self::Create(_) => !info.has_version || !cluster.has(kind, namespace, name),
            Self::Patch(patching) => {
                let held = cluster.held_as_json(kind, namespace, name);
                let seen = patching.seen.as_ref();
                held.zip(seen).is_some_and(|(held, seen)| Arc::ptr_eq(held, seen))
            }
        }
    }

    /// Gives the manifest's object back.
    pub(super) fn give_back(self, info: &mut Info) {
        match self {
            Self::Later => {}
            Self::Create(creation) => info.object = creation.given,
            // Noted anew, it gets the same note.
            Self::Patch(patching) => info.object = patching.modified,
        }
    }
}

impl Creation {
    fn new(info: &mut Info) -> Self {
        let given = info.object.take();
        let mut object = annotated(given.clone());
        prune_nulls(&mut object);
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.shift_remove("resourceVersion");
        }
        let decoded = decode_strictly(info, &object);
        Self { given, object, decoded, foreseen: None }
    }
}

impl Patching {
    fn new(info: &mut Info, current: Arc<Value>) -> Self {
        let original = current["metadata"]["annotations"][LAST_APPLIED].as_str();
        let modified = annotated(info.object.take());
        let before = original.and_then(|text| serde_json::from_str::<Value>(text).ok());
        let patch = if info.written_kind == info.kind.kind {
            let kind = info.kind.kind;
            cluster::three_way_patch(kind, before.as_ref(), &modified, &current)
                .map_err(NoPatch::Merge)
        } else {
            // A kind that is in no schema is merged as plain JSON, and may not change.
            let before = before.unwrap_or_default();
            let patch = cluster::three_way_json_patch(&before, &modified, &current);
            let why = format!("precondition failed for: {}", gotext::plain(&patch));
            Err(NoPatch::OtherKind(why))
        };
        Self { seen: None, current, modified, patch, foreseen: None }
    }

    fn foresee(&mut self, cluster: &Cluster, how: &How, info: &Info) {
        let Ok(patch) = &self.patch else { return };
        if how.dry_run == DryRun::Client || patch.as_object().is_some_and(Map::is_empty) {
            return;
        }
        let flags = (how.validation != Validation::Strict, how.dry_run != DryRun::None);
        let place = (&*info.namespace, &*info.name);
        let patch = (PatchType::Strategic, patch);
        self.foreseen = Foreseen::of_patch(cluster, info.kind, place, patch, flags);
    }
}
