//! Who is shown: the nodes and Pods that matter to a way, and how many do not.

use super::caption::pod_name;
use super::{Stage, StagePod};
use crate::source::sort;
use crate::trace::{Action, Choice, Client, Direction, Hop, Place, Trace, Way};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Why a Pod is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It sends.
    Client,
    /// The packet comes to it.
    OnWay,
    /// Another endpoint of the Service.
    Endpoint,
    /// Neither.
    Other,
}

/// A Pod, or a process of the node itself, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastPod {
    /// Its namespace; empty for a process of the node.
    pub namespace: String,
    /// Its bare name.
    pub bare_name: String,
    /// Name, with its namespace outside `default`.
    pub name: String,
    /// Address.
    pub ip: Option<IpAddr>,
    /// Ready.
    pub ready: bool,
    /// `:8080`, `:9090/UDP`: what it listens on, the port that the packet comes to first.
    pub ports: Vec<String>,
    /// Its labels, as `app=web`.
    pub labels: String,
    /// Why it is shown.
    pub role: Role,
    /// A process of the node, not a Pod.
    pub process: bool,
}

/// A node as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastNode {
    /// Name.
    pub name: String,
    /// Address.
    pub ip: Option<IpAddr>,
    /// The packet comes to it, or to a Pod of it.
    pub on_way: bool,
    /// The Pods that matter, the most important first.
    pub pods: Vec<CastPod>,
    /// The others' names, some of them; the number counts all.
    pub others: Vec<(String, bool)>,
    /// How many others there are.
    pub n_others: usize,
    /// Most notes that a hop leaves at its kube-proxy.
    pub n_notes: usize,
}

/// More names than any screen shows.
const MAX_OTHERS: usize = 64;
const MAX_PODS: usize = 64;

/// The nodes to show, at most `max`, in the world's order, and how many more
/// there are.
pub(super) fn cast(
    stage: &Stage,
    trace: &Trace,
    ways: &[&Way],
    notes: &[usize],
    max: usize,
) -> (Vec<CastNode>, usize) {
    let wanted = Wanted::of(stage, trace, ways);
    let mut ranked: Vec<(u8, usize)> = Vec::new();
    for (i, node) in stage.nodes.iter().enumerate() {
        let rank = if wanted.nodes.contains(node.name.as_str()) {
            0
        } else if wanted.endpoint_nodes.contains(node.name.as_str()) {
            1
        } else {
            2
        };
        ranked.push((rank, i));
    }
    let n_nodes = ranked.len();
    sort::sort_by_key(&mut ranked, |&(rank, i)| (rank, i));
    ranked.truncate(max);
    sort::sort_by_key(&mut ranked, |&(_, i)| i);
    let mut nodes: Vec<CastNode> = ranked
        .iter()
        .map(|&(rank, i)| CastNode {
            name: stage.nodes[i].name.clone(),
            ip: stage.nodes[i].ip,
            on_way: rank == 0,
            pods: Vec::new(),
            others: Vec::new(),
            n_others: stage.nodes[i].n_more_pods,
            n_notes: 0,
        })
        .collect();
    let n_more = n_nodes - nodes.len();
    // A trace may name a node that the stage does not hold; it is shown all the same.
    for &name in &wanted.nodes {
        if nodes.len() < max && !stage.nodes.iter().any(|node| node.name == name) {
            let name = name.to_owned();
            nodes.push(CastNode {
                name,
                ip: None,
                on_way: true,
                pods: Vec::new(),
                others: Vec::new(),
                n_others: 0,
                n_notes: 0,
            });
        }
    }
    fill(&mut nodes, stage, trace, ways, &wanted);
    for (hop, n) in ways.iter().take(1).flat_map(|way| &way.hops).zip(notes) {
        if let Place::Node { name } = &hop.at
            && let Some(node) = nodes.iter_mut().find(|node| node.name == *name)
        {
            node.n_notes = node.n_notes.max(*n);
        }
    }
    (nodes, n_more)
}

