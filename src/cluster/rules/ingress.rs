//! Ingress and IngressClass (pkg/apis/networking/validation/validation.go, v1.36).

use super::{Quoted, Rules, is_empty, items, text};
use crate::validate::{dns_subdomain, parse_ip, port_name};
use serde_json::Value;

const CLASS: &str = "kubernetes.io/ingress.class";
const WILDCARD: &str = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const DOMAIN_PATH: &str = "must be a domain-prefixed path (such as \"acme.io/foo\")";
const HTTP_PATH: &str =
    r"Invalid path (regex used for validation is '[A-Za-z0-9/\-._~%!$&'()*+,;=:]+')";

/// `IsPathSegmentName`.
pub(super) fn path_segment(name: &str) -> Vec<String> {
    if name == "." || name == ".." {
        return vec![format!("may not be '{name}'")];
    }
    let found = ["/", "%"].into_iter().filter(|part| name.contains(part));
    found.map(|part| format!("may not contain '{part}'")).collect()
}

/// `IsWildcardDNS1123Subdomain`.
fn wildcard(host: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if host.len() > 253 {
        wrong.push("must be no more than 253 characters".to_owned());
    }
    // Its length was looked at.
    let shape = |rest: &str| !dns_subdomain(rest).iter().any(|why| why.starts_with("a lower"));
    if !host.strip_prefix("*.").is_some_and(shape) {
        wrong.push(WILDCARD.to_owned());
    }
    wrong
}

fn host_wrongs(host: &str) -> Vec<String> {
    if host.contains('*') { wildcard(host) } else { dns_subdomain(host) }
}

impl Rules {
    /// `ValidateIngressSpec`.
    pub(super) fn ingress(&mut self, spec: &Value) {
        let backend = &spec["defaultBackend"];
        if is_empty(&spec["rules"]) && backend.is_null() {
            let shown = if spec["rules"].is_null() { "null" } else { "[]" };
            self.invalid("spec", shown, "either `defaultBackend` or `rules` must be specified");
        }
        if !backend.is_null() {
            self.backend("spec.defaultBackend", backend);
        }
        for (i, rule) in items(&spec["rules"]) {
            self.ingress_rule(&format!("spec.rules[{i}]"), rule);
        }
        for (i, tls) in items(&spec["tls"]) {
            for (j, host) in items(&tls["hosts"]) {
                let host = text(host);
                let path = format!("spec.tls[{i}].hosts[{j}]");
                self.invalid_text(&path, host, &host_wrongs(host));
            }
            let name = text(&tls["secretName"]);
            if !name.is_empty() {
                self.subdomain(&format!("spec.tls[{i}].secretName"), name);
            }
        }
        if let Some(class) = spec["ingressClassName"].as_str() {
            self.subdomain("spec.ingressClassName", class);
        }
    }

    fn ingress_rule(&mut self, path: &str, rule: &Value) {
        let host = text(&rule["host"]);
        if !host.is_empty() {
            let at = format!("{path}.host");
            if parse_ip(host).is_some() {
                self.wrong(&at, host, "must be a DNS name, not an IP address");
            }
            self.invalid_text(&at, host, &host_wrongs(host));
        }
        let http = &rule["http"];
        if http.is_null() {
            return;
        }
        if is_empty(&http["paths"]) {
            self.required(&format!("{path}.http.paths"));
        }
        for (i, one) in items(&http["paths"]) {
            self.ingress_path(&format!("{path}.http.paths[{i}]"), one);
        }
    }

    /// `validateHTTPIngressPath`.
    fn ingress_path(&mut self, path: &str, one: &Value) {
        let Some(kind) = one["pathType"].as_str() else {
            self.missing(&format!("{path}.pathType"), "pathType must be specified");
            return;
        };
        let at = format!("{path}.path");
        let value = text(&one["path"]);
        match kind {
            "Exact" | "Prefix" => {
                if !value.starts_with('/') {
                    self.wrong(&at, value, "must be an absolute path");
                }
                for part in ["//", "/./", "/../", "%2f", "%2F"] {
                    if value.contains(part) {
                        self.wrong(&at, value, &format!("must not contain '{part}'"));
                    }
                }
                for end in ["/..", "/."] {
                    if value.ends_with(end) {
                        self.wrong(&at, value, &format!("cannot end with '{end}'"));
                    }
                }
            }
            "ImplementationSpecific" => {
                if !value.is_empty() && !value.starts_with('/') {
                    self.wrong(&at, value, "must be an absolute path");
                }
            }
            _ => self.unsupported(
                &format!("{path}.pathType"),
                &one["pathType"],
                &["Exact", "ImplementationSpecific", "Prefix"],
            ),
        }
        self.backend(&format!("{path}.backend"), &one["backend"]);
    }

