//! Worlds that nobody would write: whatever they hold, traces end, add up and obey.

use portolan::cluster::{Cluster, Endpoint, Name, Pod, Service};
use portolan::trace::{
    self, Action, Client, Direction, Outcome, Place, ReasonCode, Target, Trace, Way,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::net::IpAddr;

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
        prop::option::weighted(0.3, 1u8..3),
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
                    if let Some(ip) = outer_ip.filter(|_| spec["clusterIP"].is_null()) {
                        spec["externalIPs"] = family
                            .of(&format!("198.51.100.{ip}"), &format!("2001:db8:2::{ip}"))
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

fn world() -> impl Strategy<Value = Value> {
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

fn clients(cluster: &Cluster) -> Vec<Client> {
    let pods = cluster.pods().map(|pod| Client::Pod {
        namespace: pod.name.namespace.to_string(),
        name: pod.name.name.to_string(),
    });
    let nodes = cluster.nodes().map(|node| Client::Node(node.name.to_string()));
    pods.chain(nodes).chain([Client::External]).collect()
}

/// A target, and the Service that it is meant for.
fn targets(cluster: &Cluster) -> Vec<(Target, Option<Name>)> {
    let mut texts: Vec<(String, Option<Name>)> =
        ["api.example.com:443", "nobody:80"].map(|text| (text.to_owned(), None)).to_vec();
    let socket = |ip: IpAddr, port: u16| std::net::SocketAddr::new(ip, port).to_string();
    for service in cluster.services() {
        let name = &service.name;
        let mut add = |text: String| texts.push((text, Some(name.clone())));
        add(format!("service/{name}:80"));
        add(format!("service/{name}:80/UDP"));
        add(format!("service/{name}:81"));
        add(format!("lb/{name}:80"));
        add(format!("{}:80", name.name));
        for ip in service.cluster_ips.iter().chain(&service.external_ips) {
            add(socket(*ip, 80));
        }
        for node in cluster.nodes() {
            if let Some(port) = service.ports.iter().find_map(|port| port.node_port) {
                add(format!("{}:{port}", node.name));
                add(format!("{}:{port}/UDP", node.name));
            }
        }
    }
    texts.extend(cluster.pods().flat_map(|pod| pod.ips.iter().map(|ip| (socket(*ip, 8080), None))));
    texts.extend(["127.0.0.1:8080", "127.0.0.1:30000"].map(|text| (text.to_owned(), None)));
    texts.into_iter().map(|(text, service)| (text.parse().unwrap(), service)).collect()
}

/// Whether this Pod may be what a packet reaches. Two Pods may claim one address here: a
/// packet from one of them to that address stays with it.
fn may_reach(
    cluster: &Cluster,
    client: &Client,
    target: &Target,
    service: Option<&Name>,
    pod: &str,
    port: u16,
) -> bool {
    let is_pod = |p: &&std::sync::Arc<Pod>| p.name.to_string() == pod;
    let has = |ip: IpAddr| cluster.pods().filter(is_pod).any(|p| p.ips.contains(&ip));
    let node_of = |ip: IpAddr| cluster.node_at(ip).map(|node| node.name.clone());
    // A Pod in its node's network is reached at the node.
    let on_node = |ip: IpAddr| {
        let node = node_of(ip);
        node.is_some() && cluster.pods().filter(is_pod).any(|p| p.host_network() && p.node == node)
    };
    let leads = |endpoint: &Endpoint| {
        endpoint.port == port
            && (endpoint.ready || (endpoint.serving && endpoint.terminating))
            && (has(endpoint.ip) || on_node(endpoint.ip))
    };
    let selects = |service: &Service| {
        let by_rules = cluster.endpoints(&service.name).is_some_and(|all| {
            let of_protocol = service.ports.iter().filter(|port| port.protocol == target.protocol);
            of_protocol.flat_map(|port| all.of(&port.name, target.protocol)).any(leads)
        });
        let by_name = service.headless
            && cluster
                .slices_of(&service.name)
                .any(|slice| slice.endpoints.iter().any(|e| has(e.ip) || on_node(e.ip)));
        by_rules || by_name
    };
    let text = target.to_string();
    let straight = cluster.pods().filter(is_pod).any(|p| {
        p.ips.iter().any(|ip| text.starts_with(&std::net::SocketAddr::new(*ip, port).to_string()))
    });
    let itself = text.starts_with("127.")
        && (client.to_string() == format!("pod:{pod}")
            || cluster.pods().filter(is_pod).any(|p| p.host_network()));
    let at_node = cluster.nodes().any(|node| {
        text.starts_with(&format!("{}:", node.name))
            && cluster
                .pods()
                .filter(is_pod)
                .any(|p| p.host_network() && p.node.as_ref() == Some(&node.name))
    });
    // Several Services may have the same external IP or node port here.
    let shares = |other: &Service| {
        let asked = service.and_then(|name| cluster.service(&name.namespace, &name.name));
        asked.is_none_or(|asked| {
            asked.name == other.name
                || asked.external_ips.iter().any(|ip| other.external_ips.contains(ip))
                || asked.ingress.iter().any(|a| other.ingress.iter().any(|b| a.ip == b.ip))
                || asked.ports.iter().any(|p| {
                    p.node_port.is_some() && other.ports.iter().any(|o| o.node_port == p.node_port)
                })
        })
    };
    straight || itself || at_node || cluster.services().any(|other| shares(other) && selects(other))
}

/// The ways of a trace obey the rules that all obey.
fn assert_obeys(
    cluster: &Cluster,
    trace: &Trace,
    client: &Client,
    target: &Target,
    service: Option<&Name>,
) -> Result<(), TestCaseError> {
    let total: f64 = trace.ways.iter().map(|way| way.p).sum();
    prop_assert!((total - 1.0).abs() < 1e-9, "{client} {target}: {total}");
    for way in &trace.ways {
        prop_assert!(!way.reason.say.is_empty());
        prop_assert!(way.hops.len() < 64);
        for hop in &way.hops {
            prop_assert!(!hop.say.is_empty(), "{:?}", hop);
            let families = [hop.to, hop.from_after, hop.to_after].map(|s| s.ip.is_ipv4());
            let mixed = families.into_iter().any(|four| four != hop.from.ip.is_ipv4());
            prop_assert!(!mixed || hop.action == Action::Resolve, "{:?}", hop);
        }
        if let Some(at) = &way.reason.look_at {
            prop_assert!(!at.object.is_empty() && !at.field.is_empty());
        }
        if way.outcome == Outcome::Unresolved {
            prop_assert!(way.hops.iter().all(|hop| hop.action == Action::Resolve));
            continue;
        }
        assert_replied(way, client, target)?;
        if let (Some(pod), Some(port)) = (&way.pod, way.pod_port) {
            prop_assert!(
                may_reach(cluster, client, target, service, pod, port),
                "{client} {target} {pod}"
            );
            prop_assert!(!is_shut(cluster, client, pod), "{client} {target} {pod}");
        }
    }
    Ok(())
}

/// The answer to a delivered packet reaches its sender, or the way says why not.
fn assert_replied(way: &Way, client: &Client, target: &Target) -> Result<(), TestCaseError> {
    let taken = |hop: &&trace::Hop| {
        hop.direction == Direction::Request
            && hop.action == Action::Deliver
            && matches!(hop.at, Place::Pod { .. } | Place::Node { .. } | Place::Outside)
    };
    let last = way.hops.last().unwrap();
    let is_taken = way.hops.iter().find(taken).is_some();
    match way.outcome {
        Outcome::Ok => {
            prop_assert!(is_taken);
            prop_assert_eq!(way.reason.code, ReasonCode::Delivered);
            prop_assert_eq!((last.direction, last.action), (Direction::Reply, Action::Deliver));
            // The answer comes back from where the packet was sent.
            let sent = way.hops.iter().find(|hop| hop.action == Action::Send).unwrap();
            prop_assert_eq!((last.from, last.to), (sent.to, sent.from));
            prop_assert!(way.source.is_some() && way.pod_port.is_some());
        }
        _ => {
            prop_assert!(way.pod.is_none() && way.source.is_none() && way.pod_port.is_none());
            prop_assert!(way.reason.code != ReasonCode::Delivered);
            if is_taken {
                prop_assert_eq!(way.reason.code, ReasonCode::ReplyLost, "{} {}", client, target);
                prop_assert_eq!((last.direction, last.action), (Direction::Reply, Action::Drop));
            }
        }
    }
    Ok(())
}

/// A policy lets nobody into this Pod, and the client is neither it nor on its node.
fn is_shut(cluster: &Cluster, client: &Client, pod: &str) -> bool {
    let Some(pod) = cluster.pods().find(|p| p.name.to_string() == pod) else { return false };
    let policies: Vec<_> = cluster
        .policies()
        .filter(|policy| {
            policy.name.namespace == pod.name.namespace && policy.pods.matches(pod.labels())
        })
        .collect();
    let shut = policies.iter().all(|policy| policy.name.name.starts_with("deny"));
    if pod.host_network() || policies.is_empty() || !shut {
        return false;
    }
    // Two nodes may claim one address here.
    let node_of = |pod: &Pod| pod.node.as_deref().and_then(|name| cluster.node(name)).cloned();
    let near: Vec<IpAddr> =
        node_of(pod).iter().flat_map(|node| node.ips.clone()).chain(pod.ips.clone()).collect();
    let sender: Vec<IpAddr> = match client {
        Client::External => Vec::new(),
        Client::Node(name) => cluster.node(name).unwrap().ips.clone(),
        Client::Pod { namespace, name } => {
            let sender = cluster.pod(namespace, name).unwrap();
            match node_of(sender).filter(|_| sender.host_network()) {
                Some(node) => node.ips.clone(),
                None => sender.ips.clone(),
            }
        }
    };
    !sender.iter().any(|ip| near.contains(ip))
}

proptest! {
    #[test]
    fn every_trace_ends_adds_up_and_reaches_only_pods_that_a_rule_leads_to(world in world()) {
        let (cluster, _) = Cluster::from_world(&world.to_string()).unwrap();
        for client in clients(&cluster) {
            for (target, service) in targets(&cluster) {
                let Ok(trace) = trace::trace(&cluster, &client, &target) else {
                    // A Pod without an address can't send.
                    continue;
                };
                assert_obeys(&cluster, &trace, &client, &target, service.as_ref())?;
                let outcomes = trace::outcomes(&cluster, &client, &target).unwrap();
                prop_assert_eq!(outcomes.len(), trace.ways.len());
                for (way, outcome) in trace.ways.iter().zip(&outcomes) {
                    prop_assert_eq!(
                        (way.outcome, &way.pod, &way.source, &way.reason),
                        (outcome.outcome, &outcome.pod, &outcome.source, &outcome.reason)
                    );
                    prop_assert!(outcome.hops.is_empty());
                }
                let one = trace::way(&cluster, &client, &target, 7).unwrap();
                prop_assert!(trace.ways.contains(&one));
            }
        }
    }

    #[test]
    fn the_same_objects_put_again_change_nothing(world in world()) {
        let (cluster, _) = Cluster::from_world(&world.to_string()).unwrap();
        let kinds = ["Namespace", "Node", "Pod", "Service", "EndpointSlice", "NetworkPolicy"];
        let all = |cluster: &Cluster| -> Vec<Value> {
            kinds.iter().flat_map(|kind| cluster.list(kind, None)).collect()
        };
        let before = all(&cluster);
        let mut again = cluster.clone();
        for object in &before {
            let derived =
                !object["metadata"]["labels"]["endpointslice.kubernetes.io/managed-by"].is_null();
            if !derived {
                again.put(object.clone()).unwrap();
            }
        }
        prop_assert_eq!(&before, &all(&again));
        // What is taken out of a copy stays in the other.
        for service in cluster.services() {
            again.delete("svc", &service.name.namespace, &service.name.name).unwrap();
        }
        prop_assert_eq!(again.services().count(), 0);
        prop_assert!(again.slices().all(|slice| !slice.managed));
        prop_assert_eq!(before, all(&cluster));
    }

    #[test]
    fn no_text_is_too_odd_for_a_world(text in "\\PC{0,200}") {
        let _ = Cluster::from_world(&text);
    }

    #[test]
    fn no_object_is_too_odd_for_a_world(object in junk()) {
        let world = json!({"objects": [object.clone(), {"kind": "Pod", "metadata": object}]});
        if let Ok((cluster, _)) = Cluster::from_world(&world.to_string()) {
            let target = "service/kubernetes:443".parse().unwrap();
            let _ = trace::trace(&cluster, &Client::External, &target);
        }
    }
}

/// JSON with Kubernetes' words in the wrong places.
fn junk() -> impl Strategy<Value = Value> {
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
