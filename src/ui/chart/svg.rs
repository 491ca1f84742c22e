//! The chart as SVG: what the cells show, with lines drawn as lines, so that a
//! browser shows it whatever its fonts. Self-contained: no script, no font, no link.

use super::canvas::arms_of;
use super::{ChartStyle, draw};
use crate::chart::{Scene, TICKS_PER_SECOND, moment};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Width and height of a cell, and the margin, in SVG units.
const CELL: (f32, f32) = (8.5, 18.0);
const MARGIN: f32 = 14.0;
/// Ticks from one frame of an animation to the next.
const TICKS_A_FRAME: u32 = 2;
/// Seconds for which an animation shows its end before it starts again.
const HOLD: u32 = 3;

/// Colours behind and instead of what the styles leave to the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// Background, as `#rrggbb`.
    pub background: &'static str,
    /// Plain text, as `#rrggbb`.
    pub text: &'static str,
}

impl Paper {
    /// For [`ChartStyle::dark`].
    pub const DARK: Self = Self { background: "#12161c", text: "#d0d8e4" };
    /// For [`ChartStyle::light`].
    pub const LIGHT: Self = Self { background: "#ffffff", text: "#22282f" };
}

/// A still of `scene` at `tick`. `story` (see [`crate::chart::story`]) becomes its
/// description, for readers who do not see it.
#[must_use]
pub fn still(
    scene: &Scene,
    tick: u32,
    style: &ChartStyle,
    paper: Paper,
    story: &[String],
) -> String {
    let frame = frame(scene, tick, style);
    let mut out = head(scene, paper, story);
    let all = (0..frame.content().len()).map(|i| (i, &frame.content()[i]));
    cells(&mut out, frame.area.width, all, paper);
    out.push_str("</svg>\n");
    out
}

/// The whole way as an animation that starts again after its end. Where nothing
/// animates, its end is seen.
#[must_use]
pub fn animated(scene: &Scene, style: &ChartStyle, paper: Paper, story: &[String]) -> String {
    let n_ticks = scene.n_ticks();
    let ticks: Vec<u32> =
        (0..n_ticks).step_by(TICKS_A_FRAME as usize).chain(std::iter::once(n_ticks)).collect();
    let total = (n_ticks + HOLD * TICKS_PER_SECOND).max(1);
    // Cells by the time that they are shown unchanged: from a tick to another.
    let mut spans: BTreeMap<(u32, u32), Vec<(usize, Cell)>> = BTreeMap::new();
    let mut shown: Vec<(u32, Cell)> = Vec::new();
    for &tick in &ticks {
        let frame = frame(scene, tick, style);
        if shown.is_empty() {
            shown = frame.content().iter().map(|cell| (tick, cell.clone())).collect();
            continue;
        }
        for (i, (cell, (since, before))) in frame.content().iter().zip(&mut shown).enumerate() {
            if cell != before {
                let old = std::mem::replace(before, cell.clone());
                spans.entry((*since, tick)).or_default().push((i, old));
                *since = tick;
            }
        }
    }
    for (i, (since, cell)) in shown.into_iter().enumerate() {
        spans.entry((since, total)).or_default().push((i, cell));
    }
    let mut out = head(scene, paper, story);
    for ((from, to), group) in &spans {
        let mut drawn = String::new();
        let all = group.iter().map(|(i, cell)| (*i, cell));
        cells(&mut drawn, scene.size().width, all, paper);
        if drawn.is_empty() {
            continue;
        }
        if (*from, *to) == (0, total) {
            out.push_str(&drawn);
            continue;
        }
        let last = if *to == total { "visible" } else { "hidden" };
        let _ = write!(out, "<g visibility=\"{last}\">");
        animate(&mut out, *from, *to, total);
        out.push_str(&drawn);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// Visible from one tick to another of `total`, again and again.
fn animate(out: &mut String, from: u32, to: u32, total: u32) {
    let at = |tick: u32| f64::from(tick) / f64::from(total);
    let (values, times) = match (from, to) {
        (0, to) => ("visible;hidden".to_owned(), format!("0;{:.4}", at(to))),
        (from, to) if to == total => ("hidden;visible".to_owned(), format!("0;{:.4}", at(from))),
        (from, to) => {
            ("hidden;visible;hidden".to_owned(), format!("0;{:.4};{:.4}", at(from), at(to)))
        }
    };
    let seconds = f64::from(total) / f64::from(TICKS_PER_SECOND);
    let _ = write!(
        out,
        "<animate attributeName=\"visibility\" values=\"{values}\" keyTimes=\"{times}\" \
         calcMode=\"discrete\" dur=\"{seconds:.2}s\" repeatCount=\"indefinite\"/>"
    );
}

fn frame(scene: &Scene, tick: u32, style: &ChartStyle) -> Buffer {
    let area = Rect::new(0, 0, scene.size().width, scene.size().height);
    let mut buf = Buffer::empty(area);
    draw(scene, &moment(scene, tick), style, false, area, &mut buf);
    buf
}

fn head(scene: &Scene, paper: Paper, story: &[String]) -> String {
    let size = scene.size();
    let width = f32::from(size.width) * CELL.0 + 2.0 * MARGIN;
    let height = f32::from(size.height) * CELL.1 + 2.0 * MARGIN;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" font-size=\"14\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         xml:space=\"preserve\">\n<title>{}</title>\n<desc>{}</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n",
        escape(scene.title()),
        escape(&story.join(" ")),
        paper.background
    )
}

/// How a cell looks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Look {
    colour: String,
    bold: bool,
    faint: bool,
}

