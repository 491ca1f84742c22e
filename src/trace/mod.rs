//! A packet and its reply, hop by hop, as kube-proxy and conntrack move them. Pure.
//!
//! What routes what, besides kube-proxy's rules: nodes know each other's podCIDRs; the
//! network knows the nodes and brings load-balancer addresses and external IPs from outside
//! to one node; nothing else knows the Service range, Pods' addresses or load-balancer
//! addresses, so packets to them vanish where no rule rewrote them.

mod error;
mod local;
mod model;
mod names;
mod node;
mod options;
mod packet;
mod policy;
mod proxy;
mod reply;
mod say;
mod target;
mod topology;
mod walk;
mod why;

pub use error::TraceError;
pub use model::{
    Action, Choice, Client, Direction, FieldRef, Hop, Outcome, Place, Protocol, Reason, ReasonCode,
    SeenSource, Socket, Trace, Way,
};
pub use options::Options;
pub use target::{Address, Target};

use crate::cluster::Cluster;
use crate::dns::{RecordType, Resolution};
use names::Lookup;
use packet::{Detail, Pick};
use walk::Walk;

/// Every way of a packet from `client` to `target`, with its probability; they sum to 1.
///
/// # Errors
/// The client does not exist or has no address, or the target means several packets. A
/// target that does not exist is no error: it is a way that fails, and says why.
pub fn trace(cluster: &Cluster, client: &Client, target: &Target) -> Result<Trace, TraceError> {
    let ways = Walk::ways(cluster, client, target, Pick::All, Detail::Hops)?;
    Ok(Trace {
        client: client.clone(),
        target: target.to_string(),
        protocol: target.protocol,
        ways,
    })
}

/// As [`trace`], without hops: for those who only ask what becomes of the packet.
///
/// # Errors
/// As for [`trace`].
pub fn outcomes(
    cluster: &Cluster,
    client: &Client,
    target: &Target,
) -> Result<Vec<Way>, TraceError> {
    Walk::ways(cluster, client, target, Pick::All, Detail::Outcome)
}

/// One of the ways, picked by `seed` as kube-proxy would pick, without computing the rest.
///
/// # Errors
/// As for [`trace`].
pub fn way(
    cluster: &Cluster,
    client: &Client,
    target: &Target,
    seed: u64,
) -> Result<Way, TraceError> {
    let ways = Walk::ways(cluster, client, target, Pick::seeded(seed), Detail::Hops)?;
    ways.into_iter().next().ok_or(TraceError::NoWay)
}

/// What `client` finds for `name` as it stands in a program: by its search list, from the DNS
/// that it asks. The inner error is why no answer comes back.
///
/// # Errors
/// The client does not exist or has no address.
pub fn resolve(
    cluster: &Cluster,
    client: &Client,
    name: &str,
    record_type: RecordType,
) -> Result<Result<Resolution, Reason>, TraceError> {
    let walk = Walk::begin(cluster, client, Protocol::Udp, Pick::All, Detail::Outcome)?;
    Ok(match walk.look_up(name, Some(record_type))? {
        Lookup::Answered { found, .. } => Ok(found),
        Lookup::Silent { reason, .. } => Err(reason),
    })
}

#[cfg(test)]
mod tests;
