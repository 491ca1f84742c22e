//! What scales workloads, and keeps Pods of them alive.

use super::{Columns, age, int, items, name, number, scalar, text};
use serde_json::Value;

pub(super) static TABLES: &[Columns] = &[
    Columns::new(
        ("HorizontalPodAutoscaler", "autoscaling"),
        &["Name", "Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"],
        autoscaler,
    ),
    Columns::new(
        ("PodDisruptionBudget", "policy"),
        &["Name", "Min Available", "Max Unavailable", "Allowed Disruptions", "Age"],
        budget,
    ),
];

fn budget(object: &Value, now: i64) -> Vec<String> {
    let or = |value: &Value| if value.is_null() { "N/A".to_owned() } else { scalar(value) };
    vec![
        name(object),
        or(&object["spec"]["minAvailable"]),
        or(&object["spec"]["maxUnavailable"]),
        number(&object["status"]["disruptionsAllowed"]),
        age(object, now),
    ]
}

fn autoscaler(object: &Value, now: i64) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let target = &spec["scaleTargetRef"];
    let least = &spec["minReplicas"];
    vec![
        name(object),
        format!("{}/{}", text(&target["kind"]), text(&target["name"])),
        metrics(items(&spec["metrics"]), items(&status["currentMetrics"])),
        if least.is_null() { "<unset>".to_owned() } else { number(least) },
        number(&spec["maxReplicas"]),
        number(&status["currentReplicas"]),
        age(object, now),
    ]
}

/// `formatHPAMetrics`.
fn metrics(specs: &[Value], states: &[Value]) -> String {
    if specs.is_empty() {
        return "<none>".to_owned();
    }
    let mut list: Vec<String> = Vec::new();
    for (idx, spec) in specs.iter().enumerate() {
        list.push(metric(spec, states.get(idx).unwrap_or(&Value::Null)));
    }
    let n_more = list.len().saturating_sub(2);
    list.truncate(2);
    let shown = list.join(", ");
    if n_more > 0 { format!("{shown} + {n_more} more...") } else { shown }
}

fn metric(spec: &Value, state: &Value) -> String {
    let field = match spec["type"].as_str() {
        Some("External") => "external",
        Some("Pods") => "pods",
        Some("Object") => "object",
        Some("Resource") => "resource",
        Some("ContainerResource") => "containerResource",
        _ => return "<unknown type>".to_owned(),
    };
    let (metric, current) = (&spec[field], &state[field]["current"]);
    let target = &metric["target"];
    let or_unknown = |value: &Value| match value.is_null() {
        true => "<unknown>".to_owned(),
        false => scalar(value),
    };
    let average = &target["averageValue"];
    match field {
        "resource" | "containerResource" => {
            let resource = text(&metric["name"]);
            if !average.is_null() {
                let current = or_unknown(&current["averageValue"]);
                return format!("{resource}: {current}/{}", scalar(average));
            }
            let percent = |value: &Value, other: &str| match value.is_null() {
                true => other.to_owned(),
                false => format!("{}%", int(value)),
            };
            let current = percent(&current["averageUtilization"], "<unknown>");
            let target = percent(&target["averageUtilization"], "<auto>");
            format!("{resource}: {current}/{target}")
        }
        "pods" => format!("{}/{}", or_unknown(&current["averageValue"]), scalar(average)),
        _ if !average.is_null() => {
            format!("{}/{} (avg)", or_unknown(&current["averageValue"]), scalar(average))
        }
        _ => format!("{}/{}", or_unknown(&current["value"]), scalar(&target["value"])),
    }
}
