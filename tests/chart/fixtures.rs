//! Stages and traces made by hand, with a cluster of three nodes.

use portolan::chart::{Stage, StageBalancer, StageNode, StagePod, StageService};
use portolan::trace::{
    Action, Choice, Client, Direction, FieldRef, Hop, Outcome, Place, Protocol, Reason, ReasonCode,
    SeenSource, Socket, Trace, Way,
};

pub(crate) fn socket(text: &str) -> Socket {
    let address: std::net::SocketAddr = text.parse().expect("a socket address");
    Socket { ip: address.ip(), port: address.port() }
}

pub(crate) fn node(name: &str) -> Place {
    Place::Node { name: name.into() }
}

pub(crate) fn pod(name: &str) -> Place {
    Place::Pod { namespace: "default".into(), name: name.into() }
}

pub(crate) fn field(object: &str, field: &str) -> FieldRef {
    FieldRef { object: object.into(), field: field.into() }
}

fn stage_pod(name: &str, node: &str, ip: &str, ready: bool, endpoint: bool) -> StagePod {
    StagePod {
        namespace: "default".into(),
        name: name.into(),
        node: Some(node.into()),
        ip: ip.parse().ok(),
        ready,
        ports: if name.starts_with("cli") { Vec::new() } else { vec!["8080/TCP".into()] },
        endpoint,
        labels: if name.starts_with("web") { "app=web".into() } else { String::new() },
    }
}

pub(crate) fn stage(kind: &str) -> Stage {
    let nodes = [("node1", "172.18.0.11"), ("node2", "172.18.0.12"), ("node3", "172.18.0.13")];
    Stage {
        nodes: nodes
            .iter()
            .map(|(name, ip)| StageNode {
                name: (*name).into(),
                ip: ip.parse().ok(),
                n_more_pods: 0,
            })
            .collect(),
        pods: vec![
            stage_pod("web-a", "node1", "10.244.1.10", true, true),
            stage_pod("web-b", "node2", "10.244.2.10", true, true),
            stage_pod("web-c", "node2", "10.244.2.11", false, true),
            stage_pod("solo", "node3", "10.244.3.10", true, false),
            stage_pod("cli1", "node1", "10.244.1.20", true, false),
            stage_pod("cli3", "node3", "10.244.3.20", true, false),
        ],
        external: "172.18.0.100".parse().ok(),
        balancer: (kind == "LoadBalancer")
            .then(|| StageBalancer { ip: "203.0.113.10".parse().ok() }),
        service: Some(StageService {
            name: "web".into(),
            kind: kind.into(),
            cluster_ip: (kind != "headless" && kind != "ExternalName")
                .then(|| "10.96.0.20".parse().ok())
                .flatten(),
            ports: vec![if kind == "NodePort" { "80:30080 → 8080" } else { "80 → 8080" }.into()],
            sticky: false,
            facts: vec![("selector".into(), "app=web".into())],
        }),
        proxy_mode: "iptables".into(),
    }
}

/// Builds a way hop by hop, keeping the packet's addresses.
pub(crate) struct Walk {
    from: Socket,
    to: Socket,
    direction: Direction,
    hops: Vec<Hop>,
}

impl Walk {
    pub(crate) fn new(from: &str, to: &str) -> Self {
        Self { from: socket(from), to: socket(to), direction: Direction::Request, hops: Vec::new() }
    }

    pub(crate) fn hop(mut self, at: Place, action: Action, say: &str) -> Self {
        self.push(at, action, None, None, say);
        self
    }

    fn push(&mut self, at: Place, action: Action, from: Option<&str>, to: Option<&str>, say: &str) {
        let (from, to) = (from.map_or(self.from, socket), to.map_or(self.to, socket));
        self.hops.push(Hop {
            at,
            direction: self.direction,
            action,
            from: self.from,
            to: self.to,
            from_after: from,
            to_after: to,
            rule: String::new(),
            because: None,
            choice: None,
            say: say.into(),
        });
        (self.from, self.to) = (from, to);
    }

    pub(crate) fn dnat(mut self, at: Place, to: &str, from: Option<&str>, say: &str) -> Self {
        self.push(at, Action::Dnat { snat: from.is_some() }, from, Some(to), say);
        self
    }

