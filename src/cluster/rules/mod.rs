//! The server's rules for every kind but Service, as far as a Service's learner meets them
//! (pkg/apis/*/validation, v1.36). In the server's order and words.

mod claim;
mod container;
mod data;
mod endpoints;
mod ingress;
mod job;
mod pod;
mod policy;
mod probe;
#[cfg(test)]
mod says_tests;
#[cfg(test)]
mod tests;
mod update;
mod volume;
mod warn;
mod workload;

use crate::manifest::go::{self, Quoted};
use crate::manifest::kinds::Kind;
use crate::source::Severity;
use crate::validate::{Issue, Mark, dns_label, dns_subdomain, label_key, label_value};
use serde_json::Value;

/// What is wrong with a new object, its metadata aside.
pub(super) fn create(kind: &Kind, object: &Value) -> Vec<Issue> {
    let mut rules = Rules::default();
    rules.object(kind, object);
    rules.created(kind, object);
    rules.issues
}

/// What is wrong with a change, its metadata aside.
pub(super) fn update(kind: &Kind, object: &Value, live: &Value) -> Vec<Issue> {
    let mut rules = Rules::default();
    rules.change(kind, object, live);
    rules.issues
}

/// What the server warns of beside: in kubectl's words behind `Warning: `.
pub(super) fn warnings(kind: &Kind, object: &Value, is_new: bool) -> Vec<Issue> {
    let mut rules = Rules::default();
    rules.warnings(kind, object, is_new);
    rules.issues
}

/// Whether every rule that the server has for a kind is here: its fields and metadata are
/// checked for all kinds.
#[must_use]
pub fn checks_all_rules(kind: &Kind) -> bool {
    matches!(
        (kind.group, kind.kind),
        ("", "ConfigMap" | "Endpoints" | "Namespace" | "Secret" | "Service" | "ServiceAccount")
            | ("discovery.k8s.io", "EndpointSlice")
            | ("networking.k8s.io", "Ingress" | "IngressClass" | "NetworkPolicy")
    )
}

#[derive(Default)]
struct Rules {
    issues: Vec<Issue>,
    /// CIDRs that a change leaves as they were, so that no rule looks at them.
    old_cidrs: Vec<String>,
}

/// A list's items with their places; nothing where there is no list.
fn items(value: &Value) -> impl Iterator<Item = (usize, &Value)> {
    value.as_array().into_iter().flatten().enumerate()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::String(text) => text.is_empty(),
        other => other.is_null(),
    }
}

/// A map's entries by key.
fn entries(value: &Value) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = value.as_object().into_iter().flatten().collect();
    crate::source::sort::sort_by(&mut entries, |(a, _), (b, _)| a.cmp(b));
    entries
}

impl Rules {
    fn issue(&mut self, severity: Severity, path: &str, message: String) {
        let explanation = match severity {
            Severity::Error => {
                "The API server refuses this object. Its words say which value it wants."
            }
            _ => "The API server takes this object, and says what may surprise.",
        };
        self.issues.push(Issue {
            severity,
            code: "workload",
            path: path.to_owned(),
            place: path.to_owned(),
            message,
            explanation: explanation.to_owned(),
            mark: Mark::Value,
            remedy: None,
        });
    }

    fn say(&mut self, path: &str, message: String) {
        self.issue(Severity::Error, path, message);
    }

    fn warn(&mut self, path: &str, message: String) {
        self.issue(Severity::Warning, path, message);
    }

    fn invalid(&mut self, path: &str, value: &str, why: &str) {
        self.say(path, format!("Invalid value: {value}: {why}"));
    }

    fn invalid_text(&mut self, path: &str, value: &str, why: &[String]) {
        let quoted = Quoted(value);
        why.iter().for_each(|why| self.say(path, format!("Invalid value: {quoted:?}: {why}")));
    }

    /// As [`Self::invalid_text`], of one reason.
    fn wrong(&mut self, path: &str, value: &str, why: &str) {
        self.say(path, format!("Invalid value: {:?}: {why}", Quoted(value)));
    }

    fn required(&mut self, path: &str) {
        self.say(path, "Required value".to_owned());
    }

    fn missing(&mut self, path: &str, why: &str) {
        self.say(path, format!("Required value: {why}"));
    }

    fn forbidden(&mut self, path: &str, why: &str) {
        self.say(path, format!("Forbidden: {why}"));
    }

    fn duplicate(&mut self, path: &str, value: &str) {
        self.say(path, format!("Duplicate value: {:?}", Quoted(value)));
    }

    /// `field.NotSupported`: `value` as JSON.
    fn unsupported(&mut self, path: &str, value: &Value, supported: &[&str]) {
        let supported: Vec<String> = supported.iter().map(|one| format!("\"{one}\"")).collect();
        let value = go::json(value);
        self.say(
            path,
            format!("Unsupported value: {value}: supported values: {}", supported.join(", ")),
        );
    }

