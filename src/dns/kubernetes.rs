//! CoreDNS's kubernetes plugin, and the forwarding of all other names.

use super::request::{Parsed, Request, parse};
use super::reverse;
use super::{Answer, Record, RecordType, Status};
use crate::cluster::{Cluster, Service, SliceEndpoint};
use std::borrow::Cow;
use std::collections::HashSet;
use std::net::IpAddr;

/// What the cluster's DNS server answers to a query for `name`, fully qualified (the dot at
/// its end may be left out), of type `record_type`.
#[must_use]
pub fn query(cluster: &Cluster, name: &str, record_type: RecordType) -> Answer {
    let name = format!("{}.", name.trim_end_matches('.').to_ascii_lowercase());
    if let Some(base) = below(&name, &cluster.settings().cluster_domain) {
        return in_cluster(cluster, base, &name, record_type);
    }
    let reverse_zone = name.ends_with(".in-addr.arpa.") || name.ends_with(".ip6.arpa.");
    if reverse_zone
        && record_type == RecordType::Ptr
        && let Some(ip) = reverse::address_of(&name)
    {
        let names = reverse::names_of(cluster, ip);
        if !names.is_empty() {
            let records = names.into_iter().map(|data| record(&name, RecordType::Ptr, data));
            return Answer::new(Status::NoError, records.collect());
        }
        // The Corefile lets reverse names that are not the cluster's fall through.
    }
    upstream(cluster, &name, record_type)
}

fn record(name: &str, record_type: RecordType, data: String) -> Record {
    Record { name: name.to_owned(), record_type, data }
}

/// `name` without the cluster's domain; none where it is not below it.
fn below<'a>(name: &'a str, domain: &str) -> Option<&'a str> {
    let base = name.strip_suffix('.')?.strip_suffix(domain)?;
    if base.is_empty() { Some("") } else { base.strip_suffix('.') }
}

/// The server that CoreDNS forwards to: it knows the world's upstream names.
fn upstream(cluster: &Cluster, name: &str, record_type: RecordType) -> Answer {
    let Some(ip) = cluster.settings().upstream.get(name) else {
        return Answer::new(Status::ServFail, Vec::new());
    };
    let is_type = match ip {
        IpAddr::V4(_) => record_type == RecordType::A,
        IpAddr::V6(_) => record_type == RecordType::Aaaa,
    };
    let answers = is_type.then(|| record(name, record_type, ip.to_string()));
    Answer::new(Status::NoError, answers.into_iter().collect())
}

/// Where a name leads: msg.Service of the plugin.
struct Found<'a> {
    /// The name that an SRV record points to.
    own_name: String,
    host: Host<'a>,
    /// None for the sentinel of endpoints without ports, which has no SRV record.
    port: Option<u16>,
}

enum Host<'a> {
    Ip(IpAddr),
    Name(&'a str),
}

/// The plugin's `ServeDNS` (handler.go).
fn in_cluster(cluster: &Cluster, base: &str, name: &str, record_type: RecordType) -> Answer {
    if record_type == RecordType::Txt && base == "dns-version" {
        return Answer::new(
            Status::NoError,
            vec![record(name, RecordType::Txt, "\"1.1.0\"".to_owned())],
        );
    }
    let records = match record_type {
        RecordType::A | RecordType::Aaaa => addresses(cluster, name, record_type, &mut Vec::new()),
        RecordType::Srv => find(cluster, base).map(|found| srv(name, &found)),
        RecordType::Cname => find(cluster, base).map(|found| match found.first() {
            Some(Found { host: Host::Name(target), .. }) => {
                vec![record(name, RecordType::Cname, fqdn(target))]
            }
            _ => Vec::new(),
        }),
        // Others are not there; whether the name is, a search for addresses tells.
        RecordType::Ptr | RecordType::Txt | RecordType::Other => {
            find(cluster, base).map(|_| Vec::new())
        }
    };
    match records {
        Some(records) => Answer::new(Status::NoError, records),
        None => Answer::new(Status::NxDomain, Vec::new()),
    }
}

fn fqdn(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.').to_ascii_lowercase())
}

/// The longest chain of CNAMEs that is followed (`plugin.A`, backend_lookup.go).
const MAX_CHAIN: usize = 7;

/// A and AAAA records, aliases followed (`plugin.A`, `plugin.AAAA`, backend_lookup.go). None
/// where the name is not there.
fn addresses(
    cluster: &Cluster,
    name: &str,
    record_type: RecordType,
    chain: &mut Vec<(String, String)>,
) -> Option<Vec<Record>> {
    let base = below(name, &cluster.settings().cluster_domain)?;
    let found = find(cluster, base)?;
    let mut records = Vec::new();
    let mut seen = HashSet::new();
    for found in found {
        match found.host {
            Host::Ip(ip) => {
                let wanted = match ip {
                    IpAddr::V4(_) => record_type == RecordType::A,
                    IpAddr::V6(_) => record_type == RecordType::Aaaa,
                };
                if wanted && seen.insert(ip) {
                    records.push(record(name, record_type, ip.to_string()));
                }
            }
            Host::Name(target) => {
                let target = fqdn(target);
                let link = (name.to_owned(), target.clone());
                if target == name || chain.len() > MAX_CHAIN || chain.contains(&link) {
                    continue;
                }
                let alias = record(name, RecordType::Cname, target.clone());
                if below(&target, &cluster.settings().cluster_domain).is_some() {
                    chain.push(link);
                    // An alias that leads nowhere inside is left out.
                    let next = addresses(cluster, &target, record_type, chain).unwrap_or_default();
                    chain.pop();
                    if !next.is_empty() {
                        records.push(alias);
                        records.extend(next);
                    }
                } else {
                    records.push(alias);
                    records.extend(upstream(cluster, &target, record_type).answers);
                }
            }
        }
    }
    Some(records)
}

