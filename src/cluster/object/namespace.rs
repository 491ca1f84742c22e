//! Namespaces.

use super::{At, ObjectError};
use crate::cluster::Labels;
use serde_json::Value;
use std::sync::Arc;

/// A namespace.
#[derive(Debug, Clone)]
pub struct Namespace {
    /// Its name.
    pub name: Arc<str>,
    /// Its labels; `kubernetes.io/metadata.name` is always among them.
    pub labels: Labels,
    /// It is being deleted, and takes no new objects.
    pub terminating: bool,
    pub(in crate::cluster) value: Arc<Value>,
}

impl Namespace {
    pub(in crate::cluster) fn read(mut value: Value) -> Result<Self, ObjectError> {
        let name: Arc<str> = At::root(&value).field("metadata").field("name").need_str()?.into();
        // The API server labels every namespace with its name (NamespaceDefaultLabelName).
        let metadata = value.get_mut("metadata").and_then(Value::as_object_mut);
        if let Some(metadata) = metadata {
            let labels =
                metadata.entry("labels").or_insert_with(|| Value::Object(Default::default()));
            if let Some(labels) = labels.as_object_mut() {
                labels.insert("kubernetes.io/metadata.name".to_owned(), Value::from(&*name));
            }
        }
        let root = At::root(&value);
        let labels = Labels::read(&root.field("metadata").field("labels"))?;
        let terminating = !root.field("metadata").field("deletionTimestamp").is_absent()
            || root.field("status").field("phase").str()? == Some("Terminating");
        Ok(Self { name, labels, terminating, value: Arc::new(value) })
    }
}
