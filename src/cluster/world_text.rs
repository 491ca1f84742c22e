//! A world's text: its settings, and its objects one by one. Of JSON, which large worlds are
//! written in, no more than one object is held as a tree at a time.

use super::WorldError;
use super::object::{CONTROLLER, MANAGED_BY};
use crate::manifest;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

/// A world's text, taken apart.
pub(super) struct WorldText<'t> {
    pub(super) settings: Map<String, Value>,
    pub(super) objects: Vec<Source<'t>>,
}

/// An object that is still text, or that had to be read already.
pub(super) enum Source<'t> {
    Text(&'t str, u8),
    Value(Value),
    /// An EndpointSlice of the controller's: it is derived anew.
    Derived,
}

impl Source<'_> {
    /// When its turn is: nodes before the Pods that are placed on them, given addresses
    /// before made-up ones.
    pub(super) fn order(&self) -> u8 {
        match self {
            Self::Text(_, order) => *order,
            Self::Derived => 0,
            Self::Value(object) => order(
                object["kind"].as_str(),
                !object["status"]["podIP"].is_null() || !object["status"]["podIPs"].is_null(),
                !object["spec"]["clusterIP"].is_null(),
            ),
        }
    }

    /// The object; none where it is passed over.
    ///
    /// # Errors
    /// What is wrong where it can't be read.
    pub(super) fn into_value(self) -> Result<Option<Value>, String> {
        match self {
            Self::Derived => Ok(None),
            Self::Value(value) => Ok(Some(value)),
            Self::Text(text, _) => {
                serde_json::from_str(text).map(Some).map_err(|error| error.to_string())
            }
        }
    }
}

fn order(kind: Option<&str>, has_pod_ip: bool, has_cluster_ip: bool) -> u8 {
    match kind {
        Some("Namespace") => 0,
        Some("Node") => 1,
        Some("Pod") if has_pod_ip => 2,
        Some("Pod") => 3,
        // Given clusterIPs before allotted ones.
        Some("Service") if has_cluster_ip => 4,
        _ => 5,
    }
}

/// Takes a world's text apart. Lists are flattened.
pub(super) fn read(text: &str) -> Result<WorldText<'_>, WorldError> {
    // What looks like JSON and is not may still be YAML.
    if text.trim_start().starts_with('{')
        && let Some(fields) = fields(text)
        && let Some(world) = from_json(fields)
    {
        return world;
    }
    let mut documents =
        manifest::to_json(text).map_err(|error| WorldError::Syntax(error.to_string()))?;
    if documents.len() > 1 {
        return Err(WorldError::Shape);
    }
    let Some(Value::Object(mut settings)) = documents.pop() else { return Err(WorldError::Shape) };
    let objects = match settings.remove("objects") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(objects)) => objects,
        Some(_) => return Err(not_a_list()),
    };
    let mut sources = Vec::with_capacity(objects.len());
    objects.into_iter().for_each(|object| add(object, &mut sources));
    Ok(WorldText { settings, objects: sources })
}

fn not_a_list() -> WorldError {
    WorldError::Settings(vec!["objects: is not a list".to_owned()])
}

/// None where a value turns out to be no JSON.
fn from_json<'t>(fields: Vec<(String, &'t str)>) -> Option<Result<WorldText<'t>, WorldError>> {
    let mut settings = Map::new();
    let mut raw_objects = None;
    for (key, raw) in fields {
        if key == "objects" {
            raw_objects = Some(raw);
        } else {
            settings.insert(key, serde_json::from_str(raw).ok()?);
        }
    }
    let mut objects = Vec::new();
    if let Some(raw) = raw_objects.filter(|raw| *raw != "null") {
        let Some(items) = items(raw) else { return Some(Err(not_a_list())) };
        objects.reserve(items.len());
        for item in items {
            match serde_json::from_str::<Peek<'t>>(item) {
                Ok(peek) if peek.is_plain() => objects.push(Source::Text(item, peek.order())),
                _ => add(serde_json::from_str(item).ok()?, &mut objects),
            }
        }
    }
    Some(Ok(WorldText { settings, objects }))
}

/// The JSON value that `text` begins with, and what follows it; none where it is no JSON.
fn split_value(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    text.split_at_checked(values.byte_offset())
}

/// The fields of a JSON mapping, in order, their values still text.
fn fields(text: &str) -> Option<Vec<(String, &str)>> {
    let mut fields = Vec::new();
    let mut rest = text.trim_start().strip_prefix('{')?;
    loop {
        if let Some(after) = rest.trim_start().strip_prefix('}') {
            return after.trim().is_empty().then_some(fields);
        }
        let (key, after) = split_value(rest)?;
        let (value, after) = split_value(after.trim_start().strip_prefix(':')?)?;
        fields.push((serde_json::from_str(key).ok()?, value));
        let after = after.trim_start();
        rest = after.strip_prefix(',').or(after.starts_with('}').then_some(after))?;
    }
}

/// The items of a JSON list, still text.
fn items(text: &str) -> Option<Vec<&str>> {
    let mut items = Vec::new();
    let mut rest = text.strip_prefix('[')?;
    loop {
        if rest.trim_start().starts_with(']') {
            return Some(items);
        }
        let (item, after) = split_value(rest)?;
        items.push(item);
        let after = after.trim_start();
        rest = after.strip_prefix(',').or(after.starts_with(']').then_some(after))?;
    }
}

fn add(object: Value, to: &mut Vec<Source<'_>>) {
    match object {
        Value::Object(mut map) if map.get("kind").is_some_and(|kind| kind == "List") => {
            if let Some(Value::Array(items)) = map.remove("items") {
                items.into_iter().for_each(|item| add(item, to));
            }
        }
        object if is_derived(&object) => to.push(Source::Derived),
        object => to.push(Source::Value(object)),
    }
}

fn is_derived(object: &Value) -> bool {
    object["kind"] == "EndpointSlice" && object["metadata"]["labels"][MANAGED_BY] == CONTROLLER
}

/// The little of an object that decides when its turn is.
#[derive(Deserialize)]
struct Peek<'t> {
    #[serde(borrow)]
    kind: Option<&'t str>,
    #[serde(borrow)]
    metadata: Option<PeekMetadata<'t>>,
    spec: Option<PeekSpec>,
    status: Option<PeekStatus>,
}

#[derive(Deserialize)]
struct PeekMetadata<'t> {
    #[serde(borrow)]
    labels: Option<PeekLabels<'t>>,
}

#[derive(Deserialize)]
struct PeekLabels<'t> {
    #[serde(rename = "endpointslice.kubernetes.io/managed-by", borrow)]
    managed_by: Option<&'t str>,
}

#[derive(Deserialize)]
struct PeekSpec {
    #[serde(rename = "clusterIP")]
    cluster_ip: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct PeekStatus {
    #[serde(rename = "podIP")]
    pod_ip: Option<IgnoredAny>,
    #[serde(rename = "podIPs")]
    pod_ips: Option<IgnoredAny>,
}

impl Peek<'_> {
    /// It is no List, and not the controller's work.
    fn is_plain(&self) -> bool {
        let labels = self.metadata.as_ref().and_then(|metadata| metadata.labels.as_ref());
        self.kind != Some("List") && labels.is_none_or(|labels| labels.managed_by.is_none())
    }

    fn order(&self) -> u8 {
        let has_pod_ip =
            self.status.as_ref().is_some_and(|s| s.pod_ip.is_some() || s.pod_ips.is_some());
        let has_cluster_ip = self.spec.as_ref().is_some_and(|spec| spec.cluster_ip.is_some());
        order(self.kind, has_pod_ip, has_cluster_ip)
    }
}
