//! A burst in cells: packets over the map, and the tally of where they end.

use super::brush::Brush;
use super::canvas::{Canvas, Weight};
use super::map::{self, ending_glyph, ending_style, in_proxy};
use super::style::ChartStyle;
use crate::chart::{BurstScene, Map, Point, Spot, Tally, text};
use crate::source::sort;
use crate::trace::Outcome;
use ratatui::{buffer::Buffer, layout::Rect};

/// Draws a burst as it is at `tick` into `area` of `buf`, which should have the size that it
/// was laid out for (a smaller one cuts it off). `stale` as for [`super::draw`].
pub fn draw_burst(
    scene: &BurstScene,
    tick: u32,
    style: &ChartStyle,
    stale: bool,
    area: Rect,
    buf: &mut Buffer,
) {
    let Some(mut brush) = Brush::over(area, style, buf) else { return };
    let tally = scene.tally(tick);
    if let Some(map) = scene.map() {
        draw_map(scene, map, tick, &tally, &mut brush);
    }
    draw_tally(scene, &tally, stale, &mut brush);
    if stale {
        brush.grey();
    }
}

fn draw_map(scene: &BurstScene, map: &Map, tick: u32, tally: &[Tally], brush: &mut Brush<'_>) {
    let style = *brush.style;
    let mut canvas = Canvas::new(map.area);
    map::boxes(map, None, style.border_here, &style, &mut canvas);
    let gone = scene.gone(tick);
    for (leg, along) in &gone {
        for pair in leg.path.cells()[..=(*along).min(leg.path.n_steps())].windows(2) {
            if !in_proxy(map, pair[0]) && !in_proxy(map, pair[1]) {
                canvas.step(pair[0], pair[1], Weight::Heavy, style.way);
            }
        }
    }
    canvas.draw(&style.glyphs, brush.clip, brush.buf);
    if let Some((p, columns, line)) = &map.service {
        brush.put(*p, line, *columns, style.title);
    }
    for (i, zone) in map.zones.iter().enumerate() {
        let visited = gone.iter().any(|(leg, _)| leg.spot == Spot::Zone(i));
        map::draw_zone(zone, visited, None, brush);
    }
    for (n, node) in map.nodes.iter().enumerate() {
        map::draw_node(map, n, node, None, None, brush);
        for (p, pod) in node.pods.iter().enumerate() {
            let n_here = tally.iter().find(|end| end.pod == Some((n, p))).map(|end| end.n);
            let here = n_here.is_some_and(|n| n > 0).then_some(style.ok);
            map::draw_pod(pod, here, brush);
            let Some(n_here) = n_here else { continue };
            if n_here > 0 {
                brush.glyph(pod.rest, style.glyphs.ok, style.ok);
            }
            // How many have come, at the end of its row.
            let count = format!(" {n_here} ");
            let y = if pod.boxed { pod.area.y } else { pod.rest.y };
            let back = if pod.boxed { 2 } else { 1 } + count.len() as u16;
            let x = pod.area.right().saturating_sub(back);
            brush.put(Point { x, y }, &count, count.len() as u16, style.choice);
        }
    }
    map::rest(map, brush);
    for flier in scene.fliers(tick) {
        // kube-proxy's text stays whole.
        if flier.ended.is_none() && in_proxy(map, flier.at) {
            continue;
        }
        let (glyph, look) = match (flier.ended, flier.heading) {
            (Some(outcome), _) => (ending_glyph(&style, outcome), ending_style(&style, outcome)),
            (None, _) => (style.glyphs.packet, style.packet),
        };
        brush.glyph(flier.at, glyph, look);
    }
}

