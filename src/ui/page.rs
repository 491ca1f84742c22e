//! Pages over the screen: help, texts; and the question that wants yes or no.

use super::parts::{hint_line, inset, line_at, over, scrolled, styled};
use super::text::{self, wrap_plain};
use super::{Canvas, debrief, look_up};
use crate::app::keys::{Context, Stack, TABLE, vim_rows};
use crate::app::page::{Dialog, Page};
use crate::app::words::{self, To, Word};
use crate::app::{Model, Pane};
use crate::source::clean_line;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(model: &Model, page: &Page, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let width = (area.width - 4).min(96);
    let height = area.height - 4;
    let place = |height: u16| Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + 2 + (area.height - 4 - height) / 2,
        width,
        height,
    };
    let columns = usize::from(width) - 7;
    let (title, lines) = match page {
        Page::Help(stack) => ("Keys".to_owned(), help_lines(stack, columns, canvas)),
        Page::Text { title, body, .. } => {
            (title.clone(), canvas.view.markdown(body, columns, canvas.theme).to_vec())
        }
        Page::Problems => {
            let n = model.problems.len();
            let title = if n == 1 { "1 problem".to_owned() } else { format!("{n} problems") };
            (title, problem_lines(model, columns, canvas))
        }
        Page::Word { at } => {
            let Some(word) = words::word(model, *at) else { return };
            (word_title(model, *at, word), word_lines(model, *at, word, columns, canvas))
        }
        Page::Attempts { chosen } => {
            debrief::draw_attempts(model, *chosen, canvas, area);
            return draw_foot(model, page, canvas, area);
        }
    };
    let wanted = u16::try_from(lines.len() + 4).unwrap_or(u16::MAX);
    let inner =
        over(canvas, place(wanted.clamp(8, height.max(8)).min(height)), &clean_line(&title));
    let inner = inset(inner, 1, 1);
    scrolled(canvas, inner, Pane::Page, &lines);
    draw_foot(model, page, canvas, area);
}

/// The keys of a page, in the last row.
fn draw_foot(model: &Model, page: &Page, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let foot = Rect { y: area.bottom() - 1, height: 1, ..area };
    let blank = " ".repeat(foot.width.into());
    line_at(canvas, foot, 0, &styled(blank, canvas.theme.text));
    hint_line(model, canvas, foot, page.contexts());
}

/// What is wrong in a pack: where, what, and what to do.
fn problem_lines(model: &Model, columns: usize, canvas: &Canvas<'_, '_>) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let mut lines = Vec::new();
    for problem in &model.problems {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(wrap_plain(&problem.place(), columns, theme.accent));
        lines.extend(wrap_plain(&problem.message, columns, theme.text));
        if !problem.remedy.is_empty() {
            lines.extend(wrap_plain(&problem.remedy, columns, theme.dim));
        }
    }
    lines
}

/// What a page on underlined words is called.
fn word_title(model: &Model, at: usize, word: &Word) -> String {
    match &word.to {
        To::Term { .. } => words::term(model, at).map(|term| term.term.clone()).unwrap_or_default(),
        To::Step(at) => {
            let lesson = model.pack(at.pack_idx).and_then(|pack| pack.lessons.get(at.lesson_idx));
            lesson.map(|lesson| lesson.title.clone()).unwrap_or_default()
        }
        To::Web(_) => "On the web".to_owned(),
    }
}

