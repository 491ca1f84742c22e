//! The console: what was said, the prompt and the line, the pager, a file in the editor.

use super::editor as text_editor;
use super::exercise::head;
use super::parts::{frame, inset, line_at, panel, scroll_bar, styled};
use super::text::{cut, fit, width};
use super::{Canvas, said};
use crate::app::console::edit::Editing;
use crate::app::console::screen::ConsoleScreen;
use crate::app::console::{ConsolePane, Kind, Row, View, wrapped};
use crate::app::{Hit, Model, Pane};
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// With fewer columns than these the console has no border.
const NARROW: u16 = 100;

/// The console alone on the screen.
pub(super) fn draw_screen(
    model: &Model,
    screen: &ConsoleScreen,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let body = frame(model, canvas, area, &screen.title, Line::default());
    if let Some(editing) = &screen.pane.edit {
        return draw_editing(canvas, editing, inset(body, 1, 0));
    }
    let width = body.width.saturating_sub(1);
    draw_pane(canvas, &screen.pane, Rect { width, ..body });
}

/// The console in a panel, or the file that is edited in its place.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, pane: &ConsolePane, area: Rect) {
    if let Some(editing) = &pane.edit {
        return draw_editing(canvas, editing, area);
    }
    if area.width >= NARROW {
        let inner = panel(canvas, area, "Console", true);
        return draw_pane(canvas, pane, inner);
    }
    // Tables are wide: where there are few columns they get all of them.
    head(canvas, Rect { height: 1, ..area }, "Console");
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    draw_pane(canvas, pane, Rect { width: below.width.saturating_sub(1), ..below });
}

