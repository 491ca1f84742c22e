//! What the API server shows of every object, also where a world gives it short: uid,
//! version and age; of a Namespace and a Node also the status that they would have.

use super::controllers::made_up_uid;
use super::key::text_of_key;
use super::object::{CONTROLLER, MANAGED_BY, write_filled};
use super::store::key_of;
use super::{Cluster, Fields, Key};
use crate::source::sort;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::sync::Arc;

/// What every object has in `metadata`.
pub(super) const GIVEN: [&str; 3] = ["uid", "resourceVersion", "creationTimestamp"];

pub(super) fn is_missing(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.is_null() || *value == "")
}

/// Whether an object, as far as these fields go, is shown with no more than it has.
fn lacks_nothing(kind: &str, object: &Value, fields: Option<&Fields>) -> bool {
    let looks_at = |field: &&str| Fields::look_at(fields, &["metadata", field]);
    let metadata = object["metadata"].as_object();
    let has = |field: &str| metadata.is_some_and(|m| !is_missing(m.get(field)));
    let has_all = || GIVEN.into_iter().filter(looks_at).all(has);
    !object.is_object() || (is_plain(kind, fields) && has_all())
}

/// Whether nothing but [`GIVEN`] is filled in.
fn is_plain(kind: &str, fields: Option<&Fields>) -> bool {
    match kind {
        "Namespace" | "Node" => false,
        "EndpointSlice" => !Fields::look_at(fields, &["endpoints", "targetRef"]),
        _ => true,
    }
}

fn fill(map: &mut Map<String, Value>, field: &str, value: impl FnOnce() -> Value) {
    if is_missing(map.get(field)) {
        map.insert(field.to_owned(), value());
    }
}

fn child<'a>(map: &'a mut Map<String, Value>, field: &str) -> Option<&'a mut Map<String, Value>> {
    fill(map, field, || json!({}));
    map.get_mut(field)?.as_object_mut()
}

