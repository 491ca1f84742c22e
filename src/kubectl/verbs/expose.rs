//! `kubectl expose` (k8s.io/kubectl/pkg/cmd/expose/expose.go, v1.36).

use super::overrides;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::resources::{self, Resource, with_group};
use crate::kubectl::write::{DryRun, Item, Say, Server, Visit, flags, label_pairs, noted, record};
use serde_json::{Map, Value, json};

static FLAGS: &[Flag] = &[
    Flag::new("cluster-ip", Takes::Text, "", "The service's ClusterIP; None for headless"),
    Flag::new("external-ip", Takes::Text, "", "One more address that the service is reached at"),
    flags::manager("kubectl-expose"),
    Flag::new("labels", Takes::Text, "", "Labels of the service").short('l'),
    Flag::new("load-balancer-ip", Takes::Text, "", "The load balancer's address"),
    Flag::new("name", Takes::Text, "", "The name of the service"),
    Flag::new("port", Takes::Text, "", "The port that the service serves on"),
    Flag::new("protocol", Takes::Text, "", "The network protocol. Default is 'TCP'"),
    Flag::new("selector", Takes::Text, "", "A label selector of the service"),
    Flag::new("session-affinity", Takes::Text, "", "None or ClientIP"),
    Flag::new("target-port", Takes::Text, "", "The port in the Pods, by number or name"),
    Flag::new("type", Takes::Text, "", "ClusterIP, NodePort, LoadBalancer or ExternalName"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "expose",
    aliases: &[],
    usage: "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type] [options]",
    about: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
    flags: &[
        FLAGS,
        flags::FILES,
        flags::DRY_RUN,
        flags::RECORD,
        flags::SAVE_CONFIG,
        overrides::FLAGS,
        print::FLAGS,
    ],
    runs: Runs::Verb(expose),
}];

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

/// What is known of the service: flags, and what the objects exposed so far have filled in.
/// kubectl too keeps those for the next object.
#[derive(Debug, Default)]
struct Known {
    selector: Option<Map<String, Value>>,
    labels: Option<Map<String, Value>>,
    ports: Option<String>,
    protocols: Vec<(String, Vec<String>)>,
}

fn expose(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let dry_run = DryRun::of(call, io)?;
    let mut say = Say::new(console, call, dry_run)?;
    let mut server = Server::new(call, "kubectl-expose", dry_run == DryRun::Server);
    let visit = Visit { args: &call.args, no_selectors: true, ..Visit::default() };
    let found = visit.find(console, call, io, &mut server)?;
    let text = |flag: &str| call.flags.text(flag).filter(|text| !text.is_empty());
    let mut known = Known { ports: text("port").map(str::to_owned), ..Known::default() };
    found.each(|item| {
        let service = known.service(call, &item)?;
        let mut service = overrides::apply(call, service)?;
        record(call, &mut service);
        if dry_run == DryRun::Client {
            return say.made(io, &service, "exposed");
        }
        if call.flags.bool("save-config") {
            service = noted(service);
        }
        let resource = resources::named(console, "services")?;
        let namespace = call.namespace(console);
        let made = server.create(console, io, (resource, &namespace), service);
        say.object(io, &made.map_err(Failure::Server)?, "exposed")
    })?;
    Ok(Done::OK)
}

impl Known {
    fn service(&mut self, call: &Call, item: &Item) -> Result<Value, Failure> {
        can_be_exposed(item.resource)?;
        let text = |flag: &str| call.flags.text(flag).filter(|text| !text.is_empty());
        let default: String = item.name.chars().take(63).collect();
        let name = text("name").unwrap_or(&default);
        let selector = match (text("selector"), &self.selector) {
            (Some(text), _) => label_pairs(text).map_err(Failure::Client)?,
            (None, Some(known)) => known.clone(),
            (None, None) => selector_of(item).or_else(|why| {
                client(format!(
                    "couldn't retrieve selectors via --selector flag or introspection: {why}"
                ))
            })?,
        };
        self.selector = Some(selector.clone());
        if self.ports.is_none() {
            let ports: Vec<String> =
                ports_of(&item.object).into_iter().map(|(port, _)| port).collect();
            if ports.is_empty() && text("cluster-ip") != Some("None") {
                return client("couldn't find port via --port flag or introspection");
            }
            self.ports = Some(ports.join(",")).filter(|ports| !ports.is_empty());
        }
        let protocols = ports_of(&item.object);
        if !protocols.is_empty() {
            self.protocols = protocols;
        }
        let labels = match (text("labels"), &self.labels) {
            (Some(text), _) => label_pairs(text).map_err(Failure::Client)?,
            (None, Some(known)) => known.clone(),
            (None, None) => labels_of(&item.object["metadata"]["labels"]),
        };
        self.labels = Some(labels.clone());
        if selector.is_empty() {
            return client("selector must be specified");
        }
        let mut metadata = Map::new();
        metadata.insert("name".to_owned(), name.into());
        if let Some(namespace) = call.flags.text("namespace") {
            metadata.insert("namespace".to_owned(), namespace.into());
        }
        if !labels.is_empty() {
            metadata.insert("labels".to_owned(), Value::Object(labels));
        }
        let spec = self.spec(call, selector)?;
        Ok(json!({
            "kind": "Service",
            "apiVersion": "v1",
            "metadata": metadata,
            "spec": spec,
            "status": {"loadBalancer": {}},
        }))
    }

