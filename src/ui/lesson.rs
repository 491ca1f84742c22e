//! A lesson's step: the list of steps where there is room, and the step.

use super::home::step_mark;
use super::parts::{bar, frame, inset, line_at, scrolled, styled};
use super::text::cut;
use super::{Canvas, console as ui_console, exercise, flow, marks, quiz};
use crate::app::console::screen as console;
use crate::app::lesson::{LessonScreen, StepScreen};
use crate::app::words::TextScreen;
use crate::app::{Hit, Model, Pane};
use crate::content::{Lesson, Pack, StepKind};
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Text wider than this is hard to read.
pub(super) const MEASURE: u16 = 88;
/// From here on the steps are listed beside the step.
const WIDE: u16 = 116;

pub(super) fn draw(model: &Model, screen: &LessonScreen, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let Some((pack, lesson, step)) = model.step() else { return };
    let theme = canvas.theme;
    let n_steps = lesson.steps.len();
    let mut right: Vec<Span<'static>> = Vec::new();
    let n_done = lesson.steps.iter().filter(|s| model.state.is_done(pack, lesson, s)).count();
    if area.width < WIDE && n_steps <= 16 {
        for (idx, step) in lesson.steps.iter().enumerate() {
            let done = model.state.is_done(pack, lesson, step);
            let (glyph, style) = match (idx == screen.at.step_idx, done) {
                (true, _) => (theme.glyphs.half, theme.accent),
                (false, true) => (theme.glyphs.dot, theme.good),
                (false, false) => (theme.glyphs.open, theme.faint),
            };
            right.push(Span::styled(glyph, style));
        }
    } else {
        right.extend(bar(canvas, n_done, n_steps, 12));
    }
    right.push(Span::styled(format!("  step {} of {n_steps}", screen.at.step_idx + 1), theme.dim));
    let short = lesson.title.split(':').next().unwrap_or("");
    let title = format!("{short} {} {}", theme.glyphs.crumb, step.title);
    let body = frame(model, canvas, area, &title, Line::from(right));
    let body = if area.width >= WIDE && roomy(screen) {
        let [side, rest] =
            Layout::horizontal([Constraint::Length(side_width(lesson, area)), Constraint::Min(0)])
                .areas(body);
        draw_steps(model, pack, lesson, screen, canvas, side);
        rest
    } else {
        body
    };
    let body = match console::shown(model) {
        Some(pane) if !matches!(screen.step, StepScreen::Exercise(_)) => {
            // What is read stays in sight where there is room for both.
            let rows = if body.height >= 30 { body.height / 2 } else { body.height };
            let [above, low] =
                Layout::vertical([Constraint::Min(0), Constraint::Length(rows)]).areas(body);
            ui_console::draw(canvas, pane, low);
            if above.height == 0 {
                return;
            }
            above
        }
        _ => body,
    };
    match (&screen.step, &step.kind) {
        (StepScreen::Text(text), StepKind::Text { .. }) => draw_text(text, canvas, body),
        (StepScreen::Flow(flow_screen), StepKind::Flow(of)) => {
            flow::draw(model, flow_screen, of, canvas, body);
        }
        (StepScreen::Exercise(screen), StepKind::Exercise(of)) => {
            exercise::draw(model, screen, of, canvas, body);
        }
        (StepScreen::Quiz(quiz_screen), _) => quiz::draw(model, pack, quiz_screen, canvas, body),
        _ => {}
    }
}

/// What the list of steps needs for its longest title, as far as the text can spare it.
fn side_width(lesson: &Lesson, area: Rect) -> u16 {
    const NARROW: u16 = 32;
    let longest = lesson.steps.iter().map(|step| step.title.width()).max().unwrap_or(0);
    let wanted = u16::try_from(longest).unwrap_or(u16::MAX).saturating_add(7);
    wanted.clamp(NARROW, area.width.saturating_sub(MEASURE + 8).max(NARROW))
}

/// Steps to read and questions leave room for the list of steps.
fn roomy(screen: &LessonScreen) -> bool {
    matches!(screen.step, StepScreen::Text(_) | StepScreen::Quiz(_))
}

fn draw_steps(
    model: &Model,
    pack: &Pack,
    lesson: &Lesson,
    screen: &LessonScreen,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let theme = canvas.theme;
    let rule = Rect { x: area.right() - 1, width: 1, ..area };
    for row in 0..rule.height {
        line_at(canvas, rule, row, &styled(theme.glyphs.rule[1], theme.faint));
    }
    let inner = Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width - 4,
        height: area.height.saturating_sub(1),
    };
    for (idx, step) in lesson.steps.iter().enumerate() {
        let Ok(row) = u16::try_from(idx * 2) else { return };
        let here = idx == screen.at.step_idx;
        let mut spans = step_mark(model, pack, lesson, step, canvas);
        let room = usize::from(inner.width).saturating_sub(2);
        let style = if here { theme.accent } else { theme.dim };
        spans.push(Span::styled(cut(&clean_line(&step.title), room, theme.glyphs.ellipsis), style));
        line_at(canvas, inner, row, &Line::from(spans));
        if here {
            let pointer = Rect { x: area.x, width: 1, ..inner };
            line_at(canvas, pointer, row, &styled(theme.glyphs.pointer, theme.accent));
        }
        if row < inner.height {
            let hit = Rect { x: area.x, y: inner.y + row, width: area.width - 1, height: 1 };
            canvas.hits.add(hit, Hit::Step(idx));
        }
    }
}

/// A measure's worth of `area`, in its middle.
pub(super) fn column(area: Rect) -> Rect {
    let width = MEASURE.min(area.width.saturating_sub(6));
    let left = (area.width - width) / 2;
    let area = Rect { x: area.x + left.clamp(3, 16), width, ..area };
    inset(area, 0, 1)
}

fn draw_text(text: &TextScreen, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let area = column(area);
    let marks: Vec<_> = text.words.iter().map(|word| word.range.clone()).collect();
    let columns = usize::from(area.width) - 1;
    let lines = canvas.view.marked(&text.body, &marks, columns, canvas.theme);
    let area = Rect { width: area.width - 1, ..area };
    scrolled(canvas, area, Pane::Body, &lines);
    let top = canvas.view.top(Pane::Body, lines.len(), area.height.into());
    let shown: Vec<&str> = text.words.iter().map(|word| word.shown.as_str()).collect();
    for place in marks::places(&lines, &shown) {
        let at = |n: usize| u16::try_from(n).ok();
        let row = place.line.checked_sub(top).and_then(at).filter(|row| *row < area.height);
        if let (Some(row), Some(column), Some(width)) = (row, at(place.column), at(place.width)) {
            let hit = Rect { x: area.x + column, y: area.y + row, width, height: 1 };
            canvas.hits.add(hit, Hit::Word(place.word));
        }
    }
}
