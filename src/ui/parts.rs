//! Parts that every screen is made of: head, hint line, panels, bars, scrolled text.

use super::Canvas;
use super::text::{cut, width};
use crate::app::keys::{self, Action, Stack};
use crate::app::{Hit, Model, Pane, Saving};
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Padding, Widget};

/// The screen's frame: a head of two rows, the body, a hint line. Gives the body.
pub(super) fn frame(
    model: &Model,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    left: &str,
    right: Line<'static>,
) -> Rect {
    let [head, rule, body, hints] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(0),
        Constraint::Length(1),
    ])
    .areas(area);
    let theme = canvas.theme;
    let right_width = u16::try_from(right.width()).unwrap_or(u16::MAX).min(head.width);
    let room = usize::from(head.width.saturating_sub(right_width + 14));
    let buf = canvas.frame.buffer_mut();
    let line = Line::from(vec![
        Span::styled(" Portolan  ", theme.accent),
        Span::styled(cut(&clean_line(left), room, theme.glyphs.ellipsis), theme.title),
    ]);
    buf.set_line(head.x, head.y, &line, head.width);
    buf.set_line(head.right().saturating_sub(right_width + 1), head.y, &right, right_width);
    buf.set_stringn(
        rule.x,
        rule.y,
        theme.glyphs.rule[0].repeat(rule.width.into()),
        rule.width.into(),
        theme.faint,
    );
    hint_line(model, canvas, hints, model.contexts());
    body
}

/// The keys that matter here, or what was just said.
pub(super) fn hint_line(model: &Model, canvas: &mut Canvas<'_, '_>, area: Rect, stack: Stack) {
    let theme = canvas.theme;
    if let Some(notice) = &model.notice {
        let text = cut(
            &clean_line(notice),
            usize::from(area.width).saturating_sub(4),
            theme.glyphs.ellipsis,
        );
        let line = Line::from(vec![
            Span::styled(format!(" {} ", theme.glyphs.pointer), theme.warn),
            Span::styled(text, theme.warn),
        ]);
        canvas.frame.buffer_mut().set_line(area.x, area.y, &line, area.width);
        return;
    }
    // Said at any width: rather a hint less than progress lost without a word.
    let mut right = area.right();
    if let Saving::Off(_) = model.saving {
        let word = match model.problems.len() {
            0 => "not saving".to_owned(),
            1 => "! 1 problem".to_owned(),
            n => format!("! {n} problems"),
        };
        let word = word.as_str();
        let w = u16::try_from(width(word)).unwrap_or(0);
        if w + 2 < area.width {
            canvas.frame.buffer_mut().set_string(right - w - 1, area.y, word, theme.warn);
            right -= w + 2;
        }
    }
    let mut x = area.x + 1;
    let mut seen: Vec<Action> = Vec::new();
    for binding in keys::bindings(stack).filter(|b| !b.hint.is_empty()) {
        if seen.contains(&binding.action) {
            continue;
        }
        seen.push(binding.action);
        let key = key_name(binding, canvas);
        let w = u16::try_from(width(&key) + 1 + width(binding.hint)).unwrap_or(u16::MAX);
        if x.saturating_add(w) > right {
            continue;
        }
        let line = Line::from(vec![
            Span::styled(key, theme.accent),
            Span::styled(format!(" {}", binding.hint), theme.dim),
        ]);
        canvas.frame.buffer_mut().set_line(x, area.y, &line, w);
        canvas.hits.add(Rect::new(x, area.y, w, 1), Hit::Do(binding.action));
        x += w + 3;
    }
}

/// A binding's first key; arrows with the theme's glyphs, pairs as a pair.
fn key_name(binding: &keys::Binding, canvas: &Canvas<'_, '_>) -> String {
    let [left, right, up, down] = canvas.theme.glyphs.arrow_keys;
    match binding.action {
        Action::HopForward | Action::NextValue => format!("{left}{right}"),
        Action::NextProbe | Action::Down => format!("{up}{down}"),
        Action::ItemDown => format!("Shift-{up}{down}"),
        _ => binding.keys.first().map(ToString::to_string).unwrap_or_default(),
    }
}

/// A bordered panel with a title; gives its inside.
pub(super) fn panel(canvas: &mut Canvas<'_, '_>, area: Rect, title: &str, focused: bool) -> Rect {
    let theme = canvas.theme;
    let (border, style) =
        if focused { (theme.accent, theme.accent) } else { (theme.faint, theme.dim) };
    let mut block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_set(theme.glyphs.border)
        .border_style(border)
        .padding(Padding::horizontal(1));
    if !title.is_empty() {
        let room = usize::from(area.width).saturating_sub(6);
        block = block.title(Span::styled(
            format!(" {} ", cut(&clean_line(title), room, theme.glyphs.ellipsis)),
            style,
        ));
    }
    let inner = block.inner(area);
    block.render(area, canvas.frame.buffer_mut());
    inner
}