/// What a word of the glossary means and where it is shown, or where a link leads.
fn word_lines(
    model: &Model,
    at: usize,
    word: &Word,
    columns: usize,
    canvas: &mut Canvas<'_, '_>,
) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let mut lines = match &word.to {
        To::Term { .. } => words::term(model, at)
            .map(|term| look_up::term_lines(term, columns, canvas))
            .unwrap_or_default(),
        To::Step(at) => {
            let step = model
                .pack(at.pack_idx)
                .and_then(|pack| pack.lessons.get(at.lesson_idx)?.steps.get(at.step_idx));
            let say = step.map(|step| format!("A link to the page: {}.", clean_line(&step.title)));
            wrap_plain(&say.unwrap_or_default(), columns, theme.text)
        }
        To::Web(address) => wrap_plain(&clean_line(address), columns, theme.text),
    };
    lines.push(Line::default());
    let n = words::text(model).map_or(0, |text| text.words.len());
    let mut last = vec![Span::styled(format!("{} of {n} words here", at + 1), theme.dim)];
    let shown = words::shown_in(model, at)
        .and_then(|at| model.pack(at.pack_idx)?.lessons.get(at.lesson_idx));
    if let Some(lesson) = shown {
        last.push(Span::styled(format!("  {}  ", theme.glyphs.middot), theme.faint));
        last.push(Span::styled("o ", theme.accent));
        last.push(Span::styled(format!("opens {}", clean_line(&lesson.title)), theme.dim));
    }
    lines.push(Line::from(last));
    lines
}

/// The keys, those that hold here first.
fn help_lines(stack: Stack, columns: usize, canvas: &Canvas<'_, '_>) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let here: Vec<Context> = stack.to_vec();
    let rest = Context::ALL.into_iter().filter(|context| !here.contains(context));
    let mut lines = Vec::new();
    let n_here = here.len();
    for (i, context) in here.iter().copied().chain(rest).enumerate() {
        if i == n_here {
            lines.push(styled("Elsewhere", theme.title));
            lines.push(Line::default());
        }
        lines.push(styled(context.title(), theme.accent));
        for binding in TABLE.iter().filter(|b| b.context == context) {
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            lines.extend(help_row(&keys.join("  "), binding.help, columns, canvas));
        }
        if context == Context::Vim {
            for (_, keys, help) in vim_rows() {
                lines.extend(help_row(&keys, help, columns, canvas));
            }
        }
        lines.push(Line::default());
    }
    lines
}

/// Keys and what they do.
fn help_row(keys: &str, help: &str, columns: usize, canvas: &Canvas<'_, '_>) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let keys = text::fit(&ascii_arrows(keys, canvas), 26, theme.glyphs.ellipsis);
    let help = wrap_plain(help, columns.saturating_sub(30), theme.text);
    let lead = |first: bool| if first { keys.clone() } else { " ".repeat(26) };
    help.into_iter()
        .enumerate()
        .map(|(i, line)| {
            let mut spans = vec![Span::styled(format!("  {}  ", lead(i == 0)), theme.second)];
            spans.extend(line.spans);
            Line::from(spans)
        })
        .collect()
}

/// Arrow keys are named by words where arrows can't be shown.
fn ascii_arrows(key: &str, canvas: &Canvas<'_, '_>) -> String {
    if canvas.theme.glyphs.arrow_keys[0] == "←" {
        return key.to_owned();
    }
    key.replace('←', "Left").replace('→', "Right").replace('↑', "Up").replace('↓', "Down")
}

pub(super) fn draw_dialog(dialog: &Dialog, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let width = 60.min(area.width - 4);
    let lines = wrap_plain(&clean_line(&dialog.say), usize::from(width) - 6, theme.text);
    let height = u16::try_from(lines.len()).unwrap_or(3) + 6;
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height.saturating_sub(height)) / 2,
        width,
        height: height.min(area.height),
    };
    let inner = inset(over(canvas, place, ""), 1, 1);
    for (row, line) in lines.iter().enumerate() {
        line_at(canvas, inner, u16::try_from(row).unwrap_or(0), line);
    }
    let keys = Line::from(vec![
        Span::styled("y", theme.accent),
        Span::styled(" yes    ", theme.dim),
        Span::styled("n", theme.accent),
        Span::styled(" no", theme.dim),
    ]);
    line_at(canvas, inner, inner.height.saturating_sub(1), &keys);
}