    fn spec(&self, call: &Call, selector: Map<String, Value>) -> Result<Value, Failure> {
        let text = |flag: &str| call.flags.text(flag).filter(|text| !text.is_empty());
        if let Some(other) = text("session-affinity").filter(|a| !matches!(*a, "None" | "ClientIP"))
        {
            return client(format!("unknown session affinity: {other}"));
        }
        let mut spec = Map::new();
        let ports = self.service_ports(text("protocol"), text("target-port"))?;
        if !ports.is_empty() {
            spec.insert("ports".to_owned(), ports.into());
        }
        spec.insert("selector".to_owned(), Value::Object(selector));
        let mut set = |field: &str, value: Option<Value>| {
            if let Some(value) = value {
                spec.insert(field.to_owned(), value);
            }
        };
        set("clusterIP", text("cluster-ip").map(Value::from));
        set("type", text("type").map(Value::from));
        set("externalIPs", text("external-ip").map(|ip| json!([ip])));
        set("sessionAffinity", text("session-affinity").map(Value::from));
        let is_balanced = text("type") == Some("LoadBalancer");
        set("loadBalancerIP", text("load-balancer-ip").filter(|_| is_balanced).map(Value::from));
        Ok(Value::Object(spec))
    }

    fn service_ports(
        &self,
        protocol: Option<&str>,
        target: Option<&str>,
    ) -> Result<Vec<Value>, Failure> {
        let Some(list) = &self.ports else { return Ok(Vec::new()) };
        let texts: Vec<&str> = list.split(',').collect();
        let mut ports = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            let number = atoi(text).map_err(Failure::Client)?;
            let name = if texts.len() > 1 { format!("port-{}", i + 1) } else { String::new() };
            let known = self.protocols.iter().find(|(port, _)| port == text).map(|(_, list)| list);
            match (protocol, known.map(Vec::as_slice)) {
                (Some(protocol), _) => ports.push((name, number, protocol.to_owned())),
                (None, None | Some([])) => ports.push((name, number, "TCP".to_owned())),
                (None, Some([one])) => ports.push((name, number, one.clone())),
                (None, Some(many)) => ports.extend(many.iter().map(|protocol| {
                    let name = format!("port-{}-{}", i + 1, protocol.to_lowercase());
                    (name, number, protocol.clone())
                })),
            }
        }
        let entry = |(name, number, protocol): (String, i64, String)| {
            let mut entry = Map::new();
            if !name.is_empty() {
                entry.insert("name".to_owned(), name.into());
            }
            entry.insert("protocol".to_owned(), protocol.into());
            entry.insert("port".to_owned(), number.into());
            let target = target.map(|text| atoi(text).map_or(Value::from(text), Value::from));
            entry.insert("targetPort".to_owned(), target.unwrap_or(number.into()));
            Value::Object(entry)
        };
        Ok(ports.into_iter().map(entry).collect())
    }
}

/// `strconv.Atoi`, with Go's words.
pub(super) fn atoi(text: &str) -> Result<i64, String> {
    let quoted = crate::manifest::go::Quoted(text);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("strconv.Atoi: parsing {quoted:?}: invalid syntax"));
    }
    text.parse().map_err(|_| format!("strconv.Atoi: parsing {quoted:?}: value out of range"))
}

/// `CanBeExposed`.
fn can_be_exposed(resource: &Resource) -> Result<(), Failure> {
    match resource.kind {
        "ReplicationController" | "Service" | "Pod" | "Deployment" | "ReplicaSet" => Ok(()),
        kind => client(format!("cannot expose a {}", with_group(kind, resource.group()))),
    }
}

/// `MapBasedSelectorForObject`.
fn selector_of(item: &Item) -> Result<Map<String, Value>, String> {
    let spec = &item.object["spec"];
    let (labels, says) = match item.resource.kind {
        "Pod" => {
            (&item.object["metadata"]["labels"], "the pod has no labels and cannot be exposed")
        }
        "Service" => (&spec["selector"], "the service has no pod selector set"),
        "ReplicationController" => {
            (&spec["selector"], "the replication controller has no pod selector set")
        }
        kind => {
            if spec["selector"]["matchExpressions"].as_array().is_some_and(|list| !list.is_empty())
            {
                let list = crate::validate::gotext::plain(&spec["selector"]["matchExpressions"]);
                return Err(format!(
                    "couldn't convert expressions - \"{list}\" to map-based selector format"
                ));
            }
            let says = match kind {
                "Deployment" => "invalid deployment: no selectors, therefore cannot be exposed",
                _ => "invalid replicaset: no selectors, therefore cannot be exposed",
            };
            (&spec["selector"]["matchLabels"], says)
        }
    };
    let labels = labels_of(labels);
    if labels.is_empty() { Err(says.to_owned()) } else { Ok(labels) }
}

fn labels_of(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// `PortsForObject` and `ProtocolsForObject`: each port once, with its protocols.
fn ports_of(object: &Value) -> Vec<(String, Vec<String>)> {
    let spec = &object["spec"];
    let entries: Vec<&Value> = match object["kind"].as_str() {
        Some("Service") => spec["ports"].as_array().into_iter().flatten().collect(),
        kind => {
            let pod = if kind == Some("Pod") { spec } else { &spec["template"]["spec"] };
            let containers = pod["containers"].as_array().into_iter().flatten();
            containers.flat_map(|c| c["ports"].as_array().into_iter().flatten()).collect()
        }
    };
    let mut ports: Vec<(String, Vec<String>)> = Vec::new();
    for entry in entries {
        let number = entry["containerPort"].as_i64().or_else(|| entry["port"].as_i64());
        let Some(number) = number.map(|n| n.to_string()) else { continue };
        let protocol = entry["protocol"].as_str().unwrap_or("TCP").to_owned();
        match ports.iter_mut().find(|(port, _)| *port == number) {
            Some((_, protocols)) => {
                if !protocols.contains(&protocol) {
                    protocols.push(protocol);
                }
            }
            None => ports.push((number, vec![protocol])),
        }
    }
    ports
}
