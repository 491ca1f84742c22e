//! Pods and their templates.

use super::World;
use super::containers::{containers, resources};
use super::page::Page;
use super::time::date;
use super::value::{controller, int, items, selector_or_none, text};
use super::volumes::volumes;
use crate::cluster::Pod;
use crate::kubectl::print::age::since;
use crate::manifest::Quantity;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::sync::Arc;

/// The end of the page of the Pod that was described last: Pods of one template have the same.
pub(super) type Last = RefCell<Option<(Arc<Pod>, String)>>;

/// `describePod`.
pub(super) fn pod(world: World<'_>, pod: &Value, page: &mut Page) {
    head(world, pod, page);
    let Some(shown) = world.pod else { return end(pod, page) };
    let mut last = world.last.borrow_mut();
    let is_as =
        |other: &Pod| ["metadata", "spec", "status"].iter().all(|part| shown.shares(part, other));
    match &*last {
        Some((other, text)) if is_as(other) => page.add(text),
        _ => {
            let text = page.shared(|page| end(pod, page));
            *last = text.map(|text| (shown.clone(), text));
        }
    }
}

/// What is each Pod's own.
fn head(world: World<'_>, pod: &Value, page: &mut Page) {
    let (metadata, spec, status) = (&pod["metadata"], &pod["spec"], &pod["status"]);
    page.field(0, "Name", text(&metadata["name"]));
    page.field(0, "Namespace", text(&metadata["namespace"]));
    if let Some(priority) = spec["priority"].as_i64() {
        page.field(0, "Priority", priority);
    }
    for (title, field) in [
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ] {
        says(page, title, &spec[field]);
    }
    match text(&spec["nodeName"]) {
        "" => page.field(0, "Node", "<none>"),
        node => page.field(0, "Node", format_args!("{node}/{}", text(&status["hostIP"]))),
    }
    if !status["startTime"].is_null() {
        page.field(0, "Start Time", date(&status["startTime"]));
    }
    page.tags(pod);
    let phase = text(&status["phase"]);
    let deleted = &metadata["deletionTimestamp"];
    if !deleted.is_null() && !matches!(phase, "Failed" | "Succeeded") {
        let lasts = since(deleted, world.now);
        page.field(0, "Status", format_args!("Terminating (lasts {lasts})"));
        let grace = int(&metadata["deletionGracePeriodSeconds"]);
        page.field(0, "Termination Grace Period", format_args!("{grace}s"));
    } else {
        page.field(0, "Status", phase);
    }
    says(page, "Reason", &status["reason"]);
    says(page, "Message", &status["message"]);
    let profile = &spec["securityContext"]["seccompProfile"];
    if profile.is_object() {
        page.field(0, "SeccompProfile", text(&profile["type"]));
        if text(&profile["type"]) == "Localhost" {
            page.field(0, "LocalhostProfile", text(&profile["localhostProfile"]));
        }
    }
    page.field(0, "IP", text(&status["podIP"]));
    let ips = items(&status["podIPs"]);
    page.line(0, if ips.is_empty() { "IPs:\t<none>" } else { "IPs:" });
    for ip in ips {
        page.field(1, "IP", text(&ip["ip"]));
    }
}

/// What Pods have of their template: nothing of it is named in [`Pod::differs`], unless a page
/// is told so.
fn end(pod: &Value, page: &mut Page) {
    let (spec, status) = (&pod["spec"], &pod["status"]);
    if let Some(controller) = controller(pod) {
        page.field(0, "Controlled By", controller);
    }
    says(page, "NominatedNodeName", &status["nominatedNodeName"]);
    if spec["resources"].is_object() {
        page.line(0, "Resources:");
        resources(page, 1, &spec["resources"]);
    }
    for (label, field, statuses, always) in [
        ("Init Containers", "initContainers", "initContainerStatuses", false),
        ("Containers", "containers", "containerStatuses", true),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses", false),
    ] {
        if always || !items(&spec[field]).is_empty() {
            containers(page, label, &spec[field], &status[statuses], Some(pod), "");
        }
    }
    conditions(page, spec, status);
    volumes(page, &spec["volumes"], "");
    page.field(0, "QoS Class", quality(pod));
    page.labels("Node-Selectors", &spec["nodeSelector"]);
    page.list("", "Tolerations", &tolerations(&spec["tolerations"]));
    spread(page, &spec["topologySpreadConstraints"], "");
    scheduling_group(page, spec, "");
}

fn says(page: &mut Page, title: &str, value: &Value) {
    if !text(value).is_empty() {
        page.field(0, title, text(value));
    }
}

