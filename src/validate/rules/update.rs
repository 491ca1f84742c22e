//! Rules about what a change may change (`ValidateServiceUpdate` and its helpers,
//! pkg/apis/core/validation; `ValidateObjectMetaAccessorUpdate`,
//! apimachinery/pkg/api/validation, v1.36.2).

use super::metadata::NameShape;
use super::{Case, metadata};
use crate::validate::gotext;
use crate::validate::meta::Meta;
use crate::validate::report::Report;
use serde_json::Value;

const ONCE: &str = "may not change once set";

/// Metadata of a changed Service.
pub(crate) fn object_meta(case: Case<'_>, report: &mut Report) {
    if let Some(old) = case.old {
        common_fields(&case.service.meta, &old.meta, true, report);
    }
}

/// `validateCommonFields`: names are judged only as parts of a URL here, since what was
/// allowed once stays. The kinds' own checks of metadata say the same again.
pub(crate) fn common_fields(new: &Meta, old: &Meta, namespaced: bool, report: &mut Report) {
    metadata::object_metadata(new, NameShape::PathSegment, namespaced, report);
    object_metadata(new, old, report);
}

/// `ValidateObjectMetaAccessorUpdate`: what may not change in an object's metadata. What
/// must hold of it in any case was said before. A generation can't be decremented: the
/// server keeps its own.
fn object_metadata(new: &Meta, old: &Meta, report: &mut Report) {
    if old.rest.contains_key("deletionTimestamp") {
        let mut extra: Vec<&String> =
            new.finalizers.iter().filter(|f| !old.finalizers.contains(f)).collect();
        crate::source::sort::sort_by(&mut extra, Ord::cmp);
        extra.dedup();
        if !extra.is_empty() {
            let list: Vec<String> = extra.into_iter().map(|f| gotext::quote(f)).collect();
            let issue = report.forbidden(
                "finalizer-added-while-deleting",
                "metadata.finalizers",
                format!(
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                    list.join(", ")
                ),
            );
            // Without any finalizer the object would be gone.
            issue.remedy = None;
        }
    }
    if new.resource_version.is_empty() {
        report.invalid_text(
            "resource-version-missing",
            "metadata.resourceVersion",
            "",
            "must be specified for an update",
        );
    }
    let mut immutable = |field: &str, new: String, old: String| {
        if new != old {
            report.invalid(
                "metadata-immutable",
                format!("metadata.{field}"),
                new,
                "field is immutable",
            );
        }
    };
    immutable("name", gotext::quote(&new.name), gotext::quote(&old.name));
    immutable("namespace", gotext::quote(&new.namespace), gotext::quote(&old.namespace));
    immutable("uid", gotext::json_string(&new.uid), gotext::json_string(&old.uid));
    for field in ["deletionTimestamp", "deletionGracePeriodSeconds"] {
        let shown = |meta: &Meta| gotext::json(meta.rest.get(field).unwrap_or(&Value::Null));
        immutable(field, shown(new), shown(old));
    }
}

/// `validateUpgradeDowngradeClusterIPs`: a clusterIP stays for the Service's life, unless
/// it becomes or was an ExternalName. One of the second family may come and go.
pub(crate) fn cluster_ips_changed(case: Case<'_>, report: &mut Report) {
    const CODE: &str = "cluster-ip-changed";
    let Some(old) = case.old else { return };
    let new = case.service;
    if !new.needs_cluster_ip()
        || !old.needs_cluster_ip()
        || (new.is_headless() && old.is_headless())
    {
        return;
    }
    let (was, now) = (&old.spec.cluster_ips, &new.spec.cluster_ips);
    let shown = gotext::json_list(now);
    let mut changed = |idx: usize, detail: &str| {
        let issue = report.invalid(CODE, format!("spec.clusterIPs[{idx}]"), &shown, detail);
        if idx == 0 {
            issue.place = "spec.clusterIP".to_owned();
        }
    };
    if was.len() == now.len() {
        for (idx, (was, now)) in was.iter().zip(now).enumerate() {
            if was != now {
                changed(idx, ONCE);
            }
        }
        return;
    }
    if was.len() > now.len() && now.is_empty() {
        let issue = report.invalid(
            CODE,
            "spec.clusterIPs[0]",
            if now.is_empty() { "null".to_owned() } else { shown },
            "primary clusterIP can not be unset",
        );
        issue.place = "spec.clusterIP".to_owned();
        return;
    }
    if was.first().is_some_and(|was| now.first() != Some(was)) {
        changed(0, ONCE);
    }
    if was.len() > now.len() && now.len() == 1 {
        released_needs_single_stack(case, "clusterIP", report);
    }
}

/// A second address or family is given back only by saying SingleStack.
fn released_needs_single_stack(case: Case<'_>, what: &str, report: &mut Report) {
    let policy = case.service.spec.ip_family_policy.as_deref();
    if policy != Some("SingleStack") {
        report.invalid(
            "release-needs-single-stack",
            "spec.ipFamilyPolicy",
            policy.map_or_else(|| "null".to_owned(), gotext::json_string),
            format!("must be set to 'SingleStack' when releasing the secondary {what}"),
        );
    }
}

/// `validateUpgradeDowngradeIPFamilies`. The server always names index 0 here, and in two
/// places shows the clusterIPs instead of the families.
pub(crate) fn ip_families_changed(case: Case<'_>, report: &mut Report) {
    const CODE: &str = "cluster-ip-changed";
    const PATH: &str = "spec.ipFamilies[0]";
    let Some(old) = case.old else { return };
    let new = case.service;
    if !new.needs_cluster_ip() || !old.needs_cluster_ip() || new.is_headless() || old.is_headless()
    {
        return;
    }
    let (was, now) = (&old.spec.ip_families, &new.spec.ip_families);
    if was.len() == now.len() {
        for _ in was.iter().zip(now).filter(|(was, now)| was != now) {
            report.invalid(CODE, PATH, gotext::json_list(now), ONCE);
        }
        return;
    }
    if was.len() > now.len() && new.spec.cluster_ips.is_empty() {
        report.invalid(CODE, PATH, gotext::json_list(now), "primary ipFamily can not be unset");
    }
    if let (Some(was), Some(now)) = (was.first(), now.first())
        && was != now
    {
        report.invalid(CODE, PATH, gotext::json_list(&new.spec.cluster_ips), ONCE);
    }
    if was.len() > now.len() && now.len() == 1 {
        released_needs_single_stack(case, "ipFamily", report);
    }
}

pub(crate) fn load_balancer_class_changed(case: Case<'_>, report: &mut Report) {
    let Some(old) = case.old else { return };
    let (was, now) = (&old.spec.load_balancer_class, &case.service.spec.load_balancer_class);
    let both = [old, case.service].iter().all(|s| s.spec.kind == "LoadBalancer");
    if both && was != now {
        let shown = now.as_deref().map_or_else(|| "null".to_owned(), gotext::json_string);
        report.invalid("load-balancer-class-changed", "spec.loadBalancerClass", shown, ONCE);
    }
}

/// `validateServiceExternalTrafficFieldsUpdate`.
pub(crate) fn health_check_port_changed(case: Case<'_>, report: &mut Report) {
    let Some(old) = case.old else { return };
    let (was, now) = (old.spec.health_check_node_port, case.service.spec.health_check_node_port);
    if old.needs_health_check() && case.service.needs_health_check() && was != now {
        report.forbidden(
            "health-check-port-changed",
            "spec.healthCheckNodePort",
            "field is immutable",
        );
    }
}
