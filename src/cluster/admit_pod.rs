//! What admission adds to a Pod when it is created (plugin/pkg/admission/{serviceaccount,
//! defaulttolerationseconds,priority} and the Pod strategy's status, v1.36).

use super::asked::CLASSES;
use super::controllers::random_part;
use super::defaults_pod::pod_spec;
use serde_json::{Map, Value, json};

const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

fn fill(map: &mut Map<String, Value>, field: &str, value: impl FnOnce() -> Value) {
    let slot = map.entry(field).or_insert(Value::Null);
    if slot.is_null() {
        *slot = value();
    }
}

/// Adds to a Pod, which has its defaults, what admission adds. What has another type than it
/// should stays as it is.
pub(super) fn admit_pod(pod: &mut Value) {
    let quality = quality(&pod["spec"]);
    let metadata = &pod["metadata"];
    // Pods that one controller made share the name, which saves room.
    let seed = ["generateName", "name"].into_iter().find_map(|field| metadata[field].as_str());
    let namespace = metadata["namespace"].as_str().unwrap_or_default();
    // A node's own Pods, which the server only mirrors, have no account.
    let is_mirror = !metadata["annotations"]["kubernetes.io/config.mirror"].is_null();
    let volume = format!(
        "kube-api-access-{}",
        random_part(&format!("{namespace}/{}", seed.unwrap_or_default()))
    );
    let Some(root) = pod.as_object_mut() else { return };
    if let Some(spec) = root.get_mut("spec").and_then(Value::as_object_mut) {
        fill(spec, "enableServiceLinks", || true.into());
        fill(spec, "preemptionPolicy", || "PreemptLowerPriority".into());
        let class = spec.get("priorityClassName").and_then(Value::as_str);
        let class = CLASSES.iter().find(|(name, ..)| Some(*name) == class);
        fill(spec, "priority", || class.map_or(0, |(_, priority, _)| *priority).into());
        if !is_mirror {
            service_account(spec, &volume);
        }
        tolerations(spec);
    }
    fill(root, "status", || json!({}));
    if let Some(status) = root.get_mut("status").and_then(Value::as_object_mut) {
        fill(status, "qosClass", || quality.into());
    }
}

/// Gives a Pod what the server gave it when it was created, where a world leaves that out: no
/// Pod that a server holds is without a scheduler's name.
pub(super) fn admit_short(pod: &mut Value) {
    let Some(spec) = pod.get_mut("spec").and_then(Value::as_object_mut) else { return };
    if !spec.get("schedulerName").is_none_or(Value::is_null) {
        return;
    }
    pod_spec(spec);
    admit_pod(pod);
    if let Some(metadata) = pod.get_mut("metadata").and_then(Value::as_object_mut) {
        fill(metadata, "generation", || 1.into());
    }
}

/// What admission adds to a Pod when it is changed: of the account nothing, so a Pod that is
/// replaced by a manifest lacks it.
pub(super) fn admit_change(pod: &mut Value, live: &Value) {
    let Some(spec) = pod.get_mut("spec").and_then(Value::as_object_mut) else { return };
    for field in ["priority", "preemptionPolicy"] {
        if !live["spec"][field].is_null() {
            fill(spec, field, || live["spec"][field].clone());
        }
    }
    tolerations(spec);
}

fn service_account(spec: &mut Map<String, Value>, volume: &str) {
    fill(spec, "serviceAccountName", || "default".into());
    let name = spec.get("serviceAccountName").cloned().unwrap_or_default();
    fill(spec, "serviceAccount", || name);
    if spec.get("automountServiceAccountToken").is_some_and(|mount| *mount == false) {
        return;
    }
    let mut is_mounted = false;
    for list in ["initContainers", "containers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten().filter_map(Value::as_object_mut) {
            fill(container, "volumeMounts", || json!([]));
            let Some(mounts) = container.get_mut("volumeMounts").and_then(Value::as_array_mut)
            else {
                continue;
            };
            if !mounts.iter().any(|mount| mount["mountPath"] == TOKEN_PATH) {
                is_mounted = true;
                mounts.push(json!({"mountPath": TOKEN_PATH, "name": volume, "readOnly": true}));
            }
        }
    }
    if !is_mounted {
        return;
    }
    fill(spec, "volumes", || json!([]));
    if let Some(volumes) = spec.get_mut("volumes").and_then(Value::as_array_mut) {
        volumes.push(json!({
            "name": volume,
            "projected": {
                "defaultMode": 420,
                "sources": [
                    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                    {"configMap": {
                        "items": [{"key": "ca.crt", "path": "ca.crt"}],
                        "name": "kube-root-ca.crt",
                    }},
                    {"downwardAPI": {"items": [{
                        "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
                        "path": "namespace",
                    }]}},
                ],
            },
        }));
    }
}

