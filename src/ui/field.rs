//! What the API says about a field: its type, its values, its words.

use super::Canvas;
use super::parts::{inset, line_at, panel};
use super::text::{wrap, wrap_plain};
use crate::app::editor::FieldHelp;
use crate::source::clean_line;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// In a panel of its own.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, help: &FieldHelp, area: Rect) {
    let inner = panel(canvas, inset(area, 1, 0), "the field", false);
    draw_plain(canvas, help, inner);
}

/// Without a border.
pub(super) fn draw_plain(canvas: &mut Canvas<'_, '_>, help: &FieldHelp, area: Rect) {
    let lines = lines(canvas, help, usize::from(area.width));
    let cut = lines.len() > usize::from(area.height);
    for (row, line) in lines.iter().enumerate() {
        line_at(canvas, area, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
    if cut && area.height > 0 {
        let mark = Line::styled(canvas.theme.glyphs.ellipsis, canvas.theme.dim);
        let place = Rect { x: area.right().saturating_sub(1), width: 1, ..area };
        line_at(canvas, place, area.height - 1, &mark);
    }
}

/// Its lines.
pub(super) fn lines(
    canvas: &Canvas<'_, '_>,
    help: &FieldHelp,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let mut lines = wrap_plain(&clean_line(&help.path), columns, theme.accent);
    let required = if help.required { ", required" } else { "" };
    lines.extend(wrap_plain(&format!("{}{required}", help.kind), columns, theme.dim));
    if !help.values.is_empty() {
        let lead = [("one of ".to_owned(), theme.dim)];
        let values = (help.values.join(", "), theme.string);
        lines.extend(wrap(&[values], columns, &lead, &[("  ".to_owned(), theme.text)]));
    }
    for paragraph in help.about.split("\n\n") {
        let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        lines.extend(wrap_plain(&clean_line(&paragraph), columns, theme.text));
    }
    lines
}
