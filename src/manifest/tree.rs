//! YAML events to a tree with spans. Iterative: depth costs no stack.

use super::contain::contain;
use super::split::Chunk;
use super::{MAX_DEPTH, ReadError};
use crate::source::Span;
use libyaml_safer::{Error, ErrorKind, EventData, Mark, Parser, SequenceStyle};
use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::sync::OnceLock;

/// Index into [`Tree::nodes`].
pub(super) type NodeId = usize;

/// One document as it is written: aliases and merges not yet followed.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) root: Option<NodeId>,
    /// The pairs of large maps by name, made when first asked for: thousands of findings
    /// in one map must not each look through all of it.
    by_name: OnceLock<HashMap<NodeId, Pairs>>,
}

/// Key and value by name, what is merged included.
type Pairs = HashMap<String, (NodeId, NodeId)>;

/// Maps with more fields than this are looked up by name.
const LARGE: usize = 64;

impl Tree {
    /// The pair of the large map `id` that `name` means; the outer `None` where the map is
    /// small and is to be searched.
    pub(super) fn pair_of_large(&self, id: NodeId, name: &str) -> Option<Option<(NodeId, NodeId)>> {
        let Kind::Map { pairs, .. } = &self.nodes[id].kind else { return None };
        if pairs.len() <= LARGE {
            return None;
        }
        let large = self.by_name.get_or_init(|| self.large_maps());
        large.get(&id).map(|names| names.get(name).copied())
    }

    fn large_maps(&self) -> HashMap<NodeId, Pairs> {
        let mut large = HashMap::new();
        for (id, node) in self.nodes.iter().enumerate() {
            if matches!(&node.kind, Kind::Map { pairs, .. } if pairs.len() > LARGE) {
                let mut names = HashMap::new();
                self.name_pairs(id, &mut names);
                large.insert(id, names);
            }
        }
        large
    }

    /// As the decoder fills a map: the last of several wins, and what is merged counts where
    /// it stands. It came out of the decoder whole, so this ends.
    fn name_pairs(&self, id: NodeId, names: &mut Pairs) {
        match &self.nodes[self.resolved(id)].kind {
            Kind::Map { pairs, .. } => {
                for (key, value) in pairs {
                    if self.nodes[*key].is_merge() {
                        self.name_pairs(*value, names);
                    } else if let Some(name) = self.nodes[self.resolved(*key)].kind.text() {
                        names.insert(name.to_owned(), (*key, *value));
                    }
                }
            }
            // The first of a list takes precedence.
            Kind::Seq { items, .. } => {
                items.iter().rev().for_each(|item| self.name_pairs(*item, names));
            }
            Kind::Scalar { .. } | Kind::Alias { .. } => {}
        }
    }

    /// Follows an alias; goyaml allows none that leads to itself.
    pub(super) fn resolved(&self, id: NodeId) -> NodeId {
        match &self.nodes[id].kind {
            Kind::Alias { target, .. } => *target,
            _ => id,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    /// In bytes of the file.
    pub(super) span: Span,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// `tag` in long form; `implicit` for a plain scalar without one.
    Scalar {
        text: String,
        tag: Option<String>,
        implicit: bool,
    },
    Seq {
        items: Vec<NodeId>,
        flow: bool,
    },
    Map {
        pairs: Vec<(NodeId, NodeId)>,
        flow: bool,
    },
    Alias {
        name: String,
        target: NodeId,
    },
}

impl Kind {
    /// A scalar's text.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

impl Node {
    /// True for the key `<<`, which merges (`isMerge`, goyaml v2 `decode.go`).
    pub(super) fn is_merge(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, tag, implicit } if text == "<<"
            && (*implicit || tag.as_deref() == Some("tag:yaml.org,2002:merge")))
    }
}

/// Hands out the text in pieces of goyaml's raw buffer, so that a control character is
/// met only when the parser comes near it, as there (`input_raw_buffer_size`).
struct Pieces<'t> {
    bytes: &'t [u8],
    at: usize,
}

const PIECE: usize = 512;

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(out.len());
        out[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Pieces<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        let end = ((self.at / PIECE + 1) * PIECE).min(self.bytes.len());
        Ok(&self.bytes[self.at..end])
    }

    fn consume(&mut self, n: usize) {
        self.at = (self.at + n).min(self.bytes.len());
    }
}

/// A collection whose end has not come yet.
struct Open {
    node: NodeId,
    /// A mapping's key that waits for its value.
    key: Option<NodeId>,
}

/// So many colons in one document are read as goyaml reads them; nobody writes more.
const MOST_COLONS: usize = 64;

