//! What keeps a kubelet from starting the containers of a Pod, and a started one from being
//! ready (pkg/kubelet, v1.36).

use super::images::{known_ports, refused};
use super::object::Protocol;
use super::views::image_name;
use super::{Cluster, Key, Name};
use serde_json::{Value, json};

/// Why a started container is not ready, as far as that is only known where programs are run: a
/// probe's answer. Empty where nothing is said of it.
pub type Prober = fn(&Cluster, &Value, &Value) -> Option<String>;

/// What a container waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waits {
    /// As its status says it: `ImagePullBackOff`.
    pub(super) reason: &'static str,
    pub(super) message: String,
    /// Events: their type, reason and message.
    pub(super) events: Vec<(&'static str, &'static str, String)>,
}

fn list<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    value[field].as_array().into_iter().flatten()
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

/// What is missing of a ConfigMap or Secret that `reference` names: itself, or a key of it.
fn missing(
    cluster: &Cluster,
    pod: &Value,
    (kind, name): (&'static str, &str),
    reference: &Value,
) -> Option<Missing> {
    if reference["optional"] == true || name.is_empty() || name == ROOT_CA {
        return None;
    }
    let name = Name::new(text(&pod["metadata"], "namespace"), name);
    let key = Key { kind: kind.into(), name };
    let Some(object) = cluster.other(&key) else { return Some(Missing::Object) };
    let has = |wanted: &str| ["data", "binaryData"].iter().any(|at| !object[*at][wanted].is_null());
    let keys = list(reference, "items").map(|item| text(item, "key"));
    let mut keys = keys.chain(reference["key"].as_str());
    keys.find(|key| !has(key)).map(|key| Missing::Key(key.to_owned()))
}

enum Missing {
    Object,
    Key(String),
}

/// Every namespace has this one in a real cluster.
const ROOT_CA: &str = "kube-root-ca.crt";

/// Where a Pod's volumes can't be mounted: what is said of the first.
pub(super) fn unmounted(cluster: &Cluster, pod: &Value) -> Option<Waits> {
    let of_source = |kind: &str, source: &Value| {
        let (kind, shown, name) = match kind {
            "configMap" => ("ConfigMap", "configmap", text(source, "name")),
            "secret" => {
                let name = source["secretName"].as_str().unwrap_or(text(source, "name"));
                ("Secret", "secret", name)
            }
            _ => return None,
        };
        Some(match missing(cluster, pod, (kind, name), source)? {
            Missing::Object => format!("{shown} \"{name}\" not found"),
            Missing::Key(key) => {
                let what = if kind == "Secret" { "secret" } else { "config" };
                format!("references non-existent {what} key: {key}")
            }
        })
    };
    let of_volume = |volume: &Value| {
        let mut parts = volume.as_object()?.iter();
        parts.find_map(|(kind, source)| match kind.as_str() {
            "projected" => list(source, "sources")
                .filter_map(Value::as_object)
                .flatten()
                .find_map(|(kind, source)| of_source(kind, source)),
            kind => of_source(kind, source),
        })
    };
    list(&pod["spec"], "volumes").find_map(|volume| {
        let why = of_volume(volume)?;
        let message =
            format!("MountVolume.SetUp failed for volume \"{}\" : {why}", text(volume, "name"));
        let events = vec![("Warning", "FailedMount", message)];
        Some(Waits { reason: "ContainerCreating", message: String::new(), events })
    })
}

/// What a container waits for whose Pod has its volumes: its image, or what its variables name.
pub(super) fn waits(cluster: &Cluster, pod: &Value, container: &Value) -> Option<Waits> {
    let image = text(container, "image");
    if let Some(why) = refused(image) {
        let (reason, message, mut events) = if why.starts_with("couldn't parse") {
            let message = format!("Failed to apply default image tag {image:?}: {why}");
            let events = vec![("Warning", "InspectFailed", message.clone())];
            ("InvalidImageName", message, events)
        } else {
            let message = format!("Back-off pulling image \"{image}\"");
            let events = vec![
                ("Normal", "Pulling", format!("Pulling image \"{image}\"")),
                ("Warning", "Failed", format!("Failed to pull image \"{image}\": {why}")),
                ("Warning", "Failed", "Error: ErrImagePull".to_owned()),
                ("Normal", "BackOff", message.clone()),
            ];
            ("ImagePullBackOff", format!("{message}: ErrImagePull: {why}"), events)
        };
        events.push(("Warning", "Failed", format!("Error: {reason}")));
        return Some(Waits { reason, message, events });
    }
    let namespace = text(&pod["metadata"], "namespace");
    let of = |kind: &'static str, reference: &Value| {
        let name = text(reference, "name");
        Some(match missing(cluster, pod, (kind, name), reference)? {
            Missing::Object => format!("{} \"{name}\" not found", kind.to_lowercase()),
            Missing::Key(key) => format!("couldn't find key {key} in {kind} {namespace}/{name}"),
        })
    };
    let either = |from: &Value, config: &str, secret: &str| {
        of("ConfigMap", &from[config]).or_else(|| of("Secret", &from[secret]))
    };
    let whole = |from: &Value| either(from, "configMapRef", "secretRef");
    let one = |env: &Value| either(&env["valueFrom"], "configMapKeyRef", "secretKeyRef");
    let mut all = list(container, "envFrom");
    let message = all.find_map(whole).or_else(|| list(container, "env").find_map(one))?;
    let events = vec![
        ("Normal", "Pulled", format!("Container image \"{image}\" already present on machine")),
        ("Warning", "Failed", format!("Error: {message}")),
    ];
    Some(Waits { reason: "CreateContainerConfigError", message, events })
}

