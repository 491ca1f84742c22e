//! Endpoints and EndpointSlices made by hand (pkg/apis/core/validation and
//! pkg/apis/discovery/validation, v1.36).

use super::{Quoted, Rules, items, text};
use serde_json::Value;
use std::net::IpAddr;

impl Rules {
    /// `ValidateEndpoints`.
    pub(super) fn endpoints(&mut self, object: &Value) {
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
    pub(super) fn slice(&mut self, object: &Value) {
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
