//! The chart in cells. What is drawn follows from the scene and the moment; what
//! lies outside the area given is never touched.

mod big;
mod brush;
mod burst;
mod canvas;
mod facts;
mod line;
mod map;
mod panel;
mod present;
mod style;
pub mod svg;

pub use burst::draw_burst;
pub use present::{class_map_size, draw_for_class};
pub use style::{ChartGlyphs, ChartStyle};

use crate::chart::{Moment, Scene};
use brush::Brush;
use ratatui::{buffer::Buffer, layout::Rect};

/// Draws `scene` as it is at `moment` into `area` of `buf`, which should have the
/// size that the scene was laid out for (a smaller one cuts it off). `stale`
/// draws it greyed and says so: the manifest is broken and this is the last
/// good chart.
pub fn draw(
    scene: &Scene,
    moment: &Moment,
    style: &ChartStyle,
    stale: bool,
    area: Rect,
    buf: &mut Buffer,
) {
    let Some(mut brush) = Brush::over(area, style, buf) else { return };
    if let Some(map) = scene.map() {
        map::draw(scene, map, moment, &mut brush);
    }
    if let Some(line) = scene.line() {
        line::draw(scene, line, moment, &mut brush);
    }
    facts::draw(scene.facts(), moment, &mut brush);
    panel::draw(scene, moment, stale, &mut brush);
    if stale {
        brush.grey();
    }
}
