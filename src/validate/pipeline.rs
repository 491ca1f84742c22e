//! A Service's way through the API server, but for decoding before it and storage
//! after it (pkg/registry/core/service/storage/storage.go, strategy.go; apiserver's
//! registry/generic/registry/store.go, v1.36.2): defaults, allocation, rules, warnings.

use super::allocate::Allocator;
use super::default_policy::default_policy;
use super::defaults::default_service;
use super::error::{ApiError, Reason};
use super::issue::Issue;
use super::meta::Meta;
use super::read::WrongType;
use super::report::Report;
use super::rules::metadata::{NameShape, finalizers_unqualified, object_metadata};
use super::rules::warnings::SERVICE_WARNINGS;
use super::rules::{self, Case};
use super::service::Service;
use super::surroundings::Surroundings;
use crate::manifest::kinds::Kind;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// An object that the server would store.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// As the server holds it: defaulted and allocated, without the metadata that only
    /// storing gives (uid, resourceVersion, timestamps).
    pub object: Value,
    /// The fields whose value the server chose: `spec.clusterIP`, `spec.ports[0].nodePort`.
    pub allocated: Vec<String>,
    /// Warnings in the server's order.
    pub warnings: Vec<Issue>,
}

impl From<Value> for Accepted {
    /// Without anything to say of it.
    fn from(object: Value) -> Self {
        Self { object, allocated: Vec::new(), warnings: Vec::new() }
    }
}

/// A new Service, with its namespace in it.
///
/// # Errors
/// The server's answer when it refuses the object.
pub fn create_service(
    object: &Value,
    around: &dyn Surroundings,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let mut service = Service::of(object).map_err(|wrong| undecodable(&wrong))?;
    default_service(&mut service);
    wipe_system_metadata(&mut service.meta);
    if service.spec.cluster_ips.is_empty() && !service.spec.cluster_ip.is_empty() {
        service.spec.cluster_ips = vec![service.spec.cluster_ip.clone()];
    }
    let mut allocator = Allocator::new(around, dry_run, &service);
    allocator.create(&mut service)?;
    service.status = Value::Null;
    finish(service, None, allocator)
}

/// A change of Service `old` (as the server holds it) into `object`.
///
/// # Errors
/// The server's answer when it refuses the change.
pub fn update_service(
    object: &Value,
    old: &Value,
    around: &dyn Surroundings,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let mut service = Service::of(object).map_err(|wrong| undecodable(&wrong))?;
    let mut old = Service::of_old(old).map_err(|wrong| undecodable(&wrong))?;
    default_service(&mut service);
    default_on_read(&mut old);
    keep_system_metadata(&mut service.meta, &old.meta);
    patch_allocated_values(&mut service, &old);
    normalize_cluster_ips(&mut service, &old);
    let mut allocator = Allocator::new(around, dry_run, &service);
    allocator.update(&mut service, &old)?;
    service.status = old.status.clone();
    drop_type_dependent_fields(&mut service, &old);
    finish(service, Some(&old), allocator)
}

/// `WipeObjectMetaSystemFields` (apiserver/pkg/registry/rest/meta.go).
fn wipe_system_metadata(meta: &mut Meta) {
    meta.uid.clear();
    for field in
        ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"]
    {
        meta.rest.shift_remove(field);
    }
}

/// `BeforeUpdate` (apiserver/pkg/registry/rest/update.go): what only the server counts
/// stays as it was.
fn keep_system_metadata(new: &mut Meta, old: &Meta) {
    new.generation = old.generation;
    if new.uid.is_empty() {
        new.uid.clone_from(&old.uid);
    }
    new.rest.shift_remove("creationTimestamp");
    new.rest.shift_remove("selfLink");
    for field in ["creationTimestamp", "deletionTimestamp"] {
        if let Some(was) = old.rest.get(field) {
            new.rest.insert(field.to_owned(), was.clone());
        }
    }
    if let Some(was) = old.rest.get("deletionGracePeriodSeconds") {
        new.rest.entry("deletionGracePeriodSeconds").or_insert_with(|| was.clone());
    }
}

