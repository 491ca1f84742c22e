//! What follows from a change of a Service, Pod, node or slice: who has which address, which
//! Pods a Service selects, the controller's slices, and kube-proxy's view of them.

use super::key::Pair;
use super::layer::Left;
use super::object::{EndpointSlice, Node, ObjectError, Pod, Service, SliceEndpoint};
use super::schedule::evict;
use super::watch::ChangeKind;
use super::{Cluster, Key, Name, balancer, endpoints, place};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many changed endpoints of a Service are asked for their times.
const MOST_ASKED: usize = 100;

impl Cluster {
    pub(super) fn put_service(&mut self, mut service: Service) {
        self.leave_endpoints(&service);
        self.unlink_service(&service.name);
        if let Some(value) = balancer::settle(self, &service)
            && let Ok(settled) = Service::read(value)
        {
            service = settled;
        }
        let service = Arc::new(service);
        self.addresses.add_service(&service);
        for pair in selector_pairs(&service) {
            self.selecting.change(&pair, |names| {
                names.push(service.name.clone());
                Left::Something
            });
        }
        let name = service.name.clone();
        self.services.insert(name.clone(), service);
        self.derive(&name);
    }

    /// The controllers pass over a Service that has lost its selector or became an ExternalName:
    /// its Endpoints stay as they are (`syncService`, pkg/controller/endpoint and
    /// endpointslice, v1.36), until they are theirs again. Where nobody watches step by step,
    /// manifests are judged for themselves, and what was before does not count.
    fn leave_endpoints(&mut self, new: &Service) {
        let key = Key { kind: "Endpoints".into(), name: new.name.clone() };
        if new.has_endpoints() {
            if self.has_left_endpoints(&new.name) {
                self.others.remove_mut(&key);
            }
        } else if self.stepwise
            && let Some(old) = self.services.get(&new.name).cloned()
            && let Some(endpoints) = self.endpoints_value(&old, None)
        {
            self.others.insert_mut(key, Arc::new(endpoints));
        }
    }

    /// Whether a Service has Endpoints that the controller made and passes over now.
    fn has_left_endpoints(&self, name: &Name) -> bool {
        let key = Key { kind: "Endpoints".into(), name: name.clone() };
        let held = self.others.get(&key).map(|held| &held["metadata"]["labels"]);
        held.is_some_and(|labels| labels["endpoints.kubernetes.io/managed-by"].is_string())
    }

    fn unlink_service(&mut self, name: &Name) {
        let Some(old) = self.services.get(name).cloned() else { return };
        self.addresses.remove_service(&old);
        for pair in selector_pairs(&old) {
            self.selecting.change(&pair, |names| {
                names.retain(|other| other != name);
                left(names)
            });
        }
    }

    pub(super) fn delete_service(&mut self, name: &Name) {
        self.unlink_service(name);
        self.services.remove(name);
        let endpoints = Key { kind: "Endpoints".into(), name: name.clone() };
        self.others.remove_mut(&endpoints);
        // Slices of a Service that is gone go too, hand-made ones stay.
        self.derive(name);
    }

    pub(super) fn put_pod(&mut self, mut object: Value) -> Result<(), ObjectError> {
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
        self.insert_pod(pod);
        Ok(())
    }

