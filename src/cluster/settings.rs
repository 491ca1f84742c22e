//! A world's network settings: FORMATS.md's World without its objects.

use super::Protocol;
use ipnet::IpNet;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// How kube-proxy works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProxyMode {
    /// `--proxy-mode=iptables`.
    #[default]
    Iptables,
    /// `--proxy-mode=nftables`.
    Nftables,
}

impl fmt::Display for ProxyMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Iptables => "iptables",
            Self::Nftables => "nftables",
        })
    }
}

impl FromStr for ProxyMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "iptables" => Ok(Self::Iptables),
            "nftables" => Ok(Self::Nftables),
            _ => Err("is not iptables or nftables".to_owned()),
        }
    }
}

/// The client outside, and what the network does with load-balancer addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    /// The outside client's address.
    pub ip: IpAddr,
    /// The node to which the network routes load-balancer VIPs and external IPs.
    pub load_balancer_gateway: String,
}

/// Network settings of a world. The defaults are FORMATS.md's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The version that it speaks as: `v1.36.2`.
    pub kubernetes: String,
    /// kube-proxy's mode, on every node.
    pub proxy_mode: ProxyMode,
    /// The range of Pod addresses: what kube-proxy takes for local traffic.
    pub cluster_cidr: IpNet,
    /// The ranges of Service addresses, one a family, the default family first; never empty.
    pub service_cidrs: Vec<IpNet>,
    /// Node ports that may be given.
    pub node_ports: RangeInclusive<u16>,
    /// The cluster's DNS domain, without a dot at its end.
    pub cluster_domain: String,
    /// The kubeconfig context's name.
    pub context: String,
    /// The world's clock, RFC 3339.
    pub now: String,
    /// The client outside.
    pub external: External,
    /// The pool of the load balancer's controller; none where there is no controller.
    pub load_balancer_pool: Option<IpNet>,
    /// Names known outside, fully qualified with a dot at the end, lower case.
    pub upstream: BTreeMap<String, IpAddr>,
    /// What containers of an image listen on, by the image's name without tag and digest.
    pub images: BTreeMap<String, Vec<(u16, Protocol)>>,
    /// What a Pod listens on, where it is not what its containers declare: by `NAME` in
    /// namespace default, `NS/NAME` elsewhere.
    pub listening: BTreeMap<String, Vec<(u16, Protocol)>>,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> IpNet {
    IpNet::V4(ipnet::Ipv4Net::new_assert(std::net::Ipv4Addr::new(a, b, c, d), prefix))
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            kubernetes: "v1.36.2".to_owned(),
            proxy_mode: ProxyMode::Iptables,
            cluster_cidr: v4(10, 244, 0, 0, 16),
            service_cidrs: vec![v4(10, 96, 0, 0, 12)],
            node_ports: 30000..=32767,
            cluster_domain: "cluster.local".to_owned(),
            context: "c".to_owned(),
            now: "2026-11-20T00:00:00Z".to_owned(),
            external: External {
                ip: IpAddr::from([172, 18, 0, 100]),
                load_balancer_gateway: "node1".to_owned(),
            },
            load_balancer_pool: None,
            upstream: BTreeMap::new(),
            images: BTreeMap::new(),
            listening: BTreeMap::new(),
        }
    }
}

/// Keys of a recording beside those of a world: a recorded file is a world too.
const RECORDING: [&str; 3] = ["probes", "queries", "coredns"];

impl Settings {
    /// Reads the settings of world `map`; `objects` and what recordings hold besides are
    /// passed over. Every problem is told, as `path: what is wrong`.
    pub(super) fn read(map: &Map<String, Value>) -> Result<Self, Vec<String>> {
        let mut settings = Self::default();
        let mut problems = Vec::new();
        for (key, value) in map {
            if key == "objects" || RECORDING.contains(&key.as_str()) || value.is_null() {
                continue;
            }
            if let Err(problem) = settings.set(key, value) {
                problems.push(problem);
            }
        }
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match key {
            "kubernetes" => self.kubernetes = text(key, value)?.to_owned(),
            "proxyMode" => self.proxy_mode = parse(key, value)?,
            "clusterCIDR" => self.cluster_cidr = range(key, text(key, value)?)?,
            "serviceCIDR" => {
                self.service_cidrs = text(key, value)?
                    .split(',')
                    .map(|part| range(key, part.trim()))
                    .collect::<Result<_, _>>()?;
            }
            "nodePorts" => {
                let wrong = || format!("{key}: is not a range of ports like 30000-32767");
                let (first, last) = text(key, value)?.split_once('-').ok_or_else(wrong)?;
                let first: u16 = first.trim().parse().map_err(|_| wrong())?;
                let last: u16 = last.trim().parse().map_err(|_| wrong())?;
                if first == 0 || first > last {
                    return Err(wrong());
                }
                self.node_ports = first..=last;
            }
            "clusterDomain" => {
                let domain = text(key, value)?.trim_end_matches('.').to_ascii_lowercase();
                if domain.is_empty() {
                    return Err(format!("{key}: is empty"));
                }
                self.cluster_domain = domain;
            }
            "context" => self.context = text(key, value)?.to_owned(),
            "now" => self.now = text(key, value)?.to_owned(),
            "external" => self.set_external(value)?,
            "loadBalancer" => {
                for (field, value) in fields(key, value, &["pool"])? {
                    let path = format!("{key}.{field}");
                    self.load_balancer_pool = Some(range(&path, text(&path, value)?)?);
                }
                if self.load_balancer_pool.is_none() {
                    return Err(format!("{key}.pool: is missing"));
                }
            }
            "upstream" => {
                for (name, ip) in entries(key, value)? {
                    let path = format!("{key}[{name}]");
                    let name = format!("{}.", name.trim_end_matches('.').to_ascii_lowercase());
                    self.upstream.insert(name, parse(&path, ip)?);
                }
            }
            "images" => self.images = ports_by_name(key, value)?,
            "listening" => self.listening = ports_by_name(key, value)?,
            _ => {
                return Err(format!(
                    "{key}: no such key in a world (there are kubernetes, proxyMode, clusterCIDR, \
                     serviceCIDR, nodePorts, clusterDomain, context, now, external, loadBalancer, \
                     upstream, images, listening, objects)"
                ));
            }
        }
        Ok(())
    }

