//! The server's side of deleting: an object with finalizers stays until they are taken off
//! (apiserver/pkg/registry/generic/registry/store.go, `Store.Delete`, v1.36).

use super::Cluster;
use super::store::{Cascade, key_of};
use super::watch::Held;
use crate::manifest::go::Quoted;
use crate::validate::{ApiError, Reason};
use serde_json::Value;

/// What came of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// The object is gone.
    Gone,
    /// The object waits for its finalizers.
    Waits,
}

/// Deletes an object. `resource` names it in answers: `deployments.apps`. Under `dry_run`
/// nothing is changed.
///
/// # Errors
/// The server's answer where there is no such object, or it can't be deleted.
pub fn remove(
    cluster: &mut Cluster,
    (kind, resource): (&str, &str),
    (namespace, name): (&str, &str),
    cascade: Cascade,
    dry_run: bool,
) -> Result<Removed, Box<ApiError>> {
    let Some(waits) = cluster.waits_for_somebody(kind, namespace, name) else {
        let says = format!("{resource} {:?} not found", Quoted(name));
        return Err(ApiError::new(Reason::NotFound, says));
    };
    let immortal = ["default", "kube-system", "kube-public"];
    if kind == "Namespace" && immortal.contains(&name) {
        let says = format!(
            "{resource} {:?} is forbidden: this namespace may not be deleted",
            Quoted(name)
        );
        return Err(ApiError::new(Reason::Forbidden, says));
    }
    if dry_run {
        return Ok(Removed::Gone);
    }
    let ends = kind == "Namespace" && cluster.stepwise;
    if !ends && !waits {
        cluster.delete_and_settle(kind, namespace, name, cascade);
        return Ok(Removed::Gone);
    }
    let Some(mut object) = cluster.get(kind, namespace, name) else { return Ok(Removed::Gone) };
    if object["metadata"]["deletionTimestamp"].is_null() {
        if ends {
            cluster.begin_to_end(object);
            return Ok(Removed::Waits);
        }
        object["metadata"]["deletionTimestamp"] = cluster.settings().now.to_string().into();
        object["metadata"]["deletionGracePeriodSeconds"] = 0.into();
        object["metadata"]["resourceVersion"] = (cluster.revision() + 1).to_string().into();
        cluster.put(object).map_err(|error| {
            let says = format!("Internal error occurred: {error}");
            ApiError::new(Reason::InternalError, says)
        })?;
    }
    Ok(Removed::Waits)
}

impl Cluster {
    /// Whether somebody wants to be asked before the object goes; none where it is not there.
    fn waits_for_somebody(&self, kind: &str, namespace: &str, name: &str) -> Option<bool> {
        let key = key_of(kind, namespace, name);
        match self.held(&key) {
            Some(Held::Pod(pod)) => Some(has_finalizers(pod.part("metadata"))),
            Some(Held::Service(service)) => Some(has_finalizers(&service.value["metadata"])),
            Some(Held::Other(object)) => Some(has_finalizers(&object["metadata"])),
            _ => Some(has_finalizers(&self.look_at(&key)?["metadata"])),
        }
    }
}

/// What keeps a claim while a Pod uses it. Its controller takes it off at once, as no Pod here
/// holds on to a claim.
pub(super) const CLAIM_IN_USE: &str = "kubernetes.io/pvc-protection";

/// Whether somebody wants to be asked before it goes.
pub(super) fn has_finalizers(metadata: &Value) -> bool {
    metadata["finalizers"].as_array().is_some_and(|list| list.iter().any(|one| one != CLAIM_IN_USE))
}