/// SRV records (`plugin.SRV`, backend_lookup.go): each way has the same share of 100, and
/// ways to the same target and port, as a TCP and a UDP port give, are one record.
fn srv(name: &str, found: &[Found<'_>]) -> Vec<Record> {
    let found: Vec<&Found<'_>> = found.iter().filter(|f| matches!(f.host, Host::Ip(_))).collect();
    let weight = (100 / found.len().max(1)).max(1);
    let mut seen = HashSet::new();
    found
        .into_iter()
        .filter_map(|found| Some((&found.own_name, found.port?)))
        .filter(|target| seen.insert(*target))
        .map(|(target, port)| record(name, RecordType::Srv, format!("0 {weight} {port} {target}")))
        .collect()
}

/// `Records` of the plugin (kubernetes.go): what `base`, a name below the domain, leads to;
/// nothing for names that are there without records, None for names that are not.
fn find<'a>(cluster: &'a Cluster, base: &str) -> Option<Vec<Found<'a>>> {
    let request = match parse(base) {
        Parsed::Apex => return Some(Vec::new()),
        Parsed::Invalid => return None,
        Parsed::Request(request) => request,
    };
    cluster.namespace(request.namespace)?;
    if request.service.is_empty() {
        return Some(Vec::new());
    }
    if request.pod {
        return find_pod(cluster, &request);
    }
    let service = cluster.service(request.namespace, request.service)?;
    find_service(cluster, service, &request)
}

/// `findPods`, with `pods insecure`: any address may be asked for, a Pod's or not.
fn find_pod<'a>(cluster: &Cluster, request: &Request<'_>) -> Option<Vec<Found<'a>>> {
    let label = request.service;
    let is_v4 = label.matches('-').count() == 3 && !label.contains("--");
    let text = label.replace('-', if is_v4 { "." } else { ":" });
    let ip = text.parse().ok()?;
    let own_name =
        format!("{label}.{}.pod.{}.", request.namespace, cluster.settings().cluster_domain);
    Some(vec![Found { own_name, host: Host::Ip(ip), port: Some(0) }])
}

/// `findServices`.
fn find_service<'a>(
    cluster: &'a Cluster,
    service: &'a Service,
    request: &Request<'_>,
) -> Option<Vec<Found<'a>>> {
    let own_name = format!(
        "{}.{}.svc.{}.",
        service.name.name,
        service.name.namespace,
        cluster.settings().cluster_domain
    );
    let matches = |name: &str, protocol: &str| {
        (request.port.is_empty() || request.port.eq_ignore_ascii_case(name))
            && (request.protocol.is_empty() || request.protocol.eq_ignore_ascii_case(protocol))
    };
    let mut found = Vec::new();
    if let Some(target) = &service.external_name {
        let plain =
            request.endpoint.is_empty() && request.port.is_empty() && request.protocol.is_empty();
        // An address is no name: CoreDNS has no record for such an ExternalName.
        if plain && target.parse::<IpAddr>().is_err() {
            found.push(Found { own_name, host: Host::Name(target), port: None });
        }
    } else if service.headless || !request.endpoint.is_empty() {
        for slice in cluster.slices_of(&service.name) {
            for endpoint in slice.endpoints.iter().filter(|endpoint| endpoint.ready) {
                let endpoint_name = endpoint_name(endpoint);
                if !request.endpoint.is_empty()
                    && !request.endpoint.eq_ignore_ascii_case(&endpoint_name)
                {
                    continue;
                }
                let own_name = format!("{endpoint_name}.{own_name}");
                let host = || Host::Ip(endpoint.ip);
                if slice.ports.is_empty() && matches("", "") {
                    found.push(Found { own_name, host: host(), port: None });
                    continue;
                }
                for port in &slice.ports {
                    if matches(&port.name, &port.protocol.to_string()) {
                        let own_name = own_name.clone();
                        // A port that the slice leaves open is 0 to CoreDNS.
                        let number = Some(port.port.unwrap_or(0));
                        found.push(Found { own_name, host: host(), port: number });
                    }
                }
            }
        }
    } else {
        for port in &service.ports {
            if !matches(&port.name, &port.protocol.to_string()) {
                continue;
            }
            for ip in &service.cluster_ips {
                let own_name = own_name.clone();
                found.push(Found { own_name, host: Host::Ip(*ip), port: Some(port.port) });
            }
        }
    }
    (!found.is_empty()).then_some(found)
}

/// An endpoint's own label: its hostname, else its address with dashes
/// (`endpointHostname`, kubernetes.go).
pub(super) fn endpoint_name(endpoint: &SliceEndpoint) -> Cow<'_, str> {
    match &endpoint.hostname {
        Some(hostname) => Cow::Borrowed(hostname),
        None => Cow::Owned(endpoint.ip.to_string().replace(['.', ':'], "-")),
    }
}
