use super::{BOUNDS, Bounds, findings};
use crate::cluster::{Cascade, Cluster, Event};
use serde_json::{Value, json};
use std::sync::Arc;

fn cluster(objects: &[Value]) -> Cluster {
    let nodes = ["node1", "node2", "node3"]
        .map(|name| json!({"kind": "Node", "metadata": {"name": name, "labels": {"topology.kubernetes.io/zone": "a"}}}));
    let objects: Vec<&Value> = nodes.iter().chain(objects).collect();
    let (cluster, findings) =
        Cluster::from_world(&json!({"objects": objects}).to_string()).unwrap();
    assert_eq!(findings, []);
    cluster
}

fn deployment(replicas: u32, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "nginx", "image": image, "ports": [{"containerPort": 80}]}]},
            },
        },
    })
}

/// As a user changes it: what the cluster holds, with another spec.
fn change(cluster: &mut Cluster, replicas: u32, image: &str) {
    let mut held = cluster.get("deploy", "", "web").unwrap();
    held["spec"]["replicas"] = replicas.into();
    held["spec"]["template"]["spec"]["containers"][0]["image"] = image.into();
    held["metadata"]["generation"] = (held["metadata"]["generation"].as_i64().unwrap() + 1).into();
    cluster.put(held).unwrap();
}

/// `NAME NODE IP READY` of each Pod.
fn pods(cluster: &Cluster) -> Vec<String> {
    cluster
        .pods()
        .map(|pod| {
            let node = pod.node.as_deref().unwrap_or("-");
            let ip = pod.ip().map_or("-".to_owned(), |ip| ip.to_string());
            format!("{} {node} {ip} {} {}", pod.name, pod.phase(), pod.ready())
        })
        .collect()
}

/// `NAME: WANTED/READY` of each ReplicaSet.
fn sets(cluster: &Cluster) -> Vec<String> {
    let sets = cluster.list("rs", None);
    sets.iter()
        .map(|set| {
            let ready = set["status"]["readyReplicas"].as_i64().unwrap_or(0);
            format!(
                "{}: {}/{ready}",
                set["metadata"]["name"].as_str().unwrap(),
                set["spec"]["replicas"]
            )
        })
        .collect()
}

fn said(cluster: &Cluster) -> Vec<String> {
    cluster.events().map(|e| format!("{} {}: {}", e.about, e.reason, e.message)).collect()
}

#[test]
fn a_deployment_of_a_world_has_its_pods_on_the_nodes_in_turn() {
    let cluster = cluster(&[deployment(4, "nginx:1.27")]);
    insta::assert_debug_snapshot!((sets(&cluster), pods(&cluster), said(&cluster)));
    insta::assert_snapshot!(format!("{:#}", cluster.get("deploy", "", "web").unwrap()));
    insta::assert_snapshot!(format!("{:#}", cluster.list("rs", None)[0]));
    insta::assert_snapshot!(format!("{:#}", cluster.list("pod", None)[0]));
}

