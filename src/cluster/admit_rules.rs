//! The server's rules for workloads and for endpoints made by hand, as far as a Service's
//! learner meets them (pkg/apis/apps/validation, pkg/apis/core/validation,
//! pkg/apis/discovery/validation, v1.36). In the server's order and words.

use super::Selector;
use super::object::At;
use crate::manifest::go::{self, Quoted};
use crate::manifest::kinds::Kind;
use crate::source::Severity;
use crate::validate::{Issue, Mark, dns_label, label_key, label_value};
use serde_json::Value;
use std::net::IpAddr;

/// What is wrong with a new object, its metadata aside.
pub(super) fn create(kind: &Kind, object: &Value) -> Vec<Issue> {
    let mut rules = Rules::default();
    rules.object(kind, object);
    rules.issues
}

/// What is wrong with a change, its metadata aside.
pub(super) fn update(kind: &Kind, object: &Value, live: &Value) -> Vec<Issue> {
    let mut rules = Rules::default();
    match (kind.group, kind.kind) {
        ("", "Pod") => rules.pod_change(&object["spec"], &live["spec"]),
        ("apps", "Deployment" | "ReplicaSet") => {
            rules.object(kind, object);
            let (new, old) = (&object["spec"]["selector"], &live["spec"]["selector"]);
            if new != old && !old.is_null() {
                rules.invalid("spec.selector", &go::json(new), "field is immutable");
            }
        }
        _ => rules.object(kind, object),
    }
    rules.issues
}

#[derive(Default)]
struct Rules {
    issues: Vec<Issue>,
}

