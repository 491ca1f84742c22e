//! kube-proxy's rules inside the cluster, in both modes, in worlds that show nothing else: who
//! answers a Service. The claims of docs/packets.md name these tests.

use super::super::*;
use crate::cluster::{Cluster, ProxyMode};

/// Three nodes in two zones; a client on each of the first two; web on the first two.
const WORLD: &str = r#"
external: {ip: 172.18.0.100, loadBalancerGateway: node1}
objects:
- {kind: Node, metadata: {name: node1, labels: {topology.kubernetes.io/zone: a}}}
- {kind: Node, metadata: {name: node2, labels: {topology.kubernetes.io/zone: a}}}
- {kind: Node, metadata: {name: node3, labels: {topology.kubernetes.io/zone: b}}}
- {kind: Pod, metadata: {name: client}, spec: {nodeName: node1, containers: [{name: c}]}}
- {kind: Pod, metadata: {name: client3}, spec: {nodeName: node3, containers: [{name: c}]}}
- {kind: Pod, metadata: {name: web-a, labels: {app: web}}, spec: {nodeName: node1, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}}
- {kind: Pod, metadata: {name: web-b, labels: {app: web}}, spec: {nodeName: node2, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}}
"#;

pub(super) const PORTS: &str = "ports: [{port: 80, targetPort: 8080}]";
pub(super) const NODE_PORT: &str = "ports: [{port: 80, targetPort: 8080, nodePort: 30080}]";

/// The world with a Service `web` of this spec, and more objects.
pub(super) fn world(spec: &str, more: &str) -> Cluster {
    let service = format!("- {{kind: Service, metadata: {{name: web}}, spec: {{{spec}}}}}\n");
    let (cluster, findings) = Cluster::from_world(&format!("{WORLD}{service}{more}")).unwrap();
    assert_eq!(findings, []);
    cluster
}

/// The world with a Service `web` of type LoadBalancer at 203.0.113.1.
pub(super) fn balanced(spec: &str) -> Cluster {
    let more = format!(
        "- {{kind: Service, metadata: {{name: lb}}, spec: {{type: LoadBalancer, {spec}}}, \
         status: {{loadBalancer: {{ingress: [{{ip: 203.0.113.1}}]}}}}}}\n"
    );
    world("clusterIP: 10.96.0.50, ports: [{port: 1}]", &more)
}

/// How a packet can end: who answers and whose address it sees, or how and why not.
pub(super) fn ends_in(cluster: &Cluster, mode: ProxyMode, from: &str, to: &str) -> Vec<String> {
    let mut cluster = cluster.clone();
    cluster.settings_mut().proxy_mode = mode;
    let ways = outcomes(&cluster, &from.parse().unwrap(), &to.parse().unwrap()).unwrap();
    let mut ends: Vec<String> = ways
        .iter()
        .map(|way| match (way.outcome, &way.source) {
            (Outcome::Ok, Some(source)) => {
                format!("{} sees {source}", way.pod.as_deref().unwrap_or("nobody"))
            }
            (outcome, _) => {
                let code = serde_json::to_value(way.reason.code).unwrap();
                format!("{outcome:?}: {}", code.as_str().unwrap())
            }
        })
        .collect();
    ends.sort();
    ends.dedup();
    ends
}

/// The same in both modes.
pub(super) fn ends(cluster: &Cluster, from: &str, to: &str) -> Vec<String> {
    let iptables = ends_in(cluster, ProxyMode::Iptables, from, to);
    assert_eq!(iptables, ends_in(cluster, ProxyMode::Nftables, from, to), "{from} to {to}");
    iptables
}

pub(super) fn in_iptables(cluster: &Cluster, from: &str, to: &str) -> Vec<String> {
    ends_in(cluster, ProxyMode::Iptables, from, to)
}

pub(super) fn in_nftables(cluster: &Cluster, from: &str, to: &str) -> Vec<String> {
    ends_in(cluster, ProxyMode::Nftables, from, to)
}

