//! NetworkPolicy (pkg/apis/networking/validation/validation.go, v1.36).

use super::{Quoted, Rules, items, text};
use crate::manifest::go;
use crate::validate::{cidr_wrong, go_text, is_mapped, network, parse_cidr, port_name};
use serde_json::Value;
use std::net::IpAddr;

const DIRECTIONS: [(&str, &str); 2] = [("ingress", "from"), ("egress", "to")];

impl Rules {
    /// `ValidateNetworkPolicySpec`.
    pub(super) fn policy(&mut self, spec: &Value) {
        self.selector("spec.podSelector", &spec["podSelector"]);
        for (direction, peers) in DIRECTIONS {
            for (i, rule) in items(&spec[direction]) {
                let path = format!("spec.{direction}[{i}]");
                for (j, port) in items(&rule["ports"]) {
                    self.policy_port(&format!("{path}.ports[{j}]"), port);
                }
                for (j, peer) in items(&rule[peers]) {
                    self.peer(&format!("{path}.{peers}[{j}]"), peer);
                }
            }
        }
        let types = &spec["policyTypes"];
        if items(types).count() > 2 {
            let shown = go::json(types);
            self.invalid("spec.policyTypes", &shown, "may not specify more than two policyTypes");
            return;
        }
        for (i, kind) in items(types) {
            if !matches!(text(kind), "Ingress" | "Egress") {
                self.unsupported(&format!("spec.policyTypes[{i}]"), kind, &["Ingress", "Egress"]);
            }
        }
    }

    /// `ValidateNetworkPolicyPort`.
    fn policy_port(&mut self, path: &str, port: &Value) {
        if let Some(protocol) = port["protocol"].as_str()
            && !matches!(protocol, "TCP" | "UDP" | "SCTP")
        {
            let at = format!("{path}.protocol");
            self.unsupported(&at, &port["protocol"], &["TCP", "UDP", "SCTP"]);
        }
        let at = format!("{path}.endPort");
        let end = port["endPort"].as_i64();
        if let Some(number) = port["port"].as_i64() {
            self.port_number(&format!("{path}.port"), number);
            if let Some(end) = end {
                if end < number {
                    let why = "must be greater than or equal to `port`";
                    self.invalid(&at, &number.to_string(), why);
                }
                self.port_number(&at, end);
            }
        } else if let Some(name) = port["port"].as_str() {
            if let Some(end) = end {
                let why = "may not be specified when `port` is non-numeric";
                self.invalid(&at, &end.to_string(), why);
            }
            self.invalid_text(&format!("{path}.port"), name, &port_name(name));
        } else if let Some(end) = end {
            let why = "may not be specified when `port` is not specified";
            self.invalid(&at, &end.to_string(), why);
        }
    }

    /// `ValidateNetworkPolicyPeer`.
    fn peer(&mut self, path: &str, peer: &Value) {
        let mut n_peers = 0;
        for field in ["podSelector", "namespaceSelector"] {
            if !peer[field].is_null() {
                n_peers += 1;
                self.selector(&format!("{path}.{field}"), &peer[field]);
            }
        }
        let block = &peer["ipBlock"];
        if !block.is_null() {
            n_peers += 1;
            self.ip_block(&format!("{path}.ipBlock"), block);
        }
        if n_peers == 0 {
            self.missing(path, "must specify a peer");
        } else if n_peers > 1 && !block.is_null() {
            self.forbidden(path, "may not specify both ipBlock and another peer");
        }
    }

    /// `ValidateIPBlock`.
    fn ip_block(&mut self, path: &str, block: &Value) {
        let cidr = text(&block["cidr"]);
        let at = format!("{path}.cidr");
        if cidr.is_empty() {
            self.required(&at);
            return;
        }
        let Some((ip, bits)) = self.cidr(&at, cidr) else { return };
        for (i, except) in items(&block["except"]) {
            let at = format!("{path}.except[{i}]");
            let except = text(except);
            let Some((other, other_bits)) = self.cidr(&at, except) else { continue };
            let is_inside = ip.is_ipv4() == other.is_ipv4()
                && network(other, bits) == network(ip, bits)
                && bits < other_bits;
            if !is_inside {
                self.wrong(&at, except, "must be a strict subset of `cidr`");
            }
        }
    }

    /// `IsValidCIDRForLegacyField`; StrictIPCIDRValidation is on.
    fn cidr(&mut self, path: &str, value: &str) -> Option<(IpAddr, u8)> {
        if let Some(why) = cidr_wrong(value)
            && !self.old_cidrs.iter().any(|old| old == value)
        {
            self.wrong(path, value, why);
        }
        parse_cidr(value)
    }

    /// CIDRs that were there before are not looked at again.
    pub(super) fn keep_cidrs(&mut self, old: &Value) {
        for block in blocks(old).map(|(_, block)| block) {
            let except = items(&block["except"]).map(|(_, one)| one);
            let all = [&block["cidr"]].into_iter().chain(except);
            self.old_cidrs.extend(all.filter_map(Value::as_str).map(str::to_owned));
        }
    }

    /// `networkPolicyStrategy.WarningsOnCreate`, `GetWarningsForCIDR`.
    pub(super) fn policy_warnings(&mut self, spec: &Value) {
        let all: Vec<(String, String)> = blocks(spec)
            .flat_map(|(path, block)| {
                let except = items(&block["except"])
                    .map(|(i, one)| (format!("{path}.except[{i}]"), text(one).to_owned()));
                [(format!("{path}.cidr"), text(&block["cidr"]).to_owned())]
                    .into_iter()
                    .chain(except)
                    .collect::<Vec<_>>()
            })
            .collect();
        for (path, value) in all {
            let Some((ip, bits)) = parse_cidr(&value) else { continue };
            let net = network(ip, bits);
            let whole = format!("{}/{bits}", go_text(net));
            if net != ip {
                let alone = format!("{}/{}", go_text(ip), if ip.is_ipv4() { 32 } else { 128 });
                self.warn(&path, format!("{path}: CIDR value {:?} is ambiguous in this context (should be {whole:?} or {alone:?}?)", Quoted(&value)));
            }
            let has_zeros = cidr_wrong(&value).is_some_and(|why| why.contains("leading 0s"));
            if has_zeros || is_mapped(ip) {
                self.warn(
                    &path,
                    format!(
                        "{path}: non-standard CIDR value {:?} is invalid: use {whole:?}",
                        Quoted(&value)
                    ),
                );
            } else if ip.is_ipv6() && net == ip && value != whole {
                self.warn(&path, format!("{path}: IPv6 CIDR value {:?} should be in RFC 5952 canonical format ({whole:?})", Quoted(&value)));
            }
        }
    }
}

/// Each ipBlock with its path.
fn blocks(spec: &Value) -> impl Iterator<Item = (String, &Value)> {
    DIRECTIONS.into_iter().flat_map(move |(direction, peers)| {
        items(&spec[direction]).flat_map(move |(i, rule)| {
            items(&rule[peers])
                .map(move |(j, peer)| {
                    (format!("spec.{direction}[{i}].{peers}[{j}].ipBlock"), &peer["ipBlock"])
                })
                .filter(|(_, block)| block.is_object())
        })
    })
}
