//! Objects of one kind: in order for listing, and found by name in one step.

use super::Name;
use super::key::NameParts;
use super::layer::Layer;
use rpds::RedBlackTreeMapSync;
use std::sync::Arc;

/// Objects of one kind by namespace and name; the namespace is empty where the kind has none.
#[derive(Debug, Clone)]
pub(super) struct Table<T> {
    ordered: RedBlackTreeMapSync<Name, Arc<T>>,
    by_name: Layer<Name, Arc<T>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { ordered: RedBlackTreeMapSync::default(), by_name: Layer::default() }
    }
}

impl<T> Table<T> {
    pub(super) fn find(&self, namespace: &str, name: &str) -> Option<&Arc<T>> {
        let key = (namespace, name);
        self.by_name.get(&key as &dyn NameParts)
    }

    pub(super) fn get(&self, name: &Name) -> Option<&Arc<T>> {
        self.by_name.get(name)
    }

    /// Makes room for so many more, before they come.
    pub(super) fn reserve(&mut self, n: usize) {
        self.by_name.reserve(n);
    }

    pub(super) fn insert(&mut self, name: Name, object: Arc<T>) {
        // What is there keeps its place in the tree.
        let is_there = self.by_name.get(&name).is_some();
        match is_there.then(|| self.ordered.get_mut(&name)).flatten() {
            Some(slot) => *slot = object.clone(),
            None => self.ordered.insert_mut(name.clone(), object.clone()),
        }
        self.by_name.insert(name, object);
    }

    pub(super) fn remove(&mut self, name: &Name) {
        self.ordered.remove_mut(name);
        self.by_name.remove(name);
    }

    pub(super) fn len(&self) -> usize {
        self.ordered.size()
    }

    /// All, by namespace and name.
    pub(super) fn values(&self) -> impl Iterator<Item = &Arc<T>> {
        self.ordered.values()
    }

    /// Those of one namespace, by name.
    pub(super) fn within(&self, namespace: &str) -> impl Iterator<Item = (&Name, &Arc<T>)> {
        // Where there is nothing, nothing is allocated to look for it.
        let first = (self.len() > 0).then(|| Name::new(namespace, ""));
        first.into_iter().flat_map(|first| {
            let namespace = first.namespace.clone();
            self.ordered.range(first..).take_while(move |(name, _)| name.namespace == namespace)
        })
    }

    pub(super) fn names_within(&self, namespace: &str) -> Vec<Name> {
        self.within(namespace).map(|(name, _)| name.clone()).collect()
    }
}
