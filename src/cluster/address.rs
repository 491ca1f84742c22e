//! Who has which address and port: what makes a packet's way short to compute, however
//! many objects there are.

use super::{Node, Pod, Service};
use rpds::HashTrieMapSync;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;

/// What can own an address.
trait Owner {
    /// What tells it from other owners of its kind.
    fn id(&self) -> (&str, &str);
}

impl Owner for Service {
    fn id(&self) -> (&str, &str) {
        (&self.name.namespace, &self.name.name)
    }
}

impl Owner for Pod {
    fn id(&self) -> (&str, &str) {
        (&self.name.namespace, &self.name.name)
    }
}

impl Owner for Node {
    fn id(&self) -> (&str, &str) {
        ("", &self.name)
    }
}

/// Owners of a key, in the order in which they came; more than one where a world gives an
/// address twice. They are held themselves, so that finding one is a single look-up.
#[derive(Debug, Clone)]
struct Owners<K: Eq + Hash + Clone, T>(HashTrieMapSync<K, Vec<Arc<T>>>);

impl<K: Eq + Hash + Clone, T> Default for Owners<K, T> {
    fn default() -> Self {
        Self(HashTrieMapSync::default())
    }
}

impl<K: Eq + Hash + Clone, T: Owner> Owners<K, T> {
    fn add(&mut self, key: K, owner: &Arc<T>) {
        match self.0.get_mut(&key) {
            Some(owners) if owners.iter().any(|other| other.id() == owner.id()) => {}
            Some(owners) => owners.push(owner.clone()),
            None => self.0.insert_mut(key, vec![owner.clone()]),
        }
    }

    fn remove(&mut self, key: &K, owner: &T) {
        let Some(owners) = self.0.get_mut(key) else { return };
        owners.retain(|other| other.id() != owner.id());
        if owners.is_empty() {
            self.0.remove_mut(key);
        }
    }

    fn of(&self, key: &K) -> &[Arc<T>] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}

/// The cluster's addresses and ports, by owner.
#[derive(Debug, Clone, Default)]
pub(super) struct Addresses {
    cluster_ips: Owners<IpAddr, Service>,
    outer_ips: Owners<IpAddr, Service>,
    node_ports: Owners<u16, Service>,
    pods: Owners<IpAddr, Pod>,
    nodes: Owners<IpAddr, Node>,
    host_pods: Owners<Arc<str>, Pod>,
}

impl Addresses {
    pub(super) fn add_service(&mut self, service: &Arc<Service>) {
        service.cluster_ips.iter().for_each(|ip| self.cluster_ips.add(*ip, service));
        outer_ips(service).for_each(|ip| self.outer_ips.add(ip, service));
        node_ports(service).for_each(|port| self.node_ports.add(port, service));
    }

    pub(super) fn remove_service(&mut self, service: &Service) {
        service.cluster_ips.iter().for_each(|ip| self.cluster_ips.remove(ip, service));
        outer_ips(service).for_each(|ip| self.outer_ips.remove(&ip, service));
        node_ports(service).for_each(|port| self.node_ports.remove(&port, service));
    }

    pub(super) fn add_pod(&mut self, pod: &Arc<Pod>) {
        // A hostNetwork Pod has no address of its own; what it listens on is its node's.
        if !pod.host_network() && !pod.is_over() {
            pod.ips.iter().for_each(|ip| self.pods.add(*ip, pod));
        } else if let Some(node) = &pod.node {
            self.host_pods.add(node.clone(), pod);
        }
    }

    pub(super) fn remove_pod(&mut self, pod: &Pod) {
        pod.ips.iter().for_each(|ip| self.pods.remove(ip, pod));
        if let Some(node) = &pod.node {
            self.host_pods.remove(node, pod);
        }
    }

    pub(super) fn add_node(&mut self, node: &Arc<Node>) {
        node.ips.iter().for_each(|ip| self.nodes.add(*ip, node));
    }

    pub(super) fn remove_node(&mut self, node: &Node) {
        node.ips.iter().for_each(|ip| self.nodes.remove(ip, node));
    }

    /// Services with this clusterIP.
    pub(super) fn cluster_ip(&self, ip: IpAddr) -> &[Arc<Service>] {
        self.cluster_ips.of(&ip)
    }

    /// Services with this external IP or load-balancer address.
    pub(super) fn outer_ip(&self, ip: IpAddr) -> &[Arc<Service>] {
        self.outer_ips.of(&ip)
    }

    /// Services with this node port, of any protocol, or health-check node port.
    pub(super) fn node_port(&self, port: u16) -> &[Arc<Service>] {
        self.node_ports.of(&port)
    }

    /// Pods with this address.
    pub(super) fn pods(&self, ip: IpAddr) -> &[Arc<Pod>] {
        self.pods.of(&ip)
    }

    /// Pods that use the network of node `name`.
    pub(super) fn host_pods(&self, name: &str) -> &[Arc<Pod>] {
        self.host_pods.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Nodes with this address.
    pub(super) fn nodes(&self, ip: IpAddr) -> &[Arc<Node>] {
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

fn outer_ips(service: &Service) -> impl Iterator<Item = IpAddr> {
    let ingress = service.ingress.iter().filter_map(|ingress| ingress.ip);
    service.external_ips.iter().copied().chain(ingress)
}

fn node_ports(service: &Service) -> impl Iterator<Item = u16> {
    let ports = service.ports.iter().filter_map(|port| port.node_port);
    ports.chain(service.health_check_node_port)
}
