//! Pods: small, because a world may have 150,000 of them. What many Pods have in common
//! is one shared template.

use super::ips::push_ip;
use super::page::{Page, write_text};
use super::pod_json::{Json, N_OF_METADATA, TOKEN, VARY, place, take_token};
use super::template::{Template, Templates};
use super::{At, Ips, ObjectError, PortName, Protocol};
use crate::cluster::controllers::made_up_uid;
use crate::cluster::key::text_of_key;
use crate::cluster::{Key, Labels, Name};
use serde_json::{Value, json};
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

/// A value that differs between Pods of one template; the forms of one Pod share it.
#[derive(Debug, Clone)]
pub(super) enum Varied {
    /// What `name`, `node` and `ips` say.
    Own,
    Text(Arc<str>),
    Other(Arc<Value>),
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
        let pod = Self::of((name, node, ips), templates.none(), Box::default());
        let mut vary = Vec::new();
        for (i, (part, field)) in VARY.iter().enumerate() {
            if let Some(slot) = value.get_mut(part).and_then(|part| part.get_mut(field)) {
                vary.push((i as u8, pod.varied(i, std::mem::take(slot))));
            }
        }
        if let Some(token) = take_token(&mut value) {
            vary.push((TOKEN, Varied::Text(token.into())));
        }
        let template = templates.share(value)?;
        Ok(Self::of((pod.name, pod.node, pod.ips), template, vary.into()))
    }

    /// A Pod of a template; with what is its own.
    pub(super) fn of(
        (name, node, ips): (Name, Option<Arc<str>>, Ips),
        template: Arc<Template>,
        vary: Box<[(u8, Varied)]>,
    ) -> Self {
        let mut pod = Self {
            name,
            node,
            ips,
            host_network: template.host_network,
            started: false,
            template,
            vary,
        };
        pod.started = !pod.is_over() && pod.phase() != "Pending";
        pod
    }

    /// How the value at an index of [`VARY`] is kept.
    fn varied(&self, idx: usize, value: Value) -> Varied {
        match value {
            value if self.own(idx) == value => Varied::Own,
            Value::String(text) => Varied::Text(text.into()),
            value => Varied::Other(Arc::new(value)),
        }
    }

    /// The Pod with other metadata, of the same name.
    pub(in crate::cluster) fn with_metadata(
        &self,
        mut metadata: Value,
        templates: &mut Templates,
    ) -> Result<Self, ObjectError> {
        let mut vary = Vec::with_capacity(self.vary.len());
        for (i, (part, field)) in VARY.iter().enumerate() {
            if *part == "metadata"
                && let Some(slot) = metadata.get_mut(field)
            {
                vary.push((i as u8, self.varied(i, std::mem::take(slot))));
            }
        }
        let is_elsewhere =
            |idx: &u8| VARY.get(usize::from(*idx)).is_none_or(|(part, _)| *part != "metadata");
        vary.extend(self.vary.iter().filter(|(idx, _)| is_elsewhere(idx)).cloned());
        let template = templates.share_with_metadata(&self.template, metadata)?;
        Ok(Self { template, vary: vary.into(), ..self.clone() })
    }

    /// The Pod of another template with the same spec and status, at a version. What the server
    /// gives every object in its metadata it is given, as of `began`.
    pub(in crate::cluster) fn with_template(
        &self,
        template: Arc<Template>,
        version: u64,
        began: &Arc<str>,
    ) -> Self {
        let mut rest = self.vary.iter().peekable();
        let mut vary = Vec::with_capacity(VARY.len() + 1);
        for at in 0..N_OF_METADATA {
            let known = rest.next_if(|(idx, _)| usize::from(*idx) == at).map(|(_, own)| own);
            let varied = match (at, known) {
                (place::VERSION, _) => Varied::Text(version.to_string().into()),
                (_, Some(own)) => own.clone(),
                (place::UID, None) => {
                    let Name { namespace, name } = &self.name;
                    let uid = made_up_uid(&text_of_key("Pod", namespace, name));
                    Varied::Text(uid.into())
                }
                (place::CREATED, None) => Varied::Text(began.clone()),
                (_, None) => Varied::Own,
            };
            vary.push((at as u8, varied));
        }
        vary.extend(rest.cloned());
        Self { template, vary: vary.into(), ..self.clone() }
    }

    /// Where its template lies.
    pub(in crate::cluster) fn template_place(&self) -> usize {
        Arc::as_ptr(&self.template).addr()
    }

    /// Whether it is of this template.
    pub(in crate::cluster) fn is_of(&self, template: &Arc<Template>) -> bool {
        Arc::ptr_eq(&self.template, template)
    }

    /// Which of what Pods have each for itself in their metadata it has, by their places; none
    /// where one is not as the server writes it.
    pub(super) fn usual_metadata(&self) -> Option<u8> {
        let mut usual = 0;
        for (idx, varied) in &self.vary {
            let is_usual = match usize::from(*idx) {
                N_OF_METADATA.. => break,
                place::NAME | place::NAMESPACE => matches!(varied, Varied::Own),
                _ => matches!(varied, Varied::Text(text) if !text.is_empty()),
            };
            if !is_usual {
                return None;
            }
            usual |= 1_u8 << idx;
        }
        (usual & 0b11 == 0b11).then_some(usual)
    }

    /// Whether its metadata has all of that.
    pub(in crate::cluster) fn is_given(&self) -> bool {
        self.usual_metadata() == Some((1 << N_OF_METADATA) - 1)
    }

    /// The object without metadata, spec and status.
    pub(in crate::cluster) fn top(&self) -> &Value {
        self.template.json.top()
    }

    /// Kind, version and metadata, as the API server shows them.
    pub(in crate::cluster) fn head(&self) -> Value {
        let json = self.json();
        let mut head = serde_json::Map::new();
        for field in ["apiVersion", "kind"] {
            if let Some(value) = json.top().get(field) {
                head.insert(field.to_owned(), value.clone());
            }
        }
        let mut metadata = self.part("metadata").clone();
        for (idx, varied) in &self.vary {
            let Some(("metadata", field)) = VARY.get(usize::from(*idx)) else { continue };
            if let Some(slot) = metadata.get_mut(field) {
                match varied {
                    Varied::Own => self.write_own(usize::from(*idx), slot),
                    Varied::Text(text) => write_text(slot, text),
                    Varied::Other(value) => slot.clone_from(&**value),
                }
            }
        }
        head.insert("metadata".to_owned(), metadata);
        Value::Object(head)
    }

    /// The value at an index of [`VARY`], as far as it follows from the Pod's own fields.
    fn own(&self, idx: usize) -> Value {
        match idx {
            place::NAME => (*self.name.name).into(),
            place::NAMESPACE => (*self.name.namespace).into(),
            place::NODE => self.node.as_deref().into(),
            place::IP => self.ip().map(|ip| ip.to_string()).into(),
            place::IPS => self.ips.iter().map(|ip| json!({"ip": ip.to_string()})).collect(),
            _ => Value::Null,
        }
    }

    /// Writes that value, into the room that is there where it is a text.
    pub(super) fn write_own(&self, idx: usize, slot: &mut Value) {
        match (idx, &self.node, &*self.ips) {
            (place::NAME, ..) => write_text(slot, &self.name.name),
            (place::NAMESPACE, ..) => write_text(slot, &self.name.namespace),
            (place::NODE, Some(node), _) => write_text(slot, node),
            (place::IP, _, [ip, ..]) => write_ip(slot, *ip),
            (place::IPS, _, [ip]) => match one_ip(slot) {
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
    /// fields that [`Self::own_at`] tells of.
    #[must_use]
    pub fn shares(&self, part: &str, other: &Self) -> bool {
        self.template.json.shares(part, &other.template.json)
            && (part != "spec" || self.token() == other.token())
    }

    /// The name of the volume with the account's token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        match self.vary.last() {
            Some((TOKEN, Varied::Text(text))) => Some(text),
            _ => None,
        }
    }

    /// A part of its JSON, `metadata`, `spec` or `status`, with null for what is its own.
    pub(in crate::cluster) fn part(&self, name: &str) -> &Value {
        self.template.json.part(name)
    }

    /// Its labels as its JSON has them.
    #[must_use]
    pub fn labels_json(&self) -> &Value {
        &self.part("metadata")["labels"]
    }

    /// Its `ownerReferences` as its JSON has them.
    pub(in crate::cluster) fn owners_json(&self) -> &Value {
        &self.part("metadata")["ownerReferences"]
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
        self.part("spec").get("dnsConfig")
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

    /// Whether no more than metadata tells it from another Pod.
    pub(in crate::cluster) fn differs_in_metadata_only(&self, other: &Self) -> bool {
        let [of_self, of_other] = [self, other].map(|pod| {
            let [top, _, spec, status] = pod.json().parts();
            (top, spec, status)
        });
        of_self == of_other
    }

    /// Whether a Service's endpoints are the same with another Pod of this name, where it
    /// selects both.
    pub(in crate::cluster) fn is_same_endpoint(&self, other: &Self) -> bool {
        self.ips == other.ips
            && self.node == other.node
            && self.terminating() == other.terminating()
            && self.differs_in_metadata_only(other)
    }

    /// Whether both are known to be made of one template.
    pub(in crate::cluster) fn has_template_of(&self, other: &Self) -> bool {
        self.is_of(&other.template)
    }

    pub(super) fn template(&self) -> &Arc<Template> {
        &self.template
    }

    /// A text that differs from the template's.
    pub(in crate::cluster) fn text(&self, field: (&str, &str)) -> Option<&str> {
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
            push_ip(ip, old);
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
