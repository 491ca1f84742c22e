//! The home screen: the lessons, how far one is, what comes next.

use super::Canvas;
use super::parts::{bar, frame, inset, line_at, listed, panel, points, styled};
use super::text::{fit, width, wrap_plain};
use crate::app::{Hit, Model, Pane, Saving};
use crate::content::{Lesson, Pack, Step, StepKind};
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use std::iter;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let Some(pack) = model.pack(model.home.pack_idx) else { return };
    let (done, total) = model.home.done.get(model.home.pack_idx).copied().unwrap_or_default();
    let mut right = bar(canvas, done, total, 12);
    right.push(Span::styled(format!("  {done} of {total} steps"), canvas.theme.dim));
    let mut title = pack.title.clone();
    if model.packs.len() > 1 {
        title += &format!("  (pack {} of {}, Tab)", model.home.pack_idx + 1, model.packs.len());
    }
    let body = frame(model, canvas, area, &title, Line::from(right));
    let body = inset(body, 2, 1);
    let side = if body.width >= 110 { (body.width / 3).min(56) } else { 0 };
    let [main, _, aside] = Layout::horizontal([
        Constraint::Min(0),
        Constraint::Length(if side > 0 { 3 } else { 0 }),
        Constraint::Length(side),
    ])
    .areas(body);
    let notes = notes(model, canvas, usize::from(main.width));
    let n_notes = u16::try_from(notes.len()).unwrap_or(0);
    let chosen = pack.lessons.get(model.home.lesson_idx);
    let foot_lines = chosen
        .filter(|_| side == 0)
        .map(|lesson| about(model, pack, lesson, usize::from(main.width), canvas))
        .unwrap_or_default();
    let foot =
        if side > 0 { 0 } else { u16::try_from(foot_lines.len() + 1).unwrap_or(3).clamp(3, 6) };
    let [next, note_area, list, foot] = Layout::vertical([
        Constraint::Length(4),
        Constraint::Length(n_notes),
        Constraint::Min(0),
        Constraint::Length(foot),
    ])
    .areas(main);
    draw_next(model, canvas, next);
    for (row, line) in notes.iter().enumerate() {
        line_at(canvas, note_area, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
    draw_list(model, pack, canvas, list);
    if let Some(lesson) = chosen {
        if side > 0 {
            draw_aside(model, pack, lesson, canvas, aside);
        } else {
            draw_foot(&foot_lines, canvas, foot);
        }
    }
}

/// What must be told once: progress is not kept, the journal was mended.
fn notes(model: &Model, canvas: &Canvas<'_, '_>, columns: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Saving::Off(why) = &model.saving {
        lines.extend(wrap_plain(&clean_line(why), columns, canvas.theme.warn));
    }
    if let Some(note) = &model.home.note {
        lines.extend(wrap_plain(&clean_line(note), columns, canvas.theme.warn));
    }
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    lines
}

fn draw_next(model: &Model, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let parts = model.home.next.and_then(|at| {
        let pack = model.pack(at.pack_idx)?;
        let lesson = pack.lessons.get(at.lesson_idx)?;
        Some((pack, lesson, lesson.steps.get(at.step_idx)?, at))
    });
    let Some((pack, lesson, step, at)) = parts else {
        line_at(canvas, area, 0, &styled("All steps are done.", theme.good));
        line_at(
            canvas,
            area,
            1,
            &styled("Quizzes can be taken again, exercises tried another way.", theme.dim),
        );
        return;
    };
    let begun = model.state.place.is_some();
    let verb = if begun { "Continue with" } else { "Start with" };
    let line = Line::from(vec![
        Span::styled(format!("{verb} "), theme.dim),
        Span::styled(clean_line(&lesson.title).into_owned(), theme.title),
    ]);
    line_at(canvas, area, 0, &line);
    let mut detail = vec![
        Span::styled(format!("step {} of {}", at.step_idx + 1, lesson.steps.len()), theme.dim),
        Span::styled(format!("  {}  ", theme.glyphs.middot), theme.faint),
        Span::styled(clean_line(&step.title).into_owned(), theme.text),
    ];
    if at.pack_idx != model.home.pack_idx {
        detail.push(Span::styled(format!("  (pack {})", clean_line(&pack.title)), theme.dim));
    } else if at.lesson_idx == model.home.lesson_idx {
        detail.push(Span::styled("   Enter", theme.accent));
    }
    line_at(canvas, area, 1, &Line::from(detail));
    let rule = theme.glyphs.rule[0].repeat(area.width.into());
    line_at(canvas, area, 2, &styled(rule, theme.faint));
}

fn draw_list(model: &Model, pack: &Pack, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let columns = usize::from(area.width);
    let n = pack.lessons.len();
    // With room to spare the lessons stand apart.
    let spacing = if n * 2 <= usize::from(area.height) { 2 } else { 1 };
    let meter = if columns >= 100 { 16 } else { 10 };
    // pointer and mark 4, meter, steps 7, points 12, minutes 8
    let title_width = columns.saturating_sub(4 + meter + 7 + 12 + 8 + 2);
    let row = |canvas: &Canvas<'_, '_>, row: usize| {
        let idx = row / spacing;
        let Some(lesson) = pack.lessons.get(idx).filter(|_| row.is_multiple_of(spacing)) else {
            return Line::default();
        };
        let progress = model.state.lesson_progress(pack, lesson);
        let chosen = idx == model.home.lesson_idx;
        let (mark, mark_style) = if progress.is_done() {
            (theme.glyphs.yes, theme.good)
        } else if progress.n_done > 0 {
            (theme.glyphs.half, theme.accent)
        } else {
            (theme.glyphs.open, theme.faint)
        };
        let pointer = if chosen { theme.glyphs.pointer } else { " " };
        let mut spans = vec![
            Span::styled(format!("{pointer} "), theme.accent),
            Span::styled(format!("{mark} "), mark_style),
            Span::styled(
                fit(&clean_line(&lesson.title), title_width, theme.glyphs.ellipsis),
                if chosen { theme.title } else { theme.text },
            ),
            Span::raw("  "),
        ];
        spans.extend(bar(canvas, progress.n_done, progress.n_steps, meter));
        spans.push(Span::styled(
            format!("{:>7}", format!("{}/{}", progress.n_done, progress.n_steps)),
            theme.dim,
        ));
        let earned = if progress.max == 0 {
            String::new()
        } else {
            format!("{} {}/{}", theme.glyphs.star, points(progress.points), progress.max)
        };
        let style = if progress.points > 0.0 { theme.warn } else { theme.dim };
        spans.push(Span::styled(format!("{earned:>12}"), style));
        spans.push(Span::styled(format!("{:>8}", format!("{} min", lesson.minutes)), theme.dim));
        let line = Line::from(spans);
        if chosen { line.style(theme.chosen) } else { line }
    };
    let at = model.home.lesson_idx * spacing;
    let top = listed(canvas, area, Pane::List, (n * spacing, at), row);
    for y in 0..area.height {
        let row = top + usize::from(y);
        if row < n * spacing && row.is_multiple_of(spacing) {
            let place = Rect { y: area.y + y, height: 1, ..area };
            canvas.hits.add(place, Hit::Lesson(row / spacing));
        }
    }
}

/// Which steps a lesson has, beside the list.
fn draw_aside(
    model: &Model,
    pack: &Pack,
    lesson: &Lesson,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let inner = panel(canvas, area, &lesson.title, false);
    let theme = canvas.theme;
    let mut row = 0;
    for line in about(model, pack, lesson, usize::from(inner.width), canvas) {
        line_at(canvas, inner, row, &line);
        row += 1;
    }
    row += 1;
    for step in &lesson.steps {
        let mut spans = step_mark(model, pack, lesson, step, canvas);
        let room = usize::from(inner.width).saturating_sub(13);
        spans.push(Span::styled(
            fit(&clean_line(&step.title), room, theme.glyphs.ellipsis),
            theme.text,
        ));
        spans.push(Span::styled(format!("{:>10}", kind_word(step)), theme.dim));
        line_at(canvas, inner, row, &Line::from(spans));
        row += 1;
    }
}

fn draw_foot(lines: &[Line<'static>], canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let rule = theme.glyphs.rule[0].repeat(area.width.into());
    line_at(canvas, area, 0, &styled(rule, theme.faint));
    for (row, line) in lines.iter().enumerate() {
        line_at(canvas, area, u16::try_from(row + 1).unwrap_or(u16::MAX), line);
    }
}

/// What a lesson is made of, and what to do before.
fn about(
    model: &Model,
    pack: &Pack,
    lesson: &Lesson,
    columns: usize,
    canvas: &Canvas<'_, '_>,
) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let mut counts = [
        (0, "text", "texts"),
        (0, "chart", "charts"),
        (0, "exercise", "exercises"),
        (0, "quiz", "quizzes"),
    ];
    for step in &lesson.steps {
        let idx = match step.kind {
            StepKind::Text { .. } => 0,
            StepKind::Flow(_) => 1,
            StepKind::Exercise(_) => 2,
            StepKind::Quiz { .. } => 3,
        };
        counts[idx].0 += 1;
    }
    let made_of: Vec<String> = counts
        .iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if *n == 1 { one } else { many }))
        .collect();
    let minutes = format!("{} min", lesson.minutes);
    let first = joined(iter::once(minutes).chain(made_of), theme.glyphs.middot, columns);
    let before: Vec<String> = lesson
        .needs
        .iter()
        .filter_map(|id| pack.lesson(id))
        .filter(|needed| !model.state.lesson_progress(pack, needed).is_done())
        .map(|needed| clean_line(needed.title.split(':').next().unwrap_or("")).into_owned())
        .collect();
    let second = if before.is_empty() {
        competency(&lesson.competency)
    } else {
        format!("Better after: {}", before.join(", "))
    };
    let mut lines: Vec<_> = first.into_iter().map(|text| styled(text, theme.dim)).collect();
    if !second.is_empty() {
        lines.extend(wrap_plain(&clean_line(&second), columns, theme.dim));
    }
    lines
}

