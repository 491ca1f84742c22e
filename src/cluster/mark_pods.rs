//! Labels and annotations of very many Pods: what comes of them is found out once for each
//! template, in two halves, and Pods that nothing follows from are put back together.

use super::admit::{How, internal, sort_fields};
use super::admit_change::judge_head;
use super::admit_convert::convert;
use super::object::Place;
use super::patch::{PatchType, merged, patch_leniently};
use super::patch_head::is_of_marks;
use super::watch::{ChangeKind, Held, MAX_CHANGES};
use super::{Cluster, Key, Pod};
use crate::manifest::kinds::Kind;
use crate::source::halves;
use crate::validate::{ApiError, Issue};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What the server says of a change: what it warns of, or why it refuses it.
pub type Answer = Result<Vec<Issue>, Box<ApiError>>;

/// A Pod as it becomes, where it becomes another, and what is warned of.
type Marked = Result<(Option<Pod>, Vec<Issue>), Box<ApiError>>;

/// What comes of a Pod's metadata: the new one, where it is another, and warnings.
pub(super) type Marks = Result<(Option<Value>, Vec<Issue>), Box<ApiError>>;

/// Patches labels and annotations of Pods that are there, as [`super::patch_leniently`] patches
/// one after the other: what it warns of, or refuses, of each.
pub fn mark_pods(
    cluster: &mut Cluster,
    kind: &Kind,
    pods: &[Arc<Pod>],
    patch: (PatchType, &Value),
) -> Vec<Answer> {
    let is_fit = cluster.stepwise && is_of_marks(patch);
    let mut judged = match is_fit {
        true => cluster.judge_first_of_each(kind, pods, patch),
        false => HashMap::new(),
    };
    let mut moves = Moves::default();
    let mut results = Vec::with_capacity(pods.len());
    for pod in pods {
        let version = cluster.revision() + moves.pods.len() as u64 + 1;
        let known = judged.remove(&Arc::as_ptr(pod).addr());
        let marked = match is_fit && cluster.stays_as_it_is(pod) {
            true => cluster.marked(kind, pod, patch, version, known),
            false => None,
        };
        results.push(match marked {
            Some(Err(error)) => Err(error),
            Some(Ok((None, warnings))) => Ok(warnings),
            Some(Ok((Some(new), warnings))) => {
                if moves.fits(cluster, pod, &new) {
                    moves.pods.push((pod.clone(), new));
                } else {
                    cluster.swap_pods(std::mem::take(&mut moves.pods));
                    cluster.put_read_pod(new);
                }
                Ok(warnings)
            }
            None => {
                cluster.swap_pods(std::mem::take(&mut moves.pods));
                let place = (&*pod.name.namespace, &*pod.name.name);
                let how = How { dry_run: false, heads: true };
                patch_leniently(cluster, kind, place, patch, Some(&mut Vec::new()), how)
                    .map(|accepted| accepted.warnings)
            }
        });
    }
    cluster.swap_pods(moves.pods);
    results
}

/// Pods that take the places of others, from which nothing follows for Services.
#[derive(Default)]
struct Moves {
    pods: Vec<(Arc<Pod>, Pod)>,
    /// Whether nothing follows, by the templates of both and the namespace.
    known: HashMap<(usize, usize, Arc<str>), bool>,
}

impl Moves {
    fn fits(&mut self, cluster: &Cluster, old: &Arc<Pod>, new: &Pod) -> bool {
        let key = (old.template_place(), new.template_place(), old.name.namespace.clone());
        *self
            .known
            .entry(key)
            .or_insert_with(|| cluster.services_changed_by(Some(old), new).is_empty())
    }
}

impl Cluster {
    /// What comes of the first Pod of each template, by where it lies.
    fn judge_first_of_each(
        &self,
        kind: &Kind,
        pods: &[Arc<Pod>],
        patch: (PatchType, &Value),
    ) -> HashMap<usize, Option<Marks>> {
        if !halves::are_many(pods.len()) {
            return HashMap::new();
        }
        let mut seen: HashSet<Place> = HashSet::new();
        let is_first = |pod: &&Arc<Pod>| pod.usual_place().is_none_or(|place| seen.insert(place));
        let first: Vec<&Arc<Pod>> = pods.iter().filter(is_first).collect();
        let judged =
            halves::map(first, |pod| (Arc::as_ptr(pod).addr(), self.judge_marks(kind, pod, patch)));
        judged.into_iter().collect()
    }

