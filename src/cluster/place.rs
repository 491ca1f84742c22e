//! What a scheduler and a kubelet would do to a Node or Pod that a world gives short:
//! addresses, a node, a status. Always the same for the same world.

use super::controllers::note_unready;
use super::kubelet::{self, Waits, unmounted, unready, waiting_status};
use super::schedule::schedule;
use super::shown::is_recorded_without_kubelet;
use super::{Cluster, IpFamily, Name};
use ipnet::IpNet;
use serde_json::{Map, Value, json};
use std::net::{IpAddr, Ipv4Addr};

/// An object of `parent` under `name`, made where it is absent; none where it is of another
/// type, which reading will then say.
fn child<'a>(parent: &'a mut Value, name: &str) -> Option<&'a mut Map<String, Value>> {
    let map = parent.as_object_mut()?;
    let slot = map.entry(name).or_insert(Value::Null);
    if slot.is_null() {
        *slot = Value::Object(Map::new());
    }
    slot.as_object_mut()
}

fn has_text(parent: &Value, part: &str, field: &str) -> bool {
    !matches!(parent.get(part).and_then(|p| p.get(field)), None | Some(Value::Null))
        && parent[part][field] != ""
}

/// Gives a Node a podCIDR (a /24 of the cluster CIDR, as the node IPAM controller does) and
/// an InternalIP (beside the outside client's, from .11 on) where it has none.
pub(super) fn complete_node(cluster: &mut Cluster, node: &mut Value) {
    let idx = cluster.nodes.len();
    if !has_text(node, "spec", "podCIDR")
        && !has_text(node, "spec", "podCIDRs")
        && let net = cluster.settings().cluster_cidr
        && net.prefix_len() <= 24
    {
        let free = cluster.addresses.free_range(net, 24);
        if let (Some(range), Some(spec)) = (free, child(node, "spec")) {
            spec.insert("podCIDR".to_owned(), range.to_string().into());
            spec.insert("podCIDRs".to_owned(), json!([range.to_string()]));
        }
    }
    let has_address = node
        .get("status")
        .and_then(|status| status.get("addresses"))
        .is_some_and(|addresses| !addresses.is_null());
    if !has_address && let IpAddr::V4(outside) = cluster.settings().external.ip {
        let base = u32::from(outside) & 0xffff_ff00;
        let free = (11u32..)
            .skip(idx)
            .map(|i| IpAddr::V4(Ipv4Addr::from(base.wrapping_add(i))))
            .find(|ip| *ip != IpAddr::V4(outside) && cluster.is_free_address(*ip));
        let name = node.pointer("/metadata/name").cloned().unwrap_or_default();
        if let (Some(ip), Some(status)) = (free, child(node, "status")) {
            status.insert(
                "addresses".to_owned(),
                json!([
                    {"type": "InternalIP", "address": ip.to_string()},
                    {"type": "Hostname", "address": name},
                ]),
            );
        }
    }
}

/// What a new Pod becomes: placed and running at once, or step by step where somebody
/// watches. What a world says of its status stays.
pub(super) fn complete_pod(cluster: &mut Cluster, pod: &mut Value) {
    if cluster.stepwise
        && pod["status"]["phase"].is_null()
        && let Some(status) = child(pod, "status")
    {
        status.insert("phase".to_owned(), "Pending".into());
    }
    if cluster.stepwise && pod["status"]["phase"] == "Pending" {
        return;
    }
    if has_text(pod, "spec", "nodeName") || schedule(cluster, pod) {
        run(cluster, pod);
    } else if let Some(status) = child(pod, "status") {
        // Nowhere to go: pending, until a node comes.
        status.entry("phase").or_insert_with(|| "Pending".into());
    }
}

/// Whether a kubelet tells of the node's Pods; events that nobody said are not made up.
pub(super) fn has_kubelet(cluster: &Cluster, node: Option<&str>) -> bool {
    let Some(node) = node.and_then(|name| cluster.node(name)) else { return true };
    !is_recorded_without_kubelet(&node.value)
}

/// An image that never becomes ready: worlds and lessons use it for Pods that don't.
const BROKEN: &str = "broken:1";

