//! Who has which address and port: what makes a packet's way short to compute, however
//! many objects there are.

use super::layer::{Layer, Left};
use super::{Node, Pod, Service};
use ipnet::IpNet;
use rpds::{RedBlackTreeMapSync, RedBlackTreeSetSync};
use std::net::IpAddr;
use std::sync::Arc;

/// What can have an address.
#[derive(Debug, Clone)]
enum Owner {
    Pod(Arc<Pod>),
    Node(Arc<Node>),
    /// It is the Service's clusterIP.
    ClusterIp(Arc<Service>),
    /// It is the Service's external IP, or its load balancer's.
    OuterIp(Arc<Service>),
}

impl Owner {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pod(a), Self::Pod(b)) => a.name == b.name,
            (Self::Node(a), Self::Node(b)) => a.name == b.name,
            (Self::ClusterIp(a), Self::ClusterIp(b)) | (Self::OuterIp(a), Self::OuterIp(b)) => {
                a.name == b.name
            }
            _ => false,
        }
    }
}

/// What is held under one key, in the order in which it came; more than one only where a
/// world gives an address twice, or a name to many.
#[derive(Debug, Clone, Default)]
pub(super) enum Held<T> {
    #[default]
    Nothing,
    One(T),
    Many(Vec<T>),
}

impl<T> Held<T> {
    pub(super) fn all(&self) -> &[T] {
        match self {
            Self::Nothing => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    pub(super) fn add(&mut self, new: T) {
        *self = match std::mem::take(self) {
            Self::Nothing => Self::One(new),
            Self::One(one) => Self::Many(vec![one, new]),
            Self::Many(mut many) => {
                many.push(new);
                Self::Many(many)
            }
        };
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) -> Left {
        match self {
            Self::One(one) if !keep(one) => *self = Self::Nothing,
            Self::Many(many) => many.retain(keep),
            Self::Nothing | Self::One(_) => {}
        }
        if self.all().is_empty() { Left::Nothing } else { Left::Something }
    }
}

/// What is held under `key`.
pub(super) fn held<'a, K, Q, T>(map: &'a Layer<K, Held<T>>, key: &Q) -> &'a [T]
where
    K: std::hash::Hash + Eq + Clone + std::borrow::Borrow<Q>,
    Q: std::hash::Hash + Eq + ?Sized,
    T: Clone,
{
    map.get(key).map_or(&[], Held::all)
}

/// The cluster's addresses and ports, by owner.
#[derive(Debug, Clone, Default)]
pub(super) struct Addresses {
    owners: Layer<IpAddr, Held<Owner>>,
    node_ports: Layer<u16, Held<Arc<Service>>>,
    host_pods: Layer<Arc<str>, Held<Arc<Pod>>>,
    /// The nodes' podCIDRs, by first address and length, and how many nodes have each.
    ranges: RedBlackTreeMapSync<(IpAddr, u8), usize>,
    /// How many of a range's addresses or ranges are known to be taken, from the first one
    /// that is given out; forgotten when anything comes free.
    n_taken: Layer<IpNet, usize>,
    /// Cluster IPs that some Service had, and none has now.
    given_back: RedBlackTreeSetSync<IpAddr>,
}

impl Addresses {
    /// Some Service had this clusterIP, and none has it now.
    pub(super) fn was_given_back(&self, ip: IpAddr) -> bool {
        self.given_back.contains(&ip)
    }

    /// Makes room for so many more, before they come.
    pub(super) fn reserve(&mut self, n: usize) {
        self.owners.reserve(n);
    }

    fn add(&mut self, ip: IpAddr, owner: Owner) {
        self.owners.change(&ip, |held| {
            if !held.all().iter().any(|other| other.is(&owner)) {
                held.add(owner);
            }
            Left::Something
        });
    }

    fn remove(&mut self, ip: IpAddr, owner: &Owner) {
        self.owners.change(&ip, |held| held.retain(|other| !other.is(owner)));
        self.forget_taken();
    }

