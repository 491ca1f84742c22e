//! Objects, store, allocators, controllers: a small cluster in memory. Pure.
//!
//! A [`Cluster`] holds objects by kind, namespace and name, and clones in constant
//! time: a clone shares all that neither copy changed. What the simulator needs of a
//! Service, Pod, Node, EndpointSlice, Namespace or NetworkPolicy is read once, when the
//! object is put; every other kind is kept as it is. After each change the controllers
//! settle what follows from it:
//!
//! * EndpointSlices are derived from Services with a selector; hand-made ones are kept.
//! * With a load balancer in the settings, Services of type LoadBalancer get an address
//!   from its pool; without one they stay pending for ever.
//! * A Deployment makes ReplicaSets; these, StatefulSets, DaemonSets and Jobs make Pods,
//!   rollouts included; what is deleted takes what it controls with it. [`Cluster::set_stepwise`] shows the steps between.
//! * A Pod without `spec.nodeName` is placed on the nodes in turn, a Pod without
//!   `status.podIP` gets one from its node's podCIDR, and a Pod without `status` is
//!   Running and Ready, so that world files stay short.

mod address;
mod admit;
mod admit_aside;
mod admit_change;
mod admit_convert;
mod admit_fields;
mod admit_place;
mod admit_pod;
mod adopters;
mod ahead;
mod asked;
mod balancer;
mod bootstrap;
mod controllers;
mod cron;
mod defaults;
mod defaults_pod;
mod endpoints;
mod endpoints_v1;
mod events;
mod fields;
mod go_shape;
mod images;
mod inspect;
mod json_patch;
mod key;
mod kind;
mod kubelet;
mod labels;
mod layer;
mod list;
mod mark_pods;
mod merge;
mod merge_apply;
mod merge_json;
mod merge_meta;
mod mirror;
mod object;
mod others;
mod own_service;
mod patch;
mod patch_head;
mod place;
mod port_order;
mod remove;
mod rules;
mod save;
mod schedule;
mod settings;
mod settle;
mod shown;
mod slices;
mod store;
mod surroundings;
mod table;
mod views;
mod watch;
mod world;
mod world_text;

pub use admit::{CLIENT_SIDE, How, create, create_as, replace};
pub use ahead::Foreseen;
pub use controllers::Ended;
pub(crate) use controllers::random_part;
pub use endpoints::{Endpoint, Endpoints, PortEndpoints};
pub use events::{Event, EventsByObject};
pub use fields::Fields;
pub use key::{Key, Name};
pub use kind::{KindInfo, canonical_kind, kind_info};
pub use kubelet::Prober;
pub use labels::{Labels, Selector};
pub use list::{Reader, Shown, Which};
pub use mark_pods::{Answer, mark_pods};
pub use merge::{MergeError, apply_patch, three_way_patch};
pub use merge_json::three_way_json_patch;
pub use object::{
    Container, ContainerPort, EndpointSlice, Ingress, IpBlock, IpFamily, Ips, Namespace,
    NetworkPolicy, Node, ObjectError, Own, Peer, Pod, PolicyPort, PolicyRule, PortName, Protocol,
    Service, ServicePort, ServiceType, SliceEndpoint, SlicePort,
};
pub use patch::{
    PatchType, patch, patch_as, patch_leniently, patch_status, patched_by_client, patched_by_server,
};
pub use remove::{Removed, remove};
pub use rules::checks_all_rules;
pub use save::{Halfway, Kept, Listed, RestoredPods, Saved, SavedPast, sum_of};
pub use settings::{External, ProxyMode, Settings};
pub use store::{Cascade, Cluster};
pub use watch::{Change, ChangeKind};
pub use world::{WorldError, WorldFinding};
