//! The chart: what it shows, that it fits, that it says what the trace says.

mod fixtures;

use portolan::chart::{Size, moment, scene};
use portolan::ui::chart::{ChartStyle, draw};
use ratatui::{buffer::Buffer, layout::Rect};

#[test]
fn the_chart_draws_at_every_size_without_a_panic() {
    for (name, make) in fixtures::ALL {
        let (stage, trace) = make();
        for (width, height) in [(0, 0), (1, 1), (20, 5), (38, 18), (60, 11), (76, 16), (300, 100)] {
            let scene = scene(&stage, &trace, 0, Size { width, height });
            let area = Rect::new(0, 0, width, height);
            let mut buf = Buffer::empty(area);
            for tick in 0..=scene.n_ticks() {
                draw(&scene, &moment(&scene, tick), &ChartStyle::dark(), false, area, &mut buf);
            }
            assert!(scene.n_ticks() > 0, "{name}");
        }
    }
}
