//! How objects are printed: tables, YAML, JSON, names, templates.

pub(super) mod table;

use super::resources::Resource;
use serde_json::Value;

/// An object of a resource.
#[derive(Debug, Clone)]
pub(super) struct Object {
    /// Of which.
    pub(super) resource: &'static Resource,
    /// As the API server shows it.
    pub(super) value: Value,
}
