//! Endpoints and EndpointSlices.

use super::World;
use super::page::Page;
use super::value::{int, items, or_none, text, texts};
use crate::cluster::Name;
use serde_json::Value;

/// The slices of a Service, in order.
pub(super) fn slices_of(world: World<'_>, service: &Value) -> Vec<Value> {
    let metadata = &service["metadata"];
    slices_named(world, text(&metadata["namespace"]), text(&metadata["name"]))
}

/// The slices of the Service of this name.
pub(super) fn slices_named(world: World<'_>, namespace: &str, service: &str) -> Vec<Value> {
    // Asked for one by one: a list of all is long in a big world.
    let mut names: Vec<_> =
        world.cluster.slices_of(&Name::new(namespace, service)).map(|s| s.name.clone()).collect();
    names.sort();
    let get = |name: &Name| world.cluster.get("EndpointSlice", &name.namespace, &name.name);
    names.iter().filter_map(get).collect()
}

/// The first three addresses of a Service's port, and how many more there are
/// (`formatEndpointSlices`).
pub(super) fn addresses(slices: &[Value], port_name: &str) -> String {
    const MOST: usize = 3;
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut shown: Vec<String> = Vec::new();
    let (mut count, mut more) = (0, false);
    let mut add = |endpoint: &Value, port: Option<&Value>| {
        more |= shown.len() == MOST;
        if endpoint["conditions"]["ready"].as_bool() == Some(false) {
            return;
        }
        count += 1;
        if more {
            return;
        }
        let address = texts(&endpoint["addresses"]).first().copied().unwrap_or_default();
        shown.push(match port {
            None => address.to_owned(),
            Some(port) if address.contains(':') => format!("[{address}]:{}", int(port)),
            Some(port) => format!("{address}:{}", int(port)),
        });
    };
    for slice in slices {
        let endpoints = items(&slice["endpoints"]);
        let ports = items(&slice["ports"]);
        if ports.is_empty() {
            endpoints.iter().for_each(|endpoint| add(endpoint, None));
        }
        for port in ports.iter().filter(|port| text(&port["name"]) == port_name) {
            endpoints.iter().for_each(|endpoint| add(endpoint, Some(&port["port"])));
        }
    }
    let list = shown.join(",");
    if more { format!("{list} + {} more...", count - MOST) } else { list }
}

/// `describeEndpoints`.
pub(super) fn endpoints(_: World<'_>, endpoints: &Value, page: &mut Page) {
    page.head(endpoints);
    page.line(0, "Subsets:");
    for subset in items(&endpoints["subsets"]) {
        for (title, field) in
            [("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")]
        {
            let ips: Vec<&str> = items(&subset[field]).iter().map(|a| text(&a["ip"])).collect();
            page.field(1, title, or_none(&ips.join(",")));
        }
        ports(page, 1, items(&subset["ports"]));
        page.line(0, "");
    }
}

fn ports(page: &mut Page, level: usize, ports: &[Value]) {
    if ports.is_empty() {
        return;
    }
    page.line(level, "Ports:");
    page.line(level + 1, "Name\tPort\tProtocol");
    page.line(level + 1, "----\t----\t--------");
    for port in ports {
        let name = match text(&port["name"]) {
            "" => "<unset>",
            name => name,
        };
        let number = port["port"].as_i64().map_or("<unset>".to_owned(), |port| port.to_string());
        let protocol = text(&port["protocol"]);
        page.line(level + 1, format_args!("{name}\t{number}\t{protocol}"));
    }
}

/// `describeEndpointSliceV1`.
pub(super) fn slice(_: World<'_>, slice: &Value, page: &mut Page) {
    page.head(slice);
    page.field(0, "AddressType", text(&slice["addressType"]));
    let slice_ports = items(&slice["ports"]);
    if slice_ports.is_empty() {
        page.line(0, "Ports: <unset>");
    }
    ports(page, 0, slice_ports);
    let endpoints = items(&slice["endpoints"]);
    if endpoints.is_empty() {
        page.line(0, "Endpoints: <none>");
        return;
    }
    page.line(0, "Endpoints:");
    for endpoint in endpoints {
        let unset = |value: &Value| value.as_str().unwrap_or("<unset>").to_owned();
        page.field(1, "- Addresses", or_none(&texts(&endpoint["addresses"]).join(", ")));
        page.line(2, "Conditions:");
        let ready = endpoint["conditions"]["ready"].as_bool();
        page.field(3, "Ready", ready.map_or("<unset>".to_owned(), |ready| ready.to_string()));
        page.field(2, "Hostname", unset(&endpoint["hostname"]));
        let target = &endpoint["targetRef"];
        if target.is_object() {
            let (kind, name) = (text(&target["kind"]), text(&target["name"]));
            page.field(2, "TargetRef", format_args!("{kind}/{name}"));
        }
        page.field(2, "NodeName", unset(&endpoint["nodeName"]));
        page.field(2, "Zone", unset(&endpoint["zone"]));
    }
}