#[test]
fn a_cluster_ip_leads_to_each_ready_endpoint_with_the_same_chance() {
    let cluster = world(&format!("selector: {{app: web}}, {PORTS}"), "");
    assert_eq!(
        ends(&cluster, "pod:client", "service/web:80"),
        ["web-a sees client", "web-b sees client"]
    );
    let ways =
        outcomes(&cluster, &"pod:client".parse().unwrap(), &"service/web:80".parse().unwrap());
    let p: Vec<f64> = ways.unwrap().iter().map(|way| way.p).collect();
    assert_eq!(p, [0.5, 0.5]);
}

#[test]
fn what_does_not_come_from_the_cluster_cidr_is_masqueraded_at_a_cluster_ip() {
    let stranger = "- {kind: Pod, metadata: {name: stranger}, spec: {nodeName: node1, \
                    containers: [{name: c}]}, status: {podIP: 192.168.7.7, phase: Running}}\n";
    let cluster = world(&format!("selector: {{app: web}}, {PORTS}"), stranger);
    assert_eq!(
        ends(&cluster, "pod:stranger", "service/web:80"),
        ["web-a sees node1", "web-b sees node1"]
    );
}

#[test]
fn without_detection_of_local_traffic_nothing_is_masqueraded_at_a_cluster_ip() {
    // The cluster CIDR is IPv6 only, so kube-proxy detects nothing in IPv4.
    let text = format!(
        "clusterCIDR: fd00:10::/56\n{}",
        WORLD.replace("name: client}, spec: {nodeName: node1, containers: [{name: c}]}",
            "name: client}, spec: {nodeName: node1, containers: [{name: c}]}, status: {podIP: 10.244.1.5, phase: Running}")
    );
    let text = format!(
        "{text}- {{kind: Pod, metadata: {{name: api, labels: {{app: api}}}}, spec: {{nodeName: node2, \
         containers: [{{name: c, ports: [{{containerPort: 8080}}]}}]}}, status: {{podIP: 10.244.2.5, \
         phase: Running, conditions: [{{type: Ready, status: 'True'}}]}}}}\n\
         - {{kind: Service, metadata: {{name: web}}, spec: {{selector: {{app: api}}, {PORTS}}}}}\n"
    );
    let (cluster, _) = Cluster::from_world(&text).unwrap();
    assert_eq!(ends(&cluster, "pod:client", "service/web:80"), ["api sees client"]);
}

#[test]
fn without_endpoints_a_packet_is_refused_but_by_iptables_on_a_nodes_own_way_out() {
    let cluster = world(&format!("type: NodePort, selector: {{app: nobody}}, {NODE_PORT}"), "");
    for from in ["pod:client", "node:node1"] {
        assert_eq!(ends(&cluster, from, "service/web:80"), ["Refused: no-endpoints"]);
    }
    for from in ["pod:client", "node:node1", "node:node2", "external"] {
        assert_eq!(ends(&cluster, from, "node1:30080"), ["Refused: no-endpoints"]);
    }
    let cluster = balanced(&format!("selector: {{app: nobody}}, {PORTS}"));
    for from in ["pod:client", "external"] {
        assert_eq!(ends(&cluster, from, "203.0.113.1:80"), ["Refused: no-endpoints"]);
    }
    // KUBE-EXTERNAL-SERVICES is not on the way of what a node sends itself.
    assert_eq!(in_iptables(&cluster, "node:node2", "203.0.113.1:80"), ["Timeout: no-endpoints"]);
    assert_eq!(in_nftables(&cluster, "node:node2", "203.0.113.1:80"), ["Refused: no-endpoints"]);
}

