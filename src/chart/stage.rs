//! What the chart takes from the world.

use std::net::IpAddr;

/// A node as the chart shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StageNode {
    /// Node's name.
    pub name: String,
    /// Its InternalIP; none where the world gives none.
    pub ip: Option<IpAddr>,
    /// Pods of it that [`Stage::pods`] leaves out, since no chart would show them.
    pub n_more_pods: usize,
}

/// A Pod as the chart shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StagePod {
    /// Namespace.
    pub namespace: String,
    /// Pod's name.
    pub name: String,
    /// The name of the node it runs on; none while unscheduled.
    pub node: Option<String>,
    /// Its address; none before it has one.
    pub ip: Option<IpAddr>,
    /// Ready, as its condition says.
    pub ready: bool,
    /// What its process listens on, as `8080/TCP`.
    pub ports: Vec<String>,
    /// It is an endpoint (ready or not) of the Service asked for.
    pub endpoint: bool,
    /// Its labels, as `app=web,tier=front`.
    pub labels: String,
}

/// The Service that the packet is sent to, where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StageService {
    /// `NAME`, or `NS/NAME` outside `default`.
    pub name: String,
    /// Its type as the API writes it: `NodePort`; `headless` for clusterIP None.
    pub kind: String,
    /// Its clusterIP; none where it has none.
    pub cluster_ip: Option<IpAddr>,
    /// Its ports, as `80 → 8080` or `80:30080 → 8080`.
    pub ports: Vec<String>,
    /// sessionAffinity is ClientIP.
    pub sticky: bool,
    /// What else decides: field and value, as `externalTrafficPolicy`, `Local`.
    pub facts: Vec<(String, String)>,
}

/// A load balancer in front of the nodes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StageBalancer {
    /// Its address; none while it is pending.
    pub ip: Option<IpAddr>,
}

/// The part of the world that a chart shows: made from a cluster and a trace,
/// or by hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stage {
    /// All nodes, in the world's order.
    pub nodes: Vec<StageNode>,
    /// All Pods, in the world's order.
    pub pods: Vec<StagePod>,
    /// The outside client's address.
    pub external: Option<IpAddr>,
    /// The balancer, where the Service has one.
    pub balancer: Option<StageBalancer>,
    /// The Service asked for.
    pub service: Option<StageService>,
    /// `iptables` or `nftables`.
    pub proxy_mode: String,
}
