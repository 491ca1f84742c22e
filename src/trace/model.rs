//! What a trace says: the ways of a packet, hop by hop.

use super::options::Options;
use serde::Serialize;
use std::fmt;
use std::net::IpAddr;

pub use crate::cluster::Protocol;

/// An address and a port, as a packet carries them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Socket {
    /// IP address.
    pub ip: IpAddr,
    /// Port; source ports are made up, but the same in every hop until rewritten.
    pub port: u16,
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            IpAddr::V4(ip) => write!(f, "{ip}:{}", self.port),
            IpAddr::V6(ip) => write!(f, "[{ip}]:{}", self.port),
        }
    }
}

/// Who sends: FORMATS.md's CLIENT.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Client {
    /// `pod:[NS/]NAME`.
    Pod {
        /// Namespace; `default` unless given.
        namespace: String,
        /// Pod's name.
        name: String,
    },
    /// `node:NAME`: a process on the node itself.
    Node(String),
    /// `external`: the client outside the cluster.
    External,
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pod { namespace, name } if namespace == "default" => write!(f, "pod:{name}"),
            Self::Pod { namespace, name } => write!(f, "pod:{namespace}/{name}"),
            Self::Node(name) => write!(f, "node:{name}"),
            Self::External => f.write_str("external"),
        }
    }
}

/// Where a hop takes place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Place {
    /// The client outside, or the network outside the cluster.
    Outside,
    /// The network between nodes, where an address may have no route.
    Network,
    /// The load balancer, or whatever routes its addresses to a node.
    Balancer,
    /// The cluster's DNS.
    Dns,
    /// A node: its kube-proxy rules and its routing.
    Node {
        /// Node's name.
        name: String,
    },
    /// A Pod.
    Pod {
        /// Namespace.
        namespace: String,
        /// Pod's name.
        name: String,
    },
}

/// The packet on its way there, or the answer on its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the client.
    Request,
    /// To the client.
    Reply,
}

/// What is done to the packet at a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The client resolves a name.
    Resolve,
    /// The packet leaves its sender.
    Send,
    /// It passes; unchanged, but for the source of what a node masquerades as it leaves the
    /// cluster.
    Forward,
    /// kube-proxy rewrites the destination (and, where `snat`, the source).
    Dnat {
        /// The source is rewritten too (masquerade).
        snat: bool,
    },
    /// conntrack undoes what was rewritten on the way there.
    Undo,
    /// It arrives where something listens (request), or at its sender (reply).
    Deliver,
    /// It is answered with a refusal (TCP reset or ICMP).
    Refuse,
    /// It vanishes.
    Drop,
}

/// A field of an object that decided something: what the learner should look at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct FieldRef {
    /// `service/NAME`, `pod/NAME`, `node/NAME` …; with `NS/` before NAME outside `default`.
    pub object: String,
    /// The field as kubectl explain writes it: `spec.selector`.
    pub field: String,
}

/// A choice that kube-proxy makes at random, or under ClientIP affinity once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Choice {
    /// All that could be chosen, as `POD IP:PORT`, in the order of the rules.
    /// Shared by the ways that differ in what was picked.
    pub of: Options,
    /// Index of the one chosen.
    pub picked: usize,
    /// Why these and not others, in one short phrase ("2 of 3 endpoints are ready").
    pub why: String,
}

/// One hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// Where it is.
    pub at: Place,
    /// There or back.
    pub direction: Direction,
    /// What happens here.
    pub action: Action,
    /// Source before the hop.
    pub from: Socket,
    /// Destination before the hop.
    pub to: Socket,
    /// Source after the hop.
    pub from_after: Socket,
    /// Destination after the hop.
    pub to_after: Socket,
    /// The rule that decided, in kube-proxy's terms ("KUBE-SVC: one of 2 endpoints"), or
    /// the routing fact; empty where nothing was decided.
    pub rule: String,
    /// The field that the rule comes from.
    pub because: Option<FieldRef>,
    /// The endpoint chosen, of those there were.
    pub choice: Option<Choice>,
    /// One plain sentence for the learner.
    pub say: String,
}

