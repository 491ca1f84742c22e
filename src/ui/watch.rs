//! Packets to watch: the line that says which one, and the chart or the same as text.

use super::chart::{self, ChartStyle};
use super::parts::{line_at, scrolled};
use super::text::{cut, width, wrap};
use super::{Canvas, Theme};
use crate::app::watch::{Packet, Watch};
use crate::app::{Hit, Pane};
use crate::chart::{Scene, Size, ending_word, moment, scene, story};
use crate::source::clean_line;
use crate::trace::{Outcome, Trace};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::rc::Rc;

/// A scene laid out before.
#[derive(Debug)]
pub(super) struct Laid {
    trace: Rc<Trace>,
    way_idx: usize,
    scene: Rc<Scene>,
}

/// Scenes kept: the chart of one screen, at the size before a resize.
const KEPT: usize = 2;

fn laid_out(canvas: &mut Canvas<'_, '_>, packet: &Packet, way_idx: usize, size: Size) -> Rc<Scene> {
    let kept = &mut canvas.view.scenes;
    let same = |laid: &Laid| {
        Rc::ptr_eq(&laid.trace, &packet.trace)
            && laid.way_idx == way_idx
            && laid.scene.size() == size
    };
    if let Some(laid) = kept.iter().find(|laid| same(laid)) {
        return Rc::clone(&laid.scene);
    }
    if kept.len() >= KEPT {
        kept.remove(0);
    }
    let scene = Rc::new(scene(&packet.stage, &packet.trace, way_idx, size));
    kept.push(Laid { trace: Rc::clone(&packet.trace), way_idx, scene: Rc::clone(&scene) });
    scene
}

/// The line above the chart, and the chart or the story.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, watch: &Watch, stale: bool, area: Rect) {
    let Some(packet) = watch.packet() else { return };
    draw_bar(canvas, watch, Rect { height: 1, ..area });
    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if watch.as_text {
        draw_story(canvas, watch, packet, area);
    } else {
        let size = Size { width: area.width, height: area.height };
        let scene = laid_out(canvas, packet, watch.player().way_idx(), size);
        let moment = moment(&scene, watch.player().shown_tick());
        let style = ChartStyle::of(canvas.theme);
        chart::draw(&scene, &moment, &style, stale, area, canvas.frame.buffer_mut());
    }
}

/// Which packet, which of its ways, how it is played.
fn draw_bar(canvas: &mut Canvas<'_, '_>, watch: &Watch, area: Rect) {
    let theme = canvas.theme;
    let player = watch.player();
    let n = watch.packets().len();
    let mut right: Vec<Span<'static>> = Vec::new();
    if player.n_ways() > 1 {
        right.push(Span::styled(
            format!("way {} of {}   ", player.way_idx() + 1, player.n_ways()),
            theme.dim,
        ));
    }
    right.push(Span::styled(
        format!("hop {} of {}   ", (player.hop_idx() + 1).min(player.n_hops()), player.n_hops()),
        theme.dim,
    ));
    let speed = player.speed();
    let speed = if (speed - 1.0).abs() < 0.01 { String::new() } else { format!(" {speed}×") };
    let speed = if theme.glyphs.arrow.is_ascii() { speed.replace('×', "x") } else { speed };
    let (glyph, word) = match (player.playing(), player.ended()) {
        (true, _) => (theme.glyphs.play[0], "playing"),
        (false, true) => (theme.glyphs.dot, "ended"),
        (false, false) => (theme.glyphs.play[1], "paused"),
    };
    right.push(Span::styled(format!("{glyph} {word}{speed}"), theme.accent));
    let right = Line::from(right);
    let right_width = u16::try_from(right.width()).unwrap_or(u16::MAX).min(area.width);
    // A dot for each packet, to be clicked; none where there are too many.
    let mut x = area.x;
    if n > 1 && n <= 12 {
        for (idx, packet) in watch.packets().iter().enumerate() {
            let chosen = idx == watch.chosen();
            let style = if chosen { theme.accent } else { theme.dim };
            let glyph = if chosen { theme.glyphs.pointer } else { outcome_glyph(packet, theme) };
            canvas.frame.buffer_mut().set_string(x, area.y, glyph, style);
            canvas.hits.add(Rect { x, width: 2, ..area }, Hit::Probe(idx));
            x += 2;
        }
        x += 1;
    }
    let Some(packet) = watch.packet() else { return };
    let room = usize::from(area.right().saturating_sub(x + right_width + 2));
    let title = clean_line(&packet.title(theme.glyphs.arrow)).into_owned();
    let count = if n > 1 { format!("packet {} of {n}  ", watch.chosen() + 1) } else { String::new() };
    let left = Line::from(vec![
        Span::styled(count.clone(), theme.dim),
        Span::styled(
            cut(&title, room.saturating_sub(width(&count)), theme.glyphs.ellipsis),
            theme.title,
        ),
    ]);
    let left_width = area.right().saturating_sub(x);
    canvas.frame.buffer_mut().set_line(x, area.y, &left, left_width);
    canvas.frame.buffer_mut().set_line(area.right() - right_width, area.y, &right, right_width);
}

fn outcome_glyph(packet: &Packet, theme: &Theme) -> &'static str {
    let answered = packet.trace.ways.iter().all(|way| way.outcome == Outcome::Ok);
    if answered { theme.glyphs.dot } else { theme.glyphs.open }
}

fn draw_story(canvas: &mut Canvas<'_, '_>, watch: &Watch, packet: &Packet, area: Rect) {
    let theme = canvas.theme;
    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), width: area.width - 1, ..area };
    let columns = usize::from(area.width).min(100);
    let mut lines = Vec::new();
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
pub(super) fn verdict(canvas: &Canvas<'_, '_>, watch: &Watch, columns: usize) -> Vec<Line<'static>> {
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
        (format!("{}. ", ending_word(way.outcome)), style),
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
