//! Who may do what, and certificates.

use super::{Columns, age, items, name, size, text, text_or};
use crate::kubectl::print::age::human;
use serde_json::Value;

const GROUP: &str = "rbac.authorization.k8s.io";
const BINDING: &[&str] = &["Name", "Role", "Age", "+Users", "+Groups", "+ServiceAccounts"];

pub(super) static TABLES: &[Columns] = &[
    Columns::new(("RoleBinding", GROUP), BINDING, binding),
    Columns::new(("ClusterRoleBinding", GROUP), BINDING, binding),
    Columns::new(("Secret", ""), &["Name", "Type", "Data", "Age"], |object, now| {
        let n_keys = size(&object["data"]).to_string();
        vec![name(object), text(&object["type"]), n_keys, age(object, now)]
    }),
    Columns::new(
        ("CertificateSigningRequest", "certificates.k8s.io"),
        &["Name", "Age", "SignerName", "Requestor", "RequestedDuration", "Condition"],
        signing_request,
    ),
];

fn binding(object: &Value, now: i64) -> Vec<String> {
    let role = &object["roleRef"];
    let subjects = |kind: &str| {
        let named = items(&object["subjects"]).iter().filter(|subject| subject["kind"] == kind);
        let shown = named.map(|subject| match kind {
            "ServiceAccount" => {
                format!("{}/{}", text(&subject["namespace"]), text(&subject["name"]))
            }
            _ => text(&subject["name"]),
        });
        shown.collect::<Vec<_>>().join(", ")
    };
    vec![
        name(object),
        format!("{}/{}", text(&role["kind"]), text(&role["name"])),
        age(object, now),
        subjects("User"),
        subjects("Group"),
        subjects("ServiceAccount"),
    ]
}

fn signing_request(object: &Value, now: i64) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let has = |kind: &str| items(&status["conditions"]).iter().any(|c| c["type"] == kind);
    let mut state = if has("Denied") {
        "Denied"
    } else if has("Approved") {
        "Approved"
    } else {
        "Pending"
    }
    .to_owned();
    if has("Failed") {
        state.push_str(",Failed");
    }
    if !text(&status["certificate"]).is_empty() {
        state.push_str(",Issued");
    }
    vec![
        name(object),
        age(object, now),
        text_or(&spec["signerName"], "<none>"),
        text(&spec["username"]),
        spec["expirationSeconds"].as_i64().map_or("<none>".to_owned(), human),
        state,
    ]
}
