//! What a name leads to.

use super::field::ObjectRef;
use super::goal::{Evidence, Seen};
use crate::cluster::{Cluster, canonical_kind};
use crate::content::NameGoal;
use crate::dns::{Record, RecordType, Resolution, Status};
use crate::trace::{self, Client};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Looks a name up as `goal.from` would.
pub(super) fn ask(cluster: &Cluster, goal: &NameGoal) -> Seen {
    let wanted: BTreeSet<String> =
        goal.expect.iter().flat_map(|entry| data_of(cluster, entry, goal.record_type)).collect();
    let wanted_words = words(goal.expect.iter().map(String::as_str));
    let found = match look_up(cluster, goal) {
        Ok(found) => found,
        Err(say) => {
            let found = "no answer".to_owned();
            let evidence = Evidence { wanted: wanted_words, found, say, packets: None };
            return Seen { met: false, share: 0.0, evidence };
        }
    };
    let answer = found.answer();
    let data: BTreeSet<String> = answer
        .answers
        .iter()
        .filter(|record| record.record_type == goal.record_type)
        .map(|record: &Record| plain(&record.data))
        .collect();
    // An entry that stands for nothing (a Service without an address) can't be met.
    let whole = goal.expect.iter().all(|e| !data_of(cluster, e, goal.record_type).is_empty());
    let met = whole && data == wanted;
    let n_both = data.intersection(&wanted).count();
    let n_all = data.union(&wanted).count();
    let found_words = if data.is_empty() {
        match answer.status {
            Status::NoError => "no record".to_owned(),
            // The last of the search list is asked outside, where a name that nobody knows
            // fails.
            Status::NxDomain | Status::ServFail => "no such name".to_owned(),
        }
    } else {
        words(data.iter().map(String::as_str))
    };
    let asked = match goal.record_type {
        RecordType::A => goal.ask.clone(),
        other => format!("{} ({other})", goal.ask),
    };
    let say = if met {
        format!("Asked by {}, {asked} gives {found_words}.", goal.from)
    } else {
        format!(
            "Asked by {}, {asked} gives {found_words}; it should give {wanted_words}.",
            goal.from
        )
    };
    let share = if met { 1.0 } else { n_both as f64 / n_all.max(1) as f64 };
    let evidence = Evidence { wanted: wanted_words, found: found_words, say, packets: None };
    // Nothing was wanted and something is there: no part of that is right.
    Seen { met, share: if met { 1.0 } else { share.min(0.999) }, evidence }
}

fn look_up(cluster: &Cluster, goal: &NameGoal) -> Result<Resolution, String> {
    let client: Client = goal.from.parse().map_err(|error| format!("{error}."))?;
    if let Client::Pod { namespace, name } = &client
        && cluster.pod(namespace, name).is_none()
    {
        return Err(format!("There is no Pod {name} to ask from."));
    }
    trace::resolve(cluster, &client, &goal.ask, goal.record_type)
        .map_err(|error| format!("{error}."))?
        .map_err(|silent| silent.say)
}

/// The records' data that an entry of `expect` stands for.
fn data_of(cluster: &Cluster, entry: &str, record_type: RecordType) -> Vec<String> {
    let object = ObjectRef::read(entry).filter(|_| entry.contains('/'));
    let Some(object) = object else { return vec![plain(entry)] };
    let addresses: Vec<IpAddr> = match canonical_kind(object.kind) {
        "Service" => cluster
            .service(object.namespace, object.name)
            .map_or_else(Vec::new, |service| service.cluster_ips.to_vec()),
        "Pod" => {
            cluster.pod(object.namespace, object.name).map_or_else(Vec::new, |pod| pod.ips.to_vec())
        }
        _ => Vec::new(),
    };
    addresses
        .iter()
        .filter(|ip| ip.is_ipv6() == (record_type == RecordType::Aaaa))
        .map(ToString::to_string)
        .collect()
}

/// Names with and without the dot at their end are the same.
fn plain(data: &str) -> String {
    data.trim_end_matches('.').to_owned()
}

fn words<'w>(entries: impl Iterator<Item = &'w str>) -> String {
    let entries: Vec<&str> = entries.collect();
    if entries.is_empty() { "no record".to_owned() } else { entries.join(", ") }
}
