//! Node ports, health checks' ports among them (pkg/registry/core/service/portallocator).

use super::{Allocator, fail_if_any, hash, internal};
use crate::validate::error::{ApiError, Reason};
use crate::validate::report::Report;
use crate::validate::service::Service;
use std::collections::{HashMap, HashSet};

/// A dry run's node ports begin behind this one (`PortAllocationOperation.AllocateNext`).
const DUMMIES: i64 = 32_768;

const TAKEN: &str = "provided port is already allocated";

/// The node ports that one request was given.
#[derive(Debug, Default)]
pub(super) struct Taken {
    ports: HashSet<i64>,
    highest: Option<i64>,
}

impl Taken {
    fn contains(&self, port: i64) -> bool {
        self.ports.contains(&port)
    }

    fn insert(&mut self, port: i64) {
        self.ports.insert(port);
        self.highest = self.highest.max(Some(port));
    }

    fn highest(&self) -> Option<i64> {
        self.highest
    }

    fn len(&self) -> usize {
        self.ports.len()
    }
}

impl Allocator<'_> {
    /// `initNodePorts`: ports of the same number (TCP and UDP 53) share a node port.
    pub(super) fn first_node_ports(&mut self, service: &mut Service) -> Result<(), Box<ApiError>> {
        let mut of_port: HashMap<i64, i64> = HashMap::new();
        // Of several ports of one number the first that asks for a node port decides.
        let mut asked_for: HashMap<i64, i64> = HashMap::new();
        for port in service.spec.ports.iter().filter(|port| port.node_port != 0) {
            asked_for.entry(port.port).or_insert(port.node_port);
        }
        for idx in 0..service.spec.ports.len() {
            let (number, wanted) =
                (service.spec.ports[idx].port, service.spec.ports[idx].node_port);
            if wanted == 0 && !should_allocate(service) {
                continue;
            }
            let node_port = match of_port.get(&number).copied() {
                Some(shared) if wanted == 0 || wanted == shared => shared,
                Some(_) => {
                    self.take_node_port(service, idx, wanted)?;
                    wanted
                }
                None => {
                    let given = match asked_for.get(&number).copied() {
                        Some(asked) => {
                            self.take_node_port(service, idx, asked)?;
                            asked
                        }
                        None => self.free_node_port("failed to allocate a nodePort")?,
                    };
                    of_port.insert(number, given);
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
    pub(super) fn update_node_ports(
        &mut self,
        service: &mut Service,
        old: &Service,
    ) -> Result<(), Box<ApiError>> {
        let had: HashSet<i64> =
            old.spec.ports.iter().map(|p| p.node_port).filter(|p| *p != 0).collect();
        let mut now: HashSet<(String, i64)> = HashSet::new();
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
                if !had.contains(&wanted) && !self.ports.contains(wanted) {
                    self.take_node_port(service, idx, wanted)?;
                }
                wanted
            };
            if !now.insert((protocol.clone(), node_port)) {
                // Not an API error upstream, and so answered without a reason.
                let says = format!("duplicate nodePort: {{{protocol} {node_port}}}");
                return Err(ApiError::new(Reason::Unknown, says));
            }
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
        if owned || self.ports.contains(port) {
            return Err(("node-port-taken", TAKEN.to_owned()));
        }
        self.ports.insert(port);
        Ok(())
    }

    /// A free node port: from the upper band first (`calculateRangeOffset` of the port
    /// allocator: a thirty-second of the range, at least 16 and at most 128).
    fn free_node_port(&mut self, doing: &str) -> Result<i64, Box<ApiError>> {
        if self.dry_run {
            // A dummy, as upstream: errors may name it. See `make_legal`.
            let port = self.ports.highest().unwrap_or(DUMMIES) + 1;
            self.ports.insert(port);
            return Ok(port);
        }
        self.legal_node_port(doing)
    }

    /// Puts node ports of the range in the place of a dry run's dummies.
    pub(crate) fn make_legal(&mut self, service: &mut Service) -> Result<(), Box<ApiError>> {
        if !self.dry_run {
            return Ok(());
        }
        let mut legal: HashMap<i64, i64> = HashMap::new();
        let chosen = std::mem::take(&mut self.chosen);
        let is_chosen: HashSet<&str> = chosen.iter().map(String::as_str).collect();
        let spec = &mut service.spec;
        let ports = spec
            .ports
            .iter_mut()
            .enumerate()
            .map(|(idx, port)| (format!("spec.ports[{idx}].nodePort"), &mut port.node_port));
        let health = ("spec.healthCheckNodePort".to_owned(), &mut spec.health_check_node_port);
        for (path, port) in ports.chain([health]) {
            if !is_chosen.contains(path.as_str()) {
                continue;
            }
            let number = match legal.get(port).copied() {
                Some(number) => number,
                // A port that shares one that was asked for keeps it.
                None if *port <= DUMMIES => *port,
                None => self.legal_node_port("failed to allocate a nodePort")?,
            };
            legal.insert(*port, number);
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
                && !self.ports.contains(*port)
        };
        let free = (0..upper)
            .map(|i| first + reserved + (start + i) % upper)
            .find(is_free)
            .or_else(|| (first..first + reserved).find(is_free));
        let Some(port) = free else {
            return Err(internal(&format!("{doing}: range is full")));
        };
        self.ports.insert(port);
        Ok(port)
    }

    /// `allocHealthCheckNodePort`; a port that can't be had is an internal error upstream.
    pub(super) fn health_check_port(&mut self, service: &mut Service) -> Result<(), Box<ApiError>> {
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

fn should_allocate(service: &Service) -> bool {
    match service.spec.kind.as_str() {
        "NodePort" => true,
        "LoadBalancer" => service.spec.allocate_load_balancer_node_ports == Some(true),
        _ => false,
    }
}