/// Reads the first document of `chunk`; goyaml never looks at what follows `...`.
///
/// In `{a:}` libyaml refuses a colon that goyaml takes for a part of the name: there it is
/// read as a letter that stands nowhere else, and put back afterwards.
pub(super) fn parse(chunk: &Chunk<'_>) -> Result<Tree, ReadError> {
    let first = parse_once(chunk);
    if !matches!(&first, Err(error) if error.message.ends_with("found unexpected ':'")) {
        return first;
    }
    let Some(stand_in) = "^~;$+=()_".chars().find(|c| !chunk.text.contains(*c)) else {
        return first;
    };
    let mut text = chunk.text.clone().into_owned();
    let mut result = first;
    for _ in 0..MOST_COLONS {
        let Err(error) = &result else { break };
        if !error.message.ends_with("found unexpected ':'") {
            break;
        }
        let found = (0..text.len()).find(|at| chunk.to_file(*at) == error.span.start);
        let Some(at) = found.filter(|at| text[*at..].starts_with(':')) else { break };
        text.replace_range(at..=at, stand_in.encode_utf8(&mut [0; 4]));
        result = parse_once(&chunk.with_text(&text));
    }
    let mut tree = result?;
    for node in &mut tree.nodes {
        if let Kind::Scalar { text, .. } = &mut node.kind
            && text.contains(stand_in)
        {
            *text = text.replace(stand_in, ":");
        }
    }
    Ok(tree)
}

fn parse_once(chunk: &Chunk<'_>) -> Result<Tree, ReadError> {
    let bom = if chunk.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut last = 0;
    let parsed = contain(|| events(chunk, bom, &mut last));
    let parsed = parsed.unwrap_or_else(|| Err(panicked(chunk, last)));
    parsed.map_err(|error| incompatible(chunk).unwrap_or(error))
}

/// goyaml refuses every version but 1.1. A directive and the document behind it are two
/// chunks for kubectl, so there is an error in any case, and this one comes first.
fn incompatible(chunk: &Chunk<'_>) -> Option<ReadError> {
    let mut start = 0;
    for (n, line) in chunk.text.split_inclusive('\n').enumerate() {
        if let Some(version) = line.strip_prefix("%YAML ") {
            let is_number =
                |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            let version = version.trim();
            let (major, minor) = version.split_once('.')?;
            if version == "1.1" || !is_number(major) || !is_number(minor) {
                return None;
            }
            let line = if n == 0 { String::new() } else { format!("line {n}: ") };
            let span = Span::new(chunk.to_file(start), chunk.to_file(start + 6 + version.len()));
            let message = format!("yaml: {line}found incompatible YAML document");
            return Some(ReadError::yaml(message, span));
        }
        if !line.starts_with(['#', '\n']) {
            return None;
        }
        start += line.len();
    }
    None
}

/// libyaml-safer's one known panic is a tag that ends in a comma inside `[]` or `{}`.
fn panicked(chunk: &Chunk<'_>, last: usize) -> ReadError {
    let rest = chunk.text.get(last..).unwrap_or("");
    let at = last + rest.find('!').unwrap_or(0);
    let line = chunk.text.get(..at).map_or(0, |before| before.matches('\n').count());
    let problem = "did not find expected whitespace or line break";
    let message = match line {
        0 => format!("yaml: {problem}"),
        n => format!("yaml: line {}: {problem}", n + 1),
    };
    ReadError::yaml(message, Span::new(chunk.to_file(at), chunk.to_file(at + 1)))
}

