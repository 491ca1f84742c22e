//! The stage of a trace, from the cluster it was made on.

use super::{Stage, StageBalancer, StageNode, StagePod, StageService};
use crate::cluster::{Cluster, Name, Pod, Service, ServiceType};
use crate::trace::{Place, Protocol, Trace};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Pods that are taken whole; of larger worlds the others are only counted, unless
/// they are endpoints or on a way.
const WHOLE: usize = 1000;
/// Endpoints that are taken whole.
const ENDPOINTS: usize = 1000;

impl Stage {
    /// What the chart shows of `cluster` for `trace`, which was made on it. Takes time
    /// in proportion to the cluster's Pods, so make it once a trace, not once a frame.
    #[must_use]
    pub fn from_cluster(cluster: &Cluster, trace: &Trace) -> Self {
        let settings = cluster.settings();
        let service = service_of(cluster, trace);
        let mut nodes: Vec<StageNode> = cluster
            .nodes()
            .map(|node| StageNode { name: node.name.to_string(), ip: node.ip(), n_more_pods: 0 })
            .collect();
        let places: HashMap<String, usize> =
            nodes.iter().enumerate().map(|(i, node)| (node.name.clone(), i)).collect();
        let endpoints =
            service.map_or_else(HashSet::new, |service| endpoint_names(cluster, service));
        let on_way = pods_on_way(trace);
        let mut pods = Vec::new();
        for pod in cluster.pods() {
            if pod.is_over() {
                continue;
            }
            let endpoint = endpoints.contains(&pod.name);
            let key = (&*pod.name.namespace, &*pod.name.name);
            if pods.len() < WHOLE || endpoint || on_way.contains(&key) {
                pods.push(stage_pod(cluster, pod, endpoint));
            } else if let Some(&i) = pod.node.as_deref().and_then(|name| places.get(name)) {
                nodes[i].n_more_pods += 1;
            }
        }
        Self {
            nodes,
            pods,
            external: Some(settings.external.ip),
            balancer: service.filter(|service| service.kind == ServiceType::LoadBalancer).map(
                |service| StageBalancer {
                    ip: service.ingress.iter().find_map(|ingress| ingress.ip),
                },
            ),
            service: service.map(|service| stage_service(service)),
            proxy_mode: settings.proxy_mode.to_string(),
        }
    }
}

fn pods_on_way(trace: &Trace) -> HashSet<(&str, &str)> {
    // All ways of a packet differ in the endpoint only; those are taken anyway.
    let hops = trace.ways.iter().take(ENDPOINTS).flat_map(|way| &way.hops);
    hops.filter_map(|hop| match &hop.at {
        Place::Pod { namespace, name } => Some((namespace.as_str(), name.as_str())),
        _ => None,
    })
    .collect()
}

fn endpoint_names(cluster: &Cluster, service: &Service) -> HashSet<Name> {
    let Some(endpoints) = cluster.endpoints(&service.name) else { return HashSet::new() };
    let all = endpoints.ports.iter().flat_map(|port| &port.endpoints);
    let mut names: HashSet<Name> =
        all.filter_map(|endpoint| endpoint.pod.clone()).take(ENDPOINTS).collect();
    // Without a port of its name a selected Pod is no endpoint; it belongs to the Service
    // all the same.
    if names.is_empty() {
        names.extend(cluster.selected_pods(service).iter().map(|pod| pod.name.clone()));
    }
    names
}

