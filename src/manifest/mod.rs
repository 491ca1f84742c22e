//! YAML and JSON as kubectl reads them: text to trees with spans to JSON. Pure.

mod contain;
mod convert;
pub mod decode;
mod document;
pub mod go;
mod gotime;
mod gotypes;
pub mod kinds;
mod quantity;
mod resolve;
pub mod schema;
mod split;
mod tree;

pub use contain::quiet_panics;
pub use document::{Document, Part};

use crate::source::{Finding, LineIndex, Severity, Span};
use serde_json::Value;

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
    let mut reading = Reading::default();
    let split = split::split(text, 0);
    for chunk in &split.chunks {
        let document = tree::parse(chunk)
            .and_then(|tree| convert::to_json(&tree).map(|json| Document::new(json, tree, chunk)));
        match document {
            Ok(document) if document.json.is_null() => {}
            Ok(document) => reading.documents.push(document),
            Err(error) => {
                reading.error = Some(error);
                return reading;
            }
        }
    }
    reading.error = split.error.map(|(message, at)| {
        let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
        ReadError { code: "yaml-separator", message, span: Span::new(at, end) }
    });
    reading
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
        None => Ok(reading.documents.into_iter().map(|d| d.json).collect()),
        Some(error) => {
            let at = LineIndex::new(text).position(text, error.span.start);
            Err(ManifestError { message: error.message, line: at.line, column: at.column })
        }
    }
}

#[cfg(test)]
mod tests;
