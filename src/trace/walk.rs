//! The walk of a packet: from its sender to the first node.

use super::error::TraceError;
use super::model::{
    Action, Choice, Client, Hop, Outcome, Place, Protocol, Reason, ReasonCode, SeenSource, Socket,
    Way,
};
use super::names::Destination;
use super::options::Options;
use super::packet::{Detail, Origin, Packet, Pick, SENDER_PORT, TTL, hop, node_place, pod_place};
use super::proxy::{Dnat, Hook};
use super::target::Target;
use super::why::{field, reason};
use crate::cluster::{Cluster, IpFamily, Name, Pod};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// Few packets and their replies make more.
const USUAL_HOPS: usize = 12;

pub(super) struct Walk<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) origin: Origin,
    /// The Pod that the client is, where it is one: with its own network or its node's.
    pub(super) asker: Option<Arc<Pod>>,
    pub(super) protocol: Protocol,
    pub(super) detail: Detail,
    pub(super) pick: Pick,
    pub(super) ways: Vec<Way>,
}

impl<'a> Walk<'a> {
    pub(super) fn ways(
        cluster: &'a Cluster,
        client: &Client,
        target: &Target,
        pick: Pick,
        detail: Detail,
    ) -> Result<Vec<Way>, TraceError> {
        let mut walk = Self::begin(cluster, client, target.protocol, pick, detail)?;
        match walk.destination(target)? {
            Destination::Nowhere { outcome, reason, hops } => {
                walk.ways.push(unsent(outcome, reason, 1.0, hops));
            }
            Destination::At { addresses, hops, headless } => {
                let p = 1.0 / addresses.len().max(1) as f64;
                for idx in walk.pick.among(addresses.len()) {
                    let Some(ip) = addresses.get(idx) else { continue };
                    let to = Socket { ip: *ip, port: target.port };
                    let mut hops = hops.clone();
                    if walk.detail == Detail::Hops {
                        hops.reserve(USUAL_HOPS);
                    }
                    if addresses.len() > 1
                        && let Some(hop) = hops.last_mut()
                    {
                        let of = addresses.iter().map(|ip| walk.endpoint_text(*ip, target.port));
                        hop.choice = Some(Choice {
                            of: of.collect(),
                            picked: idx,
                            why: "the name has several addresses, in changing order".to_owned(),
                        });
                    }
                    let Some(sender) = walk.sender_to(*ip) else {
                        let reason = walk.no_address_to_send_from(*ip);
                        walk.ways.push(unsent(Outcome::Unresolved, reason, p, hops));
                        continue;
                    };
                    walk.send(Packet {
                        from: sender,
                        to,
                        from_here: sender,
                        sent_from: sender,
                        sent_to: to,
                        p,
                        hops,
                        nats: Vec::new(),
                        via: None,
                        headless: headless.clone(),
                        adrift: None,
                        ttl: TTL,
                    });
                }
            }
        }
        let mut ways = walk.ways;
        // Stable: ways as likely as each other stay in the rules' order.
        ways.sort_by(|a, b| b.p.total_cmp(&a.p));
        if ways.is_empty() { Err(TraceError::NoWay) } else { Ok(ways) }
    }

    /// A walk that has not begun: its sender is found, and has an address.
    pub(super) fn begin(
        cluster: &'a Cluster,
        client: &Client,
        protocol: Protocol,
        pick: Pick,
        detail: Detail,
    ) -> Result<Self, TraceError> {
        let (origin, asker) = origin(cluster, client)?;
        let walk = Walk { cluster, origin, asker, protocol, detail, pick, ways: Vec::new() };
        if walk.own_ips().is_empty() {
            return Err(TraceError::NoAddress(client.to_string()));
        }
        Ok(walk)
    }

    /// The sender's addresses, the first of which it prefers.
    pub(super) fn own_ips(&self) -> &[IpAddr] {
        match &self.origin {
            Origin::Pod(pod, _) => &pod.ips,
            Origin::Node(node) => &node.ips,
            Origin::Outside => std::slice::from_ref(&self.cluster.settings().external.ip),
        }
    }

