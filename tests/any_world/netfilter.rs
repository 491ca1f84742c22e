//! kube-proxy's rules written out chain by chain, as its sync loops write them
//! (pkg/proxy/iptables/proxier.go and pkg/proxy/nftables/proxier.go, v1.36), and walked as
//! the kernel walks them: what `trace` says in short must come to the same.

use super::worlds::world;
use portolan::cluster::{Cluster, Endpoint, Node, Protocol, ProxyMode, Service, ServicePort};
use portolan::trace::{self, Action, Address, Client, Place, Target};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

/// A new connection's first packet.
#[derive(Debug, Clone, Copy)]
struct Packet {
    from: IpAddr,
    to: IpAddr,
    port: u16,
    protocol: Protocol,
    /// A process of the node sent it.
    output: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Pass,
    Reject,
    Drop,
    /// Rewritten to an endpoint, and masqueraded or not.
    Dnat(SocketAddr, bool),
}

/// What a rule asks of a packet.
#[derive(Debug, Clone)]
enum Match {
    Service(IpAddr, Protocol, u16),
    NodePort(Protocol, u16),
    ToLocal,
    From(IpAddr),
    FromRanges(Vec<ipnet::IpNet>),
    FromPods,
    NotFromPods,
    FromLocal,
}

#[derive(Debug, Clone)]
enum Act {
    Jump(String),
    /// As a jump, and what falls out of that chain does not come back.
    Goto(String),
    Mark,
    Dnat(SocketAddr),
    Reject,
    Drop,
}

/// A rule; a random one may be passed by.
#[derive(Debug, Clone)]
struct Rule {
    matches: Vec<Match>,
    act: Act,
    random: bool,
}

#[derive(Debug)]
struct Rules<'a> {
    cluster: &'a Cluster,
    node: &'a Node,
    six: bool,
    chains: BTreeMap<String, Vec<Rule>>,
    /// nftables: set hairpin-connections and set cluster-ips.
    hairpins: BTreeSet<(IpAddr, Protocol, u16)>,
    cluster_ips: BTreeSet<IpAddr>,
}

/// Where a walk of a chain ends.
#[derive(Debug, Default)]
struct Ends {
    hits: Vec<Verdict>,
    /// Masquerade marks of what fell out at the end.
    fallen: BTreeSet<bool>,
    /// As `fallen`, and out of the calling chain too.
    gone: BTreeSet<bool>,
}

/// `CategorizeEndpoints`.
#[derive(Debug, Default)]
struct Usable<'a> {
    cluster: Vec<&'a Endpoint>,
    local: Vec<&'a Endpoint>,
    has_any: bool,
}

impl<'a> Rules<'a> {
    fn new(cluster: &'a Cluster, node: &'a Node, six: bool) -> Self {
        let mut rules = Self {
            cluster,
            node,
            six,
            chains: BTreeMap::new(),
            hairpins: BTreeSet::new(),
            cluster_ips: BTreeSet::new(),
        };
        for service in cluster.services() {
            let ip = service.cluster_ips.iter().find(|ip| ip.is_ipv6() == six);
            let Some(ip) = ip.filter(|_| service.proxied) else { continue };
            for port in &service.ports {
                rules.add_port(service, port, *ip);
            }
        }
        // "This must be the last rule in this chain".
        rules.add("KUBE-SERVICES", vec![Match::ToLocal], Act::Jump("KUBE-NODEPORTS".to_owned()));
        rules
    }

    fn nftables(&self) -> bool {
        self.cluster.settings().proxy_mode == ProxyMode::Nftables
    }

    fn add(&mut self, chain: &str, matches: Vec<Match>, act: Act) {
        let rule = Rule { matches, act, random: false };
        self.chains.entry(chain.to_owned()).or_default().push(rule);
    }

    /// The local detector is for one family: without one there is none.
    fn detects_pods(&self) -> bool {
        self.cluster.settings().cluster_cidr.addr().is_ipv6() == self.six
    }

