//! `kubectl describe`: what one object is, in kubectl's words and columns
//! (k8s.io/kubectl/pkg/describe, v1.36).
//!
//! A describer writes a [`Page`] of lines with tabs; `print::tabs` sets them in columns.

mod autoscaler;
mod containers;
mod endpoints;
mod events;
mod generic;
mod ingress;
mod namespace;
mod network;
mod node;
mod page;
mod pod;
mod policy;
mod rbac;
mod requests;
mod service;
mod storage;
#[cfg(test)]
mod tests;
mod time;
mod value;
mod volumes;
mod workload;

use super::console::Console;
use super::resources::Resource;
use crate::cluster::{Cluster, EventsByObject, Shown};
use page::Page;
use serde_json::Value;

/// What describers look at.
#[derive(Debug, Clone, Copy)]
struct World<'c> {
    cluster: &'c Cluster,
    events: &'c EventsByObject<'c>,
    /// The world's clock, in seconds since 1970.
    now: i64,
}

type Describer = fn(World<'_>, &Value, &mut Page);

/// How a kind is described, and of which object its events tell.
struct Kind {
    group: &'static str,
    kind: &'static str,
    describe: Describer,
    events: bool,
}

const fn kind(group: &'static str, kind: &'static str, describe: Describer, events: bool) -> Kind {
    Kind { group, kind, describe, events }
}

static KINDS: &[Kind] = &[
    kind("", "Pod", pod::pod, true),
    kind("", "ReplicationController", workload::replication_controller, true),
    kind("", "Secret", storage::secret, false),
    kind("", "Service", service::service, true),
    kind("", "ServiceAccount", rbac::service_account, true),
    kind("", "Node", node::node, true),
    kind("", "LimitRange", namespace::limit_range, false),
    kind("", "ResourceQuota", namespace::resource_quota, false),
    kind("", "PersistentVolume", storage::persistent_volume, true),
    kind("", "PersistentVolumeClaim", storage::claim, true),
    kind("", "Namespace", namespace::namespace, false),
    kind("", "Endpoints", endpoints::endpoints, true),
    kind("", "ConfigMap", storage::config_map, true),
    kind("discovery.k8s.io", "EndpointSlice", endpoints::slice, true),
    kind("autoscaling", "HorizontalPodAutoscaler", autoscaler::autoscaler, true),
    kind("networking.k8s.io", "Ingress", ingress::ingress, true),
    kind("networking.k8s.io", "IngressClass", ingress::class, true),
    kind("networking.k8s.io", "ServiceCIDR", network::service_cidr, true),
    kind("networking.k8s.io", "IPAddress", network::ip_address, true),
    kind("networking.k8s.io", "NetworkPolicy", policy::network_policy, false),
    kind("batch", "Job", workload::job, true),
    kind("batch", "CronJob", workload::cron_job, true),
    kind("apps", "StatefulSet", workload::stateful_set, true),
    kind("apps", "Deployment", workload::deployment, true),
    kind("apps", "DaemonSet", workload::daemon_set, true),
    kind("apps", "ReplicaSet", workload::replica_set, true),
    kind("storage.k8s.io", "StorageClass", storage::storage_class, true),
    kind("storage.k8s.io", "CSINode", storage::csi_node, true),
    kind("storage.k8s.io", "VolumeAttributesClass", storage::attributes_class, true),
    kind("policy", "PodDisruptionBudget", policy::disruption_budget, true),
    kind("rbac.authorization.k8s.io", "Role", rbac::role, false),
    kind("rbac.authorization.k8s.io", "ClusterRole", rbac::role, false),
    kind("rbac.authorization.k8s.io", "RoleBinding", rbac::binding, false),
    kind("rbac.authorization.k8s.io", "ClusterRoleBinding", rbac::binding, false),
    kind("scheduling.k8s.io", "PriorityClass", policy::priority_class, true),
];

/// A Pod's template, with tabs where columns would be: `kubectl rollout history` prints it
/// so.
pub(super) fn pod_template(template: &Value) -> String {
    let mut page = Page::default();
    pod::template(&mut page, template);
    page.raw()
}

/// Describes objects of a cluster.
pub(super) struct Describing<'c> {
    cluster: &'c Cluster,
    events: EventsByObject<'c>,
    show_events: bool,
    pods: pod::Pods,
    now: i64,
    page: Page,
}

impl<'c> Describing<'c> {
    /// What is looked up once for all objects: their events only where they are wanted.
    pub(super) fn new(console: &'c Console, show_events: bool) -> Self {
        let (cluster, now) = (&console.cluster, console.now());
        let events = if show_events { cluster.events_by_object() } else { Default::default() };
        let (pods, page) = (pod::Pods::default(), Page::default());
        Self { cluster, events, show_events, pods, now, page }
    }

    /// What kubectl says of `object`; with its events where they are wanted and the kind shows
    /// any.
    pub(super) fn page(&mut self, resource: &Resource, object: &Shown<'_>) -> &str {
        let world = World { cluster: self.cluster, events: &self.events, now: self.now };
        let page = &mut self.page;
        page.begin_anew();
        let known = KINDS.iter().find(|k| k.kind == resource.kind && k.group == resource.group());
        match (object.pod(), known) {
            (Some(pod), _) => self.pods.pod(world, (object, pod), self.show_events, page),
            (None, Some(known)) => (known.describe)(world, object, page),
            (None, None) => generic::generic(world, object, page),
        }
        if self.show_events && known.is_none_or(|known| known.events) {
            events::events(world, object, page);
        }
        page.finish()
    }
}
