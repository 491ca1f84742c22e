//! From a target to addresses: Services, nodes, and names that the client resolves first.

use super::error::TraceError;
use super::model::{Action, Direction, Hop, Outcome, Place, Protocol, Reason, ReasonCode, Socket};
use super::proxy::{Door, Matched};
use super::target::{Address, Target};
use super::walk::{Detail, Origin, Pick, Walk};
use super::why::{self, field, reason};
use crate::cluster::{Name, Pod, Service, ServiceType};
use crate::dns::{self, Query, RecordType, Resolution, Status};
use std::net::IpAddr;
use std::sync::Arc;

/// Where a target leads.
pub(super) enum Destination {
    /// To one of these addresses, equally likely.
    At { addresses: Vec<IpAddr>, hops: Vec<Hop>, headless: Option<Arc<Service>> },
    /// No packet is sent.
    Nowhere { outcome: Outcome, reason: Reason, hops: Vec<Hop> },
}

fn nowhere(reason: Reason) -> Destination {
    Destination::Nowhere { outcome: Outcome::Unresolved, reason, hops: Vec::new() }
}

fn straight(ip: IpAddr) -> Destination {
    Destination::At { addresses: vec![ip], hops: Vec::new(), headless: None }
}

impl Walk<'_> {
    pub(super) fn destination(
        &self,
        target: &Target,
        sender: Socket,
    ) -> Result<Destination, TraceError> {
        match &target.address {
            Address::EachNode => Err(TraceError::SeveralTargets),
            Address::Ip(ip) => Ok(straight(*ip)),
            Address::Service { namespace, name } => {
                self.service_destination(namespace, name, sender)
            }
            Address::Balancer { namespace, name } => Ok(self.balancer_destination(namespace, name)),
            Address::Name(name) => {
                if let Some(ip) = self.cluster.node(name).and_then(|node| node.ip()) {
                    return Ok(straight(ip));
                }
                self.name_destination(name, sender)
            }
        }
    }

    fn service_destination(
        &self,
        namespace: &str,
        name: &str,
        sender: Socket,
    ) -> Result<Destination, TraceError> {
        let Some(service) = self.cluster.service(namespace, name) else {
            return Ok(nowhere(no_service(namespace, name)));
        };
        if let Some(ip) = service.cluster_ips.first() {
            return Ok(straight(*ip));
        }
        if !service.headless && service.kind != ServiceType::ExternalName {
            let say = format!("Service {} has no clusterIP yet.", service.name);
            let look_at = Some(field("service", &service.name, "spec.clusterIP"));
            return Ok(nowhere(reason(ReasonCode::NoSuchName, say, look_at)));
        }
        let domain = &self.cluster.settings().cluster_domain;
        let full = format!("{name}.{namespace}.svc.{domain}.");
        self.name_destination(&full, sender)
    }

    fn balancer_destination(&self, namespace: &str, name: &str) -> Destination {
        let Some(service) = self.cluster.service(namespace, name) else {
            return nowhere(no_service(namespace, name));
        };
        if let Some(ip) = service.ingress.iter().find_map(|ingress| ingress.ip) {
            return straight(ip);
        }
        if service.kind != ServiceType::LoadBalancer {
            let say = format!(
                "Service {} is of type {}, so it has no load balancer.",
                service.name, service.kind
            );
            let look_at = Some(field("service", &service.name, "spec.type"));
            return nowhere(reason(ReasonCode::PendingBalancer, say, look_at));
        }
        let why = if self.cluster.settings().load_balancer_pool.is_none() {
            "nothing in this cluster gives out load-balancer addresses, so it stays pending"
        } else {
            "its load balancer is pending"
        };
        let say = format!("Service {} has no external address: {why}.", service.name);
        let look_at = Some(field("service", &service.name, "status.loadBalancer"));
        nowhere(reason(ReasonCode::PendingBalancer, say, look_at))
    }

    /// The client resolves a name: a Pod asks the cluster's DNS, others what they know
    /// outside.
    fn name_destination(&self, name: &str, sender: Socket) -> Result<Destination, TraceError> {
        let pod = match &self.origin {
            Origin::Pod(pod, _) if pod.dns_policy() == "ClusterFirst" => Some(pod.clone()),
            _ => None,
        };
        let record_type = if sender.ip.is_ipv4() { RecordType::A } else { RecordType::Aaaa };
        let Some(pod) = pod else {
            let found = dns::resolve_outside(self.cluster, name, record_type);
            // The resolver of the network outside, wherever it is.
            let server = Socket { ip: self.cluster.settings().external.ip, port: 53 };
            return Ok(self.resolved(name, &found, sender, server, false));
        };
        let server = self.dns_server();
        if let Some(kube_dns) = self.kube_dns().map(|service| service.name.clone())
            && let Some(failed) = self.dns_fails(server)?
        {
            let say = format!(
                "The query for {name} gets no answer from Service {kube_dns}: {}",
                failed.say
            );
            let reason = reason(ReasonCode::NoSuchName, say, failed.look_at);
            let hops = match self.detail {
                Detail::Outcome => Vec::new(),
                Detail::Hops => vec![Hop {
                    because: reason.look_at.clone(),
                    ..resolve_hop(sender, server, reason.say.clone())
                }],
            };
            return Ok(Destination::Nowhere { outcome: Outcome::Unresolved, reason, hops });
        }
        let found = dns::resolve(self.cluster, &pod.name.namespace, name, record_type);
        Ok(self.resolved(name, &found, sender, server, true))
    }

    fn kube_dns(&self) -> Option<&Arc<Service>> {
        self.cluster.service("kube-system", "kube-dns").filter(|s| !s.cluster_ips.is_empty())
    }

    /// Where Pods send queries: kube-dns, else the tenth address of the Service range, where
    /// kubeadm would put it.
    fn dns_server(&self) -> Socket {
        let ip = self
            .kube_dns()
            .and_then(|service| service.cluster_ips.first().copied())
            .or_else(|| self.cluster.settings().service_cidrs.first()?.hosts().nth(9))
            .unwrap_or(IpAddr::from([10, 96, 0, 10]));
        Socket { ip, port: 53 }
    }

    /// Where the world has a kube-dns, a query is a packet to it: why it fails, if no way of
    /// it succeeds.
    fn dns_fails(&self, server: Socket) -> Result<Option<Reason>, TraceError> {
        let Origin::Pod(pod, _) = &self.origin else { return Ok(None) };
        let client = super::Client::Pod {
            namespace: pod.name.namespace.to_string(),
            name: pod.name.name.to_string(),
        };
        let target =
            Target { address: Address::Ip(server.ip), port: server.port, protocol: Protocol::Udp };
        let ways = Walk::ways(self.cluster, &client, &target, Pick::All, Detail::Outcome)?;
        if ways.iter().any(|way| way.outcome == Outcome::Ok) {
            return Ok(None);
        }
        Ok(ways.into_iter().next().map(|way| way.reason))
    }

    fn resolved(
        &self,
        name: &str,
        found: &Resolution,
        sender: Socket,
        server: Socket,
        in_cluster: bool,
    ) -> Destination {
        let hops: Vec<Hop> = match self.detail {
            Detail::Outcome => Vec::new(),
            Detail::Hops => found
                .queries
                .iter()
                .map(|query| resolve_hop(sender, server, say_query(query, in_cluster)))
                .collect(),
        };
        let addresses = found.addresses();
        if addresses.is_empty() {
            let reason = self.no_such_name(name, found, in_cluster);
            return Destination::Nowhere { outcome: Outcome::Unresolved, reason, hops };
        }
        let headless = found
            .queries
            .last()
            .and_then(|query| self.service_named(&query.name))
            .filter(|service| service.headless)
            .cloned();
        Destination::At { addresses, hops, headless }
    }

    /// The Service that a full name is of: `web.default.svc.cluster.local.`.
    fn service_named(&self, full: &str) -> Option<&Arc<Service>> {
        let domain = &self.cluster.settings().cluster_domain;
        let base = full.trim_end_matches('.').strip_suffix(domain.as_str())?;
        let mut labels = base.strip_suffix(".svc.")?.rsplit('.');
        let (namespace, name) = (labels.next()?, labels.next()?);
        self.cluster.service(namespace, name)
    }

    /// The Pod that a full name below `service`'s speaks of: `db-0.db.default.svc.…`.
    fn pod_named(&self, full: &str, service: &Service) -> Option<&Arc<Pod>> {
        let (label, rest) = full.split_once('.')?;
        let own = self.service_named(rest)?;
        let pod = self.cluster.pod(&own.name.namespace, label)?;
        (own.name == service.name).then_some(pod)
    }

    fn no_such_name(&self, name: &str, found: &Resolution, in_cluster: bool) -> Reason {
        let name = name.trim_end_matches('.');
        if !in_cluster {
            let say = format!(
                "{name} is not known outside, and who is no Pod does not ask the cluster's DNS."
            );
            return reason(ReasonCode::NoSuchName, say, None);
        }
        // A Service of that name that has no address says more than that there is none.
        let service = found.queries.iter().find_map(|query| self.service_named(&query.name));
        if let Some(service) = service {
            if let Some(target) = &service.external_name {
                let say = format!(
                    "Service {} is an alias of {target}, which has no address.",
                    service.name
                );
                let look_at = Some(field("service", &service.name, "spec.externalName"));
                return reason(ReasonCode::NoSuchName, say, look_at);
            }
            let pod = found.queries.iter().find_map(|query| self.pod_named(&query.name, service));
            if let Some(reason) = pod.and_then(|pod| why_no_pod_name(name, service, pod)) {
                return reason;
            }
            if service.headless && !service.ports.is_empty() {
                let matched =
                    Matched { service: service.clone(), port_idx: 0, door: Door::ClusterIp };
                let empty = why::no_endpoints(self.cluster, &matched);
                let say = format!("The name {name} has no address: {}", empty.say);
                return reason(ReasonCode::NoSuchName, say, empty.look_at);
            }
        }
        let n_queries = found.queries.len();
        let say = if n_queries == 1 {
            format!("There is no name {name}.")
        } else {
            format!(
                "There is no name {name}, nor any of the {n_queries} names that it may be short for."
            )
        };
        reason(ReasonCode::NoSuchName, say, None)
    }
}

