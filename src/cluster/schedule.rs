//! What stands in for the scheduler: a Pod goes to the nodes that take it, in turn. Resources
//! and preferences are not weighed.
//!
//! Filters and words of kube-scheduler's NodeUnschedulable, TaintToleration and NodeAffinity
//! (pkg/scheduler/framework/plugins, v1.36).

use super::object::{At, Node, Pod};
use super::place::has_kubelet;
use super::{Cluster, Key, Labels};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a node does not take a Pod.
const UNSCHEDULABLE: &str = "node(s) were unschedulable";
const TAINTED: &str = "node(s) had untolerated taint(s)";
const NOT_SELECTED: &str = "node(s) didn't match Pod's node affinity/selector";

/// Gives a Pod without a node one that takes it; false where there is none, and then the Pod's
/// condition and an event say why.
pub(super) fn schedule(cluster: &mut Cluster, pod: &mut Value) -> bool {
    if !pod["spec"].is_object() {
        return false;
    }
    let Some(node) = next_node(cluster, &pod["spec"]) else {
        say_why(cluster, pod);
        return false;
    };
    pod["spec"]["nodeName"] = (*node.name).into();
    if let Some(conditions) = pod.pointer_mut("/status/conditions").and_then(Value::as_array_mut) {
        conditions.retain(|condition| condition["type"] != "PodScheduled");
    }
    if cluster.stepwise && !cluster.is_reading {
        say_placed(cluster, pod);
    }
    copy_place(pod, &node);
    if has_kubelet(cluster, Some(&node.name)) {
        let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
        let (namespace, own) = (text("namespace"), text("name"));
        let message = format!("Successfully assigned {namespace}/{own} to {}", node.name);
        cluster.event(pod, "Normal", "Scheduled", message, "default-scheduler");
    }
    true
}

/// Sets the condition PodScheduled to True, as binding does (pkg/registry/core/pod/storage).
fn say_placed(cluster: &Cluster, pod: &mut Value) {
    let now = cluster.settings().now.clone();
    let Some(status) = pod.get_mut("status").and_then(Value::as_object_mut) else { return };
    let conditions = status.entry("conditions").or_insert(Value::Null);
    if conditions.is_null() {
        *conditions = json!([]);
    }
    if let Some(conditions) = conditions.as_array_mut() {
        conditions.push(json!({
            "lastProbeTime": null, "lastTransitionTime": now, "status": "True",
            "type": "PodScheduled",
        }));
    }
}

/// Copies the node's place to the labels of a Pod that is bound to it, or made for it
/// (plugin/pkg/admission/podtopologylabels, v1.36).
pub(super) fn copy_place(pod: &mut Value, node: &Node) {
    for key in ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"] {
        let metadata = pod.get_mut("metadata").and_then(Value::as_object_mut);
        if let (Some(value), Some(metadata)) = (node.labels.get(key), metadata)
            && let Some(labels) =
                metadata.entry("labels").or_insert_with(|| json!({})).as_object_mut()
        {
            labels.entry(key).or_insert_with(|| value.into());
        }
    }
}

/// The next of the ready nodes in turn, by name, that takes a Pod of this spec.
pub(super) fn next_node(cluster: &mut Cluster, spec: &Value) -> Option<Arc<Node>> {
    let ready = match &cluster.ready_nodes {
        Some(ready) => ready.clone(),
        None => {
            let ready = cluster.nodes.values().filter(|node| node.ready).cloned().collect();
            cluster.ready_nodes.insert(ready).clone()
        }
    };
    let wants = Wants::read(spec);
    let first = cluster.n_placed % ready.len().max(1);
    let (before, after) = ready.split_at_checked(first)?;
    let mut in_turn = after.iter().chain(before).enumerate();
    let (skipped, node) = in_turn.find(|(_, node)| wants.refused_by(node).is_none())?;
    cluster.n_placed += skipped + 1;
    Some(node.clone())
}

