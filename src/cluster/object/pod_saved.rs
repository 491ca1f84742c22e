//! Pods as a saved world holds them: what they share stands there once, and of each what is its
//! own. Thousands are read as quickly as a few.

use super::Ips;
use super::pod::{Pod, Varied};
use super::pod_json::{Json, Parts, VARY};
use super::template::{Template, Templates};
use crate::cluster::Name;
use crate::cluster::save::Text;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::mem::take;

use std::net::IpAddr;
use std::sync::Arc;

/// Pods to be written, or as they were read.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::cluster) struct SavedPods<Part, Pods> {
    /// Parts of the templates' JSON, and what several Pods may have of their own that is no text.
    parts: Vec<Part>,
    /// Of each template top, metadata, spec and status, by their places among the parts.
    templates: Vec<[usize; 4]>,
    pods: Pods,
}

/// As they were read at once.
pub(in crate::cluster) type PodsAtOnce<'p> = SavedPods<Value, Vec<SavedPod<'p>>>;

impl Default for PodsAtOnce<'_> {
    fn default() -> Self {
        Self { parts: Vec::new(), templates: Vec::new(), pods: Vec::new() }
    }
}

/// A Pod's template, namespace, name, node, addresses, and what else is its own.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::cluster) struct SavedPod<'p>(
    usize,
    #[serde(borrow)] Text<'p>,
    #[serde(borrow)] Text<'p>,
    #[serde(borrow)] Option<Text<'p>>,
    Vec<IpAddr>,
    #[serde(borrow)] Vec<Own<'p>>,
);

/// An index, and what varies there.
#[derive(Debug)]
struct Own<'p>(u8, SavedVaried<'p>);

/// What varies.
#[derive(Debug)]
enum SavedVaried<'p> {
    /// The Pod's own fields say it: nothing more is written.
    Own,
    Text(Cow<'p, str>),
    /// The place of a part, behind null.
    Part(usize),
    /// Once it stood here.
    Other(Value),
}

/// Pods to be written, each taken apart as it is written.
struct Apart<'p, P> {
    pods: P,
    template_at: HashMap<Parts, usize>,
    other_at: HashMap<&'p Value, usize>,
}

impl<'p> SavedPods<&'p Value, ()> {
    /// What Pods share, and they themselves: `pods` gives them, each time the same.
    pub(in crate::cluster) fn of<I: Iterator<Item = &'p Arc<Pod>>>(
        pods: impl Fn() -> I,
    ) -> impl Serialize {
        let (mut parts, mut templates) = (Vec::new(), Vec::new());
        let mut part_at: HashMap<usize, usize> = HashMap::new();
        let mut template_at: HashMap<Parts, usize> = HashMap::new();
        let mut other_at: HashMap<&Value, usize> = HashMap::new();
        for pod in pods() {
            let json = pod.json();
            template_at.entry(json.parts()).or_insert_with(|| {
                let places = json.all().map(|(place, part)| {
                    *part_at.entry(place).or_insert_with(|| {
                        parts.push(part);
                        parts.len() - 1
                    })
                });
                templates.push(places);
                templates.len() - 1
            });
            for (_, varied) in pod.vary() {
                if let Varied::Other(value) = varied {
                    other_at.entry(value).or_insert_with(|| {
                        parts.push(value);
                        parts.len() - 1
                    });
                }
            }
        }
        SavedPods { parts, templates, pods: Apart { pods, template_at, other_at } }
    }
}

impl<'p, I: Iterator<Item = &'p Arc<Pod>>, P: Fn() -> I> Serialize for Apart<'p, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.pods)().map(|pod| {
            let own = pod.vary().iter().map(|(idx, varied)| {
                let varied = match varied {
                    Varied::Own => SavedVaried::Own,
                    Varied::Text(text) => SavedVaried::Text(Cow::Borrowed(text)),
                    // Each is there.
                    Varied::Other(value) => {
                        SavedVaried::Part(self.other_at.get(&**value).copied().unwrap_or_default())
                    }
                };
                Own(*idx, varied)
            });
            let Name { namespace, name } = &pod.name;
            SavedPod(
                self.template_at.get(&pod.json().parts()).copied().unwrap_or_default(),
                (&**namespace).into(),
                (&**name).into(),
                pod.node.as_deref().map(Text::from),
                pod.ips.to_vec(),
                own.collect(),
            )
        }))
    }
}

