//! A Pod's JSON in shared parts, and how one Pod after the other is shown with few copies.

use super::pod::{Pod, Varied};
use crate::cluster::layer::{Layer, QuickHasher};
use serde_json::Value;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The parts of a Pod's JSON that Pods share each for itself: those of one Deployment have
/// the same `spec` also where their `status` differs.
const PARTS: [&str; 3] = ["metadata", "spec", "status"];

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
    top: Arc<Value>,
    parts: [Arc<Value>; 3],
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

    /// One of `metadata`, `spec` and `status`.
    pub(super) fn part(&self, name: &str) -> &Value {
        const NONE: &Value = &Value::Null;
        let at = PARTS.iter().position(|part| *part == name);
        at.map_or(NONE, |at| &self.parts[at])
    }
}

/// A page that shows one Pod after the other: from Pod to Pod only what differs is written
/// anew.
#[derive(Debug, Default)]
pub(in crate::cluster) struct Page {
    value: Value,
    /// What stands on it.
    top: Option<Arc<Value>>,
    parts: [Option<Arc<Value>>; 3],
    /// The name of the volume with the token, or null.
    token: Value,
}

impl Page {
    /// The Pod's JSON. What the reader wrote into `metadata` besides, for the Pod before, is
    /// null now.
    pub(in crate::cluster) fn turn_to(&mut self, pod: &Pod) -> &mut Value {
        let json = pod.json();
        let is = |known: &Option<Arc<Value>>, wanted: &Arc<Value>| {
            known.as_ref().is_some_and(|known| Arc::ptr_eq(known, wanted))
        };
        if !is(&self.top, &json.top) {
            self.value = (*json.top).clone();
            self.top = Some(json.top.clone());
            self.parts = [const { None }; 3];
        }
        for ((name, known), part) in PARTS.iter().zip(&mut self.parts).zip(&json.parts) {
            if is(known, part) {
                continue;
            }
            if let Some(slot) = self.value.get_mut(name) {
                slot.clone_from(&**part);
            }
            *known = Some(part.clone());
            if *name == "spec" {
                self.token = Value::Null;
            }
        }
        self.write(pod);
        &mut self.value
    }

    /// Alone: all of the Pod's JSON.
    pub(super) fn of(pod: &Pod) -> Value {
        let mut page = Self::default();
        page.turn_to(pod);
        page.value
    }

    /// What is the Pod's own.
    fn write(&mut self, pod: &Pod) {
        let mut vary = pod.vary().iter().peekable();
        let (mut part, mut slots) = ("", None);
        for (idx, (of, field)) in VARY.iter().enumerate() {
            if part != *of {
                part = of;
                slots = self.value.get_mut(of).and_then(Value::as_object_mut);
            }
            let Some(slots) = &mut slots else { continue };
            let own = vary.next_if(|(i, _)| usize::from(*i) == idx).map(|(_, varied)| varied);
            // Only the reader adds to metadata what the Pod has not.
            if own.is_none() && part != "metadata" {
                continue;
            }
            let Some(slot) = slots.get_mut(*field) else { continue };
            match own {
                Some(Varied::Own) => pod.write_own(idx, slot),
                Some(Varied::Text(text)) => write_text(slot, text),
                Some(Varied::Other(value)) => slot.clone_from(value),
                None => *slot = Value::Null,
            }
        }
        let token = match vary.next() {
            Some((TOKEN, Varied::Text(text))) => Some(&**text),
            _ => None,
        };
        if self.token.as_str() != token {
            let old = std::mem::replace(&mut self.token, token.into());
            each_volume_name(&mut self.value, &mut |name| {
                if *name == old {
                    name.clone_from(&self.token);
                }
            });
        }
    }
}

/// Puts a text where another one may stand, in the room that this has.
pub(super) fn write_text(slot: &mut Value, text: &str) {
    match slot {
        Value::String(old) => {
            old.clear();
            old.push_str(text);
        }
        slot => *slot = text.into(),
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
fn each_volume_name(pod: &mut Value, see: &mut dyn FnMut(&mut Value)) {
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

#[cfg(test)]
mod tests {
    use super::super::pod::Templates;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// Pods that have something in common, and may lack anything else.
    fn pod() -> impl Strategy<Value = Value> {
        let token =
            prop::sample::select(vec!["", "null", "kube-api-access-a", "kube-api-access-b"]);
        let bits = any::<[bool; 10]>();
        (token.clone(), token, bits).prop_map(|(volume, mount, bits)| {
            let name = |text: &str| match text {
                "null" => json!({"name": null}),
                "" => json!({}),
                text => json!({"name": text}),
            };
            let mut pod = json!({"kind": "Pod", "metadata": {"name": "a", "labels": {"app": "x"}},
                "spec": {"containers": [{"name": "c"}]}, "status": {}});
            let mut fields = [
                ("/metadata", "namespace", json!("default")),
                ("/metadata", "namespace", json!("shop")),
                ("/metadata", "uid", json!("1")),
                ("/metadata", "uid", Value::Null),
                ("/spec", "nodeName", json!("node1")),
                ("/spec", "nodeName", Value::Null),
                ("/status", "podIP", json!("10.0.0.1")),
                ("/status", "podIPs", json!([{"ip": "10.0.0.1"}])),
                ("/status", "startTime", json!("2026-11-20T00:00:00Z")),
                ("", "status", Value::Null),
            ]
            .into_iter();
            for wanted in bits {
                let (of, field, value) = fields.next().unwrap();
                if let Some(of) = pod.pointer_mut(of).filter(|of| wanted && of.is_object()) {
                    of[field] = value;
                }
            }
            pod["spec"]["volumes"] = json!([name(volume), name("own")]);
            pod["spec"]["containers"][0]["volumeMounts"] = json!([name(mount), name("own")]);
            pod
        })
    }

    proptest! {
        #[test]
        fn a_pod_comes_out_as_it_went_in(values in prop::collection::vec(pod(), 1..6)) {
            let mut templates = Templates::default();
            let read = |value: &Value| Pod::read(value.clone(), &mut templates).unwrap();
            let pods: Vec<Pod> = values.iter().map(read).collect();
            let mut page = Page::default();
            for (pod, value) in pods.iter().zip(&values).chain(pods.iter().zip(&values).rev()) {
                prop_assert_eq!(&pod.to_value(), value);
                prop_assert_eq!(&*page.turn_to(pod), value);
            }
        }
    }
}
