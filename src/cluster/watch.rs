//! What changed at which resource version: what a watch is made of.

use super::object::{EndpointSlice, Namespace, NetworkPolicy, Node, Pod, Service};
use super::{Cluster, Key};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;

/// The most changes that are kept; the oldest go first.
pub(super) const MAX_CHANGES: usize = 2_000;

/// What happened to an object, as a watch calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// `ADDED`
    Added,
    /// `MODIFIED`
    Modified,
    /// `DELETED`
    Deleted,
}

/// One change of one object.
#[derive(Debug, Clone)]
pub struct Change {
    /// The cluster's revision by it.
    pub version: u64,
    /// What happened.
    pub kind: ChangeKind,
    /// To which object.
    pub key: Key,
    held: Held,
}

impl Change {
    /// The object after the change; before it, where it was deleted.
    #[must_use]
    pub fn object(&self) -> Value {
        self.held.to_value()
    }
}

/// An object as the store holds it.
#[derive(Debug, Clone)]
pub(super) enum Held {
    Service(Arc<Service>),
    Pod(Arc<Pod>),
    Slice(Arc<EndpointSlice>),
    Policy(Arc<NetworkPolicy>),
    Node(Arc<Node>),
    Namespace(Arc<Namespace>),
    Other(Arc<Value>),
}

impl Held {
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Service(object) => (*object.value).clone(),
            Self::Pod(object) => object.to_value(),
            Self::Slice(object) => object.json(None).into_owned(),
            Self::Policy(object) => (*object.value).clone(),
            Self::Node(object) => (*object.value).clone(),
            Self::Namespace(object) => (*object.value).clone(),
            Self::Other(object) => (**object).clone(),
        }
    }
}

/// The last changes, by version.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    changes: Arc<VecDeque<Arc<Change>>>,
    /// The version of the last change that is not kept.
    forgotten: u64,
}

impl Cluster {
    /// The changes after resource version `version`, in order; none where so old ones are
    /// forgotten, and a watch has to list again (`410 Gone`). Reading a world is no change.
    pub fn changes_since(&self, version: u64) -> Option<impl Iterator<Item = &Arc<Change>>> {
        if version < self.log.forgotten {
            return None;
        }
        let changes = &self.log.changes;
        let first = changes.partition_point(|change| change.version <= version);
        Some(changes.range(first..))
    }

    pub(super) fn held(&self, key: &Key) -> Option<Held> {
        Some(match &*key.kind {
            "Service" => Held::Service(self.services.get(&key.name)?.clone()),
            "Pod" => Held::Pod(self.pods.get(&key.name)?.clone()),
            "EndpointSlice" => Held::Slice(self.slices.get(&key.name)?.clone()),
            "NetworkPolicy" => Held::Policy(self.policies.get(&key.name)?.clone()),
            "Node" => Held::Node(self.nodes.get(&key.name)?.clone()),
            "Namespace" => Held::Namespace(self.namespaces.get(&key.name)?.clone()),
            _ => Held::Other(self.others.get(key)?.clone()),
        })
    }

    /// Lets go of the changes up to now.
    pub(super) fn forget_changes(&mut self) {
        self.log = Log { forgotten: self.revision, ..Log::default() };
    }

    /// Notes a change at `version`.
    pub(super) fn note(&mut self, version: u64, kind: ChangeKind, key: Key, held: Option<Held>) {
        let Some(held) = held else { return };
        let log = &mut self.log;
        if self.is_reading {
            log.forgotten = version;
            return;
        }
        let changes = Arc::make_mut(&mut log.changes);
        // What follows from a change has a later version, and may be noted before it.
        let mut at = changes.len();
        while at > 0 && changes.get(at - 1).is_some_and(|change| change.version > version) {
            at -= 1;
        }
        changes.insert(at, Arc::new(Change { version, kind, key, held }));
        if changes.len() > MAX_CHANGES
            && let Some(oldest) = changes.pop_front()
        {
            log.forgotten = oldest.version;
        }
    }
}
