//! Endpoints and EndpointSlices made by hand (pkg/apis/core/validation and
//! pkg/apis/discovery/validation, v1.36).

use super::{Rules, is_nothing, items, text};
use crate::manifest::is_same;
use crate::validate::{
    dns_label, dns_subdomain, go_text, ip_wrongs, is_ipv6, label_key, label_value, parse_ip,
    special_wrongs,
};
use serde_json::Value;

const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];
const MOST_ENDPOINTS: usize = 1000;
const MOST_ADDRESSES: usize = 100;
const MOST_PORTS: usize = 20_000;
const MOST_HINTS: usize = 8;

impl Rules {
    /// `ValidateEndpoints`.
    pub(super) fn endpoints(&mut self, object: &Value) {
        for (i, subset) in items(&object["subsets"]) {
            let path = format!("subsets[{i}]");
            let none = |field: &str| items(&subset[field]).next().is_none();
            if none("addresses") && none("notReadyAddresses") {
                self.missing(&path, "must specify `addresses` or `notReadyAddresses`");
            }
            for field in ["addresses", "notReadyAddresses"] {
                for (j, address) in items(&subset[field]) {
                    self.address(&format!("{path}.{field}[{j}]"), address);
                }
            }
            let n_ports = items(&subset["ports"]).count();
            for (j, port) in items(&subset["ports"]) {
                let path = format!("{path}.ports[{j}]");
                match text(&port["name"]) {
                    "" if n_ports > 1 => self.required(&format!("{path}.name")),
                    "" => {}
                    name => self.label(&format!("{path}.name"), name),
                }
                self.port_number(&format!("{path}.port"), port["port"].as_i64().unwrap_or(0));
                self.protocol(&path, port);
            }
        }
    }

    /// `validateEndpointAddress`.
    fn address(&mut self, path: &str, address: &Value) {
        let (ip, at_ip) = (text(&address["ip"]), format!("{path}.ip"));
        ip_wrongs(ip).into_iter().for_each(|why| self.wrong(&at_ip, ip, why));
        if !is_nothing(&address["hostname"]) {
            self.label(&format!("{path}.hostname"), text(&address["hostname"]));
        }
        self.node_name(path, address);
        self.invalid_text(&at_ip, ip, &special_wrongs(ip));
    }

    fn node_name(&mut self, path: &str, endpoint: &Value) {
        if let Some(name) = endpoint["nodeName"].as_str() {
            self.subdomain(&format!("{path}.nodeName"), name);
        }
    }

    /// What ports of both kinds have in common.
    fn protocol(&mut self, path: &str, port: &Value) {
        if !PROTOCOLS.contains(&text(&port["protocol"])) {
            self.unsupported(&format!("{path}.protocol"), &port["protocol"], PROTOCOLS);
        }
        if let Some(protocol) = port["appProtocol"].as_str() {
            self.invalid_text(&format!("{path}.appProtocol"), protocol, &label_key(protocol));
        }
    }

    /// `field.TooMany`; whether it is.
    fn too_many(&mut self, path: &str, list: &Value, most: usize) -> bool {
        let n = items(list).count();
        if n > most {
            self.say(path, format!("Too many: {n}: must have at most {most} items"));
        }
        n > most
    }

    /// `ValidateEndpointSlice`. Endpoints that stay as they are are not looked at.
    pub(super) fn slice(&mut self, object: &Value, live: Option<&Value>) {
        const FAMILIES: &[&str] = &["FQDN", "IPv4", "IPv6"];
        let family = text(&object["addressType"]);
        if family.is_empty() {
            self.required("addressType");
        } else if !FAMILIES.contains(&family) {
            self.unsupported("addressType", &object["addressType"], FAMILIES);
        }
        self.slice_ports(&object["ports"]);
        let endpoints = &object["endpoints"];
        let stay = live.is_some_and(|live| is_same(&live["endpoints"], endpoints));
        if stay || self.too_many("endpoints", endpoints, MOST_ENDPOINTS) {
            return;
        }
        for (i, endpoint) in items(endpoints) {
            let path = format!("endpoints[{i}]");
            let at = format!("{path}.addresses");
            if items(&endpoint["addresses"]).next().is_none() {
                self.missing(&at, "must contain at least 1 address");
            }
            self.too_many(&at, &endpoint["addresses"], MOST_ADDRESSES);
            for (j, address) in items(&endpoint["addresses"]) {
                self.slice_address(family, (&at, &format!("{at}[{j}]")), text(address));
            }
            self.node_name(&path, endpoint);
            if let Some(hostname) = endpoint["hostname"].as_str() {
                self.label(&format!("{path}.hostname"), hostname);
            }
            self.hints(
                &format!("{path}.hints.forZones"),
                &endpoint["hints"]["forZones"],
                label_value,
            );
            self.hints(
                &format!("{path}.hints.forNodes"),
                &endpoint["hints"]["forNodes"],
                dns_subdomain,
            );
        }
    }

