//! The load balancer's controller, where the world has one.

use super::{Cluster, Service, ServiceType};
use serde_json::{Value, json};
use std::net::IpAddr;

/// What the controller writes into `service`: an address of the pool, for a LoadBalancer
/// that has none; nothing any more, for a Service that is none. None where the Service
/// stays as it is: so does a LoadBalancer where there is no controller, and one of another
/// class (`spec.loadBalancerClass`).
pub(super) fn settle(cluster: &mut Cluster, service: &Service) -> Option<Value> {
    if service.kind != ServiceType::LoadBalancer {
        if service.ingress.is_empty() {
            return None;
        }
        let mut value = (*service.value).clone();
        value["status"]["loadBalancer"] = json!({});
        return Some(value);
    }
    let other_class = !service.value["spec"]["loadBalancerClass"].is_null();
    let pool = cluster.settings().load_balancer_pool?;
    if !service.ingress.is_empty() || other_class {
        return None;
    }
    let wanted: Option<IpAddr> =
        service.value["spec"]["loadBalancerIP"].as_str().and_then(|ip| ip.parse().ok());
    let ip = match wanted {
        Some(ip) => (pool.contains(&ip) && cluster.is_free_address(ip)).then_some(ip),
        None => cluster.addresses.free_in(pool, 0),
    }?;
    let mut value = (*service.value).clone();
    if !value["status"].is_object() {
        value["status"] = json!({});
    }
    value["status"]["loadBalancer"] = json!({"ingress": [{"ip": ip.to_string(), "ipMode": "VIP"}]});
    Some(value)
}
