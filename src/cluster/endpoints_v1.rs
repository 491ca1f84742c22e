//! Endpoints, the older form of EndpointSlices: what the endpoints controller makes of a
//! Service (pkg/controller/endpoint/endpoints_controller.go, v1.36). Nothing here works by
//! them, so they are made when they are asked for.

use super::controllers::made_up_uid;
use super::object::{IpFamily, Service, SlicePort, TRIGGER};
use super::{Cluster, Fields, Pod, Protocol, port_order};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The most addresses that Endpoints hold; more are cut off, and an annotation says so.
const MAX_ADDRESSES: usize = 1_000;

impl Cluster {
    /// The Endpoints of a Service; none where it has no selector: those are made by hand.
    /// Of them these fields are made, or all.
    pub(super) fn endpoints_value(
        &self,
        service: &Service,
        fields: Option<&Fields>,
    ) -> Option<Value> {
        if !service.has_endpoints() {
            return None;
        }
        // Both lists of addresses are made alike.
        let of_addresses = fields.map(|fields| {
            let of = |list: &str| fields.of("subsets").and_then(|all| all.of(list)).cloned();
            of("addresses").unwrap_or_default().and(&of("notReadyAddresses").unwrap_or_default())
        });
        let of_addresses = of_addresses.as_ref();
        let family = service.ip_families.first().copied().unwrap_or(IpFamily::V4);
        let mut addresses: Vec<Address> = Vec::new();
        // Who has each port, by their place in `addresses`.
        let mut holders: BTreeMap<SlicePort, Vec<usize>> = BTreeMap::new();
        let mut n_addresses = 0;
        // The annotation that says of too many is among those.
        let has_pods = ["subsets", "metadata"].iter().any(|part| match *part {
            "subsets" => Fields::look_at(fields, &["subsets"]),
            part => {
                fields.is_none_or(|f| f.of(part).is_some_and(|f| f.of("annotations").is_some()))
            }
        });
        let pods = has_pods.then(|| self.selected_pods(service));
        for pod in pods.into_iter().flatten() {
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
                value: address(service, &pod, ip, of_addresses),
            });
        }
        let mut value = Fields::make(
            fields,
            &[
                ("apiVersion", &|_| "v1".into()),
                ("kind", &|_| "Endpoints".into()),
                ("metadata", &|fields| {
                    self.endpoints_metadata(service, n_addresses > MAX_ADDRESSES, fields)
                }),
            ],
        );
        let subsets = subsets(addresses, holders);
        if !subsets.is_empty() && Fields::look_at(fields, &["subsets"]) {
            value["subsets"] = subsets.into();
        }
        Some(value)
    }

    fn endpoints_metadata(
        &self,
        service: &Service,
        is_truncated: bool,
        fields: Option<&Fields>,
    ) -> Value {
        let metadata = &service.value["metadata"];
        let labels = || {
            let mut labels = metadata["labels"].as_object().cloned().unwrap_or_default();
            let manager = "endpoint-controller";
            labels.insert("endpoints.kubernetes.io/managed-by".into(), manager.into());
            if service.headless {
                labels.insert("service.kubernetes.io/headless".into(), "".into());
            }
            labels.sort_keys();
            labels.into()
        };
        let name = &service.name;
        let uid = || made_up_uid(&format!("Endpoints/{}/{}", name.namespace, name.name)).into();
        let mut value = Fields::make(
            fields,
            &[
                ("creationTimestamp", &|_| metadata["creationTimestamp"].clone()),
                ("labels", &|_| labels()),
                ("name", &|_| (*name.name).into()),
                ("namespace", &|_| (*name.namespace).into()),
                ("uid", &|_| uid()),
            ],
        );
        let has_annotations = Fields::look_at(fields, &["annotations"]);
        // Both controllers write for the same changes.
        if let Some(slice) = self.slices_of(name).find(|slice| slice.managed) {
            if Fields::look_at(fields, &["resourceVersion"]) {
                value["resourceVersion"] = slice.version.to_string().into();
            }
            if let Some(trigger) = slice.trigger.as_ref().filter(|_| has_annotations) {
                value["annotations"] = json!({TRIGGER: **trigger});
            }
        }
        if is_truncated && has_annotations {
            value["annotations"]["endpoints.kubernetes.io/over-capacity"] = "truncated".into();
        }
        value
    }

    /// All Endpoints, of one namespace where it is given, by namespace and name: derived and
    /// made by hand. Those at these places only: at a Service's place are its own and those made
    /// by hand that come before it, at the place behind the last Service all that follow.
    pub(super) fn each_endpoints<'c>(
        &'c self,
        namespace: Option<&'c str>,
        places: impl Iterator<Item = usize>,
        fields: Option<&Fields>,
        see: &mut dyn FnMut(Cow<'_, Value>),
    ) {
        let derives = Service::has_endpoints;
        let mut made = self
            .others_of("Endpoints", namespace)
            .filter(|(key, _)| self.services.get(&key.name).is_none_or(|s| !derives(s)))
            .peekable();
        let services = self.services();
        let services = services.filter(|s| namespace.is_none_or(|ns| *s.name.namespace == *ns));
        let (mut places, mut n) = (places.peekable(), 0);
        for (place, service) in services.enumerate() {
            n = place + 1;
            let is_wanted = places.next_if_eq(&place).is_some();
            while let Some((_, object)) = made.next_if(|(key, _)| key.name < service.name) {
                if is_wanted {
                    see(Cow::Borrowed(object));
                }
            }
            if is_wanted && let Some(derived) = self.endpoints_value(service, fields) {
                see(Cow::Owned(derived));
            }
        }
        if places.next_if_eq(&n).is_some() {
            made.for_each(|(_, object)| see(Cow::Borrowed(object)));
        }
    }
}

