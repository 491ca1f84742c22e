//! What worked before still works.
//!
//! "Before" is the cluster as the learner found it. Which packets are compared follows from
//! that cluster, so that nobody has to list them: to every port of every Service, from one
//! Pod of each sort (Pods of a namespace with the same labels are alike to kube-proxy and to
//! policies), to every node port and balancer's address from outside.

use super::field::ObjectRef;
use super::goal::{Evidence, Packets, Seen, capital};
use crate::cluster::{Cluster, Name, Protocol, Service, ServiceType};
use crate::content::Unbroken;
use crate::trace::{self, Address, Client, Outcome, Target, Trace, Way};
use std::collections::BTreeSet;

/// Packets that are compared at most: a text is graded at every pause of typing.
const MOST: usize = 1_000;
/// Pods that send at most.
const MOST_SENDERS: usize = 40;

/// A packet's ways before.
struct Before {
    client: Client,
    target: Target,
    ways: Vec<Way>,
    /// Whatever became of it must become of it again; else it is enough that it arrives.
    exactly: bool,
}

/// Compares the packets that `unbroken` means on both clusters.
pub(super) fn compare(before: &Cluster, after: &Cluster, unbroken: &Unbroken) -> Seen {
    let packets = match packets(before, unbroken) {
        Ok(packets) => packets,
        Err(say) => return told(0.0, "no packet".to_owned(), capital(&say), None),
    };
    let n = packets.len();
    let mut n_same = 0;
    let mut first: Option<(String, Option<Packets>)> = None;
    for packet in &packets {
        match goes_as_before(before, after, packet) {
            Ok(()) => n_same += 1,
            Err(broken) if first.is_none() => first = Some(broken),
            Err(_) => {}
        }
    }
    match first {
        None if n == 0 => {
            told(1.0, "nothing".to_owned(), "Nothing worked before.".to_owned(), None)
        }
        None => {
            let say = match n {
                1 => "The packet looked at goes as before.".to_owned(),
                n => format!("All {n} packets looked at go as before."),
            };
            told(1.0, WANTED.to_owned(), say, None)
        }
        Some((say, packets)) => {
            let share = f64::from(n_same) / n as f64;
            let found = format!("{} of {n} packets changed", n - n_same as usize);
            told(share.min(0.999), found, say, packets)
        }
    }
}

const WANTED: &str = "as before";

fn told(share: f64, found: String, say: String, packets: Option<Packets>) -> Seen {
    let evidence = Evidence { wanted: WANTED.to_owned(), found, say, packets };
    Seen { met: share >= 1.0, share, evidence }
}

/// The packets to compare, with their ways before.
fn packets(before: &Cluster, unbroken: &Unbroken) -> Result<Vec<Before>, String> {
    if unbroken.probes.is_empty() {
        return Ok(derived(before, unbroken));
    }
    let mut packets = Vec::new();
    for (from, to) in &unbroken.probes {
        let client: Client = from.parse().map_err(|error| format!("{error}."))?;
        let target: Target = to.parse().map_err(|error| format!("{error}."))?;
        for target in target.each(before) {
            let ways = trace::outcomes(before, &client, &target).map_err(|e| format!("{e}."))?;
            packets.push(Before { client: client.clone(), target, ways, exactly: true });
        }
    }
    Ok(packets)
}

fn derived(before: &Cluster, unbroken: &Unbroken) -> Vec<Before> {
    let excepted: BTreeSet<Name> = unbroken
        .except
        .iter()
        .filter_map(|object| ObjectRef::read(object))
        .map(|object| Name::new(object.namespace, object.name))
        .collect();
    let senders = senders(before);
    let mut packets = Vec::new();
    let services = before.services().filter(|service| !excepted.contains(&service.name));
    for (client, target) in services.flat_map(|service| to(before, service, &senders)) {
        if packets.len() >= MOST {
            break;
        }
        let Ok(ways) = trace::outcomes(before, &client, &target) else { continue };
        // What did not work before is what the exercise may be about.
        if ways.iter().all(|way| way.outcome == Outcome::Ok) {
            packets.push(Before { client, target, ways, exactly: false });
        }
    }
    packets
}

/// One Pod of each namespace and set of labels.
fn senders(cluster: &Cluster) -> Vec<Client> {
    let mut seen = BTreeSet::new();
    let is_new = |pod: &&std::sync::Arc<crate::cluster::Pod>| {
        let labels: Vec<String> = pod.labels().iter().map(|(k, v)| format!("{k}={v}")).collect();
        seen.insert((pod.name.namespace.clone(), labels))
    };
    cluster
        .pods()
        .filter(|pod| !pod.ips.is_empty())
        .filter(is_new)
        .take(MOST_SENDERS)
        .map(|pod| Client::Pod {
            namespace: pod.name.namespace.to_string(),
            name: pod.name.name.to_string(),
        })
        .collect()
}

