//! The chart in cells.

mod style;

pub use style::{ChartGlyphs, ChartStyle};

use crate::chart::{Moment, Scene};
use crate::source::clean_line;
use ratatui::{buffer::Buffer, layout::Rect};

/// Draws `scene` as it is at `moment` into `area` of `buf`; nothing outside
/// `area` is touched. `stale` draws it greyed: the manifest is broken and this
/// is the last good chart.
pub fn draw(
    scene: &Scene,
    moment: &Moment,
    style: &ChartStyle,
    stale: bool,
    area: Rect,
    buf: &mut Buffer,
) {
    let area = area.intersection(buf.area);
    let _ = (moment, stale);
    for (line, y) in scene.story().iter().zip(area.top()..area.bottom()) {
        buf.set_stringn(area.x, y, clean_line(line), usize::from(area.width), style.text);
    }
}