/// What becomes of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Delivered and answered.
    Ok,
    /// Refused: the client knows at once.
    Refused,
    /// Silence: the client waits until it gives up.
    Timeout,
    /// No packet was sent: the name did not resolve, there is no address to send to, or the
    /// sender has none of that family.
    Unresolved,
}

/// Why a way ends as it does: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonCode {
    /// It was delivered and answered.
    Delivered,
    /// The name does not exist, or has no address.
    NoSuchName,
    /// The Service selects nothing (or has neither selector nor slices).
    NoEndpoints,
    /// The Service's endpoints are there, and none is ready.
    EndpointsNotReady,
    /// Selected Pods have no container port of the name that targetPort gives.
    NamedPortMissing,
    /// Nothing listens on that port of the Pod or node.
    NothingListens,
    /// The Service (or node) has no such port on this address.
    NoSuchPort,
    /// A Local policy, and no endpoint on the node asked.
    LocalPolicyNoLocalEndpoint,
    /// loadBalancerSourceRanges does not hold the client's address.
    SourceRange,
    /// The network has no route to that address.
    NoRoute,
    /// The load balancer has no address yet.
    PendingBalancer,
    /// A NetworkPolicy does not allow it.
    NetworkPolicy,
    /// It was delivered, and the answer takes another way than the packet came.
    ReplyLost,
    /// The object asked for does not exist.
    NoSuchObject,
    /// kube-proxy leaves the Service to another proxy.
    NotProxied,
    /// The cluster's DNS gives no answer: its Pods are gone, or the query does not get there.
    DnsSilent,
}

impl ReasonCode {
    /// Every reason there is.
    pub const ALL: [Self; 16] = [
        Self::Delivered,
        Self::NoSuchName,
        Self::NoEndpoints,
        Self::EndpointsNotReady,
        Self::NamedPortMissing,
        Self::NothingListens,
        Self::NoSuchPort,
        Self::LocalPolicyNoLocalEndpoint,
        Self::SourceRange,
        Self::NoRoute,
        Self::PendingBalancer,
        Self::NetworkPolicy,
        Self::ReplyLost,
        Self::NoSuchObject,
        Self::NotProxied,
        Self::DnsSilent,
    ];
}

/// Why, with the place to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// From the closed list.
    pub code: ReasonCode,
    /// One plain sentence.
    pub say: String,
    /// The object and field to look at, where there is one.
    pub look_at: Option<FieldRef>,
}

/// Whose address the Pod saw.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SeenSource {
    /// A Pod's, by name.
    Pod(String),
    /// A node's, by name.
    Node(String),
    /// The outside client's.
    External,
}

impl fmt::Display for SeenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pod(name) | Self::Node(name) => f.write_str(name),
            Self::External => f.write_str("external"),
        }
    }
}

impl Serialize for SeenSource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One of the ways that a packet can go.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Way {
    /// What becomes of the connection.
    pub outcome: Outcome,
    /// The Pod that answered; none unless ok.
    pub pod: Option<String>,
    /// Whose address it saw; none unless ok.
    pub source: Option<SeenSource>,
    /// The port it was reached on; none unless ok.
    pub pod_port: Option<u16>,
    /// Probability of this way, 0 to 1; those of all ways sum to 1.
    pub p: f64,
    /// Why it ends so.
    pub reason: Reason,
    /// From the client to the end, reply included.
    pub hops: Vec<Hop>,
}

/// All ways of one packet.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Who sent it.
    pub client: Client,
    /// The target as it was written.
    pub target: String,
    /// Protocol.
    pub protocol: Protocol,
    /// Every way, likeliest first where they differ, else in the rules' order. Never empty.
    pub ways: Vec<Way>,
}