    pub(crate) fn undo(mut self, at: Place, from: &str, to: Option<&str>, say: &str) -> Self {
        self.push(at, Action::Undo, Some(from), to, say);
        self
    }

    pub(crate) fn rule(mut self, rule: &str, object: &str, name: &str) -> Self {
        let hop = self.hops.last_mut().expect("a hop");
        hop.rule = rule.into();
        hop.because = Some(field(object, name));
        self
    }

    pub(crate) fn choice(mut self, of: &[&str], picked: usize, why: &str) -> Self {
        let of = of.iter().map(|one| (*one).to_owned()).collect();
        self.hops.last_mut().expect("a hop").choice = Some(Choice { of, picked, why: why.into() });
        self
    }

    pub(crate) fn turn(mut self) -> Self {
        self.direction = Direction::Reply;
        std::mem::swap(&mut self.from, &mut self.to);
        self
    }

    pub(crate) fn ok(self, pod: &str, source: SeenSource, p: f64) -> Way {
        Way {
            outcome: Outcome::Ok,
            pod: Some(pod.into()),
            source: Some(source),
            pod_port: Some(8080),
            p,
            reason: Reason {
                code: ReasonCode::Delivered,
                say: format!("{pod} answers, and the answer finds its way back."),
                look_at: None,
            },
            hops: self.hops,
        }
    }

    pub(crate) fn fails(
        self,
        outcome: Outcome,
        code: ReasonCode,
        say: &str,
        look_at: Option<FieldRef>,
    ) -> Way {
        Way {
            outcome,
            pod: None,
            source: None,
            pod_port: None,
            p: 1.0,
            reason: Reason { code, say: say.into(), look_at },
            hops: self.hops,
        }
    }
}

pub(crate) fn trace(client: Client, target: &str, ways: Vec<Way>) -> Trace {
    Trace { client, target: target.into(), protocol: Protocol::Tcp, ways }
}

pub(crate) fn pod_client(name: &str) -> Client {
    Client::Pod { namespace: "default".into(), name: name.into() }
}

const BOTH: [&str; 2] = ["web-a 10.244.1.10:8080", "web-b 10.244.2.10:8080"];

/// A Pod asks a clusterIP by name; the endpoint is on another node.
pub(crate) fn cluster_ip() -> (Stage, Trace) {
    let way = Walk::new("10.244.3.20:41000", "10.96.0.20:80")
        .hop(pod("cli3"), Action::Resolve, "cli3 asks the DNS for web.")
        .hop(Place::Dns, Action::Resolve, "The DNS answers with the clusterIP 10.96.0.20.")
        .hop(pod("cli3"), Action::Send, "cli3 sends to the Service's virtual IP, which no machine has.")
        .dnat(node("node3"), "10.244.2.10:8080", None,
            "The rules on cli3's own node put an endpoint in place of the clusterIP, before the packet leaves the node.")
        .rule("KUBE-SVC: one of 2 endpoints", "service/web", "spec.selector")
        .choice(&BOTH, 1, "2 of 3 endpoints are ready")
        .hop(node("node2"), Action::Forward, "node2 routes it to its Pod.")
        .hop(pod("web-b"), Action::Deliver, "web-b listens on 8080 and answers. It sees cli3's own address.")
        .turn()
        .hop(node("node2"), Action::Forward, "The answer goes to cli3's address.")
        .undo(node("node3"), "10.96.0.20:80", None, "conntrack puts the clusterIP back as the sender: cli3 never saw the Pod's address.")
        .hop(pod("cli3"), Action::Deliver, "cli3 has its answer.")
        .ok("web-b", SeenSource::Pod("cli3".into()), 0.5);
    (stage("ClusterIP"), trace(pod_client("cli3"), "web:80", vec![way]))
}

