//! A long list, as `kubectl get -o yaml` writes it, read in two halves at once: what stands
//! before one of its items, and the rest as another list.

use super::convert;
use super::split::Chunk;
use super::tree::{self, Kind, NodeId, Tree};
use crate::source::{Span, halves, sort};
use serde_json::{Map, Value};

/// From so many bytes on it is worth a second thread.
pub(super) const LONG: usize = 100_000;

/// What stands before the second half.
const HEAD: &str = "items:\n";

/// The tree (empty where no places are wanted) and the value of a document that is a long list;
/// none where it is another, or has something in it that could mean something else on its own.
pub(super) fn read(chunk: &Chunk<'_>, long: usize, places: bool) -> Option<(Tree, Value)> {
    let text = &*chunk.text;
    if text.len() < long || text.contains("\n...") {
        return None;
    }
    let middle = text.len() / 2;
    let behind = text.as_bytes().get(middle..)?.windows(3).position(|three| three == b"\n- ")?;
    let at = middle + behind + 1;
    let (first, rest) = (text.get(..at)?, text.get(at..)?);
    let second = [HEAD, rest].concat();
    let first = chunk.part(first, 0)?;
    let second = chunk.part(&second, at.checked_sub(HEAD.len())?)?;
    let read = |chunk: &Chunk<'_>, pair: Pair| {
        let tree = tree::parse(chunk).ok()?;
        let value = convert::to_json(&tree).ok()?;
        let list = items(&tree, pair)?;
        let begins = tree.nodes[list].span.start;
        // Who asks for no places has no need of it, and it is let go of where it was made.
        Some((if places { tree } else { Tree::default() }, value, list, begins))
    };
    let (first, second) = halves::both(
        || read(&first, |pairs| pairs.last()),
        || read(&second, |pairs| pairs.first()),
    );
    let ((mut tree, value, list, begins), (second_tree, second_value, second_list, _)) =
        (first?, second?);
    // Indented items end where one stands at the beginning of a line.
    let place = begins.checked_sub(chunk.to_file(0))?;
    if !text.get(..place)?.ends_with('\n') || !text.get(place..)?.starts_with("- ") {
        return None;
    }
    let value = joined(value, second_value)?;
    append(&mut tree, list, second_tree, second_list);
    Some((tree, value))
}

/// Chooses a pair of a map.
type Pair = fn(&[(NodeId, NodeId)]) -> Option<&(NodeId, NodeId)>;

/// The list under `items`, in a map that holds no alias and merges nothing.
fn items(tree: &Tree, pair: Pair) -> Option<NodeId> {
    let Kind::Map { pairs, flow: false } = &tree.nodes[tree.root?].kind else { return None };
    let is_plain = |kind: &Kind| !matches!(kind, Kind::Alias { .. });
    let merges = pairs.iter().any(|(key, _)| tree.nodes[*key].is_merge());
    let (key, list) = *pair(pairs)?;
    let is_items = matches!(
        &tree.nodes[key].kind,
        Kind::Scalar { text, tag: None, implicit: true } if text == "items"
    );
    let is_list = matches!(&tree.nodes[list].kind, Kind::Seq { flow: false, .. });
    let is_fit = is_items && is_list && !merges;
    (is_fit && tree.nodes.iter().all(|node| is_plain(&node.kind))).then_some(list)
}

/// The fields of both, with the items of both; none where they have another field in common.
fn joined(first: Value, second: Value) -> Option<Value> {
    let (Value::Object(first), Value::Object(second)) = (first, second) else { return None };
    let mut fields: Vec<(String, Value)> = first.into_iter().collect();
    for (name, value) in second {
        match (fields.iter_mut().find(|(known, _)| *known == name), value) {
            (None, value) => fields.push((name, value)),
            (Some((_, Value::Array(items))), Value::Array(more)) if name == "items" => {
                items.extend(more);
            }
            _ => return None,
        }
    }
    sort::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
    Some(Value::Object(fields.into_iter().collect::<Map<_, _>>()))
}

