//! Pods that become what one before them became are as those that each went the whole way.

use crate::cluster::Cluster;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What somebody does to the world.
#[derive(Debug, Clone)]
enum Deed {
    /// Puts a set of this kind, name, size, and image, with or without its node's network.
    Put(&'static str, &'static str, u32, &'static str, bool),
    /// Deletes the Pod of this place in the list.
    DeletePod(usize),
    DeleteSet(&'static str, &'static str),
    /// Puts a node in a region's zone, or in none; it may be cordoned, or have no kubelet.
    Node(&'static str, Option<(&'static str, &'static str)>, bool, bool),
    DeleteNode(&'static str),
    Advance(u32),
}

fn deeds() -> impl Strategy<Value = Deed> {
    let kind = || prop::sample::select(vec!["Deployment", "Deployment", "ReplicaSet", "DaemonSet"]);
    let name = || prop::sample::select(vec!["a", "b"]);
    let node = || prop::sample::select(vec!["node1", "node2", "node3"]);
    let image = prop::sample::select(vec!["nginx:1.27", "nginx:1.28", "broken:1"]);
    let zone =
        prop::option::of(prop::sample::select(vec![("r", "east"), ("s", "east"), ("s", "west")]));
    prop_oneof![
        8 => (kind(), name(), 0..7_u32, image, prop::bool::weighted(0.1))
            .prop_map(|(kind, name, size, image, on_host)| Deed::Put(kind, name, size, image, on_host)),
        3 => (0..20_usize).prop_map(Deed::DeletePod),
        1 => (kind(), name()).prop_map(|(kind, name)| Deed::DeleteSet(kind, name)),
        2 => (node(), zone, prop::bool::weighted(0.2), prop::bool::weighted(0.3))
            .prop_map(|(name, zone, is_cordoned, is_silent)| Deed::Node(name, zone, is_cordoned, is_silent)),
        1 => node().prop_map(Deed::DeleteNode),
        1 => (1..600_u32).prop_map(Deed::Advance),
    ]
}

fn set(kind: &str, name: &str, size: u32, image: &str, on_host: bool) -> Value {
    let name = format!("{name}-{}", kind.to_lowercase());
    let port = json!({"containerPort": 80});
    let mut spec = json!({
        "selector": {"matchLabels": {"app": name}},
        "template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"hostNetwork": on_host, "containers": [
                {"name": "one", "image": image, "ports": [port]},
                {"name": "two", "image": "busybox:1.37", "command": ["sleep", "9"]},
            ]},
        },
    });
    if kind != "DaemonSet" {
        spec["replicas"] = size.into();
    }
    let metadata = json!({"name": name, "namespace": "default"});
    json!({"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec})
}

fn does(cluster: &mut Cluster, deed: &Deed) {
    match *deed {
        Deed::Put(kind, name, size, image, on_host) => {
            let wanted = set(kind, name, size, image, on_host);
            let name = wanted["metadata"]["name"].as_str().unwrap();
            let object = match cluster.get(kind, "default", name) {
                Some(mut held) => {
                    held["spec"] = wanted["spec"].clone();
                    let generation = held["metadata"]["generation"].as_i64().unwrap_or(1);
                    held["metadata"]["generation"] = (generation + 1).into();
                    held
                }
                None => wanted,
            };
            cluster.put(object).unwrap();
        }
        Deed::DeletePod(at) => {
            let pod = cluster.pods().nth(at).map(|pod| pod.name.name.to_string());
            pod.map(|name| cluster.delete("Pod", "default", &name));
        }
        Deed::DeleteSet(kind, name) => {
            cluster.delete(kind, "default", &format!("{name}-{}", kind.to_lowercase()));
        }
        Deed::Node(name, zone, is_cordoned, is_silent) => {
            let mut node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}});
            if let Some((region, zone)) = zone {
                node["metadata"]["labels"] = json!({
                    "topology.kubernetes.io/region": region,
                    "topology.kubernetes.io/zone": zone,
                });
            }
            if is_cordoned {
                node["spec"] = json!({"unschedulable": true});
            }
            if is_silent {
                node["status"] = json!({
                    "nodeInfo": {"kubeletVersion": "v1.36.2"},
                    "conditions": [{"type": "Ready", "status": "True"}],
                    "addresses": [{"type": "InternalIP", "address": "10.0.0.9"}],
                });
            }
            cluster.put(node).unwrap();
        }
        Deed::DeleteNode(name) => {
            cluster.delete("Node", "", name);
        }
        Deed::Advance(seconds) => cluster.advance(seconds),
    }
}

/// All that a learner can see of the cluster, and how often it was changed.
fn seen(cluster: &mut Cluster) -> Vec<String> {
    let kinds = [
        "Pod",
        "ReplicaSet",
        "Deployment",
        "DaemonSet",
        "EndpointSlice",
        "Endpoints",
        "Event",
        "Node",
    ];
    let mut seen = vec![cluster.revision().to_string(), format!("{:?}", cluster.take_started())];
    for kind in kinds {
        seen.extend(cluster.list(kind, None).iter().map(Value::to_string));
    }
    seen
}

const WORLD: &str = "objects:
- {kind: Node, metadata: {name: node1, labels: {topology.kubernetes.io/zone: east}}}
- {kind: Node, metadata: {name: node2, labels: {topology.kubernetes.io/zone: west}}}
- {kind: Node, metadata: {name: node3}}
- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {app: a-deployment}, ports: [{port: 80}]}}
";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]
    #[test]
    fn pods_that_go_on_alike_are_as_those_that_go_the_whole_way(
        deeds in prop::collection::vec(deeds(), 1..12),
    ) {
        let (mut short, _) = Cluster::from_world(WORLD).unwrap();
        short.set_stepwise(true);
        let mut long = short.clone();
        for deed in &deeds {
            does(&mut short, deed);
            short.settle();
            does(&mut long, deed);
            // Steps alone note nothing.
            let n_steps = (0..2_000).take_while(|_| long.step()).count();
            prop_assert!(n_steps < 2_000);
            prop_assert_eq!(seen(&mut short), seen(&mut long), "after {:?}", deed);
        }
    }
}
