//! NetworkPolicies where the reference engine's decisions don't reach: nodes, the outside,
//! Services in between. What must be is from the API's documentation: [P] is
//! kubernetes.io/docs/concepts/services-networking/network-policies, [S] the API reference
//! of NetworkPolicySpec, v1.36.

use super::super::*;
use crate::cluster::Cluster;

const WORLD: &str = r#"
external: {ip: 172.18.0.100, loadBalancerGateway: node1}
upstream: {api.example.com.: 198.51.100.7}
objects:
- {kind: Namespace, metadata: {name: shop, labels: {team: shop}}}
- {kind: Node, metadata: {name: node1}}
- {kind: Node, metadata: {name: node2}}
- {kind: Pod, metadata: {name: client, labels: {app: client}}, spec: {nodeName: node1, containers: [{name: c, ports: [{containerPort: 8080}]}]}}
- {kind: Pod, metadata: {name: other, labels: {app: other}}, spec: {nodeName: node1, containers: [{name: c}]}}
- {kind: Pod, metadata: {name: buyer, namespace: shop, labels: {app: client}}, spec: {nodeName: node1, containers: [{name: c}]}}
- {kind: Pod, metadata: {name: agent, labels: {app: agent}}, spec: {nodeName: node1, hostNetwork: true, containers: [{name: c, ports: [{containerPort: 9100}]}]}}
- {kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {nodeName: node2, containers: [{name: c, ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}, {name: dns, containerPort: 5353, protocol: UDP}]}]}}
- {kind: Service, metadata: {name: web}, spec: {type: NodePort, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http, nodePort: 30080}, {name: dns, port: 53, targetPort: dns, protocol: UDP}]}}
- {kind: Service, metadata: {name: local}, spec: {type: NodePort, externalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30081}]}}
- {kind: Service, metadata: {name: out}, spec: {clusterIP: 10.96.0.77, ports: [{port: 443}]}}
- {kind: EndpointSlice, metadata: {name: out, labels: {kubernetes.io/service-name: out}}, addressType: IPv4, ports: [{name: "", port: 443}], endpoints: [{addresses: [198.51.100.7]}]}
"#;

/// The world with these policies, each as `spec` in namespace default.
fn world(specs: &[&str]) -> Cluster {
    let mut text = WORLD.to_owned();
    for (idx, spec) in specs.iter().enumerate() {
        text.push_str(&format!(
            "- {{kind: NetworkPolicy, metadata: {{name: p{idx}}}, spec: {{{spec}}}}}\n"
        ));
    }
    let (cluster, findings) = Cluster::from_world(&text).unwrap();
    assert_eq!(findings, []);
    cluster
}

/// `yes`, or the policy and field that forbid it, or another ending.
fn may(cluster: &Cluster, from: &str, to: &str) -> String {
    let ways = outcomes(cluster, &from.parse().unwrap(), &to.parse().unwrap()).unwrap();
    let mut ends: Vec<String> = ways
        .iter()
        .map(|way| match (way.outcome, way.reason.code, &way.reason.look_at) {
            (Outcome::Ok, _, _) => "yes".to_owned(),
            (Outcome::Timeout, ReasonCode::NetworkPolicy, Some(at)) => {
                format!("{} {}", at.object, at.field)
            }
            (outcome, code, _) => format!("{outcome:?} {code:?}"),
        })
        .collect();
    ends.dedup();
    ends.join(", ")
}

const INGRESS: &str = "networkpolicy/p0 spec.ingress";
const EGRESS: &str = "networkpolicy/p0 spec.egress";
const TO_WEB: &str = "podSelector: {matchLabels: {app: web}}";
const FROM_CLIENT: &str = "podSelector: {matchLabels: {app: client}}";

fn web(cluster: &Cluster, port: &str) -> String {
    format!("{}:{port}", cluster.pod("default", "web").unwrap().ips[0])
}

#[test]
fn a_pod_that_no_policy_selects_takes_everything() {
    let cluster = world(&[]);
    for from in ["pod:client", "node:node1", "external"] {
        assert_eq!(may(&cluster, from, "node2:30080"), "yes");
    }
}

