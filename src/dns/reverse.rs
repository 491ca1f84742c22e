//! Names of addresses.

use super::lookup::endpoint_name;
use crate::cluster::Cluster;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address that a name in in-addr.arpa or ip6.arpa stands for
/// (`ExtractAddressFromReverse`, coredns plugin/pkg/dnsutil).
pub(super) fn address_of(name: &str) -> Option<IpAddr> {
    if let Some(labels) = name.strip_suffix(".in-addr.arpa.") {
        let mut octets: Vec<u8> = Vec::new();
        for label in labels.split('.').rev() {
            octets.push(label.parse().ok()?);
        }
        let octets: [u8; 4] = octets.try_into().ok()?;
        return Some(Ipv4Addr::from(octets).into());
    }
    let labels = name.strip_suffix(".ip6.arpa.")?;
    let mut bits: u128 = 0;
    let mut n_labels = 0;
    for label in labels.split('.').rev() {
        if label.len() != 1 || n_labels == 32 {
            return None;
        }
        bits = (bits << 4) | u128::from(u8::from_str_radix(label, 16).ok()?);
        n_labels += 1;
    }
    (n_labels == 32).then(|| Ipv6Addr::from(bits).into())
}

/// The names of `ip`: of the Service with that clusterIP, else of every ready endpoint
/// (`serviceRecordForIP`, coredns plugin/kubernetes/reverse.go).
pub(super) fn names_of(cluster: &Cluster, ip: IpAddr) -> Vec<String> {
    let domain = &cluster.settings().cluster_domain;
    if let Some(service) = cluster.services_at_cluster_ip(ip).next() {
        return vec![format!("{}.{}.svc.{domain}.", service.name.name, service.name.namespace)];
    }
    let mut names = Vec::new();
    for slice in cluster.slices_at(ip) {
        let Some(service) = &slice.service else { continue };
        for endpoint in slice.endpoints.iter().filter(|e| e.ready && e.ip == ip) {
            names.push(format!(
                "{}.{service}.{}.svc.{domain}.",
                endpoint_name(endpoint),
                slice.name.namespace
            ));
        }
    }
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_address_is_one() {
        assert_eq!(address_of("9.1.244.10.in-addr.arpa."), "10.244.1.9".parse().ok());
        assert_eq!(address_of("1.244.10.in-addr.arpa."), None);
        let thirty = "0.".repeat(30);
        assert_eq!(address_of(&format!("1.{thirty}f.ip6.arpa.")), "f000::1".parse().ok());
        assert_eq!(address_of(&format!("1.{thirty}ip6.arpa.")), None);
        assert_eq!(address_of(&format!("1.{thirty}0.f.ip6.arpa.")), None);
        assert_eq!(address_of("1.2.ip6.arpa."), None);
    }
}
