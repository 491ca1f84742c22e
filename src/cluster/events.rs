//! Events: what controllers say of what they did, as `kubectl get events` shows it.

use super::controllers::made_up_uid;
use super::layer::{Layer, Left, QuickHasher};
use super::{Cluster, Key, Pod};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The most events that are kept; the oldest go first.
const MAX_EVENTS: usize = 1_000;

/// Something that a controller did to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The object that it is about.
    pub about: Key,
    /// The object's `apiVersion`, `uid` and `resourceVersion`.
    pub about_version: (String, String, String),
    /// `Normal` or `Warning`.
    pub kind: Cow<'static, str>,
    /// In one word: `ScalingReplicaSet`.
    pub reason: Cow<'static, str>,
    /// In a sentence, as upstream words it.
    pub message: String,
    /// Who says so: `deployment-controller`.
    pub from: Cow<'static, str>,
    /// When it was said first and last, by the world's clock.
    pub time: (String, String),
    /// How often it was said.
    pub count: u32,
    /// It stands for several that differ in their message only.
    pub combined: bool,
    /// The resource version that it was said at.
    pub version: u64,
}

impl Event {
    /// The namespace it lies in: that of its object, or `default`.
    #[must_use]
    pub fn namespace(&self) -> &str {
        if self.about.name.namespace.is_empty() { "default" } else { &self.about.name.namespace }
    }

    /// The Event as the API server shows it.
    fn to_value(&self, number: u64) -> Value {
        let (api_version, uid, resource_version) = &self.about_version;
        let name = format!("{}.{number:016x}", self.about.name.name);
        let mut about = json!({
            "apiVersion": api_version,
            "kind": &*self.about.kind,
            "name": &*self.about.name.name,
            "resourceVersion": resource_version,
            "uid": uid,
        });
        if !self.about.name.namespace.is_empty() {
            about["namespace"] = (*self.about.name.namespace).into();
        }
        json!({
            "apiVersion": "v1",
            "count": self.count,
            "eventTime": null,
            "firstTimestamp": self.time.0,
            "involvedObject": about,
            "kind": "Event",
            "lastTimestamp": self.time.1,
            "message": self.message,
            "metadata": {
                "creationTimestamp": self.time.0,
                "name": name,
                "namespace": self.namespace(),
                "resourceVersion": self.version.to_string(),
                "uid": made_up_uid(&format!("Event/{name}")),
            },
            "reason": self.reason,
            // What combines events says nothing here.
            "reportingComponent": if self.combined { "" } else { &*self.from },
            "reportingInstance": "",
            "source": {"component": self.from},
            "type": self.kind,
        })
    }
}

/// The last events, by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    events: Arc<VecDeque<(u64, Arc<Event>)>>,
    n_said: u64,
    /// The number under which the same was said last, by what was said.
    same: Layer<u64, u64>,
    /// By what they have in common: the messages, by their hashes, that were said of late.
    similar: Layer<u64, Similar>,
    /// By who speaks of what: how much more it may say.
    allowed: Layer<u64, Allowed>,
    n_allowed: usize,
    /// How often something was said that was not told.
    untold: Layer<u64, u32>,
    /// The last time that was read, and its second.
    clock: (String, Option<i64>),
}

/// So many events may one component send about one object at once (`defaultSpamBurst`,
/// client-go/tools/record/events_cache.go, v1.36).
const BURST: f64 = 25.0;
/// And one more in so many seconds (`defaultSpamQPS`).
const SECONDS_PER_EVENT: f64 = 300.0;
/// So many pairs of a component and an object are remembered (`maxLruCacheEntries`).
const MOST_ALLOWED: usize = 4_096;

/// What is left of a component's right to speak of an object.
#[derive(Debug, Clone, Copy)]
struct Allowed {
    events: f64,
    since: i64,
}

/// From so many different messages on they are combined (`defaultAggregateMaxEvents`,
/// client-go/tools/record/events_cache.go, v1.36).
const MOST_SIMILAR: usize = 10;
/// After so many seconds of silence that begins anew (`defaultAggregateIntervalInSeconds`).
const SILENCE: i64 = 600;

#[derive(Debug, Clone, Default)]
struct Similar {
    messages: Vec<u64>,
    last: String,
}

fn hash_of(parts: &impl Hash) -> u64 {
    let mut hasher = QuickHasher::default();
    parts.hash(&mut hasher);
    hasher.finish()
}

fn is_silence(last: &str, now: &str) -> bool {
    if last == now {
        return false;
    }
    let (Ok(last), Ok(now)) = (last.parse::<jiff::Timestamp>(), now.parse::<jiff::Timestamp>())
    else {
        return false;
    };
    now.as_second() - last.as_second() > SILENCE
}

