//! Where a packet arrives: at a Pod, at a node itself, outside, or nowhere.

use super::model::{Action, Hop, Outcome, Place, Reason, ReasonCode, Socket};
use super::packet::{
    MASQUERADE_PORT, Nat, Origin, Packet, hop, node_ip_like, node_place, pod_place,
};
use super::policy::{self, Ends, Side};
use super::proxy::Stop;
use super::reply::Responder;
use super::walk::Walk;
use super::why::{self, field, reason};
use crate::cluster::{Name, Node, Pod};
use std::sync::Arc;

/// A Pod whose policies let a connection not pass.
pub(super) struct Denied {
    pod: Arc<Pod>,
    ingress: bool,
    policies: Vec<Name>,
}

impl Walk<'_> {
    /// The sender's own policies, asked on its node once kube-proxy has chosen.
    pub(super) fn egress_denied(&self, packet: &Packet, node: &Node) -> Option<Denied> {
        let Origin::Pod(pod, Some(own)) = &self.origin else { return None };
        // Asked once, on the way out.
        if own.name != node.name || packet.from_here != packet.sent_from {
            return None;
        }
        let ends = Ends { peer: packet.to.ip, port: packet.to.port, protocol: self.protocol };
        let policies = policy::forbids(self.cluster, pod, Side::Egress, ends)?;
        Some(Denied { pod: pod.clone(), ingress: false, policies })
    }

    /// The reached Pod's policies, asked on its node.
    pub(super) fn ingress_denied(&self, packet: &Packet, pod: &Arc<Pod>) -> Option<Denied> {
        let ends =
            Ends { peer: packet.from_here.ip, port: packet.to.port, protocol: self.protocol };
        let policies = policy::forbids(self.cluster, pod, Side::Ingress, ends)?;
        Some(Denied { pod: pod.clone(), ingress: true, policies })
    }

    pub(super) fn denied(&mut self, mut packet: Packet, node: &Arc<Node>, denied: Denied) {
        let reason = why::forbidden(&denied.pod, denied.ingress, &denied.policies);
        self.tell(&mut packet, |packet| Hop {
            rule: "NetworkPolicy".to_owned(),
            because: reason.look_at.clone(),
            say: format!("{} drops the packet: {}", node.name, reason.say),
            ..hop(node_place(node), Action::Drop, packet)
        });
        self.end(packet, Outcome::Timeout, None, reason);
    }

    pub(super) fn deliver_pod(
        &mut self,
        mut packet: Packet,
        pod: &Arc<Pod>,
        node: Option<&Arc<Node>>,
    ) {
        let port = packet.to.port;
        let responder = Responder::Pod(pod.clone(), node.cloned());
        if !self.cluster.listens(pod, port, self.protocol) {
            let headless = packet.headless.clone();
            let reason = why::nothing_listens(
                pod,
                port,
                self.protocol,
                packet.via.as_ref(),
                headless.as_deref(),
            );
            self.tell(&mut packet, |packet| Hop {
                because: reason.look_at.clone(),
                say: format!(
                    "Pod {} refuses the packet: nothing listens on port {port}.",
                    pod.name
                ),
                ..hop(pod_place(pod), Action::Refuse, packet)
            });
            return self.answer_refused(packet, &responder, reason);
        }
        let sender = self.call(packet.from.ip);
        self.tell(&mut packet, |packet| Hop {
            say: format!(
                "Pod {} takes the packet on port {port}, and sees it come from {sender}.",
                pod.name
            ),
            ..hop(pod_place(pod), Action::Deliver, packet)
        });
        let say =
            format!("Pod {} answers on port {port}, and sees the address of {sender}.", pod.name);
        self.answer(packet, &responder, Some(pod.name.text()), say);
    }

    /// A packet for the node itself: a Pod in its network, kube-proxy's own health check,
    /// the API server, or nothing.
    pub(super) fn deliver_node(&mut self, mut packet: Packet, node: &Arc<Node>) {
        let port = packet.to.port;
        let cluster = self.cluster;
        let host_pod = cluster
            .host_pods(&node.name)
            .find(|pod| cluster.listens(pod, port, self.protocol))
            .cloned();
        let responder = Responder::Node(node.clone());
        let health_check = || {
            cluster
                .services_at_node_port(port)
                .find(|service| service.health_check_node_port == Some(port))
                .filter(|_| self.protocol == super::Protocol::Tcp)
        };
        let listener = if let Some(pod) = &host_pod {
            Some(format!("Pod {}, which uses {}'s network,", pod.name, node.name))
        } else if let Some(service) = health_check() {
            Some(format!(
                "kube-proxy on {}, for the health check of Service {},",
                node.name, service.name
            ))
        } else if self.is_api_server(&packet) {
            Some(format!("The API server on {}", node.name))
        } else {
            None
        };
        let Some(listener) = listener else {
            let reason = self.nothing_on_node(&packet, node);
            self.tell(&mut packet, |packet| Hop {
                because: reason.look_at.clone(),
                say: format!("{} refuses the packet: {}", node.name, reason.say),
                ..hop(node_place(node), Action::Refuse, packet)
            });
            return self.answer_refused(packet, &responder, reason);
        };
        self.tell(&mut packet, |packet| Hop {
            say: format!("{listener} takes the packet on port {port}."),
            ..hop(node_place(node), Action::Deliver, packet)
        });
        let say = format!("{listener} answers on port {port}.");
        self.answer(packet, &responder, host_pod.map(|pod| pod.name.text()), say);
    }

    fn nothing_on_node(&self, packet: &Packet, node: &Node) -> Reason {
        let port = packet.to.port;
        let asked = self
            .cluster
            .services_at_node_port(port)
            .flat_map(|service| service.ports.iter().enumerate().map(move |p| (service, p)))
            .find(|(_, (_, p))| p.node_port == Some(port));
        if let Some((service, (idx, p))) = asked {
            let say = if p.protocol != self.protocol {
                format!(
                    "Port {port} of the nodes is Service {}'s for {}, not for {}.",
                    service.name, p.protocol, self.protocol
                )
            } else if !service.proxied {
                return why::not_proxied(service);
            } else {
                let open = node_ip_like(node, packet.to.ip)
                    .map_or_else(|| node.name.to_string(), |ip| ip.to_string());
                format!(
                    "Port {port} of the nodes is Service {}'s, and kube-proxy opens it on {open}, \
                     not on {}.",
                    service.name, packet.to.ip
                )
            };
            let path = if p.protocol == self.protocol { "nodePort" } else { "protocol" };
            let look_at = field("service", &service.name, format!("spec.ports[{idx}].{path}"));
            return reason(ReasonCode::NoSuchPort, say, Some(look_at));
        }
        let say = format!(
            "Nothing listens on {port}/{} of {}, and no Service has it as a nodePort.",
            self.protocol, node.name
        );
        reason(ReasonCode::NoSuchPort, say, None)
    }

    fn is_api_server(&self, packet: &Packet) -> bool {
        let Some(service) = self.cluster.service("default", "kubernetes") else { return false };
        let Some(endpoints) = self.cluster.endpoints(&service.name) else { return false };
        endpoints
            .ports
            .iter()
            .filter(|port| port.protocol == self.protocol)
            .flat_map(|port| &port.endpoints)
            .any(|endpoint| endpoint.ip == packet.to.ip && endpoint.port == packet.to.port)
    }

    /// From a node to an address that is no Pod's and no node's.
    pub(super) fn leave_cluster(&mut self, mut packet: Packet, node: &Arc<Node>) {
        if self.is_known_outside(&packet) {
            self.go_out(&mut packet, node);
            return self.on_network(packet);
        }
        self.pass(
            &mut packet,
            node,
            "has no rule for it and sends it to the network",
            "default route",
        );
        self.on_network(packet);
    }

    /// A Pod's address is not known outside, so network plugins masquerade what leaves the
    /// cluster (kindnet, flannel and ip-masq-agent do by default). This is no work of
    /// kube-proxy.
    fn go_out(&self, packet: &mut Packet, node: &Arc<Node>) {
        let is_pods = self.cluster.pod_at(packet.from.ip).is_some();
        let Some(ip) = node_ip_like(node, packet.from.ip).filter(|_| is_pods) else {
            return self.pass(packet, node, "sends it out of the cluster", "default route");
        };
        let from = Socket { ip, port: MASQUERADE_PORT };
        self.tell(packet, |packet| Hop {
            from_after: from,
            rule: "network plugin: masquerade".to_owned(),
            say: format!(
                "{} sends it out of the cluster with its own address as the source, because \
                 nobody outside knows Pods' addresses.",
                node.name
            ),
            ..hop(node_place(node), Action::Forward, packet)
        });
        // One node remembers a connection once, whatever it rewrote of it.
        match packet.nats.last_mut() {
            Some(nat) if nat.node == node.name && nat.to_after == packet.to => {
                nat.from_after = from;
            }
            _ => packet.nats.push(Nat {
                node: node.name.clone(),
                from_before: packet.from,
                to_before: packet.to,
                from_after: from,
                to_after: packet.to,
            }),
        }
        packet.from = from;
    }

    fn is_known_outside(&self, packet: &Packet) -> bool {
        let settings = self.cluster.settings();
        let to = packet.to.ip;
        to == settings.external.ip
            || to.is_loopback()
            || settings.upstream.values().any(|ip| *ip == to)
            || self.is_api_server(packet)
    }

    /// On the network, with an address that is no node's.
    pub(super) fn on_network(&mut self, mut packet: Packet) {
        if !self.is_known_outside(&packet)
            || self.cluster.services_at_outer_ip(packet.to.ip).next().is_some()
        {
            let reason = self.no_route(&packet);
            return self.vanish(packet, reason);
        }
        let settings = self.cluster.settings();
        let port = packet.to.port;
        if packet.to.ip == settings.external.ip || packet.to.ip.is_loopback() {
            let say = format!("Nothing listens on port {port} of the client outside.");
            let reason = reason(ReasonCode::NothingListens, say, None);
            self.tell(&mut packet, |packet| Hop {
                say: reason.say.clone(),
                ..hop(Place::Outside, Action::Refuse, packet)
            });
            return self.answer_refused(packet, &Responder::Outside, reason);
        }
        let who = if self.is_api_server(&packet) {
            "The API server".to_owned()
        } else {
            format!("{} outside the cluster", packet.to.ip)
        };
        self.tell(&mut packet, |packet| Hop {
            say: format!("{who} takes the packet on port {port}."),
            ..hop(Place::Outside, Action::Deliver, packet)
        });
        let say = format!("{who} answers on port {port}.");
        self.answer(packet, &Responder::Outside, None, say);
    }

    /// Silence on the network.
    pub(super) fn vanish(&mut self, mut packet: Packet, reason: Reason) {
        self.tell(&mut packet, |packet| Hop {
            because: reason.look_at.clone(),
            rule: "no route".to_owned(),
            say: format!("The packet is lost: {}", reason.say),
            ..hop(Place::Network, Action::Drop, packet)
        });
        self.end(packet, Outcome::Timeout, None, reason);
    }

    fn no_route(&self, packet: &Packet) -> Reason {
        let to = packet.to.ip;
        let cluster = self.cluster;
        if let (Some(stop), Some(matched)) = (packet.adrift, &packet.via) {
            return match stop {
                Stop::NoEndpoints => why::no_endpoints(cluster, matched),
                Stop::NoLocalEndpoint => {
                    let node = match &self.origin {
                        Origin::Node(node) | Origin::Pod(_, Some(node)) => &*node.name,
                        _ => "the node",
                    };
                    why::no_local_endpoint(node, matched)
                }
                Stop::NotProxied => why::not_proxied(&matched.service),
                _ => why::no_such_port(cluster, &matched.service, packet.to, self.protocol),
            };
        }
        if let Some(service) = cluster.services_at_cluster_ip(to).next() {
            let say = format!(
                "{to} is the clusterIP of Service {}, and only nodes and Pods know what to do \
                 with it.",
                service.name
            );
            return reason(
                ReasonCode::NoRoute,
                say,
                Some(field("service", &service.name, "spec.type")),
            );
        }
        if let Some(service) = cluster.services_at_outer_ip(to).next() {
            if service.ingress.iter().any(|ingress| ingress.proxy && ingress.ip == Some(to)) {
                let say = format!(
                    "The load balancer of Service {} ends connections to {to} itself (ipMode \
                     Proxy), so kube-proxy leaves the address alone.",
                    service.name
                );
                let look_at =
                    field("service", &service.name, "status.loadBalancer.ingress[0].ipMode");
                return reason(ReasonCode::NoRoute, say, Some(look_at));
            }
            if !service.proxied {
                return why::not_proxied(service);
            }
            return why::no_such_port(cluster, service, packet.to, self.protocol);
        }
        let say = if let Some(pod) = cluster.pod_at(to) {
            format!(
                "{to} is the address of Pod {}, and the network outside has no route to Pods.",
                pod.name
            )
        } else if cluster.settings().cluster_cidr.contains(&to) {
            format!("No Pod has the address {to}.")
        } else if cluster.settings().service_cidrs.iter().any(|net| net.contains(&to)) {
            format!("No Service has the address {to}.")
        } else {
            format!("The network has no route to {to}.")
        };
        reason(ReasonCode::NoRoute, say, None)
    }
}
