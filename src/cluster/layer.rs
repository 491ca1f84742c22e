//! A hash map for large clusters: found in one step, and cloned in constant time.

use rpds::HashTrieMapSync;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

type Build = BuildHasherDefault<QuickHasher>;

/// Quicker than the standard library's hasher for short keys, and the same in every run:
/// each eight bytes are multiplied in, and the product's halves folded.
#[derive(Debug, Clone, Default)]
pub(super) struct QuickHasher(u64);

impl QuickHasher {
    fn add(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            let mut buffer = [0; 8];
            buffer.copy_from_slice(word);
            self.add(u64::from_le_bytes(buffer));
        }
        let rest = words.remainder();
        if !rest.is_empty() {
            let mut buffer = [0; 8];
            buffer[..rest.len()].copy_from_slice(rest);
            // The length tells `a` from `a\0`.
            self.add(u64::from_le_bytes(buffer) ^ ((rest.len() as u64) << 56));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.add(u64::from(n));
    }

    fn write_u16(&mut self, n: u16) {
        self.add(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.add(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.add(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.add(n as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A map of which clones share one plain hash map. What changes while it is shared lies
/// above it in a persistent map, and goes into the plain one when that is shared no more, or
/// into a copy of it when very much has changed.
/// A look-up in a persistent map of 150,000 entries touches a dozen places in memory; here
/// it touches two or three.
#[derive(Debug, Clone)]
pub(super) struct Layer<K: Eq + Hash, V> {
    base: Arc<HashMap<K, V, Build>>,
    /// None is an entry that was taken out.
    changes: HashTrieMapSync<K, Option<V>, Build>,
}

/// Of a shared map of so many entries for each change, a copy costs less than what the changes
/// cost otherwise.
const ENTRIES_PER_CHANGE: usize = 8;

impl<K: Eq + Hash, V> Default for Layer<K, V> {
    fn default() -> Self {
        Self { base: Arc::default(), changes: HashTrieMapSync::default() }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Layer<K, V> {
    pub(super) fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        if !self.changes.is_empty()
            && let Some(changed) = self.changes.get(key)
        {
            return changed.as_ref();
        }
        self.base.get(key)
    }

    /// Whether nothing is in it, nor was since it lies in a plain map.
    pub(super) fn is_empty(&self) -> bool {
        self.base.is_empty() && self.changes.is_empty()
    }

    /// The plain map with all changes in it; none while it is shared.
    fn own(&mut self) -> Option<&mut HashMap<K, V, Build>> {
        if self.changes.size() > self.base.len() / ENTRIES_PER_CHANGE {
            Arc::make_mut(&mut self.base);
        }
        let base = Arc::get_mut(&mut self.base)?;
        if !self.changes.is_empty() {
            for (key, value) in &std::mem::take(&mut self.changes) {
                match value {
                    Some(value) => base.insert(key.clone(), value.clone()),
                    None => base.remove(key),
                };
            }
        }
        Some(base)
    }

    /// Makes room for so many more, before they come.
    pub(super) fn reserve(&mut self, n: usize) {
        if let Some(base) = self.own() {
            base.reserve(n);
        }
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        match self.own() {
            Some(base) => {
                base.insert(key, value);
            }
            None => self.changes.insert_mut(key, Some(value)),
        }
    }

    pub(super) fn remove(&mut self, key: &K) {
        if let Some(base) = self.own() {
            base.remove(key);
        } else if self.base.contains_key(key) {
            self.changes.insert_mut(key.clone(), None);
        } else {
            self.changes.remove_mut(key);
        }
    }

    /// Changes a value, a default one where there is none; takes it out where `change` says
    /// that nothing is left of it.
    pub(super) fn change(&mut self, key: &K, change: impl FnOnce(&mut V) -> Left)
    where
        V: Default,
    {
        let left = if let Some(base) = self.own() {
            match base.get_mut(key) {
                Some(value) => change(value),
                None => {
                    let mut value = V::default();
                    let left = change(&mut value);
                    base.insert(key.clone(), value);
                    left
                }
            }
        } else if let Some(Some(value)) = self.changes.get_mut(key) {
            change(value)
        } else {
            let mut value = self.get(key).cloned().unwrap_or_default();
            let left = change(&mut value);
            self.changes.insert_mut(key.clone(), Some(value));
            left
        };
        if left == Left::Nothing {
            self.remove(key);
        }
    }
}

/// What a change leaves of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Something,
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Debug, Clone)]
    enum Step {
        Insert(u8, u16),
        Remove(u8),
        Push(u8, u16),
        /// Goes on with a clone, and keeps this one.
        Keep,
        /// Drops those that were kept.
        Drop,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..20u8, any::<u16>()).prop_map(|(k, v)| Step::Insert(k, v)),
            (0..20u8).prop_map(Step::Remove),
            (0..20u8, any::<u16>()).prop_map(|(k, v)| Step::Push(k, v)),
            Just(Step::Keep),
            Just(Step::Drop),
        ]
    }

    fn agree(layer: &Layer<u8, Vec<u16>>, plain: &BTreeMap<u8, Vec<u16>>) {
        for key in 0..20 {
            assert_eq!(layer.get(&key), plain.get(&key), "key {key}");
        }
    }

    proptest! {
        #[test]
        fn a_layer_is_a_map_and_its_clones_stay_as_they_were(
            steps in prop::collection::vec(step(), 0..60),
        ) {
            let (mut layer, mut plain) = (Layer::default(), BTreeMap::new());
            let mut kept = Vec::new();
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        layer.insert(key, vec![value]);
                        plain.insert(key, vec![value]);
                    }
                    Step::Remove(key) => {
                        layer.remove(&key);
                        plain.remove(&key);
                    }
                    Step::Push(key, value) => {
                        // Three are too many: the value goes.
                        layer.change(&key, |values| {
                            values.push(value);
                            if values.len() > 2 { Left::Nothing } else { Left::Something }
                        });
                        let values = plain.entry(key).or_default();
                        values.push(value);
                        if values.len() > 2 {
                            plain.remove(&key);
                        }
                    }
                    Step::Keep => kept.push((layer.clone(), plain.clone())),
                    Step::Drop => kept.clear(),
                }
                agree(&layer, &plain);
                for (layer, plain) in &kept {
                    agree(layer, plain);
                }
            }
        }
    }
}
