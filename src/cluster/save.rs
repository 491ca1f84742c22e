//! A cluster as JSON, so that another run goes on where this one ended. Its Pods are apart, so
//! that both halves can be read at once.

use super::events::Event;
use super::layer::{Left, QuickHasher};
use super::object::{
    Namespace, NetworkPolicy, Node, ObjectError, PODS_UNREAD, Pod, PodsAtOnce, SavedPods, Service,
    Templates,
};
use super::store::read_key;
use super::table::Table;
use super::{Cluster, Key, Name, Protocol, Settings};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::hash::Hasher;
use std::sync::Arc;

/// What is written of a cluster in few words, and read again; texts are those of the file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Saved<'t> {
    settings: Value,
    #[serde(borrow, default)]
    began: Option<Text<'t>>,
    #[serde(default)]
    revision: u64,
    #[serde(default)]
    placed: Option<usize>,
    /// Once they stood here, but for Pods.
    #[serde(default, skip_serializing)]
    objects: Option<Vec<Value>>,
    /// Once they stood here, and before that among the objects.
    #[serde(borrow, default, skip_serializing)]
    pods: PodsAtOnce<'t>,
    // Once these stood here, too.
    #[serde(borrow, default, skip_serializing)]
    made: Vec<(Text<'t>, Text<'t>, u64)>,
    #[serde(borrow, default, skip_serializing)]
    queue: Option<Vec<[Text<'t>; 3]>>,
    #[serde(borrow, default, skip_serializing)]
    slices: Vec<SavedSlice<'t>>,
    #[serde(borrow, default, skip_serializing)]
    events: Vec<SavedEvent<'t>>,
}

/// What is left of what happened, beside objects.
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedPast<'t> {
    /// Namespace and name of what makes names, and how many it has made.
    #[serde(borrow, default)]
    made: Vec<(Text<'t>, Text<'t>, u64)>,
    /// What controllers have still to look at: kinds, namespaces and names.
    #[serde(borrow, default)]
    queue: Option<Vec<[Text<'t>; 3]>>,
    #[serde(borrow, default)]
    slices: Vec<SavedSlice<'t>>,
    #[serde(borrow, default)]
    events: Vec<SavedEvent<'t>>,
}

/// A text that stands in a file as it is, if nothing in it is escaped.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Text<'t>(#[serde(borrow)] pub(super) Cow<'t, str>);

impl<'t> From<&'t str> for Text<'t> {
    fn from(text: &'t str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

fn name_of(namespace: &Text<'_>, name: &Text<'_>) -> Name {
    Name::new(&namespace.0, &name.0)
}

/// Namespace, name, version, generation and trigger of a slice of the controller's own. The rest
/// is derived again.
#[derive(Debug, Serialize, Deserialize)]
struct SavedSlice<'t>(
    #[serde(borrow)] Text<'t>,
    #[serde(borrow)] Text<'t>,
    u64,
    u64,
    #[serde(borrow)] Option<Text<'t>>,
);

