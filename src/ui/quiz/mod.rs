//! A question, its marking, and the result.

mod marked;
mod question;
mod sheet;

use super::Canvas;
use super::lesson::column;
use super::parts::{bar, scrolled, scrolled_to};
use super::text::{wrap, wrap_plain};
use crate::app::quiz::QuizScreen;
use crate::app::{Hit, Model, Pane};
use crate::content::{Pack, Question, Quiz};
use crate::source::clean_line;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use sheet::Sheet;

pub(super) fn draw(
    model: &Model,
    pack: &Pack,
    screen: &QuizScreen,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let Some(quiz) = pack.quizzes.get(&screen.quiz_id) else { return };
    let area = column(area);
    let area = Rect { width: area.width - 1, ..area };
    let sheet = match screen.question(quiz) {
        Some(question) => question::sheet(screen, quiz, question, canvas, area),
        None => result_sheet(model, pack, quiz, canvas, area),
    };
    let top = match sheet.focus {
        Some(line) => scrolled_to(canvas, area, Pane::Body, &sheet.lines, line),
        None => {
            scrolled(canvas, area, Pane::Body, &sheet.lines);
            canvas.view.top(Pane::Body, sheet.lines.len(), area.height.into())
        }
    };
    for (row, first, n_lines) in sheet.rows {
        for line in first..first + n_lines {
            let Some(y) = line.checked_sub(top).filter(|y| *y < usize::from(area.height)) else {
                continue;
            };
            let y = area.y + u16::try_from(y).unwrap_or(0);
            canvas.hits.add(Rect { y, height: 1, ..area }, Hit::Row(row));
        }
    }
    if let Some((line, column)) = sheet.cursor
        && let Some(y) = line.checked_sub(top).filter(|y| *y < usize::from(area.height))
    {
        let x = area.x + u16::try_from(column).unwrap_or(0).min(area.width.saturating_sub(1));
        canvas.frame.set_cursor_position((x, area.y + u16::try_from(y).unwrap_or(0)));
    }
}

fn result_sheet(
    model: &Model,
    pack: &Pack,
    quiz: &Quiz,
    canvas: &Canvas<'_, '_>,
    area: Rect,
) -> Sheet {
    let theme = canvas.theme;
    let columns = usize::from(area.width);
    let mut sheet = Sheet::default();
    let state = model.state.quizzes.get(&format!("{}/{}", pack.id, quiz.id));
    let offered: Vec<&Question> = quiz.questions.iter().collect();
    let right = |question: &Question| {
        state.and_then(|s| s.answers.get(&question.id)).is_some_and(|g| g.right)
    };
    let n_right = offered.iter().filter(|q| right(q)).count();
    sheet.lines.push(Line::from(vec![
        Span::styled(clean_line(&quiz.title).into_owned(), theme.title),
        Span::styled("  result", theme.dim),
    ]));
    sheet.gap();
    let mut line =
        vec![Span::styled(format!("{n_right} of {} right  ", offered.len()), theme.title)];
    line.extend(bar(canvas, n_right, offered.len(), 24));
    sheet.lines.push(Line::from(line));
    let word = match (n_right, offered.len()) {
        (_, 0) => "There is nothing to ask here yet.",
        (n, of) if n == of => "All of them. Well done.",
        (n, of) if n * 100 >= of * 66 => {
            "Enough to pass the exam; the missed ones are worth another look."
        }
        _ => "The exam asks for 66 %. Read the steps named below, then try the missed ones.",
    };
    sheet.lines.extend(wrap_plain(word, columns, theme.dim));
    sheet.gap();
    for question in offered {
        let ok = right(question);
        let (glyph, style) =
            if ok { (theme.glyphs.yes, theme.good) } else { (theme.glyphs.no, theme.bad) };
        let ask = question.ask.lines().next().unwrap_or("");
        let text_style = if ok { theme.dim } else { theme.text };
        sheet.marked((format!("  {glyph} "), style), ask, text_style, canvas, columns);
        if !ok && !question.see.is_empty() {
            let rest = [("    ".to_owned(), theme.text)];
            let see = [(format!("read again: {}", clean_line(&question.see)), theme.info)];
            sheet.lines.extend(wrap(&see, columns, &rest, &rest));
        }
    }
    sheet
}