    /// What it sends from to `to`: its address of that family, none where it has none.
    fn sender_to(&self, to: IpAddr) -> Option<Socket> {
        let ip = if to.is_loopback() {
            to
        } else {
            *self.own_ips().iter().find(|ip| ip.is_ipv4() == to.is_ipv4())?
        };
        Some(Socket { ip, port: SENDER_PORT })
    }

    fn no_address_to_send_from(&self, to: IpAddr) -> Reason {
        let (who, look_at) = match &self.origin {
            Origin::Pod(pod, _) => {
                (format!("Pod {}", pod.name), Some(field("pod", &pod.name, "status.podIPs")))
            }
            Origin::Node(node) => {
                (node.name.to_string(), Some(field("node", &node.name, "status.addresses")))
            }
            Origin::Outside => ("The client outside".to_owned(), None),
        };
        let say = format!("{who} has no {} address, so it can't send to {to}.", IpFamily::of(to));
        reason(ReasonCode::NoRoute, say, look_at)
    }

    /// Tells a hop, where hops are told at all.
    pub(super) fn tell(&self, packet: &mut Packet, hop: impl FnOnce(&Packet) -> Hop) {
        if self.detail == Detail::Hops {
            let hop = hop(packet);
            packet.hops.push(hop);
        }
    }

    pub(super) fn end(
        &mut self,
        packet: Packet,
        outcome: Outcome,
        reached: Option<(Option<String>, u16)>,
        reason: Reason,
    ) {
        let source = reached.as_ref().map(|_| self.seen_source(packet.from.ip));
        let (pod, pod_port) = match reached {
            Some((pod, port)) => (pod, Some(port)),
            None => (None, None),
        };
        self.ways.push(Way {
            outcome,
            pod,
            source,
            pod_port,
            p: packet.p,
            reason,
            hops: packet.hops,
        });
    }

    fn seen_source(&self, ip: IpAddr) -> SeenSource {
        if ip.is_loopback() {
            return match &self.origin {
                Origin::Pod(pod, _) => SeenSource::Pod(pod.name.text()),
                Origin::Node(node) => SeenSource::Node(node.name.to_string()),
                Origin::Outside => SeenSource::External,
            };
        }
        if let Some(pod) = self.cluster.pod_at(ip) {
            return SeenSource::Pod(pod.name.text());
        }
        if let Some(node) = self.cluster.node_at(ip) {
            return SeenSource::Node(node.name.to_string());
        }
        SeenSource::External
    }