#[test]
fn internal_traffic_policy_local_keeps_to_the_clients_node_and_drops_where_it_has_none() {
    let spec = format!("internalTrafficPolicy: Local, selector: {{app: web}}, {PORTS}");
    let cluster = world(&spec, "");
    assert_eq!(ends(&cluster, "pod:client", "service/web:80"), ["web-a sees client"]);
    assert_eq!(ends(&cluster, "node:node2", "service/web:80"), ["web-b sees node2"]);
    for from in ["pod:client3", "node:node3"] {
        assert_eq!(
            ends(&cluster, from, "service/web:80"),
            ["Timeout: local-policy-no-local-endpoint"]
        );
    }
}

#[test]
fn a_port_that_the_service_does_not_have_is_lost_in_iptables_and_refused_in_nftables() {
    let cluster = world(&format!("type: NodePort, selector: {{app: web}}, {NODE_PORT}"), "");
    for from in ["pod:client", "node:node1"] {
        for port in [8080, 30080] {
            let to = format!("service/web:{port}");
            assert_eq!(in_iptables(&cluster, from, &to), ["Timeout: no-such-port"]);
            assert_eq!(in_nftables(&cluster, from, &to), ["Refused: no-such-port"]);
        }
        // TCP and UDP are two ports.
        assert_eq!(in_iptables(&cluster, from, "service/web:80/UDP"), ["Timeout: no-such-port"]);
        assert_eq!(in_nftables(&cluster, from, "service/web:80/UDP"), ["Refused: no-such-port"]);
    }
    assert_eq!(ends(&cluster, "external", "node1:80"), ["Refused: no-such-port"]);
    assert_eq!(ends(&cluster, "external", "node1:30080/UDP"), ["Refused: no-such-port"]);
}

#[test]
fn an_address_of_the_service_range_that_no_service_has_is_lost_or_dropped() {
    let cluster = world(PORTS, "");
    assert_eq!(in_iptables(&cluster, "pod:client", "10.96.77.77:80"), ["Timeout: no-route"]);
    assert_eq!(in_nftables(&cluster, "pod:client", "10.96.77.77:80"), ["Timeout: no-such-object"]);
}

#[test]
fn nobody_outside_knows_a_way_to_cluster_ips_and_pods() {
    let cluster = world(&format!("clusterIP: 10.96.0.50, selector: {{app: web}}, {PORTS}"), "");
    assert_eq!(ends(&cluster, "external", "10.96.0.50:80"), ["Timeout: no-route"]);
    let web = cluster.pod("default", "web-a").unwrap().ip().unwrap();
    assert_eq!(ends(&cluster, "external", &format!("{web}:8080")), ["Timeout: no-route"]);
}

#[test]
fn a_client_with_client_ip_affinity_keeps_its_endpoint() {
    let spec = format!("sessionAffinity: ClientIP, selector: {{app: web}}, {PORTS}");
    let cluster = world(&spec, "");
    assert_eq!(
        ends(&cluster, "pod:client", "service/web:80"),
        ["web-a sees client", "web-b sees client"]
    );
    let told = trace(&cluster, &"pod:client".parse().unwrap(), &"service/web:80".parse().unwrap());
    let told = told.unwrap();
    let choice = told.ways[0].hops.iter().find_map(|hop| hop.choice.as_ref()).unwrap();
    assert_eq!(
        choice.why,
        "2 of 2 endpoints are ready; the client keeps it (sessionAffinity ClientIP)"
    );
}

#[test]
fn traffic_distribution_keeps_to_the_node_or_the_zone_while_it_has_endpoints() {
    let with = |distribution: &str| {
        world(&format!("trafficDistribution: {distribution}, selector: {{app: web}}, {PORTS}"), "")
    };
    let both = ["web-a sees client", "web-b sees client"];
    for distribution in ["PreferSameZone", "PreferClose"] {
        assert_eq!(ends(&with(distribution), "pod:client", "service/web:80"), both);
    }
    let same_node = with("PreferSameNode");
    assert_eq!(ends(&same_node, "pod:client", "service/web:80"), ["web-a sees client"]);
    // node3 has no endpoint, and its zone neither.
    assert_eq!(
        ends(&same_node, "pod:client3", "service/web:80"),
        ["web-a sees client3", "web-b sees client3"]
    );
}

