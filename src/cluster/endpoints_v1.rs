//! Endpoints, the older form of EndpointSlices: what the endpoints controller makes of a
//! Service (pkg/controller/endpoint/endpoints_controller.go, v1.36). Nothing here works by
//! them, so they are made when they are asked for.

use super::controllers::made_up_uid;
use super::object::{IpFamily, Service, TRIGGER};
use super::{Cluster, Pod, Protocol};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;

type Ports = Vec<(u16, Protocol, String)>;

/// The most addresses that Endpoints hold; more are cut off, and an annotation says so.
const MAX_ADDRESSES: usize = 1_000;

impl Cluster {
    /// The Endpoints of a Service; none where it has no selector: those are made by hand.
    pub(super) fn endpoints_value(&self, service: &Service) -> Option<Value> {
        if service.selector.is_none() || service.external_name.is_some() {
            return None;
        }
        let family = service.ip_families.first().copied().unwrap_or(IpFamily::V4);
        let mut subsets: BTreeMap<Ports, [BTreeMap<IpAddr, Value>; 2]> = BTreeMap::new();
        let mut n_addresses = 0;
        for pod in self.selected_pods(service) {
            let ip = pod.ips.iter().copied().find(|ip| IpFamily::of(*ip) == family);
            let Some(ip) = ip.filter(|_| !pod.is_over()) else { continue };
            if pod.terminating() && !service.publish_not_ready {
                continue;
            }
            let mut ports: Ports = Vec::new();
            for port in &service.ports {
                if let Some(number) = pod.find_port(&port.target_port, port.protocol) {
                    ports.push((number, port.protocol, port.name.to_string()));
                }
            }
            if ports.is_empty() && !service.ports.is_empty() {
                continue;
            }
            n_addresses += 1;
            if n_addresses > MAX_ADDRESSES {
                continue;
            }
            ports.sort();
            let side = usize::from(!(pod.ready() || service.publish_not_ready));
            subsets.entry(ports).or_default()[side].insert(ip, address(service, &pod, ip));
        }
        let subsets: Vec<Value> = subsets.into_iter().map(subset).collect();
        let metadata = &service.value["metadata"];
        let mut labels = metadata["labels"].as_object().cloned().unwrap_or_default();
        labels.insert("endpoints.kubernetes.io/managed-by".into(), "endpoint-controller".into());
        if service.headless {
            labels.insert("service.kubernetes.io/headless".into(), "".into());
        }
        labels.sort_keys();
        let name = format!("Endpoints/{}/{}", service.name.namespace, service.name.name);
        let mut value = json!({
            "apiVersion": "v1",
            "kind": "Endpoints",
            "metadata": {
                "creationTimestamp": metadata["creationTimestamp"],
                "labels": labels,
                "name": &*service.name.name,
                "namespace": &*service.name.namespace,
                "uid": made_up_uid(&name),
            },
        });
        // Both controllers write for the same changes.
        let slice = self.slices_of(&service.name).find(|slice| slice.managed);
        if let Some(slice) = slice {
            value["metadata"]["resourceVersion"] = slice.version.to_string().into();
            if let Some(trigger) = &slice.trigger {
                value["metadata"]["annotations"] = json!({TRIGGER: **trigger});
            }
        }
        if n_addresses > MAX_ADDRESSES {
            value["metadata"]["annotations"]["endpoints.kubernetes.io/over-capacity"] =
                "truncated".into();
        }
        if !subsets.is_empty() {
            value["subsets"] = subsets.into();
        }
        Some(value)
    }

    /// All Endpoints, of one namespace where it is given, by namespace and name: derived and
    /// made by hand.
    pub(super) fn endpoints_values(&self, namespace: Option<&str>) -> Vec<Value> {
        let derived = self.services.list(namespace, |service| self.endpoints_value(service));
        let mut all: Vec<Value> = derived.into_iter().flatten().collect();
        let made = self.others.iter().filter(|(key, _)| {
            *key.kind == *"Endpoints"
                && namespace.is_none_or(|wanted| *key.name.namespace == *wanted)
                && self.services.get(&key.name).is_none_or(|s| s.selector.is_none())
        });
        all.extend(made.map(|(_, object)| (**object).clone()));
        let part =
            |value: &Value, field: &str| value["metadata"][field].as_str().map(str::to_owned);
        all.sort_by_cached_key(|value| (part(value, "namespace"), part(value, "name")));
        all
    }
}

fn address(service: &Service, pod: &Pod, ip: IpAddr) -> Value {
    let mut address = json!({"ip": ip.to_string()});
    if let Some(hostname) = pod.hostname()
        && pod.subdomain() == Some(&*service.name.name)
    {
        address["hostname"] = (**hostname).into();
    }
    if let Some(node) = &pod.node {
        address["nodeName"] = (**node).into();
    }
    let mut target =
        json!({"kind": "Pod", "name": &*pod.name.name, "namespace": &*pod.name.namespace});
    if let Some(uid) = pod.uid() {
        target["uid"] = uid.into();
    }
    address["targetRef"] = target;
    address
}

fn subset((ports, [ready, others]): (Ports, [BTreeMap<IpAddr, Value>; 2])) -> Value {
    let mut subset = Map::new();
    for (field, addresses) in [("addresses", ready), ("notReadyAddresses", others)] {
        if !addresses.is_empty() {
            subset.insert(field.to_owned(), addresses.into_values().collect());
        }
    }
    if !ports.is_empty() {
        let port = |(number, protocol, name): (u16, Protocol, String)| {
            let mut port = Map::new();
            if !name.is_empty() {
                port.insert("name".to_owned(), name.into());
            }
            port.insert("port".to_owned(), number.into());
            port.insert("protocol".to_owned(), protocol.to_string().into());
            Value::Object(port)
        };
        subset.insert("ports".to_owned(), ports.into_iter().map(port).collect());
    }
    Value::Object(subset)
}
