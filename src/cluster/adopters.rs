//! Who may adopt what nobody controls: found by labels, so that a Pod made by hand wakes only
//! the ReplicaSets that select it.

use super::controllers::selector_of;
use super::key::{Pair, PairParts};
use super::layer::{Layer, Left};
use super::{Cluster, Key, Labels};
use rpds::RedBlackTreeSetSync;
use serde_json::Value;
use std::sync::Arc;

/// ReplicaSets and Deployments, each under one pair of its selector; under an empty one where
/// the selector has expressions alone.
pub(super) type Adopters = Layer<Pair, RedBlackTreeSetSync<Key>>;

/// Kinds that adopt.
fn adopts(key: &Key) -> bool {
    matches!(&*key.kind, "ReplicaSet" | "Deployment")
}

/// The pairs of the selector; that none where there are no others.
fn pairs_of(key: &Key, object: &Value) -> Vec<Pair> {
    let Some(selector) = selector_of(object) else { return Vec::new() };
    let namespace = &key.name.namespace;
    let pairs: Vec<Pair> =
        selector.pairs().map(|(label, value)| Pair::new(namespace, label, value)).collect();
    if pairs.is_empty() { vec![Pair::new(namespace, "", "")] } else { pairs }
}

impl Cluster {
    /// Takes `new`, or nothing, for what `key` was.
    pub(super) fn note_adopter(&mut self, key: &Key, new: Option<&Value>) {
        if !adopts(key) {
            return;
        }
        let old = self.others.get(key);
        let is_same =
            |(old, new): (&Arc<Value>, &Value)| old["spec"]["selector"] == new["spec"]["selector"];
        if old.zip(new).is_some_and(is_same) {
            return;
        }
        for pair in old.map(|old| pairs_of(key, old)).unwrap_or_default() {
            self.adopters.change(&pair, |keys| {
                keys.remove_mut(key);
                if keys.is_empty() { Left::Nothing } else { Left::Something }
            });
        }
        // Under the rarest.
        let pairs = new.map(|new| pairs_of(key, new)).unwrap_or_default();
        let n_keys = |pair: &Pair| self.adopters.get(pair).map_or(0, RedBlackTreeSetSync::size);
        if let Some(pair) = pairs.into_iter().min_by_key(n_keys) {
            self.adopters.change(&pair, |keys| {
                keys.insert_mut(key.clone());
                Left::Something
            });
        }
    }

    /// Those of a kind whose selector matches `labels`, each once.
    pub(super) fn adopters_of(&self, kind: &str, namespace: &str, labels: &Labels) -> Vec<Key> {
        let under = |key: &str, value: &str| {
            let pair = (namespace, key, value);
            self.adopters.get(&pair as &dyn PairParts)
        };
        let selects = |key: &&Key| {
            let object = self.others.get(*key);
            let selector = object.and_then(|object| selector_of(object));
            *key.kind == *kind && selector.is_some_and(|selector| selector.matches(labels))
        };
        let anywhere = std::iter::once(("", "")).chain(labels.iter().filter(|p| *p != ("", "")));
        let keys = anywhere.filter_map(|(key, value)| under(key, value)).flatten();
        keys.filter(selects).cloned().collect()
    }

    /// What came with these labels looks for a controller of that kind.
    pub(super) fn enqueue_adopters(&mut self, kind: &str, namespace: &str, labels: &Labels) {
        for key in self.adopters_of(kind, namespace, labels) {
            self.enqueue(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::object::At;
    use proptest::prelude::*;
    use serde_json::json;

    fn labels() -> impl Strategy<Value = Value> {
        let value = prop::sample::select(vec!["x", "y", ""]);
        prop::collection::btree_map(prop::sample::select(vec!["a", "b", ""]), value, 0..3)
            .prop_map(|labels| json!(labels))
    }

    fn selector() -> impl Strategy<Value = Value> {
        let operator = prop::sample::select(vec!["In", "NotIn", "Exists", "DoesNotExist", "Odd"]);
        let expression =
            (prop::sample::select(vec!["a", "b", "c"]), operator).prop_map(|(key, operator)| {
                match operator {
                    "In" | "NotIn" => json!({"key": key, "operator": operator, "values": ["x"]}),
                    _ => json!({"key": key, "operator": operator}),
                }
            });
        (labels(), prop::collection::vec(expression, 0..2), 0..8u8).prop_map(
            |(labels, expressions, form)| match form {
                0 => json!({"matchExpressions": expressions}),
                1 => Value::Null,
                2 => json!("odd"),
                _ => json!({"matchLabels": labels, "matchExpressions": expressions}),
            },
        )
    }

    #[derive(Debug, Clone)]
    enum Step {
        Put(&'static str, &'static str, u8, Value),
        Delete(&'static str, &'static str, u8),
        Empty(&'static str),
    }

    fn step() -> impl Strategy<Value = Step> {
        let kind = || prop::sample::select(vec!["ReplicaSet", "Deployment"]);
        let namespace = || prop::sample::select(vec!["default", "shop"]);
        prop_oneof![
            6 => (kind(), namespace(), 0..4u8, selector())
                .prop_map(|(kind, ns, n, selector)| Step::Put(kind, ns, n, selector)),
            2 => (kind(), namespace(), 0..4u8).prop_map(|(kind, ns, n)| Step::Delete(kind, ns, n)),
            1 => namespace().prop_map(Step::Empty),
        ]
    }

    proptest! {
        #[test]
        fn those_found_by_labels_are_those_whose_selector_matches(
            steps in prop::collection::vec(step(), 1..20),
            asked in prop::collection::vec(labels(), 1..6),
        ) {
            let mut cluster = Cluster::default();
            cluster.set_stepwise(true);
            for step in steps {
                match step {
                    Step::Put(kind, namespace, n, selector) => {
                        cluster.put(json!({
                            "apiVersion": "apps/v1", "kind": kind,
                            "metadata": {"name": format!("n{n}"), "namespace": namespace},
                            "spec": {"selector": selector},
                        })).unwrap();
                    }
                    Step::Delete(kind, namespace, n) => {
                        cluster.delete(kind, namespace, &format!("n{n}"));
                    }
                    Step::Empty(namespace) => {
                        cluster.empty_namespace(&crate::cluster::Name::new("", namespace));
                    }
                }
            }
            for asked in asked {
                let labels = Labels::read(&At::root(&asked)).unwrap();
                for (kind, namespace) in
                    [("ReplicaSet", "default"), ("ReplicaSet", "shop"), ("Deployment", "shop")]
                {
                    let all = cluster.others.iter().filter(|(key, object)| {
                        *key.kind == *kind
                            && *key.name.namespace == *namespace
                            && selector_of(object).is_some_and(|s| s.matches(&labels))
                    });
                    let all: Vec<Key> = all.map(|(key, _)| key.clone()).collect();
                    let mut found = cluster.adopters_of(kind, namespace, &labels);
                    found.sort();
                    prop_assert_eq!(found, all);
                }
            }
        }
    }
}
