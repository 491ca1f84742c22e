//! What a hop at a node says: the rule that decided, the field behind it, the sentence.

use super::model::{FieldRef, Reason, ReasonCode, Socket};
use super::packet::Packet;
use super::proxy::{Dnat, Door, Matched, Policy, Stop};
use super::topology::Why;
use super::walk::Walk;
use super::why::{self, count, field, reason};
use crate::cluster::{Endpoint, Node, ProxyMode};

impl Walk<'_> {
    pub(super) fn reason_of(
        &self,
        stop: Stop,
        matched: Option<&Matched>,
        packet: &Packet,
        node: &Node,
    ) -> Reason {
        let Some(matched) = matched else {
            let say = format!("No Service has the address {}.", packet.to.ip);
            return reason(ReasonCode::NoSuchObject, say, None);
        };
        match stop {
            Stop::NoEndpoints => why::no_endpoints(self.cluster, matched),
            Stop::NoLocalEndpoint => why::no_local_endpoint(&node.name, matched),
            Stop::SourceRange => why::source_range(matched, packet.from),
            Stop::NotProxied => why::not_proxied(&matched.service),
            Stop::NoSuchPort | Stop::NoSuchService => {
                why::no_such_port(self.cluster, &matched.service, packet.to, self.protocol)
            }
        }
    }

    pub(super) fn stop_rule(&self, stop: Stop, matched: Option<&Matched>, refuse: bool) -> String {
        let nftables = self.cluster.settings().proxy_mode == ProxyMode::Nftables;
        let verb = match (nftables, refuse) {
            (false, true) => "REJECT",
            (false, false) => "DROP",
            (true, true) => "reject",
            (true, false) => "drop",
        };
        let node_port = matched.is_some_and(|matched| matched.door == Door::NodePort);
        let cluster_ip = matched.is_some_and(|matched| matched.door == Door::ClusterIp);
        let chain = match (stop, nftables) {
            (Stop::NoEndpoints | Stop::NoLocalEndpoint, true) if node_port => {
                "map no-endpoint-nodeports"
            }
            (Stop::NoEndpoints | Stop::NoLocalEndpoint, true) => "map no-endpoint-services",
            (Stop::NoEndpoints | Stop::NoLocalEndpoint, false) if cluster_ip => "KUBE-SERVICES",
            (Stop::NoEndpoints | Stop::NoLocalEndpoint, false) => "KUBE-EXTERNAL-SERVICES",
            (Stop::SourceRange, true) => "chain firewall-check",
            (Stop::SourceRange, false) => "KUBE-PROXY-FIREWALL",
            (Stop::NoSuchPort | Stop::NoSuchService | Stop::NotProxied, _) => {
                "chain cluster-ips-check"
            }
        };
        format!("{chain}: {verb}")
    }

    pub(super) fn rewrite_rule(&self, dnat: &Dnat<'_>) -> String {
        let nftables = self.cluster.settings().proxy_mode == ProxyMode::Nftables;
        let internal = dnat.matched.door == Door::ClusterIp;
        let local = dnat.policy == Policy::Local;
        let chain = match (nftables, internal, local) {
            (false, true, false) => "KUBE-SVC",
            (false, true, true) => "KUBE-SVL",
            (false, false, false) => "KUBE-EXT to KUBE-SVC",
            (false, false, true) => "KUBE-EXT to KUBE-SVL",
            (true, true, false) => "chain service",
            (true, true, true) => "chain local",
            (true, false, false) => "chain external to chain service",
            (true, false, true) => "chain external to chain local",
        };
        format!("{chain}: one of {}", count(dnat.endpoints.len(), "endpoint"))
    }

    pub(super) fn say_rewrite(
        &self,
        node: &Node,
        dnat: &Dnat<'_>,
        endpoint: &Endpoint,
        snat: bool,
        hairpin: bool,
    ) -> String {
        let to = Socket { ip: endpoint.ip, port: endpoint.port };
        let name = &dnat.matched.service.name;
        let picked = match &endpoint.pod {
            Some(pod) => pod.to_string(),
            None => endpoint.ip.to_string(),
        };
        let usable = match dnat.why {
            Why::Terminating => "endpoint that still serves",
            _ => "ready endpoint",
        };
        let of = match dnat.endpoints.len() {
            1 => format!("the only {usable}"),
            n if dnat.why == Why::Terminating => format!("one of {n} endpoints that still serve"),
            n => format!("one of {n} {usable}s"),
        };
        let scope = match (dnat.policy, dnat.why) {
            (Policy::Local, _) => format!(" on {}", node.name),
            (_, Why::SameNode) => format!(" meant for {}", node.name),
            (_, Why::SameZone) => format!(" meant for zone {}", node.zone()),
            _ => String::new(),
        };
        let mut say = format!(
            "{} rewrites the destination to {to}: Service {name} picked {picked}, {of}{scope}.",
            node.name
        );
        if snat {
            let why = if hairpin && !dnat.masquerade {
                "because the Pod reaches itself"
            } else if dnat.matched.door == Door::ClusterIp {
                "because the packet does not come from a Pod"
            } else if dnat.policy == Policy::ShortCircuit {
                "because the packet comes from the node itself"
            } else {
                "because externalTrafficPolicy is Cluster"
            };
            say.push_str(&format!(" The source becomes {}'s own address, {why}.", node.name));
        }
        say
    }
}

pub(super) fn chosen_because(dnat: &Dnat<'_>, node: &Node) -> String {
    let (n, all) = (dnat.endpoints.len(), dnat.n_all);
    let affinity = if dnat.matched.service.client_ip_affinity {
        "; the client keeps it (sessionAffinity ClientIP)"
    } else {
        ""
    };
    let which = match (dnat.policy, dnat.why) {
        (Policy::Local, Why::Terminating) => {
            format!("{n} of {all} endpoints still serve on {}", node.name)
        }
        (Policy::Local, _) => format!("{n} of {all} endpoints are ready on {}", node.name),
        (_, Why::Terminating) => format!("none is ready, {n} of {all} endpoints still serve"),
        (_, Why::SameNode) => format!("{n} of {all} endpoints are meant for {}", node.name),
        (_, Why::SameZone) => format!("{n} of {all} endpoints are meant for zone {}", node.zone()),
        (_, Why::Ready) => format!("{n} of {all} endpoints are ready"),
    };
    format!("{which}{affinity}")
}

pub(super) fn rewrite_field(dnat: &Dnat<'_>) -> FieldRef {
    let matched = &dnat.matched;
    let name = &matched.service.name;
    match (dnat.policy, dnat.why) {
        (Policy::Local, _) => why::policy_field(matched),
        (_, Why::SameNode | Why::SameZone) => field("service", name, "spec.trafficDistribution"),
        _ => match matched.door {
            Door::NodePort => {
                field("service", name, format!("spec.ports[{}].nodePort", matched.port_idx))
            }
            Door::Vip => field("service", name, "status.loadBalancer.ingress"),
            Door::ExternalIp => field("service", name, "spec.externalIPs"),
            Door::ClusterIp => {
                field("service", name, format!("spec.ports[{}].targetPort", matched.port_idx))
            }
        },
    }
}
