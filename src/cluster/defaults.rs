//! Defaults of every kind but Service and NetworkPolicy, as the server stores them
//! (pkg/apis/{apps,batch,core}/v1/defaults.go and the strategies' PrepareForCreate, v1.36).

use super::defaults_pod::{pod_spec, requests_from_limits};
use serde_json::{Map, Value, json};

/// Fills in what an object leaves out. What has another type than it should stays as it is.
pub(super) fn workload(object: &mut Value) {
    let kind = object["kind"].as_str().unwrap_or_default().to_owned();
    match kind.as_str() {
        "Endpoints" => endpoints(object),
        "EndpointSlice" => slice(object),
        "Secret" => secret(object),
        "Namespace" => namespace(object),
        _ => {}
    }
    if is_struct(&kind)
        && let Some(root) = object.as_object_mut()
    {
        let _ = child(root, "spec");
    }
    if kind == "Job" {
        job_labels(object);
    }
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return };
    match kind.as_str() {
        "Deployment" => deployment(spec),
        "ReplicaSet" => {
            fill(spec, "replicas", 1);
            template(spec);
        }
        "StatefulSet" => stateful_set(spec),
        "DaemonSet" => daemon_set(spec),
        "Job" => job(spec),
        "CronJob" => cron_job(spec),
        "PersistentVolumeClaim" => fill(spec, "volumeMode", "Filesystem"),
        "HorizontalPodAutoscaler" => {
            fill(spec, "minReplicas", 1);
            let target = json!({"averageUtilization": 80, "type": "Utilization"});
            let metric = json!({"resource": {"name": "cpu", "target": target}, "type": "Resource"});
            fill(spec, "metrics", json!([metric]));
        }
        "IngressClass" => {
            if let Some(parameters) = spec.get_mut("parameters").and_then(Value::as_object_mut) {
                fill(parameters, "scope", "Cluster");
            }
        }
        "Pod" => {
            pod_spec(spec);
            requests_from_limits(spec);
            fill(spec, "enableServiceLinks", true);
        }
        _ => {}
    }
}

/// `SetDefaults_Namespace`: a namespace is labelled with its name.
fn namespace(object: &mut Value) {
    let name = object["metadata"]["name"].clone();
    let labels = object.get_mut("metadata").and_then(Value::as_object_mut);
    if let (Some(metadata), false) = (labels, name == "") {
        let labels = metadata.entry("labels").or_insert(Value::Null);
        if labels.is_null() {
            *labels = json!({});
        }
        if let Some(labels) = labels.as_object_mut() {
            labels.entry("kubernetes.io/metadata.name").or_insert(name);
        }
    }
}

/// The status that a new object of this kind begins with; none where it has none.
pub(super) fn status(kind: &str) -> Option<Value> {
    Some(match kind {
        "Deployment" | "Job" | "CronJob" => json!({}),
        "ReplicaSet" => json!({"replicas": 0}),
        "StatefulSet" => json!({"availableReplicas": 0, "replicas": 0}),
        "DaemonSet" => json!({
            "currentNumberScheduled": 0,
            "desiredNumberScheduled": 0,
            "numberMisscheduled": 0,
            "numberReady": 0,
        }),
        "HorizontalPodAutoscaler" => json!({"currentMetrics": null, "desiredReplicas": 0}),
        "Ingress" => json!({"loadBalancer": {}}),
        "PersistentVolumeClaim" | "PersistentVolume" => json!({"phase": "Pending"}),
        _ => return None,
    })
}

/// Kinds whose `spec` is there though nobody writes it.
fn is_struct(kind: &str) -> bool {
    const KINDS: [&str; 10] = [
        "Deployment",
        "ReplicaSet",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "CronJob",
        "Pod",
        "Ingress",
        "IngressClass",
        "PersistentVolumeClaim",
    ];
    KINDS.contains(&kind)
}

fn endpoints(endpoints: &mut Value) {
    let subsets = endpoints.get_mut("subsets").and_then(Value::as_array_mut);
    for subset in subsets.into_iter().flatten() {
        ports(subset);
    }
}

