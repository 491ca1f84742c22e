//! Nodes.

use super::World;
use super::page::Page;
use super::requests::{Amounts, add, of_pod};
use super::time::date;
use super::value::{entries, flag, items, or_none, text, texts};
use crate::cluster::{Fields, Own, Which};
use crate::kubectl::print::age::since;
use crate::manifest::Quantity;
use crate::manifest::go::quote;
use crate::source::sort;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// `describeNode`.
pub(super) fn node(world: World<'_>, node: &Value, page: &mut Page) {
    let (metadata, spec, status) = (&node["metadata"], &node["spec"], &node["status"]);
    let name = text(&metadata["name"]);
    page.field(0, "Name", name);
    page.field(0, "Roles", or_none(&roles(&metadata["labels"])));
    page.tags(node);
    page.field(0, "CreationTimestamp", date(&metadata["creationTimestamp"]));
    page.list("", "Taints", &taints(&spec["taints"]));
    page.field(0, "Unschedulable", flag(&spec["unschedulable"]));
    match world.cluster.get("Lease", "kube-node-lease", name) {
        None => {
            let why = format!("leases.coordination.k8s.io {} not found", quote(name));
            page.field(0, "Lease", format_args!("Failed to get lease: {why}"));
        }
        Some(lease) => {
            let spec = &lease["spec"];
            let or_unset = |value: &Value| match value {
                Value::Null => "<unset>".to_owned(),
                time => date(time),
            };
            page.line(0, "Lease:");
            page.field(1, "HolderIdentity", spec["holderIdentity"].as_str().unwrap_or("<unset>"));
            page.field(1, "AcquireTime", or_unset(&spec["acquireTime"]));
            page.field(1, "RenewTime", or_unset(&spec["renewTime"]));
        }
    }
    conditions(page, &status["conditions"]);
    page.line(0, "Addresses:");
    for address in items(&status["addresses"]) {
        page.field(1, text(&address["type"]), text(&address["address"]));
    }
    for (title, field) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let all = entries(&status[field]);
        if !all.is_empty() {
            page.line(0, format_args!("{title}:"));
        }
        for (name, quantity) in all {
            page.field(1, name, Quantity::of(quantity));
        }
    }
    page.line(0, "System Info:");
    for (title, field) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
    ] {
        page.field(1, title, text(&status["nodeInfo"][field]));
    }
    let range = text(&spec["podCIDR"]);
    if !range.is_empty() {
        page.field(0, "PodCIDR", range);
    }
    let ranges = texts(&spec["podCIDRs"]);
    if !ranges.is_empty() {
        page.field(0, "PodCIDRs", ranges.join(","));
    }
    if !text(&spec["providerID"]).is_empty() {
        page.field(0, "ProviderID", text(&spec["providerID"]));
    }
    pods(world, node, page);
}

/// `findNodeRoles`.
pub(super) fn roles(labels: &Value) -> String {
    let roles: BTreeSet<&str> = entries(labels)
        .into_iter()
        .filter_map(|(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
            Some(role) => Some(role),
            None => (key == "kubernetes.io/role").then_some(text(value)),
        })
        .filter(|role| !role.is_empty())
        .collect();
    roles.into_iter().collect::<Vec<_>>().join(",")
}

fn taints(taints: &Value) -> Vec<String> {
    let mut taints: Vec<[&str; 3]> = items(taints)
        .iter()
        .map(|taint| ["effect", "key", "value"].map(|field| text(&taint[field])))
        .collect();
    sort::sort_by_key(&mut taints, |[effect, key, _]| format!("{effect},{key}"));
    let write = |[effect, key, value]: [&str; 3]| match (effect, value) {
        ("", "") => key.to_owned(),
        ("", value) => format!("{key}={value}:"),
        (effect, "") => format!("{key}:{effect}"),
        (effect, value) => format!("{key}={value}:{effect}"),
    };
    taints.into_iter().map(write).collect()
}

fn conditions(page: &mut Page, conditions: &Value) {
    let conditions = items(conditions);
    if conditions.is_empty() {
        return;
    }
    page.line(
        0,
        "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage",
    );
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for c in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| text(&c[field]));
        let (beat, change) = (date(&c["lastHeartbeatTime"]), date(&c["lastTransitionTime"]));
        page.line(1, format_args!("{kind} \t{status} \t{beat} \t{change} \t{reason} \t{message}"));
    }
}

