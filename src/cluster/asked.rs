//! What admission looks up for a new Pod: its priority class and its account
//! (plugin/pkg/admission/{priority,serviceaccount}, v1.36).

use super::Cluster;
use crate::manifest::go::Quoted;
use serde_json::Value;

/// The server's own priority classes, which are there without being made.
pub(super) const CLASSES: [(&str, i64, &str); 2] = [
    (
        "system-cluster-critical",
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
    (
        "system-node-critical",
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
];

/// A Pod's account must be there, and its priority is that of its class. The answer is what
/// stands behind `is forbidden: `.
pub(super) fn ask(cluster: &Cluster, pod: &mut Value) -> Result<(), String> {
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or("default");
    let spec = &pod["spec"];
    let account = spec["serviceAccountName"].as_str().filter(|name| !name.is_empty());
    if let Some(name) = account.filter(|name| *name != "default")
        && cluster.get("ServiceAccount", namespace, name).is_none()
    {
        let quoted = Quoted(name);
        return Err(format!(
            "error looking up service account {namespace}/{name}: serviceaccount {quoted:?} not found"
        ));
    }
    let class = spec["priorityClassName"].as_str().filter(|name| !name.is_empty());
    let found = match class {
        Some(name) => {
            let missing = || format!("no PriorityClass with name {name} was found");
            Some(cluster.get("PriorityClass", "", name).ok_or_else(missing)?)
        }
        None => {
            let all = cluster.list("PriorityClass", None).into_iter();
            all.filter(|class| class["globalDefault"] == true)
                .min_by_key(|class| class["value"].as_i64().unwrap_or(0))
        }
    };
    let priority = found.as_ref().and_then(|class| class["value"].as_i64()).unwrap_or(0);
    if let Some(given) = spec["priority"].as_i64().filter(|given| *given != priority) {
        return Err(format!(
            "the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name"
        ));
    }
    let Some(class) = found else { return Ok(()) };
    let Some(spec) = pod.get_mut("spec").and_then(Value::as_object_mut) else { return Ok(()) };
    spec.insert("priorityClassName".to_owned(), class["metadata"]["name"].clone());
    spec.insert("priority".to_owned(), priority.into());
    let policy = class["preemptionPolicy"].as_str().unwrap_or("PreemptLowerPriority");
    spec.insert("preemptionPolicy".to_owned(), policy.into());
    Ok(())
}
