//! A cluster as JSON, so that another run goes on where this one ended.

use super::events::Event;
use super::object::SavedPods;
use super::{Cluster, Key, Name, Protocol, Settings};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// What is written of a cluster.
#[derive(Serialize)]
struct Saved<'c> {
    settings: Value,
    began: &'c str,
    revision: u64,
    placed: usize,
    made: Vec<Value>,
    objects: Objects<'c>,
    pods: SavedPods<'c>,
    queue: Vec<[&'c str; 3]>,
    slices: Vec<Value>,
    events: Vec<Value>,
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
            let name = &slice.name;
            json!([name.namespace, name.name, slice.version, slice.generation, slice.trigger])
        });
        let makes_names = |key: &&Key| matches!(&*key.kind, "ReplicaSet" | "DaemonSet" | "Job");
        let sets = self.others.keys().filter(makes_names);
        let made = sets.filter_map(|key| {
            let n = self.n_made.get(&key.name)?;
            Some(json!([key.name.namespace, key.name.name, n]))
        });
        let events = self.events.numbered();
        let queue = self.queue.iter().chain(&self.unsettled);
        Saved {
            settings: self.settings.saved(),
            began: &self.began,
            revision: self.revision,
            placed: self.n_placed,
            made: made.collect(),
            objects: Objects(self),
            pods: SavedPods::of(self.pods.values()),
            queue: queue.map(|key| [&*key.kind, &*key.name.namespace, &*key.name.name]).collect(),
            slices: derived.collect(),
            events: events.map(|(n, event)| event_value(n, event)).collect(),
        }
    }

    /// The cluster that `saved` holds.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn restored(mut saved: Value) -> Result<Self, String> {
        let objects = saved.get_mut("objects").map(Value::take);
        let settings = saved["settings"].as_object().ok_or("it has no settings")?;
        let settings = Settings::read(settings).map_err(|problems| problems.join("; "))?;
        let Some(Value::Array(objects)) = objects else {
            return Err("it has no objects".to_owned());
        };
        let mut cluster = Self::empty(settings);
        if let Some(began) = saved["began"].as_str() {
            cluster.began = began.into();
        }
        let is_slice = |object: &Value| object["kind"] == "EndpointSlice";
        let (slices, objects): (Vec<_>, Vec<_>) = objects.into_iter().partition(is_slice);
        let pods = match saved.get_mut("pods") {
            Some(pods) => cluster.templates.restored(pods).ok_or("its Pods cannot be read")?,
            None => Vec::new(),
        };
        cluster.is_reading = true;
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
        if let Some(queue) = saved["queue"].as_array() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let keys =
                queue.iter().map(|key| Key::new(&text(&key[0]), &text(&key[1]), &text(&key[2])));
            cluster.queue = keys.collect();
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
        for made in saved["made"].as_array().into_iter().flatten() {
            let text = |n: usize| made[n].as_str().unwrap_or_default();
            let name = Name::new(text(0), text(1));
            let n = made[2].as_u64().unwrap_or(0);
            cluster.n_made.change(&name, |held| {
                *held = n;
                super::layer::Left::Something
            });
        }
        for saved in saved["slices"].as_array().into_iter().flatten() {
            let text = |n: usize| saved[n].as_str().unwrap_or_default();
            let name = Name::new(text(0), text(1));
            let Some(slice) = cluster.slices.get(&name) else { continue };
            let mut slice = (**slice).clone();
            slice.version = saved[2].as_u64().unwrap_or(slice.version);
            slice.generation = saved[3].as_u64().unwrap_or(slice.generation);
            slice.trigger = saved[4].as_str().map(Into::into);
            cluster.slices.insert(name, slice.into());
        }
        for event in saved["events"].as_array().into_iter().flatten() {
            let (number, event) = event_of(event).ok_or("one of its events cannot be read")?;
            cluster.events.put_back(number, event);
        }
        let placed = saved["placed"].as_u64().and_then(|n| usize::try_from(n).ok());
        cluster.n_placed = placed.unwrap_or(cluster.n_placed);
        cluster.revision = cluster.revision.max(saved["revision"].as_u64().unwrap_or(0));
        Ok(cluster)
    }
}

fn event_value(number: u64, event: &Event) -> Value {
    json!({
        "number": number,
        "about": [&*event.about.kind, &*event.about.name.namespace, &*event.about.name.name],
        "version": [event.about_version.0, event.about_version.1, event.about_version.2],
        "kind": event.kind, "reason": event.reason, "message": event.message, "from": event.from,
        "time": [event.time.0, event.time.1],
        "count": event.count, "combined": event.combined, "at": event.version,
    })
}

fn event_of(saved: &Value) -> Option<(u64, Event)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let about = &saved["about"];
    let version = &saved["version"];
    let event = Event {
        about: Key::new(about[0].as_str()?, about[1].as_str()?, about[2].as_str()?),
        about_version: (text(&version[0])?, text(&version[1])?, text(&version[2])?),
        kind: text(&saved["kind"])?.into(),
        reason: text(&saved["reason"])?.into(),
        message: text(&saved["message"])?,
        from: text(&saved["from"])?.into(),
        time: (text(&saved["time"][0])?, text(&saved["time"][1])?),
        count: u32::try_from(saved["count"].as_u64()?).ok()?,
        combined: saved["combined"].as_bool()?,
        version: saved["at"].as_u64()?,
    };
    Some((saved["number"].as_u64()?, event))
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
        let saved = serde_json::to_value(cluster.saved()).unwrap();
        let mut again = Cluster::restored(saved.clone()).unwrap();
        again.set_stepwise(true);
        let lines = |value: &Value| serde_json::to_string_pretty(value).unwrap();
        let (ours, theirs) = (lines(&serde_json::to_value(again.saved()).unwrap()), lines(&saved));
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
        assert_eq!(Cluster::restored(json!({})).err(), Some("it has no settings".to_owned()));
    }
}
