//! A question, its marking, and the result.

use super::Canvas;
use super::lesson::column;
use super::parts::{bar, scrolled, scrolled_to, styled};
use super::text::{Piece, fit, width, wrap, wrap_plain};
use super::yaml;
use crate::app::quiz::QuizScreen;
use crate::app::{Hit, Model, Pane};
use crate::content::{Pack, Question, QuestionKind, Quiz};
use crate::review::{Mark, Verdict};
use crate::source::clean_line;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

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
        Some(question) => question_sheet(screen, quiz, question, canvas, area),
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

/// What is to be shown: lines, and which of them are rows to click.
#[derive(Default)]
struct Sheet {
    lines: Vec<Line<'static>>,
    /// Row, first line, number of lines.
    rows: Vec<(usize, usize, usize)>,
    focus: Option<usize>,
    cursor: Option<(usize, usize)>,
}

impl Sheet {
    fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    /// A row that can be chosen: its focus mark, a mark of its own, its text.
    fn row(
        &mut self,
        row: usize,
        focused: bool,
        mark: Piece,
        text: &str,
        canvas: &Canvas<'_, '_>,
        columns: usize,
    ) {
        let theme = canvas.theme;
        let pointer = if focused { theme.glyphs.pointer } else { " " };
        let lead = [(format!("{pointer} "), theme.accent), mark];
        let rest = [(" ".repeat(2 + width(&lead[1].0)), theme.text)];
        let style = if focused { theme.title } else { theme.text };
        let lines = wrap(&inline(text, style, canvas), columns, &lead, &rest);
        if focused {
            self.focus = Some(self.lines.len() + lines.len() - 1);
        }
        self.rows.push((row, self.lines.len(), lines.len()));
        let lines =
            lines.into_iter().map(|line| if focused { line.style(theme.chosen) } else { line });
        self.lines.extend(lines);
    }
}

/// Text with `code` in backquotes, as pieces.
fn inline(text: &str, style: Style, canvas: &Canvas<'_, '_>) -> Vec<Piece> {
    let text = clean_line(text);
    let n_ticks = text.matches('`').count();
    text.split('`')
        .enumerate()
        // A backquote without its partner is text.
        .map(|(i, part)| {
            let code = i % 2 == 1 && i < n_ticks;
            (part.to_owned(), if code { style.patch(canvas.theme.code) } else { style })
        })
        .collect()
}

