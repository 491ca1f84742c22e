//! What the chart says is what the trace says, over the recorded scenarios.

use crate::text_of;
use portolan::chart::{Role, Size, Spot, Stage, moment, scene};
use portolan::cluster::Cluster;
use portolan::trace::{Client, Outcome, Place, SeenSource, Target, Trace, Way, trace};
use portolan::ui::chart::ChartStyle;
use std::collections::BTreeSet;

fn world() -> Cluster {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/flow/scenarios-iptables.json");
    let text = std::fs::read_to_string(path).expect("the recording is in the clone");
    Cluster::from_world(&text).expect("a world").0
}

fn probes() -> BTreeSet<(String, String)> {
    let targets = [
        "service/clusterip:80",
        "service/wrong-selector:80",
        "service/wrong-targetport:80",
        "service/not-ready:80",
        "service/named-missing:80",
        "service/affinity:80",
        "headless:8080",
        "external-name:80",
        "nosuch:80",
        "lb/lb:80",
        "lb/lb-local:80",
        "lb/lb-pending:80",
        "lb/lb-source-ranges-deny:80",
        "node1:30080",
        "node2:30080",
        "node3:30080",
        "node1:30081",
        "node3:30081",
        "node3:30084",
        "node1:9",
        "10.244.2.10:8080",
    ];
    let clients = ["external", "pod:cli1", "pod:cli3", "node:node2"];
    targets
        .iter()
        .flat_map(|to| clients.iter().map(|from| ((*from).to_owned(), (*to).to_owned())))
        .collect()
}

#[test]
fn who_answers_whose_address_is_seen_and_why_it_ends_is_what_the_trace_says() {
    let cluster = world();
    let mut endings = BTreeSet::new();
    for (from, to) in probes() {
        let client: Client = from.parse().expect("a client");
        let target: Target = to.parse().expect("a target");
        // A name outside can't be asked for by external clients: an error, not a chart.
        let Ok(trace) = trace(&cluster, &client, &target) else { continue };
        for idx in 0..trace.ways.len() {
            let way = &trace.ways[idx];
            endings.insert(format!("{:?}", way.reason.code));
            for (width, height) in [(78, 20), (40, 22), (130, 40)] {
                check(&cluster, &trace, idx, Size { width, height }, &format!("{from} to {to}"));
            }
        }
    }
    assert!(endings.len() >= 8, "the probes end in too few ways: {endings:?}");
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
    if ok {
        delivered(&stage, way, &scene, &what);
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
            stage.pods.iter().find(|pod| pod.name == *name).and_then(|pod| pod.ip)
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
        assert!(shown.process || shown.bare_name == *pod, "{what}");
        assert!(shown.role <= Role::OnWay, "{what}");
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