/// `SetDefaults_EndpointPort` of discovery; and what Go writes though nobody gave it.
fn slice(slice: &mut Value) {
    let mut each = |list: &str, fields: &[(&str, Value)]| {
        let items = slice.get_mut(list).and_then(Value::as_array_mut);
        for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
            for (field, value) in fields {
                if item.get(*field).is_none_or(Value::is_null) {
                    item.insert((*field).to_owned(), value.clone());
                }
            }
        }
    };
    each("ports", &[("name", "".into()), ("protocol", "TCP".into())]);
    each("endpoints", &[("conditions", json!({}))]);
    // Go writes a nil list as null.
    for list in ["endpoints", "ports"] {
        if slice[list].as_array().is_none_or(Vec::is_empty) && slice.is_object() {
            slice[list] = Value::Null;
        }
    }
}

fn ports(of: &mut Value) {
    let ports = of.get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        fill(port, "protocol", "TCP");
    }
}

/// `stringData` is for writing alone: it goes into `data`.
fn secret(secret: &mut Value) {
    let Some(secret) = secret.as_object_mut() else { return };
    fill(secret, "type", "Opaque");
    let Some(texts) = secret.shift_remove("stringData") else { return };
    let Some(texts) = texts.as_object().filter(|texts| !texts.is_empty()) else { return };
    let data = secret.entry("data").or_insert(Value::Null);
    if data.is_null() {
        *data = json!({});
    }
    if let Some(data) = data.as_object_mut() {
        for (key, text) in texts {
            let text = text.as_str().unwrap_or_default();
            data.insert(key.clone(), crate::manifest::go::base64_text(text.as_bytes()).into());
        }
    }
}

/// Where there is nothing, or a text without characters, `value` goes.
pub(super) fn fill(map: &mut Map<String, Value>, field: &str, value: impl Into<Value>) {
    match map.get_mut(field) {
        None => {
            map.insert(field.to_owned(), value.into());
        }
        Some(slot) if slot.is_null() => *slot = value.into(),
        Some(slot) if *slot == "" => {
            // What is a number or a percentage may be an empty text, which is then wrong.
            let value = value.into();
            if value.as_str().is_some_and(|text| !text.ends_with('%')) {
                *slot = value;
            }
        }
        Some(_) => {}
    }
}

/// The map at `field`, made where there is none.
pub(super) fn child<'a>(
    map: &'a mut Map<String, Value>,
    field: &str,
) -> Option<&'a mut Map<String, Value>> {
    fill(map, field, json!({}));
    map.get_mut(field)?.as_object_mut()
}

fn template(spec: &mut Map<String, Value>) {
    let Some(template) = child(spec, "template") else { return };
    let _ = child(template, "metadata");
    if let Some(spec) = child(template, "spec") {
        pod_spec(spec);
    }
}

fn deployment(spec: &mut Map<String, Value>) {
    fill(spec, "progressDeadlineSeconds", 600);
    fill(spec, "replicas", 1);
    fill(spec, "revisionHistoryLimit", 10);
    rolling(spec, "strategy", [("maxSurge", json!("25%")), ("maxUnavailable", json!("25%"))]);
    template(spec);
}

/// A strategy of the type RollingUpdate, where none is said, with its numbers.
fn rolling(spec: &mut Map<String, Value>, field: &str, numbers: [(&str, Value); 2]) {
    let Some(strategy) = child(spec, field) else { return };
    fill(strategy, "type", "RollingUpdate");
    if strategy.get("type").is_some_and(|kind| kind == "RollingUpdate")
        && let Some(rolling) = child(strategy, "rollingUpdate")
    {
        for (name, value) in numbers {
            fill(rolling, name, value);
        }
    }
}

fn stateful_set(spec: &mut Map<String, Value>) {
    fill(spec, "podManagementPolicy", "OrderedReady");
    spec.entry("serviceName").or_insert_with(|| json!(""));
    if let Some(strategy) = child(spec, "updateStrategy") {
        let kind = strategy.get("type").cloned().unwrap_or_default();
        if kind.is_null() || kind == "" {
            fill(strategy, "type", "RollingUpdate");
            let _ = child(strategy, "rollingUpdate");
        }
        if strategy.get("type").is_some_and(|kind| kind == "RollingUpdate")
            && let Some(rolling) = strategy.get_mut("rollingUpdate").and_then(Value::as_object_mut)
        {
            fill(rolling, "partition", 0);
        }
    }
    if let Some(policy) = child(spec, "persistentVolumeClaimRetentionPolicy") {
        fill(policy, "whenDeleted", "Retain");
        fill(policy, "whenScaled", "Retain");
    }
    fill(spec, "replicas", 1);
    fill(spec, "revisionHistoryLimit", 10);
    let claims = spec.get_mut("volumeClaimTemplates").and_then(Value::as_array_mut);
    for claim in claims.into_iter().flatten().filter_map(Value::as_object_mut) {
        fill(claim, "apiVersion", "v1");
        fill(claim, "kind", "PersistentVolumeClaim");
        if let Some(spec) = claim.get_mut("spec").and_then(Value::as_object_mut) {
            fill(spec, "volumeMode", "Filesystem");
        }
        fill(claim, "status", json!({"phase": "Pending"}));
    }
    template(spec);
}