impl Events {
    /// All, with their numbers, oldest first.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u64, &Event)> {
        self.events.iter().map(|(number, event)| (*number, &**event))
    }

    /// Where the event of this number stands, or would.
    fn place_of(&self, number: u64) -> Result<usize, usize> {
        self.events.binary_search_by_key(&number, |(number, _)| *number)
    }

    fn put(&mut self, number: u64, event: Event) {
        let event = (number, Arc::new(event));
        let place = self.place_of(number);
        let events = Arc::make_mut(&mut self.events);
        match place {
            Ok(at) => {
                if let Some(held) = events.get_mut(at) {
                    *held = event;
                }
            }
            Err(at) => events.insert(at, event),
        }
    }

    /// Puts back an event that was said before.
    pub(super) fn put_back(&mut self, number: u64, event: Event) {
        let common =
            (&event.about, &event.about_version.1, &event.kind, &event.reason, &event.from);
        let group = hash_of(&common);
        let said = if event.combined { group } else { hash_of(&(group, &event.message)) };
        self.same.insert(said, number);
        self.n_said = self.n_said.max(number);
        self.put(number, event);
    }

    /// Says `event`: what was said before is counted, and many that differ only in their
    /// message are combined (`EventCorrelator`).
    fn say(&mut self, mut event: Event) {
        let now = event.time.1.clone();
        let common =
            (&event.about, &event.about_version.1, &event.kind, &event.reason, &event.from);
        let group = hash_of(&common);
        let mut said = hash_of(&(group, &event.message));
        self.similar.change(&group, |similar| {
            if !similar.last.is_empty() && is_silence(&similar.last, &now) {
                similar.messages.clear();
            }
            if !similar.messages.contains(&said) {
                similar.messages.push(said);
            }
            similar.last.clone_from(&now);
            if similar.messages.len() >= MOST_SIMILAR {
                similar.messages.remove(0);
                event.combined = true;
            }
            Left::Something
        });
        if event.combined {
            event.message = format!("(combined from similar events): {}", event.message);
            said = group;
        }
        let n_untold = self.untold.get(&said).copied();
        if !self.may_tell(&event) {
            self.untold.insert(said, n_untold.unwrap_or(0).saturating_add(1));
            return;
        }
        if let Some(n) = n_untold {
            event.count = event.count.saturating_add(n);
            self.untold.remove(&said);
        }
        let known = self.same.get(&said).copied();
        let place = known.and_then(|number| self.place_of(number).ok());
        if let Some((number, before)) = place.and_then(|at| self.events.get(at)) {
            event.count = event.count.saturating_add(before.count);
            event.time.0.clone_from(&before.time.0);
            let number = *number;
            self.put(number, event);
            return;
        }
        self.n_said += 1;
        self.same.insert(said, self.n_said);
        self.put(self.n_said, event);
        if self.events.len() > MAX_EVENTS
            && let Some((_, oldest)) = Arc::make_mut(&mut self.events).pop_front()
        {
            let from = (&oldest.about, &oldest.about_version.1, &oldest.kind, &oldest.reason);
            let group = hash_of(&(from.0, from.1, from.2, from.3, &oldest.from));
            let said = match oldest.combined {
                true => group,
                false => hash_of(&(group, &oldest.message)),
            };
            self.same.remove(&said);
            self.similar.remove(&group);
        }
    }
}

impl Events {
    /// Whether its component may still tell it (`EventSourceObjectSpamFilter`). The scheduler
    /// speaks through another library, which has no such bound.
    fn may_tell(&mut self, event: &Event) -> bool {
        if event.from == "default-scheduler" {
            return true;
        }
        if self.clock.0 != event.time.1 {
            let second = event.time.1.parse().ok().map(jiff::Timestamp::as_second);
            self.clock = (event.time.1.clone(), second);
        }
        let Some(now) = self.clock.1 else { return true };
        let pair = hash_of(&(&event.from, &event.about, &event.about_version.1));
        let known = self.allowed.get(&pair).copied();
        let mut allowed = known.unwrap_or(Allowed { events: BURST, since: now });
        let waited = (now - allowed.since).max(0) as f64;
        allowed.events = (allowed.events + waited / SECONDS_PER_EVENT).min(BURST);
        allowed.since = now;
        let may = allowed.events >= 1.0;
        if may {
            allowed.events -= 1.0;
        }
        if self.n_allowed >= MOST_ALLOWED {
            self.allowed = Layer::default();
            self.n_allowed = 0;
            self.untold = Layer::default();
        }
        if known.is_none() || self.n_allowed == 0 {
            self.n_allowed += 1;
        }
        self.allowed.insert(pair, allowed);
        may
    }
}

