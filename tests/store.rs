//! The store from outside: changes as a watch sees them, patches, Endpoints, and worlds that
//! are broken.

use portolan::cluster::{ChangeKind, Cluster, PatchType, patch_as};
use portolan::kubectl::{ApplyOptions, apply};
use portolan::manifest::kinds;
use portolan::trace::{Client, Target, outcomes};
use proptest::prelude::*;
use serde_json::{Value, json};

const SHOP: &str = "
objects:
- {kind: Node, metadata: {name: node1, labels: {topology.kubernetes.io/zone: a}}}
- {kind: Node, metadata: {name: node2}}
- {kind: Pod, metadata: {name: a, labels: {app: web}}, spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}}
- {kind: Pod, metadata: {name: b, labels: {app: web}}, spec: {containers: [{name: c, image: 'broken:1', ports: [{containerPort: 80}]}]}}
- {kind: Service, metadata: {name: web, labels: {app: web}}, spec: {selector: {app: web}, ports: [{port: 80}]}}
";

fn shop() -> Cluster {
    let (cluster, findings) = Cluster::from_world(SHOP).unwrap();
    assert_eq!(findings, []);
    cluster
}

fn changes(cluster: &Cluster, since: u64) -> Vec<String> {
    let changes = cluster.changes_since(since).unwrap();
    changes
        .map(|change| {
            let word = match change.kind {
                ChangeKind::Added => "ADDED",
                ChangeKind::Modified => "MODIFIED",
                ChangeKind::Deleted => "DELETED",
            };
            format!("{word} {}", change.key)
        })
        .collect()
}

#[test]
fn a_watch_sees_each_change_with_a_version_that_grows() {
    let mut cluster = shop();
    let start = cluster.revision();
    assert_eq!(changes(&cluster, start), [] as [&str; 0]);
    let mut pod = cluster.get("pod", "", "b").unwrap();
    pod["status"]["conditions"][0]["status"] = "True".into();
    cluster.put(pod).unwrap();
    let ready = cluster.revision();
    cluster.delete("pod", "", "a").unwrap();
    cluster.delete("svc", "", "web").unwrap();
    let slice = cluster.changes_since(start).unwrap().nth(1).unwrap().key.clone();
    assert_eq!(
        changes(&cluster, start),
        [
            "MODIFIED pod/b".to_owned(),
            format!("MODIFIED {slice}"),
            "DELETED pod/a".to_owned(),
            format!("MODIFIED {slice}"),
            "DELETED service/web".to_owned(),
            format!("DELETED {slice}"),
        ]
    );
    assert_eq!(changes(&cluster, ready).len(), 4);
    let deleted = cluster.changes_since(ready).unwrap().next().unwrap();
    assert_eq!(deleted.object()["metadata"]["name"], "a");
    // Versions never fall, and what was before the world is not known.
    let versions: Vec<u64> = cluster.changes_since(start).unwrap().map(|c| c.version).collect();
    assert!(versions.iter().all(|version| *version > start));
    assert!(cluster.changes_since(0).is_none());
}