    /// What comes of a Pod's metadata; none where all rules have to be asked.
    fn judge_marks(&self, kind: &Kind, pod: &Pod, patch: (PatchType, &Value)) -> Option<Marks> {
        let live = self.head_of(pod);
        let (merged, _) = merged(kind.kind, live.clone(), patch).ok()?;
        let object = convert(kind.schema(), merged).ok()?;
        Some(judge_head(kind, &pod.name.name, (object, live)).map(|(accepted, is_same)| {
            let mut accepted = accepted;
            let metadata = accepted.object["metadata"].take();
            ((!is_same).then_some(metadata), accepted.warnings)
        }))
    }

    /// The Pod as a patch of its marks makes it at a version, where that makes it another, and
    /// what is warned of; none where all rules have to be asked.
    pub(super) fn marked(
        &mut self,
        kind: &Kind,
        pod: &Arc<Pod>,
        patch: (PatchType, &Value),
        version: u64,
        known: Option<Option<Marks>>,
    ) -> Option<Marked> {
        if let Some(template) = self.templates.marked(patch, pod) {
            let is_same = pod.is_of(&template) && pod.is_given();
            let new = (!is_same).then(|| pod.with_template(template, version, &self.began));
            return Some(Ok((new, Vec::new())));
        }
        let judged = known.unwrap_or_else(|| self.judge_marks(kind, pod, patch))?;
        let (metadata, warnings) = match judged {
            Err(error) => return Some(Err(error)),
            Ok((None, warnings)) => {
                if warnings.is_empty() && pod.is_given() {
                    self.templates.note_marked(patch, pod, pod);
                }
                return Some(Ok((None, warnings)));
            }
            Ok((Some(metadata), warnings)) => (metadata, warnings),
        };
        let mut metadata = metadata;
        metadata["resourceVersion"] = version.to_string().into();
        sort_fields(&mut metadata);
        let new = match pod.with_metadata(metadata, &mut self.templates) {
            Ok(new) => new,
            Err(error) => return Some(Err(internal(error))),
        };
        if warnings.is_empty() {
            self.templates.note_marked(patch, pod, &new);
        }
        Some(Ok((Some(new), warnings)))
    }

    /// Puts Pods in the places of others that differ in their metadata alone, one version after
    /// the other; nothing follows from it for Services.
    fn swap_pods(&mut self, moves: Vec<(Arc<Pod>, Pod)>) {
        let mut groups: Vec<Vec<(Arc<Pod>, Arc<Pod>)>> = Vec::new();
        let mut known: HashMap<(usize, usize, Arc<str>), usize> = HashMap::new();
        let n_dropped = moves.len().saturating_sub(MAX_CHANGES);
        for (at, (old, new)) in moves.into_iter().enumerate() {
            self.revision += 1;
            let new = Arc::new(new);
            self.addresses.replace_pod(Some(&old), &new);
            self.pods.insert(new.name.clone(), new.clone());
            let is_waiting = new.phase() == "Pending";
            if is_waiting || at >= n_dropped {
                let key = Key { kind: "Pod".into(), name: new.name.clone() };
                if is_waiting {
                    self.enqueue(key.clone());
                }
                if at >= n_dropped {
                    let held = Held::Pod(new.clone());
                    self.note(self.revision, ChangeKind::Modified, key, Some(held));
                }
            }
            if at + 1 == n_dropped {
                self.forget_changes();
            }
            let key = (old.template_place(), new.template_place(), old.name.namespace.clone());
            let group = *known.entry(key).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(group) {
                group.push((old, new));
            }
        }
        let is_other = |moved: &&(Arc<Pod>, Arc<Pod>)| moved.0.labels() != moved.1.labels();
        // No labels are both left and joined: with the patch once more they would be the same.
        self.leave_groups(groups.iter().flatten().filter(is_other).map(|(old, _)| old));
        for group in &groups {
            group.iter().filter(is_other).for_each(|(_, new)| self.join_group(new));
            self.look_after(group);
        }
        self.trim_templates();
    }