/// Gives a Pod that is placed an address of its node's podCIDR, and makes it Running and
/// Ready unless its status says otherwise.
pub(super) fn run(cluster: &mut Cluster, pod: &mut Value) {
    let held = if cluster.stepwise { forget_waiting(pod) } else { Value::Null };
    let node_name = pod.pointer("/spec/nodeName").and_then(Value::as_str).unwrap_or_default();
    let node = cluster.node(node_name).cloned();
    let waits = pod["status"]["phase"] == "Pending" && cluster.stepwise;
    // Bound by hand to a node that there is not: nobody starts it.
    let is_lost =
        node.is_none() && !node_name.is_empty() && cluster.nodes.values().next().is_some();
    if waits && is_lost && !cluster.is_reading {
        return;
    }
    let over = !waits
        && matches!(
            pod.pointer("/status/phase").and_then(Value::as_str),
            Some("Pending" | "Succeeded" | "Failed")
        );
    let is_new = waits || pod["status"]["phase"].is_null();
    let host_network = pod.pointer("/spec/hostNetwork") == Some(&Value::Bool(true));
    let ip = if over || has_text(pod, "status", "podIP") || has_text(pod, "status", "podIPs") {
        None
    } else if host_network {
        node.as_ref().and_then(|node| node.ip())
    } else {
        node.as_ref().and_then(|node| free_pod_ip(cluster, &node.pod_cidrs))
    };
    let containers = pod.pointer("/spec/containers").and_then(Value::as_array);
    let containers = containers.cloned().unwrap_or_default();
    let ready = !containers.iter().any(|container| container["image"] == BROKEN);
    let now = cluster.settings().now.clone();
    let has_kubelet = has_kubelet(cluster, Some(node_name));
    let is_judged = is_new && has_kubelet && !cluster.is_reading;
    if is_judged && let Some(waits) = unmounted(cluster, pod) {
        return wait(cluster, pod, (held, &[Some(waits)]), None);
    }
    let is_reading = cluster.is_reading;
    let created = pod["metadata"]["creationTimestamp"].as_str().map(Value::from);
    let created = created.filter(|_| is_reading);
    let Some(status) = child(pod, "status") else { return };
    if is_new {
        status.insert("phase".to_owned(), "Running".into());
    }
    if let Some(ip) = ip {
        status.insert("podIP".to_owned(), ip.to_string().into());
        status.insert("podIPs".to_owned(), json!([{"ip": ip.to_string()}]));
    }
    if status.get("phase").and_then(Value::as_str) != Some("Running") {
        return;
    }
    if is_judged {
        let all: Vec<_> = containers.iter().map(|one| kubelet::waits(cluster, pod, one)).collect();
        if all.iter().any(Option::is_some) {
            let host = node.as_ref().and_then(|node| node.ip());
            return wait(cluster, pod, (held, &all), host);
        }
    }
    let Some(status) = child(pod, "status") else { return };
    // A world that says that a Pod runs need not say where.
    let is_told_running = is_reading && has_kubelet && !status.contains_key("hostIP");
    if (is_new || is_told_running)
        && let Some(host) = node.as_ref().and_then(|node| node.ip())
    {
        status.insert("hostIP".to_owned(), host.to_string().into());
        status.insert("hostIPs".to_owned(), json!([{"ip": host.to_string()}]));
        status.entry("startTime").or_insert_with(|| created.unwrap_or_else(|| (*now).into()));
    }
    let conditions = status.entry("conditions").or_insert(Value::Null);
    if conditions.is_null() {
        *conditions = json!([]);
    }
    if let Some(conditions) = conditions.as_array_mut()
        && !conditions.iter().any(|condition| condition["type"] == "Ready")
    {
        // Of a world's own Pods no more is known, and there may be very many.
        let said: &[_] = if is_reading {
            &["Ready"]
        } else if has_kubelet {
            &[
                "PodReadyToStartContainers",
                "Initialized",
                "Ready",
                "ContainersReady",
                "PodScheduled",
            ]
        } else {
            &["Ready", "ContainersReady", "PodScheduled"]
        };
        let is_placed = |condition: &Value| condition["type"] == "PodScheduled";
        let placed = conditions.iter().position(is_placed).map(|at| conditions.remove(at));
        for kind in said {
            // Binding said when it placed a Pod; of one that names its node a kubelet says so.
            if *kind == "PodScheduled" && !is_reading {
                match &placed {
                    Some(placed) => {
                        conditions.push(placed.clone());
                        continue;
                    }
                    None if !has_kubelet => continue,
                    None => {}
                }
            }
            let holds = ready || !kind.ends_with("Ready");
            let status = if holds { "True" } else { "False" };
            if is_reading {
                conditions.push(json!({"type": kind, "status": status}));
                continue;
            }
            let since = (is_new && has_kubelet).then_some(&*now);
            conditions.push(json!({
                "lastProbeTime": null, "lastTransitionTime": since, "status": status, "type": kind,
            }));
        }
    }
    let ready = status
        .get("conditions")
        .and_then(Value::as_array)
        .is_some_and(|all| all.iter().any(|c| c["type"] == "Ready" && c["status"] == "True"));
    if status.get("containerStatuses").is_none_or(Value::is_null) {
        let started = if is_new { now } else { String::new() };
        let statuses =
            containers.iter().map(|container| container_status(container, ready, &started));
        status.insert("containerStatuses".to_owned(), statuses.collect());
    }
    let failing: Vec<(usize, String)> = match is_judged && ready {
        true => {
            let of = |(at, one)| Some((at, unready(cluster, pod, one)?));
            containers.iter().enumerate().filter_map(of).collect()
        }
        false => Vec::new(),
    };
    if !failing.is_empty() {
        for (at, _) in &failing {
            pod["status"]["containerStatuses"][*at]["ready"] = false.into();
        }
        note_unready(pod, &cluster.settings().now.clone());
    }
    if is_new && has_kubelet {
        for container in &containers {
            let text = |field: &str| container[field].as_str().unwrap_or_default();
            cluster.say_started(
                |cluster, reason, message| {
                    cluster.event(pod, "Normal", reason, message, "kubelet");
                },
                text("image"),
                text("name"),
            );
        }
        for (_, why) in failing.iter().filter(|(_, why)| !why.is_empty()) {
            let message = format!("Readiness probe failed: {why}");
            cluster.event(pod, "Warning", "Unhealthy", message, "kubelet");
        }
        let metadata = &pod["metadata"];
        if let (true, Some(name)) = (waits, metadata["name"].as_str()) {
            let namespace = metadata["namespace"].as_str().unwrap_or("default");
            cluster.started.push(Name::new(namespace, name));
        }
    }
}