/// Slices of Service web made by hand: endpoints as `IP {more}`.
fn slice(endpoints: &[String]) -> String {
    format!(
        "- {{kind: EndpointSlice, metadata: {{name: web, labels: {{kubernetes.io/service-name: \
         web}}}}, addressType: IPv4, ports: [{{name: '', port: 8080}}], endpoints: [{}]}}\n",
        endpoints.join(", ")
    )
}

/// An endpoint of the Pod `name`, with more fields.
fn endpoint(name: &str, more: &str) -> String {
    let (cluster, _) = Cluster::from_world(WORLD).unwrap();
    let pod = cluster.pod("default", name).unwrap();
    let node = pod.node.as_deref().unwrap();
    format!("{{addresses: [{}], nodeName: {node}{more}}}", pod.ips[0])
}

#[test]
fn hints_count_only_where_every_ready_endpoint_has_one_and_one_is_for_here() {
    let for_zone = |zone: &str| format!(", hints: {{forZones: [{{name: {zone}}}]}}");
    let hinted =
        |a: &str, b: &str| world(PORTS, &slice(&[endpoint("web-a", a), endpoint("web-b", b)]));
    let both = ["web-a sees client", "web-b sees client"];
    let to = "service/web:80";
    assert_eq!(ends(&hinted(&for_zone("a"), &for_zone("b")), "pod:client", to), [both[0]]);
    assert_eq!(ends(&hinted(&for_zone("a"), ""), "pod:client", to), both);
    assert_eq!(ends(&hinted(&for_zone("b"), &for_zone("b")), "pod:client", to), both);
    // One that is not ready does not count.
    let not_ready = ", conditions: {ready: false}";
    assert_eq!(ends(&hinted(&for_zone("a"), not_ready), "pod:client", to), [both[0]]);
}

#[test]
fn endpoints_that_end_serve_on_while_none_is_ready_in_the_cluster_or_on_the_node() {
    let ending = ", conditions: {ready: false, serving: true, terminating: true}";
    let sick = ", conditions: {ready: false, serving: false, terminating: true}";
    let with = |spec: &str, a: &str, b: &str| {
        world(spec, &slice(&[endpoint("web-a", a), endpoint("web-b", b)]))
    };
    let to = "service/web:80";
    assert_eq!(ends(&with(PORTS, ending, ""), "pod:client", to), ["web-b sees client"]);
    assert_eq!(ends(&with(PORTS, ending, sick), "pod:client", to), ["web-a sees client"]);
    assert_eq!(ends(&with(PORTS, sick, sick), "pod:client", to), ["Refused: endpoints-not-ready"]);
    // Who does not say whether it serves does.
    let silent = ", conditions: {ready: false, terminating: true}";
    assert_eq!(ends(&with(PORTS, silent, sick), "pod:client", to), ["web-a sees client"]);
    // A Local policy asks what its own node has, whatever others have.
    let local = format!("internalTrafficPolicy: Local, {PORTS}");
    assert_eq!(ends(&with(&local, ending, ""), "pod:client", to), ["web-a sees client"]);
}

#[test]
fn of_an_address_given_twice_the_endpoint_that_does_not_end_counts() {
    let ending =
        endpoint("web-a", ", conditions: {ready: false, serving: true, terminating: true}");
    let sick = endpoint("web-a", ", conditions: {ready: false}");
    let to = "service/web:80";
    let cluster = world(PORTS, &slice(&[ending.clone(), endpoint("web-a", "")]));
    assert_eq!(ends(&cluster, "pod:client", to), ["web-a sees client"]);
    let cluster = world(PORTS, &slice(&[ending, sick]));
    assert_eq!(ends(&cluster, "pod:client", to), ["Refused: endpoints-not-ready"]);
}

