//! Findings with carets under their places.

use crate::kubectl::Applied;
use crate::source::{Finding, Fix, LineIndex, Severity, Span, clean, clean_line};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
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

/// Bytes of source shown with a finding: of longer lines a part.
const MOST_BYTES: usize = 2000;

/// Findings that are drawn; nobody reads more.
const MOST_DRAWN: usize = 100;

/// A part of the text, as it is drawn.
struct Window {
    source: String,
    /// Where it begins in the text.
    start: usize,
    first_line: usize,
    /// Only a part of its one line is shown, with dots before and behind it.
    is_cut: bool,
}

/// What stands for the rest of a line.
const DOTS: &str = "...";

impl<'t> Drawing<'t> {
    pub(super) fn new(file: &str, text: &'t str) -> Self {
        let file = if file == "-" { "standard input" } else { file };
        let renderer = if wants_colour() { Renderer::styled() } else { Renderer::plain() };
        Self { file: clean_line(file).into_owned(), text, index: LineIndex::new(text), renderer }
    }

    /// All findings, and what came of the file.
    pub(super) fn draw(&self, applied: &Applied) -> String {
        let mut out = String::new();
        for finding in applied.findings.iter().take(MOST_DRAWN) {
            out.push_str(&self.finding(finding));
            out.push_str("\n\n");
        }
        if let Some(n_more @ 1..) = applied.findings.len().checked_sub(MOST_DRAWN) {
            out.push_str(&format!("and {n_more} more; --output json gives all of them\n\n"));
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
        let window = self.window(finding.span);
        let group = level.primary_title(clean(&title).into_owned()).id(finding.code);
        let mut group = if window.is_cut {
            let place = self.index.position(self.text, finding.span.start);
            let origin =
                Origin::path(self.file.as_str()).line(place.line).char_column(place.column);
            group.element(origin).element(snippet_at(&window, finding.span))
        } else {
            group.element(snippet_at(&window, finding.span).path(self.file.as_str()))
        };
        if !finding.explanation.is_empty() {
            group = group.element(Level::HELP.message(clean(&finding.explanation).into_owned()));
        }
        let mut groups = vec![group];
        groups.extend(finding.fix.as_ref().map(|fix| self.fix(fix)));
        let drawn = self.renderer.render(&groups);
        if !window.is_cut {
            return drawn;
        }
        // A part of a line has no place of its own to be told.
        let is_sign = |line: &&str| line.contains(":::") && !line.contains('|');
        drawn.lines().filter(|line| !is_sign(line)).collect::<Vec<_>>().join("\n")
    }

    /// What to change, as lines to take out and lines to put in.
    fn fix(&self, fix: &Fix) -> Group<'static> {
        let title = Level::HELP.with_name("fix").secondary_title(clean(&fix.title).into_owned());
        let spans = fix.edits.iter().map(|edit| edit.span);
        let Some(mut span) = spans.reduce(Span::to) else { return Group::with_title(title) };
        if fix.edits.len() > 1 {
            // Several edits are drawn as one, of whole lines.
            let rest = self.text.get(span.end..).unwrap_or("");
            let start = self.index.line_start(self.index.line_of(span.start));
            span = Span::new(start, span.end + rest.find('\n').unwrap_or(rest.len()));
        }
        let window = self.window(span);
        if window.is_cut || span.end > window.start + window.source.len() {
            return Group::with_title(title);
        }
        let mut text = String::new();
        let mut at = span.start;
        for edit in &fix.edits {
            text.push_str(self.text.get(at..edit.span.start).unwrap_or(""));
            text.push_str(&edit.text);
            at = edit.span.end;
        }
        text.push_str(self.text.get(at..span.end).unwrap_or(""));
        let patch = span.start - window.start..span.end - window.start;
        title.element(
            Snippet::source(window.source.clone())
                .line_start(window.first_line)
                .patch(Patch::new(patch, clean(&text).into_owned())),
        )
    }

    /// The lines that a finding is about, or the part of them around it.
    fn window(&self, span: Span) -> Window {
        let last_offset = if span.is_empty() { span.start } else { span.end - 1 };
        let first_line = self.index.line_of(span.start);
        let last = self.index.line_of(last_offset).min(first_line + MOST_LINES);
        let mut start = self.index.line_start(first_line);
        let mut end = self.index.line_start(last + 1).min(self.text.len());
        let mut is_cut = false;
        if end - start > MOST_BYTES {
            let boundary = |mut at: usize| {
                while !self.text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            is_cut = true;
            start = boundary(span.start.saturating_sub(60)).max(start);
            end = boundary(end.min(span.end.min(span.start + MOST_BYTES) + 60)).max(start);
        }
        let source = harmless(self.text.get(start..end).unwrap_or(""));
        Window { source, start, first_line, is_cut }
    }
}

fn snippet_at(
    window: &Window,
    span: Span,
) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
    let end = window.start + window.source.len();
    let mut from = span.start.clamp(window.start, end) - window.start;
    let mut to = span.end.clamp(window.start, end) - window.start;
    let mut source = window.source.clone();
    if window.is_cut {
        source = format!("{DOTS}{}{DOTS}", source.trim_end_matches(['\n', '\r']));
        from += DOTS.len();
        to = (to + DOTS.len()).min(source.len());
    }
    Snippet::source(source)
        .line_start(window.first_line)
        .annotation(AnnotationKind::Primary.span(from..to.max(from)))
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