#[test]
fn a_policy_without_rules_isolates_in_its_directions_alone() {
    // [P] "Default deny all ingress traffic".
    let cluster = world(&[&format!("{TO_WEB}, policyTypes: [Ingress]")]);
    assert_eq!(may(&cluster, "pod:client", "service/web:80"), INGRESS);
    assert_eq!(may(&cluster, "external", "node1:30080"), INGRESS);
    assert_eq!(may(&cluster, "pod:web", "service/out:443"), "yes");
    // [P] "Default deny all egress traffic".
    let cluster = world(&[&format!("{FROM_CLIENT}, policyTypes: [Egress]")]);
    assert_eq!(may(&cluster, "pod:client", "service/web:80"), EGRESS);
    assert_eq!(
        may(
            &cluster,
            "pod:web",
            &format!("{}:8080", cluster.pod("default", "client").unwrap().ips[0])
        ),
        "yes"
    );
}

#[test]
fn without_policy_types_ingress_is_meant_and_egress_where_it_has_rules() {
    // [S] policyTypes: "If this field is not specified, it will default based on the
    // existence of ingress or egress rules".
    let ingress = world(&[FROM_CLIENT]);
    assert_eq!(may(&ingress, "pod:client", "service/web:80"), "yes");
    let both = world(&[&format!("{FROM_CLIENT}, egress: [{{ports: [{{port: 1}}]}}]")]);
    assert_eq!(may(&both, "pod:client", "service/web:80"), EGRESS);
    let client = format!("{}:8080", both.pod("default", "client").unwrap().ips[0]);
    for cluster in [ingress, both] {
        assert_eq!(may(&cluster, "pod:web", &client), INGRESS);
    }
}

#[test]
fn an_empty_rule_allows_all_and_an_empty_selector_selects_the_whole_namespace() {
    // [P] "Allow all ingress traffic": one rule without from and ports.
    let cluster = world(&["podSelector: {}, policyTypes: [Ingress], ingress: [{}]"]);
    assert_eq!(may(&cluster, "external", "node1:30080"), "yes");
    let cluster = world(&["podSelector: {}, policyTypes: [Ingress]"]);
    assert_eq!(may(&cluster, "external", "node1:30080"), INGRESS);
    assert_eq!(may(&cluster, "pod:shop/buyer", "service/web:80"), INGRESS);
}

#[test]
fn policies_add_up() {
    // [P] "The policies do not conflict; they are additive."
    let deny = format!("{TO_WEB}, policyTypes: [Ingress]");
    let allow = format!("{TO_WEB}, ingress: [{{from: [{{{FROM_CLIENT}}}]}}]");
    let cluster = world(&[&deny, &allow]);
    assert_eq!(may(&cluster, "pod:client", "service/web:80"), "yes");
    assert_eq!(may(&cluster, "pod:other", "service/web:80"), INGRESS);
}

#[test]
fn both_ends_must_allow_a_connection() {
    // [P] "For a connection from a source pod to a destination pod to be allowed, both the
    // egress policy on the source pod and the ingress policy on the destination pod need to
    // allow the connection."
    let out = format!("{FROM_CLIENT}, policyTypes: [Egress], egress: [{{to: [{{{TO_WEB}}}]}}]");
    let cluster = world(&[&out, &format!("{TO_WEB}, policyTypes: [Ingress]")]);
    assert_eq!(may(&cluster, "pod:client", "service/web:80"), "networkpolicy/p1 spec.ingress");
    assert_eq!(may(&world(&[&out]), "pod:client", "service/web:80"), "yes");
}

#[test]
fn replies_are_always_allowed() {
    // [P] "Reply traffic for those allowed connections will also be implicitly allowed."
    let cluster = world(&[
        &format!("{TO_WEB}, policyTypes: [Egress]"),
        &format!("{FROM_CLIENT}, policyTypes: [Ingress]"),
    ]);
    assert_eq!(may(&cluster, "pod:client", "service/web:80"), "yes");
    assert_eq!(may(&cluster, "external", "node1:30080"), "yes");
}

#[test]
fn a_pods_own_node_always_reaches_it_and_other_nodes_do_not() {
    // [P] "Traffic to and from the node where a Pod is running is always allowed, regardless
    // of the IP address of the Pod or the node."
    let cluster = world(&["podSelector: {}, policyTypes: [Ingress, Egress]"]);
    assert_eq!(may(&cluster, "node:node2", &web(&cluster, "8080")), "yes");
    assert_eq!(may(&cluster, "node:node2", "service/web:80"), "yes");
    assert_eq!(may(&cluster, "node:node1", &web(&cluster, "8080")), INGRESS);
    assert_eq!(may(&cluster, "pod:client", "node1:9100"), "yes");
    assert_eq!(may(&cluster, "pod:web", "node1:9100"), EGRESS);
}

