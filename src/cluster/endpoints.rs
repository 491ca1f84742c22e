//! The EndpointSlice controller, and kube-proxy's view of the slices.

use super::object::{EndpointSlice, IpFamily, SliceEndpoint, SlicePort};
use super::{Cluster, Name, Pod, Protocol, Service};
use super::{mirror, port_order};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write as _;
use std::net::IpAddr;
use std::sync::Arc;

/// One endpoint of one Service port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its address.
    pub ip: IpAddr,
    /// Its port.
    pub port: u16,
    /// The node that it runs on, where the slice says so.
    pub node: Option<Arc<str>>,
    /// The Pod behind it: what the slice names, else the Pod with that address.
    pub pod: Option<Name>,
    /// Takes traffic.
    pub ready: bool,
    /// Would take traffic, were it not for its end.
    pub serving: bool,
    /// Its Pod is being deleted.
    pub terminating: bool,
    /// Nodes that it is meant for.
    pub for_nodes: Vec<Arc<str>>,
    /// Zones that it is meant for.
    pub for_zones: Vec<Arc<str>>,
}

/// The endpoints of one Service port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortEndpoints {
    /// The Service port's name; empty where it has none.
    pub name: Arc<str>,
    /// Protocol.
    pub protocol: Protocol,
    /// Its endpoints, ready or not, in the order of kube-proxy's rules (by `IP:PORT` as text).
    pub endpoints: Vec<Endpoint>,
    /// How many of them are of IPv4: they stand first.
    pub n_ipv4: usize,
    /// All of them are ready, and none has a hint.
    pub plain: bool,
    /// The Pod behind each of them is known.
    pub named: bool,
}

/// The endpoints of a Service, from all of its slices, as kube-proxy sees them: the same on
/// every node (`EndpointSliceCache`, pkg/proxy, v1.36).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Endpoints {
    /// By port.
    pub ports: Vec<PortEndpoints>,
}

impl Endpoints {
    /// The endpoints of the port of that name and protocol.
    #[must_use]
    pub fn of(&self, name: &str, protocol: Protocol) -> &[Endpoint] {
        self.port(name, protocol).map_or(&[], |port| &port.endpoints)
    }

    /// The port of that name and protocol.
    #[must_use]
    pub fn port(&self, name: &str, protocol: Protocol) -> Option<&PortEndpoints> {
        self.ports.iter().find(|port| *port.name == *name && port.protocol == protocol)
    }
}

/// The most endpoints that the controller puts into one slice (`--max-endpoints-per-slice`).
const MAX_PER_SLICE: usize = 100;

/// What the EndpointSlice controller makes of `service` (`reconcileByAddressType`,
/// staging/src/k8s.io/endpointslice/reconciler.go, v1.36), except that slices are filled in
/// the order of the Pods' names and always anew.
pub(super) fn derive(cluster: &Cluster, service: &Service) -> Vec<EndpointSlice> {
    if !service.has_endpoints() {
        return mirror::mirror(cluster, service);
    }
    let mut slices = Vec::new();
    for family in &service.ip_families {
        derive_family(cluster, service, *family, &mut slices);
    }
    slices
}

fn derive_family(
    cluster: &Cluster,
    service: &Service,
    family: IpFamily,
    slices: &mut Vec<EndpointSlice>,
) {
    let mut by_ports: Vec<(Vec<SlicePort>, Vec<SliceEndpoint>)> = Vec::new();
    // Pods of one template have the same ports, and mostly stand next to each other.
    let mut last: Option<(Arc<Pod>, usize)> = None;
    for pod in cluster.selected_pods(service) {
        let Some(ip) = pod.ips.iter().copied().find(|ip| IpFamily::of(*ip) == family) else {
            continue;
        };
        // ShouldPodBeInEndpoints: a Pod that ran to its end is out.
        if pod.is_over() {
            continue;
        }
        let node = pod.node.as_deref().and_then(|name| cluster.node(name));
        if node.is_none() && !service.publish_not_ready {
            continue;
        }
        let at = match &last {
            Some((alike, at)) if alike.has_template_of(&pod) => *at,
            _ => {
                let ports = SlicePort::of(service, &pod);
                let known = by_ports.iter().position(|(known, _)| *known == ports);
                known.unwrap_or_else(|| {
                    by_ports.push((ports, Vec::new()));
                    by_ports.len() - 1
                })
            }
        };
        let zone = node.and_then(|node| node.shared_zone()).cloned();
        by_ports[at].1.push(endpoint_of(service, &pod, ip, zone));
        last = Some((pod, at));
    }
    if by_ports.is_empty() {
        // A Service that selects nothing has an empty slice, so that it can be seen.
        by_ports.push((Vec::new(), Vec::new()));
    }
    if by_ports.len() > 1 {
        crate::source::sort::sort_by(&mut by_ports, |(a, _), (b, _)| a.cmp(b));
    }
    for (mut ports, mut endpoints) in by_ports {
        port_order::sort_slice(&mut ports);
        endpoints.sort_by(|a, b| a.pod.cmp(&b.pod));
        let n_chunks = endpoints.len().div_ceil(MAX_PER_SLICE).max(1);
        let mut rest = endpoints.into_iter();
        for _ in 0..n_chunks {
            slices.push(EndpointSlice {
                name: slice_name(service, slices.len()),
                service: Some(service.name.name.clone()),
                managed: true,
                mirrored: false,
                headless: service.headless,
                address_type: family.to_string().into(),
                ports: ports.clone(),
                endpoints: rest.by_ref().take(MAX_PER_SLICE).collect(),
                version: 0,
                generation: 1,
                trigger: None,
                owner: Some(service.value.clone()),
                value: None,
            });
        }
    }
}

