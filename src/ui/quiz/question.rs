//! A question that waits for its answer: a way of showing it for each kind.

use super::marked::marked;
use super::sheet::Sheet;
use crate::app::quiz::{Draft, QuizScreen};
use crate::content::{AnswerOption, Item, Pair, Question, QuestionKind, Quiz, Task};
use crate::source::clean_line;
use crate::ui::Canvas;
use crate::ui::parts::{bar, styled};
use crate::ui::text::{fit, width};
use crate::ui::yaml;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// The sheet of `question`, marked where it is answered.
pub(super) fn sheet(
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
    let look = Look { canvas, columns, draft };
    match &question.kind {
        QuestionKind::Single { options } => look.single(options, &mut sheet),
        QuestionKind::Multiple { options } => look.multiple(options, &mut sheet),
        QuestionKind::Short { .. } => look.short(&mut sheet),
        QuestionKind::Order { items } => look.order(items, &mut sheet),
        QuestionKind::Match { pairs } => look.pairs(pairs, &mut sheet),
        QuestionKind::Fix { manifest, .. } => look.fault(manifest, &mut sheet),
        QuestionKind::Command(task) => look.task(task, "Enter opens a console.", &mut sheet),
        QuestionKind::Manifest(task) => {
            look.task(task, "Enter opens answer.yaml in the editor.", &mut sheet);
        }
    }
    sheet
}

/// What every kind is shown with.
struct Look<'a, 'c, 'f> {
    canvas: &'a Canvas<'c, 'f>,
    columns: usize,
    draft: &'a Draft,
}

impl Look<'_, '_, '_> {
    fn say(&self, text: &str, sheet: &mut Sheet) {
        sheet.say(text, self.canvas, self.columns);
    }

    fn single(&self, options: &[AnswerOption], sheet: &mut Sheet) {
        let (theme, draft) = (self.canvas.theme, self.draft);
        self.say("One answer is right.", sheet);
        for (row, idx) in draft.shown.iter().enumerate() {
            let focused = row == draft.row;
            let text = options.get(*idx).map_or("", |option| &option.text);
            let glyph = if focused { theme.glyphs.dot } else { theme.glyphs.open };
            let style = if focused { theme.accent } else { theme.dim };
            let mark = (format!("{} {glyph} ", row + 1), style);
            sheet.row(row, focused, mark, text, self.canvas, self.columns);
        }
    }

    fn multiple(&self, options: &[AnswerOption], sheet: &mut Sheet) {
        let (theme, draft) = (self.canvas.theme, self.draft);
        self.say("Mark all that are right with Space.", sheet);
        for (row, idx) in draft.shown.iter().enumerate() {
            let text = options.get(*idx).map_or("", |option| &option.text);
            let (tick, style) = match draft.chosen.contains(idx) {
                true => (theme.glyphs.yes, theme.accent),
                false => (" ", theme.dim),
            };
            let mark = (format!("{} [{tick}] ", row + 1), style);
            sheet.row(row, row == draft.row, mark, text, self.canvas, self.columns);
        }
    }

    fn short(&self, sheet: &mut Sheet) {
        let (theme, draft) = (self.canvas.theme, self.draft);
        self.say("Type the answer.", sheet);
        let prompt = format!("{} ", theme.glyphs.pointer);
        let typed = clean_line(draft.typed.text()).into_owned();
        let before = draft.typed.text().get(..draft.typed.cursor()).unwrap_or("");
        sheet.cursor = Some((sheet.lines.len(), width(&prompt) + width(&clean_line(before))));
        sheet.lines.push(Line::from(vec![
            Span::styled(prompt, theme.accent),
            Span::styled(typed, theme.title),
        ]));
        let rule = theme.glyphs.rule[0].repeat(self.columns.min(60));
        sheet.lines.push(styled(rule, theme.faint));
    }

    fn order(&self, items: &[Item], sheet: &mut Sheet) {
        self.say("Put these in the right order: Shift with the arrow keys moves the row.", sheet);
        for (row, idx) in self.draft.shown.iter().enumerate() {
            let text = items.get(*idx).map_or("", |item| &item.text);
            let mark = (format!("{}. ", row + 1), self.canvas.theme.accent);
            sheet.row(row, row == self.draft.row, mark, text, self.canvas, self.columns);
        }
    }

    fn pairs(&self, pairs: &[Pair], sheet: &mut Sheet) {
        let (canvas, columns, draft) = (self.canvas, self.columns, self.draft);
        let theme = canvas.theme;
        self.say(
            "Give each row its partner: type the partner's number, or Space for the next.",
            sheet,
        );
        let left = pairs.iter().map(|pair| width(&pair.left)).max().unwrap_or(0).min(columns / 2);
        for (row, pair) in pairs.iter().enumerate() {
            let focused = row == draft.row;
            let joined = draft.joined.get(row).copied().flatten();
            let number =
                joined.and_then(|j| draft.shown.iter().position(|s| *s == j)).map(|p| p + 1);
            let (partner, style) = match (number, joined.and_then(|j| pairs.get(j))) {
                (Some(n), Some(partner)) => (format!("{n} {}", partner.right), theme.text),
                _ => ("?".to_owned(), theme.dim),
            };
            let name = fit(&clean_line(&pair.left), left, theme.glyphs.ellipsis);
            let mark = format!("{name} {} ", theme.glyphs.arrow);
            let mark = (mark, if focused { theme.title } else { theme.text });
            sheet.row(row, focused, mark, "", canvas, columns);
            let room = columns.saturating_sub(left + 5).max(1);
            sheet.append(&partner, style, room, left + 5);
        }
        sheet.gap();
        self.say("Partners", sheet);
        for (i, idx) in draft.shown.iter().enumerate() {
            let right = pairs.get(*idx).map_or("", |pair| &pair.right);
            let used = draft.joined.contains(&Some(*idx));
            let style = if used { theme.dim } else { theme.text };
            sheet.marked((format!("  {} ", i + 1), theme.accent), right, style, canvas, columns);
        }
    }

    fn fault(&self, manifest: &str, sheet: &mut Sheet) {
        self.say("Which line is at fault?", sheet);
        for (row, line) in manifest.trim_end().lines().enumerate() {
            code_row(sheet, row, row == self.draft.row, line, self.canvas);
        }
    }

    fn task(&self, task: &Task, how: &str, sheet: &mut Sheet) {
        let theme = self.canvas.theme;
        for goal in &task.goals {
            let mark = (format!("  {} ", theme.glyphs.open), theme.faint);
            sheet.marked(mark, &goal.say, theme.text, self.canvas, self.columns);
        }
        sheet.gap();
        let how = format!("{how} Ctrl-S there hands it in; in the editor it saves first.");
        self.say(&how, sheet);
    }
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
