//! A trace to a name begins with the queries it takes, and they are packets too.

use super::super::*;
use crate::cluster::Cluster;

const WORLD: &str = r#"
upstream: {api.example.com.: 198.51.100.7}
objects:
- {kind: Namespace, metadata: {name: shop}}
- {kind: Node, metadata: {name: node1}}
- {kind: Node, metadata: {name: node2}}
- {kind: Pod, metadata: {name: client, labels: {app: client}}, spec: {nodeName: node1, containers: [{name: c}]}}
- {kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {nodeName: node2, containers: [{name: c, ports: [{containerPort: 80}]}]}}
- {kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, spec: {nodeName: node2, containers: [{name: c, ports: [{containerPort: 5432}]}]}}
- {kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
- {kind: Service, metadata: {name: db, namespace: shop}, spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}}
- {kind: Service, metadata: {name: api}, spec: {type: ExternalName, externalName: api.example.com}}
- {kind: Service, metadata: {name: lb}, spec: {type: LoadBalancer, ports: [{port: 80}]}, status: {loadBalancer: {ingress: [{hostname: api.example.com}]}}}
"#;

const KUBE_DNS: &str = "
- kind: Service
  metadata: {name: kube-dns, namespace: kube-system}
  spec: {clusterIP: 10.96.0.10, selector: {k8s-app: kube-dns}, ports: [{name: dns, port: 53, protocol: UDP}]}
";

/// A CoreDNS Pod on `node` with more in its status or metadata.
fn coredns(name: &str, node: &str, more: &str) -> String {
    format!(
        "- {{kind: Pod, metadata: {{name: {name}, namespace: kube-system, labels: {{k8s-app: \
         kube-dns}}}}, spec: {{nodeName: {node}, containers: [{{name: c, ports: [{{containerPort: \
         53, protocol: UDP}}]}}]}}{more}}}\n"
    )
}

fn world(more: &str) -> Cluster {
    Cluster::from_world(&format!("{WORLD}{more}")).unwrap().0
}

/// The names asked for and the ending.
fn asked(cluster: &Cluster, from: &str, to: &str) -> Vec<String> {
    let told = trace(cluster, &from.parse().unwrap(), &to.parse().unwrap()).unwrap();
    let way = &told.ways[0];
    let queries = way.hops.iter().filter(|hop| hop.action == Action::Resolve);
    let mut lines: Vec<String> = queries.map(|hop| format!("{} {}", hop.to, hop.say)).collect();
    lines.push(format!("{:?} {:?}", way.outcome, way.reason.code));
    lines
}

#[test]
fn a_short_name_takes_the_queries_of_the_search_list() {
    let cluster = world("");
    assert_eq!(
        asked(&cluster, "pod:client", "web:80"),
        [
            "10.96.0.10:53 CoreDNS answers web.default.svc.cluster.local: A 10.96.0.20.".replace(
                "10.96.0.20",
                &cluster.service("default", "web").unwrap().cluster_ips[0].to_string()
            ),
            "Ok Delivered".to_owned(),
        ]
    );
    let db = cluster.pod("shop", "db").unwrap().ips[0];
    assert_eq!(
        asked(&cluster, "pod:client", "db.shop:5432"),
        [
            "10.96.0.10:53 CoreDNS knows no name db.shop.default.svc.cluster.local.".to_owned(),
            format!("10.96.0.10:53 CoreDNS answers db.shop.svc.cluster.local: A {db}."),
            "Ok Delivered".to_owned(),
        ]
    );
}

#[test]
fn an_external_name_is_followed_out_of_the_cluster() {
    assert_eq!(
        asked(&world(""), "pod:client", "api:443"),
        [
            "10.96.0.10:53 CoreDNS answers api.default.svc.cluster.local: A 198.51.100.7, CNAME \
             api.example.com.",
            "Ok Delivered",
        ]
    );
    assert_eq!(
        asked(&world(""), "external", "api:443"),
        ["172.18.0.100:53 The DNS outside can't find out about api.", "Unresolved NoSuchName"]
    );
    // A balancer may have a name in place of an address.
    assert_eq!(asked(&world(""), "pod:client", "lb/lb:80").last().unwrap(), "Ok Delivered");
}