#[derive(Debug, Serialize, Deserialize)]
struct SavedEvent<'t> {
    number: u64,
    #[serde(borrow)]
    about: [Text<'t>; 3],
    #[serde(borrow)]
    version: [Text<'t>; 3],
    #[serde(borrow)]
    kind: Text<'t>,
    #[serde(borrow)]
    reason: Text<'t>,
    #[serde(borrow)]
    message: Text<'t>,
    #[serde(borrow)]
    from: Text<'t>,
    #[serde(borrow)]
    time: [Text<'t>; 2],
    count: u32,
    combined: bool,
    at: u64,
}

/// So many objects of a kind stand in one list at most, so that lists can be read in halves.
const MOST_LISTED: usize = 500;

/// Objects of one kind, for [`Halfway::put`].
#[derive(Debug)]
pub struct Listed<'c> {
    /// Their kind.
    pub kind: &'c str,
    /// They themselves, by namespace and name.
    pub objects: Vec<&'c Arc<Value>>,
}

/// The objects of a cluster at some time: lists that hold the same later need not be made again.
#[derive(Debug)]
pub struct Kept {
    lists: Vec<(String, Vec<Arc<Value>>)>,
    pods: Vec<Arc<Pod>>,
}

impl Kept {
    /// The kinds of the lists of [`Cluster::saved_objects`], in order.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().map(|(kind, _)| &**kind)
    }

    /// Where the list stood that held just these objects.
    #[must_use]
    pub fn place_of(&self, list: &Listed<'_>) -> Option<usize> {
        self.lists.iter().position(|(kind, objects)| {
            let both = objects.iter().zip(&list.objects);
            *kind == *list.kind && objects.len() == list.objects.len() && { both }
                .all(|(kept, object)| Arc::ptr_eq(kept, object))
        })
    }

    /// Whether just these Pods were there.
    #[must_use]
    pub fn has_pods_of(&self, cluster: &Cluster) -> bool {
        let mut both = self.pods.iter().zip(cluster.pods.values());
        self.pods.len() == cluster.pods.len() && both.all(|(kept, pod)| Arc::ptr_eq(kept, pod))
    }
}

impl Cluster {
    /// Its settings, without what the clock reads, and what numbers were given out, for
    /// [`Halfway::of`].
    #[must_use]
    pub fn saved(&self) -> impl Serialize + '_ {
        Saved {
            settings: self.settings.saved(),
            began: Some((&*self.began).into()),
            revision: self.revision,
            placed: Some(self.n_placed),
            objects: None,
            pods: PodsAtOnce::default(),
            made: Vec::new(),
            queue: None,
            slices: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Events, and what controllers have done and have still to look at, for [`Halfway::with`].
    #[must_use]
    pub fn saved_past(&self) -> impl Serialize + '_ {
        // The controller's own are derived again; only what they have been through is not.
        let derived = self.slices.values().filter(|slice| slice.managed).map(|slice| {
            let Name { namespace, name } = &slice.name;
            let trigger = slice.trigger.as_deref().map(Text::from);
            let (namespace, name) = (Text::from(&**namespace), Text::from(&**name));
            SavedSlice(namespace, name, slice.version, slice.generation, trigger)
        });
        let makes_names = |key: &&Key| matches!(&*key.kind, "ReplicaSet" | "DaemonSet" | "Job");
        let sets = self.others.keys().filter(makes_names);
        let made = sets.filter_map(|key| {
            let n = self.n_made.get(&key.name)?;
            Some(((&*key.name.namespace).into(), (&*key.name.name).into(), *n))
        });
        let queue = self.queue.iter().chain(&self.unsettled);
        SavedPast {
            made: made.collect(),
            queue: Some(queue.map(saved_key).collect()),
            slices: derived.collect(),
            events: self.events.numbered().map(|(n, event)| SavedEvent::of(n, event)).collect(),
        }
    }

