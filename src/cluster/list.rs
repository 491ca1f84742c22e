//! Objects of a kind, one after the other, as the API server shows them. Nothing is copied
//! that is not looked at: a cluster may hold very many.

use super::kind::{is_namespaced, kind_info};
use super::object::{Own, Page, Pod};
use super::store::key_of;
use super::table::Table;
use super::{Cluster, Fields, Key, admit_aside, bootstrap, canonical_kind};
use serde_json::Value;
use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Which objects of a kind are looked at: all, unless told otherwise.
#[derive(Clone, Copy, Default)]
pub struct Which<'w> {
    /// Those of this namespace only.
    pub namespace: Option<&'w str>,
    /// Those only of which this holds; it is given their labels, or null.
    pub labels: Option<&'w dyn Fn(&Value) -> bool>,
    /// Of Pods, those on this node only.
    pub node: Option<&'w str>,
    /// What is looked at of each: it may lack the rest. All, where it is none.
    pub fields: Option<&'w Fields>,
    /// Those only at these places among all of the kind and namespace
    /// ([`Cluster::n_places`]), where they are given.
    pub places: Option<&'w Range<usize>>,
}

impl<'w> Which<'w> {
    /// All of one namespace, where it is given.
    #[must_use]
    pub fn within(namespace: Option<&'w str>) -> Self {
        Self { namespace, ..Self::default() }
    }

    fn has_labels<'l>(&self, labels: impl FnOnce() -> &'l Value) -> bool {
        self.labels.is_none_or(|holds| holds(labels()))
    }

    /// Those of all that stand at the places.
    fn cut<T>(&self, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        let Range { start, end } = self.places.cloned().unwrap_or(0..usize::MAX);
        all.skip(start).take(end.saturating_sub(start))
    }

    /// Whether the first place is among them.
    fn has_first(&self) -> bool {
        self.places.is_none_or(|places| places.contains(&0))
    }
}

/// An object that is shown among others; used as its JSON. That of a Pod is made when somebody
/// first looks at it.
pub struct Shown<'o> {
    object: OnceCell<Cow<'o, Value>>,
    pod: Option<ShownPod<'o>>,
}

/// A Pod, and what it is shown on.
struct ShownPod<'o> {
    pod: &'o Arc<Pod>,
    page: Cell<Option<&'o mut Page>>,
    /// When what a world gives without a time was made.
    began: Option<Arc<str>>,
}

impl Deref for Shown<'_> {
    type Target = Value;

    fn deref(&self) -> &Value {
        self.object.get_or_init(|| {
            let shown = self.pod.as_ref();
            let turned = shown.and_then(|shown| Some(shown.page.take()?.turn_to(shown.pod)));
            turned.map_or_else(Cow::default, Cow::Borrowed)
        })
    }
}

impl<'o> From<Cow<'o, Value>> for Shown<'o> {
    fn from(object: Cow<'o, Value>) -> Self {
        Self { object: object.into(), pod: None }
    }
}

impl Shown<'_> {
    /// The object, to be kept.
    #[must_use]
    pub fn into_owned(self) -> Value {
        let _: &Value = &self;
        self.object.into_inner().unwrap_or_default().into_owned()
    }

    /// The object without its `managedFields`, to be kept.
    #[must_use]
    pub fn into_unmanaged(self) -> Value {
        admit_aside::without(&self)
    }

    /// The Pod, where it is one that the cluster shows.
    #[must_use]
    pub fn pod(&self) -> Option<&Arc<Pod>> {
        self.pod.as_ref().map(|shown| shown.pod)
    }

    /// What the Pod has of its own, at the indices of [`Pod::own_at`]; none of another object.
    /// Its JSON is not made for it.
    pub fn own<'v>(&self, room: &'v mut Own) -> Option<&'v [Value]> {
        let shown = self.pod.as_ref()?;
        Some(room.turn_to(shown.pod, shown.began.as_deref()))
    }
}

/// Shows one object after the other, by name.
#[derive(Debug)]
pub struct Reader<'c> {
    cluster: &'c Cluster,
    page: Page,
}