    /// Has the controllers look at those that Pods of one template belong to.
    fn look_after(&mut self, moved: &[(Arc<Pod>, Arc<Pod>)]) {
        let Some((_, new)) = moved.first() else { return };
        match new.controller() {
            Some(owner) => self.enqueue_owner(&owner),
            None => self.enqueue_adopters("ReplicaSet", &new.name.namespace, new.labels()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Which;
    use crate::manifest::kinds;
    use proptest::prelude::*;
    use serde_json::json;

    const WORLD: &str = "objects:
- {kind: Node, metadata: {name: node1}}
- {kind: Namespace, metadata: {name: other}}
- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {app: a}, ports: [{port: 80}]}}
- {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {selector: {x: '1'}, ports: [{port: 80}]}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 4, selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: c, image: nginx}]}}}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: e}, spec: {replicas: 3, selector: {matchLabels: {app: e}}, template: {metadata: {labels: {app: e, y: '1'}}, spec: {containers: [{name: c, image: nginx}]}}}}
- {apiVersion: v1, kind: Pod, metadata: {name: given, uid: own, resourceVersion: '9', labels: {app: a}}, spec: {containers: [{name: c, image: nginx}]}}
";

    fn world() -> Cluster {
        let bare = (0..9).map(|n| {
            let namespace = ["default", "other"][n % 2];
            let waits = if n % 4 == 3 { "nodeSelector: {no: node}, " } else { "" };
            format!(
                "- {{apiVersion: v1, kind: Pod, metadata: {{name: b{n}, namespace: {namespace}, labels: {{app: a}}}}, spec: {{{waits}containers: [{{name: c, image: nginx}}]}}}}\n"
            )
        });
        let world = format!("{WORLD}{}", bare.collect::<String>());
        let (mut cluster, _) = Cluster::from_world(&world).unwrap();
        cluster.set_stepwise(true);
        cluster
    }

    fn patches() -> impl Strategy<Value = Value> {
        let mark = prop_oneof![
            Just(json!("1")),
            Just(json!("2")),
            Just(json!("d")),
            Just(json!("not a label")),
            Just(Value::Null),
        ];
        let field = prop::sample::select(vec!["labels", "labels", "annotations"]);
        let key = prop::sample::select(vec!["app", "x", "y", "z", "pod-template-hash", "bad key"]);
        (field, key, mark)
            .prop_map(|(field, key, mark)| json!({"metadata": {(field): {(key): mark}}}))
    }

    /// All that may follow: objects, what controllers have to do, what a watch tells, and the
    /// labels that Pods are found by.
    fn seen(cluster: &Cluster, since: u64) -> Vec<String> {
        let mut seen = vec![
            cluster.revision().to_string(),
            format!("{:?}", cluster.queue.iter().collect::<Vec<_>>()),
        ];
        let changes = cluster.changes_since(since).unwrap();
        seen.extend(changes.map(|change| format!("{:?} {}", change.key, change.object())));
        for kind in ["Pod", "ReplicaSet", "EndpointSlice", "Endpoints"] {
            cluster.each(kind, Which::default(), &mut |object| seen.push(object.to_string()));
        }
        for service in cluster.services() {
            seen.push(format!("{:?}", cluster.endpoints(&service.name)));
            let selected = cluster.selected_pods(service);
            seen.extend(selected.iter().map(|pod| format!("{} {pod:?}", service.name)));
        }
        seen
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]
        #[test]
        fn pods_marked_together_are_as_those_that_are_patched_one_by_one(
            steps in prop::collection::vec((patches(), any::<u32>(), any::<bool>()), 1..6),
        ) {
            let kind = kinds::find("", "v1", "Pod").unwrap();
            let mut together = world();
            let (mut alone, since) = (together.clone(), together.revision());
            for (patch, which, settles) in &steps {
                let pods: Vec<Arc<Pod>> = together
                    .pods()
                    .enumerate()
                    .filter(|(at, _)| which >> (at % 32) & 1 == 1)
                    .map(|(_, pod)| pod.clone())
                    .collect();
                let patch = (PatchType::Merge, patch);
                let ours = mark_pods(&mut together, kind, &pods, patch);
                let theirs: Vec<Answer> = pods
                    .iter()
                    .map(|pod| {
                        let place = (&*pod.name.namespace, &*pod.name.name);
                        let how = How { dry_run: false, heads: false };
                        patch_leniently(&mut alone, kind, place, patch, None, how)
                            .map(|accepted| accepted.warnings)
                    })
                    .collect();
                prop_assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
                prop_assert_eq!(seen(&together, since), seen(&alone, since));
                if *settles {
                    together.settle();
                    alone.settle();
                    prop_assert_eq!(seen(&together, since), seen(&alone, since));
                }
            }
        }
    }
}