/// Deletes the Pods on a node that do not tolerate its NoExecute taints, as the taint eviction
/// controller does (pkg/controller/tainteviction, v1.36). `tolerationSeconds` are not waited for.
pub(super) fn evict(cluster: &mut Cluster, node: &Node) {
    let taints = node.value["spec"]["taints"].as_array().into_iter().flatten();
    let taints: Vec<&Value> = taints.filter(|taint| taint["effect"] == "NoExecute").collect();
    if taints.is_empty() {
        return;
    }
    let here = |pod: &&Arc<Pod>| pod.node.as_deref() == Some(&*node.name) && !pod.is_over();
    let pods: Vec<Arc<Pod>> = cluster.pods.values().filter(here).cloned().collect();
    for pod in pods {
        let object = pod.to_value();
        let wants = Wants::read(&object["spec"]);
        if taints.iter().all(|taint| wants.tolerates(taint)) {
            continue;
        }
        let (namespace, own) = (&pod.name.namespace, &pod.name.name);
        let message = format!("Marking for deletion Pod {namespace}/{own}");
        cluster.event(
            &object,
            "Normal",
            "TaintManagerEviction",
            message,
            "taint-eviction-controller",
        );
        cluster.delete_object(&Key { kind: "Pod".into(), name: pod.name.clone() });
    }
}

/// Sets the condition PodScheduled to False and says an event, once for each reason, where
/// somebody watches step by step.
fn say_why(cluster: &mut Cluster, pod: &mut Value) {
    if cluster.is_reading || !cluster.stepwise {
        return;
    }
    let message = why(cluster, pod);
    let now = cluster.settings().now.clone();
    let Some(status) = pod.get_mut("status").and_then(Value::as_object_mut) else { return };
    let conditions = status.entry("conditions").or_insert(Value::Null);
    if conditions.is_null() {
        *conditions = json!([]);
    }
    let Some(conditions) = conditions.as_array_mut() else { return };
    if conditions.iter().any(|one| one["type"] == "PodScheduled" && one["message"] == *message) {
        return;
    }
    conditions.retain(|condition| condition["type"] != "PodScheduled");
    conditions.push(json!({
        "lastProbeTime": null, "lastTransitionTime": now, "message": message,
        "reason": "Unschedulable", "status": "False", "type": "PodScheduled",
    }));
    cluster.event(pod, "Warning", "FailedScheduling", message, "default-scheduler");
}

/// `FitError.Error` (pkg/scheduler/framework/types.go, v1.36): how many nodes refuse for which
/// reason, in the order of the texts.
fn why(cluster: &Cluster, pod: &Value) -> String {
    let wants = Wants::read(&pod["spec"]);
    let mut reasons = BTreeMap::<&str, usize>::new();
    for node in cluster.nodes.values() {
        // The node controller taints what is not ready, and selectors are asked last.
        let reason = wants.refused_by(node).filter(|reason| node.ready || *reason != NOT_SELECTED);
        *reasons.entry(reason.unwrap_or(TAINTED)).or_default() += 1;
    }
    let n_nodes = cluster.nodes.len();
    if n_nodes == 0 {
        return "no nodes available to schedule pods".to_owned();
    }
    let mut reasons: Vec<String> =
        reasons.into_iter().map(|(reason, n)| format!("{n} {reason}")).collect();
    reasons.sort();
    format!(
        "0/{n_nodes} nodes are available: {}. no new claims to deallocate, preemption: \
         0/{n_nodes} nodes are available: {n_nodes} Preemption is not helpful for scheduling.",
        reasons.join(", ")
    )
}

/// What a Pod asks of its node.
pub(super) struct Wants<'a> {
    selector: &'a Value,
    /// `nodeSelectorTerms`, one of which must hold.
    terms: Option<&'a Vec<Value>>,
    tolerations: &'a Value,
}

impl<'a> Wants<'a> {
    pub(super) fn read(spec: &'a Value) -> Self {
        let required =
            &spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
        Self {
            selector: &spec["nodeSelector"],
            terms: required["nodeSelectorTerms"].as_array(),
            tolerations: &spec["tolerations"],
        }
    }