impl Templates {
    /// The Pods that were saved; none where what is there fits no Pods.
    pub(in crate::cluster) fn restored(&mut self, saved: PodsAtOnce<'_>) -> Option<Vec<Pod>> {
        let mut restorer = Restorer::new(self, saved.parts, saved.templates)?;
        saved.pods.into_iter().map(|pod| restorer.pod(pod)).collect()
    }

    /// As [`Self::restored`], each shown as it is read: thousands are not held twice.
    pub(in crate::cluster) fn read_saved<'de, D: Deserializer<'de>>(
        &mut self,
        from: D,
        see: &mut dyn FnMut(Pod),
    ) -> Result<(), D::Error> {
        from.deserialize_map(Restoring { shared: self, see })
    }
}

/// What Pods that were saved are made with.
struct Restorer {
    parts: Vec<Arc<Value>>,
    templates: Vec<Arc<Template>>,
    /// Namespaces and nodes are few, and their names shared.
    texts: HashMap<String, Arc<str>>,
    /// So are texts that the Pod before has as well: times, addresses of nodes.
    last: [Option<Arc<str>>; VARY.len() + 1],
}

impl Restorer {
    fn new(shared: &mut Templates, parts: Vec<Value>, places: Vec<[usize; 4]>) -> Option<Self> {
        let parts: Vec<Arc<Value>> =
            parts.into_iter().map(|part| shared.share_part(part)).collect();
        // Templates that differ in their metadata alone are read once.
        let mut alike: HashMap<[usize; 3], Arc<Template>> = HashMap::new();
        let mut templates = Vec::with_capacity(places.len());
        for places in places {
            let [top, metadata, spec, status] = places.map(|at| parts.get(at).cloned());
            let json = Json::of(top?, [metadata?, spec?, status?]);
            let [top, _, spec, status] = json.parts();
            let template = match alike.get(&[top, spec, status]) {
                Some(template) => shared.share_with_json(template, json),
                None => shared.share(json.to_value()),
            };
            let template = template.ok()?;
            alike.entry([top, spec, status]).or_insert_with(|| template.clone());
            templates.push(template);
        }
        Some(Self { parts, templates, texts: HashMap::new(), last: Default::default() })
    }

    fn pod(&mut self, saved: SavedPod<'_>) -> Option<Pod> {
        let SavedPod(template, namespace, name, node, ips, own) = saved;
        let template = self.templates.get(template)?.clone();
        let name = Name { namespace: self.shared(&namespace), name: (*name.0).into() };
        let node = node.map(|node| self.shared(&node));
        let own: Option<Box<[_]>> = own.into_iter().map(|own| self.varied(own)).collect();
        Some(Pod::of((name, node, Ips::from(ips)), template, own?))
    }

    fn shared(&mut self, text: &Text<'_>) -> Arc<str> {
        if let Some(known) = self.texts.get(&*text.0) {
            return known.clone();
        }
        let new: Arc<str> = (*text.0).into();
        self.texts.insert(text.0.to_string(), new.clone());
        new
    }

    fn varied(&mut self, Own(idx, varied): Own<'_>) -> Option<(u8, Varied)> {
        let varied = match varied {
            SavedVaried::Own => Varied::Own,
            SavedVaried::Text(text) => match self.last.get_mut(usize::from(idx)) {
                Some(Some(known)) if **known == *text => Varied::Text(known.clone()),
                slot => {
                    let new: Arc<str> = (*text).into();
                    if let Some(slot) = slot {
                        *slot = Some(new.clone());
                    }
                    Varied::Text(new)
                }
            },
            SavedVaried::Part(at) => Varied::Other(self.parts.get(at)?.clone()),
            SavedVaried::Other(value) => Varied::Other(value.into()),
        };
        Some((idx, varied))
    }
}

