//! Which endpoints a node's kube-proxy uses (`CategorizeEndpoints`, pkg/proxy/topology.go,
//! v1.36).

use super::options::Usable;
use crate::cluster::{Endpoint, Node, PortEndpoints, Service, ServicePort};
use std::net::IpAddr;

/// The endpoints of one Service port, as one node uses them.
#[derive(Debug, Default)]
pub(super) struct Categories<'a> {
    /// For traffic policy Cluster.
    pub(super) cluster: Usable<'a>,
    /// For traffic policy Local.
    pub(super) local: Usable<'a>,
    /// There are usable endpoints somewhere.
    pub(super) any: bool,
    /// How many endpoints there are in all, usable or not.
    pub(super) n_all: usize,
    /// Why these and no others.
    pub(super) why: Why,
}

/// Why endpoints were left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Why {
    /// They are the ready ones.
    #[default]
    Ready,
    /// None is ready, so those that are being deleted serve on.
    Terminating,
    /// They are hinted for this node.
    SameNode,
    /// They are hinted for this node's zone.
    SameZone,
}

/// The Service is reached from outside by this port.
fn externally_accessible(service: &Service, port: &ServicePort) -> bool {
    port.node_port.is_some() || service.vips().next().is_some() || !service.external_ips.is_empty()
}

/// Those of the family of `ip`: kube-proxy works for each family by itself, and a dual-stack
/// Service has endpoints of both.
fn of_family(port: &PortEndpoints, ip: IpAddr) -> &[Endpoint] {
    let n_ipv4 = port.n_ipv4.min(port.endpoints.len());
    let (four, six) = port.endpoints.split_at(n_ipv4);
    if ip.is_ipv4() { four } else { six }
}

/// Sorts the endpoints of one Service port into what `node` does with them, for packets to
/// `to`.
pub(super) fn categorize<'a>(
    port_endpoints: Option<&'a PortEndpoints>,
    to: IpAddr,
    service: &Service,
    port: &ServicePort,
    node: &Node,
) -> Categories<'a> {
    let mut categories = Categories::default();
    let Some(port_endpoints) = port_endpoints else { return categories };
    let endpoints = of_family(port_endpoints, to);
    categories.n_all = endpoints.len();
    if endpoints.is_empty() {
        return categories;
    }
    let external = externally_accessible(service, port);
    let uses_cluster = !service.internal_local || external;
    let uses_local = service.internal_local || (service.external_local && external);
    let serves_on = |endpoint: &Endpoint| endpoint.serving && endpoint.terminating;
    if uses_cluster && port_endpoints.plain {
        categories.cluster = Usable::all(endpoints);
        categories.any = true;
    } else if uses_cluster {
        categories.why = mode_from_hints(endpoints, node);
        let available = |endpoint: &Endpoint| {
            endpoint.ready
                && match categories.why {
                    Why::SameNode => endpoint.for_nodes.contains(&node.name),
                    Why::SameZone => endpoint.for_zones.iter().any(|zone| **zone == *node.zone()),
                    Why::Ready | Why::Terminating => true,
                }
        };
        categories.cluster = Usable::those(endpoints, available);
        if categories.cluster.is_empty() {
            categories.cluster = Usable::those(endpoints, serves_on);
            categories.why = Why::Terminating;
        }
        categories.any = !categories.cluster.is_empty();
    }
    if uses_local {
        let is_local = |endpoint: &Endpoint| endpoint.node.as_ref() == Some(&node.name);
        categories.any |= endpoints.iter().any(|e| e.ready || serves_on(e));
        categories.local = Usable::those(endpoints, |e| is_local(e) && e.ready);
        if categories.local.is_empty() {
            categories.local = Usable::those(endpoints, |e| is_local(e) && serves_on(e));
        }
    }
    categories
}

/// `topologyModeFromHints`: hints count where every ready endpoint has one, and one of them
/// is for here.
fn mode_from_hints(endpoints: &[Endpoint], node: &Node) -> Why {
    let mut ready = endpoints.iter().filter(|endpoint| endpoint.ready).peekable();
    if ready.peek().is_none() {
        return Why::Ready;
    }
    let (mut all_nodes, mut all_zones, mut here, mut zone) = (true, true, false, false);
    for endpoint in ready {
        all_nodes &= !endpoint.for_nodes.is_empty();
        all_zones &= !endpoint.for_zones.is_empty();
        here |= endpoint.for_nodes.contains(&node.name);
        zone |= endpoint.for_zones.iter().any(|hint| **hint == *node.zone());
    }
    if all_nodes && here {
        Why::SameNode
    } else if all_zones && zone {
        Why::SameZone
    } else {
        Why::Ready
    }
}
