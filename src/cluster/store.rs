//! The store: objects by kind, namespace and name, and what follows from each change.

use super::address::Addresses;
use super::endpoints::{self, Endpoints};
use super::kind::is_namespaced;
use super::object::{
    At, EndpointSlice, Namespace, NetworkPolicy, Node, ObjectError, Pod, Service, Templates,
};
use super::{Key, Name, Settings, balancer, canonical_kind, place};
use rpds::{HashTrieMapSync, RedBlackTreeMapSync, RedBlackTreeSetSync};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Namespace, label key, label value.
pub(super) type Pair = (Arc<str>, Arc<str>, Arc<str>);

/// A cluster in memory: settings and objects. A clone takes constant time and shares all
/// that neither copy changes.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub(super) settings: Arc<Settings>,
    pub(super) services: RedBlackTreeMapSync<Name, Arc<Service>>,
    pub(super) pods: RedBlackTreeMapSync<Name, Arc<Pod>>,
    pub(super) slices: RedBlackTreeMapSync<Name, Arc<EndpointSlice>>,
    pub(super) policies: RedBlackTreeMapSync<Name, Arc<NetworkPolicy>>,
    pub(super) nodes: RedBlackTreeMapSync<Arc<str>, Arc<Node>>,
    pub(super) namespaces: RedBlackTreeMapSync<Arc<str>, Arc<Namespace>>,
    others: RedBlackTreeMapSync<Key, Arc<Value>>,
    templates: Templates,
    pub(super) addresses: Addresses,
    /// kube-proxy's view of each Service's slices.
    pub(super) endpoints: HashTrieMapSync<Name, Arc<Endpoints>>,
    /// The slices of each Service.
    pub(super) slices_of: HashTrieMapSync<Name, Vec<Name>>,
    /// Pods by label.
    pub(super) labelled: HashTrieMapSync<Pair, RedBlackTreeSetSync<Arc<str>>>,
    /// Services by each pair of their selector.
    pub(super) selecting: HashTrieMapSync<Pair, Vec<Name>>,
    /// Pods that wait for a node.
    pending: RedBlackTreeSetSync<Name>,
    /// How many Pods were placed in turn.
    n_placed: usize,
    revision: u64,
    /// Services to derive anew at the end, while many objects are put.
    deferred: Option<BTreeSet<Name>>,
}

impl Cluster {
    /// A cluster with nothing in it.
    pub(super) fn empty(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            services: RedBlackTreeMapSync::default(),
            pods: RedBlackTreeMapSync::default(),
            slices: RedBlackTreeMapSync::default(),
            policies: RedBlackTreeMapSync::default(),
            nodes: RedBlackTreeMapSync::default(),
            namespaces: RedBlackTreeMapSync::default(),
            others: RedBlackTreeMapSync::default(),
            templates: Templates::default(),
            addresses: Addresses::default(),
            endpoints: HashTrieMapSync::default(),
            slices_of: HashTrieMapSync::default(),
            labelled: HashTrieMapSync::default(),
            selecting: HashTrieMapSync::default(),
            pending: RedBlackTreeSetSync::default(),
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
        match &*key.kind {
            "Service" => self.services.get(&key.name).map(|o| (*o.value).clone()),
            "Pod" => self.pods.get(&key.name).map(|o| o.to_value()),
            "EndpointSlice" => self.slices.get(&key.name).map(|o| o.to_value()),
            "NetworkPolicy" => self.policies.get(&key.name).map(|o| (*o.value).clone()),
            "Node" => self.nodes.get(name).map(|o| (*o.value).clone()),
            "Namespace" => self.namespaces.get(name).map(|o| (*o.value).clone()),
            _ => self.others.get(&key).map(|o| (**o).clone()),
        }
    }

