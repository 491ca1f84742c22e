//! The home screen: the lessons, how far one is, what comes next.

use super::Canvas;
use super::parts::{bar, frame, inset, line_at, panel, points, scrolled_to, styled};
use super::text::{cut, fit, wrap_plain};
use crate::app::{Hit, Model, Pane, Saving};
use crate::content::{Lesson, Pack, Step, StepKind};
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let Some(pack) = model.pack(model.home.pack_idx) else { return };
    let (done, total) = pack.lessons.iter().fold((0, 0), |(done, total), lesson| {
        let progress = model.state.lesson_progress(pack, lesson);
        (done + progress.n_done, total + progress.n_steps)
    });
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
    let foot = if side > 0 { 0 } else { 3 };
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
    if let Some(lesson) = pack.lessons.get(model.home.lesson_idx) {
        if side > 0 {
            draw_aside(model, pack, lesson, canvas, aside);
        } else {
            draw_foot(model, pack, lesson, canvas, foot);
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
    let mut lines = Vec::with_capacity(n * spacing);
    for (idx, lesson) in pack.lessons.iter().enumerate() {
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
        let mut line = Line::from(spans);
        if chosen {
            line = line.style(theme.chosen);
        }
        lines.push(line);
        if spacing == 2 {
            lines.push(Line::default());
        }
    }
    let at = model.home.lesson_idx * spacing;
    let top = scrolled_to(canvas, area, Pane::List, &lines, at);
    for idx in 0..n {
        if let Some(row) =
            (idx * spacing).checked_sub(top).filter(|row| *row < usize::from(area.height))
        {
            let y = area.y + u16::try_from(row).unwrap_or(0);
            canvas.hits.add(Rect { y, height: 1, ..area }, Hit::Lesson(idx));
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

fn draw_foot(model: &Model, pack: &Pack, lesson: &Lesson, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let rule = theme.glyphs.rule[0].repeat(area.width.into());
    line_at(canvas, area, 0, &styled(rule, theme.faint));
    for (row, line) in
        about(model, pack, lesson, usize::from(area.width), canvas).iter().enumerate()
    {
        line_at(canvas, area, u16::try_from(row + 1).unwrap_or(u16::MAX), line);
    }
}

/// Two lines about a lesson: what it is made of, what to do before.
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
    let middot = format!(" {} ", theme.glyphs.middot);
    let mut first = made_of.join(&middot);
    first = format!("{} min{middot}{first}", lesson.minutes);
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
    [first, second]
        .into_iter()
        .map(|text| styled(cut(&clean_line(&text), columns, theme.glyphs.ellipsis), theme.dim))
        .collect()
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
pub(super) fn kind_word(step: &Step) -> &'static str {
    match step.kind {
        StepKind::Text { .. } => "read",
        StepKind::Flow(_) => "watch",
        StepKind::Exercise(_) => "exercise",
        StepKind::Quiz { .. } => "quiz",
    }
}
