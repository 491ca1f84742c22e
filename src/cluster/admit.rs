//! The server's side of creating and replacing: namespace, defaults, allocation,
//! validation, storing (apiserver/pkg/endpoints/handlers and registry/generic, v1.36.2).

use super::Cluster;
use super::admit_aside::Aside;
use super::admit_change::{Judged, carry_out, judge};
use super::admit_fields::{managed_fields, sound_managed_fields};
use super::admit_place::{named, text};
use super::admit_pod::admit_pod;
use super::asked;
use super::controllers::{made_up_uid, random_part};
use super::defaults;
use super::go_shape;
use super::object::ObjectError;
use super::remove::CLAIM_IN_USE;
use super::rules;
use super::schedule::copy_place;
use super::store::key_of;
use crate::manifest::go::Quoted;
use crate::manifest::kinds::Kind;
use crate::validate::{self, Accepted, ApiError, Issue, NamespaceState, Reason, Surroundings};
use serde_json::{Value, json};
use std::sync::Arc;

/// Who asks: what `managedFields` calls `kubectl apply` from the client's side.
pub const CLIENT_SIDE: &str = "kubectl-client-side-apply";

/// How the server carries out a change.
#[derive(Debug, Clone, Copy, Default)]
pub struct How {
    /// Nothing is stored.
    pub dry_run: bool,
    /// Of what comes of it only kind, version, namespace and name are told.
    pub heads: bool,
}

impl From<bool> for How {
    /// With a dry run or without.
    fn from(dry_run: bool) -> Self {
        Self { dry_run, heads: false }
    }
}

/// Creates `object`, which was decoded strictly and names its namespace.
///
/// # Errors
/// The server's answer when it refuses the object.
pub fn create(
    cluster: &mut Cluster,
    kind: &Kind,
    object: Value,
    how: impl Into<How>,
) -> Result<Accepted, Box<ApiError>> {
    create_as(cluster, kind, object, CLIENT_SIDE, how.into())
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
    how: How,
) -> Result<Accepted, Box<ApiError>> {
    if kind.namespaced {
        namespace_accepts(cluster, kind, text(&object, "namespace"), text(&object, "name"))?;
    }
    generate_name(cluster, &mut object);
    let uid = uid_of(cluster, kind, &object);
    let asks = |object: &mut Value| match (kind.kind, kind.group) {
        ("Pod", _) => {
            if let Err(why) = asked::ask(cluster, object) {
                let says = format!("{} is forbidden: {why}", named(kind, text(object, "name")));
                return Err(ApiError::new(Reason::Forbidden, says));
            }
            admit_pod(object);
            Ok(())
        }
        ("Job", "batch") => {
            object["metadata"]["uid"] = uid.into();
            defaults::job_selector(object);
            Ok(())
        }
        _ => Ok(()),
    };
    let born = judge_creation(cluster, kind, object, asks, how.dry_run)?;
    bear(cluster, kind, born, manager, how)
}

/// The uid that a new object gets now.
fn uid_of(cluster: &Cluster, kind: &Kind, object: &Value) -> String {
    let (namespace, name) = (text(object, "namespace"), text(object, "name"));
    made_up_uid(&format!("{}/{namespace}/{name}/{}", kind.kind, cluster.revision()))
}

/// A new object that the rules took.
#[derive(Debug, Clone)]
pub(super) struct Born {
    accepted: Accepted,
    /// The fields that the request set; null under a dry run.
    fields: Value,
}

/// Judges a new object: of others no more is asked than what `around` tells, and what `asks` does.
/// That may add what is nobody's field.
///
/// # Errors
/// The server's answer when it refuses the object.
pub(super) fn judge_creation(
    around: &dyn Surroundings,
    kind: &Kind,
    mut object: Value,
    asks: impl FnOnce(&mut Value) -> Result<(), Box<ApiError>>,
    dry_run: bool,
) -> Result<Born, Box<ApiError>> {
    sound_managed_fields(&mut object, None);
    let name = text(&object, "name").to_owned();
    go_shape(kind, &mut object, go_shape::SHOWN);
    defaults::workload(&mut object);
    let accepted = if kind.kind == "Service" && kind.group.is_empty() {
        validate::create_service(&object, around, dry_run)?
    } else {
        let mut made_up = object.clone();
        asks(&mut made_up)?;
        let wrong = rules::create(kind, &made_up);
        let checked = validate::create_other(kind, made_up);
        let mut accepted = with_rules(kind, &name, checked, wrong)?;
        accepted.warnings.extend(rules::warnings(kind, &object, true));
        go_shape(kind, &mut accepted.object, &[]);
        first_status(kind, &mut accepted.object);
        accepted
    };
    // Much work, and nobody asks for it before it is stored.
    let fields = if dry_run { Value::Null } else { managed_fields(kind, object) };
    Ok(Born { accepted, fields })
}

