//! The line in cells.

use super::brush::Brush;
use super::map::{delivered_now, ending_glyph, ending_style};
use crate::chart::{Line, Moment, Phase, Point, Scene};
use crate::trace::Outcome;

pub(super) fn draw(scene: &Scene, line: &Line, moment: &Moment, brush: &mut Brush<'_>) {
    let style = *brush.style;
    let glyphs = style.glyphs;
    let area = line.area;
    let scroll = line.scroll(moment.hop_idx);
    let replies = line.n_requests < moment.n_hops;
    let text_x = area.x + if replies { 5 } else { 3 };
    let columns = area.right().saturating_sub(text_x);
    let moving = matches!(moment.phase, Phase::Moving { .. });
    let row = |y: u16| y.checked_sub(scroll).filter(|&y| y < area.height).map(|y| area.y + y);
    let current = line.station_of.get(moment.hop_idx).copied();
    let reached = |hop: usize| hop < moment.hop_idx || hop == moment.hop_idx && !moving;
    for (s, station) in line.stations.iter().enumerate() {
        let come = |hop: &&usize| **hop < line.n_requests && reached(**hop);
        let visited = station.hops.is_empty() || station.hops.iter().any(|hop| come(&hop));
        let next = line.stations.get(s + 1);
        let left = next.is_some_and(|next| {
            next.hops.iter().any(|&hop| {
                hop < line.n_requests && hop <= moment.hop_idx && !(hop == moment.hop_idx && moving)
            })
        });
        for dy in 1..station.height {
            if let (Some(y), true) = (row(station.y + dy), next.is_some()) {
                let (wire, look) = match (left, glyphs.ascii) {
                    (true, false) => ('┃', style.way),
                    (true, true) => ('#', style.way),
                    (false, false) => ('│', style.border),
                    (false, true) => ('|', style.border),
                };
                brush.glyph(Point { x: area.x + 1, y }, wire, look);
            }
        }
        let Some(y) = row(station.y) else { continue };
        let here = current == Some(s) && !moving;
        let rewrites = station.notes.iter().any(|(hop, _)| *hop < line.n_requests);
        let delivered = scene.ending().outcome == Outcome::Ok
            && station.hops.iter().any(|&hop| {
                hop < line.n_requests && reached(hop) && scene.captions()[hop].action == "deliver"
            });
        let (glyph, look) = match (visited, rewrites) {
            _ if delivered => (glyphs.ok, style.ok),
            // Where it was refused stays marked when word of that goes back.
            _ if station.hops.iter().any(|&hop| {
                reached(hop) && matches!(scene.captions()[hop].action, "refuse" | "drop")
            }) =>
            {
                let outcome = scene.ending().outcome;
                (ending_glyph(&style, outcome), ending_style(&style, outcome))
            }
            // Only the reply comes here.
            _ if station.hops.iter().all(|&hop| hop >= line.n_requests && reached(hop))
                && !station.hops.is_empty() =>
            {
                (glyphs.packet, style.reply)
            }
            (false, _) => (glyphs.candidate, style.border),
            (true, true) => (glyphs.chosen, style.way),
            (true, false) => (glyphs.packet, style.way),
        };
        brush.glyph(Point { x: area.x + 1, y }, glyph, look);
        let look = match (here, visited) {
            (true, _) => style.text.patch(style.border_here),
            (false, true) => style.text,
            (false, false) => style.dim,
        };
        brush.put(Point { x: text_x, y }, &station.label, columns, look);
    }
    for station in &line.stations {
        for (i, (hop, note)) in
            station.notes.iter().enumerate().take(usize::from(line.with_notes) * 99)
        {
            let done = *hop < moment.hop_idx || *hop == moment.hop_idx && moment.rewritten;
            if let (true, Some(y)) = (done, row(station.y + 1 + i as u16)) {
                let look = match () {
                    () if *hop == moment.hop_idx && moment.ended => {
                        ending_style(&style, scene.ending().outcome)
                    }
                    () if *hop == moment.hop_idx => style.rewritten,
                    () => style.dim,
                };
                brush.put(Point { x: text_x + 2, y }, note, columns.saturating_sub(2), look);
            }
        }
    }
    if replies {
        reply(line, moment, scroll, brush);
    }
    packet(scene, line, moment, scroll, brush);
}

/// The reply's wire, beside the packet's, from where it was answered.
fn reply(line: &Line, moment: &Moment, scroll: u16, brush: &mut Brush<'_>) {
    let style = *brush.style;
    let moving = matches!(moment.phase, Phase::Moving { .. });
    let first = line.n_requests;
    let last = if moving { moment.hop_idx.saturating_sub(1) } else { moment.hop_idx };
    if last < first {
        return;
    }
    let y_of = |hop: usize| line.stations[line.station_of[hop]].y;
    let ys = (first.saturating_sub(1)..=last).filter(|&hop| hop < line.station_of.len()).map(y_of);
    let (Some(top), Some(bottom)) = (ys.clone().min(), ys.max()) else { return };
    for y in top..=bottom {
        if let Some(y) = y.checked_sub(scroll).filter(|&y| y < line.area.height) {
            let wire = if style.glyphs.ascii { ':' } else { '║' };
            brush.glyph(Point { x: line.area.x + 3, y: line.area.y + y }, wire, style.reply);
        }
    }
}

fn packet(scene: &Scene, line: &Line, moment: &Moment, scroll: u16, brush: &mut Brush<'_>) {
    let style = *brush.style;
    let Some(&station) = line.station_of.get(moment.hop_idx) else { return };
    let to = f32::from(line.stations[station].y);
    let reply = moment.hop_idx >= line.n_requests;
    let (y, heading) = match moment.phase {
        Phase::Moving { done } => {
            let before = moment.hop_idx.checked_sub(1).map_or(0, |hop| line.station_of[hop]);
            let from = f32::from(line.stations[before].y);
            let eased = done * done * (3.0 - 2.0 * done);
            (from + (to - from) * eased, Some(if to >= from { 1 } else { 3 }))
        }
        _ => (to, None),
    };
    let Some(y) = (y.round() as u16).checked_sub(scroll).filter(|&y| y < line.area.height) else {
        return;
    };
    let p = Point { x: line.area.x + if reply { 3 } else { 1 }, y: line.area.y + y };
    let outcome = scene.ending().outcome;
    let (glyph, look) = match (moment.ended, heading) {
        (true, _) => (ending_glyph(&style, outcome), ending_style(&style, outcome)),
        (_, Some(heading)) => (style.glyphs.heads[heading], style.packet),
        _ if delivered_now(scene, moment) => (style.glyphs.ok, style.ok),
        _ => (style.glyphs.packet, style.packet),
    };
    brush.glyph(p, glyph, look);
}
