//! What a stage has to say about a place in the learner's text.

use super::Span;
use serde::Serialize;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// kubectl or the API server refuses the object.
    Error,
    /// The API server accepts it and warns.
    Warning,
    /// Ours alone: legal, and probably not what was meant. Never fails a check.
    Advice,
}

/// One replacement of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in bytes of the text the finding is about; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that makes a finding go away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative: "Write the port without quotes."
    pub title: String,
    /// The replacements, in rising order and apart from each other.
    pub edits: Vec<Edit>,
}

/// One thing said about one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Error, warning or advice.
    pub severity: Severity,
    /// The rule's stable name in kebab-case, which `portolan explain` takes.
    pub code: &'static str,
    /// The field, as the API server writes it (`spec.ports[0].port`); empty for the whole file.
    pub path: String,
    /// The words of kubectl or of the API server, for this one thing.
    pub message: String,
    /// At most two plain sentences: what it means and what to do. May be empty only for
    /// texts that are plain already.
    pub explanation: String,
    /// Where: the value, the key, or the place where something missing belongs.
    pub span: Span,
    /// A change that is sure to help, where there is one.
    pub fix: Option<Fix>,
}
