//! YAML and JSON as kubectl reads them: text to trees with spans to JSON. Pure.

mod amount;
pub mod colours;
mod contain;
mod convert;
pub mod decode;
pub mod docs;
mod document;
mod enums;
pub mod go;
pub mod go_diff;
pub mod go_order;
pub mod go_structs;
mod gotime;
mod gotypes;
mod halved;
mod json;
pub mod kinds;
mod quantity;
mod resolve;
mod same;
pub mod schema;
mod split;
pub mod tokens;
mod tree;

pub use amount::Quantity;
pub use contain::quiet_panics;
pub use document::{Document, MapPlace, Part};
pub use quantity::amount;
pub use resolve::is_plain_string;
pub use same::is_same;

use crate::source::{Finding, LineIndex, Severity, Span, halves};
use serde_json::Value;
use std::sync::Arc;

/// How deep mappings and lists may be nested, aliases followed. kubectl goes to 10,000;
/// no manifest comes near this, and what is deeper would only cost stack.
pub const MAX_DEPTH: usize = 256;

/// What reading a file gives: every document before the first error, and that error.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The documents that hold something, in the file's order.
    pub documents: Vec<Document>,
    /// Why reading ended early.
    pub error: Option<ReadError>,
}

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The finding's code.
    pub code: &'static str,
    /// What kubectl prints behind `error: error parsing FILE: `.
    pub message: String,
    /// The place, in bytes of the file.
    pub span: Span,
}

impl ReadError {
    fn yaml(message: String, span: Span) -> Self {
        Self {
            code: "yaml-syntax",
            message: format!("error converting YAML to JSON: {message}"),
            span,
        }
    }

    fn too_deep(span: Span) -> Self {
        let message = format!("yaml: exceeded max depth of {MAX_DEPTH}");
        Self { code: "yaml-depth", ..Self::yaml(message, span) }
    }

    /// This error as a finding.
    #[must_use]
    pub fn finding(&self) -> Finding {
        Finding {
            severity: Severity::Error,
            code: self.code,
            path: String::new(),
            message: self.message.clone(),
            explanation: String::new(),
            span: self.span,
            fix: None,
        }
    }
}

/// Reads `text` as `kubectl apply -f` reads a file. Never panics, whatever the text.
#[must_use]
pub fn read(text: &str) -> Reading {
    read_with(text, true)
}

/// As [`read`], where nobody asks where anything stands: the documents know no places.
#[must_use]
pub fn read_values(text: &str) -> Reading {
    read_with(text, false)
}

fn read_with(text: &str, places: bool) -> Reading {
    let mut reading = Reading::default();
    // kubectl drops a byte order mark before it looks at anything.
    let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    // A stream that began as JSON and then made no sense is read on as YAML; where that
    // fails too, the JSON decoder's error is the one that is told.
    let mut json_error = None;
    if json::looks_like_json(&text[start..]) {
        match read_json(text, start, places, &mut reading) {
            Ok(()) => return reading,
            Err((at, error)) if reading.documents.len() > 1 => {
                let _ = at;
                reading.error = Some(error);
                return reading;
            }
            Err((at, error)) => {
                let Some(from) = skip_space(text, at) else {
                    reading.error = Some(error);
                    return reading;
                };
                start = from;
                json_error = Some(error);
            }
        }
    }
    let split = split::split(text, start);
    let read = |chunk: &split::Chunk<'_>| {
        let whole = || {
            let tree = tree::parse(chunk)?;
            convert::to_json(&tree).map(|json| (tree, json))
        };
        let (tree, json) = match halved::read(chunk, halved::LONG, places) {
            Some(read) => read,
            None => whole()?,
        };
        let tree = if places { tree } else { tree::Tree::default() };
        Ok(Document::new(json, tree, chunk))
    };
    for document in halves::map(split.chunks.iter().collect(), read) {
        match document {
            Ok(document) if document.json.is_null() => {}
            Ok(document) => reading.documents.push(document),
            Err(error) => {
                reading.error = Some(json_error.unwrap_or(error));
                return reading;
            }
        }
        json_error = None;
    }
    reading.error = split.error.map(|(message, at)| {
        let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
        ReadError { code: "yaml-separator", message, span: Span::new(at, end) }
    });
    reading
}

