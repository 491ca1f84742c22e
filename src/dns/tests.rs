use super::*;
use crate::cluster::Cluster;

const WORLD: &str = r#"
upstream: {api.example.com.: 203.0.113.80}
objects:
- {kind: Namespace, metadata: {name: shop}}
- {kind: Node, metadata: {name: node1}}
- {kind: Pod, metadata: {name: a, labels: {app: a}}, spec: {hostname: a, subdomain: peers, containers: [{ports: [{name: http, containerPort: 8080}]}]}}
- {kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.20, selector: {app: a}, ports: [{name: http, port: 80}]}}
- {kind: Service, metadata: {name: peers}, spec: {clusterIP: None, selector: {app: a}, ports: [{port: 80, targetPort: http}]}}
- {kind: Service, metadata: {name: out}, spec: {type: ExternalName, externalName: api.example.com}}
- {kind: Service, metadata: {name: loop}, spec: {type: ExternalName, externalName: loop.default.svc.cluster.local}}
"#;

fn world() -> Cluster {
    let (cluster, findings) = Cluster::from_world(WORLD).unwrap();
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
        "NOERROR [WEB.default.svc.cluster.local. A 10.96.0.20]"
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

/// The names that a Pod with this spec, in namespace `shop`, asks for, and where.
fn asked(spec: &str, name: &str) -> Vec<String> {
    let pod = format!(
        "- {{kind: Pod, metadata: {{name: p, namespace: shop}}, spec: {{nodeName: node1, {spec}}}}}\n"
    );
    let (cluster, _) = Cluster::from_world(&format!("{WORLD}{pod}")).unwrap();
    let conf = ResolvConf::of_pod(&cluster, cluster.pod("shop", "p").unwrap());
    let told = |q: &Query| format!("{} {} {}", q.name, q.answer.status, q.answer.answers.len());
    let found = conf.resolve(&cluster, name, RecordType::A);
    let server = match conf.server {
        Server::Cluster(ip) => format!("cluster {ip}"),
        Server::Outside(Some(ip)) => format!("outside {ip}"),
        Server::Outside(None) => "outside".to_owned(),
    };
    std::iter::once(server).chain(found.queries.iter().map(told)).collect()
}

#[test]
fn a_pod_walks_its_search_list_until_there_are_records() {
    let asked = |name: &str| asked("containers: []", name);
    assert_eq!(
        asked("web.default"),
        [
            "cluster 10.96.0.10",
            "web.default.shop.svc.cluster.local. NXDOMAIN 0",
            "web.default.svc.cluster.local. NOERROR 1",
        ]
    );
    assert_eq!(
        asked("api.example.com"),
        [
            "cluster 10.96.0.10",
            "api.example.com.shop.svc.cluster.local. NXDOMAIN 0",
            "api.example.com.svc.cluster.local. NXDOMAIN 0",
            "api.example.com.cluster.local. NXDOMAIN 0",
            "api.example.com. NOERROR 1",
        ]
    );
    assert_eq!(asked("api.example.com."), ["cluster 10.96.0.10", "api.example.com. NOERROR 1"]);
    // Five dots are enough to be asked for as it stands first.
    assert_eq!(
        asked("_http._tcp.web.default.svc.cluster.local"),
        ["cluster 10.96.0.10", "_http._tcp.web.default.svc.cluster.local. NOERROR 1",]
    );
}

#[test]
fn dns_policy_says_whom_a_pod_asks() {
    let nothing = ["outside", "web. SERVFAIL 0"];
    assert_eq!(asked("dnsPolicy: Default", "web"), nothing);
    assert_eq!(asked("hostNetwork: true", "web"), nothing);
    assert_eq!(
        asked("hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet", "web.default")[..2],
        ["cluster 10.96.0.10", "web.default.shop.svc.cluster.local. NXDOMAIN 0"]
    );
    assert_eq!(
        asked("dnsPolicy: Default", "web.default.svc.cluster.local"),
        ["outside", "web.default.svc.cluster.local. NXDOMAIN 0"]
    );
    assert_eq!(
        asked("dnsPolicy: None, dnsConfig: {nameservers: [9.9.9.9]}", "api.example.com"),
        ["outside 9.9.9.9", "api.example.com. NOERROR 1"]
    );
    assert_eq!(
        asked(
            "dnsPolicy: None, dnsConfig: {nameservers: [10.96.0.10], \
             searches: [default.svc.cluster.local]}",
            "web"
        ),
        ["cluster 10.96.0.10", "web.default.svc.cluster.local. NOERROR 1"]
    );
}

#[test]
fn dns_config_adds_to_the_search_list_and_sets_ndots() {
    assert_eq!(
        asked("dnsConfig: {searches: [default.svc.cluster.local.]}", "web"),
        [
            "cluster 10.96.0.10",
            "web.shop.svc.cluster.local. NXDOMAIN 0",
            "web.svc.cluster.local. NXDOMAIN 0",
            "web.cluster.local. NXDOMAIN 0",
            "web.default.svc.cluster.local. NOERROR 1",
        ]
    );
    assert_eq!(
        asked("dnsConfig: {options: [{name: ndots, value: '2'}]}", "api.example.com"),
        ["cluster 10.96.0.10", "api.example.com. NOERROR 1"]
    );
}

/// Queries, each with the type it is asked with and CoreDNS 1.13.1's answer, by its source.
fn assert_answers(cluster: &Cluster, cases: &[(&str, &str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(name, record_type, expected)| {
            let found = said(cluster, name, record_type.parse().unwrap());
            // `=` stands for the name asked for, as it was written.
            let expected = expected.replace("= ", &format!("{}. ", name.trim_end_matches('.')));
            (found != expected).then(|| format!("{name} {record_type}: {found}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const ODD: &str = r#"
upstream: {api.example.com.: 203.0.113.80, six.example.com.: "2001:db8::1"}
serviceCIDR: 10.96.0.0/12,fd00:96::/108
objects:
- {kind: Namespace, metadata: {name: empty}}
- {kind: Node, metadata: {name: node1}}
- {kind: Pod, metadata: {name: sick, labels: {app: sick}}, spec: {hostname: sick, subdomain: sick, containers: [{ports: [{containerPort: 80}]}]}, status: {podIP: 10.244.1.9, phase: Running, conditions: [{type: Ready, status: "False"}]}}
- {kind: Service, metadata: {name: both}, spec: {ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv6], clusterIPs: [10.96.0.30, "fd00:96::30"], clusterIP: 10.96.0.30, ports: [{name: web, port: 80}, {name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53}]}}
- {kind: Service, metadata: {name: sick}, spec: {clusterIP: None, selector: {app: sick}, ports: [{port: 80}]}}
- {kind: Service, metadata: {name: sick-too}, spec: {clusterIP: None, publishNotReadyAddresses: true, selector: {app: sick}, ports: [{port: 80}]}}
- {kind: Service, metadata: {name: hand}, spec: {clusterIP: None, ports: [{port: 80}]}}
- kind: EndpointSlice
  metadata: {name: hand, labels: {kubernetes.io/service-name: hand}}
  addressType: IPv4
  ports: [{name: "", protocol: TCP}]
  endpoints: [{addresses: [192.0.2.7]}, {addresses: [192.0.2.8], conditions: {ready: false}}]
- kind: EndpointSlice
  metadata: {name: hand-6, labels: {kubernetes.io/service-name: hand}}
  addressType: IPv6
  ports: [{name: "", protocol: TCP, port: 80}]
  endpoints: [{addresses: ["2001:db8::"]}]
- {kind: Service, metadata: {name: out}, spec: {type: ExternalName, externalName: api.example.com}}
- {kind: Service, metadata: {name: out6}, spec: {type: ExternalName, externalName: six.example.com}}
- {kind: Service, metadata: {name: to-both}, spec: {type: ExternalName, externalName: both.default.svc.cluster.local}}
- {kind: Service, metadata: {name: to-nobody}, spec: {type: ExternalName, externalName: nobody.default.svc.cluster.local}}
- {kind: Service, metadata: {name: below}, spec: {type: ExternalName, externalName: x.below.default.svc.cluster.local}}
- {kind: Service, metadata: {name: ping}, spec: {type: ExternalName, externalName: pong.default.svc.cluster.local}}
- {kind: Service, metadata: {name: pong}, spec: {type: ExternalName, externalName: ping.default.svc.cluster.local}}
"#;

fn odd(more: &str) -> Cluster {
    let (cluster, findings) = Cluster::from_world(&format!("{ODD}{more}")).unwrap();
    assert_eq!(findings, []);
    cluster
}

#[test]
fn names_in_between_are_there_without_records_and_others_are_not() {
    assert_answers(
        &odd(""),
        &[
            ("cluster.local.", "A", "NOERROR []"),
            ("svc.cluster.local.", "A", "NOERROR []"),
            ("pod.cluster.local.", "AAAA", "NOERROR []"),
            ("default.svc.cluster.local.", "SRV", "NOERROR []"),
            ("empty.svc.cluster.local.", "A", "NOERROR []"),
            ("empty.pod.cluster.local.", "A", "NOERROR []"),
            ("nope.svc.cluster.local.", "A", "NXDOMAIN []"),
            ("nope.pod.cluster.local.", "A", "NXDOMAIN []"),
            ("both.empty.svc.cluster.local.", "A", "NXDOMAIN []"),
            ("a.b.c.both.default.svc.cluster.local.", "A", "NXDOMAIN []"),
            ("x.cluster.local.", "A", "NXDOMAIN []"),
            ("*.default.svc.cluster.local.", "A", "NXDOMAIN []"),
            // No text is there for names without other records.
            ("cluster.local.", "TXT", "NXDOMAIN []"),
            ("default.svc.cluster.local.", "TXT", "NXDOMAIN []"),
            ("both.default.svc.cluster.local.", "TXT", "NOERROR []"),
            ("dns-version.cluster.local.", "TXT", "NOERROR [= TXT \"1.1.0\"]"),
            ("dns-version.cluster.local.", "A", "NXDOMAIN []"),
        ],
    );
}

#[test]
fn types_without_records_tell_whether_the_name_is_there() {
    assert_answers(
        &odd(""),
        &[
            ("both.default.svc.cluster.local.", "MX", "NOERROR []"),
            ("both.default.svc.cluster.local.", "ANY", "NOERROR []"),
            ("both.default.svc.cluster.local.", "PTR", "NOERROR []"),
            ("both.default.svc.cluster.local.", "CNAME", "NOERROR []"),
            ("both.default.svc.cluster.local.", "NS", "NOERROR []"),
            ("nobody.default.svc.cluster.local.", "MX", "NXDOMAIN []"),
            ("nobody.default.svc.cluster.local.", "PTR", "NXDOMAIN []"),
            // SOA is not looked for below the zone.
            ("nobody.default.svc.cluster.local.", "SOA", "NOERROR []"),
            ("out.default.svc.cluster.local.", "CNAME", "NOERROR [= CNAME api.example.com.]"),
            ("api.example.com.", "AAAA", "NOERROR []"),
            ("api.example.com.", "SRV", "NOERROR []"),
            ("nobody.example.com.", "A", "SERVFAIL []"),
        ],
    );
}

#[test]
fn a_dual_stack_service_has_addresses_of_both_families_and_shares_its_srv_weight() {
    assert_answers(
        &odd(""),
        &[
            ("both.default.svc.cluster.local.", "A", "NOERROR [= A 10.96.0.30]"),
            ("both.default.svc.cluster.local.", "AAAA", "NOERROR [= AAAA fd00:96::30]"),
            // Three ports on two addresses are six ways, and three targets.
            (
                "both.default.svc.cluster.local.",
                "SRV",
                "NOERROR [= SRV 0 16 53 both.default.svc.cluster.local., \
                 = SRV 0 16 80 both.default.svc.cluster.local.]",
            ),
            (
                "_DNS._udp.both.default.svc.cluster.local.",
                "SRV",
                "NOERROR [= SRV 0 50 53 both.default.svc.cluster.local.]",
            ),
            ("_dns._tcp.both.default.svc.cluster.local.", "SRV", "NXDOMAIN []"),
            // Port and protocol may be asked for in a search for addresses too.
            ("_web._tcp.both.default.svc.cluster.local.", "A", "NOERROR [= A 10.96.0.30]"),
            ("web.tcp.both.default.svc.cluster.local.", "A", "NOERROR [= A 10.96.0.30]"),
        ],
    );
}

#[test]
fn names_are_found_in_any_case_and_answered_in_the_case_asked_for() {
    assert_answers(
        &odd(""),
        &[
            ("Both.Default.SVC.cluster.local.", "A", "NOERROR [= A 10.96.0.30]"),
            (
                "_web._tcp.both.default.svc.Cluster.LOCAL.",
                "SRV",
                "NOERROR [= SRV 0 50 80 both.default.svc.Cluster.LOCAL.]",
            ),
            ("API.example.com.", "A", "NOERROR [api.example.com. A 203.0.113.80]"),
        ],
    );
}

#[test]
fn aliases_are_followed_inside_and_outside_and_loops_lead_nowhere() {
    assert_answers(
        &odd(""),
        &[
            (
                "out.default.svc.cluster.local.",
                "A",
                "NOERROR [api.example.com. A 203.0.113.80, = CNAME api.example.com.]",
            ),
            ("out.default.svc.cluster.local.", "AAAA", "NOERROR [= CNAME api.example.com.]"),
            (
                "out6.default.svc.cluster.local.",
                "AAAA",
                "NOERROR [six.example.com. AAAA 2001:db8::1, = CNAME six.example.com.]",
            ),
            (
                "to-both.default.svc.cluster.local.",
                "A",
                "NOERROR [both.default.svc.cluster.local. A 10.96.0.30, \
                 = CNAME both.default.svc.cluster.local.]",
            ),
            ("to-nobody.default.svc.cluster.local.", "A", "NOERROR []"),
            (
                "to-nobody.default.svc.cluster.local.",
                "CNAME",
                "NOERROR [= CNAME nobody.default.svc.cluster.local.]",
            ),
            ("below.default.svc.cluster.local.", "A", "NOERROR []"),
            ("ping.default.svc.cluster.local.", "A", "NOERROR []"),
            // No port, no protocol, no endpoint of an alias.
            ("_http._tcp.out.default.svc.cluster.local.", "SRV", "NXDOMAIN []"),
            ("x.out.default.svc.cluster.local.", "A", "NXDOMAIN []"),
        ],
    );
}

#[test]
fn a_chain_of_aliases_may_have_eleven_links() {
    let mut more = String::new();
    for link in 0..12 {
        let next = link + 1;
        let target = if next == 12 { "both".to_owned() } else { format!("link{next}") };
        more.push_str(&format!(
            "- {{kind: Service, metadata: {{name: link{link}}}, spec: {{type: ExternalName, \
             externalName: {target}.default.svc.cluster.local}}}}\n"
        ));
    }
    let cluster = odd(&more);
    let n_records = |link: usize| {
        let name = format!("link{link}.default.svc.cluster.local.");
        query(&cluster, &name, RecordType::A).answers.len()
    };
    assert_eq!((n_records(1), n_records(0)), (12, 0));
}

#[test]
fn endpoints_have_names_while_they_are_ready_or_published() {
    assert_answers(
        &odd(""),
        &[
            ("sick.default.svc.cluster.local.", "A", "NXDOMAIN []"),
            ("sick.sick.default.svc.cluster.local.", "A", "NXDOMAIN []"),
            ("sick-too.default.svc.cluster.local.", "A", "NOERROR [= A 10.244.1.9]"),
            ("10-244-1-9.sick-too.default.svc.cluster.local.", "A", "NOERROR [= A 10.244.1.9]"),
            ("hand.default.svc.cluster.local.", "A", "NOERROR [= A 192.0.2.7]"),
            // A port without a number has no SRV record, and a share of the weight.
            (
                "hand.default.svc.cluster.local.",
                "SRV",
                "NOERROR [= SRV 0 50 80 2001-db8--0.hand.default.svc.cluster.local.]",
            ),
            ("2001-db8--0.hand.default.svc.cluster.local.", "AAAA", "NOERROR [= AAAA 2001:db8::]"),
            ("192-0-2-8.hand.default.svc.cluster.local.", "A", "NXDOMAIN []"),
        ],
    );
}

#[test]
fn pods_are_named_by_any_address_in_any_namespace_that_is_there() {
    assert_answers(
        &odd(""),
        &[
            ("192-0-2-1.default.pod.cluster.local.", "AAAA", "NOERROR []"),
            ("192-0-2-256.default.pod.cluster.local.", "A", "NXDOMAIN []"),
            ("fd00--1.empty.pod.cluster.local.", "AAAA", "NOERROR [= AAAA fd00::1]"),
            (
                "1-2-3-4-5-6-7-8.empty.pod.cluster.local.",
                "AAAA",
                "NOERROR [= AAAA 1:2:3:4:5:6:7:8]",
            ),
            // Endpoint, port and protocol mean nothing to a Pod's name.
            ("x.192-0-2-1.default.pod.cluster.local.", "A", "NOERROR [= A 192.0.2.1]"),
            ("_a._b.192-0-2-1.default.pod.cluster.local.", "A", "NOERROR [= A 192.0.2.1]"),
            (
                "192-0-2-1.default.pod.cluster.local.",
                "SRV",
                "NOERROR [= SRV 0 100 0 192-0-2-1.default.pod.cluster.local.]",
            ),
        ],
    );
}

#[test]
fn addresses_have_names_where_a_service_or_a_ready_endpoint_has_them() {
    assert_answers(
        &odd(""),
        &[
            ("30.0.96.10.in-addr.arpa.", "PTR", "NOERROR [= PTR both.default.svc.cluster.local.]"),
            (
                "0.3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.0.d.f.ip6.arpa.",
                "PTR",
                "NOERROR [= PTR both.default.svc.cluster.local.]",
            ),
            (
                "9.1.244.10.in-addr.arpa.",
                "PTR",
                "NOERROR [= PTR 10-244-1-9.sick-too.default.svc.cluster.local.]",
            ),
            (
                "7.2.0.192.in-addr.arpa.",
                "PTR",
                "NOERROR [= PTR 192-0-2-7.hand.default.svc.cluster.local.]",
            ),
            // What is not the cluster's falls through to the server outside.
            ("1.2.0.192.in-addr.arpa.", "PTR", "SERVFAIL []"),
            ("9.1.244.10.in-addr.arpa.", "A", "SERVFAIL []"),
            ("244.10.in-addr.arpa.", "PTR", "SERVFAIL []"),
            ("in-addr.arpa.", "PTR", "NOERROR []"),
            ("ip6.arpa.", "A", "NOERROR []"),
        ],
    );
}

#[test]
fn the_zone_has_a_start_and_a_name_server() {
    let cluster = odd("");
    assert_answers(
        &cluster,
        &[
            ("ns.dns.cluster.local.", "A", "NOERROR [= A 10.96.0.10]"),
            ("ns.dns.cluster.local.", "AAAA", "NOERROR [= AAAA fd00:96::a]"),
            ("ns.dns.cluster.local.", "SRV", "NOERROR []"),
            ("cluster.local.", "NS", "NOERROR [= NS ns.dns.cluster.local.]"),
        ],
    );
    let start = said(&cluster, "cluster.local.", RecordType::Soa);
    let serial = cluster.revision();
    assert_eq!(
        start,
        format!(
            "NOERROR [cluster.local. SOA ns.dns.cluster.local. hostmaster.cluster.local. \
             {serial} 7200 1800 86400 30]"
        )
    );
    let cluster = odd("- {kind: Service, metadata: {name: kube-dns, namespace: kube-system}, \
         spec: {clusterIP: 10.96.0.53, ports: [{port: 53, protocol: UDP}]}}\n");
    assert_answers(
        &cluster,
        &[
            ("ns.dns.cluster.local.", "A", "NOERROR [= A 10.96.0.53]"),
            ("cluster.local.", "NS", "NOERROR [= NS kube-dns.kube-system.svc.cluster.local.]"),
        ],
    );
}
