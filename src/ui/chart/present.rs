//! The chart for a class: the map with a spotlight on the current hop, what happens in
//! large letters, and one sentence.

use super::big::{Dots, big};
use super::brush::Brush;
use super::line;
use super::map::{self, ending_glyph, ending_style};
use super::style::ChartStyle;
use crate::chart::{Area, Caption, Map, Moment, Phase, Point, Scene, Size, Spot, text};
use ratatui::style::{Modifier, Style};
use ratatui::{buffer::Buffer, layout::Rect};

/// Columns and rows from which letters are twice as large.
const LARGE: (u16, u16) = (150, 44);

fn dots(size: Size, ascii: bool) -> Dots {
    let large = size.width >= LARGE.0 && size.height >= LARGE.1;
    match (ascii, large) {
        (false, false) => Dots::Halves,
        (false, true) => Dots::Blocks,
        (true, false) => Dots::Ascii,
        (true, true) => Dots::WideAscii,
    }
}

/// Rows below the map: a blank one, what happens, the address, and the sentence.
fn rows_below(size: Size, ascii: bool) -> u16 {
    let letters = dots(size, ascii).n_rows();
    (letters + 1 + letters + 1 + 3).min(size.height / 2 + 2)
}

/// The size that the map has within `size`.
#[must_use]
pub fn class_map_size(size: Size, ascii: bool) -> Size {
    Size { width: size.width, height: size.height.saturating_sub(rows_below(size, ascii)) }
}

/// Draws `scene` as it is at `moment` into `area` of `buf`. The scene was laid out with
/// [`crate::chart::bare_scene`] for [`class_map_size`] of the area's size.
pub fn draw_for_class(
    scene: &Scene,
    moment: &Moment,
    style: &ChartStyle,
    area: Rect,
    buf: &mut Buffer,
) {
    let Some(mut brush) = Brush::over(area, style, buf) else { return };
    if let Some(map) = scene.map() {
        map::draw(scene, map, moment, &mut brush);
        spotlight(scene, map, moment, &mut brush);
    } else if let Some(line) = scene.line() {
        line::draw(scene, line, moment, &mut brush);
    }
    let size = Size { width: brush.clip.width, height: brush.clip.height };
    let top = scene.size().height;
    say(scene, moment, (size, top), &mut brush);
}

/// Everything but the current place and the way to it steps back.
fn spotlight(scene: &Scene, map: &Map, moment: &Moment, brush: &mut Brush<'_>) {
    let mut lit: Vec<Area> = Vec::new();
    let Some(leg) = map.legs.get(moment.hop_idx) else { return };
    match leg.spot {
        Spot::Zone(i) => lit.extend(map.zones.get(i).map(|zone| zone.area)),
        Spot::Proxy(n) | Spot::Door(n) => {
            if let Some(node) = map.nodes.get(n) {
                lit.push(Area { height: 1, ..node.area });
                lit.push(node.proxy.area);
            }
        }
        Spot::Pod(n, p) => {
            if let Some(node) = map.nodes.get(n) {
                lit.push(Area { height: 1, ..node.area });
                lit.extend(node.pods.get(p).map(|pod| pod.area));
            }
        }
    }
    // While one is chosen, those that can be; then the one chosen.
    let deciding = matches!(moment.phase, Phase::Deciding { .. });
    let chosen = scene.lit(moment);
    if !matches!(moment.phase, Phase::Moving { .. })
        && let Some(choice) = scene.captions().get(moment.hop_idx).and_then(|c| c.choice.as_ref())
    {
        for (c, n, p) in map.candidates(&choice.of) {
            if deciding || chosen == Some(c) {
                lit.push(map.nodes[n].pods[p].area);
            }
        }
    }
    let shade = shade(brush.style);
    for y in map.area.y..map.area.bottom() {
        for x in map.area.x..map.area.right() {
            let p = Point { x, y };
            if !lit.iter().any(|area| area.contains(p)) && !leg.path.cells().contains(&p) {
                brush.restyle(p, shade);
            }
        }
    }
}

/// The look of what stands back: grey, or faint where there is no colour.
fn shade(style: &ChartStyle) -> Style {
    let faint = if style.border.fg.is_some() { style.border } else { Style::new() };
    let faint = faint.remove_modifier(Modifier::BOLD | Modifier::REVERSED | Modifier::UNDERLINED);
    if style.border.fg.is_some() { faint } else { faint.add_modifier(Modifier::DIM) }
}

