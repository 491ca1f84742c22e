//! The defaults of a NetworkPolicy, which say what a short policy means.

use serde_json::{Map, Value, json};

/// Fills in the defaults of `object`, a NetworkPolicy that decodes
/// (`SetDefaults_NetworkPolicy`, `SetDefaults_NetworkPolicyPort`,
/// pkg/apis/networking/v1/defaults.go, v1.36.2). `spec` and `spec.podSelector` are structs
/// in Go, so they are written though empty.
pub(super) fn default_policy(object: &mut Value) {
    let Some(object) = object.as_object_mut() else { return };
    let Some(spec) = table(object, "spec") else { return };
    let _ = table(spec, "podSelector");
    let has = |spec: &Map<String, Value>, key: &str| {
        spec.get(key).and_then(Value::as_array).is_some_and(|list| !list.is_empty())
    };
    if !has(spec, "policyTypes") {
        let types =
            if has(spec, "egress") { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) };
        spec.insert("policyTypes".to_owned(), types);
    }
    for direction in ["ingress", "egress"] {
        let rules = spec.get_mut(direction).and_then(Value::as_array_mut).into_iter().flatten();
        let ports = rules.filter_map(|rule| rule.get_mut("ports")?.as_array_mut()).flatten();
        for port in ports.filter_map(Value::as_object_mut) {
            if port.get("protocol").is_none_or(Value::is_null) {
                port.insert("protocol".to_owned(), json!("TCP"));
            }
        }
    }
}

/// The map at `key`, made where there is none; none where something else stands there.
fn table<'a>(object: &'a mut Map<String, Value>, key: &str) -> Option<&'a mut Map<String, Value>> {
    let value = object.entry(key).or_insert_with(|| json!({}));
    if value.is_null() {
        *value = json!({});
    }
    value.as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(given: Value) -> Value {
        let mut object = json!({"kind": "NetworkPolicy", "spec": given});
        default_policy(&mut object);
        object["spec"].take()
    }

    #[test]
    fn a_policy_without_types_speaks_for_ingress_and_for_egress_where_it_has_such_rules() {
        let closed = json!({"podSelector": {}, "policyTypes": ["Ingress"]});
        assert_eq!(spec(Value::Null), closed);
        assert_eq!(
            spec(json!({"policyTypes": []})),
            json!({"policyTypes": ["Ingress"], "podSelector": {}})
        );
        assert_eq!(spec(json!({"egress": []}))["policyTypes"], json!(["Ingress"]));
        assert_eq!(spec(json!({"egress": [{}]}))["policyTypes"], json!(["Ingress", "Egress"]));
        assert_eq!(spec(json!({"policyTypes": ["Egress"]}))["policyTypes"], json!(["Egress"]));
    }

    #[test]
    fn a_port_without_protocol_is_tcp() {
        let ports = json!([{"port": 80}, {"port": 53, "protocol": "UDP"}, {"protocol": null}]);
        let held = spec(json!({"ingress": [{"ports": ports}], "egress": [{"ports": [{}]}]}));
        assert_eq!(
            held["ingress"][0]["ports"],
            json!([
                {"port": 80, "protocol": "TCP"},
                {"port": 53, "protocol": "UDP"},
                {"protocol": "TCP"},
            ])
        );
        assert_eq!(held["egress"][0]["ports"], json!([{"protocol": "TCP"}]));
    }
}
