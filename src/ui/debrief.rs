//! The chart of a solution, and the list of earlier texts.

use super::parts::{frame, inset, line_at, over, styled};
use super::text::cut;
use super::{Canvas, watch};
use crate::app::Model;
use crate::app::attempts::earlier;
use crate::app::debrief::SolutionScreen;
use crate::app::watch::Packet;
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

pub(super) fn draw(
    model: &Model,
    screen: &SolutionScreen,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let theme = canvas.theme;
    let mut title = screen.title.clone();
    if screen.of_solution {
        title += &format!(" {} the packets of a solution", theme.glyphs.crumb);
    }
    let body = inset(frame(model, canvas, area, &clean_line(&title), Line::default()), 1, 0);
    let [chart, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(2)]).areas(body);
    let mark = |_: &Packet| (theme.glyphs.yes, theme.good);
    watch::draw(canvas, &screen.watch, false, &mark, chart);
    let columns = usize::from(below.width);
    for (row, line) in watch::verdict(canvas, &screen.watch, columns).iter().take(2).enumerate() {
        line_at(canvas, below, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
}

/// The list, and below it the text chosen.
pub(super) fn draw_attempts(model: &Model, chosen: usize, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let place = inset(area, 2, 2);
    let inner = inset(over(canvas, place, "Earlier texts"), 1, 1);
    let earlier = earlier(model);
    let n_rows = earlier.len().min(usize::from(inner.height / 2).max(1));
    // The chosen row stays in sight.
    let first = chosen.saturating_sub(n_rows.saturating_sub(1));
    for (row, (idx, text)) in earlier.iter().enumerate().skip(first).take(n_rows).enumerate() {
        let (lead, style) =
            if idx == chosen { (theme.glyphs.pointer, theme.title) } else { (" ", theme.text) };
        let title =
            cut(&text.title, usize::from(inner.width).saturating_sub(3), theme.glyphs.ellipsis);
        let line = Line::from(vec![
            Span::styled(format!("{lead} "), theme.accent),
            Span::styled(title, style),
        ]);
        line_at(canvas, inner, u16::try_from(row).unwrap_or(u16::MAX), &line);
    }
    let used = u16::try_from(n_rows).unwrap_or(u16::MAX).saturating_add(1);
    let below = Rect {
        y: inner.y + used.min(inner.height),
        height: inner.height.saturating_sub(used),
        ..inner
    };
    let text = earlier.get(chosen).map_or("", |earlier| earlier.text.as_str());
    for (row, line) in text.lines().take(below.height.into()).enumerate() {
        let line = cut(&clean_line(line), usize::from(below.width), theme.glyphs.ellipsis);
        line_at(canvas, below, u16::try_from(row).unwrap_or(u16::MAX), &styled(line, theme.dim));
    }
}
