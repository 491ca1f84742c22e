//! What a Pod shares with others, and what is its own: for those who show very many.

use super::Pod;
use super::ips::push_ip;
use super::pod::Varied;
use super::pod_json::{Json, VARY, place, volume_names};
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

    /// Shows what it has of its own at such a place, where that is a text, and of addresses
    /// each; false where it has something else there.
    #[must_use]
    pub fn own_texts(&self, at: usize, see: &mut dyn FnMut(&str)) -> bool {
        let own = self.vary().iter().find(|(idx, _)| usize::from(*idx) == at);
        let mut see_ips = |n: usize| {
            for ip in self.ips.iter().take(n) {
                let mut text = String::new();
                push_ip(*ip, &mut text);
                see(&text);
            }
        };
        match own.map(|(_, own)| (own, at)) {
            None => {}
            Some((Varied::Text(text), _)) => see(text),
            Some((Varied::Own, place::NAME)) => see(&self.name.name),
            Some((Varied::Own, place::NAMESPACE)) => see(&self.name.namespace),
            Some((Varied::Own, place::NODE)) => self.node.as_deref().into_iter().for_each(see),
            Some((Varied::Own, place::IP)) => see_ips(1),
            Some((Varied::Own, place::IPS)) => see_ips(usize::MAX),
            Some(_) => return false,
        }
        true
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
