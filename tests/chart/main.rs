//! The chart: what it shows, that it fits, that it says what the trace says.

mod compared;
mod fixtures;
mod generated;
mod large;
mod many;
mod says;
mod shots;

use portolan::chart::{Moment, Scene, Size, Stage, scene};
use portolan::trace::Trace;
use portolan::ui::chart::{ChartStyle, draw};
use ratatui::{buffer::Buffer, layout::Rect};

/// The chart as text, one line a row, without spaces at the ends of lines.
fn text_of(scene: &Scene, moment: &Moment, style: &ChartStyle) -> String {
    let Size { width, height } = scene.size();
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    draw(scene, moment, style, false, area, &mut buf);
    let mut text = String::new();
    for y in 0..height {
        let row: String = (0..width).map(|x| buf[(x, y)].symbol()).collect();
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

fn laid_out((stage, trace): &(Stage, Trace), width: u16, height: u16) -> Scene {
    scene(stage, trace, 0, Size { width, height })
}
