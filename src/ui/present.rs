//! The chart for a class: nothing on the screen but who sends to whom, the map, and what
//! happens at the hop that is shown.

use super::Canvas;
use super::chart::{self, ChartStyle};
use super::parts::{inset, line_at, styled};
use super::text::cut;
use super::watch;
use crate::app::watch::Watch;
use crate::chart::Size;
use crate::source::clean_line;
use ratatui::layout::Rect;

pub(super) fn draw(watch: &Watch, stale: bool, canvas: &mut Canvas<'_, '_>, area: Rect) {
    let theme = canvas.theme;
    let area = inset(area, 1, 0);
    let Some(packet) = watch.packet() else { return };
    let mut right = watch::playing(canvas, &[watch]);
    let player = watch.player();
    let hop = if stale {
        "   the last good chart   p leaves".to_owned()
    } else {
        format!("   hop {} of {}   p leaves", player.hop_idx() + 1, player.n_hops())
    };
    right.push_span(ratatui::text::Span::styled(hop, theme.dim));
    let right_width = u16::try_from(right.width()).unwrap_or(u16::MAX).min(area.width);
    let title = clean_line(&packet.title(theme.glyphs.arrow)).into_owned();
    let room = usize::from(area.width.saturating_sub(right_width + 3));
    let left = styled(format!(" {}", cut(&title, room, theme.glyphs.ellipsis)), theme.title);
    line_at(canvas, area, 0, &left);
    let x = area.right() - right_width;
    line_at(canvas, Rect { x, width: right_width, ..area }, 0, &right);
    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if watch.burst().is_some() {
        return watch::draw_chart(canvas, watch, stale, area);
    }
    let style = ChartStyle::of(theme);
    let size = Size { width: area.width, height: area.height };
    let scene = watch::bare_laid_out(
        canvas,
        packet,
        player.way_idx(),
        chart::class_map_size(size, style.glyphs.ascii),
    );
    let moment = crate::chart::moment(&scene, player.shown_tick());
    chart::draw_for_class(&scene, &moment, &style, area, canvas.frame.buffer_mut());
    if stale {
        canvas.frame.buffer_mut().set_style(area, style.stale);
    }
}
