//! FORMATS.md's CLIENT and TARGET as text.

use super::model::{Client, Protocol};
use crate::cluster::Cluster;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// Where a packet is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// `service/[NS/]NAME`: its clusterIP, or what its name leads to.
    Service {
        /// Namespace; `default` unless given.
        namespace: String,
        /// Name.
        name: String,
    },
    /// `lb/[NS/]NAME`: its load balancer's address.
    Balancer {
        /// Namespace; `default` unless given.
        namespace: String,
        /// Name.
        name: String,
    },
    /// `node*`: each node in turn.
    EachNode,
    /// An IP address.
    Ip(IpAddr),
    /// A node's name, else a name that the client resolves.
    Name(String),
}

/// FORMATS.md's TARGET: an address, a port and a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// Where to.
    pub address: Address,
    /// Port, 1 to 65535.
    pub port: u16,
    /// Protocol.
    pub protocol: Protocol,
}

impl Target {
    /// One target for each node where the address is `node*`; else itself.
    #[must_use]
    pub fn each(&self, cluster: &Cluster) -> Vec<Self> {
        if self.address != Address::EachNode {
            return vec![self.clone()];
        }
        cluster
            .nodes()
            .map(|node| Self { address: Address::Name(node.name.to_string()), ..self.clone() })
            .collect()
    }
}

fn scoped(namespace: &str, name: &str) -> String {
    if namespace == "default" { name.to_owned() } else { format!("{namespace}/{name}") }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Address::Service { namespace, name } => {
                write!(f, "service/{}", scoped(namespace, name))?;
            }
            Address::Balancer { namespace, name } => write!(f, "lb/{}", scoped(namespace, name))?,
            Address::EachNode => f.write_str("node*")?,
            Address::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]")?,
            Address::Ip(ip) => write!(f, "{ip}")?,
            Address::Name(name) => f.write_str(name)?,
        }
        write!(f, ":{}", self.port)?;
        match self.protocol {
            Protocol::Tcp => Ok(()),
            protocol => write!(f, "/{protocol}"),
        }
    }
}

/// Splits `[NS/]NAME`, each a plausible name.
fn split_name(text: &str) -> Option<(String, String)> {
    let (namespace, name) = text.split_once('/').unwrap_or(("default", text));
    (is_name(namespace) && is_name(name)).then(|| (namespace.to_owned(), name.to_owned()))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORMS: &str = "write service/[NS/]NAME:PORT, lb/[NS/]NAME:PORT, NODE:PORT, \
                             node*:PORT, IP:PORT or NAME:PORT, with /UDP or /SCTP where it is \
                             not TCP";
        let wrong = |what: &str| format!("target {text:?}: {what}; {FORMS}");
        let (rest, protocol) = ["TCP", "UDP", "SCTP"]
            .into_iter()
            .find_map(|protocol| Some((text.strip_suffix(protocol)?.strip_suffix('/')?, protocol)))
            .unwrap_or((text, "TCP"));
        let protocol = protocol.parse().map_err(|e: String| wrong(&e))?;
        let (address, port) = rest.rsplit_once(':').ok_or_else(|| wrong("there is no port"))?;
        let port = port
            .parse()
            .ok()
            .filter(|port| *port > 0)
            .ok_or_else(|| wrong("the port is not a number from 1 to 65535"))?;
        let address = if let Some(name) = address.strip_prefix("service/") {
            let (namespace, name) = split_name(name).ok_or_else(|| wrong("that is no name"))?;
            Address::Service { namespace, name }
        } else if let Some(name) = address.strip_prefix("lb/") {
            let (namespace, name) = split_name(name).ok_or_else(|| wrong("that is no name"))?;
            Address::Balancer { namespace, name }
        } else if address == "node*" {
            Address::EachNode
        } else if let Some(ip) = address.strip_prefix('[').and_then(|a| a.strip_suffix(']')) {
            let ip: Ipv6Addr = ip.parse().map_err(|_| wrong("that is no IPv6 address"))?;
            Address::Ip(ip.into())
        } else if let Ok(ip) = address.parse::<IpAddr>() {
            Address::Ip(ip)
        } else if is_name(address) {
            Address::Name(address.to_owned())
        } else {
            return Err(wrong("that is no address and no name"));
        };
        Ok(Self { address, port, protocol })
    }
}

impl FromStr for Client {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("client {text:?}: write pod:[NS/]NAME, node:NAME or external");
        if text == "external" {
            return Ok(Self::External);
        }
        if let Some(name) = text.strip_prefix("node:").filter(|name| is_name(name)) {
            return Ok(Self::Node(name.to_owned()));
        }
        let (namespace, name) = text.strip_prefix("pod:").and_then(split_name).ok_or_else(wrong)?;
        Ok(Self::Pod { namespace, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_written_as_it_was_read() {
        for text in [
            "service/web:80",
            "service/shop/web:53/UDP",
            "lb/web:80",
            "node1:30080",
            "node*:30080",
            "10.96.0.10:80/SCTP",
            "[fd00::1]:80",
            "web.shop:80",
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        assert_eq!(
            "service/default/web:80/TCP".parse::<Target>().unwrap().to_string(),
            "service/web:80"
        );
        for text in ["pod:web-a", "pod:shop/web-a", "node:node1", "external"] {
            assert_eq!(text.parse::<Client>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_target_says_what_to_write() {
        for text in [
            "",
            ":80",
            "web",
            "web:0",
            "web:65536",
            "service/:80",
            "a b:80",
            "[1.2.3.4]:80",
            "x/y:80",
        ] {
            let error = text.parse::<Target>().unwrap_err();
            assert!(error.contains("write service/[NS/]NAME:PORT"), "{text}: {error}");
        }
        for text in ["", "pod:", "pod:a/b/c", "node:", "External"] {
            assert!(text.parse::<Client>().is_err(), "{text}");
        }
    }
}