/// A Pod whose containers can't all begin: those that wait say for what. It is looked at again
/// in a while.
fn wait(
    cluster: &mut Cluster,
    pod: &mut Value,
    (before, all): (Value, &[Option<Waits>]),
    host: Option<IpAddr>,
) {
    let now = cluster.settings().now.clone();
    let containers = pod["spec"]["containers"].as_array().cloned().unwrap_or_default();
    let of = |at: usize| all.get(at).or(all.first()).and_then(Option::as_ref);
    let statuses: Value = containers
        .iter()
        .enumerate()
        .map(|(at, container)| match (of(at), host) {
            (None, Some(_)) => container_status(container, true, &now),
            (waits, _) => waiting_status(container, waits),
        })
        .collect();
    let metadata = &pod["metadata"];
    let (namespace, name) = (metadata["namespace"].as_str(), metadata["name"].as_str());
    cluster.look_again(Name::new(namespace.unwrap_or("default"), name.unwrap_or_default()));
    // Only what is new is told of: it is looked at again and again.
    if is_alike(&before["containerStatuses"], &statuses) {
        pod["status"] = before;
        return;
    }
    let Some(status) = child(pod, "status") else { return };
    status.insert("phase".to_owned(), "Pending".into());
    if let Some(host) = host {
        status.insert("hostIP".to_owned(), host.to_string().into());
        status.insert("hostIPs".to_owned(), json!([{"ip": host.to_string()}]));
    }
    status.entry("startTime").or_insert_with(|| (*now).into());
    let conditions = status.entry("conditions").or_insert(Value::Null);
    let is_placed = |one: &&Value| one["type"] == "PodScheduled";
    let placed = conditions.as_array().and_then(|all| all.iter().find(is_placed)).cloned();
    let made = |kind: &str, holds: bool| {
        let status = if holds { "True" } else { "False" };
        json!({"lastProbeTime": null, "lastTransitionTime": *now, "status": status, "type": kind})
    };
    let placed = placed.unwrap_or_else(|| made("PodScheduled", true));
    *conditions = json!([
        made("PodReadyToStartContainers", host.is_some()),
        made("Initialized", true),
        made("Ready", true),
        made("ContainersReady", true),
        placed,
    ]);
    status.insert("containerStatuses".to_owned(), statuses);
    note_unready(pod, &now);
    for (kind, reason, message) in all.iter().flatten().flat_map(|waits| &waits.events) {
        cluster.event(pod, kind, reason, message.clone(), "kubelet");
    }
}

/// Takes out of a Pod's status what it waited for, to look at it anew; gives the status as it
/// was, and nothing where it did not wait.
fn forget_waiting(pod: &mut Value) -> Value {
    let status = &mut pod["status"];
    let statuses = status["containerStatuses"].as_array();
    let waits = |one: &Value| !one["state"]["waiting"].is_null();
    if status["phase"] != "Pending" || !statuses.is_some_and(|all| all.iter().any(waits)) {
        return Value::Null;
    }
    let before = status.clone();
    if let Some(status) = status.as_object_mut() {
        status.remove("containerStatuses");
        if let Some(conditions) = status.get_mut("conditions").and_then(Value::as_array_mut) {
            conditions.retain(|one| one["type"] == "PodScheduled");
        }
    }
    before
}

/// Whether containers wait for the same as before.
fn is_alike(before: &Value, now: &Value) -> bool {
    let states = |all: &Value| -> Vec<Value> {
        all.as_array().into_iter().flatten().map(|one| one["state"]["waiting"].clone()).collect()
    };
    states(before) == states(now)
}

fn container_status(container: &Value, ready: bool, started: &str) -> Value {
    let running = if started.is_empty() { json!({}) } else { json!({"startedAt": started}) };
    json!({
        "image": container["image"],
        "imageID": "",
        "lastState": {},
        "name": container["name"],
        "ready": ready,
        "restartCount": 0,
        "started": true,
        "state": {"running": running},
    })
}

/// An address that a Pod on a node with these ranges would get.
pub(super) fn free_pod_ip(cluster: &mut Cluster, ranges: &[IpNet]) -> Option<IpAddr> {
    let range =
        ranges.iter().find(|range| IpFamily::of(range.addr()) == IpFamily::V4).or(ranges.first())?;
    // .1 is the node's own bridge; addresses below .10 stay free for a world's own choice.
    cluster
        .addresses
        .free_in(*range, 9)
        .or_else(|| range.hosts().skip(1).take(8).find(|ip| cluster.is_free_address(*ip)))
}
