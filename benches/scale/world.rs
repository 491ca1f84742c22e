//! The generator: worlds of any size, of one shape. Deployments' Pods, a Service over each
//! of their groups, spread over namespaces, nodes and zones as a busy cluster has them.

use serde_json::{Value, json};

/// How big a world is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Nodes.
    pub(crate) n_nodes: usize,
    /// Services.
    pub(crate) n_services: usize,
    /// Pods behind each Service.
    pub(crate) n_endpoints: usize,
}

/// The scale that Kubernetes itself is tested at.
pub(crate) const LARGE: Size = Size { n_nodes: 5_000, n_services: 10_000, n_endpoints: 15 };
/// The same Services, ten of them, in a cluster that fits them.
pub(crate) const SMALL: Size = Size { n_nodes: 5, n_services: 10, n_endpoints: 15 };

/// Services in one namespace.
const PER_NAMESPACE: usize = 100;

/// Where the world's addresses lie: room for 16,384 nodes.
pub(crate) const SETTINGS: &str = r#""clusterCIDR": "10.64.0.0/10", "serviceCIDR": "10.32.0.0/12""#;

/// The namespace and name of a Service, and of the Pods behind it `NAME-I`.
pub(crate) fn service_name(idx: usize) -> (String, String) {
    (format!("team-{:03}", idx / PER_NAMESPACE), format!("svc-{idx:05}"))
}

/// The objects, each made when it is asked for.
pub(crate) fn objects(size: Size) -> impl Iterator<Item = Value> {
    let namespaces = (0..size.n_services.div_ceil(PER_NAMESPACE)).map(|idx| {
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": format!("team-{idx:03}")}})
    });
    let nodes = (0..size.n_nodes).map(node);
    let pods = (0..size.n_services * size.n_endpoints).map(move |idx| pod(size, idx));
    let services = (0..size.n_services).map(service);
    namespaces.chain(nodes).chain(pods).chain(services)
}

/// The world as a file would hold it.
pub(crate) fn text(size: Size) -> String {
    let mut text = format!("{{{SETTINGS}, \"objects\": [\n");
    for (idx, object) in objects(size).enumerate() {
        text.push_str(if idx == 0 { "" } else { ",\n" });
        text.push_str(&object.to_string());
    }
    text.push_str("]}");
    text
}

fn node(idx: usize) -> Value {
    let name = format!("node-{idx:05}");
    let range = format!("10.{}.{}.0/24", 64 + idx / 256, idx % 256);
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {
            "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
            "topology.kubernetes.io/zone": format!("zone-{}", idx % 3),
        }},
        "spec": {"podCIDR": range, "podCIDRs": [range]},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": format!("172.20.{}.{}", idx / 250, 1 + idx % 250)},
                {"type": "Hostname", "address": name},
            ],
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    })
}

/// Pods go over the nodes in turn, so that those of one Service lie on many of them.
fn pod(size: Size, idx: usize) -> Value {
    let service = idx / size.n_endpoints;
    let (namespace, app) = service_name(service);
    let node = idx % size.n_nodes;
    let ip = format!("10.{}.{}.{}", 64 + node / 256, node % 256, 2 + idx / size.n_nodes);
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": format!("{app}-{}", idx % size.n_endpoints), "namespace": namespace,
            "labels": {"app": app, "tier": "backend", "pod-template-hash": format!("{service:010x}")},
        },
        "spec": {
            "nodeName": format!("node-{node:05}"),
            "containers": [{
                "name": "web", "image": "registry.example/web:1.4",
                "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
            }],
        },
        "status": {
            "phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}],
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    })
}

/// Seven of ten are plain, two have node ports while there are any, one is a balancer's.
fn service(idx: usize) -> Value {
    let (namespace, name) = service_name(idx);
    let ip = format!("10.{}.{}.{}", 32 + (idx >> 14), (idx >> 6) & 255, 2 + (idx & 63));
    let mut spec = json!({
        "type": "ClusterIP", "clusterIP": ip, "clusterIPs": [ip],
        "selector": {"app": name},
        "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}],
    });
    let node_port = 30_000 + idx / 10 * 2;
    let mut status = json!({"loadBalancer": {}});
    match idx % 10 {
        7 | 8 if node_port < 32_767 => {
            spec["type"] = "NodePort".into();
            spec["ports"][0]["nodePort"] = (node_port + idx % 10 - 7).into();
            spec["externalTrafficPolicy"] = if idx % 10 == 7 { "Cluster" } else { "Local" }.into();
        }
        9 => {
            spec["type"] = "LoadBalancer".into();
            spec["allocateLoadBalancerNodePorts"] = false.into();
            let vip = format!("203.{}.{}.{}", idx >> 14, (idx >> 6) & 255, 2 + (idx & 63));
            status["loadBalancer"]["ingress"] = json!([{"ip": vip, "ipMode": "VIP"}]);
        }
        _ => {}
    }
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": spec, "status": status,
    })
}

/// Nodes, a Service, and Deployments of one Pod each that all have the Service's selector.
pub(crate) fn one_selector(n_deployments: usize) -> Vec<Value> {
    let deployment = |idx: usize| {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": format!("web-{idx:04}"), "namespace": "default"},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "web", "image": "registry.example/web:1.4"}]},
                },
            },
        })
    };
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default"},
        "spec": {"selector": {"app": "web"}, "clusterIP": "10.32.0.10", "ports": [{"port": 80}]},
    });
    (0..20).map(node).chain([service]).chain((0..n_deployments).map(deployment)).collect()
}
