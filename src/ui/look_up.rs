//! The look-up: a line to type in, what was found, and what the chosen one says.

use super::parts::{frame, inset, line_at, panel, scrolled, scrolled_to, styled};
use super::text::{cut, fit, width, wrap, wrap_plain};
use super::{Canvas, field};
use crate::app::look_up::{self, Entry, LookUp, What};
use crate::app::{Hit, Model, Pane};
use crate::content::Term;
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

pub(super) fn draw(model: &Model, screen: &LookUp, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let n = screen.found.len();
    let count = if n == 1 { "1 found".to_owned() } else { format!("{n} found") };
    let right = styled(count, canvas.theme.dim);
    let body = inset(frame(model, canvas, area, "Look up", right), 1, 0);
    let [query, below] = Layout::vertical([Constraint::Length(2), Constraint::Min(0)]).areas(body);
    draw_query(model, screen, canvas, query);
    let side = if below.width >= 110 { below.width / 2 } else { below.width * 2 / 5 };
    let [list, page] =
        Layout::horizontal([Constraint::Length(side), Constraint::Min(0)]).areas(below);
    draw_list(screen, canvas, list);
    let Some(entry) = screen.entry() else {
        let inner = panel(canvas, page, "", false);
        let say = "Nothing is called so. Try fewer letters.";
        line_at(canvas, inner, 0, &styled(say, canvas.theme.dim));
        return;
    };
    let title = clean_line(&entry.title).into_owned();
    let inner = panel(canvas, page, &title, true);
    let lines = lines(model, entry, usize::from(inner.width), canvas);
    scrolled(canvas, inner, Pane::Body, &lines);
}

fn draw_query(model: &Model, screen: &LookUp, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let mut spans = vec![
        Span::styled(" / ", theme.accent),
        Span::styled(clean_line(&screen.query).into_owned(), theme.title),
    ];
    if screen.query.is_empty() {
        spans.push(Span::styled("  a word, a field, a lesson", theme.dim));
    }
    line_at(canvas, area, 0, &Line::from(spans));
    let typed = u16::try_from(width(&clean_line(&screen.query))).unwrap_or(u16::MAX);
    let x = area.x.saturating_add(3).saturating_add(typed);
    if x < area.right() && model.page.is_none() && model.dialog.is_none() {
        canvas.frame.set_cursor_position((x, area.y));
    }
}

fn draw_list(screen: &LookUp, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let columns = usize::from(area.width).saturating_sub(2);
    let lines: Vec<Line<'static>> = screen
        .found
        .iter()
        .enumerate()
        .filter_map(|(row, idx)| Some((row, screen.entries.get(*idx)?)))
        .map(|(row, entry)| {
            let chosen = row == screen.chosen;
            let pointer = if chosen { theme.glyphs.pointer } else { " " };
            let kind = match entry.what {
                What::Guide(_) => "guide",
                What::Term(..) => "word",
                What::Field(..) => "field",
                What::Step(at) if at.step_idx == 0 => "lesson",
                What::Step(_) => "step",
            };
            let room = columns.saturating_sub(11);
            let title = clean_line(&entry.title);
            // Of a path its end says most.
            let title = match entry.what {
                What::Field(..) if width(&title) > room => {
                    let names: Vec<&str> = title.split('.').collect();
                    let fits = |n: &usize| width(&names[*n..].join(".")) < room;
                    let n = (0..names.len()).find(fits).unwrap_or(names.len() - 1);
                    format!("{}{}", theme.glyphs.ellipsis, names[n..].join("."))
                }
                _ => title.into_owned(),
            };
            let title = fit(&title, room, theme.glyphs.ellipsis);
            let line = Line::from(vec![
                Span::styled(format!("{pointer} "), theme.accent),
                Span::styled(title, if chosen { theme.title } else { theme.text }),
                Span::styled(format!(" {kind:<7}"), theme.dim),
            ]);
            if chosen { line.style(theme.chosen) } else { line }
        })
        .collect();
    let top = scrolled_to(canvas, area, Pane::List, &lines, screen.chosen);
    for y in 0..area.height {
        let row = top + usize::from(y);
        if row < lines.len() {
            canvas.hits.add(Rect { y: area.y + y, height: 1, ..area }, Hit::Row(row));
        }
    }
}

/// What a word means.
pub(super) fn term_lines(
    term: &Term,
    columns: usize,
    canvas: &mut Canvas<'_, '_>,
) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let mut out = Vec::new();
    if !term.also.is_empty() {
        let also = format!("also: {}", clean_line(&term.also.join(", ")));
        out.extend(wrap_plain(&also, columns, theme.dim));
        out.push(Line::default());
    }
    out.extend(canvas.view.markdown(&term.text, columns, theme).iter().cloned());
    out
}

/// What an entry says.
fn lines(
    model: &Model,
    entry: &Entry,
    columns: usize,
    canvas: &mut Canvas<'_, '_>,
) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let pack = |idx: usize| model.packs.get(idx).map(AsRef::as_ref);
    let mut out = Vec::new();
    let mut see = String::new();
    match &entry.what {
        What::Guide(idx) => {
            let n = pack(*idx).and_then(|p| p.guide.as_ref()).map_or(0, |g| g.questions.len());
            let say = format!("{n} questions, and what follows from the answers.");
            out.extend(wrap_plain(&say, columns, theme.text));
            see = "begins".to_owned();
        }
        What::Term(idx, term) => {
            let Some(term) = pack(*idx).and_then(|pack| pack.terms.get(*term)) else { return out };
            out.extend(term_lines(term, columns, canvas));
            if let Some((lesson, _)) = term.see.split_once('/')
                && let Some(lesson) = pack(*idx).and_then(|pack| pack.lesson(lesson))
            {
                see = format!("opens {}", clean_line(&lesson.title));
            }
        }
        What::Field(kind, path) => {
            let Some(help) = look_up::field(kind, path) else { return out };
            out.extend(field::lines(canvas, &help, columns));
            out.push(Line::default());
            out.push(styled("The API's own words, Kubernetes 1.36.", theme.dim));
        }
        What::Step(at) => {
            let Some(lesson) = pack(at.pack_idx).and_then(|p| p.lessons.get(at.lesson_idx)) else {
                return out;
            };
            out.extend(wrap_plain(&clean_line(&lesson.title), columns, theme.second));
            for (idx, step) in lesson.steps.iter().enumerate() {
                let style = if idx == at.step_idx { theme.title } else { theme.dim };
                let title = format!("{:>3}  {}", idx + 1, clean_line(&step.title));
                out.push(styled(cut(&title, columns, theme.glyphs.ellipsis), style));
            }
            see = "opens it".to_owned();
        }
    }
    if !see.is_empty() {
        out.push(Line::default());
        let pieces = [("Enter ".to_owned(), theme.accent), (see, theme.dim)];
        out.extend(wrap(&pieces, columns, &[], &[]));
    }
    out
}