/// What happens in a word or two, and its look.
fn word(
    scene: &Scene,
    caption: Option<&Caption>,
    moment: &Moment,
    style: &ChartStyle,
) -> (String, Style) {
    if moment.ended {
        let outcome = scene.ending().outcome;
        return (scene.ending().word.replace(": ", ", "), ending_style(style, outcome));
    }
    let Some(caption) = caption else { return (String::new(), style.text) };
    let look = if caption.reply { style.reply } else { style.way };
    match moment.phase {
        Phase::Moving { .. } if caption.reply => ("reply".to_owned(), look),
        Phase::Moving { .. } => ("on its way".to_owned(), look),
        Phase::Deciding { .. } => {
            let n = caption.choice.as_ref().map_or(0, |choice| choice.n_of);
            (format!("one of {n}"), style.choice)
        }
        _ => (caption.action.to_owned(), if moment.rewritten { style.rewritten } else { look }),
    }
}

fn say(scene: &Scene, moment: &Moment, (size, top): (Size, u16), brush: &mut Brush<'_>) {
    let style = *brush.style;
    let caption = scene.captions().get(moment.hop_idx);
    let dots = dots(size, style.glyphs.ascii);
    let columns = size.width.saturating_sub(4);
    let bottom = size.height;
    // The sentence has the last rows; what is above it shrinks first.
    let said = match (moment.ended, caption) {
        (true, _) => scene.ending().say.as_str(),
        (_, Some(caption)) => caption.say.as_str(),
        _ => "",
    };
    let lines = text::wrap(said, columns.into(), 3, style.glyphs.cut);
    let n_lines = (lines.len() as u16).max(2);
    for (y, line) in (bottom.saturating_sub(n_lines)..).zip(&lines) {
        let x = 2 + (usize::from(columns).saturating_sub(text::width(line)) / 2) as u16;
        let look = style.text.add_modifier(Modifier::BOLD);
        brush.put(Point { x, y }, line, columns, look);
    }
    let room = bottom.saturating_sub(n_lines).saturating_sub(top);
    let (word, look) = word(scene, caption, moment, &style);
    let glyph = moment.ended.then(|| ending_glyph(&style, scene.ending().outcome));
    let mut parts = vec![(word, look, glyph)];
    if let Some(caption) = caption.filter(|_| !moment.ended) {
        // Where it goes; of a reply, whom it comes from.
        let row = &caption.header[usize::from(caption.reply)];
        let new = row.after.as_ref().filter(|_| moment.rewritten);
        let look = if new.is_some() { style.rewritten } else { style.text };
        parts.push((new.unwrap_or(&row.before).clone(), look, None));
    } else if moment.ended
        && let Some(answered) = &scene.ending().answered
    {
        parts.push((answered.clone(), style.text, None));
    }
    let n = parts.len() as u16;
    let each = if room >= n * (dots.n_rows() + 1) { dots.n_rows() } else { 1 };
    let mut y = top + room.saturating_sub(n * (each + 1)) / 2 + u16::from(room > n * (each + 1));
    for (text, look, glyph) in parts {
        y = centred(&text, look, glyph, (y, each, columns), dots, brush) + 1;
    }
}

/// One line of large letters; where they have no room, spaced ones. Gives the row after.
fn centred(
    text: &str,
    look: Style,
    glyph: Option<char>,
    (y, rows, columns): (u16, u16, u16),
    dots: Dots,
    brush: &mut Brush<'_>,
) -> u16 {
    let letters = if rows == dots.n_rows() { big(text, columns, dots) } else { None };
    match letters {
        Some(lines) => {
            for (i, line) in lines.iter().enumerate() {
                let width = line.chars().count();
                let x = 2 + (usize::from(columns).saturating_sub(width) / 2) as u16;
                brush.put_raw(Point { x, y: y + i as u16 }, line, look);
            }
        }
        None => {
            let spaced: String = match text::width(text) * 2 <= usize::from(columns) {
                true => text.chars().flat_map(|c| [c, ' ']).collect(),
                false => text.to_owned(),
            };
            let spaced = match glyph {
                Some(glyph) => format!("{glyph}  {}", spaced.trim_end()),
                None => spaced.trim_end().to_owned(),
            };
            let x = 2 + (usize::from(columns).saturating_sub(text::width(&spaced)) / 2) as u16;
            let y = y + rows / 2;
            brush.put(Point { x, y }, &spaced, columns, look.add_modifier(Modifier::BOLD));
        }
    }
    y + rows
}
