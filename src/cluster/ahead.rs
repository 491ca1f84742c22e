//! What comes of a change before its turn: where very many objects are changed by one command, it
//! is found out for two of them at a time, and then done one after the other.

use super::admit::{Born, How, bear, judge_creation, judge_replacing, namespace_accepts};
use super::admit_change::{Judged, carry_out};
use super::admit_place::text;
use super::patch::{PatchType, judge_patch};
use super::store::key_of;
use super::{Cluster, Key, Name};
use crate::manifest::kinds::Kind;
use crate::validate::{Accepted, ApiError, NamespaceState, Owner, Surroundings};
use ipnet::IpNet;
use serde_json::Value;
use std::cell::RefCell;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What comes of a change of an object, or of a new one, as long as what was seen for it is as it
/// was.
#[derive(Debug, Clone)]
pub struct Foreseen {
    key: Key,
    /// What stood there; none where it shall be new.
    seen: Option<Arc<Value>>,
    /// What was asked of other objects.
    answers: Vec<Answer>,
    comes: Comes,
    unknown: Vec<String>,
}

#[derive(Debug, Clone)]
enum Comes {
    Change(Result<Judged, Box<ApiError>>),
    New(Result<Born, Box<ApiError>>),
}

/// More answers than these are not kept.
const MOST_ANSWERS: usize = 16;

impl Foreseen {
    /// Of a patch, as [`super::patch_leniently`] would carry it out; none where that has to be
    /// waited for.
    #[must_use]
    pub fn of_patch(
        cluster: &Cluster,
        kind: &Kind,
        place: (&str, &str),
        (patch_type, patch): (PatchType, &Value),
        (is_lenient, dry_run): (bool, bool),
    ) -> Option<Self> {
        let mut unknown = Vec::new();
        let list = is_lenient.then_some(&mut unknown);
        let mut foreseen = Self::of(cluster, kind, place, |around, live| {
            judge_patch(around, kind, place.1, (live, patch_type, patch), list, dry_run)
        })?;
        foreseen.unknown = unknown;
        Some(foreseen)
    }

    /// Of another object in the place of what is there, as [`super::replace`] would put it.
    #[must_use]
    pub fn of_replacing(
        cluster: &Cluster,
        kind: &Kind,
        place: (&str, &str),
        object: Value,
        dry_run: bool,
    ) -> Option<Self> {
        Self::of(cluster, kind, place, |around, live| {
            judge_replacing(around, kind, place, (object, live), dry_run)
        })
    }

