//! The reply: conntrack undoes on each node what that node did, and the answer has to come
//! back from the address that was asked.

use super::model::{Action, Direction, Hop, Outcome, Place, Reason, ReasonCode, Socket};
use super::packet::{Origin, Packet, node_place, pod_place};
use super::walk::Walk;
use super::why::{field, reason, sentence};
use crate::cluster::{Node, Pod};
use std::sync::Arc;

/// Who answers.
#[derive(Debug, Clone)]
pub(super) enum Responder {
    Pod(Arc<Pod>, Option<Arc<Node>>),
    Node(Arc<Node>),
    Outside,
}

/// Where a reply is.
#[derive(Debug, Clone)]
enum Spot {
    Node(Arc<Node>),
    Outside,
}

impl Walk<'_> {
    /// The packet was taken; what becomes of the connection depends on the reply.
    pub(super) fn answer(
        &mut self,
        mut packet: Packet,
        responder: &Responder,
        pod: Option<String>,
        say: String,
    ) {
        let port = packet.to.port;
        match self.reply(&mut packet, responder, "answers") {
            None => {
                let delivered = reason(ReasonCode::Delivered, say, None);
                self.end(packet, Outcome::Ok, Some((pod, port)), delivered);
            }
            Some(lost) => self.end(packet, Outcome::Timeout, None, lost),
        }
    }

    /// The packet was refused; the client learns of it only if the refusal comes back.
    pub(super) fn answer_refused(
        &mut self,
        mut packet: Packet,
        responder: &Responder,
        reason: Reason,
    ) {
        match self.reply(&mut packet, responder, "says no") {
            None => self.end(packet, Outcome::Refused, None, reason),
            Some(lost) => self.end(packet, Outcome::Timeout, None, lost),
        }
    }

    /// Walks the reply back. None where it reaches the sender as the answer to what it
    /// sent; else why it is lost.
    fn reply(&self, packet: &mut Packet, responder: &Responder, verb: &str) -> Option<Reason> {
        let mut from = packet.to;
        let mut to = packet.from;
        let mut spot = match responder {
            Responder::Pod(_, node) => node.clone().map_or(Spot::Outside, Spot::Node),
            Responder::Node(node) => Spot::Node(node.clone()),
            Responder::Outside => Spot::Outside,
        };
        self.tell(packet, |_| {
            let (place, who) = match responder {
                Responder::Pod(pod, _) => (pod_place(pod), format!("Pod {}", pod.name)),
                Responder::Node(node) => (node_place(node), node.name.to_string()),
                Responder::Outside => (Place::Outside, from.ip.to_string()),
            };
            Hop {
                say: sentence(format_args!("{who} {verb} to {to}.")),
                ..reply_hop(place, Action::Send, from, to)
            }
        });
        if let Responder::Pod(pod, _) = responder
            && pod.ips.contains(&to.ip)
            && !packet.nats.is_empty()
        {
            // It never leaves the Pod, so no node undoes anything.
            return Some(self.answers_itself(packet, pod, from, to));
        }
        // Each step either ends here, undoes a rewriting, or goes to where `to` lives.
        for _ in 0..16 {
            if let Spot::Node(node) = &spot {
                self.undo(packet, node, &mut from, &mut to);
            }
            if self.is_home(&spot, to) {
                return self.arrive(packet, from, to);
            }
            let next = self.next_spot(&spot, to);
            if let Spot::Node(node) = &spot
                && next.as_ref().is_some_and(|next| !same(next, &spot))
            {
                self.tell(packet, |_| Hop {
                    say: format!("{} sends the answer on to {}.", node.name, self.call(to.ip)),
                    ..reply_hop(node_place(node), Action::Forward, from, to)
                });
            }
            match next {
                Some(next) if !same(&next, &spot) => spot = next,
                // It is where its destination lives, and nobody there waits for it.
                _ => return Some(self.lost(packet, from, to)),
            }
        }
        Some(self.lost(packet, from, to))
    }

    /// conntrack of `node` undoes its rewriting of this connection.
    fn undo(&self, packet: &mut Packet, node: &Arc<Node>, from: &mut Socket, to: &mut Socket) {
        let found = packet.nats.iter().rposition(|nat| {
            nat.node == node.name && nat.to_after == *from && nat.from_after == *to
        });
        let Some(nat) = found.map(|idx| packet.nats.remove(idx)) else { return };
        let (old_from, old_to) = (*from, *to);
        *from = nat.to_before;
        *to = nat.from_before;
        self.tell(packet, |_| Hop {
            from_after: nat.to_before,
            to_after: nat.from_before,
            rule: "conntrack".to_owned(),
            say: format!(
                "{} undoes what it rewrote: the answer comes from {} again.",
                node.name, nat.to_before
            ),
            ..reply_hop(node_place(node), Action::Undo, old_from, old_to)
        });
    }

    /// True where the sender of the packet lives at `spot` and has the address `to`.
    fn is_home(&self, spot: &Spot, to: Socket) -> bool {
        if to.ip.is_loopback() {
            return true;
        }
        match (&self.origin, spot) {
            (Origin::Pod(pod, Some(own)), Spot::Node(node)) => {
                own.name == node.name && pod.ips.contains(&to.ip)
            }
            (Origin::Pod(pod, None), _) => pod.ips.contains(&to.ip),
            (Origin::Node(own), Spot::Node(node)) => {
                own.name == node.name && own.ips.contains(&to.ip)
            }
            (Origin::Outside, Spot::Outside) => to.ip == self.cluster.settings().external.ip,
            _ => false,
        }
    }

    fn next_spot(&self, spot: &Spot, to: Socket) -> Option<Spot> {
        let node = |name: Option<&str>| name.and_then(|name| self.cluster.node(name)).cloned();
        if let Some(pod) = self.cluster.pod_at(to.ip) {
            // Outside knows no route to Pods; an answer from there can't go straight to one.
            return match spot {
                Spot::Node(_) => node(pod.node.as_deref()).map(Spot::Node),
                Spot::Outside => None,
            };
        }
        if let Some(node) = self.cluster.node_at(to.ip) {
            return Some(Spot::Node(node.clone()));
        }
        Some(Spot::Outside)
    }

    fn arrive(&self, packet: &mut Packet, from: Socket, to: Socket) -> Option<Reason> {
        if from != packet.sent_to || to != packet.sent_from {
            return Some(self.lost(packet, from, to));
        }
        self.tell(packet, |_| Hop {
            say: "The answer is back where the packet came from.".to_owned(),
            ..reply_hop(self.origin_place(), Action::Deliver, from, to)
        });
        None
    }

    fn origin_place(&self) -> Place {
        match &self.origin {
            Origin::Pod(pod, _) => pod_place(pod),
            Origin::Node(node) => node_place(node),
            Origin::Outside => Place::Outside,
        }
    }

    /// The packet came from the Pod's own address by way of a node that did not masquerade
    /// it: the Pod takes such a packet for a forgery, or answers itself.
    fn answers_itself(&self, packet: &mut Packet, pod: &Pod, from: Socket, to: Socket) -> Reason {
        let say = format!(
            "Pod {} would answer itself: the packet came with its own address, because no node \
             made another of it.",
            pod.name
        );
        let look_at = packet
            .via
            .as_ref()
            .map(|matched| field("service", &matched.service.name, "spec.externalTrafficPolicy"));
        self.lose(packet, from, to, reason(ReasonCode::ReplyLost, say, look_at))
    }

    fn lost(&self, packet: &mut Packet, from: Socket, to: Socket) -> Reason {
        // Still remembered on a node that the reply did not pass.
        let by = packet.nats.last().map(|nat| nat.node.to_string());
        let say = match by {
            Some(node) => format!(
                "The answer comes back from {from} instead of {}: {node}, which rewrote the \
                 packet, is not on its way.",
                packet.sent_to
            ),
            None => format!("The answer from {from} finds no way back to {to}."),
        };
        let look_at =
            packet.via.as_ref().filter(|matched| matched.service.external_local).map(|matched| {
                field("service", &matched.service.name, "spec.externalTrafficPolicy")
            });
        self.lose(packet, from, to, reason(ReasonCode::ReplyLost, say, look_at))
    }

    /// Tells of the lost answer at the sender, who waits for another one.
    fn lose(&self, packet: &mut Packet, from: Socket, to: Socket, reason: Reason) -> Reason {
        let place = self.origin_place();
        let say = if from == packet.sent_to {
            format!("{} waits in vain: the answer is lost.", self.sender_name())
        } else {
            format!(
                "{} asked {}, not {from}, so no answer has come for it: it waits in vain.",
                self.sender_name(),
                packet.sent_to
            )
        };
        self.tell(packet, |_| Hop {
            because: reason.look_at.clone(),
            say,
            ..reply_hop(place, Action::Drop, from, to)
        });
        reason
    }

    fn sender_name(&self) -> String {
        match &self.origin {
            Origin::Pod(pod, _) => format!("Pod {}", pod.name),
            Origin::Node(node) => format!("The process on {}", node.name),
            Origin::Outside => "The client outside".to_owned(),
        }
    }
}

fn same(a: &Spot, b: &Spot) -> bool {
    match (a, b) {
        (Spot::Node(a), Spot::Node(b)) => a.name == b.name,
        (Spot::Outside, Spot::Outside) => true,
        _ => false,
    }
}

fn reply_hop(at: Place, action: Action, from: Socket, to: Socket) -> Hop {
    Hop {
        at,
        direction: Direction::Reply,
        action,
        from,
        to,
        from_after: from,
        to_after: to,
        rule: String::new(),
        because: None,
        choice: None,
        say: String::new(),
    }
}