    fn usable(&self, service: &Service, port: &ServicePort) -> Usable<'a> {
        let all = self.cluster.endpoints(&service.name);
        let all = all.map_or(&[][..], |all| all.of(&port.name, port.protocol));
        let all: Vec<&Endpoint> = all.iter().filter(|e| e.ip.is_ipv6() == self.six).collect();
        let accessible = port.node_port.is_some()
            || self.vips(service).next().is_some()
            || self.external_ips(service).next().is_some();
        let is_local = |e: &&&Endpoint| e.node.as_ref() == Some(&self.node.name);
        let ends = |e: &&&Endpoint| e.serving && e.terminating;
        let mut usable = Usable::default();
        if !service.internal_local || accessible {
            let ready: Vec<&Endpoint> = all.iter().filter(|e| e.ready).copied().collect();
            let for_node = |e: &&&Endpoint| e.for_nodes.contains(&self.node.name);
            let for_zone =
                |e: &&&Endpoint| e.for_zones.iter().any(|zone| **zone == *self.node.zone());
            let nodes = ready.iter().all(|e| !e.for_nodes.is_empty());
            let zones = ready.iter().all(|e| !e.for_zones.is_empty());
            usable.cluster = if nodes && ready.iter().any(|e| for_node(&e)) {
                ready.iter().filter(for_node).copied().collect()
            } else if zones && ready.iter().any(|e| for_zone(&e)) {
                ready.iter().filter(for_zone).copied().collect()
            } else {
                ready
            };
            if usable.cluster.is_empty() {
                usable.cluster = all.iter().filter(ends).copied().collect();
            }
            usable.has_any = !usable.cluster.is_empty();
        }
        if service.internal_local || (service.external_local && accessible) {
            usable.has_any |= all.iter().any(|e| e.ready || ends(&e));
            usable.local = all.iter().filter(is_local).filter(|e| e.ready).copied().collect();
            if usable.local.is_empty() {
                usable.local = all.iter().filter(is_local).filter(ends).copied().collect();
            }
        }
        usable
    }

    fn vips<'s>(&self, service: &'s Service) -> impl Iterator<Item = IpAddr> + use<'s> {
        let six = self.six;
        service.vips().filter(move |ip| ip.is_ipv6() == six)
    }

    fn external_ips<'s>(&self, service: &'s Service) -> impl Iterator<Item = IpAddr> + use<'s> {
        let six = self.six;
        service.external_ips.iter().copied().filter(move |ip| ip.is_ipv6() == six)
    }

    fn add_port(&mut self, service: &Service, port: &ServicePort, cluster_ip: IpAddr) {
        let (protocol, number) = (port.protocol, port.port);
        let usable = self.usable(service, port);
        let base = format!("{}:{}", service.name, port.name);
        let [svc, svl, ext, fw] = ["SVC", "SVL", "EXT", "FW"].map(|kind| format!("{kind} {base}"));
        let chosen = |local: bool| if local { svl.clone() } else { svc.clone() };
        let has_internal = usable.has_any && !(service.internal_local && usable.local.is_empty());
        let has_external = usable.has_any && !(service.external_local && usable.local.is_empty());
        let stop =
            |has: bool| (!has).then_some(if usable.has_any { Act::Drop } else { Act::Reject });
        let nftables = self.nftables();
        let jump = |chain: &str| {
            if nftables { Act::Goto(chain.to_owned()) } else { Act::Jump(chain.to_owned()) }
        };
        let to = |ip: IpAddr| vec![Match::Service(ip, protocol, number)];
        self.cluster_ips.insert(cluster_ip);

        match stop(has_internal) {
            None => {
                self.add("KUBE-SERVICES", to(cluster_ip), jump(&chosen(service.internal_local)))
            }
            Some(act) => self.add("filter services", to(cluster_ip), act),
        }
        let ranges: Vec<ipnet::IpNet> = service
            .source_ranges
            .iter()
            .filter(|range| range.addr().is_ipv6() == self.six)
            .copied()
            .collect();
        let vips: Vec<IpAddr> = self.vips(service).collect();
        let fenced = !ranges.is_empty() && !vips.is_empty();
        let uses_firewall = fenced && (usable.has_any || nftables);
        let outer = self.external_ips(service).map(|ip| (ip, false));
        let outer: Vec<(IpAddr, bool)> = outer.chain(vips.iter().map(|ip| (*ip, true))).collect();
        for (ip, is_vip) in outer {
            if usable.has_any {
                let by_firewall = is_vip && uses_firewall && !nftables;
                self.add("KUBE-SERVICES", to(ip), jump(if by_firewall { &fw } else { &ext }));
            }
            if is_vip && uses_firewall && !nftables {
                self.add("KUBE-PROXY-FIREWALL", to(ip), Act::Drop);
            }
            if is_vip && uses_firewall && nftables {
                self.add("firewall-check", to(ip), Act::Jump(fw.clone()));
            }
            if let Some(act) = stop(has_external) {
                self.add("filter external", to(ip), act);
            }
        }
        if let Some(node_port) = port.node_port {
            let at = vec![Match::NodePort(protocol, node_port)];
            if usable.has_any {
                self.add("KUBE-NODEPORTS", at.clone(), jump(&ext));
            }
            if let Some(act) = stop(has_external) {
                self.add("filter nodeports", [vec![Match::ToLocal], at].concat(), act);
            }
        }

        if has_internal && self.detects_pods() {
            let strangers = [to(cluster_ip), vec![Match::NotFromPods]].concat();
            self.add(&chosen(service.internal_local), strangers, Act::Mark);
        }
        if usable.has_any {
            if !service.external_local {
                self.add(&ext, vec![], Act::Mark);
            } else {
                if self.detects_pods() {
                    self.add(&ext, vec![Match::FromPods], jump(&svc));
                }
                self.add(&ext, vec![Match::FromLocal], Act::Mark);
                self.add(&ext, vec![Match::FromLocal], jump(&svc));
            }
            if has_external {
                self.add(&ext, vec![], jump(&chosen(service.external_local)));
            }
        }
        if uses_firewall {
            let inside = vec![Match::FromRanges(ranges)];
            if nftables {
                // Sources that differ are dropped: those inside return, the rest goes on.
                self.add(&fw, inside, Act::Goto("accept".to_owned()));
                self.add(&fw, vec![], Act::Drop);
            } else {
                self.add(&fw, inside, Act::Jump(ext));
            }
        }
        for (chain, endpoints) in [(svc, &usable.cluster), (svl, &usable.local)] {
            for (idx, endpoint) in endpoints.iter().enumerate() {
                let own = format!("SEP {base} {}:{}", endpoint.ip, endpoint.port);
                let last = idx + 1 == endpoints.len();
                let rule = Rule { matches: vec![], act: jump(&own), random: !last };
                self.chains.entry(chain.clone()).or_default().push(rule);
            }
        }
        for endpoint in usable.cluster.iter().chain(&usable.local) {
            let own = format!("SEP {base} {}:{}", endpoint.ip, endpoint.port);
            if nftables && endpoint.node.as_ref() == Some(&self.node.name) {
                self.hairpins.insert((endpoint.ip, protocol, endpoint.port));
            }
            if !nftables {
                self.add(&own, vec![Match::From(endpoint.ip)], Act::Mark);
            }
            self.add(&own, vec![], Act::Dnat(SocketAddr::new(endpoint.ip, endpoint.port)));
        }
    }

    fn is_local(&self, packet: &Packet) -> bool {
        self.node.ips.contains(&packet.to) || packet.to.is_loopback()
    }

    fn opens_node_ports(&self, ip: IpAddr) -> bool {
        if self.nftables() {
            return self.node.ips.iter().find(|own| own.is_ipv6() == self.six) == Some(&ip);
        }
        self.node.ips.contains(&ip) || (ip.is_loopback() && ip.is_ipv4())
    }

    fn fits(&self, what: &Match, packet: &Packet) -> bool {
        let pods = self.cluster.settings().cluster_cidr;
        match what {
            Match::Service(ip, protocol, port) => {
                (*ip, *protocol, *port) == (packet.to, packet.protocol, packet.port)
            }
            Match::NodePort(protocol, port) => (*protocol, *port) == (packet.protocol, packet.port),
            Match::ToLocal => self.opens_node_ports(packet.to),
            Match::From(ip) => packet.from == *ip,
            Match::FromRanges(ranges) => ranges.iter().any(|range| range.contains(&packet.from)),
            Match::FromPods => pods.contains(&packet.from),
            Match::NotFromPods => !pods.contains(&packet.from),
            Match::FromLocal => self.node.ips.contains(&packet.from) || packet.from.is_loopback(),
        }
    }

    fn walk(&self, chain: &str, packet: &Packet, mark: bool) -> Ends {
        let mut ends = Ends { fallen: BTreeSet::from([mark]), ..Ends::default() };
        for rule in self.chains.get(chain).into_iter().flatten() {
            if !rule.matches.iter().all(|what| self.fits(what, packet)) {
                continue;
            }
            let marks =
                if rule.random { ends.fallen.clone() } else { std::mem::take(&mut ends.fallen) };
            for mark in marks {
                match &rule.act {
                    Act::Mark => {
                        ends.fallen.insert(true);
                    }
                    Act::Reject => ends.hits.push(Verdict::Reject),
                    Act::Drop => ends.hits.push(Verdict::Drop),
                    Act::Dnat(to) => ends.hits.push(Verdict::Dnat(*to, mark)),
                    Act::Jump(next) => {
                        let below = self.walk(next, packet, mark);
                        ends.hits.extend(below.hits);
                        ends.fallen.extend(below.fallen);
                        ends.fallen.extend(below.gone);
                    }
                    Act::Goto(next) => {
                        let below = self.walk(next, packet, mark);
                        ends.hits.extend(below.hits);
                        ends.gone.extend(below.fallen);
                        ends.gone.extend(below.gone);
                    }
                }
            }
        }
        ends
    }

    /// The first verdict of filter chains, in the order of the hooks.
    fn filter(&self, chains: &[&str], packet: &Packet) -> Option<Verdict> {
        chains.iter().find_map(|chain| self.walk(chain, packet, false).hits.into_iter().next())
    }

    fn verdicts(&self, packet: &Packet) -> BTreeSet<Verdict> {
        if self.nftables()
            && let Some(drop) = self.filter(&["firewall-check"], packet)
        {
            return BTreeSet::from([drop]);
        }
        let nat = self.walk("KUBE-SERVICES", packet, false);
        let mut verdicts: BTreeSet<Verdict> = nat.hits.into_iter().collect();
        for verdict in std::mem::take(&mut verdicts) {
            verdicts.insert(match verdict {
                Verdict::Dnat(to, mark) => {
                    let hairpin = packet.from == to.ip()
                        && self.hairpins.contains(&(to.ip(), packet.protocol, to.port()));
                    Verdict::Dnat(to, mark || hairpin)
                }
                other => other,
            });
        }
        if !nat.fallen.is_empty() || !nat.gone.is_empty() {
            verdicts.insert(self.filter_hooks(packet).unwrap_or(Verdict::Pass));
        }
        verdicts
    }

    /// What was not rewritten passes the filter chains of its hooks.
    fn filter_hooks(&self, packet: &Packet) -> Option<Verdict> {
        let input: &[&str] = &["KUBE-PROXY-FIREWALL", "filter external", "filter nodeports"];
        if self.nftables() {
            let check: &[&str] = &["filter services", "filter external"];
            let mut found = None;
            if packet.output || !self.is_local(packet) {
                found = self.filter(check, packet).or_else(|| self.check_cluster_ips(packet));
            }
            if self.is_local(packet) {
                found = found
                    .or_else(|| self.filter(&["filter nodeports", check[0], check[1]], packet));
            }
            return found;
        }
        let forward: &[&str] =
            &["KUBE-PROXY-FIREWALL", "filter services", "filter external", "filter nodeports"];
        let output: &[&str] = &["KUBE-PROXY-FIREWALL", "filter services"];
        match (packet.output, self.is_local(packet)) {
            (true, false) => self.filter(output, packet),
            (true, true) => self.filter(output, packet).or_else(|| self.filter(input, packet)),
            (false, true) => self.filter(input, packet),
            (false, false) => self.filter(forward, packet),
        }
    }

    fn check_cluster_ips(&self, packet: &Packet) -> Option<Verdict> {
        if self.cluster_ips.contains(&packet.to) {
            return Some(Verdict::Reject);
        }
        let ranges = &self.cluster.settings().service_cidrs;
        ranges.iter().any(|range| range.contains(&packet.to)).then_some(Verdict::Drop)
    }
}

