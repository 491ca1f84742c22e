//! One document: its JSON, and where each part of it stands in the text.

use super::split::Chunk;
use super::tree::{Kind, NodeId, Tree};
use crate::source::Span;
use serde_json::Value;
use std::sync::Arc;

/// Which part of a field is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The field's name.
    Key,
    /// What is written as its value.
    Value,
}

/// One document of a file. A clone shares everything.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its value as kubectl's YAML-to-JSON makes it: keys sorted, integers as `i64`,
    /// what has a fraction or is larger as `f64`.
    pub json: Arc<Value>,
    /// The document's own stretch of the file.
    pub span: Span,
    tree: Arc<Tree>,
    root: Option<NodeId>,
}

/// Where a map's first field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapPlace {
    /// The first name's first byte, or the byte behind the brace of an empty map.
    pub start: usize,
    /// True between braces.
    pub flow: bool,
    /// True where it has no field.
    pub is_empty: bool,
}

/// A step of a path: a name or an index.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step<'p> {
    Name(&'p str),
    Index(usize),
}

/// More dots than this are not tried as ends of a name: the longest legal one has fewer.
const MOST_DOTS: usize = 320;

/// More ways to read a path than this are not tried.
const MOST_STEPS: usize = 10_000;

impl Document {
    pub(super) fn new(json: Value, tree: Tree, chunk: &Chunk<'_>) -> Self {
        Self::of(json, tree, Span::new(chunk.start, chunk.to_file(chunk.text.len())))
    }

    pub(super) fn of(json: Value, tree: Tree, span: Span) -> Self {
        let root = tree.root;
        Self { json: Arc::new(json), span, tree: Arc::new(tree), root }
    }

    /// The document's item `items[index]` as a document of its own, for a `List`.
    /// `None` when there is no such item.
    #[must_use]
    pub fn item(&self, index: usize) -> Option<Self> {
        let json = Arc::new(self.json.get("items")?.get(index)?.clone());
        let root = self
            .find("items")
            .and_then(|(_, items)| self.child(items, &Step::Index(index)))
            .map(|(_, id)| id);
        let span = root.map_or(self.span, |id| self.tree.nodes[id].span);
        Some(Self { json, span, tree: Arc::clone(&self.tree), root })
    }

    /// The items of a `List` as documents of their own, which know no places.
    #[must_use]
    pub fn into_items(self) -> Vec<Self> {
        let tree = Arc::new(Tree::default());
        let mut list = Arc::unwrap_or_clone(self.json);
        let Some(Value::Array(items)) = list.get_mut("items").map(Value::take) else {
            return Vec::new();
        };
        let item = |json| Self {
            json: Arc::new(json),
            span: self.span,
            tree: Arc::clone(&tree),
            root: None,
        };
        items.into_iter().map(item).collect()
    }

    /// The text of the plain scalar at `path`: one without quotes and tags, whose meaning YAML
    /// has to guess.
    #[must_use]
    pub fn plain(&self, path: &str) -> Option<&str> {
        let (_, id) = self.find(path)?;
        match &self.tree.nodes[self.resolved(id)].kind {
            Kind::Scalar { text, implicit: true, .. } => Some(text),
            _ => None,
        }
    }

    /// Where `part` of the field at `path` stands, in bytes of the file. Paths are written
    /// as the API server writes them: `spec.ports[0].port`, `metadata.labels[a.b/c]`,
    /// `metadata.labels.a.b/c`. The empty path is the whole document. `None` when the
    /// field is not written.
    #[must_use]
    pub fn span(&self, path: &str, part: Part) -> Option<Span> {
        let (key, value) = self.find(path)?;
        let value_span = self.tree.nodes[value].span;
        match (part, key) {
            (Part::Key, Some(key)) => Some(self.tree.nodes[key].span),
            // An empty value has no text of its own.
            (Part::Value, Some(key)) if value_span.is_empty() => Some(self.tree.nodes[key].span),
            _ => Some(value_span),
        }
    }

    /// Where a missing field belongs: the name of the nearest field around it that is
    /// written; in a list's item the item's first name; else the document's first name.
    #[must_use]
    pub fn missing(&self, path: &str) -> Span {
        let mut path = path;
        for n_dots in 0.. {
            path = match path.rfind(['.', '[']) {
                Some(at) if n_dots < MOST_DOTS => &path[..at],
                _ => "",
            };
            if path.is_empty() {
                return self
                    .first_name(self.root)
                    .unwrap_or(Span::new(self.span.start, self.span.start));
            }
            if let Some((key, value)) = self.find(path) {
                return match key {
                    Some(key) => self.tree.nodes[key].span,
                    None => self.first_name(Some(value)).unwrap_or(self.tree.nodes[value].span),
                };
            }
        }
        self.span
    }

