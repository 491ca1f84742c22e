//! Events: what controllers say of what they did, as `kubectl get events` shows it.

use super::controllers::made_up_uid;
use super::{Cluster, Key};
use rpds::RedBlackTreeMapSync;
use serde_json::{Value, json};
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
    pub kind: &'static str,
    /// In one word: `ScalingReplicaSet`.
    pub reason: &'static str,
    /// In a sentence, as upstream words it.
    pub message: String,
    /// Who says so: `deployment-controller`.
    pub from: &'static str,
    /// When, by the world's clock.
    pub time: String,
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
            "count": 1,
            "eventTime": null,
            "firstTimestamp": self.time,
            "involvedObject": about,
            "kind": "Event",
            "lastTimestamp": self.time,
            "message": self.message,
            "metadata": {
                "creationTimestamp": self.time,
                "name": name,
                "namespace": self.namespace(),
                "resourceVersion": self.version.to_string(),
                "uid": made_up_uid(&format!("Event/{name}")),
            },
            "reason": self.reason,
            "reportingComponent": self.from,
            "reportingInstance": "",
            "source": {"component": self.from},
            "type": self.kind,
        })
    }
}

/// The last events, by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    events: RedBlackTreeMapSync<u64, Arc<Event>>,
    n_said: u64,
}

impl Cluster {
    /// The last thousand events, oldest first.
    pub fn events(&self) -> impl Iterator<Item = &Arc<Event>> {
        self.events.events.values()
    }

    /// As Events of one namespace, or of all, by namespace and name as all objects: those
    /// about one object oldest first.
    pub(super) fn event_values(&self, namespace: Option<&str>) -> Vec<Value> {
        let wanted = |event: &Event| namespace.is_none_or(|wanted| event.namespace() == wanted);
        let mut events: Vec<_> =
            self.events.events.iter().filter(|(_, event)| wanted(event)).collect();
        events.sort_by_key(|(number, event)| {
            (event.namespace().to_owned(), format!("{}.", event.about.name.name), **number)
        });
        events.into_iter().map(|(number, event)| event.to_value(*number)).collect()
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
        let text = |field: &Value| field.as_str().unwrap_or_default().to_owned();
        let metadata = &object["metadata"];
        let about = Key::new(
            &text(&object["kind"]),
            &text(&metadata["namespace"]),
            &text(&metadata["name"]),
        );
        let event = Event {
            about,
            about_version: (
                text(&object["apiVersion"]),
                text(&metadata["uid"]),
                text(&metadata["resourceVersion"]),
            ),
            kind,
            reason,
            message,
            from,
            time: self.settings.now.clone(),
            version: self.revision,
        };
        let events = &mut self.events;
        events.n_said += 1;
        events.events.insert_mut(events.n_said, Arc::new(event));
        if events.events.size() > MAX_EVENTS
            && let Some(oldest) = events.events.first().map(|(number, _)| *number)
        {
            events.events.remove_mut(&oldest);
        }
    }
}
