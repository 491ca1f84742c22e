//! Names and connections, as a program inside a Pod has them.

use super::Inside;
use crate::cluster::Name;
use crate::dns::RecordType;
use crate::kubectl::console::{Console, Forward, Sent};
use crate::trace::{self, Address, Client, Outcome, Protocol, Target, Way};
use std::net::IpAddr;

/// What a name led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Addresses; never none.
    Addresses(Vec<IpAddr>),
    /// The name does not exist, or has no address.
    NoSuchName,
    /// Nobody answered.
    Silence,
}

/// Looks a host up: an address is itself, a node's name its address for clients that know it.
pub(super) fn find(console: &Console, inside: &Inside, host: &str) -> Found {
    if let Ok(ip) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Found::Addresses(vec![ip]);
    }
    if host == "localhost" {
        return Found::Addresses(vec![IpAddr::from([127, 0, 0, 1])]);
    }
    if let Some(own) = own_name(console, inside, host) {
        return Found::Addresses(vec![own]);
    }
    let mut silent = false;
    for record_type in [RecordType::A, RecordType::Aaaa] {
        match trace::resolve(&console.cluster, &inside.client, host, record_type) {
            Ok(Ok(found)) => {
                let addresses = found.addresses();
                if !addresses.is_empty() {
                    return Found::Addresses(addresses);
                }
            }
            Ok(Err(_)) => silent = true,
            Err(_) => return Found::NoSuchName,
        }
    }
    if silent { Found::Silence } else { Found::NoSuchName }
}

/// A Pod knows its own name, from /etc/hosts; the machines outside know the nodes'.
fn own_name(console: &Console, inside: &Inside, host: &str) -> Option<IpAddr> {
    match inside.of(console) {
        Some(pod) => (host == inside.hostname).then(|| pod.ip()).flatten(),
        None => console.cluster.node(host).and_then(|node| node.ip()),
    }
}

/// How a try to connect ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Connected {
    /// It is answered.
    Open(Box<Way>),
    /// The program itself answers on its own port.
    Own,
    /// Somebody said no.
    Refused,
    /// Nobody said anything.
    Silence,
}

/// Tries a connection to an address, and notes it for the chart. `host` is what was dialled.
pub(super) fn connect(
    console: &mut Console,
    inside: &Inside,
    (host, ip): (&str, IpAddr),
    port: u16,
    protocol: Protocol,
) -> Connected {
    let here = inside.client == Client::External && ip.is_loopback();
    let forward = console.forwards.iter().find(|forward| here && forward.local == port).cloned();
    if let Some(forward) = forward.filter(|_| protocol == Protocol::Tcp) {
        return forwarded(console, &forward);
    }
    if ip.is_loopback() {
        let listens =
            inside.of(console).is_some_and(|pod| console.cluster.listens(pod, port, protocol));
        return if listens { Connected::Own } else { Connected::Refused };
    }
    let by_name = host.parse::<IpAddr>().is_err() && console.cluster.node(host).is_none();
    let address = if by_name { Address::Name(host.to_owned()) } else { Address::Ip(ip) };
    let to = Target { address, port, protocol };
    // Each connection is picked anew, and the same world picks alike.
    let seed = kept(console, inside, ip, port).unwrap_or_else(|| {
        console.sent.as_ref().map_or(36, |sent| {
            sent.seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407)
        })
    });
    let way = trace::way(&console.cluster, &inside.client, &to, seed);
    console.sent_on = Some(console.cluster.clone());
    console.sent = Some(Sent { from: inside.client.clone(), to, seed });
    match way {
        Ok(way) => match way.outcome {
            Outcome::Ok => Connected::Open(Box::new(way)),
            Outcome::Refused => Connected::Refused,
            _ => Connected::Silence,
        },
        Err(_) => Connected::Silence,
    }
}

/// Through `kubectl port-forward`: the kubelet of the Pod's node dials its port.
fn forwarded(console: &mut Console, forward: &Forward) -> Connected {
    let (namespace, name) = &forward.pod;
    let Some(pod) = console.cluster.pod(namespace, name) else { return Connected::Refused };
    let (Some(ip), Some(node)) = (pod.ip(), pod.node.as_ref().map(|node| node.to_string())) else {
        return Connected::Refused;
    };
    let address = Address::Ip(ip);
    let to = Target { address, port: forward.remote, protocol: Protocol::Tcp };
    let from = Client::Node(node);
    let way = trace::way(&console.cluster, &from, &to, 0);
    console.sent_on = Some(console.cluster.clone());
    console.sent = Some(Sent { from, to, seed: 0 });
    match way {
        Ok(way) if way.outcome == Outcome::Ok => Connected::Open(Box::new(way)),
        _ => Connected::Refused,
    }
}

/// Where the Service keeps a client with its Pod (`sessionAffinity: ClientIP`), a seed that hangs
/// on who dials what, so that the same is picked while the endpoints are the same.
fn kept(console: &Console, inside: &Inside, ip: IpAddr, port: u16) -> Option<u64> {
    let cluster = &console.cluster;
    let of_address = cluster.services_at_cluster_ip(ip).chain(cluster.services_at_outer_ip(ip));
    let by_address = of_address
        .filter(|service| service.client_ip_affinity)
        .any(|service| service.ports.iter().any(|own| own.port == port));
    let by_node = || {
        cluster.nodes().any(|node| node.ip() == Some(ip))
            && cluster.services_at_node_port(port).any(|service| service.client_ip_affinity)
    };
    (by_address || by_node()).then(|| {
        let who = format!("{} {ip} {port}", inside.client);
        who.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    })
}

/// The Pod that answered: its name and its port.
pub(super) fn answered(way: &Way) -> Option<(Name, u16)> {
    use crate::trace::{Direction, Place};
    let (pod, port) = (way.pod.as_deref()?, way.pod_port?);
    let at = way.hops.iter().rev().filter(|hop| hop.direction == Direction::Request);
    at.filter_map(|hop| match &hop.at {
        Place::Pod { namespace, name } => Some((Name::new(namespace, name), port)),
        _ => None,
    })
    .find(|(name, _)| name.to_string() == pod)
}