    /// The objects but for Pods, in the order in which they are put in again.
    #[must_use]
    pub fn saved_objects(&self) -> Vec<Listed<'_>> {
        let mut lists: Vec<Listed<'_>> = Vec::new();
        let mut add = |kind, object| match lists.last_mut() {
            Some(list) if list.kind == kind && list.objects.len() < MOST_LISTED => {
                list.objects.push(object);
            }
            _ => lists.push(Listed { kind, objects: vec![object] }),
        };
        self.namespaces.values().for_each(|o| add("Namespace", &o.value));
        self.nodes.values().for_each(|o| add("Node", &o.value));
        self.policies.values().for_each(|o| add("NetworkPolicy", &o.value));
        self.others.iter().for_each(|(key, o)| add(&key.kind, o));
        self.services.values().for_each(|o| add("Service", &o.value));
        let made_by_hand = self.slices.values().filter(|slice| !slice.managed);
        made_by_hand.filter_map(|slice| slice.value.as_ref()).for_each(|o| add("EndpointSlice", o));
        lists
    }

    /// Its objects as they are now.
    #[must_use]
    pub fn keep(&self) -> Kept {
        let lists = self.saved_objects().into_iter().map(|Listed { kind, objects }| {
            (kind.to_owned(), objects.into_iter().cloned().collect())
        });
        Kept { lists: lists.collect(), pods: self.pods.values().cloned().collect() }
    }

    /// Its Pods, for [`RestoredPods::read`].
    #[must_use]
    pub fn saved_pods(&self) -> impl Serialize + '_ {
        SavedPods::of(|| self.pods.values())
    }

    /// Whether the clock may move on, and nothing happens by itself.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.queue.is_empty()
            && self.unsettled.is_empty()
            && self.alarms.is_empty()
            && self.started.is_empty()
            && self.service("default", "kubernetes").is_some()
            && !self.namespaces.values().any(|namespace| namespace.terminating)
            // Who waits for a time.
            && !self.others.keys().any(|key| matches!(&*key.kind, "CronJob" | "Job"))
            && self.waiting_pods().next().is_none()
    }

    /// Pods on nodes whose kubelets look again and again at what they wait for.
    fn waiting_pods(&self) -> impl Iterator<Item = &Arc<Pod>> {
        self.pods
            .values()
            .filter(|pod| !pod.has_started() && pod.node.is_some() && pod.phase() == "Pending")
    }
}

/// A number that is most likely another one where the lines are others.
pub fn sum_of<'l>(lines: impl Iterator<Item = &'l [u8]>) -> u64 {
    let mut hasher = QuickHasher::default();
    lines.for_each(|line| {
        hasher.write(line);
        hasher.write_usize(line.len());
    });
    hasher.finish()
}

/// Pods that were saved, and what they share.
#[derive(Debug)]
pub struct RestoredPods {
    pub(super) templates: Templates,
    pub(super) pods: Table<Pod>,
}

impl RestoredPods {
    /// Reads Pods that were saved.
    ///
    /// # Errors
    /// The deserializer's.
    pub fn read<'t, D: Deserializer<'t>>(from: D) -> Result<Self, D::Error> {
        let mut templates = Templates::default();
        let mut pods = Table::default();
        templates.read_saved(from, &mut |pod| pods.insert(pod.name.clone(), pod.into()))?;
        Ok(Self { templates, pods })
    }

    /// None where what is there fits no Pods.
    fn of(saved: PodsAtOnce<'_>) -> Option<Self> {
        let mut templates = Templates::default();
        let mut pods = Table::default();
        let restored = templates.restored(saved)?;
        pods.reserve(restored.len());
        restored.into_iter().for_each(|pod| pods.insert(pod.name.clone(), pod.into()));
        Some(Self { templates, pods })
    }
}

/// A cluster that was saved, but for its Pods.
pub struct Halfway<'t> {
    cluster: Cluster,
    slices: Vec<Value>,
    /// Only to be looked at: nothing is derived.
    is_shown: bool,
    pods: Option<PodsAtOnce<'t>>,
    revision: u64,
    placed: Option<usize>,
    /// Where it stood with the rest.
    past: Option<SavedPast<'t>>,
}

