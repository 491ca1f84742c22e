//! What became of one Pod of a template becomes of the next one too: found out once, while the
//! controllers settle. A rollout makes thousands of Pods, and takes each through three forms.

use super::names::made_up_uid;
use crate::cluster::object::{Form, Node, Template};
use crate::cluster::place::{free_pod_ip, has_kubelet};
use crate::cluster::schedule::next_node;
use crate::cluster::{Cluster, Key, Name, Pod};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What was found out since the controllers began to settle; a clone finds it out anew.
#[derive(Debug, Default)]
pub(in crate::cluster) struct Alike {
    /// Whether they settle.
    is_on: bool,
    /// The last Pod that a ReplicaSet made. Its template and uid stay while they settle.
    made: HashMap<Key, Arc<Pod>>,
    /// By where a template lies.
    placed: HashMap<usize, Vec<Change>>,
    started: HashMap<usize, Vec<Change>>,
}

/// What a Pod of a template became on a node.
#[derive(Debug)]
struct Change {
    place: Place,
    /// Held, so that no other one lies where it does.
    _before: Arc<Template>,
    after: Arc<Template>,
}

/// What follows for a Pod of that template, on such a node.
fn after(known: &HashMap<usize, Vec<Change>>, pod: &Pod, place: &Place) -> Option<Arc<Template>> {
    let mut changes = known.get(&at(pod))?.iter();
    changes.find(|change| change.place == *place).map(|change| change.after.clone())
}

/// What a node adds to what its Pods share.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    region: Option<Arc<str>>,
    zone: Option<Arc<str>>,
    has_kubelet: bool,
}

impl Clone for Alike {
    fn clone(&self) -> Self {
        Self::default()
    }
}

fn at(pod: &Pod) -> usize {
    Arc::as_ptr(&pod.shared_template()).addr()
}

impl Cluster {
    /// Begins to find out what becomes of Pods, or lets go of it.
    pub(super) fn note_alike(&mut self, is_on: bool) {
        self.alike = Alike { is_on, ..Alike::default() };
    }

    fn place_of(&self, node: &Node) -> Place {
        let label = |key: &str| node.labels.get_shared(key).cloned();
        Place {
            region: label("topology.kubernetes.io/region"),
            zone: label("topology.kubernetes.io/zone"),
            has_kubelet: has_kubelet(self, Some(&node.name)),
        }
    }

    fn notes_alike(&self) -> bool {
        self.alike.is_on && self.stepwise && !self.is_reading
    }

    /// Makes a Pod as `set` made one before; whether it did.
    pub(super) fn make_again(
        &mut self,
        key: &Key,
        set: &Value,
        name: &str,
        from: &'static str,
    ) -> bool {
        let Some(pod) = self.alike.made.get(key).cloned() else { return false };
        let (namespace, message) = (&pod.name.namespace, format!("Created pod: {name}"));
        let uid = made_up_uid(&format!("Pod/{namespace}/{name}/{}", self.revision));
        let name = Name { namespace: namespace.clone(), name: name.into() };
        self.event(set, "Normal", "SuccessfulCreate", message, from);
        let pod = pod.made_again(name, uid, self.revision + 1);
        self.put_form(pod);
        true
    }

    /// Notes what `set` made last.
    pub(super) fn note_made(&mut self, set: &Key, name: &str) {
        if let Some(pod) = self.pods.find(&set.name.namespace, name)
            && self.notes_alike()
            && pod.form() == Some(Form::Made)
        {
            self.alike.made.insert(set.clone(), pod.clone());
        }
    }

    /// Takes a Pod to its next form, as another one of its template came to it before; whether it
    /// did.
    pub(super) fn go_on(&mut self, pod: &Arc<Pod>) -> bool {
        if !self.notes_alike() {
            return false;
        }
        match pod.form() {
            Some(Form::Made) => self.place_again(pod),
            Some(Form::Placed) => self.start_again(pod),
            _ => false,
        }
    }

    fn place_again(&mut self, pod: &Arc<Pod>) -> bool {
        // Where that was never noted, it is looked for in the usual way.
        if !self.alike.placed.contains_key(&at(pod)) {
            return false;
        }
        let n_placed = self.n_placed;
        let Some(node) = next_node(self, pod.part("spec")) else { return false };
        let place = self.place_of(&node);
        let Some(template) = after(&self.alike.placed, pod, &place) else {
            self.n_placed = n_placed;
            return false;
        };
        let placed = pod.placed(&template, &node.name, self.revision + 1);
        if place.has_kubelet {
            let Name { namespace, name } = &pod.name;
            let message = format!("Successfully assigned {namespace}/{name} to {}", node.name);
            self.pod_event(pod, "Normal", "Scheduled", message, "default-scheduler");
        }
        self.put_form(placed);
        true
    }

    fn start_again(&mut self, pod: &Arc<Pod>) -> bool {
        let Some(node) = pod.node.as_deref().and_then(|node| self.node(node)).cloned() else {
            return false;
        };
        let place = self.place_of(&node);
        let Some(template) = after(&self.alike.started, pod, &place) else { return false };
        let (Some(ip), Some(host)) = (free_pod_ip(self, &node.pod_cidrs), node.ip()) else {
            return false;
        };
        let settings = self.settings.clone();
        let running = pod.running(&template, (ip, host, &settings.now), self.revision + 1);
        if place.has_kubelet {
            let containers = pod.part("spec")["containers"].as_array();
            for container in containers.into_iter().flatten() {
                let text = |field: &str| container[field].as_str().unwrap_or_default();
                self.say_started(
                    |cluster, reason, message| {
                        cluster.pod_event(pod, "Normal", reason, message, "kubelet");
                    },
                    text("image"),
                    text("name"),
                );
            }
            self.started.push(pod.name.clone());
        }
        self.put_form(running);
        true
    }

    /// Notes what became of a Pod that went on in the usual way.
    pub(super) fn note_gone_on(&mut self, before: &Arc<Pod>) {
        let Some(after) = self.pods.get(&before.name).filter(|_| self.notes_alike()) else {
            return;
        };
        // What waits, or fails a probe, says so itself.
        if after.form() == Some(Form::Running) && !after.ready() {
            return;
        }
        let Some(node) = after.node.as_deref().and_then(|node| self.node(node)) else { return };
        let forms = (before.form(), after.form(), after.host_network());
        let change = Change {
            place: self.place_of(node),
            _before: before.shared_template(),
            after: after.shared_template(),
        };
        let known = match forms {
            (Some(Form::Made), Some(Form::Placed), _) => &mut self.alike.placed,
            (Some(Form::Placed), Some(Form::Running), false) => &mut self.alike.started,
            _ => return,
        };
        known.entry(at(before)).or_default().push(change);
    }

    fn put_form(&mut self, pod: Pod) {
        let key = Key { kind: "Pod".into(), name: pod.name.clone() };
        // It was read before.
        let _ = self.noted(&key, |cluster| {
            cluster.insert_pod(pod);
            Ok(())
        });
    }
}