#[test]
fn old_changes_are_forgotten_and_a_watch_from_then_has_to_list_again() {
    let mut cluster = shop();
    let start = cluster.revision();
    for n in 0..2_500 {
        cluster
            .put(json!({"kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"n": n.to_string()}}))
            .unwrap();
    }
    assert!(cluster.changes_since(start).is_none());
    assert_eq!(cluster.changes_since(cluster.revision() - 10).unwrap().count(), 10);
}

#[test]
fn what_puts_back_the_same_leaves_the_slices_as_they_are() {
    let mut cluster = shop();
    let before = cluster.list("endpointslice", None);
    for kind in ["pod", "svc", "node"] {
        for object in cluster.list(kind, None) {
            cluster.put(object).unwrap();
        }
    }
    assert_eq!(cluster.list("endpointslice", None), before);
}

#[test]
fn endpoints_tell_ready_addresses_from_others() {
    let cluster = shop();
    insta::assert_snapshot!(format!("{:#}", cluster.get("ep", "", "web").unwrap()));
    let names: Vec<Value> = cluster
        .list("endpoints", None)
        .into_iter()
        .map(|object| object["metadata"]["name"].clone())
        .collect();
    assert_eq!(names, ["kubernetes", "web"]);
}

#[test]
fn patches_of_every_type_are_checked_as_any_change_is() {
    let mut cluster = shop();
    let service = kinds::find("", "v1", "Service").unwrap();
    let mut patched = |patch_type, patch: Value| {
        patch_as(&mut cluster, service, ("default", "web"), (patch_type, &patch), false)
            .map(|accepted| accepted.object["spec"]["ports"].clone())
            .map_err(|error| error.message.clone())
    };
    let port = |port: u16| json!([{"port": port, "protocol": "TCP", "targetPort": 80}]);
    let op = |path: &str| json!([{"op": "replace", "path": path, "value": 81}]);
    assert_eq!(patched(PatchType::Json, op("/spec/ports/0/port")), Ok(port(81)));
    assert_eq!(
        patched(PatchType::Json, op("/spec/nope/0")),
        Err("the server rejected our request due to an error in our request".to_owned())
    );
    let list = json!({"spec": {"ports": [{"port": 82, "targetPort": 80}]}});
    assert_eq!(patched(PatchType::Merge, list.clone()), Ok(port(82)));
    let local = json!({"spec": {"externalTrafficPolicy": "Local"}});
    assert!(patched(PatchType::Merge, local).unwrap_err().contains("externally-accessible"));
    // Strategic merging keeps the port that is there, and then one of two has no name.
    let more = json!({"spec": {"ports": [{"port": 83}]}});
    assert!(patched(PatchType::Strategic, more).is_err());
}

#[test]
fn a_deployment_that_is_applied_has_pods_behind_its_service() {
    let (mut cluster, _) =
        Cluster::from_world("objects: [{kind: Node, metadata: {name: n1}}]").unwrap();
    let text = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: nginx, image: 'nginx:1.27', ports: [{containerPort: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
";
    let applied = apply(&mut cluster, "web.yaml", text, &ApplyOptions::default());
    assert_eq!((applied.exit, &*applied.stderr), (0, ""));
    let ways = outcomes(
        &cluster,
        &Client::Node("n1".into()),
        &"service/web:80".parse::<Target>().unwrap(),
    );
    let pods: std::collections::BTreeSet<_> =
        ways.unwrap().into_iter().map(|way| way.pod).collect();
    assert_eq!(pods.len(), 3);
    assert!(pods.iter().all(|pod| pod.as_deref().is_some_and(|pod| pod.starts_with("web-"))));
    // Applied again, nothing changes.
    let version = cluster.revision();
    let again = apply(&mut cluster, "web.yaml", text, &ApplyOptions::default());
    assert_eq!(again.stdout, "deployment.apps/web unchanged\nservice/web unchanged\n");
    assert_eq!(cluster.revision(), version);
}

#[test]
fn a_broken_world_is_told_object_by_object() {
    let (cluster, findings) = Cluster::from_world(
        "
clusterCIDR: 10.0.0.0/8
serviceCIDR: 10.96.0.0/12
objects:
- {kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.1.0.0/16}, status: {addresses: [{type: InternalIP, address: 172.18.0.11}]}}
- {kind: Node, metadata: {name: n2}, spec: {podCIDR: 10.1.2.0/24}, status: {addresses: [{type: InternalIP, address: 172.18.0.11}]}}
- {kind: Pod, metadata: {name: lost, namespace: nowhere}, spec: {nodeName: n9, containers: []}, status: {phase: Running}}
- {kind: Pod, metadata: {name: one}, spec: {nodeName: n1, containers: []}, status: {phase: Running, podIP: 10.1.0.5}}
- {kind: Pod, metadata: {name: two}, spec: {nodeName: n1, containers: []}, status: {phase: Running, podIP: 10.1.0.5}}
- {kind: Pod, metadata: {name: odd}, spec: {nodeName: n1, containers: []}, status: {podIP: nonsense}}
- {kind: Service, metadata: {name: a}, spec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}}
- {kind: Service, metadata: {name: b}, spec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}}
- {kind: EndpointSlice, metadata: {name: s, labels: {kubernetes.io/service-name: gone}}, addressType: IPv4, endpoints: [{addresses: [10.1.7.7]}], ports: [{port: 80}]}
- {kind: EndpointSlice, metadata: {name: t}, addressType: IPv4, endpoints: [], ports: []}
- {kind: Ingress, metadata: {name: i}}
- {kind: Gateway, metadata: {name: g}}
- {kind: HTTPRoute, metadata: {name: h}}
",
    )
    .unwrap();
    let told: Vec<String> =
        findings.iter().map(|finding| format!("{}: {}", finding.object, finding.message)).collect();
    insta::assert_debug_snapshot!(told);
    assert!(cluster.get("ingress", "", "i").is_some());
}

#[test]
fn ten_megabytes_of_anything_are_an_error_or_a_world() {
    let size = 10 << 20;
    for junk in [
        "x".repeat(size),
        "{".repeat(size),
        "[".repeat(size),
        "- ".repeat(size / 2),
        "{\"objects\":[".to_owned() + &"{},         ".repeat(size / 12) + "1]}",
        "{\"objects\":[".to_owned() + &"[".repeat(size) + "]}",
    ] {
        let start = &junk[..20];
        match Cluster::from_world(&junk) {
            Ok((_, findings)) => {
                // They are counted to the end, and not all listed.
                assert!(!findings.is_empty() && findings.len() < 1_100, "{start}");
            }
            Err(error) => assert!(!error.to_string().is_empty(), "{start}"),
        }
    }
}

/// Objects with some of their parts replaced by something else.
fn odd_object() -> impl Strategy<Value = Value> {
    let kinds = prop::sample::select(vec![
        "Pod",
        "Node",
        "Service",
        "EndpointSlice",
        "Deployment",
        "ReplicaSet",
        "Namespace",
        "NetworkPolicy",
        "Endpoints",
        "Ingress",
        "Event",
        "Widget",
    ]);
    let odd = prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-1),
        json!("x"),
        json!([]),
        json!({}),
        json!([1]),
        json!({"x": 1}),
        json!(3),
        json!("10.0.0.1"),
        json!(["10.0.0.1"]),
    ]);
    let path = prop::sample::select(vec![
        "metadata",
        "metadata/labels",
        "metadata/annotations",
        "metadata/ownerReferences",
        "metadata/namespace",
        "metadata/uid",
        "spec",
        "spec/template",
        "spec/template/metadata",
        "spec/template/metadata/labels",
        "spec/template/spec",
        "spec/template/spec/containers",
        "spec/selector",
        "spec/selector/matchLabels",
        "spec/replicas",
        "spec/strategy",
        "spec/strategy/rollingUpdate",
        "spec/containers",
        "spec/nodeName",
        "spec/podCIDR",
        "spec/podCIDRs",
        "spec/ports",
        "spec/clusterIP",
        "status",
        "status/phase",
        "status/conditions",
        "status/podIP",
        "status/podIPs",
        "status/addresses",
        "status/loadBalancer",
        "endpoints",
        "ports",
        "addressType",
        "subsets",
    ]);
    let owner =
        json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "n0", "controller": true}]);
    (kinds, 0..4u8, any::<bool>(), prop::collection::vec((path, odd), 0..4)).prop_map(
        move |(kind, name, owned, changes)| {
            let pod = json!({"containers": [{"name": "c", "image": "nginx", "ports": [{"containerPort": 80}]}]});
            let mut object = json!({
                "apiVersion": "v1", "kind": kind,
                "metadata": {"name": format!("n{name}"), "labels": {"app": "x"}},
                "spec": {
                    "replicas": 2, "selector": {"matchLabels": {"app": "x"}},
                    "template": {"metadata": {"labels": {"app": "x"}}, "spec": pod},
                    "containers": pod["containers"],
                },
            });
            if kind == "Service" {
                object["spec"] = json!({"selector": {"app": "x"}, "ports": [{"port": 80}]});
            }
            if owned {
                object["metadata"]["ownerReferences"] = owner.clone();
            }
            for (path, value) in changes {
                set(&mut object, path, value);
            }
            object
        },
    )
}

