//! Services.

use super::World;
use super::endpoints::{addresses, slices_of};
use super::page::Page;
use super::value::{int, items, pairs, text, texts};
use serde_json::Value;

/// `describeService`.
pub(super) fn service(world: World<'_>, service: &Value, page: &mut Page) {
    let spec = &service["spec"];
    page.head(service);
    page.field(0, "Selector", pairs(&spec["selector"]));
    page.field(0, "Type", text(&spec["type"]));
    if let Some(policy) = spec["ipFamilyPolicy"].as_str() {
        page.field(0, "IP Family Policy", policy);
    }
    page.field(0, "IP Families", joined(&spec["ipFamilies"]).as_deref().unwrap_or("<none>"));
    page.field(0, "IP", text(&spec["clusterIP"]));
    page.field(0, "IPs", joined(&spec["clusterIPs"]).as_deref().unwrap_or("<none>"));
    if let Some(ips) = joined(&spec["externalIPs"]) {
        page.field(0, "External IPs", ips);
    }
    for (title, field) in
        [("Desired LoadBalancer IP", "loadBalancerIP"), ("External Name", "externalName")]
    {
        let value = text(&spec[field]);
        if !value.is_empty() {
            page.field(0, title, value);
        }
    }
    let ingress = items(&service["status"]["loadBalancer"]["ingress"]);
    if !ingress.is_empty() {
        let all: Vec<String> = ingress.iter().map(address).collect();
        page.field(0, "LoadBalancer Ingress", all.join(", "));
    }
    let slices = slices_of(world, service);
    for port in items(&spec["ports"]) {
        let name = text(&port["name"]);
        let shown = if name.is_empty() { "<unset>" } else { name };
        let protocol = text(&port["protocol"]);
        page.field(0, "Port", format_args!("{shown}\t{}/{protocol}", int(&port["port"])));
        let target = match &port["targetPort"] {
            Value::String(name) => name.clone(),
            number => int(number).to_string(),
        };
        page.field(0, "TargetPort", format_args!("{target}/{protocol}"));
        if let Some(app_protocol) = port["appProtocol"].as_str() {
            page.field(0, "AppProtocol", app_protocol);
        }
        let node_port = int(&port["nodePort"]);
        if node_port != 0 {
            page.field(0, "NodePort", format_args!("{shown}\t{node_port}/{protocol}"));
        }
        page.field(0, "Endpoints", addresses(world, &slices, name));
    }
    page.field(0, "Session Affinity", text(&spec["sessionAffinity"]));
    for (title, field) in [
        ("External Traffic Policy", "externalTrafficPolicy"),
        ("Internal Traffic Policy", "internalTrafficPolicy"),
    ] {
        let value = text(&spec[field]);
        if !value.is_empty() {
            page.field(0, title, value);
        }
    }
    let health = int(&spec["healthCheckNodePort"]);
    if health != 0 {
        page.field(0, "HealthCheck NodePort", health);
    }
    if let Some(ranges) = joined(&spec["loadBalancerSourceRanges"]) {
        page.field(0, "LoadBalancer Source Ranges", ranges);
    }
    if let Some(distribution) = spec["trafficDistribution"].as_str() {
        page.field(0, "Traffic Distribution", distribution);
    }
}

/// `a,b`; none of an empty list.
fn joined(list: &Value) -> Option<String> {
    let texts = texts(list);
    (!texts.is_empty()).then(|| texts.join(","))
}

fn address(ingress: &Value) -> String {
    match (text(&ingress["ip"]), ingress["ipMode"].as_str()) {
        ("", _) => text(&ingress["hostname"]).to_owned(),
        (ip, None) => ip.to_owned(),
        (ip, Some(mode)) => format!("{ip} ({mode})"),
    }
}