    /// The objects of `kind` (named as for [`Self::get`]), by namespace and name: of one
    /// namespace where it is given.
    #[must_use]
    pub fn list(&self, kind: &str, namespace: Option<&str>) -> Vec<Value> {
        let kind = canonical_kind(kind);
        let within = |name: &&Name| namespace.is_none_or(|ns| *name.namespace == *ns);
        match kind {
            "Service" => {
                self.services().filter(|o| within(&&o.name)).map(|o| (*o.value).clone()).collect()
            }
            "Pod" => self.pods().filter(|o| within(&&o.name)).map(|o| o.to_value()).collect(),
            "EndpointSlice" => {
                self.slices().filter(|o| within(&&o.name)).map(|o| o.to_value()).collect()
            }
            "NetworkPolicy" => {
                self.policies().filter(|o| within(&&o.name)).map(|o| (*o.value).clone()).collect()
            }
            "Node" => self.nodes().map(|o| (*o.value).clone()).collect(),
            "Namespace" => self.namespaces().map(|o| (*o.value).clone()).collect(),
            _ => self
                .others
                .iter()
                .filter(|(key, _)| key.kind.eq_ignore_ascii_case(kind))
                .filter(|(key, _)| !is_namespaced(kind) || within(&&key.name))
                .map(|(_, o)| (**o).clone())
                .collect(),
        }
    }

    /// Puts `object` in, in place of what is there under its kind, namespace and name, and
    /// settles what follows. Nothing is validated or defaulted here beyond what the module's
    /// documentation says. An object that cannot be read changes nothing.
    pub fn put(&mut self, object: Value) -> Result<Key, ObjectError> {
        let key = read_key(&object)?;
        match &*key.kind {
            "Service" => self.put_service(Service::read(named(object, &key))?),
            "Pod" => self.put_pod(named(object, &key))?,
            "Node" => self.put_node(object)?,
            "Namespace" => {
                let namespace = Namespace::read(object)?;
                self.namespaces.insert_mut(namespace.name.clone(), Arc::new(namespace));
            }
            "EndpointSlice" => {
                let slice = EndpointSlice::read(named(object, &key))?;
                let before = self.remove_slice(&key.name);
                let after = self.insert_slice(slice);
                before.iter().chain(&after).for_each(|service| self.view(service));
            }
            "NetworkPolicy" => {
                let policy = NetworkPolicy::read(named(object, &key))?;
                self.policies.insert_mut(key.name.clone(), Arc::new(policy));
            }
            _ => {
                let object = if is_namespaced(&key.kind) { named(object, &key) } else { object };
                self.others.insert_mut(key.clone(), Arc::new(object));
            }
        }
        self.revision += 1;
        Ok(key)
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
        self.deferred.get_or_insert_default();
        let result = change(self);
        for service in self.deferred.take().unwrap_or_default() {
            self.derive(&service);
        }
        result
    }

    /// Takes the object out and settles what follows; gives it as it was, or none where it
    /// was not there. `kind` and `namespace` as for [`Self::get`].
    pub fn delete(&mut self, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let key = key_of(kind, namespace, name);
        let old = self.get(kind, namespace, name)?;
        match &*key.kind {
            "Service" => self.delete_service(&key.name),
            "Pod" => self.delete_pod(&key.name),
            "Node" => self.delete_node(name),
            "Namespace" => self.delete_namespace(name),
            "EndpointSlice" => {
                // The controller makes its own slices anew.
                if let Some(service) = self.remove_slice(&key.name) {
                    self.derive(&service);
                }
            }
            "NetworkPolicy" => {
                self.policies.remove_mut(&key.name);
            }
            _ => {
                self.others.remove_mut(&key);
            }
        }
        self.revision += 1;
        Some(old)
    }

    fn put_service(&mut self, mut service: Service) {
        self.unlink_service(&service.name);
        if let Some(value) = balancer::settle(self, &service)
            && let Ok(settled) = Service::read(value)
        {
            service = settled;
        }
        let service = Arc::new(service);
        self.addresses.add_service(&service);
        for pair in selector_pairs(&service) {
            match self.selecting.get_mut(&pair) {
                Some(names) => names.push(service.name.clone()),
                None => self.selecting.insert_mut(pair, vec![service.name.clone()]),
            }
        }
        let name = service.name.clone();
        self.services.insert_mut(name.clone(), service);
        self.derive(&name);
    }

    fn unlink_service(&mut self, name: &Name) {
        let Some(old) = self.services.get(name).cloned() else { return };
        self.addresses.remove_service(&old);
        for pair in selector_pairs(&old) {
            if let Some(names) = self.selecting.get_mut(&pair) {
                names.retain(|other| other != name);
            }
        }
    }

