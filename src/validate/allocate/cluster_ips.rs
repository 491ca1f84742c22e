//! clusterIPs: the one that was asked for, or a free one of each family
//! (pkg/registry/core/service/ipallocator).

use super::families::keeps_preferred_dual_stack;
use super::{Allocator, fail_if_any, internal};
use crate::validate::addresses;
use crate::validate::error::ApiError;
use crate::validate::gotext;
use crate::validate::report::Report;
use crate::validate::service::Service;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

impl Allocator<'_> {
    /// `allocClusterIPs`: an address for each family.
    pub(super) fn cluster_ips(&mut self, service: &mut Service) -> Result<(), Box<ApiError>> {
        let headless = service.spec.cluster_ips.first().is_some_and(|ip| ip == "None");
        if !service.needs_cluster_ip() || headless {
            return Ok(());
        }
        for idx in 0..service.spec.ip_families.len() {
            self.cluster_ip(service, idx)?;
        }
        service.spec.cluster_ip = service.spec.cluster_ips.first().cloned().unwrap_or_default();
        Ok(())
    }

    /// The address at `idx` of clusterIPs: the one asked for, or a free one.
    fn cluster_ip(&mut self, service: &mut Service, idx: usize) -> Result<(), Box<ApiError>> {
        let family = service.spec.ip_families[idx].clone();
        let Some(cidr) = self.cidr_of(&family) else { return Ok(()) };
        if service.spec.cluster_ips.len() <= idx {
            service.spec.cluster_ips.resize(idx + 1, String::new());
        }
        let wanted = service.spec.cluster_ips[idx].clone();
        if wanted.is_empty() {
            let Some(ip) = self.free_cluster_ip(cidr) else {
                return Err(internal(&format!(
                    "failed to allocate a serviceIP for Service {}: range is full",
                    gotext::quote(&service.meta.name)
                )));
            };
            service.spec.cluster_ips[idx] = ip.to_string();
            if idx == 0 {
                self.chosen.push("spec.clusterIP".to_owned());
            }
            self.chosen.push(format!("spec.clusterIPs[{idx}]"));
            return Ok(());
        }
        let Some(ip) = addresses::parse_ip(&wanted) else {
            return Err(internal(&format!(
                "failed to parse service IP {}",
                gotext::quote(&wanted)
            )));
        };
        let Some((code, why)) = self.refusal(cidr, ip) else { return Ok(()) };
        let mut report = Report::default();
        let issue = report.invalid(
            code,
            "spec.clusterIPs",
            gotext::json_list(&service.spec.cluster_ips),
            format!("failed to allocate IP {wanted}: {why}"),
        );
        if service.spec.cluster_ips.len() == 1 {
            issue.place = "spec.clusterIP".to_owned();
        }
        fail_if_any(service, &mut report)
    }

    /// Why `ip` can't be given out. A dry run asks one allocator directly and so words an
    /// address from elsewhere differently (`MetaAllocator.DryRun`), and it sees no clash.
    fn refusal(&self, cidr: IpNet, ip: IpAddr) -> Option<(&'static str, String)> {
        let (first, last) = usable(cidr);
        let in_range = cidr.contains(&ip) && (first..=last).contains(&bits_of(ip));
        if !self.dry_run && !in_range {
            let why = "the provided network does not match the current range";
            return Some(("cluster-ip-out-of-range", why.to_owned()));
        }
        if !in_range {
            let why = format!(
                "the provided IP ({}) is not in the valid range. The range of valid IPs is {cidr}",
                addresses::go_text(ip)
            );
            return Some(("cluster-ip-out-of-range", why));
        }
        if !self.dry_run && self.around.cluster_ip_owner(ip).is_some() {
            return Some(("cluster-ip-taken", "provided IP is already allocated".to_owned()));
        }
        None
    }

    /// A free address: from the upper band first, so that the lower one stays for those
    /// who ask for an address (`calculateRangeOffset`: a sixteenth of the range, at least
    /// 16 and at most 256).
    fn free_cluster_ip(&self, cidr: IpNet) -> Option<IpAddr> {
        let (first, last) = usable(cidr);
        if first > last {
            return None;
        }
        let size = last - first + 1;
        let reserved = (size / 16).clamp(16, 256);
        let reserved = if size <= 16 { 0 } else { reserved.min(size) };
        let to_ip = |bits: u128| match cidr {
            IpNet::V4(_) => IpAddr::V4(Ipv4Addr::from(u32::try_from(bits).unwrap_or(0))),
            IpNet::V6(_) => IpAddr::V6(Ipv6Addr::from(bits)),
        };
        let free = |bits: u128| {
            let ip = to_ip(bits);
            self.around.cluster_ip_owner(ip).is_none().then_some(ip)
        };
        let fresh = |bits: u128| free(bits).filter(|ip| !self.around.was_given_back(*ip));
        // An IPv6 range is larger than any cluster; only its first 2^32 are tried.
        let upper = (size - reserved).min(1 << 32);
        let start = u128::from(self.seed) % upper.max(1);
        let above = |i: u128| first + reserved + (start + i) % upper;
        (0..upper)
            .find_map(|i| fresh(above(i)))
            .or_else(|| (0..upper).find_map(|i| free(above(i))))
            .or_else(|| (0..reserved).find_map(|i| free(first + i)))
    }

    /// `updateClusterIPs`.
    pub(super) fn update_cluster_ips(
        &mut self,
        service: &mut Service,
        old: &Service,
    ) -> Result<(), Box<ApiError>> {
        if keeps_preferred_dual_stack(service, Some(old)) {
            return Ok(());
        }
        // An object from a world file may never have got an address.
        let had_one = old.needs_cluster_ip() && !old.spec.cluster_ips.is_empty();
        if !had_one && service.needs_cluster_ip() {
            return self.cluster_ips(service);
        }
        let was_headless = old.spec.cluster_ips.first().is_some_and(|ip| ip == "None");
        let upgraded = old.spec.ip_families.len() == 1 && service.spec.ip_families.len() == 2;
        if !was_headless && service.needs_cluster_ip() && upgraded {
            return self.cluster_ip(service, 1);
        }
        Ok(())
    }
}

/// First and last address that can be given out: not the network's own, and in IPv4 not
/// the broadcast address.
fn usable(cidr: IpNet) -> (u128, u128) {
    let first = bits_of(cidr.network()).saturating_add(1);
    let last = bits_of(cidr.broadcast());
    (first, if matches!(cidr, IpNet::V4(_)) { last.saturating_sub(1) } else { last })
}

fn bits_of(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}
