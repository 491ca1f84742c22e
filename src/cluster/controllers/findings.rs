//! What the controllers did not bring to an end, for the findings of a world.

use super::count;
use crate::cluster::{Cluster, Key, WorldFinding};

/// Tells each object that the controllers gave up, and each ReplicaSet that asks for more Pods
/// than a cluster has here.
pub(in crate::cluster) fn findings(cluster: &Cluster) -> Vec<WorldFinding> {
    let tell = |key: &Key, message| WorldFinding { object: key.to_string(), message };
    let mut findings: Vec<WorldFinding> = cluster
        .unsettled()
        .map(|key| {
            let message = "Its controllers change it without end. It is left as it is now.";
            tell(key, message.to_owned())
        })
        .collect();
    let is_full = cluster.pods.len() >= cluster.most_pods();
    let sets = cluster.others.iter().filter(|(key, _)| &*key.kind == "ReplicaSet");
    for (key, set) in sets {
        let wanted = count(set, "spec", "replicas");
        if wanted > cluster.room() || is_full {
            let n_pods = cluster.pods_of(key).len();
            if i64::try_from(n_pods).is_ok_and(|n| n < wanted) {
                let message =
                    format!("It asks for {wanted} Pods and gets {n_pods}: no more are made here.");
                findings.push(tell(key, message));
            }
        }
    }
    findings
}
