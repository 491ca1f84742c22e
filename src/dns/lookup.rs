//! What the kubernetes plugin finds for a name of one of its zones (`Records`, coredns
//! plugin/kubernetes/kubernetes.go, 1.13.1).

use super::request::{Parsed, Request, parse};
use super::server;
use crate::cluster::{Cluster, Service, SliceEndpoint};
use std::borrow::Cow;
use std::net::IpAddr;

/// One of the plugin's zones, and the cluster behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Zone<'a> {
    pub(super) cluster: &'a Cluster,
    /// As it was asked for: CoreDNS answers in the case of the query.
    pub(super) name: &'a str,
    /// It is `in-addr.arpa` or `ip6.arpa`, where there are no Services by name.
    pub(super) reverse: bool,
}

/// Where a name leads: msg.Service of the plugin.
pub(super) struct Found<'a> {
    /// The name that an SRV record points to.
    pub(super) own_name: String,
    pub(super) host: Host<'a>,
    /// None where nothing declares a port: there is no SRV record then.
    pub(super) port: Option<u16>,
}

pub(super) enum Host<'a> {
    Ip(IpAddr),
    Name(&'a str),
}

/// The name of the zone's name server, below the zone (`defaultNSName`, ns.go).
const NAME_SERVER: &str = "ns.dns";

impl<'a> Zone<'a> {
    /// `Services` of the plugin: what `base`, a name below the zone, leads to; nothing for
    /// names that are there without records, None for names that are not.
    pub(super) fn services(&self, base: &str) -> Option<Vec<Found<'a>>> {
        if base == NAME_SERVER {
            let own_name = format!("{NAME_SERVER}.{}.", self.name);
            let found =
                |(_, ip)| Found { own_name: own_name.clone(), host: Host::Ip(ip), port: None };
            return Some(self.name_servers().into_iter().map(found).collect());
        }
        self.records(base)
    }

    /// `Records` of the plugin: as [`Self::services`], without the name server.
    pub(super) fn records(&self, base: &str) -> Option<Vec<Found<'a>>> {
        let request = match parse(base) {
            Parsed::Apex => return Some(Vec::new()),
            Parsed::Invalid => return None,
            Parsed::Request(request) => request,
        };
        if self.reverse {
            return None;
        }
        self.cluster.namespace(request.namespace)?;
        if request.service.is_empty() {
            return Some(Vec::new());
        }
        if request.pod {
            return self.pod(&request);
        }
        let service = self.cluster.service(request.namespace, request.service)?;
        self.service(service, &request)
    }

    /// Names and addresses of CoreDNS itself (`nsAddrs`, ns.go): those of the Service that
    /// it is reached by.
    pub(super) fn name_servers(&self) -> Vec<(String, IpAddr)> {
        let (service, ips) = server::addresses(self.cluster);
        let name = match service {
            Some(service) => {
                format!("{}.{}.svc.{}.", service.name.name, service.name.namespace, self.name)
            }
            None => format!("{NAME_SERVER}.{}.", self.name),
        };
        ips.into_iter().map(|ip| (name.clone(), ip)).collect()
    }

    /// `findPods`, with `pods insecure`: any address may be asked for, a Pod's or not.
    fn pod(&self, request: &Request<'_>) -> Option<Vec<Found<'a>>> {
        let label = request.service;
        let is_v4 = label.matches('-').count() == 3 && !label.contains("--");
        let text = label.replace('-', if is_v4 { "." } else { ":" });
        // An IPv4 address that is written as IPv6 is one, to Go.
        let ip: IpAddr = text.parse::<IpAddr>().ok()?.to_canonical();
        let own_name = format!("{label}.{}.pod.{}.", request.namespace, self.name);
        Some(vec![Found { own_name, host: Host::Ip(ip), port: Some(0) }])
    }

    /// `findServices`.
    fn service(&self, service: &'a Service, request: &Request<'_>) -> Option<Vec<Found<'a>>> {
        let own_name =
            format!("{}.{}.svc.{}.", service.name.name, service.name.namespace, self.name);
        let matches = |name: &str, protocol: &str| {
            (request.port.is_empty() || request.port.eq_ignore_ascii_case(name))
                && (request.protocol.is_empty() || request.protocol.eq_ignore_ascii_case(protocol))
        };
        let mut found = Vec::new();
        if let Some(target) = &service.external_name {
            let plain = request.endpoint.is_empty()
                && request.port.is_empty()
                && request.protocol.is_empty();
            // An address is no name: CoreDNS has no record for such an ExternalName.
            if plain && target.parse::<IpAddr>().is_err() {
                found.push(Found { own_name, host: Host::Name(target), port: None });
            }
        } else if service.headless || !request.endpoint.is_empty() {
            for slice in self.cluster.slices_of(&service.name) {
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
                            found.push(Found { own_name, host: host(), port: port.port });
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
}

/// An endpoint's own label: its hostname, else its address with dashes
/// (`endpointHostname`, kubernetes.go).
pub(super) fn endpoint_name(endpoint: &SliceEndpoint) -> Cow<'_, str> {
    if let Some(hostname) = &endpoint.hostname {
        return Cow::Borrowed(hostname);
    }
    let mut name = endpoint.ip.to_string().replace(['.', ':'], "-");
    // No label ends in a dash.
    if name.ends_with('-') {
        name.push('0');
    }
    Cow::Owned(name)
}
