//! What follows from a change of a Service, Pod, node or slice: who has which address, which
//! Pods a Service selects, the controller's slices, and kube-proxy's view of them.

use super::admit_pod::admit_short;
use super::key::Pair;
use super::layer::Left;
use super::object::{Node, ObjectError, Pod, Service};
use super::save::RestoredPods;
use super::schedule::evict;
use super::{Cluster, Key, Labels, Name, balancer, place};
use crate::manifest::is_same;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

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
        let old = self.services.get(&name);
        let is_same = |old: &Arc<Service>| is_same(&old.value["spec"], &service.value["spec"]);
        let keeps_spec = old.is_some_and(is_same);
        self.services.insert(name.clone(), service);
        match keeps_spec {
            true => self.derive_labels(&name),
            false => self.derive(&name),
        }
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
    pub(super) fn has_left_endpoints(&self, name: &Name) -> bool {
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
        if self.is_reading {
            admit_short(&mut object);
        }
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
        self.queue_pod(&pod);
        self.pods.insert(pod.name.clone(), pod);
        self.trim_templates();
        services.iter().for_each(|service| self.derive(service));
    }

    /// Takes Pods in that were saved. Where there are none yet it is quick, and what follows for
    /// Services is left to who asks.
    pub(super) fn take_pods(&mut self, restored: RestoredPods) {
        let RestoredPods { templates, pods } = restored;
        if self.pods.len() > 0 {
            pods.values().for_each(|pod| self.insert_pod(Pod::clone(pod)));
            return;
        }
        self.addresses.reserve(pods.len());
        for pod in pods.values() {
            self.addresses.replace_pod(None, pod);
            self.join_group(pod);
            self.queue_pod(pod);
        }
        self.templates = templates;
        self.pods = pods;
    }

    /// Lets scheduler, kubelet and controllers know of a Pod.
    fn queue_pod(&mut self, pod: &Pod) {
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
    }

    /// Lets go of templates of no Pod, where there may be many.
    pub(super) fn trim_templates(&mut self) {
        if self.templates.are_many(self.pods.len()) {
            self.templates.keep_those_of(self.pods.values().map(|pod| &**pod));
        }
    }

    /// The Services whose slices may become others where `new` takes the place of `old`.
    pub(super) fn services_changed_by(&self, old: Option<&Arc<Pod>>, new: &Pod) -> BTreeSet<Name> {
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
    pub(super) fn join_group(&mut self, pod: &Pod) {
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
        if self.leave_names(pod) {
            for pair in pairs_of(pod) {
                self.labelled.change(&pair, |groups| {
                    groups.retain(|labels| labels != pod.labels());
                    left(groups)
                });
            }
        }
    }

    /// As [`Self::leave_group`], of many: of each set of labels that is in use no more, its pairs
    /// are looked through once for all.
    pub(super) fn leave_groups<'p>(&mut self, pods: impl Iterator<Item = &'p Arc<Pod>>) {
        let mut gone: HashMap<Pair, HashSet<Labels>> = HashMap::new();
        for pod in pods {
            if self.leave_names(pod) {
                for pair in pairs_of(pod) {
                    gone.entry(pair).or_default().insert(pod.labels().clone());
                }
            }
        }
        for (pair, gone) in gone {
            self.labelled.change(&pair, |groups| {
                groups.retain(|labels| !gone.contains(labels));
                left(groups)
            });
        }
    }

    /// Takes a Pod out of those with its labels; whether it was the last.
    fn leave_names(&mut self, pod: &Pod) -> bool {
        let group = (pod.name.namespace.clone(), pod.labels().clone());
        let mut is_last = false;
        self.groups.change(&group, |group| {
            group.names.remove_mut(&pod.name.name);
            group.n_free = group.n_free.saturating_sub(usize::from(pod.is_free()));
            is_last = group.names.is_empty();
            if is_last { Left::Nothing } else { Left::Something }
        });
        is_last
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
        services.iter().for_each(|service| self.derive_without(service, &old));
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
}

pub(super) fn left<T>(items: &[T]) -> Left {
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
