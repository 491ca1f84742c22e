//! Defaults of Pods and of their templates (pkg/apis/core/v1/defaults.go, v1.36).

use super::defaults::{child, fill};
use serde_json::{Map, Value, json};

/// `SetDefaults_PodSpec`, and of all that it is made of.
pub(super) fn pod_spec(spec: &mut Map<String, Value>) {
    fill(spec, "dnsPolicy", "ClusterFirst");
    fill(spec, "restartPolicy", "Always");
    fill(spec, "schedulerName", "default-scheduler");
    fill(spec, "securityContext", json!({}));
    fill(spec, "terminationGracePeriodSeconds", 30);
    let is_on_host = spec.get("hostNetwork").is_some_and(|on| *on == true);
    for list in ["containers", "initContainers"] {
        for item in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(item) = item.as_object_mut() {
                container(item);
                if is_on_host {
                    host_ports(item);
                }
            }
        }
    }
    let volumes = spec.get_mut("volumes").and_then(Value::as_array_mut);
    volumes.into_iter().flatten().filter_map(Value::as_object_mut).for_each(volume);
}

/// `defaultHostNetworkPorts`.
fn host_ports(container: &mut Map<String, Value>) {
    let ports = container.get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        let number = port.get("containerPort").cloned().unwrap_or_default();
        if port.get("hostPort").is_none_or(|host| host.is_null() || *host == 0) {
            port.insert("hostPort".to_owned(), number);
        }
    }
}

/// `SetDefaults_Volume`: a volume without a source is an empty folder.
fn volume(volume: &mut Map<String, Value>) {
    if !volume.iter().any(|(field, source)| field != "name" && !source.is_null()) {
        volume.insert("emptyDir".to_owned(), json!({}));
    }
    for source in ["secret", "configMap", "downwardAPI", "projected"] {
        if let Some(source) = volume.get_mut(source).and_then(Value::as_object_mut) {
            fill(source, "defaultMode", json!(0o644));
        }
    }
    if let Some(source) = volume.get_mut("hostPath").and_then(Value::as_object_mut) {
        source.entry("type").or_insert_with(|| json!(""));
    }
}

/// Whether an image's name can be one: what can't has no tag, not even `latest`.
fn is_reference(image: &str) -> bool {
    let image = match image.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
        _ => image,
    };
    let name = image.split_once(':').map_or(image, |(name, _)| name);
    name.split('/').all(|part| {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        part.bytes().next().is_some_and(is_plain)
            && part.bytes().next_back().is_some_and(is_plain)
            && part.bytes().all(|b| is_plain(b) || b"._-".contains(&b))
    })
}

/// `SetDefaults_Container`.
fn container(container: &mut Map<String, Value>) {
    // An image without a tag, or with `latest`, is pulled each time.
    let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
    let name = image.rsplit('/').next().unwrap_or_default();
    let is_latest =
        !name.contains('@') && name.rsplit_once(':').is_none_or(|(_, tag)| tag == "latest");
    let pull = if is_latest && is_reference(image) { "Always" } else { "IfNotPresent" };
    fill(container, "imagePullPolicy", json!(pull));
    let _ = child(container, "resources");
    fill(container, "terminationMessagePath", "/dev/termination-log");
    fill(container, "terminationMessagePolicy", "File");
    for port in container.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(port) = port.as_object_mut() {
            fill(port, "protocol", "TCP");
        }
    }
    for variable in container.get_mut("env").and_then(Value::as_array_mut).into_iter().flatten() {
        let from = variable.get_mut("valueFrom").and_then(|from| from.get_mut("fieldRef"));
        if let Some(reference) = from.and_then(Value::as_object_mut) {
            fill(reference, "apiVersion", "v1");
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
                if probe.get(field).is_some_and(|n| *n == 0) {
                    probe.shift_remove(field);
                }
                fill(probe, field, json!(n));
            }
            if let Some(get) = probe.get_mut("httpGet").and_then(Value::as_object_mut) {
                fill(get, "path", "/");
                fill(get, "scheme", "HTTP");
            }
            if let Some(grpc) = probe.get_mut("grpc").and_then(Value::as_object_mut) {
                grpc.entry("service").or_insert_with(|| json!(""));
            }
        }
    }
}

/// `SetDefaults_Pod`: who says only limits asks for as much.
pub(super) fn requests_from_limits(spec: &mut Map<String, Value>) {
    for list in ["containers", "initContainers"] {
        for item in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(resources) = item.get_mut("resources").and_then(Value::as_object_mut) else {
                continue;
            };
            let Some(limits) = resources.get("limits").and_then(Value::as_object).cloned() else {
                continue;
            };
            if let Some(requests) = child(resources, "requests") {
                for (name, limit) in limits {
                    requests.entry(name).or_insert(limit);
                }
            }
        }
    }
}
