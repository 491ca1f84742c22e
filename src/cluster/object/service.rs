//! Services.

use super::{At, Ips, ObjectError};
use crate::cluster::{Labels, Name};
use ipnet::IpNet;
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

/// Transport protocol of a packet, with Kubernetes's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Default)]
pub enum Protocol {
    /// TCP, the default everywhere.
    #[default]
    #[serde(rename = "TCP")]
    Tcp,
    /// UDP.
    #[serde(rename = "UDP")]
    Udp,
    /// SCTP.
    #[serde(rename = "SCTP")]
    Sctp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        })
    }
}

impl FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "TCP" => Ok(Self::Tcp),
            "UDP" => Ok(Self::Udp),
            "SCTP" => Ok(Self::Sctp),
            _ => Err("is not TCP, UDP or SCTP".to_owned()),
        }
    }
}

impl Protocol {
    /// Reads a `protocol` field; TCP where it is absent.
    pub(in crate::cluster) fn read(at: &At<'_, '_>) -> Result<Self, ObjectError> {
        match at.str()? {
            None | Some("") => Ok(Self::Tcp),
            Some(text) => text.parse().map_err(|problem: String| at.error(&problem)),
        }
    }
}

/// `spec.type` of a Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ServiceType {
    /// Reached inside the cluster.
    #[default]
    ClusterIp,
    /// Also on a port of every node.
    NodePort,
    /// Also on an address of a load balancer.
    LoadBalancer,
    /// A name for a name.
    ExternalName,
}

impl fmt::Display for ServiceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::ExternalName => "ExternalName",
        })
    }
}

/// A port by number, or by a container port's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PortName {
    /// A number.
    Number(u16),
    /// The name of a container port.
    Name(Arc<str>),
}

impl PortName {
    /// Reads an IntOrString port; none where it is absent or 0.
    pub(in crate::cluster) fn read(at: &At<'_, '_>) -> Result<Option<Self>, ObjectError> {
        if at.is_string() {
            return Ok(at
                .str()?
                .filter(|name| !name.is_empty())
                .map(|name| Self::Name(name.into())));
        }
        Ok(at.port()?.map(Self::Number))
    }
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(port) => write!(f, "{port}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// One of the two address families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IpFamily {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl IpFamily {
    /// The family of `ip`.
    #[must_use]
    pub const fn of(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }
}

/// As Kubernetes writes it: `IPv4`.
impl fmt::Display for IpFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// One of a Service's ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePort {
    /// Its name; empty where the Service has one port only.
    pub name: Arc<str>,
    /// The port on the Service's addresses.
    pub port: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// The Pods' port; `port` where the manifest gives none.
    pub target_port: PortName,
    /// The port on every node.
    pub node_port: Option<u16>,
    /// What is spoken on it, where the Service says so.
    pub app_protocol: Option<Arc<str>>,
}

/// One address of a load balancer, from `status.loadBalancer.ingress`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingress {
    /// The address; none where the balancer has a hostname only.
    pub ip: Option<IpAddr>,
    /// The hostname.
    pub hostname: Option<String>,
    /// `ipMode: Proxy`: the balancer ends connections itself, and kube-proxy leaves the
    /// address alone.
    pub proxy: bool,
}

/// Labels that keep kube-proxy from looking at a Service, whatever their value
/// (cmd/kube-proxy/app/server.go, v1.36).
const NOT_PROXIED: [&str; 2] =
    ["service.kubernetes.io/service-proxy-name", "service.kubernetes.io/headless"];

/// A Service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Namespace and name.
    pub name: Name,
    /// `spec.type`.
    pub kind: ServiceType,
    /// `clusterIP: None`.
    pub headless: bool,
    /// Its cluster IPs; empty for headless and ExternalName.
    pub cluster_ips: Ips,
    /// Whether it is for IPv4, IPv6 or both: `spec.ipFamilies`, IPv4 unless given.
    pub ip_families: Vec<IpFamily>,
    /// `spec.externalIPs`.
    pub external_ips: Vec<IpAddr>,
    /// The load balancer's addresses; empty while it is pending.
    pub ingress: Vec<Ingress>,
    /// Its ports, in the manifest's order.
    pub ports: Vec<ServicePort>,
    /// `spec.selector`; none where it is absent or empty.
    pub selector: Option<Labels>,
    /// `internalTrafficPolicy: Local`.
    pub internal_local: bool,
    /// `externalTrafficPolicy: Local`, on a Service that is reached from outside at all.
    pub external_local: bool,
    /// `sessionAffinity: ClientIP`.
    pub client_ip_affinity: bool,
    /// `spec.loadBalancerSourceRanges`; those that are no ranges are left out, as
    /// kube-proxy does.
    pub source_ranges: Vec<IpNet>,
    /// `spec.publishNotReadyAddresses`.
    pub publish_not_ready: bool,
    /// `spec.trafficDistribution`.
    pub traffic_distribution: Option<Arc<str>>,
    /// `spec.externalName` of an ExternalName.
    pub external_name: Option<Arc<str>>,
    /// `spec.healthCheckNodePort`.
    pub health_check_node_port: Option<u16>,
    /// kube-proxy looks after it: no label leaves it to another proxy.
    pub proxied: bool,
    pub(in crate::cluster) value: Arc<Value>,
}

impl Service {
    /// Whether the controllers make its Endpoints and slices: those of others are made by hand.
    pub(in crate::cluster) fn has_endpoints(&self) -> bool {
        self.selector.is_some() && self.external_name.is_none()
    }