    fn delete_service(&mut self, name: &Name) {
        self.unlink_service(name);
        self.services.remove_mut(name);
        // Slices of a Service that is gone go too, hand-made ones stay.
        self.derive(name);
    }

    fn put_pod(&mut self, mut object: Value) -> Result<(), ObjectError> {
        // Its address comes from the old Pod while that is there, so the new one is read
        // and completed first.
        let n_placed = self.n_placed;
        place::complete_pod(self, &mut object);
        let pod = match Pod::read(object, &mut self.templates) {
            Ok(pod) => pod,
            Err(error) => {
                self.n_placed = n_placed;
                return Err(error);
            }
        };
        let mut services = BTreeSet::new();
        if let Some(old) = self.pods.get(&pod.name).cloned() {
            services = self.services_selecting(&old);
            self.unlink_pod(&old);
        }
        let pod = Arc::new(pod);
        self.addresses.add_pod(&pod);
        for (key, value) in pod.labels().iter() {
            let pair = (pod.name.namespace.clone(), key.into(), value.into());
            match self.labelled.get_mut(&pair) {
                Some(names) => names.insert_mut(pod.name.name.clone()),
                None => {
                    let mut names = RedBlackTreeSetSync::default();
                    names.insert_mut(pod.name.name.clone());
                    self.labelled.insert_mut(pair, names);
                }
            }
        }
        if pod.node.is_none() {
            self.pending.insert_mut(pod.name.clone());
        }
        services.extend(self.services_selecting(&pod));
        self.pods.insert_mut(pod.name.clone(), pod);
        services.iter().for_each(|service| self.derive(service));
        Ok(())
    }

    fn unlink_pod(&mut self, pod: &Pod) {
        self.addresses.remove_pod(pod);
        self.pending.remove_mut(&pod.name);
        for (key, value) in pod.labels().iter() {
            let pair = (pod.name.namespace.clone(), key.into(), value.into());
            if let Some(names) = self.labelled.get_mut(&pair) {
                names.remove_mut(&pod.name.name);
            }
        }
    }

    fn delete_pod(&mut self, name: &Name) {
        let Some(old) = self.pods.get(name).cloned() else { return };
        let services = self.services_selecting(&old);
        self.unlink_pod(&old);
        self.pods.remove_mut(name);
        services.iter().for_each(|service| self.derive(service));
    }

    fn put_node(&mut self, mut object: Value) -> Result<(), ObjectError> {
        place::complete_node(self, &mut object);
        let node = Node::read(object)?;
        let old = self.nodes.get(&node.name).cloned();
        if let Some(old) = &old {
            self.addresses.remove_node(old);
        }
        let node = Arc::new(node);
        self.addresses.add_node(&node);
        let name = node.name.clone();
        let zone_changed = old.as_ref().is_none_or(|old| old.zone() != node.zone());
        self.nodes.insert_mut(name.clone(), node);
        // A pending Pod has its node now; endpoints carry their node's zone.
        let pending: Vec<Name> = self.pending.iter().cloned().collect();
        for pod in pending {
            if let Some(value) = self.pods.get(&pod).map(|pod| pod.to_value()) {
                let mut value = value;
                if value["status"]["phase"] == "Pending" {
                    value["status"]["phase"] = Value::Null;
                }
                self.put_pod(value)?;
            }
        }
        if zone_changed {
            self.derive_for_node(&name);
        }
        Ok(())
    }

    fn delete_node(&mut self, name: &str) {
        let Some(old) = self.nodes.get(name).cloned() else { return };
        self.addresses.remove_node(&old);
        self.nodes.remove_mut(name);
        self.derive_for_node(name);
    }

    fn derive_for_node(&mut self, node: &str) {
        let pods: Vec<Arc<Pod>> =
            self.pods.values().filter(|pod| pod.node.as_deref() == Some(node)).cloned().collect();
        let services: BTreeSet<Name> =
            pods.iter().flat_map(|pod| self.services_selecting(pod)).collect();
        services.iter().for_each(|service| self.derive(service));
    }