impl Cluster {
    /// `object` as the API server shows it, as far as these fields go, or in all: itself, where
    /// it lacks nothing.
    pub(super) fn shown<'v>(
        &self,
        kind: &str,
        mut object: Cow<'v, Value>,
        fields: Option<&Fields>,
    ) -> Cow<'v, Value> {
        if lacks_nothing(kind, &object, fields) {
            return object;
        }
        if let (Cow::Borrowed(whole), Some(fields), true) =
            (&object, fields, is_plain(kind, fields))
        {
            object = Cow::Owned(fields.pick(whole));
        }
        self.fill_in(kind, object.to_mut());
        object
    }

    /// The same of all of an object: what it lacks is filled in where another one was.
    pub(super) fn shown_in<'v>(
        &self,
        room: &'v mut Value,
        kind: &str,
        object: &'v Value,
    ) -> Cow<'v, Value> {
        if lacks_nothing(kind, object, None) {
            return Cow::Borrowed(object);
        }
        write_filled(room, object, &GIVEN);
        self.fill_in(kind, room);
        Cow::Borrowed(room)
    }

    /// What is held at `key` as the API server shows it, itself where it lacks nothing; none
    /// where it is not held as JSON, or made of something else.
    pub(super) fn held_as_shown(&self, key: &Key) -> Option<Arc<Value>> {
        let held = self.held_json(key)?.clone();
        let filled = match self.shown(&key.kind, Cow::Borrowed(&held), None) {
            Cow::Borrowed(_) => None,
            Cow::Owned(filled) => Some(filled),
        };
        Some(filled.map_or(held, Arc::new))
    }

    /// What is held at `key` as JSON, and shown as no more than it.
    pub(super) fn held_json(&self, key: &Key) -> Option<&Arc<Value>> {
        match &*key.kind {
            "Service" => self.services.get(&key.name).map(|service| &service.value),
            "NetworkPolicy" => self.policies.get(&key.name).map(|policy| &policy.value),
            // Made of what a Service selects, or shown with more.
            "Endpoints" | "Namespace" | "Node" => None,
            _ => self.others.get(key),
        }
    }

    /// What is held as JSON of an object, which is another one after each change; none where it
    /// is not held so. Named as for [`Self::get`].
    #[must_use]
    pub fn held_as_json(&self, kind: &str, namespace: &str, name: &str) -> Option<&Arc<Value>> {
        self.held_json(&key_of(kind, namespace, name))
    }

    /// As [`Self::get`], not copied where that can be avoided.
    #[must_use]
    pub fn shared(&self, kind: &str, namespace: &str, name: &str) -> Option<Arc<Value>> {
        let held = self.held_as_shown(&key_of(kind, namespace, name));
        held.or_else(|| self.get(kind, namespace, name).map(Arc::new))
    }

    /// Adds to `object` what the API server shows of it besides.
    pub(super) fn fill_in(&self, kind: &str, object: &mut Value) {
        let is_silent = kind == "Node" && is_recorded_without_kubelet(object);
        let Some(root) = object.as_object_mut() else { return };
        if let Some(metadata) = child(root, "metadata") {
            if is_missing(metadata.get("uid")) {
                let text = |field: &str| metadata.get(field).and_then(Value::as_str).unwrap_or("");
                let uid = made_up_uid(&text_of_key(kind, text("namespace"), text("name")));
                metadata.insert("uid".to_owned(), uid.into());
            }
            fill(metadata, "resourceVersion", || "1".into());
            fill(metadata, "creationTimestamp", || (*self.began).into());
        }
        match kind {
            "Namespace" => namespace(root),
            "Node" => node(root, is_silent, &self.began),
            "EndpointSlice" => self.targets(root),
            _ => {}
        }
    }

    /// The uids of the Pods that a slice of the controller's points to.
    fn targets(&self, root: &mut Map<String, Value>) {
        let Some(metadata) = root.get("metadata") else { return };
        if metadata["labels"][MANAGED_BY] != CONTROLLER {
            return;
        }
        let namespace = metadata["namespace"].as_str().unwrap_or_default().to_owned();
        let endpoints = root.get_mut("endpoints").and_then(Value::as_array_mut);
        for target in endpoints.into_iter().flatten().filter_map(|e| e.get_mut("targetRef")) {
            let pod = target["name"].as_str().filter(|_| target["kind"] == "Pod");
            let Some(pod) = pod.and_then(|name| self.pod(&namespace, name)) else { continue };
            if let Some(target) = target.as_object_mut() {
                fill(target, "uid", || match pod.uid() {
                    Some(uid) => uid.into(),
                    None => made_up_uid(&text_of_key("Pod", &namespace, &pod.name.name)).into(),
                });
            }
        }
    }

    /// The ServiceAccount that every namespace has: the controller makes it anew as often as
    /// it goes.
    pub(super) fn default_account(&self, namespace: &str) -> Option<Value> {
        let namespace = self.namespace(namespace).filter(|namespace| !namespace.terminating)?;
        let created = &namespace.value["metadata"]["creationTimestamp"];
        let mut account = json!({
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": &*namespace.name},
        });
        if !created.is_null() {
            account["metadata"]["creationTimestamp"] = created.clone();
        }
        Some(account)
    }
}

impl Cluster {
    /// Adds the ServiceAccounts `default` that are not there by hand, in order.
    pub(super) fn add_default_accounts(&self, namespace: Option<&str>, accounts: &mut Vec<Value>) {
        let name = |value: &Value, field: &str| {
            value["metadata"][field].as_str().unwrap_or_default().to_owned()
        };
        for own in self.namespaces().filter(|ns| namespace.is_none_or(|wanted| *ns.name == *wanted))
        {
            let is_there = accounts.iter().any(|account| {
                name(account, "name") == "default" && name(account, "namespace") == *own.name
            });
            if !is_there {
                accounts.extend(self.default_account(&own.name));
            }
        }
        sort::sort_by_key(accounts, |account| (name(account, "namespace"), name(account, "name")));
    }
}

