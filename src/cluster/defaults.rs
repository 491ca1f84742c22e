//! Defaults of workloads, as the server stores them (pkg/apis/apps/v1/defaults.go and
//! pkg/apis/core/v1/defaults.go, v1.36).

use serde_json::{Map, Value, json};

/// Fills what a Deployment, ReplicaSet, Pod, Endpoints, EndpointSlice or Secret leaves out. What has another type than it
/// should stays as it is.
pub(super) fn workload(object: &mut Value) {
    let kind = object["kind"].as_str().unwrap_or_default().to_owned();
    match kind.as_str() {
        "Endpoints" => endpoints(object),
        "EndpointSlice" => ports(object),
        "Secret" if object["type"].is_null() && object.is_object() => {
            object["type"] = "Opaque".into();
        }
        _ => {}
    }
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return };
    match kind.as_str() {
        "Deployment" => {
            fill(spec, "progressDeadlineSeconds", json!(600));
            fill(spec, "replicas", json!(1));
            fill(spec, "revisionHistoryLimit", json!(10));
            fill(spec, "strategy", json!({}));
            if let Some(strategy) = spec.get_mut("strategy").and_then(Value::as_object_mut) {
                fill(strategy, "type", json!("RollingUpdate"));
                if strategy.get("type").is_some_and(|kind| kind == "RollingUpdate") {
                    fill(strategy, "rollingUpdate", json!({}));
                    if let Some(rolling) =
                        strategy.get_mut("rollingUpdate").and_then(Value::as_object_mut)
                    {
                        fill(rolling, "maxSurge", json!("25%"));
                        fill(rolling, "maxUnavailable", json!("25%"));
                    }
                }
            }
            template(spec);
        }
        "ReplicaSet" => {
            fill(spec, "replicas", json!(1));
            template(spec);
        }
        "Pod" => {
            pod_spec(spec);
            super::admit_pod::admit_pod(object);
        }
        _ => {}
    }
}

fn endpoints(endpoints: &mut Value) {
    let subsets = endpoints.get_mut("subsets").and_then(Value::as_array_mut);
    for subset in subsets.into_iter().flatten() {
        ports(subset);
    }
}

fn ports(of: &mut Value) {
    let ports = of.get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        fill(port, "protocol", json!("TCP"));
    }
}

fn fill(map: &mut Map<String, Value>, field: &str, value: Value) {
    let slot = map.entry(field).or_insert(Value::Null);
    if slot.is_null() {
        *slot = value;
    }
}

fn template(spec: &mut Map<String, Value>) {
    let template = spec.get_mut("template").and_then(|template| template.get_mut("spec"));
    if let Some(spec) = template.and_then(Value::as_object_mut) {
        pod_spec(spec);
    }
}

fn pod_spec(spec: &mut Map<String, Value>) {
    fill(spec, "dnsPolicy", json!("ClusterFirst"));
    fill(spec, "restartPolicy", json!("Always"));
    fill(spec, "schedulerName", json!("default-scheduler"));
    fill(spec, "securityContext", json!({}));
    fill(spec, "terminationGracePeriodSeconds", json!(30));
    for list in ["containers", "initContainers"] {
        for item in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(item) = item.as_object_mut() {
                container(item);
            }
        }
    }
}

fn container(container: &mut Map<String, Value>) {
    // An image without a tag, or with `latest`, is pulled each time.
    let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
    let name = image.rsplit('/').next().unwrap_or_default();
    let is_latest =
        !name.contains('@') && name.rsplit_once(':').is_none_or(|(_, tag)| tag == "latest");
    let pull = if is_latest { "Always" } else { "IfNotPresent" };
    fill(container, "imagePullPolicy", json!(pull));
    fill(container, "resources", json!({}));
    fill(container, "terminationMessagePath", json!("/dev/termination-log"));
    fill(container, "terminationMessagePolicy", json!("File"));
    for port in container.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(port) = port.as_object_mut() {
            fill(port, "protocol", json!("TCP"));
        }
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = container.get_mut(probe).and_then(Value::as_object_mut) {
            for (field, n) in [
                ("failureThreshold", 3),
                ("periodSeconds", 10),
                ("successThreshold", 1),
                ("timeoutSeconds", 1),
            ] {
                fill(probe, field, json!(n));
            }
            if let Some(get) = probe.get_mut("httpGet").and_then(Value::as_object_mut) {
                fill(get, "path", json!("/"));
                fill(get, "scheme", json!("HTTP"));
            }
        }
    }
}
