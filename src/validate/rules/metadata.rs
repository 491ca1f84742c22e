//! Rules of `metadata`, for every kind (apimachinery/pkg/api/validation/objectmeta.go
//! and pkg/apis/core/validation, v1.36.2).

use super::Case;
use crate::validate::gotext;
use crate::validate::issue::{Mark, Remedy};
use crate::validate::meta::{Meta, OwnerReference};
use crate::validate::names;
use crate::validate::report::Report;
use std::collections::BTreeMap;

/// All annotations together, keys and values (`TotalAnnotationSizeLimitB`).
const ANNOTATIONS_LIMIT: usize = 256 * 1024;

/// How a kind's names are checked.
#[derive(Clone, Copy)]
pub(crate) enum NameShape {
    /// One DNS label: Services (RelaxedServiceNameValidation), Namespaces.
    Label,
    /// Labels joined by dots: most kinds.
    Subdomain,
    /// Anything that can be a path segment: RBAC kinds.
    PathSegment,
}

/// Metadata of a Service.
pub(crate) fn object_meta(case: Case<'_>, report: &mut Report) {
    object_metadata(&case.service.meta, NameShape::Label, true, report);
}

/// `ValidateObjectMeta`.
pub(crate) fn object_metadata(
    meta: &Meta,
    shape: NameShape,
    namespaced: bool,
    report: &mut Report,
) {
    generate_name_invalid(meta, shape, report);
    name_missing(meta, report);
    name_invalid(meta, shape, report);
    namespace_invalid(meta, namespaced, report);
    generation_negative(meta, report);
    labels(&meta.labels, "metadata.labels", LABEL_CODES, report);
    annotations(meta, report);
    owner_references(meta, report);
    finalizers(meta, report);
    managed_fields(meta, report);
}

fn name_wrongs(name: &str, shape: NameShape, prefix: bool) -> Vec<String> {
    match (shape, prefix) {
        (NameShape::Label, false) => names::dns_label(name),
        (NameShape::Label, true) => names::dns_label_prefix(name),
        (NameShape::Subdomain, false) => names::dns_subdomain(name),
        (NameShape::Subdomain, true) => names::dns_subdomain_prefix(name),
        (NameShape::PathSegment, prefix) => path_segment(name, prefix),
    }
}

/// `IsValidPathSegmentName` and `IsValidPathSegmentPrefix`, apimachinery/pkg/api/validation/path.
fn path_segment(name: &str, prefix: bool) -> Vec<String> {
    if !prefix && matches!(name, "." | "..") {
        return vec![format!("may not be '{name}'")];
    }
    ["/", "%"]
        .into_iter()
        .filter(|part| name.contains(part))
        .map(|part| format!("may not contain '{part}'"))
        .collect()
}

fn generate_name_invalid(meta: &Meta, shape: NameShape, report: &mut Report) {
    if meta.generate_name.is_empty() {
        return;
    }
    for wrong in name_wrongs(&meta.generate_name, shape, true) {
        report.invalid_text(
            "generate-name-invalid",
            "metadata.generateName",
            &meta.generate_name,
            wrong,
        );
    }
}

fn name_missing(meta: &Meta, report: &mut Report) {
    if meta.name.is_empty() {
        report.required("name-missing", "metadata.name", "name or generateName is required");
    }
}

fn name_invalid(meta: &Meta, shape: NameShape, report: &mut Report) {
    if meta.name.is_empty() {
        return;
    }
    for wrong in name_wrongs(&meta.name, shape, false) {
        let issue = report.invalid_text("name-invalid", "metadata.name", &meta.name, wrong);
        issue.remedy = tidy_label(&meta.name)
            .filter(|_| !matches!(shape, NameShape::PathSegment))
            .map(|with| Remedy::Replace { place: "metadata.name".to_owned(), with });
    }
}

/// A DNS label near `name`, where lower case and dashes suffice to make one that YAML
/// reads as a string.
pub(crate) fn tidy_label(name: &str) -> Option<String> {
    let tidy: String = name
        .chars()
        .map(|c| if matches!(c, '_' | '.' | ' ' | '/') { '-' } else { c.to_ascii_lowercase() })
        .collect();
    let tidy = tidy.trim_matches('-').to_owned();
    let starts_well = tidy.starts_with(|c: char| c.is_ascii_lowercase());
    let word = !matches!(
        tidy.as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
    );
    (starts_well && word && names::dns_label(&tidy).is_empty()).then_some(tidy)
}

fn namespace_invalid(meta: &Meta, namespaced: bool, report: &mut Report) {
    if !namespaced {
        if !meta.namespace.is_empty() {
            report.forbidden("namespace-invalid", "metadata.namespace", "not allowed on this type");
        }
        return;
    }
    if meta.namespace.is_empty() {
        report.required("namespace-invalid", "metadata.namespace", "");
    } else {
        for wrong in names::dns_label(&meta.namespace) {
            report.invalid_text("namespace-invalid", "metadata.namespace", &meta.namespace, wrong);
        }
    }
}