#[test]
fn a_pod_never_blocks_access_to_itself() {
    // [P] "A Pod cannot block access to itself."
    let cluster = world(&["podSelector: {}, policyTypes: [Ingress, Egress]"]);
    assert_eq!(may(&cluster, "pod:web", &web(&cluster, "8080")), "yes");
    assert_eq!(may(&cluster, "pod:web", "service/web:80"), "yes");
}

#[test]
fn a_client_outside_is_an_address_and_may_be_hidden_behind_a_nodes() {
    // [P] "Cluster ingress and egress mechanisms often require rewriting the source or
    // destination IP of packets": the policy sees what arrives.
    let outside =
        format!("{TO_WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 172.18.0.100/32}}}}]}}]");
    let cluster = world(&[&outside]);
    assert_eq!(may(&cluster, "external", "node2:30081"), "yes");
    assert_eq!(may(&cluster, "external", "node1:30080"), INGRESS);
    // web's own node comes last with its masquerade, and sees the client before.
    assert_eq!(may(&cluster, "external", "node2:30080"), "yes");
    let node1 = format!("{TO_WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 172.18.0.11/32}}}}]}}]");
    assert_eq!(may(&world(&[&node1]), "external", "node1:30080"), "yes");
    // No selector of Pods selects what comes from outside.
    let pods = format!("{TO_WEB}, ingress: [{{from: [{{namespaceSelector: {{}}}}]}}]");
    assert_eq!(may(&world(&[&pods]), "external", "node2:30081"), INGRESS);
    assert_eq!(may(&world(&[&pods]), "pod:client", "service/web:80"), "yes");
}

#[test]
fn except_is_left_out_of_a_block() {
    let spec = format!(
        "{TO_WEB}, ingress: [{{from: [{{ipBlock: {{cidr: 172.18.0.0/16, except: [172.18.0.96/28]}}}}]}}]"
    );
    let cluster = world(&[&spec]);
    assert_eq!(may(&cluster, "external", "node2:30081"), INGRESS);
    assert_eq!(may(&cluster, "node:node1", "node2:30081"), "yes");
}

#[test]
fn a_policy_sees_pods_and_their_ports_and_never_the_service() {
    // kube-proxy rewrites the destination before the policy looks.
    let port = |port: &str| {
        format!("{FROM_CLIENT}, policyTypes: [Egress], egress: [{{ports: [{{port: {port}}}]}}]")
    };
    assert_eq!(may(&world(&[&port("80")]), "pod:client", "service/web:80"), EGRESS);
    assert_eq!(may(&world(&[&port("8080")]), "pod:client", "service/web:80"), "yes");
    assert_eq!(may(&world(&[&port("http")]), "pod:client", "service/web:80"), "yes");
    let block = |cidr: &str| {
        format!(
            "{FROM_CLIENT}, policyTypes: [Egress], egress: [{{to: [{{ipBlock: {{cidr: {cidr}}}}}]}}]"
        )
    };
    assert_eq!(may(&world(&[&block("10.96.0.0/12")]), "pod:client", "service/out:443"), EGRESS);
    assert_eq!(may(&world(&[&block("198.51.100.0/24")]), "pod:client", "service/out:443"), "yes");
}

#[test]
fn pod_and_namespace_selectors_in_one_entry_must_both_fit() {
    // [P] "Behavior of to and from selectors".
    let spec = |from: &str| format!("{TO_WEB}, ingress: [{{from: [{from}]}}]");
    let both = world(&[&spec(&format!(
        "{{namespaceSelector: {{matchLabels: {{team: shop}}}}, {FROM_CLIENT}}}"
    ))]);
    assert_eq!(may(&both, "pod:shop/buyer", "service/web:80"), "yes");
    assert_eq!(may(&both, "pod:client", "service/web:80"), INGRESS);
    let either = world(&[&spec(&format!(
        "{{namespaceSelector: {{matchLabels: {{team: shop}}}}}}, {{{FROM_CLIENT}}}"
    ))]);
    assert_eq!(may(&either, "pod:shop/buyer", "service/web:80"), "yes");
    assert_eq!(may(&either, "pod:client", "service/web:80"), "yes");
    // A podSelector alone means the policy's own namespace; namespaces know their names.
    let own = world(&[&spec(&format!("{{{FROM_CLIENT}}}"))]);
    assert_eq!(may(&own, "pod:shop/buyer", "service/web:80"), INGRESS);
    let named =
        world(&[&spec("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}")]);
    assert_eq!(may(&named, "pod:shop/buyer", "service/web:80"), "yes");
    // What names nobody is nobody.
    assert_eq!(may(&world(&[&spec("{}")]), "pod:client", "service/web:80"), INGRESS);
}

