//! From a target to addresses: Services, nodes, and names that the client resolves first.

use super::error::TraceError;
use super::model::{Action, Direction, Hop, Outcome, Place, Protocol, Reason, ReasonCode, Socket};
use super::packet::{Detail, Pick, SENDER_PORT};
use super::proxy::{Door, Matched};
use super::target::{Address, Target};
use super::walk::Walk;
use super::why::{self, field, reason};
use crate::cluster::{Name, Pod, Service, ServiceType};
use crate::dns::{Query, RecordType, Resolution, ResolvConf, Server, Status};
use std::net::IpAddr;
use std::sync::Arc;

/// Where a target leads.
pub(super) enum Destination {
    /// To one of these addresses, equally likely.
    At { addresses: Vec<IpAddr>, hops: Vec<Hop>, headless: Option<Arc<Service>> },
    /// No packet is sent.
    Nowhere { outcome: Outcome, reason: Reason, hops: Vec<Hop> },
}

/// What became of a client's queries.
pub(super) enum Lookup {
    /// They were answered.
    Answered { server: Socket, found: Resolution, in_cluster: bool },
    /// No answer came back.
    Silent { server: Socket, reason: Reason },
}

fn nowhere(reason: Reason) -> Destination {
    Destination::Nowhere { outcome: Outcome::Unresolved, reason, hops: Vec::new() }
}

fn straight(ip: IpAddr) -> Destination {
    Destination::At { addresses: vec![ip], hops: Vec::new(), headless: None }
}

