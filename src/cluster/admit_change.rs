//! The server's side of changing what is there: what comes of it is judged first, and then stored
//! (apiserver/pkg/registry/generic, v1.36.2).

use super::admit::{
    How, TEMPLATES, go_shape, has_generation, internal, sort_fields, store, with_rules,
};
use super::admit_aside::{self, Aside};
use super::admit_convert::convert;
use super::admit_fields::sound_managed_fields;
use super::admit_place::{same_place, same_version};
use super::admit_pod::admit_change;
use super::{Cluster, Pod, defaults, go_shape, rules};
use crate::manifest;
use crate::manifest::kinds::Kind;
use crate::validate::{self, Accepted, ApiError, Surroundings};
use serde_json::{Value, json};
use std::sync::Arc;

/// What the rules make of a change.
#[derive(Debug, Clone)]
pub(super) enum Judged {
    /// Nothing would change.
    Same(Accepted),
    /// To be stored.
    Changed(Accepted),
}

/// Does what was judged.
///
/// # Errors
/// As [`store`].
pub(super) fn carry_out(
    cluster: &mut Cluster,
    kind: &Kind,
    judged: Judged,
    how: How,
) -> Result<Accepted, Box<ApiError>> {
    match judged {
        Judged::Same(accepted) => Ok(accepted),
        Judged::Changed(accepted) => store(cluster, kind, accepted, how),
    }
}

/// Judges a change, with defaults, version and rules; what was set aside of both objects stays as
/// it is. Of other objects no more is asked than what `around` tells.
///
/// # Errors
/// The server's answer when it refuses the change.
pub(super) fn judge(
    around: &dyn Surroundings,
    kind: &Kind,
    name: &str,
    (mut object, live, aside): (Value, Arc<Value>, Aside),
    dry_run: bool,
) -> Result<Judged, Box<ApiError>> {
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
        validate::update_service(&object, &live, around, dry_run)?
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
        return Ok(Judged::Same(Accepted { object: Arc::unwrap_or_clone(live), ..accepted }));
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
    Ok(Judged::Changed(accepted))
}

/// A change of a Pod of which only the metadata changes, and with it kind and version alone are
/// given.
pub(super) fn change_head(
    cluster: &mut Cluster,
    kind: &Kind,
    pod: &Pod,
    (object, live): (Value, Value),
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let (mut accepted, is_same) = judge_head(kind, &pod.name.name, (object, live))?;
    if is_same || dry_run {
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

/// Judges such a change; whether nothing would change.
///
/// # Errors
/// The server's answer when it refuses the change.
pub(super) fn judge_head(
    kind: &Kind,
    name: &str,
    (mut object, live): (Value, Value),
) -> Result<(Accepted, bool), Box<ApiError>> {
    same_place(&object, &live)?;
    sound_managed_fields(&mut object, Some(&live));
    same_version(kind, name, &mut object, &live)?;
    let accepted = validate::update_other(kind, object, &live)?;
    if is_same(&accepted.object, &live) {
        return Ok((Accepted { object: live, ..accepted }, true));
    }
    Ok((accepted, false))
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
