//! A step with packets to watch: the chart, and under it what the probe says.

use super::parts::{inset, line_at};
use super::text::wrap;
use super::{Canvas, watch};
use crate::app::flow::FlowScreen;
use crate::content::Flow;
use crate::source::clean_line;
use ratatui::layout::{Constraint, Layout, Rect};

pub(super) fn draw(screen: &FlowScreen, flow: &Flow, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let area = inset(area, 1, 0);
    let Some(packet) = screen.watch.packet() else {
        let say = screen.problem.as_deref().unwrap_or("There is no packet to watch.");
        watch::nothing(canvas, inset(area, 2, 1), say);
        return;
    };
    let [chart, say] = Layout::vertical([Constraint::Min(0), Constraint::Length(3)]).areas(area);
    watch::draw(canvas, &screen.watch, false, chart);
    let theme = canvas.theme;
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