/// What `trace` says of the packet at the first node that it comes to.
fn told(cluster: &Cluster, client: &Client, target: &Target) -> BTreeSet<Verdict> {
    let trace = trace::trace(cluster, client, target).unwrap();
    let first = |way: &trace::Way| {
        let at_node =
            |hop: &&trace::Hop| matches!(hop.at, Place::Node { .. }) && hop.action != Action::Send;
        let Some(hop) = way.hops.iter().find(at_node) else { return Verdict::Pass };
        match hop.action {
            Action::Dnat { .. } => Verdict::Dnat(
                SocketAddr::new(hop.to_after.ip, hop.to_after.port),
                hop.from != hop.from_after,
            ),
            // What listens nowhere is refused by no rule.
            Action::Refuse if hop.rule.is_empty() => Verdict::Pass,
            Action::Refuse => Verdict::Reject,
            Action::Drop => Verdict::Drop,
            _ => Verdict::Pass,
        }
    };
    trace.ways.iter().map(first).collect()
}

/// Clients, the node that their packets come to first, and whether it is their own process.
fn senders(cluster: &Cluster) -> Vec<(Client, Node, Vec<IpAddr>, bool)> {
    let mut senders = Vec::new();
    for node in cluster.nodes() {
        let client = Client::Node(node.name.to_string());
        senders.push((client, (**node).clone(), node.ips.to_vec(), true));
    }
    for pod in cluster.pods().filter(|pod| !pod.host_network()) {
        let node = pod.node.as_deref().and_then(|name| cluster.node(name));
        let client = Client::Pod {
            namespace: pod.name.namespace.to_string(),
            name: pod.name.name.to_string(),
        };
        if let Some(node) = node {
            senders.push((client, (**node).clone(), pod.ips.to_vec(), false));
        }
    }
    senders
}

