//! Pods: small, because a world may have 150,000 of them. What many Pods have in common
//! is one shared template.

use super::page::{Page, write_text};
use super::pod_json::{Json, Shared, TOKEN, VARY, hash_of, take_token};
use super::{At, Ips, ObjectError, PortName, Protocol};
use crate::cluster::controllers::controller_of;
use crate::cluster::layer::Layer;
use crate::cluster::{Key, Labels, Name};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;

/// A declared port of a container.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContainerPort {
    /// Its name; empty where it has none.
    pub name: Arc<str>,
    /// Its number.
    pub port: u16,
    /// Protocol.
    pub protocol: Protocol,
}

/// A container that runs as long as its Pod.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Container {
    /// Its image; empty where the manifest gives none.
    pub image: Arc<str>,
    /// The ports that it declares, in order.
    pub ports: Vec<ContainerPort>,
}

/// What Pods of one template share.
#[derive(Debug, Default)]
struct Template {
    labels: Labels,
    /// Shared by the templates that have the same.
    containers: Arc<[Container]>,
    /// Those of all containers.
    ports: Vec<ContainerPort>,
    host_network: bool,
    hostname: Option<Arc<str>>,
    subdomain: Option<Arc<str>>,
    dns_policy: Option<Arc<str>>,
    /// Kind and name of its controller.
    controller: Option<(Arc<str>, Arc<str>)>,
    /// It has a dnsConfig.
    has_dns_config: bool,
    ready: bool,
    phase: Cow<'static, str>,
    terminating: bool,
    /// The JSON, with null where Pods of one template differ.
    json: Json,
}

/// Templates in use, by the hash of their JSON.
#[derive(Debug, Clone, Default)]
pub(in crate::cluster) struct Templates {
    by_hash: Layer<u64, Arc<Template>>,
    /// Containers of the templates: a large cluster runs few images on many Pods.
    containers: Layer<Arc<[Container]>, Arc<[Container]>>,
    /// Parts of the templates' JSON.
    parts: Shared,
    /// Of a Pod that is not read yet.
    none: Arc<Template>,
}

/// A Pod.
#[derive(Debug, Clone)]
pub struct Pod {
    /// Namespace and name.
    pub name: Name,
    /// The node that it runs on; none while it is not placed.
    pub node: Option<Arc<str>>,
    /// Its addresses, at most one a family; empty while it has none.
    pub ips: Ips,
    /// As the template has it. These two stand here too, because a packet asks for them.
    host_network: bool,
    /// It has started and is not over.
    started: bool,
    template: Arc<Template>,
    /// What differs from the template: index into [`VARY`] or [`TOKEN`], and the value; in
    /// order.
    vary: Box<[(u8, Varied)]>,
}

/// A value that differs between Pods of one template.
#[derive(Debug, Clone)]
pub(super) enum Varied {
    /// What `name`, `node` and `ips` say.
    Own,
    Text(Box<str>),
    Other(Box<Value>),
}

impl Pod {
    pub(in crate::cluster) fn read(
        mut value: Value,
        templates: &mut Templates,
    ) -> Result<Self, ObjectError> {
        let (name, node, ips) = {
            let root = At::root(&value);
            let metadata = root.field("metadata");
            let name = metadata.name()?;
            let node: Option<Arc<str>> = root
                .field("spec")
                .field("nodeName")
                .str()?
                .filter(|n| !n.is_empty())
                .map(Arc::from);
            (name, node, read_ips(&root.field("status"))?)
        };
        let mut pod = Self {
            name,
            node,
            ips,
            host_network: false,
            started: false,
            template: templates.none(),
            vary: Box::default(),
        };
        let mut vary = Vec::new();
        for (i, (part, field)) in VARY.iter().enumerate() {
            if let Some(slot) = value.get_mut(part).and_then(|part| part.get_mut(field)) {
                let varied = match std::mem::take(slot) {
                    value if pod.own(i) == value => Varied::Own,
                    Value::String(text) => Varied::Text(text.into()),
                    value => Varied::Other(Box::new(value)),
                };
                vary.push((i as u8, varied));
            }
        }
        if let Some(token) = take_token(&mut value) {
            vary.push((TOKEN, Varied::Text(token)));
        }
        pod.template = templates.share(value)?;
        pod.host_network = pod.template.host_network;
        pod.started = !pod.is_over() && pod.phase() != "Pending";
        pod.vary = vary.into();
        Ok(pod)
    }

