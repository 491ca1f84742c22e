//! The tree to JSON: goyaml v2's decoder into an `interface{}` (`decode.go`), then
//! `convertToJSONableObject` of sigs.k8s.io/yaml v1.6.

use super::resolve::{Scalar, resolve};
use super::tree::{Kind, NodeId, Tree};
use super::{MAX_DEPTH, ReadError, go};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A value as goyaml holds it: keys still have types.
#[derive(Debug, Clone)]
pub(super) enum Yaml {
    Scalar(Scalar),
    Seq(Vec<Yaml>),
    Map(Vec<(Scalar, Yaml)>),
}

struct Decoder<'t> {
    tree: &'t Tree,
    /// Aliases being followed, by node.
    following: Vec<NodeId>,
    n_decoded: u64,
    n_aliased: u64,
}

/// The document's value; null for an empty one.
pub(super) fn to_json(tree: &Tree) -> Result<Value, ReadError> {
    let Some(root) = tree.root else { return Ok(Value::Null) };
    let mut decoder = Decoder { tree, following: Vec::new(), n_decoded: 1, n_aliased: 0 };
    let yaml = decoder.value(root, 0)?;
    let span = tree.nodes[root].span;
    json(yaml).map_err(|message| ReadError::yaml(message, span))
}

impl Decoder<'_> {
    /// `allowedAliasRatio`: how much of a document may come from aliases.
    fn excessive(&self) -> bool {
        const LOW: u64 = 400_000;
        const HIGH: u64 = 4_000_000;
        if self.n_aliased <= 100 || self.n_decoded <= 1000 {
            return false;
        }
        let allowed = match self.n_decoded {
            ..=LOW => 0.99,
            HIGH.. => 0.10,
            n => 0.99 - 0.89 * ((n - LOW) as f64 / (HIGH - LOW) as f64),
        };
        self.n_aliased as f64 / self.n_decoded as f64 > allowed
    }

    fn enter(&mut self, id: NodeId, depth: usize) -> Result<(), ReadError> {
        let span = self.tree.nodes[id].span;
        if depth > MAX_DEPTH {
            return Err(ReadError::too_deep(span));
        }
        self.n_decoded += 1;
        if !self.following.is_empty() {
            self.n_aliased += 1;
        }
        if self.excessive() {
            return Err(ReadError::yaml(
                "yaml: document contains excessive aliasing".to_owned(),
                span,
            ));
        }
        Ok(())
    }

    fn follow<T>(
        &mut self,
        id: NodeId,
        name: &str,
        work: impl FnOnce(&mut Self) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        if self.following.contains(&id) {
            return Err(ReadError::yaml(
                format!("yaml: anchor '{name}' value contains itself"),
                self.tree.nodes[id].span,
            ));
        }
        self.following.push(id);
        let result = work(self);
        self.following.pop();
        result
    }

    fn value(&mut self, id: NodeId, depth: usize) -> Result<Yaml, ReadError> {
        self.enter(id, depth)?;
        let tree = self.tree;
        let node = &tree.nodes[id];
        match &node.kind {
            Kind::Alias { name, target } => {
                self.follow(id, name, |this| this.value(*target, depth + 1))
            }
            Kind::Scalar { text, tag, implicit } => resolve(tag.as_deref(), *implicit, text)
                .map(Yaml::Scalar)
                .map_err(|e| ReadError::yaml(format!("yaml: {e}"), node.span)),
            Kind::Seq { items, .. } => {
                let mut out = Vec::with_capacity(items.len());
                for item in items {
                    out.push(self.value(*item, depth + 1)?);
                }
                Ok(Yaml::Seq(out))
            }
            Kind::Map { .. } => {
                let mut out = Entries::default();
                self.mapping(id, &mut out, depth)?;
                Ok(Yaml::Map(out.pairs))
            }
        }
    }

    fn mapping(&mut self, id: NodeId, out: &mut Entries, depth: usize) -> Result<(), ReadError> {
        let tree = self.tree;
        let Kind::Map { pairs, .. } = &tree.nodes[id].kind else { return Ok(()) };
        for (key_id, value_id) in pairs {
            if tree.nodes[*key_id].is_merge() {
                self.merge(*value_id, out, depth + 1)?;
                continue;
            }
            let key = match self.value(*key_id, depth + 1)? {
                Yaml::Scalar(key) => key,
                other => {
                    return Err(ReadError::yaml(
                        format!("yaml: invalid map key: {}", go::yaml_syntax(&other)),
                        tree.nodes[*key_id].span,
                    ));
                }
            };
            let value = self.value(*value_id, depth + 1)?;
            out.insert(key, value);
        }
        Ok(())
    }

    /// `<<`: what it names is written into the map at once, so what stands later wins.
    fn merge(&mut self, id: NodeId, out: &mut Entries, depth: usize) -> Result<(), ReadError> {
        let tree = self.tree;
        if let Kind::Seq { items, .. } = &tree.nodes[id].kind {
            // Backwards: the first of a list takes precedence.
            for item in items.iter().rev() {
                self.merge_one(*item, out, depth + 1)?;
            }
            return Ok(());
        }
        self.merge_one(id, out, depth)
    }

    fn merge_one(&mut self, id: NodeId, out: &mut Entries, depth: usize) -> Result<(), ReadError> {
        let tree = self.tree;
        self.enter(id, depth)?;
        match &tree.nodes[id].kind {
            Kind::Map { .. } => return self.mapping(id, out, depth),
            Kind::Alias { name, target }
                if matches!(tree.nodes[*target].kind, Kind::Map { .. }) =>
            {
                return self.follow(id, name, |this| {
                    this.enter(*target, depth + 1)?;
                    this.mapping(*target, out, depth + 1)
                });
            }
            _ => {}
        }
        Err(ReadError::yaml(
            "yaml: map merge requires map or sequence of maps as the value".to_owned(),
            tree.nodes[id].span,
        ))
    }
}

