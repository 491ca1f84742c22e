//! Pods and Pod templates (`ValidatePodSpec`, pkg/apis/core/validation/validation.go, v1.36),
//! as far as a Service's learner writes them.

use super::{Rules, items, text};
use serde_json::Value;
use std::collections::BTreeSet;

impl Rules {
    /// `ValidatePodTemplateSpec`.
    pub(super) fn template(&mut self, path: &str, template: &Value) {
        self.labels(&format!("{path}.labels"), &template["metadata"]["labels"]);
        self.pod(&format!("{path}.spec"), &template["spec"]);
    }

    /// `validateContainersOnlyForPod`: templates may have such images, for ever.
    pub(super) fn images(&mut self, spec: &Value) {
        for field in ["containers", "initContainers"] {
            for (i, container) in items(&spec[field]) {
                let image = text(&container["image"]);
                if image.trim() != image {
                    let why = "must not have leading or trailing whitespace";
                    self.wrong(&format!("spec.{field}[{i}].image"), image, why);
                }
            }
        }
    }

    /// `ValidatePodSpec`.
    pub(super) fn pod(&mut self, path: &str, spec: &Value) {
        let volumes = self.volumes(&format!("{path}.volumes"), &spec["volumes"]);
        self.containers(path, spec, &volumes);
        if spec["hostNetwork"] == true {
            self.host_ports(path, spec);
        }
        self.one_of(
            &format!("{path}.restartPolicy"),
            &spec["restartPolicy"],
            &["Always", "OnFailure", "Never"],
        );
        self.one_of(
            &format!("{path}.dnsPolicy"),
            &spec["dnsPolicy"],
            &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
        );
        self.labels(&format!("{path}.nodeSelector"), &spec["nodeSelector"]);
        self.dns_config(path, spec);
        for field in ["serviceAccountName", "nodeName"] {
            let name = text(&spec[field]);
            if !name.is_empty() {
                self.subdomain(&format!("{path}.{field}"), name);
            }
        }
        if let Some(seconds) = spec["activeDeadlineSeconds"].as_i64()
            && !(1..=i64::from(i32::MAX)).contains(&seconds)
        {
            let at = format!("{path}.activeDeadlineSeconds");
            let why = "must be between 1 and 2147483647, inclusive";
            self.invalid(&at, &seconds.to_string(), why);
        }
        for field in ["hostname", "subdomain"] {
            let name = text(&spec[field]);
            if !name.is_empty() {
                self.label(&format!("{path}.{field}"), name);
            }
        }
        for (i, toleration) in items(&spec["tolerations"]) {
            self.toleration(&format!("{path}.tolerations[{i}]"), toleration);
        }
    }