/// Why a container that runs is not ready: its readiness probe fails. What is asked for is only
/// known where programs are run; elsewhere it is enough that something listens.
pub(super) fn unready(cluster: &Cluster, pod: &Value, container: &Value) -> Option<String> {
    let asked = cluster.prober.and_then(|prober| prober(cluster, pod, container));
    asked.or_else(|| unanswered(cluster, pod, container))
}

/// Why nothing answers a container's readiness probe: nothing listens there.
fn unanswered(cluster: &Cluster, pod: &Value, container: &Value) -> Option<String> {
    let probe = &container["readinessProbe"];
    let (action, is_http) = match (&probe["httpGet"], &probe["tcpSocket"]) {
        (Value::Null, Value::Null) => return None,
        (Value::Null, tcp) => (tcp, false),
        (http, _) => (http, true),
    };
    // Another host than the Pod's own is not looked for here.
    if !text(action, "host").is_empty() {
        return None;
    }
    let named = |name: &str| {
        let mut ports = list(container, "ports");
        ports.find(|port| port["name"] == name).and_then(|port| port["containerPort"].as_u64())
    };
    let port = match &action["port"] {
        Value::String(name) => named(name).or_else(|| name.parse().ok()),
        number => number.as_u64(),
    };
    let port = port.and_then(|port| u16::try_from(port).ok())?;
    if listens(cluster, pod, port) {
        return None;
    }
    let ip = text(&pod["status"], "podIP");
    let dial = format!("dial tcp {ip}:{port}: connect: connection refused");
    if !is_http {
        return Some(dial);
    }
    let scheme = match text(action, "scheme") {
        "HTTPS" => "https",
        _ => "http",
    };
    let path = match text(action, "path") {
        path if path.starts_with('/') => path.to_owned(),
        path => format!("/{path}"),
    };
    Some(format!("Get \"{scheme}://{ip}:{port}{path}\": {dial}"))
}

impl Cluster {
    /// What a kubelet says where nothing answers a container's readiness probe.
    #[must_use]
    pub fn unanswered(&self, pod: &Value, container: &Value) -> Option<String> {
        unanswered(self, pod, container)
    }
}

/// As [`Cluster::listens`], of a Pod that is not read yet.
fn listens(cluster: &Cluster, pod: &Value, port: u16) -> bool {
    let metadata = &pod["metadata"];
    let name = format!("{}/{}", text(metadata, "namespace"), text(metadata, "name"));
    let wanted = (port, Protocol::Tcp);
    if let Some(ports) = cluster.settings.listening.get(&name) {
        return ports.contains(&wanted);
    }
    list(&pod["spec"], "containers").any(|container| {
        let image = image_name(text(container, "image"));
        if let Some(ports) = cluster.settings.images.get(image) {
            return ports.contains(&wanted);
        }
        let mut ports = list(container, "ports").peekable();
        if ports.peek().is_none() {
            return known_ports(image).contains(&wanted);
        }
        ports.any(|declared| {
            declared["containerPort"] == port
                && matches!(declared["protocol"].as_str(), None | Some("TCP"))
        })
    })
}

/// The status of a container that waits.
pub(super) fn waiting_status(container: &Value, waits: Option<&Waits>) -> Value {
    let mut waiting = json!({"reason": waits.map_or("ContainerCreating", |waits| waits.reason)});
    if let Some(waits) = waits.filter(|waits| !waits.message.is_empty()) {
        waiting["message"] = waits.message.clone().into();
        waiting.sort_all_objects();
    }
    json!({
        "image": container["image"],
        "imageID": "",
        "lastState": {},
        "name": container["name"],
        "ready": false,
        "restartCount": 0,
        "started": false,
        "state": {"waiting": waiting},
    })
}
