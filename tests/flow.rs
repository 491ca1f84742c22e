//! What real kube-proxies, kernels and CoreDNS did (`tests/conformance/flow`, `dns.json`),
//! held against what the simulator says.

use portolan::cluster::Cluster;
use portolan::dns;
use portolan::trace::{self, Address, Client, Outcome, Protocol, Target, Way};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A probe is inconsistent where what went unseen in it was so likely to be seen that this
/// is the chance of missing it. There are about 7,000 probes of 16 attempts; a fair coin
/// that never shows one of its sides in 16 throws (1.5e-5) must not fail them.
const TOO_UNLIKELY: f64 = 1e-6;

#[derive(Deserialize)]
struct Recording {
    probes: Vec<Probe>,
}

#[derive(Deserialize)]
struct Probe {
    service: String,
    target: String,
    from: String,
    to: To,
    observed: Observed,
}

#[derive(Deserialize)]
struct To {
    ip: String,
    port: u16,
    protocol: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Observed {
    outcomes: BTreeSet<String>,
    pods: BTreeSet<String>,
    sources: BTreeSet<String>,
    pod_ports: BTreeSet<u16>,
    attempts: i32,
}

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(path)
}

fn outcome_text(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Refused => "refused",
        Outcome::Timeout => "timeout",
        Outcome::Unresolved => "unresolved",
    }
}

/// Whether this way is among what was observed.
fn is_seen(way: &Way, observed: &Observed) -> bool {
    observed.outcomes.contains(outcome_text(way.outcome))
        && way.pod.as_ref().is_none_or(|pod| observed.pods.contains(pod))
        && way.source.as_ref().is_none_or(|s| observed.sources.contains(&s.to_string()))
        && way.pod_port.is_none_or(|port| observed.pod_ports.contains(&port))
}

/// What speaks against the ways, if anything does.
fn contradiction(ways: &[Way], observed: &Observed, sticky: bool) -> Option<String> {
    let outcomes: BTreeSet<&str> = ways.iter().map(|way| outcome_text(way.outcome)).collect();
    // Where refusals and silence mixed without any success, only refused was kept.
    let mixed = observed.outcomes.iter().eq(["refused"]);
    if let Some(unknown) = observed.outcomes.iter().find(|o| !outcomes.contains(o.as_str())) {
        return Some(format!("{unknown} was observed, and no way ends so"));
    }
    let pods: BTreeSet<&String> = ways.iter().filter_map(|way| way.pod.as_ref()).collect();
    if let Some(unknown) = observed.pods.iter().find(|pod| !pods.contains(pod)) {
        return Some(format!("{unknown} answered, and no way leads there"));
    }
    let sources: BTreeSet<String> =
        ways.iter().filter_map(|way| Some(way.source.as_ref()?.to_string())).collect();
    if let Some(unknown) = observed.sources.iter().find(|source| !sources.contains(*source)) {
        return Some(format!("the address of {unknown} was seen, and no way has it"));
    }
    let ports: BTreeSet<u16> = ways.iter().filter_map(|way| way.pod_port).collect();
    if let Some(unknown) = observed.pod_ports.iter().find(|port| !ports.contains(port)) {
        return Some(format!("port {unknown} answered, and no way leads there"));
    }
    let unseen: f64 = ways
        .iter()
        .filter(|way| !is_seen(way, observed))
        .filter(|way| !(mixed && way.outcome == Outcome::Timeout))
        .map(|way| way.p)
        .sum();
    // With ClientIP affinity the first attempt decides for all.
    let attempts = if sticky { 1 } else { observed.attempts };
    let missed = (1.0 - unseen).max(0.0).powi(attempts);
    (missed < TOO_UNLIKELY)
        .then(|| format!("ways of probability {unseen:.3} went unseen in {attempts} attempts"))
}

