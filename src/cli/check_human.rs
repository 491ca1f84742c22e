//! Findings with carets under their places.

use crate::kubectl::Applied;
use crate::source::{Finding, LineIndex, Severity, Span, clean, clean_line};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::io::IsTerminal;

/// Draws what is said about one file.
pub(super) struct Drawing<'t> {
    file: String,
    text: &'t str,
    index: LineIndex,
    renderer: Renderer,
}

/// Lines shown around a finding that spans more than a few.
const MOST_LINES: usize = 8;

impl<'t> Drawing<'t> {
    pub(super) fn new(file: &str, text: &'t str) -> Self {
        let file = if file == "-" { "standard input" } else { file };
        let renderer = if wants_colour() { Renderer::styled() } else { Renderer::plain() };
        Self { file: clean_line(file).into_owned(), text, index: LineIndex::new(text), renderer }
    }

    /// All findings, and what came of the file.
    pub(super) fn draw(&self, applied: &Applied) -> String {
        let mut out = String::new();
        for finding in &applied.findings {
            out.push_str(&self.finding(finding));
            out.push_str("\n\n");
        }
        let count =
            |severity: Severity| applied.findings.iter().filter(|f| f.severity == severity).count();
        let verdict = if applied.is_accepted() { "accepted" } else { "refused" };
        let mut parts = vec![verdict.to_owned()];
        for (severity, one, many) in [
            (Severity::Error, "error", "errors"),
            (Severity::Warning, "warning", "warnings"),
            (Severity::Advice, "piece of advice", "pieces of advice"),
        ] {
            match count(severity) {
                0 => {}
                1 => parts.push(format!("1 {one}")),
                n => parts.push(format!("{n} {many}")),
            }
        }
        out.push_str(&format!("{}: {}\n", self.file, parts.join(", ")));
        for line in clean(&applied.stdout).lines() {
            out.push_str(&format!("  {line}\n"));
        }
        out
    }

    fn finding(&self, finding: &Finding) -> String {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Advice => Level::HELP.with_name("advice"),
        };
        let title = match finding.severity {
            Severity::Error if !finding.path.is_empty() && needs_path(&finding.message) => {
                format!("{}: {}", finding.path, finding.message)
            }
            _ => finding.message.clone(),
        };
        let (source, first_line, span) = self.window(finding.span);
        let mut group = level.primary_title(clean(&title).into_owned()).id(finding.code).element(
            Snippet::source(source)
                .path(self.file.as_str())
                .line_start(first_line)
                .annotation(AnnotationKind::Primary.span(span)),
        );
        if !finding.explanation.is_empty() {
            group = group.element(Level::HELP.message(clean(&finding.explanation).into_owned()));
        }
        self.renderer.render(&[group])
    }

    /// The lines that a finding is about, the number of the first, and its place in them.
    fn window(&self, span: Span) -> (String, usize, std::ops::Range<usize>) {
        let last_offset = if span.is_empty() { span.start } else { span.end - 1 };
        let first = self.index.line_of(span.start);
        let last = self.index.line_of(last_offset).min(first + MOST_LINES);
        let start = self.index.line_start(first);
        let end = self.index.line_start(last + 1).min(self.text.len());
        let source = self.text.get(start..end).unwrap_or("");
        let from = span.start.clamp(start, end) - start;
        let to = span.end.clamp(start, end) - start;
        (harmless(source), first, from..to.max(from))
    }
}

/// The server names the field itself in what its decoder says.
fn needs_path(message: &str) -> bool {
    ["Invalid value", "Required value", "Unsupported value", "Forbidden", "Duplicate value", "Too "]
        .iter()
        .any(|start| message.starts_with(start))
        || message.starts_with("Internal error")
        || message.starts_with("Not found")
}

/// Source text without control characters, each byte in its place: spans stay true.
fn harmless(source: &str) -> String {
    source
        .chars()
        .map(|c| match c {
            '\n' | '\t' | '\r' => c,
            _ if clean_line(c.encode_utf8(&mut [0; 4])) == c.to_string() => c,
            _ => match c.len_utf8() {
                1 => '?',
                2 => '·',
                _ => '\u{fffd}',
            },
        })
        .collect()
}

/// Colour is for terminals, and not where the user wants none (<https://no-color.org>).
fn wants_colour() -> bool {
    std::io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
