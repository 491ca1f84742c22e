//! kube-proxy's rules on one node: what becomes of a packet that meets them
//! (pkg/proxy/iptables/proxier.go and pkg/proxy/nftables/proxier.go, v1.36). Packets are new
//! connections; what belongs to a known one is conntrack's work.

use super::model::Protocol;
use super::options::Usable;
use super::topology::{Categories, categorize};
use crate::cluster::{Cluster, Endpoint, Endpoints, Node, ProxyMode, Service, ServicePort};
use std::net::IpAddr;
use std::sync::Arc;

/// How a packet came to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hook {
    /// A process on the node sent it: hook OUTPUT.
    Output,
    /// It came from a Pod of the node or from the network: hook PREROUTING, then INPUT or
    /// FORWARD.
    Prerouting,
}

/// Which of a Service's addresses the packet was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// The clusterIP.
    ClusterIp,
    /// A load balancer's address.
    Vip,
    /// One of `spec.externalIPs`.
    ExternalIp,
    /// The node port on an address of the node.
    NodePort,
}

/// The Service port that a packet matched.
#[derive(Debug, Clone)]
pub(super) struct Matched {
    pub(super) service: Arc<Service>,
    pub(super) port_idx: usize,
    pub(super) door: Door,
}

impl Matched {
    pub(super) fn port(&self) -> &ServicePort {
        &self.service.ports[self.port_idx]
    }
}

/// Why kube-proxy stops a packet, or lets it go on to where nothing takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// No usable endpoints anywhere.
    NoEndpoints,
    /// A Local policy, and no endpoint here.
    NoLocalEndpoint,
    /// The source is outside of loadBalancerSourceRanges.
    SourceRange,
    /// The Service has no such port on its clusterIP.
    NoSuchPort,
    /// No Service has this address of the Service range.
    NoSuchService,
    /// The Service's labels leave it to another proxy.
    NotProxied,
}

/// The policy that chose among the endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// All usable endpoints.
    Cluster,
    /// Those of this node.
    Local,
    /// All, although the policy is Local: the traffic comes from inside.
    ShortCircuit,
}

/// A choice of endpoints.
#[derive(Debug)]
pub(super) struct Dnat<'a> {
    pub(super) matched: Matched,
    /// Never empty; in the rules' order, equally likely.
    pub(super) endpoints: Usable<'a>,
    /// The Service's, that these are of.
    pub(super) all: &'a Arc<Endpoints>,
    /// How many endpoints there are in all.
    pub(super) n_all: usize,
    /// Why these.
    pub(super) why: super::topology::Why,
    pub(super) policy: Policy,
    /// The source becomes the node's (besides: where a Pod reaches itself).
    pub(super) masquerade: bool,
}

/// What the rules say.
#[derive(Debug)]
pub(super) enum Verdict<'a> {
    /// No rule is about this packet.
    Pass,
    /// REJECT: the sender is told.
    Refuse(Stop, Option<Matched>),
    /// DROP: silence.
    Drop(Stop, Option<Matched>),
    /// A rule is about it and lets it go on undisturbed; the network won't know the address.
    Adrift(Stop, Matched),
    /// The destination is rewritten.
    Dnat(Dnat<'a>),
}

/// A packet as the rules see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) from: IpAddr,
    pub(super) to: IpAddr,
    pub(super) port: u16,
    pub(super) protocol: Protocol,
    pub(super) hook: Hook,
}

/// What the rules of `node` do to a packet.
pub(super) fn decide<'a>(cluster: &'a Cluster, node: &Node, packet: Seen) -> Verdict<'a> {
    let nftables = cluster.settings().proxy_mode == ProxyMode::Nftables;
    let Some(matched) = find(cluster, node, packet) else {
        return unmatched(cluster, packet, nftables);
    };
    let all = cluster.endpoints(&matched.service.name);
    let endpoints = all.and_then(|all| all.port(&matched.port().name, packet.protocol));
    let categories = categorize(endpoints, packet.to, &matched.service, matched.port(), node);
    let n_all = categories.n_all;
    let ctx = Context { cluster, node, packet, nftables, all, n_all };
    match matched.door {
        Door::ClusterIp => ctx.internal(matched, categories),
        Door::Vip | Door::ExternalIp | Door::NodePort => ctx.external(matched, categories),
    }
}