/// The file's text, and below it what the server would say.
fn draw_editing(canvas: &mut Canvas<'_, '_>, editing: &Editing, area: Rect) {
    let said = said::lines(&editing.bench, canvas, usize::from(area.width) - 4);
    let rows = u16::try_from(said.len()).unwrap_or(u16::MAX);
    let rows = if editing.bench.is_manifest { rows.clamp(1, (area.height / 3).max(1)) } else { 0 };
    let [text, below] =
        Layout::vertical([Constraint::Min(0), Constraint::Length(rows)]).areas(area);
    let inner = panel(canvas, text, &editing.name, true);
    text_editor::draw(canvas, &editing.bench, inner);
    text_editor::draw_foot(canvas, &editing.bench, text);
    let below = inset(below, 2, 0);
    for (row, line) in said.iter().enumerate() {
        line_at(canvas, below, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
}

fn draw_pane(canvas: &mut Canvas<'_, '_>, pane: &ConsolePane, area: Rect) {
    if area.width < 10 || area.height < 2 {
        return;
    }
    canvas.hits.add(area, Hit::Pane(Pane::Console));
    canvas.hits.console = Some((area.width, area.height));
    let height = usize::from(area.height);
    let top = pane.top();
    let paged = matches!(pane.view(), View::Pages { .. });
    let room = if paged { height - 1 } else { height };
    let mut y = area.y;
    let lines: Vec<Line<'static>> =
        pane.back.shown(top, room).map(|(row, text)| said_line(canvas, row, text)).collect();
    for line in &lines {
        canvas.frame.buffer_mut().set_line(area.x, y, line, area.width);
        y += 1;
    }
    let total = pane.back.total();
    let bar = Rect { width: area.width, ..area };
    match pane.view() {
        View::Pages { .. } => {
            let at = Rect { y: area.bottom() - 1, height: 1, ..area };
            draw_pager(canvas, pane, at, (top + room).min(total), total);
        }
        View::At(_) => {
            let hidden = (total + pane.prompt_rows()).saturating_sub(top + height);
            if hidden > 0 {
                let theme = canvas.theme;
                let say = format!(" {hidden} more below: PgDn or the wheel ");
                let at = Rect { y: area.bottom() - 1, height: 1, ..area };
                line_at(canvas, at, 0, &styled(fit(&say, area.width.into(), ""), theme.chosen));
            } else {
                draw_prompt(canvas, pane, Rect { y, height: area.bottom() - y, ..area });
            }
        }
        View::End => draw_prompt(canvas, pane, Rect { y, height: area.bottom() - y, ..area }),
    }
    if total + pane.prompt_rows() > height && *pane.view() != View::End {
        scroll_bar(canvas, bar, total + pane.prompt_rows(), top);
    }
}

fn said_line(canvas: &Canvas<'_, '_>, row: &Row, text: &str) -> Line<'static> {
    let theme = canvas.theme;
    let style = match row.kind {
        Kind::Out => theme.text,
        Kind::Err => said_in_err(canvas, &row.text),
        Kind::Note => theme.dim,
        Kind::Typed(prompt) => {
            // The prompt stands in the first row of its line.
            let first = row.text.starts_with(text) && text.len() >= prompt;
            let prompt = if first { prompt } else { 0 };
            let (prompt, typed) = text.split_at_checked(prompt).unwrap_or(("", text));
            return Line::from(vec![
                Span::styled(prompt.to_owned(), theme.accent),
                Span::styled(typed.to_owned(), theme.title),
            ]);
        }
    };
    Line::styled(text.to_owned(), style)
}

/// Errors and warnings stand out; what is only said on stderr does not.
fn said_in_err(canvas: &Canvas<'_, '_>, text: &str) -> Style {
    let theme = canvas.theme;
    let lower = text.to_lowercase();
    if lower.starts_with("warning") {
        theme.warn
    } else if ["error", "the ", "bash:"].iter().any(|word| lower.starts_with(word)) {
        theme.bad
    } else {
        theme.text
    }
}

/// The prompt, the line and the cursor; below it what Tab found.
fn draw_prompt(canvas: &mut Canvas<'_, '_>, pane: &ConsolePane, area: Rect) {
    let theme = canvas.theme;
    if area.height == 0 {
        return;
    }
    let (prompt, style) = match pane.history.search() {
        Some((pattern, failed)) => {
            let word = if failed { "failed search" } else { "search" };
            (format!("({word} '{}') ", clean_line(pattern)), theme.warn)
        }
        None => (clean_line(pane.prompt()).into_owned(), theme.accent),
    };
    let typed = pane.input.text();
    let clean: Vec<_> = typed.split('\n').map(clean_line).collect();
    let line = format!("{prompt}{}", clean.join("\n"));
    let columns = usize::from(area.width);
    let ranges = wrapped(&line, columns);
    let cursor = prompt.len() + pane.input.cursor();
    // A line longer than the pane shows the part with the cursor.
    let at = ranges.iter().rposition(|range| range.start <= cursor).unwrap_or(0);
    let rows = usize::from(area.height);
    let first = (at + 1).saturating_sub(rows);
    for (row, range) in ranges.iter().enumerate().skip(first).take(rows) {
        let text = line.get(range.clone()).unwrap_or_default();
        let split = prompt.len().saturating_sub(range.start).min(text.len());
        let (lead, rest) = text.split_at_checked(split).unwrap_or(("", text));
        let spans = Line::from(vec![
            Span::styled(lead.to_owned(), style),
            Span::styled(rest.to_owned(), theme.text),
        ]);
        line_at(canvas, area, u16::try_from(row - first).unwrap_or(u16::MAX), &spans);
    }
    let before = ranges.get(at).and_then(|range| line.get(range.start..cursor)).unwrap_or("");
    let (mut x, mut row) = (width(before), at - first);
    if x >= columns {
        (x, row) = (0, row + 1);
    }
    let (x, row) = (u16::try_from(x).unwrap_or(0), u16::try_from(row).unwrap_or(0));
    if row < area.height {
        canvas.frame.set_cursor_position((area.x + x, area.y + row));
    }
    let used = u16::try_from(ranges.len() - first).unwrap_or(u16::MAX).min(area.height);
    let below = Rect { y: area.y + used, height: area.height - used, ..area };
    draw_choices(canvas, pane, below);
}

fn draw_choices(canvas: &mut Canvas<'_, '_>, pane: &ConsolePane, area: Rect) {
    let theme = canvas.theme;
    let (columns, widest) = pane.choice_columns();
    let shown = pane.choices_shown();
    let n = pane.choices.len();
    let mut lines: Vec<Line<'static>> = Vec::new();
    // Down the columns, as readline sets them.
    let choices = pane.choices.get(shown.clone()).unwrap_or_default();
    let rows = choices.len().div_ceil(columns);
    let fitted = |choice: &String| fit(&clean_line(choice), widest, theme.glyphs.ellipsis);
    for row in 0..rows {
        let text: String = choices.iter().skip(row).step_by(rows.max(1)).map(fitted).collect();
        lines.push(styled(text, theme.second));
    }
    if shown.len() < n {
        let say = format!("{} to {} of {n}: Tab shows more", shown.start + 1, shown.end);
        lines.push(styled(say, theme.dim));
    }
    for (row, line) in lines.iter().enumerate().take(area.height.into()) {
        line_at(canvas, area, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
}

fn draw_pager(
    canvas: &mut Canvas<'_, '_>,
    pane: &ConsolePane,
    area: Rect,
    seen: usize,
    total: usize,
) {
    let theme = canvas.theme;
    if let Some(text) = pane.looking() {
        let line = format!("/{}", clean_line(text));
        let x = area.x + u16::try_from(width(&line)).unwrap_or(0);
        line_at(canvas, area, 0, &styled(line, theme.text));
        canvas.frame.set_cursor_position((x.min(area.right()), area.y));
        return;
    }
    let left = total.saturating_sub(seen);
    let say = if left == 0 { "--End--".to_owned() } else { format!("--More-- {left} lines") };
    let keys = "   Space on, b back, / find, q prompt";
    let mut spans = vec![Span::styled(format!(" {say} "), theme.chosen)];
    let room = usize::from(area.width).saturating_sub(width(&say) + 2);
    spans.push(Span::styled(cut(keys, room, theme.glyphs.ellipsis), theme.dim));
    line_at(canvas, area, 0, &Line::from(spans));
}
