//! Rules of the traffic policies (`validateServiceExternalTrafficPolicy`,
//! `validateServiceInternalTrafficFieldsValue`, `validateServiceTrafficDistribution`,
//! pkg/apis/core/validation, v1.36.2).

use super::Case;
use crate::validate::gotext;
use crate::validate::issue::{Mark, Remedy};
use crate::validate::report::Report;

/// Only where traffic from outside can come in at all.
pub(crate) fn external_policy(case: Case<'_>, report: &mut Report) {
    let path = "spec.externalTrafficPolicy";
    let given = &case.service.spec.external_traffic_policy;
    let shown = gotext::json_string(given);
    let supported = ["Cluster", "Local"];
    if !case.service.is_externally_accessible() {
        if !given.is_empty() {
            let issue = report.invalid(
                "external-policy-without-outside",
                path,
                shown,
                "may only be set for externally-accessible services",
            );
            issue.mark = Mark::Key;
            issue.remedy = Some(Remedy::Remove { place: path.to_owned() });
        }
    } else if !supported.contains(&given.as_str()) {
        report.unsupported("external-policy-unknown", path, (given, shown), &supported);
    }
}

pub(crate) fn health_check_port(case: Case<'_>, report: &mut Report) {
    let path = "spec.healthCheckNodePort";
    let port = case.service.spec.health_check_node_port;
    if !case.service.needs_health_check() {
        if port != 0 {
            let issue = report.invalid(
                "health-check-port-without-local-load-balancer",
                path,
                port,
                "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
            );
            issue.mark = Mark::Key;
            issue.remedy = Some(Remedy::Remove { place: path.to_owned() });
        }
    } else if !(1..=65535).contains(&port) {
        report.invalid(
            "health-check-port-out-of-range",
            path,
            port,
            "must be between 1 and 65535, inclusive",
        );
    }
}

pub(crate) fn internal_policy_unknown(case: Case<'_>, report: &mut Report) {
    let supported = ["Cluster", "Local"];
    if let Some(given) = &case.service.spec.internal_traffic_policy
        && !supported.contains(&given.as_str())
    {
        let shown = gotext::json_string(given);
        report.unsupported(
            "internal-policy-unknown",
            "spec.internalTrafficPolicy",
            (given, shown),
            &supported,
        );
    }
}

/// The list is in the server's order, which is not the alphabet's.
pub(crate) fn distribution_unknown(case: Case<'_>, report: &mut Report) {
    let supported = ["PreferClose", "PreferSameZone", "PreferSameNode"];
    if let Some(given) = &case.service.spec.traffic_distribution
        && !supported.contains(&given.as_str())
    {
        let shown = gotext::quote(given);
        report.unsupported(
            "traffic-distribution-unknown",
            "spec.trafficDistribution",
            (given, shown),
            &supported,
        );
    }
}