    /// `web-a`, `node1`, or the address itself: how a sentence calls it.
    pub(super) fn call(&self, ip: IpAddr) -> Called<'a> {
        if let Some(pod) = self.cluster.pod_at(ip) {
            return Called::Pod(&pod.name);
        }
        if let Some(node) = self.cluster.node_at(ip) {
            return Called::Node(&node.name);
        }
        if ip == self.cluster.settings().external.ip {
            return Called::Outside;
        }
        Called::Ip(ip)
    }

    /// What the choice was among. An endpoint that came before its Pod is named here.
    pub(super) fn options(&self, dnat: &Dnat<'_>) -> Options {
        if dnat.endpoints.are_named(dnat.all) {
            return dnat.endpoints.options(dnat.all);
        }
        dnat.endpoints.iter().map(|e| self.endpoint_text(e.ip, e.port)).collect()
    }

    fn endpoint_text(&self, ip: IpAddr, port: u16) -> String {
        let socket = Socket { ip, port };
        match self.cluster.pod_at(ip) {
            Some(pod) => format!("{} {socket}", pod.name),
            None => socket.to_string(),
        }
    }

    fn send(&mut self, mut packet: Packet) {
        match self.origin.clone() {
            Origin::Pod(pod, node) => {
                self.tell(&mut packet, |packet| Hop {
                    say: format!("Pod {} sends a packet to {}.", pod.name, packet.to),
                    ..hop(pod_place(&pod), Action::Send, packet)
                });
                if pod.ips.contains(&packet.to.ip) || packet.to.ip.is_loopback() {
                    return self.deliver_pod(packet, &pod, node.as_ref());
                }
                match node {
                    Some(node) => self.at_node(packet, &node, Hook::Prerouting),
                    None => {
                        let say = format!(
                            "Pod {} is on no node that exists, so its packets go nowhere.",
                            pod.name
                        );
                        let look_at = Some(field("pod", &pod.name, "spec.nodeName"));
                        self.vanish(packet, reason(ReasonCode::NoRoute, say, look_at));
                    }
                }
            }
            Origin::Node(node) => {
                let who = match &self.asker {
                    Some(pod) => format!("Pod {}, in {}'s own network,", pod.name, node.name),
                    None => format!("A process on {}", node.name),
                };
                self.tell(&mut packet, |packet| Hop {
                    say: format!("{who} sends a packet to {}.", packet.to),
                    ..hop(node_place(&node), Action::Send, packet)
                });
                self.at_node(packet, &node, Hook::Output);
            }
            Origin::Outside => {
                self.tell(&mut packet, |packet| Hop {
                    say: format!("The client outside sends a packet to {}.", packet.to),
                    ..hop(Place::Outside, Action::Send, packet)
                });
                self.enter(packet);
            }
        }
    }

    /// The network outside knows nodes, and where load-balancer addresses go.
    fn enter(&mut self, mut packet: Packet) {
        let to = packet.to.ip;
        if let Some(node) = self.cluster.node_at(to).cloned() {
            return self.at_node(packet, &node, Hook::Prerouting);
        }
        if self.cluster.services_at_outer_ip(to).next().is_some() {
            let gateway = &self.cluster.settings().external.load_balancer_gateway;
            let gateway = self.cluster.node(gateway).or_else(|| self.cluster.nodes().next());
            if let Some(node) = gateway.cloned() {
                self.tell(&mut packet, |packet| Hop {
                    say: format!(
                        "The network brings packets for {} to {}.",
                        packet.to.ip, node.name
                    ),
                    rule: format!("route to {} by {}", packet.to.ip, node.name),
                    ..hop(Place::Balancer, Action::Forward, packet)
                });
                return self.at_node(packet, &node, Hook::Prerouting);
            }
        }
        self.on_network(packet);
    }
}

/// How a sentence calls who has an address.
#[derive(Debug, Clone, Copy)]
pub(super) enum Called<'a> {
    Pod(&'a Name),
    Node(&'a str),
    Outside,
    Ip(IpAddr),
}

impl fmt::Display for Called<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pod(name) => write!(f, "Pod {name}"),
            Self::Node(name) => f.write_str(name),
            Self::Outside => f.write_str("the client outside"),
            Self::Ip(ip) => ip.fmt(f),
        }
    }
}

/// The way of a packet that nobody sends.
fn unsent(outcome: Outcome, reason: Reason, p: f64, hops: Vec<Hop>) -> Way {
    Way { outcome, pod: None, source: None, pod_port: None, p, reason, hops }
}

/// Where a client's packets come from, and the Pod that it is.
fn origin(cluster: &Cluster, client: &Client) -> Result<(Origin, Option<Arc<Pod>>), TraceError> {
    match client {
        Client::External => Ok((Origin::Outside, None)),
        Client::Node(name) => cluster
            .node(name)
            .map(|node| (Origin::Node(node.clone()), None))
            .ok_or_else(|| TraceError::NoSuchNode(name.clone())),
        Client::Pod { namespace, name } => {
            let pod = cluster.pod(namespace, name).ok_or_else(|| {
                TraceError::NoSuchPod(crate::cluster::Name::new(namespace, name).to_string())
            })?;
            let node = pod.node.as_deref().and_then(|name| cluster.node(name)).cloned();
            let origin = match node {
                // A hostNetwork Pod is a process on its node.
                Some(node) if pod.host_network() => Origin::Node(node),
                node => Origin::Pod(pod.clone(), node),
            };
            Ok((origin, Some(pod.clone())))
        }
    }
}
