//! What was achieved: by lesson, by quiz, by topic, and what to review.

use super::Canvas;
use super::home::competency;
use super::lesson::column;
use super::parts::{bar, frame, points, scrolled, styled};
use super::text::fit;
use crate::app::{Model, Pane};
use crate::content::Pack;
use crate::source::clean_line;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::collections::BTreeMap;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let body = frame(model, canvas, area, "Progress", Line::default());
    let body = column(body);
    let body = Rect { width: body.width - 1, ..body };
    let mut lines = Vec::new();
    for pack in &model.packs {
        if model.packs.len() > 1 {
            lines.push(styled(clean_line(&pack.title).into_owned(), canvas.theme.title));
            lines.push(Line::default());
        }
        lessons(model, pack, canvas, usize::from(body.width), &mut lines);
        topics(model, pack, canvas, usize::from(body.width), &mut lines);
        review(model, pack, canvas, usize::from(body.width), &mut lines);
    }
    scrolled(canvas, body, Pane::Progress, &lines);
}

fn lessons(
    model: &Model,
    pack: &Pack,
    canvas: &Canvas<'_, '_>,
    columns: usize,
    lines: &mut Vec<Line<'static>>,
) {
    let theme = canvas.theme;
    let title_width = columns.saturating_sub(50);
    let head = format!(
        "{}{:>18}{:>14}{:>16}",
        fit("Lesson", title_width + 2, ""),
        "steps",
        "points",
        "quiz"
    );
    lines.push(styled(head, theme.dim));
    let (mut sum, mut sum_max) = (0.0, 0);
    for lesson in &pack.lessons {
        let progress = model.state.lesson_progress(pack, lesson);
        sum += progress.points;
        sum_max += progress.max;
        let mut spans = vec![Span::styled(
            format!("{}  ", fit(&clean_line(&lesson.title), title_width, theme.glyphs.ellipsis)),
            theme.text,
        )];
        spans.extend(bar(canvas, progress.n_done, progress.n_steps, 12));
        spans.push(Span::styled(
            format!("{:>6}", format!("{}/{}", progress.n_done, progress.n_steps)),
            theme.dim,
        ));
        let earned = format!("{} of {}", points(progress.points), progress.max);
        spans.push(Span::styled(
            format!("{earned:>14}"),
            if progress.points > 0.0 { theme.warn } else { theme.dim },
        ));
        let quiz = pack.quizzes.get(&lesson.id).map(|quiz| model.state.quiz_progress(pack, quiz));
        let (said, style) = match quiz {
            None => (String::new(), theme.faint),
            Some(quiz) if quiz.n_answered == 0 => ("not taken".to_owned(), theme.dim),
            Some(quiz) => (
                format!("{} of {} right", quiz.n_right, quiz.n_questions),
                if quiz.n_right == quiz.n_questions { theme.good } else { theme.text },
            ),
        };
        spans.push(Span::styled(format!("{said:>16}"), style));
        lines.push(Line::from(spans));
    }
    let total = format!("{} of {sum_max}", points(sum));
    lines.push(styled(
        format!("{}{:>18}{total:>14}", fit("Together", title_width + 2, ""), ""),
        theme.title,
    ));
    lines.push(Line::default());
}

fn topics(
    model: &Model,
    pack: &Pack,
    canvas: &Canvas<'_, '_>,
    columns: usize,
    lines: &mut Vec<Line<'static>>,
) {
    let theme = canvas.theme;
    // Asked, answered, last answer right.
    let mut topics: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for quiz in pack.quizzes.values() {
        for question in &quiz.questions {
            let topic = topics.entry(question.competency.as_str()).or_default();
            topic.0 += 1;
            if let Some(state) =
                model.state.questions.get(&format!("{}/{}/{}", pack.id, quiz.id, question.id))
            {
                topic.1 += 1;
                topic.2 += usize::from(state.last_right);
            }
        }
    }
    if topics.is_empty() {
        return;
    }
    let name_width = columns.saturating_sub(50);
    lines.push(styled("Topics, by the last answer to each question", theme.dim));
    for (topic, (n, answered, right)) in topics {
        let mut spans = vec![Span::styled(
            format!(
                "{}  ",
                fit(&clean_line(&competency(topic)), name_width, theme.glyphs.ellipsis)
            ),
            theme.text,
        )];
        spans.extend(bar(canvas, right, n, 12));
        spans.push(Span::styled(
            format!("   {right} right of {answered} answered, {n} in all"),
            theme.dim,
        ));
        lines.push(Line::from(spans));
    }
    lines.push(Line::default());
}

fn review(
    model: &Model,
    pack: &Pack,
    canvas: &Canvas<'_, '_>,
    columns: usize,
    lines: &mut Vec<Line<'static>>,
) {
    let theme = canvas.theme;
    let missed: Vec<(&str, &str)> = pack
        .quizzes
        .values()
        .flat_map(|quiz| quiz.questions.iter().map(move |question| (quiz, question)))
        .filter(|(quiz, question)| {
            let key = format!("{}/{}/{}", pack.id, quiz.id, question.id);
            model.state.questions.get(&key).is_some_and(|state| !state.last_right)
        })
        .map(|(_, question)| (question.ask.lines().next().unwrap_or(""), question.see.as_str()))
        .collect();
    lines.push(styled("To review", theme.dim));
    if missed.is_empty() {
        lines.push(styled("Nothing: no question was answered wrong the last time.", theme.text));
    }
    for (ask, see) in missed {
        let ask = fit(
            &clean_line(ask).replace('`', ""),
            columns.saturating_sub(30),
            theme.glyphs.ellipsis,
        );
        lines.push(Line::from(vec![
            Span::styled(format!("{} ", theme.glyphs.no), theme.bad),
            Span::styled(ask, theme.text),
            Span::styled(format!("  {}", clean_line(see)), theme.info),
        ]));
    }
    lines.push(Line::default());
}
