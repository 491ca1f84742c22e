//! Endpoints, the older form of EndpointSlices: what the endpoints controller makes of a
//! Service (pkg/controller/endpoint/endpoints_controller.go, v1.36). Nothing here works by
//! them, so they are made when they are asked for.

use super::controllers::made_up_uid;
use super::object::{IpFamily, Service, SlicePort, TRIGGER};
use super::{Cluster, Pod, Protocol, port_order};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The most addresses that Endpoints hold; more are cut off, and an annotation says so.
const MAX_ADDRESSES: usize = 1_000;

impl Cluster {
    /// The Endpoints of a Service; none where it has no selector: those are made by hand.
    pub(super) fn endpoints_value(&self, service: &Service) -> Option<Value> {
        if !service.has_endpoints() {
            return None;
        }
        let family = service.ip_families.first().copied().unwrap_or(IpFamily::V4);
        let mut addresses: Vec<Address> = Vec::new();
        // Who has each port, by their place in `addresses`.
        let mut holders: BTreeMap<SlicePort, Vec<usize>> = BTreeMap::new();
        let mut n_addresses = 0;
        for pod in self.selected_pods(service) {
            let ip = pod.ips.iter().copied().find(|ip| IpFamily::of(*ip) == family);
            let Some(ip) = ip.filter(|_| !pod.is_over()) else { continue };
            if pod.terminating() && !service.publish_not_ready {
                continue;
            }
            let mut ports = SlicePort::of(service, &pod);
            if service.ports.is_empty() {
                // A headless Service needs no port.
                ports.push(no_port());
            } else if ports.is_empty() {
                continue;
            }
            n_addresses += 1;
            if n_addresses > MAX_ADDRESSES {
                continue;
            }
            for port in ports {
                holders.entry(port).or_default().push(addresses.len());
            }
            addresses.push(Address {
                ip,
                ready: pod.ready() || service.publish_not_ready,
                value: address(service, &pod, ip),
            });
        }
        let subsets = subsets(&addresses, holders);
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
    pub(super) fn each_endpoints<'c>(
        &'c self,
        namespace: Option<&'c str>,
        see: &mut dyn FnMut(Cow<'_, Value>),
    ) {
        let derives = Service::has_endpoints;
        let mut made = self
            .others_of("Endpoints", namespace)
            .filter(|(key, _)| self.services.get(&key.name).is_none_or(|s| !derives(s)))
            .peekable();
        let services = self.services();
        for service in services.filter(|s| namespace.is_none_or(|ns| *s.name.namespace == *ns)) {
            while let Some((_, object)) = made.next_if(|(key, _)| key.name < service.name) {
                see(Cow::Borrowed(object));
            }
            if let Some(derived) = self.endpoints_value(service) {
                see(Cow::Owned(derived));
            }
        }
        made.for_each(|(_, object)| see(Cow::Borrowed(object)));
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

/// Stands for the port of a Service that has none.
fn no_port() -> SlicePort {
    SlicePort { name: "".into(), port: None, protocol: Protocol::Tcp, app_protocol: None }
}

/// One address of Endpoints.
struct Address {
    ip: IpAddr,
    ready: bool,
    value: Value,
}

/// Ports that the same addresses have stand in one subset (`RepackSubsets`,
/// pkg/api/v1/endpoints/util.go, v1.36). The server orders subsets by a hash that the Pods'
/// uids are part of, so by chance; here the lowest port goes first.
fn subsets(addresses: &[Address], holders: BTreeMap<SlicePort, Vec<usize>>) -> Vec<Value> {
    let mut by_holders: BTreeMap<Vec<usize>, Vec<SlicePort>> = BTreeMap::new();
    for (port, held_by) in holders {
        by_holders.entry(held_by).or_default().push(port);
    }
    let lowest = |ports: &[SlicePort]| ports.iter().map(|port| (port.port, port.protocol)).min();
    let mut subsets: Vec<_> = by_holders.into_iter().collect();
    subsets.sort_by_key(|(_, ports)| lowest(ports));
    let all = |(held_by, ports): (Vec<usize>, Vec<SlicePort>)| {
        let mut held: Vec<&Address> = held_by.iter().filter_map(|i| addresses.get(*i)).collect();
        held.sort_by_key(|address| address.ip.to_string());
        subset(&held, ports)
    };
    subsets.into_iter().map(all).collect()
}

fn subset(addresses: &[&Address], mut ports: Vec<SlicePort>) -> Value {
    let mut subset = Map::new();
    for (field, ready) in [("addresses", true), ("notReadyAddresses", false)] {
        let those = addresses.iter().filter(|address| address.ready == ready);
        let values: Vec<Value> = those.map(|address| address.value.clone()).collect();
        if !values.is_empty() {
            subset.insert(field.to_owned(), values.into());
        }
    }
    ports.retain(|port| port.port.is_some());
    if !ports.is_empty() {
        ports.sort_by_cached_key(port_order::in_endpoints);
        subset.insert("ports".to_owned(), ports.iter().map(port_value).collect());
    }
    Value::Object(subset)
}

fn port_value(port: &SlicePort) -> Value {
    let mut value = Map::new();
    if let Some(spoken) = &port.app_protocol {
        value.insert("appProtocol".to_owned(), (**spoken).into());
    }
    if !port.name.is_empty() {
        value.insert("name".to_owned(), (*port.name).into());
    }
    value.insert("port".to_owned(), port.port.into());
    value.insert("protocol".to_owned(), port.protocol.to_string().into());
    Value::Object(value)
}