/// Events by the namespace and name of what they are about.
#[derive(Debug, Default)]
pub struct EventsByObject<'c>(HashMap<(&'c str, &'c str), Vec<(u64, &'c Event)>>);

impl EventsByObject<'_> {
    /// The Events about objects of this name, of whatever kind, oldest first; the namespace is
    /// empty where the kind has none.
    #[must_use]
    pub fn about(&self, namespace: &str, name: &str) -> Vec<Value> {
        let events = self.0.get(&(namespace, name)).into_iter().flatten();
        events.map(|(number, event)| event.to_value(*number)).collect()
    }
}

impl Cluster {
    /// The last thousand events, oldest first.
    pub fn events(&self) -> impl Iterator<Item = &Arc<Event>> {
        self.events.events.iter().map(|(_, event)| event)
    }

    /// Shows those of which `wanted` holds as Events, by namespace and name as all objects:
    /// those about one object oldest first.
    pub(super) fn each_event(&self, wanted: impl Fn(&Event) -> bool, see: &mut dyn FnMut(Value)) {
        let mut events: Vec<_> =
            self.events.numbered().filter(|(_, event)| wanted(event)).collect();
        events.sort_by_cached_key(|(number, event)| {
            (event.namespace().to_owned(), format!("{}.", event.about.name.name), *number)
        });
        events.into_iter().for_each(|(number, event)| see(event.to_value(number)));
    }

    /// All events by what they are about.
    #[must_use]
    pub fn events_by_object(&self) -> EventsByObject<'_> {
        let mut by_object = EventsByObject::default();
        for (number, event) in self.events.numbered() {
            let about = &event.about.name;
            let events = by_object.0.entry((&about.namespace, &about.name)).or_default();
            events.push((number, event));
        }
        by_object
    }

    /// Says an event about `object`, unless a world is being read: what it holds was there
    /// before.
    pub(super) fn event(
        &mut self,
        object: &Value,
        kind: &'static str,
        reason: &'static str,
        message: String,
        from: &'static str,
    ) {
        if self.is_reading {
            return;
        }
        let text = |field: &'static str| object[field].as_str().unwrap_or_default();
        let metadata = &object["metadata"];
        let own = |field: &'static str| metadata[field].as_str().unwrap_or_default();
        let about = Key::new(text("kind"), own("namespace"), own("name"));
        let versions = [text("apiVersion"), own("uid"), own("resourceVersion")];
        let versions = versions.map(str::to_owned).into();
        self.say((about, versions), kind, reason, message, from);
    }

    /// As [`Self::event`], about a Pod.
    pub(super) fn pod_event(
        &mut self,
        pod: &Pod,
        kind: &'static str,
        reason: &'static str,
        message: String,
        from: &'static str,
    ) {
        if self.is_reading {
            return;
        }
        let about = Key { kind: "Pod".into(), name: pod.name.clone() };
        let version = pod.text(("metadata", "resourceVersion")).unwrap_or_default();
        let versions = [
            pod.top()["apiVersion"].as_str().unwrap_or_default(),
            pod.uid().unwrap_or_default(),
            version,
        ];
        let versions = versions.map(str::to_owned).into();
        self.say((about, versions), kind, reason, message, from);
    }

    fn say(
        &mut self,
        (about, about_version): (Key, (String, String, String)),
        kind: &'static str,
        reason: &'static str,
        message: String,
        from: &'static str,
    ) {
        let event = Event {
            about,
            about_version,
            kind: kind.into(),
            reason: reason.into(),
            message,
            from: from.into(),
            time: (self.settings.now.clone(), self.settings.now.clone()),
            count: 1,
            combined: false,
            version: self.revision,
        };
        self.events.say(event);
    }
}

#[cfg(test)]
mod tests {
    use crate::cluster::Cluster;
    use serde_json::json;

    #[test]
    fn a_component_may_say_so_much_of_one_object() {
        let mut cluster = Cluster::default();
        let object = |name: &str| json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "uid": name}});
        let mut say = |name: &str, n: usize| {
            for _ in 0..n {
                cluster.event(&object(name), "Warning", "BackOff", "again".to_owned(), "kubelet");
            }
            let said: Vec<u32> = cluster.events().map(|event| event.count).collect();
            (cluster.clone(), said)
        };
        // Of the second Pod it may say as much again.
        assert_eq!(say("a", 40).1, [25]);
        let (mut later, said) = say("b", 3);
        assert_eq!(said, [25, 3]);
        // After five minutes one more is told, and what was counted meanwhile with it.
        later.advance(300);
        for _ in 0..2 {
            later.event(&object("a"), "Warning", "BackOff", "again".to_owned(), "kubelet");
        }
        assert_eq!(later.events().map(|event| event.count).collect::<Vec<_>>(), [41, 3]);
    }
}
