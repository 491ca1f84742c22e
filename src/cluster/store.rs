//! The store: objects by kind, namespace and name, and what follows from each change.

use super::address::{self, Addresses};
use super::adopters::Adopters;
use super::controllers::Alike;
use super::endpoints::Endpoints;
use super::events::Events;
use super::key::Pair;
use super::kind::is_namespaced;
use super::layer::Layer;
use super::object::{
    At, EndpointSlice, Namespace, NetworkPolicy, Node, ObjectError, Page, Pod, Service, Templates,
};
use super::table::Table;
use super::watch::{ChangeKind, Held, Log};
use super::{Key, Labels, Name, Settings, canonical_kind};
use rpds::{RedBlackTreeMapSync, RedBlackTreeSetSync};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// What becomes of what a deleted object controls (kubectl's `--cascade`; foreground and
/// background end alike, so they are one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Cascade {
    /// It goes too.
    #[default]
    Background,
    /// It stays, and nothing controls it any more.
    Orphan,
}

/// The Pods of one namespace that have the same labels.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    pub(super) names: RedBlackTreeSetSync<Arc<str>>,
    /// How many of them a controller may take.
    pub(super) n_free: usize,
}

/// A cluster in memory: settings and objects. A clone takes constant time and shares all
/// that neither copy changes.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub(super) settings: Arc<Settings>,
    pub(super) services: Table<Service>,
    pub(super) pods: Table<Pod>,
    pub(super) slices: Table<EndpointSlice>,
    pub(super) policies: Table<NetworkPolicy>,
    pub(super) nodes: Table<Node>,
    pub(super) namespaces: Table<Namespace>,
    pub(super) others: RedBlackTreeMapSync<Key, Arc<Value>>,
    pub(super) templates: Templates,
    pub(super) addresses: Addresses,
    /// kube-proxy's view of each Service's slices.
    pub(super) endpoints: Layer<Name, Arc<Endpoints>>,
    /// The slices of each Service.
    pub(super) slices_of: Layer<Name, Vec<Name>>,
    /// Slices made by hand, by their endpoints' addresses.
    pub(super) made_at: Layer<IpAddr, address::Held<Name>>,
    /// Pods by namespace and all of their labels.
    pub(super) groups: Layer<(Arc<str>, Labels), Group>,
    /// The sets of labels in use that hold a pair.
    pub(super) labelled: Layer<Pair, Vec<Labels>>,
    /// Services by each pair of their selector.
    pub(super) selecting: Layer<Pair, Vec<Name>>,
    /// Pods that wait for a node.
    pub(super) pending: RedBlackTreeSetSync<Name>,
    /// What each controller controls.
    pub(super) owned: Layer<Key, RedBlackTreeSetSync<Key>>,
    /// ReplicaSets and Deployments by what they may adopt.
    pub(super) adopters: Adopters,
    /// ReplicaSets that nothing controls.
    pub(super) orphan_sets: RedBlackTreeSetSync<Key>,
    /// How many Pods each ReplicaSet has made.
    pub(super) n_made: Layer<Name, u64>,
    /// What controllers have to look at.
    pub(super) queue: RedBlackTreeSetSync<Key>,
    /// What the controllers came to no end with.
    pub(super) unsettled: RedBlackTreeSetSync<Key>,
    /// Controllers work when they are told to.
    pub(super) stepwise: bool,
    /// A world is being read.
    pub(super) is_reading: bool,
    /// When what a world gives without a time was made: as the world began.
    pub(super) began: Arc<str>,
    pub(super) events: Events,
    pub(super) log: Log,
    /// What became of Pods while the controllers settle.
    pub(super) alike: Alike,
    /// Ready nodes by name, until a node changes.
    pub(super) ready_nodes: Option<Arc<[Arc<Node>]>>,
    /// Pods whose containers began to run, until somebody asks.
    pub(super) started: Vec<Name>,
    /// Who knows what programs answer.
    pub(super) prober: Option<super::kubelet::Prober>,
    /// When controllers have to look at something again, in seconds since 1970.
    pub(super) alarms: RedBlackTreeSetSync<(i64, Key)>,
    /// How many Pods were placed in turn.
    pub(super) n_placed: usize,
    pub(super) revision: u64,
    /// Services to derive anew at the end, while many objects are put.
    pub(super) deferred: Option<BTreeSet<Name>>,
}