impl<'t> Halfway<'t> {
    /// Begins with what was saved beside objects, and puts in those that stood with it. `now` is
    /// what the clock reads, where it is not told with the rest.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn of(mut saved: Saved<'t>, now: Option<&str>) -> Result<Self, String> {
        let settings = saved.settings.as_object_mut().ok_or("its settings are not a mapping")?;
        if let Some(now) = now {
            settings.insert("now".to_owned(), now.into());
        }
        let settings = Settings::read(settings).map_err(|problems| problems.join("; "))?;
        let mut cluster = Cluster::empty(settings);
        if let Some(began) = &saved.began {
            cluster.began = (*began.0).into();
        }
        cluster.is_reading = true;
        cluster.defer();
        let Saved { revision, placed, made, queue, slices, events, .. } = saved;
        let mut half = Self {
            cluster,
            slices: Vec::new(),
            is_shown: false,
            pods: Some(saved.pods),
            revision,
            placed,
            past: Some(SavedPast { made, queue, slices, events }),
        };
        // Those that tell the clock apart have their objects apart, too.
        let missing = || now.map(|_| Vec::new());
        half.put(saved.objects.or_else(missing).ok_or("its objects are missing")?)?;
        Ok(half)
    }

    /// The same, only to be looked at: what is put in is there, and nothing else.
    #[must_use]
    pub fn to_look(self) -> Self {
        Self { is_shown: true, ..self }
    }

    /// Puts in objects that were saved.
    ///
    /// # Errors
    /// What is wrong with one of them, in a sentence.
    pub fn put(&mut self, objects: Vec<Value>) -> Result<(), String> {
        let Self { cluster, slices, is_shown, .. } = self;
        if *is_shown {
            return objects
                .into_iter()
                .try_for_each(|object| cluster.hold(object).map_err(|error| error.to_string()));
        }
        cluster.addresses.reserve(objects.len());
        cluster.services.reserve(objects.len());
        for object in objects {
            // They come last.
            match object["kind"] == "EndpointSlice" {
                true => slices.push(object),
                false => put(cluster, object)?,
            }
        }
        Ok(())
    }

    /// The cluster with its Pods and its past: those that were read, or that stood with the rest.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn with(
        self,
        pods: Option<RestoredPods>,
        past: Option<SavedPast<'t>>,
    ) -> Result<Cluster, String> {
        let Self { mut cluster, slices, .. } = self;
        let of_saved = || self.pods.and_then(RestoredPods::of);
        let pods = pods.or_else(of_saved).ok_or(PODS_UNREAD)?;
        if self.is_shown {
            cluster.deferred = None;
            cluster.revision = self.revision;
            (cluster.templates, cluster.pods) = (pods.templates, pods.pods);
            cluster.is_reading = false;
            return Ok(cluster);
        }
        let saved = past.or(self.past).unwrap_or(SavedPast {
            made: Vec::new(),
            queue: None,
            slices: Vec::new(),
            events: Vec::new(),
        });
        cluster.slices.reserve(saved.slices.len());
        cluster.take_pods(pods);
        slices.into_iter().try_for_each(|slice| put(&mut cluster, slice))?;
        cluster.derive_deferred();
        if let Some(queue) = &saved.queue {
            cluster.queue = queue.iter().map(key_of).collect();
            // Who waits for a time finds out anew which.
            for kind in ["CronJob", "Job"] {
                let keys: Vec<Key> =
                    cluster.others_of(kind, None).map(|(k, _)| k.clone()).collect();
                keys.into_iter().for_each(|key| cluster.enqueue(key));
            }
            let waiting: Vec<Name> = cluster.waiting_pods().map(|pod| pod.name.clone()).collect();
            for name in waiting {
                cluster.enqueue(Key { kind: "Pod".into(), name });
            }
        } else {
            cluster.settle();
        }
        cluster.is_reading = false;
        for (namespace, name, n) in &saved.made {
            cluster.n_made.change(&name_of(namespace, name), |held| {
                *held = *n;
                Left::Something
            });
        }
        for SavedSlice(namespace, name, version, generation, trigger) in &saved.slices {
            let name = name_of(namespace, name);
            let Some(slice) = cluster.slices.get(&name) else { continue };
            let mut slice = (**slice).clone();
            (slice.version, slice.generation) = (*version, *generation);
            slice.trigger = trigger.as_ref().map(|trigger| (*trigger.0).into());
            cluster.slices.insert(name, slice.into());
        }
        for event in saved.events {
            cluster.events.put_back(event.number, event.into_event());
        }
        cluster.n_placed = self.placed.unwrap_or(cluster.n_placed);
        cluster.revision = cluster.revision.max(self.revision);
        Ok(cluster)
    }
}