/// `defaultOnReadService`: what an older object, or one of a world file, does not say.
fn default_on_read(service: &mut Service) {
    default_service(service);
    let spec = &mut service.spec;
    if spec.kind == "ExternalName" {
        return;
    }
    if spec.cluster_ips.is_empty() && !spec.cluster_ip.is_empty() {
        spec.cluster_ips = vec![spec.cluster_ip.clone()];
    }
    if spec.ip_families.is_empty() {
        let family = |ip: &String| if ip.contains(':') { "IPv6" } else { "IPv4" };
        spec.ip_families = spec.cluster_ips.iter().map(family).map(str::to_owned).collect();
    }
    if spec.ip_family_policy.is_none() && !spec.ip_families.is_empty() {
        let policy = if spec.ip_families.len() > 1 { "RequireDualStack" } else { "SingleStack" };
        spec.ip_family_policy = Some(policy.to_owned());
    }
}

fn finish(
    mut service: Service,
    old: Option<&Service>,
    mut allocator: Allocator<'_>,
) -> Result<Accepted, Box<ApiError>> {
    let case = Case { service: &service, old };
    let mut report = Report::default();
    let first = if old.is_some() { rules::SERVICE_UPDATE } else { rules::SERVICE_CREATE };
    rules::run(first, case, &mut report);
    rules::run(rules::SERVICE, case, &mut report);
    if !report.issues.is_empty() {
        return Err(ApiError::invalid("Service", &service.meta.name, report.issues));
    }
    rules::run(SERVICE_WARNINGS, case, &mut report);
    allocator.make_legal(&mut service)?;
    if !service.needs_cluster_ip() {
        // `defaultOnReadInternalTrafficPolicy`: stored, and never shown.
        service.spec.internal_traffic_policy = None;
    }
    Ok(Accepted {
        object: service.into_json(),
        allocated: allocator.chosen,
        warnings: report.issues,
    })
}

/// An object that no strict decoder has seen and that holds the wrong JSON types.
pub(crate) fn undecodable(wrong: &WrongType) -> Box<ApiError> {
    ApiError::new(Reason::BadRequest, format!("the object can't be read: {wrong}"))
}

/// `patchAllocatedValues`: what was allocated before is kept where the new object says
/// nothing, so that applying the same manifest again changes nothing.
fn patch_allocated_values(new: &mut Service, old: &Service) {
    if old.needs_cluster_ip() && new.needs_cluster_ip() {
        if new.spec.cluster_ip.is_empty() {
            new.spec.cluster_ip.clone_from(&old.spec.cluster_ip);
        }
        if new.spec.cluster_ips.is_empty() {
            new.spec.cluster_ips.clone_from(&old.spec.cluster_ips);
        }
    }
    if old.gets_node_ports() && new.gets_node_ports() {
        let ports_of = |service: &Service| -> HashSet<i64> {
            service.spec.ports.iter().map(|p| p.node_port).filter(|p| *p != 0).collect()
        };
        let now = ports_of(new);
        let used: HashSet<i64> = ports_of(old).intersection(&now).copied().collect();
        // Ports are known by name; of several of one name the last counts.
        let had: HashMap<&str, i64> =
            old.spec.ports.iter().map(|p| (p.name.as_str(), p.node_port)).collect();
        for port in &mut new.spec.ports {
            let was = had.get(port.name.as_str()).copied().unwrap_or(0);
            if port.node_port == 0 && !used.contains(&was) {
                port.node_port = was;
            }
        }
    }
    if old.needs_health_check() && new.needs_health_check() && new.spec.health_check_node_port == 0
    {
        new.spec.health_check_node_port = old.spec.health_check_node_port;
    }
}

/// `normalizeClusterIPs` on update: clients that know only clusterIP are understood.
fn normalize_cluster_ips(new: &mut Service, old: &Service) {
    let (was, now) = (&old.spec, &mut new.spec);
    if !was.cluster_ips.is_empty() && now.cluster_ips.is_empty() && was.cluster_ip == now.cluster_ip
    {
        now.cluster_ips.clone_from(&was.cluster_ips);
    }
    if was.cluster_ip != now.cluster_ip && was.cluster_ips == now.cluster_ips {
        now.cluster_ips = if !was.cluster_ip.is_empty() && now.cluster_ip.is_empty() {
            Vec::new()
        } else {
            vec![now.cluster_ip.clone()]
        };
    }
}

