//! Worlds: a cluster from text.

use super::asked::CLASSES;
use super::world_text::{self, Source, WorldText};
use super::{Cluster, Settings, inspect};
use crate::source::sort;
use crate::validate;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Something in a world that is probably not meant, and does not keep it from running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldFinding {
    /// The object it is about, as `pod/shop/api`; `objects[3]` where it has no name.
    pub object: String,
    /// What is wrong, in one sentence.
    pub message: String,
}

/// Why a text is no world.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// It is not YAML or JSON.
    #[error("the world cannot be read: {0}")]
    Syntax(String),
    /// It holds something else than one mapping with `objects`.
    #[error("the world is not one mapping of settings and objects")]
    Shape,
    /// Settings are wrong: each as `path: what is wrong`.
    #[error("the world's settings are wrong: {}", .0.join("; "))]
    Settings(Vec<String>),
}

/// More findings about what a world's text holds are only counted.
const MOST_TOLD: usize = 1_000;

impl Default for Cluster {
    /// The cluster of the Service recordings: no nodes, four namespaces, Service
    /// default/kubernetes.
    fn default() -> Self {
        let mut cluster = Self::empty(Settings::default());
        cluster.complete();
        cluster
    }
}

impl Cluster {
    /// Reads a world (FORMATS.md), YAML or JSON. Objects that cannot be read are left out and
    /// told as findings; wrong settings are errors. A recorded flow or DNS file is a world
    /// too: its probes and queries are passed over.
    pub fn from_world(text: &str) -> Result<(Self, Vec<WorldFinding>), WorldError> {
        let WorldText { settings, objects } = world_text::read(text)?;
        let settings = Settings::read(&settings).map_err(WorldError::Settings)?;
        let mut cluster = Self::empty(settings);
        let mut findings = Vec::new();
        cluster.is_reading = true;
        cluster.at_once(|cluster| {
            cluster.put_world(objects, &mut findings);
            cluster.complete();
        });
        cluster.is_reading = false;
        findings.extend(inspect::inspect(&cluster));
        Ok((cluster, findings))
    }

    fn put_world(&mut self, objects: Vec<Source<'_>>, findings: &mut Vec<WorldFinding>) {
        let mut objects: Vec<(usize, Source<'_>)> = objects.into_iter().enumerate().collect();
        sort::sort_by_key(&mut objects, |(_, object)| object.order());
        let mut seen = BTreeSet::new();
        let mut told: Vec<(usize, WorldFinding)> = Vec::new();
        let mut n_untold = 0usize;
        let mut tell = |idx: usize, object: String, message: std::fmt::Arguments<'_>| {
            if told.len() < MOST_TOLD {
                told.push((idx, WorldFinding { object, message: message.to_string() }));
            } else {
                n_untold += 1;
            }
        };
        for (idx, object) in objects {
            let mut object = match object.into_value() {
                Ok(Some(object)) => object,
                Ok(None) => continue,
                Err(problem) => {
                    let object = format!("objects[{idx}]");
                    tell(idx, object, format_args!("It is left out: {problem}."));
                    continue;
                }
            };
            let name = name_for_people(&object, idx);
            let refusal = (object["kind"] == "Service")
                .then(|| self.complete_service(&mut object).err())
                .flatten();
            match self.put(object) {
                Ok(key) => {
                    if let Some(refusal) = refusal {
                        tell(idx, name, format_args!("The API server would refuse it: {refusal}"));
                    }
                    if !seen.insert(key.clone()) {
                        let message = format_args!("It is there twice; the later one counts.");
                        tell(idx, key.to_string(), message);
                    }
                }
                Err(error) => tell(idx, name, format_args!("It is left out: {error}.")),
            }
        }
        sort::sort_by_key(&mut told, |(idx, _)| *idx);
        findings.extend(told.into_iter().map(|(_, finding)| finding));
        if n_untold > 0 {
            let message = format!("{n_untold} more findings are not listed.");
            findings.push(WorldFinding { object: "objects".to_owned(), message });
        }
    }

    /// Gives a Service its defaults, clusterIP and node ports, as when it is created; its
    /// metadata and status stay as the world has them.
    fn complete_service(&self, object: &mut Value) -> Result<(), String> {
        let mut asked = object.clone();
        if asked["metadata"]["namespace"].is_null() && asked["metadata"].is_object() {
            asked["metadata"]["namespace"] = "default".into();
        }
        let accepted = validate::create_service(&asked, self, false).map_err(|error| {
            let causes: Vec<String> =
                error.causes.iter().map(|c| format!("{}: {}", c.field, c.message)).collect();
            if causes.is_empty() { error.message.clone() } else { causes.join("; ") }
        })?;
        let mut made = accepted.object;
        object["spec"] = made["spec"].take();
        if object["status"].is_null() {
            object["status"] = made["status"].take();
        }
        Ok(())
    }

