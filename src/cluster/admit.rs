//! The server's side of creating and patching: namespace, defaults, allocation,
//! validation, storing (apiserver/pkg/endpoints/handlers and registry/generic, v1.36.2).

use super::Cluster;
use super::admit_convert::{convert, convert_known, patch_error};
use super::admit_fields::{managed_fields, sound_managed_fields};
use super::controllers::{made_up_uid, random_part};
use super::defaults;
use super::go_shape;
use super::json_patch;
use super::remove::CLAIM_IN_USE;
use super::rules;
use crate::manifest::go::Quoted;
use crate::manifest::go_order;
use crate::manifest::kinds::Kind;
use crate::source::Severity;
use crate::validate::{
    self, Accepted, ApiError, Issue, Mark, NamespaceState, Reason, Surroundings,
};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Who asks: what `managedFields` calls `kubectl apply` from the client's side.
const MANAGER: &str = "kubectl-client-side-apply";

fn text<'o>(object: &'o Value, field: &str) -> &'o str {
    object["metadata"][field].as_str().unwrap_or("")
}

/// `services "web"`: how the server names an object in its answers.
fn named(kind: &Kind, name: &str) -> String {
    let group = if kind.group.is_empty() { String::new() } else { format!(".{}", kind.group) };
    format!("{}{group} {:?}", kind.plural, Quoted(name))
}

/// Creates `object`, which was decoded strictly and names its namespace. Under
/// `dry_run` nothing is stored.
///
/// # Errors
/// The server's answer when it refuses the object.
pub fn create(
    cluster: &mut Cluster,
    kind: &Kind,
    object: Value,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    create_as(cluster, kind, object, MANAGER, dry_run)
}

/// As [`create`], by a client that calls itself `manager`.
///
/// # Errors
/// The server's answer when it refuses the object.
pub fn create_as(
    cluster: &mut Cluster,
    kind: &Kind,
    mut object: Value,
    manager: &str,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let namespace = text(&object, "namespace").to_owned();
    if kind.namespaced {
        namespace_accepts(cluster, kind, &namespace, text(&object, "name"))?;
    }
    generate_name(cluster, &mut object);
    sound_managed_fields(&mut object, None);
    let name = text(&object, "name").to_owned();
    go_shape(kind, &mut object, go_shape::SHOWN);
    defaults::workload(&mut object);
    let uid = made_up_uid(&format!("{}/{namespace}/{name}/{}", kind.kind, cluster.revision()));
    // What the server makes up is nobody's field.
    let mut made_up = Cow::Borrowed(&object);
    if kind.kind == "Job" && kind.group == "batch" {
        let job = made_up.to_mut();
        job["metadata"]["uid"] = uid.clone().into();
        defaults::job_selector(job);
    }
    let mut accepted = if kind.kind == "Service" && kind.group.is_empty() {
        validate::create_service(&object, cluster, dry_run)?
    } else {
        let checked = validate::create_other(kind, &made_up);
        let mut accepted = with_rules(kind, &name, checked, rules::create(kind, &made_up))?;
        accepted.warnings.extend(rules::warnings(kind, &object, true));
        go_shape(kind, &mut accepted.object, &[]);
        first_status(kind, &mut accepted.object);
        accepted
    };
    if cluster.get(kind.kind, &namespace, &name).is_some() {
        let says = format!("{} already exists", named(kind, &name));
        return Err(ApiError::new(Reason::AlreadyExists, says));
    }
    let now = cluster.settings().now.to_string();
    let metadata = &mut accepted.object["metadata"];
    metadata["uid"] = uid.into();
    metadata["creationTimestamp"] = now.clone().into();
    if has_generation(kind) {
        metadata["generation"] = 1.into();
    }
    // Much work, and nobody asks for it before it is stored.
    if dry_run {
        if kind.kind == "Pod" {
            accepted.object["status"]["phase"] = "Pending".into();
        }
        return Ok(accepted);
    }
    metadata["managedFields"] = json!([{
        "apiVersion": kind.api_version(),
        "fieldsType": "FieldsV1",
        "fieldsV1": managed_fields(kind, &object),
        "manager": manager,
        "operation": "Update",
        "time": now,
    }]);
    store(cluster, kind, accepted, dry_run)
}

/// What a patch is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PatchType {
    /// Lists are merged by their keys: kubectl's default.
    #[default]
    Strategic,
    /// RFC 7386.
    Merge,
    /// RFC 6902: a list of operations.
    Json,
}