/// The packets that reach a Service: from Pods, and from outside where it has a door.
fn to(cluster: &Cluster, service: &Service, senders: &[Client]) -> Vec<(Client, Target)> {
    let (namespace, name) = (service.name.namespace.to_string(), service.name.name.to_string());
    let mut packets = Vec::new();
    for port in &service.ports {
        let to =
            |address: Address, port: u16, protocol: Protocol| Target { address, port, protocol };
        let inside = Address::Service { namespace: namespace.clone(), name: name.clone() };
        let target = to(inside, port.port, port.protocol);
        packets.extend(senders.iter().map(|client| (client.clone(), target.clone())));
        if let Some(node_port) = port.node_port {
            let doors = to(Address::EachNode, node_port, port.protocol).each(cluster);
            packets.extend(doors.into_iter().map(|target| (Client::External, target)));
        }
        if service.kind == ServiceType::LoadBalancer {
            let door = Address::Balancer { namespace: namespace.clone(), name: name.clone() };
            packets.push((Client::External, to(door, port.port, port.protocol)));
        }
    }
    packets
}

/// Does the packet go as before? Else a sentence, and the packet to watch.
fn goes_as_before(
    before: &Cluster,
    after: &Cluster,
    packet: &Before,
) -> Result<(), (String, Option<Packets>)> {
    let Before { client, target, ways, exactly } = packet;
    let now = match trace::outcomes(after, client, target) {
        Ok(now) => now,
        Err(error) => return Err((capital(&format!("{error}.")), None)),
    };
    let Some((way_idx, why)) = difference(before, after, ways, &now, *exactly) else {
        return Ok(());
    };
    let was = match ways.first() {
        Some(way) if ways.iter().all(|w| w.outcome == way.outcome) => word(way.outcome),
        _ => "answered at times",
    };
    let mut say = format!("From {client} to {target}, the packet was {was} before; now {why}.");
    let trace = trace::trace(after, client, target).ok();
    if let Some(way) = trace.as_ref().and_then(|trace| trace.ways.get(way_idx))
        && way.outcome != Outcome::Ok
    {
        say.push(' ');
        say.push_str(&way.reason.say);
    }
    let packets = trace
        .filter(|trace: &Trace| way_idx < trace.ways.len())
        .map(|trace| Packets { traces: vec![trace], shown: (0, way_idx) });
    Err((say, packets))
}

/// The way that is not as before, and how.
fn difference(
    before: &Cluster,
    after: &Cluster,
    was: &[Way],
    now: &[Way],
    exactly: bool,
) -> Option<(usize, String)> {
    let outcomes = |ways: &[Way]| ways.iter().map(|way| way.outcome).collect::<BTreeSet<_>>();
    let (then, since) = (outcomes(was), outcomes(now));
    if then != since {
        let idx = now.iter().position(|way| !then.contains(&way.outcome)).unwrap_or(0);
        let outcome = now.get(idx).map_or(Outcome::Timeout, |way| way.outcome);
        return Some((idx, format!("it is {}", word(outcome))));
    }
    // Pods come and go as a Deployment replaces them; of those that are there before and
    // after, the same ones answer.
    let stays = |cluster: &Cluster, pod: &str| {
        let (namespace, name) = pod.split_once('/').unwrap_or(("default", pod));
        cluster.pod(namespace, name).is_some()
    };
    let pods = |ways: &[Way]| {
        ways.iter()
            .filter_map(|way| way.pod.clone())
            .filter(|pod| stays(before, pod) && stays(after, pod))
            .collect::<BTreeSet<_>>()
    };
    let (then, since) = (pods(was), pods(now));
    if let Some(stray) = since.difference(&then).next() {
        let idx = now.iter().position(|way| way.pod.as_ref() == Some(stray)).unwrap_or(0);
        return Some((idx, format!("{stray} answers too")));
    }
    if let Some(lost) = then.difference(&since).next() {
        return Some((0, format!("{lost} no longer answers")));
    }
    let sources = |ways: &[Way]| {
        ways.iter().filter_map(|way| way.source.as_ref()).map(ToString::to_string).collect()
    };
    let (then, since): (BTreeSet<String>, BTreeSet<String>) = (sources(was), sources(now));
    if exactly && then != since {
        let idx = now
            .iter()
            .position(|way| way.source.as_ref().is_some_and(|s| !then.contains(&s.to_string())));
        return Some((idx.unwrap_or(0), "another address is seen as its sender".to_owned()));
    }
    None
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "answered",
        Outcome::Refused => "refused",
        Outcome::Timeout => "left without an answer",
        Outcome::Unresolved => "not sent",
    }
}
