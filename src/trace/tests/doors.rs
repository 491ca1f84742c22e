//! kube-proxy's rules for what comes from outside: node ports, balancers' addresses, external
//! IPs, in both modes. The claims of docs/packets.md name these tests.

use super::services::{NODE_PORT, PORTS, balanced, ends, in_iptables, in_nftables, world};

#[test]
fn a_node_port_is_open_on_every_node_and_hides_the_client() {
    let cluster = world(&format!("type: NodePort, selector: {{app: web}}, {NODE_PORT}"), "");
    for node in ["node1", "node2", "node3"] {
        let to = format!("{node}:30080");
        let seen = [format!("web-a sees {node}"), format!("web-b sees {node}")];
        for from in ["external", "pod:client", "node:node3"] {
            // A node's own packets leave it with its own address, masqueraded or not.
            assert_eq!(ends(&cluster, from, &to), seen, "{from} to {to}");
        }
    }
}

#[test]
fn external_traffic_policy_local_keeps_the_clients_address_and_drops_elsewhere() {
    let spec = format!(
        "type: NodePort, externalTrafficPolicy: Local, selector: {{app: web}}, {NODE_PORT}"
    );
    let cluster = world(&spec, "");
    assert_eq!(ends(&cluster, "external", "node1:30080"), ["web-a sees external"]);
    assert_eq!(ends(&cluster, "external", "node2:30080"), ["web-b sees external"]);
    assert_eq!(
        ends(&cluster, "external", "node3:30080"),
        ["Timeout: local-policy-no-local-endpoint"]
    );
    // Another node's process comes from outside too.
    assert_eq!(ends(&cluster, "node:node3", "node1:30080"), ["web-a sees node3"]);
    assert_eq!(
        ends(&cluster, "node:node1", "node3:30080"),
        ["Timeout: local-policy-no-local-endpoint"]
    );
}

#[test]
fn pods_and_the_node_itself_pass_by_external_traffic_policy_local() {
    let cluster =
        balanced(&format!("externalTrafficPolicy: Local, selector: {{app: web}}, {PORTS}"));
    assert_eq!(
        ends(&cluster, "pod:client3", "203.0.113.1:80"),
        ["web-a sees client3", "web-b sees client3"]
    );
    assert_eq!(
        ends(&cluster, "node:node3", "203.0.113.1:80"),
        ["web-a sees node3", "web-b sees node3"]
    );
}

#[test]
fn a_pod_at_another_nodes_port_gets_no_answer_that_went_straight_home() {
    let spec = format!(
        "type: NodePort, externalTrafficPolicy: Local, selector: {{app: web}}, {NODE_PORT}"
    );
    let cluster = world(&spec, "");
    // node2 rewrites the destination and not the source; web-a's answer goes to client on its
    // own node, and node2 is not on that way. web-b is on node2.
    assert_eq!(
        ends(&cluster, "pod:client", "node2:30080"),
        ["Timeout: reply-lost", "web-b sees client"]
    );
}

#[test]
fn the_network_brings_a_balancers_address_from_outside_to_one_node() {
    let cluster = balanced(&format!("selector: {{app: web}}, {PORTS}"));
    assert_eq!(ends(&cluster, "external", "lb/lb:80"), ["web-a sees node1", "web-b sees node1"]);
    let cluster =
        balanced(&format!("externalTrafficPolicy: Local, selector: {{app: web}}, {PORTS}"));
    assert_eq!(ends(&cluster, "external", "lb/lb:80"), ["web-a sees external"]);
}

#[test]
fn kube_proxy_leaves_a_balancers_address_of_mode_proxy_alone() {
    let more = format!(
        "- {{kind: Service, metadata: {{name: lb}}, spec: {{type: LoadBalancer, selector: \
         {{app: web}}, {PORTS}}}, status: {{loadBalancer: {{ingress: [{{ip: 203.0.113.1, ipMode: \
         Proxy}}]}}}}}}\n"
    );
    let cluster = world("ports: [{port: 1}]", &more);
    for from in ["pod:client", "node:node1", "external"] {
        assert_eq!(ends(&cluster, from, "203.0.113.1:80"), ["Timeout: no-route"]);
    }
}