/// The Service that the packet is for: the one its target or a hop names, else the one
/// at the address it is sent to.
pub(super) fn service_of<'a>(cluster: &'a Cluster, trace: &Trace) -> Option<&'a Arc<Service>> {
    let by_target = ["service/", "lb/"]
        .iter()
        .find_map(|prefix| trace.target.strip_prefix(prefix))
        .and_then(|rest| rest.split(':').next())
        .and_then(|name| by_name(cluster, name));
    if by_target.is_some() {
        return by_target;
    }
    let way = trace.ways.first()?;
    let because = way.hops.iter().filter_map(|hop| hop.because.as_ref());
    let named = because
        .chain(&way.reason.look_at)
        .filter_map(|field| field.object.strip_prefix("service/"))
        .find_map(|name| by_name(cluster, name));
    named.or_else(|| {
        let to = way.hops.first()?.to;
        cluster
            .services_at_cluster_ip(to.ip)
            .chain(cluster.services_at_outer_ip(to.ip))
            .next()
            .or_else(|| {
                cluster.node_at(to.ip)?;
                cluster.services_at_node_port(to.port).next()
            })
    })
}

fn by_name<'a>(cluster: &'a Cluster, name: &str) -> Option<&'a Arc<Service>> {
    match name.split_once('/') {
        Some((namespace, name)) => cluster.service(namespace, name),
        None => cluster.service("default", name),
    }
}

fn stage_pod(cluster: &Cluster, pod: &Pod, endpoint: bool) -> StagePod {
    let settings = cluster.settings();
    let mut ports: Vec<(u16, Protocol)> = match settings.listening.get(&pod.name.to_string()) {
        Some(ports) => ports.clone(),
        None => {
            let declared = pod.ports().iter().map(|port| (port.port, port.protocol));
            declared.chain(settings.images.values().flatten().copied()).collect()
        }
    };
    ports.retain(|&(port, protocol)| cluster.listens(pod, port, protocol));
    crate::source::sort::sort_by(&mut ports, Ord::cmp);
    ports.dedup();
    StagePod {
        namespace: pod.name.namespace.to_string(),
        name: pod.name.name.to_string(),
        node: pod.node.as_deref().map(str::to_owned),
        ip: pod.ip(),
        ready: pod.ready(),
        ports: ports.iter().map(|(port, protocol)| format!("{port}/{protocol}")).collect(),
        endpoint,
        labels: pod.labels().to_string(),
    }
}

/// What else of a Service decides who answers, and whose address is seen.
fn facts(service: &Service) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |field: &str, value: String| facts.push((field.to_owned(), value));
    if service.kind == ServiceType::ExternalName {
        return facts;
    }
    fact("selector", service.selector.as_ref().map_or("none".into(), ToString::to_string));
    if service.headless {
        return facts;
    }
    let policy = |local: bool| if local { "Local" } else { "Cluster" }.to_owned();
    if matches!(service.kind, ServiceType::NodePort | ServiceType::LoadBalancer) {
        fact("externalTrafficPolicy", policy(service.external_local));
    }
    fact("internalTrafficPolicy", policy(service.internal_local));
    let affinity = if service.client_ip_affinity { "ClientIP" } else { "None" };
    fact("sessionAffinity", affinity.into());
    if let Some(distribution) = &service.traffic_distribution {
        fact("trafficDistribution", distribution.to_string());
    }
    if !service.source_ranges.is_empty() {
        let ranges: Vec<String> = service.source_ranges.iter().map(ToString::to_string).collect();
        fact("loadBalancerSourceRanges", ranges.join(", "));
    }
    facts
}

fn stage_service(service: &Service) -> StageService {
    let ports = service.ports.iter().map(|port| {
        let node_port = port.node_port.map_or(String::new(), |port| format!(":{port}"));
        let protocol = match port.protocol {
            Protocol::Tcp => String::new(),
            protocol => format!("/{protocol}"),
        };
        // A headless Service translates no port.
        if service.headless {
            format!("{}{protocol}", port.port)
        } else {
            format!("{}{node_port}{protocol} → {}", port.port, port.target_port)
        }
    });
    StageService {
        name: service.name.to_string(),
        kind: if service.headless { "headless".into() } else { service.kind.to_string() },
        cluster_ip: service.cluster_ips.first().copied(),
        ports: match &service.external_name {
            Some(name) => vec![format!("→ {name}")],
            None => ports.collect(),
        },
        sticky: service.client_ip_affinity,
        facts: facts(service),
    }
}