    /// The value at an index of [`VARY`], as far as it follows from the Pod's own fields.
    fn own(&self, idx: usize) -> Value {
        match VARY.get(idx) {
            Some(("metadata", "name")) => (*self.name.name).into(),
            Some(("metadata", "namespace")) => (*self.name.namespace).into(),
            Some(("spec", "nodeName")) => self.node.as_deref().into(),
            Some(("status", "podIP")) => self.ip().map(|ip| ip.to_string()).into(),
            Some(("status", "podIPs")) => {
                self.ips.iter().map(|ip| json!({"ip": ip.to_string()})).collect()
            }
            _ => Value::Null,
        }
    }

    /// Writes that value, into the room that is there where it is a text.
    pub(super) fn write_own(&self, idx: usize, slot: &mut Value) {
        match (VARY.get(idx), &self.node, &*self.ips) {
            (Some(("metadata", "name")), ..) => write_text(slot, &self.name.name),
            (Some(("metadata", "namespace")), ..) => write_text(slot, &self.name.namespace),
            (Some(("spec", "nodeName")), Some(node), _) => write_text(slot, node),
            (Some(("status", "podIP")), _, [ip, ..]) => write_ip(slot, *ip),
            (Some(("status", "podIPs")), _, [ip]) => match one_ip(slot) {
                Some(slot) => write_ip(slot, *ip),
                None => *slot = self.own(idx),
            },
            _ => *slot = self.own(idx),
        }
    }

    pub(super) fn json(&self) -> &Json {
        &self.template.json
    }

    pub(super) fn vary(&self) -> &[(u8, Varied)] {
        &self.vary
    }

    /// The Pod as the API server shows it.
    pub(in crate::cluster) fn to_value(&self) -> Value {
        Page::of(self)
    }

    /// Whether its `metadata`, `spec` or `status` is known to be that of another Pod, but for
    /// fields that [`Self::differs`] tells of.
    #[must_use]
    pub fn shares(&self, part: &str, other: &Self) -> bool {
        self.template.json.shares(part, &other.template.json)
            && (part != "spec" || self.token() == other.token())
    }

    /// Whether Pods may differ in a field of what they share.
    #[must_use]
    pub fn differs(part: &str, field: &str) -> bool {
        VARY.contains(&(part, field))
    }

    /// The name of the volume with the account's token.
    pub(super) fn token(&self) -> Option<&str> {
        match self.vary.last() {
            Some((TOKEN, Varied::Text(text))) => Some(text),
            _ => None,
        }
    }

    /// Its labels as its JSON has them.
    #[must_use]
    pub fn labels_json(&self) -> &Value {
        &self.template.json.part("metadata")["labels"]
    }

    /// Its `ownerReferences` as its JSON has them.
    pub(in crate::cluster) fn owners_json(&self) -> &Value {
        &self.template.json.part("metadata")["ownerReferences"]
    }

