//! Why a way ends as it does: one plain sentence, and the field to look at.

use super::model::{FieldRef, Reason, ReasonCode, Socket};
use super::proxy::{Door, Matched};
use crate::cluster::{Cluster, Labels, Name, Pod, PortName, Service, ServicePort};
use std::fmt::{self, Display, Write};
use std::sync::Arc;

pub(super) fn field(kind: &str, name: &impl Display, field: impl Into<String>) -> FieldRef {
    FieldRef { object: sentence(format_args!("{kind}/{name}")), field: field.into() }
}

/// As `format!`, with room for a sentence from the start: text that grows word by word is
/// moved about in memory.
pub(super) fn sentence(text: fmt::Arguments<'_>) -> String {
    let mut sentence = String::with_capacity(96);
    // Writing to a String does not fail.
    let _ = sentence.write_fmt(text);
    sentence
}

pub(super) fn reason(code: ReasonCode, say: String, look_at: Option<FieldRef>) -> Reason {
    Reason { code, say, look_at }
}

/// `1 Pod`, `3 Pods`.
pub(super) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// Why a Service port has no usable endpoint anywhere.
pub(super) fn no_endpoints(cluster: &Cluster, matched: &Matched) -> Reason {
    let service = &matched.service;
    let name = &service.name;
    let port = matched.port();
    let Some(selector) = &service.selector else { return no_selector(cluster, matched) };
    let selected = cluster.selected_pods(service);
    let at_selector = Some(field("service", name, "spec.selector"));
    if selected.is_empty() {
        let say = format!(
            "No Pod in namespace {} has the labels {selector} that Service {name} selects{}.",
            name.namespace,
            near(cluster, name, selector)
        );
        return reason(ReasonCode::NoEndpoints, say, at_selector);
    }
    let running: Vec<&Arc<Pod>> =
        selected.iter().filter(|pod| !pod.is_over() && pod.ip().is_some()).collect();
    let usable = |pod: &&&Arc<Pod>| pod.ready() || service.publish_not_ready;
    let ready: Vec<&&Arc<Pod>> = running.iter().filter(usable).collect();
    if let (Some(pod), PortName::Name(target)) = (ready.first(), &port.target_port) {
        let named: Vec<String> = pod
            .ports()
            .iter()
            .filter(|p| !p.name.is_empty() && p.protocol == port.protocol)
            .map(|p| p.name.to_string())
            .collect();
        let has = match named.len() {
            0 => "has no named ports".to_owned(),
            _ => format!("names its ports {}", named.join(", ")),
        };
        let say = format!(
            "Service {name} sends to the {} container port called {target}, and no ready Pod has \
             one: {} {has}.",
            port.protocol, pod.name
        );
        let path = format!("spec.ports[{}].targetPort", matched.port_idx);
        return reason(ReasonCode::NamedPortMissing, say, Some(field("service", name, path)));
    }
    let placed = |pod: &&&&Arc<Pod>| pod.node.as_deref().is_some_and(|n| cluster.node(n).is_some());
    if let Some(pod) = ready.iter().find(placed) {
        let say = format!(
            "Service {name} selects {}, and none has an address of the family asked for: {} has {}.",
            count(selected.len(), "Pod"),
            pod.name,
            pod.ips.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
        );
        let look_at = Some(field("pod", &pod.name, "status.podIPs"));
        return reason(ReasonCode::NoEndpoints, say, look_at);
    }
    let Some(pod) = running.first() else {
        let pod = &selected[0];
        let say = format!(
            "Service {name} selects {}, and none runs: {} is {}.",
            count(selected.len(), "Pod"),
            pod.name,
            if pod.phase().is_empty() { "without a status" } else { pod.phase() }
        );
        return reason(
            ReasonCode::EndpointsNotReady,
            say,
            Some(field("pod", &pod.name, "status.phase")),
        );
    };
    let say = format!(
        "Service {name} selects {}, and none is ready.",
        count(running.len(), "running Pod")
    );
    reason(ReasonCode::EndpointsNotReady, say, Some(field("pod", &pod.name, "status.conditions")))
}