fn events(chunk: &Chunk<'_>, bom: usize, last: &mut usize) -> Result<Tree, ReadError> {
    let place = |mark: Mark| chunk.to_file(usize::try_from(mark.index).unwrap_or(0) + bom);
    let mut parser = Parser::new();
    parser.set_input(Pieces { bytes: chunk.text.as_bytes(), at: 0 });
    let mut tree = Tree::default();
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: HashMap<String, NodeId> = HashMap::new();
    loop {
        let event = parser.parse().map_err(|e| syntax_error(&e, chunk, bom))?;
        *last = usize::try_from(event.end_mark.index).unwrap_or(0) + bom;
        let span = Span::new(place(event.start_mark), place(event.end_mark));
        let mut opens = false;
        let (kind, anchor) = match event.data {
            EventData::StreamStart { .. } | EventData::DocumentStart { .. } => continue,
            EventData::StreamEnd | EventData::DocumentEnd { .. } => return Ok(tree),
            EventData::Alias { anchor } => {
                let Some(target) = anchors.get(&anchor).copied() else {
                    return Err(ReadError::yaml(
                        format!("yaml: unknown anchor '{anchor}' referenced"),
                        span,
                    ));
                };
                (Kind::Alias { name: anchor, target }, None)
            }
            EventData::Scalar { anchor, tag, value, plain_implicit, .. } => {
                (Kind::Scalar { text: value, tag, implicit: plain_implicit }, anchor)
            }
            EventData::SequenceStart { anchor, style, .. } => {
                opens = true;
                let flow = style == SequenceStyle::Flow;
                (Kind::Seq { items: Vec::new(), flow }, anchor)
            }
            EventData::MappingStart { anchor, style, .. } => {
                opens = true;
                let flow = style == libyaml_safer::MappingStyle::Flow;
                (Kind::Map { pairs: Vec::new(), flow }, anchor)
            }
            EventData::SequenceEnd | EventData::MappingEnd => {
                if let Some(closed) = open.pop() {
                    close(&mut tree, closed.node, span.end);
                }
                continue;
            }
        };
        let span = match &kind {
            // A block scalar's mark lies behind its line break.
            Kind::Scalar { .. } => trim(chunk, span, event.start_mark, event.end_mark, bom),
            _ => span,
        };
        let id = tree.nodes.len();
        tree.nodes.push(Node { span, kind });
        if let Some(anchor) = anchor {
            anchors.insert(anchor, id);
        }
        attach(&mut tree, open.last_mut(), id);
        if opens {
            if open.len() >= MAX_DEPTH {
                return Err(ReadError::too_deep(span));
            }
            open.push(Open { node: id, key: None });
        }
    }
}

fn trim(chunk: &Chunk<'_>, span: Span, start: Mark, end: Mark, bom: usize) -> Span {
    let of = |mark: Mark| usize::try_from(mark.index).unwrap_or(0) + bom;
    let text = chunk.text.get(of(start)..of(end)).unwrap_or("");
    let kept = text.trim_end_matches(['\n', ' ', '\r']);
    if kept.len() == text.len() {
        span
    } else {
        Span::new(span.start, chunk.to_file(of(start) + kept.len()))
    }
}

fn attach(tree: &mut Tree, parent: Option<&mut Open>, id: NodeId) {
    let Some(parent) = parent else {
        tree.root = Some(id);
        return;
    };
    match &mut tree.nodes[parent.node].kind {
        Kind::Seq { items, .. } => items.push(id),
        Kind::Map { pairs, .. } => match parent.key.take() {
            None => parent.key = Some(id),
            Some(key) => pairs.push((key, id)),
        },
        Kind::Scalar { .. } | Kind::Alias { .. } => {}
    }
}

/// A block collection's end mark lies at the next token, which may be lines away: it ends
/// where its last child does.
fn close(tree: &mut Tree, id: NodeId, end: usize) {
    let last = match &tree.nodes[id].kind {
        Kind::Seq { items, flow: false } => items.last().copied(),
        Kind::Map { pairs, flow: false } => pairs.last().map(|(_, value)| *value),
        _ => None,
    };
    let end = last.map_or(end, |child| tree.nodes[child].span.end);
    let start = tree.nodes[id].span.start;
    tree.nodes[id].span = Span::new(start, end);
}

/// goyaml's `parser.fail` (`decode.go`): scanner errors count lines from 1, parser errors
/// from 0, and line 0 is not told.
fn syntax_error(error: &Error, chunk: &Chunk<'_>, bom: usize) -> ReadError {
    let mark = error.problem_mark();
    let mut line = mark.map_or(0, |m| m.line);
    if line != 0 {
        if error.kind() == ErrorKind::Scanner {
            line += 1;
        }
    } else {
        line = error.context_mark().map_or(0, |m| m.line);
    }
    let message = match line {
        0 => format!("yaml: {}", error.problem()),
        n => format!("yaml: line {n}: {}", error.problem()),
    };
    // What was opened and never closed, and the name that has no colon, stand where the
    // scanner began: that is where the learner has to look.
    let begun = ["found unexpected end of stream", "could not find expected ':'"];
    let mark = match error.context_mark() {
        Some(context) if begun.contains(&error.problem()) => Some(context),
        _ => mark,
    };
    let at = match mark {
        Some(mark) => usize::try_from(mark.index).unwrap_or(0) + bom,
        // Only the reader knows no mark: it met a character that YAML forbids.
        None => chunk.text.char_indices().find(|(_, c)| forbidden(*c)).map_or(0, |(i, _)| i),
    };
    let len = chunk.text.get(at..).and_then(|s| s.chars().next()).map_or(0, char::len_utf8);
    ReadError::yaml(message, Span::new(chunk.to_file(at), chunk.to_file(at + len)))
}

fn forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'))
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}
