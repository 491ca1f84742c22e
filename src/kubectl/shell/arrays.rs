//! Arrays: values by number or by name.

use super::state::Shell;
use std::collections::BTreeMap;

/// The most values that all arrays hold together, and the most bytes.
const MAX: (usize, usize) = (100_000, 16 << 20);

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// `a[1]`
    Number(i64),
    /// `a[name]`, after `declare -A`
    Name(String),
}

/// An array.
#[derive(Debug, Clone, Default)]
pub(super) struct Array {
    /// Its keys are names.
    pub(super) named: bool,
    items: BTreeMap<Key, String>,
    n_bytes: usize,
}

impl Array {
    /// Its values in order.
    pub(super) fn values(&self) -> impl Iterator<Item = &String> {
        self.items.values()
    }

    /// The value of number 0.
    pub(super) fn first(&self) -> Option<&String> {
        self.items.get(&Key::Number(0))
    }

    fn next(&self) -> i64 {
        match self.items.last_key_value() {
            Some((Key::Number(last), _)) => last.saturating_add(1),
            _ => 0,
        }
    }
}

impl Shell {
    /// Whether `name` is an array whose keys are names.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.arrays.get(name).is_some_and(|array| array.named)
    }

    /// A value of an array; a variable is one of one value.
    pub(super) fn item(&self, name: &str, key: &Key) -> Option<String> {
        if let Some(array) = self.arrays.get(name) {
            let key = match key {
                // From the end.
                Key::Number(n) if *n < 0 => &Key::Number(array.next().saturating_add(*n)),
                key => key,
            };
            return array.items.get(key).cloned();
        }
        match key {
            Key::Number(n) if name == "PIPESTATUS" => {
                let at = usize::try_from(*n).ok()?;
                self.stages().get(at).map(u8::to_string)
            }
            Key::Number(0) => self.var(name).map(str::to_owned),
            _ => None,
        }
    }

    /// All values of an array.
    pub(super) fn items(&self, name: &str) -> Vec<String> {
        if let Some(array) = self.arrays.get(name) {
            return array.values().cloned().collect();
        }
        if name == "PIPESTATUS" {
            return self.stages().iter().map(u8::to_string).collect();
        }
        self.var(name).map(str::to_owned).into_iter().collect()
    }

    /// The keys of an array.
    pub(super) fn keys(&self, name: &str) -> Vec<String> {
        match self.arrays.get(name) {
            Some(array) => array
                .items
                .keys()
                .map(|key| match key {
                    Key::Number(n) => n.to_string(),
                    Key::Name(name) => name.clone(),
                })
                .collect(),
            None => self.var(name).map(|_| "0".to_owned()).into_iter().collect(),
        }
    }

    /// An array that holds nothing yet, in the place of what was called so.
    pub(super) fn new_array(&mut self, name: &str, named: bool) {
        let scope = self.scope_mut();
        scope.vars.remove(name);
        scope.arrays.insert(name.to_owned(), Array { named, ..Array::default() });
    }

    /// Sets a value, or one behind the last where there is no key. What there is no room for is
    /// dropped.
    pub(super) fn set_item(&mut self, name: &str, key: Option<Key>, value: String, appends: bool) {
        let (n, bytes) = self
            .arrays
            .values()
            .fold((0, 0), |(n, bytes), array| (n + array.items.len(), bytes + array.n_bytes));
        if n >= MAX.0 || bytes + value.len() > MAX.1 {
            return;
        }
        if !self.arrays.contains_key(name) {
            let first = self.var(name).map(str::to_owned);
            self.new_array(name, false);
            if let Some(first) = first {
                self.set_item(name, Some(Key::Number(0)), first, false);
            }
        }
        let Some(array) = self.scope_mut().arrays.get_mut(name) else { return };
        let key = match key {
            None => Key::Number(array.next()),
            Some(Key::Number(n)) if n < 0 => Key::Number(array.next().saturating_add(n)),
            Some(key) => key,
        };
        array.n_bytes += value.len();
        let item = array.items.entry(key).or_default();
        if !appends {
            array.n_bytes = array.n_bytes.saturating_sub(item.len());
            item.clear();
        }
        item.push_str(&value);
    }

    /// Takes a value away.
    pub(super) fn unset_item(&mut self, name: &str, key: &Key) {
        if let Some(array) = self.scope_mut().arrays.get_mut(name)
            && let Some(value) = array.items.remove(key)
        {
            array.n_bytes = array.n_bytes.saturating_sub(value.len());
        }
    }
}