    fn forget_taken(&mut self) {
        if !self.n_taken.is_empty() {
            self.n_taken = Layer::default();
        }
    }

    pub(super) fn add_service(&mut self, service: &Arc<Service>) {
        for ip in &service.cluster_ips {
            self.add(*ip, Owner::ClusterIp(service.clone()));
            self.given_back.remove_mut(ip);
        }
        outer_ips(service).for_each(|ip| self.add(ip, Owner::OuterIp(service.clone())));
        for port in node_ports(service) {
            self.node_ports.change(&port, |held| {
                if !held.all().iter().any(|other| other.name == service.name) {
                    held.add(service.clone());
                }
                Left::Something
            });
        }
    }

    pub(super) fn remove_service(&mut self, service: &Arc<Service>) {
        for ip in &service.cluster_ips {
            self.remove(*ip, &Owner::ClusterIp(service.clone()));
            self.given_back.insert_mut(*ip);
        }
        outer_ips(service).for_each(|ip| self.remove(ip, &Owner::OuterIp(service.clone())));
        for port in node_ports(service) {
            self.node_ports.change(&port, |held| held.retain(|other| other.name != service.name));
        }
    }

    pub(super) fn add_pod(&mut self, pod: &Arc<Pod>) {
        // A hostNetwork Pod has no address of its own; what it listens on is its node's.
        if !pod.host_network() && !pod.is_over() {
            pod.ips.iter().for_each(|ip| self.add(*ip, Owner::Pod(pod.clone())));
        } else if let Some(node) = &pod.node {
            self.host_pods.change(node, |held| {
                held.add(pod.clone());
                Left::Something
            });
        }
    }

    pub(super) fn remove_pod(&mut self, pod: &Arc<Pod>) {
        if !pod.host_network() && !pod.is_over() {
            pod.ips.iter().for_each(|ip| self.remove(*ip, &Owner::Pod(pod.clone())));
        } else if let Some(node) = &pod.node {
            self.host_pods.change(node, |held| held.retain(|other| other.name != pod.name));
        }
    }

    /// What is at the addresses of `old` is `new` now.
    pub(super) fn replace_pod(&mut self, old: Option<&Arc<Pod>>, new: &Arc<Pod>) {
        let has_own = |pod: &Pod| !pod.host_network() && !pod.is_over();
        match old {
            Some(old) if has_own(old) && has_own(new) && old.ips == new.ips => {
                for ip in &*new.ips {
                    let owner = Owner::Pod(new.clone());
                    self.owners.change(ip, |held| {
                        held.retain(|other| !other.is(&owner));
                        held.add(owner);
                        Left::Something
                    });
                }
            }
            old => {
                if let Some(old) = old {
                    self.remove_pod(old);
                }
                self.add_pod(new);
            }
        }
    }

    pub(super) fn add_node(&mut self, node: &Arc<Node>) {
        node.ips.iter().for_each(|ip| self.add(*ip, Owner::Node(node.clone())));
        for range in &node.pod_cidrs {
            let key = (range.network(), range.prefix_len());
            let n = self.ranges.get(&key).copied().unwrap_or(0);
            self.ranges.insert_mut(key, n + 1);
        }
    }

    pub(super) fn remove_node(&mut self, node: &Arc<Node>) {
        node.ips.iter().for_each(|ip| self.remove(*ip, &Owner::Node(node.clone())));
        for range in &node.pod_cidrs {
            let key = (range.network(), range.prefix_len());
            match self.ranges.get(&key) {
                Some(n) if *n > 1 => {
                    let n = n - 1;
                    self.ranges.insert_mut(key, n);
                }
                _ => {
                    self.ranges.remove_mut(&key);
                }
            }
        }
        self.forget_taken();
    }

    fn owners(&self, ip: IpAddr) -> &[Owner] {
        held(&self.owners, &ip)
    }

