//! Metadata as the rules see it (`metav1.ObjectMeta`).

use super::read::{Fields, WrongType};
use serde_json::{Map, Value};
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
        let mut meta = Self::of_old(object)?;
        let managed_fields = object["metadata"]["managedFields"].as_array();
        meta.managed_fields = managed_fields.cloned().unwrap_or_default();
        Ok(meta)
    }

    /// As [`Self::of`], of what a change is compared with: no rule looks at its `managedFields`.
    ///
    /// # Errors
    /// When a field holds another JSON type than it should.
    pub fn of_old(object: &Value) -> Result<Self, WrongType> {
        let mut meta = Self::typed(object)?;
        if let Some(map) = object.get("metadata").and_then(Value::as_object) {
            let rest = map.iter().filter(|(key, value)| is_of_the_rest(key, value));
            meta.rest = rest.map(|(key, value)| (key.clone(), value.clone())).collect();
        }
        Ok(meta)
    }

    /// As [`Self::of`], and takes `metadata` out of `object`.
    ///
    /// # Errors
    /// When a field holds another JSON type than it should.
    pub fn take(object: &mut Value) -> Result<Self, WrongType> {
        let mut meta = Self::typed(object)?;
        let Some(Value::Object(map)) = object.get_mut("metadata").map(Value::take) else {
            return Ok(meta);
        };
        for (key, value) in map {
            if is_of_the_rest(&key, &value) {
                meta.rest.insert(key, value);
            } else if let ("managedFields", Value::Array(entries)) = (&*key, value) {
                meta.managed_fields = entries;
            }
        }
        Ok(meta)
    }

    /// What has types of its own, but for `managedFields`.
    fn typed(object: &Value) -> Result<Self, WrongType> {
        let fields = Fields::of(Some(object), "object")?.fields("metadata")?;
        let meta = Self {
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
            managed_fields: Vec::new(),
            rest: Map::new(),
        };
        fields.items("managedFields")?;
        Ok(meta)
    }

    /// As the server writes it: zero values left out.
    #[must_use]
    pub fn into_json(self) -> Value {
        let mut map = self.rest;
        let mut text = |key: &str, value: String| {
            if !value.is_empty() {
                map.insert(key.to_owned(), Value::String(value));
            }
        };
        text("name", self.name);
        text("generateName", self.generate_name);
        text("namespace", self.namespace);
        text("uid", self.uid);
        text("resourceVersion", self.resource_version);
        if self.generation != 0 {
            map.insert("generation".into(), self.generation.into());
        }
        if !self.labels.is_empty() {
            map.insert("labels".into(), texts(self.labels));
        }
        if !self.annotations.is_empty() {
            map.insert("annotations".into(), texts(self.annotations));
        }
        if !self.owner_references.is_empty() {
            let owners = self.owner_references.into_iter().map(OwnerReference::into_json);
            map.insert("ownerReferences".into(), owners.collect());
        }
        if !self.finalizers.is_empty() {
            map.insert("finalizers".into(), self.finalizers.into());
        }
        if !self.managed_fields.is_empty() {
            map.insert("managedFields".into(), Value::Array(self.managed_fields));
        }
        Value::Object(map)
    }
}

/// Whether a field of metadata is none of those that have types of their own.
fn is_of_the_rest(key: &str, value: &Value) -> bool {
    !TYPED.contains(&key) && !value.is_null()
}

/// A map of texts as JSON.
pub(super) fn texts(map: BTreeMap<String, String>) -> Value {
    map.into_iter().map(|(key, value)| (key, Value::String(value))).collect()
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
    fn into_json(self) -> Value {
        let names = [
            ("apiVersion", self.api_version),
            ("kind", self.kind),
            ("name", self.name),
            ("uid", self.uid),
        ];
        let flags =
            [("controller", self.controller), ("blockOwnerDeletion", self.block_owner_deletion)];
        let names = names.into_iter().map(|(field, name)| (field, Value::String(name)));
        let flags = flags.into_iter().filter_map(|(field, flag)| Some((field, flag?.into())));
        names.chain(flags).map(|(field, value)| (field.to_owned(), value)).collect()
    }
}
