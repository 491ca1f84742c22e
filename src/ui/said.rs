//! What kubectl and the server say of an exercise's text, beside or below it.

use super::editor::severity_mark;
use super::parts::{line_at, panel};
use super::text::{wrap, wrap_plain};
use super::theme::Theme;
use super::{Canvas, watch};
use crate::app::bench::{Bench, FILE_NAME};
use crate::grade::Grade;
use crate::source::{Finding, clean_line};
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Bytes of a message beyond which its middle is not even laid out.
const LONG_MESSAGE: usize = 8 << 10;

/// What kubectl and the server say, and what becomes of the packet.
pub(super) fn draw(bench: &Bench, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let inner = panel(canvas, area, &title(bench, false), false);
    let lines = lines(bench, canvas, usize::from(inner.width));
    for (row, line) in lines.iter().enumerate() {
        line_at(canvas, inner, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
}

/// The rows that a panel takes which shows all of it.
pub(super) fn height(bench: &Bench, canvas: &Canvas<'_, '_>, panel_width: u16) -> u16 {
    let columns = usize::from(panel_width.saturating_sub(4));
    u16::try_from(lines(bench, canvas, columns).len() + 2).unwrap_or(u16::MAX)
}

pub(super) fn title(bench: &Bench, short: bool) -> String {
    if bench.grade.as_ref().is_some_and(|grade| grade.without_text) {
        return if short { "The cluster".to_owned() } else { "The cluster counts".to_owned() };
    }
    let verdict = match &bench.grade {
        Some(grade) if grade.applied.is_accepted() => "accepted",
        Some(_) => "refused",
        None => "",
    };
    match (bench.findings().len(), short) {
        (0, true) => "kubectl".to_owned(),
        (0, false) => "kubectl apply".to_owned(),
        (1, true) => format!("kubectl: {verdict}, 1 finding"),
        (n, true) => format!("kubectl: {verdict}, {n} findings F8"),
        (1, false) => format!("kubectl apply: {verdict}, 1 finding"),
        (n, false) => format!("kubectl apply: {verdict}, {n} findings, F8 for the next"),
    }
}

/// The same as lines of so many columns.
pub(super) fn lines(bench: &Bench, canvas: &Canvas<'_, '_>, columns: usize) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let mut lines = Vec::new();
    if let Some(grade) = &bench.grade {
        if grade.without_text {
            lines.extend(cluster_lines(bench, grade, theme, columns));
            let buffer = bench.editor.buffer();
            let line_of = |f: &Finding| buffer.line_of(buffer.boundary(f.span.start));
            // Who mends the text all the same goes to a finding, and reads it there.
            if bench.typing && bench.findings().iter().any(|f| line_of(f) == bench.editor.line()) {
                lines.extend(finding_lines(bench, bench.findings(), canvas, columns));
            }
        } else if grade.applied.findings.is_empty() {
            let said = if grade.applied.is_accepted() {
                &grade.applied.stdout
            } else {
                &grade.applied.stderr
            };
            let (glyph, style) = if grade.applied.is_accepted() {
                (theme.glyphs.yes, theme.good)
            } else {
                (theme.glyphs.no, theme.bad)
            };
            for said in said.lines() {
                let lead = [(format!("{glyph} "), style)];
                let rest = [("  ".to_owned(), theme.text)];
                let said = [(clean_line(said).into_owned(), style)];
                lines.extend(wrap(&said, columns, &lead, &rest));
            }
        } else {
            lines.extend(finding_lines(bench, bench.findings(), canvas, columns));
        }
    }
    if bench.stale {
        if bench.watch.packet().is_some() {
            lines.extend(wrap_plain(
                "The chart shows the last text that was accepted.",
                columns,
                theme.dim,
            ));
        }
    } else {
        lines.extend(watch::verdict(canvas, &bench.watch, columns));
    }
    lines
}

/// What the console has made counts, and the text does not: that is said first. What the text
/// would be told stands behind it.
fn cluster_lines(
    bench: &Bench,
    grade: &Grade,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let (glyph, style, say) = if grade.passed {
        (theme.glyphs.yes, theme.good, "It meets all goals as the console has left it.")
    } else {
        let say = "As the console has left it, it earns more than with this text.";
        (theme.glyphs.yes, theme.text, say)
    };
    let lead = [(format!("{glyph} "), style)];
    let rest = [("  ".to_owned(), theme.text)];
    let mut lines = wrap(&[(say.to_owned(), style)], columns, &lead, &rest);
    let n = bench.findings().len();
    let text = match (grade.applied.is_accepted(), n) {
        (true, _) => format!("{FILE_NAME} is not applied, and need not be."),
        (false, 0) => format!("{FILE_NAME} need not be applied: kubectl would refuse it."),
        (false, 1) => {
            format!("{FILE_NAME} need not be applied: kubectl would refuse it (1 finding, F8).")
        }
        (false, n) => {
            format!("{FILE_NAME} need not be applied: kubectl would refuse it ({n} findings, F8).")
        }
    };
    lines.extend(wrap(&[(text, theme.dim)], columns, &rest, &rest));
    lines
}

/// The finding at the cursor's line, or the first: its words, then the others in short.
fn finding_lines(
    bench: &Bench,
    findings: &[Finding],
    canvas: &Canvas<'_, '_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let buffer = bench.editor.buffer();
    let at = |finding: &Finding| {
        let start = buffer.boundary(finding.span.start);
        let line = buffer.line_of(start);
        (line, buffer.text()[buffer.line_start(line)..start].chars().count())
    };
    let cursor_line = bench.editor.line();
    let at_cursor = findings.iter().position(|f| at(f).0 == cursor_line);
    let first = at_cursor.unwrap_or(0);
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.swap(0, first);
    order[1..].sort_unstable();
    let mut lines = Vec::new();
    let n_rows = usize::from(canvas.frame.area().height);
    for (i, finding) in order.iter().filter_map(|idx| findings.get(*idx)).enumerate() {
        // There may be thousands, and a screen shows few.
        if lines.len() > n_rows {
            break;
        }
        let (glyph, style) = severity_mark(finding.severity, theme);
        let (line, column) = at(finding);
        let lead =
            [(format!("{glyph} "), style), (format!("{}:{} ", line + 1, column + 1), theme.dim)];
        let rest = [("  ".to_owned(), theme.text)];
        let mut said = wrap(&[(words(finding), style)], columns, &lead, &rest);
        // A refused patch is told with all that was sent: what counts stands at the end.
        if said.len() > 6 {
            let cut = Line::styled(format!("  {}", theme.glyphs.ellipsis), theme.dim);
            said.splice(1..said.len() - 3, [cut]);
        }
        lines.extend(said);
        if let Some(fix) = finding.fix.as_ref().filter(|_| i == 0) {
            let key = ("  F7 ".to_owned(), theme.accent);
            let title = (clean_line(&fix.title).into_owned(), theme.text);
            lines.extend(wrap(&[title], columns, &[key], &[("     ".to_owned(), theme.text)]));
        }
        if i == 0 && !finding.explanation.is_empty() {
            let explanation = (clean_line(&finding.explanation).into_owned(), theme.text);
            lines.extend(wrap(&[explanation], columns, &rest, &rest));
        }
    }
    lines
}

/// The server's words with the field they are about before them, as kubectl prints it.
fn words(finding: &Finding) -> String {
    let message = &finding.message;
    // Of a refused patch with a whole text in it only the two ends are shown: see above.
    let ends = (message.len() > LONG_MESSAGE).then(|| {
        let head = message.floor_char_boundary(LONG_MESSAGE / 4);
        let tail = message.ceil_char_boundary(message.len() - LONG_MESSAGE / 2);
        format!("{} {}", &message[..head], &message[tail..])
    });
    let message = clean_line(ends.as_ref().unwrap_or(message));
    let path = clean_line(&finding.path);
    if path.is_empty() || message.contains(path.as_ref()) {
        return message.into_owned();
    }
    format!("{path}: {message}")
}
