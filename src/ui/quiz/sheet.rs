//! What a quiz shows: lines, some of them rows that can be chosen.

use crate::source::clean_line;
use crate::ui::Canvas;
use crate::ui::text::{Piece, width, wrap, wrap_plain};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// What is to be shown: lines, and which of them are rows to click.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) lines: Vec<Line<'static>>,
    /// Row, first line, number of lines.
    pub(super) rows: Vec<(usize, usize, usize)>,
    pub(super) focus: Option<usize>,
    pub(super) cursor: Option<(usize, usize)>,
}

impl Sheet {
    pub(super) fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    /// A line of advice, and a gap.
    pub(super) fn say(&mut self, text: &str, canvas: &Canvas<'_, '_>, columns: usize) {
        self.lines.extend(wrap_plain(text, columns, canvas.theme.dim));
        self.gap();
    }

    /// Text with `code` in backquotes, behind `mark`.
    pub(super) fn marked(
        &mut self,
        mark: Piece,
        text: &str,
        style: Style,
        canvas: &Canvas<'_, '_>,
        columns: usize,
    ) {
        let rest = [(" ".repeat(width(&mark.0)), canvas.theme.text)];
        self.lines.extend(wrap(&inline(text, style, canvas), columns, &[mark], &rest));
    }

    /// A row that can be chosen: its focus mark, a mark of its own, its text.
    pub(super) fn row(
        &mut self,
        row: usize,
        focused: bool,
        mark: Piece,
        text: &str,
        canvas: &Canvas<'_, '_>,
        columns: usize,
    ) {
        let theme = canvas.theme;
        let pointer = if focused { theme.glyphs.pointer } else { " " };
        let lead = [(format!("{pointer} "), theme.accent), mark];
        let rest = [(" ".repeat(2 + width(&lead[1].0)), theme.text)];
        let style = if focused { theme.title } else { theme.text };
        let lines = wrap(&inline(text, style, canvas), columns, &lead, &rest);
        if focused {
            self.focus = Some(self.lines.len() + lines.len() - 1);
        }
        self.rows.push((row, self.lines.len(), lines.len()));
        let lines =
            lines.into_iter().map(|line| if focused { line.style(theme.chosen) } else { line });
        self.lines.extend(lines);
    }

    /// Puts a text behind the last row's first line, as far as there is room.
    pub(super) fn append(&mut self, text: &str, style: Style, room: usize, lead: usize) {
        let lines = wrap_plain(&clean_line(text), room, style);
        let Some((row, first, n)) = self.rows.pop() else { return };
        for (i, extra) in lines.into_iter().enumerate() {
            if i == 0 {
                if let Some(line) = self.lines.last_mut() {
                    line.spans.extend(extra.spans);
                }
            } else {
                let mut spans = vec![Span::raw(" ".repeat(lead))];
                spans.extend(extra.spans);
                self.lines.push(Line::from(spans));
            }
        }
        let n = n.max(self.lines.len() - first);
        self.rows.push((row, first, n));
    }
}

/// Text with `code` in backquotes, as pieces.
pub(super) fn inline(text: &str, style: Style, canvas: &Canvas<'_, '_>) -> Vec<Piece> {
    let text = clean_line(text);
    let n_ticks = text.matches('`').count();
    text.split('`')
        .enumerate()
        // A backquote without its partner is text.
        .map(|(i, part)| {
            let code = i % 2 == 1 && i < n_ticks;
            (part.to_owned(), if code { style.patch(canvas.theme.code) } else { style })
        })
        .collect()
}