/// Reads JSON values until the end of `text`, or gives where the first bad one begins.
fn read_json(
    text: &str,
    start: usize,
    places: bool,
    reading: &mut Reading,
) -> Result<(), (usize, ReadError)> {
    let mut at = start;
    loop {
        let error = |message: String, span: Span| ReadError { code: "json-syntax", message, span };
        match json::parse_with(text, at, places) {
            Ok(parsed) => {
                if !parsed.value.is_null() {
                    let span = Span::new(at, parsed.end);
                    reading.documents.push(Document::of(parsed.value, parsed.tree, span));
                }
                at = parsed.end;
            }
            Err(json::JsonError::End) => return Ok(()),
            Err(json::JsonError::Unfinished) => {
                let span = Span::at(text.trim_end().len());
                return Err((at, error("unexpected EOF".to_owned(), span)));
            }
            Err(json::JsonError::Syntax(offset, words)) => {
                let len = text[offset..].chars().next().map_or(0, char::len_utf8);
                // The decoder's own count begins behind a byte order mark.
                let words = format!("json: offset {}: {words}", offset + 1 - start);
                return Err((at, error(words, Span::new(offset, offset + len))));
            }
            Err(json::JsonError::TooDeep(offset)) => {
                let words = format!("json: offset {}: exceeded max depth", offset + 1 - start);
                let error = error(words, Span::new(offset, offset + 1));
                return Err((at, ReadError { code: "yaml-depth", ..error }));
            }
        }
    }
}

/// `consumeWhitespace`: up to and with the first line break. It looks four bytes ahead,
/// and where the text ends before, kubectl does not try YAML.
fn skip_space(text: &str, from: usize) -> Option<usize> {
    for (at, c) in text[from..].char_indices() {
        let at = from + at;
        if text.len() - at < 4 {
            return None;
        }
        if c == '\n' {
            return Some(at + 1);
        }
        if !c.is_whitespace() {
            return Some(at);
        }
    }
    None
}

/// A file's bytes as the text that kubectl reads: UTF-16 with a byte order mark is
/// converted, a byte that is no UTF-8 becomes U+FFFD (`FileVisitor`,
/// k8s.io/cli-runtime/pkg/resource; golang.org/x/text/encoding/unicode).
#[must_use]
pub fn decode_bytes(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], order: fn([u8; 2]) -> u16| {
        let units = bytes.chunks(2).map(|pair| match pair {
            [a, b] => order([*a, *b]),
            _ => 0xfffd,
        });
        char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    out
}

/// Why a patch can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchText {
    /// encoding/json's words: the text goes to the server as it is, which says this.
    Json(String),
    /// The YAML parser's words, which kubectl says itself.
    Yaml(String),
}

/// A patch's text: JSON where it begins with a brace, else YAML (`yaml.ToJSON`,
/// apimachinery/pkg/util/yaml, v1.36).
///
/// # Errors
/// Why it is neither.
pub fn patch_text(text: &str) -> Result<Value, PatchText> {
    if text.trim_start().starts_with('{') {
        return match json::parse(text, 0) {
            Ok(parsed) => match text.get(parsed.end..).unwrap_or("").trim_start().chars().next() {
                None => Ok(parsed.value),
                Some(c) => {
                    let words = format!("invalid character '{c}' after top-level value");
                    Err(PatchText::Json(words))
                }
            },
            Err(json::JsonError::Syntax(_, words)) => Err(PatchText::Json(words)),
            Err(json::JsonError::TooDeep(_)) => {
                Err(PatchText::Json("exceeded max depth".to_owned()))
            }
            Err(json::JsonError::End | json::JsonError::Unfinished) => {
                Err(PatchText::Json("unexpected end of JSON input".to_owned()))
            }
        };
    }
    let split = split::split(text, 0);
    let Some(chunk) = split.chunks.first() else { return Ok(Value::Null) };
    match tree::parse(chunk).and_then(|tree| convert::to_json(&tree)) {
        Ok(value) => Ok(value),
        Err(error) => {
            let words = error.message;
            let own = words.strip_prefix("error converting YAML to JSON: ").map(str::to_owned);
            Err(PatchText::Yaml(own.unwrap_or(words)))
        }
    }
}

/// Why [`to_json`] refused a text: kubectl's words and the true place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ManifestError {
    /// kubectl's words.
    pub message: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// The documents of `text` as JSON, for files that are no learner's (worlds): the same
/// reading, all or nothing.
///
/// # Errors
/// The first thing that kubectl would not read.
pub fn to_json(text: &str) -> Result<Vec<Value>, ManifestError> {
    let reading = read(text);
    match reading.error {
        None => Ok(reading.documents.into_iter().map(|d| Arc::unwrap_or_clone(d.json)).collect()),
        Some(error) => {
            let at = LineIndex::new(text).position(text, error.span.start);
            Err(ManifestError { message: error.message, line: at.line, column: at.column })
        }
    }
}

#[cfg(test)]
mod tests;
