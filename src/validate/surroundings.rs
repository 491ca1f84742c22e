//! What validation and allocation ask of the cluster.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;

use ipnet::IpNet;

/// Whether objects can be put into a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NamespaceState {
    /// There is no such namespace.
    Missing,
    /// It takes new objects.
    Active,
    /// It is being deleted and takes no new objects.
    Terminating,
}

/// The Service that holds an address or a port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// What validation and allocation ask of the cluster.
pub trait Surroundings {
    /// The state of namespace `name`.
    fn namespace(&self, name: &str) -> NamespaceState;

    /// The Service CIDRs: one a family, the cluster's default family first; never empty.
    fn service_cidrs(&self) -> &[IpNet];

    /// The node ports that may be given (30000-32767 unless the world says otherwise).
    fn node_ports(&self) -> RangeInclusive<u16>;

    /// The Service that holds clusterIP `ip`.
    fn cluster_ip_owner(&self, ip: IpAddr) -> Option<Owner>;

    /// A Service had clusterIP `ip`, and none has it now. The real allocator picks at random, so
    /// it hardly ever gives such a one again.
    fn was_given_back(&self, _ip: IpAddr) -> bool {
        false
    }

    /// The Service that holds node port `port`, as a port's `nodePort` or as its
    /// `healthCheckNodePort`. The allocator counts numbers alone: TCP 30080 and
    /// UDP 30080 of two Services clash (`portallocator`, pkg/registry/core/service, v1.36.2).
    fn node_port_owner(&self, port: u16) -> Option<Owner>;
}

/// A small cluster in memory: the one behind the Service recordings. It holds
/// what [`Surroundings`] asks for and no objects.
#[derive(Debug, Clone)]
pub struct RecordedCluster {
    /// Namespaces and their states.
    pub namespaces: BTreeMap<String, NamespaceState>,
    /// Service CIDRs, the default family first.
    pub service_cidrs: Vec<IpNet>,
    /// The range of node ports.
    pub node_ports: RangeInclusive<u16>,
    /// Who holds which clusterIP.
    pub cluster_ips: BTreeMap<IpAddr, Owner>,
    /// Who holds which node port.
    pub used_node_ports: BTreeMap<u16, Owner>,
}

impl Default for RecordedCluster {
    fn default() -> Self {
        let kubernetes = Owner { namespace: "default".into(), name: "kubernetes".into() };
        Self {
            namespaces: ["default", "kube-system", "kube-public", "kube-node-lease"]
                .into_iter()
                .map(|name| (name.to_owned(), NamespaceState::Active))
                .collect(),
            service_cidrs: vec![IpNet::V4(ipnet::Ipv4Net::new_assert([10, 96, 0, 0].into(), 12))],
            node_ports: 30000..=32767,
            cluster_ips: BTreeMap::from([(IpAddr::from([10, 96, 0, 1]), kubernetes)]),
            used_node_ports: BTreeMap::new(),
        }
    }
}

impl Surroundings for RecordedCluster {
    fn namespace(&self, name: &str) -> NamespaceState {
        self.namespaces.get(name).copied().unwrap_or(NamespaceState::Missing)
    }

    fn service_cidrs(&self) -> &[IpNet] {
        &self.service_cidrs
    }

    fn node_ports(&self) -> RangeInclusive<u16> {
        self.node_ports.clone()
    }

    fn cluster_ip_owner(&self, ip: IpAddr) -> Option<Owner> {
        self.cluster_ips.get(&ip).cloned()
    }

    fn node_port_owner(&self, port: u16) -> Option<Owner> {
        self.used_node_ports.get(&port).cloned()
    }
}