    /// A namespace goes with all that is in it.
    fn delete_namespace(&mut self, namespace: &str) {
        let within = |name: &&Name| *name.namespace == *namespace;
        let services: Vec<Name> = self.services.keys().filter(within).cloned().collect();
        services.iter().for_each(|name| self.delete_service(name));
        let pods: Vec<Name> = self.pods.keys().filter(within).cloned().collect();
        pods.iter().for_each(|name| self.delete_pod(name));
        let slices: Vec<Name> = self.slices.keys().filter(within).cloned().collect();
        for name in &slices {
            if let Some(service) = self.remove_slice(name) {
                self.view(&service);
            }
        }
        let policies: Vec<Name> = self.policies.keys().filter(within).cloned().collect();
        for name in &policies {
            self.policies.remove_mut(name);
        }
        let others: Vec<Key> = self
            .others
            .keys()
            .filter(|key| is_namespaced(&key.kind) && within(&&key.name))
            .cloned()
            .collect();
        for key in &others {
            self.others.remove_mut(key);
        }
        self.namespaces.remove_mut(namespace);
    }

    /// Makes the controller's slices of Service `name` anew, and kube-proxy's view of all
    /// its slices.
    fn derive(&mut self, name: &Name) {
        if let Some(deferred) = &mut self.deferred {
            deferred.insert(name.clone());
            return;
        }
        let old: Vec<Name> = self
            .slices_of
            .get(name)
            .into_iter()
            .flatten()
            .filter(|slice| self.slices.get(*slice).is_some_and(|slice| slice.managed))
            .cloned()
            .collect();
        for slice in &old {
            self.remove_slice(slice);
        }
        if let Some(service) = self.services.get(name).cloned() {
            for slice in endpoints::derive(self, &service) {
                self.insert_slice(slice);
            }
        }
        self.view(name);
    }

    /// Puts a slice in; gives the Service that it belongs to, whose view is stale then.
    fn insert_slice(&mut self, slice: EndpointSlice) -> Option<Name> {
        let service = slice.service_name();
        if let Some(service) = &service {
            match self.slices_of.get_mut(service) {
                Some(names) => names.push(slice.name.clone()),
                None => self.slices_of.insert_mut(service.clone(), vec![slice.name.clone()]),
            }
        }
        self.slices.insert_mut(slice.name.clone(), Arc::new(slice));
        service
    }

    /// Takes a slice out; gives the Service that it belonged to, whose view is stale then.
    fn remove_slice(&mut self, name: &Name) -> Option<Name> {
        let service = self.slices.get(name)?.service_name();
        self.slices.remove_mut(name);
        if let Some(names) = service.as_ref().and_then(|service| self.slices_of.get_mut(service)) {
            names.retain(|other| other != name);
        }
        service
    }

    fn view(&mut self, service: &Name) {
        let view = endpoints::view(self, self.slices_of(service).map(|slice| &**slice));
        if view.ports.is_empty() {
            self.endpoints.remove_mut(service);
        } else {
            self.endpoints.insert_mut(service.clone(), Arc::new(view));
        }
    }

    /// The node for the next Pod that has none: ready nodes in turn, by name.
    pub(super) fn next_node(&mut self) -> Option<String> {
        let ready: Vec<&Arc<Node>> = self.nodes.values().filter(|node| node.ready).collect();
        let node = ready.get(self.n_placed % ready.len().max(1))?.name.to_string();
        self.n_placed += 1;
        Some(node)
    }
}

fn selector_pairs(service: &Service) -> Vec<Pair> {
    let namespace = &service.name.namespace;
    let pairs = service.selector.iter().flat_map(|selector| selector.iter());
    pairs.map(|(key, value)| (namespace.clone(), key.into(), value.into())).collect()
}

fn key_of(kind: &str, namespace: &str, name: &str) -> Key {
    let kind = canonical_kind(kind);
    let namespace = match namespace {
        _ if !is_namespaced(kind) => "",
        "" => "default",
        namespace => namespace,
    };
    Key::new(kind, namespace, name)
}

fn read_key(object: &Value) -> Result<Key, ObjectError> {
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