/// `int64(f)` of a share as amd64 has it: what is none, or too big, is the smallest number.
fn percent(part: i128, of: i128, guarded: bool) -> i64 {
    if of == 0 {
        return if guarded { 0 } else { i64::MIN };
    }
    // Shares are small; precision as Go's float64 has it.
    (part as f64 / of as f64 * 100.0) as i64
}

/// What a Pod asks of its node.
struct Asked {
    requests: Amounts,
    limits: Amounts,
    /// Four cells, each behind a tab.
    columns: String,
}

impl Asked {
    /// Of a node with so much room for CPU, in thousandths, and memory.
    fn by(pod: &Value, (cpu, memory): (i128, i128)) -> Self {
        let (requests, limits) = (of_pod(pod, "requests"), of_pod(pod, "limits"));
        let mut columns = String::new();
        for resource in ["cpu", "memory"] {
            for amounts in [&requests, &limits] {
                let amount = of(amounts, resource);
                let share = match resource {
                    "cpu" => percent(amount.milli(), cpu, false),
                    _ => percent(amount.whole(), memory, false),
                };
                columns += &format!("\t{amount} ({share}%)");
            }
        }
        Self { requests, limits, columns }
    }
}

fn of(amounts: &Amounts, name: &str) -> Quantity {
    amounts.get(name).copied().unwrap_or_default()
}

/// `describeNodeResource`.
fn pods(world: World<'_>, node: &Value, page: &mut Page) {
    let name = text(&node["metadata"]["name"]);
    let status = &node["status"];
    let allocatable = match entries(&status["allocatable"]).is_empty() {
        true => &status["capacity"],
        false => &status["allocatable"],
    };
    let room = |resource: &str| Quantity::of(&allocatable[resource]);
    let (cpu, memory) = (room("cpu").milli(), room("memory").whole());
    let (mut requests, mut limits) = (Amounts::new(), Amounts::new());
    let mut lines: Vec<String> = Vec::new();
    let fields = Fields::at(&["spec"]);
    let here = Which { node: Some(name), fields: Some(&fields), ..Which::default() };
    let (mut last, mut own) = (None::<(Arc<Value>, Asked)>, Own::default());
    world.cluster.each("Pod", here, &mut |shown| {
        let (Some(pod), Some(own)) = (shown.pod(), shown.own(&mut own)) else { return };
        if pod.is_over() {
            return;
        }
        // Pods of one template ask for the same.
        let [.., spec, _] = pod.shared();
        let asked = match last.take().filter(|(other, _)| Arc::ptr_eq(spec, other)) {
            Some((_, asked)) => asked,
            None => Asked::by(&shown, (cpu, memory)),
        };
        let get = |field| pod.field(own, "metadata", field);
        let [namespace, name] = ["namespace", "name"].map(|field| text(get(field)));
        let age = since(get("creationTimestamp"), world.now);
        lines.push(format!("{namespace}\t{name}\t{}\t{age}", asked.columns));
        add(&mut requests, &asked.requests);
        add(&mut limits, &asked.limits);
        last = Some((spec.clone(), asked));
    });
    page.field(0, "Non-terminated Pods", format_args!("({} in total)", lines.len()));
    page.line(
        1,
        "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge",
    );
    page.line(
        1,
        "---------\t----\t\t------------\t----------\t---------------\t-------------\t---",
    );
    lines.iter().for_each(|line| page.line(1, line));
    page.line(
        0,
        "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)",
    );
    page.line(1, "Resource\tRequests\tLimits");
    page.line(1, "--------\t--------\t------");
    let huge = entries(allocatable).into_iter().map(|(name, _)| name);
    let huge = huge.filter(|name| name.starts_with("hugepages-"));
    for resource in ["cpu", "memory", "ephemeral-storage"].into_iter().chain(huge) {
        let all = room(resource);
        let shares = [&requests, &limits].map(|amounts| {
            let amount = of(amounts, resource);
            let share = match resource {
                "cpu" => percent(amount.milli(), all.milli(), true),
                _ => percent(amount.whole(), all.whole(), true),
            };
            format!("{amount} ({share}%)")
        });
        page.line(1, format_args!("{resource}\t{}\t{}", shares[0], shares[1]));
    }
    for (resource, _) in entries(allocatable) {
        let standard = matches!(resource, "cpu" | "memory" | "ephemeral-storage" | "pods");
        if !standard && !resource.starts_with("hugepages-") {
            let (asked, limit) = (of(&requests, resource), of(&limits, resource));
            page.line(1, format_args!("{resource}\t{asked}\t{limit}"));
        }
    }
}
