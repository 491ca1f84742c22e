//! The ladder of types: one Service as ClusterIP, NodePort and LoadBalancer, and who
//! reaches it through which door. Each type has the doors of the one below it.

use super::compare::with;
use super::from_cluster::service_of;
use super::story::ending_word;
use crate::cluster::{Cluster, Service, ServiceType};
use crate::trace::{Client, Outcome, ReasonCode, Target, Trace, trace};
use std::collections::BTreeSet;

/// The types, the lowest first, each with what it adds.
const RUNGS: [(ServiceType, &str); 3] = [
    (ServiceType::ClusterIp, "ClusterIP: one address and a name, inside the cluster."),
    (ServiceType::NodePort, "NodePort adds one port, the same on every node."),
    (ServiceType::LoadBalancer, "LoadBalancer adds one address in front of all nodes."),
];

/// Addresses for documentation (RFC 5737).
const POOL: &str = "203.0.113.0/24";

/// A way to knock: who, and at which of the Service's addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// `a Pod → the clusterIP`.
    pub label: String,
}

/// What becomes of a packet through a door.
#[derive(Debug, Clone)]
pub struct Knock {
    /// All its ways; none where the type has no such door at all.
    pub trace: Option<Trace>,
    /// How most of it ends.
    pub outcome: Option<Outcome>,
    /// A word or two: `answers`, `refused`, `no such door`.
    pub say: String,
    /// It is answered here and was not on the rung below.
    pub is_new: bool,
}

/// One type.
#[derive(Debug, Clone)]
pub struct Rung {
    /// The type.
    pub kind: String,
    /// What it adds.
    pub adds: &'static str,
    /// It is the Service's own type.
    pub is_own: bool,
    /// The cluster with the Service of this type.
    pub cluster: Cluster,
    /// One a door.
    pub knocks: Vec<Knock>,
}

/// The whole ladder.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// The Service's name.
    pub service: String,
    /// The doors, from the inside out.
    pub doors: Vec<Door>,
    /// The rungs, the lowest first.
    pub rungs: Vec<Rung>,
}

