//! Findings beyond the server that need the world: legal, accepted, and probably not what
//! was meant. Advice never fails a check. Pure.
//!
//! `portolan check` gives it; exercises do not, since there the chart shows what is wrong
//! and finding it is the exercise.

mod service;
mod written;

use crate::cluster::{Cluster, Service};
use crate::manifest::{self, Document, Part, Reading};
use crate::source::{Edit, Finding, Fix, Severity};
use crate::validate::Rule;
use serde_json::Value;
use std::sync::Arc;

/// One piece of advice: what `portolan explain` says of it, and when it is given.
struct Advice {
    rule: Rule,
    check: fn(&Subject<'_>) -> Vec<Said>,
}

/// A Service of the learner's text, as the cluster holds it after the text was applied.
struct Subject<'s> {
    cluster: &'s Cluster,
    service: Arc<Service>,
    document: &'s Document,
}

/// One thing said about one field.
struct Said {
    path: String,
    message: String,
    explanation: String,
    /// What to write as the field's value instead, and what that does, where it is sure.
    instead: Option<(String, String)>,
}

/// What can be advised, in the order in which it is said.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    all().map(|advice| &advice.rule)
}

fn all() -> impl Iterator<Item = &'static Advice> {
    service::ADVICE.iter().chain(written::ADVICE)
}

/// The advice on every Service of `text` that `cluster`, to which it was applied, holds.
/// A text that can't be read gets none: its errors come first.
#[must_use]
pub fn advise(cluster: &Cluster, text: &str) -> Vec<Finding> {
    advise_reading(cluster, &manifest::read(text))
}

/// As [`advise`], of a text that was read before.
#[must_use]
pub fn advise_reading(cluster: &Cluster, reading: &Reading) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in &reading.documents {
        let items = match document.json.get("items").and_then(Value::as_array) {
            Some(items) => (0..items.len()).filter_map(|i| document.item(i)).collect(),
            None => vec![document.clone()],
        };
        for item in &items {
            let Some(service) = held(cluster, item) else { continue };
            let subject = Subject { cluster, service, document: item };
            for advice in all() {
                let said = (advice.check)(&subject);
                findings.extend(said.into_iter().map(|said| placed(advice.rule.code, said, item)));
            }
        }
    }
    findings
}

/// The Service that the document describes, if the cluster holds it.
fn held(cluster: &Cluster, document: &Document) -> Option<Arc<Service>> {
    let json = &document.json;
    if json.get("kind")?.as_str()? != "Service" {
        return None;
    }
    let metadata = json.get("metadata")?;
    let namespace = metadata.get("namespace").and_then(Value::as_str).unwrap_or("default");
    cluster.service(namespace, metadata.get("name")?.as_str()?).cloned()
}

fn placed(code: &'static str, said: Said, document: &Document) -> Finding {
    let written = document.span(&said.path, Part::Value);
    let fix = said
        .instead
        .zip(written)
        .map(|((text, title), span)| Fix { title, edits: vec![Edit { span, text }] });
    Finding {
        severity: Severity::Advice,
        code,
        span: written.unwrap_or_else(|| document.missing(&said.path)),
        path: said.path,
        message: said.message,
        explanation: said.explanation,
        fix,
    }
}
