//! The walk of a packet: from its sender through nodes to where it ends.

use super::error::TraceError;
use super::model::{
    Action, Choice, Client, Direction, Hop, Outcome, Place, Protocol, Reason, ReasonCode,
    SeenSource, Socket, Way,
};
use super::names::Destination;
use super::proxy::{self, Dnat, Hook, Matched, Seen, Stop, Verdict};
use super::say::{chosen_because, rewrite_field};
use super::target::Target;
use super::why::{field, reason};
use crate::cluster::{Cluster, Endpoint, Node, Pod, ProxyMode, Service};
use std::net::IpAddr;
use std::sync::Arc;

/// Which of the ways are walked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pick {
    /// All.
    All,
    /// One, by this state of a random generator.
    One(u64),
}

impl Pick {
    pub(super) fn seeded(seed: u64) -> Self {
        Self::One(seed)
    }

    /// Which of `n` equally likely ones: all, or one.
    pub(super) fn among(&mut self, n: usize) -> std::ops::Range<usize> {
        match self {
            Self::All => 0..n,
            Self::One(state) => {
                // SplitMix64: small, and good enough to pick an endpoint.
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                let idx = ((z ^ (z >> 31)) % n.max(1) as u64) as usize;
                idx..idx + 1
            }
        }
    }
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Outcomes only.
    Outcome,
    /// Every hop.
    Hops,
}

/// The sender.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    Pod(Arc<Pod>, Option<Arc<Node>>),
    Node(Arc<Node>),
    Outside,
}

/// What a node's conntrack remembers of a connection.
#[derive(Debug, Clone)]
pub(super) struct Nat {
    pub(super) node: Arc<str>,
    pub(super) from_before: Socket,
    pub(super) to_before: Socket,
    pub(super) from_after: Socket,
    pub(super) to_after: Socket,
}

/// A packet under way.
#[derive(Debug, Clone)]
pub(super) struct Packet {
    pub(super) from: Socket,
    pub(super) to: Socket,
    /// Source before the node it is on masqueraded it: what policies there see.
    pub(super) from_here: Socket,
    /// As it was sent.
    pub(super) sent_from: Socket,
    pub(super) sent_to: Socket,
    pub(super) p: f64,
    pub(super) hops: Vec<Hop>,
    pub(super) nats: Vec<Nat>,
    /// The last Service port that rewrote it, or that a rule was about.
    pub(super) via: Option<Matched>,
    /// The headless Service whose name led here.
    pub(super) headless: Option<Arc<Service>>,
    /// A rule was about it, and let it go on to nowhere.
    pub(super) adrift: Option<Stop>,
    /// Nodes it may still pass.
    ttl: u8,
}

/// Made-up source ports: the sender's, and the one that a masquerade gives.
pub(super) const SENDER_PORT: u16 = 51544;
pub(super) const MASQUERADE_PORT: u16 = 28731;
/// No packet of ours passes more nodes than this; one that does runs in circles.
const TTL: u8 = 8;