/// Applies the strategic merge patch `patch` to an object that is there.
///
/// # Errors
/// The server's answer when it refuses the patch or what comes of it.
pub fn patch(
    cluster: &mut Cluster,
    kind: &Kind,
    place: (&str, &str),
    patch: &Value,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    patch_as(cluster, kind, place, (PatchType::Strategic, patch), dry_run)
}

/// Applies a patch of any type to an object that is there.
///
/// # Errors
/// The server's answer when it refuses the patch or what comes of it.
pub fn patch_as(
    cluster: &mut Cluster,
    kind: &Kind,
    (namespace, name): (&str, &str),
    patch: (PatchType, &Value),
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    patch_leniently(cluster, kind, (namespace, name), patch, None, dry_run)
}

/// As [`patch_as`]. Where there is a list of `unknown` fields, those are dropped and put
/// there instead of refusing them.
///
/// # Errors
/// The server's answer when it refuses the patch or what comes of it.
pub fn patch_leniently(
    cluster: &mut Cluster,
    kind: &Kind,
    (namespace, name): (&str, &str),
    (patch_type, patch): (PatchType, &Value),
    unknown: Option<&mut Vec<String>>,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let Some(mut live) = cluster.get(kind.kind, namespace, name) else {
        let says = format!("{} not found", named(kind, name));
        return Err(ApiError::new(Reason::NotFound, says));
    };
    if text(&live, "resourceVersion").is_empty() {
        // A world file's objects were never stored through here.
        live["metadata"]["resourceVersion"] = "1".into();
    }
    let (merged, patch) = merged(kind.kind, &live, (patch_type, patch))?;
    if let Some(why) = unknown_kind(&merged).filter(|_| patch_type != PatchType::Strategic) {
        return Err(unfit_object(kind, &live, (patch_type, &patch), &why));
    }
    let converted = match unknown {
        None => convert(kind.schema(), &merged),
        Some(list) => convert_known(kind.schema(), &merged).map(|(object, unknown)| {
            *list = unknown;
            object
        }),
    };
    let object = converted.map_err(|why| match patch_type {
        PatchType::Strategic => unfit_patch(&patch, &why),
        // These are carried out on the object's JSON, and that is decoded.
        PatchType::Merge | PatchType::Json => unfit_object(kind, &live, (patch_type, &patch), &why),
    })?;
    change(cluster, kind, name, (object, live), dry_run)
}

/// `object` with a patch in it, and the patch as it was carried out.
fn merged(
    kind: &str,
    object: &Value,
    (patch_type, patch): (PatchType, &Value),
) -> Result<(Value, Value), Box<ApiError>> {
    match patch_type {
        PatchType::Strategic => super::merge::apply_patch(kind, object, patch)
            .map_err(|error| ApiError::new(Reason::Unknown, error.0)),
        PatchType::Merge => {
            let mut merged = object.clone();
            json_patch::merge(&mut merged, patch);
            Ok((merged, patch.clone()))
        }
        PatchType::Json => {
            // applyJSPatch: an operation that can't be carried out is a 422.
            let says = "the server rejected our request due to an error in our request";
            let merged = json_patch::apply(object, patch)
                .ok_or_else(|| ApiError::new(Reason::Invalid, says.to_owned()))?;
            Ok((merged, patch.clone()))
        }
    }
}

/// What a client makes of `object` and a patch, without asking the server.
///
/// # Errors
/// Why the patch can't be carried out.
pub fn patched(
    kind: &str,
    object: &Value,
    patch: (PatchType, &Value),
) -> Result<Value, Box<ApiError>> {
    merged(kind, object, patch).map(|(object, _)| object)
}

/// Puts `object` in the place of what is there: `PUT`. It was decoded strictly.
///
/// # Errors
/// The server's answer when it refuses the object.
pub fn replace(
    cluster: &mut Cluster,
    kind: &Kind,
    (namespace, name): (&str, &str),
    object: Value,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let Some(mut live) = cluster.get(kind.kind, namespace, name) else {
        let says = format!("{} not found", named(kind, name));
        return Err(ApiError::new(Reason::NotFound, says));
    };
    if text(&live, "resourceVersion").is_empty() {
        live["metadata"]["resourceVersion"] = "1".into();
    }
    let uid = text(&object, "uid");
    if !uid.is_empty() && uid != text(&live, "uid") {
        let says = format!(
            "Operation cannot be fulfilled on {}: Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
            named(kind, name),
            text(&live, "uid")
        );
        return Err(ApiError::new(Reason::Conflict, says));
    }
    change(cluster, kind, name, (object, live), dry_run)
}

