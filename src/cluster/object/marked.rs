//! What a patch of labels and annotations makes of Pods: found out once for each template.

use super::pod::Pod;
use super::template::{Template, Templates};
use crate::cluster::patch::PatchType;
use crate::validate::dns_subdomain;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What became of templates by the last such patch. A clone finds it out anew.
#[derive(Debug, Default)]
pub(super) struct Marked {
    patch: (PatchType, Value),
    done: HashMap<Place, Done>,
}

/// Where a template lies, the namespace, and which of what Pods have each for themselves in their
/// metadata a Pod has.
pub(in crate::cluster) type Place = (usize, Arc<str>, u8);

/// That template, and the one that followed.
type Done = (Arc<Template>, Arc<Template>);

impl Clone for Marked {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Pod {
    /// Where no rule finds anything in the metadata of a Pod that it does not find in that of
    /// another one of this place.
    pub(in crate::cluster) fn usual_place(&self) -> Option<Place> {
        let usual = self.usual_metadata()?;
        let is_fit = dns_subdomain(&self.name.name).is_empty();
        is_fit.then(|| (self.template_place(), self.name.namespace.clone(), usual))
    }
}

impl Templates {
    /// The template that the Pod has after a patch, where that was noted of another one of its
    /// template.
    pub(in crate::cluster) fn marked(
        &self,
        patch: (PatchType, &Value),
        pod: &Pod,
    ) -> Option<Arc<Template>> {
        let Marked { patch: known, done } = &self.marked;
        if done.is_empty() || (known.0, &known.1) != patch {
            return None;
        }
        done.get(&pod.usual_place()?).map(|(_, new)| new.clone())
    }

    /// Notes what a patch made of a Pod, where it does so with all of its template.
    pub(in crate::cluster) fn note_marked(
        &mut self,
        patch: (PatchType, &Value),
        old: &Pod,
        new: &Pod,
    ) {
        // One that names a version is meant for one Pod.
        let is_meant = !patch.1["metadata"]["resourceVersion"].is_null();
        let Some(place) = old.usual_place().filter(|_| !is_meant && new.is_given()) else {
            return;
        };
        let marked = &mut self.marked;
        if (marked.patch.0, &marked.patch.1) != patch {
            *marked = Marked { patch: (patch.0, patch.1.clone()), ..Marked::default() };
        }
        marked.done.insert(place, (old.template().clone(), new.template().clone()));
    }

    /// Lets go of what was noted.
    pub(in crate::cluster) fn forget_marked(&mut self) {
        self.marked = Marked::default();
    }
}
