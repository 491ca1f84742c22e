//! The rules by family, and the order in which the API server runs them.

pub(crate) mod cluster_ips;
pub(crate) mod external;
pub(crate) mod metadata;
pub(crate) mod ports;
pub(crate) mod shape;
pub(crate) mod traffic;
pub(crate) mod update;
pub(crate) mod warnings;

use super::report::Report;
use super::service::Service;

/// What a rule looks at.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The Service, defaulted and allocated.
    pub(crate) service: &'a Service,
    /// What the server held before; none for a new Service.
    pub(crate) old: Option<&'a Service>,
}

/// One step of the server's validation: it looks and reports.
pub(crate) type Step = fn(Case<'_>, &mut Report);

/// `ValidateServiceCreate` before it comes to `validateService`.
pub(crate) const SERVICE_CREATE: &[Step] =
    &[metadata::object_meta, metadata::unqualified_finalizers];

/// `validateService` (pkg/apis/core/validation, v1.36.2), step by step. The server's
/// checks for values that its own defaults always fill in (sessionAffinity, type,
/// protocol, the traffic policies) can't fail for any manifest and are left out.
pub(crate) const SERVICE: &[Step] = &[
    metadata::topology_annotations_differ,
    shape::ports_missing,
    shape::headless_load_balancer,
    shape::headless_node_port,
    shape::external_name_with_cluster_ips,
    shape::external_name_with_families,
    shape::external_name_with_family_policy,
    shape::external_name_missing,
    shape::external_name_invalid,
    ports::each_port,
    shape::selector_labels,
    shape::session_affinity_unknown,
    shape::affinity_timeout,
    cluster_ips::related_fields,
    external::external_ips,
    shape::type_unknown,
    ports::node_port_on_cluster_ip,
    ports::node_port_duplicate,
    ports::port_duplicate,
    external::source_ranges,
    external::node_port_allocation_without_load_balancer,
    external::load_balancer_class,
    traffic::external_policy,
    traffic::health_check_port,
    traffic::internal_policy_unknown,
    traffic::distribution_unknown,
];

/// `validateCommonFields` (apiserver/pkg/registry/rest/update.go), then
/// `ValidateServiceUpdate` before it comes to `validateService`.
pub(crate) const SERVICE_UPDATE: &[Step] = &[
    update::object_meta,
    metadata::unqualified_finalizers,
    update::cluster_ips_changed,
    update::ip_families_changed,
    update::load_balancer_class_changed,
    external::load_balancer_class,
    update::health_check_port_changed,
];

/// Runs `steps` in order.
pub(crate) fn run(steps: &[Step], case: Case<'_>, report: &mut Report) {
    for step in steps {
        step(case, report);
    }
}