    fn containers(&mut self, path: &str, spec: &Value, volumes: &BTreeSet<String>) {
        let all = &spec["containers"];
        if items(all).next().is_none() {
            self.required(&format!("{path}.containers"));
        }
        let mut names: Vec<&str> = Vec::new();
        for (i, container) in items(all) {
            let at = format!("{path}.containers[{i}]");
            self.container(&at, container, volumes);
            let name = text(&container["name"]);
            if names.contains(&name) {
                self.duplicate(&format!("{at}.name"), name);
            }
            names.push(name);
            self.probes(&at, container);
        }
        self.port_conflicts(&format!("{path}.containers"), all);
        for (i, container) in items(&spec["initContainers"]) {
            let at = format!("{path}.initContainers[{i}]");
            self.container(&at, container, volumes);
            let name = text(&container["name"]);
            if names.contains(&name) {
                self.duplicate(&format!("{at}.name"), name);
            } else if !name.is_empty() {
                names.push(name);
            }
            if container["restartPolicy"] == "Always" {
                self.probes(&at, container);
                continue;
            }
            for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                if !container[field].is_null() {
                    let why = "may not be set for init containers without restartPolicy=Always";
                    self.forbidden(&format!("{at}.{field}"), why);
                }
            }
        }
    }

    /// A field that has a default: it holds one of these.
    pub(super) fn one_of(&mut self, path: &str, value: &Value, supported: &[&str]) {
        match value.as_str() {
            None => {}
            Some("") => self.required(path),
            Some(value) if supported.contains(&value) => {}
            Some(_) => self.unsupported(path, value, supported),
        }
    }

    /// `AccumulateUniqueHostPorts`.
    fn port_conflicts(&mut self, path: &str, containers: &Value) {
        let mut taken: Vec<String> = Vec::new();
        for (i, container) in items(containers) {
            for (j, port) in items(&container["ports"]) {
                let number = port["hostPort"].as_i64().unwrap_or(0);
                if number == 0 {
                    continue;
                }
                let text = |field: &str| port[field].as_str().unwrap_or("");
                let key = format!("{}/{}/{number}", text("protocol"), text("hostIP"));
                if taken.contains(&key) {
                    self.duplicate(&format!("{path}[{i}].ports[{j}].hostPort"), &key);
                }
                taken.push(key);
            }
        }
    }

    /// `validateHostNetwork`.
    fn host_ports(&mut self, path: &str, spec: &Value) {
        for (i, container) in items(&spec["containers"]) {
            for (j, port) in items(&container["ports"]) {
                let number = &port["containerPort"];
                if !port["hostPort"].is_null() && port["hostPort"] != *number {
                    let at = format!("{path}.containers[{i}].ports[{j}].containerPort");
                    self.invalid(
                        &at,
                        &number.to_string(),
                        "must match `hostPort` when `hostNetwork` is true",
                    );
                }
            }
        }
    }

    /// `validatePodDNSConfig`.
    fn dns_config(&mut self, path: &str, spec: &Value) {
        let config = &spec["dnsConfig"];
        let servers = &config["nameservers"];
        if spec["dnsPolicy"] == "None" {
            if config.is_null() {
                self.missing(
                    &format!("{path}.dnsConfig"),
                    "must provide `dnsConfig` when `dnsPolicy` is None",
                );
                return;
            }
            if items(servers).next().is_none() {
                self.missing(
                    &format!("{path}.dnsConfig.nameservers"),
                    "must provide at least one DNS nameserver when `dnsPolicy` is None",
                );
                return;
            }
        }
        if config.is_null() {
            return;
        }
        let at = format!("{path}.dnsConfig.nameservers");
        if items(servers).count() > 3 {
            let shown = crate::manifest::go::json(servers);
            self.invalid(&at, &shown, "must not have more than 3 nameservers");
        }
        for (i, server) in items(servers) {
            let ip = text(server);
            let why: Vec<String> =
                crate::validate::ip_wrongs(ip).into_iter().map(str::to_owned).collect();
            self.invalid_text(&format!("{at}[{i}]"), ip, &why);
        }
        for (i, domain) in items(&config["searches"]) {
            let domain = text(domain);
            let domain = domain.strip_suffix('.').unwrap_or(domain);
            self.subdomain(&format!("{path}.dnsConfig.searches[{i}]"), domain);
        }
        for (i, option) in items(&config["options"]) {
            if text(&option["name"]).is_empty() {
                let at = format!("{path}.dnsConfig.options[{i}]");
                self.missing(&at, "must not be empty");
            }
        }
    }

    /// `ValidateTolerations`.
    fn toleration(&mut self, path: &str, toleration: &Value) {
        let key = text(&toleration["key"]);
        if !key.is_empty() {
            self.invalid_text(&format!("{path}.key"), key, &crate::validate::label_key(key));
        }
        let operator = text(&toleration["operator"]);
        let value = text(&toleration["value"]);
        if key.is_empty() && operator != "Exists" {
            self.wrong(
                &format!("{path}.operator"),
                operator,
                "operator must be Exists when `key` is empty, which means \"match all values and all keys\"",
            );
        }
        let effect = &toleration["effect"];
        if !toleration["tolerationSeconds"].is_null() && text(effect) != "NoExecute" {
            self.wrong(
                &format!("{path}.effect"),
                text(effect),
                "effect must be 'NoExecute' when `tolerationSeconds` is set",
            );
        }
        match operator {
            "" | "Equal" => {
                let why = crate::validate::label_value(value);
                if let Some(first) = why.first() {
                    self.wrong(&format!("{path}.operator"), value, first);
                }
            }
            "Exists" if !value.is_empty() => self.wrong(
                &format!("{path}.operator"),
                value,
                "value must be empty when `operator` is 'Exists'",
            ),
            "Exists" => {}
            _ => self.unsupported(
                &format!("{path}.operator"),
                &toleration["operator"],
                &["Equal", "Exists"],
            ),
        }
        if !text(effect).is_empty()
            && !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(&text(effect))
        {
            self.unsupported(
                &format!("{path}.effect"),
                effect,
                &["NoSchedule", "PreferNoSchedule", "NoExecute"],
            );
        }
    }
}
