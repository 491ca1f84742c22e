//! StatefulSets, DaemonSets and Jobs.

use crate::cluster::Cluster;
use serde_json::{Value, json};

fn node(name: &str) -> Value {
    json!({"kind": "Node", "metadata": {"name": name}})
}

fn cluster(objects: &[Value]) -> Cluster {
    let nodes = ["node1", "node2", "node3"].map(node);
    let objects: Vec<&Value> = nodes.iter().chain(objects).collect();
    let (cluster, findings) =
        Cluster::from_world(&json!({"objects": objects}).to_string()).unwrap();
    assert_eq!(findings, []);
    cluster
}

fn set(kind: &str, name: &str, spec: Value) -> Value {
    let mut set = json!({
        "apiVersion": "apps/v1", "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "c", "image": "nginx:1.27", "ports": [{"containerPort": 80}]}]},
            },
        },
    });
    for (field, value) in spec.as_object().unwrap() {
        set["spec"][field] = value.clone();
    }
    set
}

/// As a user changes it: the value at `path` of what the cluster holds.
fn change(cluster: &mut Cluster, (kind, name): (&str, &str), path: &str, value: Value) {
    let mut held = cluster.get(kind, "", name).unwrap();
    *held.pointer_mut(path).unwrap() = value;
    held["metadata"]["generation"] = (held["metadata"]["generation"].as_i64().unwrap() + 1).into();
    cluster.put(held).unwrap();
}

const IMAGE: &str = "/spec/template/spec/containers/0/image";

/// `NAME NODE PHASE IMAGE` of each Pod.
fn pods(cluster: &Cluster) -> Vec<String> {
    cluster
        .list("pod", None)
        .iter()
        .map(|pod| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {} {}",
                text(&pod["metadata"]["name"]),
                text(&pod["spec"]["nodeName"]),
                text(&pod["status"]["phase"]),
                text(&pod["spec"]["containers"][0]["image"]),
            )
        })
        .collect()
}

/// What is seen after each step, repetitions left out.
fn steps(cluster: &mut Cluster) -> Vec<String> {
    let mut seen = vec![pods(cluster).join(", ")];
    while cluster.step() {
        seen.push(pods(cluster).join(", "));
    }
    seen.dedup();
    seen
}

fn said(cluster: &Cluster) -> Vec<String> {
    cluster.events().map(|e| format!("{} {}: {}", e.about, e.reason, e.message)).collect()
}

#[test]
fn pods_of_a_stateful_set_come_one_after_the_other_and_go_backwards() {
    let mut cluster = cluster(&[]);
    cluster.set_stepwise(true);
    cluster.put(set("StatefulSet", "web", json!({"replicas": 3, "serviceName": "web"}))).unwrap();
    let up = steps(&mut cluster);
    change(&mut cluster, ("sts", "web"), "/spec/replicas", json!(1));
    let down = steps(&mut cluster);
    insta::assert_debug_snapshot!((up, down, said(&cluster)));
}

#[test]
fn a_pod_of_a_stateful_set_has_its_name_everywhere_and_a_claim_of_its_own() {
    let claim = json!({
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    });
    let spec = json!({"replicas": 1, "serviceName": "web", "volumeClaimTemplates": [claim]});
    let mut cluster = cluster(&[
        set("StatefulSet", "web", spec),
        json!({"kind": "Service", "metadata": {"name": "web"}, "spec": {
            "clusterIP": "None", "selector": {"app": "web"}, "ports": [{"port": 80}]}}),
    ]);
    let of = |kind: &str, name: &str| cluster.get(kind, "", name).unwrap();
    insta::assert_snapshot!(format!(
        "{:#}\n{:#}\n{:#}\n{:#}\n{:#}",
        of("pod", "web-0"),
        of("pvc", "data-web-0"),
        of("sts", "web")["status"],
        of("ep", "web")["subsets"],
        cluster.list("ControllerRevision", None)[0],
    ));
    // Who takes the set away keeps the data.
    cluster.delete("sts", "", "web").unwrap();
    assert_eq!(cluster.pods().count(), 0);
    assert_eq!(cluster.list("ControllerRevision", None), [Value::Null; 0]);
    assert_eq!(cluster.list("pvc", None).len(), 1);
}

