//! Endpoints made by hand, mirrored into slices, by which kube-proxy works
//! (staging/src/k8s.io/endpointslice mirroring: pkg/controller/endpointslicemirroring, v1.36).

use super::endpoints::slice_name;
use super::object::{At, EndpointSlice, Service, SliceEndpoint, SlicePort};
use super::port_order;
use super::{Cluster, IpFamily, Key, Name};
use serde_json::Value;
use std::sync::Arc;

const SKIP: &str = "endpointslice.kubernetes.io/skip-mirror";
const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";
/// The most addresses of a subset that are mirrored (`--mirroring-max-endpoints-per-subset`).
const MOST: usize = 1_000;

/// The slices that mirror the Endpoints of `service`: none where a selector makes them.
pub(super) fn mirror(cluster: &Cluster, service: &Service) -> Vec<EndpointSlice> {
    let key = Key { kind: "Endpoints".into(), name: service.name.clone() };
    let Some(endpoints) = cluster.others.get(&key) else { return Vec::new() };
    let metadata = &endpoints["metadata"];
    if service.selector.is_some()
        || service.external_name.is_some()
        || metadata["labels"][SKIP] == "true"
        || !metadata["annotations"][LEADER].is_null()
    {
        return Vec::new();
    }
    // Those of a selector that it had bear the first names.
    let left = cluster.slices_of(&service.name).filter(|s| s.managed && !s.mirrored).count();
    let mut slices = Vec::new();
    for subset in endpoints["subsets"].as_array().into_iter().flatten() {
        let ports = subset["ports"].as_array().into_iter().flatten();
        let mut ports: Vec<SlicePort> =
            ports.filter_map(|port| SlicePort::read(&At::root(port)).ok()).collect();
        port_order::sort_slice(&mut ports);
        for family in [IpFamily::V4, IpFamily::V6] {
            let found: Vec<SliceEndpoint> = [("addresses", true), ("notReadyAddresses", false)]
                .into_iter()
                .flat_map(|(field, ready)| {
                    let all = subset[field].as_array().into_iter().flatten();
                    all.filter_map(move |address| endpoint(address, ready, &service.name))
                })
                .filter(|endpoint| IpFamily::of(endpoint.ip) == family)
                .take(MOST)
                .collect();
            if found.is_empty() {
                continue;
            }
            slices.push(EndpointSlice {
                name: slice_name(service, left + slices.len()),
                service: Some(service.name.name.clone()),
                managed: true,
                mirrored: true,
                headless: false,
                address_type: family.to_string().into(),
                ports: ports.clone(),
                endpoints: found,
                version: 0,
                generation: 1,
                trigger: None,
                owner: Some(endpoints.clone()),
                value: None,
            });
        }
    }
    slices
}

fn endpoint(address: &Value, ready: bool, service: &Name) -> Option<SliceEndpoint> {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(Arc::from);
    let target = &address["targetRef"];
    let pod = target["name"].as_str().filter(|_| target["kind"] == "Pod");
    let namespace = target["namespace"].as_str().unwrap_or(&service.namespace);
    Some(SliceEndpoint {
        ip: address["ip"].as_str()?.parse().ok()?,
        node: text(&address["nodeName"]),
        zone: None,
        pod: pod.map(|name| Name::new(namespace, name)),
        hostname: text(&address["hostname"]),
        ready,
        serving: ready,
        terminating: false,
        for_nodes: Vec::new(),
        for_zones: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn endpoints_made_by_hand_are_mirrored_and_follow_what_becomes_of_them() {
        let (mut cluster, _) = Cluster::from_world("objects: []").unwrap();
        let service = |selector: Value| {
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"},
                "spec": {"clusterIP": "10.96.7.7", "selector": selector,
                         "ports": [{"port": 5432, "protocol": "TCP"}]}})
        };
        let endpoints = |ip: &str| {
            json!({"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "db"},
                "subsets": [{"addresses": [{"ip": ip}], "notReadyAddresses": [{"ip": "192.0.2.9"}],
                             "ports": [{"port": 5432}]}]})
        };
        let seen = |cluster: &Cluster| -> Vec<String> {
            let all = cluster.slices().filter(|slice| slice.service.as_deref() == Some("db"));
            let ends = all.flat_map(|slice| slice.endpoints.clone());
            ends.map(|end| format!("{} {}", end.ip, end.ready)).collect()
        };
        cluster.put(endpoints("192.0.2.7")).unwrap();
        assert_eq!(seen(&cluster), [""; 0]);
        cluster.put(service(Value::Null)).unwrap();
        assert_eq!(seen(&cluster), ["192.0.2.7 true", "192.0.2.9 false"]);
        cluster.put(endpoints("192.0.2.8")).unwrap();
        assert_eq!(seen(&cluster), ["192.0.2.8 true", "192.0.2.9 false"]);
        let name = Name::new("default", "db");
        let view = cluster.endpoints(&name).unwrap();
        assert_eq!(view.ports[0].endpoints[0].ip.to_string(), "192.0.2.8");
        let slice = cluster.list("endpointslice", None).remove(0);
        assert_eq!(slice["metadata"]["ownerReferences"][0]["kind"], "Endpoints");
        assert_eq!(slice["endpoints"][0]["conditions"], json!({"ready": true}));
        cluster.put(service(json!({"app": "db"}))).unwrap();
        assert_eq!(seen(&cluster), [""; 0]);
        cluster.put(service(Value::Null)).unwrap();
        cluster.delete("ep", "", "db").unwrap();
        assert_eq!(seen(&cluster), [""; 0]);
    }
}
