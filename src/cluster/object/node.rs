//! Nodes.

use super::{At, Ips, ObjectError};
use crate::cluster::Labels;
use ipnet::IpNet;
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;

const ZONE: &str = "topology.kubernetes.io/zone";

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its name.
    pub name: Arc<str>,
    /// Its labels.
    pub labels: Labels,
    /// Its addresses, the InternalIP first: one a family at most is used.
    pub ips: Ips,
    /// The ranges that its Pods get addresses from.
    pub pod_cidrs: Vec<IpNet>,
    /// Its Ready condition is True, or it has none.
    pub ready: bool,
    pub(in crate::cluster) value: Arc<Value>,
}

impl Node {
    pub(in crate::cluster) fn read(value: Value) -> Result<Self, ObjectError> {
        let root = At::root(&value);
        let metadata = root.field("metadata");
        let name = metadata.field("name").need_str()?.into();
        let labels = Labels::read(&metadata.field("labels"))?;
        let (mut ips, mut others) = (Vec::new(), Vec::new());
        let status = root.field("status");
        for address in status.field("addresses").items()? {
            let kind = address.field("type").str()?.unwrap_or_default();
            match kind {
                "InternalIP" => ips.extend(address.field("address").ip()?),
                "ExternalIP" => others.extend(address.field("address").ip()?),
                _ => {}
            }
        }
        ips.extend(others);
        let mut pod_cidrs = Vec::new();
        let spec = root.field("spec");
        for cidr in spec.field("podCIDRs").items()? {
            pod_cidrs.extend(cidr.net()?);
        }
        if pod_cidrs.is_empty() {
            pod_cidrs.extend(spec.field("podCIDR").net()?);
        }
        let mut ready = true;
        for condition in status.field("conditions").items()? {
            if condition.field("type").str()? == Some("Ready") {
                ready = condition.field("status").str()? == Some("True");
            }
        }
        Ok(Self { name, labels, ips: ips.into(), pod_cidrs, ready, value: Arc::new(value) })
    }

    /// Its address, as kube-proxy masquerades to it and as others reach it.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.ips.first().copied()
    }

    /// Its zone, from label `topology.kubernetes.io/zone`; empty where it has none.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.labels.get(ZONE).unwrap_or_default()
    }

    /// Its zone, to be kept; none where it is empty.
    pub(in crate::cluster) fn shared_zone(&self) -> Option<&Arc<str>> {
        self.labels.get_shared(ZONE).filter(|zone| !zone.is_empty())
    }
}
