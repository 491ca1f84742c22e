//! Worlds that nobody would write: whatever they hold, traces end, add up and obey.

mod lists;
mod netfilter;
mod worlds;

use portolan::cluster::{Cluster, Endpoint, Name, Pod, Service};
use portolan::trace::{
    self, Action, Client, Direction, Outcome, Place, ReasonCode, Target, Trace, Way,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::net::IpAddr;
use worlds::{junk, world};

fn clients(cluster: &Cluster) -> Vec<Client> {
    let pods = cluster.pods().map(|pod| Client::Pod {
        namespace: pod.name.namespace.to_string(),
        name: pod.name.name.to_string(),
    });
    let nodes = cluster.nodes().map(|node| Client::Node(node.name.to_string()));
    pods.chain(nodes).chain([Client::External]).collect()
}

/// A target, and the Service that it is meant for.
fn targets(cluster: &Cluster) -> Vec<(Target, Option<Name>)> {
    let mut texts: Vec<(String, Option<Name>)> =
        ["api.example.com:443", "nobody:80"].map(|text| (text.to_owned(), None)).to_vec();
    let socket = |ip: IpAddr, port: u16| std::net::SocketAddr::new(ip, port).to_string();
    for service in cluster.services() {
        let name = &service.name;
        let mut add = |text: String| texts.push((text, Some(name.clone())));
        add(format!("service/{name}:80"));
        add(format!("service/{name}:80/UDP"));
        add(format!("service/{name}:81"));
        add(format!("lb/{name}:80"));
        add(format!("{}:80", name.name));
        for ip in service.cluster_ips.iter().chain(&service.external_ips) {
            add(socket(*ip, 80));
        }
        for node in cluster.nodes() {
            if let Some(port) = service.ports.iter().find_map(|port| port.node_port) {
                add(format!("{}:{port}", node.name));
                add(format!("{}:{port}/UDP", node.name));
            }
        }
    }
    texts.extend(cluster.pods().flat_map(|pod| pod.ips.iter().map(|ip| (socket(*ip, 8080), None))));
    texts.extend(["127.0.0.1:8080", "127.0.0.1:30000"].map(|text| (text.to_owned(), None)));
    texts.into_iter().map(|(text, service)| (text.parse().unwrap(), service)).collect()
}

/// Whether this Pod may be what a packet reaches. Two Pods may claim one address here: a
/// packet from one of them to that address stays with it.
fn may_reach(
    cluster: &Cluster,
    client: &Client,
    target: &Target,
    service: Option<&Name>,
    pod: &str,
    port: u16,
) -> bool {
    let is_pod = |p: &&std::sync::Arc<Pod>| p.name.to_string() == pod;
    let has = |ip: IpAddr| cluster.pods().filter(is_pod).any(|p| p.ips.contains(&ip));
    let node_of = |ip: IpAddr| cluster.node_at(ip).map(|node| node.name.clone());
    // A Pod in its node's network is reached at the node.
    let on_node = |ip: IpAddr| {
        let node = node_of(ip);
        node.is_some() && cluster.pods().filter(is_pod).any(|p| p.host_network() && p.node == node)
    };
    let leads = |endpoint: &Endpoint| {
        endpoint.port == port
            && (endpoint.ready || (endpoint.serving && endpoint.terminating))
            && (has(endpoint.ip) || on_node(endpoint.ip))
    };
    let selects = |service: &Service| {
        let by_rules = cluster.endpoints(&service.name).is_some_and(|all| {
            let of_protocol = service.ports.iter().filter(|port| port.protocol == target.protocol);
            of_protocol.flat_map(|port| all.of(&port.name, target.protocol)).any(leads)
        });
        let by_name = service.headless
            && cluster
                .slices_of(&service.name)
                .any(|slice| slice.endpoints.iter().any(|e| has(e.ip) || on_node(e.ip)));
        by_rules || by_name
    };
    let text = target.to_string();
    let straight = cluster.pods().filter(is_pod).any(|p| {
        p.ips.iter().any(|ip| text.starts_with(&std::net::SocketAddr::new(*ip, port).to_string()))
    });
    let itself = text.starts_with("127.")
        && (client.to_string() == format!("pod:{pod}")
            || cluster.pods().filter(is_pod).any(|p| p.host_network()));
    let at_node = cluster.nodes().any(|node| {
        text.starts_with(&format!("{}:", node.name))
            && cluster
                .pods()
                .filter(is_pod)
                .any(|p| p.host_network() && p.node.as_ref() == Some(&node.name))
    });
    // Several Services may have the same external IP or node port here.
    let shares = |other: &Service| {
        let asked = service.and_then(|name| cluster.service(&name.namespace, &name.name));
        asked.is_none_or(|asked| {
            asked.name == other.name
                || asked.external_ips.iter().any(|ip| other.external_ips.contains(ip))
                || asked.ingress.iter().any(|a| other.ingress.iter().any(|b| a.ip == b.ip))
                || asked.ports.iter().any(|p| {
                    p.node_port.is_some() && other.ports.iter().any(|o| o.node_port == p.node_port)
                })
        })
    };
    straight || itself || at_node || cluster.services().any(|other| shares(other) && selects(other))
}

/// The ways of a trace obey the rules that all obey.
fn assert_obeys(
    cluster: &Cluster,
    trace: &Trace,
    client: &Client,
    target: &Target,
    service: Option<&Name>,
) -> Result<(), TestCaseError> {
    let total: f64 = trace.ways.iter().map(|way| way.p).sum();
    prop_assert!((total - 1.0).abs() < 1e-9, "{client} {target}: {total}");
    for way in &trace.ways {
        prop_assert!(!way.reason.say.is_empty());
        prop_assert!(way.hops.len() < 64);
        for hop in &way.hops {
            prop_assert!(!hop.say.is_empty(), "{:?}", hop);
            let families = [hop.to, hop.from_after, hop.to_after].map(|s| s.ip.is_ipv4());
            let mixed = families.into_iter().any(|four| four != hop.from.ip.is_ipv4());
            prop_assert!(!mixed || hop.action == Action::Resolve, "{:?}", hop);
        }
        if let Some(at) = &way.reason.look_at {
            prop_assert!(!at.object.is_empty() && !at.field.is_empty());
        }
        if way.outcome == Outcome::Unresolved {
            prop_assert!(way.hops.iter().all(|hop| hop.action == Action::Resolve));
            continue;
        }
        assert_replied(way, client, target)?;
        if let (Some(pod), Some(port)) = (&way.pod, way.pod_port) {
            prop_assert!(
                may_reach(cluster, client, target, service, pod, port),
                "{client} {target} {pod}"
            );
            prop_assert!(!is_shut(cluster, client, pod), "{client} {target} {pod}");
        }
    }
    Ok(())
}

/// The answer to a delivered packet reaches its sender, or the way says why not.
fn assert_replied(way: &Way, client: &Client, target: &Target) -> Result<(), TestCaseError> {
    let taken = |hop: &&trace::Hop| {
        hop.direction == Direction::Request
            && hop.action == Action::Deliver
            && matches!(hop.at, Place::Pod { .. } | Place::Node { .. } | Place::Outside)
    };
    let last = way.hops.last().unwrap();
    let is_taken = way.hops.iter().find(taken).is_some();
    match way.outcome {
        Outcome::Ok => {
            prop_assert!(is_taken);
            prop_assert_eq!(way.reason.code, ReasonCode::Delivered);
            prop_assert_eq!((last.direction, last.action), (Direction::Reply, Action::Deliver));
            // The answer comes back from where the packet was sent.
            let sent = way.hops.iter().find(|hop| hop.action == Action::Send).unwrap();
            prop_assert_eq!((last.from, last.to), (sent.to, sent.from));
            prop_assert!(way.source.is_some() && way.pod_port.is_some());
        }
        _ => {
            prop_assert!(way.pod.is_none() && way.source.is_none() && way.pod_port.is_none());
            prop_assert!(way.reason.code != ReasonCode::Delivered);
            if is_taken {
                prop_assert_eq!(way.reason.code, ReasonCode::ReplyLost, "{} {}", client, target);
                prop_assert_eq!((last.direction, last.action), (Direction::Reply, Action::Drop));
            }
        }
    }
    Ok(())
}

/// A policy lets nobody into this Pod, and the client is neither it nor on its node.
fn is_shut(cluster: &Cluster, client: &Client, pod: &str) -> bool {
    let Some(pod) = cluster.pods().find(|p| p.name.to_string() == pod) else { return false };
    let policies: Vec<_> = cluster
        .policies()
        .filter(|policy| {
            policy.name.namespace == pod.name.namespace && policy.pods.matches(pod.labels())
        })
        .collect();
    let shut = policies.iter().all(|policy| policy.name.name.starts_with("deny"));
    if pod.host_network() || policies.is_empty() || !shut {
        return false;
    }
    // Two nodes may claim one address here.
    let node_of = |pod: &Pod| pod.node.as_deref().and_then(|name| cluster.node(name)).cloned();
    let near: Vec<IpAddr> =
        node_of(pod).iter().flat_map(|node| node.ips.to_vec()).chain(pod.ips.to_vec()).collect();
    let sender: Vec<IpAddr> = match client {
        Client::External => Vec::new(),
        Client::Node(name) => cluster.node(name).unwrap().ips.to_vec(),
        Client::Pod { namespace, name } => {
            let sender = cluster.pod(namespace, name).unwrap();
            match node_of(sender).filter(|_| sender.host_network()) {
                Some(node) => node.ips.to_vec(),
                None => sender.ips.to_vec(),
            }
        }
    };
    !sender.iter().any(|ip| near.contains(ip))
}

proptest! {
    #[test]
    fn every_trace_ends_adds_up_and_reaches_only_pods_that_a_rule_leads_to(world in world()) {
        let (cluster, _) = Cluster::from_world(&world.to_string()).unwrap();
        for client in clients(&cluster) {
            for (target, service) in targets(&cluster) {
                let Ok(trace) = trace::trace(&cluster, &client, &target) else {
                    // A Pod without an address can't send.
                    continue;
                };
                assert_obeys(&cluster, &trace, &client, &target, service.as_ref())?;
                let outcomes = trace::outcomes(&cluster, &client, &target).unwrap();
                prop_assert_eq!(outcomes.len(), trace.ways.len());
                for (way, outcome) in trace.ways.iter().zip(&outcomes) {
                    prop_assert_eq!(
                        (way.outcome, &way.pod, &way.source, &way.reason),
                        (outcome.outcome, &outcome.pod, &outcome.source, &outcome.reason)
                    );
                    prop_assert!(outcome.hops.is_empty());
                }
                let one = trace::way(&cluster, &client, &target, 7).unwrap();
                prop_assert!(trace.ways.contains(&one));
            }
        }
    }

    #[test]
    fn the_same_objects_put_again_change_nothing(world in world()) {
        let (cluster, _) = Cluster::from_world(&world.to_string()).unwrap();
        let kinds = ["Namespace", "Node", "Pod", "Service", "EndpointSlice", "NetworkPolicy"];
        let all = |cluster: &Cluster| -> Vec<Value> {
            kinds.iter().flat_map(|kind| cluster.list(kind, None)).collect()
        };
        let before = all(&cluster);
        let mut again = cluster.clone();
        for object in &before {
            let derived =
                !object["metadata"]["labels"]["endpointslice.kubernetes.io/managed-by"].is_null();
            if !derived {
                again.put(object.clone()).unwrap();
            }
        }
        prop_assert_eq!(&before, &all(&again));
        // What is taken out of a copy stays in the other.
        for service in cluster.services() {
            again.delete("svc", &service.name.namespace, &service.name.name).unwrap();
        }
        prop_assert_eq!(again.services().count(), 0);
        prop_assert!(again.slices().all(|slice| !slice.managed));
        prop_assert_eq!(before, all(&cluster));
    }

    #[test]
    fn no_text_is_too_odd_for_a_world(text in "\\PC{0,200}") {
        let _ = Cluster::from_world(&text);
    }

    #[test]
    fn no_object_is_too_odd_for_a_world(object in junk()) {
        let world = json!({"objects": [object.clone(), {"kind": "Pod", "metadata": object}]});
        if let Ok((cluster, _)) = Cluster::from_world(&world.to_string()) {
            let target = "service/kubernetes:443".parse().unwrap();
            let _ = trace::trace(&cluster, &Client::External, &target);
        }
    }
}
