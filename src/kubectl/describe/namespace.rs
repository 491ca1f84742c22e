//! Namespaces, quotas and limit ranges.

use super::World;
use super::page::Page;
use super::time::date;
use super::value::{entries, items, text, texts};
use crate::manifest::Quantity;
use serde_json::Value;
use std::collections::BTreeSet;

/// `describeNamespace`.
pub(super) fn namespace(world: World<'_>, namespace: &Value, page: &mut Page) {
    let name = text(&namespace["metadata"]["name"]);
    page.field(0, "Name", name);
    page.tags(namespace);
    page.field(0, "Status", text(&namespace["status"]["phase"]));
    dated_conditions(page, &namespace["status"]["conditions"]);
    page.line(0, "");
    let quotas = world.cluster.list("ResourceQuota", Some(name));
    page.line(0, if quotas.is_empty() { "No resource quota." } else { "Resource Quotas" });
    for quota in &quotas {
        page.field(1, "Name", text(&quota["metadata"]["name"]));
        scopes(page, 1, "", quota);
        page.line(1, "Resource\tUsed\tHard\n  --------\t---\t---");
        used(page, 1, quota);
    }
    page.line(0, "");
    let ranges = world.cluster.list("LimitRange", Some(name));
    if ranges.is_empty() {
        page.line(0, "No LimitRange resource.");
    } else {
        page.line(0, format_args!("Resource Limits\n {RANGE}\n {RULE}"));
    }
    for range in &ranges {
        limits(page, " ", range);
    }
}

const RANGE: &str =
    "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const RULE: &str =
    "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";

/// Conditions in five columns, with the time of their change.
pub(super) fn dated_conditions(page: &mut Page, conditions: &Value) {
    let conditions = items(conditions);
    if conditions.is_empty() {
        return;
    }
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t------------------\t------\t-------");
    for c in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| text(&c[field]));
        let change = date(&c["lastTransitionTime"]);
        page.line(1, format_args!("{kind}\t{status}\t{change}\t{reason}\t{message}"));
    }
}

fn scopes(page: &mut Page, level: usize, space: &str, quota: &Value) {
    let mut scopes = texts(&quota["spec"]["scopes"]);
    scopes.sort_unstable();
    if scopes.is_empty() {
        return;
    }
    page.field(level, "Scopes", scopes.join(", "));
    for scope in scopes {
        let help = match scope {
            "Terminating" => {
                "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system."
            }
            "NotTerminating" => {
                "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate."
            }
            "BestEffort" => {
                "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
            }
            "NotBestEffort" => {
                "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service."
            }
            _ => continue,
        };
        page.line(level, format_args!("{space}* {help}"));
    }
}

fn used(page: &mut Page, level: usize, quota: &Value) {
    let status = &quota["status"];
    for (resource, hard) in entries(&status["hard"]) {
        let (used, hard) = (Quantity::of(&status["used"][resource]), Quantity::of(hard));
        page.line(level, format_args!("{resource}\t{used}\t{hard}"));
    }
}

/// `describeQuota`.
pub(super) fn resource_quota(_: World<'_>, quota: &Value, page: &mut Page) {
    page.field(0, "Name", text(&quota["metadata"]["name"]));
    page.field(0, "Namespace", text(&quota["metadata"]["namespace"]));
    scopes(page, 0, " ", quota);
    page.line(0, "Resource\tUsed\tHard\n--------\t----\t----");
    used(page, 0, quota);
}

/// `describeLimitRange`.
pub(super) fn limit_range(_: World<'_>, range: &Value, page: &mut Page) {
    page.field(0, "Name", text(&range["metadata"]["name"]));
    page.field(0, "Namespace", text(&range["metadata"]["namespace"]));
    page.line(0, format_args!("{RANGE}\n{RULE}"));
    limits(page, "", range);
}

/// `describeLimitRangeSpec`; resources in order, where kubectl has them in any.
fn limits(page: &mut Page, indent: &str, range: &Value) {
    const FIELDS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
    for limit in items(&range["spec"]["limits"]) {
        let all = FIELDS.into_iter().flat_map(|field| entries(&limit[field]));
        let resources: BTreeSet<&str> = all.map(|(resource, _)| resource).collect();
        for resource in resources {
            let mut line = format!("{indent}{}\t{resource}", text(&limit["type"]));
            for field in FIELDS {
                line += "\t";
                line += &match &limit[field][resource] {
                    Value::Null => "-".to_owned(),
                    quantity => Quantity::of(quantity).to_string(),
                };
            }
            page.line(0, line);
        }
    }
}