    /// Why the node does not take the Pod; none where it does.
    pub(super) fn refused_by(&self, node: &Node) -> Option<&'static str> {
        let spec = &node.value["spec"];
        if spec["unschedulable"] == true
            && !self.tolerates(&json!({
                "key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule",
            }))
        {
            return Some(UNSCHEDULABLE);
        }
        let bars =
            |taint: &&Value| matches!(taint["effect"].as_str(), Some("NoSchedule" | "NoExecute"));
        let mut taints = spec["taints"].as_array().into_iter().flatten().filter(bars);
        if taints.any(|taint| !self.tolerates(taint)) {
            return Some(TAINTED);
        }
        (!self.selects(node)).then_some(NOT_SELECTED)
    }

    /// `ToleratesTaint` (k8s.io/component-helpers/scheduling/corev1, v1.36).
    pub(super) fn tolerates(&self, taint: &Value) -> bool {
        let text = |value: &'a Value, field: &str| value[field].as_str().unwrap_or_default();
        self.tolerations.as_array().into_iter().flatten().any(|toleration| {
            let (effect, key) = (text(toleration, "effect"), text(toleration, "key"));
            let same_value =
                text(toleration, "value") == taint["value"].as_str().unwrap_or_default();
            (effect.is_empty() || taint["effect"] == effect)
                && (key.is_empty() || taint["key"] == key)
                && match text(toleration, "operator") {
                    "Exists" => true,
                    "" | "Equal" => same_value,
                    _ => false,
                }
        })
    }

    /// `RequiredNodeAffinity.Match` (k8s.io/component-helpers/scheduling/corev1, v1.36).
    fn selects(&self, node: &Node) -> bool {
        let mut pairs = self.selector.as_object().into_iter().flatten();
        pairs.all(|(key, value)| node.labels.get(key) == value.as_str())
            && self.terms.is_none_or(|terms| terms.iter().any(|term| selects(term, node)))
    }
}

/// Whether a term of a node affinity selects the node; an empty one selects none.
fn selects(term: &Value, node: &Node) -> bool {
    let list = |field: &str| term[field].as_array().filter(|list| !list.is_empty());
    let (labels, fields) = (list("matchExpressions"), list("matchFields"));
    if labels.is_none() && fields.is_none() {
        return false;
    }
    let name = Labels::read(&At::root(&json!({"metadata.name": *node.name})));
    let holds = |all: Option<&Vec<Value>>, of: &Labels| {
        all.into_iter().flatten().all(|requirement| requires(requirement, of))
    };
    holds(labels, &node.labels) && name.is_ok_and(|name| holds(fields, &name))
}

