//! Endpoints and EndpointSlices.

use super::World;
use super::page::Page;
use super::value::{int, items, or_none, text, texts};
use crate::cluster::{EndpointSlice, Name};
use crate::source::sort;
use serde_json::Value;
use std::fmt::Display;
use std::sync::Arc;

/// The slices of a Service, in order.
pub(super) fn slices_of<'c>(world: World<'c>, service: &Value) -> Vec<&'c Arc<EndpointSlice>> {
    let metadata = &service["metadata"];
    slices_named(world, text(&metadata["namespace"]), text(&metadata["name"]))
}

/// The slices of the Service of this name.
pub(super) fn slices_named<'c>(
    world: World<'c>,
    namespace: &str,
    service: &str,
) -> Vec<&'c Arc<EndpointSlice>> {
    // Asked for one by one: a list of all is long in a big world.
    let mut slices: Vec<_> = world.cluster.slices_of(&Name::new(namespace, service)).collect();
    sort::sort_by(&mut slices, |a, b| a.name.cmp(&b.name));
    slices
}

/// The first three addresses of a Service's port, and how many more there are
/// (`formatEndpointSlices`).
pub(super) fn addresses(
    world: World<'_>,
    slices: &[&Arc<EndpointSlice>],
    port_name: &str,
) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut shown = Addresses::default();
    for slice in slices.iter().copied() {
        if slice.is_derived() {
            let own = slice.ports.iter().filter(|port| *port.name == *port_name);
            let own = own.map(|port| Some(port.port.map_or(0, i64::from)));
            for port in own.chain(slice.ports.is_empty().then_some(None)) {
                slice.endpoints.iter().for_each(|one| shown.add(one.ready, one.ip, port));
            }
            continue;
        }
        // One that somebody wrote may hold more than its type here.
        let Name { namespace, name } = &slice.name;
        let Some(slice) = world.cluster.get("EndpointSlice", namespace, name) else { continue };
        let ports = items(&slice["ports"]);
        let own = ports.iter().filter(|port| text(&port["name"]) == port_name);
        let own = own.map(|port| Some(int(&port["port"])));
        for port in own.chain(ports.is_empty().then_some(None)) {
            for endpoint in items(&slice["endpoints"]) {
                let is_ready = endpoint["conditions"]["ready"].as_bool() != Some(false);
                let address = texts(&endpoint["addresses"]).first().copied().unwrap_or_default();
                shown.add(is_ready, address, port);
            }
        }
    }
    shown.text()
}

/// Addresses, of which a few are shown.
#[derive(Default)]
struct Addresses {
    shown: Vec<String>,
    n_ready: usize,
    /// Others come behind those that are shown, be they ready or not.
    more: bool,
}

impl Addresses {
    const MOST: usize = 3;

    fn add(&mut self, is_ready: bool, address: impl Display, port: Option<i64>) {
        self.more |= self.shown.len() == Self::MOST;
        self.n_ready += usize::from(is_ready);
        if self.more || !is_ready {
            return;
        }
        let address = address.to_string();
        self.shown.push(match port {
            None => address,
            Some(port) if address.contains(':') => format!("[{address}]:{port}"),
            Some(port) => format!("{address}:{port}"),
        });
    }

    fn text(&self) -> String {
        let list = self.shown.join(",");
        match self.more {
            true => format!("{list} + {} more...", self.n_ready - Self::MOST),
            false => list,
        }
    }
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