/// `podToEndpoint`, staging/src/k8s.io/endpointslice/utils.go, v1.36, and the hints of
/// trafficDistribution (`ReconcileHintsForPreferClose`, endpointslice/trafficdist).
fn endpoint_of(service: &Service, pod: &Pod, ip: IpAddr, zone: Option<Arc<str>>) -> SliceEndpoint {
    let serving = pod.ready();
    let terminating = pod.terminating();
    let ready = service.publish_not_ready || (serving && !terminating);
    let (mut for_nodes, mut for_zones) = (Vec::new(), Vec::new());
    if ready && let Some(distribution) = service.traffic_distribution.as_deref() {
        if distribution == "PreferSameNode" {
            for_nodes.extend(pod.node.clone());
        }
        if matches!(distribution, "PreferSameNode" | "PreferSameZone" | "PreferClose") {
            for_zones.extend(zone.clone());
        }
    }
    let own_name = pod.subdomain() == Some(&*service.name.name)
        && pod.name.namespace == service.name.namespace;
    SliceEndpoint {
        ip,
        node: pod.node.clone(),
        zone,
        pod: Some(pod.name.clone()),
        hostname: pod.hostname().filter(|_| own_name).cloned(),
        ready,
        serving,
        terminating,
        for_nodes,
        for_zones,
    }
}

/// A slice's name: the Service's, and five letters as `generateName` makes them, the same
/// every time.
pub(super) fn slice_name(service: &Service, idx: usize) -> Name {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut hasher = DefaultHasher::new();
    (&service.name, idx).hash(&mut hasher);
    let mut hash = hasher.finish();
    let mut name = format!("{}-", service.name.name);
    for _ in 0..5 {
        name.push(char::from(LETTERS[(hash % 27) as usize]));
        hash /= 27;
    }
    Name { namespace: service.name.namespace.clone(), name: name.into() }
}

/// kube-proxy's view of `slices`, those of one Service. Of endpoints given twice the one
/// that is better off counts, as in the cache's `addEndpoints`.
pub(super) fn view<'a>(
    cluster: &Cluster,
    slices: impl Iterator<Item = &'a EndpointSlice>,
) -> Endpoints {
    let mut ports: Vec<(PortEndpoints, Vec<Sorted>)> = Vec::new();
    for slice in slices {
        for port in &slice.ports {
            let Some(number) = port.port else { continue };
            let same =
                |p: &(PortEndpoints, _)| p.0.name == port.name && p.0.protocol == port.protocol;
            let at = match ports.iter().position(same) {
                Some(at) => at,
                None => {
                    let (name, protocol) = (port.name.clone(), port.protocol);
                    let port = PortEndpoints {
                        name,
                        protocol,
                        endpoints: Vec::new(),
                        n_ipv4: 0,
                        plain: false,
                        named: false,
                    };
                    ports.push((port, Vec::new()));
                    ports.len() - 1
                }
            };
            for endpoint in &slice.endpoints {
                ports[at].1.push((text_of(endpoint.ip, number), endpoint, number));
            }
        }
    }
    if ports.len() > 1 {
        crate::source::sort::sort_by(&mut ports, |(a, _), (b, _)| {
            (&a.name, a.protocol).cmp(&(&b.name, b.protocol))
        });
    }
    let of_port = |(mut port, mut sorted): (PortEndpoints, Vec<Sorted<'a>>)| {
        // Of two Pods with one address the one that does not end counts (`addEndpoints`).
        // Stable: of two that are as well off it is the first.
        let better = |x: &SliceEndpoint, y: &SliceEndpoint| {
            x.terminating.cmp(&y.terminating).then(y.ready.cmp(&x.ready))
        };
        sorted.sort_by(|(a, x, _), (b, y, _)| a.cmp(b).then_with(|| better(x, y)));
        sorted.dedup_by(|(a, ..), (b, ..)| a == b);
        port.endpoints =
            sorted.iter().map(|(_, from, number)| seen(cluster, from, *number)).collect();
        let is_plain = |e: &Endpoint| e.ready && e.for_nodes.is_empty() && e.for_zones.is_empty();
        // What nobody has to walk over all of them for later. As texts, IPv4 addresses stand
        // before the bracket of IPv6.
        port.n_ipv4 = port.endpoints.partition_point(|e| e.ip.is_ipv4());
        port.plain = port.endpoints.iter().all(is_plain);
        port.named = port.endpoints.iter().all(|e| e.pod.is_some());
        port
    };
    Endpoints { ports: ports.into_iter().map(of_port).collect() }
}