/// The ladder of the Service that the packet of `trace` is for. None where there is no such
/// Service, or it has no clusterIP (headless, ExternalName): it stands on no rung.
#[must_use]
pub fn ladder(cluster: &Cluster, packet: &Trace) -> Option<Ladder> {
    let service = service_of(cluster, packet)?;
    let port = service.ports.first()?;
    if service.cluster_ips.is_empty() {
        return None;
    }
    let pod = client_pod(cluster, packet, service)?;
    let node = door_node(cluster, packet, service)?;
    let mut rungs: Vec<Rung> = Vec::new();
    for (kind, adds) in RUNGS {
        let name = kind.to_string();
        let is_own = service.kind == kind;
        let changed = if is_own {
            cluster.clone()
        } else {
            let mut world = cluster.clone();
            // A world without a controller that gives addresses is lent one: what the type
            // adds is what the ladder shows.
            if kind == ServiceType::LoadBalancer {
                let pool = &mut world.settings_mut().load_balancer_pool;
                *pool = pool.or_else(|| POOL.parse().ok());
            }
            with(&world, &service.name, "type", &name)?
        };
        rungs.push(Rung { kind: name, adds, is_own, cluster: changed, knocks: Vec::new() });
    }
    let scoped = service.name.to_string();
    let suffix = match port.protocol {
        crate::trace::Protocol::Tcp => String::new(),
        protocol => format!("/{protocol}"),
    };
    let node_port = |rung: &Rung| {
        let service = rung.cluster.service(&service.name.namespace, &service.name.name)?;
        service.ports.first()?.node_port
    };
    let a_node_port = rungs.iter().find_map(node_port);
    let inside = format!("service/{scoped}:{}{suffix}", port.port);
    let outer = |rung: &Rung| {
        let port = node_port(rung).or(a_node_port)?;
        Some(format!("{node}:{port}{suffix}"))
    };
    type To<'a> = &'a dyn Fn(&Rung) -> Option<String>;
    let at_cluster_ip = |_: &Rung| Some(inside.clone());
    // Without a balancer there is nothing to send to.
    let at_balancer = |rung: &Rung| {
        (rung.kind == "LoadBalancer").then(|| format!("lb/{scoped}:{}{suffix}", port.port))
    };
    let doors: [(String, Client, To<'_>); 5] = [
        ("a Pod, at the clusterIP".into(), pod, &at_cluster_ip),
        (format!("{node}, at the clusterIP"), Client::Node(node.clone()), &at_cluster_ip),
        ("outside, at the clusterIP".into(), Client::External, &at_cluster_ip),
        (format!("outside, at {node}'s port"), Client::External, &outer),
        ("outside, at the balancer".into(), Client::External, &at_balancer),
    ];
    for rung in &mut rungs {
        let mut knocks = Vec::new();
        for (_, client, to) in &doors {
            let target = to(rung).and_then(|to| to.parse::<Target>().ok());
            let sent = target.and_then(|to| trace(&rung.cluster, client, &to).ok());
            knocks.push(knock(sent));
        }
        rung.knocks = knocks;
    }
    for i in 1..rungs.len() {
        for d in 0..doors.len() {
            let ok = |rung: &Rung| rung.knocks[d].outcome == Some(Outcome::Ok);
            rungs[i].knocks[d].is_new = ok(&rungs[i]) && !ok(&rungs[i - 1]);
        }
    }
    let doors = doors.into_iter().map(|(label, ..)| Door { label }).collect();
    Some(Ladder { service: scoped, doors, rungs })
}

/// The node whose port is asked: the packet's own, else one that runs none of the Service's
/// Pods, else the first.
fn door_node(cluster: &Cluster, packet: &Trace, service: &Service) -> Option<String> {
    let asked = packet.target.split(':').next().and_then(|name| cluster.node(name));
    let selected = cluster.selected_pods(service);
    let without = |node: &&std::sync::Arc<crate::cluster::Node>| {
        selected.iter().all(|pod| pod.node.as_deref() != Some(&*node.name))
    };
    let node =
        asked.or_else(|| cluster.nodes().find(without)).or_else(|| cluster.nodes().next())?;
    Some(node.name.to_string())
}

/// The Pod that asks: the packet's own, else one of the Service's namespace that is not an
/// endpoint, else any.
fn client_pod(cluster: &Cluster, packet: &Trace, service: &Service) -> Option<Client> {
    if let Client::Pod { .. } = packet.client {
        return Some(packet.client.clone());
    }
    let endpoints: BTreeSet<_> =
        cluster.selected_pods(service).iter().map(|pod| pod.name.clone()).collect();
    let fit = |pod: &&std::sync::Arc<crate::cluster::Pod>| pod.ip().is_some() && !pod.is_over();
    let apart = cluster
        .pods()
        .filter(fit)
        .find(|pod| pod.name.namespace == service.name.namespace && !endpoints.contains(&pod.name));
    let pod = apart.or_else(|| cluster.pods().find(fit))?;
    Some(Client::Pod { namespace: pod.name.namespace.to_string(), name: pod.name.name.to_string() })
}

fn knock(sent: Option<Trace>) -> Knock {
    let Some(sent) = sent else {
        return Knock { trace: None, outcome: None, say: "no such door".to_owned(), is_new: false };
    };
    let n_ok = sent.ways.iter().filter(|way| way.outcome == Outcome::Ok).count();
    let first = sent.ways.iter().find(|way| way.outcome == Outcome::Ok).or(sent.ways.first());
    let outcome = first.map(|way| way.outcome);
    let say = match first {
        Some(way) if way.outcome == Outcome::Ok && n_ok < sent.ways.len() => "in part".to_owned(),
        Some(way) if way.outcome == Outcome::Ok => "answers".to_owned(),
        Some(way) if way.outcome == Outcome::Timeout && way.reason.code == ReasonCode::NoRoute => {
            "lost".to_owned()
        }
        Some(way) => ending_word(way).to_owned(),
        None => String::new(),
    };
    Knock { trace: Some(sent), outcome, say, is_new: false }
}
