//! The API server's rules: one small function a rule, in the server's order, with the
//! server's words. Pure: what the cluster holds is asked through [`Surroundings`].
//!
//! A Service goes: [`Service::of`] → [`default_service`] → allocation → rules → warnings;
//! [`create_service`] and [`update_service`] do all of it.

mod addresses;
mod allocate;
mod default_policy;
mod defaults;
mod error;
pub mod gotext;
mod issue;
mod meta;
mod names;
mod pipeline;
mod read;
mod registry;
mod report;
mod rules;
mod service;
mod surroundings;

pub(crate) use names::{
    dns_label, label_key, label_key as label_key_problems, label_value as label_value_problems,
};

pub(crate) use addresses::{
    cidr_wrong, go_text, ip_wrongs, is_ipv6, is_mapped, network, parse_cidr, parse_ip,
    special_wrongs,
};
pub use defaults::default_service;
pub use error::{ApiError, Cause, Reason};
pub use issue::{Issue, Mark, Remedy};
pub use meta::{Meta, OwnerReference};
pub(crate) use names::{dns_subdomain, dns_subdomain_prefix, label_value, port_name};
pub use pipeline::{Accepted, create_other, create_service, update_other, update_service};
pub use read::WrongType;
pub use registry::{Rule, families, markdown, rule, rules};
pub use report::closest;
pub use service::{AffinityConfig, Port, Service, Spec, TargetPort};
pub use surroundings::{NamespaceState, Owner, RecordedCluster, Surroundings};
