//! The ReplicaSet controller (pkg/controller/replicaset/replica_set.go, v1.36): as many Pods
//! as it asks for, orphans that fit its selector among them.

use super::{adopted, count, is_going, is_sound};
use crate::cluster::object::At;
use crate::cluster::{Cluster, Key, Name, Pod, Selector, place};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const FROM: &str = "replicaset-controller";

/// As many as a large cluster of ours has; many ReplicaSets must not fill the memory either.
const MOST_PODS: usize = 50_000;

impl Cluster {
    pub(super) fn sync_replica_set(&mut self, key: &Key) {
        let Some(set) = self.other(key).filter(|set| !is_going(set)) else { return };
        let Some(selector) = selector_of(&set) else { return };
        self.claim(key, &set, &selector, |_| true);
        let wanted = count(&set, "spec", "replicas").min(self.room());
        let pods = self.pods_of(key);
        let n_pods = pods.len() as i64;
        if n_pods < wanted {
            for _ in n_pods..wanted {
                // As the server's does, it stops at the first that is refused.
                if self.pods.len() >= self.most_pods() || !self.make_pod(key, &set) {
                    break;
                }
            }
        } else if n_pods > wanted {
            let surplus = usize::try_from(n_pods - wanted).unwrap_or(0);
            for pod in in_order_of_deletion(pods).into_iter().take(surplus) {
                let name = &pod.name.name;
                self.event(
                    &set,
                    "Normal",
                    "SuccessfulDelete",
                    format!("Deleted pod: {name}"),
                    FROM,
                );
                if place::has_kubelet(self, pod.node.as_deref()) {
                    self.pod_event(&pod, "Normal", "Killing", killing(&pod), "kubelet");
                }
                self.delete_object(&Key { kind: "Pod".into(), name: pod.name.clone() });
            }
        }
        let Some(set) = self.other(key) else { return };
        let status = self.replica_set_status(key, &set);
        self.write_status(&set, status);
    }

    /// The most Pods that one ReplicaSet makes here: what the nodes could hold, 110 each as
    /// the kubelet allows, and not so many that a typing error fills the memory.
    pub(super) fn room(&self) -> i64 {
        i64::try_from(self.nodes.len() * 110).unwrap_or(i64::MAX).max(500)
    }

    /// The most Pods in a cluster to which ReplicaSets still add some.
    pub(super) fn most_pods(&self) -> usize {
        (self.nodes.len() * 110).max(MOST_PODS)
    }

    /// The Pods that `owner` controls and that are neither over nor going.
    pub(super) fn pods_of(&self, owner: &Key) -> Vec<Arc<Pod>> {
        let keys = self.owned_by(owner, "Pod");
        keys.iter()
            .filter_map(|key| self.pods.get(&key.name))
            .filter(|pod| !pod.is_over() && !pod.terminating())
            .cloned()
            .collect()
    }

    /// What stands at `key` to make Pods of its template, and what selects them; none where it
    /// is going, or would not select what it made.
    pub(super) fn maker(&self, key: &Key) -> Option<(Arc<Value>, Selector)> {
        let maker = self.other(key).filter(|object| !is_going(object))?;
        let labels = &maker["spec"]["template"]["metadata"]["labels"];
        let selector = selector_of(&maker).filter(|s| s.matches_json(labels))?;
        is_sound(&maker).then_some((maker, selector))
    }

    /// Lets go of Pods that `owner` controls and that its selector does not match any more, and
    /// takes those that nobody controls, that it matches and that fit (`ClaimPods`,
    /// pkg/controller/controller_ref_manager.go).
    pub(super) fn claim(
        &mut self,
        owner: &Key,
        set: &Value,
        selector: &Selector,
        fits: impl Fn(&Pod) -> bool,
    ) {
        self.release(owner, selector);
        for pod in self.orphans(&owner.name, selector).iter().filter(|pod| fits(pod)) {
            let _ = self.write(adopted(&pod.to_value(), set));
        }
    }

    pub(super) fn release(&mut self, owner: &Key, selector: &Selector) {
        for pod in self.pods_of(owner).iter().filter(|pod| !selector.matches(pod.labels())) {
            let mut object = pod.to_value();
            let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else {
                continue;
            };
            if let Some(owners) = metadata.get_mut("ownerReferences").and_then(Value::as_array_mut)
            {
                owners.retain(|reference| reference["controller"] != true);
                if owners.is_empty() {
                    metadata.shift_remove("ownerReferences");
                }
            }
            let _ = self.write(object);
        }
    }