impl Reader<'_> {
    /// The object, as [`Cluster::get`] gives it. Of Pods only what differs from the one before
    /// is written anew.
    pub fn get(&mut self, kind: &str, namespace: &str, name: &str) -> Option<Shown<'_>> {
        if kind == "Pod" && !namespace.is_empty() {
            return Some(self.page.show(self.cluster.pods.find(namespace, name)?));
        }
        let key = key_of(kind, namespace, name);
        if &*key.kind != "Pod" {
            return self.cluster.look_at(&key).map(Shown::from);
        }
        Some(self.page.show(self.cluster.pods.get(&key.name)?))
    }

    /// A Pod as the API server shows it.
    pub fn show<'p>(&'p mut self, pod: &'p Arc<Pod>) -> Shown<'p> {
        self.page.show(pod)
    }
}

impl Page {
    fn show<'p>(&'p mut self, pod: &'p Arc<Pod>) -> Shown<'p> {
        let began = self.began();
        let page = Cell::new(Some(self));
        Shown { object: OnceCell::new(), pod: Some(ShownPod { pod, page, began }) }
    }
}

impl Cluster {
    /// For looking at these fields, or all, of one object after the other.
    #[must_use]
    pub fn reader(&self, fields: Option<&Fields>) -> Reader<'_> {
        Reader { cluster: self, page: Page::new(fields, &self.began) }
    }

    /// Whether the object is there; named as for [`Self::get`].
    #[must_use]
    pub fn has(&self, kind: &str, namespace: &str, name: &str) -> bool {
        if kind == "Pod" && !namespace.is_empty() {
            return self.pods.find(namespace, name).is_some();
        }
        let key = key_of(kind, namespace, name);
        // Some are there that nobody holds.
        self.held(&key).is_some() || (&*key.kind != "Pod" && self.look_at(&key).is_some())
    }

    /// An object that is no Pod, as the API server shows it.
    pub(super) fn look_at(&self, key: &Key) -> Option<Cow<'_, Value>> {
        let other = || self.others.get(key).map(|object| Cow::Borrowed(&**object));
        let object = match &*key.kind {
            "Service" => Cow::Borrowed(&*self.services.get(&key.name)?.value),
            "EndpointSlice" => self.slices.get(&key.name)?.json(None),
            "NetworkPolicy" => Cow::Borrowed(&*self.policies.get(&key.name)?.value),
            "Node" => Cow::Borrowed(&*self.nodes.get(&key.name)?.value),
            "Namespace" => Cow::Borrowed(&*self.namespaces.get(&key.name)?.value),
            "Endpoints" => {
                let service = self.services.get(&key.name);
                let derived = service.and_then(|service| self.endpoints_value(service, None));
                derived.map(Cow::Owned).or_else(other)?
            }
            "ServiceAccount" if &*key.name.name == "default" => {
                let made = || self.default_account(&key.name.namespace).map(Cow::Owned);
                other().or_else(made)?
            }
            kind if bootstrap::makes(kind) => {
                other().or_else(|| self.bootstrapped(key).map(Cow::Owned))?
            }
            _ => other()?,
        };
        Some(self.shown(&key.kind, object, None))
    }

    /// The objects of `kind` (named as for [`Self::get`]), by namespace and name: of one
    /// namespace where it is given.
    #[must_use]
    pub fn list(&self, kind: &str, namespace: Option<&str>) -> Vec<Value> {
        let mut all = Vec::new();
        self.each(kind, Which::within(namespace), &mut |object| all.push(object.into_owned()));
        all
    }

    /// Shows the objects of `kind` to `see`, as [`Self::list`] has them. Much quicker than a
    /// list: what `see` does not keep is changed into the next one where that is possible.
    pub fn each(&self, kind: &str, which: Which<'_>, see: &mut dyn FnMut(Shown<'_>)) {
        let kind = canonical_kind(kind);
        // By these it is chosen, and known what the server shows besides.
        let fields = which.fields.map(|fields| {
            fields.clone().and(&Fields::at(&[
                "metadata.labels",
                "metadata.name",
                "metadata.namespace",
            ]))
        });
        let fields = fields.as_ref();
        // Where the object before was filled in: the next one is written over it.
        let mut room = Value::Null;
        let mut show = |object: Cow<'_, Value>| {
            if !which.has_labels(|| &object["metadata"]["labels"]) {
                return;
            }
            see(match object {
                Cow::Borrowed(object) if fields.is_none() => {
                    self.shown_in(&mut room, kind, object).into()
                }
                object => self.shown(kind, object, fields).into(),
            });
        };
        match kind {
            "Service" => each(&self.services, which, |o| show(Cow::Borrowed(&*o.value))),
            "NetworkPolicy" => each(&self.policies, which, |o| show(Cow::Borrowed(&*o.value))),
            "Node" => which.cut(self.nodes.values()).for_each(|o| show(Cow::Borrowed(&*o.value))),
            "Namespace" => {
                let all = which.cut(self.namespaces.values());
                all.for_each(|o| show(Cow::Borrowed(&*o.value)));
            }
            "EndpointSlice" => each(&self.slices, which, |o| show(o.json(fields))),
            "Pod" => {
                let mut page = Page::new(which.fields, &self.began);
                each(&self.pods, which, |pod| {
                    let is_there = which.node.is_none_or(|node| pod.node.as_deref() == Some(node));
                    if is_there && which.has_labels(|| pod.labels_json()) {
                        see(page.show(pod));
                    }
                });
            }
            "Endpoints" => {
                let places = which.cut(0..usize::MAX);
                self.each_endpoints(which.namespace, places, fields, &mut show);
            }
            kind if !is_divided(kind) => {
                if which.has_first() {
                    self.each_undivided(kind, which.namespace, &mut show);
                }
            }
            _ => {
                let others = which.cut(self.others_of(kind, which.namespace));
                others.for_each(|(_, object)| show(Cow::Borrowed(&**object)));
            }
        }
    }

    /// Kinds whose objects are all made and put in order before one is shown.
    fn each_undivided(
        &self,
        kind: &str,
        namespace: Option<&str>,
        show: &mut dyn FnMut(Cow<'_, Value>),
    ) {
        match kind {
            "Event" => self.each_event(
                |event| namespace.is_none_or(|wanted| event.namespace() == wanted),
                &mut |event| show(Cow::Owned(event)),
            ),
            "ServiceAccount" => {
                let mut all: Vec<Value> =
                    self.others_of(kind, namespace).map(|(_, o)| (**o).clone()).collect();
                self.add_default_accounts(namespace, &mut all);
                all.into_iter().for_each(|object| show(Cow::Owned(object)));
            }
            kind => self.with_bootstrapped(kind, show),
        }
    }

    /// How many places the objects of `kind`, of one namespace where it is given, stand at: all
    /// that are there at 0 up to it, in order. At one place there may be several or none.
    #[must_use]
    pub fn n_places(&self, kind: &str, namespace: Option<&str>) -> usize {
        match canonical_kind(kind) {
            "Service" => self.services.n_of(namespace),
            "NetworkPolicy" => self.policies.n_of(namespace),
            "Node" => self.nodes.len(),
            "Namespace" => self.namespaces.len(),
            "EndpointSlice" => self.slices.n_of(namespace),
            "Pod" => self.pods.n_of(namespace),
            // Behind the last Service those made by hand may come.
            "Endpoints" => self.services.n_of(namespace) + 1,
            kind if !is_divided(kind) => 1,
            kind => self.others_of(kind, namespace).count(),
        }
    }

    /// The objects of `kind` that `owner` controls, by name; of Pods there are
    /// [`Self::controlled_pods`].
    pub fn controlled<'c>(
        &'c self,
        owner: &'c Value,
        kind: &'c str,
    ) -> impl Iterator<Item = Cow<'c, Value>> {
        self.owned_of(owner, kind)
            .filter_map(|key| self.look_at(key))
            .filter(|object| is_controller(owner, &object["metadata"]["ownerReferences"]))
    }

    /// The Pods that `owner` controls, by name.
    pub fn controlled_pods<'c>(&'c self, owner: &'c Value) -> impl Iterator<Item = &'c Arc<Pod>> {
        // Pods of one template name the same owners.
        let mut known: Option<(&Value, bool)> = None;
        self.owned_of(owner, "Pod").filter_map(|key| self.pods.get(&key.name)).filter(move |pod| {
            let owners = pod.owners_json();
            let same = known.filter(|(others, _)| std::ptr::eq(*others, owners));
            let is_its = same.map_or_else(|| is_controller(owner, owners), |(_, is_its)| is_its);
            known = Some((owners, is_its));
            is_its
        })
    }

    /// What was made for an object of the owner's name.
    fn owned_of<'c>(&'c self, owner: &Value, kind: &'c str) -> impl Iterator<Item = &'c Key> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let metadata = &owner["metadata"];
        let (namespace, name) = (text(&metadata["namespace"]), text(&metadata["name"]));
        let owned = self.owned.get(&Key::new(&text(&owner["kind"]), &namespace, &name));
        owned.into_iter().flatten().filter(move |key| *key.kind == *kind)
    }

    /// Whether there is any object of `kind`.
    #[must_use]
    pub fn has_any(&self, kind: &str) -> bool {
        let mut has_any = false;
        match canonical_kind(kind) {
            kind @ ("Service" | "Pod" | "Node" | "Namespace" | "EndpointSlice"
            | "NetworkPolicy" | "Event" | "Endpoints" | "ServiceAccount"
            | "ClusterRole" | "ClusterRoleBinding" | "IPAddress") => {
                self.each(kind, Which::default(), &mut |_| has_any = true);
            }
            kind => has_any = self.others_of(kind, None).next().is_some(),
        }
        has_any
    }

    /// Objects that are kept as they are, of one kind and of one namespace where it is given.
    pub(super) fn others_of<'c>(
        &'c self,
        kind: &'c str,
        namespace: Option<&'c str>,
    ) -> impl Iterator<Item = (&'c Key, &'c Arc<Value>)> {
        let namespace = namespace.filter(|_| is_namespaced(kind));
        self.kinds_named(kind).into_iter().flat_map(move |kind| {
            let first = Key::new(&kind, namespace.unwrap_or_default(), "");
            self.others.range(first..).take_while(move |(key, _)| {
                key.kind == kind && namespace.is_none_or(|ns| *key.name.namespace == *ns)
            })
        })
    }

    /// The kind; one that nobody knows may be asked for in any case.
    fn kinds_named(&self, kind: &str) -> Vec<Arc<str>> {
        if kind_info(kind).is_some() {
            return vec![kind.into()];
        }
        let mut found = Vec::new();
        let mut from = Key::new("", "", "");
        while let Some((key, _)) = self.others.range(from..).next() {
            if key.kind.eq_ignore_ascii_case(kind) {
                found.push(key.kind.clone());
            }
            from = Key::new(&format!("{}\0", key.kind), "", "");
        }
        found
    }
}

