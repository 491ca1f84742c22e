//! Patches of labels and annotations alone. Where the rules took the rest of a Pod before, it
//! is not looked at again: there may be very many Pods.

use super::admit::How;
use super::admit_change::change_head;
use super::admit_convert::convert;
use super::patch::{PatchType, merged};
use super::place::free_pod_ip;
use super::store::key_of;
use super::{Cluster, Key, Pod};
use crate::manifest::kinds::Kind;
use crate::validate::{Accepted, ApiError};
use serde_json::{Value, json};

/// Whether a patch sets or takes away labels and annotations, and does nothing else.
pub(super) fn is_of_marks((patch_type, patch): (PatchType, &Value)) -> bool {
    let is_mark = |(key, value): (&String, &Value)| {
        !key.starts_with('$') && (value.is_string() || value.is_null())
    };
    let is_fit = |(field, value): (&String, &Value)| match field.as_str() {
        "labels" | "annotations" => {
            value.as_object().is_some_and(|marks| marks.iter().all(is_mark))
        }
        "resourceVersion" => value.is_string(),
        _ => false,
    };
    let is_metadata = |(field, value): (&String, &Value)| {
        field == "metadata" && value.as_object().is_some_and(|fields| fields.iter().all(is_fit))
    };
    patch_type != PatchType::Json
        && patch.as_object().is_some_and(|fields| fields.iter().all(is_metadata))
}

/// As [`super::patch_leniently`], where only a Pod's labels and annotations are looked at: none
/// where more must be. Of the object that comes of it only kind, version and metadata are told.
/// What comes of a patch is found out once for all Pods of a template, where no more than heads
/// are to be told.
pub(super) fn patch_head(
    cluster: &mut Cluster,
    kind: &Kind,
    (namespace, name): (&str, &str),
    patch: (PatchType, &Value),
    how: How,
) -> Option<Result<Accepted, Box<ApiError>>> {
    if kind.kind != "Pod" || !kind.group.is_empty() || !is_of_marks(patch) {
        return None;
    }
    let key = key_of("Pod", namespace, name);
    let pod = cluster.pods.get(&key.name)?.clone();
    if !cluster.stays_as_it_is(&pod) {
        return None;
    }
    if how.heads && !how.dry_run {
        let version = cluster.revision() + 1;
        let (new, warnings) = match cluster.marked(kind, &pod, patch, version, None)? {
            Ok(done) => done,
            Err(error) => return Some(Err(error)),
        };
        if let Some(new) = new {
            cluster.put_read_pod(new);
        }
        return cluster.head(&key).map(|object| Ok(Accepted { warnings, ..object.into() }));
    }
    let live = cluster.head_of(&pod);
    let (merged, _) = merged(kind.kind, live.clone(), patch).ok()?;
    let object = convert(kind.schema(), merged).ok()?;
    Some(change_head(cluster, kind, &pod, (object, live), how.dry_run))
}

impl Cluster {
    /// Kind, version and metadata of a Pod, as the API server shows them.
    pub(super) fn head_of(&self, pod: &Pod) -> Value {
        let mut head = pod.head();
        self.fill_in("Pod", &mut head);
        head
    }

    /// Kind, version, namespace and name of an object that is there.
    pub(super) fn head(&self, key: &Key) -> Option<Value> {
        let named = |api_version: &Value| {
            let mut metadata = json!({"name": &*key.name.name});
            if !key.name.namespace.is_empty() {
                metadata["namespace"] = (*key.name.namespace).into();
            }
            json!({"apiVersion": api_version, "kind": &*key.kind, "metadata": metadata})
        };
        match &*key.kind {
            "Pod" => self.pods.get(&key.name).map(|pod| named(&pod.top()["apiVersion"])),
            _ => self.look_at(key).map(|object| named(&object["apiVersion"])),
        }
    }

    /// What [`patch_head`] gives, with all of the object.
    pub(super) fn with_body(
        &self,
        kind: &Kind,
        (namespace, name): (&str, &str),
        mut accepted: Accepted,
    ) -> Accepted {
        if let Some(mut object) = self.get(kind.kind, namespace, name) {
            object["metadata"] = accepted.object["metadata"].take();
            accepted.object = object;
        }
        accepted
    }

    /// Whether neither rules nor kubelet find anything to say or to do where a Pod is put again
    /// with other marks.
    pub(super) fn stays_as_it_is(&mut self, pod: &Pod) -> bool {
        let is_settled = match pod.phase() {
            "Running" if pod.node.is_some() => pod.ip().is_some() || self.has_no_address_for(pod),
            "Pending" => self.stepwise,
            _ => false,
        };
        is_settled && self.templates.is_sound(pod)
    }

    /// Whether its node has no address left for a Pod.
    fn has_no_address_for(&mut self, pod: &Pod) -> bool {
        let node = pod.node.as_deref().and_then(|name| self.node(name)).cloned();
        !pod.host_network() && node.is_some_and(|node| free_pod_ip(self, &node.pod_cidrs).is_none())
    }