    fn set_external(&mut self, value: &Value) -> Result<(), String> {
        for (field, value) in fields("external", value, &["ip", "loadBalancerGateway"])? {
            let path = format!("external.{field}");
            if field == "ip" {
                self.external.ip = parse(&path, value)?;
            } else {
                self.external.load_balancer_gateway = text(&path, value)?.to_owned();
            }
        }
        Ok(())
    }
}

fn text<'a>(path: &str, value: &'a Value) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| format!("{path}: is not a string"))
}

fn parse<T: FromStr>(path: &str, value: &Value) -> Result<T, String>
where
    T::Err: fmt::Display,
{
    text(path, value)?.trim().parse().map_err(|problem: T::Err| format!("{path}: {problem}"))
}

fn range(path: &str, text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .map(|net| net.trunc())
        .map_err(|_| format!("{path}: is not an address range like 10.244.0.0/16"))
}

fn entries<'a>(path: &str, value: &'a Value) -> Result<&'a Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{path}: is not a mapping"))
}

/// The fields of a mapping that may have `known` keys only.
fn fields<'a>(
    path: &str,
    value: &'a Value,
    known: &[&str],
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, String> {
    let map = entries(path, value)?;
    if let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("{path}.{key}: no such key (there are {})", known.join(", ")));
    }
    Ok(map.iter())
}

fn ports_by_name(
    path: &str,
    value: &Value,
) -> Result<BTreeMap<String, Vec<(u16, Protocol)>>, String> {
    let mut all = BTreeMap::new();
    for (name, list) in entries(path, value)? {
        let list = list.as_array().ok_or_else(|| format!("{path}[{name}]: is not a list"))?;
        let mut ports = Vec::new();
        for (idx, port) in list.iter().enumerate() {
            let port = port_and_protocol(port)
                .ok_or_else(|| format!("{path}[{name}][{idx}]: is not a port like 80/TCP"))?;
            ports.push(port);
        }
        all.insert(name.clone(), ports);
    }
    Ok(all)
}

/// `80`, `"80"`, `80/TCP`.
fn port_and_protocol(value: &Value) -> Option<(u16, Protocol)> {
    if let Some(number) = value.as_u64() {
        return Some((u16::try_from(number).ok().filter(|port| *port > 0)?, Protocol::Tcp));
    }
    let text = value.as_str()?;
    let (port, protocol) = text.split_once('/').unwrap_or((text, "TCP"));
    Some((port.parse().ok().filter(|port| *port > 0)?, protocol.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<Settings, Vec<String>> {
        Settings::read(value.as_object().unwrap())
    }

    #[test]
    fn an_empty_world_has_every_default() {
        assert_eq!(read(json!({})), Ok(Settings::default()));
        assert_eq!(read(json!({"objects": [], "context": null})), Ok(Settings::default()));
    }

    #[test]
    fn all_problems_are_told_with_their_paths() {
        let problems = read(json!({
            "proxyMode": "ipvs",
            "nodePorts": "32767-30000",
            "external": {"ip": "x", "gateway": "node1"},
            "listening": {"web": ["80/tcp"]},
            "color": 1,
        }))
        .unwrap_err();
        assert_eq!(
            problems,
            [
                "proxyMode: is not iptables or nftables",
                "nodePorts: is not a range of ports like 30000-32767",
                "external.gateway: no such key (there are ip, loadBalancerGateway)",
                "listening[web][0]: is not a port like 80/TCP",
                "color: no such key in a world (there are kubernetes, proxyMode, clusterCIDR, \
                 serviceCIDR, nodePorts, clusterDomain, context, now, external, loadBalancer, \
                 upstream, images, listening, objects)",
            ]
        );
    }
}