impl Walk<'_> {
    pub(super) fn destination(&self, target: &Target) -> Result<Destination, TraceError> {
        match &target.address {
            Address::EachNode => Err(TraceError::SeveralTargets),
            Address::Ip(ip) => Ok(straight(*ip)),
            Address::Service { namespace, name } => self.service_destination(namespace, name),
            Address::Balancer { namespace, name } => self.balancer_destination(namespace, name),
            Address::Name(name) => {
                if let Some(ip) = self.cluster.node(name).and_then(|node| node.ip()) {
                    return Ok(straight(ip));
                }
                self.name_destination(name)
            }
        }
    }

    fn service_destination(&self, namespace: &str, name: &str) -> Result<Destination, TraceError> {
        let Some(service) = self.cluster.service(namespace, name) else {
            return Ok(nowhere(no_service(namespace, name)));
        };
        let ips = &service.cluster_ips;
        let of_own_family =
            |ip: &&IpAddr| self.own_ips().iter().any(|own| own.is_ipv4() == ip.is_ipv4());
        if let Some(ip) = ips.iter().find(of_own_family).or(ips.first()) {
            return Ok(straight(*ip));
        }
        if !service.headless && service.kind != ServiceType::ExternalName {
            let say = format!("Service {} has no clusterIP yet.", service.name);
            let look_at = Some(field("service", &service.name, "spec.clusterIP"));
            return Ok(nowhere(reason(ReasonCode::NoSuchName, say, look_at)));
        }
        let domain = &self.cluster.settings().cluster_domain;
        let full = format!("{name}.{namespace}.svc.{domain}.");
        self.name_destination(&full)
    }

    fn balancer_destination(&self, namespace: &str, name: &str) -> Result<Destination, TraceError> {
        let Some(service) = self.cluster.service(namespace, name) else {
            return Ok(nowhere(no_service(namespace, name)));
        };
        if let Some(ip) = service.ingress.iter().find_map(|ingress| ingress.ip) {
            return Ok(straight(ip));
        }
        if let Some(host) = service.ingress.iter().find_map(|ingress| ingress.hostname.as_ref()) {
            return self.name_destination(&format!("{}.", host.trim_end_matches('.')));
        }
        Ok(nowhere(self.no_balancer(service)))
    }

    fn no_balancer(&self, service: &Service) -> Reason {
        if service.kind != ServiceType::LoadBalancer {
            let say = format!(
                "Service {} is of type {}, so it has no load balancer.",
                service.name, service.kind
            );
            let look_at = Some(field("service", &service.name, "spec.type"));
            return reason(ReasonCode::PendingBalancer, say, look_at);
        }
        let why = if self.cluster.settings().load_balancer_pool.is_none() {
            "nothing in this cluster gives out load-balancer addresses, so it stays pending"
        } else {
            "its load balancer is pending"
        };
        let say = format!("Service {} has no external address: {why}.", service.name);
        let look_at = Some(field("service", &service.name, "status.loadBalancer"));
        reason(ReasonCode::PendingBalancer, say, look_at)
    }

    /// The client resolves a name: it asks whom its resolv.conf names, with its search list.
    fn name_destination(&self, name: &str) -> Result<Destination, TraceError> {
        let found = match self.look_up(name, None)? {
            Lookup::Answered { server, found, in_cluster } => (server, found, in_cluster),
            Lookup::Silent { server, reason } => {
                let hops = match (self.detail, self.asking_socket(server)) {
                    (Detail::Hops, Some(sender)) => vec![Hop {
                        because: reason.look_at.clone(),
                        ..resolve_hop(sender, server, reason.say.clone())
                    }],
                    _ => Vec::new(),
                };
                return Ok(Destination::Nowhere { outcome: Outcome::Unresolved, reason, hops });
            }
        };
        let (server, found, in_cluster) = found;
        let hops: Vec<Hop> = match (self.detail, self.asking_socket(server)) {
            (Detail::Hops, Some(sender)) => found
                .queries
                .iter()
                .map(|query| resolve_hop(sender, server, say_query(query, in_cluster)))
                .collect(),
            _ => Vec::new(),
        };
        let addresses = found.addresses();
        if addresses.is_empty() {
            let reason = self.no_such_name(name, &found, in_cluster);
            return Ok(Destination::Nowhere { outcome: Outcome::Unresolved, reason, hops });
        }
        let headless = found
            .queries
            .last()
            .and_then(|query| self.service_named(&query.name))
            .filter(|service| service.headless)
            .cloned();
        Ok(Destination::At { addresses, hops, headless })
    }

    /// What the client finds for `name`: addresses of a family that it has, or records of
    /// `record_type`.
    pub(super) fn look_up(
        &self,
        name: &str,
        record_type: Option<RecordType>,
    ) -> Result<Lookup, TraceError> {
        let conf = match &self.asker {
            Some(pod) => ResolvConf::of_pod(self.cluster, pod),
            None => ResolvConf::outside(),
        };
        let (ip, in_cluster) = match conf.server {
            Server::Cluster(ip) => (ip, true),
            // The resolver of the network outside, wherever it is.
            Server::Outside(ip) => (ip.unwrap_or(self.cluster.settings().external.ip), false),
        };
        let server = Socket { ip, port: 53 };
        if in_cluster
            && let Some(kube_dns) = self.kube_dns_at(ip)
            && let Some(failed) = self.dns_fails(server)?
        {
            let name = name.trim_end_matches('.');
            let say = format!(
                "The query for {name} gets no answer from Service {kube_dns}: {}",
                failed.say
            );
            let reason = reason(ReasonCode::DnsSilent, say, failed.look_at);
            return Ok(Lookup::Silent { server, reason });
        }
        let types = match record_type {
            Some(record_type) => vec![record_type],
            // The preferred family first, as programs ask.
            None => {
                let mut types: Vec<RecordType> = self
                    .own_ips()
                    .iter()
                    .map(|ip| if ip.is_ipv4() { RecordType::A } else { RecordType::Aaaa })
                    .collect();
                types.dedup();
                types
            }
        };
        let mut first = None;
        for record_type in types {
            let found = conf.resolve(self.cluster, name, record_type);
            let is_found = match record_type {
                RecordType::A | RecordType::Aaaa => !found.addresses().is_empty(),
                _ => true,
            };
            let answered = Lookup::Answered { server, found, in_cluster };
            if is_found {
                return Ok(answered);
            }
            first.get_or_insert(answered);
        }
        first.ok_or(TraceError::NoWay)
    }

    /// Where queries to `server` are sent from.
    fn asking_socket(&self, server: Socket) -> Option<Socket> {
        let own = self.own_ips();
        let ip = own.iter().find(|ip| ip.is_ipv4() == server.ip.is_ipv4()).or(own.first())?;
        Some(Socket { ip: *ip, port: SENDER_PORT })
    }

    /// The name of kube-dns, where it is there and has this address.
    fn kube_dns_at(&self, ip: IpAddr) -> Option<&Name> {
        let service = self.cluster.service("kube-system", "kube-dns")?;
        service.cluster_ips.contains(&ip).then_some(&service.name)
    }

    /// Where the world has a kube-dns, a query is a packet to it: why it fails, if no way of
    /// it succeeds. A resolver asks again, and then another endpoint may be picked.
    fn dns_fails(&self, server: Socket) -> Result<Option<Reason>, TraceError> {
        let Some(pod) = &self.asker else { return Ok(None) };
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
            let (who, look_at) = match &self.asker {
                Some(pod) => (
                    format!("Pod {} does not ask the cluster's DNS", pod.name),
                    Some(field("pod", &pod.name, "spec.dnsPolicy")),
                ),
                None => ("who is no Pod does not ask the cluster's DNS".to_owned(), None),
            };
            let say = format!("{name} is not known outside, and {who}.");
            return reason(ReasonCode::NoSuchName, say, look_at);
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