    /// `validateIngressBackend`.
    fn backend(&mut self, path: &str, backend: &Value) {
        let (resource, service) = (&backend["resource"], &backend["service"]);
        match (resource.is_null(), service.is_null()) {
            (false, false) => {
                self.wrong(path, "", "cannot set both resource and service backends");
            }
            (false, true) => self.typed_reference(&format!("{path}.resource"), resource),
            (true, false) => self.service_backend(path, service),
            (true, true) => self.wrong(path, "", "resource or service backend is required"),
        }
    }

    fn service_backend(&mut self, path: &str, service: &Value) {
        let name = text(&service["name"]);
        let at = format!("{path}.service.name");
        if name.is_empty() {
            self.required(&at);
        } else {
            self.label(&at, name);
        }
        let port = text(&service["port"]["name"]);
        let number = service["port"]["number"].as_i64().unwrap_or(0);
        match (port.is_empty(), number) {
            (true, 0) => self.missing(path, "port name or number is required"),
            (true, _) => self.port_number(&format!("{path}.service.port.number"), number),
            (false, 0) => {
                self.invalid_text(&format!("{path}.service.port.name"), port, &port_name(port));
            }
            (false, _) => self.wrong(path, "", "cannot set both port name & port number"),
        }
    }

    /// `validateIngressTypedLocalObjectReference`.
    fn typed_reference(&mut self, path: &str, reference: &Value) {
        if let Some(group) = reference["apiGroup"].as_str() {
            self.subdomain(&format!("{path}.apiGroup"), group);
        }
        for field in ["kind", "name"] {
            let value = text(&reference[field]);
            let at = format!("{path}.{field}");
            if value.is_empty() {
                self.required(&at);
            } else {
                self.invalid_text(&at, value, &path_segment(value));
            }
        }
    }

    /// The old annotation and the field may not say different things.
    pub(super) fn ingress_class_twice(&mut self, object: &Value) {
        let said = object["metadata"]["annotations"][CLASS].as_str();
        if let (Some(said), Some(class)) = (said, object["spec"]["ingressClassName"].as_str())
            && said != class
        {
            self.wrong(
                &format!("annotations.{CLASS}"),
                said,
                "must match `ingressClassName` when both are specified",
            );
        }
    }

    pub(super) fn ingress_warnings(&mut self, object: &Value) {
        if object["metadata"]["annotations"][CLASS].is_string()
            && object["spec"]["ingressClassName"].is_null()
        {
            self.warn(
                "metadata.annotations",
                format!(
                    "annotation {:?} is deprecated, please use 'spec.ingressClassName' instead",
                    Quoted(CLASS)
                ),
            );
        }
    }

    /// `validateIngressClassSpec`.
    pub(super) fn ingress_class(&mut self, spec: &Value) {
        let controller = text(&spec["controller"]);
        let at = "spec.controller";
        if controller.len() > 250 {
            self.say(at, "Too long: may not be more than 250 bytes".to_owned());
        }
        if controller.is_empty() {
            self.required(at);
        } else {
            match controller.split_once('/') {
                Some((host, path)) if !host.is_empty() && !path.is_empty() => {
                    self.subdomain(at, host);
                    let is_good =
                        |b: u8| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b);
                    if !path.bytes().all(is_good) {
                        self.wrong(at, path, HTTP_PATH);
                    }
                }
                _ => self.wrong(at, controller, DOMAIN_PATH),
            }
        }
        let parameters = &spec["parameters"];
        if parameters.is_null() {
            return;
        }
        self.typed_reference("spec.parameters", parameters);
        let scope = text(&parameters["scope"]);
        let namespace = text(&parameters["namespace"]);
        match scope {
            "Namespace" if namespace.is_empty() => self
                .missing("spec.parameters.namespace", "`parameters.scope` is set to 'Namespace'"),
            "Namespace" => self.label("spec.parameters.namespace", namespace),
            "Cluster" if !namespace.is_empty() => self
                .forbidden("spec.parameters.namespace", "`parameters.scope` is set to 'Cluster'"),
            "Cluster" => {}
            _ => self.unsupported(
                "spec.parameters.scope",
                &parameters["scope"],
                &["Cluster", "Namespace"],
            ),
        }
    }
}