/// A list's items with their places; nothing where there is no list.
fn items(value: &Value) -> impl Iterator<Item = (usize, &Value)> {
    value.as_array().into_iter().flatten().enumerate()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

impl Rules {
    fn say(&mut self, path: &str, message: String) {
        self.issues.push(Issue {
            severity: Severity::Error,
            code: "workload",
            path: path.to_owned(),
            place: path.to_owned(),
            message,
            explanation: "The API server refuses this object. Its words say which value it wants."
                .to_owned(),
            mark: Mark::Value,
            remedy: None,
        });
    }

    fn invalid(&mut self, path: &str, value: &str, why: &str) {
        self.say(path, format!("Invalid value: {value}: {why}"));
    }

    fn invalid_text(&mut self, path: &str, value: &str, why: &[String]) {
        let quoted = Quoted(value);
        why.iter().for_each(|why| self.say(path, format!("Invalid value: {quoted:?}: {why}")));
    }

    fn required(&mut self, path: &str) {
        self.say(path, "Required value".to_owned());
    }

    fn object(&mut self, kind: &Kind, object: &Value) {
        match (kind.group, kind.kind) {
            ("apps", "Deployment") => self.workload(&object["spec"], "deployment"),
            ("apps", "ReplicaSet") => self.workload(&object["spec"], "replicaset"),
            ("", "Pod") => self.pod("spec", &object["spec"]),
            ("", "Endpoints") => self.endpoints(object),
            ("discovery.k8s.io", "EndpointSlice") => self.slice(object),
            _ => {}
        }
    }

    /// `ValidateDeploymentSpec`, `ValidateReplicaSetSpec`.
    fn workload(&mut self, spec: &Value, what: &str) {
        if let Some(replicas) = spec["replicas"].as_i64().filter(|n| *n < 0) {
            let value = replicas.to_string();
            self.invalid("spec.replicas", &value, "must be greater than or equal to 0");
        }
        let selector = &spec["selector"];
        let mut is_readable = true;
        if selector.is_null() {
            self.required("spec.selector");
        } else {
            is_readable = self.selector(selector);
            let is_empty = |field: &str| match &selector[field] {
                Value::Object(map) => map.is_empty(),
                Value::Array(list) => list.is_empty(),
                _ => true,
            };
            if is_empty("matchLabels") && is_empty("matchExpressions") {
                let why = format!("empty selector is invalid for {what}");
                self.invalid("spec.selector", &go::json(selector), &why);
            }
        }
        if !is_readable {
            self.invalid("spec.selector", &go::json(selector), "invalid label selector");
            return;
        }
        let labels = &spec["template"]["metadata"]["labels"];
        let wanted = selector["matchLabels"].as_object();
        let matches = wanted.into_iter().flatten().all(|(key, value)| labels[key] == *value)
            && Selector::read(&At::root(selector))
                .is_ok_and(|selector| selector.is_none_or(|s| s.matches_json(labels)));
        if !selector.is_null() && !matches {
            let shown = if labels.is_null() { "null".to_owned() } else { go::json(labels) };
            self.invalid(
                "spec.template.metadata.labels",
                &shown,
                "`selector` does not match template `labels`",
            );
        }
        self.labels("spec.template.labels", labels);
        let pod = &spec["template"]["spec"];
        self.pod("spec.template.spec", pod);
        let restart = text(&pod["restartPolicy"]);
        if matches!(restart, "Never" | "OnFailure") {
            self.say(
                "spec.template.spec.restartPolicy",
                format!("Unsupported value: {restart:?}: supported values: \"Always\""),
            );
        }
    }

    /// `ValidateLabelSelector`; false where it can't be made a selector.
    fn selector(&mut self, selector: &Value) -> bool {
        let before = self.issues.len();
        self.labels("spec.selector.matchLabels", &selector["matchLabels"]);
        for (i, expression) in items(&selector["matchExpressions"]) {
            let path = format!("spec.selector.matchExpressions[{i}]");
            let values = expression["values"].as_array().is_some_and(|list| !list.is_empty());
            match text(&expression["operator"]) {
                "In" | "NotIn" if !values => self.say(
                    &format!("{path}.values"),
                    "Required value: must be specified when `operator` is 'In' or 'NotIn'"
                        .to_owned(),
                ),
                "Exists" | "DoesNotExist" if values => self.say(
                    &format!("{path}.values"),
                    "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                        .to_owned(),
                ),
                "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
                other => {
                    let other = Quoted(other);
                    self.say(
                        &format!("{path}.operator"),
                        format!("Invalid value: {other:?}: not a valid selector operator"),
                    );
                }
            }
        }
        self.issues.len() == before
    }

    fn labels(&mut self, path: &str, labels: &Value) {
        for (key, value) in labels.as_object().into_iter().flatten() {
            self.invalid_text(path, key, &label_key(key));
            self.invalid_text(path, text(value), &label_value(text(value)));
        }
    }

    /// `ValidatePodSpec`: its containers.
    fn pod(&mut self, path: &str, spec: &Value) {
        if items(&spec["containers"]).next().is_none() {
            self.required(&format!("{path}.containers"));
        }
        for field in ["containers", "initContainers"] {
            let mut names: Vec<&str> = Vec::new();
            for (i, container) in items(&spec[field]) {
                self.container(&format!("{path}.{field}[{i}]"), container, &mut names);
            }
        }
    }

    fn container<'v>(&mut self, path: &str, container: &'v Value, names: &mut Vec<&'v str>) {
        let name = text(&container["name"]);
        let at = format!("{path}.name");
        if name.is_empty() {
            self.required(&at);
        } else {
            self.invalid_text(&at, name, &dns_label(name));
            if names.contains(&name) {
                self.say(&at, format!("Duplicate value: {:?}", Quoted(name)));
            }
            names.push(name);
        }
        let image = text(&container["image"]);
        if image.is_empty() {
            self.required(&format!("{path}.image"));
        } else if image.trim() != image {
            let why = ["must not have leading or trailing whitespace".to_owned()];
            self.invalid_text(&format!("{path}.image"), image, &why);
        }
        for (i, port) in items(&container["ports"]) {
            let at = format!("{path}.ports[{i}].containerPort");
            match port["containerPort"].as_i64().unwrap_or(0) {
                0 => self.required(&at),
                1..=65_535 => {}
                other => {
                    let value = other.to_string();
                    self.invalid(&at, &value, "must be between 1 and 65535, inclusive");
                }
            }
            let protocol = text(&port["protocol"]);
            if !matches!(protocol, "" | "TCP" | "UDP" | "SCTP") {
                let protocol = Quoted(protocol);
                self.say(
                    &format!("{path}.ports[{i}].protocol"),
                    format!("Unsupported value: {protocol:?}: supported values: \"SCTP\", \"TCP\", \"UDP\""),
                );
            }
        }
    }

    /// `ValidatePodUpdate`: nearly nothing of a Pod's spec may change.
    fn pod_change(&mut self, new: &Value, old: &Value) {
        for field in ["containers", "initContainers"] {
            let mut names = Vec::new();
            for (i, container) in items(&new[field]) {
                self.container(&format!("spec.{field}[{i}]"), container, &mut names);
            }
            if items(&new[field]).count() != items(&old[field]).count() {
                let what = if field == "containers" { "containers" } else { "init containers" };
                let says = format!("Forbidden: pod updates may not add or remove {what}");
                self.say(&format!("spec.{field}"), says);
                return;
            }
        }
        if fixed(new) != fixed(old) {
            self.say("spec", "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)".to_owned());
        }
    }

    /// `ValidateEndpoints`.
    fn endpoints(&mut self, object: &Value) {
        for (i, subset) in items(&object["subsets"]) {
            let path = format!("subsets[{i}]");
            let none = |field: &str| items(&subset[field]).next().is_none();
            if none("addresses") && none("notReadyAddresses") {
                self.say(
                    &path,
                    "Required value: must specify `addresses` or `notReadyAddresses`".to_owned(),
                );
            }
            for field in ["addresses", "notReadyAddresses"] {
                for (j, address) in items(&subset[field]) {
                    self.address(&format!("{path}.{field}[{j}].ip"), text(&address["ip"]), true);
                }
            }
            for (j, port) in items(&subset["ports"]) {
                let number = port["port"].as_i64().unwrap_or(0);
                if !(1..=65_535).contains(&number) {
                    let at = format!("{path}.ports[{j}].port");
                    let value = number.to_string();
                    self.invalid(&at, &value, "must be between 1 and 65535, inclusive");
                }
            }
        }
    }

    fn address(&mut self, path: &str, ip: &str, twice: bool) {
        let Ok(parsed) = ip.parse::<IpAddr>() else {
            let mut why =
                vec!["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)".to_owned()];
            if twice {
                why.push("must be a valid IP address".to_owned());
            }
            self.invalid_text(path, ip, &why);
            return;
        };
        let why = if parsed.is_unspecified() {
            Some(format!("may not be unspecified ({ip})"))
        } else if parsed.is_loopback() {
            Some("may not be in the loopback range (127.0.0.0/8, ::1/128)".to_owned())
        } else if matches!(parsed, IpAddr::V4(v4) if v4.is_link_local()) {
            Some("may not be in the link-local range (169.254.0.0/16, fe80::/10)".to_owned())
        } else {
            None
        };
        if let Some(why) = why {
            self.invalid_text(path, ip, &[why]);
        }
    }

    /// `ValidateEndpointSlice`.
    fn slice(&mut self, object: &Value) {
        let family = text(&object["addressType"]);
        if family.is_empty() {
            self.required("addressType");
        } else if !matches!(family, "IPv4" | "IPv6" | "FQDN") {
            let family = Quoted(family);
            self.say(
                "addressType",
                format!(
                    "Unsupported value: {family:?}: supported values: \"FQDN\", \"IPv4\", \"IPv6\""
                ),
            );
        }
        for (i, endpoint) in items(&object["endpoints"]) {
            if items(&endpoint["addresses"]).next().is_none() {
                let path = format!("endpoints[{i}].addresses");
                self.say(&path, "Required value: must contain at least 1 address".to_owned());
            }
        }
    }
}

