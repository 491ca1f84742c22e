//! Ingresses and their classes.

use super::World;
use super::endpoints::{addresses, slices_named};
use super::page::Page;
use super::value::{int, items, text, texts};
use serde_json::Value;
use std::collections::BTreeSet;

/// `describeIngressV1`.
pub(super) fn ingress(world: World<'_>, ingress: &Value, page: &mut Page) {
    let (metadata, spec) = (&ingress["metadata"], &ingress["spec"]);
    let namespace = text(&metadata["namespace"]);
    page.field(0, "Name", text(&metadata["name"]));
    page.labels("Labels", &metadata["labels"]);
    page.field(0, "Namespace", namespace);
    let addresses = items(&ingress["status"]["loadBalancer"]["ingress"]).iter();
    let addresses: BTreeSet<&str> = addresses
        .map(|at| [&at["ip"], &at["hostname"]].map(text))
        .map(|[ip, hostname]| if ip.is_empty() { hostname } else { ip })
        .filter(|address| !address.is_empty())
        .collect();
    page.field(0, "Address", addresses.into_iter().collect::<Vec<_>>().join(","));
    page.field(0, "Ingress Class", spec["ingressClassName"].as_str().unwrap_or("<none>"));
    let default = match &spec["defaultBackend"] {
        Value::Null => "<default>".to_owned(),
        default => backend(world, namespace, default),
    };
    page.field(0, "Default backend", &default);
    let tls = items(&spec["tls"]);
    if !tls.is_empty() {
        page.line(0, "TLS:");
    }
    for tls in tls {
        let hosts = texts(&tls["hosts"]).join(",");
        match text(&tls["secretName"]) {
            "" => page.line(1, format_args!("SNI routes {hosts}")),
            secret => page.line(1, format_args!("{secret} terminates {hosts}")),
        }
    }
    page.line(0, "Rules:\n  Host\tPath\tBackends\n  ----\t----\t--------");
    let rules = items(&spec["rules"]).iter().filter(|rule| rule["http"].is_object());
    let mut n_rules = 0;
    for rule in rules {
        n_rules += 1;
        let host = match text(&rule["host"]) {
            "" => "*",
            host => host,
        };
        page.line(1, format_args!("{host}\t"));
        for path in items(&rule["http"]["paths"]) {
            let to = backend(world, namespace, &path["backend"]);
            page.line(2, format_args!("\t{} \t{to}", text(&path["path"])));
        }
    }
    if n_rules == 0 {
        page.line(1, format_args!("*\t*\t{default}"));
    }
    page.annotations("Annotations", &metadata["annotations"]);
}

/// `describeBackendV1`.
fn backend(world: World<'_>, namespace: &str, backend: &Value) -> String {
    let service = &backend["service"];
    if service.is_object() {
        let name = text(&service["name"]);
        let (number, port_name) = (int(&service["port"]["number"]), text(&service["port"]["name"]));
        let shown = if number == 0 { port_name.to_owned() } else { number.to_string() };
        let Some(found) = world.cluster.get("Service", namespace, name) else {
            let name_quoted = crate::manifest::go::quote(name);
            return format!("{name}:{shown} (<error: services {name_quoted} not found>)");
        };
        let mut of = String::new();
        for port in items(&found["spec"]["ports"]) {
            let its_name = text(&port["name"]);
            if (number != 0 && int(&port["port"]) == number)
                || (!port_name.is_empty() && its_name == port_name)
            {
                its_name.clone_into(&mut of);
            }
        }
        let slices = slices_named(world, namespace, name);
        return format!("{name}:{shown} ({})", addresses(world, &slices, &of));
    }
    let resource = &backend["resource"];
    if resource.is_object() {
        let group = resource["apiGroup"].as_str().unwrap_or("<none>");
        let (kind, name) = (text(&resource["kind"]), text(&resource["name"]));
        return format!("APIGroup: {group}, Kind: {kind}, Name: {name}");
    }
    String::new()
}

/// `describeIngressClassV1`.
pub(super) fn class(_: World<'_>, class: &Value, page: &mut Page) {
    page.field(0, "Name", text(&class["metadata"]["name"]));
    page.tags(class);
    page.field(0, "Controller", text(&class["spec"]["controller"]));
    let parameters = &class["spec"]["parameters"];
    if parameters.is_object() {
        page.line(0, "Parameters:");
        if let Some(group) = parameters["apiGroup"].as_str() {
            page.field(1, "APIGroup", group);
        }
        page.field(1, "Kind", text(&parameters["kind"]));
        page.field(1, "Name", text(&parameters["name"]));
    }
}