/// Puts the items of a second list behind those of the first, and the fields that follow.
fn append(tree: &mut Tree, list: NodeId, mut second: Tree, second_list: NodeId) {
    let Some((root, second_root)) = tree.root.zip(second.root) else { return };
    let moved = tree.nodes.len();
    for node in &mut second.nodes {
        match &mut node.kind {
            Kind::Seq { items, .. } => items.iter_mut().for_each(|id| *id += moved),
            Kind::Map { pairs, .. } => pairs.iter_mut().for_each(|(key, value)| {
                *key += moved;
                *value += moved;
            }),
            Kind::Scalar { .. } | Kind::Alias { .. } => {}
        }
    }
    let end = |id: NodeId| second.nodes[id].span.end;
    let (list_end, root_end) = (end(second_list), end(second_root));
    let taken = |kind: &mut Kind| match kind {
        Kind::Seq { items, .. } => (std::mem::take(items), Vec::new()),
        Kind::Map { pairs, .. } => (Vec::new(), std::mem::take(pairs)),
        Kind::Scalar { .. } | Kind::Alias { .. } => Default::default(),
    };
    let (more, _) = taken(&mut second.nodes[second_list].kind);
    let (_, fields) = taken(&mut second.nodes[second_root].kind);
    if let Kind::Seq { items, .. } = &mut tree.nodes[list].kind {
        items.extend(more);
    }
    if let Kind::Map { pairs, .. } = &mut tree.nodes[root].kind {
        pairs.extend(fields.into_iter().skip(1));
    }
    for (id, end) in [(list, list_end), (root, root_end)] {
        let span = &mut tree.nodes[id].span;
        *span = Span::new(span.start, end);
    }
    tree.nodes.append(&mut second.nodes);
}

#[cfg(test)]
mod tests {
    use super::super::{Document, Part, split};
    use super::*;
    use proptest::prelude::*;

    fn whole(chunk: &Chunk<'_>) -> Option<(Tree, Value)> {
        let tree = tree::parse(chunk).ok()?;
        let value = convert::to_json(&tree).ok()?;
        Some((tree, value))
    }

    /// Where all that is in a value stands.
    fn places(document: &Document, value: &Value, path: &str, out: &mut String) {
        let told = [Part::Key, Part::Value].map(|part| document.span(path, part));
        out.push_str(&format!(
            "{path} {told:?} {:?}\n",
            document.removal(path, &"x".repeat(5_000))
        ));
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| {
                places(document, value, &format!("{path}.{key}"), out);
            }),
            Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| {
                places(document, item, &format!("{path}[{at}]"), out);
            }),
            _ => {}
        }
    }

    fn told((tree, value): (Tree, Value), chunk: &Chunk<'_>) -> String {
        let document = Document::new(value.clone(), tree, chunk);
        let mut out = format!("{:?} {value}\n", document.span);
        places(&document, &value, "", &mut out);
        out
    }

    fn line() -> impl Strategy<Value = &'static str> {
        prop_oneof![
            12 => prop::sample::select(vec![
                "- a: 1", "  b: two words", "  c:", "  - d", "  - e: {f: [1, 2]}", "- é: \"ü\"",
                "- |", "  text", "# said", "- plain", "  d: 'x'",
            ]),
            1 => prop::sample::select(vec![
                "items:", "kind: List", "- &x a", "- *x", "- \"a", "- b\"", "  <<: {a: 1}", "<<: {z: 1}",
                "...", "- [a", "- b]", " - a", "- !!str 1", "metadata: {}", "", "  ", "\t", "- - a",
                "-", "? x", ": y", "- @", "apiVersion: v2", "a: *x", "- a: 1\r",
            ]),
        ]
    }

    proptest! {
        #[test]
        fn halves_are_as_the_whole(
            lines in prop::collection::vec(line(), 2..16),
            head in prop::sample::select(vec![
                "apiVersion: v1\nitems:\n", "items:\n", "items:\n  ", "kind: x\n\"items\":\n", "a: &x b\nitems:\n", "",
                "x: 1\n---\napiVersion: v1\nitems:\n",
            ]),
            tail in prop::sample::select(vec!["", "kind: List\nmetadata:\n  a: ''\n", "apiVersion: v2\n"]),
        ) {
            let text = format!("{head}{}\n{tail}", lines.join("\n"));
            for chunk in &split::split(&text, 0).chunks {
                if let Some(halved) = read(chunk, 0, true) {
                    let whole = whole(chunk);
                    let value = read(chunk, 0, false).map(|(_, value)| value);
                    prop_assert_eq!(value.as_ref(), whole.as_ref().map(|(_, value)| value));
                    prop_assert!(whole.is_some(), "{text}");
                    prop_assert_eq!(Some(told(halved, chunk)), whole.map(|whole| told(whole, chunk)));
                }
            }
        }
    }

    #[test]
    fn a_list_is_read_in_halves() {
        let text = format!(
            "apiVersion: v1\nitems:\n{}kind: List\n",
            "- a: b\n  c: [1, {d: e}]\n".repeat(9)
        );
        let split = split::split(&text, 0);
        let chunk = &split.chunks[0];
        let halved = read(chunk, 0, true).unwrap();
        assert_eq!(told(halved, chunk), told(whole(chunk).unwrap(), chunk));
        assert!(read(chunk, LONG, true).is_none());
    }
}
