//! The server's side of a request, as far as `apply` needs it.

use crate::cluster::Cluster;
use crate::validate::{
    Accepted, ApiError, NamespaceState, Reason, Surroundings, create_service, update_service,
};
use serde_json::Value;

fn text<'o>(object: &'o Value, field: &str) -> &'o str {
    object["metadata"][field].as_str().unwrap_or("")
}

/// Creates `object`, which has been decoded strictly.
pub(super) fn create(
    cluster: &mut Cluster,
    object: Value,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let namespace = text(&object, "namespace").to_owned();
    if !namespace.is_empty()
        && Surroundings::namespace(cluster, &namespace) == NamespaceState::Missing
    {
        let message = format!("namespaces {namespace:?} not found");
        return Err(ApiError::new(Reason::NotFound, message));
    }
    let accepted = if object["kind"] == "Service" {
        create_service(&object, cluster, dry_run)?
    } else {
        Accepted { object, allocated: Vec::new(), warnings: Vec::new() }
    };
    store(cluster, accepted, dry_run)
}

/// Puts `object` in the place of `current`.
pub(super) fn update(
    cluster: &mut Cluster,
    object: Value,
    current: &Value,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    let accepted = if object["kind"] == "Service" {
        update_service(&object, current, cluster, dry_run)?
    } else {
        Accepted { object, allocated: Vec::new(), warnings: Vec::new() }
    };
    store(cluster, accepted, dry_run)
}

fn store(
    cluster: &mut Cluster,
    mut accepted: Accepted,
    dry_run: bool,
) -> Result<Accepted, Box<ApiError>> {
    if !dry_run {
        let key = cluster
            .put(accepted.object.clone())
            .map_err(|e| ApiError::new(Reason::InternalError, e.to_string()))?;
        let _ = key;
        let (kind, namespace, name) = (
            accepted.object["kind"].as_str().unwrap_or(""),
            text(&accepted.object, "namespace"),
            text(&accepted.object, "name"),
        );
        if let Some(held) = cluster.get(kind, namespace, name) {
            accepted.object = held;
        }
    }
    Ok(accepted)
}