fn no_selector(cluster: &Cluster, matched: &Matched) -> Reason {
    let name = &matched.service.name;
    let port = matched.port();
    let slices: Vec<_> = cluster.slices_of(name).collect();
    let Some(slice) = slices.first() else {
        return reason(
            ReasonCode::NoEndpoints,
            format!(
                "Service {name} has no selector, and no EndpointSlice was made for it by hand."
            ),
            Some(field("service", name, "spec.selector")),
        );
    };
    let has_port = slices.iter().any(|slice| {
        slice.ports.iter().any(|p| p.name == port.name && p.protocol == port.protocol)
    });
    if !has_port {
        let called = |name: &str| {
            if name.is_empty() { "without a name".to_owned() } else { format!("called {name}") }
        };
        let has: Vec<String> =
            slice.ports.iter().map(|p| format!("one {}", called(&p.name))).collect();
        let say = format!(
            "Port {} of Service {name} is {}, and its EndpointSlice {} has {}.",
            port.port,
            called(&port.name),
            slice.name,
            if has.is_empty() { "no ports".to_owned() } else { has.join(" and ") }
        );
        return reason(
            ReasonCode::NoEndpoints,
            say,
            Some(field("endpointslice", &slice.name, "ports")),
        );
    }
    let n_endpoints: usize = slices.iter().map(|slice| slice.endpoints.len()).sum();
    if n_endpoints == 0 {
        return reason(
            ReasonCode::NoEndpoints,
            format!("EndpointSlice {} of Service {name} has no endpoints.", slice.name),
            Some(field("endpointslice", &slice.name, "endpoints")),
        );
    }
    reason(
        ReasonCode::EndpointsNotReady,
        format!("None of the {} of Service {name} is ready.", count(n_endpoints, "endpoint")),
        Some(field("endpointslice", &slice.name, "endpoints[0].conditions.ready")),
    )
}

/// How many Pods are looked at for a near miss: a lesson's world has few.
const MAX_LOOKED_AT: usize = 2_000;

/// Which labels Pods do have, where they come near the selector: `; Pod web-a has app=web`.
fn near(cluster: &Cluster, service: &Name, selector: &Labels) -> String {
    let mut best: Option<(usize, String)> = None;
    for pod in cluster.pods().take(MAX_LOOKED_AT) {
        if pod.name.namespace != service.namespace {
            if selector.select(pod.labels()) {
                return format!("; Pod {} has them, in another namespace", pod.name);
            }
            continue;
        }
        if let Some((distance, labels)) = miss(selector, pod.labels())
            && best.as_ref().is_none_or(|(least, _)| distance < *least)
        {
            best = Some((distance, format!("; Pod {} has {labels}", pod.name)));
        }
    }
    best.map(|(_, text)| text).unwrap_or_default()
}

/// How far labels are from a selector, and which of them miss it: none where a key is
/// missing without a near one, or a value is another word.
fn miss(selector: &Labels, labels: &Labels) -> Option<(usize, String)> {
    let mut distance = 0;
    let mut wrong = Vec::new();
    for (key, value) in selector.iter() {
        let found = labels
            .get(key)
            .map(|has| (key, has))
            .or_else(|| labels.iter().find(|(own_key, _)| is_near(own_key, key)));
        let (own_key, has) = found?;
        if own_key == key && has == value {
            continue;
        }
        if has != value && !is_near(has, value) {
            return None;
        }
        distance += edits(own_key, key) + edits(has, value);
        wrong.push(format!("{own_key}={has}"));
    }
    Some((distance, wrong.join(",")))
}

fn is_near(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
        || edits(a, b) <= (a.chars().count().max(b.chars().count()) / 3).clamp(1, 3)
}