#[test]
fn a_pod_that_reaches_itself_is_masqueraded() {
    let cluster = world(&format!("type: NodePort, selector: {{app: web}}, {NODE_PORT}"), "");
    assert_eq!(
        ends(&cluster, "pod:web-a", "service/web:80"),
        ["web-a sees node1", "web-b sees web-a"]
    );
}

#[test]
fn nftables_masquerades_a_pod_that_reaches_itself_on_its_own_node_only() {
    let spec = format!(
        "type: NodePort, externalTrafficPolicy: Local, selector: {{app: web}}, {NODE_PORT}"
    );
    let cluster = world(&spec, "");
    let to = "node3:30080";
    assert_eq!(in_iptables(&cluster, "pod:web-a", to), ["Timeout: reply-lost", "web-a sees node3"]);
    assert_eq!(in_nftables(&cluster, "pod:web-a", to), ["Timeout: reply-lost"]);
    // An endpoint without nodeName is on no node, unless another Service says so.
    let (plain, _) = Cluster::from_world(WORLD).unwrap();
    let ip = plain.pod("default", "web-a").unwrap().ips[0];
    let by_hand = slice(&[format!("{{addresses: [{ip}]}}")]);
    let other = |selector: &str| {
        format!(
            "{by_hand}- {{kind: Service, metadata: {{name: other}}, spec: {{selector: {{app: \
             {selector}}}, {PORTS}}}}}\n"
        )
    };
    let alone = world(PORTS, &other("nobody"));
    assert_eq!(in_nftables(&alone, "pod:web-a", "service/web:80"), ["Timeout: reply-lost"]);
    assert_eq!(in_iptables(&alone, "pod:web-a", "service/web:80"), ["web-a sees node1"]);
    let together = world(PORTS, &other("web"));
    assert_eq!(in_nftables(&together, "pod:web-a", "service/web:80"), ["web-a sees node1"]);
}

#[test]
fn the_loopback_address_is_the_senders_own() {
    let cluster = world(PORTS, "");
    assert_eq!(ends(&cluster, "pod:web-a", "127.0.0.1:8080"), ["web-a sees web-a"]);
    assert_eq!(ends(&cluster, "pod:client", "127.0.0.1:8080"), ["Refused: nothing-listens"]);
    assert_eq!(ends(&cluster, "external", "127.0.0.1:8080"), ["Refused: nothing-listens"]);
}

#[test]
fn a_service_that_labels_leave_to_another_proxy_has_no_rules() {
    for label in ["service-proxy-name: mesh", "headless: ''"] {
        let more = format!(
            "- {{kind: Service, metadata: {{name: mesh, labels: {{service.kubernetes.io/{label}}}}}, \
             spec: {{type: NodePort, selector: {{app: web}}, ports: [{{port: 80, nodePort: 30090}}]}}}}\n"
        );
        let cluster = world(PORTS, &more);
        assert_eq!(ends(&cluster, "pod:client", "service/mesh:80"), ["Timeout: not-proxied"]);
        assert_eq!(ends(&cluster, "external", "node1:30090"), ["Refused: not-proxied"]);
    }
}

#[test]
fn a_named_target_port_is_each_pods_own() {
    let more = "- {kind: Pod, metadata: {name: web-c, labels: {app: web}}, spec: {nodeName: node3, \
                containers: [{name: c, ports: [{name: http, containerPort: 9090}]}]}}\n\
                - {kind: Pod, metadata: {name: web-d, labels: {app: web}}, spec: {nodeName: node3, \
                containers: [{name: c, ports: [{name: grpc-web, containerPort: 8080}]}]}}\n";
    let cluster = world("selector: {app: web}, ports: [{port: 80, targetPort: http}]", more);
    assert_eq!(
        ends(&cluster, "pod:client", "service/web:80"),
        ["web-a sees client", "web-b sees client", "web-c sees client"]
    );
    let missing = world("selector: {app: web}, ports: [{port: 80, targetPort: grpc}]", "");
    assert_eq!(ends(&missing, "pod:client", "service/web:80"), ["Refused: named-port-missing"]);
    let wrong = world("selector: {app: web}, ports: [{port: 80, targetPort: 9999}]", "");
    assert_eq!(ends(&wrong, "pod:client", "service/web:80"), ["Refused: nothing-listens"]);
}