    /// Its labels.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.template.labels
    }

    /// Its containers, init containers that are no sidecars left out.
    #[must_use]
    pub fn containers(&self) -> &[Container] {
        &self.template.containers
    }

    /// The ports that its containers declare, in order.
    #[must_use]
    pub fn ports(&self) -> &[ContainerPort] {
        &self.template.ports
    }

    /// It uses its node's network: its address is the node's.
    #[must_use]
    pub fn host_network(&self) -> bool {
        self.host_network
    }

    /// `spec.hostname`.
    #[must_use]
    pub fn hostname(&self) -> Option<&Arc<str>> {
        self.template.hostname.as_ref()
    }

    /// `spec.subdomain`.
    #[must_use]
    pub fn subdomain(&self) -> Option<&str> {
        self.template.subdomain.as_deref()
    }

    /// `spec.dnsPolicy`: `ClusterFirst` unless given.
    #[must_use]
    pub fn dns_policy(&self) -> &str {
        self.template.dns_policy.as_deref().unwrap_or("ClusterFirst")
    }

    /// `spec.dnsConfig` as it was written.
    #[must_use]
    pub fn dns_config(&self) -> Option<&Value> {
        // Most Pods have none, and then nothing is looked for.
        if !self.template.has_dns_config {
            return None;
        }
        self.template.json.part("spec").get("dnsConfig")
    }

    /// Its Ready condition is True.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.template.ready
    }

    /// What controls it: a ReplicaSet, in its namespace.
    #[must_use]
    pub fn controller(&self) -> Option<Key> {
        let (kind, name) = self.template.controller.clone()?;
        Some(Key { kind, name: Name { namespace: self.name.namespace.clone(), name } })
    }

    /// A controller may take it: none has it, and it is neither over nor going.
    pub(in crate::cluster) fn is_free(&self) -> bool {
        self.template.controller.is_none() && !self.is_over() && !self.terminating()
    }

    /// `metadata.uid`.
    pub(in crate::cluster) fn uid(&self) -> Option<&str> {
        self.text(("metadata", "uid"))
    }

    /// `metadata.resourceVersion`; 0 where it has none.
    pub(in crate::cluster) fn version(&self) -> u64 {
        self.text(("metadata", "resourceVersion")).and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// A text that differs from the template's.
    fn text(&self, field: (&str, &str)) -> Option<&str> {
        self.vary.iter().find_map(|(idx, varied)| match varied {
            Varied::Text(text) if VARY.get(usize::from(*idx)) == Some(&field) => Some(&**text),
            _ => None,
        })
    }

    /// `status.phase`.
    #[must_use]
    pub fn phase(&self) -> &str {
        &self.template.phase
    }

    /// It has started and is not over: only then does anything listen in it.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.started
    }

    /// It has a deletionTimestamp.
    #[must_use]
    pub fn terminating(&self) -> bool {
        self.template.terminating
    }

    /// It ran to its end, and nothing of it listens any more (`IsPodTerminal`).
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.phase(), "Succeeded" | "Failed")
    }

    /// Its address.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.ips.first().copied()
    }

    /// The number that a Service's targetPort means for this Pod: a name is looked up
    /// among the container ports of that protocol (`FindPort`, pkg/api/v1/pod, v1.36).
    #[must_use]
    pub fn find_port(&self, target: &PortName, protocol: Protocol) -> Option<u16> {
        match target {
            PortName::Number(port) => Some(*port),
            PortName::Name(name) => self
                .ports()
                .iter()
                .find(|port| port.name == *name && port.protocol == protocol)
                .map(|port| port.port),
        }
    }
}

/// The address in `[{"ip": "10.0.0.1"}]`.
fn one_ip(slot: &mut Value) -> Option<&mut Value> {
    let [Value::Object(one)] = slot.as_array_mut()?.as_mut_slice() else { return None };
    let is_alone = one.len() == 1;
    one.iter_mut().next().filter(|(key, _)| is_alone && *key == "ip").map(|(_, ip)| ip)
}

fn write_ip(slot: &mut Value, ip: IpAddr) {
    match slot {
        Value::String(old) => {
            old.clear();
            // Writing to a String does not fail.
            let _ = write!(old, "{ip}");
        }
        slot => *slot = ip.to_string().into(),
    }
}

