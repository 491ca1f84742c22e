//! Stories of packets in a world that the recordings don't reach: policies with Services in
//! between, names through kube-dns, balancers, hostNetwork, the ends of all kinds.

use super::*;

mod doors;
mod names;
mod policies;
mod reasons;
mod services;
use crate::cluster::Cluster;
use std::fmt::Write;

const WORLD: &str = r#"
external: {ip: 172.18.0.100, loadBalancerGateway: node1}
loadBalancer: {pool: 203.0.113.0/24}
upstream: {api.example.com.: 198.51.100.7}
objects:
- {kind: Namespace, metadata: {name: shop}}
- {kind: Node, metadata: {name: node1}}
- {kind: Node, metadata: {name: node2}}
- {kind: Pod, metadata: {name: client}, spec: {nodeName: node1, containers: [{name: c}]}}
- {kind: Pod, metadata: {name: other}, spec: {nodeName: node2, containers: [{name: c}]}}
- kind: Pod
  metadata: {name: web, labels: {app: web}}
  spec: {nodeName: node2, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}
- kind: Pod
  metadata: {name: db, namespace: shop, labels: {app: db}}
  spec: {nodeName: node2, containers: [{name: c, ports: [{containerPort: 5432}]}]}
- kind: Pod
  metadata: {name: agent, labels: {app: agent}}
  spec: {nodeName: node2, hostNetwork: true, containers: [{name: c, ports: [{containerPort: 9100}]}]}
- kind: Service
  metadata: {name: web}
  spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: http, nodePort: 30080}]}
- kind: Service
  metadata: {name: web-local}
  spec:
    type: LoadBalancer
    externalTrafficPolicy: Local
    loadBalancerSourceRanges: [172.18.0.0/16]
    healthCheckNodePort: 31000
    selector: {app: web}
    ports: [{port: 80, targetPort: 8080, nodePort: 30081}]
- kind: Service
  metadata: {name: typo}
  spec: {selector: {app: wbe}, ports: [{port: 80}]}
- kind: Service
  metadata: {name: elsewhere}
  spec: {selector: {app: db}, ports: [{port: 80}]}
- kind: Service
  metadata: {name: db, namespace: shop}
  spec: {selector: {app: db}, ports: [{port: 5432}]}
- kind: Service
  metadata: {name: api}
  spec: {type: ExternalName, externalName: api.example.com}
- kind: NetworkPolicy
  metadata: {name: only-clients, namespace: shop}
  spec:
    podSelector: {}
    ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}]}]
"#;

fn world(more: &str) -> Cluster {
    let (cluster, findings) = Cluster::from_world(&format!("{WORLD}{more}")).unwrap();
    assert_eq!(findings, []);
    cluster
}

/// Every way as its outcome, reason and places, and what is said at each.
fn story(cluster: &Cluster, from: &str, to: &str) -> String {
    let trace = trace(cluster, &from.parse().unwrap(), &to.parse().unwrap()).unwrap();
    let mut text = format!("{from} to {to}\n");
    for way in &trace.ways {
        let look_at = way.reason.look_at.as_ref();
        let look_at =
            look_at.map_or("nothing".to_owned(), |at| format!("{} {}", at.object, at.field));
        writeln!(text, "{:.2} {:?} {:?}, look at {look_at}", way.p, way.outcome, way.reason.code)
            .unwrap();
        for hop in &way.hops {
            writeln!(text, "  {} > {} {}", hop.from, hop.to, hop.say).unwrap();
        }
    }
    text
}