#[test]
fn a_container_that_declares_no_port_listens_as_its_image_does() {
    let more = "- {kind: Pod, metadata: {name: shop}, spec: {nodeName: node3, containers: \
                [{name: c, image: 'nginx:1.27'}]}, status: {podIP: 10.244.3.90}}\n\
                - {kind: Pod, metadata: {name: idle}, spec: {nodeName: node3, containers: \
                [{name: c, image: busybox}]}, status: {podIP: 10.244.3.91}}\n";
    let mut cluster = world(&format!("selector: {{app: web}}, {PORTS}"), more);
    let shop = |cluster: &Cluster| {
        ["10.244.3.90:80", "10.244.3.90:8080", "10.244.3.91:80"]
            .map(|to| ends(cluster, "pod:client", to).join(", "))
    };
    let refused = "Refused: nothing-listens";
    assert_eq!(shop(&cluster), ["shop sees client", refused, refused]);
    // What the world says of the image goes before what is known of it.
    cluster.settings_mut().images.insert("nginx".to_owned(), vec![(8080, Protocol::Tcp)]);
    assert_eq!(shop(&cluster), [refused, "shop sees client", refused]);
}

#[test]
fn a_pod_in_its_nodes_network_is_reached_at_the_node_and_sends_as_the_node() {
    let more = "- {kind: Pod, metadata: {name: agent, labels: {app: agent}}, spec: {nodeName: node2, \
                hostNetwork: true, containers: [{name: c, ports: [{containerPort: 9100}]}]}}\n\
                - {kind: Service, metadata: {name: agent}, spec: {selector: {app: agent}, ports: \
                [{port: 80, targetPort: 9100}]}}\n";
    let cluster = world(&format!("selector: {{app: web}}, {PORTS}"), more);
    assert_eq!(ends(&cluster, "pod:client", "service/agent:80"), ["agent sees client"]);
    assert_eq!(ends(&cluster, "external", "node2:9100"), ["agent sees external"]);
    assert_eq!(
        ends(&cluster, "pod:agent", "service/web:80"),
        ["web-a sees node2", "web-b sees node2"]
    );
}