/// A panel over what was drawn: its area is emptied and the mouse hits nothing below.
pub(super) fn over(canvas: &mut Canvas<'_, '_>, area: Rect, title: &str) -> Rect {
    // A margin keeps it apart from what lies below.
    let margin = Rect {
        x: area.x.saturating_sub(2),
        y: area.y.saturating_sub(1),
        width: area.width + 4,
        height: area.height + 2,
    };
    Clear.render(margin.intersection(canvas.frame.area()), canvas.frame.buffer_mut());
    canvas.hits.cover();
    panel(canvas, area, title, true)
}

/// A bar of `columns` for `done` of `total`.
pub(super) fn bar(
    canvas: &Canvas<'_, '_>,
    done: usize,
    total: usize,
    columns: usize,
) -> Vec<Span<'static>> {
    let theme = canvas.theme;
    // Full only when all is done, empty only when nothing is.
    let mut full = (done * columns).checked_div(total).unwrap_or(0);
    if done > 0 && full == 0 {
        full = 1;
    }
    let style = if done >= total && total > 0 { theme.good } else { theme.accent };
    vec![
        Span::styled(theme.glyphs.bar[0].repeat(full.min(columns)), style),
        Span::styled(theme.glyphs.bar[1].repeat(columns.saturating_sub(full)), theme.faint),
    ]
}

/// Lines in a pane that scrolls, with a mark of where one is when not all is shown.
pub(super) fn scrolled(
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    pane: Pane,
    lines: &[Line<'static>],
) {
    let top = canvas.view.top(pane, lines.len(), area.height.into());
    show_from(canvas, area, pane, lines, top);
}

/// As [`scrolled`], moved so that line `line` is shown.
pub(super) fn scrolled_to(
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    pane: Pane,
    lines: &[Line<'static>],
    line: usize,
) -> usize {
    let top = canvas.view.top_showing(pane, lines.len(), area.height.into(), line);
    show_from(canvas, area, pane, lines, top);
    top
}

/// As [`scrolled_to`] for a list of `total` lines, of which only those that are shown are
/// made.
pub(super) fn listed(
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    pane: Pane,
    (total, at): (usize, usize),
    line: impl Fn(&Canvas<'_, '_>, usize) -> Line<'static>,
) -> usize {
    let top = canvas.view.top_showing(pane, total, area.height.into(), at);
    canvas.hits.add(area, Hit::Pane(pane));
    for (row, y) in (top..total).zip(area.top()..area.bottom()) {
        let line = line(canvas, row);
        canvas.frame.buffer_mut().set_line(area.x, y, &line, area.width);
    }
    scroll_bar(canvas, area, total, top);
    top
}

fn show_from(
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
    pane: Pane,
    lines: &[Line<'static>],
    top: usize,
) {
    canvas.hits.add(area, Hit::Pane(pane));
    let buf = canvas.frame.buffer_mut();
    for (line, y) in lines.iter().skip(top).zip(area.top()..area.bottom()) {
        buf.set_line(area.x, y, line, area.width);
    }
    scroll_bar(canvas, area, lines.len(), top);
}

/// A bar one column right of `area`, where the terminal has that column.
pub(super) fn scroll_bar(canvas: &mut Canvas<'_, '_>, area: Rect, total: usize, top: usize) {
    let page = usize::from(area.height);
    let x = area.right();
    if total <= page || page == 0 || x >= canvas.frame.area().right() {
        return;
    }
    let size = (page * page / total).clamp(1, page);
    let most = total - page;
    let start = (top * (page - size) + most / 2) / most.max(1);
    let theme = canvas.theme;
    let buf = canvas.frame.buffer_mut();
    for (i, y) in (area.top()..area.bottom()).enumerate() {
        let on = i >= start && i < start + size;
        let (glyph, style) = if on {
            (theme.glyphs.scroll[0], theme.accent)
        } else {
            (theme.glyphs.scroll[1], theme.faint)
        };
        buf.set_string(x, y, glyph, style);
    }
}

/// One line at a row of `area`, where that row is within it.
pub(super) fn line_at(canvas: &mut Canvas<'_, '_>, area: Rect, row: u16, line: &Line<'_>) {
    if row < area.height {
        canvas.frame.buffer_mut().set_line(area.x, area.y + row, line, area.width);
    }
}

/// `area` with so many columns and rows taken from each side.
pub(super) fn inset(area: Rect, columns: u16, rows: u16) -> Rect {
    Rect {
        x: area.x + columns.min(area.width / 2),
        y: area.y + rows.min(area.height / 2),
        width: area.width.saturating_sub(2 * columns),
        height: area.height.saturating_sub(2 * rows),
    }
}

/// A line of one style.
pub(super) fn styled(text: impl Into<String>, style: Style) -> Line<'static> {
    Line::styled(text.into(), style)
}

/// Points without a needless fraction: `3`, `2.5`.
pub(super) fn points(points: f64) -> String {
    if (points - points.round()).abs() < 0.005 {
        format!("{points:.0}")
    } else {
        format!("{points:.1}")
    }
}