fn set(object: &mut Value, path: &str, value: Value) {
    let (part, rest) = match path.split_once('/') {
        Some((part, rest)) => (part, Some(rest)),
        None => (path, None),
    };
    let Some(map) = object.as_object_mut() else { return };
    match rest {
        Some(rest) => set(map.entry(part).or_insert_with(|| json!({})), rest, value),
        None => {
            map.insert(part.to_owned(), value);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn odd_objects_settle_in_any_order_and_step_by_step(
        objects in prop::collection::vec(odd_object(), 1..12),
        stepwise in any::<bool>(),
        gone in prop::collection::vec((0..12usize, any::<bool>()), 0..4),
    ) {
        let mut cluster = Cluster::default();
        cluster.set_stepwise(stepwise);
        for object in &objects {
            let _ = cluster.put(object.clone());
            cluster.advance(1);
        }
        cluster.settle();
        prop_assert!(cluster.is_settled());
        for (idx, orphan) in gone {
            let Some(object) = objects.get(idx) else { continue };
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let cascade = if orphan {
                portolan::cluster::Cascade::Orphan
            } else {
                portolan::cluster::Cascade::Background
            };
            let (kind, name) = (text(&object["kind"]), text(&object["metadata"]["name"]));
            cluster.delete_with(&kind, &text(&object["metadata"]["namespace"]), &name, cascade);
        }
        cluster.settle();
        prop_assert!(cluster.is_settled());
        for kind in ["pod", "rs", "deploy", "svc", "endpointslice", "endpoints", "event", "node"] {
            for object in cluster.list(kind, None) {
                prop_assert!(object["metadata"]["name"].is_string());
            }
        }
    }
}