/// From outside to a node that runs no Pod of the Service.
pub(crate) fn node_port() -> (Stage, Trace) {
    let way = Walk::new("172.18.0.100:51544", "172.18.0.13:30080")
        .hop(Place::Outside, Action::Send, "The client outside sends to node3's own address and the nodePort.")
        .dnat(node("node3"), "10.244.1.10:8080", Some("172.18.0.13:28731"),
            "node3 runs no web Pod, and still it answers: it puts an endpoint in place of its own address, and its own address in place of the client's.")
        .rule("KUBE-EXT, KUBE-SVC: one of 2 endpoints", "service/web", "spec.externalTrafficPolicy")
        .choice(&BOTH, 0, "2 of 3 endpoints are ready")
        .hop(node("node1"), Action::Forward, "node1 routes it to its Pod.")
        .hop(pod("web-a"), Action::Deliver, "web-a listens on 8080 and answers. It sees node3's address, not the client's.")
        .turn()
        .hop(node("node1"), Action::Forward, "The answer goes to node3, which the Pod takes for the client.")
        .undo(node("node3"), "172.18.0.13:30080", Some("172.18.0.100:51544"), "conntrack undoes both: the answer comes from where the client sent its packet.")
        .hop(Place::Outside, Action::Deliver, "The client has its answer.")
        .ok("web-a", SeenSource::Node("node3".into()), 0.5);
    (stage("NodePort"), trace(Client::External, "node3:30080", vec![way]))
}

/// From outside over a balancer, policy Local: the client's address is kept.
pub(crate) fn load_balancer() -> (Stage, Trace) {
    let way = Walk::new("172.18.0.100:51544", "203.0.113.10:80")
        .hop(Place::Outside, Action::Send, "The client outside sends to the balancer's address.")
        .hop(
            Place::Balancer,
            Action::Forward,
            "The balancer passes it to a node that has an endpoint.",
        )
        .dnat(
            node("node1"),
            "10.244.1.10:8080",
            None,
            "Policy Local: only this node's endpoint may answer, and the client's address stays.",
        )
        .rule("KUBE-XLB: 1 local endpoint", "service/web", "spec.externalTrafficPolicy")
        .choice(&BOTH[..1], 0, "1 of 2 endpoints is on this node")
        .hop(pod("web-a"), Action::Deliver, "web-a answers, and sees the client's own address.")
        .turn()
        .undo(
            node("node1"),
            "203.0.113.10:80",
            None,
            "The balancer's address becomes the sender again.",
        )
        .hop(Place::Outside, Action::Deliver, "The client has its answer.")
        .ok("web-a", SeenSource::External, 1.0);
    (stage("LoadBalancer"), trace(Client::External, "lb/web:80", vec![way]))
}

/// A Pod asks a headless Service: the DNS gives the Pods themselves. Same node.
pub(crate) fn headless() -> (Stage, Trace) {
    let way = Walk::new("10.244.1.20:41000", "10.244.1.10:8080")
        .hop(pod("cli1"), Action::Resolve, "cli1 asks the DNS for web.")
        .hop(
            Place::Dns,
            Action::Resolve,
            "A headless Service has no address of its own: the DNS answers with its ready Pods.",
        )
        .choice(&BOTH, 0, "the addresses of 2 ready Pods")
        .hop(pod("cli1"), Action::Send, "cli1 sends straight to the Pod.")
        .hop(
            node("node1"),
            Action::Forward,
            "No rule is asked: the packet goes to a Pod's own address.",
        )
        .hop(pod("web-a"), Action::Deliver, "web-a answers.")
        .turn()
        .hop(node("node1"), Action::Forward, "Straight back.")
        .hop(pod("cli1"), Action::Deliver, "cli1 has its answer.")
        .ok("web-a", SeenSource::Pod("cli1".into()), 0.5);
    (stage("headless"), trace(pod_client("cli1"), "web:8080", vec![way]))
}