impl Cluster {
    /// Puts in an object that is only looked at: nothing follows from it.
    fn hold(&mut self, object: Value) -> Result<(), ObjectError> {
        let key = read_key(&object)?;
        match &*key.kind {
            "Service" => self.services.insert(key.name, Service::read(object)?.into()),
            "Node" => self.nodes.insert(key.name, Node::read(object)?.into()),
            "Namespace" => self.namespaces.insert(key.name, Namespace::read(object)?.into()),
            "NetworkPolicy" => self.policies.insert(key.name, NetworkPolicy::read(object)?.into()),
            _ => self.others.insert_mut(key, object.into()),
        }
        Ok(())
    }
}

fn put(cluster: &mut Cluster, object: Value) -> Result<(), String> {
    let name = object["metadata"]["name"].as_str().unwrap_or("an object").to_owned();
    let put = cluster.put_object(object).map(drop);
    put.map_err(|error| format!("{name} cannot be read: {error}"))
}

fn saved_key(key: &Key) -> [Text<'_>; 3] {
    [&*key.kind, &*key.name.namespace, &*key.name.name].map(Text::from)
}

fn key_of([kind, namespace, name]: &[Text<'_>; 3]) -> Key {
    Key::new(&kind.0, &namespace.0, &name.0)
}

impl<'t> SavedEvent<'t> {
    fn of(number: u64, event: &'t Event) -> Self {
        let (api_version, uid, version) = &event.about_version;
        let (first, last) = &event.time;
        Self {
            number,
            about: saved_key(&event.about),
            version: [api_version, uid, version].map(|text| (&**text).into()),
            kind: (&*event.kind).into(),
            reason: (&*event.reason).into(),
            message: (&*event.message).into(),
            from: (&*event.from).into(),
            time: [first, last].map(|text| (&**text).into()),
            count: event.count,
            combined: event.combined,
            at: event.version,
        }
    }

    fn into_event(self) -> Event {
        let text = |text: Text<'_>| text.0.into_owned();
        let about = key_of(&self.about);
        let [api_version, uid, version] = self.version.map(text);
        let [first, last] = self.time.map(text);
        Event {
            about,
            about_version: (api_version, uid, version),
            kind: text(self.kind).into(),
            reason: text(self.reason).into(),
            message: text(self.message),
            from: text(self.from).into(),
            time: (first, last),
            count: self.count,
            combined: self.combined,
            version: self.at,
        }
    }
}

impl Settings {
    /// As a world has them, but for what the clock reads.
    fn saved(&self) -> Value {
        let ports = |list: &[(u16, Protocol)]| -> Value {
            list.iter().map(|(port, protocol)| format!("{port}/{protocol}")).collect()
        };
        let cidrs: Vec<String> = self.service_cidrs.iter().map(ToString::to_string).collect();
        let by_name = |all: &std::collections::BTreeMap<String, Vec<(u16, Protocol)>>| -> Value {
            let all = all.iter().map(|(name, list)| (name.clone(), ports(list)));
            Value::Object(all.collect::<Map<_, _>>())
        };
        let upstream = self.upstream.iter().map(|(name, ip)| (name.clone(), ip.to_string().into()));
        let mut saved = json!({
            "kubernetes": self.kubernetes,
            "proxyMode": self.proxy_mode.to_string(),
            "clusterCIDR": self.cluster_cidr.to_string(),
            "serviceCIDR": cidrs.join(","),
            "nodePorts": format!("{}-{}", self.node_ports.start(), self.node_ports.end()),
            "clusterDomain": self.cluster_domain,
            "context": self.context,
            "external": {
                "ip": self.external.ip.to_string(),
                "loadBalancerGateway": self.external.load_balancer_gateway,
            },
            "upstream": upstream.collect::<Map<_, _>>(),
            "images": by_name(&self.images),
            "listening": by_name(&self.listening),
        });
        if let Some(pool) = self.load_balancer_pool {
            saved["loadBalancer"] = json!({"pool": pool.to_string()});
        }
        saved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_cluster_comes_back_as_it_was() {
        let (mut cluster, _) = Cluster::from_world(
            "loadBalancer: {pool: 203.0.113.0/24}\nimages: {nginx: [80/TCP, 53/UDP]}\n\
             listening: {web-a: [8080]}\nupstream: {api.example.com: 203.0.113.80}\nobjects:\n\
             - {kind: Node, metadata: {name: node1}}\n\
             - {kind: Node, metadata: {name: node2}}\n",
        )
        .unwrap();
        cluster.set_stepwise(true);
        for object in [
            json!({"apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": {"name": "web", "namespace": "default"},
                "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}},
                    "template": {"metadata": {"labels": {"app": "web"}},
                        "spec": {"containers": [{"name": "c", "image": "nginx"}]}}}}),
            json!({"apiVersion": "v1", "kind": "Service",
                "metadata": {"name": "web", "namespace": "default"},
                "spec": {"type": "LoadBalancer", "selector": {"app": "web"},
                    "clusterIP": "10.96.0.9", "ports": [{"port": 80, "protocol": "TCP"}]}}),
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "default"}}),
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "waits", "namespace": "default"},
                "spec": {"nodeSelector": {"no": "node"}, "containers": [{"name": "c"}]}}),
            json!({"apiVersion": "v1", "kind": "EndpointSlice",
                "metadata": {"name": "by-hand", "namespace": "default",
                    "labels": {"kubernetes.io/service-name": "web"}},
                "addressType": "IPv4", "ports": [{"port": 80}],
                "endpoints": [{"addresses": ["10.244.0.10"]}]}),
        ] {
            cluster.put(object).unwrap();
        }
        cluster.settle();
        assert!(cluster.events().count() > 3);
        let saved = |cluster: &Cluster| {
            let lists = cluster.saved_objects();
            let objects: Vec<_> = lists.iter().flat_map(|list| &list.objects).collect();
            [
                serde_json::to_string_pretty(&cluster.saved()).unwrap(),
                serde_json::to_string_pretty(&cluster.saved_past()).unwrap(),
                serde_json::to_string_pretty(&objects).unwrap(),
                serde_json::to_string_pretty(&cluster.saved_pods()).unwrap(),
            ]
        };
        let theirs = saved(&cluster);
        let [head, past, objects, pods] = &theirs;
        let now = Some(&*cluster.settings().now);
        let mut halfway = Halfway::of(serde_json::from_str(head).unwrap(), now).unwrap();
        halfway.put(serde_json::from_str(objects).unwrap()).unwrap();
        let of_pods = RestoredPods::read(&mut serde_json::Deserializer::from_str(pods)).unwrap();
        let past = serde_json::from_str(past).unwrap();
        let mut again = halfway.with(Some(of_pods), Some(past)).unwrap();
        again.set_stepwise(true);
        let (ours, theirs) = (saved(&again).concat(), theirs.concat());
        for (ours, theirs) in ours.lines().zip(theirs.lines()) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(again.settings(), cluster.settings());
        for kind in
            ["Pod", "Service", "EndpointSlice", "Endpoints", "ReplicaSet", "Deployment", "Event"]
        {
            assert_eq!(again.list(kind, None), cluster.list(kind, None), "{kind}");
        }
        // Both go on alike: new Pods get new names.
        for cluster in [&mut cluster, &mut again] {
            let name =
                cluster.list("Pod", None)[0]["metadata"]["name"].as_str().unwrap().to_owned();
            cluster.delete("Pod", "default", &name);
            cluster.settle();
        }
        assert_eq!(again.list("Pod", None), cluster.list("Pod", None));
        let wrong = serde_json::from_str(r#"{"settings": 1, "objects": []}"#).unwrap();
        let why = Halfway::of(wrong, None).err();
        assert_eq!(why, Some("its settings are not a mapping".to_owned()));
    }
}