impl Cluster {
    /// A cluster with nothing in it.
    pub(super) fn empty(settings: Settings) -> Self {
        Self {
            began: (*settings.now).into(),
            settings: Arc::new(settings),
            services: Table::default(),
            pods: Table::default(),
            slices: Table::default(),
            policies: Table::default(),
            nodes: Table::default(),
            namespaces: Table::default(),
            others: RedBlackTreeMapSync::default(),
            templates: Templates::default(),
            addresses: Addresses::default(),
            endpoints: Layer::default(),
            slices_of: Layer::default(),
            made_at: Layer::default(),
            groups: Layer::default(),
            labelled: Layer::default(),
            selecting: Layer::default(),
            pending: RedBlackTreeSetSync::default(),
            owned: Layer::default(),
            adopters: Adopters::default(),
            orphan_sets: RedBlackTreeSetSync::default(),
            n_made: Layer::default(),
            queue: RedBlackTreeSetSync::default(),
            unsettled: RedBlackTreeSetSync::default(),
            stepwise: false,
            is_reading: false,
            events: Events::default(),
            log: Log::default(),
            alike: Alike::default(),
            ready_nodes: None,
            started: Vec::new(),
            prober: None,
            alarms: RedBlackTreeSetSync::default(),
            n_placed: 0,
            revision: 1,
            deferred: None,
        }
    }

