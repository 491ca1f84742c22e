//! A container (`validateContainerCommon`, pkg/apis/core/validation/validation.go, v1.36).

use super::{Rules, data::config_key, items, text};
use crate::manifest::amount;
use crate::manifest::go;
use crate::source::sort;
use crate::validate::port_name;
use serde_json::Value;
use std::collections::BTreeSet;

const ENV_NAME: &str = "a valid environment variable name must consist only of printable ASCII characters other than '='";

/// `IsRelaxedEnvVarName`.
fn env_name(name: &str) -> Vec<String> {
    let is_good = |c: char| c == ' ' || (c.is_ascii_graphic() && c != '=');
    if name.chars().all(is_good) { Vec::new() } else { vec![ENV_NAME.to_owned()] }
}

impl Rules {
    pub(super) fn container(&mut self, path: &str, container: &Value, volumes: &BTreeSet<String>) {
        let name = text(&container["name"]);
        let at = format!("{path}.name");
        if name.is_empty() {
            self.required(&at);
        } else {
            self.label(&at, name);
        }
        let image = text(&container["image"]);
        if image.is_empty() {
            self.required(&format!("{path}.image"));
        }
        self.one_of(
            &format!("{path}.terminationMessagePolicy"),
            &container["terminationMessagePolicy"],
            &["File", "FallbackToLogsOnError"],
        );
        self.container_ports(path, container);
        self.environment(path, container);
        self.mounts(&format!("{path}.volumeMounts"), &container["volumeMounts"], volumes);
        self.one_of(
            &format!("{path}.imagePullPolicy"),
            &container["imagePullPolicy"],
            &["Always", "IfNotPresent", "Never"],
        );
        self.resources(&format!("{path}.resources"), &container["resources"]);
    }

    /// `validateContainerPorts`.
    fn container_ports(&mut self, path: &str, container: &Value) {
        let mut names: Vec<&str> = Vec::new();
        for (i, port) in items(&container["ports"]) {
            let path = format!("{path}.ports[{i}]");
            let name = text(&port["name"]);
            let at = format!("{path}.name");
            let wrong = if name.is_empty() { Vec::new() } else { port_name(name) };
            if !wrong.is_empty() {
                self.invalid_text(&at, name, &wrong);
            } else if !name.is_empty() && names.contains(&name) {
                self.duplicate(&at, name);
            }
            names.push(name);
            match port["containerPort"].as_i64().unwrap_or(0) {
                0 => self.required(&format!("{path}.containerPort")),
                number => self.port_number(&format!("{path}.containerPort"), number),
            }
            match port["hostPort"].as_i64().unwrap_or(0) {
                0 => {}
                number => self.port_number(&format!("{path}.hostPort"), number),
            }
            self.one_of(&format!("{path}.protocol"), &port["protocol"], &["SCTP", "TCP", "UDP"]);
        }
    }

    /// `ValidateEnv`, `ValidateEnvFrom`.
    fn environment(&mut self, path: &str, container: &Value) {
        for (i, one) in items(&container["env"]) {
            let path = format!("{path}.env[{i}]");
            let name = text(&one["name"]);
            if name.is_empty() {
                self.required(&format!("{path}.name"));
            } else {
                self.invalid_text(&format!("{path}.name"), name, &env_name(name));
            }
            if !one["valueFrom"].is_null() {
                self.value_from(&format!("{path}.valueFrom"), one);
            }
        }
        let at = format!("{path}.envFrom");
        for (i, one) in items(&container["envFrom"]) {
            let prefix = text(&one["prefix"]);
            self.invalid_text(&format!("{at}[{i}].prefix"), prefix, &env_name(prefix));
            let mut n_sources = 0;
            for field in ["configMapRef", "secretRef"] {
                if one[field].is_null() {
                    continue;
                }
                n_sources += 1;
                let name = text(&one[field]["name"]);
                let at = format!("{at}[{i}].{field}.name");
                if name.is_empty() {
                    self.required(&at);
                } else {
                    let why = crate::validate::dns_subdomain_prefix(name);
                    self.invalid_text(&at, name, &why);
                }
            }
            match n_sources {
                0 => self.wrong(&at, "", "must specify one of: `configMapRef` or `secretRef`"),
                1 => {}
                _ => self.wrong(&at, "", "may not have more than one field specified at a time"),
            }
        }
    }