#[test]
fn a_new_template_replaces_pods_from_the_last_down_to_the_partition() {
    let mut cluster = cluster(&[set("StatefulSet", "web", json!({"replicas": 3}))]);
    change(&mut cluster, ("sts", "web"), "/spec/updateStrategy/rollingUpdate/partition", json!(2));
    change(&mut cluster, ("sts", "web"), IMAGE, json!("nginx:1.28"));
    let part = (pods(&cluster), cluster.get("sts", "", "web").unwrap()["status"].clone());
    // A Pod below the partition comes again as it was.
    cluster.delete("pod", "", "web-0").unwrap();
    let again = pods(&cluster);
    change(&mut cluster, ("sts", "web"), "/spec/updateStrategy/rollingUpdate/partition", json!(0));
    let all = (pods(&cluster), cluster.get("sts", "", "web").unwrap()["status"].clone());
    insta::assert_debug_snapshot!((part, again, all));
    // The first template again: its revision is the newest now.
    change(&mut cluster, ("sts", "web"), IMAGE, json!("nginx:1.27"));
    let revisions = cluster.list("ControllerRevision", None);
    let mut numbers: Vec<i64> =
        revisions.iter().map(|one| one["revision"].as_i64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3]);
}

#[test]
fn a_broken_pod_holds_a_stateful_set_unless_its_pods_come_in_parallel() {
    let mut first = set("StatefulSet", "web", json!({"replicas": 2}));
    *first.pointer_mut(IMAGE).unwrap() = "broken:1".into();
    let ordered = cluster(&[first.clone()]);
    assert_eq!(ordered.pods().count(), 1);
    first["spec"]["podManagementPolicy"] = "Parallel".into();
    let parallel = cluster(&[first]);
    assert_eq!(parallel.pods().count(), 2);
    assert_eq!(parallel.get("sts", "", "web").unwrap()["status"]["availableReplicas"], 0);
}

