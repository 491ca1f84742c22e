//! Metadata as the rules see it (`metav1.ObjectMeta`).

use super::read::{Fields, WrongType};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// An object's metadata. What no rule reads stays as it came, in `rest`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meta {
    /// Name; empty when there is none.
    pub name: String,
    /// Prefix of a name the server makes up.
    pub generate_name: String,
    /// Namespace; empty for none.
    pub namespace: String,
    /// The server's id of this object.
    pub uid: String,
    /// The server's version of this object.
    pub resource_version: String,
    /// How often the spec changed.
    pub generation: i64,
    /// Labels by key.
    pub labels: BTreeMap<String, String>,
    /// Annotations by key.
    pub annotations: BTreeMap<String, String>,
    /// Owners.
    pub owner_references: Vec<OwnerReference>,
    /// Finalizers, in order.
    pub finalizers: Vec<String>,
    /// managedFields as they came.
    pub managed_fields: Vec<Value>,
    /// Timestamps and all else, by their JSON names.
    pub rest: Map<String, Value>,
}

/// One owner (`metav1.OwnerReference`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnerReference {
    /// Group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Id.
    pub uid: String,
    /// True for the managing owner.
    pub controller: Option<bool>,
    /// True when the owner's deletion waits for this object.
    pub block_owner_deletion: Option<bool>,
}

const TYPED: [&str; 11] = [
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
];

impl Meta {
    /// Reads `metadata` of `object`.
    ///
    /// # Errors
    /// When a field holds another JSON type than it should.
    pub fn of(object: &Value) -> Result<Self, WrongType> {
        let fields = Fields::of(Some(object), "object")?.fields("metadata")?;
        let mut rest = Map::new();
        if let Some(map) = object.get("metadata").and_then(Value::as_object) {
            for (key, value) in map {
                if !TYPED.contains(&key.as_str()) && !value.is_null() {
                    rest.insert(key.clone(), value.clone());
                }
            }
        }
        Ok(Self {
            name: fields.text("name")?,
            generate_name: fields.text("generateName")?,
            namespace: fields.text("namespace")?,
            uid: fields.text("uid")?,
            resource_version: fields.text("resourceVersion")?,
            generation: fields.int("generation")?,
            labels: fields.text_map("labels")?.unwrap_or_default(),
            annotations: fields.text_map("annotations")?.unwrap_or_default(),
            owner_references: fields
                .items("ownerReferences")?
                .iter()
                .map(OwnerReference::of)
                .collect::<Result<_, _>>()?,
            finalizers: fields.texts("finalizers")?,
            managed_fields: fields.items("managedFields")?.to_vec(),
            rest,
        })
    }

    /// As the server writes it: zero values left out.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut map = self.rest.clone();
        let mut text = |key: &str, value: &str| {
            if !value.is_empty() {
                map.insert(key.to_owned(), Value::from(value));
            }
        };
        text("name", &self.name);
        text("generateName", &self.generate_name);
        text("namespace", &self.namespace);
        text("uid", &self.uid);
        text("resourceVersion", &self.resource_version);
        if self.generation != 0 {
            map.insert("generation".into(), self.generation.into());
        }
        if !self.labels.is_empty() {
            map.insert("labels".into(), json!(self.labels));
        }
        if !self.annotations.is_empty() {
            map.insert("annotations".into(), json!(self.annotations));
        }
        if !self.owner_references.is_empty() {
            let owners: Vec<Value> =
                self.owner_references.iter().map(OwnerReference::to_json).collect();
            map.insert("ownerReferences".into(), Value::from(owners));
        }
        if !self.finalizers.is_empty() {
            map.insert("finalizers".into(), json!(self.finalizers));
        }
        if !self.managed_fields.is_empty() {
            map.insert("managedFields".into(), Value::from(self.managed_fields.clone()));
        }
        Value::Object(map)
    }
}

impl OwnerReference {
    fn of(value: &Value) -> Result<Self, WrongType> {
        let fields = Fields::of(Some(value), "ownerReferences")?;
        Ok(Self {
            api_version: fields.text("apiVersion")?,
            kind: fields.text("kind")?,
            name: fields.text("name")?,
            uid: fields.text("uid")?,
            controller: fields.optional_bool("controller")?,
            block_owner_deletion: fields.optional_bool("blockOwnerDeletion")?,
        })
    }

    /// As the server writes it: the four names always, the flags where they were given.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut value = json!({
            "apiVersion": self.api_version,
            "kind": self.kind,
            "name": self.name,
            "uid": self.uid,
        });
        if let Some(controller) = self.controller {
            value["controller"] = controller.into();
        }
        if let Some(block) = self.block_owner_deletion {
            value["blockOwnerDeletion"] = block.into();
        }
        value
    }
}