/// `words` with `middot` between them, in lines of at most `columns`: a line ends after a
/// middot, never within one of the words.
fn joined(words: impl Iterator<Item = String>, middot: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if width(line) + width(middot) + width(&word) + 4 <= columns => {
                *line += &format!(" {middot} {word}");
            }
            Some(line) => {
                *line += &format!(" {middot}");
                lines.push(word);
            }
            None => lines.push(word),
        }
    }
    lines
}

/// `services-networking/service-types` for people.
pub(super) fn competency(id: &str) -> String {
    id.split('/').map(|part| part.replace('-', " ")).collect::<Vec<_>>().join(": ")
}

/// A step's mark: done, begun or open.
pub(super) fn step_mark(
    model: &Model,
    pack: &Pack,
    lesson: &Lesson,
    step: &Step,
    canvas: &Canvas<'_, '_>,
) -> Vec<Span<'static>> {
    let theme = canvas.theme;
    let (glyph, style) = if model.state.is_done(pack, lesson, step) {
        (theme.glyphs.yes, theme.good)
    } else {
        (theme.glyphs.open, theme.faint)
    };
    vec![Span::styled(format!("{glyph} "), style)]
}

/// What kind of step it is, in a word.
fn kind_word(step: &Step) -> &'static str {
    match step.kind {
        StepKind::Text { .. } => "read",
        StepKind::Flow(_) => "watch",
        StepKind::Exercise(_) => "exercise",
        StepKind::Quiz { .. } => "quiz",
    }
}
