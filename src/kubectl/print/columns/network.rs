//! Services and what else packets meet.

use super::{Columns, age, items, labels, name, selector_or_none, size, text, text_or};
use crate::kubectl::resources::with_group;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) static TABLES: &[Columns] = &[
    Columns::new(
        ("Service", ""),
        &["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "+Selector"],
        service,
    )
    .of_fields(&[
        "metadata.creationTimestamp",
        "metadata.name",
        "spec.clusterIPs",
        "spec.externalIPs",
        "spec.externalName",
        "spec.ports",
        "spec.selector",
        "spec.type",
        "status.loadBalancer",
    ]),
    Columns::new(("Endpoints", ""), &["Name", "Endpoints", "Age"], endpoints).of_fields(&[
        "metadata.creationTimestamp",
        "metadata.name",
        "subsets.addresses.ip",
        "subsets.ports",
    ]),
    Columns::new(
        ("EndpointSlice", "discovery.k8s.io"),
        &["Name", "AddressType", "Ports", "Endpoints", "Age"],
        slice,
    )
    .of_fields(&[
        "addressType",
        "endpoints.addresses",
        "metadata.creationTimestamp",
        "metadata.name",
        "ports",
    ]),
    Columns::new(
        ("Ingress", "networking.k8s.io"),
        &["Name", "Class", "Hosts", "Address", "Ports", "Age"],
        ingress,
    ),
    Columns::new(
        ("IngressClass", "networking.k8s.io"),
        &["Name", "Controller", "Parameters", "Age"],
        ingress_class,
    ),
    Columns::new(
        ("NetworkPolicy", "networking.k8s.io"),
        &["Name", "Pod-Selector", "Age"],
        network_policy,
    ),
    Columns::new(("ServiceCIDR", "networking.k8s.io"), &["Name", "CIDRs", "Age"], service_cidr),
    Columns::new(("IPAddress", "networking.k8s.io"), &["Name", "ParentRef"], ip_address),
    Columns::new(
        ("GatewayClass", "gateway.networking.k8s.io"),
        &["Name", "Controller", "Accepted", "Age", "+Description"],
        gateway_class,
    ),
    Columns::new(
        ("Gateway", "gateway.networking.k8s.io"),
        &["Name", "Class", "Address", "Programmed", "Age"],
        gateway,
    ),
    Columns::new(
        ("HTTPRoute", "gateway.networking.k8s.io"),
        &["Name", "Hostnames", "Age"],
        http_route,
    ),
];

/// `getServiceExternalIP`; the server always makes wide tables, so nothing is cut.
fn external_ip(service: &Value) -> String {
    let spec = &service["spec"];
    let external: Vec<String> = items(&spec["externalIPs"]).iter().map(text).collect();
    let or = |list: Vec<String>, other: &str| match list.is_empty() {
        true => other.to_owned(),
        false => list.join(","),
    };
    match spec["type"].as_str() {
        Some("ClusterIP" | "NodePort") => or(external, "<none>"),
        Some("LoadBalancer") => {
            let mut all: Vec<String> = balancer(service).into_iter().collect();
            all.extend(external);
            or(all, "<pending>")
        }
        Some("ExternalName") => text(&spec["externalName"]),
        _ => "<unknown>".to_owned(),
    }
}

/// The load balancer's addresses, in order.
fn balancer(object: &Value) -> BTreeSet<String> {
    let ingress = items(&object["status"]["loadBalancer"]["ingress"]);
    let address = |one: &Value| text_or(&one["ip"], &text(&one["hostname"]));
    ingress.iter().map(address).filter(|address| !address.is_empty()).collect()
}

fn service(object: &Value, now: i64) -> Vec<String> {
    let spec = &object["spec"];
    let ports = items(&spec["ports"]).iter().map(|port| {
        let protocol = text(&port["protocol"]);
        match port["nodePort"].as_i64().filter(|node_port| *node_port > 0) {
            Some(node_port) => format!("{}:{node_port}/{protocol}", port["port"]),
            None => format!("{}/{protocol}", port["port"]),
        }
    });
    let ports = ports.collect::<Vec<_>>().join(",");
    let ip = match items(&spec["clusterIPs"]).first() {
        Some(ip) => text(ip),
        None => "<none>".to_owned(),
    };
    vec![
        name(object),
        text(&spec["type"]),
        ip,
        external_ip(object),
        if ports.is_empty() { "<none>".to_owned() } else { ports },
        age(object, now),
        labels(&spec["selector"]),
    ]
}

fn join_host_port(ip: &str, port: &Value) -> String {
    if ip.contains(':') { format!("[{ip}]:{port}") } else { format!("{ip}:{port}") }
}

/// The first three of a list, and how many more there are.
fn first_three(list: Vec<String>) -> String {
    let n_more = list.len().saturating_sub(3);
    let shown = list.into_iter().take(3).collect::<Vec<_>>().join(",");
    if n_more > 0 { format!("{shown} + {n_more} more...") } else { shown }
}

fn endpoints(object: &Value, now: i64) -> Vec<String> {
    let mut list = Vec::new();
    let subsets = items(&object["subsets"]);
    for subset in subsets {
        let addresses = || items(&subset["addresses"]).iter().map(|address| text(&address["ip"]));
        let ports = items(&subset["ports"]);
        if ports.is_empty() {
            list.extend(addresses());
        }
        for port in ports {
            list.extend(addresses().map(|ip| join_host_port(&ip, &port["port"])));
        }
    }
    let shown = if subsets.is_empty() { "<none>".to_owned() } else { first_three(list) };
    vec![name(object), shown, age(object, now)]
}

fn slice(object: &Value, now: i64) -> Vec<String> {
    let ports = items(&object["ports"]).iter().map(|port| match port["port"].as_i64() {
        Some(port) => port.to_string(),
        None => port["name"].as_str().unwrap_or("*").to_owned(),
    });
    let addresses = items(&object["endpoints"]).iter().flat_map(|e| items(&e["addresses"]));
    let or_unset = |list: Vec<String>| match first_three(list) {
        empty if empty.is_empty() => "<unset>".to_owned(),
        list => list,
    };
    vec![
        name(object),
        text(&object["addressType"]),
        or_unset(ports.collect()),
        or_unset(addresses.map(text).collect()),
        age(object, now),
    ]
}

fn ingress(object: &Value, now: i64) -> Vec<String> {
    let spec = &object["spec"];
    let rules = items(&spec["rules"]);
    let mut hosts = Vec::new();
    let mut more = false;
    for rule in rules {
        more |= hosts.len() == 3;
        let host = text(&rule["host"]);
        if !more && !host.is_empty() {
            hosts.push(host);
        }
    }
    let hosts = match (hosts.is_empty(), more) {
        (true, _) => "*".to_owned(),
        (false, true) => format!("{} + {} more...", hosts.join(","), rules.len() - 3),
        (false, false) => hosts.join(","),
    };
    vec![
        name(object),
        text_or(&spec["ingressClassName"], "<none>"),
        hosts,
        balancer(object).into_iter().collect::<Vec<_>>().join(","),
        if size(&spec["tls"]) > 0 { "80, 443" } else { "80" }.to_owned(),
        age(object, now),
    ]
}

fn ingress_class(object: &Value, now: i64) -> Vec<String> {
    let annotations = &object["metadata"]["annotations"];
    let is_default = annotations["ingressclass.kubernetes.io/is-default-class"] == "true";
    let parameters = &object["spec"]["parameters"];
    let shown = if parameters.is_null() {
        "<none>".to_owned()
    } else {
        let kind = with_group(&text(&parameters["kind"]), &text(&parameters["apiGroup"]));
        format!("{kind}/{}", text(&parameters["name"]))
    };
    vec![
        name(object) + if is_default { " (default)" } else { "" },
        text(&object["spec"]["controller"]),
        shown,
        age(object, now),
    ]
}

fn network_policy(object: &Value, now: i64) -> Vec<String> {
    vec![name(object), selector_or_none(&object["spec"]["podSelector"]), age(object, now)]
}

fn service_cidr(object: &Value, now: i64) -> Vec<String> {
    let cidrs: Vec<String> = items(&object["spec"]["cidrs"]).iter().map(text).collect();
    vec![name(object), cidrs.join(","), age(object, now)]
}

fn ip_address(object: &Value, _: i64) -> Vec<String> {
    let parent = &object["spec"]["parentRef"];
    let shown = if parent.is_null() {
        "<none>".to_owned()
    } else {
        let resource = with_group(&text(&parent["resource"]), &text(&parent["group"]));
        let namespace = text(&parent["namespace"]);
        let namespace = if namespace.is_empty() { String::new() } else { format!("/{namespace}") };
        format!("{}{namespace}/{}", resource.to_lowercase(), text(&parent["name"]))
    };
    vec![name(object), shown]
}

fn condition(object: &Value, kind: &str) -> String {
    super::condition(object, kind).map_or(String::new(), |condition| text(&condition["status"]))
}

fn gateway_class(object: &Value, now: i64) -> Vec<String> {
    vec![
        name(object),
        text(&object["spec"]["controllerName"]),
        condition(object, "Accepted"),
        age(object, now),
        text(&object["spec"]["description"]),
    ]
}

fn gateway(object: &Value, now: i64) -> Vec<String> {
    let addresses: Vec<String> =
        items(&object["status"]["addresses"]).iter().map(|a| text(&a["value"])).collect();
    vec![
        name(object),
        text(&object["spec"]["gatewayClassName"]),
        addresses.join(","),
        condition(object, "Programmed"),
        age(object, now),
    ]
}

fn http_route(object: &Value, now: i64) -> Vec<String> {
    let names = &object["spec"]["hostnames"];
    let names = if names.is_null() { String::new() } else { super::super::json::compact(names) };
    vec![name(object), names, age(object, now)]
}
