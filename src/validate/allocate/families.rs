//! A Service's IP families and their policy.

use super::{Allocator, fail_if_any};
use crate::validate::addresses;
use crate::validate::error::ApiError;
use crate::validate::gotext;
use crate::validate::report::Report;
use crate::validate::rules::{Case, cluster_ips};
use crate::validate::service::Service;
use ipnet::IpNet;

const POLICY: &str = "spec.ipFamilyPolicy";

impl Allocator<'_> {
    pub(super) fn cidr_of(&self, family: &str) -> Option<IpNet> {
        let cidrs = self.around.service_cidrs();
        cidrs.iter().copied().find(|cidr| family_of_net(cidr) == family)
    }

    fn default_family(&self) -> &'static str {
        self.around.service_cidrs().first().map_or("IPv4", family_of_net)
    }

    /// `initIPFamilyFields`: families and policy follow from what is given and from what
    /// the cluster has.
    pub(super) fn ip_families(
        &self,
        service: &mut Service,
        old: Option<&Service>,
    ) -> Result<(), Box<ApiError>> {
        if !service.needs_cluster_ip() || keeps_preferred_dual_stack(service, old) {
            return Ok(());
        }
        let headless = service.spec.cluster_ip == "None";
        let anything_goes = headless && service.spec.selector.is_empty();
        if service.spec.ip_family_policy.is_none() {
            let kept = old.and_then(|old| old.spec.ip_family_policy.clone());
            let usual = if anything_goes { "RequireDualStack" } else { "SingleStack" };
            service.spec.ip_family_policy = kept.or_else(|| Some(usual.to_owned()));
        }
        let policy = service.spec.ip_family_policy.clone().unwrap_or_default();
        let single = policy == "SingleStack";

        let mut report = Report::default();
        cluster_ips::related_fields(Case { service, old }, &mut report);
        fail_if_any(service, &mut report)?;

        release_second(service, old, &mut report);
        self.infer_families(service, &mut report);
        fail_if_any(service, &mut report)?;

        if anything_goes {
            // Without a selector nobody but the user knows the endpoints' families.
            if service.spec.ip_families.is_empty() {
                service.spec.ip_families.push(self.default_family().to_owned());
            }
            if service.spec.ip_families.len() < 2 && !single {
                add_other_family(service);
            }
            return Ok(());
        }

        let n_families = self.around.service_cidrs().len();
        if policy == "RequireDualStack" && n_families < 2 {
            report.invalid(
                "cluster-not-dual-stack",
                POLICY,
                gotext::json_string(&policy),
                "this cluster is not configured for dual-stack services",
            );
        }
        for (idx, family) in service.spec.ip_families.iter().enumerate() {
            if self.cidr_of(family).is_none() {
                report.invalid(
                    "ip-family-not-in-cluster",
                    format!("spec.ipFamilies[{idx}]"),
                    gotext::json_string(family),
                    "not configured on this cluster",
                );
            }
        }
        fail_if_any(service, &mut report)?;
        if service.spec.ip_families.is_empty() {
            service.spec.ip_families.push(self.default_family().to_owned());
        }
        if !single && service.spec.ip_families.len() == 1 && n_families == 2 {
            add_other_family(service);
        }
        Ok(())
    }

    /// A clusterIP that was asked for tells its family.
    fn infer_families(&self, service: &mut Service, report: &mut Report) {
        let ips = service.spec.cluster_ips.clone();
        for (idx, ip) in ips.iter().enumerate() {
            if ip == "None" {
                break;
            }
            if idx < service.spec.ip_families.len() {
                continue;
            }
            let family = match addresses::parse_ip(ip) {
                Some(ip) if addresses::is_ipv6(ip) => "IPv6",
                Some(_) => "IPv4",
                None => "unknown",
            };
            if self.cidr_of(family).is_some() {
                service.spec.ip_families.push(family.to_owned());
            } else {
                let issue = report.invalid(
                    "cluster-ip-family-not-in-cluster",
                    format!("spec.clusterIPs[{idx}]"),
                    gotext::json_list(&ips),
                    format!("{family} is not configured on this cluster"),
                );
                if ips.len() == 1 {
                    issue.place = "spec.clusterIP".to_owned();
                }
            }
        }
    }
}

/// A second cluster IP and family are released by asking for one, and not otherwise.
fn release_second(service: &mut Service, old: Option<&Service>, report: &mut Report) {
    let policy = service.spec.ip_family_policy.clone().unwrap_or_default();
    let shown = gotext::json_string(&policy);
    let single = policy == "SingleStack";
    let spec = &mut service.spec;
    if let (Some(old), true) = (old, single) {
        if spec.cluster_ips == old.spec.cluster_ips {
            spec.cluster_ips.truncate(1);
        }
        if spec.ip_families == old.spec.ip_families {
            spec.ip_families.truncate(1);
        }
    }
    for (now, was, one, more) in [
        (&spec.cluster_ips, old.map(|old| &old.spec.cluster_ips), "cluster IP", "cluster IPs"),
        (&spec.ip_families, old.map(|old| &old.spec.ip_families), "IP family", "IP families"),
    ] {
        if single && now.len() == 2 {
            report.invalid(
                "two-families-need-dual-stack",
                POLICY,
                &shown,
                format!("must be 'RequireDualStack' or 'PreferDualStack' when multiple {more} are specified"),
            );
        } else if !single && !now.is_empty() && was.is_some_and(|was| now.len() < was.len()) {
            report.invalid(
                "release-needs-single-stack",
                POLICY,
                &shown,
                format!("must be 'SingleStack' to release the secondary {one}"),
            );
        }
    }
}

fn add_other_family(service: &mut Service) {
    let other = if service.spec.ip_families[0] == "IPv4" { "IPv6" } else { "IPv4" };
    service.spec.ip_families.push(other.to_owned());
}

/// `isMatchingPreferDualStackClusterIPFields`: such a Service is not upgraded or
/// downgraded when the cluster changed its families meanwhile.
pub(super) fn keeps_preferred_dual_stack(service: &Service, old: Option<&Service>) -> bool {
    let Some(old) = old else { return false };
    let prefers = |s: &Service| s.spec.ip_family_policy.as_deref() == Some("PreferDualStack");
    prefers(service)
        && (old.spec.ip_family_policy.is_none() || prefers(old))
        && old.spec.kind == service.spec.kind
        && matches!(service.spec.kind.as_str(), "ClusterIP" | "NodePort" | "LoadBalancer")
        && old.spec.cluster_ips == service.spec.cluster_ips
        && old.spec.ip_families == service.spec.ip_families
}

fn family_of_net(cidr: &IpNet) -> &'static str {
    match cidr {
        IpNet::V4(_) => "IPv4",
        IpNet::V6(_) => "IPv6",
    }
}