#[test]
fn a_service_over_a_deployment_follows_its_size() {
    let mut cluster = cluster(&[
        deployment(2, "nginx:1.27"),
        json!({"kind": "Service", "metadata": {"name": "web"},
               "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}),
    ]);
    let n_endpoints = |cluster: &Cluster| {
        let service = cluster.service("default", "web").unwrap();
        cluster.endpoints(&service.name).map_or(0, |all| all.ports[0].endpoints.len())
    };
    assert_eq!(n_endpoints(&cluster), 2);
    change(&mut cluster, 5, "nginx:1.27");
    assert_eq!(n_endpoints(&cluster), 5);
    change(&mut cluster, 0, "nginx:1.27");
    assert_eq!(n_endpoints(&cluster), 0);
    assert_eq!(cluster.pods().count(), 0);
}

#[test]
fn a_new_template_rolls_out_pod_by_pod() {
    let mut cluster = cluster(&[deployment(3, "nginx:1.27")]);
    let before = pods(&cluster);
    change(&mut cluster, 3, "nginx:1.28");
    assert!(pods(&cluster).iter().all(|pod| !before.contains(pod)));
    insta::assert_debug_snapshot!((sets(&cluster), pods(&cluster), said(&cluster)));
    // Back to the first template: its ReplicaSet serves again.
    let n_sets = cluster.list("rs", None).len();
    change(&mut cluster, 3, "nginx:1.27");
    assert_eq!(cluster.list("rs", None).len(), n_sets);
    let deployment = cluster.get("deploy", "", "web").unwrap();
    assert_eq!(deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"], "3");
}

#[test]
fn a_broken_image_holds_the_rollout_and_the_old_pods_serve_on() {
    let mut cluster = cluster(&[deployment(3, "nginx:1.27")]);
    change(&mut cluster, 3, "broken:1");
    let ready = cluster.pods().filter(|pod| pod.ready()).count();
    assert_eq!((cluster.pods().count(), ready), (4, 3));
    let status = &cluster.get("deploy", "", "web").unwrap()["status"];
    assert_eq!(
        json!([status["replicas"], status["updatedReplicas"], status["unavailableReplicas"]]),
        json!([4, 1, 1])
    );
    assert_eq!(status["conditions"][1]["reason"], "ReplicaSetUpdated");
}

#[test]
fn recreate_takes_all_old_pods_away_first() {
    let mut first = deployment(2, "nginx:1.27");
    first["spec"]["strategy"] = json!({"type": "Recreate"});
    let mut cluster = cluster(&[first]);
    cluster.set_stepwise(true);
    change(&mut cluster, 2, "nginx:1.28");
    let mut seen = Vec::new();
    while cluster.step() {
        seen.push(sets(&cluster));
    }
    seen.dedup();
    insta::assert_debug_snapshot!(seen);
}

#[test]
fn a_deleted_pod_is_made_anew_under_another_name() {
    let mut cluster = cluster(&[deployment(2, "nginx:1.27")]);
    let first = cluster.pods().next().unwrap().name.clone();
    cluster.delete("pod", &first.namespace, &first.name).unwrap();
    assert_eq!(cluster.pods().count(), 2);
    assert!(cluster.pods().all(|pod| pod.name != first));
}

#[test]
fn what_a_deleted_deployment_controls_goes_with_it_or_is_left_alone() {
    let base = cluster(&[deployment(2, "nginx:1.27")]);
    let mut gone = base.clone();
    gone.delete("deploy", "", "web").unwrap();
    assert_eq!((sets(&gone).len(), gone.pods().count()), (0, 0));
    let mut left = base.clone();
    left.delete_with("deploy", "", "web", Cascade::Orphan).unwrap();
    assert_eq!((sets(&left), pods(&left)), (sets(&base), pods(&base)));
    assert!(left.list("rs", None)[0]["metadata"]["ownerReferences"].is_null());
    // The same Deployment again takes them over.
    left.put(deployment(2, "nginx:1.27")).unwrap();
    assert_eq!((sets(&left), pods(&left)), (sets(&base), pods(&base)));
    let mut without = base.clone();
    without.delete("namespace", "", "default").unwrap();
    assert_eq!((sets(&without).len(), without.pods().count()), (0, 0));
}

#[test]
fn a_replica_set_takes_orphans_that_fit() {
    let pod = json!({"kind": "Pod", "metadata": {"name": "old", "labels": {"app": "x"}},
                     "spec": {"containers": [{"name": "c", "image": "nginx"}]}});
    let set = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "x"},
                     "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "x"}},
                              "template": {"metadata": {"labels": {"app": "x"}}, "spec": pod["spec"]}}});
    let mut cluster = cluster(&[pod.clone(), set]);
    assert_eq!(cluster.pods().count(), 2);
    let owner = cluster.pod("default", "old").unwrap().controller().unwrap();
    assert_eq!(owner.to_string(), "replicaset/x");
    // A third one that fits is one too many: the newest goes.
    let mut third = pod;
    third["metadata"]["name"] = "third".into();
    cluster.put(third).unwrap();
    assert_eq!(cluster.pods().count(), 2);
    assert!(cluster.pod("default", "old").is_some());
}