    /// `ValidateEndpointSliceUpdate`.
    pub(super) fn slice_change(&mut self, object: &Value, live: &Value) {
        self.slice(object, Some(live));
        let family = |slice: &Value| Value::from(text(&slice["addressType"]));
        if family(object) != family(live) {
            let family = text(&object["addressType"]);
            self.wrong("addressType", family, "field is immutable");
        }
    }

    fn slice_ports(&mut self, ports: &Value) {
        if self.too_many("ports", ports, MOST_PORTS) {
            return;
        }
        let mut names: Vec<&str> = Vec::new();
        for (i, port) in items(ports) {
            let (path, name) = (format!("ports[{i}]"), text(&port["name"]));
            if !name.is_empty() {
                self.label(&format!("{path}.name"), name);
            }
            if names.contains(&name) {
                self.duplicate(&format!("{path}.name"), name);
            }
            names.push(name);
            self.protocol(&path, port);
        }
    }

    /// An address of a family; what is of another one is told of the list.
    fn slice_address(&mut self, family: &str, (list, path): (&str, &str), address: &str) {
        match family {
            "IPv4" | "IPv6" => {
                let mut wrongs: Vec<String> =
                    ip_wrongs(address).into_iter().map(str::to_owned).collect();
                let ip = parse_ip(address);
                if wrongs.is_empty()
                    && let Some(canonical) = ip.map(go_text).filter(|text| text != address)
                {
                    wrongs.push(format!("must be in canonical form ({canonical:?})"));
                }
                let is_sound = wrongs.is_empty();
                self.invalid_text(path, address, &wrongs);
                if let Some(ip) = ip.filter(|_| is_sound) {
                    match (family, is_ipv6(ip)) {
                        ("IPv4", true) => self.wrong(list, address, "must be an IPv4 address"),
                        ("IPv6", false) => self.wrong(list, address, "must be an IPv6 address"),
                        _ => {}
                    }
                    self.invalid_text(path, address, &special_wrongs(address));
                }
            }
            "FQDN" => self.full_domain(path, address),
            _ => {}
        }
    }

    /// `IsFullyQualifiedDomainName`.
    fn full_domain(&mut self, path: &str, name: &str) {
        if name.is_empty() {
            return self.required(path);
        }
        let name = name.strip_suffix('.').unwrap_or(name);
        let wrongs = dns_subdomain(name);
        if !wrongs.is_empty() {
            return self.wrong(path, name, &wrongs.join(","));
        }
        if !name.contains('.') {
            const WHY: &str = "should be a domain with at least two segments separated by dots";
            return self.wrong(path, name, WHY);
        }
        for label in name.split('.') {
            let wrongs = dns_label(label);
            if !wrongs.is_empty() {
                self.wrong(path, label, &wrongs.join(","));
            }
        }
    }

    /// Zones or nodes that an endpoint is meant for.
    fn hints(&mut self, path: &str, list: &Value, wrongs: fn(&str) -> Vec<String>) {
        if self.too_many(path, list, MOST_HINTS) {
            return;
        }
        let mut names: Vec<&str> = Vec::new();
        for (i, hint) in items(list) {
            let (path, name) = (format!("{path}[{i}].name"), text(&hint["name"]));
            if names.contains(&name) {
                self.duplicate(&path, name);
            }
            names.push(name);
            self.invalid_text(&path, name, &wrongs(name));
        }
    }
}
