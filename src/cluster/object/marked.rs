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

/// Where a template lies, and the namespace.
type Place = (usize, Arc<str>);

/// That template, and the one that followed.
type Done = (Arc<Template>, Arc<Template>);

impl Clone for Marked {
    fn clone(&self) -> Self {
        Self::default()
    }
}

fn place_of(pod: &Pod) -> Place {
    (Arc::as_ptr(pod.template()).addr(), pod.name.namespace.clone())
}

/// Whether no rule finds anything in the metadata of this Pod that it does not find in that of
/// another one of its template.
fn is_usual(pod: &Pod) -> bool {
    pod.has_usual_metadata() && dns_subdomain(&pod.name.name).is_empty()
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
        if (known.0, &known.1) != patch || !is_usual(pod) {
            return None;
        }
        done.get(&place_of(pod)).map(|(_, new)| new.clone())
    }

    /// Notes what a patch made of a Pod, where it does so with all of its template.
    pub(in crate::cluster) fn note_marked(
        &mut self,
        patch: (PatchType, &Value),
        old: &Pod,
        new: &Pod,
    ) {
        // One that names a version is meant for one Pod.
        if !patch.1["metadata"]["resourceVersion"].is_null() || !is_usual(old) || !is_usual(new) {
            return;
        }
        let marked = &mut self.marked;
        if (marked.patch.0, &marked.patch.1) != patch {
            *marked = Marked { patch: (patch.0, patch.1.clone()), ..Marked::default() };
        }
        marked.done.insert(place_of(old), (old.template().clone(), new.template().clone()));
    }

    /// Lets go of what was noted.
    pub(in crate::cluster) fn forget_marked(&mut self) {
        self.marked = Marked::default();
    }
}