fn destinations(cluster: &Cluster) -> BTreeSet<(IpAddr, u16)> {
    let mut all = BTreeSet::new();
    let node_ips: Vec<IpAddr> = cluster.nodes().flat_map(|node| node.ips.to_vec()).collect();
    for service in cluster.services() {
        let vips = service.ingress.iter().filter_map(|ingress| ingress.ip);
        for ip in
            service.cluster_ips.iter().copied().chain(service.external_ips.clone()).chain(vips)
        {
            all.extend([(ip, 80), (ip, 81)]);
            all.extend(service.ports.iter().filter_map(|port| Some((ip, port.node_port?))));
        }
        for port in service.ports.iter().filter_map(|port| port.node_port) {
            all.extend(node_ips.iter().map(|ip| (*ip, port)));
            all.insert((IpAddr::from([127, 0, 0, 1]), port));
        }
    }
    all.extend(["10.96.200.7", "fd00:96::7"].map(|ip| (ip.parse().unwrap(), 80)));
    all
}

proptest! {
    #[test]
    fn the_rules_written_out_come_to_what_traces_say(world in world()) {
        let mut world = world;
        // Policies are no rules of kube-proxy's.
        if let Some(objects) = world["objects"].as_array_mut() {
            objects.retain(|object| object["kind"] != "NetworkPolicy");
        }
        let (cluster, _) = Cluster::from_world(&world.to_string()).unwrap();
        let mut n_node_ips = BTreeMap::new();
        for ip in cluster.nodes().flat_map(|node| node.ips.to_vec()) {
            *n_node_ips.entry(ip).or_insert(0) += 1;
        }
        for (client, node, ips, output) in senders(&cluster) {
            for (to, port) in destinations(&cluster) {
                let own = ips.iter().find(|ip| ip.is_ipv6() == to.is_ipv6());
                // What has no address to send from, or stays with its sender, meets no rules.
                let Some(own) = own.filter(|_| output || !to.is_loopback()) else { continue };
                let node_ip = node.ips.iter().find(|ip| ip.is_ipv6() == to.is_ipv6());
                let shared = n_node_ips.values().any(|n| *n > 1);
                let (Some(node_ip), false, false) = (node_ip, shared, ips.contains(&to) && !output)
                else { continue };
                let from = if to.is_loopback() { to } else { *own };
                for protocol in [Protocol::Tcp, Protocol::Udp] {
                    let packet = Packet { from, to, port, protocol, output };
                    let rules = Rules::new(&cluster, &node, to.is_ipv6());
                    let expected: BTreeSet<Verdict> = rules
                        .verdicts(&packet)
                        .into_iter()
                        .map(|verdict| match verdict {
                            // A masquerade to the address that it has is none.
                            Verdict::Dnat(to, mark) => Verdict::Dnat(to, mark && from != *node_ip),
                            other => other,
                        })
                        .collect();
                    let target = Target { address: Address::Ip(to), port, protocol };
                    prop_assert_eq!(
                        told(&cluster, &client, &target), expected, "{} to {}", client, target
                    );
                }
            }
        }
    }
}
