//! HorizontalPodAutoscalers.

use super::World;
use super::page::Page;
use super::time::date;
use super::value::{int, items, text};
use crate::manifest::Quantity;
use crate::manifest::go::quote;
use serde_json::Value;

/// `describeHorizontalPodAutoscalerV2`.
pub(super) fn autoscaler(_: World<'_>, autoscaler: &Value, page: &mut Page) {
    let (spec, status) = (&autoscaler["spec"], &autoscaler["status"]);
    page.head(autoscaler);
    page.field(0, "CreationTimestamp", date(&autoscaler["metadata"]["creationTimestamp"]));
    let target = &spec["scaleTargetRef"];
    let kind = text(&target["kind"]);
    page.field(0, "Reference", format_args!("{kind}/{}", text(&target["name"])));
    page.line(0, "Metrics:\t( current / target )");
    for (n, metric) in items(&spec["metrics"]).iter().enumerate() {
        let current = items(&status["currentMetrics"]).get(n).unwrap_or(&Value::Null);
        page.line(1, line(metric, current));
    }
    let least = spec["minReplicas"].as_i64().map_or("<unset>".to_owned(), |n| n.to_string());
    page.field(0, "Min replicas", least);
    page.field(0, "Max replicas", int(&spec["maxReplicas"]));
    if spec["behavior"].is_object() {
        page.line(0, "Behavior:");
        direction(page, "Scale Up", &spec["behavior"]["scaleUp"]);
        direction(page, "Scale Down", &spec["behavior"]["scaleDown"]);
    }
    let (now, wanted) = (int(&status["currentReplicas"]), int(&status["desiredReplicas"]));
    page.field(0, &format!("{kind} pods"), format_args!("{now} current / {wanted} desired"));
    let conditions = items(&status["conditions"]);
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tReason\tMessage");
        page.line(1, "----\t------\t------\t-------");
    }
    for c in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| text(&c[field]));
        page.line(1, format_args!("{kind}\t{status}\t{reason}\t{message}"));
    }
}

fn line(metric: &Value, current: &Value) -> String {
    let amount = |of: &Value| match of {
        Value::Null => "<unknown>".to_owned(),
        of => Quantity::of(of).to_string(),
    };
    let kind = text(&metric["type"]);
    let mut field = kind.to_owned();
    if let Some(first) = field.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let (of, now) = (&metric[field.as_str()], &current[field.as_str()]["current"]);
    let target = &of["target"];
    let name = text(&of["metric"]["name"]);
    let average = |says: &str| {
        format!("{says}{} / {}", amount(&now["averageValue"]), amount(&target["averageValue"]))
    };
    let value =
        |says: &str| format!("{says}{} / {}", amount(&now["value"]), amount(&target["value"]));
    match kind {
        "External" if !target["averageValue"].is_null() => {
            average(&format!("{} (target average value):\t", quote(name)))
        }
        "External" => value(&format!("{} (target value):\t", quote(name))),
        "Pods" => average(&format!("{} on pods:\t", quote(name))),
        "Object" => {
            let object = &of["describedObject"];
            let on = format!("\"{name}\" on {}/{} ", text(&object["kind"]), text(&object["name"]));
            if text(&target["type"]) == "AverageValue" {
                average(&format!("{on}(target average value):\t"))
            } else {
                value(&format!("{on}(target value):\t"))
            }
        }
        "Resource" | "ContainerResource" => {
            let mut on = format!("resource {}", text(&of["name"]));
            if kind == "ContainerResource" {
                on += &format!(" of container \"{}\"", text(&of["container"]));
            }
            on += " on pods";
            if !target["averageValue"].is_null() {
                return average(&format!("{on}:\t"));
            }
            let now = match now["averageUtilization"].as_i64() {
                Some(percent) => format!("{percent}% ({})", amount(&now["averageValue"])),
                None => "<unknown>".to_owned(),
            };
            let wanted = target["averageUtilization"].as_i64();
            let wanted = wanted.map_or("<auto>".to_owned(), |percent| format!("{percent}%"));
            format!("{on}  (as a percentage of request):\t{now} / {wanted}")
        }
        other => format!("<unknown metric type {}>", quote(other)),
    }
}

/// `printDirectionBehavior`.
fn direction(page: &mut Page, title: &str, rules: &Value) {
    if !rules.is_object() {
        return;
    }
    page.line(1, format_args!("{title}:"));
    if let Some(seconds) = rules["stabilizationWindowSeconds"].as_i64() {
        page.line(2, format_args!("Stabilization Window: {seconds} seconds"));
    }
    let policies = items(&rules["policies"]);
    if !policies.is_empty() {
        let select = rules["selectPolicy"].as_str().unwrap_or("Max");
        page.line(2, format_args!("Select Policy: {select}\n    Policies:"));
    }
    for policy in policies {
        let (value, period) = (int(&policy["value"]), int(&policy["periodSeconds"]));
        let kind = text(&policy["type"]);
        page.line(3, format_args!("- Type: {kind}\tValue: {value}\tPeriod: {period} seconds"));
    }
}
