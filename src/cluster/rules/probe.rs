//! Probes (`validateProbe`, pkg/apis/core/validation/validation.go, v1.36).

use super::{Rules, is_empty, text};
use crate::manifest::go;
use crate::validate::port_name;
use serde_json::Value;

impl Rules {
    pub(super) fn probes(&mut self, path: &str, container: &Value) {
        for field in ["livenessProbe", "readinessProbe", "startupProbe"] {
            let probe = &container[field];
            if probe.is_null() {
                continue;
            }
            let path = format!("{path}.{field}");
            self.handler(&path, probe);
            for number in [
                "initialDelaySeconds",
                "timeoutSeconds",
                "periodSeconds",
                "successThreshold",
                "failureThreshold",
            ] {
                self.not_negative(&format!("{path}.{number}"), &probe[number]);
            }
            let threshold = &probe["successThreshold"];
            if field != "readinessProbe" && threshold.as_i64().is_some_and(|n| n != 1) {
                let at = format!("{path}.successThreshold");
                self.invalid(&at, &go::json(threshold), "must be 1");
            }
        }
    }

    /// `validateHandler`.
    fn handler(&mut self, path: &str, probe: &Value) {
        let mut is_first = true;
        for field in ["exec", "httpGet", "tcpSocket", "grpc"] {
            let handler = &probe[field];
            if handler.is_null() {
                continue;
            }
            let at = format!("{path}.{field}");
            if !std::mem::take(&mut is_first) {
                self.forbidden(&at, "may not specify more than 1 handler type");
                continue;
            }
            match field {
                "exec" => {
                    if is_empty(&handler["command"]) {
                        self.required(&format!("{at}.command"));
                    }
                }
                "httpGet" => {
                    if text(&handler["path"]).is_empty() {
                        self.required(&format!("{at}.path"));
                    }
                    self.port(&format!("{at}.port"), &handler["port"]);
                    self.one_of(&format!("{at}.scheme"), &handler["scheme"], &["HTTP", "HTTPS"]);
                }
                _ => self.port(&format!("{at}.port"), &handler["port"]),
            }
        }
        if is_first {
            self.missing(path, "must specify a handler type");
        }
    }

    /// `ValidatePortNumOrName`.
    fn port(&mut self, path: &str, port: &Value) {
        match port.as_str() {
            Some(name) => self.invalid_text(path, name, &port_name(name)),
            None => self.port_number(path, port.as_i64().unwrap_or(0)),
        }
    }
}
