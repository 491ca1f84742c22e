//! Rules of clusterIP, clusterIPs and the IP families among each other
//! (`ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation, v1.36.2). The
//! server runs them twice: before it allocates, when their errors come alone, and again
//! among all others.

use super::Case;
use crate::validate::addresses;
use crate::validate::gotext;
use crate::validate::issue::{Mark, Remedy};
use crate::validate::report::Report;
use crate::validate::service::Service;

/// All of them; nothing for an ExternalName.
pub(crate) fn related_fields(case: Case<'_>, report: &mut Report) {
    let service = case.service;
    if service.spec.kind == "ExternalName" {
        return;
    }
    cluster_ip_and_ips_differ(service, report);
    ip_family_unknown_or_twice(service, report);
    ip_family_policy_unknown(service, report);
    let before = report.issues.len();
    none_among_cluster_ips(service, report);
    let misplaced_none = report.issues.len() > before;
    let bad = cluster_ip_invalid(case, report);
    too_many_cluster_ips(service, report);
    // Bad addresses would only lead to misleading errors about their families.
    if bad || misplaced_none {
        return;
    }
    same_family_twice(service, report);
    address_of_other_family(service, report);
}

/// Where the manifest speaks of the address: `clusterIPs` may have been filled in from
/// `clusterIP`.
fn place_of(service: &Service, idx: usize) -> String {
    if idx == 0 && service.spec.cluster_ips.len() == 1 && !service.spec.cluster_ip.is_empty() {
        "spec.clusterIP".to_owned()
    } else {
        format!("spec.clusterIPs[{idx}]")
    }
}

/// That clusterIPs are missing beside a clusterIP can't be: `normalizeClusterIPs` fills
/// them in before.
fn cluster_ip_and_ips_differ(service: &Service, report: &mut Report) {
    let spec = &service.spec;
    let shown = gotext::json_list(&spec.cluster_ips);
    if spec.cluster_ip.is_empty() {
        if let Some(first) = spec.cluster_ips.first() {
            let issue = report.invalid(
                "cluster-ip-missing-beside-cluster-ips",
                "spec.clusterIPs",
                shown,
                "must be empty when `clusterIP` is not specified",
            );
            issue.mark = Mark::Key;
            if spec.cluster_ips.len() == 1 && addresses::ip_wrongs(first).is_empty() {
                issue.remedy = Some(Remedy::Insert {
                    parent: "spec".to_owned(),
                    key: "clusterIP",
                    value: first.as_str().into(),
                });
            }
        }
    } else if spec.cluster_ips.first() != Some(&spec.cluster_ip) {
        report.invalid(
            "cluster-ips-differ-from-cluster-ip",
            "spec.clusterIPs",
            shown,
            "first value must match `clusterIP`",
        );
    }
}

fn ip_family_unknown_or_twice(service: &Service, report: &mut Report) {
    let supported = ["IPv4", "IPv6"];
    let families = &service.spec.ip_families;
    for (idx, family) in families.iter().enumerate() {
        let path = format!("spec.ipFamilies[{idx}]");
        let shown = gotext::json_string(family);
        if !supported.contains(&family.as_str()) {
            report.unsupported(
                "ip-family-unknown",
                path.as_str(),
                (family, shown.clone()),
                &supported,
            );
        }
        if families[..idx].contains(family) {
            report.duplicate("ip-family-duplicate", path, shown);
        }
    }
}

fn ip_family_policy_unknown(service: &Service, report: &mut Report) {
    let supported = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    if let Some(policy) = &service.spec.ip_family_policy
        && !supported.contains(&policy.as_str())
    {
        let shown = gotext::json_string(policy);
        report.unsupported(
            "ip-family-policy-unknown",
            "spec.ipFamilyPolicy",
            (policy, shown),
            &supported,
        );
    }
}

fn none_among_cluster_ips(service: &Service, report: &mut Report) {
    let ips = &service.spec.cluster_ips;
    if ips.len() > 1 && ips[0] == "None" {
        report.invalid(
            "none-among-cluster-ips",
            "spec.clusterIPs",
            gotext::json_list(ips),
            "'None' must be the first and only value",
        );
    }
}

/// True when an address was bad. Addresses that the Service has already are taken as
/// they are.
fn cluster_ip_invalid(case: Case<'_>, report: &mut Report) -> bool {
    let mut bad = false;
    let known = case.old.map(|old| old.spec.cluster_ips.as_slice()).unwrap_or_default();
    for (idx, ip) in case.service.spec.cluster_ips.iter().enumerate() {
        if (idx == 0 && ip == "None") || known.contains(ip) {
            continue;
        }
        for wrong in addresses::ip_wrongs(ip) {
            bad = true;
            let issue = report.invalid_text(
                "cluster-ip-invalid",
                format!("spec.clusterIPs[{idx}]"),
                ip,
                wrong,
            );
            issue.place = place_of(case.service, idx);
            if ip.eq_ignore_ascii_case("none") {
                issue.explanation = "A headless Service says None, with a capital N.".to_owned();
                issue.remedy =
                    Some(Remedy::Replace { place: issue.place.clone(), with: "None".to_owned() });
            }
        }
    }
    bad
}

fn too_many_cluster_ips(service: &Service, report: &mut Report) {
    let ips = &service.spec.cluster_ips;
    if ips.len() > 2 {
        report.invalid(
            "too-many-cluster-ips",
            "spec.clusterIPs",
            gotext::json_list(ips),
            "may only hold up to 2 values",
        );
    }
}

/// `IsDualStackIPStrings` fails on the first text that is no address: a None that an
/// update kept from before gets this far.
fn same_family_twice(service: &Service, report: &mut Report) {
    let ips = &service.spec.cluster_ips;
    if ips.len() < 2 {
        return;
    }
    let (mut v4, mut v6) = (false, false);
    for (idx, ip) in ips.iter().enumerate() {
        match addresses::parse_ip(ip) {
            None => {
                report.internal(
                    "cluster-ips-of-one-family",
                    "spec.clusterIPs",
                    format!("failed to check for dual stack with error:invalid IP[{idx}]: {ip}"),
                );
                (v4, v6) = (false, false);
                break;
            }
            Some(ip) if addresses::is_ipv6(ip) => v6 = true,
            Some(_) => v4 = true,
        }
    }
    if !(v4 && v6) {
        report.invalid(
            "cluster-ips-of-one-family",
            "spec.clusterIPs",
            gotext::json_list(ips),
            "may specify no more than one IP for each IP family",
        );
    }
}

fn address_of_other_family(service: &Service, report: &mut Report) {
    if service.is_headless() {
        return;
    }
    let spec = &service.spec;
    for (idx, (ip, family)) in spec.cluster_ips.iter().zip(&spec.ip_families).enumerate() {
        let is_ipv6 = addresses::parse_ip(ip).is_some_and(addresses::is_ipv6);
        let wrong = match family.as_str() {
            "IPv4" => is_ipv6,
            "IPv6" => !is_ipv6,
            _ => false,
        };
        if wrong {
            let issue = report.invalid_text(
                "cluster-ip-of-other-family",
                format!("spec.clusterIPs[{idx}]"),
                ip,
                format!("expected an {family} value as indicated by `ipFamilies[{idx}]`"),
            );
            issue.place = place_of(service, idx);
        }
    }
}