fn look(cell: &Cell, paper: Paper) -> Look {
    Look {
        colour: colour(cell.fg).unwrap_or_else(|| paper.text.to_owned()),
        bold: cell.modifier.contains(Modifier::BOLD),
        faint: cell.modifier.contains(Modifier::DIM),
    }
}

fn colour(colour: Color) -> Option<String> {
    let rgb = match colour {
        Color::Rgb(r, g, b) => return Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Black => "#000000",
        Color::Red | Color::LightRed => "#d9534f",
        Color::Green | Color::LightGreen => "#3fa860",
        Color::Yellow | Color::LightYellow => "#c9a227",
        Color::Blue | Color::LightBlue => "#4078c0",
        Color::Magenta | Color::LightMagenta => "#a05fc0",
        Color::Cyan | Color::LightCyan => "#2f9aa8",
        Color::Gray => "#a0a8b4",
        Color::DarkGray => "#707a88",
        Color::White => "#ffffff",
        Color::Reset | Color::Indexed(_) => return None,
    };
    Some(rgb.to_owned())
}

/// Draws cells, given by their index in rows of `width`.
fn cells<'a>(
    out: &mut String,
    width: u16,
    all: impl Iterator<Item = (usize, &'a Cell)>,
    paper: Paper,
) {
    // Strokes of one colour and width make one path.
    let mut strokes: BTreeMap<(String, u8), String> = BTreeMap::new();
    let mut run: Option<(usize, usize, Look, String)> = None;
    for (i, cell) in all {
        let symbol = cell.symbol();
        let look = look(cell, paper);
        let c = symbol.chars().next().unwrap_or(' ');
        let (x, y) = (i % usize::from(width.max(1)), i / usize::from(width.max(1)));
        let centre = (MARGIN + (x as f32 + 0.5) * CELL.0, MARGIN + (y as f32 + 0.5) * CELL.1);
        if let Some(arms) = arms_of(c) {
            lines(&mut strokes, &look.colour, arms, centre);
        } else if let Some(shape) = shape(c, centre, &look.colour) {
            out.push_str(&shape);
        } else if symbol != " " && !symbol.is_empty() {
            match &mut run {
                Some((first, n, of, text))
                    if *first + *n == i
                        && *of == look
                        && symbol.is_ascii()
                        && y == *first / usize::from(width) =>
                {
                    *n += 1;
                    text.push_str(symbol);
                    continue;
                }
                _ => {
                    flush(out, width, run.take());
                    let n = unicode_width::UnicodeWidthStr::width(symbol);
                    run = Some((i, n, look, symbol.to_owned()));
                    continue;
                }
            }
        }
        flush(out, width, run.take());
    }
    flush(out, width, run.take());
    for ((colour, weight), d) in strokes {
        let width = if weight == 2 { 3.0 } else { 1.2 };
        let _ = writeln!(
            out,
            "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
            d.trim_start()
        );
    }
}

