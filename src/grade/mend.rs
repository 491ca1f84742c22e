//! What a refused text would have earned once mended.

use super::text::grade;
use crate::cluster::Cluster;
use crate::content::Goal;
use crate::kubectl::Applied;
use crate::manifest::{self, Document};
use crate::source::{Finding, Fix, Severity};
use serde_json::Value;

/// Rounds of mending at most: one error can hide the next.
const ROUNDS: usize = 12;

/// A refused text after it was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Points that it would earn, before hints are paid.
    pub points: u32,
    /// Points to be had.
    pub max: u32,
    /// What was mended: the fields, as the server names them, each once. Never empty.
    pub fields: Vec<String>,
}

/// What `text`, which was refused, would earn once mended. None where that can't be told.
///
/// First the findings' own fixes are made, which are sure. Where they don't suffice, each
/// refused field takes the value that it has in one of `solutions` (or goes, where it has
/// none there): what is told is what the rest is worth, never the value.
#[must_use]
pub fn mend(base: &Cluster, goals: &[Goal], text: &str, solutions: &[&str]) -> Option<Mended> {
    let mut fields = Vec::new();
    let mut text = text.to_owned();
    let mut applied = grade(base, goals, "mended.yaml", &text).applied;
    for _ in 0..ROUNDS {
        if applied.is_accepted() {
            break;
        }
        let fixed = fix(&text, &applied, &mut fields);
        text = match fixed.or_else(|| borrow(&text, &applied, solutions, &mut fields)) {
            Some(next) if next != text => next,
            _ => return None,
        };
        applied = grade(base, goals, "mended.yaml", &text).applied;
    }
    let graded = grade(base, goals, "mended.yaml", &text);
    let (points, max) = (graded.points, graded.max);
    (graded.applied.is_accepted() && !fields.is_empty()).then_some(Mended { points, max, fields })
}

fn errors(applied: &Applied) -> impl Iterator<Item = &Finding> {
    applied.findings.iter().filter(|finding| finding.severity == Severity::Error)
}

fn note(finding: &Finding, fields: &mut Vec<String>) {
    let name = if finding.path.is_empty() { "the YAML" } else { &finding.path };
    if !fields.iter().any(|field| field == name) {
        fields.push(name.to_owned());
    }
}

/// The text after the first sure fix.
fn fix(text: &str, applied: &Applied, fields: &mut Vec<String>) -> Option<String> {
    let (finding, fix) =
        errors(applied).find_map(|finding| Some((finding, finding.fix.as_ref()?)))?;
    note(finding, fields);
    edited(text, fix)
}

fn edited(text: &str, fix: &Fix) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in &fix.edits {
        out.push_str(text.get(at..edit.span.start)?);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// The text, as JSON, after the refused fields took their values from a solution.
fn borrow(
    text: &str,
    applied: &Applied,
    solutions: &[&str],
    fields: &mut Vec<String>,
) -> Option<String> {
    let reading = manifest::read(text);
    if reading.error.is_some() {
        return None;
    }
    let mut documents: Vec<Value> = reading.documents.iter().map(|d| (*d.json).clone()).collect();
    let mut changed = false;
    for finding in errors(applied).filter(|finding| !finding.path.is_empty()) {
        let holds = |document: &Document| {
            document.span.start <= finding.span.start && finding.span.start <= document.span.end
        };
        let idx = reading.documents.iter().position(holds)?;
        let document = documents.get_mut(idx)?;
        let steps = steps(&finding.path)?;
        let wanted = solutions
            .iter()
            .flat_map(|solution| manifest::to_json(solution).unwrap_or_default())
            .find(|other| is_same_object(document, other));
        let value = wanted.as_ref().and_then(|other| at(other, &steps)).cloned();
        if put(document, &steps, value) {
            note(finding, fields);
            changed = true;
        }
    }
    let text: Vec<String> = documents.iter().map(Value::to_string).collect();
    changed.then(|| text.join("\n"))
}

/// Of the same kind; and of the same name, or the name is what is wrong.
fn is_same_object(a: &Value, b: &Value) -> bool {
    a["kind"] == b["kind"] || a["metadata"]["name"] == b["metadata"]["name"]
}

/// `spec.ports[0].port` → `spec`, `ports`, `0`, `port`. None for keys that hold dots.
fn steps(path: &str) -> Option<Vec<String>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        steps.push(name.to_owned());
        for index in rest.split_terminator(']') {
            let index = index.strip_prefix('[')?;
            index.parse::<usize>().ok()?;
            steps.push(index.to_owned());
        }
    }
    Some(steps)
}

fn at<'v>(value: &'v Value, steps: &[String]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match value {
        Value::Array(entries) => entries.get(step.parse::<usize>().ok()?),
        _ => value.get(step),
    })
}

/// Puts the value there, or takes what is there out; true where that changed something.
fn put(document: &mut Value, steps: &[String], value: Option<Value>) -> bool {
    let Some((last, before)) = steps.split_last() else { return false };
    let parent = before.iter().try_fold(document, |value, step| match value {
        Value::Array(entries) => entries.get_mut(step.parse::<usize>().ok()?),
        _ => value.get_mut(step),
    });
    match (parent, value) {
        (Some(Value::Object(map)), Some(value)) => {
            let old = map.insert(last.clone(), value.clone());
            old != Some(value)
        }
        (Some(Value::Object(map)), None) => map.shift_remove(last).is_some(),
        (Some(Value::Array(entries)), Some(value)) => {
            let slot = last.parse::<usize>().ok().and_then(|idx| entries.get_mut(idx));
            slot.is_some_and(|slot| std::mem::replace(slot, value.clone()) != value)
        }
        _ => false,
    }
}