    /// `validateEnvVarValueFrom`.
    fn value_from(&mut self, path: &str, one: &Value) {
        let from = &one["valueFrom"];
        let mut n_sources = 0;
        if !from["fieldRef"].is_null() {
            n_sources += 1;
            self.field_ref(&format!("{path}.fieldRef"), &from["fieldRef"]);
        }
        n_sources += usize::from(!from["resourceFieldRef"].is_null());
        for field in ["configMapKeyRef", "secretKeyRef"] {
            if from[field].is_null() {
                continue;
            }
            n_sources += 1;
            self.subdomain(&format!("{path}.{field}.name"), text(&from[field]["name"]));
            let key = text(&from[field]["key"]);
            let at = format!("{path}.{field}.key");
            if key.is_empty() {
                self.required(&at);
            } else {
                self.invalid_text(&at, key, &config_key(key));
            }
        }
        n_sources += usize::from(!from["fileKeyRef"].is_null());
        if n_sources == 0 {
            self.wrong(path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        } else if !text(&one["value"]).is_empty() {
            self.wrong(path, "", "may not be specified when `value` is not empty");
        } else if n_sources > 1 {
            self.wrong(path, "", "may not have more than one field specified at a time");
        }
    }

    /// `validateObjectFieldSelector`.
    fn field_ref(&mut self, path: &str, reference: &Value) {
        const KNOWN: [&str; 9] = [
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs",
        ];
        let field = text(&reference["fieldPath"]);
        let at = format!("{path}.fieldPath");
        let is_subscripted = ["metadata.annotations['", "metadata.labels['"]
            .into_iter()
            .any(|start| field.starts_with(start) && field.ends_with("']"));
        if field.is_empty() {
            self.required(&at);
        } else if !KNOWN.contains(&field) && !is_subscripted {
            // What a volume may name is known, and yet not for a variable.
            if matches!(field, "metadata.annotations" | "metadata.labels" | "spec.restartPolicy") {
                self.unsupported(&at, &reference["fieldPath"], &KNOWN);
            } else {
                let why = format!("error converting fieldPath: field label not supported: {field}");
                self.wrong(&at, field, &why);
            }
        }
    }

    /// `validateResourceRequirements`: quantities that fit.
    pub(super) fn resources(&mut self, path: &str, resources: &Value) {
        for part in ["limits", "requests"] {
            let mut all: Vec<_> = resources[part].as_object().into_iter().flatten().collect();
            sort::sort_by_key(&mut all, |(name, _)| *name);
            for (name, quantity) in all {
                let at = format!("{path}.{part}[{name}]");
                let is_known = name.contains('/')
                    || matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage")
                    || name.starts_with("hugepages-");
                if !is_known {
                    self.wrong(&at, name, "must be a standard resource type or fully qualified");
                    self.wrong(&at, name, "must be a standard resource for containers");
                }
                let shown = plain(quantity);
                let size = amount(&shown);
                if size.is_some_and(|size| size < 0.0) {
                    self.wrong(&at, &shown, "must be greater than or equal to 0");
                }
                let limit = &resources["limits"][name];
                if part == "requests" && !limit.is_null() && size > amount(&plain(limit)) {
                    let limit = plain(limit);
                    let why = format!("must be less than or equal to {name} limit of {limit}");
                    self.wrong(&format!("{path}.requests"), &shown, &why);
                }
            }
        }
    }
}

/// A quantity as text.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| go::json(value), str::to_owned)
}
