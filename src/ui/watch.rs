//! Packets to watch: the line that says which one, and the chart or the same as text.

use super::Canvas;
use super::chart::{self, ChartStyle};
use super::parts::{line_at, scrolled};
use super::text::{cut, width, wrap};
use crate::app::watch::{Packet, Watch};
use crate::app::{Hit, Pane};
use crate::chart::{
    BURST, BurstScene, Scene, Size, bare_scene, burst, ending_word, moment, scene, story,
};
use crate::source::clean_line;
use crate::trace::{Outcome, Trace};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::rc::Rc;

/// A scene laid out before.
#[derive(Debug)]
pub(super) struct Laid {
    trace: Rc<Trace>,
    way_idx: usize,
    bare: bool,
    scene: Rc<Scene>,
}

/// A burst laid out before.
#[derive(Debug)]
pub(super) struct LaidBurst {
    trace: Rc<Trace>,
    seed: u64,
    scene: Rc<BurstScene>,
}

/// Scenes kept: the chart of one screen, at the size before a resize.
const KEPT: usize = 4;

fn laid_out(canvas: &mut Canvas<'_, '_>, packet: &Packet, way_idx: usize, size: Size) -> Rc<Scene> {
    lay_out(canvas, packet, way_idx, size, false)
}

/// A scene without its panel, from before where it was laid out.
pub(super) fn bare_laid_out(
    canvas: &mut Canvas<'_, '_>,
    packet: &Packet,
    way_idx: usize,
    size: Size,
) -> Rc<Scene> {
    lay_out(canvas, packet, way_idx, size, true)
}

fn lay_out(
    canvas: &mut Canvas<'_, '_>,
    packet: &Packet,
    way_idx: usize,
    size: Size,
    bare: bool,
) -> Rc<Scene> {
    let kept = &mut canvas.view.scenes;
    let same = |laid: &Laid| {
        Rc::ptr_eq(&laid.trace, &packet.trace)
            && laid.way_idx == way_idx
            && laid.bare == bare
            && laid.scene.size() == size
    };
    if let Some(laid) = kept.iter().find(|laid| same(laid)) {
        return Rc::clone(&laid.scene);
    }
    if kept.len() >= KEPT {
        kept.remove(0);
    }
    let lay = if bare { bare_scene } else { scene };
    let scene = Rc::new(lay(&packet.stage, &packet.trace, way_idx, size));
    kept.push(Laid { trace: Rc::clone(&packet.trace), way_idx, bare, scene: Rc::clone(&scene) });
    scene
}

fn burst_laid_out(
    canvas: &mut Canvas<'_, '_>,
    packet: &Packet,
    seed: u64,
    size: Size,
) -> Rc<BurstScene> {
    let same = |laid: &LaidBurst| {
        Rc::ptr_eq(&laid.trace, &packet.trace) && laid.seed == seed && laid.scene.size() == size
    };
    if let Some(laid) = canvas.view.bursts.iter().find(|laid| same(laid)) {
        return Rc::clone(&laid.scene);
    }
    if canvas.view.bursts.len() >= KEPT {
        canvas.view.bursts.remove(0);
    }
    let scene = Rc::new(burst(&packet.stage, &packet.trace, seed, BURST, size));
    let laid = LaidBurst { trace: Rc::clone(&packet.trace), seed, scene: Rc::clone(&scene) };
    canvas.view.bursts.push(laid);
    scene
}

/// The line above the chart, and the chart or the story. `mark` gives each packet's dot:
/// watched already, or answered as wanted.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_>,
    watch: &Watch,
    stale: bool,
    mark: &dyn Fn(&Packet) -> (&'static str, Style),
    area: Rect,
) {
    draw_bar(canvas, watch, mark, Rect { height: 1, ..area });
    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    draw_chart(canvas, watch, stale, area);
}

/// The chart, the burst or the story, without the line above it.
pub(super) fn draw_chart(canvas: &mut Canvas<'_, '_>, watch: &Watch, stale: bool, area: Rect) {
    let Some(packet) = watch.packet() else { return };
    let size = Size { width: area.width, height: area.height };
    if watch.as_text {
        draw_story(canvas, watch, packet, stale, area);
    } else if let Some(many) = watch.burst() {
        let scene = burst_laid_out(canvas, packet, many.seed, size);
        let style = ChartStyle::of(canvas.theme);
        let now = many.clock().now();
        chart::draw_burst(&scene, now, &style, stale, area, canvas.frame.buffer_mut());
    } else {
        let scene = laid_out(canvas, packet, watch.player().way_idx(), size);
        let moment = moment(&scene, watch.player().shown_tick());
        let style = ChartStyle::of(canvas.theme);
        chart::draw(&scene, &moment, &style, stale, area, canvas.frame.buffer_mut());
    }
}

