//! What a scheduler and a kubelet would do to a Node or Pod that a world gives short:
//! addresses, a node, a status. Always the same for the same world.

use super::{Cluster, IpFamily};
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

/// Places a Pod without nodeName on the nodes in turn, gives it an address of its node's
/// podCIDR, and makes it Running and Ready unless its status says otherwise.
pub(super) fn complete_pod(cluster: &mut Cluster, pod: &mut Value) {
    if !has_text(pod, "spec", "nodeName") {
        let Some(node) = cluster.next_node() else {
            // Nowhere to go: pending, until a node comes.
            if let Some(status) = child(pod, "status") {
                status.entry("phase").or_insert_with(|| "Pending".into());
            }
            return;
        };
        if let Some(spec) = child(pod, "spec") {
            spec.insert("nodeName".to_owned(), node.into());
        }
    }
    let node_name = pod.pointer("/spec/nodeName").and_then(Value::as_str).unwrap_or_default();
    let node = cluster.node(node_name).cloned();
    let over = matches!(
        pod.pointer("/status/phase").and_then(Value::as_str),
        Some("Pending" | "Succeeded" | "Failed")
    );
    let host_network = pod.pointer("/spec/hostNetwork") == Some(&Value::Bool(true));
    let ip = if over || has_text(pod, "status", "podIP") || has_text(pod, "status", "podIPs") {
        None
    } else if host_network {
        node.as_ref().and_then(|node| node.ip())
    } else {
        node.as_ref().and_then(|node| free_pod_ip(cluster, &node.pod_cidrs))
    };
    let Some(status) = child(pod, "status") else { return };
    if matches!(status.get("phase"), None | Some(Value::Null)) {
        status.insert("phase".to_owned(), "Running".into());
    }
    if let Some(ip) = ip {
        status.insert("podIP".to_owned(), ip.to_string().into());
        status.insert("podIPs".to_owned(), json!([{"ip": ip.to_string()}]));
    }
    if status.get("phase").and_then(Value::as_str) != Some("Running") {
        return;
    }
    let conditions = status.entry("conditions").or_insert(Value::Null);
    if conditions.is_null() {
        *conditions = json!([]);
    }
    if let Some(conditions) = conditions.as_array_mut()
        && !conditions.iter().any(|condition| condition["type"] == "Ready")
    {
        conditions.push(json!({"type": "Ready", "status": "True"}));
    }
}

fn free_pod_ip(cluster: &mut Cluster, ranges: &[IpNet]) -> Option<IpAddr> {
    let range =
        ranges.iter().find(|range| IpFamily::of(range.addr()) == IpFamily::V4).or(ranges.first())?;
    // .1 is the node's own bridge; addresses below .10 stay free for a world's own choice.
    cluster
        .addresses
        .free_in(*range, 9)
        .or_else(|| range.hosts().skip(1).take(8).find(|ip| cluster.is_free_address(*ip)))
}
