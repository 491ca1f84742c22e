//! A cluster as JSON, so that another run goes on where this one ended.

use super::events::Event;
use super::layer::Left;
use super::object::SavedPods;
use super::{Cluster, Key, Name, Protocol, Settings};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What is written of a cluster, and read again; texts are those of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "Objects: Deserialize<'de>, Part: Deserialize<'de>"))]
pub struct Saved<'t, Objects = Vec<Value>, Part = Value> {
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
    /// In the first form they stood among the objects.
    #[serde(borrow, default)]
    pods: SavedPods<'t, Part>,
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
    /// All that it holds, for [`Self::restored`]: settings, objects, events, and what numbers
    /// were given out, and what controllers have still to look at.
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
            pods: SavedPods::of(self.pods.values()),
            queue: Some(queue.map(saved_key).collect()),
            slices: derived.collect(),
            events: self.events.numbered().map(|(n, event)| SavedEvent::of(n, event)).collect(),
        }
    }

    /// The cluster that was saved.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn restored(saved: Saved<'_>) -> Result<Self, String> {
        let settings = saved.settings.as_object().ok_or("its settings are not a mapping")?;
        let settings = Settings::read(settings).map_err(|problems| problems.join("; "))?;
        let mut cluster = Self::empty(settings);
        if let Some(began) = &saved.began {
            cluster.began = (*began.0).into();
        }
        let is_slice = |object: &Value| object["kind"] == "EndpointSlice";
        let (slices, objects): (Vec<_>, Vec<_>) = saved.objects.into_iter().partition(is_slice);
        let pods = cluster.templates.restored(saved.pods).ok_or("its Pods cannot be read")?;
        cluster.is_reading = true;
        cluster.pods.reserve(pods.len());
        cluster.addresses.reserve(objects.len() + pods.len());
        cluster.services.reserve(objects.len());
        cluster.slices.reserve(saved.slices.len());
        let mut wrong = None;
        let mut put = |cluster: &mut Self, object: Value| {
            let name = object["metadata"]["name"].as_str().unwrap_or("an object").to_owned();
            if let Err(error) = cluster.put_object(object) {
                wrong.get_or_insert_with(|| format!("{name} cannot be read: {error}"));
            }
        };
        cluster.derive_after(|cluster| {
            objects.into_iter().for_each(|object| put(cluster, object));
            pods.into_iter().for_each(|pod| cluster.insert_pod(pod));
            slices.into_iter().for_each(|slice| put(cluster, slice));
        });
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
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
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
        let theirs = serde_json::to_string_pretty(&cluster.saved()).unwrap();
        let mut again = Cluster::restored(serde_json::from_str(&theirs).unwrap()).unwrap();
        again.set_stepwise(true);
        let ours = serde_json::to_string_pretty(&again.saved()).unwrap();
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
        let why = Cluster::restored(wrong).err();
        assert_eq!(why, Some("its settings are not a mapping".to_owned()));
    }
}
