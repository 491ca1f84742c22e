//! What the server accepts and warns of (`GetWarningsForService`,
//! pkg/api/service/warnings.go; `GetWarningsForIP` and `GetWarningsForCIDR`,
//! apimachinery/pkg/util/validation/ip.go, v1.36.2).

use super::metadata::{TOPOLOGY_HINTS, TOPOLOGY_MODE};
use super::{Case, Step};
use crate::validate::addresses;
use crate::validate::gotext::quote;
use crate::validate::issue::{Mark, Remedy};
use crate::validate::report::Report;
use crate::validate::service::Service;
use std::net::IpAddr;

/// All warnings, in the server's order.
pub(crate) const SERVICE_WARNINGS: &[Step] = &[
    topology_hints_deprecated,
    cluster_ips_unusual,
    ignored_when_headless,
    external_ips_unusual,
    external_ips_deprecated,
    load_balancer_ip_unusual,
    source_ranges_unusual,
    external_ips_ignored,
    external_name_ignored,
    prefer_close_deprecated,
];

fn topology_hints_deprecated(case: Case<'_>, report: &mut Report) {
    if case.service.meta.annotations.contains_key(TOPOLOGY_HINTS) {
        let text = format!(
            "annotation {TOPOLOGY_HINTS} is deprecated, please use {TOPOLOGY_MODE} instead"
        );
        let issue = report.warning("topology-hints-deprecated", "metadata.annotations", text);
        issue.place = format!("metadata.annotations.{TOPOLOGY_HINTS}");
        issue.mark = Mark::Key;
    }
}

/// `isHeadlessService` of warnings.go, which differs from validation's: the type counts,
/// and it looks at clusterIP.
fn is_headless(service: &Service) -> bool {
    service.spec.kind == "ClusterIP" && service.spec.cluster_ip == "None"
}

fn cluster_ips_unusual(case: Case<'_>, report: &mut Report) {
    let spec = &case.service.spec;
    // `IsServiceIPSet`: an ExternalName has none.
    if spec.kind == "ExternalName" || matches!(spec.cluster_ip.as_str(), "" | "None") {
        return;
    }
    for (idx, ip) in spec.cluster_ips.iter().enumerate() {
        address_unusual(&format!("spec.clusterIPs[{idx}]"), ip, report);
    }
}

fn ignored_when_headless(case: Case<'_>, report: &mut Report) {
    const CODE: &str = "ignored-when-headless";
    let spec = &case.service.spec;
    if !is_headless(case.service) {
        return;
    }
    let mut ignored = |field: &str, place: &str| {
        let issue =
            report.warning(CODE, place, format!("{field} is ignored for headless services"));
        issue.mark = Mark::Key;
        issue.remedy = Some(Remedy::Remove { place: place.to_owned() });
    };
    if !spec.load_balancer_ip.is_empty() {
        ignored("spec.loadBalancerIP", "spec.loadBalancerIP");
    }
    if !spec.external_ips.is_empty() {
        ignored("spec.externalIPs", "spec.externalIPs");
    }
    if spec.session_affinity != "None" {
        ignored("spec.SessionAffinity", "spec.sessionAffinity");
    }
}

fn external_ips_unusual(case: Case<'_>, report: &mut Report) {
    for (idx, ip) in case.service.spec.external_ips.iter().enumerate() {
        address_unusual(&format!("spec.externalIPs[{idx}]"), ip, report);
    }
}

fn external_ips_deprecated(case: Case<'_>, report: &mut Report) {
    let spec = &case.service.spec;
    if !spec.external_ips.is_empty() && !is_headless(case.service) && spec.kind != "ExternalName" {
        let issue = report.warning(
            "external-ips-deprecated",
            "spec.externalIPs",
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
        );
        issue.mark = Mark::Key;
    }
}

fn load_balancer_ip_unusual(case: Case<'_>, report: &mut Report) {
    let ip = &case.service.spec.load_balancer_ip;
    if !ip.is_empty() {
        address_unusual("spec.loadBalancerIP", ip, report);
    }
}

fn source_ranges_unusual(case: Case<'_>, report: &mut Report) {
    for (idx, range) in case.service.spec.load_balancer_source_ranges.iter().enumerate() {
        range_unusual(&format!("spec.loadBalancerSourceRanges[{idx}]"), range, report);
    }
}

