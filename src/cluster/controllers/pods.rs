//! What stands in for the scheduler and the kubelet, step by step: a new Pod is placed, then
//! its containers start. Where nobody watches, both happen when the Pod is put.

use crate::cluster::schedule::schedule;
use crate::cluster::{Cluster, Key, place};

impl Cluster {
    pub(super) fn sync_pod(&mut self, key: &Key) {
        let Some(pod) = self.pods.get(&key.name).cloned() else { return };
        if pod.phase() != "Pending" || pod.terminating() {
            return;
        }
        let before = pod.to_value();
        let mut object = before.clone();
        if pod.node.is_none() {
            // Where no node takes it, it stays where it is; a node that changes puts it again.
            schedule(self, &mut object);
        } else {
            place::run(self, &mut object);
        }
        if object != before {
            let _ = self.write(object);
        }
    }
}
