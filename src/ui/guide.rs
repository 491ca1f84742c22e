//! The guide: what was answered, what is asked, and the advice with its reasons.

use super::Canvas;
use super::lesson::column;
use super::parts::{frame, line_at, scrolled, styled};
use super::text::{cut, wrap_plain};
use super::yaml;
use crate::app::guide::GuideScreen;
use crate::app::{Hit, Model, Pane};
use crate::content::Guide;
use crate::source::clean_line;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub(super) fn draw(model: &Model, screen: &GuideScreen, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let Some(guide) = screen.guide(model) else { return };
    let n = guide.questions.len();
    let right = format!("{} of {n}", (screen.answers.len() + 1).min(n));
    let right = if screen.answers.len() < n { right } else { "advice".to_owned() };
    let right = styled(right, canvas.theme.dim);
    let body = column(frame(model, canvas, area, &clean_line(&guide.title), right));
    let mut row = 0;
    for line in answered(guide, screen, usize::from(body.width), canvas) {
        line_at(canvas, body, row, &line);
        row += 1;
    }
    row += 1;
    let rest =
        Rect { y: body.y + row.min(body.height), height: body.height.saturating_sub(row), ..body };
    if screen.answers.len() < n {
        draw_question(guide, screen, canvas, rest);
    } else {
        let lines = advice(model, guide, screen, usize::from(rest.width), canvas);
        scrolled(canvas, rest, Pane::Body, &lines);
    }
}

fn answered(
    guide: &Guide,
    screen: &GuideScreen,
    columns: usize,
    canvas: &Canvas<'_, '_>,
) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let given = guide.questions.iter().zip(&screen.answers);
    let lines = given.filter_map(|(question, answer)| {
        let option = question.options.get(*answer)?;
        let ask = clean_line(&question.ask).into_owned();
        let room = columns.saturating_sub(4);
        Some([
            Line::from(vec![
                Span::styled(format!("{} ", theme.glyphs.yes), theme.good),
                Span::styled(cut(&ask, room, theme.glyphs.ellipsis), theme.dim),
            ]),
            Line::from(vec![
                Span::raw("    "),
                Span::styled(
                    cut(&clean_line(&option.text), room, theme.glyphs.ellipsis),
                    theme.text,
                ),
            ]),
        ])
    });
    lines.flatten().collect()
}

fn draw_question(guide: &Guide, screen: &GuideScreen, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let Some(question) = guide.questions.get(screen.answers.len()) else { return };
    let columns = usize::from(area.width);
    let mut row = 0;
    for line in wrap_plain(&clean_line(&question.ask), columns, theme.title) {
        line_at(canvas, area, row, &line);
        row += 1;
    }
    row += 1;
    for (idx, option) in question.options.iter().enumerate() {
        let chosen = idx == screen.chosen;
        let pointer = if chosen { theme.glyphs.pointer } else { " " };
        let style = if chosen { theme.title } else { theme.text };
        for (n, line) in
            wrap_plain(&clean_line(&option.text), columns - 4, style).iter().enumerate()
        {
            let lead = if n == 0 { format!(" {pointer} ") } else { "   ".to_owned() };
            let mut spans = vec![Span::styled(lead, theme.accent)];
            spans.extend(line.spans.iter().cloned());
            let line = Line::from(spans);
            line_at(canvas, area, row, &if chosen { line.style(theme.chosen) } else { line });
            if row < area.height {
                canvas.hits.add(Rect { y: area.y + row, height: 1, ..area }, Hit::Row(idx));
            }
            row += 1;
        }
    }
    if let Some(option) = question.options.get(screen.chosen) {
        row += 1;
        for line in canvas.view.markdown(&option.because, columns, theme).iter() {
            line_at(canvas, area, row, line);
            row += 1;
        }
    }
}

fn advice(
    model: &Model,
    guide: &Guide,
    screen: &GuideScreen,
    columns: usize,
    canvas: &mut Canvas<'_, '_>,
) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let Some(advice) = screen.advice(model) else {
        return vec![styled("No advice fits these answers.", theme.warn)];
    };
    let mut out = wrap_plain(&clean_line(&advice.advise), columns, theme.accent);
    out.push(Line::default());
    out.extend(canvas.view.markdown(&advice.text, columns, theme).iter().cloned());
    let reasons: Vec<&str> = guide
        .questions
        .iter()
        .zip(&screen.answers)
        .filter_map(|(question, answer)| Some(question.options.get(*answer)?.because.as_str()))
        .filter(|because| !because.is_empty())
        .collect();
    if !reasons.is_empty() {
        out.push(Line::default());
        out.push(styled("Your answers", theme.second));
        let list: String = reasons.iter().map(|because| format!("- {because}\n")).collect();
        out.extend(canvas.view.markdown(&list, columns, theme).iter().cloned());
    }
    if !advice.manifest.is_empty() {
        out.push(Line::default());
        out.push(styled("For example", theme.second));
        let colour = |line: &str| {
            let spans = yaml::colour(line, theme).into_iter();
            Line::from_iter(spans.map(|(text, style)| Span::styled(text.to_owned(), style)))
        };
        out.extend(advice.manifest.lines().map(|line| colour(&clean_line(line))));
    }
    if !advice.see.is_empty() {
        let lesson = advice.see.split_once('/').map_or("", |(lesson, _)| lesson);
        let pack = model.packs.get(screen.pack_idx);
        if let Some(lesson) = pack.and_then(|pack| pack.lesson(lesson)) {
            out.push(Line::default());
            out.push(Line::from(vec![
                Span::styled("Enter ", theme.accent),
                Span::styled(format!("opens {}", clean_line(&lesson.title)), theme.dim),
            ]));
        }
    }
    out
}