fn daemon_set(spec: &mut Map<String, Value>) {
    rolling(spec, "updateStrategy", [("maxSurge", json!(0)), ("maxUnavailable", json!(1))]);
    fill(spec, "revisionHistoryLimit", 10);
    template(spec);
}

fn job(spec: &mut Map<String, Value>) {
    let is_missing = |field: &str| spec.get(field).is_none_or(Value::is_null);
    if is_missing("completions") && is_missing("parallelism") {
        fill(spec, "completions", 1);
    }
    fill(spec, "parallelism", 1);
    let is_per_index = spec.get("backoffLimitPerIndex").is_some_and(|limit| !limit.is_null());
    fill(spec, "backoffLimit", if is_per_index { json!(i32::MAX) } else { json!(6) });
    fill(spec, "completionMode", "NonIndexed");
    fill(spec, "suspend", false);
    let has_policy = spec.get("podFailurePolicy").is_some_and(|policy| !policy.is_null());
    let replaced = if has_policy { "Failed" } else { "TerminatingOrFailed" };
    fill(spec, "podReplacementPolicy", json!(replaced));
    fill(spec, "manualSelector", false);
    template(spec);
}

/// A Job without labels has its Pods'; as stored and read again, those that were made up too.
pub(super) fn job_labels(job: &mut Value) {
    let labels = job["spec"]["template"]["metadata"]["labels"].clone();
    let own = job["metadata"]["labels"].as_object().is_some_and(|own| !own.is_empty());
    if labels.is_object() && !own && job["metadata"].is_object() {
        job["metadata"]["labels"] = labels;
    }
}

fn cron_job(spec: &mut Map<String, Value>) {
    fill(spec, "concurrencyPolicy", "Allow");
    fill(spec, "suspend", false);
    fill(spec, "successfulJobsHistoryLimit", 3);
    fill(spec, "failedJobsHistoryLimit", 1);
    // What is in the template is no Job yet: its Pods get their defaults alone.
    let Some(job) = child(spec, "jobTemplate") else { return };
    let _ = child(job, "metadata");
    if let Some(spec) = child(job, "spec") {
        template(spec);
    }
}

/// The selector and the labels by which a Job knows its Pods (`generateSelector`,
/// pkg/registry/batch/job/strategy.go, v1.36). The Job has its uid.
pub(super) fn job_selector(job: &mut Value) {
    if job["spec"]["manualSelector"] == true || !job["spec"].is_object() {
        return;
    }
    let name = job["metadata"]["name"].clone();
    let uid = job["metadata"]["uid"].clone();
    let before = job["spec"]["template"]["metadata"]["labels"].clone();
    let Some(spec) = job["spec"].as_object_mut() else { return };
    if let Some(labels) = child(spec, "template")
        .and_then(|template| child(template, "metadata"))
        .and_then(|metadata| child(metadata, "labels"))
    {
        for (key, value) in [
            ("batch.kubernetes.io/controller-uid", &uid),
            ("batch.kubernetes.io/job-name", &name),
            ("controller-uid", &uid),
            ("job-name", &name),
        ] {
            labels.entry(key).or_insert_with(|| value.clone());
        }
    }
    if let Some(labels) =
        child(spec, "selector").and_then(|selector| child(selector, "matchLabels"))
    {
        labels.entry("batch.kubernetes.io/controller-uid").or_insert(uid);
    }
    if before.is_object() && job["metadata"]["labels"] == before {
        // They are one map in Go.
        job["metadata"]["labels"] = job["spec"]["template"]["metadata"]["labels"].clone();
    }
}