    /// Puts a Pod in that was read, in place of the one of its name.
    pub(super) fn insert_pod(&mut self, mut pod: Pod) {
        // Names are shared with the objects that bear them.
        if let Some(namespace) = self.namespace(&pod.name.namespace) {
            pod.name.namespace = namespace.name.clone();
        }
        if let Some(node) = pod.node.as_deref().and_then(|name| self.node(name)) {
            pod.node = Some(node.name.clone());
        }
        let pod = Arc::new(pod);
        let old = self.pods.get(&pod.name).cloned();
        let services = self.services_changed_by(old.as_ref(), &pod);
        self.addresses.replace_pod(old.as_ref(), &pod);
        match old {
            Some(old) if old.labels() == pod.labels() && old.is_free() == pod.is_free() => {
                if old.controller() != pod.controller() {
                    self.unlink_pod(&old);
                }
            }
            old => {
                if let Some(old) = old {
                    self.unlink_pod(&old);
                    self.leave_group(&old);
                }
                self.join_group(&pod);
            }
        }
        match pod.node.is_none() {
            true => self.pending.insert_mut(pod.name.clone()),
            false => self.leave_pending(&pod.name),
        }
        let key = Key { kind: "Pod".into(), name: pod.name.clone() };
        match pod.controller() {
            Some(owner) => self.link(&owner, &key),
            None => self.enqueue_adopters("ReplicaSet", &pod.name.namespace, pod.labels()),
        }
        if self.stepwise && pod.phase() == "Pending" {
            self.enqueue(key);
        }
        self.pods.insert(pod.name.clone(), pod);
        if self.templates.are_many(self.pods.len()) {
            self.templates.keep_those_of(self.pods.values().map(|pod| &**pod));
        }
        services.iter().for_each(|service| self.derive(service));
    }

    /// The Services whose slices may become others where `new` takes the place of `old`.
    fn services_changed_by(&self, old: Option<&Arc<Pod>>, new: &Pod) -> BTreeSet<Name> {
        let Some(old) = old else { return self.services_selecting(new) };
        let is_same = old.is_same_endpoint(new);
        if old.labels() == new.labels() {
            return if is_same { BTreeSet::new() } else { self.services_selecting(new) };
        }
        let (before, after) = (self.services_selecting(old), self.services_selecting(new));
        match is_same {
            true => before.symmetric_difference(&after).cloned().collect(),
            false => before.into_iter().chain(after).collect(),
        }
    }

    /// Puts a Pod among those with its labels.
    fn join_group(&mut self, pod: &Pod) {
        let group = (pod.name.namespace.clone(), pod.labels().clone());
        let mut is_new = false;
        self.groups.change(&group, |group| {
            is_new = group.names.is_empty();
            group.names.insert_mut(pod.name.name.clone());
            group.n_free += usize::from(pod.is_free());
            Left::Something
        });
        if is_new {
            for pair in pairs_of(pod) {
                self.labelled.change(&pair, |groups| {
                    groups.push(group.1.clone());
                    Left::Something
                });
            }
        }
    }

    fn leave_group(&mut self, pod: &Pod) {
        let group = (pod.name.namespace.clone(), pod.labels().clone());
        let mut is_last = false;
        self.groups.change(&group, |group| {
            group.names.remove_mut(&pod.name.name);
            group.n_free = group.n_free.saturating_sub(usize::from(pod.is_free()));
            is_last = group.names.is_empty();
            if is_last { Left::Nothing } else { Left::Something }
        });
        if is_last {
            for pair in pairs_of(pod) {
                self.labelled.change(&pair, |groups| {
                    groups.retain(|labels| *labels != group.1);
                    left(groups)
                });
            }
        }
    }

    fn leave_pending(&mut self, name: &Name) {
        if self.pending.contains(name) {
            self.pending.remove_mut(name);
        }
    }

    /// Its controller has it no more.
    fn unlink_pod(&mut self, pod: &Pod) {
        if let Some(owner) = pod.controller() {
            self.unlink(&owner, &Key { kind: "Pod".into(), name: pod.name.clone() });
        }
    }

    pub(super) fn delete_pod(&mut self, name: &Name) {
        let Some(old) = self.pods.get(name).cloned() else { return };
        let services = self.services_selecting(&old);
        self.addresses.remove_pod(&old);
        self.unlink_pod(&old);
        self.leave_pending(name);
        self.leave_group(&old);
        self.pods.remove(name);
        services.iter().for_each(|service| self.derive(service));
    }

