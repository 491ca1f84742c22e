//! Whether two templates of Pods are the same.

use crate::manifest::is_same;
use serde_json::{Map, Value};

/// The label by which a Deployment's ReplicaSets tell their Pods apart.
pub(super) const HASH: &str = "pod-template-hash";

/// Whether two templates are the same but for the hash that a ReplicaSet's has
/// (`EqualIgnoreHash`, pkg/controller/deployment/util/deployment_util.go, v1.36); what is empty
/// is nothing.
pub(super) fn is_same_template(a: &Value, b: &Value) -> bool {
    Part::Template.is_same(a, b)
}

/// Where in a template something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Template,
    Metadata,
    Labels,
    Else,
}

impl Part {
    fn field(self, name: &str) -> Self {
        match (self, name) {
            (Self::Template, "metadata") => Self::Metadata,
            (Self::Metadata, "labels") => Self::Labels,
            _ => Self::Else,
        }
    }

    /// Whether a field that stands here says nothing.
    fn is_nothing(self, name: &str, value: &Value) -> bool {
        match (self, value) {
            (Self::Else, _) => false,
            (Self::Labels, _) => name == HASH,
            (_, Value::Null) => true,
            (_, Value::Object(fields)) => self.field(name).fields(fields).next().is_none(),
            _ => false,
        }
    }

    /// The fields that say something.
    fn fields(self, all: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
        all.iter().filter(move |(name, value)| !self.is_nothing(name, value))
    }

    fn is_same(self, a: &Value, b: &Value) -> bool {
        let (Value::Object(a), Value::Object(b), true) = (a, b, self != Self::Else) else {
            return is_same(a, b);
        };
        let in_b = |(name, value): (&String, &Value)| {
            let other = b.get(name).filter(|other| !self.is_nothing(name, other));
            other.is_some_and(|other| self.field(name).is_same(value, other))
        };
        self.fields(a).count() == self.fields(b).count() && self.fields(a).all(in_b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// A template as it was before it got its hash, written out.
    fn without_hash(template: &Value) -> Value {
        let mut template = template.clone();
        let Some(parts) = template.as_object_mut() else { return template };
        if let Some(metadata) = parts.get_mut("metadata").and_then(Value::as_object_mut) {
            if let Some(labels) = metadata.get_mut("labels").and_then(Value::as_object_mut) {
                labels.shift_remove(HASH);
            }
            metadata.retain(|_, value| !value.is_null() && *value != json!({}));
        }
        parts.retain(|_, value| !value.is_null() && *value != json!({}));
        template
    }

    fn odd() -> impl Strategy<Value = Value> {
        prop::sample::select(vec![
            json!(null),
            json!({}),
            json!("odd"),
            json!([]),
            json!({"a": {}}),
        ])
    }

    fn template() -> impl Strategy<Value = Value> {
        let label = prop::sample::select(vec![HASH, "app"]);
        let value = prop::sample::select(vec![json!("x"), json!("y"), json!(null)]);
        let labels = prop::collection::btree_map(label, value, 0..3).prop_map(|map| json!(map));
        let of = |names: [&'static str; 3], inner: BoxedStrategy<Value>| {
            let value = prop_oneof![3 => inner, 1 => odd()];
            prop::collection::btree_map(prop::sample::select(names.to_vec()), value, 0..3)
                .prop_map(|map| json!(map))
                .boxed()
        };
        let metadata = of(["labels", "annotations", "labels"], labels.boxed());
        prop_oneof![9 => of(["metadata", "spec", "metadata"], metadata), 1 => odd()]
    }

    proptest! {
        #[test]
        fn templates_are_the_same_that_are_equal_without_their_hashes(
            a in template(), b in template(),
        ) {
            prop_assert_eq!(is_same_template(&a, &b), without_hash(&a) == without_hash(&b));
            prop_assert!(is_same_template(&a, &a));
        }
    }
}