fn flush(out: &mut String, width: u16, run: Option<(usize, usize, Look, String)>) {
    let Some((first, n, look, text)) = run else { return };
    let (x, y) = (first % usize::from(width), first / usize::from(width));
    let (x, y) = (MARGIN + x as f32 * CELL.0, MARGIN + y as f32 * CELL.1 + 13.2);
    let bold = if look.bold { " font-weight=\"bold\"" } else { "" };
    let faint = if look.faint { " opacity=\"0.6\"" } else { "" };
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\" \
         fill=\"{}\"{bold}{faint}>{}</text>",
        n as f32 * CELL.0,
        look.colour,
        escape(&text)
    );
}

/// The arms of a line's cell, from its centre to its edges.
fn lines(
    strokes: &mut BTreeMap<(String, u8), String>,
    colour: &str,
    arms: [u8; 4],
    (x, y): (f32, f32),
) {
    let (w, h) = (CELL.0 / 2.0, CELL.1 / 2.0);
    let ends = [(0.0, -h), (w, 0.0), (0.0, h), (-w, 0.0)];
    let set: Vec<usize> = (0..4).filter(|&i| arms[i] > 0).collect();
    // A light corner is round.
    if let [a, b] = set[..]
        && arms[a] == 1
        && arms[b] == 1
        && (b - a) % 2 == 1
    {
        let d = strokes.entry((colour.to_owned(), 1)).or_default();
        let ((ax, ay), (bx, by)) = (ends[a], ends[b]);
        let _ =
            write!(d, " M{:.1} {:.1}Q{x:.1} {y:.1} {:.1} {:.1}", x + ax, y + ay, x + bx, y + by);
        return;
    }
    for i in set {
        let (ex, ey) = ends[i];
        let d = strokes.entry((colour.to_owned(), arms[i])).or_default();
        // A double line is two, beside each other, that reach over the centre.
        let sides: &[f32] = if arms[i] == 3 { &[-1.9, 1.9] } else { &[0.0] };
        for side in sides {
            let (sx, sy) = if ex == 0.0 { (*side, 0.0) } else { (0.0, *side) };
            let over = if arms[i] == 1 { 0.0 } else { 1.5 };
            let (ox, oy) = (
                -ex.signum() * over * f32::from(ex != 0.0),
                -ey.signum() * over * f32::from(ey != 0.0),
            );
            let _ = write!(
                d,
                " M{:.1} {:.1}L{:.1} {:.1}",
                x + sx + ox,
                y + sy + oy,
                x + ex + sx,
                y + ey + sy
            );
        }
    }
}

/// The glyphs that fonts draw in many sizes, as shapes.
fn shape(c: char, (x, y): (f32, f32), colour: &str) -> Option<String> {
    let polygon = |points: &[(f32, f32)], fill: &str| {
        let points: Vec<String> =
            points.iter().map(|(dx, dy)| format!("{:.1},{:.1}", x + dx, y + dy)).collect();
        format!("<polygon points=\"{}\" fill=\"{fill}\" stroke=\"{colour}\"/>\n", points.join(" "))
    };
    let line = |d: &str| {
        format!(
            "<path transform=\"translate({x:.1} {y:.1})\" d=\"{d}\" fill=\"none\" \
             stroke=\"{colour}\" stroke-width=\"2\"/>\n"
        )
    };
    Some(match c {
        '●' => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>\n"),
        '◌' => format!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"none\" stroke=\"{colour}\" \
             stroke-width=\"1.6\" stroke-dasharray=\"1.8 1.5\"/>\n"
        ),
        '▶' => polygon(&[(-3.5, -4.0), (4.0, 0.0), (-3.5, 4.0)], colour),
        '◀' => polygon(&[(3.5, -4.0), (-4.0, 0.0), (3.5, 4.0)], colour),
        '▼' => polygon(&[(-4.0, -3.5), (4.0, -3.5), (0.0, 4.5)], colour),
        '▲' => polygon(&[(-4.0, 3.5), (4.0, 3.5), (0.0, -4.5)], colour),
        '◆' => polygon(&[(0.0, -4.8), (4.2, 0.0), (0.0, 4.8), (-4.2, 0.0)], colour),
        '◇' => polygon(&[(0.0, -4.2), (3.6, 0.0), (0.0, 4.2), (-3.6, 0.0)], "none"),
        '✓' => line("M-3.6 0.4L-1 3.4L3.8 -4"),
        '✗' => line("M-3.4 -3.8L3.4 3.8M3.4 -3.8L-3.4 3.8"),
        _ => return None,
    })
}

/// Text inside XML; what XML does not allow is left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
