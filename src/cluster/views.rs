//! The store as readers see it: objects in their slim types, and who has which address.

use super::address::held;
use super::images::known_ports;
use super::key::PairParts;
use super::object::{EndpointSlice, Namespace, NetworkPolicy, Node, Pod, Protocol, Service};
use super::{Cluster, Endpoints, Labels, Name};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

impl Cluster {
    /// All Services, by namespace and name.
    pub fn services(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.services.values()
    }

    /// All Pods, by namespace and name.
    pub fn pods(&self) -> impl Iterator<Item = &Arc<Pod>> {
        self.pods.values()
    }

    /// All nodes, by name.
    pub fn nodes(&self) -> impl Iterator<Item = &Arc<Node>> {
        self.nodes.values()
    }

    /// All EndpointSlices, derived and hand-made, by namespace and name.
    pub fn slices(&self) -> impl Iterator<Item = &Arc<EndpointSlice>> {
        self.slices.values()
    }

    /// All NetworkPolicies, by namespace and name.
    pub fn policies(&self) -> impl Iterator<Item = &Arc<NetworkPolicy>> {
        self.policies.values()
    }

    /// The NetworkPolicies of one namespace, by name.
    pub fn policies_in(&self, namespace: &str) -> impl Iterator<Item = &Arc<NetworkPolicy>> {
        self.policies.within(namespace).map(|(_, policy)| policy)
    }

    /// All namespaces, by name.
    pub fn namespaces(&self) -> impl Iterator<Item = &Arc<Namespace>> {
        self.namespaces.values()
    }

    /// A Service by name.
    #[must_use]
    pub fn service(&self, namespace: &str, name: &str) -> Option<&Arc<Service>> {
        self.services.find(namespace, name)
    }

    /// A Pod by name.
    #[must_use]
    pub fn pod(&self, namespace: &str, name: &str) -> Option<&Arc<Pod>> {
        self.pods.find(namespace, name)
    }

    /// A node by name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&Arc<Node>> {
        self.nodes.find("", name)
    }

    /// A namespace by name.
    #[must_use]
    pub fn namespace(&self, name: &str) -> Option<&Arc<Namespace>> {
        self.namespaces.find("", name)
    }

    /// The slices of a Service, derived and hand-made.
    pub fn slices_of(&self, service: &Name) -> impl Iterator<Item = &Arc<EndpointSlice>> {
        let names = self.slices_of.get(service).map_or(&[][..], Vec::as_slice);
        names.iter().filter_map(|name| self.slices.get(name))
    }

    /// The slices with an endpoint of this address, by namespace and name.
    pub fn slices_at(&self, ip: IpAddr) -> impl Iterator<Item = &Arc<EndpointSlice>> {
        // The controller's slices hold addresses of Pods that their Service selects.
        let host_pods = self.addresses.nodes(ip).flat_map(|node| self.host_pods(&node.name));
        let services: BTreeSet<Name> = self
            .addresses
            .pods(ip)
            .chain(host_pods)
            .flat_map(|pod| self.services_selecting(pod))
            .collect();
        let made = held(&self.made_at, &ip).iter().filter_map(|name| self.slices.get(name));
        let slices: BTreeMap<&Name, &Arc<EndpointSlice>> = services
            .iter()
            .flat_map(|service| self.slices_of(service))
            .chain(made)
            .filter(|slice| slice.endpoints.iter().any(|endpoint| endpoint.ip == ip))
            .map(|slice| (&slice.name, slice))
            .collect();
        slices.into_values()
    }

    /// kube-proxy's view of a Service's endpoints; none where it has no slice with a port.
    #[must_use]
    pub fn endpoints(&self, service: &Name) -> Option<&Arc<Endpoints>> {
        self.endpoints.get(service)
    }

    /// The Pod with this address; where several have it, the one that came first. A Pod
    /// that uses its node's network has no address of its own.
    #[must_use]
    pub fn pod_at(&self, ip: IpAddr) -> Option<&Arc<Pod>> {
        self.addresses.pods(ip).next()
    }

    /// The node with this address.
    #[must_use]
    pub fn node_at(&self, ip: IpAddr) -> Option<&Arc<Node>> {
        self.addresses.nodes(ip).next()
    }

    /// Pods that use the network of node `name`.
    pub fn host_pods(&self, name: &str) -> impl Iterator<Item = &Arc<Pod>> {
        self.addresses.host_pods(name).iter()
    }

    /// The Services with this clusterIP; more than one only in a broken world.
    pub fn services_at_cluster_ip(&self, ip: IpAddr) -> impl Iterator<Item = &Arc<Service>> {
        self.addresses.cluster_ip(ip)
    }

    /// The Services with this address outside: load-balancer or external IP.
    pub fn services_at_outer_ip(&self, ip: IpAddr) -> impl Iterator<Item = &Arc<Service>> {
        self.addresses.outer_ip(ip)
    }

    /// The Services with this node port or health-check node port.
    pub fn services_at_node_port(&self, port: u16) -> impl Iterator<Item = &Arc<Service>> {
        self.addresses.node_port(port).iter()
    }

    /// True where no Service, Pod or node has this address.
    #[must_use]
    pub fn is_free_address(&self, ip: IpAddr) -> bool {
        self.addresses.is_free(ip)
    }

    /// The sets of labels of Pods in `namespace` that hold this pair.
    pub(super) fn groups_with(&self, namespace: &str, key: &str, value: &str) -> &[Labels] {
        self.labelled.get(&(namespace, key, value) as &dyn PairParts).map_or(&[], Vec::as_slice)
    }

    pub(super) fn services_by_pair(&self, namespace: &str, key: &str, value: &str) -> &[Name] {
        self.selecting.get(&(namespace, key, value) as &dyn PairParts).map_or(&[], Vec::as_slice)
    }

    /// Whether a Pod listens on a port: as the world's `listening` says of it, else for each
    /// container as `images` say, else the ports that it declares, else what is known of its
    /// image. It does not unless it runs.
    #[must_use]
    pub fn listens(&self, pod: &Pod, port: u16, protocol: Protocol) -> bool {
        if !pod.has_started() {
            return false;
        }
        if !self.settings.listening.is_empty()
            && let Some(ports) = self.settings.listening.get(&pod.name.to_string())
        {
            return ports.contains(&(port, protocol));
        }
        pod.containers().iter().any(|container| {
            let image = image_name(&container.image);
            match self.settings.images.get(image) {
                Some(ports) => ports.contains(&(port, protocol)),
                None if container.ports.is_empty() => {
                    known_ports(image).contains(&(port, protocol))
                }
                None => container.ports.iter().any(|p| p.port == port && p.protocol == protocol),
            }
        })
    }
}

/// An image's name without tag and digest: `nginx` of `nginx:1.27@sha256:…`.
pub(super) fn image_name(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    match image.rsplit_once(':') {
        // The colon of a registry's port is followed by a path.
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}