/// A Pod stays five minutes on a node that went away, unless it says something else.
fn tolerations(spec: &mut Map<String, Value>) {
    fill(spec, "tolerations", || json!([]));
    let Some(tolerations) = spec.get_mut("tolerations").and_then(Value::as_array_mut) else {
        return;
    };
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let tolerated = |toleration: &Value| {
            let is = |field: &str, wanted: &str| {
                toleration[field].is_null()
                    || toleration[field] == ""
                    || toleration[field] == wanted
            };
            is("key", key) && is("effect", "NoExecute")
        };
        if !tolerations.iter().any(tolerated) {
            tolerations.push(json!({
                "effect": "NoExecute", "key": key, "operator": "Exists", "tolerationSeconds": 300,
            }));
        }
    }
}

/// `ComputePodQOS` (pkg/apis/core/v1/helper/qos, v1.36).
fn quality(spec: &Value) -> &'static str {
    let lists = ["containers", "initContainers"];
    let containers: Vec<&Value> =
        lists.iter().filter_map(|list| spec[*list].as_array()).flatten().collect();
    let has = |container: &Value, part: &str, what: &str| {
        let value = &container["resources"][part][what];
        !(value.is_null() || *value == 0 || *value == "0")
    };
    let is_any = containers.iter().any(|container| {
        ["limits", "requests"]
            .iter()
            .any(|part| ["cpu", "memory"].iter().any(|what| has(container, part, what)))
    });
    if !is_any {
        return "BestEffort";
    }
    let is_full = containers.iter().all(|container| {
        ["cpu", "memory"].iter().all(|what| {
            let resources = &container["resources"];
            has(container, "limits", what)
                && (resources["requests"][*what].is_null()
                    || resources["requests"][*what] == resources["limits"][*what])
        })
    });
    if is_full { "Guaranteed" } else { "Burstable" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_gets_its_account_tolerations_and_quality_once() {
        let mut pod = json!({
            "metadata": {"name": "a", "namespace": "n"},
            "spec": {"containers": [{"name": "c"}], "tolerations": [{"operator": "Exists"}]},
        });
        admit_pod(&mut pod);
        let volume = format!("kube-api-access-{}", random_part("n/a"));
        assert_eq!(
            pod["spec"]["containers"][0]["volumeMounts"],
            json!([{"mountPath": TOKEN_PATH, "name": volume, "readOnly": true}])
        );
        assert_eq!(pod["spec"]["volumes"][0]["name"], volume);
        assert_eq!(pod["spec"]["tolerations"], json!([{"operator": "Exists"}]));
        assert_eq!(pod["status"]["qosClass"], "BestEffort");
        let before = pod.clone();
        admit_pod(&mut pod);
        assert_eq!(pod, before);
    }

    #[test]
    fn a_pod_that_a_world_gives_short_becomes_as_the_server_holds_it() {
        let mut short = json!({
            "metadata": {"name": "etcd", "annotations": {"kubernetes.io/config.mirror": "1"}},
            "spec": {
                "hostNetwork": true, "priorityClassName": "system-node-critical",
                "tolerations": [{"effect": "NoExecute", "operator": "Exists"}],
                "containers": [{"name": "c", "image": "etcd:1", "ports": [{"containerPort": 2379}]}],
            },
        });
        admit_short(&mut short);
        let whole = json!({
            "metadata": {
                "name": "etcd", "annotations": {"kubernetes.io/config.mirror": "1"},
                "generation": 1,
            },
            "spec": {
                "hostNetwork": true, "priorityClassName": "system-node-critical",
                "tolerations": [{"effect": "NoExecute", "operator": "Exists"}],
                "containers": [{
                    "name": "c", "image": "etcd:1", "imagePullPolicy": "IfNotPresent",
                    "ports": [{"containerPort": 2379, "hostPort": 2379, "protocol": "TCP"}],
                    "resources": {}, "terminationMessagePath": "/dev/termination-log",
                    "terminationMessagePolicy": "File",
                }],
                "dnsPolicy": "ClusterFirst", "enableServiceLinks": true,
                "preemptionPolicy": "PreemptLowerPriority", "priority": 2_000_001_000,
                "restartPolicy": "Always", "schedulerName": "default-scheduler",
                "securityContext": {}, "terminationGracePeriodSeconds": 30,
            },
            "status": {"qosClass": "BestEffort"},
        });
        assert_eq!(short, whole);
        // What has a scheduler's name is as somebody recorded it.
        let mut recorded = json!({"spec": {"schedulerName": "s", "containers": []}});
        let before = recorded.clone();
        admit_short(&mut recorded);
        assert_eq!(recorded, before);
    }

    #[test]
    fn the_quality_follows_from_requests_and_limits() {
        let of = |resources: Value| quality(&json!({"containers": [{"resources": resources}]}));
        assert_eq!(of(json!({})), "BestEffort");
        assert_eq!(of(json!({"requests": {"cpu": "1"}})), "Burstable");
        assert_eq!(of(json!({"limits": {"cpu": "1"}})), "Burstable");
        assert_eq!(of(json!({"limits": {"cpu": "1", "memory": "1Gi"}})), "Guaranteed");
        assert_eq!(
            of(json!({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}})),
            "Burstable"
        );
    }
}
