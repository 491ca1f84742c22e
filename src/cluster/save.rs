//! A cluster as JSON, so that another run goes on where this one ended. Its Pods are apart, so
//! that both halves can be read at once.

use super::events::Event;
use super::layer::Left;
use super::object::{Pod, SavedPods, Templates};
use super::table::Table;
use super::{Cluster, Key, Name, Protocol, Settings};
use serde::de::Error as _;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What is written of a cluster, and read again; texts are those of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "Objects: Deserialize<'de>"))]
pub struct Saved<'t, Objects = Vec<Value>> {
    settings: Value,
    #[serde(borrow, default)]
    began: Option<Text<'t>>,
    #[serde(default)]
    revision: u64,
    #[serde(default)]
    placed: Option<usize>,
    /// Namespace and name of what makes names, and how many it has made.
    #[serde(borrow, default)]
    made: Vec<(Text<'t>, Text<'t>, u64)>,
    objects: Objects,
    /// Once they stood here, and before that among the objects.
    #[serde(borrow, default, skip_serializing)]
    pods: SavedPods<'t, Value>,
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

/// The objects but for Pods, made one by one as they are written.
struct Objects<'c>(&'c Cluster);

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cluster = self.0;
        let mut list = serializer.serialize_seq(None)?;
        cluster.namespaces.values().try_for_each(|o| list.serialize_element(&*o.value))?;
        cluster.nodes.values().try_for_each(|o| list.serialize_element(&*o.value))?;
        cluster.policies.values().try_for_each(|o| list.serialize_element(&*o.value))?;
        cluster.others.values().try_for_each(|o| list.serialize_element(&**o))?;
        cluster.services.values().try_for_each(|o| list.serialize_element(&*o.value))?;
        let mut made_by_hand = cluster.slices.values().filter(|slice| !slice.managed);
        made_by_hand.try_for_each(|slice| list.serialize_element(&*slice.json(None)))?;
        list.end()
    }
}

impl Cluster {
    /// All that it holds but for its Pods, for [`Halfway::of`]: settings, objects, events, and
    /// what numbers were given out, and what controllers have still to look at.
    #[must_use]
    pub fn saved(&self) -> impl Serialize + '_ {
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
        Saved {
            settings: self.settings.saved(),
            began: Some((&*self.began).into()),
            revision: self.revision,
            placed: Some(self.n_placed),
            made: made.collect(),
            objects: Objects(self),
            pods: SavedPods::default(),
            queue: Some(queue.map(saved_key).collect()),
            slices: derived.collect(),
            events: self.events.numbered().map(|(n, event)| SavedEvent::of(n, event)).collect(),
        }
    }

    /// Its Pods, for [`RestoredPods::read`].
    #[must_use]
    pub fn saved_pods(&self) -> impl Serialize + '_ {
        SavedPods::of(self.pods.values())
    }
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
        let saved = SavedPods::deserialize(from)?;
        Self::of(saved).ok_or_else(|| D::Error::custom(PODS_UNREAD))
    }

    /// None where what is there fits no Pods.
    fn of(saved: SavedPods<'_, Value>) -> Option<Self> {
        let mut templates = Templates::default();
        let mut pods = Table::default();
        let restored = templates.restored(saved)?;
        pods.reserve(restored.len());
        restored.into_iter().for_each(|pod| pods.insert(pod.name.clone(), pod.into()));
        Some(Self { templates, pods })
    }
}

const PODS_UNREAD: &str = "its Pods cannot be read";

/// A cluster that was saved, but for its Pods.
pub struct Halfway<'t> {
    cluster: Cluster,
    slices: Vec<Value>,
    /// The rest.
    saved: Saved<'t>,
}

impl<'t> Halfway<'t> {
    /// Puts in what was saved beside the Pods.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn of(mut saved: Saved<'t>) -> Result<Self, String> {
        let settings = saved.settings.as_object().ok_or("its settings are not a mapping")?;
        let settings = Settings::read(settings).map_err(|problems| problems.join("; "))?;
        let mut cluster = Cluster::empty(settings);
        if let Some(began) = &saved.began {
            cluster.began = (*began.0).into();
        }
        let is_slice = |object: &Value| object["kind"] == "EndpointSlice";
        let objects = std::mem::take(&mut saved.objects).into_iter();
        let (slices, objects): (Vec<_>, Vec<_>) = objects.partition(is_slice);
        cluster.is_reading = true;
        cluster.addresses.reserve(objects.len());
        cluster.services.reserve(objects.len());
        cluster.slices.reserve(saved.slices.len());
        cluster.defer();
        objects.into_iter().try_for_each(|object| put(&mut cluster, object))?;
        Ok(Self { cluster, slices, saved })
    }

    /// The cluster with its Pods: those that were read, or that stood with the rest.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn with(self, pods: Option<RestoredPods>) -> Result<Cluster, String> {
        let Self { mut cluster, slices, saved } = self;
        let pods = pods.or_else(|| RestoredPods::of(saved.pods)).ok_or(PODS_UNREAD)?;
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
        cluster.n_placed = saved.placed.unwrap_or(cluster.n_placed);
        cluster.revision = cluster.revision.max(saved.revision);
        Ok(cluster)
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
    /// As a world has them.
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
            "now": self.now,
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
            let head = serde_json::to_string_pretty(&cluster.saved()).unwrap();
            (head, serde_json::to_string_pretty(&cluster.saved_pods()).unwrap())
        };
        let (head, pods) = saved(&cluster);
        let halfway = Halfway::of(serde_json::from_str(&head).unwrap()).unwrap();
        let of_pods = RestoredPods::read(&mut serde_json::Deserializer::from_str(&pods)).unwrap();
        let mut again = halfway.with(Some(of_pods)).unwrap();
        again.set_stepwise(true);
        let (ours, our_pods) = saved(&again);
        let (ours, theirs) = (ours + &our_pods, head + &pods);
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
        let why = Halfway::of(wrong).err();
        assert_eq!(why, Some("its settings are not a mapping".to_owned()));
    }
}
