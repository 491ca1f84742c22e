//! The DaemonSet controller (pkg/controller/daemon, v1.36): one Pod on each node that may
//! have it.

use super::history::Revision;
use crate::cluster::schedule::Wants;
use crate::cluster::shown::is_recorded_without_kubelet;
use crate::cluster::{Cluster, Key, Node, Pod, place};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const FROM: &str = "daemonset-controller";
const HASH: &str = "controller-revision-hash";
const GENERATION: &str = "pod-template-generation";
const TEMPLATES: &str = "deprecated.daemonset.template.generation";

impl Cluster {
    pub(super) fn sync_daemon_set(&mut self, key: &Key) {
        let Some((set, selector)) = self.maker(key) else { return };
        self.claim(key, &set, &selector, |_| true);
        let Some(revision) = self.revision_of(key, &set) else { return };
        let mut like_one = json!({"spec": set["spec"]["template"]["spec"]});
        tolerate(&mut like_one);
        let wants = Wants::read(&like_one["spec"]);
        let nodes = self.nodes.values().filter(|node| may_run(&wants, node));
        let wanted: Vec<Arc<str>> = nodes.map(|node| node.name.clone()).collect();
        self.change_daemons(key, &set, &revision, &wanted);
        let Some(set) = self.other(key) else { return };
        let status = self.daemon_status(key, &set, &revision, &wanted);
        self.truncate_history(key, &set, &[&revision.name]);
        self.write_status(&set, status);
    }

    /// The Pods of a set by their node.
    fn daemons(&self, key: &Key) -> BTreeMap<Arc<str>, Vec<Arc<Pod>>> {
        let mut daemons: BTreeMap<Arc<str>, Vec<Arc<Pod>>> = BTreeMap::new();
        for pod in self.owned_by(key, "Pod") {
            let Some(pod) = self.pods.get(&pod.name).filter(|pod| !pod.terminating()) else {
                continue;
            };
            let node = match &pod.node {
                Some(node) => node.clone(),
                None => meant_for(&pod.to_value()).unwrap_or_default().into(),
            };
            daemons.entry(node).or_default().push(pod.clone());
        }
        daemons
    }

    fn change_daemons(&mut self, key: &Key, set: &Value, revision: &Revision, wanted: &[Arc<str>]) {
        let daemons = self.daemons(key);
        let mut n_waiting = 0;
        for node in wanted {
            let pods = daemons.get(node).map_or(&[][..], Vec::as_slice);
            let over = pods.iter().filter(|pod| pod.is_over());
            over.for_each(|pod| self.drop_daemon(set, pod));
            let mut there = pods.iter().filter(|pod| !pod.is_over());
            match there.next() {
                None => {
                    n_waiting += 1;
                    if self.pods.len() >= self.most_pods()
                        || !self.make_daemon(key, set, revision, node)
                    {
                        return;
                    }
                }
                Some(first) => n_waiting += usize::from(!first.ready()),
            }
            there.for_each(|pod| self.drop_daemon(set, pod));
        }
        for (node, pods) in &daemons {
            if !wanted.contains(node) {
                pods.iter().for_each(|pod| self.drop_daemon(set, pod));
            }
        }
        if set["spec"]["updateStrategy"]["type"] == "OnDelete" {
            return;
        }
        // `rollingUpdate`: as many at once as may be unavailable; those that already are go
        // first.
        let most = &set["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"];
        let mut room = share(most, wanted.len()).max(1).saturating_sub(n_waiting);
        for node in wanted {
            let pods = daemons.get(node).map_or(&[][..], Vec::as_slice);
            for pod in pods.iter().filter(|pod| pod.labels().get(HASH) != Some(&revision.hash)) {
                if pod.is_over() || (pod.ready() && room == 0) {
                    continue;
                }
                room = room.saturating_sub(usize::from(pod.ready()));
                self.drop_daemon(set, pod);
            }
        }
    }

    fn drop_daemon(&mut self, set: &Value, pod: &Arc<Pod>) {
        let message = format!("Deleted pod: {}", pod.name.name);
        self.event(set, "Normal", "SuccessfulDelete", message, FROM);
        if place::has_kubelet(self, pod.node.as_deref()) && !pod.is_over() {
            let message = super::replica_set::killing(pod);
            self.pod_event(pod, "Normal", "Killing", message, "kubelet");
        }
        self.delete_object(&Key { kind: "Pod".into(), name: pod.name.clone() });
    }