/// What every change goes through: defaults, the version, rules, storing.
fn change(
    cluster: &mut Cluster,
    kind: &Kind,
    name: &str,
    (mut object, live): (Value, Value),
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    same_place(&object, &live)?;
    sound_managed_fields(&mut object, Some(&live));
    go_shape(kind, &mut object, go_shape::SHOWN);
    defaults::workload(&mut object);
    same_version(kind, name, &mut object, &live)?;
    let mut accepted = if kind.kind == "Service" && kind.group.is_empty() {
        validate::update_service(&object, &live, cluster, dry_run)?
    } else {
        let checked = validate::update_other(kind, &object, &live);
        // A world file's object never went through here: it lacks what is filled in.
        let mut before = convert(kind.schema(), &live).unwrap_or_else(|_| live.clone());
        defaults::workload(&mut before);
        let mut accepted = with_rules(kind, name, checked, rules::update(kind, &object, &before))?;
        accepted.warnings.extend(rules::warnings(kind, &object, false));
        go_shape(kind, &mut accepted.object, &[]);
        keep_status(kind, &mut accepted.object, &live);
        accepted
    };
    if without_bookkeeping(&accepted.object) == without_bookkeeping(&live) {
        return Ok(Accepted { object: live, ..accepted });
    }
    let is_changed = |part: &str| accepted.object.get(part) != live.get(part);
    let annotations = |object: &Value| object["metadata"]["annotations"].clone();
    // A Deployment's controller copies annotations too.
    let is_annotated =
        kind.kind == "Deployment" && annotations(&accepted.object) != annotations(&live);
    if has_generation(kind) && (is_changed("spec") || is_annotated) {
        let generation = live["metadata"]["generation"].as_i64().unwrap_or(0) + 1;
        accepted.object["metadata"]["generation"] = generation.into();
    }
    store(cluster, kind, accepted, dry_run)
}

/// As Go's structs hold it. A Service has its own, and a slice's empty lists are told.
fn go_shape(kind: &Kind, object: &mut Value, spared: &[&str]) {
    if !matches!(kind.kind, "Service" | "EndpointSlice") {
        go_shape::tidy(kind.schema(), object, spared);
    }
}

/// The annotation that counts a DaemonSet's templates.
const TEMPLATES: &str = "deprecated.daemonset.template.generation";

/// A new object's status is the server's, whatever the manifest says.
fn first_status(kind: &Kind, object: &mut Value) {
    if let Some(status) = defaults::status(kind.kind) {
        object["status"] = status;
    }
    match kind.kind {
        "DaemonSet" => object["metadata"]["annotations"][TEMPLATES] = "1".into(),
        "Job" => defaults::job_labels(object),
        // StorageObjectInUseProtection.
        "PersistentVolumeClaim" => {
            let finalizers = &mut object["metadata"]["finalizers"];
            match finalizers.as_array_mut() {
                Some(list) if list.iter().any(|one| one == CLAIM_IN_USE) => {}
                Some(list) => list.push(CLAIM_IN_USE.into()),
                None => *finalizers = json!([CLAIM_IN_USE]),
            }
        }
        _ => {}
    }
}

/// A change leaves the status alone: it has an address of its own.
fn keep_status(kind: &Kind, object: &mut Value, live: &Value) {
    match live.get("status") {
        Some(status) => object["status"] = status.clone(),
        None => {
            if let Some(object) = object.as_object_mut() {
                object.shift_remove("status");
            }
        }
    }
    if kind.kind == "DaemonSet" {
        let said = live["metadata"]["annotations"][TEMPLATES].as_str();
        let n: u64 = said.and_then(|said| said.parse().ok()).unwrap_or(1);
        let is_same = object["spec"]["template"] == live["spec"]["template"];
        let n = if is_same { n } else { n + 1 };
        object["metadata"]["annotations"][TEMPLATES] = n.to_string().into();
    }
}

/// What is wrong beside the metadata, told together with it.
fn with_rules(
    kind: &Kind,
    name: &str,
    checked: Result<Accepted, Box<ApiError>>,
    more: Vec<Issue>,
) -> Result<Accepted, Box<ApiError>> {
    if more.is_empty() {
        return checked;
    }
    let mut issues = match checked {
        Ok(_) => Vec::new(),
        Err(error) if error.reason == Reason::Invalid => error.issues,
        Err(error) => return Err(error),
    };
    issues.extend(more);
    let mut error = ApiError::invalid(kind.kind, name, issues);
    if !kind.group.is_empty() {
        // `GroupKind.String`, which kubectl does not show.
        let full = format!("{}.{}", kind.kind, kind.group);
        error.message = error.message.replacen(kind.kind, &full, 1);
    }
    Err(error)
}

