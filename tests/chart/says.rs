//! What the chart says is what the trace says, over the recorded scenarios.

use crate::text_of;
use portolan::chart::{Role, Size, Spot, Stage, moment, scene};
use portolan::cluster::Cluster;
use portolan::trace::{Client, Outcome, Place, SeenSource, Target, Trace, Way, trace};
use portolan::ui::chart::ChartStyle;
use std::collections::BTreeSet;

#[derive(serde::Deserialize)]
struct Recording {
    probes: Vec<Probe>,
}

#[derive(serde::Deserialize)]
struct Probe {
    from: String,
    to: To,
}

#[derive(serde::Deserialize)]
struct To {
    ip: String,
    port: u16,
    protocol: String,
}

/// The recordings, each with the world it was made in.
fn recordings() -> Vec<(String, Cluster, Recording)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/flow");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the recordings are in the clone")
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.sort();
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a recording");
        let cluster = Cluster::from_world(&text).expect("a world").0;
        let recording = serde_json::from_str(&text).expect("probes");
        (path.display().to_string(), cluster, recording)
    };
    paths.into_iter().map(read).collect()
}

const SIZES: [(u16, u16); 4] = [(78, 17), (40, 22), (118, 33), (198, 53)];

/// Every third recorded probe of every recording (they come in threes: one a client), at one
/// of the sizes in turn, over all of its ways or the first eight.
#[test]
fn who_answers_whose_address_is_seen_and_why_it_ends_is_what_the_trace_says() {
    let mut endings = BTreeSet::new();
    let mut n = 0usize;
    for (file, cluster, recording) in recordings() {
        for (i, Probe { from, to }) in recording.probes.iter().enumerate() {
            if !(i / 3 + i).is_multiple_of(3) {
                continue;
            }
            let ip = if to.ip.contains(':') { format!("[{}]", to.ip) } else { to.ip.clone() };
            let client: Client = from.parse().expect("a client");
            let target = format!("{ip}:{}/{}", to.port, to.protocol).parse().expect("a target");
            let trace = trace(&cluster, &client, &target).expect("it is sent");
            for idx in 0..trace.ways.len().min(8) {
                endings.insert(format!("{:?}", trace.ways[idx].reason.code));
                let (width, height) = SIZES[n % SIZES.len()];
                let what = format!("{file}: {from} to {target}");
                check(&cluster, &trace, idx, Size { width, height }, &what);
                n += 1;
            }
        }
    }
    assert!(n > 2000 && endings.len() >= 8, "{n} charts, ends: {endings:?}");
}

/// What no recording of packets has: names, and load balancers without an address.
#[test]
fn names_and_pending_balancers_are_charted_as_they_are_traced() {
    let (file, cluster, _) =
        recordings().into_iter().find(|(file, ..)| file.contains("scenarios-ipt")).unwrap();
    let mut endings = BTreeSet::new();
    for to in ["headless:8080", "external-name:80", "nosuch:80", "lb/lb-pending:80"] {
        for from in ["external", "pod:cli1", "pod:cli3", "node:node2"] {
            let (client, target): (Client, Target) = (from.parse().unwrap(), to.parse().unwrap());
            // Who is outside can't ask for a name of the cluster: an error, not a chart.
            let Ok(trace) = trace(&cluster, &client, &target) else { continue };
            for (idx, way) in trace.ways.iter().enumerate() {
                endings.insert(format!("{:?}", way.reason.code));
                for (width, height) in SIZES {
                    let what = format!("{file}: {from} to {to}");
                    check(&cluster, &trace, idx, Size { width, height }, &what);
                }
            }
        }
    }
    assert!(endings.contains("NoSuchName") && endings.contains("PendingBalancer"), "{endings:?}");
}