/// Probes of a file: how many there are, and what contradicts the simulator.
fn run(path: &Path) -> (usize, Vec<String>) {
    let text = std::fs::read_to_string(path).unwrap();
    let recording: Recording = serde_json::from_str(&text).unwrap();
    let (cluster, mut findings) = Cluster::from_world(&text).unwrap();
    // Policies were made up at random, and some select no Pod.
    findings.retain(|finding| !finding.object.starts_with("networkpolicy/"));
    assert_eq!(findings, [], "{}", path.display());
    let mut wrong = Vec::new();
    for probe in &recording.probes {
        let client: Client = probe.from.parse().unwrap();
        let protocol: Protocol = probe.to.protocol.parse().unwrap();
        let address = Address::Ip(probe.to.ip.parse().unwrap());
        let target = Target { address, port: probe.to.port, protocol };
        let ways = trace::outcomes(&cluster, &client, &target).unwrap();
        let total: f64 = ways.iter().map(|way| way.p).sum();
        assert!((total - 1.0).abs() < 1e-9, "{client} → {target}: probabilities sum to {total}");
        let sticky = cluster
            .service("default", &probe.service)
            .is_some_and(|service| service.client_ip_affinity);
        if let Some(what) = contradiction(&ways, &probe.observed, sticky) {
            let ways: Vec<String> = ways
                .iter()
                .map(|w| {
                    format!("{} {:?} {:?} {:.2}", outcome_text(w.outcome), w.pod, w.source, w.p)
                })
                .collect();
            wrong.push(format!(
                "{} {} {client} → {target}: {what}; observed {:?}; ways {ways:?}",
                probe.service, probe.target, probe.observed
            ));
        }
    }
    (recording.probes.len(), wrong)
}

