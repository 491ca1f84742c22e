//! Addresses and node ports for Services, as the API server gives them out before it
//! validates (pkg/registry/core/service/storage/alloc.go with its ipallocator and
//! portallocator, v1.36.2). The real allocators pick at random; here a picked value
//! follows from the Service's name, so that a world always looks the same.

use super::addresses;
use super::error::{ApiError, Reason};
use super::gotext;
use super::report::Report;
use super::rules::{Case, cluster_ips};
use super::service::{Port, Service};
use super::surroundings::Surroundings;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A dry run's node ports begin behind this one (`PortAllocationOperation.AllocateNext`).
const DUMMIES: i64 = 32_768;

const TAKEN: &str = "provided port is already allocated";

/// One request's allocations.
pub(crate) struct Allocator<'a> {
    around: &'a dyn Surroundings,
    dry_run: bool,
    /// Node ports given out in this request.
    ports: Vec<i64>,
    seed: u64,
    /// The fields whose value was chosen here.
    pub(crate) chosen: Vec<String>,
}

impl<'a> Allocator<'a> {
    pub(crate) fn new(around: &'a dyn Surroundings, dry_run: bool, service: &Service) -> Self {
        let name = format!("{}/{}", service.meta.namespace, service.meta.name);
        Self { around, dry_run, ports: Vec::new(), seed: hash(&name), chosen: Vec::new() }
    }

    /// `allocateCreate`.
    pub(crate) fn create(&mut self, service: &mut Service) -> Result<(), Box<ApiError>> {
        self.ip_families(service, None)?;
        self.cluster_ips(service)?;
        if service.needs_node_port() {
            self.first_node_ports(service)?;
        }
        if service.needs_health_check() {
            self.health_check_port(service)?;
        }
        Ok(())
    }

    /// `allocateUpdate`. What is no longer used is free once the object is stored: the
    /// cluster's answers follow from its objects.
    pub(crate) fn update(
        &mut self,
        service: &mut Service,
        old: &Service,
    ) -> Result<(), Box<ApiError>> {
        self.ip_families(service, Some(old))?;
        self.update_cluster_ips(service, old)?;
        if service.needs_node_port() {
            self.update_node_ports(service, old)?;
        }
        if service.needs_health_check() && !old.needs_health_check() {
            self.health_check_port(service)?;
        }
        Ok(())
    }

    fn cidr_of(&self, family: &str) -> Option<IpNet> {
        let cidrs = self.around.service_cidrs();
        cidrs.iter().copied().find(|cidr| family_of_net(cidr) == family)
    }

