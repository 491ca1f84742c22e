use super::*;
use crate::cluster::Cluster;

fn world() -> Cluster {
    let (cluster, findings) = Cluster::from_world(
        r#"
upstream: {api.example.com.: 203.0.113.80}
objects:
- {kind: Namespace, metadata: {name: shop}}
- {kind: Node, metadata: {name: node1}}
- {kind: Pod, metadata: {name: a, labels: {app: a}}, spec: {hostname: a, subdomain: peers, containers: [{ports: [{name: http, containerPort: 8080}]}]}}
- {kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.10, selector: {app: a}, ports: [{name: http, port: 80}]}}
- {kind: Service, metadata: {name: peers}, spec: {clusterIP: None, selector: {app: a}, ports: [{port: 80, targetPort: http}]}}
- {kind: Service, metadata: {name: out}, spec: {type: ExternalName, externalName: api.example.com}}
- {kind: Service, metadata: {name: loop}, spec: {type: ExternalName, externalName: loop.default.svc.cluster.local}}
"#,
    )
    .unwrap();
    assert_eq!(findings, []);
    cluster
}

fn said(cluster: &Cluster, name: &str, record_type: RecordType) -> String {
    let answer = query(cluster, name, record_type);
    let records: Vec<String> =
        answer.answers.iter().map(|r| format!("{} {} {}", r.name, r.record_type, r.data)).collect();
    format!("{} [{}]", answer.status, records.join(", "))
}

#[test]
fn a_service_answers_with_its_cluster_ip_and_a_headless_one_with_its_pods() {
    let cluster = world();
    assert_eq!(
        said(&cluster, "WEB.default.svc.cluster.local", RecordType::A),
        "NOERROR [web.default.svc.cluster.local. A 10.96.0.10]"
    );
    assert_eq!(
        said(&cluster, "_http._tcp.peers.default.svc.cluster.local.", RecordType::Srv),
        "NXDOMAIN []"
    );
    assert_eq!(
        said(&cluster, "peers.default.svc.cluster.local.", RecordType::Srv),
        "NOERROR [peers.default.svc.cluster.local. SRV 0 100 8080 \
         a.peers.default.svc.cluster.local.]"
    );
    assert_eq!(
        said(&cluster, "10.1.244.10.in-addr.arpa.", RecordType::Ptr),
        "NOERROR [10.1.244.10.in-addr.arpa. PTR 10-244-1-10.web.default.svc.cluster.local., \
         10.1.244.10.in-addr.arpa. PTR a.peers.default.svc.cluster.local.]"
    );
}

#[test]
fn names_of_pods_are_answered_whether_or_not_there_is_one() {
    let cluster = world();
    assert_eq!(
        said(&cluster, "1-2-3-4.shop.pod.cluster.local.", RecordType::A),
        "NOERROR [1-2-3-4.shop.pod.cluster.local. A 1.2.3.4]"
    );
    assert_eq!(said(&cluster, "1-2-3-4.nope.pod.cluster.local.", RecordType::A), "NXDOMAIN []");
    assert_eq!(said(&cluster, "a.shop.pod.cluster.local.", RecordType::A), "NXDOMAIN []");
}

#[test]
fn an_alias_of_itself_ends() {
    let cluster = world();
    assert_eq!(said(&cluster, "loop.default.svc.cluster.local.", RecordType::A), "NOERROR []");
}

#[test]
fn a_pod_walks_its_search_list_until_there_are_records() {
    let cluster = world();
    let asked = |namespace: &str, name: &str| -> Vec<String> {
        resolve(&cluster, namespace, name, RecordType::A)
            .queries
            .iter()
            .map(|q| format!("{} {} {}", q.name, q.answer.status, q.answer.answers.len()))
            .collect()
    };
    assert_eq!(asked("default", "web"), ["web.default.svc.cluster.local. NOERROR 1"]);
    assert_eq!(
        asked("shop", "web.default"),
        [
            "web.default.shop.svc.cluster.local. NXDOMAIN 0",
            "web.default.svc.cluster.local. NOERROR 1",
        ]
    );
    assert_eq!(
        asked("shop", "api.example.com"),
        [
            "api.example.com.shop.svc.cluster.local. NXDOMAIN 0",
            "api.example.com.svc.cluster.local. NXDOMAIN 0",
            "api.example.com.cluster.local. NXDOMAIN 0",
            "api.example.com. NOERROR 1",
        ]
    );
    assert_eq!(asked("shop", "api.example.com."), ["api.example.com. NOERROR 1"]);
    let outside = resolve_outside(&cluster, "web.default.svc.cluster.local", RecordType::A);
    assert_eq!(outside.answer().status, Status::NxDomain);
}
