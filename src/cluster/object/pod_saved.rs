//! Pods as a saved world holds them: what they share stands there once, and of each what is its
//! own. Thousands are read as quickly as a few.

use super::Ips;
use super::pod::{Pod, Varied};
use super::pod_json::{Json, Parts};
use super::template::{Template, Templates};
use crate::cluster::Name;
use crate::cluster::save::Text;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// Pods to be written, or as they were read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "Part: Deserialize<'de>"))]
pub(in crate::cluster) struct SavedPods<'p, Part> {
    /// Parts of the templates' JSON.
    parts: Vec<Part>,
    /// Of each template top, metadata, spec and status, by their places among the parts.
    templates: Vec<[usize; 4]>,
    #[serde(borrow)]
    pods: Vec<SavedPod<'p>>,
}

impl<Part> Default for SavedPods<'_, Part> {
    fn default() -> Self {
        Self { parts: Vec::new(), templates: Vec::new(), pods: Vec::new() }
    }
}

/// A Pod's template, namespace, name, node, addresses, and what else is its own.
#[derive(Debug, Serialize, Deserialize)]
struct SavedPod<'p>(
    usize,
    #[serde(borrow)] Text<'p>,
    #[serde(borrow)] Text<'p>,
    #[serde(borrow)] Option<Text<'p>>,
    Vec<IpAddr>,
    Vec<Own<'p>>,
);

/// An index, and what varies there: nothing more where the Pod's own fields say it.
#[derive(Debug)]
struct Own<'p>(u8, Cow<'p, Varied>);

impl<'p> SavedPods<'p, &'p Value> {
    /// Takes Pods apart.
    pub(in crate::cluster) fn of(pods: impl Iterator<Item = &'p Arc<Pod>>) -> Self {
        let mut saved = Self::default();
        let mut part_at: HashMap<usize, usize> = HashMap::new();
        let mut template_at: HashMap<Parts, usize> = HashMap::new();
        for pod in pods {
            let json = pod.json();
            let template = *template_at.entry(json.parts()).or_insert_with(|| {
                let parts = json.all().map(|(place, part)| {
                    *part_at.entry(place).or_insert_with(|| {
                        saved.parts.push(part);
                        saved.parts.len() - 1
                    })
                });
                saved.templates.push(parts);
                saved.templates.len() - 1
            });
            let own = pod.vary().iter().map(|(idx, varied)| Own(*idx, Cow::Borrowed(varied)));
            let Name { namespace, name } = &pod.name;
            saved.pods.push(SavedPod(
                template,
                (&**namespace).into(),
                (&**name).into(),
                pod.node.as_deref().map(Text::from),
                pod.ips.to_vec(),
                own.collect(),
            ));
        }
        saved
    }
}

impl Templates {
    /// The Pods that were saved; none where what is there fits no Pods.
    pub(in crate::cluster) fn restored(&mut self, saved: SavedPods<'_, Value>) -> Option<Vec<Pod>> {
        let parts: Vec<Arc<Value>> =
            saved.parts.into_iter().map(|part| self.share_part(part)).collect();
        // Templates that differ in their metadata alone are read once.
        let mut alike: HashMap<[usize; 3], Arc<Template>> = HashMap::new();
        let mut templates = Vec::with_capacity(saved.templates.len());
        for places in saved.templates {
            let [top, metadata, spec, status] = places.map(|at| parts.get(at).cloned());
            let json = Json::of(top?, [metadata?, spec?, status?]);
            let [top, _, spec, status] = json.parts();
            let template = match alike.get(&[top, spec, status]) {
                Some(template) => self.share_with_json(template, json),
                None => self.share(json.to_value()),
            };
            let template = template.ok()?;
            alike.entry([top, spec, status]).or_insert_with(|| template.clone());
            templates.push(template);
        }
        // Namespaces and nodes are few, and their names shared.
        let mut texts: HashMap<String, Arc<str>> = HashMap::new();
        let mut shared = |text: &Text<'_>| match texts.get(&*text.0) {
            Some(known) => known.clone(),
            None => {
                let new: Arc<str> = (*text.0).into();
                texts.insert(text.0.to_string(), new.clone());
                new
            }
        };
        let pods =
            saved.pods.into_iter().map(|SavedPod(template, namespace, name, node, ips, own)| {
                let template = templates.get(template)?.clone();
                let name = Name { namespace: shared(&namespace), name: (*name.0).into() };
                let node = node.as_ref().map(&mut shared);
                let own = own.into_iter().map(|Own(idx, varied)| (idx, varied.into_owned()));
                Some(Pod::of((name, node, Ips::from(ips)), template, own.collect()))
            });
        pods.collect()
    }
}

impl Serialize for Own<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &*self.1 {
            Varied::Own => [self.0].serialize(serializer),
            Varied::Text(text) => (self.0, text).serialize(serializer),
            Varied::Other(value) => (self.0, value).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Own<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pair;
        impl<'de> Visitor<'de> for Pair {
            type Value = Own<'static>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of an index and a value")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let idx = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                Ok(Own(idx, Cow::Owned(seq.next_element()?.unwrap_or(Varied::Own))))
            }
        }
        deserializer.deserialize_seq(Pair)
    }
}

impl<'de> Deserialize<'de> for Varied {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Varied;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Varied, E> {
                Ok(other(value.into()))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Varied, E> {
                Ok(other(value.into()))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Varied, E> {
                Ok(other(value.into()))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Varied, E> {
                Ok(other(value.into()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Varied, E> {
                Ok(Varied::Text(text.into()))
            }

            fn visit_unit<E: Error>(self) -> Result<Varied, E> {
                Ok(other(Value::Null))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Varied, A::Error> {
                Value::deserialize(SeqAccessDeserializer::new(seq)).map(other)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Varied, A::Error> {
                Value::deserialize(MapAccessDeserializer::new(map)).map(other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

fn other(value: Value) -> Varied {
    Varied::Other(value.into())
}
