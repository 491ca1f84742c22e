//! Worlds and objects by chance.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Which address families a world has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Four,
    Six,
    Both,
}

impl Family {
    fn has(self, six: bool) -> bool {
        self == Self::Both || (self == Self::Six) == six
    }

    /// Those of `four` and `six` that this family has, IPv4 first.
    fn of(self, four: &str, six: &str) -> Vec<String> {
        [(false, four), (true, six)]
            .into_iter()
            .filter(|(is_six, _)| self.has(*is_six))
            .map(|(_, text)| text.to_owned())
            .collect()
    }
}

fn name(n: u8, prefix: &str) -> String {
    format!("{prefix}{n}")
}

fn node(family: Family) -> impl Strategy<Value = Value> {
    (0u8..3, prop::option::of(0u8..2), prop::bool::weighted(0.3)).prop_map(
        move |(n, zone, short)| {
            let mut node = json!({"kind": "Node", "metadata": {"name": name(n, "node")}});
            if let Some(zone) = zone {
                node["metadata"]["labels"] =
                    json!({"topology.kubernetes.io/zone": name(zone, "zone")});
            }
            // A short IPv4 node gets its addresses from the world; a short IPv6 one has none.
            if !short {
                let ips =
                    family.of(&format!("172.18.0.{}", 11 + n), &format!("fd00:18::{}", 11 + n));
                node["spec"] = json!({
                    "podCIDRs": family.of(&format!("10.244.{}.0/24", n + 1), &format!("fd00:10:0:{}::/64", n + 1)),
                });
                node["status"]["addresses"] = ips
                    .iter()
                    .map(|ip| json!({"type": "InternalIP", "address": ip}))
                    .collect();
            }
            node
        },
    )
}

fn pod(family: Family) -> impl Strategy<Value = Value> {
    let port = (
        prop::sample::select(vec!["", "http"]),
        prop::sample::select(vec![80u16, 8080]),
        prop::sample::select(vec!["TCP", "UDP"]),
    );
    (
        0u8..6,
        prop::option::weighted(0.9, 0u8..4),
        0u8..2,
        any::<[bool; 2]>(),
        [0.2, 0.2, 0.3].map(prop::bool::weighted),
        prop::collection::vec(port, 0..3),
        prop::option::of(2u8..6),
    )
        .prop_map(move |(n, node, app, [ready, shop], [terminating, host, dns], ports, ip)| {
            let ports: Vec<Value> = ports
                .into_iter()
                .map(|(name, port, protocol)| {
                    json!({"name": name, "containerPort": port, "protocol": protocol})
                })
                .collect();
            let mut pod = json!({
                "kind": "Pod",
                "metadata": {
                    "name": name(n, "pod"),
                    "namespace": if shop { "shop" } else { "default" },
                    "labels": {"app": name(app, "app")},
                },
                "spec": {"hostNetwork": host && n == 0, "containers": [{"ports": ports}]},
                "status": {
                    "conditions": [
                        {"type": "Ready", "status": if ready { "True" } else { "False" }},
                    ],
                },
            });
            if let Some(node) = node {
                pod["spec"]["nodeName"] = name(node, "node").into();
            }
            if dns {
                pod["metadata"]["namespace"] = "kube-system".into();
                pod["metadata"]["labels"]["k8s-app"] = "kube-dns".into();
                pod["spec"]["containers"] =
                    json!([{"ports": [{"containerPort": 53, "protocol": "UDP"}]}]);
            }
            if let Some(ip) = ip {
                let ips = family.of(&format!("10.244.1.{ip}"), &format!("fd00:10:0:1::{ip}"));
                pod["status"]["podIPs"] = ips.iter().map(|ip| json!({"ip": ip})).collect();
                pod["status"]["phase"] = "Running".into();
            }
            if terminating {
                pod["metadata"]["deletionTimestamp"] = "2026-11-20T00:00:00Z".into();
            }
            pod
        })
}

