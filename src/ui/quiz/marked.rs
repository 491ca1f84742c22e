//! An answered question: each part with its verdict and the reason.

use super::sheet::{Sheet, inline};
use crate::app::quiz::QuizScreen;
use crate::content::{Question, QuestionKind};
use crate::review::{Mark, Verdict};
use crate::source::clean_line;
use crate::ui::Canvas;
use crate::ui::parts::styled;
use crate::ui::text::wrap;
use ratatui::text::{Line, Span};

pub(super) fn marked(
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
