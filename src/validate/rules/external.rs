//! Rules of external IPs and of what only a load balancer has (`ValidateService` and
//! `validateLoadBalancerClassField`, pkg/apis/core/validation, v1.36.2).

use super::{Case, shape};
use crate::validate::addresses;
use crate::validate::issue::Remedy;
use crate::validate::names;
use crate::validate::report::Report;

/// The annotation from before `spec.loadBalancerSourceRanges`.
const RANGES_ANNOTATION: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

/// Each is an address, and none of the node's own ones.
pub(crate) fn external_ips(case: Case<'_>, report: &mut Report) {
    let known = case.old.map(|old| old.spec.external_ips.as_slice()).unwrap_or_default();
    for (idx, ip) in case.service.spec.external_ips.iter().enumerate() {
        let path = format!("spec.externalIPs[{idx}]");
        let wrongs = if known.contains(ip) { Vec::new() } else { addresses::ip_wrongs(ip) };
        if !wrongs.is_empty() {
            for wrong in wrongs {
                report.invalid_text("external-ip-invalid", path.as_str(), ip, wrong);
            }
            continue;
        }
        for wrong in addresses::special_wrongs(ip) {
            report.invalid_text("external-ip-special", path.as_str(), ip, wrong);
        }
    }
}

/// The field, or where it is empty the annotation. The server writes the field's name
/// with a capital L.
pub(crate) fn source_ranges(case: Case<'_>, report: &mut Report) {
    let spec = &case.service.spec;
    let is_load_balancer = spec.kind == "LoadBalancer";
    if !spec.load_balancer_source_ranges.is_empty() {
        if !is_load_balancer {
            shape::only_for_load_balancers(
                "source-ranges-without-load-balancer",
                "spec.LoadBalancerSourceRanges",
                "spec.loadBalancerSourceRanges".to_owned(),
                report,
            );
        }
        let known = case.old.map(|old| old.spec.load_balancer_source_ranges.as_slice());
        for (idx, range) in spec.load_balancer_source_ranges.iter().enumerate() {
            let is_known = known.unwrap_or_default().iter().any(|k| k.trim() == range.trim());
            if !is_known {
                let path = format!("spec.LoadBalancerSourceRanges[{idx}]");
                let place = format!("spec.loadBalancerSourceRanges[{idx}]");
                source_range_invalid(path, place, range, true, report);
            }
        }
        return;
    }
    let Some(value) = case.service.meta.annotations.get(RANGES_ANNOTATION) else { return };
    let path = format!("metadata.annotations[{RANGES_ANNOTATION}]");
    let place = format!("metadata.annotations.{RANGES_ANNOTATION}");
    if !is_load_balancer {
        shape::only_for_load_balancers(
            "source-ranges-without-load-balancer",
            &path,
            place.clone(),
            report,
        );
    }
    // What the annotation said before is taken as it is, but only as a whole.
    let known = case.old.and_then(|old| old.meta.annotations.get(RANGES_ANNOTATION));
    if known == Some(value) {
        return;
    }
    let value = value.trim();
    if !value.is_empty() {
        for range in value.split(',') {
            source_range_invalid(path.clone(), place.clone(), range, false, report);
        }
    }
}

fn source_range_invalid(
    path: String,
    place: String,
    range: &str,
    alone: bool,
    report: &mut Report,
) {
    // Padding is allowed since the days of the annotation.
    let range = go_trim(range);
    if let Some(wrong) = addresses::cidr_wrong(range) {
        let issue = report.invalid_text("source-range-invalid", path, range, wrong);
        if alone {
            let meant = addresses::parse_cidr(range)
                .filter(|(ip, _)| !addresses::is_mapped(*ip))
                .map(|(ip, bits)| (addresses::network(ip, bits), bits))
                .or_else(|| {
                    let ip = addresses::parse_ip(range).filter(|ip| !addresses::is_mapped(*ip))?;
                    Some((ip, if ip.is_ipv4() { 32 } else { 128 }))
                });
            issue.remedy = meant.map(|(ip, bits)| Remedy::Replace {
                place: place.clone(),
                with: if ip.is_ipv6() {
                    format!("\"{ip}/{bits}\"")
                } else {
                    format!("{ip}/{bits}")
                },
            });
        }
        issue.place = place;
    }
}

/// Go's `strings.TrimSpace` cuts the same white space as ours.
fn go_trim(text: &str) -> &str {
    text.trim()
}

pub(crate) fn node_port_allocation_without_load_balancer(case: Case<'_>, report: &mut Report) {
    let spec = &case.service.spec;
    if spec.allocate_load_balancer_node_ports.is_some() && spec.kind != "LoadBalancer" {
        let path = "spec.allocateLoadBalancerNodePorts";
        shape::only_for_load_balancers(
            "node-port-allocation-without-load-balancer",
            path,
            path.to_owned(),
            report,
        );
    }
}

pub(crate) fn load_balancer_class(case: Case<'_>, report: &mut Report) {
    let path = "spec.loadBalancerClass";
    let Some(class) = &case.service.spec.load_balancer_class else { return };
    if case.service.spec.kind == "LoadBalancer" {
        for wrong in names::label_key(class) {
            report.invalid_text("load-balancer-class-invalid", path, class, wrong);
        }
    } else {
        shape::only_for_load_balancers(
            "load-balancer-class-without-load-balancer",
            path,
            path.to_owned(),
            report,
        );
    }
}