fn external_ips_ignored(case: Case<'_>, report: &mut Report) {
    let spec = &case.service.spec;
    if spec.kind == "ExternalName" && !spec.external_ips.is_empty() {
        let issue = report.warning(
            "external-ips-ignored",
            "spec.externalIPs",
            "spec.externalIPs is ignored when spec.type is \"ExternalName\"",
        );
        issue.mark = Mark::Key;
        issue.remedy = Some(Remedy::Remove { place: "spec.externalIPs".to_owned() });
    }
}

fn external_name_ignored(case: Case<'_>, report: &mut Report) {
    let spec = &case.service.spec;
    if spec.kind != "ExternalName" && !spec.external_name.is_empty() {
        let issue = report.warning(
            "external-name-ignored",
            "spec.externalName",
            "spec.externalName is ignored when spec.type is not \"ExternalName\"",
        );
        issue.mark = Mark::Key;
        issue.remedy = Some(Remedy::Remove { place: "spec.externalName".to_owned() });
    }
}

fn prefer_close_deprecated(case: Case<'_>, report: &mut Report) {
    if case.service.spec.traffic_distribution.as_deref() == Some("PreferClose") {
        let issue = report.warning(
            "prefer-close-deprecated",
            "spec.trafficDistribution",
            "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"",
        );
        issue.remedy = Some(Remedy::Replace {
            place: "spec.trafficDistribution".to_owned(),
            with: "PreferSameZone".to_owned(),
        });
    }
}

/// `GetWarningsForIP`: what is no address at all gets no warning.
fn address_unusual(path: &str, text: &str, report: &mut Report) {
    const CODE: &str = "address-unusual";
    let Some(ip) = addresses::parse_ip(text) else { return };
    let strict: Option<IpAddr> = text.parse().ok();
    if strict.is_none() || addresses::is_mapped(ip) {
        let better = addresses::go_text(ip);
        let says = format!(
            "{path}: non-standard IP address {} is invalid: use {}",
            quote(text),
            quote(&better)
        );
        replace_with(report.warning(CODE, path, says), &better);
    } else if ip.is_ipv6() && ip.to_string() != text {
        let better = ip.to_string();
        let says = format!(
            "{path}: IPv6 address {} should be in RFC 5952 canonical format ({})",
            quote(text),
            quote(&better)
        );
        replace_with(report.warning(CODE, path, says), &better);
    }
}

fn replace_with(issue: &mut crate::validate::Issue, better: &str) {
    // An IPv6 address in a flow list needs quotes.
    let with = if better.contains(':') { format!("\"{better}\"") } else { better.to_owned() };
    issue.remedy = Some(Remedy::Replace { place: issue.place.clone(), with });
}

/// `GetWarningsForCIDR`.
fn range_unusual(path: &str, text: &str, report: &mut Report) {
    const CODE: &str = "range-unusual";
    let Some((ip, bits)) = addresses::parse_cidr(text) else { return };
    let before = report.issues.len();
    let mapped = addresses::is_mapped(ip);
    let network = addresses::network(ip, bits);
    let whole = format!("{}/{bits}", addresses::go_text(network));
    if network != ip {
        let one = format!("{}/{}", addresses::go_text(ip), if ip.is_ipv4() { 32 } else { 128 });
        let says = format!(
            "{path}: CIDR value {} is ambiguous in this context (should be {} or {}?)",
            quote(text),
            quote(&whole),
            quote(&one)
        );
        report.warning(CODE, path, says);
    }
    let strict = text.split_once('/').is_some_and(|(ip, bits)| {
        ip.parse::<IpAddr>().is_ok() && (bits == "0" || !bits.starts_with('0'))
    });
    if !strict || mapped {
        let says = format!(
            "{path}: non-standard CIDR value {} is invalid: use {}",
            quote(text),
            quote(&whole)
        );
        report.warning(CODE, path, says);
    }
    let canonical = format!("{ip}/{bits}");
    if report.issues.len() == before && ip.is_ipv6() && canonical != text {
        let says = format!(
            "{path}: IPv6 CIDR value {} should be in RFC 5952 canonical format ({})",
            quote(text),
            quote(&canonical)
        );
        replace_with(report.warning(CODE, path, says), &canonical);
    }
}