fn generation_negative(meta: &Meta, report: &mut Report) {
    if meta.generation < 0 {
        let issue = report.invalid(
            "generation-negative",
            "metadata.generation",
            meta.generation,
            "must be greater than or equal to 0",
        );
        issue.remedy = Some(Remedy::Remove { place: "metadata.generation".to_owned() });
    }
}

/// The codes of a wrong key and of a wrong value.
type LabelCodes = (&'static str, &'static str);

/// Codes of `metadata.labels`.
const LABEL_CODES: LabelCodes = ("label-key-invalid", "label-value-invalid");

/// `ValidateLabels`: each label's key, then its value. The server goes through a Go map,
/// in no order; here it is the keys' order.
pub(crate) fn labels(
    labels: &BTreeMap<String, String>,
    path: &str,
    (key_code, value_code): LabelCodes,
    report: &mut Report,
) {
    for (key, value) in labels {
        for wrong in names::label_key(key) {
            let issue = report.invalid_text(key_code, path, key, wrong);
            issue.place = format!("{path}.{key}");
            issue.mark = Mark::Key;
        }
        for wrong in names::label_value(value) {
            let issue = report.invalid_text(value_code, path, value, wrong);
            issue.place = format!("{path}.{key}");
        }
    }
}

/// `ValidateAnnotations`: keys are compared in lower case, and all together have a limit.
pub(crate) fn annotations(meta: &Meta, report: &mut Report) {
    for key in meta.annotations.keys() {
        for wrong in names::label_key(&go_to_lower(key)) {
            let issue =
                report.invalid_text("annotation-key-invalid", "metadata.annotations", key, wrong);
            issue.place = format!("metadata.annotations.{key}");
            issue.mark = Mark::Key;
        }
    }
    let size: usize = meta.annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    if size > ANNOTATIONS_LIMIT {
        report.too_long("annotations-too-large", "metadata.annotations", ANNOTATIONS_LIMIT);
    }
}

/// Go's `strings.ToLower` maps each character to one character.
fn go_to_lower(text: &str) -> String {
    text.chars()
        .map(|c| {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                // U+0130, the only one that becomes two here, is `i` for Go.
                (Some(first), Some(_)) => first,
                _ => c,
            }
        })
        .collect()
}

/// So many bytes of owners are shown in all; the server has no bound of its own.
const MOST_SHOWN: usize = 4 << 20;

/// `ValidateOwnerReferences`. The server's paths name no index.
pub(crate) fn owner_references(meta: &Meta, report: &mut Report) {
    let mut manager: Option<String> = None;
    let mut shown = String::new();
    let mut n_bytes = 0;
    for (idx, owner) in meta.owner_references.iter().enumerate() {
        owner_reference(owner, idx, report);
        if owner.controller == Some(true) {
            let name = format!("{}/{}", owner.kind, owner.name);
            if let Some(first) = &manager {
                if shown.is_empty() {
                    let all: Vec<String> = meta.owner_references.iter().map(owner_json).collect();
                    shown = format!("[{}]", all.join(","));
                }
                // Each of thousands would show all of them: more than memory holds.
                n_bytes += shown.len();
                if n_bytes > MOST_SHOWN {
                    continue;
                }
                report.invalid(
                    "owner-reference-two-controllers",
                    "metadata.ownerReferences",
                    &shown,
                    format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {name}"
                    ),
                );
            } else {
                manager = Some(name);
            }
        }
    }
}

/// As Go's JSON of `metav1.OwnerReference`, fields in declaration order.
fn owner_json(owner: &OwnerReference) -> String {
    let mut text = format!(
        "{{\"apiVersion\":{},\"kind\":{},\"name\":{},\"uid\":{}",
        gotext::json_string(&owner.api_version),
        gotext::json_string(&owner.kind),
        gotext::json_string(&owner.name),
        gotext::json_string(&owner.uid)
    );
    if let Some(controller) = owner.controller {
        text.push_str(&format!(",\"controller\":{controller}"));
    }
    if let Some(block) = owner.block_owner_deletion {
        text.push_str(&format!(",\"blockOwnerDeletion\":{block}"));
    }
    text.push('}');
    text
}