#[test]
fn who_deletes_pods_by_hand_gets_the_new_ones_on_delete() {
    let spec = json!({"replicas": 2, "updateStrategy": {"type": "OnDelete"}});
    let mut cluster = cluster(&[set("StatefulSet", "web", spec)]);
    change(&mut cluster, ("sts", "web"), IMAGE, json!("nginx:1.28"));
    let images = |cluster: &Cluster| -> Vec<String> {
        pods(cluster).iter().map(|pod| pod.rsplit(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(images(&cluster), ["nginx:1.27", "nginx:1.27"]);
    cluster.delete("pod", "", "web-1").unwrap();
    assert_eq!(images(&cluster), ["nginx:1.27", "nginx:1.28"]);
}

#[test]
fn a_stateful_set_takes_over_its_own_names_and_never_another_pod() {
    let pod = |name: &str, labels: Value| {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels},
               "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}})
    };
    let mut cluster = cluster(&[
        pod("web-0", json!({"app": "web"})),
        pod("web-x", json!({"app": "web"})),
        pod("web-1", json!({"app": "other"})),
    ]);
    cluster.put(set("StatefulSet", "web", json!({"replicas": 2}))).unwrap();
    let owner = |name: &str| cluster.pod("default", name).unwrap().controller().is_some();
    assert_eq!((owner("web-0"), owner("web-x"), owner("web-1")), (true, false, false));
    assert_eq!(
        said(&cluster).last().unwrap(),
        "statefulset/web FailedCreate: create Pod web-1 in StatefulSet web failed error: pods \"web-1\" already exists"
    );
    assert_eq!(cluster.pods().count(), 3);
}

#[test]
fn a_daemon_set_follows_the_nodes() {
    let mut tainted = node("node4");
    tainted["spec"]["taints"] = json!([{"key": "only", "value": "us", "effect": "NoSchedule"}]);
    let mut cluster = cluster(&[set("DaemonSet", "agent", json!({})), tainted.clone()]);
    let nodes = |cluster: &Cluster| -> Vec<String> {
        let mut nodes: Vec<String> =
            cluster.pods().map(|pod| pod.node.as_deref().unwrap_or("-").to_owned()).collect();
        nodes.sort();
        nodes
    };
    assert_eq!(nodes(&cluster), ["node1", "node2", "node3"]);
    insta::assert_snapshot!(format!(
        "{:#}\n{:#}",
        cluster.list("pod", None)[0],
        cluster.get("ds", "", "agent").unwrap()["status"],
    ));
    cluster.put(node("node5")).unwrap();
    assert_eq!(nodes(&cluster), ["node1", "node2", "node3", "node5"]);
    tainted["spec"]["taints"] = Value::Null;
    cluster.put(tainted.clone()).unwrap();
    assert_eq!(nodes(&cluster), ["node1", "node2", "node3", "node4", "node5"]);
    tainted["spec"]["taints"] = json!([{"key": "only", "effect": "NoExecute"}]);
    cluster.put(tainted).unwrap();
    assert_eq!(nodes(&cluster), ["node1", "node2", "node3", "node5"]);
    change(&mut cluster, ("ds", "agent"), IMAGE, json!("nginx:1.28"));
    assert_eq!(nodes(&cluster), ["node1", "node2", "node3", "node5"]);
    assert!(pods(&cluster).iter().all(|pod| pod.ends_with("nginx:1.28")));
    let mut picky = cluster.get("ds", "", "agent").unwrap();
    picky["spec"]["template"]["spec"]["nodeSelector"] = json!({"disk": "ssd"});
    cluster.put(picky).unwrap();
    assert_eq!(nodes(&cluster), [""; 0]);
}

#[test]
fn a_daemon_set_is_renewed_one_node_at_a_time() {
    let mut cluster = cluster(&[set("DaemonSet", "agent", json!({}))]);
    cluster.set_stepwise(true);
    change(&mut cluster, ("ds", "agent"), IMAGE, json!("nginx:1.28"));
    let mut fewest = 3;
    while cluster.step() {
        fewest = fewest.min(cluster.pods().filter(|pod| pod.ready()).count());
    }
    assert_eq!(fewest, 2);
    let status = &cluster.get("ds", "", "agent").unwrap()["status"];
    assert_eq!((&status["numberReady"], &status["updatedNumberScheduled"]), (&json!(3), &json!(3)));
}

#[test]
fn a_job_is_complete_when_its_pods_ended_well() {
    let job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once", "namespace": "default"},
        "spec": {"completions": 3, "parallelism": 2, "template": {"spec": {
            "restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}},
    });
    let mut cluster = cluster(&[]);
    cluster.put(job).unwrap();
    let end = |cluster: &mut Cluster, phase: &str| {
        let pods = cluster.list("pod", None);
        let mut pod = pods.into_iter().find(|pod| pod["status"]["phase"] == "Running").unwrap();
        pod["status"]["phase"] = phase.into();
        cluster.put(pod).unwrap();
        cluster.get("job", "", "once").unwrap()["status"].clone()
    };
    let seen: Vec<Value> = ["Succeeded", "Failed", "Succeeded", "Succeeded"]
        .iter()
        .map(|phase| end(&mut cluster, phase))
        .collect();
    insta::assert_debug_snapshot!((seen, said(&cluster)));
}

#[test]
fn sets_that_cannot_be_come_to_an_end() {
    for kind in ["StatefulSet", "DaemonSet", "Job"] {
        for spec in [
            json!({"selector": {"matchLabels": {"app": "other"}}}),
            json!({"selector": {}}),
            json!({"template": 3}),
            json!({"replicas": -5, "parallelism": -1}),
            json!({"replicas": 9_000_000_000_i64, "parallelism": 9_000_000_000_i64,
                   "ordinals": {"start": i64::MAX}, "updateStrategy": {"rollingUpdate": {"partition": i64::MAX}}}),
        ] {
            let cluster = cluster(&[set(kind, "web", spec.clone())]);
            assert_eq!(cluster.unsettled().count(), 0, "{kind} {spec}");
            assert!(cluster.pods().count() <= 500, "{kind} {spec}");
        }
    }
}