#[test]
fn queries_are_packets_to_kube_dns_and_need_its_pods() {
    let silent = |pods: &str| {
        let told = asked(&world(&format!("{KUBE_DNS}{pods}")), "pod:client", "web:80");
        told.last().unwrap().clone()
    };
    let not_ready = ", status: {phase: Running, podIP: 10.244.1.99, conditions: [{type: Ready, status: 'False'}]}";
    assert_eq!(silent(&coredns("a", "node1", "")), "Ok Delivered");
    assert_eq!(silent(""), "Unresolved DnsSilent");
    assert_eq!(silent(&coredns("a", "node1", not_ready)), "Unresolved DnsSilent");
    // A resolver that gets no answer asks again, and reaches another endpoint.
    let deaf = coredns("a", "node1", "") + &coredns("b", "node2", "");
    let deaf = format!("{KUBE_DNS}{deaf}");
    let listening = WORLD.replace("objects:", "listening: {kube-system/a: []}\nobjects:");
    let (cluster, _) = Cluster::from_world(&format!("{listening}{deaf}")).unwrap();
    assert_eq!(asked(&cluster, "pod:client", "web:80").last().unwrap(), "Ok Delivered");
}

#[test]
fn a_policy_that_forbids_udp_53_forbids_names_and_not_addresses() {
    let dns = format!("{KUBE_DNS}{}", coredns("a", "node1", ""));
    let only_web = "- {kind: NetworkPolicy, metadata: {name: out}, spec: {podSelector: {matchLabels: \
                    {app: client}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: \
                    {app: web}}}]}]}}\n";
    let cluster = world(&format!("{dns}{only_web}"));
    assert_eq!(
        asked(&cluster, "pod:client", "web:80"),
        [
            "10.96.0.10:53 The query for web gets no answer from Service kube-system/kube-dns: \
             NetworkPolicy out isolates Pod client, and no rule lets this connection out of it.",
            "Unresolved DnsSilent",
        ]
    );
    let told = trace(&cluster, &"pod:client".parse().unwrap(), &"web:80".parse().unwrap()).unwrap();
    let look_at = told.ways[0].reason.look_at.as_ref().unwrap();
    assert_eq!((&*look_at.object, &*look_at.field), ("networkpolicy/out", "spec.egress"));
    let web = &cluster.service("default", "web").unwrap().cluster_ips[0];
    assert_eq!(asked(&cluster, "pod:client", &format!("{web}:80")), ["Ok Delivered"]);
    // With port 53 allowed it works.
    let and_dns = only_web.replace("egress: [", "egress: [{ports: [{port: 53, protocol: UDP}]}, ");
    let cluster = world(&format!("{dns}{and_dns}"));
    assert_eq!(asked(&cluster, "pod:client", "web:80").last().unwrap(), "Ok Delivered");
    // The DNS's own Pods may be isolated too.
    let shut = "- {kind: NetworkPolicy, metadata: {name: shut, namespace: kube-system}, spec: {podSelector: {}}}\n";
    let cluster = world(&format!("{dns}{shut}"));
    assert_eq!(asked(&cluster, "pod:client", "web:80").last().unwrap(), "Unresolved DnsSilent");
}

#[test]
fn who_does_not_ask_the_clusters_dns_does_not_need_it() {
    let pods = "- {kind: Pod, metadata: {name: plain}, spec: {nodeName: node1, dnsPolicy: Default, \
                containers: [{name: c}]}}\n\
                - {kind: Pod, metadata: {name: host}, spec: {nodeName: node1, hostNetwork: true, \
                containers: [{name: c}]}}\n\
                - {kind: Pod, metadata: {name: host-too}, spec: {nodeName: node1, hostNetwork: true, \
                dnsPolicy: ClusterFirstWithHostNet, containers: [{name: c}]}}\n";
    let cluster = world(&format!("{KUBE_DNS}{pods}"));
    for from in ["pod:plain", "pod:host", "node:node1", "external"] {
        assert_eq!(asked(&cluster, from, "api.example.com:443").last().unwrap(), "Ok Delivered");
        assert_eq!(asked(&cluster, from, "web:80").last().unwrap(), "Unresolved NoSuchName");
    }
    for from in ["pod:client", "pod:host-too"] {
        let told = asked(&cluster, from, "api.example.com:443");
        assert_eq!(told.last().unwrap(), "Unresolved DnsSilent");
    }
    let cluster = world(&format!("{KUBE_DNS}{pods}{}", coredns("a", "node1", "")));
    assert_eq!(asked(&cluster, "pod:host-too", "web:80").last().unwrap(), "Ok Delivered");
}

#[test]
fn looking_a_name_up_asks_as_the_trace_does() {
    let look_up = |cluster: &Cluster, from: &str, name: &str| {
        resolve(cluster, &from.parse().unwrap(), name, RecordType::A).unwrap()
    };
    let cluster = world(KUBE_DNS);
    let reason = look_up(&cluster, "pod:client", "web").unwrap_err();
    assert_eq!(reason.code, ReasonCode::DnsSilent);
    assert!(look_up(&cluster, "external", "api.example.com").unwrap().addresses().len() == 1);
    let cluster = world("");
    assert_eq!(look_up(&cluster, "pod:client", "web").unwrap().queries.len(), 1);
}