#[test]
fn every_recorded_probe_is_consistent_with_the_ways() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(data("flow")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut counts = Vec::new();
    let mut all_wrong = Vec::new();
    for path in &files {
        let (n_probes, wrong) = run(path);
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        counts.push(format!("{name} {} of {n_probes}", n_probes - wrong.len()));
        all_wrong.extend(wrong.into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(
        all_wrong.is_empty(),
        "{}\n{} probes contradict the simulator, among them:\n{}",
        counts.join("\n"),
        all_wrong.len(),
        all_wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
    );
}

#[derive(Deserialize)]
struct Names {
    queries: Vec<NameQuery>,
}

#[derive(Deserialize)]
struct NameQuery {
    query: String,
    #[serde(rename = "type")]
    record_type: String,
    status: String,
    answers: Vec<NameRecord>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct NameRecord {
    #[serde(rename = "type")]
    record_type: String,
    data: String,
    name: String,
}

#[test]
fn every_recorded_name_is_answered_as_coredns_did() {
    let text = std::fs::read_to_string(data("dns.json")).unwrap();
    let names: Names = serde_json::from_str(&text).unwrap();
    let (cluster, findings) = Cluster::from_world(&text).unwrap();
    assert_eq!(findings, []);
    let mut wrong = Vec::new();
    for mut recorded in names.queries {
        let answer = dns::query(&cluster, &recorded.query, recorded.record_type.parse().unwrap());
        let records: Vec<NameRecord> = answer
            .answers
            .iter()
            .map(|record| NameRecord {
                record_type: record.record_type.to_string(),
                data: record.data.clone(),
                name: record.name.clone(),
            })
            .collect();
        recorded.answers.sort();
        if answer.status.to_string() != recorded.status || records != recorded.answers {
            wrong.push(format!(
                "{} {}: {} {records:?}, recorded {} {:?}",
                recorded.query,
                recorded.record_type,
                answer.status,
                recorded.status,
                recorded.answers
            ));
        }
    }
    assert!(wrong.is_empty(), "{} queries differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn portolan(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams =
        portolan::cli::Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
    let exit =
        portolan::cli::run(std::iter::once("portolan").chain(args.iter().copied()), &mut streams);
    (exit.code(), String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn the_command_trace_gives_a_line_of_ways_for_every_probe() {
    let path = data("flow/random-104-iptables.json");
    let file = path.to_str().unwrap();
    let (exit, out, err) =
        portolan(&["trace", "--world", file, "--probes", file, "--output", "json"]);
    assert_eq!((exit, err.as_str()), (0, ""));
    let recording: Recording =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(out.lines().count(), recording.probes.len());
    for line in out.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        for way in line["ways"].as_array().unwrap() {
            let keys: Vec<&String> = way.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["outcome", "pod", "source", "podPort", "p"]);
        }
    }
}

#[test]
fn the_command_resolve_gives_a_line_of_records_for_every_query() {
    let path = data("dns.json");
    let file = path.to_str().unwrap();
    let (exit, out, err) =
        portolan(&["resolve", "--world", file, "--queries", file, "--output", "json"]);
    assert_eq!((exit, err.as_str()), (0, ""));
    let recorded: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let queries = recorded["queries"].as_array().unwrap();
    assert_eq!(out.lines().count(), queries.len());
    for (line, query) in out.lines().zip(queries) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["status"], query["status"]);
        assert_eq!(line["answers"], query["answers"], "{}", query["query"]);
    }
}

#[test]
fn a_trace_that_makes_no_sense_exits_2_and_one_that_fails_exits_1() {
    let path = data("flow/scenarios-iptables.json");
    let file = path.to_str().unwrap();
    let exit =
        |from: &str, to: &str| portolan(&["trace", "--world", file, "--from", from, "--to", to]);
    assert_eq!(exit("external", "node1:30080").0, 0);
    assert_eq!(exit("pod:cli1", "service/wrong-selector:80").0, 1);
    let (code, out, err) = exit("pod:nobody", "service/clusterip:80");
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (2, "", "error: there is no Pod nobody to send from\n")
    );
}

mod any_world {
    //! Worlds that nobody would write: whatever they hold, traces end, add up and obey.

    use portolan::cluster::{Cluster, Endpoint, Protocol};
    use portolan::trace::{self, Action, Client, Direction, Outcome, Place, ReasonCode, Target};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn name(n: u8, prefix: &str) -> String {
        format!("{prefix}{n}")
    }

    fn node() -> impl Strategy<Value = Value> {
        (0u8..3, prop::option::of(0u8..2), any::<bool>()).prop_map(|(n, zone, short)| {
            let mut node = json!({"kind": "Node", "metadata": {"name": name(n, "node")}});
            if let Some(zone) = zone {
                node["metadata"]["labels"] =
                    json!({"topology.kubernetes.io/zone": name(zone, "zone")});
            }
            if !short {
                node["spec"] = json!({"podCIDR": format!("10.244.{}.0/24", n + 1)});
                node["status"] = json!({
                    "addresses": [{"type": "InternalIP", "address": format!("172.18.0.{}", 11 + n)}],
                });
            }
            node
        })
    }

    fn pod() -> impl Strategy<Value = Value> {
        (
            0u8..6,
            prop::option::of(0u8..4),
            0u8..2,
            any::<[bool; 4]>(),
            prop::collection::vec((prop::bool::ANY, prop::sample::select(vec![80u16, 8080])), 0..3),
            prop::option::of(2u8..6),
        )
            .prop_map(|(n, node, app, [ready, terminating, host, shop], ports, ip)| {
                let ports: Vec<Value> = ports
                    .into_iter()
                    .map(|(named, port)| {
                        let name = if named { "http" } else { "" };
                        json!({"name": name, "containerPort": port})
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
                if let Some(ip) = ip {
                    pod["status"]["podIP"] = format!("10.244.1.{ip}").into();
                }
                if terminating {
                    pod["metadata"]["deletionTimestamp"] = "2026-11-20T00:00:00Z".into();
                }
                pod
            })
    }

    fn service() -> impl Strategy<Value = Value> {
        (
            0u8..4,
            prop::sample::select(vec!["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
            any::<[bool; 6]>(),
            prop::option::of(0u8..3),
            prop::sample::select(vec![json!(80), json!(8080), json!("http")]),
        )
            .prop_map(
                |(n, kind, [internal, external, affinity, headless, ranges, none], app, target)| {
                    let mut spec = json!({
                        "type": kind,
                        "ports": [{"port": 80, "targetPort": target}],
                        "internalTrafficPolicy": if internal { "Local" } else { "Cluster" },
                        "sessionAffinity": if affinity { "ClientIP" } else { "None" },
                    });
                    if let Some(app) = app {
                        spec["selector"] = json!({"app": name(app, "app")});
                    }
                    match kind {
                        "ExternalName" => spec["externalName"] = "api.example.com".into(),
                        "ClusterIP" if headless => spec["clusterIP"] = "None".into(),
                        "ClusterIP" => {}
                        _ => {
                            spec["ports"][0]["nodePort"] = (30000 + u16::from(n)).into();
                            if external {
                                spec["externalTrafficPolicy"] = "Local".into();
                            }
                        }
                    }
                    if kind == "LoadBalancer" && ranges {
                        spec["loadBalancerSourceRanges"] = json!(["10.244.0.0/16"]);
                    }
                    if none {
                        spec["publishNotReadyAddresses"] = true.into();
                    }
                    json!({"kind": "Service", "metadata": {"name": name(n, "svc")}, "spec": spec})
                },
            )
    }

    fn slice() -> impl Strategy<Value = Value> {
        (0u8..2, 0u8..5, 1u8..8, any::<bool>()).prop_map(|(n, service, ip, ready)| {
            json!({
                "kind": "EndpointSlice",
                "metadata": {
                    "name": name(n, "slice"),
                    "labels": {"kubernetes.io/service-name": name(service, "svc")},
                },
                "addressType": "IPv4",
                "ports": [{"name": "", "port": 8080}],
                "endpoints": [
                    {"addresses": [format!("10.244.1.{ip}")], "conditions": {"ready": ready}},
                ],
            })
        })
    }

    fn policy() -> impl Strategy<Value = Value> {
        (0u8..2, 0u8..3, any::<[bool; 3]>()).prop_map(|(n, app, [ingress, egress, shop])| {
            let types: Vec<&str> = [(ingress, "Ingress"), (egress, "Egress")]
                .into_iter()
                .filter_map(|(on, name)| on.then_some(name))
                .collect();
            json!({
                "kind": "NetworkPolicy",
                "metadata": {"name": name(n, "policy"), "namespace": if shop { "shop" } else { "default" }},
                "spec": {
                    "podSelector": {"matchLabels": {"app": name(app, "app")}},
                    "policyTypes": types,
                    "ingress": [{"from": [{"podSelector": {}}]}],
                },
            })
        })
    }

    fn world() -> impl Strategy<Value = Value> {
        let objects = (
            prop::collection::vec(node(), 0..4),
            prop::collection::vec(pod(), 0..7),
            prop::collection::vec(service(), 0..5),
            prop::collection::vec(slice(), 0..3),
            prop::collection::vec(policy(), 0..3),
        );
        (objects, any::<bool>(), any::<bool>()).prop_map(
            |((nodes, pods, services, slices, policies), nftables, pool)| {
                let mut objects = vec![json!({"kind": "Namespace", "metadata": {"name": "shop"}})];
                objects.extend([pods, nodes, services, slices, policies].concat());
                let mut world = json!({
                    "proxyMode": if nftables { "nftables" } else { "iptables" },
                    "upstream": {"api.example.com": "198.51.100.7"},
                    "objects": objects,
                });
                if pool {
                    world["loadBalancer"] = json!({"pool": "203.0.113.0/28"});
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

    fn targets(cluster: &Cluster) -> Vec<Target> {
        let mut texts = vec!["api.example.com:443".to_owned(), "nobody:80".to_owned()];
        for service in cluster.services() {
            texts.push(format!("service/{}:80", service.name));
            texts.push(format!("service/{}:81", service.name));
            texts.push(format!("lb/{}:80", service.name));
            texts.push(format!("{}:80", service.name.name));
            for node in cluster.nodes() {
                texts.extend(
                    service
                        .ports
                        .iter()
                        .filter_map(|p| Some(format!("{}:{}", node.name, p.node_port?))),
                );
            }
        }
        texts.extend(cluster.pods().filter_map(|pod| Some(format!("{}:8080", pod.ip()?))));
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// Whether some Service's endpoints, or the target itself, lead to that Pod. Two Pods may
    /// claim one address here: a packet from one of them to that address stays with it.
    fn is_led_to(cluster: &Cluster, target: &Target, pod: &str, port: u16) -> bool {
        let has = |ip| cluster.pods().any(|p| p.ip() == Some(ip) && p.name.to_string() == pod);
        let leads = |endpoint: &Endpoint| endpoint.port == port && has(endpoint.ip);
        let by_service = cluster.services().any(|service| {
            let endpoints = cluster.endpoints(&service.name);
            endpoints.is_some_and(|all| all.of("", Protocol::Tcp).iter().any(leads))
        });
        let is_itself = cluster
            .pods()
            .filter(|p| p.name.to_string() == pod)
            .any(|p| p.host_network() || target.to_string() == format!("{}:{port}", p.ips[0]));
        let headless = cluster.services().any(|service| {
            service.headless
                && cluster
                    .slices_of(&service.name)
                    .any(|slice| slice.endpoints.iter().any(|endpoint| has(endpoint.ip)))
        });
        by_service || is_itself || headless
    }

    proptest! {


        #[test]
        fn every_trace_ends_adds_up_and_reaches_only_pods_that_a_rule_leads_to(world in world()) {
            let text = world.to_string();
            let (cluster, _) = Cluster::from_world(&text).unwrap();
            for client in clients(&cluster) {
                for target in targets(&cluster) {
                    let Ok(trace) = trace::trace(&cluster, &client, &target) else {
                        // A Pod without an address, or on no node, can't send.
                        continue;
                    };
                    let total: f64 = trace.ways.iter().map(|way| way.p).sum();
                    prop_assert!((total - 1.0).abs() < 1e-9, "{client} {target}: {total}");
                    let outcomes = trace::outcomes(&cluster, &client, &target).unwrap();
                    prop_assert_eq!(outcomes.len(), trace.ways.len());
                    for (way, outcome) in trace.ways.iter().zip(&outcomes) {
                        prop_assert_eq!(way.outcome, outcome.outcome);
                        prop_assert_eq!(&way.pod, &outcome.pod);
                        prop_assert_eq!(&way.reason, &outcome.reason);
                        prop_assert!(outcome.hops.is_empty());
                        prop_assert!(!way.reason.say.is_empty());
                        for hop in &way.hops {
                            prop_assert!(!hop.say.is_empty(), "{:?}", hop);
                        }
                        if way.outcome == Outcome::Unresolved {
                            prop_assert!(way.hops.iter().all(|hop| hop.action == Action::Resolve));
                            continue;
                        }
                        let last = way.hops.last().unwrap();
                        if way.outcome == Outcome::Ok {
                            prop_assert_eq!(way.reason.code, ReasonCode::Delivered);
                            prop_assert_eq!(last.direction, Direction::Reply);
                            prop_assert_eq!(last.action, Action::Deliver);
                            // The answer comes back from where the packet was sent.
                            let sent = way.hops.iter().find(|hop| hop.action == Action::Send).unwrap();
                            prop_assert_eq!((last.from, last.to), (sent.to, sent.from));
                        } else {
                            prop_assert!(way.pod.is_none() && way.source.is_none());
                        }
                        if let (Some(pod), Some(port)) = (&way.pod, way.pod_port) {
                            prop_assert!(is_led_to(&cluster, &target, pod, port), "{client} {target} {pod}");
                        }
                        let at_pod = way.hops.iter().filter(|hop| {
                            hop.action == Action::Deliver && matches!(hop.at, Place::Pod { .. })
                        });
                        prop_assert!(at_pod.count() <= 2);
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
}
