//! Every reason of the closed list is reached, and says where to look.

use super::super::*;
use crate::cluster::{Cluster, ProxyMode};
use std::collections::BTreeSet;

const WORLD: &str = r#"
external: {ip: 172.18.0.100, loadBalancerGateway: node1}
objects:
- {kind: Node, metadata: {name: node1}}
- {kind: Node, metadata: {name: node2}}
- {kind: Pod, metadata: {name: client, labels: {app: client}}, spec: {nodeName: node1, containers: [{name: c}]}}
- {kind: Pod, metadata: {name: deaf}, spec: {nodeName: node1, dnsPolicy: None, dnsConfig: {nameservers: [10.96.0.10]}, containers: [{name: c}]}}
- {kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {nodeName: node2, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}}
- {kind: Pod, metadata: {name: near, labels: {app: web}}, spec: {nodeName: node1, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}}
- {kind: Pod, metadata: {name: shut, labels: {app: shut}}, spec: {nodeName: node2, containers: [{name: c, ports: [{containerPort: 8080}]}]}}
- {kind: Pod, metadata: {name: sick, labels: {app: sick}}, spec: {nodeName: node2, containers: [{name: c, ports: [{containerPort: 8080}]}]}, status: {phase: Running, podIP: 10.244.2.99, conditions: [{type: Ready, status: "False"}]}}
- {kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
- {kind: Service, metadata: {name: empty}, spec: {selector: {app: nobody}, ports: [{port: 80}]}}
- {kind: Service, metadata: {name: sick}, spec: {selector: {app: sick}, ports: [{port: 80}]}}
- {kind: Service, metadata: {name: unnamed}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: grpc}]}}
- {kind: Service, metadata: {name: wrong}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 9999}]}}
- {kind: Service, metadata: {name: local}, spec: {type: NodePort, externalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}}
- {kind: Service, metadata: {name: lonely}, spec: {internalTrafficPolicy: Local, selector: {app: shut}, ports: [{port: 80, targetPort: 8080}]}}
- {kind: Service, metadata: {name: fenced}, spec: {type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24], selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}, status: {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}}
- {kind: Service, metadata: {name: pending}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
- {kind: Service, metadata: {name: proxied}, spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}, status: {loadBalancer: {ingress: [{ip: 203.0.113.2, ipMode: Proxy}]}}}
- {kind: Service, metadata: {name: mesh, labels: {service.kubernetes.io/service-proxy-name: mesh}}, spec: {selector: {app: web}, ports: [{port: 80}]}}
- {kind: Service, metadata: {name: gone}, spec: {type: ExternalName, externalName: gone.example.com}}
- {kind: Service, metadata: {name: kube-dns, namespace: kube-system}, spec: {clusterIP: 10.96.0.10, selector: {k8s-app: kube-dns}, ports: [{port: 53, protocol: UDP}]}}
- {kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {matchLabels: {app: shut}}}}
"#;

/// A way that ends for that reason, and where it says to look.
const CASES: &[(ReasonCode, &str, &str, &str)] = &[
    (ReasonCode::Delivered, "pod:client", "service/web:80", ""),
    (ReasonCode::NoSuchName, "external", "gone:80", ""),
    (ReasonCode::NoEndpoints, "pod:client", "service/empty:80", "service/empty spec.selector"),
    (ReasonCode::EndpointsNotReady, "pod:client", "service/sick:80", "pod/sick status.conditions"),
    (
        ReasonCode::NamedPortMissing,
        "pod:client",
        "service/unnamed:80",
        "service/unnamed spec.ports[0].targetPort",
    ),
    (
        ReasonCode::NothingListens,
        "pod:client",
        "service/wrong:80",
        "service/wrong spec.ports[0].targetPort",
    ),
    (ReasonCode::NoSuchPort, "pod:client", "service/web:81", "service/web spec.ports"),
    (
        ReasonCode::LocalPolicyNoLocalEndpoint,
        "pod:client",
        "service/lonely:80",
        "service/lonely spec.internalTrafficPolicy",
    ),
    (
        ReasonCode::SourceRange,
        "external",
        "lb/fenced:80",
        "service/fenced spec.loadBalancerSourceRanges",
    ),
    (
        ReasonCode::NoRoute,
        "external",
        "lb/proxied:80",
        "service/proxied status.loadBalancer.ingress[0].ipMode",
    ),
    (
        ReasonCode::PendingBalancer,
        "external",
        "lb/pending:80",
        "service/pending status.loadBalancer",
    ),
    (ReasonCode::NetworkPolicy, "external", "node1:30081", "networkpolicy/shut spec.ingress"),
    (
        ReasonCode::ReplyLost,
        "pod:client",
        "node2:30080",
        "service/local spec.externalTrafficPolicy",
    ),
    (ReasonCode::NoSuchObject, "pod:client", "service/none:80", "service/none metadata.name"),
    (ReasonCode::NotProxied, "pod:client", "service/mesh:80", "service/mesh metadata.labels"),
    (ReasonCode::DnsSilent, "pod:deaf", "web:80", "service/kube-system/kube-dns spec.selector"),
];

