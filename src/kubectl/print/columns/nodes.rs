//! Nodes and namespaces.

use super::{Columns, age, condition, items, name, text, text_or};
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) static TABLES: &[Columns] = &[
    Columns::new(
        ("Node", ""),
        &[
            "Name",
            "Status",
            "Roles",
            "Age",
            "Version",
            "+Internal-IP",
            "+External-IP",
            "+OS-Image",
            "+Kernel-Version",
            "+Container-Runtime",
        ],
        node,
    ),
    Columns::new(("Namespace", ""), &["Name", "Status", "Age"], namespace),
];

/// `findNodeRoles`.
fn roles(node: &Value) -> String {
    let labels = node["metadata"]["labels"].as_object();
    let roles: BTreeSet<&str> = labels
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
            Some(role) => Some(role),
            None if key == "kubernetes.io/role" => value.as_str(),
            None => None,
        })
        .filter(|role| !role.is_empty())
        .collect();
    match roles.is_empty() {
        true => "<none>".to_owned(),
        false => roles.into_iter().collect::<Vec<_>>().join(","),
    }
}

fn node(object: &Value, now: i64) -> Vec<String> {
    let mut state = match condition(object, "Ready") {
        Some(ready) if ready["status"] == "True" => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_owned();
    if object["spec"]["unschedulable"] == true {
        state.push_str(",SchedulingDisabled");
    }
    let status = &object["status"];
    let info = &status["nodeInfo"];
    let address = |kind: &str| {
        let found = items(&status["addresses"]).iter().find(|address| address["type"] == kind);
        found.map_or("<none>".to_owned(), |address| text(&address["address"]))
    };
    let mut kernel = text_or(&info["kernelVersion"], "<unknown>");
    if let Some(architecture) = info["architecture"].as_str().filter(|a| !a.is_empty()) {
        kernel.push_str(&format!(" ({architecture})"));
    }
    vec![
        name(object),
        state,
        roles(object),
        age(object, now),
        text(&info["kubeletVersion"]),
        address("InternalIP"),
        address("ExternalIP"),
        text_or(&info["osImage"], "<unknown>"),
        kernel,
        text_or(&info["containerRuntimeVersion"], "<unknown>"),
    ]
}

fn namespace(object: &Value, now: i64) -> Vec<String> {
    vec![name(object), text(&object["status"]["phase"]), age(object, now)]
}