/// What the request's address says counts (`EnsureObjectNamespaceMatchesRequestNamespace`
/// and `checkName`, apiserver/pkg/endpoints/handlers).
fn same_place(object: &Value, live: &Value) -> Result<(), Box<ApiError>> {
    let (name, wanted) = (text(object, "name"), text(live, "name"));
    if !name.is_empty() && name != wanted {
        let says = format!(
            "the name of the object ({name}) does not match the name on the URL ({wanted})"
        );
        return Err(ApiError::new(Reason::BadRequest, says));
    }
    let (namespace, wanted) = (text(object, "namespace"), text(live, "namespace"));
    if !namespace.is_empty() && namespace != wanted {
        let says =
            "the namespace of the provided object does not match the namespace sent on the request";
        return Err(ApiError::new(Reason::BadRequest, says));
    }
    Ok(())
}

/// Patches `status` alone: what `--subresource=status` asks for. No rule looks at it.
///
/// # Errors
/// The server's answer when it refuses the patch.
pub fn patch_status(
    cluster: &mut Cluster,
    kind: &Kind,
    (namespace, name): (&str, &str),
    (patch_type, patch): (PatchType, &Value),
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let Some(live) = cluster.get(kind.kind, namespace, name) else {
        let says = format!("{} not found", named(kind, name));
        return Err(ApiError::new(Reason::NotFound, says));
    };
    let (merged, patch) = merged(kind.kind, &live, (patch_type, patch))?;
    let converted = convert(kind.schema(), &merged).map_err(|why| unfit_patch(&patch, &why))?;
    let mut object = live.clone();
    if let Some(status) = converted.get("status") {
        object["status"] = status.clone();
        if kind.kind == "Service" {
            for entry in
                object["status"]["loadBalancer"]["ingress"].as_array_mut().into_iter().flatten()
            {
                if entry["ip"].is_string() && entry["ipMode"].is_null() {
                    entry["ipMode"] = "VIP".into();
                }
            }
        }
    }
    let accepted = Accepted { object, allocated: Vec::new(), warnings: Vec::new() };
    if accepted.object == live {
        return Ok(accepted);
    }
    store(cluster, kind, accepted, dry_run)
}

/// Who names a version wants to change that one and no other (`Store.Update`,
/// apiserver/pkg/registry/generic/registry/store.go). 0 and none mean any.
fn same_version(
    kind: &Kind,
    name: &str,
    object: &mut Value,
    live: &Value,
) -> Result<(), Box<ApiError>> {
    let wanted = text(object, "resourceVersion").to_owned();
    if wanted == text(live, "resourceVersion") {
        return Ok(());
    }
    match if wanted.is_empty() { Ok(0) } else { go_uint(&wanted) } {
        Ok(0) => {
            object["metadata"]["resourceVersion"] = text(live, "resourceVersion").into();
            Ok(())
        }
        Ok(_) => Err(ApiError::new(
            Reason::Conflict,
            format!(
                "Operation cannot be fulfilled on {}: the object has been modified; please apply your changes to the latest version and try again",
                named(kind, name)
            ),
        )),
        Err(why) => Err(ApiError::new(
            Reason::Unknown,
            format!("strconv.ParseUint: parsing {:?}: {why}", Quoted(&wanted)),
        )),
    }
}

/// `strconv.ParseUint(text, 10, 64)`, with Go's words for why not.
fn go_uint(text: &str) -> Result<u64, &'static str> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("invalid syntax");
    }
    text.parse().map_err(|_| "value out of range")
}

/// Kinds whose strategies count changes of the spec.
fn has_generation(kind: &Kind) -> bool {
    matches!(
        kind.kind,
        "Deployment"
            | "ReplicaSet"
            | "StatefulSet"
            | "DaemonSet"
            | "Job"
            | "CronJob"
            | "Pod"
            | "EndpointSlice"
            | "Ingress"
            | "IngressClass"
            | "NetworkPolicy"
    )
}

/// `field.Invalid(patch, …)` without kind and name.
fn unfit_patch(patch: &Value, why: &str) -> Box<ApiError> {
    let issue = Issue {
        severity: Severity::Error,
        code: "patch-unfit",
        path: "patch".to_owned(),
        place: unknown_path(why).unwrap_or_default(),
        message: patch_error(patch, why),
        explanation: validate::rule("patch-unfit").map_or("", |rule| rule.explanation).to_owned(),
        mark: Mark::Key,
        remedy: None,
    };
    ApiError::invalid("", "", vec![issue])
}

