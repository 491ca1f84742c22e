//! A packet on a node: its rules, then its routes.

use super::model::{Action, Choice, Hop, Outcome, ReasonCode, Socket};
use super::packet::{Detail, MASQUERADE_PORT, Nat, Packet, hop, node_ip_like, node_place};
use super::proxy::{self, Dnat, Hook, Matched, Seen, Stop, Verdict};
use super::say::{chosen_because, rewrite_field};
use super::walk::Walk;
use super::why::{field, reason, sentence};
use crate::cluster::{Node, Pod, ProxyMode};
use std::fmt::Display;
use std::sync::Arc;

impl Walk<'_> {
    /// A packet meets a node's rules, then its routes.
    pub(super) fn at_node(&mut self, mut packet: Packet, node: &Arc<Node>, hook: Hook) {
        packet.from_here = packet.from;
        let Some(ttl) = packet.ttl.checked_sub(1) else {
            let say = "The packet runs in circles between nodes, and is dropped.".to_owned();
            return self.vanish(packet, reason(ReasonCode::NoRoute, say, None));
        };
        packet.ttl = ttl;
        let seen = Seen {
            from: packet.from.ip,
            to: packet.to.ip,
            port: packet.to.port,
            protocol: self.protocol,
            hook,
        };
        let cluster = self.cluster;
        match proxy::decide(cluster, node, seen) {
            Verdict::Pass => self.leave_node(packet, node),
            Verdict::Adrift(stop, matched) => {
                packet.via = Some(matched);
                packet.adrift = Some(stop);
                self.leave_node(packet, node);
            }
            Verdict::Refuse(stop, matched) => self.stop(packet, node, stop, matched, true),
            Verdict::Drop(stop, matched) => self.stop(packet, node, stop, matched, false),
            Verdict::Dnat(dnat) => self.rewrite(packet, node, dnat),
        }
    }

    fn stop(
        &mut self,
        mut packet: Packet,
        node: &Arc<Node>,
        stop: Stop,
        matched: Option<Matched>,
        refuse: bool,
    ) {
        let reason = self.reason_of(stop, matched.as_ref(), &packet, node);
        let rule = self.stop_rule(stop, matched.as_ref(), refuse);
        self.tell(&mut packet, |packet| Hop {
            rule,
            because: reason.look_at.clone(),
            say: format!(
                "{} {} the packet: {}",
                node.name,
                if refuse { "refuses" } else { "drops" },
                reason.say
            ),
            ..hop(node_place(node), if refuse { Action::Refuse } else { Action::Drop }, packet)
        });
        let outcome = if refuse { Outcome::Refused } else { Outcome::Timeout };
        self.end(packet, outcome, None, reason);
    }

    /// kube-proxy rewrites the destination to an endpoint: one way for each.
    fn rewrite(&mut self, mut packet: Packet, node: &Arc<Node>, dnat: Dnat<'_>) {
        let n = dnat.endpoints.len();
        let nftables = self.cluster.settings().proxy_mode == ProxyMode::Nftables;
        let options = (self.detail == Detail::Hops).then(|| self.options(&dnat));
        let Some(node_ip) = node_ip_like(node, packet.from.ip) else {
            let say = format!("{} has no address to send on from.", node.name);
            let look_at = Some(field("node", &node.name, "status.addresses"));
            return self.vanish(packet, reason(ReasonCode::NoRoute, say, look_at));
        };
        let indices = self.pick.among(n);
        let last = indices.end.saturating_sub(1);
        let (from_before, to_before) = (packet.from, packet.to);
        for idx in indices {
            let Some(endpoint) = dnat.endpoints.get(idx) else { continue };
            let mut next = if idx == last { packet.take() } else { packet.clone() };
            next.p /= n as f64;
            // A Pod that reaches itself is masqueraded too, or it would answer itself.
            let hairpin = from_before.ip == endpoint.ip
                && (!nftables || proxy::is_hairpin(self.cluster, node, endpoint, self.protocol));
            let snat = dnat.masquerade || hairpin;
            let to = Socket { ip: endpoint.ip, port: endpoint.port };
            let from = if !snat || (from_before.ip == node_ip) {
                from_before
            } else {
                Socket { ip: node_ip, port: MASQUERADE_PORT }
            };
            if let Some(options) = &options {
                let choice =
                    Choice { of: options.clone(), picked: idx, why: chosen_because(&dnat, node) };
                let snat = from != from_before;
                let say = self.say_rewrite(node, &dnat, endpoint, snat, hairpin);
                let told = Hop {
                    from_after: from,
                    to_after: to,
                    rule: self.rewrite_rule(&dnat),
                    because: Some(rewrite_field(&dnat)),
                    choice: Some(choice),
                    say,
                    ..hop(node_place(node), Action::Dnat { snat }, &next)
                };
                next.hops.push(told);
            }
            // Few packets are rewritten on more than one node.
            next.nats.reserve_exact(1);
            next.nats.push(Nat {
                node: node.name.clone(),
                from_before,
                to_before,
                from_after: from,
                to_after: to,
            });
            next.from = from;
            next.to = to;
            next.via = Some(dnat.matched.clone());
            self.leave_node(next, node);
        }
    }

    /// Where a packet goes from a node, its rules passed.
    fn leave_node(&mut self, mut packet: Packet, node: &Arc<Node>) {
        let to = packet.to.ip;
        if let Some(denied) = self.egress_denied(&packet, node) {
            return self.denied(packet, node, denied);
        }
        if node.ips.contains(&to) || to.is_loopback() {
            return self.deliver_node(packet, node);
        }
        if let Some(pod) = self.cluster.pod_at(to).cloned() {
            return self.carry_to_pod(packet, node, &pod);
        }
        if let Some(other) = self.cluster.node_at(to).cloned() {
            self.pass(
                &mut packet,
                node,
                format_args!("sends it on to {}", other.name),
                "route to nodes",
            );
            return self.at_node(packet, &other, Hook::Prerouting);
        }
        self.leave_cluster(packet, node);
    }

    fn carry_to_pod(&mut self, mut packet: Packet, node: &Arc<Node>, pod: &Arc<Pod>) {
        if pod.node.as_ref() == Some(&node.name) {
            if let Some(denied) = self.ingress_denied(&packet, pod) {
                return self.denied(packet, node, denied);
            }
            let what = format_args!("hands it to Pod {}", pod.name);
            self.pass(&mut packet, node, what, "local route");
            return self.deliver_pod(packet, pod, Some(node));
        }
        let other = pod.node.as_deref().and_then(|name| self.cluster.node(name)).cloned();
        let Some(other) = other else {
            let say = format!("Pod {} is on no node that exists.", pod.name);
            let look_at = Some(field("pod", &pod.name, "spec.nodeName"));
            return self.vanish(packet, reason(ReasonCode::NoRoute, say, look_at));
        };
        let what = format_args!("sends it to {}, where Pod {} runs", other.name, pod.name);
        self.pass(&mut packet, node, what, "route to the podCIDR");
        self.at_node(packet, &other, Hook::Prerouting);
    }

    /// A node passes a packet on unchanged; told unless the node's last hop says so already.
    pub(super) fn pass(
        &self,
        packet: &mut Packet,
        node: &Arc<Node>,
        what: impl Display,
        rule: &str,
    ) {
        self.tell(packet, |packet| Hop {
            rule: rule.to_owned(),
            say: sentence(format_args!("{} {what}.", node.name)),
            ..hop(node_place(node), Action::Forward, packet)
        });
    }
}