/// A CNAME to a name outside.
pub(crate) fn external_name() -> (Stage, Trace) {
    let way = Walk::new("10.244.1.20:41000", "203.0.113.80:443")
        .hop(pod("cli1"), Action::Resolve, "cli1 asks the DNS for web.")
        .hop(
            Place::Dns,
            Action::Resolve,
            "The DNS answers with another name: api.example.com, which is 203.0.113.80.",
        )
        .rule("CNAME api.example.com.", "service/web", "spec.externalName")
        .hop(pod("cli1"), Action::Send, "cli1 sends to that address; no Service is asked any more.")
        .dnat(
            node("node1"),
            "203.0.113.80:443",
            Some("172.18.0.11:41000"),
            "Leaving the cluster, it takes the node's address.",
        )
        .hop(Place::Outside, Action::Deliver, "The server outside answers.")
        .turn()
        .undo(
            node("node1"),
            "203.0.113.80:443",
            Some("10.244.1.20:41000"),
            "The answer gets the Pod's address back.",
        )
        .hop(pod("cli1"), Action::Deliver, "cli1 has its answer.")
        .ok("api.example.com", SeenSource::Node("node1".into()), 1.0);
    (stage("ExternalName"), trace(pod_client("cli1"), "web:443", vec![way]))
}

/// The selector matches nothing.
pub(crate) fn no_endpoints() -> (Stage, Trace) {
    let way = Walk::new("172.18.0.100:51544", "172.18.0.11:30080")
        .hop(
            Place::Outside,
            Action::Send,
            "The client outside sends to node1's own address and the nodePort.",
        )
        .hop(
            node("node1"),
            Action::Refuse,
            "The rules know the port, but there is no endpoint to send it to: refused.",
        )
        .rule("KUBE-EXTERNAL-SERVICES: REJECT, no endpoints", "service/web", "spec.selector")
        .fails(
            Outcome::Refused,
            ReasonCode::NoEndpoints,
            "The Service selects no Pod: its selector app=wbe matches no Pod's labels.",
            Some(field("service/web", "spec.selector")),
        );
    let mut stage = stage("NodePort");
    stage.pods.iter_mut().for_each(|pod| pod.endpoint = false);
    (stage, trace(Client::External, "node1:30080", vec![way]))
}

/// The Pod does not listen on the targetPort.
pub(crate) fn refused_at_pod() -> (Stage, Trace) {
    let way = Walk::new("10.244.1.20:41000", "10.96.0.20:80")
        .hop(pod("cli1"), Action::Send, "cli1 sends to the clusterIP.")
        .dnat(node("node1"), "10.244.1.10:9999", None, "An endpoint takes the clusterIP's place.")
        .rule("KUBE-SVC: one of 2 endpoints", "service/web", "spec.ports[0].targetPort")
        .choice(
            &["web-a 10.244.1.10:9999", "web-b 10.244.2.10:9999"],
            0,
            "2 of 3 endpoints are ready",
        )
        .hop(
            pod("web-a"),
            Action::Refuse,
            "Nothing in web-a listens on 9999, so its kernel refuses.",
        )
        .fails(
            Outcome::Refused,
            ReasonCode::NothingListens,
            "web-a listens on 8080, not on 9999, where the Service sends.",
            Some(field("service/web", "spec.ports[0].targetPort")),
        );
    (stage("ClusterIP"), trace(pod_client("cli1"), "service/web:80", vec![way]))
}

/// No route from outside to a clusterIP.
pub(crate) fn timeout() -> (Stage, Trace) {
    let way = Walk::new("172.18.0.100:51544", "10.96.0.20:80")
        .hop(Place::Outside, Action::Send, "The client outside sends to the clusterIP.")
        .hop(Place::Network, Action::Drop, "No machine outside knows a way to 10.96.0.20.")
        .fails(Outcome::Timeout, ReasonCode::NoRoute,
            "A clusterIP exists in the rules of the nodes only: the network outside has no route to it.",
            Some(field("service/web", "spec.type")));
    (stage("ClusterIP"), trace(Client::External, "service/web:80", vec![way]))
}

/// No such name.
pub(crate) fn unresolved() -> (Stage, Trace) {
    let way = Walk::new("10.244.1.20:41000", "10.96.0.10:53")
        .hop(pod("cli1"), Action::Resolve, "cli1 asks the DNS for wbe.")
        .hop(
            Place::Dns,
            Action::Resolve,
            "There is no Service wbe in the namespace default: NXDOMAIN.",
        )
        .fails(
            Outcome::Unresolved,
            ReasonCode::NoSuchName,
            "There is no Service called wbe in the namespace default.",
            Some(field("service/wbe", "metadata.name")),
        );
    (stage("ClusterIP"), trace(pod_client("cli1"), "wbe:80", vec![way]))
}

