//! NetworkPolicies.

use super::{At, ObjectError, PortName, Protocol};
use crate::cluster::{Name, Selector};
use ipnet::IpNet;
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;

/// Addresses of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpBlock {
    /// The range.
    pub cidr: IpNet,
    /// Ranges left out of it.
    pub except: Vec<IpNet>,
}

impl IpBlock {
    /// True for an address of the range that is in none of the exceptions.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.cidr.contains(&ip) && !self.except.iter().any(|range| range.contains(&ip))
    }
}

/// One peer of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Addresses.
    Block(IpBlock),
    /// Pods: of the policy's own namespace unless `namespaces` is given.
    Pods {
        /// `namespaceSelector`.
        namespaces: Option<Selector>,
        /// `podSelector`; none selects all.
        pods: Option<Selector>,
    },
}

/// One port of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPort {
    /// Protocol.
    pub protocol: Protocol,
    /// Number or name; none is every port.
    pub port: Option<PortName>,
    /// Last of a range that starts at `port`.
    pub end_port: Option<u16>,
}

/// One rule: from (or to) any of the peers, on any of the ports; empty means all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyRule {
    /// Peers.
    pub peers: Vec<Peer>,
    /// Ports.
    pub ports: Vec<PolicyPort>,
}

/// A NetworkPolicy.
#[derive(Debug, Clone)]
pub struct NetworkPolicy {
    /// Namespace and name.
    pub name: Name,
    /// The Pods of its namespace that it isolates.
    pub pods: Selector,
    /// The rules of `spec.ingress`; none where the policy leaves ingress alone.
    pub ingress: Option<Vec<PolicyRule>>,
    /// The rules of `spec.egress`; none where the policy leaves egress alone.
    pub egress: Option<Vec<PolicyRule>>,
    pub(in crate::cluster) value: Arc<Value>,
}

impl NetworkPolicy {
    pub(in crate::cluster) fn read(value: Value) -> Result<Self, ObjectError> {
        let root = At::root(&value);
        let metadata = root.field("metadata");
        let name = metadata.name()?;
        let spec = root.field("spec");
        let (mut is_ingress, mut is_egress) = (false, false);
        let types = spec.field("policyTypes");
        for policy_type in types.items()? {
            match policy_type.need_str()? {
                "Ingress" => is_ingress = true,
                "Egress" => is_egress = true,
                _ => return Err(policy_type.error("is not Ingress or Egress")),
            }
        }
        if !is_ingress && !is_egress {
            // SetDefaults_NetworkPolicy: ingress always, egress where it has rules.
            is_ingress = true;
            is_egress = spec.field("egress").items()?.next().is_some();
        }
        let ingress = read_rules(&spec.field("ingress"), "from")?;
        let egress = read_rules(&spec.field("egress"), "to")?;
        Ok(Self {
            name,
            pods: Selector::read(&spec.field("podSelector"))?.unwrap_or_default(),
            ingress: is_ingress.then_some(ingress),
            egress: is_egress.then_some(egress),
            value: Arc::new(value),
        })
    }
}

fn read_rules(at: &At<'_, '_>, peers_field: &str) -> Result<Vec<PolicyRule>, ObjectError> {
    let mut rules = Vec::new();
    for rule in at.items()? {
        let mut peers = Vec::new();
        for peer in rule.field(peers_field).items()? {
            peers.push(read_peer(&peer)?);
        }
        let mut ports = Vec::new();
        for port in rule.field("ports").items()? {
            ports.push(PolicyPort {
                protocol: Protocol::read(&port.field("protocol"))?,
                port: PortName::read(&port.field("port"))?,
                end_port: port.field("endPort").port()?,
            });
        }
        rules.push(PolicyRule { peers, ports });
    }
    Ok(rules)
}

fn read_peer(at: &At<'_, '_>) -> Result<Peer, ObjectError> {
    let block = at.field("ipBlock");
    if block.is_absent() {
        return Ok(Peer::Pods {
            namespaces: Selector::read(&at.field("namespaceSelector"))?,
            pods: Selector::read(&at.field("podSelector"))?,
        });
    }
    let cidr = block.field("cidr");
    let cidr = cidr.net()?.ok_or_else(|| cidr.error("is missing"))?;
    let mut except = Vec::new();
    for range in block.field("except").items()? {
        except.extend(range.net()?);
    }
    Ok(Peer::Block(IpBlock { cidr, except }))
}
