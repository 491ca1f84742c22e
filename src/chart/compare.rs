//! What would be otherwise: the same packet on the same cluster with one field changed.

use super::from_cluster::service_of;
use super::story::ending_word;
use crate::cluster::{self, Cluster, Name, ProxyMode, Service, ServiceType};
use crate::manifest::kinds;
use crate::trace::{Outcome, Trace, Way};
use serde_json::json;
use std::collections::BTreeSet;

/// One field with two values, all else the same.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What differs: `externalTrafficPolicy`.
    pub title: String,
    /// The two worlds.
    pub sides: [Side; 2],
    /// It shows itself only by many connections.
    pub many: bool,
}

/// A cluster with the field set to one of the values.
#[derive(Debug, Clone)]
pub struct Side {
    /// The value: `Local`.
    pub label: String,
    /// It is how the cluster was.
    pub is_own: bool,
    /// The cluster with it.
    pub cluster: Cluster,
}

/// The comparisons that can be made of the packet of `trace`, which was made on `cluster`:
/// those that its Service has the fields for. What the server would refuse is left out.
#[must_use]
pub fn comparisons(cluster: &Cluster, trace: &Trace) -> Vec<Comparison> {
    let mut all = Vec::new();
    let service = service_of(cluster, trace);
    if let Some(service) = service.filter(|service| !service.cluster_ips.is_empty()) {
        let outer = matches!(service.kind, ServiceType::NodePort | ServiceType::LoadBalancer);
        if outer {
            all.extend(of_field(
                cluster,
                service,
                "externalTrafficPolicy",
                [("Cluster", !service.external_local), ("Local", service.external_local)],
            ));
        }
        let kind = |name: &'static str| (name, service.kind.to_string() == name);
        all.extend(of_field(cluster, service, "type", [kind("ClusterIP"), kind("NodePort")]));
        all.extend(of_field(cluster, service, "type", [kind("NodePort"), kind("LoadBalancer")]));
        all.extend(of_field(
            cluster,
            service,
            "internalTrafficPolicy",
            [("Cluster", !service.internal_local), ("Local", service.internal_local)],
        ));
        all.extend(
            of_field(
                cluster,
                service,
                "sessionAffinity",
                [("None", !service.client_ip_affinity), ("ClientIP", service.client_ip_affinity)],
            )
            .map(|comparison| Comparison { many: true, ..comparison }),
        );
    }
    let own = cluster.settings().proxy_mode;
    all.push(Comparison {
        title: "kube-proxy's mode".to_owned(),
        sides: [ProxyMode::Iptables, ProxyMode::Nftables].map(|mode| {
            let mut cluster = cluster.clone();
            cluster.settings_mut().proxy_mode = mode;
            Side { label: mode.to_string(), is_own: mode == own, cluster }
        }),
        many: false,
    });
    all
}

/// The Service with `spec.FIELD` set to each of two values; `true` marks the one it has.
fn of_field(
    cluster: &Cluster,
    service: &Service,
    field: &str,
    values: [(&str, bool); 2],
) -> Option<Comparison> {
    let side = |(value, is_own): (&str, bool)| {
        let cluster =
            if is_own { cluster.clone() } else { with(cluster, &service.name, field, value)? };
        Some(Side { label: value.to_owned(), is_own, cluster })
    };
    let [first, second] = values;
    let sides = [side(first)?, side(second)?];
    Some(Comparison { title: field.to_owned(), sides, many: false })
}

/// `cluster` with a string field of a Service's spec changed; none where the server refuses.
pub(super) fn with(cluster: &Cluster, service: &Name, field: &str, value: &str) -> Option<Cluster> {
    let kind = kinds::find("", "v1", "Service")?;
    let mut changed = cluster.clone();
    let mut patch = json!({"spec": {}});
    patch["spec"][field] = value.into();
    cluster::patch(&mut changed, kind, (&service.namespace, &service.name), &patch, false).ok()?;
    Some(changed)
}

/// The way of `other` that is most like `way`: the same Pod answers, else the same end,
/// else the first.
#[must_use]
pub fn like(way: &Way, other: &Trace) -> usize {
    let same_pod = |one: &Way| way.pod.is_some() && one.pod == way.pod;
    let same_end = |one: &Way| one.outcome == way.outcome;
    let ways = &other.ways;
    ways.iter().position(same_pod).or_else(|| ways.iter().position(same_end)).unwrap_or(0)
}

/// What differs between two traces of the same packet, over all their ways: one sentence
/// each, none where nothing does. `labels` names the two.
#[must_use]
pub fn difference(a: &Trace, b: &Trace, labels: [&str; 2]) -> Vec<String> {
    let mut said = Vec::new();
    let both = |of: &dyn Fn(&Trace) -> BTreeSet<String>, none: &str| -> Option<String> {
        let (x, y) = (of(a), of(b));
        (x != y).then(|| {
            let list = |set: BTreeSet<String>| match set.len() {
                0 => none.to_owned(),
                1..=3 => set.into_iter().collect::<Vec<_>>().join(" or "),
                n => format!("{n} of them"),
            };
            format!("{}: {}. {}: {}.", labels[0], list(x), labels[1], list(y))
        })
    };
    let ends = |trace: &Trace| -> BTreeSet<String> {
        trace.ways.iter().map(|way| ending_word(way).to_owned()).collect()
    };
    said.extend(both(&ends, "nothing is sent").map(|what| format!("What becomes of it: {what}")));
    let answered = |trace: &Trace| trace.ways.iter().any(|way| way.outcome == Outcome::Ok);
    if answered(a) && answered(b) {
        let pods = |trace: &Trace| -> BTreeSet<String> {
            trace.ways.iter().filter_map(|way| way.pod.clone()).collect()
        };
        said.extend(both(&pods, "nobody").map(|what| format!("Who answers: {what}")));
        let sources = |trace: &Trace| -> BTreeSet<String> {
            let seen = trace.ways.iter().filter_map(|way| way.source.as_ref());
            seen.map(|source| match source {
                crate::trace::SeenSource::External => "the client outside".to_owned(),
                source => source.to_string(),
            })
            .collect()
        };
        said.extend(both(&sources, "none").map(|what| format!("Whose address it sees: {what}")));
        let failing = |trace: &Trace| -> f64 {
            trace.ways.iter().filter(|way| way.outcome != Outcome::Ok).map(|way| way.p).sum()
        };
        let (x, y) = (failing(a), failing(b));
        if said.is_empty() && (x - y).abs() > 1e-9 {
            let share = super::caption::percent;
            said.push(format!(
                "How many fail: {}: {}. {}: {}.",
                labels[0],
                share(x),
                labels[1],
                share(y)
            ));
        }
    }
    if said.is_empty() {
        let rule = |trace: &Trace| -> BTreeSet<String> {
            let hops = trace.ways.iter().take(1).flat_map(|way| &way.hops);
            hops.filter(|hop| !hop.rule.is_empty()).map(|hop| hop.rule.clone()).take(1).collect()
        };
        let what = both(&rule, "no rule");
        said.extend(what.map(|what| format!("The same ends, by other rules. {what}")));
    }
    said
}