/// Stores a new object.
///
/// # Errors
/// The server's answer where it is there already.
pub(super) fn bear(
    cluster: &mut Cluster,
    kind: &Kind,
    Born { mut accepted, fields }: Born,
    manager: &str,
    how: How,
) -> Result<Accepted, Box<ApiError>> {
    let uid = uid_of(cluster, kind, &accepted.object);
    let (namespace, name) = (text(&accepted.object, "namespace"), text(&accepted.object, "name"));
    if cluster.has(kind.kind, namespace, name) {
        let says = format!("{} already exists", named(kind, name));
        return Err(ApiError::new(Reason::AlreadyExists, says));
    }
    if let Some(node) = accepted.object["spec"]["nodeName"].as_str().filter(|_| kind.kind == "Pod")
        && let Some(node) = cluster.node(node)
    {
        copy_place(&mut accepted.object, node);
    }
    let now = cluster.settings().now.to_string();
    let metadata = &mut accepted.object["metadata"];
    metadata["uid"] = uid.into();
    metadata["creationTimestamp"] = now.clone().into();
    if has_generation(kind) {
        metadata["generation"] = 1.into();
    }
    if how.dry_run {
        if kind.kind == "Pod" {
            accepted.object["status"]["phase"] = "Pending".into();
        }
        return Ok(accepted);
    }
    if fields != json!({}) {
        let mut entry = json!({
            "apiVersion": kind.api_version(),
            "fieldsType": "FieldsV1",
            "fieldsV1": null,
            "manager": manager,
            "operation": "Update",
            "time": now,
        });
        entry["fieldsV1"] = fields;
        metadata["managedFields"] = Value::Array(vec![entry]);
    }
    store(cluster, kind, accepted, how)
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
    how: How,
) -> Result<Accepted, Box<ApiError>> {
    let live = stored(cluster, kind, (namespace, name))?;
    let judged = judge_replacing(cluster, kind, (namespace, name), (object, live), how.dry_run)?;
    carry_out(cluster, kind, judged, how)
}

/// What the rules make of `object` in the place of what is there.
///
/// # Errors
/// The server's answer when it refuses the object.
pub(super) fn judge_replacing(
    around: &dyn Surroundings,
    kind: &Kind,
    (namespace, name): (&str, &str),
    (mut object, live): (Value, Arc<Value>),
    dry_run: bool,
) -> Result<Judged, Box<ApiError>> {
    let uid = text(&object, "uid");
    if !uid.is_empty() && uid != text(&live, "uid") {
        let says = format!(
            "Operation cannot be fulfilled on {}: StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
            named(kind, name),
            storage_key(kind, namespace, name),
            text(&live, "uid")
        );
        return Err(ApiError::new(Reason::Conflict, says));
    }
    let aside = Aside::of_both(&mut object, &live);
    judge(around, kind, name, (object, live, aside), dry_run)
}

/// Where the server keeps an object (`SpecialDefaultResourcePrefixes`,
/// pkg/kubeapiserver/default_storage_factory_builder.go, v1.36).
fn storage_key(kind: &Kind, namespace: &str, name: &str) -> String {
    let folder = match kind.kind {
        "Endpoints" => "services/endpoints",
        "Ingress" => "ingress",
        "Node" => "minions",
        "ReplicationController" => "controllers",
        "Service" => "services/specs",
        _ => kind.plural,
    };
    match kind.namespaced {
        true => format!("/registry/{folder}/{namespace}/{name}"),
        false => format!("/registry/{folder}/{name}"),
    }
}

/// The object that a change is about, as the server shows it.
///
/// # Errors
/// The server's answer where it is not there.
pub(super) fn stored(
    cluster: &Cluster,
    kind: &Kind,
    (namespace, name): (&str, &str),
) -> Result<Arc<Value>, Box<ApiError>> {
    if let Some(held) = cluster.held_as_shown(&key_of(kind.kind, namespace, name)) {
        return Ok(held);
    }
    let Some(mut object) = cluster.get(kind.kind, namespace, name) else {
        let says = format!("{} not found", named(kind, name));
        return Err(ApiError::new(Reason::NotFound, says));
    };
    if text(&object, "resourceVersion").is_empty() {
        // A world file's objects were never stored through here.
        object["metadata"]["resourceVersion"] = "1".into();
    }
    Ok(object.into())
}

pub(super) fn internal(error: ObjectError) -> Box<ApiError> {
    ApiError::new(Reason::InternalError, format!("Internal error occurred: {error}"))
}

/// As Go's structs hold it. A Service has its own, and a slice's empty lists are told.
pub(super) fn go_shape(kind: &Kind, object: &mut Value, spared: &[&str]) {
    if !matches!(kind.kind, "Service" | "EndpointSlice") {
        go_shape::tidy(kind.schema(), object, spared);
    }
}

/// The annotation that counts a DaemonSet's templates.
pub(super) const TEMPLATES: &str = "deprecated.daemonset.template.generation";

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

/// What is wrong beside the metadata, told together with it.
pub(super) fn with_rules(
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

/// Kinds whose strategies count changes of the spec.
pub(super) fn has_generation(kind: &Kind) -> bool {
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
            | "PodDisruptionBudget"
    )
}

/// Admission's NamespaceLifecycle.
pub(super) fn namespace_accepts(
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

pub(super) fn store(
    cluster: &mut Cluster,
    kind: &Kind,
    mut accepted: Accepted,
    how: How,
) -> Result<Accepted, Box<ApiError>> {
    if how.dry_run {
        return Ok(accepted);
    }
    accepted.object["metadata"]["resourceVersion"] = (cluster.revision() + 1).to_string().into();
    sort_fields(&mut accepted.object);
    let key = cluster.put(accepted.object.take()).map_err(internal)?;
    // Controllers may have settled something (a load balancer's address).
    let held = match how.heads {
        true => cluster.head(&key),
        false => cluster.get(kind.kind, &key.name.namespace, &key.name.name),
    };
    if let Some(held) = held {
        accepted.object = held;
    }
    Ok(accepted)
}

/// Fields in the alphabet's order, as kubectl shows them.
pub(super) fn sort_fields(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if !map.keys().is_sorted() {
                map.sort_keys();
            }
            map.values_mut().for_each(sort_fields);
        }
        Value::Array(items) => items.iter_mut().for_each(sort_fields),
        _ => {}
    }
}
