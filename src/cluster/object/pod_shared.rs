//! What a Pod shares with others, and what is its own: for those who show very many.

use super::Pod;
use super::pod_json::{Json, VARY, volume_names};
use crate::cluster::shown::GIVEN;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

impl Pod {
    /// The place of a field among those in which Pods differ that share the part it is in.
    #[must_use]
    pub fn own_at(part: &str, field: &str) -> Option<usize> {
        VARY.iter().position(|(of, own)| *own == field && *of == part)
    }

    /// The part and the field at such a place; empty where there is none.
    #[must_use]
    pub fn own_name(place: usize) -> (&'static str, &'static str) {
        VARY.get(place).copied().unwrap_or_default()
    }

    /// A field of `metadata`, `spec` or `status`, null where it has none: of its own what `own`
    /// has at [`Self::own_at`].
    #[must_use]
    pub fn field<'p>(&'p self, own: &'p [Value], part: &str, field: &str) -> &'p Value {
        const NONE: &Value = &Value::Null;
        match Self::own_at(part, field) {
            None => self.part(part).get(field).unwrap_or(NONE),
            Some(at) => {
                let has_own = || self.vary().iter().any(|(idx, _)| usize::from(*idx) == at);
                let has = GIVEN.contains(&field) || has_own();
                own.get(at).filter(|_| has).unwrap_or(NONE)
            }
        }
    }

    /// What it shares: its JSON without `metadata`, `spec` and `status`, then these.
    #[must_use]
    pub fn shared(&self) -> [&Arc<Value>; 4] {
        let Json { top, parts: [metadata, spec, status] } = self.json();
        [top, metadata, spec, status]
    }

    /// The `metadata` that it shares, with null for what each Pod has of its own, also where it
    /// was given none.
    #[must_use]
    pub fn shared_metadata(&self) -> Cow<'_, Value> {
        let mut metadata = Cow::Borrowed(self.part("metadata"));
        for field in GIVEN {
            if metadata.as_object().is_some_and(|map| !map.contains_key(field)) {
                metadata.to_mut()[field] = Value::Null;
            }
        }
        metadata
    }

    /// How often its `spec` names the volume with the account's token.
    #[must_use]
    pub fn n_token_names(&self) -> usize {
        volume_names(self.part("spec")).filter(|name| name.is_null()).count()
    }
}