fn check(cluster: &Cluster, trace: &Trace, idx: usize, size: Size, what: &str) {
    let way = &trace.ways[idx];
    let stage = Stage::from_cluster(cluster, trace);
    let scene = scene(&stage, trace, idx, size);
    let end = moment(&scene, scene.n_ticks());
    let text = text_of(&scene, &end, &ChartStyle::dark());
    let what = format!("{what}, way {idx} at {size:?}:\n{text}");
    assert!(end.ended, "{what}");
    assert!(text.contains(scene.ending().word), "{what}");
    let ok = way.outcome == Outcome::Ok;
    assert_eq!(ok, scene.ending().word == "delivered", "{what}");
    // The sentence, as far as the panel shows it.
    let words: Vec<&str> = way.reason.say.split_whitespace().take(3).collect();
    assert!(text.contains(&words.join(" ")), "{what}");
    if let (false, Some(look_at)) = (ok, &way.reason.look_at) {
        let object: String = look_at.object.chars().take(24).collect();
        assert!(text.contains(&object), "{what}");
    }
    if let Some(map) = scene.map() {
        assert_eq!(map.legs.len(), way.hops.len(), "{what}");
        for (hop, leg) in way.hops.iter().zip(&map.legs) {
            assert_eq!(place_of(leg.spot, map).as_deref(), name_of(&hop.at), "{what}");
        }
    }
    rewritten(&scene, way, &what);
    if ok {
        delivered(&stage, way, &scene, &what);
    }
}

/// Each rewriting is shown once it is done: the new addresses, and what the step is called.
fn rewritten(scene: &portolan::chart::Scene, way: &Way, what: &str) {
    for (i, hop) in way.hops.iter().enumerate() {
        if hop.to == hop.to_after && hop.from == hop.from_after {
            continue;
        }
        // A moment before its end: the last hop's end tells the ending instead.
        let at = moment(scene, scene.timeline().beats()[i].rewrite);
        if at.ended {
            continue;
        }
        let text = text_of(scene, &at, &ChartStyle::dark());
        for (before, after) in [(hop.to, hop.to_after), (hop.from, hop.from_after)] {
            assert!(text.contains(&after.to_string()), "{after} at hop {i}: {what}\n{text}");
            let verb = if before == after { "" } else { scene.captions()[i].header[0].verb };
            assert!(text.contains(verb), "{verb} at hop {i}: {what}\n{text}");
        }
    }
}

/// The panel shows, where the packet is delivered, the address that the Pod sees.
fn delivered(stage: &Stage, way: &Way, scene: &portolan::chart::Scene, what: &str) {
    let last = scene.n_requests() - 1;
    let at = moment(scene, scene.timeline().done_tick(last));
    let text = text_of(scene, &at, &ChartStyle::dark());
    let ip = match way.source.as_ref().expect("delivered") {
        SeenSource::External => stage.external,
        SeenSource::Node(name) => {
            stage.nodes.iter().find(|node| node.name == *name).and_then(|node| node.ip)
        }
        SeenSource::Pod(name) => {
            stage.pods.iter().find(|pod| scoped(pod) == *name).and_then(|pod| pod.ip)
        }
    };
    let ip = ip.expect("the source is on the stage").to_string();
    assert!(text.contains(&format!("from {ip}:")), "{what}\n{text}");
    let pod = way.pod.as_ref().expect("delivered");
    assert!(text.contains(pod.as_str()), "{what}\n{text}");
    if let Some(map) = scene.map()
        && let Some(Spot::Pod(node, pod_idx)) = scene.here(&at)
    {
        let shown = &map.nodes[node].pods[pod_idx].pod;
        assert!(shown.process || shown.name == *pod, "{what}");
        assert!(shown.role <= Role::OnWay, "{what}");
    }
}

fn scoped(pod: &portolan::chart::StagePod) -> String {
    match pod.namespace.as_str() {
        "default" => pod.name.clone(),
        namespace => format!("{namespace}/{}", pod.name),
    }
}

fn name_of(place: &Place) -> Option<&str> {
    match place {
        Place::Outside => Some("outside"),
        Place::Network => Some("network"),
        Place::Balancer => Some("load balancer"),
        Place::Dns => Some("DNS"),
        Place::Node { name } | Place::Pod { name, .. } => Some(name),
    }
}

fn place_of(spot: Spot, map: &portolan::chart::Map) -> Option<String> {
    match spot {
        Spot::Zone(i) => map.zones.get(i).map(|zone| zone.title.clone()),
        Spot::Proxy(n) | Spot::Door(n) => map.nodes.get(n).map(|node| node.name.clone()),
        Spot::Pod(n, p) => {
            let pod = &map.nodes[n].pods[p].pod;
            Some(if pod.process { map.nodes[n].name.clone() } else { pod.bare_name.clone() })
        }
    }
}
