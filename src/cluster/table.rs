//! Objects of one kind: in order for listing, and found by name in one step.

use super::Name;
use super::key::NameParts;
use super::layer::Layer;
use rpds::RedBlackTreeMapSync;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// From mark to mark there are so many objects.
const STRIDE: usize = 32;

/// Objects of one kind by namespace and name; the namespace is empty where the kind has none.
#[derive(Debug, Clone)]
pub(super) struct Table<T> {
    ordered: RedBlackTreeMapSync<Name, Arc<T>>,
    by_name: Layer<Name, Arc<T>>,
    /// The names at every so many places, so that nobody counts from the first one on: made
    /// when they are first asked for, until names come or go.
    marks: OnceLock<Arc<[Name]>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        let (ordered, by_name) = (RedBlackTreeMapSync::default(), Layer::default());
        Self { ordered, by_name, marks: OnceLock::new() }
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
            None => {
                self.marks = OnceLock::new();
                self.ordered.insert_mut(name.clone(), object.clone());
            }
        }
        self.by_name.insert(name, object);
    }

    pub(super) fn remove(&mut self, name: &Name) {
        self.marks = OnceLock::new();
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

    fn marks(&self) -> &[Name] {
        self.marks.get_or_init(|| self.ordered.keys().step_by(STRIDE).cloned().collect())
    }

    /// How many stand before a name, which may not be there.
    fn n_before(&self, name: &Name) -> usize {
        let n_marks = self.marks().partition_point(|mark| mark < name);
        let Some(mark) = n_marks.checked_sub(1).and_then(|n| self.marks().get(n)) else { return 0 };
        let some = self.ordered.range(mark.clone()..).take_while(|(other, _)| *other < name);
        (n_marks - 1) * STRIDE + some.count()
    }

    /// At which places those of one namespace stand, or all.
    fn places_of(&self, namespace: Option<&str>) -> Range<usize> {
        let Some(namespace) = namespace.filter(|_| self.len() > 0) else { return 0..self.len() };
        // No name lies between.
        let behind = Name::new(&format!("{namespace}\0"), "");
        self.n_before(&Name::new(namespace, ""))..self.n_before(&behind)
    }

    /// How many there are of one namespace, or in all.
    pub(super) fn n_of(&self, namespace: Option<&str>) -> usize {
        self.places_of(namespace).len()
    }

    /// Those of one namespace, or of all, that stand at some of their places.
    pub(super) fn at(
        &self,
        namespace: Option<&str>,
        places: &Range<usize>,
    ) -> impl Iterator<Item = &Arc<T>> {
        let all = self.places_of(namespace);
        let place = |place: usize| all.start.saturating_add(place).min(all.end);
        let (from, to) = (place(places.start), place(places.end));
        let mark = self.marks().get(from / STRIDE).filter(|_| from < to);
        let some = mark.into_iter().flat_map(|mark| self.ordered.range(mark.clone()..));
        some.map(|(_, object)| object).skip(from % STRIDE).take(to.saturating_sub(from))
    }

    pub(super) fn names_within(&self, namespace: &str) -> Vec<Name> {
        self.within(namespace).map(|(name, _)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_counted_as_objects_stand(
            names in prop::collection::vec(("[ab]{0,2}", 0..200_u8), 0..150),
            gone in 0..150_usize,
            namespace in prop::option::of("[ab]{0,2}"),
            places in (0..99_usize, 0..99_usize),
        ) {
            let mut table = Table::default();
            let names: Vec<Name> = names.iter().map(|(ns, n)| Name::new(ns, &n.to_string())).collect();
            for name in &names {
                table.insert(name.clone(), Arc::new(name.clone()));
                prop_assert_eq!(table.n_of(None), table.len());
            }
            names.get(gone).into_iter().for_each(|name| table.remove(name));
            let namespace = namespace.as_deref();
            let is_meant = |name: &&Arc<Name>| namespace.is_none_or(|ns| *name.namespace == *ns);
            let all: Vec<_> = table.values().filter(is_meant).collect();
            prop_assert_eq!(table.n_of(namespace), all.len());
            let places = places.0..places.1;
            let some = all.iter().enumerate().filter(|(at, _)| places.contains(at));
            let some: Vec<_> = some.map(|(_, name)| *name).collect();
            prop_assert_eq!(table.at(namespace, &places).collect::<Vec<_>>(), some);
        }
    }
}
