//! Pods as a saved world holds them: what they share stands there once, and of each what is its
//! own. Thousands are read as quickly as a few.

use super::pod::{Pod, Varied};
use super::pod_json::{Json, Parts};
use super::template::{Template, Templates};
use crate::cluster::Name;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Pods to be written.
#[derive(Debug, Default, Serialize)]
pub(in crate::cluster) struct SavedPods<'p> {
    /// Parts of the templates' JSON.
    parts: Vec<&'p Value>,
    /// Of each template top, metadata, spec and status, by their places among the parts.
    templates: Vec<[usize; 4]>,
    /// Of each Pod its template, namespace, name, node, addresses, and what else is its own.
    pods: Vec<Value>,
}

impl<'p> SavedPods<'p> {
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
            let ips = pod.ips.iter().map(ToString::to_string).collect::<Vec<_>>();
            let own = pod.vary().iter().map(|(idx, varied)| match varied {
                Varied::Own => json!([idx]),
                Varied::Text(text) => json!([idx, text]),
                Varied::Other(value) => json!([idx, value]),
            });
            let own = own.collect::<Vec<_>>();
            let Name { namespace, name } = &pod.name;
            saved.pods.push(json!([template, namespace, name, pod.node, ips, own]));
        }
        saved
    }
}

impl Templates {
    /// The Pods that `saved` holds; none where it does not hold what [`SavedPods`] writes.
    pub(in crate::cluster) fn restored(&mut self, saved: &mut Value) -> Option<Vec<Pod>> {
        let mut list = |field: &str| match saved.get_mut(field).map(Value::take) {
            Some(Value::Array(items)) => Some(items),
            _ => None,
        };
        let parts: Vec<Arc<Value>> =
            list("parts")?.into_iter().map(|part| self.share_part(part)).collect();
        // Templates that differ in their metadata alone are read once.
        let mut alike: HashMap<[usize; 3], Arc<Template>> = HashMap::new();
        let mut templates = Vec::new();
        for places in list("templates")? {
            let at = |n: usize| parts.get(usize::try_from(places[n].as_u64()?).ok()?).cloned();
            let json = Json::of(at(0)?, [at(1)?, at(2)?, at(3)?]);
            let [top, _, spec, status] = json.parts();
            let template = match alike.get(&[top, spec, status]) {
                Some(template) => self.share_with_json(template, json),
                None => self.share(json.to_value()),
            };
            let template = template.ok()?;
            alike.entry([top, spec, status]).or_insert_with(|| template.clone());
            templates.push(template);
        }
        list("pods")?.into_iter().map(|pod| Pod::restored(pod, &templates)).collect()
    }
}

impl Pod {
    fn restored(mut saved: Value, templates: &[Arc<Template>]) -> Option<Self> {
        let template = templates.get(usize::try_from(saved[0].as_u64()?).ok()?)?.clone();
        let name = Name::new(saved[1].as_str()?, saved[2].as_str()?);
        let node = saved[3].as_str().map(Arc::from);
        let ips = saved[4].as_array()?.iter().map(|ip| ip.as_str()?.parse().ok());
        let ips: Vec<_> = ips.collect::<Option<_>>()?;
        let own = saved[5].as_array_mut()?.iter_mut().map(|own| {
            let idx = u8::try_from(own[0].as_u64()?).ok()?;
            Some((
                idx,
                match own.get_mut(1).map(Value::take) {
                    None => Varied::Own,
                    Some(Value::String(text)) => Varied::Text(text.into()),
                    Some(other) => Varied::Other(Box::new(other)),
                },
            ))
        });
        let own: Vec<_> = own.collect::<Option<_>>()?;
        Some(Self::of((name, node, ips.into()), template, own.into()))
    }
}
