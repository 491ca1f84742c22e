//! A step with packets to watch: the chart, and under it what the probe says.

use super::parts::{inset, line_at};
use super::text::wrap;
use super::{Canvas, watch};
use crate::app::Model;
use crate::app::flow::FlowScreen;
use crate::app::watch::Packet;
use crate::content::Flow;
use crate::progress::step_key;
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};

pub(super) fn draw(
    model: &Model,
    screen: &FlowScreen,
    flow: &Flow,
    canvas: &mut Canvas<'_, '_>,
    area: Rect,
) {
    let area = inset(area, 1, 0);
    let Some(packet) = screen.watch.packet() else {
        let say = screen.problem.as_deref().unwrap_or("There is no packet to watch.");
        watch::nothing(canvas, inset(area, 2, 1), say);
        return;
    };
    let [chart, say] = Layout::vertical([Constraint::Min(0), Constraint::Length(3)]).areas(area);
    let theme = canvas.theme;
    let seen = model.step().and_then(|(pack, lesson, step)| {
        Some(&model.state.step(&step_key(pack, lesson, step))?.watched)
    });
    let mark = |packet: &Packet| {
        if seen.is_some_and(|seen| seen.contains(&packet.of)) {
            (theme.glyphs.dot, theme.good)
        } else {
            (theme.glyphs.open, theme.faint)
        }
    };
    watch::draw(canvas, &screen.watch, false, &mark, chart);
    if let Some(probe) = flow.probes.get(packet.of) {
        let lead = [(format!("{} ", theme.glyphs.pointer), theme.accent)];
        let rest = [("  ".to_owned(), theme.text)];
        let pieces = [(clean_line(&probe.say).into_owned(), theme.title)];
        let say = Rect { y: say.y + 1, height: say.height - 1, ..say };
        let lines = wrap(&pieces, usize::from(say.width), &lead, &rest);
        for (row, line) in lines.iter().enumerate() {
            line_at(canvas, say, u16::try_from(row).unwrap_or(u16::MAX), line);
        }
    }
}