    /// Adds what every cluster has: FORMATS.md's World.
    fn complete(&mut self) {
        for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
            if self.namespace(name).is_none() {
                self.put_known(json!({
                    "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name},
                    "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
                }));
            }
        }
        for (name, value, description) in CLASSES {
            if self.get("PriorityClass", "", name).is_some() {
                continue;
            }
            self.put_known(json!({
                "apiVersion": "scheduling.k8s.io/v1",
                "description": description,
                "kind": "PriorityClass",
                "metadata": {"generation": 1, "name": name},
                "preemptionPolicy": "PreemptLowerPriority",
                "value": value,
            }));
        }
        let ranges: Vec<String> =
            self.settings().service_cidrs.iter().map(ToString::to_string).collect();
        if !ranges.is_empty() && self.get("ServiceCIDR", "", "kubernetes").is_none() {
            self.put_known(json!({
                "apiVersion": "networking.k8s.io/v1",
                "kind": "ServiceCIDR",
                "metadata": {"name": "kubernetes"},
                "spec": {"cidrs": ranges},
                "status": {"conditions": [{
                    "lastTransitionTime": self.settings().now,
                    "message": "Kubernetes default Service CIDR is ready",
                    "reason": "", "status": "True", "type": "Ready",
                }]},
            }));
        }
        self.put_own_service(false);
    }

    pub(super) fn put_known(&mut self, object: Value) {
        let put = self.put(object);
        debug_assert!(put.is_ok(), "our own object cannot be read: {put:?}");
    }
}

fn name_for_people(object: &Value, idx: usize) -> String {
    match (object["kind"].as_str(), object["metadata"]["name"].as_str()) {
        (Some(kind), Some(name)) => {
            let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
            super::Key::new(kind, namespace, name).to_string()
        }
        _ => format!("objects[{idx}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_cluster_is_the_one_of_the_recordings() {
        let cluster = Cluster::default();
        let names: Vec<&str> = cluster.namespaces().map(|ns| &*ns.name).collect();
        assert_eq!(names, ["default", "kube-node-lease", "kube-public", "kube-system"]);
        assert_eq!(cluster.get("svc", "", "kubernetes").unwrap()["spec"]["clusterIP"], "10.96.0.1");
        let kubernetes = cluster.service("default", "kubernetes").unwrap();
        let endpoints = cluster.endpoints(&kubernetes.name).unwrap();
        assert_eq!(endpoints.ports[0].endpoints[0].ip.to_string(), "172.18.0.1");
    }

    #[test]
    fn a_short_world_gets_nodes_addresses_and_running_pods() {
        let (cluster, findings) = Cluster::from_world(
            "objects:\n\
             - {kind: Pod, metadata: {name: a}, spec: {containers: []}}\n\
             - {kind: Pod, metadata: {name: b}, spec: {containers: []}}\n\
             - {kind: Node, metadata: {name: node1}}\n\
             - {kind: Node, metadata: {name: node2}}\n",
        )
        .unwrap();
        assert_eq!(findings, []);
        let pods: Vec<String> = cluster
            .pods()
            .map(|p| {
                format!("{} {} {} {}", p.name, p.node.as_deref().unwrap(), p.ips[0], p.ready())
            })
            .collect();
        assert_eq!(pods, ["a node1 10.244.1.10 true", "b node2 10.244.2.10 true"]);
        assert_eq!(cluster.node("node2").unwrap().ip().unwrap().to_string(), "172.18.0.12");
    }

    #[test]
    fn a_pod_that_is_said_to_run_is_told_its_nodes_address() {
        let (cluster, _) = Cluster::from_world(
            "objects:\n\
             - {kind: Node, metadata: {name: node1}}\n\
             - {kind: Pod, metadata: {name: a, creationTimestamp: '2026-11-19T00:00:00Z'}, spec: {nodeName: node1, containers: []}, status: {phase: Running, podIP: 10.244.1.77}}\n",
        )
        .unwrap();
        let status = &cluster.get("Pod", "default", "a").unwrap()["status"];
        let told = ["podIP", "hostIP", "startTime"].map(|field| status[field].as_str().unwrap());
        assert_eq!(told, ["10.244.1.77", "172.18.0.11", "2026-11-19T00:00:00Z"]);
    }

    #[test]
    fn what_is_no_world_is_an_error_and_what_is_no_object_a_finding() {
        assert_eq!(Cluster::from_world("").unwrap_err(), WorldError::Shape);
        assert_eq!(Cluster::from_world("[1]").unwrap_err(), WorldError::Shape);
        let (_, findings) = Cluster::from_world(
            "objects: [1, {kind: Pod}, {kind: Service, metadata: {name: s}, spec: {ports: x}}]",
        )
        .unwrap();
        let told: Vec<String> =
            findings.iter().map(|f| format!("{}: {}", f.object, f.message)).collect();
        assert_eq!(
            told,
            [
                "objects[0]: It is left out: it is a number, not an object.",
                "objects[1]: It is left out: metadata.name: is missing.",
                "service/s: It is left out: spec.ports: is a string, not a list.",
            ]
        );
    }
}