/// Reads [`SavedPods`], and shows the Pods.
struct Restoring<'r> {
    shared: &'r mut Templates,
    see: &'r mut dyn FnMut(Pod),
}

impl<'de> Visitor<'de> for Restoring<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pods and what they share")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let unread = || A::Error::custom(PODS_UNREAD);
        let mut parts = None;
        let mut templates = None;
        // Where they do not come last they wait.
        let mut waiting: Option<Vec<SavedPod<'de>>> = None;
        let mut has_pods = false;
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "parts" => parts = Some(map.next_value::<Vec<Value>>()?),
                "templates" => templates = Some(map.next_value::<Vec<[usize; 4]>>()?),
                "pods" => {
                    has_pods = true;
                    let (Some(parts), Some(places)) = (&mut parts, &mut templates) else {
                        waiting = Some(map.next_value()?);
                        continue;
                    };
                    let (parts, places) = (take(parts), take(places));
                    let mut restorer =
                        Restorer::new(self.shared, parts, places).ok_or_else(unread)?;
                    let see = &mut *self.see;
                    map.next_value_seed(Each(&mut |pod| {
                        restorer.pod(pod).map(&mut *see).ok_or(PODS_UNREAD)
                    }))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if !has_pods {
            return Err(A::Error::missing_field("pods"));
        }
        let Some(pods) = waiting else { return Ok(()) };
        let parts = parts.ok_or_else(|| A::Error::missing_field("parts"))?;
        let templates = templates.ok_or_else(|| A::Error::missing_field("templates"))?;
        let restored = self.shared.restored(SavedPods { parts, templates, pods });
        restored.ok_or_else(unread)?.into_iter().for_each(self.see);
        Ok(())
    }
}

/// Why Pods are none.
pub(in crate::cluster) const PODS_UNREAD: &str = "its Pods cannot be read";

/// Shows each Pod of a list as it was saved.
struct Each<'s, 'p>(&'s mut dyn FnMut(SavedPod<'p>) -> Result<(), &'static str>);

impl<'de> DeserializeSeed<'de> for Each<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Each<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of Pods")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(pod) = seq.next_element()? {
            (self.0)(pod).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

impl Serialize for Own<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.1 {
            SavedVaried::Own => [self.0].serialize(serializer),
            SavedVaried::Text(text) => (self.0, text).serialize(serializer),
            SavedVaried::Part(at) => (self.0, (), at).serialize(serializer),
            SavedVaried::Other(value) => (self.0, value).serialize(serializer),
        }
    }
}

impl<'de: 'p, 'p> Deserialize<'de> for Own<'p> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Few;
        impl<'de> Visitor<'de> for Few {
            type Value = Own<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of an index and a value")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let idx = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let varied = seq.next_element()?.unwrap_or(SavedVaried::Own);
                let is_null = matches!(varied, SavedVaried::Other(Value::Null));
                let part = if is_null { seq.next_element()? } else { None };
                Ok(Own(idx, part.map_or(varied, SavedVaried::Part)))
            }
        }
        deserializer.deserialize_seq(Few)
    }
}

impl<'de: 'p, 'p> Deserialize<'de> for SavedVaried<'p> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = SavedVaried<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(SavedVaried::Other(value.into()))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(SavedVaried::Other(value.into()))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(SavedVaried::Other(value.into()))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                Ok(SavedVaried::Other(value.into()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(SavedVaried::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(SavedVaried::Text(Cow::Borrowed(text)))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(SavedVaried::Other(Value::Null))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                Value::deserialize(SeqAccessDeserializer::new(seq)).map(SavedVaried::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Value::deserialize(MapAccessDeserializer::new(map)).map(SavedVaried::Other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}