/// How many have come where, the sentence about it, and a bar each.
fn draw_tally(scene: &BurstScene, tally: &[Tally], stale: bool, brush: &mut Brush<'_>) {
    let area = scene.panel();
    let style = *brush.style;
    if area.height == 0 || area.width < 4 {
        return;
    }
    let rule = if style.glyphs.ascii { "-" } else { "─" };
    let p = Point { x: area.x, y: area.y };
    brush.put(p, &rule.repeat(area.width.into()), area.width, style.border);
    let n_come: usize = tally.iter().map(|end| end.n).sum();
    let left = format!(" {} connections, one after the other ", scene.n());
    let done = n_come == scene.n();
    let look = if done { style.text } else { style.title };
    let taken = brush.put(Point { x: area.x + 2, y: area.y }, &left, area.width - 2, look);
    let right = match stale {
        true => " the last good chart ".to_owned(),
        false => format!(" {n_come} of {} have come ", scene.n()),
    };
    let x = area.right().saturating_sub(text::width(&right) as u16 + 2);
    if x > area.x + 2 + taken {
        brush.put(Point { x, y: area.y }, &right, area.width, style.dim);
    }
    let columns = area.width - 2;
    let rows = area.height.saturating_sub(1);
    let wanted = tally.len().min(usize::from(rows)) as u16;
    let n_say = rows.saturating_sub(wanted).clamp(1, 4).min(rows);
    let mut y = area.y + 1;
    let lines = text::wrap(scene.spread().say(), columns.into(), n_say.into(), style.glyphs.cut);
    for line in &lines {
        brush.put(Point { x: area.x + 1, y }, line, columns, style.text);
        y += 1;
    }
    let rows = area.bottom().saturating_sub(y);
    bars(scene, tally, Point { x: area.x + 1, y }, (columns, rows), brush);
}

fn bars(
    scene: &BurstScene,
    tally: &[Tally],
    at: Point,
    (columns, rows): (u16, u16),
    brush: &mut Brush<'_>,
) {
    let style = *brush.style;
    let mut order: Vec<&Tally> = tally.iter().collect();
    let folded = order.len() > usize::from(rows);
    if folded {
        // Those with the most matter most.
        sort::sort_by_key(&mut order, |end| std::cmp::Reverse(end.n));
        order.truncate(usize::from(rows).saturating_sub(1));
    }
    let name_columns = order.iter().map(|end| text::width(&end.label)).max().unwrap_or(0);
    let name_columns = name_columns.min(usize::from(columns) / 3).max(4);
    let bar_columns = usize::from(columns).saturating_sub(name_columns + 26).clamp(4, 48);
    let (full, empty) = if style.glyphs.ascii { ('#', '.') } else { ('━', '─') };
    for (row, end) in order.iter().enumerate() {
        let p = Point { x: at.x, y: at.y + row as u16 };
        let filled = (end.n * bar_columns).div_ceil(scene.n().max(1));
        let look = ending_style(&style, end.outcome);
        let glyph = ending_glyph(&style, end.outcome);
        let name = text::fit(&end.label, name_columns, style.glyphs.cut);
        let pad = name_columns.saturating_sub(text::width(&name)) + 1;
        let bar: String = std::iter::repeat_n(full, filled).collect();
        let left: String = std::iter::repeat_n(empty, bar_columns - filled).collect();
        let (name, count) =
            (format!("{glyph} {name}{}", " ".repeat(pad)), format!(" {:>3}", end.n));
        let share = if end.outcome == Outcome::Ok || tally.len() > 1 {
            format!("   {} of all", end.share)
        } else {
            String::new()
        };
        let parts = [
            (name.as_str(), if end.n > 0 { look } else { style.dim }),
            (bar.as_str(), look),
            (left.as_str(), style.border),
            (count.as_str(), style.text),
            (share.as_str(), style.dim),
        ];
        brush.row(p, columns, &parts);
    }
    if folded {
        let shown: usize = order.iter().map(|end| end.n).sum();
        let n_come: usize = tally.iter().map(|end| end.n).sum();
        let more =
            format!("and {} more, with {} connections", tally.len() - order.len(), n_come - shown);
        brush.put(Point { x: at.x + 2, y: at.y + order.len() as u16 }, &more, columns, style.dim);
    }
}