    /// What has to be cut to take the field at `path` out, name and value. `None` where it
    /// is not written, or is its map's only field.
    #[must_use]
    pub fn removal(&self, path: &str, text: &str) -> Option<Span> {
        let (key, value) = self.find(path)?;
        let (key, end) = (key?, self.tree.nodes[value].span.end);
        let start = self.tree.nodes[key].span.start;
        // Keys may hold dots: the parent is the nearest map around it that has this key.
        let parents = path.rmatch_indices(['.', '[']).take(MOST_DOTS);
        let parents = parents.map(|(at, _)| &path[..at]).chain([""]);
        let (pairs, flow, at) = parents.into_iter().find_map(|parent| {
            let (_, id) = self.find(parent)?;
            match &self.tree.nodes[id].kind {
                Kind::Map { pairs, flow } => {
                    // Nodes are numbered as they are read, so the keys rise.
                    let at = pairs.binary_search_by_key(&key, |(k, _)| *k).ok()?;
                    Some((pairs, *flow, at))
                }
                _ => None,
            }
        })?;
        if let Some((next, _)) = pairs.get(at + 1) {
            return Some(Span::new(start, self.tree.nodes[*next].span.start));
        }
        let (_, previous) = pairs.get(at.checked_sub(1)?)?;
        if flow {
            return Some(Span::new(self.tree.nodes[*previous].span.end, end.max(start)));
        }
        let line = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let end = end.max(self.tree.nodes[key].span.end);
        let end = text[end..].find('\n').map_or(text.len(), |i| end + i + 1);
        text[line..start].trim().is_empty().then_some(Span::new(line, end))
    }

    /// The map at `path` as a place for one more field. `None` where there is no map of its
    /// own: what an alias repeats stands elsewhere.
    #[must_use]
    pub fn map(&self, path: &str) -> Option<MapPlace> {
        let (_, id) = self.find(path)?;
        let node = &self.tree.nodes[id];
        let Kind::Map { pairs, flow } = &node.kind else { return None };
        match pairs.first() {
            Some((key, _)) => {
                let start = self.tree.nodes[*key].span.start;
                Some(MapPlace { start, flow: *flow, is_empty: false })
            }
            None => Some(MapPlace { start: node.span.start + 1, flow: true, is_empty: true }),
        }
    }

    fn first_name(&self, id: Option<NodeId>) -> Option<Span> {
        let node = &self.tree.nodes[self.resolved(id?)];
        match &node.kind {
            Kind::Map { pairs, .. } => pairs.first().map(|(key, _)| self.tree.nodes[*key].span),
            _ => Some(node.span),
        }
    }

    fn resolved(&self, id: NodeId) -> NodeId {
        self.tree.resolved(id)
    }

    /// The key's node (none for a list's item and the root) and the value's.
    fn find(&self, path: &str) -> Option<(Option<NodeId>, NodeId)> {
        self.walk(None, self.root?, path, &mut { MOST_STEPS })
    }

    fn walk(
        &self,
        key: Option<NodeId>,
        id: NodeId,
        path: &str,
        steps: &mut usize,
    ) -> Option<(Option<NodeId>, NodeId)> {
        // Names that hold dots can be read in several ways, and those multiply.
        *steps = steps.checked_sub(1)?;
        let path = path.strip_prefix('.').unwrap_or(path);
        if path.is_empty() {
            return Some((key, id));
        }
        if let Some(rest) = path.strip_prefix('[') {
            // A key may hold a bracket itself: try the nearest first.
            for (end, _) in rest.match_indices(']').take(MOST_DOTS) {
                let inside = &rest[..end];
                let step = match inside.parse() {
                    Ok(index) if self.is_list(id) => Step::Index(index),
                    _ => Step::Name(inside),
                };
                if let Some((key, child)) = self.child(id, &step)
                    && let Some(found) = self.walk(key, child, &rest[end + 1..], steps)
                {
                    return Some(found);
                }
            }
            return None;
        }
        // A key may hold dots itself: the shortest name that leads on is the right one.
        let dots = path.match_indices(['.', '[']).map(|(at, _)| at);
        let ends = dots.take(MOST_DOTS).chain([path.len()]);
        for end in ends.filter(|end| *end > 0) {
            if let Some((key, child)) = self.child(id, &Step::Name(&path[..end]))
                && let Some(found) = self.walk(key, child, &path[end..], steps)
            {
                return Some(found);
            }
        }
        None
    }

    fn is_list(&self, id: NodeId) -> bool {
        matches!(self.tree.nodes[self.resolved(id)].kind, Kind::Seq { .. })
    }

    fn child(&self, id: NodeId, step: &Step<'_>) -> Option<(Option<NodeId>, NodeId)> {
        let id = self.resolved(id);
        match (&self.tree.nodes[id].kind, step) {
            (Kind::Seq { items, .. }, Step::Index(i)) => items.get(*i).map(|id| (None, *id)),
            (Kind::Map { pairs, .. }, Step::Name(name)) => {
                if let Some(found) = self.tree.pair_of_large(id, name) {
                    return found.map(|(key, value)| (Some(key), value));
                }
                // The last of several wins, and what is merged counts where it stands.
                for (key, value) in pairs.iter().rev() {
                    if self.tree.nodes[*key].is_merge() {
                        if let Some(found) = self.merged(*value, step) {
                            return Some(found);
                        }
                    } else if self.is_named(*key, name) {
                        return Some((Some(*key), *value));
                    }
                }
                None
            }
            _ => None,
        }
    }

    fn merged(&self, id: NodeId, step: &Step<'_>) -> Option<(Option<NodeId>, NodeId)> {
        match &self.tree.nodes[self.resolved(id)].kind {
            Kind::Map { .. } => self.child(id, step),
            Kind::Seq { items, .. } => items.iter().find_map(|item| self.child(*item, step)),
            _ => None,
        }
    }

    fn is_named(&self, key: NodeId, name: &str) -> bool {
        match &self.tree.nodes[self.resolved(key)].kind {
            Kind::Scalar { text, .. } => text == name,
            _ => false,
        }
    }
}
