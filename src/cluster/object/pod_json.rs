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

/// So many of them stand in the metadata: the first.
pub(super) const N_OF_METADATA: usize = 5;

/// The places of those that follow from a Pod's own fields, or that the server shows of each.
pub(super) mod place {
    pub(in super::super) const NAME: usize = 0;
    pub(in super::super) const NAMESPACE: usize = 1;
    pub(in super::super) const UID: usize = 2;
    pub(in super::super) const VERSION: usize = 3;
    pub(in super::super) const CREATED: usize = 4;
    pub(in super::super) const NODE: usize = 5;
    pub(in super::super) const IP: usize = 6;
    pub(in super::super) const IPS: usize = 7;
}

/// Behind the indices of [`VARY`]: the name of the volume with the account's token, which
/// the server makes up for each Pod.
pub(super) const TOKEN: u8 = VARY.len() as u8;
/// What that volume's name begins with (`DefaultAPITokenMountPath`'s volume, plugin/pkg/
/// admission/serviceaccount, v1.36).
pub(super) const TOKEN_NAME: &str = "kube-api-access-";

/// What Pods of one template have in common: their JSON, with null where they differ.
#[derive(Debug, Clone, Default)]
pub(super) struct Json {
    /// The object with null for each of the parts that it has.
    pub(super) top: Arc<Value>,
    pub(super) parts: [Arc<Value>; 3],
}

/// Parts in use, by their hash.
pub(super) type Shared = Layer<u64, Arc<Value>>;

fn hash_of(value: &Value) -> u64 {
    let mut hasher = QuickHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

fn known<'s>(value: &Value, hash: u64, shared: &'s Shared) -> Option<&'s Arc<Value>> {
    shared.get(&hash).filter(|known| ***known == *value)
}

pub(super) fn share(value: Value, shared: &mut Shared) -> Arc<Value> {
    let hash = hash_of(&value);
    if let Some(known) = known(&value, hash, shared) {
        return known.clone();
    }
    let value = Arc::new(value);
    shared.insert(hash, value.clone());
    value
}

/// Takes the parts out of a Pod's JSON: null stands in their places.
fn take_parts(value: &mut Value) -> [Value; 3] {
    PARTS.map(|name| value.get_mut(name).map(std::mem::take).unwrap_or_default())
}

/// Where top and parts of a Pod's JSON lie: the same for the same JSON, as long as something
/// holds them.
pub(super) type Parts = [usize; 4];

fn place_of(part: &Arc<Value>) -> usize {
    Arc::as_ptr(part).addr()
}

impl Json {
    /// Takes `value` apart; what is there already is shared.
    pub(super) fn new(mut value: Value, shared: &mut Shared) -> Self {
        let parts = take_parts(&mut value).map(|part| share(part, shared));
        Self { top: share(value, shared), parts }
    }

    /// Where the parts of `value` lie; none where one is not there yet.
    pub(super) fn find(value: &mut Value, shared: &Shared) -> Option<Parts> {
        let parts = take_parts(value);
        let place = |part: &Value| known(part, hash_of(part), shared).map(place_of);
        let [metadata, spec, status] = &parts;
        let find = || Some([place(value)?, place(metadata)?, place(spec)?, place(status)?]);
        let found = find();
        for (name, part) in PARTS.iter().zip(parts) {
            if let Some(slot) = value.get_mut(name) {
                *slot = part;
            }
        }
        found
    }

    /// The same with other metadata.
    pub(super) fn with_metadata(&self, metadata: Value, shared: &mut Shared) -> Self {
        let mut parts = self.parts.clone();
        parts[0] = share(metadata, shared);
        Self { top: self.top.clone(), parts }
    }

    /// Of these parts.
    pub(super) fn of(top: Arc<Value>, parts: [Arc<Value>; 3]) -> Self {
        Self { top, parts }
    }

    /// Top, metadata, spec and status, with where they lie.
    pub(super) fn all(&self) -> [(usize, &Value); 4] {
        let [metadata, spec, status] = &self.parts;
        [&self.top, metadata, spec, status].map(|part| (place_of(part), &**part))
    }

    /// The whole of it.
    pub(super) fn to_value(&self) -> Value {
        let mut value = (*self.top).clone();
        for (name, part) in PARTS.iter().zip(&self.parts) {
            if let Some(slot) = value.get_mut(name) {
                slot.clone_from(&**part);
            }
        }
        value
    }

    /// Puts its parts among those in use.
    pub(super) fn keep(&self, shared: &mut Shared) {
        for part in self.parts.iter().chain([&self.top]) {
            shared.insert(hash_of(part), part.clone());
        }
    }

    /// All but the parts.
    pub(super) fn top(&self) -> &Value {
        &self.top
    }

    /// Where its parts lie.
    pub(super) fn parts(&self) -> Parts {
        let [metadata, spec, status] = &self.parts;
        [place_of(&self.top), place_of(metadata), place_of(spec), place_of(status)]
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

/// The volumes that a Pod's `spec` names, as [`each_volume_name`] shows them.
pub(super) fn volume_names(spec: &Value) -> impl Iterator<Item = &Value> {
    fn items<'v>(of: &'v Value, list: &str) -> impl Iterator<Item = &'v Value> {
        of[list].as_array().into_iter().flatten()
    }
    let containers = items(spec, "containers").chain(items(spec, "initContainers"));
    let mounts = containers.flat_map(|container| items(container, "volumeMounts"));
    items(spec, "volumes").chain(mounts).filter_map(|one| one.get("name"))
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
