//! What a program does with a name: the resolver of a Pod, of a node, of a client outside.

use super::{Answer, RecordType, Status, query};
use crate::cluster::Cluster;
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

/// How many dots make a name be tried as it stands first: `options ndots:5`.
const NDOTS: usize = 5;

/// What a Pod in `namespace` finds for `name`: with the search list
/// `NS.svc.DOMAIN svc.DOMAIN DOMAIN` and `ndots:5` of dnsPolicy ClusterFirst. A name that
/// ends in a dot is asked for as it stands; else the search goes on until there are records.
#[must_use]
pub fn resolve(
    cluster: &Cluster,
    namespace: &str,
    name: &str,
    record_type: RecordType,
) -> Resolution {
    let domain = &cluster.settings().cluster_domain;
    let mut names = Vec::new();
    if !name.ends_with('.') {
        names.push(format!("{name}.{namespace}.svc.{domain}."));
        names.push(format!("{name}.svc.{domain}."));
        names.push(format!("{name}.{domain}."));
    }
    let as_it_stands = format!("{}.", name.trim_end_matches('.'));
    if name.matches('.').count() >= NDOTS {
        names.insert(0, as_it_stands);
    } else {
        names.push(as_it_stands);
    }
    let mut queries = Vec::new();
    for name in names {
        let answer = query(cluster, &name, record_type);
        let done = !answer.answers.is_empty();
        queries.push(Query { name, record_type, answer });
        if done {
            break;
        }
    }
    Resolution { queries }
}

/// What a node or a client outside finds for `name`: they don't ask the cluster's DNS, so
/// only names known outside have an address.
#[must_use]
pub fn resolve_outside(cluster: &Cluster, name: &str, record_type: RecordType) -> Resolution {
    let name = format!("{}.", name.trim_end_matches('.').to_ascii_lowercase());
    let inside = name
        .strip_suffix('.')
        .is_some_and(|plain| plain.ends_with(&format!(".{}", cluster.settings().cluster_domain)));
    let answer = if inside || name.ends_with(".arpa.") {
        Answer { status: Status::NxDomain, answers: Vec::new() }
    } else {
        query(cluster, &name, record_type)
    };
    Resolution { queries: vec![Query { name, record_type, answer }] }
}