    fn of(
        cluster: &Cluster,
        kind: &Kind,
        (namespace, name): (&str, &str),
        judge: impl FnOnce(&Alone<'_>, Arc<Value>) -> Result<Judged, Box<ApiError>>,
    ) -> Option<Self> {
        let key = key_of(kind.kind, namespace, name);
        let seen = cluster.held_json(&key)?.clone();
        let live = cluster.held_as_shown(&key)?;
        let alone = Alone { cluster, answers: RefCell::default() };
        let comes = Comes::Change(judge(&alone, live));
        alone.foreseen(key, Some(seen), comes)
    }

    /// Of a new object, as [`super::create_as`] would make it.
    #[must_use]
    pub fn of_creation(
        cluster: &Cluster,
        kind: &Kind,
        object: &Value,
        dry_run: bool,
    ) -> Option<Self> {
        let (namespace, name) = (text(object, "namespace"), text(object, "name"));
        // Of a Pod very much is asked, and of a Job its uid; a name may have to be made up.
        if matches!(kind.kind, "Pod" | "Job") || name.is_empty() {
            return None;
        }
        let key = key_of(kind.kind, namespace, name);
        let alone = Alone { cluster, answers: RefCell::default() };
        let born = judge_creation(&alone, kind, object.clone(), |_| Ok(()), dry_run);
        alone.foreseen(key, None, Comes::New(born))
    }

    /// Whether all is as it was.
    fn holds(&self, cluster: &Cluster) -> bool {
        let is_same = match &self.seen {
            Some(seen) => cluster.held_json(&self.key).is_some_and(|held| Arc::ptr_eq(held, seen)),
            None => true,
        };
        is_same && self.answers.iter().all(|answer| answer.holds(cluster))
    }

    /// Does it; none where something else would come of it by now. Where there is a list of
    /// `unknown` fields, they are put there.
    pub fn carry_out(
        self,
        cluster: &mut Cluster,
        (kind, manager): (&Kind, &str),
        unknown: Option<&mut Vec<String>>,
        how: How,
    ) -> Option<Result<Accepted, Box<ApiError>>> {
        if !self.holds(cluster) {
            return None;
        }
        if let Some(unknown) = unknown {
            *unknown = self.unknown;
        }
        Some(match self.comes {
            Comes::Change(judged) => {
                judged.and_then(|judged| carry_out(cluster, kind, judged, how))
            }
            Comes::New(born) => {
                let Name { namespace, name } = &self.key.name;
                let accepts = match kind.namespaced {
                    true => namespace_accepts(cluster, kind, namespace, name),
                    false => Ok(()),
                };
                accepts.and(born).and_then(|born| bear(cluster, kind, born, manager, how))
            }
        })
    }

    /// Whether it is about this object.
    #[must_use]
    pub fn is_of(&self, kind: &str, (namespace, name): (&str, &str)) -> bool {
        let own = &self.key.name;
        *self.key.kind == *kind && *own.name == *name && *own.namespace == *namespace
    }
}

/// What was asked of other objects, and the answer.
#[derive(Debug, Clone)]
enum Answer {
    Namespace(String, NamespaceState),
    ClusterIp(IpAddr, Option<Owner>),
    GivenBack(IpAddr, bool),
    NodePort(u16, Option<Owner>),
}

impl Answer {
    fn holds(&self, cluster: &Cluster) -> bool {
        match self {
            Self::Namespace(name, state) => Surroundings::namespace(cluster, name) == *state,
            Self::ClusterIp(ip, owner) => cluster.cluster_ip_owner(*ip) == *owner,
            Self::GivenBack(ip, was) => cluster.was_given_back(*ip) == *was,
            Self::NodePort(port, owner) => cluster.node_port_owner(*port) == *owner,
        }
    }
}

/// A cluster that notes what it answers.
struct Alone<'c> {
    cluster: &'c Cluster,
    answers: RefCell<Vec<Answer>>,
}

impl Alone<'_> {
    fn note(&self, answer: Answer) {
        self.answers.borrow_mut().push(answer);
    }

    fn foreseen(self, key: Key, seen: Option<Arc<Value>>, comes: Comes) -> Option<Foreseen> {
        let answers = self.answers.into_inner();
        let is_fit = answers.len() <= MOST_ANSWERS;
        is_fit.then(|| Foreseen { key, seen, answers, comes, unknown: Vec::new() })
    }
}