    /// Notes what a change that went through all rules left as it was.
    pub(super) fn note_unchanged(&mut self, before: &Pod, name: &super::Name) {
        if let Some(pod) = self.pods.get(name)
            && pod.differs_in_metadata_only(before)
        {
            let pod = pod.clone();
            self.templates.note_sound(&pod);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::patch_leniently;
    use crate::manifest::kinds;
    use proptest::prelude::*;

    fn world() -> Cluster {
        let (mut cluster, _) = Cluster::from_world(
            "objects:\n\
             - {kind: Node, metadata: {name: node1}}\n\
             - {kind: Pod, metadata: {name: p0, labels: {a: x}}, spec: {containers: [{name: c, image: nginx}]}}\n\
             - {kind: Pod, metadata: {name: p1, annotations: {b: y}}, spec: {containers: [{name: c, image: nginx}]}}\n\
             - {kind: Pod, metadata: {name: p2}, spec: {nodeName: 'Odd!', containers: [{name: c, image: nginx}]}}\n\
             - {kind: Pod, metadata: {name: p3, odd: true}, spec: {containers: [{name: 'C C'}]}}\n\
             - {kind: Pod, metadata: {name: p4}, status: {phase: Succeeded}, spec: {containers: [{name: c}]}}\n\
             - {kind: Node, metadata: {name: node2}, spec: {podCIDR: 10.9.0.0/30}}\n\
             - {kind: Pod, metadata: {name: p7}, spec: {nodeName: node2, containers: [{name: c, image: nginx}]}}\n\
             - {kind: Pod, metadata: {name: p8}, spec: {nodeName: node2, containers: [{name: c, image: nginx}]}}\n",
        )
        .unwrap();
        cluster.set_stepwise(true);
        for name in ["p5", "p6"] {
            cluster.put(json!({
                "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"a": "z"}},
                "spec": {"nodeSelector": {"no": "node"}, "containers": [{"name": "c", "image": "nginx"}]},
            })).unwrap();
        }
        cluster.settle();
        cluster
    }

    fn marks() -> impl Strategy<Value = Value> {
        let key = prop::sample::select(vec!["a", "b", "x.y/z", "odd key", "$patch", ""]);
        let value = prop_oneof![
            4 => prop::sample::select(vec!["x", "y", "", "odd value!"]).prop_map(Value::from),
            2 => Just(Value::Null),
            1 => Just(json!(1)),
        ];
        prop::collection::btree_map(key, value, 0..3).prop_map(|marks| json!(marks))
    }

    fn patch() -> impl Strategy<Value = (PatchType, Value)> {
        let version = prop::sample::select(vec!["", "1", "2", "7", "none"]);
        (marks(), marks(), version, 0..8u8, any::<bool>()).prop_map(
            |(labels, annotations, version, fields, merges)| {
                let mut metadata = json!({});
                if fields & 1 == 1 {
                    metadata["labels"] = labels;
                }
                if fields & 2 == 2 {
                    metadata["annotations"] = annotations;
                }
                if fields == 4 {
                    metadata["resourceVersion"] = version.into();
                }
                let patch = match fields {
                    7 => json!({"metadata": metadata, "spec": {"hostname": "h"}}),
                    _ => json!({"metadata": metadata}),
                };
                (if merges { PatchType::Merge } else { PatchType::Strategic }, patch)
            },
        )
    }

    proptest! {
        #[test]
        fn marks_come_out_as_if_all_rules_were_asked(
            steps in prop::collection::vec((0..9u8, patch(), any::<bool>()), 1..12),
            heads: bool,
        ) {
            let kind = kinds::find("", "v1", "Pod").unwrap();
            let (mut quick, mut thorough) = (world(), world());
            for (n, (patch_type, patch), dry_run) in steps {
                let name = format!("p{n}");
                // Whose rules are asked anew each time.
                thorough.templates.forget_sound();
                let [ours, theirs] = [&mut quick, &mut thorough].map(|cluster| {
                    let place = ("default", &*name);
                    let mut unknown = Vec::new();
                    let patch = (patch_type, &patch);
                    let how = How { dry_run, heads };
                    let done =
                        patch_leniently(cluster, kind, place, patch, Some(&mut unknown), how);
                    cluster.settle();
                    let done = done.map(|accepted| match heads {
                        true => (accepted.object["metadata"]["name"].clone(), accepted.warnings),
                        false => (accepted.object, accepted.warnings),
                    });
                    (format!("{done:?}"), unknown)
                });
                prop_assert_eq!(ours, theirs);
                prop_assert_eq!(quick.revision(), thorough.revision());
                prop_assert_eq!(quick.list("Pod", None), thorough.list("Pod", None));
            }
        }
    }
}
