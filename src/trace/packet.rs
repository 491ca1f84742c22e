//! A packet under way, and what is said of it.

use super::model::{Action, Direction, Hop, Place, Socket};
use super::proxy::{Matched, Stop};
use crate::cluster::{Node, Pod, Service};
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
    pub(super) ttl: u8,
}

impl Packet {
    /// The packet itself, where it goes one more way and no other after that.
    pub(super) fn take(&mut self) -> Self {
        Self {
            hops: std::mem::take(&mut self.hops),
            nats: std::mem::take(&mut self.nats),
            via: self.via.take(),
            headless: self.headless.take(),
            ..*self
        }
    }
}

/// Made-up source ports: the sender's, and the one that a masquerade gives.
pub(super) const SENDER_PORT: u16 = 51544;
pub(super) const MASQUERADE_PORT: u16 = 28731;
/// No packet of ours passes more nodes than this; one that does runs in circles.
pub(super) const TTL: u8 = 8;

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