/// `dropTypeDependentFields`: what a change of type makes meaningless goes, unless the
/// user changed it in the same step.
fn drop_type_dependent_fields(new: &mut Service, old: &Service) {
    if old.needs_cluster_ip() && !new.needs_cluster_ip() {
        if old.spec.cluster_ip == new.spec.cluster_ip
            && old.spec.cluster_ips == new.spec.cluster_ips
        {
            new.spec.cluster_ip.clear();
            new.spec.cluster_ips.clear();
        }
        if old.spec.ip_families == new.spec.ip_families {
            new.spec.ip_families.clear();
        }
        if old.spec.ip_family_policy == new.spec.ip_family_policy {
            new.spec.ip_family_policy = None;
        }
    }
    if old.needs_node_port() && !new.needs_node_port() {
        let had = |port: i64| old.spec.ports.iter().any(|p| p.node_port == port);
        if new.spec.ports.iter().all(|p| p.node_port == 0 || had(p.node_port)) {
            for port in &mut new.spec.ports {
                port.node_port = 0;
            }
        }
    }
    if old.needs_health_check()
        && !new.needs_health_check()
        && old.spec.health_check_node_port == new.spec.health_check_node_port
    {
        new.spec.health_check_node_port = 0;
    }
    let (was_lb, is_lb) = (old.spec.kind == "LoadBalancer", new.spec.kind == "LoadBalancer");
    if was_lb && !is_lb {
        let allocates = old.spec.allocate_load_balancer_node_ports;
        if allocates.is_some() && allocates == new.spec.allocate_load_balancer_node_ports {
            new.spec.allocate_load_balancer_node_ports = None;
        }
        if old.spec.load_balancer_class == new.spec.load_balancer_class {
            new.spec.load_balancer_class = None;
        }
    }
    if old.is_externally_accessible()
        && !new.is_externally_accessible()
        && old.spec.external_traffic_policy == new.spec.external_traffic_policy
    {
        new.spec.external_traffic_policy.clear();
    }
    if !is_lb && let Some(status) = new.status.as_object_mut() {
        status.insert("loadBalancer".to_owned(), serde_json::json!({}));
    }
}

/// A new object of another kind than Service: its metadata is checked, its `spec` is
/// taken as it is.
///
/// # Errors
/// The server's answer when it refuses the metadata.
pub fn create_other(kind: &Kind, mut object: Value) -> Result<Accepted, Box<ApiError>> {
    let mut meta = Meta::take(&mut object).map_err(|wrong| undecodable(&wrong))?;
    wipe_system_metadata(&mut meta);
    if kind.kind == "Namespace" {
        // NamespaceDefaultLabelName; the strategy adds the finalizer.
        meta.labels.insert("kubernetes.io/metadata.name".to_owned(), meta.name.clone());
        object["spec"]["finalizers"] = serde_json::json!(["kubernetes"]);
        object["status"] = serde_json::json!({"phase": "Active"});
    }
    if kind.kind == "NetworkPolicy" {
        default_policy(&mut object);
    }
    check_other(kind, &meta, None)?;
    object["metadata"] = meta.into_json();
    Ok(object.into())
}

/// A change of an object of another kind than Service: its metadata is checked, its
/// `spec` is taken as it is.
///
/// # Errors
/// The server's answer when it refuses the metadata.
pub fn update_other(
    kind: &Kind,
    mut object: Value,
    old: &Value,
) -> Result<Accepted, Box<ApiError>> {
    let mut meta = Meta::take(&mut object).map_err(|wrong| undecodable(&wrong))?;
    let old_meta = Meta::of_old(old).map_err(|wrong| undecodable(&wrong))?;
    keep_system_metadata(&mut meta, &old_meta);
    if kind.kind == "NetworkPolicy" {
        default_policy(&mut object);
    }
    check_other(kind, &meta, Some(&old_meta))?;
    object["metadata"] = meta.into_json();
    Ok(object.into())
}

fn check_other(kind: &Kind, meta: &Meta, old: Option<&Meta>) -> Result<(), Box<ApiError>> {
    let shape = match (kind.group, kind.kind) {
        ("", "Namespace") | ("apps", "StatefulSet") => NameShape::Label,
        ("rbac.authorization.k8s.io", _) => NameShape::PathSegment,
        _ => NameShape::Subdomain,
    };
    let mut report = Report::default();
    match old {
        Some(old) => rules::update::common_fields(meta, old, kind.namespaced, &mut report),
        None => object_metadata(meta, shape, kind.namespaced, &mut report),
    }
    if kind.group.is_empty() {
        finalizers_unqualified(meta, &mut report);
    }
    if report.issues.is_empty() {
        return Ok(());
    }
    let mut error = ApiError::invalid(kind.kind, &meta.name, report.issues);
    if !kind.group.is_empty() {
        // `GroupKind.String`, which kubectl does not show.
        error.message =
            error.message.replacen(kind.kind, &format!("{}.{}", kind.kind, kind.group), 1);
    }
    Err(error)
}
