//! Who has which address and port: what makes a packet's way short to compute, however
//! many objects there are.

use super::{Name, Node, Pod, Service};
use rpds::HashTrieMapSync;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;

/// Owners of a key, in the order in which they came; more than one where a world gives an
/// address twice.
#[derive(Debug, Clone)]
struct Owners<K: Eq + Hash + Clone>(HashTrieMapSync<K, Vec<Name>>);

impl<K: Eq + Hash + Clone> Default for Owners<K> {
    fn default() -> Self {
        Self(HashTrieMapSync::default())
    }
}

impl<K: Eq + Hash + Clone> Owners<K> {
    fn add(&mut self, key: K, owner: &Name) {
        match self.0.get_mut(&key) {
            Some(owners) if owners.contains(owner) => {}
            Some(owners) => owners.push(owner.clone()),
            None => self.0.insert_mut(key, vec![owner.clone()]),
        }
    }

    fn remove(&mut self, key: &K, owner: &Name) {
        let Some(owners) = self.0.get_mut(key) else { return };
        owners.retain(|other| other != owner);
        if owners.is_empty() {
            self.0.remove_mut(key);
        }
    }

    fn of(&self, key: &K) -> &[Name] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}

/// The cluster's addresses and ports, by owner.
#[derive(Debug, Clone, Default)]
pub(super) struct Addresses {
    cluster_ips: Owners<IpAddr>,
    outer_ips: Owners<IpAddr>,
    node_ports: Owners<u16>,
    pods: Owners<IpAddr>,
    nodes: Owners<IpAddr>,
    placed: Owners<Arc<str>>,
}

impl Addresses {
    pub(super) fn add_service(&mut self, service: &Service) {
        self.each_of_service(service, true);
    }

    pub(super) fn remove_service(&mut self, service: &Service) {
        self.each_of_service(service, false);
    }

    fn each_of_service(&mut self, service: &Service, add: bool) {
        fn change<K: Eq + Hash + Clone>(owners: &mut Owners<K>, key: K, owner: &Name, add: bool) {
            if add { owners.add(key, owner) } else { owners.remove(&key, owner) }
        }
        for ip in &service.cluster_ips {
            change(&mut self.cluster_ips, *ip, &service.name, add);
        }
        let ingress = service.ingress.iter().filter_map(|ingress| ingress.ip);
        for ip in service.external_ips.iter().copied().chain(ingress) {
            change(&mut self.outer_ips, ip, &service.name, add);
        }
        let ports = service.ports.iter().filter_map(|port| port.node_port);
        for port in ports.chain(service.health_check_node_port) {
            change(&mut self.node_ports, port, &service.name, add);
        }
    }

    pub(super) fn add_pod(&mut self, pod: &Pod) {
        // A hostNetwork Pod has no address of its own; what it listens on is its node's.
        if !pod.host_network() && !pod.is_over() {
            pod.ips.iter().for_each(|ip| self.pods.add(*ip, &pod.name));
        } else if let Some(node) = &pod.node {
            self.placed.add(node.clone(), &pod.name);
        }
    }

    pub(super) fn remove_pod(&mut self, pod: &Pod) {
        pod.ips.iter().for_each(|ip| self.pods.remove(ip, &pod.name));
        if let Some(node) = &pod.node {
            self.placed.remove(node, &pod.name);
        }
    }

    pub(super) fn add_node(&mut self, node: &Node) {
        let name = Name { namespace: "".into(), name: node.name.clone() };
        node.ips.iter().for_each(|ip| self.nodes.add(*ip, &name));
    }

    pub(super) fn remove_node(&mut self, node: &Node) {
        let name = Name { namespace: "".into(), name: node.name.clone() };
        node.ips.iter().for_each(|ip| self.nodes.remove(ip, &name));
    }

    /// Services with this clusterIP.
    pub(super) fn cluster_ip(&self, ip: IpAddr) -> &[Name] {
        self.cluster_ips.of(&ip)
    }

    /// Services with this external IP or load-balancer address.
    pub(super) fn outer_ip(&self, ip: IpAddr) -> &[Name] {
        self.outer_ips.of(&ip)
    }

    /// Services with this node port, of any protocol, or health-check node port.
    pub(super) fn node_port(&self, port: u16) -> &[Name] {
        self.node_ports.of(&port)
    }

    /// Pods with this address.
    pub(super) fn pods(&self, ip: IpAddr) -> &[Name] {
        self.pods.of(&ip)
    }

    /// Pods that use the network of node `name`.
    pub(super) fn host_pods(&self, name: &str) -> &[Name] {
        self.placed.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Nodes with this address.
    pub(super) fn nodes(&self, ip: IpAddr) -> &[Name] {
        self.nodes.of(&ip)
    }

    /// True where nothing has this address.
    pub(super) fn is_free(&self, ip: IpAddr) -> bool {
        self.cluster_ip(ip).is_empty()
            && self.outer_ip(ip).is_empty()
            && self.pods(ip).is_empty()
            && self.nodes(ip).is_empty()
    }
}