const DUAL: &str = r#"
clusterCIDR: fd00:10::/56
serviceCIDR: fd00:96::/108,10.96.0.0/12
external: {ip: "fd00:18::100", loadBalancerGateway: node1}
objects:
- {kind: Node, metadata: {name: node1}, spec: {podCIDR: "fd00:10:0:1::/64"}, status: {addresses: [{type: InternalIP, address: "fd00:18::11"}]}}
- {kind: Node, metadata: {name: node2}, spec: {podCIDR: "fd00:10:0:2::/64"}, status: {addresses: [{type: InternalIP, address: "fd00:18::12"}]}}
- {kind: Pod, metadata: {name: client}, spec: {nodeName: node1, containers: [{name: c}]}, status: {phase: Running, podIPs: [{ip: "fd00:10:0:1::5"}]}}
- {kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {nodeName: node2, containers: [{name: c, ports: [{containerPort: 8080}]}]}, status: {phase: Running, podIPs: [{ip: "fd00:10:0:2::5"}, {ip: 10.244.2.5}], conditions: [{type: Ready, status: "True"}]}}
- {kind: Service, metadata: {name: web}, spec: {type: NodePort, ipFamilies: [IPv6], clusterIP: "fd00:96::50", clusterIPs: ["fd00:96::50"], selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}}
- {kind: Service, metadata: {name: old}, spec: {ipFamilies: [IPv4], clusterIP: 10.96.0.50, clusterIPs: [10.96.0.50], selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
"#;

#[test]
fn ipv6_packets_follow_the_same_rules() {
    let (cluster, findings) = Cluster::from_world(DUAL).unwrap();
    assert_eq!(findings, []);
    assert_eq!(ends(&cluster, "pod:client", "web:80"), ["web sees client"]);
    assert_eq!(ends(&cluster, "pod:client", "[fd00:96::50]:80"), ["web sees client"]);
    assert_eq!(ends(&cluster, "pod:client", "[fd00:18::12]:30080"), ["web sees node2"]);
    assert_eq!(ends(&cluster, "external", "[fd00:18::11]:30080"), ["web sees node1"]);
    assert_eq!(in_iptables(&cluster, "pod:client", "service/web:81"), ["Timeout: no-such-port"]);
    assert_eq!(in_nftables(&cluster, "pod:client", "service/web:81"), ["Refused: no-such-port"]);
}

#[test]
fn a_dual_stack_service_sends_each_family_to_its_own_endpoints() {
    let more = "- {kind: Pod, metadata: {name: six, labels: {app: web}}, spec: {nodeName: node2, \
                containers: [{name: c, ports: [{containerPort: 8080}]}]}, status: {phase: Running, \
                podIPs: [{ip: 'fd00:10:0:2::6'}], conditions: [{type: Ready, status: 'True'}]}}\n\
                - {kind: Pod, metadata: {name: both}, spec: {nodeName: node2, containers: [{name: c}]}, \
                status: {phase: Running, podIPs: [{ip: 'fd00:10:0:2::7'}, {ip: 10.244.2.7}]}}\n\
                - {kind: Service, metadata: {name: dual}, spec: {ipFamilyPolicy: RequireDualStack, \
                clusterIPs: ['fd00:96::60', 10.96.0.60], clusterIP: 'fd00:96::60', selector: {app: web}, \
                ports: [{port: 80, targetPort: 8080}]}}\n";
    let (cluster, _) = Cluster::from_world(&format!("{DUAL}{more}")).unwrap();
    assert_eq!(ends(&cluster, "pod:both", "10.96.0.60:80"), ["web sees both"]);
    assert_eq!(ends(&cluster, "pod:both", "[fd00:96::60]:80"), ["six sees both", "web sees both"]);
}

#[test]
fn who_has_no_address_of_a_family_sends_nothing_to_it() {
    let (cluster, _) = Cluster::from_world(DUAL).unwrap();
    assert_eq!(ends(&cluster, "pod:client", "10.96.0.50:80"), ["Unresolved: no-route"]);
    assert_eq!(ends(&cluster, "external", "10.96.0.50:80"), ["Unresolved: no-route"]);
    // A name gives the family that the client has.
    assert_eq!(ends(&cluster, "pod:client", "old:80"), ["Unresolved: no-such-name"]);
}

#[test]
fn the_reply_undoes_what_each_node_did_in_reverse() {
    let cluster = world(&format!("type: NodePort, selector: {{app: web}}, {NODE_PORT}"), "");
    let told = trace(&cluster, &Client::External, &"node3:30080".parse().unwrap()).unwrap();
    let steps: Vec<String> = told.ways[0]
        .hops
        .iter()
        .map(|hop| format!("{} > {} to {} > {}", hop.from, hop.to, hop.from_after, hop.to_after))
        .collect();
    let client = "172.18.0.100:51544 > 172.18.0.13:30080";
    let inside = "172.18.0.13:28731 > 10.244.1.11:8080";
    let answer = "10.244.1.11:8080 > 172.18.0.13:28731";
    let back = "172.18.0.13:30080 > 172.18.0.100:51544";
    let same = |flow: &str| format!("{flow} to {flow}");
    assert_eq!(
        steps,
        [
            same(client),
            format!("{client} to {inside}"),
            same(inside),
            same(inside),
            same(inside),
            same(answer),
            same(answer),
            format!("{answer} to {back}"),
            same(back),
            same(back),
        ]
    );
}
