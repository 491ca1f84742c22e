//! The editor: lines with numbers, colours, findings marked at their place, the selection.

use super::parts::scroll_bar;
use super::text::width;
use super::{Canvas, yaml};
use crate::app::editor::Editor;
use crate::app::{Hit, Pane};
use crate::source::{Finding, LineIndex, Severity, clean_line};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

/// Draws the text; the terminal's cursor stands in it while `typing`.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    editor: &Editor,
    findings: &[Finding],
    typing: bool,
    area: Rect,
) {
    if area.width < 12 || area.height == 0 {
        return;
    }
    let theme = canvas.theme;
    let text = editor.text();
    let index = LineIndex::new(text);
    let n_lines = index.n_lines();
    let gutter = u16::try_from(n_lines.to_string().len().max(2) + 4).unwrap_or(8);
    let room = usize::from(area.width - gutter);
    let height = usize::from(area.height);
    let cursor_line = index.line_of(editor.cursor()) - 1;
    let cursor_column =
        width(&clean_line(&text[index.line_start(cursor_line + 1)..editor.cursor()]));
    let (top, left) = &mut canvas.view.editor;
    *top = (*top)
        .clamp((cursor_line + 1).saturating_sub(height), cursor_line)
        .min(n_lines.saturating_sub(1));
    if n_lines <= height {
        *top = 0;
    }
    *left = (*left).clamp((cursor_column + 1).saturating_sub(room), cursor_column);
    if cursor_column < room {
        *left = 0;
    }
    let (top, left) = (*top, *left);
    for (y, line_idx) in (top..n_lines.min(top + height)).enumerate() {
        let y = area.y + u16::try_from(y).unwrap_or(0);
        let start = index.line_start(line_idx + 1);
        let end =
            if line_idx + 1 < n_lines { index.line_start(line_idx + 2) - 1 } else { text.len() };
        let marks = marks_of(findings, start, end);
        let here = typing && line_idx == cursor_line;
        let worst = marks.iter().map(|mark| mark.severity).min();
        let (glyph, glyph_style) = match worst {
            Some(severity) => severity_mark(severity, theme),
            None => (" ", theme.faint),
        };
        let buf = canvas.frame.buffer_mut();
        if here {
            buf.set_style(Rect { y, height: 1, ..area }, theme.cursor_line);
        }
        let number_style = if worst.is_some() {
            glyph_style
        } else if here {
            theme.accent
        } else {
            theme.dim
        };
        buf.set_string(area.x, y, glyph, glyph_style);
        let number = format!("{:>1$} ", line_idx + 1, usize::from(gutter) - 4);
        buf.set_string(area.x + 2, y, number, number_style);
        let x0 = area.x + gutter;
        let selection = editor.selection();
        let mut column = 0;
        let mut offset = start;
        for (part, style) in yaml::colour(&text[start..end], theme) {
            for grapheme in part.graphemes(true) {
                let shown = clean_line(grapheme);
                let w = width(&shown);
                let mut style = style;
                for mark in marks.iter().filter(|mark| mark.start <= offset && offset < mark.end) {
                    style = style.patch(underline(mark.severity, canvas));
                }
                if selection.is_some_and(|(a, b)| a <= offset && offset < b) {
                    style = style.patch(theme.selection);
                }
                if column >= left && column + w <= left + room {
                    let x = x0 + u16::try_from(column - left).unwrap_or(0);
                    canvas.frame.buffer_mut().set_string(x, y, shown.as_ref(), style);
                }
                column += w;
                offset += grapheme.len();
            }
        }
        // A place past the line's end, or an empty one, gets a cell of its own.
        for mark in
            marks.iter().filter(|mark| mark.start >= end && column >= left && column < left + room)
        {
            let x = x0 + u16::try_from(column - left).unwrap_or(0);
            let style = underline(mark.severity, canvas);
            canvas.frame.buffer_mut().set_string(x, y, " ", style);
        }
        if selection.is_some_and(|(a, b)| a <= end && end < b)
            && column >= left
            && column < left + room
        {
            let x = x0 + u16::try_from(column - left).unwrap_or(0);
            canvas.frame.buffer_mut().set_string(x, y, " ", theme.selection);
        }
        canvas.hits.add(
            Rect { x: x0, y, width: area.width - gutter, height: 1 },
            Hit::EditorLine(line_idx),
        );
    }
    canvas.hits.add(area, Hit::Pane(Pane::Editor));
    // On the panel's border, beyond its padding.
    scroll_bar(canvas, Rect { width: area.width + 1, ..area }, n_lines, top);
    if typing && cursor_line >= top {
        let x = area.x + gutter + u16::try_from(cursor_column - left).unwrap_or(0);
        let y = area.y + u16::try_from(cursor_line - top).unwrap_or(0);
        if y < area.bottom() {
            canvas.frame.set_cursor_position((x.min(area.right()), y));
        }
    }
}

/// The part of a finding that lies in one line, in bytes; at least one byte long.
struct Mark {
    start: usize,
    end: usize,
    severity: Severity,
}

fn marks_of(findings: &[Finding], start: usize, end: usize) -> Vec<Mark> {
    findings
        .iter()
        .filter(|finding| finding.span.start <= end && finding.span.end >= start)
        // A finding that ends at the line's start belongs to the line before.
        .filter(|finding| finding.span.end > start || finding.span.start >= start)
        .map(|finding| Mark {
            start: finding.span.start.max(start),
            end: finding.span.end.min(end).max(finding.span.start.max(start) + 1),
            severity: finding.severity,
        })
        .collect()
}

fn underline(severity: Severity, canvas: &Canvas<'_, '_>) -> Style {
    let (_, style) = severity_mark(severity, canvas.theme);
    style.add_modifier(Modifier::UNDERLINED)
}

/// The glyph and style of a finding.
pub(super) fn severity_mark(severity: Severity, theme: &super::Theme) -> (&'static str, Style) {
    match severity {
        Severity::Error => (theme.glyphs.no, theme.bad),
        Severity::Warning => (theme.glyphs.warn, theme.warn),
        Severity::Advice => (theme.glyphs.bullet, theme.info),
    }
}
