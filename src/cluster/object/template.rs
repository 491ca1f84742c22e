//! What Pods of one template share, found by the parts of their JSON.

use super::marked::Marked;
use super::pod::{Container, ContainerPort, Pod};
use super::pod_json::{Json, Parts, Shared, TOKEN_NAME, share};
use super::{At, ObjectError, Protocol};
use crate::cluster::Labels;
use crate::cluster::controllers::{controller_of, owner_of};
use crate::cluster::layer::Layer;
use crate::validate::dns_subdomain;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;

/// What Pods of one template share.
#[derive(Debug, Clone, Default)]
pub(in crate::cluster) struct Template {
    pub(super) labels: Labels,
    /// Shared by the templates that have the same.
    pub(super) containers: Arc<[Container]>,
    /// Those of all containers.
    pub(super) ports: Vec<ContainerPort>,
    pub(super) host_network: bool,
    pub(super) hostname: Option<Arc<str>>,
    pub(super) subdomain: Option<Arc<str>>,
    pub(super) dns_policy: Option<Arc<str>>,
    /// Kind and name of its controller.
    pub(super) controller: Option<(Arc<str>, Arc<str>)>,
    /// It has a dnsConfig.
    pub(super) has_dns_config: bool,
    pub(super) ready: bool,
    pub(super) phase: Cow<'static, str>,
    pub(super) terminating: bool,
    /// The JSON, with null where Pods of one template differ.
    pub(super) json: Json,
}

/// Templates in use.
#[derive(Debug, Clone, Default)]
pub(in crate::cluster) struct Templates {
    /// By the parts of their JSON.
    by_parts: Layer<Parts, Arc<Template>>,
    /// Containers of the templates: a large cluster runs few images on many Pods.
    containers: Layer<Arc<[Container]>, Arc<[Container]>>,
    /// Parts of the templates' JSON.
    shared: Shared,
    /// Templates of which the rules took all but the metadata.
    sound: Layer<Parts, Arc<Template>>,
    pub(super) marked: Marked,
    /// Of a Pod that is not read yet.
    none: Arc<Template>,
    /// How many were added since those of no Pod were dropped.
    n_added: usize,
}

/// So many templates of no Pod are kept at least.
const MOST_UNUSED: usize = 1_000;

impl Templates {
    pub(super) fn none(&self) -> Arc<Template> {
        self.none.clone()
    }

    /// The shared template with this JSON.
    pub(super) fn share(&mut self, mut value: Value) -> Result<Arc<Template>, ObjectError> {
        let known = Json::find(&mut value, &self.shared);
        if let Some(template) = known.and_then(|parts| self.by_parts.get(&parts)) {
            return Ok(template.clone());
        }
        let mut template = read_template(&value)?;
        template.json = Json::new(value, &mut self.shared);
        Ok(self.keep(template))
    }

    pub(super) fn share_part(&mut self, part: Value) -> Arc<Value> {
        share(part, &mut self.shared)
    }

    /// The shared template that differs from another in its metadata.
    pub(super) fn share_with_metadata(
        &mut self,
        template: &Template,
        metadata: Value,
    ) -> Result<Arc<Template>, ObjectError> {
        let json = template.json.with_metadata(metadata, &mut self.shared);
        self.share_with_json(template, json)
    }

    /// As [`Self::share_with_metadata`], where the metadata stands in `json`.
    pub(super) fn share_with_json(
        &mut self,
        template: &Template,
        json: Json,
    ) -> Result<Arc<Template>, ObjectError> {
        if let Some(known) = self.by_parts.get(&json.parts()) {
            return Ok(known.clone());
        }
        let mut template = Template { json, ..template.clone() };
        template.read_metadata()?;
        Ok(self.keep(template))
    }

    /// Notes that the rules take all of the Pod but its metadata, and change nothing of it.
    pub(in crate::cluster) fn note_sound(&mut self, pod: &Pod) {
        // Names that stand in the template could be as those that don't.
        let volumes = pod.template().json.part("spec")["volumes"].as_array();
        let mut names = volumes.into_iter().flatten().filter_map(|volume| volume["name"].as_str());
        if has_sound_names(pod) && !names.any(|name| name.starts_with(TOKEN_NAME)) {
            self.sound.insert(without_metadata(pod), pod.template().clone());
        }
    }

    /// Whether that was noted of the Pod, or of one that differs in what no rule looks at.
    pub(in crate::cluster) fn is_sound(&self, pod: &Pod) -> bool {
        has_sound_names(pod) && self.sound.get(&without_metadata(pod)).is_some()
    }

    /// Whether many templates may be there of Pods that are gone.
    pub(in crate::cluster) fn are_many(&self, n_pods: usize) -> bool {
        self.n_added > n_pods + MOST_UNUSED
    }

    /// Keeps the templates of these Pods alone.
    pub(in crate::cluster) fn keep_those_of<'p>(&mut self, pods: impl Iterator<Item = &'p Pod>) {
        let old = std::mem::take(self);
        for pod in pods {
            let template = pod.template();
            let parts = template.json.parts();
            if self.by_parts.get(&parts).is_some() {
                continue;
            }
            template.json.keep(&mut self.shared);
            let containers = &template.containers;
            self.containers.insert(containers.clone(), containers.clone());
            let without_metadata = without_metadata(pod);
            if old.sound.get(&without_metadata).is_some() {
                self.sound.insert(without_metadata, template.clone());
            }
            self.by_parts.insert(parts, template.clone());
        }
    }

    #[cfg(test)]
    pub(in crate::cluster) fn forget_sound(&mut self) {
        self.sound = Layer::default();
    }

    fn keep(&mut self, mut template: Template) -> Arc<Template> {
        template.containers = match self.containers.get(&*template.containers) {
            Some(known) => known.clone(),
            None => {
                self.containers.insert(template.containers.clone(), template.containers.clone());
                template.containers
            }
        };
        self.n_added += 1;
        let template = Arc::new(template);
        self.by_parts.insert(template.json.parts(), template.clone());
        template
    }
}

/// Where the parts of a Pod's JSON lie, its metadata left out.
fn without_metadata(pod: &Pod) -> Parts {
    let [top, _, spec, status] = pod.template().json.parts();
    [top, 0, spec, status]
}

/// Whether the rules take what Pods of one template have each for itself, metadata left out:
/// the node's name, and that of the volume with the token as admission makes it.
fn has_sound_names(pod: &Pod) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let is_token = |token: &str| {
        let end = token.strip_prefix(TOKEN_NAME).unwrap_or_default();
        end.len() == 5 && end.bytes().all(is_letter)
    };
    pod.node.as_deref().is_none_or(|node| dns_subdomain(node).is_empty())
        && pod.token().is_none_or(is_token)
}

impl Template {
    /// Reads what stands in the JSON's metadata.
    fn read_metadata(&mut self) -> Result<(), ObjectError> {
        let part = self.json.part("metadata");
        let metadata = At::root(part);
        let Ok(labels) = Labels::read(&metadata.field("labels")) else {
            // What is wrong is told with the whole path.
            let object = json!({"metadata": part});
            self.labels = Labels::read(&At::root(&object).field("metadata").field("labels"))?;
            return Ok(());
        };
        let terminating = !metadata.field("deletionTimestamp").is_absent();
        let controller = owner_of(&part["ownerReferences"], "");
        self.controller = controller.map(|key| (key.kind, key.name.name));
        self.terminating = terminating;
        self.labels = labels;
        Ok(())
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