    fn default_family(&self) -> &'static str {
        self.around.service_cidrs().first().map_or("IPv4", family_of_net)
    }

    /// `initIPFamilyFields`: families and policy follow from what is given and from what
    /// the cluster has.
    fn ip_families(
        &self,
        service: &mut Service,
        old: Option<&Service>,
    ) -> Result<(), Box<ApiError>> {
        const POLICY: &str = "spec.ipFamilyPolicy";
        if !service.needs_cluster_ip() || keeps_preferred_dual_stack(service, old) {
            return Ok(());
        }
        let headless = service.spec.cluster_ip == "None";
        let anything_goes = headless && service.spec.selector.is_empty();
        if service.spec.ip_family_policy.is_none() {
            let kept = old.and_then(|old| old.spec.ip_family_policy.clone());
            let usual = if anything_goes { "RequireDualStack" } else { "SingleStack" };
            service.spec.ip_family_policy = kept.or_else(|| Some(usual.to_owned()));
        }
        let policy = service.spec.ip_family_policy.clone().unwrap_or_default();
        let shown = gotext::json_string(&policy);
        let single = policy == "SingleStack";

        let mut report = Report::default();
        cluster_ips::related_fields(Case { service, old }, &mut report);
        fail_if_any(service, &mut report)?;

        if let Some(old) = old {
            let (spec, was) = (&mut service.spec, &old.spec);
            if single {
                if spec.cluster_ips == was.cluster_ips {
                    spec.cluster_ips.truncate(1);
                }
                if spec.ip_families == was.ip_families {
                    spec.ip_families.truncate(1);
                }
            } else {
                let reduced = |now: usize, was: usize| now > 0 && now < was;
                for (is_reduced, what) in [
                    (reduced(spec.cluster_ips.len(), was.cluster_ips.len()), "cluster IP"),
                    (reduced(spec.ip_families.len(), was.ip_families.len()), "IP family"),
                ] {
                    if is_reduced {
                        report.invalid(
                            "release-needs-single-stack",
                            POLICY,
                            &shown,
                            format!("must be 'SingleStack' to release the secondary {what}"),
                        );
                    }
                }
            }
        }
        if single {
            for (n, what) in [
                (service.spec.cluster_ips.len(), "cluster IPs"),
                (service.spec.ip_families.len(), "IP families"),
            ] {
                if n == 2 {
                    report.invalid(
                        "two-families-need-dual-stack",
                        POLICY,
                        &shown,
                        format!("must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified"),
                    );
                }
            }
        }
        self.infer_families(service, &mut report);
        fail_if_any(service, &mut report)?;

        if anything_goes {
            // Without a selector nobody but the user knows the endpoints' families.
            if service.spec.ip_families.is_empty() {
                service.spec.ip_families.push(self.default_family().to_owned());
            }
            if service.spec.ip_families.len() < 2 && !single {
                add_other_family(service);
            }
            return Ok(());
        }

        let n_families = self.around.service_cidrs().len();
        if policy == "RequireDualStack" && n_families < 2 {
            report.invalid(
                "cluster-not-dual-stack",
                POLICY,
                &shown,
                "this cluster is not configured for dual-stack services",
            );
        }
        for (idx, family) in service.spec.ip_families.iter().enumerate() {
            if self.cidr_of(family).is_none() {
                report.invalid(
                    "ip-family-not-in-cluster",
                    format!("spec.ipFamilies[{idx}]"),
                    gotext::json_string(family),
                    "not configured on this cluster",
                );
            }
        }
        fail_if_any(service, &mut report)?;
        if service.spec.ip_families.is_empty() {
            service.spec.ip_families.push(self.default_family().to_owned());
        }
        if !single && service.spec.ip_families.len() == 1 && n_families == 2 {
            add_other_family(service);
        }
        Ok(())
    }

    /// A clusterIP that was asked for tells its family.
    fn infer_families(&self, service: &mut Service, report: &mut Report) {
        let ips = service.spec.cluster_ips.clone();
        for (idx, ip) in ips.iter().enumerate() {
            if ip == "None" {
                break;
            }
            if idx < service.spec.ip_families.len() {
                continue;
            }
            let family = match addresses::parse_ip(ip) {
                Some(ip) if addresses::is_ipv6(ip) => "IPv6",
                Some(_) => "IPv4",
                None => "unknown",
            };
            if self.cidr_of(family).is_some() {
                service.spec.ip_families.push(family.to_owned());
            } else {
                let issue = report.invalid(
                    "cluster-ip-family-not-in-cluster",
                    format!("spec.clusterIPs[{idx}]"),
                    gotext::json_list(&ips),
                    format!("{family} is not configured on this cluster"),
                );
                if ips.len() == 1 {
                    issue.place = "spec.clusterIP".to_owned();
                }
            }
        }
    }

    /// `allocClusterIPs`: an address for each family.
    fn cluster_ips(&mut self, service: &mut Service) -> Result<(), Box<ApiError>> {
        let headless = service.spec.cluster_ips.first().is_some_and(|ip| ip == "None");
        if !service.needs_cluster_ip() || headless {
            return Ok(());
        }
        for idx in 0..service.spec.ip_families.len() {
            self.cluster_ip(service, idx)?;
        }
        service.spec.cluster_ip = service.spec.cluster_ips.first().cloned().unwrap_or_default();
        Ok(())
    }

    /// The address at `idx` of clusterIPs: the one asked for, or a free one.
    fn cluster_ip(&mut self, service: &mut Service, idx: usize) -> Result<(), Box<ApiError>> {
        let family = service.spec.ip_families[idx].clone();
        let Some(cidr) = self.cidr_of(&family) else { return Ok(()) };
        if service.spec.cluster_ips.len() <= idx {
            service.spec.cluster_ips.resize(idx + 1, String::new());
        }
        let wanted = service.spec.cluster_ips[idx].clone();
        if wanted.is_empty() {
            let Some(ip) = self.free_cluster_ip(cidr) else {
                return Err(internal(&format!(
                    "failed to allocate a serviceIP for Service {}: range is full",
                    gotext::quote(&service.meta.name)
                )));
            };
            service.spec.cluster_ips[idx] = ip.to_string();
            if idx == 0 {
                self.chosen.push("spec.clusterIP".to_owned());
            }
            self.chosen.push(format!("spec.clusterIPs[{idx}]"));
            return Ok(());
        }
        let Some(ip) = addresses::parse_ip(&wanted) else {
            return Err(internal(&format!(
                "failed to parse service IP {}",
                gotext::quote(&wanted)
            )));
        };
        let Some((code, why)) = self.refusal(cidr, ip) else { return Ok(()) };
        let mut report = Report::default();
        let issue = report.invalid(
            code,
            "spec.clusterIPs",
            gotext::json_list(&service.spec.cluster_ips),
            format!("failed to allocate IP {wanted}: {why}"),
        );
        if service.spec.cluster_ips.len() == 1 {
            issue.place = "spec.clusterIP".to_owned();
        }
        fail_if_any(service, &mut report)
    }

    /// Why `ip` can't be given out. A dry run asks one allocator directly and so words an
    /// address from elsewhere differently (`MetaAllocator.DryRun`), and it sees no clash.
    fn refusal(&self, cidr: IpNet, ip: IpAddr) -> Option<(&'static str, String)> {
        let (first, last) = usable(cidr);
        if !self.dry_run && !cidr.contains(&ip) {
            let why = "the provided network does not match the current range";
            return Some(("cluster-ip-out-of-range", why.to_owned()));
        }
        if !(first..=last).contains(&bits_of(ip)) || !cidr.contains(&ip) {
            let why = format!(
                "the provided IP ({}) is not in the valid range. The range of valid IPs is {cidr}",
                addresses::go_text(ip)
            );
            return Some(("cluster-ip-out-of-range", why));
        }
        if !self.dry_run && self.around.cluster_ip_owner(ip).is_some() {
            return Some(("cluster-ip-taken", "provided IP is already allocated".to_owned()));
        }
        None
    }

    /// A free address: from the upper band first, so that the lower one stays for those
    /// who ask for an address (`calculateRangeOffset`: a sixteenth of the range, at least
    /// 16 and at most 256).
    fn free_cluster_ip(&self, cidr: IpNet) -> Option<IpAddr> {
        let (first, last) = usable(cidr);
        if first > last {
            return None;
        }
        let size = last - first + 1;
        let reserved = (size / 16).clamp(16, 256);
        let reserved = if size <= 16 { 0 } else { reserved.min(size) };
        let to_ip = |bits: u128| match cidr {
            IpNet::V4(_) => IpAddr::V4(Ipv4Addr::from(u32::try_from(bits).unwrap_or(0))),
            IpNet::V6(_) => IpAddr::V6(Ipv6Addr::from(bits)),
        };
        let free = |bits: u128| {
            let ip = to_ip(bits);
            self.around.cluster_ip_owner(ip).is_none().then_some(ip)
        };
        // An IPv6 range is larger than any cluster; only its first 2^32 are tried.
        let upper = (size - reserved).min(1 << 32);
        let start = u128::from(self.seed) % upper.max(1);
        (0..upper)
            .find_map(|i| free(first + reserved + (start + i) % upper))
            .or_else(|| (0..reserved).find_map(|i| free(first + i)))
    }

    /// `updateClusterIPs`.
    fn update_cluster_ips(
        &mut self,
        service: &mut Service,
        old: &Service,
    ) -> Result<(), Box<ApiError>> {
        if keeps_preferred_dual_stack(service, Some(old)) {
            return Ok(());
        }
        // An object from a world file may never have got an address.
        let had_one = old.needs_cluster_ip() && !old.spec.cluster_ips.is_empty();
        if !had_one && service.needs_cluster_ip() {
            return self.cluster_ips(service);
        }
        let was_headless = old.spec.cluster_ips.first().is_some_and(|ip| ip == "None");
        let upgraded = old.spec.ip_families.len() == 1 && service.spec.ip_families.len() == 2;
        if !was_headless && service.needs_cluster_ip() && upgraded {
            return self.cluster_ip(service, 1);
        }
        Ok(())
    }

    /// `initNodePorts`: ports of the same number (TCP and UDP 53) share a node port.
    fn first_node_ports(&mut self, service: &mut Service) -> Result<(), Box<ApiError>> {
        let mut of_port: Vec<(i64, i64)> = Vec::new();
        for idx in 0..service.spec.ports.len() {
            let (number, wanted) =
                (service.spec.ports[idx].port, service.spec.ports[idx].node_port);
            if wanted == 0 && !should_allocate(service) {
                continue;
            }
            let shared = of_port.iter().find(|(port, _)| *port == number).map(|(_, node)| *node);
            let node_port = match shared {
                Some(shared) if wanted == 0 || wanted == shared => shared,
                Some(_) => {
                    self.take_node_port(service, idx, wanted)?;
                    wanted
                }
                None => {
                    let same = |p: &&Port| p.port == number && p.node_port != 0;
                    let asked = service.spec.ports.iter().find(same).map(|p| p.node_port);
                    let given = match asked {
                        Some(asked) => {
                            self.take_node_port(service, idx, asked)?;
                            asked
                        }
                        None => self.free_node_port("failed to allocate a nodePort")?,
                    };
                    of_port.push((number, given));
                    given
                }
            };
            if wanted == 0 {
                self.chosen.push(format!("spec.ports[{idx}].nodePort"));
            }
            service.spec.ports[idx].node_port = node_port;
        }
        Ok(())
    }

    /// `updateNodePorts`: what it had is kept, what is new is taken.
    fn update_node_ports(
        &mut self,
        service: &mut Service,
        old: &Service,
    ) -> Result<(), Box<ApiError>> {
        let had: Vec<i64> =
            old.spec.ports.iter().map(|p| p.node_port).filter(|p| *p != 0).collect();
        let mut now: Vec<(String, i64)> = Vec::new();
        for idx in 0..service.spec.ports.len() {
            let port = &service.spec.ports[idx];
            let (protocol, wanted) = (port.protocol.clone(), port.node_port);
            if wanted == 0 && !should_allocate(service) {
                continue;
            }
            let node_port = if wanted == 0 {
                let free = self.free_node_port("failed to allocate a nodePort")?;
                self.chosen.push(format!("spec.ports[{idx}].nodePort"));
                service.spec.ports[idx].node_port = free;
                free
            } else {
                if !had.contains(&wanted) && !self.ports.contains(&wanted) {
                    self.take_node_port(service, idx, wanted)?;
                }
                wanted
            };
            if now.contains(&(protocol.clone(), node_port)) {
                // Not an API error upstream, and so answered without a reason.
                let says = format!("duplicate nodePort: {{{protocol} {node_port}}}");
                return Err(ApiError::new(Reason::Unknown, says));
            }
            now.push((protocol, node_port));
        }
        Ok(())
    }

    fn take_node_port(
        &mut self,
        service: &Service,
        idx: usize,
        port: i64,
    ) -> Result<(), Box<ApiError>> {
        let Err((code, why)) = self.take(port) else { return Ok(()) };
        let mut report = Report::default();
        let issue = report.invalid(code, format!("spec.ports[{idx}].nodePort"), port, why);
        if let Some(owner) = u16::try_from(port).ok().and_then(|p| self.around.node_port_owner(p)) {
            issue.explanation = format!(
                "The Service {} in namespace {} has this node port already. Choose another, or none, and one is chosen for you.",
                owner.name, owner.namespace
            );
        }
        fail_if_any(service, &mut report)
    }

    /// Takes `port`; why not, where it can't be had. A dry run does not look at the range
    /// (`PortAllocationOperation.Allocate`).
    fn take(&mut self, port: i64) -> Result<(), (&'static str, String)> {
        let range = self.around.node_ports();
        let number = u16::try_from(port).ok();
        if !self.dry_run && number.is_none_or(|n| !range.contains(&n)) {
            let why = format!(
                "provided port is not in the valid range. The range of valid ports is {}-{}",
                range.start(),
                range.end()
            );
            return Err(("node-port-out-of-range", why));
        }
        let owned = number.is_some_and(|n| self.around.node_port_owner(n).is_some());
        if owned || self.ports.contains(&port) {
            return Err(("node-port-taken", TAKEN.to_owned()));
        }
        self.ports.push(port);
        Ok(())
    }

    /// A free node port: from the upper band first (`calculateRangeOffset` of the port
    /// allocator: a thirty-second of the range, at least 16 and at most 128).
    fn free_node_port(&mut self, doing: &str) -> Result<i64, Box<ApiError>> {
        if self.dry_run {
            // A dummy, as upstream: errors may name it. See `make_legal`.
            let port = self.ports.iter().copied().max().unwrap_or(DUMMIES) + 1;
            self.ports.push(port);
            return Ok(port);
        }
        self.legal_node_port(doing)
    }

    /// Puts node ports of the range in the place of a dry run's dummies.
    pub(crate) fn make_legal(&mut self, service: &mut Service) -> Result<(), Box<ApiError>> {
        if !self.dry_run {
            return Ok(());
        }
        let mut legal: Vec<(i64, i64)> = Vec::new();
        let chosen = std::mem::take(&mut self.chosen);
        let spec = &mut service.spec;
        let ports = spec
            .ports
            .iter_mut()
            .enumerate()
            .map(|(idx, port)| (format!("spec.ports[{idx}].nodePort"), &mut port.node_port));
        let health = ("spec.healthCheckNodePort".to_owned(), &mut spec.health_check_node_port);
        for (path, port) in ports.chain([health]) {
            if !chosen.contains(&path) {
                continue;
            }
            let known = legal.iter().find(|(dummy, _)| dummy == port).map(|(_, legal)| *legal);
            let number = match known {
                Some(number) => number,
                // A port that shares one that was asked for keeps it.
                None if *port <= DUMMIES => *port,
                None => self.legal_node_port("failed to allocate a nodePort")?,
            };
            legal.push((*port, number));
            *port = number;
        }
        self.chosen = chosen;
        Ok(())
    }

    fn legal_node_port(&mut self, doing: &str) -> Result<i64, Box<ApiError>> {
        let range = self.around.node_ports();
        let (first, last) = (i64::from(*range.start()), i64::from(*range.end()));
        let size = (last - first + 1).max(0);
        let reserved = if size <= 16 { 0 } else { (size / 32).clamp(16, 128).min(size) };
        let upper = size - reserved;
        let seed = hash(&format!("{} {}", self.seed, self.ports.len()));
        let start = i64::try_from(seed % u64::try_from(upper.max(1)).unwrap_or(1)).unwrap_or(0);
        let is_free = |port: &i64| {
            let number = u16::try_from(*port).ok();
            number.is_some_and(|n| self.around.node_port_owner(n).is_none())
                && !self.ports.contains(port)
        };
        let free = (0..upper)
            .map(|i| first + reserved + (start + i) % upper)
            .find(is_free)
            .or_else(|| (first..first + reserved).find(is_free));
        let Some(port) = free else {
            return Err(internal(&format!("{doing}: range is full")));
        };
        self.ports.push(port);
        Ok(port)
    }

    /// `allocHealthCheckNodePort`; a port that can't be had is an internal error upstream.
    fn health_check_port(&mut self, service: &mut Service) -> Result<(), Box<ApiError>> {
        let wanted = service.spec.health_check_node_port;
        if wanted == 0 {
            service.spec.health_check_node_port =
                self.free_node_port("failed to allocate a HealthCheck NodePort 0")?;
            self.chosen.push("spec.healthCheckNodePort".to_owned());
            return Ok(());
        }
        self.take(wanted).map_err(|(_, why)| {
            let says = format!("failed to allocate requested HealthCheck NodePort {wanted}: {why}");
            let mut error = internal(&says);
            let mut report = Report::default();
            let issue =
                report.internal("health-check-port-refused", "spec.healthCheckNodePort", says);
            issue.message = error.message.clone();
            error.issues = report.issues;
            error
        })
    }
}