fn question_sheet(
    screen: &QuizScreen,
    quiz: &Quiz,
    question: &Question,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) -> Sheet {
    let theme = canvas.theme;
    let columns = usize::from(area.width);
    let mut sheet = Sheet::default();
    let mut head = bar(canvas, screen.at, screen.asked.len(), 12);
    let of = format!("  question {} of {}", screen.at + 1, screen.asked.len());
    head.push(Span::styled(of, theme.dim));
    head.push(Span::styled(
        format!("  {}  {}", theme.glyphs.middot, clean_line(&quiz.title)),
        theme.dim,
    ));
    sheet.lines.push(Line::from(head));
    sheet.gap();
    sheet.lines.extend(canvas.view.markdown(&question.ask, columns, theme).iter().cloned());
    sheet.gap();
    if let Some(mark) = &screen.mark {
        marked(&mut sheet, screen, question, mark, canvas, columns);
        return sheet;
    }
    let draft = &screen.draft;
    match &question.kind {
        QuestionKind::Single { options } => {
            say(&mut sheet, "One answer is right.", canvas, columns);
            for (row, idx) in draft.shown.iter().enumerate() {
                let focused = row == draft.row;
                let text = options.get(*idx).map_or("", |option| &option.text);
                let glyph = if focused { theme.glyphs.dot } else { theme.glyphs.open };
                let style = if focused { theme.accent } else { theme.dim };
                sheet.row(
                    row,
                    focused,
                    (format!("{} {glyph} ", row + 1), style),
                    text,
                    canvas,
                    columns,
                );
            }
        }
        QuestionKind::Multiple { options } => {
            say(&mut sheet, "Mark all that are right with Space.", canvas, columns);
            for (row, idx) in draft.shown.iter().enumerate() {
                let text = options.get(*idx).map_or("", |option| &option.text);
                let on = draft.chosen.contains(idx);
                let mark = if on {
                    format!("{} [{}] ", row + 1, theme.glyphs.yes)
                } else {
                    format!("{} [ ] ", row + 1)
                };
                let style = if on { theme.accent } else { theme.dim };
                sheet.row(row, row == draft.row, (mark, style), text, canvas, columns);
            }
        }
        QuestionKind::Short { .. } => {
            say(&mut sheet, "Type the answer.", canvas, columns);
            let prompt = format!("{} ", theme.glyphs.pointer);
            let typed = clean_line(draft.typed.text()).into_owned();
            let before = draft.typed.text().get(..draft.typed.cursor()).unwrap_or("");
            sheet.cursor = Some((sheet.lines.len(), width(&prompt) + width(&clean_line(before))));
            sheet.lines.push(Line::from(vec![
                Span::styled(prompt, theme.accent),
                Span::styled(typed, theme.title),
            ]));
            let rule = theme.glyphs.rule[0].repeat(columns.min(60));
            sheet.lines.push(styled(rule, theme.faint));
        }
        QuestionKind::Order { items } => {
            say(
                &mut sheet,
                "Put these in the right order: Shift with the arrow keys moves the row.",
                canvas,
                columns,
            );
            for (row, idx) in draft.shown.iter().enumerate() {
                let text = items.get(*idx).map_or("", |item| &item.text);
                sheet.row(
                    row,
                    row == draft.row,
                    (format!("{}. ", row + 1), theme.accent),
                    text,
                    canvas,
                    columns,
                );
            }
        }
        QuestionKind::Match { pairs } => {
            say(
                &mut sheet,
                "Give each row its partner: type the partner's number, or Space for the next.",
                canvas,
                columns,
            );
            let left =
                pairs.iter().map(|pair| width(&pair.left)).max().unwrap_or(0).min(columns / 2);
            for (row, pair) in pairs.iter().enumerate() {
                let joined = draft.joined.get(row).copied().flatten();
                let number =
                    joined.and_then(|j| draft.shown.iter().position(|s| *s == j)).map(|p| p + 1);
                let (partner, style) = match (number, joined.and_then(|j| pairs.get(j))) {
                    (Some(n), Some(partner)) => (format!("{n} {}", partner.right), theme.text),
                    _ => ("?".to_owned(), theme.dim),
                };
                let text = format!(
                    "{} {} ",
                    fit(&clean_line(&pair.left), left, theme.glyphs.ellipsis),
                    theme.glyphs.arrow
                );
                sheet.row(
                    row,
                    row == draft.row,
                    (text, if row == draft.row { theme.title } else { theme.text }),
                    "",
                    canvas,
                    columns,
                );
                let room = columns.saturating_sub(left + 5).max(1);
                append(&mut sheet, &partner, style, room, left + 5);
            }
            sheet.gap();
            say(&mut sheet, "Partners", canvas, columns);
            for (i, idx) in draft.shown.iter().enumerate() {
                let right = pairs.get(*idx).map_or("", |pair| &pair.right);
                let lead = [(format!("  {} ", i + 1), theme.accent)];
                let rest = [("    ".to_owned(), theme.text)];
                let used = draft.joined.contains(&Some(*idx));
                let style = if used { theme.dim } else { theme.text };
                sheet.lines.extend(wrap(&inline(right, style, canvas), columns, &lead, &rest));
            }
        }
        QuestionKind::Fix { manifest, .. } => {
            say(&mut sheet, "Which line is at fault?", canvas, columns);
            for (row, line) in manifest.trim_end().lines().enumerate() {
                code_row(&mut sheet, row, row == draft.row, line, canvas);
            }
        }
        QuestionKind::Command(task) | QuestionKind::Manifest(task) => {
            for goal in &task.goals {
                let lead = [(format!("  {} ", theme.glyphs.open), theme.faint)];
                let rest = [("    ".to_owned(), theme.text)];
                let pieces = inline(&goal.say, theme.text, canvas);
                sheet.lines.extend(wrap(&pieces, columns, &lead, &rest));
            }
            sheet.gap();
            let how = match &question.kind {
                QuestionKind::Manifest(_) => "Enter opens answer.yaml in the editor.",
                _ => "Enter opens a console.",
            };
            let how = format!("{how} Ctrl-S there hands it in; in the editor it saves first.");
            say(&mut sheet, &how, canvas, columns);
        }
    }
    sheet
}

/// Puts a text behind the last row's first line, as far as there is room.
fn append(sheet: &mut Sheet, text: &str, style: Style, room: usize, lead: usize) {
    let lines = wrap_plain(&clean_line(text), room, style);
    let Some((row, first, n)) = sheet.rows.pop() else { return };
    for (i, extra) in lines.into_iter().enumerate() {
        if i == 0 {
            if let Some(line) = sheet.lines.last_mut() {
                line.spans.extend(extra.spans);
            }
        } else {
            let mut spans = vec![Span::raw(" ".repeat(lead))];
            spans.extend(extra.spans);
            sheet.lines.push(Line::from(spans));
        }
    }
    let n = n.max(sheet.lines.len() - first);
    sheet.rows.push((row, first, n));
}

