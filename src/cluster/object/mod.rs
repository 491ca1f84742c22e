//! Slim types: what the simulator needs of an object, read once from its JSON.

mod ips;
mod marked;
mod namespace;
mod node;
mod page;
mod pod;
mod pod_forms;
mod pod_json;
mod pod_saved;
mod pod_shared;
mod policy;
mod read;
mod service;
mod slice;
mod template;

pub use ips::Ips;
pub(super) use marked::Place;
pub use namespace::Namespace;
pub use node::Node;
pub use page::Own;
pub(super) use page::{Page, write_filled};
pub use pod::{Container, ContainerPort, Pod};
pub(super) use pod_forms::Form;
pub(super) use pod_saved::{PODS_UNREAD, PodsAtOnce, SavedPods};
pub use policy::{IpBlock, NetworkPolicy, Peer, PolicyPort, PolicyRule};
pub(super) use read::At;
pub use read::ObjectError;
pub use service::{Ingress, IpFamily, PortName, Protocol, Service, ServicePort, ServiceType};
pub(super) use slice::{CONTROLLER, MANAGED_BY, TRIGGER};
pub use slice::{EndpointSlice, SliceEndpoint, SlicePort};
pub(super) use template::{Template, Templates};