/// Why DNS has no name of `pod`'s own below that of `service`; none where the Pod is not to
/// blame.
fn why_no_pod_name(name: &str, service: &Service, pod: &Pod) -> Option<Reason> {
    let (say, path) = match pod.subdomain() {
        Some(subdomain) if *subdomain != *service.name.name => (
            format!(
                "There is no name {name}: Pod {}'s subdomain is {subdomain}, not {}.",
                pod.name, service.name.name
            ),
            "spec.subdomain",
        ),
        None => (
            format!("There is no name {name}: Pod {} has no subdomain.", pod.name),
            "spec.subdomain",
        ),
        Some(_) if !pod.ready() && !service.publish_not_ready => (
            format!("There is no name {name} while Pod {} is not ready.", pod.name),
            "status.conditions",
        ),
        Some(_) => return None,
    };
    Some(reason(ReasonCode::NoSuchName, say, Some(field("pod", &pod.name, path))))
}

fn no_service(namespace: &str, name: &str) -> Reason {
    let name = Name::new(namespace, name);
    let look_at = Some(field("service", &name, "metadata.name"));
    reason(ReasonCode::NoSuchObject, format!("There is no Service {name}."), look_at)
}

fn say_query(query: &Query, in_cluster: bool) -> String {
    let who = if in_cluster { "CoreDNS" } else { "The DNS outside" };
    // The dot at a full name's end would read as the sentence's.
    let name = query.name.trim_end_matches('.');
    let said: Vec<String> = query
        .answer
        .answers
        .iter()
        .map(|record| format!("{} {}", record.record_type, record.data.trim_end_matches('.')))
        .collect();
    match query.answer.status {
        Status::NxDomain => format!("{who} knows no name {name}."),
        Status::ServFail => format!("{who} can't find out about {name}."),
        Status::NoError if said.is_empty() => {
            format!("{who} knows {name}, and has no {} record of it.", query.record_type)
        }
        Status::NoError => format!("{who} answers {name}: {}.", said.join(", ")),
    }
}

fn resolve_hop(sender: Socket, server: Socket, say: String) -> Hop {
    Hop {
        at: Place::Dns,
        direction: Direction::Request,
        action: Action::Resolve,
        from: sender,
        to: server,
        from_after: sender,
        to_after: server,
        rule: String::new(),
        because: None,
        choice: None,
        say,
    }
}