fn namespace(root: &mut Map<String, Value>) {
    if let Some(spec) = child(root, "spec") {
        fill(spec, "finalizers", || json!(["kubernetes"]));
    }
    if let Some(status) = child(root, "status") {
        fill(status, "phase", || "Active".into());
    }
}

/// Whether a node was recorded in a cluster without kubelets: what it runs is told in full, and
/// its Ready condition came with no heartbeat. Who writes a world by hand writes less, and
/// means a node that works.
pub(super) fn is_recorded_without_kubelet(node: &Value) -> bool {
    let status = &node["status"];
    let conditions = status["conditions"].as_array();
    let ready = conditions.into_iter().flatten().find(|one| one["type"] == "Ready");
    !status["nodeInfo"].is_null() && ready.is_some_and(|ready| ready["lastHeartbeatTime"].is_null())
}

/// What a kubelet reports of a Node that a world gives short.
fn node(root: &mut Map<String, Value>, is_silent: bool, began: &str) {
    // The server taints a new Node; where no kubelet ever reported, nobody took that away.
    if is_silent && let Some(spec) = child(root, "spec") {
        fill(
            spec,
            "taints",
            || json!([{"effect": "NoSchedule", "key": "node.kubernetes.io/not-ready"}]),
        );
    }
    let Some(status) = child(root, "status") else { return };
    fill(status, "daemonEndpoints", || json!({"kubeletEndpoint": {"Port": 0}}));
    let given = match status.get_mut("conditions").map(Value::take) {
        Some(Value::Array(given)) => given,
        _ => Vec::new(),
    };
    if is_silent {
        let silent = |mut condition: Value| {
            for time in ["lastHeartbeatTime", "lastTransitionTime"] {
                if let Some(condition) = condition.as_object_mut() {
                    condition.entry(time).or_insert(Value::Null);
                }
            }
            condition
        };
        status.insert("conditions".to_owned(), given.into_iter().map(silent).collect());
        return;
    }
    let condition = |kind: &str, status: &str, reason: &str, message: &str| {
        json!({
            "lastHeartbeatTime": began, "lastTransitionTime": began, "message": message,
            "reason": reason, "status": status, "type": kind,
        })
    };
    let mut conditions = vec![
        condition(
            "MemoryPressure",
            "False",
            "KubeletHasSufficientMemory",
            "kubelet has sufficient memory available",
        ),
        condition(
            "DiskPressure",
            "False",
            "KubeletHasNoDiskPressure",
            "kubelet has no disk pressure",
        ),
        condition(
            "PIDPressure",
            "False",
            "KubeletHasSufficientPID",
            "kubelet has sufficient PID available",
        ),
        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ];
    for given in given {
        let Some(kind) = given["type"].as_str() else { continue };
        let Some(fields) = given.as_object() else { continue };
        match conditions.iter_mut().find(|usual| usual["type"] == kind) {
            Some(usual) => {
                // Why it is as it usually is says nothing where it is otherwise.
                if usual["status"] != given["status"] {
                    usual["reason"] = "".into();
                    usual["message"] = "".into();
                }
                for (field, value) in fields {
                    usual[field] = value.clone();
                }
            }
            None => conditions.push(given.clone()),
        }
    }
    status.insert("conditions".to_owned(), conditions.into());
    for field in ["capacity", "allocatable"] {
        fill(status, field, || json!({"cpu": "4", "memory": "8Gi", "pods": "110"}));
    }
    fill(status, "nodeInfo", || {
        json!({
            "architecture": "amd64",
            "bootID": "",
            "containerRuntimeVersion": "containerd://2.1.0",
            "kernelVersion": "6.1.0",
            "kubeProxyVersion": "",
            "kubeletVersion": "v1.36.2",
            "machineID": "",
            "operatingSystem": "linux",
            "osImage": "Debian GNU/Linux 12 (bookworm)",
            "systemUUID": "",
        })
    });
}