#[test]
fn step_by_step_pods_are_pending_before_they_run() {
    let mut cluster = cluster(&[]);
    cluster.set_stepwise(true);
    cluster.put(deployment(1, "nginx:1.27")).unwrap();
    let mut seen = vec![pods(&cluster)];
    while cluster.step() {
        cluster.advance(1);
        seen.push(pods(&cluster));
    }
    seen.dedup();
    insta::assert_debug_snapshot!(seen);
    assert!(cluster.is_settled());
    assert_eq!(pods(&cluster), {
        let mut at_once = self::cluster(&[]);
        at_once.put(deployment(1, "nginx:1.27")).unwrap();
        pods(&at_once)
    });
}

#[test]
fn the_same_deployment_put_again_changes_nothing() {
    let mut cluster = cluster(&[deployment(3, "nginx:1.27")]);
    let held = cluster.get("deploy", "", "web").unwrap();
    let before = (sets(&cluster), pods(&cluster), said(&cluster));
    cluster.put(held.clone()).unwrap();
    assert_eq!((sets(&cluster), pods(&cluster), said(&cluster)), before);
    assert_eq!(cluster.get("deploy", "", "web").unwrap(), held);
}

#[test]
fn workloads_of_the_wrong_shape_make_nothing_and_do_no_harm() {
    for (path, odd) in [
        ("/spec", json!("x")),
        ("/spec/template", json!(3)),
        ("/spec/template/metadata", json!([])),
        ("/spec/template/metadata/labels", json!("x")),
        ("/spec/template/spec", json!("x")),
        ("/spec/selector", json!([1])),
        ("/spec/selector/matchLabels", json!(1)),
        ("/spec/replicas", json!("many")),
        ("/spec/replicas", json!(-3)),
        ("/metadata/annotations", json!("x")),
        ("/metadata/ownerReferences", json!("x")),
        ("/status", json!("x")),
    ] {
        let mut object = deployment(1, "nginx");
        object["metadata"]["annotations"] = json!({});
        object["metadata"]["ownerReferences"] = json!([]);
        object["status"] = json!({});
        *object.pointer_mut(path).unwrap() = odd.clone();
        let mut cluster = cluster(&[]);
        let _ = cluster.put(object.clone());
        object["kind"] = "ReplicaSet".into();
        let _ = cluster.put(object);
        assert!(cluster.is_settled(), "{path} = {odd}");
    }
    let mut many = cluster(&[]);
    many.put(deployment(2_000_000_000, "nginx")).unwrap();
    assert_eq!(many.pods().count(), 500);
}

#[test]
fn a_deployment_whose_template_does_not_fit_its_selector_makes_nothing() {
    let mut cluster = cluster(&[deployment(2, "nginx:1.27")]);
    let before = pods(&cluster);
    let mut held = cluster.get("deploy", "", "web").unwrap();
    held["spec"]["template"]["metadata"]["labels"] = json!({"app": "wbe"});
    cluster.put(held.clone()).unwrap();
    held["spec"].as_object_mut().unwrap().remove("template");
    cluster.put(held).unwrap();
    assert!(cluster.is_settled());
    assert_eq!(pods(&cluster), before);
}

#[test]
fn two_replica_sets_of_the_same_template_come_to_an_end() {
    let mut cluster = cluster(&[]);
    let mut set = deployment(2, "nginx");
    set["kind"] = "ReplicaSet".into();
    set["metadata"]["labels"] = json!({"app": "web"});
    cluster.put(deployment(2, "nginx")).unwrap();
    cluster.put(set).unwrap();
    assert_eq!(cluster.unsettled().count(), 0);
    // The one whose name comes first is the new one, as on the server where both are as old.
    let all = sets(&cluster);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0], "web: 2/2");
    assert!(all[1].ends_with(": 0/0"), "{all:?}");
}