/// The number of letters to insert, delete, replace or swap with their neighbour.
fn edits(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut least =
                (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[a.len()][b.len()]
}

/// The field behind a Local policy.
pub(super) fn policy_field(matched: &Matched) -> FieldRef {
    let path = match matched.door {
        Door::ClusterIp => "spec.internalTrafficPolicy",
        _ => "spec.externalTrafficPolicy",
    };
    field("service", &matched.service.name, path)
}

pub(super) fn no_local_endpoint(node: &str, matched: &Matched) -> Reason {
    let policy = policy_field(matched);
    let say = format!(
        "{node} has no ready endpoint of Service {}, and {} Local allows no other.",
        matched.service.name,
        policy.field.trim_start_matches("spec.")
    );
    reason(ReasonCode::LocalPolicyNoLocalEndpoint, say, Some(policy))
}

pub(super) fn source_range(matched: &Matched, from: Socket) -> Reason {
    let ranges: Vec<String> =
        matched.service.source_ranges.iter().map(ToString::to_string).collect();
    let say = format!(
        "{} is in none of the ranges that Service {} lets in at its load balancer's address ({}).",
        from.ip,
        matched.service.name,
        ranges.join(", ")
    );
    let look_at = field("service", &matched.service.name, "spec.loadBalancerSourceRanges");
    reason(ReasonCode::SourceRange, say, Some(look_at))
}

/// The ports of a Service, for a sentence: `80/TCP and 443/TCP`.
fn ports_of(service: &Service) -> String {
    let ports: Vec<String> =
        service.ports.iter().map(|p| format!("{}/{}", p.port, p.protocol)).collect();
    if ports.is_empty() { "no ports".to_owned() } else { ports.join(" and ") }
}

pub(super) fn no_such_port(
    cluster: &Cluster,
    service: &Service,
    to: Socket,
    protocol: impl Display,
) -> Reason {
    let leads_there = |port: &&ServicePort| {
        let endpoints = cluster.endpoints(&service.name);
        endpoints.is_some_and(|all| {
            all.of(&port.name, port.protocol).iter().any(|endpoint| endpoint.port == to.port)
        })
    };
    let target = service.ports.iter().filter(|p| p.port != to.port).find(leads_there);
    let node_port = service.ports.iter().find(|p| p.node_port == Some(to.port));
    let hint = match (target, node_port) {
        (Some(port), _) => format!("; {} is the Pods' port, ask for {}", to.port, port.port),
        (None, Some(port)) => {
            format!("; {} is a port of the nodes, ask for {} here", to.port, port.port)
        }
        (None, None) => String::new(),
    };
    let say = format!(
        "Service {} has {} on {}, not {}/{protocol}{hint}.",
        service.name,
        ports_of(service),
        to.ip,
        to.port
    );
    reason(ReasonCode::NoSuchPort, say, Some(field("service", &service.name, "spec.ports")))
}

/// The Service is none of kube-proxy's business.
pub(super) fn not_proxied(service: &Service) -> Reason {
    let say = format!(
        "kube-proxy leaves Service {} to another proxy, and this cluster has none, because of its \
         label service.kubernetes.io/service-proxy-name or service.kubernetes.io/headless.",
        service.name
    );
    reason(ReasonCode::NotProxied, say, Some(field("service", &service.name, "metadata.labels")))
}

/// Nothing in a Pod listens on the port that it is reached on.
pub(super) fn nothing_listens(
    pod: &Pod,
    port: u16,
    protocol: impl Display,
    via: Option<&Matched>,
    headless: Option<&Service>,
) -> Reason {
    let declared: Vec<String> =
        pod.ports().iter().map(|p| format!("{}/{}", p.port, p.protocol)).collect();
    let declares = if declared.is_empty() {
        "its containers declare no ports".to_owned()
    } else {
        format!("its containers declare {}", declared.join(", "))
    };
    let (say, look_at) = if let Some(matched) = via {
        let name = &matched.service.name;
        (
            format!(
                "Nothing in Pod {} listens on {port}/{protocol}, where targetPort {} of Service \
                 {name} leads; {declares}.",
                pod.name,
                matched.port().target_port
            ),
            field("service", name, format!("spec.ports[{}].targetPort", matched.port_idx)),
        )
    } else if let Some(service) = headless {
        (
            format!(
                "Nothing in Pod {} listens on {port}/{protocol}; {declares}. Headless Service {} \
                 translates no ports: ask for the Pods' own.",
                pod.name, service.name
            ),
            field("service", &service.name, "spec.clusterIP"),
        )
    } else {
        (
            format!("Nothing in Pod {} listens on {port}/{protocol}; {declares}.", pod.name),
            field("pod", &pod.name, "spec.containers[0].ports"),
        )
    };
    reason(ReasonCode::NothingListens, say, Some(look_at))
}

/// Policies that are told by name; the others are counted.
const MOST_POLICIES: usize = 5;

pub(super) fn forbidden(pod: &Pod, ingress: bool, policies: &[Name]) -> Reason {
    let mut names: Vec<String> =
        policies.iter().take(MOST_POLICIES).map(ToString::to_string).collect();
    if let more @ 1.. = policies.len().saturating_sub(MOST_POLICIES) {
        names.push(format!("{more} more"));
    }
    let side = if ingress { "into" } else { "out of" };
    let say = format!(
        "NetworkPolicy {} isolates Pod {}, and no rule lets this connection {side} it.",
        names.join(" and "),
        pod.name
    );
    let path = if ingress { "spec.ingress" } else { "spec.egress" };
    let look_at = policies.first().map(|name| field("networkpolicy", name, path));
    reason(ReasonCode::NetworkPolicy, say, look_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_labels_that_come_near_the_nearest_are_told() {
        let world = "
objects:
- {kind: Pod, metadata: {name: a, labels: {app: frotend, tier: webs}}, spec: {containers: [{name: c, image: x}]}}
- {kind: Pod, metadata: {name: b, labels: {app: frontend, tier: webs}}, spec: {containers: [{name: c, image: x}]}}
- {kind: Pod, metadata: {name: c, labels: {app: frotend, tier: web}}, spec: {containers: [{name: c, image: x}]}}
- {kind: Service, metadata: {name: s}, spec: {selector: {app: frontend, tier: web}, ports: [{port: 80}]}}
";
        let (cluster, _) = Cluster::from_world(world).unwrap();
        let service = cluster.services().find(|service| service.selector.is_some()).unwrap();
        let said = near(&cluster, &service.name, service.selector.as_ref().unwrap());
        assert_eq!(said, "; Pod b has tier=webs");
    }
}