/// What of a Pod's spec can't change.
fn fixed(spec: &Value) -> Value {
    let mut spec = spec.clone();
    if let Some(map) = spec.as_object_mut() {
        for field in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"] {
            map.shift_remove(field);
        }
        for field in ["containers", "initContainers"] {
            for container in map.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten()
            {
                if let Some(container) = container.as_object_mut() {
                    container.shift_remove("image");
                    // Follows from the image's tag.
                    container.shift_remove("imagePullPolicy");
                }
            }
        }
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::kinds;
    use serde_json::json;

    fn says(issues: &[Issue]) -> Vec<String> {
        issues.iter().map(|issue| format!("{}: {}", issue.path, issue.message)).collect()
    }

    #[test]
    fn a_deployment_is_refused_in_the_servers_words() {
        let kind = kinds::find("apps", "v1", "Deployment").unwrap();
        let object = json!({"spec": {
            "replicas": -1,
            "selector": {"matchLabels": {"app": "bad"}},
            "template": {
                "metadata": {"labels": {"app": "good"}},
                "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 70000}]}, {"name": "c", "image": "x"}]},
            },
        }});
        assert_eq!(
            says(&create(kind, &object)),
            [
                "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                "spec.template.metadata.labels: Invalid value: {\"app\":\"good\"}: `selector` does not match template `labels`",
                "spec.template.spec.containers[0].image: Required value",
                "spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
                "spec.template.spec.containers[1].name: Duplicate value: \"c\"",
            ]
        );
        let good = json!({"spec": {
            "selector": {"matchLabels": {"app": "a"}},
            "template": {
                "metadata": {"labels": {"app": "a"}},
                "spec": {"containers": [{"name": "c", "image": "x"}]},
            },
        }});
        assert_eq!(says(&create(kind, &good)), Vec::<String>::new());
        let mut other = good.clone();
        other["spec"]["selector"]["matchLabels"]["app"] = "b".into();
        other["spec"]["template"]["metadata"]["labels"]["app"] = "b".into();
        assert_eq!(
            says(&update(kind, &other, &good)),
            ["spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"b\"}}: field is immutable"]
        );
    }

    #[test]
    fn of_a_pod_only_images_change() {
        let kind = kinds::find("", "v1", "Pod").unwrap();
        let pod = json!({"spec": {"containers": [{"name": "c", "image": "x"}]}});
        let mut other = pod.clone();
        other["spec"]["containers"][0]["image"] = "y".into();
        assert_eq!(says(&update(kind, &other, &pod)), Vec::<String>::new());
        other["spec"]["nodeName"] = "n".into();
        assert_eq!(update(kind, &other, &pod).len(), 1);
        other["spec"]["containers"] = json!([]);
        assert_eq!(
            says(&update(kind, &other, &pod)),
            ["spec.containers: Forbidden: pod updates may not add or remove containers"]
        );
    }

    #[test]
    fn endpoints_made_by_hand_have_addresses() {
        let endpoints = kinds::find("", "v1", "Endpoints").unwrap();
        let object = json!({"subsets": [{
            "addresses": [{"ip": "127.0.0.1"}, {"ip": "foo"}],
            "ports": [{"port": 0}],
        }]});
        assert_eq!(
            says(&create(endpoints, &object)),
            [
                "subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)",
                "subsets[0].addresses[1].ip: Invalid value: \"foo\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "subsets[0].addresses[1].ip: Invalid value: \"foo\": must be a valid IP address",
                "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            ]
        );
        let slice = kinds::find("discovery.k8s.io", "v1", "EndpointSlice").unwrap();
        let object = json!({"addressType": "IPv5", "endpoints": [{"addresses": []}]});
        assert_eq!(
            says(&create(slice, &object)),
            [
                "addressType: Unsupported value: \"IPv5\": supported values: \"FQDN\", \"IPv4\", \"IPv6\"",
                "endpoints[0].addresses: Required value: must contain at least 1 address",
            ]
        );
    }
}
