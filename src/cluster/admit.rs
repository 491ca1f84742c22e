//! The server's side of creating and replacing: namespace, defaults, allocation,
//! validation, storing (apiserver/pkg/endpoints/handlers and registry/generic, v1.36.2).

use super::admit_aside::{self, Aside};
use super::admit_convert::convert;
use super::admit_fields::{managed_fields, sound_managed_fields};
use super::admit_place::{named, same_place, same_version, text};
use super::admit_pod::{admit_change, admit_pod};
use super::asked;
use super::controllers::{made_up_uid, random_part};
use super::defaults;
use super::go_shape;
use super::object::ObjectError;
use super::remove::CLAIM_IN_USE;
use super::rules;
use super::schedule::copy_place;
use super::store::key_of;
use super::{Cluster, Pod};
use crate::manifest::kinds::Kind;
use crate::manifest::{self, go::Quoted};
use crate::validate::{self, Accepted, ApiError, Issue, NamespaceState, Reason, Surroundings};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;

/// Who asks: what `managedFields` calls `kubectl apply` from the client's side.
const MANAGER: &str = "kubectl-client-side-apply";

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
    create_as(cluster, kind, object, MANAGER, how.into())
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
    if kind.kind == "Pod" {
        let pod = made_up.to_mut();
        if let Err(why) = asked::ask(cluster, pod) {
            let says = format!("{} is forbidden: {why}", named(kind, &name));
            return Err(ApiError::new(Reason::Forbidden, says));
        }
        admit_pod(pod);
    }
    if kind.kind == "Job" && kind.group == "batch" {
        let job = made_up.to_mut();
        job["metadata"]["uid"] = uid.clone().into();
        defaults::job_selector(job);
    }
    let mut accepted = if kind.kind == "Service" && kind.group.is_empty() {
        validate::create_service(&object, cluster, how.dry_run)?
    } else {
        let wrong = rules::create(kind, &made_up);
        let checked = validate::create_other(kind, made_up.into_owned());
        let mut accepted = with_rules(kind, &name, checked, wrong)?;
        accepted.warnings.extend(rules::warnings(kind, &object, true));
        go_shape(kind, &mut accepted.object, &[]);
        first_status(kind, &mut accepted.object);
        accepted
    };
    if cluster.has(kind.kind, &namespace, &name) {
        let says = format!("{} already exists", named(kind, &name));
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
    // Much work, and nobody asks for it before it is stored.
    if how.dry_run {
        if kind.kind == "Pod" {
            accepted.object["status"]["phase"] = "Pending".into();
        }
        return Ok(accepted);
    }
    let fields = managed_fields(kind, object);
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
    mut object: Value,
    how: How,
) -> Result<Accepted, Box<ApiError>> {
    let live = stored(cluster, kind, (namespace, name))?;
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
    change(cluster, kind, name, (object, live, aside), how)
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

/// What every change goes through: defaults, the version, rules, storing. What was set aside of
/// both objects stays as it is.
pub(super) fn change(
    cluster: &mut Cluster,
    kind: &Kind,
    name: &str,
    (mut object, live, aside): (Value, Arc<Value>, Aside),
    how: How,
) -> Result<Accepted, Box<ApiError>> {
    same_place(&object, &live)?;
    if !aside.is_aside() {
        sound_managed_fields(&mut object, Some(&live));
    }
    go_shape(kind, &mut object, go_shape::SHOWN);
    defaults::workload(&mut object);
    if kind.kind == "Pod" {
        admit_change(&mut object, &live);
    }
    same_version(kind, name, &mut object, &live)?;
    let mut accepted = if kind.kind == "Service" && kind.group.is_empty() {
        validate::update_service(&object, &live, cluster, how.dry_run)?
    } else {
        let mut warnings = rules::warnings(kind, &object, false);
        let wrong = rules::update(kind, &object, &as_written(kind, &live));
        let checked = validate::update_other(kind, object, &live);
        let mut accepted = with_rules(kind, name, checked, wrong)?;
        accepted.warnings.append(&mut warnings);
        go_shape(kind, &mut accepted.object, &[]);
        keep_status(kind, &mut accepted.object, &live);
        accepted
    };
    if is_same(&accepted.object, &live) {
        return Ok(Accepted { object: Arc::unwrap_or_clone(live), ..accepted });
    }
    let is_changed = |part: &str| match (accepted.object.get(part), live.get(part)) {
        (Some(new), Some(old)) => !manifest::is_same(new, old),
        (new, old) => new.is_some() || old.is_some(),
    };
    // A Deployment's controller copies annotations too.
    let is_marked = |field: &str| accepted.object["metadata"][field] != live["metadata"][field];
    let counts = match kind.kind {
        "Deployment" => is_changed("spec") || is_marked("annotations"),
        "EndpointSlice" => is_changed("endpoints") || is_changed("ports") || is_marked("labels"),
        _ => is_changed("spec"),
    };
    if has_generation(kind) && counts {
        let generation = live["metadata"]["generation"].as_i64().unwrap_or(0) + 1;
        accepted.object["metadata"]["generation"] = generation.into();
    }
    aside.put_back(&mut accepted.object, &live);
    store(cluster, kind, accepted, how)
}

/// As [`change`], of a Pod of which only the metadata changes, and with it kind and version
/// alone.
pub(super) fn change_head(
    cluster: &mut Cluster,
    kind: &Kind,
    pod: &Pod,
    (mut object, live): (Value, Value),
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    same_place(&object, &live)?;
    sound_managed_fields(&mut object, Some(&live));
    same_version(kind, &pod.name.name, &mut object, &live)?;
    let mut accepted = validate::update_other(kind, object, &live)?;
    if is_same(&accepted.object, &live) {
        return Ok(Accepted { object: live, ..accepted });
    }
    if dry_run {
        return Ok(accepted);
    }
    let mut metadata = accepted.object["metadata"].take();
    metadata["resourceVersion"] = (cluster.revision() + 1).to_string().into();
    sort_fields(&mut metadata);
    cluster.put_metadata(pod, metadata).map_err(internal)?;
    if let Some(held) = cluster.pods.get(&pod.name) {
        accepted.object = cluster.head_of(held);
    }
    Ok(accepted)
}

fn internal(error: ObjectError) -> Box<ApiError> {
    ApiError::new(Reason::InternalError, format!("Internal error occurred: {error}"))
}

/// What the rules compare with. A world file's object never went through here: it lacks what is
/// filled in.
fn as_written(kind: &Kind, live: &Value) -> Value {
    // Of these only the selector is looked at.
    let known = match kind.kind {
        "Deployment" | "ReplicaSet" | "DaemonSet" if live["spec"].is_object() => json!({
            "apiVersion": live["apiVersion"],
            "kind": live["kind"],
            "spec": {"selector": live["spec"]["selector"]},
        }),
        _ => admit_aside::without(live),
    };
    let mut before = convert(kind.schema(), known).unwrap_or_else(|_| live.clone());
    go_shape(kind, &mut before, go_shape::SHOWN);
    defaults::workload(&mut before);
    before
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
            | "PodDisruptionBudget"
    )
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

/// Whether two objects differ in nothing but what the server counts by itself.
fn is_same(new: &Value, old: &Value) -> bool {
    fn same_but(new: &Value, old: &Value, left_out: &[&str]) -> bool {
        let (Value::Object(new), Value::Object(old)) = (new, old) else {
            return new.is_object() == old.is_object();
        };
        let is_left = |key: &str| !left_out.contains(&key);
        let is_in_old = |(key, value): (&String, &Value)| {
            old.get(key).is_some_and(|old| manifest::is_same(value, old))
        };
        new.iter().filter(|(key, _)| is_left(key)).all(is_in_old)
            && old.keys().filter(|key| is_left(key)).all(|key| new.contains_key(key))
    }
    same_but(&new["metadata"], &old["metadata"], &["managedFields", "resourceVersion"])
        && same_but(new, old, &["metadata"])
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
fn sort_fields(value: &mut Value) {
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