fn read_ips(status: &At<'_, '_>) -> Result<Ips, ObjectError> {
    let mut ips = Vec::new();
    for ip in status.field("podIPs").items()? {
        ips.extend(ip.field("ip").ip()?);
    }
    if ips.is_empty() {
        ips.extend(status.field("podIP").ip()?);
    }
    Ok(ips.into())
}

impl Templates {
    fn none(&self) -> Arc<Template> {
        self.none.clone()
    }

    /// The shared template with this JSON.
    fn share(&mut self, value: Value) -> Result<Arc<Template>, ObjectError> {
        let hash = hash_of(&value);
        if let Some(template) = self.by_hash.get(&hash).filter(|template| template.json.is(&value))
        {
            return Ok(template.clone());
        }
        let mut template = read_template(&value)?;
        template.json = Json::new(value, &mut self.parts);
        template.containers = match self.containers.get(&*template.containers) {
            Some(known) => known.clone(),
            None => {
                self.containers.insert(template.containers.clone(), template.containers.clone());
                template.containers
            }
        };
        let template = Arc::new(template);
        self.by_hash.insert(hash, template.clone());
        Ok(template)
    }
}

fn read_template(value: &Value) -> Result<Template, ObjectError> {
    let root = At::root(value);
    let metadata = root.field("metadata");
    let spec = root.field("spec");
    let mut running = Vec::new();
    let containers = spec.field("containers");
    let init = spec.field("initContainers");
    for container in containers.items()? {
        running.push(read_container(&container)?);
    }
    for container in init.items()? {
        // A sidecar runs as long as the Pod; other init containers are gone by then.
        if container.field("restartPolicy").str()? == Some("Always") {
            running.push(read_container(&container)?);
        }
    }
    let status = root.field("status");
    let mut ready = false;
    for condition in status.field("conditions").items()? {
        if condition.field("type").str()? == Some("Ready") {
            ready = condition.field("status").str()? == Some("True");
        }
    }
    let optional = |at: At<'_, '_>| -> Result<Option<Arc<str>>, ObjectError> {
        Ok(at.str()?.filter(|text| !text.is_empty()).map(Arc::from))
    };
    Ok(Template {
        labels: Labels::read(&metadata.field("labels"))?,
        ports: running.iter().flat_map(|container| container.ports.iter().cloned()).collect(),
        containers: running.into(),
        host_network: spec.field("hostNetwork").bool()?.unwrap_or(false),
        hostname: optional(spec.field("hostname"))?,
        subdomain: optional(spec.field("subdomain"))?,
        dns_policy: optional(spec.field("dnsPolicy"))?,
        has_dns_config: !spec.field("dnsConfig").is_absent(),
        controller: controller_of(value, "").map(|key| (key.kind, key.name.name)),
        ready,
        phase: read_phase(status.field("phase").str()?.unwrap_or_default()),
        terminating: !metadata.field("deletionTimestamp").is_absent(),
        json: Json::default(),
    })
}

/// A Pod's phase; one of those that there are takes no memory of its own.
fn read_phase(text: &str) -> Cow<'static, str> {
    const PHASES: [&str; 5] = ["Pending", "Running", "Succeeded", "Failed", "Unknown"];
    match PHASES.into_iter().find(|phase| *phase == text) {
        Some(phase) => Cow::Borrowed(phase),
        None => Cow::Owned(text.to_owned()),
    }
}

fn read_container(at: &At<'_, '_>) -> Result<Container, ObjectError> {
    let mut ports = Vec::new();
    for port in at.field("ports").items()? {
        let number = port.field("containerPort");
        ports.push(ContainerPort {
            name: port.field("name").str()?.unwrap_or_default().into(),
            port: number.port()?.ok_or_else(|| number.error("is missing"))?,
            protocol: Protocol::read(&port.field("protocol"))?,
        });
    }
    Ok(Container { image: at.field("image").str()?.unwrap_or_default().into(), ports })
}