#[test]
fn an_owner_that_is_half_there_is_replaced_when_a_pod_is_taken_over() {
    let mut set = deployment(1, "nginx");
    set["kind"] = "ReplicaSet".into();
    let mut cluster = cluster(&[set]);
    let pod = json!({"kind": "Pod", "metadata": {"name": "a", "labels": {"app": "web"},
        "ownerReferences": [{"controller": true}, {"kind": "Node", "name": "node1"}]},
        "spec": {"containers": []}});
    cluster.put(pod).unwrap();
    assert_eq!((cluster.unsettled().count(), cluster.pods().count()), (0, 1));
}

#[test]
fn numbers_at_their_limit_are_carried_on_with() {
    let mut odd = deployment(2, "nginx");
    odd["spec"]["strategy"] = json!({"rollingUpdate": {"maxSurge": i64::MAX}});
    odd["metadata"]["generation"] = i64::MAX.into();
    let mut cluster = cluster(&[odd]);
    let mut set = cluster.list("rs", None).remove(0);
    set["metadata"]["generation"] = i64::MAX.into();
    set["metadata"]["annotations"]["deployment.kubernetes.io/revision"] =
        i64::MAX.to_string().into();
    cluster.put(set).unwrap();
    let mut held = cluster.get("deploy", "", "web").unwrap();
    held["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.2".into();
    cluster.put(held).unwrap();
    assert_eq!((cluster.unsettled().count(), cluster.pods().count()), (0, 2));
}

#[test]
fn the_slowest_rollout_is_still_far_from_being_given_up() {
    let mut slow = deployment(150, "nginx:1.27");
    slow["spec"]["strategy"] = json!({"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}});
    let mut cluster = cluster(&[slow]);
    let mut held = cluster.get("deploy", "", "web").unwrap();
    held["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.28".into();
    cluster.set_stepwise(true);
    cluster.put(held).unwrap();
    let Bounds { rounds, looks, looks_per_pod } = BOUNDS;
    let half = Bounds { rounds: rounds / 2, looks: looks / 2, looks_per_pod: looks_per_pod / 2 };
    cluster.settle_within(half);
    assert_eq!(cluster.unsettled().count(), 0);
    assert!(cluster.pods().all(|pod| pod.ready()));
    assert_eq!(sets(&cluster).iter().filter(|set| set.ends_with(": 150/150")).count(), 1);
}

#[test]
fn what_comes_to_no_end_is_left_and_named_until_it_changes() {
    for (rounds, looks) in [(3, 1_000), (1_000, 1)] {
        let bounds = Bounds { rounds, looks, looks_per_pod: 0 };
        let mut cluster = cluster(&[]);
        cluster.set_stepwise(true);
        cluster.put(deployment(3, "nginx")).unwrap();
        cluster.settle_within(bounds);
        assert!(cluster.is_settled());
        let told = findings::findings(&cluster);
        assert_eq!(told[0].object, "deployment/web");
        insta::allow_duplicates! {
            insta::assert_snapshot!(told[0].message, @"Its controllers change it without end. It is left as it is now.");
        }
        let held = cluster.get("deploy", "", "web").unwrap();
        cluster.put(held).unwrap();
        for set in cluster.list("rs", None).into_iter().chain(cluster.list("pod", None)) {
            cluster.put(set).unwrap();
        }
        cluster.settle();
        assert_eq!(cluster.unsettled().count(), 0);
        assert_eq!(cluster.pods().filter(|pod| pod.ready()).count(), 3);
    }
}

#[test]
fn what_is_said_again_is_counted_and_the_tenth_of_a_kind_is_combined() {
    let mut cluster = cluster(&[deployment(1, "nginx:1")]);
    let mut scale = |replicas: i64| {
        let mut held = cluster.get("deploy", "", "web").unwrap();
        held["spec"]["replicas"] = replicas.into();
        cluster.put(held).unwrap();
        let counted = |event: &Arc<Event>| format!("{} {}", event.count, event.message);
        let of_it = cluster.events().filter(|event| *event.about.kind == *"Deployment");
        of_it.map(counted).collect::<Vec<String>>()
    };
    for replicas in [2, 1, 2] {
        scale(replicas);
    }
    let set = "replica set web-";
    let twice = scale(1).into_iter().filter(|text| text.starts_with(&format!("2 Scaled up {set}")));
    assert_eq!(twice.count(), 1);
    let said: Vec<String> = (3..14).flat_map(scale).collect();
    let combined = said.last().unwrap();
    assert!(
        combined.starts_with(&format!("4 (combined from similar events): Scaled up {set}")),
        "{combined}"
    );
}

#[test]
fn a_rollback_keeps_the_revisions_and_the_annotations_of_what_it_goes_back_to() {
    let mut cluster = cluster(&[]);
    for (image, cause) in [("nginx:1", "first"), ("nginx:2", "second"), ("nginx:1", "third")] {
        let mut wanted = deployment(2, image);
        wanted["metadata"]["annotations"] = json!({"kubernetes.io/change-cause": cause});
        cluster.put(wanted).unwrap();
    }
    let mut told: Vec<String> = cluster
        .list("rs", None)
        .iter()
        .map(|set| {
            let said = &set["metadata"]["annotations"];
            let text = |field: &str| said[field].as_str().unwrap_or("-").to_owned();
            let own = |field: &str| text(&format!("deployment.kubernetes.io/{field}"));
            let cause = text("kubernetes.io/change-cause");
            format!("{} {} {cause}", own("revision"), own("revision-history"))
        })
        .collect();
    told.sort();
    assert_eq!(told, ["2 - second", "3 1 third"]);
}

#[test]
fn a_refused_pod_is_told_once_a_look_and_many_pods_end_somewhere() {
    let mut odd = deployment(5, "nginx");
    odd["spec"]["template"]["spec"]["containers"] = json!("x");
    let mut cluster = cluster(&[]);
    cluster.put(odd).unwrap();
    assert_eq!(cluster.pods().count(), 0);
    let failed: Vec<u32> = cluster
        .events()
        .filter(|event| event.message.contains("Error creating"))
        .map(|event| event.count)
        .collect();
    assert_eq!(failed, [2]);
    assert!(!said(&cluster).iter().any(|text| text.contains("Created pod")));
    let (many, findings) =
        Cluster::from_world(&json!({"objects": [deployment(600, "nginx")]}).to_string()).unwrap();
    assert_eq!(many.pods().count(), 500);
    let told = "It asks for 600 Pods and gets 500: no more are made here.";
    assert!(findings.iter().any(|finding| finding.message == told));
}

#[test]
fn a_long_chain_of_owners_goes_as_one() {
    let mut cluster = cluster(&[]);
    for n in 0..5_000 {
        let owner = format!("c{}", (n + 4_999) % 5_000);
        let owner = json!([{"kind": "ConfigMap", "name": owner, "controller": true}]);
        let metadata = json!({"name": format!("c{n}"), "ownerReferences": owner});
        cluster.put(json!({"kind": "ConfigMap", "metadata": metadata})).unwrap();
    }
    cluster.delete("cm", "", "c7").unwrap();
    assert_eq!(cluster.list("cm", None).len(), 0);
}

#[test]
fn what_is_put_among_others_is_taken_over_too() {
    let mut set = deployment(2, "nginx");
    set["kind"] = "ReplicaSet".into();
    let mut cluster = cluster(&[set]);
    let pod = |name: &str| json!({"kind": "Pod", "metadata": {"name": name, "labels": {"app": "web"}}, "spec": {"containers": []}});
    cluster.put_all([pod("a"), pod("b")]);
    assert_eq!(cluster.pods().count(), 2);
    assert!(cluster.pods().all(|pod| pod.controller().is_some()));
}
