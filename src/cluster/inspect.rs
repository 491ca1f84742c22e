//! What is odd in a world: each thing named by its object, none of them fatal.

use super::{Cluster, Key, WorldFinding, controllers};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Kinds that are kept, and that the simulator does not carry out.
const NOT_CARRIED_OUT: [&str; 4] = ["Ingress", "Gateway", "HTTPRoute", "GRPCRoute"];

/// Looks through the cluster for what is probably not meant.
pub(super) fn inspect(cluster: &Cluster) -> Vec<WorldFinding> {
    let mut findings = Vec::new();
    nodes(cluster, &mut findings);
    pods(cluster, &mut findings);
    services(cluster, &mut findings);
    slices(cluster, &mut findings);
    policies(cluster, &mut findings);
    others(cluster, &mut findings);
    findings.extend(controllers::findings(cluster));
    settings(cluster, &mut findings);
    findings
}

fn tell(findings: &mut Vec<WorldFinding>, kind: &str, name: &super::Name, message: String) {
    let object = Key { kind: kind.into(), name: name.clone() }.to_string();
    findings.push(WorldFinding { object, message });
}

fn nodes(cluster: &Cluster, findings: &mut Vec<WorldFinding>) {
    let all: Vec<_> = cluster.nodes().collect();
    let mut ranges: Vec<_> = all
        .iter()
        .flat_map(|node| node.pod_cidrs.iter().map(move |range| (*range, &node.name)))
        .collect();
    crate::source::sort::sort_by(&mut ranges, Ord::cmp);
    let mut by_ip: BTreeMap<IpAddr, &str> = BTreeMap::new();
    for node in &all {
        let name = super::Name::new("", &node.name);
        for ip in &node.ips {
            if let Some(other) = by_ip.insert(*ip, &node.name)
                && other != &*node.name
            {
                let message = format!("Its address {ip} is {other}'s too.");
                tell(findings, "Node", &name, message);
            }
        }
    }
    // Sorted ranges overlap only with a neighbour that begins before they end.
    for pair in ranges.windows(2) {
        let ((first, owner), (second, other)) = (pair[0], pair[1]);
        if owner != other && first.contains(&second) {
            let message = format!("Its podCIDR {second} lies in {owner}'s, {first}.");
            tell(findings, "Node", &super::Name::new("", other), message);
        }
    }
}

fn pods(cluster: &Cluster, findings: &mut Vec<WorldFinding>) {
    let mut by_ip: BTreeMap<IpAddr, &super::Name> = BTreeMap::new();
    for pod in cluster.pods() {
        match pod.node.as_deref() {
            None => tell(findings, "Pod", &pod.name, "It is on no node.".to_owned()),
            Some(node) if cluster.node(node).is_none() => {
                let message = format!("It is on node {node}, and there is none of that name.");
                tell(findings, "Pod", &pod.name, message);
            }
            Some(_) if pod.ips.is_empty() && pod.phase() == "Running" => {
                tell(findings, "Pod", &pod.name, "It has no address.".to_owned());
            }
            Some(_) => {}
        }
        missing_namespace(cluster, "Pod", &pod.name, findings);
        if pod.host_network() || pod.is_over() {
            continue;
        }
        for ip in &pod.ips {
            if let Some(other) = by_ip.insert(*ip, &pod.name) {
                let message = format!("Its address {ip} is Pod {other}'s too.");
                tell(findings, "Pod", &pod.name, message);
            }
            if let Some(node) = cluster.node_at(*ip) {
                let message = format!("Its address {ip} is node {}'s too.", node.name);
                tell(findings, "Pod", &pod.name, message);
            }
        }
    }
}

fn services(cluster: &Cluster, findings: &mut Vec<WorldFinding>) {
    for service in cluster.services() {
        missing_namespace(cluster, "Service", &service.name, findings);
        for ip in &service.cluster_ips {
            let others = cluster.services_at_cluster_ip(*ip).take_while(|s| s.name != service.name);
            for other in others {
                let message = format!("Its clusterIP {ip} is Service {}'s too.", other.name);
                tell(findings, "Service", &service.name, message);
            }
        }
    }
}

fn slices(cluster: &Cluster, findings: &mut Vec<WorldFinding>) {
    for slice in cluster.slices().filter(|slice| !slice.managed) {
        let Some(service) = slice.service_name() else {
            let message =
                "It has no label kubernetes.io/service-name, so it belongs to no Service.";
            tell(findings, "EndpointSlice", &slice.name, message.to_owned());
            continue;
        };
        if cluster.service(&service.namespace, &service.name).is_none() {
            let message = format!("It belongs to Service {service}, and there is none.");
            tell(findings, "EndpointSlice", &slice.name, message);
        }
        for endpoint in &slice.endpoints {
            let in_pods = cluster.settings().cluster_cidr.contains(&endpoint.ip);
            if in_pods && cluster.pod_at(endpoint.ip).is_none() {
                let message = format!("Its endpoint {} is no Pod's address.", endpoint.ip);
                tell(findings, "EndpointSlice", &slice.name, message);
            }
        }
    }
}

fn policies(cluster: &Cluster, findings: &mut Vec<WorldFinding>) {
    for policy in cluster.policies() {
        let namespace = &policy.name.namespace;
        missing_namespace(cluster, "NetworkPolicy", &policy.name, findings);
        let mut pods = cluster.pods().filter(|pod| pod.name.namespace == *namespace);
        if !pods.any(|pod| policy.pods.matches(pod.labels())) {
            let message = format!(
                "Its podSelector selects no Pod of namespace {namespace}: it does nothing."
            );
            tell(findings, "NetworkPolicy", &policy.name, message);
        }
    }
}

fn others(cluster: &Cluster, findings: &mut Vec<WorldFinding>) {
    for kind in NOT_CARRIED_OUT {
        for object in cluster.list(kind, None) {
            let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
            let name = super::Name::new(text("namespace"), text("name"));
            let message = format!("Nothing here carries out the kind {kind}; it is only kept.");
            tell(findings, kind, &name, message);
        }
    }
}

fn settings(cluster: &Cluster, findings: &mut Vec<WorldFinding>) {
    let settings = cluster.settings();
    let mut tell = |object: &str, message: String| {
        findings.push(WorldFinding { object: object.to_owned(), message });
    };
    for range in &settings.service_cidrs {
        if range.contains(&settings.cluster_cidr) || settings.cluster_cidr.contains(range) {
            let message = format!("It overlaps clusterCIDR {}.", settings.cluster_cidr);
            tell("serviceCIDR", message);
        }
    }
    for name in settings.listening.keys() {
        let (namespace, pod) = name.split_once('/').unwrap_or(("default", name));
        if cluster.pod(namespace, pod).is_none() {
            tell("listening", format!("There is no Pod {name}."));
        }
    }
}

fn missing_namespace(
    cluster: &Cluster,
    kind: &str,
    name: &super::Name,
    findings: &mut Vec<WorldFinding>,
) {
    if cluster.namespace(&name.namespace).is_none() {
        let message = format!("There is no namespace {}.", name.namespace);
        tell(findings, kind, name, message);
    }
}