/// One requirement of a term (`NodeSelectorRequirement`).
fn requires(requirement: &Value, labels: &Labels) -> bool {
    let held = requirement["key"].as_str().and_then(|key| labels.get(key));
    let values = requirement["values"].as_array().map_or(&[][..], Vec::as_slice);
    let number = |text: &str| text.parse::<i64>().ok();
    let compared = || {
        let wanted = values.first().and_then(Value::as_str).and_then(number)?;
        Some(held.and_then(number)?.cmp(&wanted))
    };
    match requirement["operator"].as_str() {
        Some("In") => held.is_some_and(|held| values.iter().any(|value| *value == held)),
        Some("NotIn") => held.is_none_or(|held| values.iter().all(|value| *value != held)),
        Some("Exists") => held.is_some(),
        Some("DoesNotExist") => held.is_none(),
        Some("Gt") => compared().is_some_and(std::cmp::Ordering::is_gt),
        Some("Lt") => compared().is_some_and(std::cmp::Ordering::is_lt),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::cluster::Cluster;
    use serde_json::{Value, json};

    /// A control plane with its taint, a cordoned node, one of disks, one that is not ready.
    fn cluster() -> Cluster {
        let (mut cluster, findings) = Cluster::from_world(
            "objects:\n\
             - {kind: Node, metadata: {name: control}, spec: {taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]}}\n\
             - {kind: Node, metadata: {name: cordoned}, spec: {unschedulable: true}}\n\
             - {kind: Node, metadata: {name: disks, labels: {disk: ssd, gen: '3'}}, spec: {taints: [{key: soft, effect: PreferNoSchedule}]}}\n\
             - {kind: Node, metadata: {name: down}, status: {conditions: [{type: Ready, status: 'False'}]}}\n",
        )
        .unwrap();
        assert_eq!(findings, []);
        cluster.set_stepwise(true);
        cluster
    }

    /// Where a Pod of this spec goes, or what its condition says.
    fn goes(cluster: &mut Cluster, mut spec: Value) -> String {
        spec["containers"] = json!([{"name": "c", "image": "nginx"}]);
        cluster
            .put(
                json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}),
            )
            .unwrap();
        while cluster.step() {
            cluster.advance(1);
        }
        let pod = cluster.delete("pod", "", "p").unwrap();
        match pod["spec"]["nodeName"].as_str() {
            Some(node) => format!("{node} {}", pod["status"]["phase"].as_str().unwrap()),
            None => pod["status"]["conditions"][0]["message"].as_str().unwrap().to_owned(),
        }
    }

    #[test]
    fn a_pod_goes_to_a_node_whose_taints_it_tolerates_and_that_it_selects() {
        let mut cluster = cluster();
        let mut goes = |spec| goes(&mut cluster, spec);
        assert_eq!(goes(json!({})), "disks Running");
        assert_eq!(goes(json!({})), "disks Running");
        let everything = json!({"tolerations": [{"operator": "Exists"}]});
        let all: Vec<String> = (0..3).map(|_| goes(everything.clone())).collect();
        assert_eq!(all, ["control Running", "cordoned Running", "disks Running"]);
        let master =
            json!({"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"});
        assert_eq!(goes(json!({"tolerations": [master]})), "control Running");
        assert_eq!(goes(json!({"nodeSelector": {"disk": "ssd"}})), "disks Running");
        let required = |requirement: Value| {
            json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
                {"nodeSelectorTerms": [{}, {"matchExpressions": [requirement]}]}}}})
        };
        let refused = "0/4 nodes are available: 1 node(s) didn't match Pod's node \
             affinity/selector, 1 node(s) were unschedulable, 2 node(s) had untolerated taint(s). \
             no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is \
             not helpful for scheduling.";
        for (requirement, is_met) in [
            (json!({"key": "disk", "operator": "In", "values": ["hdd", "ssd"]}), true),
            (json!({"key": "disk", "operator": "In", "values": ["hdd"]}), false),
            (json!({"key": "disk", "operator": "NotIn", "values": ["ssd"]}), false),
            (json!({"key": "cpu", "operator": "NotIn", "values": ["arm"]}), true),
            (json!({"key": "disk", "operator": "Exists"}), true),
            (json!({"key": "disk", "operator": "DoesNotExist"}), false),
            (json!({"key": "gen", "operator": "Gt", "values": ["2"]}), true),
            (json!({"key": "gen", "operator": "Lt", "values": ["3"]}), false),
        ] {
            let said = if is_met { "disks Running" } else { refused };
            assert_eq!(goes(required(requirement.clone())), said, "{requirement}");
        }
    }

    #[test]
    fn a_taint_of_no_execute_takes_away_the_pods_that_do_not_tolerate_it() {
        let mut cluster = cluster();
        for (name, tolerations) in [("stays", json!([{"operator": "Exists"}])), ("goes", json!([]))]
        {
            cluster
                .put(json!({
                    "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
                    "spec": {"nodeName": "disks", "tolerations": tolerations,
                             "containers": [{"name": "c"}]},
                }))
                .unwrap();
        }
        cluster.settle();
        let mut node = cluster.get("node", "", "disks").unwrap();
        node["spec"]["taints"] = json!([{"key": "broken", "effect": "NoExecute"}]);
        cluster.put(node).unwrap();
        cluster.settle();
        let left: Vec<String> = cluster.pods().map(|pod| pod.name.to_string()).collect();
        assert_eq!(left, ["stays"]);
        let said: Vec<String> = cluster.events().map(|event| event.message.clone()).collect();
        assert_eq!(
            said.iter().filter(|said| said.starts_with("Marking")).collect::<Vec<_>>(),
            ["Marking for deletion Pod default/goes"]
        );
    }

    #[test]
    fn a_pod_that_waits_says_so_once_and_goes_as_soon_as_a_node_takes_it() {
        let mut cluster = cluster();
        cluster
            .put(json!({
                "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
                "spec": {"nodeSelector": {"disk": "nvme"}, "containers": [{"name": "c"}]},
            }))
            .unwrap();
        cluster.settle();
        let mut node = cluster.get("node", "", "disks").unwrap();
        for disk in ["hdd", "nvme"] {
            node["metadata"]["labels"]["disk"] = disk.into();
            cluster.put(node.clone()).unwrap();
            while cluster.step() {
                cluster.advance(1);
            }
        }
        let pod = cluster.get("pod", "", "p").unwrap();
        assert_eq!(
            (&pod["spec"]["nodeName"], &pod["status"]["phase"]),
            (&json!("disks"), &json!("Running"))
        );
        let scheduled = pod["status"]["conditions"].as_array().unwrap().iter();
        let scheduled: Vec<&Value> = scheduled
            .filter(|one| one["type"] == "PodScheduled")
            .map(|one| &one["status"])
            .collect();
        assert_eq!(scheduled, ["True"]);
        let reasons: Vec<String> = cluster.events().map(|event| event.reason.to_string()).collect();
        assert_eq!(reasons[..2], ["FailedScheduling", "Scheduled"]);
    }
}