/// A Go map while it is filled: a key set again keeps its place and takes the new value.
#[derive(Default)]
struct Entries {
    pairs: Vec<(Scalar, Yaml)>,
    /// Only for maps large enough that looking through `pairs` would take quadratic time.
    index: BTreeMap<String, usize>,
}

const SMALL: usize = 16;

impl Entries {
    fn insert(&mut self, key: Scalar, value: Yaml) {
        let at = if self.pairs.len() < SMALL {
            self.pairs.iter().position(|(k, _)| *k == key)
        } else {
            if self.index.is_empty() {
                self.index = self
                    .pairs
                    .iter()
                    .enumerate()
                    .map(|(i, (k, _))| (go::scalar_syntax(k), i))
                    .collect();
            }
            let written = go::scalar_syntax(&key);
            let found = self.index.get(&written).copied();
            if found.is_none() {
                self.index.insert(written, self.pairs.len());
            }
            found
        };
        match at {
            Some(i) => self.pairs[i].1 = value,
            None => self.pairs.push((key, value)),
        }
    }
}

fn json(yaml: Yaml) -> Result<Value, String> {
    match yaml {
        Yaml::Scalar(scalar) => {
            scalar.into_json().map_err(|name| format!("json: unsupported value: {name}"))
        }
        Yaml::Seq(items) => items.into_iter().map(json).collect::<Result<_, _>>().map(Value::Array),
        Yaml::Map(pairs) => {
            let mut out = Vec::with_capacity(pairs.len());
            for (key, value) in pairs {
                let name = match key {
                    Scalar::Str(s) => s,
                    Scalar::Int(i) => i.to_string(),
                    Scalar::Float(f) => go::float32_key(f),
                    Scalar::Bool(b) => b.to_string(),
                    Scalar::Null | Scalar::Uint(_) => {
                        let kind = if key == Scalar::Null { "%!s(<nil>)" } else { "uint64" };
                        return Err(format!(
                            "unsupported map key of type: {kind}, key: {}, value: {}",
                            go::bare_syntax(&Yaml::Scalar(key)),
                            go::bare_syntax(&value)
                        ));
                    }
                };
                out.push((name, json(value)?));
            }
            // json.Marshal sorts a map's keys. Of `1` and "1" Go keeps either; we the later.
            if !out.is_sorted_by(|a, b| a.0 < b.0) {
                out.sort_by(|a, b| a.0.cmp(&b.0));
            }
            Ok(Value::Object(out.into_iter().collect::<Map<_, _>>()))
        }
    }
}