    /// Its network settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its network settings, to change. What was derived from them before stays.
    pub fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }

    /// A number that rises with every change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The object as the API server shows it. `kind` is taken in any case, singular, plural
    /// or short; an empty namespace is `default`, and is passed over where the kind has none.
    #[must_use]
    pub fn get(&self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let key = key_of(kind, namespace, name);
        if &*key.kind != "Pod" {
            return self.look_at(&key).map(Cow::into_owned);
        }
        let mut page = Page::new(None, &self.began);
        page.turn_to(self.pods.get(&key.name)?);
        Some(page.into_value())
    }

    /// Puts `object` in, in place of what is there under its kind, namespace and name, and
    /// settles what follows. Nothing is validated or defaulted here beyond what the module's
    /// documentation says. An object that cannot be read changes nothing.
    pub fn put(&mut self, object: Value) -> Result<Key, ObjectError> {
        let key = self.put_object(object)?;
        self.settle_unless_told();
        Ok(key)
    }

    fn settle_unless_told(&mut self) {
        if !self.stepwise && self.deferred.is_none() {
            self.settle();
        }
    }

    /// As [`Self::put`]; what controllers have to do about it is only noted.
    pub(super) fn put_object(&mut self, object: Value) -> Result<Key, ObjectError> {
        let key = read_key(&object)?;
        self.noted(&key, |cluster| cluster.put_kind(&key, object))?;
        Ok(key)
    }

    /// As [`Self::put`], of a Pod that is there and gets other metadata.
    pub(super) fn put_metadata(&mut self, pod: &Pod, metadata: Value) -> Result<(), ObjectError> {
        let key = Key { kind: "Pod".into(), name: pod.name.clone() };
        self.noted(&key, |cluster| {
            let pod = pod.with_metadata(metadata, &mut cluster.templates)?;
            cluster.insert_pod(pod);
            Ok(())
        })?;
        self.settle_unless_told();
        Ok(())
    }

    /// As [`Self::put`], of a Pod that was read with the next version.
    pub(super) fn put_read_pod(&mut self, pod: Pod) {
        let key = Key { kind: "Pod".into(), name: pod.name.clone() };
        // It was read before.
        let _ = self.noted(&key, |cluster| {
            cluster.insert_pod(pod);
            Ok(())
        });
        self.settle_unless_told();
    }

    /// Puts an object under the next version, and notes the change.
    pub(super) fn noted(
        &mut self,
        key: &Key,
        put: impl FnOnce(&mut Self) -> Result<(), ObjectError>,
    ) -> Result<(), ObjectError> {
        let kind = match self.held(key) {
            Some(_) => ChangeKind::Modified,
            None => ChangeKind::Added,
        };
        // What follows from it gets later versions.
        let version = self.revision + 1;
        self.revision = version;
        if let Err(error) = put(self) {
            self.revision = version - 1;
            return Err(error);
        }
        self.note(version, kind, key.clone(), self.held(key));
        Ok(())
    }

    fn put_kind(&mut self, key: &Key, object: Value) -> Result<(), ObjectError> {
        match &*key.kind {
            "Service" => self.put_service(Service::read(named(object, key))?),
            "Pod" => self.put_pod(named(object, key))?,
            "Node" => self.put_node(object)?,
            "Namespace" => {
                let namespace = Namespace::read(object)?;
                self.namespaces.insert(key.name.clone(), Arc::new(namespace));
            }
            "EndpointSlice" => {
                let slice = EndpointSlice::read(named(object, key))?;
                let before = self.remove_slice(&key.name);
                let after = self.insert_slice(slice);
                before.iter().chain(&after).for_each(|service| self.view(service));
            }
            "NetworkPolicy" => {
                let policy = NetworkPolicy::read(named(object, key))?;
                self.policies.insert(key.name.clone(), Arc::new(policy));
            }
            _ => {
                let object = if is_namespaced(&key.kind) { named(object, key) } else { object };
                self.put_other(key, object);
            }
        }
        Ok(())
    }

    /// Puts many objects, and settles EndpointSlices once, after the last: gives what
    /// [`Self::put`] gives for each, in order.
    pub fn put_all(
        &mut self,
        objects: impl IntoIterator<Item = Value>,
    ) -> Vec<Result<Key, ObjectError>> {
        self.at_once(|cluster| objects.into_iter().map(|object| cluster.put(object)).collect())
    }

    /// Does `change`, and settles EndpointSlices once, after it: for many objects at once.
    pub(super) fn at_once<T>(&mut self, change: impl FnOnce(&mut Self) -> T) -> T {
        self.derive_after(|cluster| {
            let result = change(cluster);
            if !cluster.stepwise {
                cluster.settle();
            }
            result
        })
    }

    /// Does `change`, and then makes the EndpointSlices that follow from all of it.
    pub(super) fn derive_after<T>(&mut self, change: impl FnOnce(&mut Self) -> T) -> T {
        if self.deferred.is_some() {
            return change(self);
        }
        self.defer();
        let result = change(self);
        self.derive_deferred();
        result
    }

    /// Leaves what follows for Services to [`Self::derive_deferred`].
    pub(super) fn defer(&mut self) {
        self.deferred = Some(BTreeSet::new());
    }

    /// What follows for the Services of which something changed since then.
    pub(super) fn derive_deferred(&mut self) {
        let services: Vec<Name> = self.deferred.take().unwrap_or_default().into_iter().collect();
        self.derive_all(&services);
    }

    /// Takes the object out and settles what follows; gives it as it was, or none where it
    /// was not there. `kind` and `namespace` as for [`Self::get`].
    /// What it controls goes with it.
    pub fn delete(&mut self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        self.delete_with(kind, namespace, name, Cascade::Background)
    }

    /// As [`Self::delete`]; what it controls goes with it, or stays behind as an orphan.
    pub fn delete_with(
        &mut self,
        kind: &str,
        namespace: &str,
        name: &str,
        cascade: Cascade,
    ) -> Option<Value> {
        self.delete_and_settle(kind, namespace, name, cascade).map(|held| held.to_value())
    }

    pub(super) fn delete_and_settle(
        &mut self,
        kind: &str,
        namespace: &str,
        name: &str,
        cascade: Cascade,
    ) -> Option<Held> {
        let key = key_of(kind, namespace, name);
        if cascade == Cascade::Orphan {
            self.orphan_owned(&key);
        }
        let old = self.delete_object(&key)?;
        self.settle_unless_told();
        Some(old)
    }

    /// As [`Self::delete`]; what controllers have to do about it is only noted.
    pub(super) fn delete_object(&mut self, key: &Key) -> Option<Held> {
        let held = self.delete_alone(key)?;
        // What it controls goes too, and what that controls; chains may be long.
        let mut rest = self.owned_in_reverse(key);
        while let Some(key) = rest.pop() {
            if self.delete_alone(&key).is_some() {
                rest.append(&mut self.owned_in_reverse(&key));
            }
        }
        Some(held)
    }

    fn delete_alone(&mut self, key: &Key) -> Option<Held> {
        let held = self.held(key)?;
        self.revision += 1;
        self.note(self.revision, ChangeKind::Deleted, key.clone(), Some(held.clone()));
        match &*key.kind {
            "Service" => self.delete_service(&key.name),
            "Pod" => self.delete_pod(&key.name),
            "Node" => self.delete_node(&key.name),
            "Namespace" => self.delete_namespace(&key.name),
            "EndpointSlice" => {
                // The controller makes its own slices anew.
                if let Some(service) = self.remove_slice(&key.name) {
                    self.derive(&service);
                }
            }
            "NetworkPolicy" => self.policies.remove(&key.name),
            _ => self.delete_other(key),
        }
        Some(held)
    }

    /// A namespace goes with all that is in it; whose controllers go with it.
    fn delete_namespace(&mut self, own: &Name) {
        self.empty_namespace(own);
        self.namespaces.remove(own);
    }

    /// All that is in a namespace goes.
    pub(super) fn empty_namespace(&mut self, own: &Name) {
        let namespace = &*own.name;
        for name in self.services.names_within(namespace) {
            self.delete_service(&name);
        }
        for name in self.pods.names_within(namespace) {
            self.delete_pod(&name);
        }
        for name in self.slices.names_within(namespace) {
            if let Some(service) = self.remove_slice(&name) {
                self.view(&service);
            }
        }
        for name in self.policies.names_within(namespace) {
            self.policies.remove(&name);
        }
        let others: Vec<Key> = self
            .others
            .keys()
            .filter(|key| is_namespaced(&key.kind) && *key.name.namespace == *namespace)
            .cloned()
            .collect();
        for key in &others {
            self.delete_other(key);
        }
    }
}

pub(super) fn key_of(kind: &str, namespace: &str, name: &str) -> Key {
    let kind = canonical_kind(kind);
    let namespace = match namespace {
        _ if !is_namespaced(kind) => "",
        "" => "default",
        namespace => namespace,
    };
    Key::new(kind, namespace, name)
}

pub(super) fn read_key(object: &Value) -> Result<Key, ObjectError> {
    let root = At::root(object);
    if root.object()?.is_none() {
        return Err(root.error("there is no object"));
    }
    let metadata = root.field("metadata");
    let kind = root.field("kind").need_str()?;
    let namespace = metadata.field("namespace").str()?.unwrap_or_default();
    Ok(key_of(kind, namespace, metadata.field("name").need_str()?))
}

/// `object` with its namespace written out.
fn named(mut object: Value, key: &Key) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        let slot = metadata.entry("namespace").or_insert(Value::Null);
        if slot.is_null() || *slot == "" {
            *slot = Value::from(&*key.name.namespace);
        }
    }
    object
}