    /// Pods that nobody controls and that fit.
    fn orphans(&self, set: &Name, selector: &Selector) -> Vec<Arc<Pod>> {
        let fits = |pod: &&Arc<Pod>| pod.is_free() && selector.matches(pod.labels());
        // The rarest of the selector's pairs leaves the fewest sets of labels to look at; and
        // where thousands of ReplicaSets have one selector, all of their Pods are taken.
        let pairs = selector.pairs();
        let groups = pairs.map(|(key, value)| self.groups_with(&set.namespace, key, value));
        match groups.min_by_key(|groups| groups.len()) {
            Some(groups) => groups
                .iter()
                .filter(|labels| selector.matches(labels))
                .filter_map(|labels| self.groups.get(&(set.namespace.clone(), labels.clone())))
                .filter(|group| group.n_free > 0)
                .flat_map(|group| group.names.iter())
                .filter_map(|name| self.pod(&set.namespace, name))
                .filter(fits)
                .cloned()
                .collect(),
            None => {
                self.pods.within(&set.namespace).map(|(_, pod)| pod).filter(fits).cloned().collect()
            }
        }
    }

    /// False where the Pod is refused.
    fn make_pod(&mut self, key: &Key, set: &Arc<Value>) -> bool {
        let prefix: String = format!("{}-", key.name.name).chars().take(58).collect();
        let name = self.next_name(key, &prefix);
        if self.make_again(key, set, &name, FROM) {
            return true;
        }
        let pod = self.pod_of(set, &set["spec"]["template"], (&name, &prefix));
        let is_made = self.create_pod(set, pod, format!("Created pod: {name}"), FROM);
        self.note_made(key, &name);
        is_made
    }

    /// `calculateStatus`, pkg/controller/replicaset/replica_set_utils.go, v1.36.
    fn replica_set_status(&self, key: &Key, set: &Value) -> Value {
        let pods = self.pods_of(key);
        let template = &set["spec"]["template"]["metadata"]["labels"];
        let is_labelled = |pod: &&Arc<Pod>| {
            let labels = template.as_object().into_iter().flatten();
            labels.into_iter().all(|(key, value)| pod.labels().get(key) == value.as_str())
        };
        let n_ready = pods.iter().filter(|pod| pod.ready()).count();
        let is_going = |key: &Key| self.pods.get(&key.name).is_some_and(|pod| pod.terminating());
        let n_going = self.owned_by(key, "Pod").iter().filter(|key| is_going(key)).count();
        let mut status = json!({"replicas": pods.len(), "terminatingReplicas": n_going});
        for (field, n) in [
            ("fullyLabeledReplicas", pods.iter().filter(is_labelled).count()),
            ("readyReplicas", n_ready),
            ("availableReplicas", n_ready),
        ] {
            if n > 0 {
                status[field] = n.into();
            }
        }
        if let Some(generation) = set["metadata"]["generation"].as_i64() {
            status["observedGeneration"] = generation.into();
        }
        status
    }
}

pub(super) fn killing(pod: &Pod) -> String {
    let name = pod.part("spec")["containers"][0]["name"].as_str().unwrap_or("");
    format!("Stopping container {name}")
}

/// The selector of a workload; none where it selects all, or cannot be read.
pub(in crate::cluster) fn selector_of(object: &Value) -> Option<Selector> {
    let root = At::root(object);
    let selector = Selector::read(&root.field("spec").field("selector")).ok()??;
    // One that selects all is refused by the server, and passed over by the controllers.
    (!selector.is_empty()).then_some(selector)
}

/// `ActivePodsWithRanks`, pkg/controller/controller_utils.go, v1.36: unplaced ones first,
/// then those that are not ready, those on the fullest node, the newest.
fn in_order_of_deletion(pods: Vec<Arc<Pod>>) -> Vec<Arc<Pod>> {
    let mut on_node: BTreeMap<Option<Arc<str>>, usize> = BTreeMap::new();
    for pod in &pods {
        *on_node.entry(pod.node.clone()).or_default() += 1;
    }
    let mut ranked: Vec<_> = pods
        .into_iter()
        .map(|pod| {
            let rank = on_node.get(&pod.node).copied().unwrap_or(0);
            let is_running = pod.phase() == "Running";
            let newest = std::cmp::Reverse(pod.version());
            ((pod.node.is_some(), is_running, pod.ready(), std::cmp::Reverse(rank), newest), pod)
        })
        .collect();
    crate::source::sort::sort_by(&mut ranked, |(a, x), (b, y)| {
        a.cmp(b).then_with(|| x.name.cmp(&y.name))
    });
    ranked.into_iter().map(|(_, pod)| pod).collect()
}