/// The error of an object that broke a rule, if it did.
fn fail_if_any(service: &Service, report: &mut Report) -> Result<(), Box<ApiError>> {
    if report.issues.is_empty() {
        return Ok(());
    }
    let issues = std::mem::take(&mut report.issues);
    Err(ApiError::invalid("Service", &service.meta.name, issues))
}

/// `errors.NewInternalError`.
fn internal(why: &str) -> Box<ApiError> {
    ApiError::new(Reason::InternalError, format!("Internal error occurred: {why}"))
}

fn should_allocate(service: &Service) -> bool {
    match service.spec.kind.as_str() {
        "NodePort" => true,
        "LoadBalancer" => service.spec.allocate_load_balancer_node_ports == Some(true),
        _ => false,
    }
}

fn add_other_family(service: &mut Service) {
    let other = if service.spec.ip_families[0] == "IPv4" { "IPv6" } else { "IPv4" };
    service.spec.ip_families.push(other.to_owned());
}

/// `isMatchingPreferDualStackClusterIPFields`: such a Service is not upgraded or
/// downgraded when the cluster changed its families meanwhile.
fn keeps_preferred_dual_stack(service: &Service, old: Option<&Service>) -> bool {
    let Some(old) = old else { return false };
    let prefers = |s: &Service| s.spec.ip_family_policy.as_deref() == Some("PreferDualStack");
    prefers(service)
        && (old.spec.ip_family_policy.is_none() || prefers(old))
        && old.spec.kind == service.spec.kind
        && matches!(service.spec.kind.as_str(), "ClusterIP" | "NodePort" | "LoadBalancer")
        && old.spec.cluster_ips == service.spec.cluster_ips
        && old.spec.ip_families == service.spec.ip_families
}