#[test]
fn every_reason_is_reached_and_says_where_to_look() {
    let door = "- {kind: Service, metadata: {name: door}, spec: {type: NodePort, selector: {app: shut}, \
                ports: [{port: 80, targetPort: 8080, nodePort: 30081}]}}\n";
    for mode in [ProxyMode::Iptables, ProxyMode::Nftables] {
        let (mut cluster, findings) = Cluster::from_world(&format!("{WORLD}{door}")).unwrap();
        assert_eq!(findings, []);
        cluster.settings_mut().proxy_mode = mode;
        let mut reached = BTreeSet::new();
        for (code, from, to, look_at) in CASES {
            let told = trace(&cluster, &from.parse().unwrap(), &to.parse().unwrap()).unwrap();
            let codes: Vec<ReasonCode> = told.ways.iter().map(|way| way.reason.code).collect();
            let way = told.ways.iter().find(|way| way.reason.code == *code);
            let Some(way) = way else { panic!("{from} to {to}: {codes:?}, not {code:?}") };
            let at = way.reason.look_at.as_ref();
            let at = at.map_or_else(String::new, |at| format!("{} {}", at.object, at.field));
            assert_eq!(at, *look_at, "{from} to {to}");
            // A whole sentence.
            let say = &way.reason.say;
            assert!(say.ends_with('.') && say.contains(' '), "{say}");
            reached.insert(format!("{code:?}"));
        }
        let all: BTreeSet<String> =
            ReasonCode::ALL.iter().map(|code| format!("{code:?}")).collect();
        assert_eq!(reached, all);
    }
}

/// A reason that is new must be given a place here, and in the list of all.
fn place(code: ReasonCode) -> usize {
    match code {
        ReasonCode::Delivered => 0,
        ReasonCode::NoSuchName => 1,
        ReasonCode::NoEndpoints => 2,
        ReasonCode::EndpointsNotReady => 3,
        ReasonCode::NamedPortMissing => 4,
        ReasonCode::NothingListens => 5,
        ReasonCode::NoSuchPort => 6,
        ReasonCode::LocalPolicyNoLocalEndpoint => 7,
        ReasonCode::SourceRange => 8,
        ReasonCode::NoRoute => 9,
        ReasonCode::PendingBalancer => 10,
        ReasonCode::NetworkPolicy => 11,
        ReasonCode::ReplyLost => 12,
        ReasonCode::NoSuchObject => 13,
        ReasonCode::NotProxied => 14,
        ReasonCode::DnsSilent => 15,
    }
}

#[test]
fn the_list_of_reasons_is_whole() {
    let places: Vec<usize> = ReasonCode::ALL.into_iter().map(place).collect();
    assert_eq!(places, (0..ReasonCode::ALL.len()).collect::<Vec<_>>());
}

#[test]
fn of_many_policies_five_are_named_and_the_others_counted() {
    let said = |n: usize| {
        let policies: String = (0..n)
            .map(|n| {
                format!(
                    "- {{kind: NetworkPolicy, metadata: {{name: no-{n}}}, spec: {{podSelector: \
                     {{}}}}}}\n"
                )
            })
            .collect();
        let world = format!(
            "objects:\n- {{kind: Node, metadata: {{name: node1}}}}\n- {{kind: Node, metadata: {{name: \
             node2}}}}\n- {{kind: Pod, metadata: {{name: a}}, spec: {{nodeName: node1, containers: \
             [{{name: c}}]}}, status: {{podIP: 10.244.0.9}}}}\n{policies}"
        );
        let (cluster, _) = Cluster::from_world(&world).unwrap();
        let (from, to) = ("node:node2".parse().unwrap(), "10.244.0.9:80".parse().unwrap());
        trace(&cluster, &from, &to).unwrap().ways[0].reason.say.clone()
    };
    let of = |names: &str| {
        format!("NetworkPolicy {names} isolates Pod a, and no rule lets this connection into it.")
    };
    assert_eq!(said(5), of("no-0 and no-1 and no-2 and no-3 and no-4"));
    assert_eq!(said(7), of("no-0 and no-1 and no-2 and no-3 and no-4 and 2 more"));
}