    /// Services with this clusterIP.
    pub(super) fn cluster_ip(&self, ip: IpAddr) -> impl Iterator<Item = &Arc<Service>> {
        self.owners(ip).iter().filter_map(|owner| match owner {
            Owner::ClusterIp(service) => Some(service),
            _ => None,
        })
    }

    /// Services with this external IP or load-balancer address.
    pub(super) fn outer_ip(&self, ip: IpAddr) -> impl Iterator<Item = &Arc<Service>> {
        self.owners(ip).iter().filter_map(|owner| match owner {
            Owner::OuterIp(service) => Some(service),
            _ => None,
        })
    }

    /// Services with this node port, of any protocol, or health-check node port.
    pub(super) fn node_port(&self, port: u16) -> &[Arc<Service>] {
        held(&self.node_ports, &port)
    }

    /// Pods with this address.
    pub(super) fn pods(&self, ip: IpAddr) -> impl Iterator<Item = &Arc<Pod>> {
        self.owners(ip).iter().filter_map(|owner| match owner {
            Owner::Pod(pod) => Some(pod),
            _ => None,
        })
    }

    /// Pods that use the network of node `name`.
    pub(super) fn host_pods(&self, name: &str) -> &[Arc<Pod>] {
        held(&self.host_pods, name)
    }

    /// Nodes with this address.
    pub(super) fn nodes(&self, ip: IpAddr) -> impl Iterator<Item = &Arc<Node>> {
        self.owners(ip).iter().filter_map(|owner| match owner {
            Owner::Node(node) => Some(node),
            _ => None,
        })
    }

    /// True where nothing has this address.
    pub(super) fn is_free(&self, ip: IpAddr) -> bool {
        self.owners(ip).is_empty()
    }

    /// The first free address of `range` after its first `skip` ones.
    pub(super) fn free_in(&mut self, range: IpNet, skip: usize) -> Option<IpAddr> {
        let known = self.n_taken.get(&range).copied().unwrap_or(0).max(skip);
        let mut n_taken = known;
        let found = nth_hosts(range, known).find(|ip| {
            let is_free = self.is_free(*ip);
            n_taken += usize::from(!is_free);
            is_free
        });
        // Of a full range it is known, too, that all are taken.
        self.n_taken.insert(range, n_taken);
        found
    }

    /// The first range of that length in `within` that no node's podCIDR touches, its very
    /// first one left out.
    pub(super) fn free_range(&mut self, within: IpNet, length: u8) -> Option<IpNet> {
        let IpNet::V4(net) = within else { return None };
        let known = self.n_taken.get(&within).copied().unwrap_or(0).max(1);
        let (idx, range) = net
            .subnets(length)
            .ok()?
            .skip(known)
            .map(IpNet::V4)
            .enumerate()
            .find(|(_, range)| !self.is_touched(*range))?;
        self.n_taken.insert(within, known + idx);
        Some(range)
    }

    /// True where a node's podCIDR lies in `range`, or the other way round.
    fn is_touched(&self, range: IpNet) -> bool {
        let inside = self.ranges.range((range.network(), 0)..=(range.broadcast(), u8::MAX));
        let mut wider = std::iter::successors(Some(range), IpNet::supernet);
        inside.into_iter().next().is_some()
            || wider.any(|net| self.ranges.contains_key(&(net.network(), net.prefix_len())))
    }
}

/// The hosts of `range` after the first `n`, without walking over those.
fn nth_hosts(range: IpNet, n: usize) -> Box<dyn Iterator<Item = IpAddr>> {
    match range {
        IpNet::V4(net) => {
            let (mut first, mut last) = (u32::from(net.network()), u32::from(net.broadcast()));
            if net.prefix_len() < 31 {
                (first, last) = (first + 1, last - 1);
            }
            let first = u32::try_from(n).ok().and_then(|n| first.checked_add(n));
            let hosts = first.map(|first| first..=last).into_iter().flatten();
            Box::new(hosts.map(|ip| IpAddr::V4(ip.into())))
        }
        IpNet::V6(net) => Box::new(net.hosts().skip(n).map(IpAddr::V6)),
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
