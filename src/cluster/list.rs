//! Objects of a kind, one after the other, as the API server shows them. Nothing is copied
//! that is not looked at: a cluster may hold very many.

use super::kind::{is_namespaced, kind_info};
use super::object::Page;
use super::store::key_of;
use super::table::Table;
use super::{Cluster, Key, canonical_kind};
use serde_json::Value;
use std::borrow::Cow;
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
}

impl<'w> Which<'w> {
    /// All of one namespace, where it is given.
    #[must_use]
    pub fn within(namespace: Option<&'w str>) -> Self {
        Self { namespace, ..Self::default() }
    }

    fn has_labels(&self, labels: &Value) -> bool {
        self.labels.is_none_or(|holds| holds(labels))
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
    pub fn get(&mut self, kind: &str, namespace: &str, name: &str) -> Option<Cow<'_, Value>> {
        let key = key_of(kind, namespace, name);
        if &*key.kind != "Pod" {
            return self.cluster.look_at(&key);
        }
        let object = self.page.turn_to(self.cluster.pods.get(&key.name)?);
        self.cluster.fill_in(&key.kind, object);
        Some(Cow::Borrowed(object))
    }
}

impl Cluster {
    /// For looking at one object after the other.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader { cluster: self, page: Page::default() }
    }

    /// Whether the object is there; named as for [`Self::get`].
    #[must_use]
    pub fn has(&self, kind: &str, namespace: &str, name: &str) -> bool {
        let key = key_of(kind, namespace, name);
        match &*key.kind {
            "Pod" => self.pods.get(&key.name).is_some(),
            _ => self.look_at(&key).is_some(),
        }
    }

    /// An object that is no Pod, as the API server shows it.
    pub(super) fn look_at(&self, key: &Key) -> Option<Cow<'_, Value>> {
        let other = || self.others.get(key).map(|object| Cow::Borrowed(&**object));
        let object = match &*key.kind {
            "Service" => Cow::Borrowed(&*self.services.get(&key.name)?.value),
            "EndpointSlice" => self.slices.get(&key.name)?.json(),
            "NetworkPolicy" => Cow::Borrowed(&*self.policies.get(&key.name)?.value),
            "Node" => Cow::Borrowed(&*self.nodes.get(&key.name)?.value),
            "Namespace" => Cow::Borrowed(&*self.namespaces.get(&key.name)?.value),
            "Endpoints" => {
                let service = self.services.get(&key.name);
                let derived = service.and_then(|service| self.endpoints_value(service));
                derived.map(Cow::Owned).or_else(other)?
            }
            "ServiceAccount" if &*key.name.name == "default" => {
                let made = || self.default_account(&key.name.namespace).map(Cow::Owned);
                other().or_else(made)?
            }
            _ => other()?,
        };
        Some(self.shown(&key.kind, object))
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
    pub fn each(&self, kind: &str, which: Which<'_>, see: &mut dyn FnMut(Cow<'_, Value>)) {
        let kind = canonical_kind(kind);
        let mut show = |object: Cow<'_, Value>| {
            if which.has_labels(&object["metadata"]["labels"]) {
                see(self.shown(kind, object));
            }
        };
        match kind {
            "Service" => each(&self.services, which, |o| show(Cow::Borrowed(&*o.value))),
            "NetworkPolicy" => each(&self.policies, which, |o| show(Cow::Borrowed(&*o.value))),
            "Node" => self.nodes.values().for_each(|o| show(Cow::Borrowed(&*o.value))),
            "Namespace" => self.namespaces.values().for_each(|o| show(Cow::Borrowed(&*o.value))),
            "EndpointSlice" => each(&self.slices, which, |o| show(o.json())),
            "Pod" => {
                let mut page = Page::default();
                each(&self.pods, which, |pod| {
                    let is_there = which.node.is_none_or(|node| pod.node.as_deref() == Some(node));
                    if is_there && which.has_labels(pod.labels_json()) {
                        let object = page.turn_to(pod);
                        self.fill_in(kind, object);
                        see(Cow::Borrowed(object));
                    }
                });
            }
            "Event" => self.each_event(
                |event| which.namespace.is_none_or(|wanted| event.namespace() == wanted),
                &mut |event| show(Cow::Owned(event)),
            ),
            "Endpoints" => self.each_endpoints(which.namespace, &mut show),
            "ServiceAccount" => {
                let mut all: Vec<Value> =
                    self.others_of(kind, which.namespace).map(|(_, o)| (**o).clone()).collect();
                self.add_default_accounts(which.namespace, &mut all);
                all.into_iter().for_each(|object| show(Cow::Owned(object)));
            }
            _ => {
                let others = self.others_of(kind, which.namespace);
                others.for_each(|(_, object)| show(Cow::Borrowed(&**object)));
            }
        }
    }

    /// The objects of `kind` that `owner` controls, by name.
    #[must_use]
    pub fn controlled(&self, owner: &Value, kind: &str) -> Vec<Value> {
        let metadata = &owner["metadata"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let owner = Key::new(
            &text(&owner["kind"]),
            &text(&metadata["namespace"]),
            &text(&metadata["name"]),
        );
        // Another object may have had the owner's name.
        let is_its = |object: &Value| {
            let owners = object["metadata"]["ownerReferences"].as_array();
            let mut owners = owners.into_iter().flatten();
            owners.any(|one| one["controller"] == true && one["uid"] == metadata["uid"])
        };
        let keys = self.owned.get(&owner).into_iter().flatten();
        keys.filter(|key| *key.kind == *kind)
            .filter_map(|key| self.get(&key.kind, &key.name.namespace, &key.name.name))
            .filter(is_its)
            .collect()
    }

    /// Whether there is any object of `kind`.
    #[must_use]
    pub fn has_any(&self, kind: &str) -> bool {
        let mut has_any = false;
        match canonical_kind(kind) {
            kind @ ("Service" | "Pod" | "Node" | "Namespace" | "EndpointSlice"
            | "NetworkPolicy" | "Event" | "Endpoints" | "ServiceAccount") => {
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
        // One that nobody knows may be asked for in any case.
        let is_known = kind_info(kind).is_some();
        let first = match is_known {
            true => Key::new(kind, namespace.unwrap_or_default(), ""),
            false => Key::new("", "", ""),
        };
        self.others
            .range(first..)
            .take_while(move |(key, _)| {
                !is_known
                    || (*key.kind == *kind && namespace.is_none_or(|ns| *key.name.namespace == *ns))
            })
            .filter(move |(key, _)| {
                key.kind.eq_ignore_ascii_case(kind)
                    && namespace.is_none_or(|ns| *key.name.namespace == *ns)
            })
    }
}

fn each<T>(table: &Table<T>, which: Which<'_>, mut see: impl FnMut(&T)) {
    match which.namespace {
        Some(namespace) => table.within(namespace).for_each(|(_, object)| see(object)),
        None => table.values().for_each(|object| see(object)),
    }
}