/// Which packet, which of its ways, how it is played.
fn draw_bar(
    canvas: &mut Canvas<'_, '_>,
    watch: &Watch,
    mark: &dyn Fn(&Packet) -> (&'static str, Style),
    area: Rect,
) {
    let theme = canvas.theme;
    let player = watch.player();
    let n = watch.packets().len();
    let mut right: Vec<Span<'static>> = Vec::new();
    if watch.burst().is_some() {
        right.push(Span::styled("a dozen connections   ", theme.dim));
    } else if player.n_ways() > 1 {
        let way = format!("way {} of {}   ", player.way_idx() + 1, player.n_ways());
        right.push(Span::styled(way, theme.dim));
    }
    right.extend(playing(canvas, &[watch]).spans);
    let right = Line::from(right);
    let right_width = u16::try_from(right.width()).unwrap_or(u16::MAX).min(area.width);
    let mut x = area.x;
    let mut count = String::new();
    if n > 12 {
        // Too many for a dot each.
        count = format!("packet {} of {n}  ", watch.chosen() + 1);
    } else if n > 1 {
        for (idx, packet) in watch.packets().iter().enumerate() {
            let (glyph, style) = mark(packet);
            let buf = canvas.frame.buffer_mut();
            buf.set_string(x + 1, area.y, glyph, style);
            if idx == watch.chosen() {
                buf.set_string(x, area.y, theme.glyphs.pointer, theme.accent);
            }
            canvas.hits.add(Rect { x, width: 2, ..area }, Hit::Probe(idx));
            x += 2;
        }
        x += 2;
    }
    let Some(packet) = watch.packet() else { return };
    let room = usize::from(area.right().saturating_sub(x + right_width + 2));
    let title = clean_line(&packet.title(theme.glyphs.arrow)).into_owned();
    let title = cut(&title, room.saturating_sub(width(&count)), theme.glyphs.ellipsis);
    let left = Line::from(vec![Span::styled(count, theme.dim), Span::styled(title, theme.title)]);
    let buf = canvas.frame.buffer_mut();
    buf.set_line(x, area.y, &left, area.right().saturating_sub(x));
    buf.set_line(area.right() - right_width, area.y, &right, right_width);
}

/// How packets are played: together, where there are several.
pub(super) fn playing(canvas: &Canvas<'_, '_>, watches: &[&Watch]) -> Line<'static> {
    let theme = canvas.theme;
    let mut right = Vec::new();
    if watches.iter().any(|watch| !watch.player().follow_reply()) {
        right.push(Span::styled("there only   ", theme.dim));
    }
    let speed = watches.first().map_or(1.0, |watch| watch.clock().speed());
    let mut speed = if (speed - 1.0).abs() < 0.01 { String::new() } else { format!(" {speed}×") };
    if theme.glyphs.arrow.is_ascii() {
        speed = speed.replace('×', "x");
    }
    let playing = watches.iter().any(|watch| watch.clock().wants_ticks());
    let ended = watches.iter().all(|watch| watch.clock().ended());
    let (glyph, word) = match (playing, ended) {
        (true, _) => (theme.glyphs.play[0], "playing"),
        (false, true) => (theme.glyphs.dot, "ended"),
        (false, false) => (theme.glyphs.play[1], "paused"),
    };
    right.push(Span::styled(format!("{glyph} {word}{speed}"), theme.accent));
    Line::from(right)
}

fn draw_story(
    canvas: &mut Canvas<'_, '_>,
    watch: &Watch,
    packet: &Packet,
    stale: bool,
    area: Rect,
) {
    let theme = canvas.theme;
    let area = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        width: area.width - 1,
        ..area
    };
    let columns = usize::from(area.width).min(100);
    let mut lines = Vec::new();
    if stale {
        let say = "This is of the last good text: the one there is now is refused.";
        lines.extend(wrap(&[(say.to_owned(), theme.warn)], columns, &[], &[]));
    }
    let told = story(&packet.trace, watch.player().way_idx());
    let last = told.len().saturating_sub(1);
    for (i, said) in told.iter().enumerate() {
        let text = clean_line(said).into_owned();
        let blanks = text.len() - text.trim_start().len();
        let lead = [(" ".repeat(blanks), theme.text)];
        let rest = [(" ".repeat(blanks + 2), theme.text)];
        let style = if i == 0 || i == last { theme.title } else { theme.text };
        lines.extend(wrap(&[(text.trim_start().to_owned(), style)], columns, &lead, &rest));
    }
    scrolled(canvas, area, Pane::Body, &lines);
}

/// What becomes of the packet in one line: `✗ refused at node1: …, look at spec.selector`.
pub(super) fn verdict(
    canvas: &Canvas<'_, '_>,
    watch: &Watch,
    columns: usize,
) -> Vec<Line<'static>> {
    let theme = canvas.theme;
    let Some(packet) = watch.packet() else { return Vec::new() };
    let Some(way) = packet.trace.ways.get(watch.player().way_idx()) else { return Vec::new() };
    let (glyph, style) = match way.outcome {
        Outcome::Ok => (theme.glyphs.yes, theme.good),
        _ => (theme.glyphs.no, theme.bad),
    };
    let lead = [(format!("{glyph} "), style)];
    let rest = [("  ".to_owned(), theme.text)];
    let mut pieces = vec![
        (format!("{} ", clean_line(&packet.title(theme.glyphs.arrow))), theme.title),
        (format!("{}. ", ending_word(way)), style),
    ];
    if way.outcome != Outcome::Ok {
        pieces.push((clean_line(&way.reason.say).into_owned(), theme.text));
        if let Some(field) = &way.reason.look_at {
            pieces.push((
                format!(" Look at {} of {}.", clean_line(&field.field), clean_line(&field.object)),
                theme.second,
            ));
        }
    }
    wrap(&pieces, columns, &lead, &rest)
}

/// Said where there is nothing to watch.
pub(super) fn nothing(canvas: &mut Canvas<'_, '_>, area: Rect, say: &str) {
    let theme = canvas.theme;
    let lines = super::text::wrap_plain(&clean_line(say), usize::from(area.width), theme.dim);
    for (row, line) in lines.iter().enumerate() {
        line_at(canvas, area, u16::try_from(row).unwrap_or(u16::MAX), line);
    }
}