fn code_row(sheet: &mut Sheet, row: usize, focused: bool, line: &str, canvas: &Canvas<'_, '_>) {
    let theme = canvas.theme;
    let pointer = if focused { theme.glyphs.pointer } else { " " };
    let mut spans = vec![
        Span::styled(format!("{pointer} "), theme.accent),
        Span::styled(format!("{:>3}  ", row + 1), if focused { theme.accent } else { theme.dim }),
    ];
    let text = clean_line(line);
    spans
        .extend(yaml::colour(&text, theme).into_iter().map(|(t, s)| Span::styled(t.to_owned(), s)));
    if focused {
        sheet.focus = Some(sheet.lines.len());
    }
    sheet.rows.push((row, sheet.lines.len(), 1));
    let line = Line::from(spans);
    sheet.lines.push(if focused { line.style(theme.chosen) } else { line });
}

fn say(sheet: &mut Sheet, text: &str, canvas: &Canvas<'_, '_>, columns: usize) {
    sheet.lines.extend(wrap_plain(text, columns, canvas.theme.dim));
    sheet.gap();
}

/// Each part with its verdict and the reason.
fn marked(
    sheet: &mut Sheet,
    screen: &QuizScreen,
    question: &Question,
    mark: &Mark,
    canvas: &Canvas<'_, '_>,
    columns: usize,
) {
    let theme = canvas.theme;
    let (glyph, word, style) = if mark.right {
        (theme.glyphs.yes, "Right.", theme.good)
    } else {
        (theme.glyphs.no, "Not right.", theme.bad)
    };
    sheet.lines.push(styled(format!("{glyph} {word}"), style));
    sheet.gap();
    // Options in the order in which they were shown; the others in the right order.
    let order: Vec<usize> = match question.kind {
        QuestionKind::Single { .. } | QuestionKind::Multiple { .. } => screen.draft.shown.clone(),
        _ => (0..mark.parts.len()).collect(),
    };
    if let QuestionKind::Short { .. } = question.kind {
        let typed = clean_line(screen.draft.typed.text()).into_owned();
        sheet.lines.push(Line::from(vec![
            Span::styled("  You typed:  ", theme.dim),
            Span::styled(typed, theme.text),
        ]));
        sheet.gap();
    }
    if let QuestionKind::Fix { .. } = question.kind
        && !mark.right
    {
        sheet.lines.push(styled(format!("  You chose line {}.", screen.draft.row + 1), theme.dim));
        sheet.gap();
    }
    for part in order.iter().filter_map(|idx| mark.parts.get(*idx)) {
        let (glyph, word, style) = match part.verdict {
            Verdict::Right => (theme.glyphs.yes, "", theme.good),
            Verdict::Wrong => (theme.glyphs.no, "", theme.bad),
            Verdict::Missed => (theme.glyphs.pointer, " (this one too)", theme.warn),
            Verdict::LeftOut => (" ", "", theme.dim),
        };
        // A single question has one right option: it was not missed besides.
        let word = if matches!(question.kind, QuestionKind::Single { .. }) && !word.is_empty() {
            " (this one)"
        } else {
            word
        };
        let lead = [(format!("  {glyph} "), style)];
        let rest = [("    ".to_owned(), theme.text)];
        let text_style = if part.verdict == Verdict::LeftOut { theme.dim } else { theme.text };
        let mut pieces = inline(&part.text, text_style, canvas);
        pieces.push((word.to_owned(), style));
        sheet.lines.extend(wrap(&pieces, columns, &lead, &rest));
        if !part.because.is_empty() {
            sheet.lines.extend(wrap(
                &inline(&part.because, theme.dim, canvas),
                columns,
                &rest,
                &rest,
            ));
        }
    }
    if !question.see.is_empty() {
        sheet.gap();
        sheet.lines.push(Line::from(vec![
            Span::styled("  r", theme.accent),
            Span::styled(format!(" reads it again: {}", clean_line(&question.see)), theme.dim),
        ]));
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
        let lead = [(format!("  {glyph} "), style)];
        let rest = [("    ".to_owned(), theme.text)];
        let ask: String = question.ask.lines().next().unwrap_or("").to_owned();
        let text_style = if ok { theme.dim } else { theme.text };
        sheet.lines.extend(wrap(&inline(&ask, text_style, canvas), columns, &lead, &rest));
        if !ok && !question.see.is_empty() {
            let see = [(format!("read again: {}", clean_line(&question.see)), theme.info)];
            sheet.lines.extend(wrap(&see, columns, &rest, &rest));
        }
    }
    sheet
}
