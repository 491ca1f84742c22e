//! Where the cluster's DNS server is.

use crate::cluster::{Cluster, Service};
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::Arc;

/// The Service that Pods ask, where the world has one, and its addresses. A world without
/// one has a CoreDNS that needs none: at the tenth address of the Service range, where
/// kubeadm puts it.
pub(super) fn addresses(cluster: &Cluster) -> (Option<&Arc<Service>>, Vec<IpAddr>) {
    let service = cluster.service("kube-system", "kube-dns").filter(|s| !s.cluster_ips.is_empty());
    let ips = match service {
        Some(service) => service.cluster_ips.to_vec(),
        None => {
            let ranges = &cluster.settings().service_cidrs;
            // The network's own address is no host in IPv4, and one in IPv6.
            let nth =
                |range: &IpNet| range.hosts().nth(if range.addr().is_ipv4() { 9 } else { 10 });
            ranges.iter().filter_map(nth).collect()
        }
    };
    (service, ips)
}