fn fill(nodes: &mut [CastNode], stage: &Stage, trace: &Trace, ways: &[&Way], wanted: &Wanted<'_>) {
    let by_name: BTreeMap<String, usize> =
        nodes.iter().enumerate().map(|(i, node)| (node.name.clone(), i)).collect();
    for pod in &stage.pods {
        let Some(&i) = pod.node.as_ref().and_then(|name| by_name.get(name)) else { continue };
        let node = &mut nodes[i];
        let role = wanted.role(pod);
        // The first so many of each rank are enough: no screen shows more.
        if role == Role::Other || node.pods.len() >= MAX_PODS && role == Role::Endpoint {
            node.n_others += 1;
            if node.others.len() < MAX_OTHERS {
                node.others.push((pod_name(&pod.namespace, &pod.name), pod.ready));
            }
            continue;
        }
        node.pods.push(CastPod {
            namespace: pod.namespace.clone(),
            bare_name: pod.name.clone(),
            name: pod_name(&pod.namespace, &pod.name),
            ip: pod.ip,
            ready: pod.ready,
            ports: ports(&pod.ports, ways),
            labels: pod.labels.clone(),
            role,
            process: false,
        });
    }
    let of_client = match &trace.client {
        Client::Node(name) => Some((name, Role::Client)),
        _ => None,
    };
    let hops = ways.iter().flat_map(|way| &way.hops);
    let of_hops = hops.filter(|hop| is_process(hop)).filter_map(|hop| match &hop.at {
        Place::Node { name } => Some((name, Role::OnWay)),
        _ => None,
    });
    for (name, role) in of_client.into_iter().chain(of_hops) {
        if let Some(&i) = by_name.get(name)
            && !nodes[i].pods.iter().any(|pod| pod.process)
        {
            nodes[i].pods.push(CastPod {
                namespace: String::new(),
                bare_name: String::new(),
                name: "node itself".into(),
                ip: nodes[i].ip,
                ready: true,
                ports: Vec::new(),
                labels: String::new(),
                role,
                process: true,
            });
        }
    }
    for node in nodes {
        sort::sort_by_key(&mut node.pods, |pod| (pod.role, !pod.ready));
    }
}

/// Does this hop take place in a process of the node, not in its rules?
pub(super) fn is_process(hop: &Hop) -> bool {
    matches!(hop.at, Place::Node { .. })
        && matches!(hop.action, Action::Send | Action::Resolve | Action::Deliver)
}

fn ports(all: &[String], ways: &[&Way]) -> Vec<String> {
    let short = |port: &String| format!(":{}", port.strip_suffix("/TCP").unwrap_or(port));
    let mut short: Vec<String> = all.iter().map(short).collect();
    let request = |hop: &&Hop| hop.direction == Direction::Request;
    let wanted = ways.first().and_then(|way| way.hops.iter().rfind(request));
    let wanted = wanted.map_or(String::new(), |hop| format!(":{}", hop.to_after.port));
    sort::sort_by_key(&mut short, |port| *port != wanted);
    short
}

/// Those that a choice may show: of very many the ones beside the one chosen.
fn some_of(choice: &Choice) -> impl Iterator<Item = &String> {
    choice.of.iter().skip(choice.picked.saturating_sub(MAX_PODS / 2)).take(MAX_PODS)
}

struct Wanted<'a> {
    client: Option<(&'a str, &'a str)>,
    pods: BTreeSet<(&'a str, &'a str)>,
    nodes: BTreeSet<&'a str>,
    endpoint_nodes: BTreeSet<&'a str>,
    candidates: BTreeSet<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(stage: &'a Stage, trace: &'a Trace, ways: &[&'a Way]) -> Self {
        let mut wanted = Self {
            client: match &trace.client {
                Client::Pod { namespace, name } => Some((namespace, name)),
                _ => None,
            },
            pods: BTreeSet::new(),
            nodes: BTreeSet::new(),
            endpoint_nodes: BTreeSet::new(),
            candidates: BTreeSet::new(),
        };
        if let Client::Node(name) = &trace.client {
            wanted.nodes.insert(name);
        }
        for hop in ways.iter().flat_map(|way| &way.hops) {
            match &hop.at {
                Place::Node { name } => {
                    wanted.nodes.insert(name);
                }
                Place::Pod { namespace, name } => {
                    wanted.pods.insert((namespace, name));
                }
                _ => {}
            }
            for one in hop.choice.iter().flat_map(some_of) {
                wanted.candidates.extend(one.split_whitespace().next());
            }
        }
        for pod in &stage.pods {
            let Some(node) = pod.node.as_deref() else { continue };
            match wanted.role(pod) {
                Role::Client | Role::OnWay => {
                    wanted.nodes.insert(node);
                }
                Role::Endpoint => {
                    wanted.endpoint_nodes.insert(node);
                }
                Role::Other => {}
            }
        }
        wanted
    }

    fn role(&self, pod: &StagePod) -> Role {
        let key = (pod.namespace.as_str(), pod.name.as_str());
        if self.client == Some(key) {
            Role::Client
        } else if self.pods.contains(&key) {
            Role::OnWay
        } else if pod.endpoint || self.candidates.contains(key.1) {
            Role::Endpoint
        } else {
            Role::Other
        }
    }
}