    pub(super) fn put_node(&mut self, mut object: Value) -> Result<(), ObjectError> {
        place::complete_node(self, &mut object);
        let node = Node::read(object)?;
        let name = Name { namespace: "".into(), name: node.name.clone() };
        let old = self.nodes.get(&name).cloned();
        if let Some(old) = &old {
            self.addresses.remove_node(old);
        }
        let node = Arc::new(node);
        self.addresses.add_node(&node);
        let new = node.clone();
        let zone_changed = old.as_ref().is_none_or(|old| old.zone() != node.zone());
        self.nodes.insert(name.clone(), node);
        self.ready_nodes = None;
        self.enqueue_daemon_sets();
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
            self.derive_for_node(&name.name);
        }
        if !self.is_reading {
            evict(self, &new);
        }
        Ok(())
    }

    pub(super) fn delete_node(&mut self, name: &Name) {
        let Some(old) = self.nodes.get(name).cloned() else { return };
        self.addresses.remove_node(&old);
        self.nodes.remove(name);
        self.ready_nodes = None;
        self.enqueue_daemon_sets();
        self.derive_for_node(&name.name);
    }

    fn derive_for_node(&mut self, node: &str) {
        let pods: Vec<Arc<Pod>> =
            self.pods.values().filter(|pod| pod.node.as_deref() == Some(node)).cloned().collect();
        let services: BTreeSet<Name> =
            pods.iter().flat_map(|pod| self.services_selecting(pod)).collect();
        services.iter().for_each(|service| self.derive(service));
    }

    /// Makes the controller's slices of Service `name` anew, and kube-proxy's view of all
    /// its slices.
    pub(super) fn derive(&mut self, name: &Name) {
        if let Some(deferred) = &mut self.deferred {
            deferred.insert(name.clone());
            return;
        }
        let service = self.services.get(name);
        let is_left = service.is_some_and(|service| !service.has_endpoints())
            && self.has_left_endpoints(name);
        let is_derived = |slice: &EndpointSlice| slice.managed && (slice.mirrored || !is_left);
        let old: Vec<Name> = self
            .slices_of
            .get(name)
            .into_iter()
            .flatten()
            .filter(|slice| self.slices.get(slice).is_some_and(|slice| is_derived(slice)))
            .cloned()
            .collect();
        let is_first = old.is_empty();
        let mut new = match self.services.get(name).cloned() {
            Some(service) => endpoints::derive(self, &service),
            None => Vec::new(),
        };
        // Those that stay as they are keep their version.
        let (mut before, mut changed) = (Vec::new(), Vec::new());
        for slice in old {
            let same =
                |new: &EndpointSlice| self.slices.get(&slice).is_some_and(|o| o.is_same(new));
            if let Some(at) = new.iter().position(same) {
                new.remove(at);
            } else {
                before.push(slice);
            }
        }
        let trigger = self.trigger(name, is_first, &before, &new);
        for slice in before {
            let generation = self.slices.get(&slice).map_or(0, |old| old.generation);
            for new in new.iter_mut().filter(|new| new.name == slice) {
                new.generation = generation + 1;
            }
            if new.iter().any(|new| new.name == slice) {
                changed.push(slice);
                continue;
            }
            let key = Key { kind: "EndpointSlice".into(), name: slice };
            let held = self.held(&key);
            self.remove_slice(&key.name);
            self.revision += 1;
            self.note(self.revision, ChangeKind::Deleted, key, held);
        }
        for slice in &changed {
            self.make_way(name, slice);
        }
        for mut slice in new {
            self.revision += 1;
            slice.version = self.revision;
            slice.trigger.clone_from(&trigger);
            let key = Key { kind: "EndpointSlice".into(), name: slice.name.clone() };
            let kind = match changed.contains(&key.name) {
                true => ChangeKind::Modified,
                false => ChangeKind::Added,
            };
            self.insert_slice(slice);
            let held = self.held(&key);
            self.note(self.revision, kind, key, held);
        }
        self.view(name);
    }

    /// When the change was made that slices are written for: a new Service's creation, later
    /// the first of the times at which Pods of changed endpoints became ready or unready
    /// (`ComputeEndpointLastChangeTriggerTime`, endpointslice/util, v1.36).
    fn trigger(
        &self,
        service: &Name,
        is_first: bool,
        before: &[Name],
        new: &[EndpointSlice],
    ) -> Option<Arc<str>> {
        if self.is_reading || new.is_empty() || new.iter().any(|slice| slice.mirrored) {
            return None;
        }
        if is_first {
            let service = self.services.get(service)?;
            return service.value["metadata"]["creationTimestamp"].as_str().map(Arc::from);
        }
        let was: Vec<&SliceEndpoint> = before
            .iter()
            .filter_map(|slice| self.slices.get(slice))
            .flat_map(|slice| &slice.endpoints)
            .collect();
        let is_changed = |new: &&SliceEndpoint| {
            was.iter().find(|was| was.pod == new.pod).is_none_or(|was| was != new)
        };
        let changed = new.iter().flat_map(|slice| &slice.endpoints).filter(is_changed);
        let since = |endpoint: &SliceEndpoint| {
            let pod = self.pods.get(endpoint.pod.as_ref()?)?;
            let conditions = pod.part("status")["conditions"].as_array()?;
            let ready = conditions.iter().find(|condition| condition["type"] == "Ready")?;
            ready["lastTransitionTime"].as_str().map(Arc::from)
        };
        changed.take(MOST_ASKED).filter_map(since).min()
    }

    /// Takes out a slice that one of its name follows; where it is the Service's only one, that
    /// takes its place.
    fn make_way(&mut self, service: &Name, slice: &Name) {
        let is_only = self.slices_of.get(service).is_some_and(|names| names.len() == 1);
        let is_derived = |slice: &Arc<EndpointSlice>| slice.managed && !slice.mirrored;
        if !is_only || !self.slices.get(slice).is_some_and(is_derived) {
            self.remove_slice(slice);
        }
    }

    /// Puts a slice in; gives the Service that it belongs to, whose view is stale then.
    pub(super) fn insert_slice(&mut self, slice: EndpointSlice) -> Option<Name> {
        let service = slice.service_name();
        if let Some(service) = &service
            && !self.slices_of.get(service).is_some_and(|names| names.contains(&slice.name))
        {
            self.slices_of.change(service, |names| {
                names.push(slice.name.clone());
                Left::Something
            });
        }
        // The controller's own are found by their Pods.
        if !slice.managed || slice.mirrored {
            for endpoint in &slice.endpoints {
                self.made_at.change(&endpoint.ip, |held| {
                    if !held.all().contains(&slice.name) {
                        held.add(slice.name.clone());
                    }
                    Left::Something
                });
            }
        }
        self.slices.insert(slice.name.clone(), Arc::new(slice));
        service
    }

    /// Takes a slice out; gives the Service that it belonged to, whose view is stale then.
    pub(super) fn remove_slice(&mut self, name: &Name) -> Option<Name> {
        let slice = self.slices.get(name)?.clone();
        let service = slice.service_name();
        if !slice.managed || slice.mirrored {
            for endpoint in &slice.endpoints {
                self.made_at.change(&endpoint.ip, |held| held.retain(|other| other != name));
            }
        }
        self.slices.remove(name);
        if let Some(service) = &service {
            self.slices_of.change(service, |names| {
                names.retain(|other| other != name);
                left(names)
            });
        }
        service
    }

    pub(super) fn view(&mut self, service: &Name) {
        let view = endpoints::view(self, self.slices_of(service).map(|slice| &**slice));
        if view.ports.is_empty() {
            self.endpoints.remove(service);
        } else {
            self.endpoints.insert(service.clone(), Arc::new(view));
        }
    }
}

fn left<T>(items: &[T]) -> Left {
    if items.is_empty() { Left::Nothing } else { Left::Something }
}

fn selector_pairs(service: &Service) -> Vec<Pair> {
    let namespace = &service.name.namespace;
    let pairs = service.selector.iter().flat_map(|selector| selector.iter());
    pairs.map(|(key, value)| Pair::new(namespace, key, value)).collect()
}

fn pairs_of(pod: &Pod) -> Vec<Pair> {
    let namespace = &pod.name.namespace;
    pod.labels().iter().map(|(key, value)| Pair::new(namespace, key, value)).collect()
}
