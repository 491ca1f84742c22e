//! CoreDNS's kubernetes plugin, and the forwarding of all other names.

use super::lookup::{Found, Host, Zone};
use super::reverse;
use super::{Answer, Record, RecordType, Status};
use crate::cluster::Cluster;
use std::collections::HashSet;
use std::net::IpAddr;

/// What the cluster's DNS server answers to a query for `name`, fully qualified (the dot at
/// its end may be left out), of type `record_type`. Names are found in any case, and answered
/// in the case in which they were asked for.
#[must_use]
pub fn query(cluster: &Cluster, name: &str, record_type: RecordType) -> Answer {
    let asked = format!("{}.", name.trim_end_matches('.'));
    let domain = &cluster.settings().cluster_domain;
    for (suffix, reverse) in [(&**domain, false), ("in-addr.arpa", true), ("ip6.arpa", true)] {
        let Some((base, zone)) = split_zone(&asked, suffix) else { continue };
        let zone = Zone { cluster, name: zone, reverse };
        let question = Question { zone, asked: &asked, base: base.to_ascii_lowercase() };
        return match question.answer(record_type) {
            Some(answer) => answer,
            // The Corefile lets reverse names that are not the cluster's fall through.
            None if reverse => upstream(cluster, &asked, record_type),
            None => Answer::new(Status::NxDomain, Vec::new()),
        };
    }
    upstream(cluster, &asked, record_type)
}

fn record(name: &str, record_type: RecordType, data: String) -> Record {
    Record { name: name.to_owned(), record_type, data }
}

/// Splits a name with a dot at its end into what stands before the zone `suffix` and the
/// zone as it was written; none where it is not of the zone.
fn split_zone<'a>(name: &'a str, suffix: &str) -> Option<(&'a str, &'a str)> {
    let name = name.strip_suffix('.')?;
    let at = name.len().checked_sub(suffix.len())?;
    let (base, zone) = (name.get(..at)?, name.get(at..)?);
    if !zone.eq_ignore_ascii_case(suffix) {
        return None;
    }
    if base.is_empty() { Some(("", zone)) } else { Some((base.strip_suffix('.')?, zone)) }
}

/// The server that CoreDNS forwards to: it knows the world's upstream names.
fn upstream(cluster: &Cluster, name: &str, record_type: RecordType) -> Answer {
    let name = name.to_ascii_lowercase();
    let Some(ip) = cluster.settings().upstream.get(&name) else {
        return Answer::new(Status::ServFail, Vec::new());
    };
    let is_type = match ip {
        IpAddr::V4(_) => record_type == RecordType::A,
        IpAddr::V6(_) => record_type == RecordType::Aaaa,
    };
    let answers = is_type.then(|| record(&name, record_type, ip.to_string()));
    Answer::new(Status::NoError, answers.into_iter().collect())
}

/// A query for a name of one of the plugin's zones.
struct Question<'a> {
    zone: Zone<'a>,
    /// The whole name as it was asked for.
    asked: &'a str,
    /// What stands before the zone, in lower case.
    base: String,
}

impl Question<'_> {
    /// The plugin's `ServeDNS` (handler.go); none for a name error.
    fn answer(&self, record_type: RecordType) -> Option<Answer> {
        let records = match record_type {
            RecordType::A | RecordType::Aaaa => {
                addresses(self.zone, self.asked, &self.base, record_type, &mut Vec::new())
            }
            RecordType::Srv => self.services().map(|found| srv(self.asked, &found)),
            RecordType::Cname => self.services().map(|found| match found.first() {
                Some(Found { host: Host::Name(target), .. }) => {
                    vec![record(self.asked, RecordType::Cname, fqdn(target))]
                }
                _ => Vec::new(),
            }),
            RecordType::Ptr => self.names(),
            RecordType::Txt => self.text(),
            RecordType::Ns if self.base.is_empty() => Some(self.name_servers()),
            // Other names than the zone's own are not even looked for.
            RecordType::Soa if self.base.is_empty() => Some(vec![self.authority()]),
            RecordType::Soa => Some(Vec::new()),
            // Others are not there; whether the name is, a search for addresses tells.
            RecordType::Ns | RecordType::Other(_) => self.services().map(|_| Vec::new()),
        };
        records.map(|records| Answer::new(Status::NoError, records))
    }

    fn services(&self) -> Option<Vec<Found<'_>>> {
        self.zone.services(&self.base)
    }

    /// `Reverse` (reverse.go).
    fn names(&self) -> Option<Vec<Record>> {
        let Some(ip) = reverse::address_of(&self.asked.to_ascii_lowercase()) else {
            return self.zone.records(&self.base).map(|_| Vec::new());
        };
        let names = reverse::names_of(self.zone.cluster, ip);
        let records = names.into_iter().map(|data| record(self.asked, RecordType::Ptr, data));
        Some(records.collect::<Vec<_>>()).filter(|records| !records.is_empty())
    }

    /// `dns-version` and no other text. A name is there for this type only where it has
    /// records of another.
    fn text(&self) -> Option<Vec<Record>> {
        if self.base == "dns-version" {
            return Some(vec![record(self.asked, RecordType::Txt, "\"1.1.0\"".to_owned())]);
        }
        let found = self.zone.records(&self.base)?;
        (!found.is_empty()).then(Vec::new)
    }

    /// `plugin.NS`.
    fn name_servers(&self) -> Vec<Record> {
        let mut names: Vec<String> =
            self.zone.name_servers().into_iter().map(|(name, _)| name).collect();
        names.dedup();
        names.into_iter().map(|name| record(self.asked, RecordType::Ns, name)).collect()
    }

    /// `plugin.SOA`. The serial number rises with every change, as there, and starts lower.
    fn authority(&self) -> Record {
        let zone = self.zone.name;
        let serial = self.zone.cluster.revision();
        let data = format!("ns.dns.{zone}. hostmaster.{zone}. {serial} 7200 1800 86400 30");
        record(self.asked, RecordType::Soa, data)
    }
}

fn fqdn(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.').to_ascii_lowercase())
}

/// The longest chain of CNAMEs that is followed (`maxCnameChainLength`,
/// plugin/backend_lookup.go).
const MAX_CHAIN: usize = 10;

/// A and AAAA records, aliases followed (`plugin.A`, `plugin.AAAA`, backend_lookup.go).
/// `chain` is the targets of the aliases that led here. None where the name is not there.
fn addresses(
    zone: Zone<'_>,
    name: &str,
    base: &str,
    record_type: RecordType,
    chain: &mut Vec<String>,
) -> Option<Vec<Record>> {
    let found = zone.services(base)?;
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
                // An alias of itself or of a name below it is a loop.
                let loops = split_zone(&target, name.trim_end_matches('.')).is_some();
                if loops || chain.len() > MAX_CHAIN || chain.contains(&target) {
                    continue;
                }
                let alias = record(name, RecordType::Cname, target.clone());
                let domain = &zone.cluster.settings().cluster_domain;
                if let Some((base, _)) = split_zone(&target, domain) {
                    chain.push(target.clone());
                    // An alias that leads nowhere inside is left out.
                    let next = addresses(zone, &target, base, record_type, chain);
                    chain.pop();
                    let next = next.unwrap_or_default();
                    if !next.is_empty() {
                        records.push(alias);
                        records.extend(next);
                    }
                } else {
                    records.push(alias);
                    records.extend(query(zone.cluster, &target, record_type).answers);
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
