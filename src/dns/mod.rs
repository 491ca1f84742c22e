//! Names to answers, as CoreDNS gives them, and the Pod's resolver. Pure.
//!
//! [`query`] is CoreDNS 1.13 with the Corefile that kubeadm writes: `kubernetes` for the
//! cluster's domain with `pods insecure`, names outside forwarded to a server that knows
//! the world's `upstream` names and fails for all others. [`ResolvConf`] is
//! what a program does with a name: the search list of its /etc/resolv.conf, `ndots:5`.

mod answer;
mod kubernetes;
mod lookup;
mod request;
mod resolver;
mod reverse;
mod server;

pub use answer::{Answer, Record, RecordType, Status};
pub use kubernetes::query;
pub use resolver::{Query, Resolution, ResolvConf, Server};

#[cfg(test)]
mod tests;