#[test]
fn packets_tell_their_stories() {
    let cluster = world("");
    let stories: Vec<String> = [
        ("external", "node1:30080"),
        ("external", "node1:30081"),
        ("external", "lb/web-local:80"),
        ("external", "node1:31000"),
        ("external", "service/web:80"),
        ("pod:client", "web:80"),
        ("pod:client", "lb/web:80"),
        ("pod:client", "service/web:8080"),
        ("pod:client", "service/typo:80"),
        ("pod:client", "service/elsewhere:80"),
        ("pod:client", "service/nowhere:80"),
        ("pod:client", "db.shop:5432"),
        ("pod:client", "api:443"),
        ("pod:client", "nobody:80"),
        ("pod:client", "node2:9100"),
        ("pod:client", "service/kubernetes:443"),
        ("pod:web", "service/web:80"),
        ("node:node2", "service/shop/db:5432"),
        ("node:node1", "service/shop/db:5432"),
    ]
    .into_iter()
    .map(|(from, to)| story(&cluster, from, to))
    .collect();
    insta::assert_snapshot!(stories.join("\n"));
}

const KUBE_DNS: &str = "
- kind: Service
  metadata: {name: kube-dns, namespace: kube-system}
  spec: {clusterIP: 10.96.0.10, selector: {k8s-app: kube-dns}, ports: [{name: dns, port: 53, protocol: UDP}]}
";

const COREDNS: &str = "
- kind: Pod
  metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}
  spec: {nodeName: node1, containers: [{name: c, ports: [{containerPort: 53, protocol: UDP}]}]}
";

#[test]
fn names_need_the_pods_of_kube_dns_where_there_is_one() {
    let answered = story(&world(&format!("{KUBE_DNS}{COREDNS}")), "pod:client", "web:80");
    assert!(answered.contains("1.00 Ok Delivered"), "{answered}");
    let silent = story(&world(KUBE_DNS), "pod:client", "web:80");
    insta::assert_snapshot!(silent);
}

#[test]
fn egress_is_judged_after_the_service_address_was_rewritten() {
    let policy = |port: u16| {
        format!(
            "- {{kind: NetworkPolicy, metadata: {{name: out}}, spec: {{podSelector: {{}}, \
             policyTypes: [Egress], egress: [{{ports: [{{port: {port}}}]}}]}}}}\n"
        )
    };
    let pods_port = world(&policy(8080));
    assert!(story(&pods_port, "pod:client", "service/web:80").contains("1.00 Ok Delivered"));
    let services_port = world(&policy(80));
    let told = story(&services_port, "pod:client", "service/web:80");
    assert!(
        told.contains("1.00 Timeout NetworkPolicy, look at networkpolicy/out spec.egress"),
        "{told}"
    );
}

#[test]
fn a_seeded_way_is_one_of_all_ways_and_every_way_has_its_seed() {
    let cluster = world(
        "- {kind: Pod, metadata: {name: web-2, labels: {app: web}}, spec: {nodeName: node1, \
         containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}}\n",
    );
    let client = Client::External;
    let target: Target = "node1:30080".parse().unwrap();
    let all = trace(&cluster, &client, &target).unwrap().ways;
    assert_eq!(all.len(), 2);
    let mut seen = [false; 2];
    for seed in 0..64 {
        let one = way(&cluster, &client, &target, seed).unwrap();
        let idx = all.iter().position(|way| *way == one).expect("a way that trace knows");
        seen[idx] = true;
    }
    assert_eq!(seen, [true, true]);
}

#[test]
fn who_cannot_send_is_an_error_and_not_a_way() {
    let cluster = world("");
    let error = |from: &str, to: &str| {
        trace(&cluster, &from.parse().unwrap(), &to.parse().unwrap()).unwrap_err().to_string()
    };
    assert_eq!(error("pod:nobody", "web:80"), "there is no Pod nobody to send from");
    assert_eq!(error("node:node9", "web:80"), "there is no node node9 to send from");
    assert_eq!(
        error("external", "node*:80"),
        "node* means one packet for each node; trace them one by one"
    );
    let each: Vec<String> = "node*:80"
        .parse::<Target>()
        .unwrap()
        .each(&cluster)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(each, ["node1:80", "node2:80"]);
}