    /// `ValidateNonnegativeField`: nothing where there is no number.
    fn not_negative(&mut self, path: &str, value: &Value) {
        if value.as_i64().is_some_and(|n| n < 0) {
            self.invalid(path, &go::json(value), "must be greater than or equal to 0");
        }
    }

    /// `IsValidPortNum`.
    fn port_number(&mut self, path: &str, number: i64) {
        if !(1..=65_535).contains(&number) {
            self.invalid(path, &number.to_string(), "must be between 1 and 65535, inclusive");
        }
    }

    fn label(&mut self, path: &str, value: &str) {
        self.invalid_text(path, value, &dns_label(value));
    }

    fn subdomain(&mut self, path: &str, value: &str) {
        self.invalid_text(path, value, &dns_subdomain(value));
    }

    /// `ValidateImmutableField`.
    fn immutable(&mut self, path: &str, new: &Value, old: &Value) {
        if new != old && !(is_nothing(new) && is_nothing(old)) {
            self.invalid(path, &shown(new), "field is immutable");
        }
    }

    fn object(&mut self, kind: &Kind, object: &Value) {
        let spec = &object["spec"];
        match (kind.group, kind.kind) {
            ("apps", "Deployment") => self.deployment(spec),
            ("apps", "ReplicaSet") => self.replica_set(spec),
            ("apps", "StatefulSet") => self.stateful_set(spec, true),
            ("apps", "DaemonSet") => self.daemon_set(spec),
            ("batch", "Job") => self.job(object),
            ("batch", "CronJob") => self.cron_job(spec),
            ("", "Pod") => {
                self.pod("spec", spec);
                self.images(spec);
            }
            ("", "Endpoints") => self.endpoints(object),
            ("discovery.k8s.io", "EndpointSlice") => self.slice(object, None),
            ("", "ConfigMap") => self.config_map(object),
            ("", "Secret") => self.secret(object),
            ("", "PersistentVolumeClaim") => self.claim("spec", spec),
            ("networking.k8s.io", "Ingress") => self.ingress(spec),
            ("networking.k8s.io", "IngressClass") => self.ingress_class(spec),
            ("networking.k8s.io", "NetworkPolicy") => self.policy(spec),
            _ => {}
        }
    }

    /// What is looked at in new objects only.
    fn created(&mut self, kind: &Kind, object: &Value) {
        match (kind.group, kind.kind) {
            ("networking.k8s.io", "Ingress") => self.ingress_class_twice(object),
            ("batch", "CronJob") => self.cron_job_name(object),
            _ => {}
        }
    }

    /// `ValidateLabelSelector`; false where it can't be made a selector.
    fn selector(&mut self, path: &str, selector: &Value) -> bool {
        let before = self.issues.len();
        self.labels(&format!("{path}.matchLabels"), &selector["matchLabels"]);
        for (i, expression) in items(&selector["matchExpressions"]) {
            let path = format!("{path}.matchExpressions[{i}]");
            let values = expression["values"].as_array().is_some_and(|list| !list.is_empty());
            match text(&expression["operator"]) {
                "In" | "NotIn" if !values => self.missing(
                    &format!("{path}.values"),
                    "must be specified when `operator` is 'In' or 'NotIn'",
                ),
                "Exists" | "DoesNotExist" if values => self.forbidden(
                    &format!("{path}.values"),
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                ),
                "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
                other => {
                    self.wrong(&format!("{path}.operator"), other, "not a valid selector operator");
                }
            }
            let key = text(&expression["key"]);
            self.invalid_text(&format!("{path}.key"), key, &label_key(key));
            for (j, value) in items(&expression["values"]) {
                let value = text(value);
                self.invalid_text(&format!("{path}.values[{j}]"), value, &label_value(value));
            }
        }
        self.issues.len() == before
    }

    /// `ValidateLabels`.
    fn labels(&mut self, path: &str, labels: &Value) {
        for (key, value) in entries(labels) {
            self.invalid_text(path, key, &label_key(key));
            self.invalid_text(path, text(value), &label_value(text(value)));
        }
    }
}

/// As Go shows it: maps by their keys, and of a selector the labels first.
fn shown(value: &Value) -> String {
    fn sort(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.sort_keys();
                if let Some(expressions) = map.shift_remove("matchExpressions") {
                    map.insert("matchExpressions".to_owned(), expressions);
                }
                map.values_mut().for_each(sort);
            }
            Value::Array(items) => items.iter_mut().for_each(sort),
            _ => {}
        }
    }
    let mut value = value.clone();
    sort(&mut value);
    go::json(&value)
}

/// Whether Go's semantic comparison takes it for the zero value.
fn is_nothing(value: &Value) -> bool {
    value.is_null()
        || value.as_object().is_some_and(serde_json::Map::is_empty)
        || value.as_array().is_some_and(Vec::is_empty)
}
