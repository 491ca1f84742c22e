//! What the server takes and warns of (pkg/api/pod/warnings.go and the strategies'
//! WarningsOnCreate, v1.36).

use super::{Quoted, Rules, items, text};
use crate::manifest::kinds::Kind;
use crate::validate::dns_label;
use serde_json::Value;

impl Rules {
    pub(super) fn warnings(&mut self, kind: &Kind, object: &Value, is_new: bool) {
        let spec = &object["spec"];
        let pods = match kind.kind {
            "CronJob" => "Pod names and hostnames",
            "Deployment" | "ReplicaSet" | "Job" => "Pod names and hostnames",
            "Pod" => "the Pod's hostname",
            _ => "",
        };
        let wrong = dns_label(text(&object["metadata"]["name"]));
        if is_new && !pods.is_empty() && !wrong.is_empty() {
            self.warn("metadata.name", format!("metadata.name: this is used in {pods}, which can result in surprising behavior; a DNS label is recommended: [{}]", wrong.join(" ")));
        }
        match kind.kind {
            "Ingress" if is_new => self.ingress_warnings(object),
            "NetworkPolicy" => self.policy_warnings(spec),
            "Pod" if is_new => self.pod_warnings("spec", spec),
            "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" => {
                self.pod_warnings("spec.template.spec", &spec["template"]["spec"]);
            }
            "CronJob" => self.pod_warnings(
                "spec.jobTemplate.spec.template.spec",
                &spec["jobTemplate"]["spec"]["template"]["spec"],
            ),
            _ => {}
        }
    }

    fn pod_warnings(&mut self, path: &str, spec: &Value) {
        let lists = ["initContainers", "containers"];
        let all: Vec<(String, &Value)> = lists
            .into_iter()
            .flat_map(|list| {
                items(&spec[list]).map(move |(i, one)| (format!("{path}.{list}[{i}]"), one))
            })
            .collect();
        for (path, container) in &all {
            let mut names: Vec<&str> = Vec::new();
            for (i, one) in items(&container["env"]) {
                let name = text(&one["name"]);
                let builds_on = text(&one["value"]).contains(&format!("$({name})"))
                    && text(&one["value"]) != format!("$({name})")
                    && one["valueFrom"].is_null();
                if names.contains(&name) && !builds_on {
                    let at = format!("{path}.env[{i}]");
                    let name = Quoted(name);
                    self.warn(&at, format!("{at}: hides previous definition of {name:?}, which may be dropped when using apply"));
                }
                names.push(name);
            }
        }
        let mut seen: Vec<(String, &Value)> = Vec::new();
        for (path, container) in &all {
            for (i, port) in items(&container["ports"]) {
                let at = format!("{path}.ports[{i}]");
                for (other_at, other) in &seen {
                    let same = |field: &str| port[field] == other[field];
                    if !same("containerPort") || !same("protocol") {
                        continue;
                    }
                    if same("hostIP") && same("hostPort") {
                        self.warn(&at, format!("{at}: duplicate port definition with {other_at}"));
                    } else if port["hostPort"].is_null() || other["hostPort"].is_null() {
                        self.warn(
                            &at,
                            format!("{at}: overlapping port definition with {other_at}"),
                        );
                    }
                }
                seen.push((at, port));
            }
        }
        let mut names: Vec<(&str, String)> = Vec::new();
        for (path, container) in &all {
            let is_sidecar = container["restartPolicy"] == "Always";
            if path.contains(".initContainers[") && !is_sidecar {
                continue;
            }
            for (i, port) in items(&container["ports"]) {
                let name = text(&port["name"]);
                let at = format!("{path}.ports[{i}]");
                if name.is_empty() {
                    continue;
                }
                match names.iter().find(|(other, _)| *other == name) {
                    Some((_, other)) => {
                        let name = Quoted(name);
                        self.warn(&at, format!("{at}: duplicate port name {name:?} with {other}, services and probes that select ports by name will use {other}"));
                    }
                    None => names.push((name, at)),
                }
            }
        }
    }
}
