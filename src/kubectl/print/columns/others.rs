//! Kinds that a learner of Services seldom meets.

use super::{Columns, age, condition, items, name, number, scalar, size, text, text_or};
use serde_json::Value;

const ADMISSION: &str = "admissionregistration.k8s.io";
const FLOW: &str = "flowcontrol.apiserver.k8s.io";

const POLICY_BINDING: &[&str] = &["Name", "PolicyName", "ParamRef", "Age"];
const WEBHOOK: &[&str] = &["Name", "Webhooks", "Age"];

pub(super) static TABLES: &[Columns] = &[
    Columns::new(("ConfigMap", ""), &["Name", "Data", "Age"], |object, now| {
        let n_keys = size(&object["data"]) + size(&object["binaryData"]);
        vec![name(object), n_keys.to_string(), age(object, now)]
    }),
    Columns::new(
        ("ComponentStatus", ""),
        &["Name", "Status", "Message", "Error"],
        component_status,
    ),
    Columns::new(("Lease", "coordination.k8s.io"), &["Name", "Holder", "Age"], |object, now| {
        vec![name(object), text(&object["spec"]["holderIdentity"]), age(object, now)]
    }),
    Columns::new(("RuntimeClass", "node.k8s.io"), &["Name", "Handler", "Age"], |object, now| {
        vec![name(object), text(&object["handler"]), age(object, now)]
    }),
    Columns::new(("MutatingWebhookConfiguration", ADMISSION), WEBHOOK, webhooks),
    Columns::new(("ValidatingWebhookConfiguration", ADMISSION), WEBHOOK, webhooks),
    Columns::new(
        ("ValidatingAdmissionPolicy", ADMISSION),
        &["Name", "Validations", "ParamKind", "Age"],
        |object, now| policy(object, "validations", now),
    ),
    Columns::new(
        ("MutatingAdmissionPolicy", ADMISSION),
        &["Name", "Mutations", "ParamKind", "Age"],
        |object, now| policy(object, "mutations", now),
    ),
    Columns::new(("ValidatingAdmissionPolicyBinding", ADMISSION), POLICY_BINDING, policy_binding),
    Columns::new(("MutatingAdmissionPolicyBinding", ADMISSION), POLICY_BINDING, policy_binding),
    Columns::new(
        ("FlowSchema", FLOW),
        &["Name", "PriorityLevel", "MatchingPrecedence", "DistinguisherMethod", "Age", "MissingPL"],
        flow_schema,
    ),
    Columns::new(
        ("PriorityLevelConfiguration", FLOW),
        &[
            "Name",
            "Type",
            "NominalConcurrencyShares",
            "Queues",
            "HandSize",
            "QueueLengthLimit",
            "Age",
        ],
        priority_level,
    ),
    Columns::new(
        ("APIService", "apiregistration.k8s.io"),
        &["Name", "Service", "Available", "Age"],
        api_service,
    ),
];

/// As the server's default table shows an object.
pub(super) fn created_at(object: &Value, _: i64) -> Vec<String> {
    vec![name(object), text(&object["metadata"]["creationTimestamp"])]
}

fn component_status(object: &Value, _: i64) -> Vec<String> {
    let healthy = items(&object["conditions"]).iter().find(|c| c["type"] == "Healthy");
    let none = Value::Null;
    let state = match healthy {
        Some(healthy) if healthy["status"] == "True" => "Healthy",
        Some(_) => "Unhealthy",
        None => "Unknown",
    };
    let healthy = healthy.unwrap_or(&none);
    vec![name(object), state.to_owned(), text(&healthy["message"]), text(&healthy["error"])]
}

fn webhooks(object: &Value, now: i64) -> Vec<String> {
    vec![name(object), size(&object["webhooks"]).to_string(), age(object, now)]
}

fn policy(object: &Value, rules: &str, now: i64) -> Vec<String> {
    let kind = &object["spec"]["paramKind"];
    let kind = match kind.is_null() {
        true => "<unset>".to_owned(),
        false => format!("{}/{}", text(&kind["apiVersion"]), text(&kind["kind"])),
    };
    vec![name(object), size(&object["spec"][rules]).to_string(), kind, age(object, now)]
}

fn policy_binding(object: &Value, now: i64) -> Vec<String> {
    let spec = &object["spec"];
    let parameters = &spec["paramRef"];
    let shown = match text(&parameters["name"]) {
        none if none.is_empty() => "<unset>".to_owned(),
        name => format!("{}/{name}", text_or(&parameters["namespace"], "*")),
    };
    vec![name(object), text(&spec["policyName"]), shown, age(object, now)]
}

fn flow_schema(object: &Value, now: i64) -> Vec<String> {
    let spec = &object["spec"];
    let dangling = condition(object, "Dangling");
    vec![
        name(object),
        text(&spec["priorityLevelConfiguration"]["name"]),
        number(&spec["matchingPrecedence"]),
        text_or(&spec["distinguisherMethod"]["type"], "<none>"),
        age(object, now),
        dangling.map_or("?".to_owned(), |condition| text(&condition["status"])),
    ]
}

fn priority_level(object: &Value, now: i64) -> Vec<String> {
    let spec = &object["spec"];
    let limited = &spec["limited"];
    let queuing = &limited["limitResponse"]["queuing"];
    let or_none = |value: &Value| match value.is_null() {
        true => "<none>".to_owned(),
        false => scalar(value),
    };
    vec![
        name(object),
        text(&spec["type"]),
        or_none(&limited["nominalConcurrencyShares"]),
        or_none(&queuing["queues"]),
        or_none(&queuing["handSize"]),
        or_none(&queuing["queueLengthLimit"]),
        age(object, now),
    ]
}

fn api_service(object: &Value, now: i64) -> Vec<String> {
    let service = &object["spec"]["service"];
    let shown = match service.is_null() {
        true => "Local".to_owned(),
        false => format!("{}/{}", text(&service["namespace"]), text(&service["name"])),
    };
    let available = match condition(object, "Available") {
        Some(condition) if condition["status"] == "True" => "True".to_owned(),
        Some(condition) => {
            format!("{} ({})", text(&condition["status"]), text(&condition["reason"]))
        }
        None => "Unknown".to_owned(),
    };
    vec![name(object), shown, available, age(object, now)]
}