/// Whether `owner` is the controller among an object's owners: another may have had its name.
fn is_controller(owner: &Value, owners: &Value) -> bool {
    let mut owners = owners.as_array().into_iter().flatten();
    owners.any(|one| one["controller"] == true && one["uid"] == owner["metadata"]["uid"])
}

fn each<T>(table: &Table<T>, which: Which<'_>, mut see: impl FnMut(&Arc<T>)) {
    match (which.places, which.namespace) {
        (Some(places), namespace) => table.at(namespace, places).for_each(see),
        (None, Some(namespace)) => table.within(namespace).for_each(|(_, object)| see(object)),
        (None, None) => table.values().for_each(see),
    }
}

/// Whether single places of a kind's list can be shown without making all of it.
fn is_divided(kind: &str) -> bool {
    !matches!(kind, "Event" | "ServiceAccount") && !bootstrap::makes(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORLD: &str = "objects:
- {kind: Namespace, metadata: {name: shop}}
- {kind: Node, metadata: {name: node1}}
- {apiVersion: v1, kind: Service, metadata: {name: a, labels: {x: y}}, spec: {selector: {app: a}, ports: [{port: 80, appProtocol: http}]}}
- {apiVersion: v1, kind: Service, metadata: {name: b, namespace: shop}, spec: {clusterIP: None, selector: {app: b}, ports: [{port: 80}, {name: h, port: 81, targetPort: h}]}}
- {apiVersion: v1, kind: Service, metadata: {name: c}, spec: {ports: [{port: 80}]}}
- {apiVersion: v1, kind: Endpoints, metadata: {name: c}, subsets: [{addresses: [{ip: 10.1.2.3}], ports: [{port: 80}]}]}
- {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: made, labels: {kubernetes.io/service-name: c}}, addressType: IPv4, endpoints: [{addresses: [10.1.2.4]}], ports: []}
- {apiVersion: v1, kind: Pod, metadata: {name: a1, labels: {app: a}}, spec: {containers: [{name: c, image: nginx}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: a2, uid: own, labels: {app: a}}, spec: {containers: [{name: c, image: nginx}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: a3, labels: {app: a}}, spec: {hostname: a, subdomain: b, containers: [{name: c, image: busybox}]}, status: {phase: Running, podIP: 10.1.2.9}}
- {apiVersion: v1, kind: Pod, metadata: {name: b1, namespace: shop, labels: {app: b}}, spec: {nodeName: node1, hostname: b, subdomain: b, containers: [{name: c, image: nginx, ports: [{name: h, containerPort: 8080}]}]}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 2, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: nginx}]}}}}
";

    const KINDS: &[&str] = &[
        "Deployment",
        "EndpointSlice",
        "Endpoints",
        "Event",
        "Namespace",
        "Node",
        "Pod",
        "Service",
        "ServiceAccount",
    ];

    const PATHS: &[&str] = &[
        "addressType",
        "endpoints.addresses",
        "endpoints.conditions.ready",
        "endpoints.hostname",
        "endpoints.targetRef",
        "endpoints.targetRef.uid",
        "kind",
        "metadata",
        "metadata.annotations",
        "metadata.creationTimestamp",
        "metadata.labels.app",
        "metadata.name",
        "metadata.ownerReferences.name",
        "metadata.resourceVersion",
        "metadata.uid",
        "nowhere.at.all",
        "ports.port",
        "spec",
        "spec.containers.image",
        "spec.nodeName",
        "status.phase",
        "status.podIPs",
        "status.startTime",
        "subsets",
        "subsets.addresses.ip",
        "subsets.addresses.targetRef.name",
        "subsets.notReadyAddresses.nodeName",
        "subsets.ports",
    ];

    proptest! {
        #[test]
        fn what_is_looked_at_is_as_in_the_whole(
            paths in prop::sample::subsequence(PATHS, 0..5),
            in_one: bool,
        ) {
            let (cluster, _) = Cluster::from_world(WORLD).unwrap();
            let fields = Fields::at(&paths);
            let namespace = in_one.then_some("shop");
            for kind in KINDS {
                let whole: Vec<Value> =
                    cluster.list(kind, namespace).iter().map(|o| fields.pick(o)).collect();
                let mut some = Vec::new();
                let which = Which { fields: Some(&fields), ..Which::within(namespace) };
                cluster.each(kind, which, &mut |object| some.push(fields.pick(&object)));
                prop_assert_eq!(some, whole, "{}", kind);
            }
        }

        #[test]
        fn what_stands_at_some_places_and_at_the_others_is_all(
            cuts in prop::collection::vec(0..6_usize, 0..3),
            in_one: bool,
        ) {
            let (cluster, _) = Cluster::from_world(WORLD).unwrap();
            let namespace = in_one.then_some("shop");
            for kind in KINDS.iter().chain(&["ClusterRole", "ReplicaSet"]) {
                let n = cluster.n_places(kind, namespace);
                let mut ends: Vec<usize> = cuts.iter().map(|cut| *cut.min(&n)).chain([0, n]).collect();
                ends.sort_unstable();
                let mut all = Vec::new();
                for ends in ends.windows(2) {
                    let which = Which { places: Some(&(ends[0]..ends[1])), ..Which::within(namespace) };
                    cluster.each(kind, which, &mut |object| all.push(object.into_owned()));
                }
                prop_assert_eq!(all, cluster.list(kind, namespace), "{}", kind);
            }
        }
    }
}