    fn make_daemon(&mut self, key: &Key, set: &Value, revision: &Revision, node: &str) -> bool {
        let prefix: String = format!("{}-", key.name.name).chars().take(58).collect();
        let name = self.next_name(key, &prefix);
        let template = &set["spec"]["template"];
        let mut pod = self.pod_of(set, template, (&name, &prefix));
        let labels = &mut pod["metadata"]["labels"];
        labels[HASH] = revision.hash.as_str().into();
        let generation = set["metadata"]["annotations"][TEMPLATES].as_str().unwrap_or("1");
        labels[GENERATION] = generation.into();
        let field = json!({"key": "metadata.name", "operator": "In", "values": [node]});
        pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
            json!({"nodeSelectorTerms": [{"matchFields": [field]}]});
        tolerate(&mut pod);
        self.create_pod(set, pod, format!("Created pod: {name}"), FROM)
    }

    /// `updateDaemonSetStatus`.
    fn daemon_status(
        &self,
        key: &Key,
        set: &Value,
        revision: &Revision,
        wanted: &[Arc<str>],
    ) -> Value {
        let daemons = self.daemons(key);
        let firsts: Vec<&Arc<Pod>> =
            wanted.iter().filter_map(|node| daemons.get(node)?.first()).collect();
        let n_ready = firsts.iter().filter(|pod| pod.ready()).count();
        let updated = |pod: &&&Arc<Pod>| pod.labels().get(HASH) == Some(&revision.hash);
        let n_updated = firsts.iter().filter(updated).count();
        let n_elsewhere = daemons.keys().filter(|node| !wanted.contains(node)).count();
        let mut status = json!({
            "currentNumberScheduled": firsts.len(),
            "desiredNumberScheduled": wanted.len(),
            "numberMisscheduled": n_elsewhere,
            "numberReady": n_ready,
        });
        for (field, n) in [
            ("numberAvailable", n_ready),
            ("numberUnavailable", wanted.len() - n_ready),
            ("updatedNumberScheduled", n_updated),
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

/// A number, or a percentage of `all`, rounded up.
fn share(value: &Value, all: usize) -> usize {
    match value.as_str().and_then(|text| text.strip_suffix('%')?.parse::<usize>().ok()) {
        Some(percent) => (all * percent.min(100)).div_ceil(100),
        None => value.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0),
    }
}

/// `NodeShouldRunDaemonPod`: the scheduler would take it there.
fn may_run(wants: &Wants<'_>, node: &Node) -> bool {
    // What no kubelet ever reported has a taint that is shown only.
    let silent = json!({"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"});
    wants.refused_by(node).is_none()
        && (!is_recorded_without_kubelet(&node.value) || wants.tolerates(&silent))
}

/// The node that a set's Pod was made for, by its affinity.
fn meant_for(pod: &Value) -> Option<String> {
    let terms = pod.pointer("/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms")?;
    let field = terms.get(0)?.get("matchFields")?.get(0)?;
    field.get("values")?.get(0)?.as_str().map(str::to_owned)
}

/// `AddOrUpdateDaemonPodTolerations`.
fn tolerate(pod: &mut Value) {
    let spec = &pod["spec"];
    let mut tolerations = spec["tolerations"].as_array().cloned().unwrap_or_default();
    tolerations.extend(own_tolerations(spec));
    pod["spec"]["tolerations"] = tolerations.into();
}

fn own_tolerations(spec: &Value) -> Vec<Value> {
    let toleration = |effect: &str, name: &str| json!({"effect": effect, "key": format!("node.kubernetes.io/{name}"), "operator": "Exists"});
    let mut all = vec![
        toleration("NoExecute", "not-ready"),
        toleration("NoExecute", "unreachable"),
        toleration("NoSchedule", "disk-pressure"),
        toleration("NoSchedule", "memory-pressure"),
        toleration("NoSchedule", "pid-pressure"),
        toleration("NoSchedule", "unschedulable"),
    ];
    if spec["hostNetwork"] == true {
        all.push(toleration("NoSchedule", "network-unavailable"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_up() {
        assert_eq!(share(&json!("30%"), 4), 2);
        assert_eq!(share(&json!(3), 4), 3);
        assert_eq!(share(&json!("x"), 4), 0);
    }
}
