//! Rules of a Service's ports (`validateServicePort` and the port checks of
//! `ValidateService`, pkg/apis/core/validation, v1.36.2).

use super::{Case, metadata};
use crate::validate::gotext;
use crate::validate::issue::{Mark, Remedy};
use crate::validate::names;
use crate::validate::report::Report;
use crate::validate::service::{Port, TargetPort};
use std::collections::HashSet;

const RANGE: &str = "must be between 1 and 65535, inclusive";

/// One port among all.
#[derive(Clone, Copy)]
struct Place<'a> {
    ports: &'a [Port],
    idx: usize,
    /// A port before it has its name.
    repeats_name: bool,
}

impl<'a> Place<'a> {
    fn port(self) -> &'a Port {
        &self.ports[self.idx]
    }

    fn path(self, field: &str) -> String {
        format!("spec.ports[{}].{field}", self.idx)
    }
}

/// All of a port's rules before those of the next port.
pub(crate) fn each_port(case: Case<'_>, report: &mut Report) {
    let ports = &case.service.spec.ports;
    let mut seen = HashSet::new();
    for (idx, port) in ports.iter().enumerate() {
        let repeats_name = !port.name.is_empty() && !seen.insert(port.name.as_str());
        let place = Place { ports, idx, repeats_name };
        for rule in [
            port_name_missing,
            port_name_invalid,
            port_name_duplicate,
            port_out_of_range,
            protocol_unknown,
            target_port_out_of_range,
            target_port_name_invalid,
            app_protocol_invalid,
        ] {
            rule(place, report);
        }
    }
}

/// With more ports than this no names are thought up: each is compared with all others.
const MOST_COMPARED: usize = 1000;

fn port_name_missing(place: Place<'_>, report: &mut Report) {
    if place.ports.len() > 1 && place.port().name.is_empty() {
        let issue = report.required("port-name-missing", place.path("name"), "");
        let number = place.port().port;
        let name = format!("port-{number}");
        if number > 0
            && place.ports.len() <= MOST_COMPARED
            && place.ports.iter().filter(|p| p.port == number || p.name == name).count() == 1
        {
            issue.remedy = Some(Remedy::Insert {
                parent: format!("spec.ports[{}]", place.idx),
                key: "name",
                value: name.into(),
            });
        }
    }
}

fn port_name_invalid(place: Place<'_>, report: &mut Report) {
    let name = &place.port().name;
    if name.is_empty() {
        return;
    }
    for wrong in names::dns_label(name) {
        let issue = report.invalid_text("port-name-invalid", place.path("name"), name, wrong);
        issue.remedy = metadata::tidy_label(name)
            .filter(|_| place.ports.len() <= MOST_COMPARED)
            .filter(|tidy| place.ports.iter().all(|p| p.name != *tidy))
            .map(|with| Remedy::Replace { place: place.path("name"), with });
    }
}

fn port_name_duplicate(place: Place<'_>, report: &mut Report) {
    let name = &place.port().name;
    if place.repeats_name {
        report.duplicate("port-name-duplicate", place.path("name"), gotext::quote(name));
    }
}

fn port_out_of_range(place: Place<'_>, report: &mut Report) {
    let number = place.port().port;
    if !(1..=65535).contains(&number) {
        report.invalid("port-out-of-range", place.path("port"), number, RANGE);
    }
}

fn protocol_unknown(place: Place<'_>, report: &mut Report) {
    let given = &place.port().protocol;
    let supported = ["SCTP", "TCP", "UDP"];
    if !supported.contains(&given.as_str()) {
        let shown = gotext::json_string(given);
        report.unsupported("protocol-unknown", place.path("protocol"), (given, shown), &supported);
    }
}

fn target_port_out_of_range(place: Place<'_>, report: &mut Report) {
    if let TargetPort::Number(number) = place.port().target_port
        && !(1..=65535).contains(&number)
    {
        // Where the target port is the port's own number, the port is what is wrong.
        let issue =
            report.invalid("target-port-out-of-range", place.path("targetPort"), number, RANGE);
        if number == place.port().port {
            issue.place = place.path("port");
        }
    }
}

fn target_port_name_invalid(place: Place<'_>, report: &mut Report) {
    if let TargetPort::Name(name) = &place.port().target_port {
        for wrong in names::port_name(name) {
            let issue = report.invalid_text(
                "target-port-name-invalid",
                place.path("targetPort"),
                name,
                wrong,
            );
            if let Ok(number) = name.trim().parse::<u16>() {
                issue.explanation = "In quotes it is a name, and a name needs a letter. \
                    Write the number without quotes."
                    .to_owned();
                issue.remedy = (number > 0).then(|| Remedy::Replace {
                    place: place.path("targetPort"),
                    with: number.to_string(),
                });
            }
        }
    }
}

fn app_protocol_invalid(place: Place<'_>, report: &mut Report) {
    if let Some(name) = &place.port().app_protocol {
        for wrong in names::label_key(name) {
            report.invalid_text("app-protocol-invalid", place.path("appProtocol"), name, wrong);
        }
    }
}

pub(crate) fn node_port_on_cluster_ip(case: Case<'_>, report: &mut Report) {
    if case.service.spec.kind != "ClusterIP" {
        return;
    }
    for (idx, port) in case.service.spec.ports.iter().enumerate() {
        if port.node_port != 0 {
            report.forbidden(
                "node-port-on-cluster-ip",
                format!("spec.ports[{idx}].nodePort"),
                "may not be used when `type` is 'ClusterIP'",
            );
        }
    }
}

/// Twice the same node port with the same protocol.
pub(crate) fn node_port_duplicate(case: Case<'_>, report: &mut Report) {
    let mut seen = HashSet::new();
    for (idx, port) in case.service.spec.ports.iter().enumerate() {
        if port.node_port != 0 && !seen.insert((port.node_port, port.protocol.as_str())) {
            let path = format!("spec.ports[{idx}].nodePort");
            report.duplicate("node-port-duplicate", path, port.node_port);
        }
    }
}

/// Twice the same port with the same protocol. The server shows its internal port with
/// nothing but those two set.
pub(crate) fn port_duplicate(case: Case<'_>, report: &mut Report) {
    let mut seen = HashSet::new();
    for (idx, port) in case.service.spec.ports.iter().enumerate() {
        if !seen.insert((port.port, port.protocol.as_str())) {
            let shown = format!(
                "{{\"Name\":\"\",\"Protocol\":{},\"AppProtocol\":null,\"Port\":{},\"TargetPort\":0,\"NodePort\":0}}",
                gotext::json_string(&port.protocol),
                port.port
            );
            let issue = report.duplicate("port-duplicate", format!("spec.ports[{idx}]"), shown);
            issue.place = format!("spec.ports[{idx}].port");
            issue.mark = Mark::Value;
        }
    }
}