fn service(family: Family) -> impl Strategy<Value = Value> {
    let extra = (
        prop::option::weighted(
            0.3,
            prop::sample::select(vec!["PreferSameZone", "PreferSameNode", "PreferClose"]),
        ),
        prop::bool::weighted(0.3),
        prop::option::weighted(0.2, prop::sample::select(vec!["10.244.0.0/16", "fd00:18::/32"])),
        prop::bool::weighted(0.1),
        any::<bool>(),
    );
    (
        0u8..4,
        prop::sample::select(vec!["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
        any::<[bool; 5]>(),
        prop::option::of(0u8..3),
        prop::sample::select(vec![json!(80), json!(8080), json!("http")]),
        extra,
    )
        .prop_map(
            move |(
                n,
                kind,
                [internal, external, affinity, headless, none],
                app,
                target,
                (distribution, outer_ip, range, mesh, proxy),
            )| {
                let mut spec = json!({
                    "type": kind,
                    "ports": [
                        {"name": "tcp", "port": 80, "targetPort": target},
                        {"name": "udp", "port": 80, "targetPort": target, "protocol": "UDP"},
                    ],
                    "internalTrafficPolicy": if internal { "Local" } else { "Cluster" },
                    "sessionAffinity": if affinity { "ClientIP" } else { "None" },
                });
                if let Some(app) = app {
                    spec["selector"] = json!({"app": name(app, "app")});
                }
                if family == Family::Both {
                    spec["ipFamilyPolicy"] = "PreferDualStack".into();
                }
                let mut status = json!({});
                match kind {
                    "ExternalName" => {
                        spec = json!({"type": kind, "externalName": "api.example.com"});
                    }
                    "ClusterIP" if headless => spec["clusterIP"] = "None".into(),
                    "ClusterIP" => {}
                    _ => {
                        spec["ports"][0]["nodePort"] = (30000 + u16::from(n)).into();
                        spec["ports"][1]["nodePort"] = (30000 + u16::from(n)).into();
                        if external {
                            spec["externalTrafficPolicy"] = "Local".into();
                        }
                    }
                }
                if kind == "LoadBalancer" {
                    let ips = family.of(&format!("203.0.113.{n}"), &format!("2001:db8:1::{n}"));
                    let mode = if proxy { "Proxy" } else { "VIP" };
                    let ingress: Vec<Value> =
                        ips.iter().map(|ip| json!({"ip": ip, "ipMode": mode})).collect();
                    status = json!({"loadBalancer": {"ingress": ingress}});
                    if let Some(range) = range {
                        spec["loadBalancerSourceRanges"] = json!([range]);
                    }
                }
                if kind != "ExternalName" {
                    spec["publishNotReadyAddresses"] = none.into();
                    if let Some(distribution) = distribution {
                        spec["trafficDistribution"] = distribution.into();
                    }
                    if outer_ip && spec["clusterIP"].is_null() {
                        spec["externalIPs"] = family
                            .of(&format!("198.51.100.{n}"), &format!("2001:db8:2::{n}"))
                            .into();
                    }
                }
                let mut service = json!({
                    "kind": "Service", "metadata": {"name": name(n, "svc")},
                    "spec": spec, "status": status,
                });
                if mesh {
                    service["metadata"]["labels"] =
                        json!({"service.kubernetes.io/service-proxy-name": "mesh"});
                }
                service
            },
        )
}

fn slice(family: Family) -> impl Strategy<Value = Value> {
    let endpoint = (
        1u8..8,
        any::<[bool; 3]>(),
        prop::option::of(0u8..3),
        prop::option::of(0u8..2),
        prop::option::of(0u8..3),
    );
    (0u8..2, 0u8..5, any::<bool>(), prop::collection::vec(endpoint, 0..4)).prop_map(
        move |(n, service, six, endpoints)| {
            let six = if family == Family::Both { six } else { family == Family::Six };
            let endpoints: Vec<Value> = endpoints
                .into_iter()
                .map(|(ip, [ready, serving, terminating], node, zone, hint)| {
                    let ip =
                        if six { format!("fd00:10:0:1::{ip}") } else { format!("10.244.1.{ip}") };
                    let mut endpoint = json!({
                        "addresses": [ip],
                        "conditions": {
                            "ready": ready && !terminating, "serving": serving,
                            "terminating": terminating,
                        },
                        "hints": {},
                    });
                    if let Some(node) = node {
                        endpoint["nodeName"] = name(node, "node").into();
                    }
                    if let Some(zone) = zone {
                        endpoint["hints"]["forZones"] = json!([{"name": name(zone, "zone")}]);
                    }
                    if let Some(hint) = hint {
                        endpoint["hints"]["forNodes"] = json!([{"name": name(hint, "node")}]);
                    }
                    endpoint
                })
                .collect();
            json!({
                "kind": "EndpointSlice",
                "metadata": {
                    "name": name(n, "slice"),
                    "labels": {"kubernetes.io/service-name": name(service, "svc")},
                },
                "addressType": if six { "IPv6" } else { "IPv4" },
                "ports": [{"name": "tcp", "port": 8080}, {"name": "udp", "port": 8080, "protocol": "UDP"}],
                "endpoints": endpoints,
            })
        },
    )
}

/// A policy whose name begins with `deny` allows nobody in.
fn policy() -> impl Strategy<Value = Value> {
    let rule = prop::sample::select(vec![
        json!({}),
        json!({"from": [{"podSelector": {}}], "to": [{"podSelector": {}}]}),
        json!({"from": [{"namespaceSelector": {}}], "ports": [{"port": "http"}]}),
        json!({"from": [{"ipBlock": {"cidr": "172.18.0.0/16", "except": ["172.18.0.12/32"]}}]}),
        json!({"from": [{"ipBlock": {"cidr": "fd00::/8"}}], "ports": [{"protocol": "UDP"}]}),
        json!({"ports": [{"port": 8000, "endPort": 9000}, {"port": 53, "protocol": "UDP"}]}),
    ]);
    (0u8..2, 0u8..3, any::<[bool; 3]>(), prop::collection::vec(rule, 0..3)).prop_map(
        |(n, app, [egress, shop, deny], rules)| {
            let rules: Vec<Value> = if deny { Vec::new() } else { rules };
            let side = |field: &str| -> Value {
                rules
                    .iter()
                    .map(|rule| {
                        let mut rule = rule.clone();
                        if let Some(fields) = rule.as_object_mut() {
                            fields.remove(if field == "from" { "to" } else { "from" });
                        }
                        rule
                    })
                    .collect()
            };
            let types = if egress { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) };
            json!({
                "kind": "NetworkPolicy",
                "metadata": {
                    "name": name(n, if deny { "deny" } else { "allow" }),
                    "namespace": if shop { "shop" } else { "default" },
                },
                "spec": {
                    "podSelector": {"matchLabels": {"app": name(app, "app")}},
                    "policyTypes": types,
                    "ingress": side("from"),
                    "egress": side("to"),
                },
            })
        },
    )
}

pub(crate) fn world() -> impl Strategy<Value = Value> {
    let family = prop::sample::select(vec![Family::Four, Family::Four, Family::Six, Family::Both]);
    let objects = family.prop_flat_map(|family| {
        (
            Just(family),
            prop::collection::vec(node(family), 0..4),
            prop::collection::vec(pod(family), 0..7),
            prop::collection::vec(service(family), 0..5),
            prop::collection::vec(slice(family), 0..3),
            prop::collection::vec(policy(), 0..3),
        )
    });
    (objects, any::<[bool; 3]>()).prop_map(
        |((family, nodes, pods, services, slices, policies), [nftables, pool, dns])| {
            let mut objects = vec![json!({"kind": "Namespace", "metadata": {"name": "shop"}})];
            objects.extend([pods, nodes, services, slices, policies].concat());
            if dns {
                objects.push(json!({
                    "kind": "Service",
                    "metadata": {"name": "kube-dns", "namespace": "kube-system"},
                    "spec": {
                        "selector": {"k8s-app": "kube-dns"},
                        "ports": [{"port": 53, "protocol": "UDP"}],
                    },
                }));
            }
            let six = family == Family::Six;
            let mut world = json!({
                "proxyMode": if nftables { "nftables" } else { "iptables" },
                "clusterCIDR": if six { "fd00:10::/56" } else { "10.244.0.0/16" },
                "serviceCIDR": family.of("10.96.0.0/12", "fd00:96::/108").join(","),
                "external": {"ip": if six { "fd00:18::100" } else { "172.18.0.100" }},
                "upstream": {"api.example.com": "198.51.100.7"},
                "objects": objects,
            });
            if pool {
                world["loadBalancer"] =
                    json!({"pool": if six { "2001:db8:3::/124" } else { "203.0.113.128/28" }});
            }
            world
        },
    )
}

/// JSON with Kubernetes' words in the wrong places.
pub(crate) fn junk() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "kind",
        "metadata",
        "name",
        "namespace",
        "labels",
        "spec",
        "status",
        "ports",
        "port",
        "selector",
        "type",
        "clusterIP",
        "containers",
        "containerPort",
        "conditions",
        "podIP",
        "addresses",
        "endpoints",
        "hints",
        "targetRef",
        "Service",
        "Pod",
        "Node",
        "EndpointSlice",
        "NetworkPolicy",
        "Namespace",
        "podSelector",
        "ipBlock",
        "cidr",
        "None",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
}
