//! NetworkPolicy at a Pod's side: API reference of NetworkPolicySpec, v1.36, and SIG
//! Network's reference engine (kube-network-policies), whose decisions are recorded.
//!
//! A policy sees the packet where the Pod's traffic passes its node: after kube-proxy's
//! DNAT, so it sees Pod ports, and before this node's own masquerade, which comes last.
//! What another node masqueraded came from that node. Replies are always allowed, and so is
//! traffic between a Pod and its own node ("traffic to and from the node where a Pod is
//! running is always allowed", concepts/services-networking/network-policies).

use super::model::Protocol;
use crate::cluster::{Cluster, Name, NetworkPolicy, Peer, Pod, PolicyPort, PolicyRule, PortName};
use std::net::IpAddr;

/// Which of a Pod's policies are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What comes to the Pod.
    Ingress,
    /// What leaves it.
    Egress,
}

/// One end of a connection as the other end's policies see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    /// The other end's address.
    pub(super) peer: IpAddr,
    /// The destination's port.
    pub(super) port: u16,
    pub(super) protocol: Protocol,
}

/// The policies that isolate `pod` on that side and none of which allows the connection;
/// none where it may pass.
pub(super) fn forbids(cluster: &Cluster, pod: &Pod, side: Side, ends: Ends) -> Option<Vec<Name>> {
    if pod.host_network() {
        return None;
    }
    // Most namespaces have none, and then nothing else needs to be found.
    let mut policies = cluster.policies_in(&pod.name.namespace).peekable();
    policies.peek()?;
    let own_node = pod.node.as_deref().and_then(|name| cluster.node(name));
    if own_node.is_some_and(|node| node.ips.contains(&ends.peer)) || pod.ips.contains(&ends.peer) {
        return None;
    }
    let mut isolating = Vec::new();
    for policy in policies {
        let Some(rules) = rules(policy, side) else { continue };
        if !policy.pods.matches(pod.labels()) {
            continue;
        }
        if rules.iter().any(|rule| allows(cluster, policy, rule, pod, side, ends)) {
            return None;
        }
        isolating.push(policy.name.clone());
    }
    (!isolating.is_empty()).then_some(isolating)
}

fn rules(policy: &NetworkPolicy, side: Side) -> Option<&[PolicyRule]> {
    match side {
        Side::Ingress => policy.ingress.as_deref(),
        Side::Egress => policy.egress.as_deref(),
    }
}

fn allows(
    cluster: &Cluster,
    policy: &NetworkPolicy,
    rule: &PolicyRule,
    pod: &Pod,
    side: Side,
    ends: Ends,
) -> bool {
    let peer_pod = cluster.pod_at(ends.peer).map(|pod| &**pod);
    // A named port is one of the Pod that is reached.
    let reached = match side {
        Side::Ingress => Some(pod),
        Side::Egress => peer_pod,
    };
    let port_fits =
        rule.ports.is_empty() || rule.ports.iter().any(|port| port_matches(port, reached, ends));
    port_fits
        && (rule.peers.is_empty()
            || rule.peers.iter().any(|peer| peer_matches(cluster, policy, peer, peer_pod, ends)))
}

fn port_matches(port: &PolicyPort, reached: Option<&Pod>, ends: Ends) -> bool {
    if port.protocol != ends.protocol {
        return false;
    }
    match (&port.port, port.end_port) {
        (None, _) => true,
        (Some(PortName::Number(first)), Some(last)) => (*first..=last).contains(&ends.port),
        (Some(PortName::Number(number)), None) => *number == ends.port,
        (Some(name @ PortName::Name(_)), _) => {
            reached.and_then(|pod| pod.find_port(name, ends.protocol)) == Some(ends.port)
        }
    }
}

fn peer_matches(
    cluster: &Cluster,
    policy: &NetworkPolicy,
    peer: &Peer,
    peer_pod: Option<&Pod>,
    ends: Ends,
) -> bool {
    match peer {
        Peer::Block(block) => block.contains(ends.peer),
        // A peer that names nothing is refused by the API server, and is nobody.
        Peer::Pods { namespaces: None, pods: None } => false,
        Peer::Pods { namespaces, pods } => {
            let Some(pod) = peer_pod else { return false };
            let namespace_fits = match namespaces {
                None => pod.name.namespace == policy.name.namespace,
                Some(selector) => cluster
                    .namespace(&pod.name.namespace)
                    .is_some_and(|namespace| selector.matches(&namespace.labels)),
            };
            namespace_fits && pods.as_ref().is_none_or(|selector| selector.matches(pod.labels()))
        }
    }
}
