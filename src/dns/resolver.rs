//! What a program does with a name: the resolver of a Pod, of a node, of a client outside.

use super::{Answer, RecordType, Status, query, server};
use crate::cluster::{Cluster, Pod};
use std::net::IpAddr;

/// One query and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The name asked for, fully qualified with a dot at its end.
    pub name: String,
    /// The type asked for.
    pub record_type: RecordType,
    /// What the server said.
    pub answer: Answer,
}

/// The queries that a name took; the last one's answer is the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// In order; never empty.
    pub queries: Vec<Query>,
}

impl Resolution {
    /// The result: the first answer with records, else the answer for the name as it was
    /// written.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        // `resolve` never leaves the list empty.
        const NOTHING: &Answer = &Answer { status: Status::ServFail, answers: Vec::new() };
        let answers = || self.queries.iter().map(|query| &query.answer);
        answers()
            .find(|answer| !answer.answers.is_empty())
            .or_else(|| answers().next_back())
            .unwrap_or(NOTHING)
    }

    /// The addresses of the result.
    #[must_use]
    pub fn addresses(&self) -> Vec<IpAddr> {
        self.answer().addresses().collect()
    }
}

/// Whom a resolver asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// The cluster's DNS, at this address.
    Cluster(IpAddr),
    /// A server outside, at this address where it is known.
    Outside(Option<IpAddr>),
}

/// A client's /etc/resolv.conf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvConf {
    /// The first name server.
    pub server: Server,
    /// `search`: domains without a dot at the end.
    pub search: Vec<String>,
    /// `options ndots`: with as many dots a name is tried as it stands first.
    pub ndots: usize,
}

impl ResolvConf {
    /// That of a node or of a client outside.
    #[must_use]
    pub fn outside() -> Self {
        Self { server: Server::Outside(None), search: Vec::new(), ndots: 1 }
    }

    /// That of a Pod, by its dnsPolicy and dnsConfig (`GetPodDNS`,
    /// pkg/kubelet/network/dns/dns.go, v1.36). The node's own file has no search list here.
    #[must_use]
    pub fn of_pod(cluster: &Cluster, pod: &Pod) -> Self {
        let (_, servers) = server::addresses(cluster);
        let own = |ip: &&IpAddr| pod.ip().is_none_or(|own| own.is_ipv4() == ip.is_ipv4());
        let in_cluster = servers.iter().find(own).or(servers.first()).copied();
        let uses_cluster = match pod.dns_policy() {
            "ClusterFirst" => !pod.host_network(),
            "ClusterFirstWithHostNet" => true,
            _ => false,
        };
        let mut conf = match in_cluster.filter(|_| uses_cluster) {
            Some(ip) => {
                let domain = &cluster.settings().cluster_domain;
                let namespace = &pod.name.namespace;
                Self {
                    server: Server::Cluster(ip),
                    search: vec![
                        format!("{namespace}.svc.{domain}"),
                        format!("svc.{domain}"),
                        domain.clone(),
                    ],
                    ndots: 5,
                }
            }
            None => Self::outside(),
        };
        let texts = |field: &str| {
            let list = pod.dns_config().and_then(|config| config.get(field)?.as_array());
            list.into_iter().flatten().filter_map(serde_json::Value::as_str)
        };
        // What dnsConfig adds comes after what the policy gives: its servers are the first
        // only where there are no others.
        let first = texts("nameservers").find_map(|text| text.parse::<IpAddr>().ok());
        if let Some(ip) = first.filter(|_| pod.dns_policy() == "None") {
            let is_cluster = servers.contains(&ip);
            conf.server = if is_cluster { Server::Cluster(ip) } else { Server::Outside(Some(ip)) };
        }
        for domain in texts("searches") {
            let domain = domain.trim_end_matches('.');
            if !domain.is_empty() && !conf.search.iter().any(|known| known == domain) {
                conf.search.push(domain.to_owned());
            }
        }
        let options = pod.dns_config().and_then(|config| config.get("options")?.as_array());
        for option in options.into_iter().flatten() {
            let ndots = option.get("value").and_then(|value| value.as_str()?.parse().ok());
            if option.get("name").is_some_and(|name| name == "ndots")
                && let Some(ndots) = ndots
            {
                conf.ndots = ndots;
            }
        }
        conf
    }

    /// What the client finds for `name`. A name that ends in a dot is asked for as it stands;
    /// else the search goes on until there are records.
    #[must_use]
    pub fn resolve(&self, cluster: &Cluster, name: &str, record_type: RecordType) -> Resolution {
        let mut names: Vec<String> = if name.ends_with('.') {
            Vec::new()
        } else {
            self.search.iter().map(|domain| format!("{name}.{domain}.")).collect()
        };
        let as_it_stands = format!("{}.", name.trim_end_matches('.'));
        if name.matches('.').count() >= self.ndots {
            names.insert(0, as_it_stands);
        } else {
            names.push(as_it_stands);
        }
        let mut queries = Vec::new();
        for name in names {
            let answer = match self.server {
                Server::Cluster(_) => query(cluster, &name, record_type),
                Server::Outside(_) => query_outside(cluster, &name, record_type),
            };
            let done = !answer.answers.is_empty();
            queries.push(Query { name, record_type, answer });
            if done {
                break;
            }
        }
        Resolution { queries }
    }
}

/// What a server outside says: it knows the world's `upstream` names, and none of the
/// cluster's.
fn query_outside(cluster: &Cluster, name: &str, record_type: RecordType) -> Answer {
    let lower = name.trim_end_matches('.').to_ascii_lowercase();
    let domain = &cluster.settings().cluster_domain;
    let inside =
        lower.strip_suffix(&**domain).is_some_and(|base| base.is_empty() || base.ends_with('.'));
    if inside || lower.ends_with(".arpa") {
        Answer { status: Status::NxDomain, answers: Vec::new() }
    } else {
        query(cluster, name, record_type)
    }
}
