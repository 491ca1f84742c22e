//! `check --output json`: one object a file, written piece by piece.

use crate::kubectl::Applied;
use crate::source::{Edit, Finding, LineIndex, Severity};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::io::{self, Write};

#[derive(Serialize)]
struct Answer<'a> {
    file: &'a str,
    exit: u8,
    stdout: &'a str,
    stderr: &'a str,
    objects: &'a [Value],
    diagnostics: Diagnostics<'a>,
}

/// What was said about a text, with places in it.
struct Diagnostics<'a> {
    findings: &'a [Finding],
    text: &'a str,
    index: &'a LineIndex,
}

#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    severity: &'static str,
    code: &'static str,
    path: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place,
    explanation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Fix<'a>>,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
}

impl Serialize for Diagnostics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.findings.iter().map(|finding| self.one(finding)))
    }
}

impl<'a> Diagnostics<'a> {
    fn place(&self, span: crate::source::Span) -> Place {
        let from = self.index.position(self.text, span.start);
        let to = self.index.position(self.text, span.end);
        Place { line: from.line, column: from.column, end_line: to.line, end_column: to.column }
    }

    fn one(&self, finding: &'a Finding) -> Diagnostic<'a> {
        let edit = |edit: &'a Edit| Replacement { place: self.place(edit.span), text: &edit.text };
        Diagnostic {
            severity: match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "advice",
            },
            code: finding.code,
            path: &finding.path,
            message: &finding.message,
            place: self.place(finding.span),
            explanation: &finding.explanation,
            fix: finding
                .fix
                .as_ref()
                .map(|fix| Fix { title: &fix.title, edits: fix.edits.iter().map(edit).collect() }),
        }
    }
}

/// One finding about `text` as FORMATS.md has it, for other commands too.
pub(super) fn diagnostic(finding: &Finding, text: &str, index: &LineIndex) -> Value {
    let diagnostics = Diagnostics { findings: &[], text, index };
    // Nothing in it can fail to be a value.
    serde_json::to_value(diagnostics.one(finding)).unwrap_or_default()
}

/// Writes what came of `file`, whose text is `text`, as one line.
pub(super) fn write(
    out: &mut dyn Write,
    file: &str,
    text: &str,
    applied: &Applied,
) -> io::Result<()> {
    let answer = Answer {
        file,
        exit: applied.exit,
        stdout: &applied.stdout,
        stderr: &applied.stderr,
        objects: &applied.objects,
        diagnostics: Diagnostics {
            findings: &applied.findings,
            text,
            index: &LineIndex::new(text),
        },
    };
    serde_json::to_writer(&mut *out, &answer)?;
    out.write_all(b"\n")
}
