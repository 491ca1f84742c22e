//! NetworkPolicies, disruption budgets and priority classes.

use super::World;
use super::page::Page;
use super::time::stamp;
use super::value::{flag, int, items, or_none, pairs, plain, selector_or_none, shown, text, texts};
use serde_json::Value;

/// `describeNetworkPolicy`.
pub(super) fn network_policy(_: World<'_>, policy: &Value, page: &mut Page) {
    let (metadata, spec) = (&policy["metadata"], &policy["spec"]);
    page.field(0, "Name", text(&metadata["name"]));
    page.field(0, "Namespace", text(&metadata["namespace"]));
    page.field(0, "Created on", stamp(&metadata["creationTimestamp"]));
    page.tags(policy);
    page.line(0, "Spec:");
    page.write(1, "PodSelector: ");
    match selector_or_none(&spec["podSelector"]).as_str() {
        "<none>" => {
            page.line(2, "<none> (Allowing the specific traffic to all pods in this namespace)")
        }
        selector => page.line(2, selector),
    }
    let types = texts(&spec["policyTypes"]);
    for (way, name, field, peers, wording) in [
        ("Ingress", "ingress", "ingress", "from", ("From", "source")),
        ("Egress", "egress", "egress", "to", ("To", "destination")),
    ] {
        if types.contains(&way) {
            page.line(1, format_args!("Allowing {name} traffic:"));
            rules(page, name, items(&spec[field]), peers, wording);
        } else {
            page.line(1, format_args!("Not affecting {name} traffic"));
        }
    }
    page.line(1, format_args!("Policy Types: {}", or_none(&types.join(", "))));
}

fn rules(page: &mut Page, way: &str, rules: &[Value], peers: &str, wording: (&str, &str)) {
    let (title, end) = wording;
    if rules.is_empty() {
        page.line(2, format_args!("<none> (Selected pods are isolated for {way} connectivity)"));
    }
    for (n, rule) in rules.iter().enumerate() {
        if n > 0 {
            page.line(2, "----------");
        }
        let ports = items(&rule["ports"]);
        if ports.is_empty() {
            page.line(2, "To Port: <any> (traffic allowed to all ports)");
        }
        for port in ports {
            let protocol = port["protocol"].as_str().unwrap_or("TCP");
            let first = plain(&port["port"]);
            match port["endPort"].as_i64() {
                None => page.line(2, format_args!("To Port: {first}/{protocol}")),
                Some(last) => {
                    page.line(2, format_args!("To Port Range: {first}-{last}/{protocol}"));
                }
            }
        }
        let peers = items(&rule[peers]);
        if peers.is_empty() {
            page.line(2, format_args!("{title}: <any> (traffic not restricted by {end})"));
        }
        for peer in peers {
            page.line(2, format_args!("{title}:"));
            let (namespaces, pods) = (&peer["namespaceSelector"], &peer["podSelector"]);
            if namespaces.is_object() {
                page.line(3, format_args!("NamespaceSelector: {}", selector_or_none(namespaces)));
            }
            if pods.is_object() {
                page.line(3, format_args!("PodSelector: {}", selector_or_none(pods)));
            }
            let block = &peer["ipBlock"];
            if block.is_object() && !namespaces.is_object() && !pods.is_object() {
                page.line(3, "IPBlock:");
                page.line(4, format_args!("CIDR: {}", text(&block["cidr"])));
                page.line(4, format_args!("Except: {}", texts(&block["except"]).join(", ")));
            }
        }
    }
}

/// `describePodDisruptionBudgetV1`.
pub(super) fn disruption_budget(_: World<'_>, budget: &Value, page: &mut Page) {
    let (metadata, spec, status) = (&budget["metadata"], &budget["spec"], &budget["status"]);
    page.field(0, "Name", text(&metadata["name"]));
    page.field(0, "Namespace", text(&metadata["namespace"]));
    if !spec["minAvailable"].is_null() {
        page.field(0, "Min available", shown(&spec["minAvailable"]));
    } else if !spec["maxUnavailable"].is_null() {
        page.field(0, "Max unavailable", shown(&spec["maxUnavailable"]));
    }
    match &spec["selector"] {
        Value::Null => page.field(0, "Selector", "<unset>"),
        selector => page.field(0, "Selector", selector_or_none(selector)),
    }
    page.line(0, "Status:");
    for (title, field) in [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ] {
        page.field(2, title, int(&status[field]));
    }
}

/// `describePriorityClass`.
pub(super) fn priority_class(_: World<'_>, class: &Value, page: &mut Page) {
    page.field(0, "Name", text(&class["metadata"]["name"]));
    page.field(0, "Value", int(&class["value"]));
    page.field(0, "GlobalDefault", flag(&class["globalDefault"]));
    page.field(
        0,
        "PreemptionPolicy",
        class["preemptionPolicy"].as_str().unwrap_or("PreemptLowerPriority"),
    );
    page.field(0, "Description", text(&class["description"]));
    page.field(0, "Annotations", pairs(&class["metadata"]["annotations"]));
}
