//! Addresses and node ports for Services, as the API server gives them out before it
//! validates (pkg/registry/core/service/storage/alloc.go with its ipallocator and
//! portallocator, v1.36.2). The real allocators pick at random; here a picked value
//! follows from the Service's name, so that a world always looks the same.

mod cluster_ips;
mod families;
mod node_ports;

use super::error::{ApiError, Reason};
use super::report::Report;
use super::service::Service;
use super::surroundings::Surroundings;
use node_ports::Taken;

/// One request's allocations.
pub(crate) struct Allocator<'a> {
    around: &'a dyn Surroundings,
    dry_run: bool,
    /// Node ports given out in this request.
    ports: Taken,
    seed: u64,
    /// The fields whose value was chosen here.
    pub(crate) chosen: Vec<String>,
}

impl<'a> Allocator<'a> {
    pub(crate) fn new(around: &'a dyn Surroundings, dry_run: bool, service: &Service) -> Self {
        let name = format!("{}/{}", service.meta.namespace, service.meta.name);
        Self { around, dry_run, ports: Taken::default(), seed: hash(&name), chosen: Vec::new() }
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
