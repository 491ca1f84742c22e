//! How one Pod after the other is shown with few copies.

use super::pod::{Pod, Varied};
use super::pod_json::{PARTS, VARY, each_volume_name, place};
use crate::cluster::Fields;
use crate::cluster::controllers::made_up_uid;
use crate::cluster::key::text_of_key;
use crate::cluster::shown::{GIVEN, is_missing};
use serde_json::Value;
use std::sync::Arc;

/// A page that shows one Pod after the other: from Pod to Pod only what differs is written
/// anew.
#[derive(Debug, Default)]
pub(in crate::cluster) struct Page {
    /// What is looked at; all where it is none.
    fields: Option<Fields>,
    /// When what a world gives without a time was made; none where nothing is shown but what
    /// the Pod has itself.
    began: Option<Arc<str>>,
    value: Value,
    /// What stands on it.
    top: Option<Arc<Value>>,
    parts: [Option<Arc<Value>>; 3],
    /// Of each part the places of fields that Pods have of their own, and their indices in
    /// [`VARY`]; in order.
    places: [Vec<(usize, usize)>; 3],
    /// The name of the volume with the token, or null.
    token: Value,
}

/// What one Pod after the other has of its own, in the same room.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// At the indices of [`VARY`].
    values: [Value; VARY.len()],
}

impl Own {
    /// That of a Pod: what a world gives without a time was made at `began`.
    pub(in crate::cluster) fn turn_to(&mut self, pod: &Pod, began: Option<&str>) -> &[Value] {
        for (idx, (slot, own)) in self.values.iter_mut().zip(own_of(pod)).enumerate() {
            write_own(pod, idx, own, began, slot);
        }
        &self.values
    }
}

impl Page {
    /// A page for these fields, or all, of Pods as the API server shows them: what a world
    /// gives without a time was made at `began`.
    pub(in crate::cluster) fn new(fields: Option<&Fields>, began: &Arc<str>) -> Self {
        Self { fields: fields.cloned(), began: Some(began.clone()), ..Self::default() }
    }

    /// When what a world gives without a time was made.
    pub(in crate::cluster) fn began(&self) -> Option<Arc<str>> {
        self.began.clone()
    }

    /// All of the Pod's JSON, and nothing else.
    pub(super) fn of(pod: &Pod) -> Value {
        let mut page = Self::default();
        page.turn_to(pod);
        page.value
    }

    /// What the page shows now.
    pub(in crate::cluster) fn into_value(self) -> Value {
        self.value
    }

    /// Shows a Pod.
    pub(in crate::cluster) fn turn_to(&mut self, pod: &Pod) -> &Value {
        let json = pod.json();
        let is = |known: &Option<Arc<Value>>, wanted: &Arc<Value>| {
            known.as_ref().is_some_and(|known| Arc::ptr_eq(known, wanted))
        };
        if !is(&self.top, &json.top) {
            self.value = match &self.fields {
                Some(fields) => fields.pick(&json.top),
                None => (*json.top).clone(),
            };
            self.top = Some(json.top.clone());
            self.parts = [const { None }; 3];
        }
        for (at, part) in json.parts.iter().enumerate() {
            if !is(&self.parts[at], part) {
                self.set(at, part);
                self.parts[at] = Some(part.clone());
            }
        }
        self.write(pod);
        &self.value
    }

    /// Sets a part, and finds where Pods that have the same differ.
    fn set(&mut self, at: usize, part: &Value) {
        let name = PARTS[at];
        if let Some(slot) = self.value.get_mut(name) {
            match self.fields.as_ref().map(|fields| fields.of(name)) {
                None => slot.clone_from(part),
                Some(fields) => *slot = fields.map(|fields| fields.pick(part)).unwrap_or_default(),
            }
        }
        if name == "spec" {
            self.token = Value::Null;
        }
        let mut map = self.value.get_mut(name).and_then(Value::as_object_mut);
        if self.began.is_some() && name == "metadata" {
            let fields = self.fields.as_ref().map(|fields| fields.of(name));
            for field in GIVEN {
                let is_shown =
                    fields.is_none_or(|all| all.is_some_and(|all| all.of(field).is_some()));
                if let Some(map) = map.as_mut().filter(|_| is_shown) {
                    map.entry(field).or_insert(Value::Null);
                }
            }
        }
        let keys = map.iter().flat_map(|map| map.keys()).enumerate();
        let index = |key: &str| VARY.iter().position(|(of, field)| *of == name && *field == key);
        self.places[at] = keys.filter_map(|(place, key)| Some((place, index(key)?))).collect();
    }