impl Surroundings for Alone<'_> {
    fn namespace(&self, name: &str) -> NamespaceState {
        let state = Surroundings::namespace(self.cluster, name);
        self.note(Answer::Namespace(name.to_owned(), state));
        state
    }

    fn service_cidrs(&self) -> &[IpNet] {
        self.cluster.service_cidrs()
    }

    fn node_ports(&self) -> RangeInclusive<u16> {
        self.cluster.node_ports()
    }

    fn cluster_ip_owner(&self, ip: IpAddr) -> Option<Owner> {
        let owner = self.cluster.cluster_ip_owner(ip);
        self.note(Answer::ClusterIp(ip, owner.clone()));
        owner
    }

    fn was_given_back(&self, ip: IpAddr) -> bool {
        let was = self.cluster.was_given_back(ip);
        self.note(Answer::GivenBack(ip, was));
        was
    }

    fn node_port_owner(&self, port: u16) -> Option<Owner> {
        let owner = self.cluster.node_port_owner(port);
        self.note(Answer::NodePort(port, owner.clone()));
        owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{create_as, patch_leniently, replace};
    use crate::manifest::kinds;
    use proptest::prelude::*;
    use serde_json::json;

    const WORLD: &str = "objects:
- {kind: Node, metadata: {name: node1}}
- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {app: a}, ports: [{port: 80}]}}
- {apiVersion: v1, kind: Service, metadata: {name: b, annotations: {x: y}}, spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: 2, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: nginx}]}}}}
- {kind: Pod, metadata: {name: a, labels: {app: a}}, spec: {containers: [{name: c, image: nginx}]}}
";

    fn patch() -> impl Strategy<Value = Value> {
        prop::sample::select(vec![
            json!({"metadata": {"labels": {"a": "b"}}}),
            json!({"metadata": {"labels": {"a": null}}}),
            json!({"metadata": {"annotations": {"x": "z"}}}),
            json!({"metadata": {"labels": {"a": "not a label"}}}),
            json!({"metadata": {"resourceVersion": "1"}}),
            json!({"metadata": {"resourceVersion": "4"}}),
            json!({"spec": {"type": "NodePort"}}),
            json!({"spec": {"type": "ClusterIP"}}),
            json!({"spec": {"type": "NodePort", "ports": [{"port": 80, "nodePort": 30081}]}}),
            json!({"spec": {"ports": [{"port": 81, "odd": 1}]}}),
            json!({"spec": {"clusterIP": "10.96.0.77"}}),
            json!({"spec": {"replicas": 3}}),
            json!({"spec": {"paused": true}}),
            json!({"data": {"k": "w"}}),
            json!({}),
        ])
    }

    proptest! {
        #[test]
        fn what_is_foreseen_comes_as_at_its_turn(
            steps in prop::collection::vec((0..6u8, patch(), any::<[bool; 3]>()), 1..12),
        ) {
            const PLACES: [(&str, &str, &str); 6] = [
                ("Service", "", "a"), ("Service", "", "b"), ("ConfigMap", "", "a"),
                ("Deployment", "apps", "a"), ("Pod", "", "a"), ("Service", "", "none"),
            ];
            let (mut ahead, _) = Cluster::from_world(WORLD).unwrap();
            ahead.set_stepwise(true);
            let mut in_turn = ahead.clone();
            let begin = ahead.clone();
            let asked: Vec<_> = steps.iter().map(|(n, patch, [merges, replaces, dry_run])| {
                let (kind, group, name) = PLACES[usize::from(*n)];
                let kind = kinds::kinds().iter().find(|k| k.kind == kind && k.group == group).unwrap();
                let patch_type = if *merges { PatchType::Merge } else { PatchType::Strategic };
                let creates = *replaces && *merges;
                let object = begin.get(kind.kind, "default", name).filter(|_| *replaces).map(|mut object| {
                    crate::cluster::json_patch::merge(&mut object, patch);
                    if creates {
                        // Two of one name, of which one may want what the other has.
                        object["metadata"] = json!({"name": format!("new{}", n % 2), "namespace": "default"});
                        object["spec"]["clusterIPs"] = Value::Null;
                    }
                    object
                });
                (kind, name, (patch_type, patch), object, How::from(*dry_run), creates)
            }).collect();
            let foreseen: Vec<_> = asked.iter().map(|(kind, name, patch, object, how, creates)| {
                let place = ("default", *name);
                match object {
                    Some(object) if *creates => Foreseen::of_creation(&begin, kind, object, how.dry_run),
                    Some(object) => Foreseen::of_replacing(&begin, kind, place, object.clone(), how.dry_run),
                    None => Foreseen::of_patch(&begin, kind, place, *patch, (true, how.dry_run)),
                }
            }).collect();
            for ((kind, name, patch, object, how, creates), foreseen) in asked.into_iter().zip(foreseen) {
                let place = ("default", name);
                let does = |cluster: &mut Cluster, unknown: &mut Vec<String>| match &object {
                    Some(object) if creates => create_as(cluster, kind, object.clone(), "me", how),
                    Some(object) => replace(cluster, kind, place, object.clone(), how),
                    None => patch_leniently(cluster, kind, place, patch, Some(unknown), how),
                };
                let (mut ours, mut theirs) = (Vec::new(), Vec::new());
                let done = foreseen.and_then(|foreseen| {
                    foreseen.carry_out(&mut ahead, (kind, "me"), Some(&mut ours), how)
                });
                let done = done.unwrap_or_else(|| does(&mut ahead, &mut ours));
                prop_assert_eq!(done, does(&mut in_turn, &mut theirs));
                prop_assert_eq!(ours, theirs);
                prop_assert_eq!(ahead.revision(), in_turn.revision());
                for (kind, ..) in PLACES {
                    prop_assert_eq!(ahead.list(kind, None), in_turn.list(kind, None));
                }
            }
        }
    }
}
