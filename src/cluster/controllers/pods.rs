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
        if self.go_on(&pod) {
            return;
        }
        let mut object = pod.to_value();
        let is_changed = if pod.node.is_some() {
            let before = object["status"].clone();
            place::run(self, &mut object);
            object["status"] != before
        } else {
            // Where no node takes it, it says so, and stays where it is; a node that changes
            // puts it again.
            let before = object["status"].clone();
            schedule(self, &mut object) || object["status"] != before
        };
        if is_changed && self.write(object).is_ok() {
            self.note_gone_on(&pod);
        }
    }
}