fn address(service: &Service, pod: &Pod, ip: IpAddr, fields: Option<&Fields>) -> Value {
    let looks_at = |field: &str| Fields::look_at(fields, &[field]);
    let mut address = json!({"ip": ip.to_string()});
    if let Some(hostname) = pod.hostname()
        && pod.subdomain() == Some(&*service.name.name)
        && looks_at("hostname")
    {
        address["hostname"] = (**hostname).into();
    }
    if let Some(node) = pod.node.as_ref().filter(|_| looks_at("nodeName")) {
        address["nodeName"] = (**node).into();
    }
    if !looks_at("targetRef") {
        return address;
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
#[derive(Clone)]
struct Address {
    ip: IpAddr,
    ready: bool,
    value: Value,
}

/// Ports that the same addresses have stand in one subset (`RepackSubsets`,
/// pkg/api/v1/endpoints/util.go, v1.36). The server orders subsets by a hash that the Pods'
/// uids are part of, so by chance; here the lowest port goes first.
fn subsets(mut addresses: Vec<Address>, holders: BTreeMap<SlicePort, Vec<usize>>) -> Vec<Value> {
    let mut by_holders: BTreeMap<Vec<usize>, Vec<SlicePort>> = BTreeMap::new();
    for (port, held_by) in holders {
        by_holders.entry(held_by).or_default().push(port);
    }
    let lowest = |ports: &[SlicePort]| ports.iter().map(|port| (port.port, port.protocol)).min();
    let mut subsets: Vec<_> = by_holders.into_iter().collect();
    crate::source::sort::sort_by_key(&mut subsets, |(_, ports)| lowest(ports));
    // Where all have the same ports nothing is copied.
    let is_only = subsets.len() == 1;
    let all = |(held_by, ports): (Vec<usize>, Vec<SlicePort>)| {
        let mut held: Vec<Address> = match is_only {
            true => std::mem::take(&mut addresses),
            false => held_by.iter().filter_map(|i| addresses.get(*i).cloned()).collect(),
        };
        held.sort_by_cached_key(|address| address.ip.to_string());
        subset(held, ports)
    };
    subsets.into_iter().map(all).collect()
}

fn subset(addresses: Vec<Address>, mut ports: Vec<SlicePort>) -> Value {
    let mut subset = Map::new();
    let (ready, others): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|one| one.ready);
    for (field, those) in [("addresses", ready), ("notReadyAddresses", others)] {
        let values: Vec<Value> = those.into_iter().map(|address| address.value).collect();
        if !values.is_empty() {
            subset.insert(field.to_owned(), values.into());
        }
    }
    ports.retain(|port| port.port.is_some());
    if !ports.is_empty() {
        crate::source::sort::sort_by_key(&mut ports, port_order::in_endpoints);
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