/// `IP:PORT` as text, by which kube-proxy sorts; the endpoint; its port.
type Sorted<'a> = (Text, &'a SliceEndpoint, u16);

/// The longest has 47 bytes; behind a text there are zeros.
type Text = [u8; 48];

fn text_of(ip: IpAddr, port: u16) -> Text {
    let mut text = [0; 48];
    let mut rest = &mut text[..];
    // There is room for it.
    let _ = match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            let mut parts = [(a, b'.'), (b, b'.'), (c, b'.'), (d, b':')].into_iter();
            parts.try_for_each(|(octet, behind)| {
                write_number(&mut rest, octet.into())?;
                rest.write_all(&[behind])
            })
        }
        IpAddr::V6(ip) => write!(rest, "[{ip}]:"),
    }
    .and_then(|()| write_number(&mut rest, port));
    text
}

/// Formatting takes longer, and there are very many.
fn write_number(to: &mut &mut [u8], number: u16) -> std::io::Result<()> {
    let mut digits = [0; 5];
    let mut left = number;
    let mut at = digits.len();
    for (idx, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (left % 10) as u8;
        left /= 10;
        at = idx;
        if left == 0 {
            break;
        }
    }
    to.write_all(&digits[at..])
}

fn seen(cluster: &Cluster, endpoint: &SliceEndpoint, port: u16) -> Endpoint {
    let named = || cluster.pod_at(endpoint.ip).map(|pod| pod.name.clone());
    Endpoint {
        ip: endpoint.ip,
        port,
        node: endpoint.node.clone(),
        pod: endpoint.pod.clone().or_else(named),
        ready: endpoint.ready,
        serving: endpoint.serving,
        terminating: endpoint.terminating,
        for_nodes: endpoint.for_nodes.clone(),
        for_zones: endpoint.for_zones.clone(),
    }
}

impl Cluster {
    /// The Pods that `service` selects, by name; none where it has no selector.
    pub fn selected_pods(&self, service: &Service) -> Vec<Arc<Pod>> {
        let Some(selector) = &service.selector else { return Vec::new() };
        let namespace = &service.name.namespace;
        // The rarest of the selector's pairs leaves the fewest sets of labels to look at.
        let pairs = selector.iter().map(|(key, value)| self.groups_with(namespace, key, value));
        let Some(fewest) = pairs.min_by_key(|groups| groups.len()) else { return Vec::new() };
        let groups = fewest.iter().filter(|labels| selector.select(labels));
        let mut pods: Vec<Arc<Pod>> = groups
            .filter_map(|labels| self.groups.get(&(namespace.clone(), labels.clone())))
            .flat_map(|group| group.names.iter())
            .filter_map(|name| self.pod(namespace, name))
            .cloned()
            .collect();
        pods.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        pods
    }

    /// The Services that select this Pod, or a Pod with its labels.
    pub fn services_selecting(&self, pod: &Pod) -> BTreeSet<Name> {
        let mut names = BTreeSet::new();
        for (key, value) in pod.labels().iter() {
            for name in self.services_by_pair(&pod.name.namespace, key, value) {
                let selects = self
                    .service(&name.namespace, &name.name)
                    .and_then(|service| service.selector.as_ref())
                    .is_some_and(|selector| selector.select(pod.labels()));
                if selects {
                    names.insert(name.clone());
                }
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::SocketAddr;

    proptest! {
        #[test]
        fn addresses_are_sorted_as_texts(ip: IpAddr, port: u16) {
            let text = SocketAddr::new(ip, port).to_string();
            let mut wanted = [0; 48];
            wanted[..text.len()].copy_from_slice(text.as_bytes());
            prop_assert_eq!(text_of(ip, port), wanted);
        }
    }
}
