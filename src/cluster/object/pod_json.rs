//! A Pod's JSON in shared parts.

use crate::cluster::layer::{Layer, QuickHasher};
use serde_json::Value;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The parts of a Pod's JSON that Pods share each for itself: those of one Deployment have
/// the same `spec` also where their `status` differs.
pub(super) const PARTS: [&str; 3] = ["metadata", "spec", "status"];

/// Where Pods of one template differ.
pub(super) const VARY: [(&str, &str); 11] = [
    ("metadata", "name"),
    ("metadata", "namespace"),
    ("metadata", "uid"),
    ("metadata", "resourceVersion"),
    ("metadata", "creationTimestamp"),
    ("spec", "nodeName"),
    ("status", "podIP"),
    ("status", "podIPs"),
    ("status", "hostIP"),
    ("status", "hostIPs"),
    ("status", "startTime"),
];

/// Behind the indices of [`VARY`]: the name of the volume with the account's token, which
/// the server makes up for each Pod.
pub(super) const TOKEN: u8 = VARY.len() as u8;
/// What that volume's name begins with (`DefaultAPITokenMountPath`'s volume, plugin/pkg/
/// admission/serviceaccount, v1.36).
const TOKEN_NAME: &str = "kube-api-access-";

/// What Pods of one template have in common: their JSON, with null where they differ.
#[derive(Debug, Default)]
pub(super) struct Json {
    /// The object with null for each of the parts that it has.
    pub(super) top: Arc<Value>,
    pub(super) parts: [Arc<Value>; 3],
}

/// Parts in use, by their hash.
pub(super) type Shared = Layer<u64, Arc<Value>>;

pub(super) fn hash_of(value: &Value) -> u64 {
    let mut hasher = QuickHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

fn share(value: Value, shared: &mut Shared) -> Arc<Value> {
    let hash = hash_of(&value);
    if let Some(known) = shared.get(&hash).filter(|known| ***known == value) {
        return known.clone();
    }
    let value = Arc::new(value);
    shared.insert(hash, value.clone());
    value
}

impl Json {
    /// Takes `value` apart; what is there already is shared.
    pub(super) fn new(mut value: Value, shared: &mut Shared) -> Self {
        let parts = PARTS.map(|name| {
            let part = value.get_mut(name).map(std::mem::take).unwrap_or_default();
            share(part, shared)
        });
        Self { top: share(value, shared), parts }
    }

    /// Whether it is of this JSON.
    pub(super) fn is(&self, value: &Value) -> bool {
        let (Some(own), Some(map)) = (self.top.as_object(), value.as_object()) else {
            return *self.top == *value;
        };
        own.len() == map.len()
            && map.iter().all(|(key, value)| match PARTS.iter().position(|part| part == key) {
                Some(at) => own.contains_key(key) && *self.parts[at] == *value,
                None => own.get(key) == Some(value),
            })
    }

    /// Whether one of `metadata`, `spec` and `status` is the other's.
    pub(super) fn shares(&self, name: &str, other: &Self) -> bool {
        let mut parts = PARTS.iter().zip(self.parts.iter().zip(&other.parts));
        parts.any(|(part, (own, other))| *part == name && Arc::ptr_eq(own, other))
    }

    /// One of `metadata`, `spec` and `status`.
    pub(super) fn part(&self, name: &str) -> &Value {
        const NONE: &Value = &Value::Null;
        let at = PARTS.iter().position(|part| *part == name);
        at.map_or(NONE, |at| &self.parts[at])
    }
}

/// Takes the name of the volume with the token out of a Pod: null stands in its place.
pub(super) fn take_token(pod: &mut Value) -> Option<Box<str>> {
    let volumes = pod.get("spec")?.get("volumes")?.as_array()?;
    let mut names = volumes.iter().filter_map(|volume| volume.get("name")?.as_str());
    let token: Box<str> = names.find(|name| name.starts_with(TOKEN_NAME))?.into();
    // Where null stands already, it could not be told which was the token's.
    let mut has_null = false;
    each_volume_name(pod, &mut |name| has_null |= name.is_null());
    if has_null {
        return None;
    }
    each_volume_name(pod, &mut |name| {
        if *name == *token {
            *name = Value::Null;
        }
    });
    Some(token)
}

/// Each place where a Pod names a volume: of volumes, and of the containers' mounts.
pub(super) fn each_volume_name(pod: &mut Value, see: &mut dyn FnMut(&mut Value)) {
    fn names<'v>(of: &'v mut Value, list: &str) -> impl Iterator<Item = &'v mut Value> {
        let list = of.get_mut(list).and_then(Value::as_array_mut);
        list.into_iter().flatten().filter_map(|one| one.get_mut("name"))
    }
    let Some(spec) = pod.get_mut("spec") else { return };
    names(spec, "volumes").for_each(&mut *see);
    for list in ["containers", "initContainers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            names(container, "volumeMounts").for_each(&mut *see);
        }
    }
}