fn conditions(page: &mut Page, spec: &Value, status: &Value) {
    let conditions = items(&status["conditions"]);
    let gates = items(&spec["readinessGates"]);
    if !gates.is_empty() {
        page.line(0, "Readiness Gates:\n  Type\tStatus");
    }
    for gate in gates {
        let kind = text(&gate["conditionType"]);
        let found = conditions.iter().find(|c| text(&c["type"]) == kind);
        let status = found.map_or("<none>", |c| text(&c["status"]));
        page.line(1, format_args!("{kind} \t{status} "));
    }
    if !conditions.is_empty() {
        page.line(0, "Conditions:\n  Type\tStatus");
    }
    for condition in conditions {
        let (kind, status) = (text(&condition["type"]), text(&condition["status"]));
        page.line(1, format_args!("{kind} \t{status} "));
    }
}

/// `DescribePodTemplate`.
pub(super) fn template(page: &mut Page, template: &Value) {
    let (metadata, spec) = (&template["metadata"], &template["spec"]);
    page.line(0, "Pod Template:");
    page.labels("  Labels", &metadata["labels"]);
    if metadata["annotations"].as_object().is_some_and(|all| !all.is_empty()) {
        page.annotations("  Annotations", &metadata["annotations"]);
    }
    says(page, "  Service Account", &spec["serviceAccountName"]);
    if !items(&spec["initContainers"]).is_empty() {
        let init = &spec["initContainers"];
        containers(page, "Init Containers", init, &Value::Null, None, "  ");
    }
    containers(page, "Containers", &spec["containers"], &Value::Null, None, "  ");
    volumes(page, &spec["volumes"], "  ");
    spread(page, &spec["topologySpreadConstraints"], "  ");
    says(page, "  Priority Class Name", &spec["priorityClassName"]);
    page.labels("  Node-Selectors", &spec["nodeSelector"]);
    page.list("", "  Tolerations", &tolerations(&spec["tolerations"]));
    scheduling_group(page, spec, "  ");
}

fn scheduling_group(page: &mut Page, spec: &Value, indent: &str) {
    let group = &spec["schedulingGroup"];
    if group.is_object() {
        page.line(0, format_args!("{indent}SchedulingGroup:"));
        page.field(1, "PodGroupName", text(&group["podGroupName"]));
    }
}

fn spread(page: &mut Page, constraints: &Value, indent: &str) {
    let mut constraints: Vec<&Value> = items(constraints).iter().collect();
    constraints.sort_by_key(|constraint| text(&constraint["topologyKey"]));
    let lines: Vec<String> = constraints
        .into_iter()
        .map(|constraint| {
            let [key, when] = ["topologyKey", "whenUnsatisfiable"].map(|f| text(&constraint[f]));
            let mut line =
                format!("{key}:{when} when max skew {} is exceeded", int(&constraint["maxSkew"]));
            if constraint["labelSelector"].is_object() {
                line += " for selector ";
                line += &selector_or_none(&constraint["labelSelector"]);
            }
            line
        })
        .collect();
    if !lines.is_empty() {
        page.list(indent, "Topology Spread Constraints", &lines);
    }
}

/// `printTolerationsMultilineWithIndent`.
fn tolerations(list: &Value) -> Vec<String> {
    let mut list: Vec<&Value> = items(list).iter().collect();
    list.sort_by_key(|toleration| text(&toleration["key"]));
    let write = |toleration: &Value| {
        let [key, value, effect, operator] =
            ["key", "value", "effect", "operator"].map(|field| text(&toleration[field]));
        let mut line = key.to_owned();
        for (before, part) in [("=", value), (":", effect)] {
            if !part.is_empty() {
                line += before;
                line += part;
            }
        }
        if operator == "Exists" && value.is_empty() {
            line += if line.is_empty() { "op=Exists" } else { " op=Exists" };
        }
        if let Some(seconds) = toleration["tolerationSeconds"].as_i64() {
            line += &format!(" for {seconds}s");
        }
        line
    };
    list.into_iter().map(write).collect()
}

/// `GetPodQOS`, k8s.io/kubectl/pkg/util/qos.
fn quality(pod: &Value) -> &str {
    let known = text(&pod["status"]["qosClass"]);
    if !known.is_empty() {
        return known;
    }
    let spec = &pod["spec"];
    let all = [&spec["containers"], &spec["initContainers"]].into_iter().flat_map(items);
    let (mut any, mut guaranteed) = (false, true);
    for container in all {
        for name in ["cpu", "memory"] {
            let [request, limit] =
                ["requests", "limits"].map(|of| Quantity::of(&container["resources"][of][name]));
            any |= request.is_positive() || limit.is_positive();
            guaranteed &= limit.is_positive()
                && (request.equals(limit)
                    || container["resources"]["requests"][name] == json!(null));
        }
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}