/// The Service port whose rules catch the packet, the clusterIP's first.
fn find(cluster: &Cluster, node: &Node, packet: Seen) -> Option<Matched> {
    let with_port = |service: &Arc<Service>, door: Door| {
        let fits = |port: &ServicePort| {
            port.protocol == packet.protocol
                && match door {
                    Door::NodePort => port.node_port == Some(packet.port),
                    _ => port.port == packet.port,
                }
        };
        let port_idx = service.ports.iter().position(fits)?;
        Some(Matched { service: service.clone(), port_idx, door })
    };
    let by_cluster_ip = cluster
        .services_at_cluster_ip(packet.to)
        .filter(has_rules)
        .find_map(|service| with_port(service, Door::ClusterIp));
    let by_outer_ip = || {
        cluster.services_at_outer_ip(packet.to).filter(has_rules).find_map(|service| {
            if service.external_ips.contains(&packet.to) {
                with_port(service, Door::ExternalIp)
            } else if service.vips().any(|vip| vip == packet.to) {
                with_port(service, Door::Vip)
            } else {
                None
            }
        })
    };
    let by_node_port = || {
        if !opens_node_ports(cluster, node, packet.to) {
            return None;
        }
        cluster
            .services_at_node_port(packet.port)
            .filter(has_rules)
            .find_map(|service| with_port(service, Door::NodePort))
    };
    by_cluster_ip.or_else(by_outer_ip).or_else(by_node_port)
}

/// kube-proxy has rules for a Service: not for headless and ExternalName ones
/// (`ShouldSkipService`, pkg/proxy/util), nor for those that labels leave to others (the
/// informers' selector, cmd/kube-proxy/app/server.go).
fn has_rules(service: &&Arc<Service>) -> bool {
    service.proxied && !service.cluster_ips.is_empty()
}

/// Whether node ports are open on this address of the node: in iptables mode on all, the
/// loopback's of IPv4 too (`--iptables-localhost-nodeports`); in nftables mode on the first
/// of its family (`--nodeport-addresses` is `primary` there).
fn opens_node_ports(cluster: &Cluster, node: &Node, ip: IpAddr) -> bool {
    match cluster.settings().proxy_mode {
        ProxyMode::Iptables => node.ips.contains(&ip) || (ip.is_loopback() && ip.is_ipv4()),
        ProxyMode::Nftables => {
            node.ips.iter().find(|own| own.is_ipv4() == ip.is_ipv4()) == Some(&ip)
        }
    }
}

/// A packet that no Service port catches: only nftables has rules for it (chain
/// cluster-ips-check).
fn unmatched<'a>(cluster: &'a Cluster, packet: Seen, nftables: bool) -> Verdict<'a> {
    let matched = |service: &Arc<Service>| Matched {
        service: service.clone(),
        port_idx: 0,
        door: Door::ClusterIp,
    };
    let at_address = || cluster.services_at_cluster_ip(packet.to);
    if let Some(service) = at_address().find(has_rules) {
        return if nftables {
            Verdict::Refuse(Stop::NoSuchPort, Some(matched(service)))
        } else {
            Verdict::Adrift(Stop::NoSuchPort, matched(service))
        };
    }
    let not_proxied = at_address().next().map(matched);
    let in_range = cluster.settings().service_cidrs.iter().any(|net| net.contains(&packet.to));
    match (not_proxied, nftables && in_range) {
        (Some(matched), true) => Verdict::Drop(Stop::NotProxied, Some(matched)),
        (Some(matched), false) => Verdict::Adrift(Stop::NotProxied, matched),
        (None, true) => Verdict::Drop(Stop::NoSuchService, None),
        (None, false) => Verdict::Pass,
    }
}

struct Context<'a, 'n> {
    cluster: &'a Cluster,
    node: &'n Node,
    packet: Seen,
    nftables: bool,
    all: Option<&'a Arc<Endpoints>>,
    n_all: usize,
}