    pub(in crate::cluster) fn read(value: Value) -> Result<Self, ObjectError> {
        let root = At::root(&value);
        let metadata = root.field("metadata");
        let name = metadata.name()?;
        let spec = root.field("spec");
        let kind = spec.field("type");
        let kind = match kind.str()? {
            None | Some("" | "ClusterIP") => ServiceType::ClusterIp,
            Some("NodePort") => ServiceType::NodePort,
            Some("LoadBalancer") => ServiceType::LoadBalancer,
            Some("ExternalName") => ServiceType::ExternalName,
            Some(_) => {
                return Err(kind.error("is not ClusterIP, NodePort, LoadBalancer or ExternalName"));
            }
        };
        let headless = spec.field("clusterIP").str()? == Some("None");
        let external_name = kind == ServiceType::ExternalName;
        let mut cluster_ips = Vec::new();
        if !headless && !external_name {
            for ip in spec.field("clusterIPs").items()? {
                cluster_ips.extend(ip.ip()?);
            }
            if cluster_ips.is_empty() {
                cluster_ips.extend(spec.field("clusterIP").ip()?);
            }
        }
        let mut ip_families = Vec::new();
        for family in spec.field("ipFamilies").items()? {
            ip_families.push(match family.str()? {
                Some("IPv4") => IpFamily::V4,
                Some("IPv6") => IpFamily::V6,
                _ => return Err(family.error("is not IPv4 or IPv6")),
            });
        }
        if ip_families.is_empty() {
            ip_families.extend(cluster_ips.iter().map(|ip| IpFamily::of(*ip)));
        }
        if ip_families.is_empty() {
            ip_families.push(IpFamily::V4);
        }
        let mut external_ips = Vec::new();
        for ip in spec.field("externalIPs").items()? {
            external_ips.extend(ip.ip()?);
        }
        let status = root.field("status");
        let balancer = status.field("loadBalancer");
        let mut ingress = Vec::new();
        for entry in balancer.field("ingress").items()? {
            ingress.push(Ingress {
                ip: entry.field("ip").ip()?,
                hostname: entry.field("hostname").str()?.map(str::to_owned),
                proxy: entry.field("ipMode").str()? == Some("Proxy"),
            });
        }
        let mut ports = Vec::new();
        for port in spec.field("ports").items()? {
            ports.push(read_port(&port)?);
        }
        let selector = Labels::read(&spec.field("selector"))?;
        let mut source_ranges = Vec::new();
        for range in spec.field("loadBalancerSourceRanges").items()? {
            source_ranges.extend(range.str()?.and_then(|text| text.trim().parse::<IpNet>().ok()));
        }
        let labels = metadata.field("labels");
        let proxied = NOT_PROXIED.iter().all(|label| labels.field(label).is_absent());
        // ExternalPolicyLocal, pkg/api/v1/service/util.go, v1.36: only where there is an
        // outside to speak of.
        let external = matches!(kind, ServiceType::NodePort | ServiceType::LoadBalancer)
            || (kind == ServiceType::ClusterIp && !external_ips.is_empty());
        Ok(Self {
            name,
            kind,
            headless,
            cluster_ips: cluster_ips.into(),
            ip_families,
            external_ips,
            ingress,
            ports,
            selector: (!selector.is_empty()).then_some(selector),
            internal_local: spec.field("internalTrafficPolicy").str()? == Some("Local"),
            external_local: external && spec.field("externalTrafficPolicy").str()? == Some("Local"),
            client_ip_affinity: spec.field("sessionAffinity").str()? == Some("ClientIP"),
            source_ranges,
            publish_not_ready: spec.field("publishNotReadyAddresses").bool()?.unwrap_or(false),
            traffic_distribution: spec.field("trafficDistribution").str()?.map(Arc::from),
            external_name: match spec.field("externalName").str()? {
                Some(name) if external_name && !name.is_empty() => Some(name.into()),
                _ => None,
            },
            health_check_node_port: spec.field("healthCheckNodePort").port()?,
            proxied,
            value: Arc::new(value),
        })
    }

    /// The addresses of the load balancer that kube-proxy handles: those that are not
    /// `ipMode: Proxy` (`newBaseServiceInfo`, pkg/proxy/serviceport.go, v1.36).
    pub fn vips(&self) -> impl Iterator<Item = IpAddr> {
        self.ingress.iter().filter(|ingress| !ingress.proxy).filter_map(|ingress| ingress.ip)
    }

    /// The port of that name or number: `http` or `80`. A number may stand for a TCP and a
    /// UDP port; `protocol` tells them apart.
    #[must_use]
    pub fn port(&self, port: u16, protocol: Protocol) -> Option<&ServicePort> {
        self.ports.iter().find(|p| p.port == port && p.protocol == protocol)
    }
}

fn read_port(at: &At<'_, '_>) -> Result<ServicePort, ObjectError> {
    let port = at.field("port");
    let port = port.port()?.ok_or_else(|| port.error("is missing"))?;
    Ok(ServicePort {
        name: at.field("name").str()?.unwrap_or_default().into(),
        port,
        protocol: Protocol::read(&at.field("protocol"))?,
        target_port: PortName::read(&at.field("targetPort"))?.unwrap_or(PortName::Number(port)),
        node_port: at.field("nodePort").port()?,
        app_protocol: at.field("appProtocol").str()?.map(Arc::from),
    })
}