/// Policy Local at a node without an endpoint.
pub(crate) fn local_policy() -> (Stage, Trace) {
    let way = Walk::new("172.18.0.100:51544", "172.18.0.13:30080")
        .hop(
            Place::Outside,
            Action::Send,
            "The client outside sends to node3's own address and the nodePort.",
        )
        .hop(
            node("node3"),
            Action::Drop,
            "Policy Local: node3 has no endpoint of its own and may not ask another node.",
        )
        .rule(
            "KUBE-EXTERNAL-SERVICES: DROP, no local endpoints",
            "service/web",
            "spec.externalTrafficPolicy",
        )
        .fails(
            Outcome::Timeout,
            ReasonCode::LocalPolicyNoLocalEndpoint,
            "Under policy Local only nodes with a ready endpoint answer, and node3 has none.",
            Some(field("service/web", "spec.externalTrafficPolicy")),
        );
    (stage("NodePort"), trace(Client::External, "node3:30080", vec![way]))
}

/// Not in the source ranges.
pub(crate) fn source_range() -> (Stage, Trace) {
    let way = Walk::new("172.18.0.100:51544", "203.0.113.10:80")
        .hop(Place::Outside, Action::Send, "The client outside sends to the balancer's address.")
        .hop(Place::Balancer, Action::Forward, "The balancer passes it to node1.")
        .hop(node("node1"), Action::Drop, "172.18.0.100 is in none of the ranges: dropped.")
        .rule("KUBE-FW: DROP", "service/web", "spec.loadBalancerSourceRanges")
        .fails(
            Outcome::Timeout,
            ReasonCode::SourceRange,
            "The client's address is in none of the Service's source ranges.",
            Some(field("service/web", "spec.loadBalancerSourceRanges")),
        );
    (stage("LoadBalancer"), trace(Client::External, "lb/web:80", vec![way]))
}

/// The reply goes another way than the packet came.
pub(crate) fn reply_lost() -> (Stage, Trace) {
    let way = Walk::new("10.244.1.20:41000", "172.18.0.13:30080")
        .hop(pod("cli1"), Action::Send, "cli1 sends to node3's address and the nodePort.")
        .hop(node("node1"), Action::Forward, "node1 routes it to node3.")
        .dnat(node("node3"), "10.244.2.10:8080", None, "Policy Local, but a Pod's packet counts as from inside: any endpoint, and no SNAT.")
        .rule("KUBE-EXT: pod traffic", "service/web", "spec.externalTrafficPolicy")
        .choice(&BOTH, 1, "2 of 3 endpoints are ready")
        .hop(pod("web-b"), Action::Deliver, "web-b answers cli1's own address.")
        .turn()
        .hop(node("node2"), Action::Forward, "The answer goes straight to node1, not over node3.")
        .hop(pod("cli1"), Action::Drop, "cli1 never sent anything to web-b: it drops the answer.")
        .fails(Outcome::Timeout, ReasonCode::ReplyLost,
            "The answer returns by another way than the packet came, so nobody undoes the rewriting.",
            Some(field("service/web", "spec.externalTrafficPolicy")));
    (stage("NodePort"), trace(pod_client("cli1"), "node3:30080", vec![way]))
}

pub(crate) type Make = fn() -> (Stage, Trace);

pub(crate) type Case = (&'static str, Make);

/// Every fixture by name.
pub(crate) const ALL: [Case; 12] = [
    ("clusterip", cluster_ip),
    ("nodeport", node_port),
    ("loadbalancer", load_balancer),
    ("headless", headless),
    ("externalname", external_name),
    ("no-endpoints", no_endpoints),
    ("refused-at-pod", refused_at_pod),
    ("timeout", timeout),
    ("unresolved", unresolved),
    ("local-policy", local_policy),
    ("source-range", source_range),
    ("reply-lost", reply_lost),
];

pub(crate) fn by_name(name: &str) -> Make {
    ALL.iter().find(|case| case.0 == name).expect("a fixture of that name").1
}