impl<'a> Context<'a, '_> {
    /// kube-proxy detects local traffic by the cluster CIDR: any Pod's, of whatever node.
    /// None where the CIDR is of the other family: then it detects nothing, and has no rules
    /// that need to know (`NoOpLocalDetector`, pkg/proxy/util/localdetector.go).
    fn is_local_traffic(&self) -> Option<bool> {
        let range = self.cluster.settings().cluster_cidr;
        let same_family = range.addr().is_ipv4() == self.packet.from.is_ipv4();
        same_family.then(|| range.contains(&self.packet.from))
    }

    /// A process on this node sent it.
    fn is_from_node(&self) -> bool {
        self.packet.from.is_loopback() || self.node.ips.contains(&self.packet.from)
    }

    /// The Service's source ranges are for this family, and none holds the sender
    /// (`newBaseServiceInfo`, pkg/proxy/serviceport.go).
    fn is_outside_of_ranges(&self, service: &Service) -> bool {
        let from = self.packet.from;
        let mut of_family = service
            .source_ranges
            .iter()
            .filter(|range| range.addr().is_ipv4() == from.is_ipv4())
            .peekable();
        of_family.peek().is_some() && !of_family.any(|range| range.contains(&from))
    }

    fn dnat(
        &self,
        matched: Matched,
        endpoints: Usable<'a>,
        categories_why: super::topology::Why,
        policy: Policy,
        masquerade: bool,
    ) -> Verdict<'a> {
        let why = match policy {
            Policy::Local if endpoints.iter().all(|endpoint| !endpoint.ready) => {
                super::topology::Why::Terminating
            }
            Policy::Local => super::topology::Why::Ready,
            _ => categories_why,
        };
        // There are endpoints of it, so there are endpoints.
        let Some(all) = self.all else { return Verdict::Refuse(Stop::NoEndpoints, Some(matched)) };
        Verdict::Dnat(Dnat { matched, endpoints, all, n_all: self.n_all, why, policy, masquerade })
    }

    fn internal(&self, matched: Matched, categories: Categories<'a>) -> Verdict<'a> {
        if !categories.any {
            return Verdict::Refuse(Stop::NoEndpoints, Some(matched));
        }
        // Off-cluster traffic to a clusterIP is masqueraded: the answer must come back here.
        let masquerade = self.is_local_traffic() == Some(false);
        let (endpoints, policy) = if matched.service.internal_local {
            (categories.local, Policy::Local)
        } else {
            (categories.cluster, Policy::Cluster)
        };
        if endpoints.is_empty() {
            return Verdict::Drop(Stop::NoLocalEndpoint, Some(matched));
        }
        self.dnat(matched, endpoints, categories.why, policy, masquerade)
    }

    fn external(&self, matched: Matched, categories: Categories<'a>) -> Verdict<'a> {
        let service = matched.service.clone();
        let has_external =
            categories.any && !(service.external_local && categories.local.is_empty());
        // Node ports are not subject to loadBalancerSourceRanges, "for better or for worse".
        let outside_of_ranges = matched.door == Door::Vip && self.is_outside_of_ranges(&service);
        let at_door_of_node = matched.door == Door::NodePort;
        if self.nftables {
            // The firewall stands before all else, endpoints or not (firewall-check).
            if outside_of_ranges {
                return Verdict::Drop(Stop::SourceRange, Some(matched));
            }
        }
        if !categories.any {
            // KUBE-EXTERNAL-SERVICES is jumped to from INPUT and FORWARD, not from OUTPUT: a
            // node's own packet leaves for an address that nobody has.
            if !self.nftables && self.packet.hook == Hook::Output && !at_door_of_node {
                return Verdict::Adrift(Stop::NoEndpoints, matched);
            }
            return Verdict::Refuse(Stop::NoEndpoints, Some(matched));
        }
        if outside_of_ranges {
            return Verdict::Drop(Stop::SourceRange, Some(matched));
        }
        if !service.external_local {
            let (endpoints, why) = (categories.cluster, categories.why);
            return self.dnat(matched, endpoints, why, Policy::Cluster, true);
        }
        if self.is_local_traffic() == Some(true) && !categories.cluster.is_empty() {
            let (endpoints, why) = (categories.cluster, categories.why);
            return self.dnat(matched, endpoints, why, Policy::ShortCircuit, false);
        }
        if self.is_from_node() && !categories.cluster.is_empty() {
            let (endpoints, why) = (categories.cluster, categories.why);
            return self.dnat(matched, endpoints, why, Policy::ShortCircuit, true);
        }
        if has_external {
            let (endpoints, why) = (categories.local, categories.why);
            return self.dnat(matched, endpoints, why, Policy::Local, false);
        }
        Verdict::Drop(Stop::NoLocalEndpoint, Some(matched))
    }
}

/// Whether nftables' set hairpin-connections of `node` holds this endpoint, which a packet
/// from its own address was sent to. That set is one for all Services, and holds the
/// endpoints in use on this node only: a Pod that reaches itself by another node's port is
/// not masqueraded there, and one that a slice without nodeName leads to itself is, where
/// another Service has the same endpoint.
pub(super) fn is_hairpin(
    cluster: &Cluster,
    node: &Node,
    endpoint: &Endpoint,
    protocol: Protocol,
) -> bool {
    if endpoint.node.is_some() {
        return endpoint.node.as_ref() == Some(&node.name);
    }
    let Some(pod) = cluster.pod_at(endpoint.ip) else { return false };
    cluster
        .services_selecting(pod)
        .iter()
        .filter_map(|name| cluster.service(&name.namespace, &name.name))
        .filter(has_rules)
        .any(|service| {
            let Some(all) = cluster.endpoints(&service.name) else { return false };
            service.ports.iter().filter(|port| port.protocol == protocol).any(|port| {
                let categories =
                    categorize(all.port(&port.name, protocol), endpoint.ip, service, port, node);
                categories.cluster.iter().chain(categories.local.iter()).any(|other| {
                    (other.ip, other.port) == (endpoint.ip, endpoint.port)
                        && other.node.as_ref() == Some(&node.name)
                })
            })
        })
}