#[test]
fn external_ips_are_doors_like_node_ports() {
    let spec = format!("externalIPs: [198.51.100.4], selector: {{app: web}}, {PORTS}");
    let cluster = world(&spec, "");
    assert_eq!(
        ends(&cluster, "external", "198.51.100.4:80"),
        ["web-a sees node1", "web-b sees node1"]
    );
    assert_eq!(
        ends(&cluster, "pod:client3", "198.51.100.4:80"),
        ["web-a sees node3", "web-b sees node3"]
    );
    let local = format!("externalTrafficPolicy: Local, {spec}");
    assert_eq!(ends(&world(&local, ""), "external", "198.51.100.4:80"), ["web-a sees external"]);
}

#[test]
fn source_ranges_guard_the_balancers_address_and_no_node_port() {
    let cluster = balanced(&format!(
        "loadBalancerSourceRanges: [10.244.0.0/16], selector: {{app: web}}, {NODE_PORT}"
    ));
    for from in ["external", "node:node1"] {
        assert_eq!(ends(&cluster, from, "203.0.113.1:80"), ["Timeout: source-range"]);
    }
    assert_eq!(
        ends(&cluster, "pod:client", "203.0.113.1:80"),
        ["web-a sees node1", "web-b sees node1"]
    );
    assert_eq!(ends(&cluster, "external", "node1:30080"), ["web-a sees node1", "web-b sees node1"]);
}

#[test]
fn source_ranges_stand_before_missing_endpoints_in_nftables_and_after_them_in_iptables() {
    let cluster = balanced(&format!(
        "loadBalancerSourceRanges: [192.0.2.0/24], selector: {{app: nobody}}, {PORTS}"
    ));
    assert_eq!(in_iptables(&cluster, "external", "203.0.113.1:80"), ["Refused: no-endpoints"]);
    assert_eq!(in_nftables(&cluster, "external", "203.0.113.1:80"), ["Timeout: source-range"]);
}

#[test]
fn source_ranges_of_the_other_family_fence_nothing() {
    let cluster = balanced(&format!(
        "loadBalancerSourceRanges: ['fd00::/8'], selector: {{app: web}}, {PORTS}"
    ));
    assert_eq!(
        ends(&cluster, "external", "203.0.113.1:80"),
        ["web-a sees node1", "web-b sees node1"]
    );
}

#[test]
fn the_health_check_node_port_answers_on_every_node() {
    let cluster = balanced(&format!(
        "externalTrafficPolicy: Local, healthCheckNodePort: 31000, selector: {{app: web}}, {PORTS}"
    ));
    for node in ["node1", "node3"] {
        assert_eq!(ends(&cluster, "external", &format!("{node}:31000")), ["nobody sees external"]);
    }
    assert_eq!(ends(&cluster, "external", "node1:31000/UDP"), ["Refused: no-such-port"]);
}

#[test]
fn node_ports_are_open_on_all_of_a_nodes_addresses_in_iptables_and_on_the_first_in_nftables() {
    let more = "- {kind: Node, metadata: {name: node4}, status: {addresses: [{type: InternalIP, \
                address: 172.18.0.14}, {type: ExternalIP, address: 198.51.100.14}]}}\n";
    let cluster = world(&format!("type: NodePort, selector: {{app: web}}, {NODE_PORT}"), more);
    let seen = ["web-a sees node4", "web-b sees node4"];
    assert_eq!(ends(&cluster, "external", "172.18.0.14:30080"), seen);
    assert_eq!(in_iptables(&cluster, "external", "198.51.100.14:30080"), seen);
    assert_eq!(in_nftables(&cluster, "external", "198.51.100.14:30080"), ["Refused: no-such-port"]);
    assert_eq!(in_iptables(&cluster, "node:node4", "127.0.0.1:30080"), seen);
    assert_eq!(in_nftables(&cluster, "node:node4", "127.0.0.1:30080"), ["Refused: no-such-port"]);
    assert_eq!(ends(&cluster, "node:node4", "[::1]:30080"), ["Refused: no-such-port"]);
}