fn owner_reference(owner: &OwnerReference, idx: usize, report: &mut Report) {
    const CODE: &str = "owner-reference-incomplete";
    let (group, version) = group_version(&owner.api_version);
    let mut missing = |field: &str, shown: String, detail: &str| {
        let issue =
            report.invalid(CODE, format!("metadata.ownerReferences.{field}"), shown, detail);
        issue.place = format!("metadata.ownerReferences[{idx}].{field}");
        issue.mark = Mark::Parent;
    };
    if version.is_empty() {
        missing("apiVersion", gotext::quote(&owner.api_version), "version must not be empty");
    }
    if owner.kind.is_empty() {
        missing("kind", gotext::quote(&owner.kind), "must not be empty");
    }
    if owner.name.is_empty() {
        missing("name", gotext::quote(&owner.name), "must not be empty");
    }
    if owner.uid.is_empty() {
        missing("uid", gotext::json_string(&owner.uid), "must not be empty");
    }
    // `BannedOwners` holds one kind: v1 Event.
    if (group, version, owner.kind.as_str()) == ("", "v1", "Event") {
        let issue = report.invalid(
            "owner-reference-banned",
            "metadata.ownerReferences",
            owner_json(owner),
            "/v1, Kind=Event is disallowed from being an owner",
        );
        issue.place = format!("metadata.ownerReferences[{idx}]");
    }
}

/// `schema.FromAPIVersionAndKind`: group and version; both empty for what is neither.
fn group_version(api_version: &str) -> (&str, &str) {
    match api_version.split_once('/') {
        None => ("", api_version),
        Some((_, version)) if version.contains('/') => ("", ""),
        Some((group, version)) => (group, version),
    }
}

/// `ValidateFinalizers`. The server's paths name no index.
pub(crate) fn finalizers(meta: &Meta, report: &mut Report) {
    for (idx, finalizer) in meta.finalizers.iter().enumerate() {
        for wrong in names::label_key(finalizer) {
            let issue =
                report.invalid_text("finalizer-invalid", "metadata.finalizers", finalizer, wrong);
            issue.place = format!("metadata.finalizers[{idx}]");
        }
    }
    let has = |name: &str| meta.finalizers.iter().any(|f| f == name);
    if has("orphan") && has("foregroundDeletion") {
        report.invalid(
            "finalizers-conflict",
            "metadata.finalizers",
            gotext::json_list(&meta.finalizers),
            "finalizer orphan and foregroundDeletion cannot be both set",
        );
    }
}

/// `ValidateManagedFields`, apimachinery/pkg/apis/meta/v1/validation.
pub(crate) fn managed_fields(meta: &Meta, report: &mut Report) {
    const CODE: &str = "managed-fields-invalid";
    for (idx, entry) in meta.managed_fields.iter().enumerate() {
        let text = |key: &str| entry.get(key).and_then(|v| v.as_str()).unwrap_or("");
        let path = |key: &str| format!("metadata.managedFields[{idx}].{key}");
        let operation = text("operation");
        if !matches!(operation, "Apply" | "Update") {
            let shown = gotext::json_string(operation);
            report.invalid(CODE, path("operation"), shown, "must be `Apply` or `Update`");
        }
        if !matches!(text("fieldsType"), "" | "FieldsV1") {
            report.invalid_text(CODE, path("fieldsType"), text("fieldsType"), "must be `FieldsV1`");
        }
        if text("manager").len() > 128 {
            report.too_long(CODE, path("manager"), 128);
        }
        if text("subresource").len() > 256 {
            report.too_long(CODE, path("subresource"), 256);
        }
    }
}

/// `validateKubeFinalizerName`, pkg/apis/core/validation: core kinds want a finalizer to
/// be one of Kubernetes' own or to have a domain.
pub(crate) fn unqualified_finalizers(case: Case<'_>, report: &mut Report) {
    finalizers_unqualified(&case.service.meta, report);
}

pub(crate) fn finalizers_unqualified(meta: &Meta, report: &mut Report) {
    for (idx, finalizer) in meta.finalizers.iter().enumerate() {
        let standard = ["kubernetes", "orphan", "foregroundDeletion"];
        if !finalizer.contains('/') && !standard.contains(&finalizer.as_str()) {
            report.invalid_text(
                "finalizer-unqualified",
                format!("metadata.finalizers[{idx}]"),
                finalizer,
                "name is neither a standard finalizer name nor is it fully qualified",
            );
        }
    }
}

pub(crate) const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";
pub(crate) const TOPOLOGY_MODE: &str = "service.kubernetes.io/topology-mode";

/// The deprecated annotation and its successor must agree.
pub(crate) fn topology_annotations_differ(case: Case<'_>, report: &mut Report) {
    let annotations = &case.service.meta.annotations;
    if let (Some(hints), Some(mode)) =
        (annotations.get(TOPOLOGY_HINTS), annotations.get(TOPOLOGY_MODE))
        && hints != mode
    {
        let issue = report.invalid_text(
            "topology-annotations-differ",
            format!("metadata.annotations[{TOPOLOGY_MODE}]"),
            mode,
            format!("must match annotations[{TOPOLOGY_HINTS}] when both are specified"),
        );
        issue.place = format!("metadata.annotations.{TOPOLOGY_MODE}");
        issue.remedy =
            Some(Remedy::Remove { place: format!("metadata.annotations.{TOPOLOGY_HINTS}") });
    }
}