fn family_of_net(cidr: &IpNet) -> &'static str {
    match cidr {
        IpNet::V4(_) => "IPv4",
        IpNet::V6(_) => "IPv6",
    }
}

/// First and last address that can be given out: not the network's own, and in IPv4 not
/// the broadcast address.
fn usable(cidr: IpNet) -> (u128, u128) {
    let first = bits_of(cidr.network()).saturating_add(1);
    let last = bits_of(cidr.broadcast());
    (first, if matches!(cidr, IpNet::V4(_)) { last.saturating_sub(1) } else { last })
}

fn bits_of(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// FNV-1a, whose result is the same on every platform and in every release.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use crate::validate::{Owner, RecordedCluster, create_service};
    use serde_json::{Value, json};

    fn service(spec: Value) -> Value {
        json!({"metadata": {"name": "web", "namespace": "default"}, "spec": spec})
    }

    fn owner() -> Owner {
        Owner { namespace: "default".to_owned(), name: "other".to_owned() }
    }

    fn dual_stack() -> RecordedCluster {
        let mut around = RecordedCluster::default();
        around.service_cidrs.push("fd00:10:96::/112".parse().unwrap());
        around
    }

    #[test]
    fn chosen_values_come_from_the_upper_band_and_follow_from_the_name() {
        let around = RecordedCluster::default();
        let web = service(json!({"type": "NodePort", "ports": [{"port": 80}]}));
        let first = create_service(&web, &around, false).unwrap();
        let again = create_service(&web, &around, false).unwrap();
        assert_eq!(first, again);
        assert_eq!(
            first.allocated,
            ["spec.clusterIP", "spec.clusterIPs[0]", "spec.ports[0].nodePort"]
        );
        let node_port = first.object["spec"]["ports"][0]["nodePort"].as_i64().unwrap();
        assert!((30086..=32767).contains(&node_port), "{node_port}");
        let ip: std::net::Ipv4Addr =
            first.object["spec"]["clusterIP"].as_str().unwrap().parse().unwrap();
        assert!(u32::from(ip) > u32::from(std::net::Ipv4Addr::new(10, 96, 1, 0)), "{ip}");
    }

    #[test]
    fn the_lower_band_is_used_when_nothing_else_is_left_and_then_the_range_is_full() {
        let mut around = RecordedCluster { node_ports: 30000..=30040, ..Default::default() };
        around.used_node_ports = (30001..=30040).map(|port| (port, owner())).collect();
        let web = service(json!({"type": "NodePort", "ports": [{"port": 80}]}));
        let object = create_service(&web, &around, false).unwrap().object;
        assert_eq!(object["spec"]["ports"][0]["nodePort"], 30000);
        around.used_node_ports.insert(30000, owner());
        let error = create_service(&web, &around, false).unwrap_err();
        assert_eq!(
            error.message,
            "Internal error occurred: failed to allocate a nodePort: range is full"
        );
    }

    #[test]
    fn ports_of_one_number_share_a_node_port() {
        let dns = service(json!({"type": "NodePort", "ports": [
            {"name": "udp", "port": 53, "protocol": "UDP"},
            {"name": "tcp", "port": 53, "protocol": "TCP"},
        ]}));
        let object = create_service(&dns, &RecordedCluster::default(), false).unwrap().object;
        let ports = &object["spec"]["ports"];
        assert_eq!(ports[0]["nodePort"], ports[1]["nodePort"]);
    }

    #[test]
    fn a_dry_run_sees_taken_node_ports_but_no_taken_cluster_ips() {
        let mut around = RecordedCluster::default();
        around.used_node_ports.insert(30080, owner());
        let taken =
            service(json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}]}));
        for dry_run in [false, true] {
            let error = create_service(&taken, &around, dry_run).unwrap_err();
            assert_eq!(
                error.kubectl(None),
                "The Service \"web\" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated\n"
            );
        }
        let taken = service(json!({"clusterIP": "10.96.0.1", "ports": [{"port": 80}]}));
        assert!(create_service(&taken, &around, true).is_ok());
        assert_eq!(
            create_service(&taken, &around, false).unwrap_err().kubectl(None),
            "The Service \"web\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.1\"]: failed to allocate IP 10.96.0.1: provided IP is already allocated\n"
        );
    }

    #[test]
    fn a_dual_stack_cluster_gives_an_address_of_each_family_when_asked() {
        let web = service(json!({"ipFamilyPolicy": "RequireDualStack", "ports": [{"port": 80}]}));
        let object = create_service(&web, &dual_stack(), false).unwrap().object;
        assert_eq!(object["spec"]["ipFamilies"], json!(["IPv4", "IPv6"]));
        assert_eq!(object["spec"]["clusterIPs"].as_array().unwrap().len(), 2);
        assert_eq!(object["spec"]["clusterIPs"][0], object["spec"]["clusterIP"]);
        let plain = service(json!({"ports": [{"port": 80}]}));
        let object = create_service(&plain, &dual_stack(), false).unwrap().object;
        assert_eq!(object["spec"]["ipFamilies"], json!(["IPv4"]));
    }
}