/// As [`unfit_patch`], of patches after which the whole object is decoded anew: it is shown as
/// the server encoded it, but what the patch went through has its fields sorted.
fn unfit_object(
    kind: &Kind,
    live: &Value,
    (patch_type, patch): (PatchType, &Value),
    why: &str,
) -> Box<ApiError> {
    let encoded = go_order::ordered(kind, live);
    let (mut merged, _) = match merged(kind.kind, &encoded, (patch_type, patch)) {
        Ok(merged) => merged,
        Err(error) => return error,
    };
    json_patch::sort_touched(&mut merged, patch);
    let strict = crate::manifest::decode::strict(kind, &merged);
    let why = strict.err().filter(|error| !error.strict).map_or(why.to_owned(), |e| e.message());
    let shown = validate::gotext::quote(&crate::manifest::go::json(&merged));
    let mut error = unfit_patch(&merged, &why);
    let message = format!("Invalid value: {shown}: {why}");
    for issue in &mut error.issues {
        issue.message.clone_from(&message);
    }
    ApiError::invalid("", "", error.issues)
}

/// What the server says of a kind or version that nobody knows.
fn unknown_kind(object: &Value) -> Option<String> {
    let (version, kind) = (object["apiVersion"].as_str()?, object["kind"].as_str()?);
    let (group, number) = version.split_once('/').unwrap_or(("", version));
    if crate::manifest::kinds::find(group, number, kind).is_some() {
        return None;
    }
    let (kind, version) = (Quoted(kind), Quoted(version));
    Some(format!(
        "no kind {kind:?} is registered for version {version:?} in scheme \"pkg/api/legacyscheme/scheme.go:30\""
    ))
}

/// The field that a strict decoding error names first.
fn unknown_path(why: &str) -> Option<String> {
    let rest = why.strip_prefix("strict decoding error: unknown field \"")?;
    Some(rest.split('"').next()?.to_owned())
}

/// Admission's NamespaceLifecycle.
fn namespace_accepts(
    cluster: &Cluster,
    kind: &Kind,
    namespace: &str,
    name: &str,
) -> Result<(), Box<ApiError>> {
    match Surroundings::namespace(cluster, namespace) {
        NamespaceState::Active => Ok(()),
        NamespaceState::Missing => {
            let says = format!("namespaces {:?} not found", Quoted(namespace));
            Err(ApiError::new(Reason::NotFound, says))
        }
        NamespaceState::Terminating => {
            let says = format!(
                "{} is forbidden: unable to create new content in namespace {namespace} because it is being terminated",
                named(kind, name)
            );
            Err(ApiError::new(Reason::Forbidden, says))
        }
    }
}

/// A name from its prefix: five characters of those the server uses, the prefix cut to
/// 58 (`SimpleNameGenerator`); here they follow from the cluster's revision.
fn generate_name(cluster: &Cluster, object: &mut Value) {
    let prefix = text(object, "generateName").to_owned();
    if prefix.is_empty() || !text(object, "name").is_empty() {
        return;
    }
    let mut name: String = prefix.chars().take(58).collect();
    name.push_str(&random_part(&format!("{prefix}{}", cluster.revision())));
    object["metadata"]["name"] = name.into();
}

/// What the server counts by itself: a change of these alone is none.
fn without_bookkeeping(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["managedFields", "resourceVersion"] {
            metadata.shift_remove(field);
        }
    }
    object
}

fn store(
    cluster: &mut Cluster,
    kind: &Kind,
    mut accepted: Accepted,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    if dry_run {
        return Ok(accepted);
    }
    accepted.object["metadata"]["resourceVersion"] = (cluster.revision() + 1).to_string().into();
    sort_fields(&mut accepted.object);
    let (namespace, name) =
        (text(&accepted.object, "namespace").to_owned(), text(&accepted.object, "name").to_owned());
    cluster.put(accepted.object.take()).map_err(|error| {
        ApiError::new(Reason::InternalError, format!("Internal error occurred: {error}"))
    })?;
    // Controllers may have settled something (a load balancer's address).
    if let Some(held) = cluster.get(kind.kind, &namespace, &name) {
        accepted.object = held;
    }
    Ok(accepted)
}

/// Fields in the alphabet's order, as kubectl shows them.
fn sort_fields(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.sort_keys();
            map.values_mut().for_each(sort_fields);
        }
        Value::Array(items) => items.iter_mut().for_each(sort_fields),
        _ => {}
    }
}