#[test]
fn ports_are_numbers_ranges_or_names_of_the_reached_pod_and_tcp_unless_given() {
    let with = |ports: &str| world(&[&format!("{TO_WEB}, ingress: [{{ports: [{ports}]}}]")]);
    let to = |ports: &str, port: &str| {
        let cluster = with(ports);
        may(&cluster, "pod:client", &web(&cluster, port))
    };
    assert_eq!(to("{port: 8080}", "8080"), "yes");
    assert_eq!(to("{port: 8080}", "9090"), INGRESS);
    assert_eq!(to("{port: 8000, endPort: 8080}", "8080"), "yes");
    assert_eq!(to("{port: 8000, endPort: 8079}", "8080"), INGRESS);
    assert_eq!(to("{port: metrics}", "9090"), "yes");
    assert_eq!(to("{port: metrics}", "8080"), INGRESS);
    assert_eq!(to("{port: dns}", "5353/UDP"), INGRESS);
    assert_eq!(to("{port: dns, protocol: UDP}", "5353/UDP"), "yes");
    assert_eq!(to("{protocol: UDP}", "5353/UDP"), "yes");
    assert_eq!(to("{protocol: UDP}", "8080"), INGRESS);
}

#[test]
fn pods_in_their_nodes_network_are_nodes_to_a_policy() {
    // [P] hostNetwork pods: "their traffic is treated as node traffic", where policies don't
    // apply to them.
    let cluster = world(&["podSelector: {}, policyTypes: [Ingress, Egress]"]);
    assert_eq!(may(&cluster, "external", "node1:9100"), "yes");
    assert_eq!(may(&cluster, "pod:agent", &web(&cluster, "8080")), INGRESS);
    let labelled = format!(
        "{TO_WEB}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: agent}}}}}}]}}]"
    );
    assert_eq!(may(&world(&[&labelled]), "pod:agent", "service/web:80"), INGRESS);
}

#[test]
fn a_policy_that_selects_no_pod_is_a_finding() {
    let text = format!(
        "{WORLD}- {{kind: NetworkPolicy, metadata: {{name: lost, namespace: shop}}, spec: {{{TO_WEB}}}}}\n"
    );
    let (_, findings) = Cluster::from_world(&text).unwrap();
    let told: Vec<String> =
        findings.iter().map(|f| format!("{}: {}", f.object, f.message)).collect();
    assert_eq!(
        told,
        [
            "networkpolicy/shop/lost: Its podSelector selects no Pod of namespace shop: it does nothing."
        ]
    );
}

#[test]
fn a_drop_is_a_hop_of_its_own_at_the_pods_node() {
    let cluster = world(&[&format!("{TO_WEB}, policyTypes: [Ingress]")]);
    let told = trace(&cluster, &"pod:client".parse().unwrap(), &"service/web:80".parse().unwrap());
    let last = told.unwrap().ways[0].hops.last().cloned().unwrap();
    assert_eq!((last.at, last.action), (Place::Node { name: "node2".to_owned() }, Action::Drop));
    assert_eq!(last.rule, "NetworkPolicy");
    assert_eq!(last.because.unwrap().field, "spec.ingress");
    let cluster = world(&[&format!("{FROM_CLIENT}, policyTypes: [Egress]")]);
    let told = trace(&cluster, &"pod:client".parse().unwrap(), &"service/web:80".parse().unwrap());
    let last = told.unwrap().ways[0].hops.last().cloned().unwrap();
    assert_eq!(last.at, Place::Node { name: "node1".to_owned() });
    // The Service's address is rewritten by then.
    assert_eq!(last.to.port, 8080);
}
