//! Rules about a Service as a whole: its type and what goes with it
//! (`ValidateService`, pkg/apis/core/validation, v1.36.2).

use super::{Case, metadata};
use crate::validate::gotext;
use crate::validate::issue::{Mark, Remedy};
use crate::validate::names;
use crate::validate::report::Report;
use serde_json::json;

/// Longest session affinity, in seconds (`MaxClientIPServiceAffinitySeconds`): a day.
const MAX_AFFINITY_SECONDS: i64 = 86_400;

/// Only headless and ExternalName Services may have no port.
pub(crate) fn ports_missing(case: Case<'_>, report: &mut Report) {
    let service = case.service;
    if service.spec.ports.is_empty()
        && !service.is_headless()
        && service.spec.kind != "ExternalName"
    {
        let issue = report.required("ports-missing", "spec.ports", "");
        issue.remedy = Some(Remedy::Insert {
            parent: "spec".to_owned(),
            key: "ports",
            value: json!([{ "port": 80 }]),
        });
    }
}

pub(crate) fn headless_load_balancer(case: Case<'_>, report: &mut Report) {
    headless_of_type(case, "LoadBalancer", report);
}

pub(crate) fn headless_node_port(case: Case<'_>, report: &mut Report) {
    headless_of_type(case, "NodePort", report);
}

/// These two types need an address; None is none.
fn headless_of_type(case: Case<'_>, kind: &str, report: &mut Report) {
    if case.service.spec.kind == kind && case.service.is_headless() {
        let issue = report.invalid_text(
            "headless-with-type",
            "spec.clusterIPs[0]",
            "None",
            format!("may not be set to 'None' for {kind} services"),
        );
        issue.place = "spec.clusterIP".to_owned();
    }
}

fn is_external_name(case: Case<'_>) -> bool {
    case.service.spec.kind == "ExternalName"
}

/// The server speaks of `clusterIPs` also where the manifest has `clusterIP`.
pub(crate) fn external_name_with_cluster_ips(case: Case<'_>, report: &mut Report) {
    if is_external_name(case) && !case.service.spec.cluster_ips.is_empty() {
        report.forbidden(
            "external-name-with-cluster-ip",
            "spec.clusterIPs",
            "may not be set for ExternalName services",
        );
    }
}

pub(crate) fn external_name_with_families(case: Case<'_>, report: &mut Report) {
    if is_external_name(case) && !case.service.spec.ip_families.is_empty() {
        report.forbidden(
            "external-name-with-ip-families",
            "spec.ipFamilies",
            "may not be set for ExternalName services",
        );
    }
}

pub(crate) fn external_name_with_family_policy(case: Case<'_>, report: &mut Report) {
    if is_external_name(case) && case.service.spec.ip_family_policy.is_some() {
        report.forbidden(
            "external-name-with-ip-family-policy",
            "spec.ipFamilyPolicy",
            "may not be set for ExternalName services",
        );
    }
}

/// One trailing dot says that the name is complete.
fn cname<'a>(case: Case<'a>) -> &'a str {
    let name = case.service.spec.external_name.as_str();
    name.strip_suffix('.').unwrap_or(name)
}

pub(crate) fn external_name_missing(case: Case<'_>, report: &mut Report) {
    if is_external_name(case) && cname(case).is_empty() {
        report.required("external-name-missing", "spec.externalName", "");
    }
}

/// The value shown lacks the trailing dot, as upstream.
pub(crate) fn external_name_invalid(case: Case<'_>, report: &mut Report) {
    let name = cname(case);
    if is_external_name(case) && !name.is_empty() {
        for wrong in names::dns_subdomain(name) {
            report.invalid_text("external-name-invalid", "spec.externalName", name, wrong);
        }
    }
}

/// A selector is a set of labels.
pub(crate) fn selector_labels(case: Case<'_>, report: &mut Report) {
    let codes = ("selector-key-invalid", "selector-value-invalid");
    metadata::labels(&case.service.spec.selector, "spec.selector", codes, report);
}

pub(crate) fn session_affinity_unknown(case: Case<'_>, report: &mut Report) {
    let given = &case.service.spec.session_affinity;
    let supported = ["ClientIP", "None"];
    if !supported.contains(&given.as_str()) {
        let shown = gotext::json_string(given);
        report.unsupported(
            "session-affinity-unknown",
            "spec.sessionAffinity",
            (given, shown),
            &supported,
        );
    }
}

/// `validateClientIPAffinityConfig`. Affinity None has no config left after defaulting.
pub(crate) fn affinity_timeout(case: Case<'_>, report: &mut Report) {
    let spec = &case.service.spec;
    if spec.session_affinity != "ClientIP" {
        return;
    }
    let timeout = spec.session_affinity_config.and_then(|config| config.client_ip).flatten();
    if let Some(seconds) = timeout.filter(|s| *s <= 0 || *s > MAX_AFFINITY_SECONDS) {
        report.invalid(
            "affinity-timeout-out-of-range",
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
            seconds,
            format!("must be greater than 0 and less than {MAX_AFFINITY_SECONDS}"),
        );
    }
}

pub(crate) fn type_unknown(case: Case<'_>, report: &mut Report) {
    let given = &case.service.spec.kind;
    let supported = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    if !supported.contains(&given.as_str()) {
        let shown = gotext::json_string(given);
        report.unsupported("type-unknown", "spec.type", (given, shown), &supported);
    }
}

/// A field that only a LoadBalancer may have.
pub(crate) fn only_for_load_balancers(
    code: &'static str,
    path: &str,
    place: String,
    report: &mut Report,
) {
    let issue = report.forbidden(code, path, "may only be used when `type` is 'LoadBalancer'");
    issue.remedy = Some(Remedy::Remove { place: place.clone() });
    issue.place = place;
    issue.mark = Mark::Key;
}
