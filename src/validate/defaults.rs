//! What the server fills in before it looks at a Service.

use super::service::{AffinityConfig, Service, TargetPort};

/// How long a client sticks to its Pod unless told otherwise, in seconds
/// (`DefaultClientIPServiceAffinitySeconds`).
const AFFINITY_SECONDS: i64 = 10_800;

/// Fills in the defaults (`SetDefaults_Service`, pkg/apis/core/v1/defaults.go, v1.36.2).
/// Addresses and node ports are no defaults: they are allocated later.
pub fn default_service(service: &mut Service) {
    let accessible;
    {
        let spec = &mut service.spec;
        if spec.session_affinity.is_empty() {
            spec.session_affinity = "None".to_owned();
        }
        match spec.session_affinity.as_str() {
            "None" => spec.session_affinity_config = None,
            "ClientIP" => {
                let given = spec.session_affinity_config.and_then(|c| c.client_ip).flatten();
                if given.is_none() {
                    spec.session_affinity_config =
                        Some(AffinityConfig { client_ip: Some(Some(AFFINITY_SECONDS)) });
                }
            }
            _ => {}
        }
        if spec.kind.is_empty() {
            spec.kind = "ClusterIP".to_owned();
        }
        for port in &mut spec.ports {
            if port.protocol.is_empty() {
                port.protocol = "TCP".to_owned();
            }
            let unset = match &port.target_port {
                TargetPort::Number(number) => *number == 0,
                TargetPort::Name(name) => name.is_empty(),
            };
            if unset {
                port.target_port = TargetPort::Number(port.port);
            }
        }
        accessible = service.is_externally_accessible();
    }
    let spec = &mut service.spec;
    if accessible && spec.external_traffic_policy.is_empty() {
        spec.external_traffic_policy = "Cluster".to_owned();
    }
    let routed = matches!(spec.kind.as_str(), "ClusterIP" | "NodePort" | "LoadBalancer");
    if routed && spec.internal_traffic_policy.is_none() {
        spec.internal_traffic_policy = Some("Cluster".to_owned());
    }
    if spec.kind == "LoadBalancer" && spec.allocate_load_balancer_node_ports.is_none() {
        spec.allocate_load_balancer_node_ports = Some(true);
    }
    default_ip_modes(service);
}

/// An ingress address without a mode is a VIP.
fn default_ip_modes(service: &mut Service) {
    if service.spec.kind != "LoadBalancer" {
        return;
    }
    let ingress = service.status.pointer_mut("/loadBalancer/ingress");
    for entry in ingress.and_then(|i| i.as_array_mut()).into_iter().flatten() {
        let has_ip = entry.get("ip").and_then(|ip| ip.as_str()).is_some_and(|ip| !ip.is_empty());
        if has_ip && entry.get("ipMode").is_none_or(|mode| mode.is_null()) {
            entry["ipMode"] = "VIP".into();
        }
    }
}