    /// What is the Pod's own.
    fn write(&mut self, pod: &Pod) {
        let own = own_of(pod);
        for (name, places) in PARTS.iter().zip(&self.places) {
            let Some(map) = self.value.get_mut(name).and_then(Value::as_object_mut) else {
                continue;
            };
            let mut places = places.iter().peekable();
            for (at, slot) in map.values_mut().enumerate() {
                let Some((_, idx)) = places.next_if(|(place, _)| *place == at) else { continue };
                write_own(pod, *idx, own[*idx], self.began.as_deref(), slot);
            }
        }
        let token = pod.token();
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

/// What a Pod has of its own, at the indices of [`VARY`].
fn own_of(pod: &Pod) -> [Option<&Varied>; VARY.len()] {
    let mut own = [None; VARY.len()];
    for (idx, varied) in pod.vary() {
        if let Some(slot) = own.get_mut(usize::from(*idx)) {
            *slot = Some(varied);
        }
    }
    own
}

/// Puts the value at an index of [`VARY`], which the Pod may have, where another one may stand.
fn write_own(pod: &Pod, idx: usize, own: Option<&Varied>, began: Option<&str>, slot: &mut Value) {
    match own {
        Some(Varied::Own) => pod.write_own(idx, slot),
        Some(Varied::Text(text)) => write_text(slot, text),
        Some(Varied::Other(value)) => write_value(slot, value),
        // The server has it all the same.
        None => write_text(slot, ""),
    }
    let is_given = matches!(idx, place::UID | place::VERSION | place::CREATED);
    let Some(began) = began.filter(|_| is_given && is_missing(Some(slot))) else { return };
    match idx {
        place::UID => {
            let name = &pod.name;
            *slot = made_up_uid(&text_of_key("Pod", &name.namespace, &name.name)).into();
        }
        place::VERSION => write_text(slot, "1"),
        _ => write_text(slot, began),
    }
}

/// Puts a value where another one may stand, in the room that this has where they are alike.
fn write_value(slot: &mut Value, value: &Value) {
    match (slot, value) {
        (slot, Value::String(text)) => write_text(slot, text),
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            old.iter_mut().zip(new).for_each(|(old, new)| write_value(old, new));
        }
        (Value::Object(old), Value::Object(new)) if old.keys().eq(new.keys()) => {
            old.values_mut().zip(new.values()).for_each(|(old, new)| write_value(old, new));
        }
        (slot, value) => slot.clone_from(value),
    }
}

/// Puts an object where another one may stand, in whose metadata these fields may have been
/// added behind the others: they are null then.
pub(in crate::cluster) fn write_filled(slot: &mut Value, object: &Value, added: &[&str]) {
    let (Value::Object(old), Value::Object(new)) = (&mut *slot, object) else {
        return slot.clone_from(object);
    };
    if !old.keys().eq(new.keys()) {
        return slot.clone_from(object);
    }
    for ((key, old), new) in old.iter_mut().zip(new.values()) {
        let (Value::Object(old), Value::Object(new), "metadata") = (&mut *old, new, &**key) else {
            write_value(old, new);
            continue;
        };
        let are_added = old.keys().skip(new.len()).all(|key| added.contains(&&**key));
        if old.len() < new.len() || !are_added || !old.keys().zip(new.keys()).all(|(a, b)| a == b) {
            old.clone_from(new);
            continue;
        }
        let mut values = old.values_mut();
        new.values().zip(&mut values).for_each(|(new, old)| write_value(old, new));
        values.for_each(|added| *added = Value::Null);
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

#[cfg(test)]
mod tests {
    use super::super::{SavedPods, Templates};
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
                prop_assert_eq!(page.turn_to(pod), value);
            }
            let pods: Vec<Arc<Pod>> = pods.into_iter().map(Arc::new).collect();
            let saved = serde_json::to_string(&SavedPods::of(|| pods.iter())).unwrap();
            let mut again = Vec::new();
            let mut from = serde_json::Deserializer::from_str(&saved);
            let mut see = |pod| again.push(pod);
            Templates::default().read_saved(&mut from, &mut see).unwrap();
            prop_assert_eq!(again.len(), pods.len());
            for (again, pod) in again.into_iter().zip(&pods) {
                prop_assert_eq!(format!("{again:?}"), format!("{pod:?}"));
            }
        }
    }
}