pub(super) struct Walk<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) origin: Origin,
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
        let origin = origin(cluster, client)?;
        let mut walk =
            Walk { cluster, origin, protocol: target.protocol, detail, pick, ways: Vec::new() };
        let sender = walk.sender(client)?;
        match walk.destination(target, sender)? {
            Destination::Nowhere { outcome, reason, hops } => {
                walk.ways.push(Way {
                    outcome,
                    pod: None,
                    source: None,
                    pod_port: None,
                    p: 1.0,
                    reason,
                    hops,
                });
            }
            Destination::At { addresses, hops, headless } => {
                let p = 1.0 / addresses.len().max(1) as f64;
                for idx in walk.pick.among(addresses.len()) {
                    let Some(ip) = addresses.get(idx) else { continue };
                    let to = Socket { ip: *ip, port: target.port };
                    let mut hops = hops.clone();
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

    fn sender(&self, client: &Client) -> Result<Socket, TraceError> {
        let ip = match &self.origin {
            Origin::Pod(pod, _) => pod.ip(),
            Origin::Node(node) => node.ip(),
            Origin::Outside => Some(self.cluster.settings().external.ip),
        };
        let ip = ip.ok_or_else(|| TraceError::NoAddress(client.to_string()))?;
        Ok(Socket { ip, port: SENDER_PORT })
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
        let source = reached.as_ref().and_then(|_| self.seen_source(packet.from.ip));
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

    fn seen_source(&self, ip: IpAddr) -> Option<SeenSource> {
        if let Some(pod) = self.cluster.pod_at(ip) {
            return Some(SeenSource::Pod(pod.name.to_string()));
        }
        if let Some(node) = self.cluster.node_at(ip) {
            return Some(SeenSource::Node(node.name.to_string()));
        }
        Some(SeenSource::External)
    }

    /// `web-a`, `node1`, or the address itself: how a sentence calls it.
    pub(super) fn call(&self, ip: IpAddr) -> String {
        if let Some(pod) = self.cluster.pod_at(ip) {
            return format!("Pod {}", pod.name);
        }
        if let Some(node) = self.cluster.node_at(ip) {
            return node.name.to_string();
        }
        if ip == self.cluster.settings().external.ip {
            return "the client outside".to_owned();
        }
        ip.to_string()
    }

    fn text_of(&self, endpoint: &Endpoint) -> String {
        match &endpoint.pod {
            Some(pod) => format!("{pod} {}", Socket { ip: endpoint.ip, port: endpoint.port }),
            None => self.endpoint_text(endpoint.ip, endpoint.port),
        }
    }

    pub(super) fn endpoint_text(&self, ip: IpAddr, port: u16) -> String {
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
                if pod.ips.contains(&packet.to.ip) {
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
                self.tell(&mut packet, |packet| Hop {
                    say: format!("A process on {} sends a packet to {}.", node.name, packet.to),
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

    /// A packet meets a node's rules, then its routes.
    pub(super) fn at_node(&mut self, mut packet: Packet, node: &Arc<Node>, hook: Hook) {
        packet.from_here = packet.from;
        let Some(ttl) = packet.ttl.checked_sub(1) else {
            let say = "The packet runs in circles between nodes, and is dropped.".to_owned();
            return self.vanish(packet, reason(ReasonCode::NoRoute, say, None));
        };
        packet.ttl = ttl;
        let seen = Seen {
            from: packet.from.ip,
            to: packet.to.ip,
            port: packet.to.port,
            protocol: self.protocol,
            hook,
        };
        let cluster = self.cluster;
        match proxy::decide(cluster, node, seen) {
            Verdict::Pass => self.leave_node(packet, node),
            Verdict::Adrift(stop, matched) => {
                packet.via = Some(matched);
                packet.adrift = Some(stop);
                self.leave_node(packet, node);
            }
            Verdict::Refuse(stop, matched) => self.stop(packet, node, stop, matched, true),
            Verdict::Drop(stop, matched) => self.stop(packet, node, stop, matched, false),
            Verdict::Dnat(dnat) => self.rewrite(packet, node, dnat),
        }
    }

    fn stop(
        &mut self,
        mut packet: Packet,
        node: &Arc<Node>,
        stop: Stop,
        matched: Option<Matched>,
        refuse: bool,
    ) {
        let reason = self.reason_of(stop, matched.as_ref(), &packet, node);
        let rule = self.stop_rule(stop, matched.as_ref(), refuse);
        self.tell(&mut packet, |packet| Hop {
            rule,
            because: reason.look_at.clone(),
            say: format!(
                "{} {} the packet: {}",
                node.name,
                if refuse { "refuses" } else { "drops" },
                reason.say
            ),
            ..hop(node_place(node), if refuse { Action::Refuse } else { Action::Drop }, packet)
        });
        let outcome = if refuse { Outcome::Refused } else { Outcome::Timeout };
        self.end(packet, outcome, None, reason);
    }

    /// kube-proxy rewrites the destination to an endpoint: one way for each.
    fn rewrite(&mut self, packet: Packet, node: &Arc<Node>, dnat: Dnat<'_>) {
        let n = dnat.endpoints.len();
        let nftables = self.cluster.settings().proxy_mode == ProxyMode::Nftables;
        let texts: Option<Arc<[String]>> = (self.detail == Detail::Hops)
            .then(|| dnat.endpoints.iter().map(|e| self.text_of(e)).collect());
        let Some(node_ip) = node_ip_like(node, packet.from.ip) else {
            let say = format!("{} has no address to send on from.", node.name);
            let look_at = Some(field("node", &node.name, "status.addresses"));
            return self.vanish(packet, reason(ReasonCode::NoRoute, say, look_at));
        };
        for idx in self.pick.among(n) {
            let Some(endpoint) = dnat.endpoints.get(idx) else { continue };
            let mut next = packet.clone();
            next.p /= n as f64;
            // A Pod that reaches itself is masqueraded too, or it would answer itself.
            let hairpin = packet.from.ip == endpoint.ip
                && (!nftables || self.is_hairpin_connection(node, endpoint));
            let snat = dnat.masquerade || hairpin;
            let to = Socket { ip: endpoint.ip, port: endpoint.port };
            let from = if !snat || (packet.from.ip == node_ip) {
                packet.from
            } else {
                Socket { ip: node_ip, port: MASQUERADE_PORT }
            };
            if let Some(texts) = &texts {
                let choice =
                    Choice { of: texts.clone(), picked: idx, why: chosen_because(&dnat, node) };
                let say = self.say_rewrite(node, &dnat, endpoint, from != packet.from, hairpin);
                next.hops.push(Hop {
                    from_after: from,
                    to_after: to,
                    rule: self.rewrite_rule(&dnat),
                    because: Some(rewrite_field(&dnat)),
                    choice: Some(choice),
                    say,
                    ..hop(node_place(node), Action::Dnat { snat: from != packet.from }, &packet)
                });
            }
            next.nats.push(Nat {
                node: node.name.clone(),
                from_before: packet.from,
                to_before: packet.to,
                from_after: from,
                to_after: to,
            });
            next.from = from;
            next.to = to;
            next.via = Some(dnat.matched.clone());
            self.leave_node(next, node);
        }
    }

    /// Whether set hairpin-connections of `node` holds this endpoint. Under nftables that set
    /// is one for all Services, and holds endpoints on this node only: a Pod that reaches
    /// itself by another node's port is not masqueraded there, and one that a slice without
    /// nodeName leads to itself is, where another Service has the same endpoint.
    fn is_hairpin_connection(&self, node: &Node, endpoint: &Endpoint) -> bool {
        if endpoint.node.as_ref() == Some(&node.name) {
            return true;
        }
        self.cluster.slices_at(endpoint.ip).any(|slice| {
            let port = slice
                .ports
                .iter()
                .any(|p| p.port == Some(endpoint.port) && p.protocol == self.protocol);
            port && slice.endpoints.iter().any(|other| {
                other.ip == endpoint.ip
                    && other.node.as_ref() == Some(&node.name)
                    && (other.ready || (other.serving && other.terminating))
            })
        })
    }

    /// Where a packet goes from a node, its rules passed.
    fn leave_node(&mut self, mut packet: Packet, node: &Arc<Node>) {
        let to = packet.to.ip;
        if let Some(denied) = self.egress_denied(&packet, node) {
            return self.denied(packet, node, denied);
        }
        if node.ips.contains(&to) {
            return self.deliver_node(packet, node);
        }
        if let Some(pod) = self.cluster.pod_at(to).cloned() {
            return self.carry_to_pod(packet, node, &pod);
        }
        if let Some(other) = self.cluster.node_at(to).cloned() {
            self.pass(
                &mut packet,
                node,
                &format!("sends it on to {}", other.name),
                "route to nodes",
            );
            return self.at_node(packet, &other, Hook::Prerouting);
        }
        self.leave_cluster(packet, node);
    }

    fn carry_to_pod(&mut self, mut packet: Packet, node: &Arc<Node>, pod: &Arc<Pod>) {
        if pod.node.as_ref() == Some(&node.name) {
            if let Some(denied) = self.ingress_denied(&packet, pod) {
                return self.denied(packet, node, denied);
            }
            self.pass(&mut packet, node, &format!("hands it to Pod {}", pod.name), "local route");
            return self.deliver_pod(packet, pod, Some(node));
        }
        let other = pod.node.as_deref().and_then(|name| self.cluster.node(name)).cloned();
        let Some(other) = other else {
            let say = format!("Pod {} is on no node that exists.", pod.name);
            let look_at = Some(field("pod", &pod.name, "spec.nodeName"));
            return self.vanish(packet, reason(ReasonCode::NoRoute, say, look_at));
        };
        let say = format!("sends it to {}, where Pod {} runs", other.name, pod.name);
        self.pass(&mut packet, node, &say, "route to the podCIDR");
        self.at_node(packet, &other, Hook::Prerouting);
    }

    /// A node passes a packet on unchanged; told unless the node's last hop says so already.
    pub(super) fn pass(&self, packet: &mut Packet, node: &Arc<Node>, what: &str, rule: &str) {
        self.tell(packet, |packet| Hop {
            rule: rule.to_owned(),
            say: format!("{} {what}.", node.name),
            ..hop(node_place(node), Action::Forward, packet)
        });
    }
}

fn origin(cluster: &Cluster, client: &Client) -> Result<Origin, TraceError> {
    match client {
        Client::External => Ok(Origin::Outside),
        Client::Node(name) => cluster
            .node(name)
            .map(|node| Origin::Node(node.clone()))
            .ok_or_else(|| TraceError::NoSuchNode(name.clone())),
        Client::Pod { namespace, name } => {
            let pod = cluster.pod(namespace, name).ok_or_else(|| {
                TraceError::NoSuchPod(crate::cluster::Name::new(namespace, name).to_string())
            })?;
            let node = pod.node.as_deref().and_then(|name| cluster.node(name)).cloned();
            match node {
                // A hostNetwork Pod is a process on its node.
                Some(node) if pod.host_network() => Ok(Origin::Node(node)),
                node => Ok(Origin::Pod(pod.clone(), node)),
            }
        }
    }
}

/// The node's address of the same family as `ip`.
pub(super) fn node_ip_like(node: &Node, ip: IpAddr) -> Option<IpAddr> {
    node.ips.iter().copied().find(|own| own.is_ipv4() == ip.is_ipv4()).or(node.ip())
}

/// A hop of the request at `at`, where nothing is rewritten yet.
pub(super) fn hop(at: Place, action: Action, packet: &Packet) -> Hop {
    Hop {
        at,
        direction: Direction::Request,
        action,
        from: packet.from,
        to: packet.to,
        from_after: packet.from,
        to_after: packet.to,
        rule: String::new(),
        because: None,
        choice: None,
        say: String::new(),
    }
}

pub(super) fn node_place(node: &Node) -> Place {
    Place::Node { name: node.name.to_string() }
}

pub(super) fn pod_place(pod: &Pod) -> Place {
    Place::Pod { namespace: pod.name.namespace.to_string(), name: pod.name.name.to_string() }
}
