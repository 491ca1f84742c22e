//! The chart as SVG: what the cells show, with lines drawn as lines, so that a browser
//! shows it whatever its fonts. Self-contained: no script, no font, no link.

mod pen;

use super::{ChartStyle, draw, draw_burst};
use crate::chart::{BurstScene, Scene, Size, TICKS_PER_SECOND, moment};
use crate::ui::theme::Tone;
use pen::{Colours, Look, Pen};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Width and height of a cell, and the margin, in SVG units. Their halves are whole, and the
/// picture begins half a unit before: lines of width 1 and 3 lie sharp on the pixels.
const CELL: (i32, i32) = (8, 18);
const MARGIN: i32 = 14;
/// Ticks from one frame of an animation to the next.
const TICKS_A_FRAME: u32 = 2;
/// Seconds for which an animation shows its end before it starts again.
const HOLD: u32 = 3;

/// What a picture is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// Light, or dark where whoever looks at it prefers that.
    Auto,
    /// Dark always.
    Dark,
    /// Light always.
    Light,
}

/// A background with the chart's styles for it.
struct Ground {
    background: u32,
    /// What the styles leave to the terminal.
    text: u32,
    frame: u32,
    style: ChartStyle,
}

impl Ground {
    fn of(tone: Tone) -> Self {
        match tone {
            Tone::Dark => Self {
                background: 0x12_161c,
                text: 0xd0_d8e4,
                frame: 0x2c_3440,
                style: ChartStyle::dark(),
            },
            Tone::Light => Self {
                background: 0xff_ffff,
                text: 0x22_282f,
                frame: 0xd8_dee4,
                style: ChartStyle::light(),
            },
        }
    }
}

impl Paper {
    /// The ground, and the one where dark is preferred.
    fn grounds(self) -> (Ground, Option<Ground>) {
        match self {
            Self::Dark => (Ground::of(Tone::Dark), None),
            Self::Light => (Ground::of(Tone::Light), None),
            Self::Auto => (Ground::of(Tone::Light), Some(Ground::of(Tone::Dark))),
        }
    }
}

/// Draws what there is to see at a tick.
type DrawAt<'d> = dyn Fn(u32, &ChartStyle, &mut Buffer) + 'd;

/// What a picture shows: what is drawn at each tick, and how it is told.
pub struct Picture<'d> {
    size: Size,
    n_ticks: u32,
    title: String,
    story: String,
    draw: Box<DrawAt<'d>>,
}

impl<'d> Picture<'d> {
    /// A packet's way. `story` (see [`crate::chart::story`]) becomes the picture's
    /// description, for readers who do not see it.
    #[must_use]
    pub fn of(scene: &'d Scene, story: &[String]) -> Self {
        Self {
            size: scene.size(),
            n_ticks: scene.n_ticks(),
            title: scene.title().to_owned(),
            story: story.join(" "),
            draw: Box::new(|tick, style, buf| {
                draw(scene, &moment(scene, tick), style, false, buf.area, buf);
            }),
        }
    }

    /// A burst of connections, which takes `n_ticks`.
    #[must_use]
    pub fn of_burst(scene: &'d BurstScene, n_ticks: u32, title: &str) -> Self {
        let ends = scene.tally(n_ticks);
        let ends = ends.iter().map(|end| format!("{}: {}.", end.label, end.n));
        Self {
            size: scene.size(),
            n_ticks,
            title: title.to_owned(),
            story: std::iter::once(scene.spread().say().to_owned())
                .chain(ends)
                .collect::<Vec<_>>()
                .join(" "),
            draw: Box::new(|tick, style, buf| draw_burst(scene, tick, style, false, buf.area, buf)),
        }
    }

    /// A still of the end.
    #[must_use]
    pub fn end(&self, paper: Paper) -> String {
        self.still(self.n_ticks, paper)
    }

    /// A still at `tick`.
    #[must_use]
    pub fn still(&self, tick: u32, paper: Paper) -> String {
        let mut pen = Pen::new(self.size.width);
        pen.cells(self.frame(tick, paper).iter().enumerate());
        let drawn = pen.take();
        self.document(paper, &pen.used, "", &drawn)
    }

    /// An animation that starts again after its end. Its end is seen where nothing animates,
    /// or where whoever looks at it prefers less motion.
    #[must_use]
    pub fn animated(&self, paper: Paper) -> String {
        let total = self.n_ticks + HOLD * TICKS_PER_SECOND;
        let mut pen = Pen::new(self.size.width);
        let (mut drawn, mut keyframes) = (String::new(), String::new());
        for ((from, to), group) in self.spans(total, paper) {
            pen.cells(group.iter().map(|(i, glyph)| (*i, glyph)));
            let cells = pen.take();
            if cells.is_empty() {
                continue;
            }
            if (from, to) == (0, total) {
                drawn += &cells;
                continue;
            }
            // Names say what they mean, so that two pictures in one page agree on them.
            let name = format!("k{from}-{to}-{total}");
            keyframes += &keyframe(&name, from, to, total);
            let end = if to == total { " z" } else { "" };
            let _ = write!(
                drawn,
                "<g class=\"t{total}{end}\" style=\"animation-name:{name}\">\n{cells}</g>\n"
            );
        }
        let seconds = f64::from(total) / f64::from(TICKS_PER_SECOND);
        let rules = format!(
            ".t{total}{{visibility:hidden;animation:{seconds:.2}s step-end infinite}}\n\
             .z{{visibility:visible}}\n{keyframes}\
             @media (prefers-reduced-motion:reduce){{.t{total}{{animation:none}}}}\n"
        );
        self.document(paper, &pen.used, &rules, &drawn)
    }
}

/// Visible from one tick to another of `total`.
fn keyframe(name: &str, from: u32, to: u32, total: u32) -> String {
    let at = |tick: u32| {
        let percent = format!("{:.2}", 100.0 * f64::from(tick) / f64::from(total));
        percent.trim_end_matches('0').trim_end_matches('.').to_owned() + "%"
    };
    let mut rule = format!("@keyframes {name}{{");
    if from > 0 {
        rule += "0%{visibility:hidden}";
    }
    let _ = write!(rule, "{}{{visibility:visible}}", at(from));
    if to < total {
        let _ = write!(rule, "{}{{visibility:hidden}}", at(to));
    }
    rule + "}\n"
}

/// A cell as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Glyph {
    symbol: String,
    look: Look,
}

impl Picture<'_> {
    fn buffer(&self, tick: u32, ground: &Ground) -> Buffer {
        let mut buf = Buffer::empty(Rect::new(0, 0, self.size.width, self.size.height));
        (self.draw)(tick, &ground.style, &mut buf);
        buf
    }

    fn frame(&self, tick: u32, paper: Paper) -> Vec<Glyph> {
        let (ground, other) = paper.grounds();
        let buf = self.buffer(tick, &ground);
        let dark = other.map(|ground| (self.buffer(tick, &ground), ground));
        let dark_of = |i: usize| {
            let (buf, ground) = dark.as_ref()?;
            Some(rgb(buf.content().get(i)?.fg, ground))
        };
        let glyph = |(i, cell): (usize, &Cell)| Glyph {
            symbol: cell.symbol().to_owned(),
            look: if cell.symbol() == " " {
                Look::default()
            } else {
                Look {
                    colours: Colours { base: rgb(cell.fg, &ground), dark: dark_of(i) },
                    bold: cell.modifier.contains(Modifier::BOLD),
                    faint: cell.modifier.contains(Modifier::DIM),
                }
            },
        };
        buf.content().iter().enumerate().map(glyph).collect()
    }

    /// Cells by the time that they are shown unchanged: from a tick to another.
    fn spans(&self, total: u32, paper: Paper) -> BTreeMap<(u32, u32), Vec<(usize, Glyph)>> {
        let ticks = (0..self.n_ticks).step_by(TICKS_A_FRAME as usize);
        let mut spans: BTreeMap<(u32, u32), Vec<(usize, Glyph)>> = BTreeMap::new();
        let mut shown: Vec<(u32, Glyph)> = Vec::new();
        for tick in ticks.chain(std::iter::once(self.n_ticks)) {
            let frame = self.frame(tick, paper);
            if shown.is_empty() {
                shown = frame.into_iter().map(|glyph| (tick, glyph)).collect();
                continue;
            }
            for (i, (glyph, (since, before))) in frame.into_iter().zip(&mut shown).enumerate() {
                if glyph != *before {
                    let old = std::mem::replace(before, glyph);
                    spans.entry((*since, tick)).or_default().push((i, old));
                    *since = tick;
                }
            }
        }
        for (i, (since, glyph)) in shown.into_iter().enumerate() {
            spans.entry((since, total)).or_default().push((i, glyph));
        }
        spans
    }

    fn document(&self, paper: Paper, used: &BTreeSet<Colours>, rules: &str, drawn: &str) -> String {
        let (ground, dark) = paper.grounds();
        let width = i32::from(self.size.width) * CELL.0 + 2 * MARGIN;
        let height = i32::from(self.size.height) * CELL.1 + 2 * MARGIN;
        let paper_rule = |ground: &Ground| {
            format!(".{}{{fill:#{:06x};stroke:#{:06x}}}\n", PAPER, ground.background, ground.frame)
        };
        let mut style = paper_rule(&ground);
        style += "text{white-space:pre}.b{font-weight:bold}.d{opacity:.6}.n{fill:none}\n\
              .l,.m,.w{fill:none;stroke-linecap:square}.l{stroke-width:1}.m{stroke-width:3}\
              .w{stroke-width:2}\n";
        for colours in used {
            let _ = writeln!(style, "{}", colours.rules(colours.base));
        }
        if let Some(dark) = dark {
            style += "@media (prefers-color-scheme:dark){\n";
            style += &paper_rule(&dark);
            for colours in used {
                let _ = writeln!(style, "{}", colours.rules(colours.dark.unwrap_or(colours.base)));
            }
            style += "}\n";
        }
        style += rules;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-.5 -.5 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" font-size=\"13.3\" \
         font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', \
         'Liberation Mono', monospace\">\n<title>{}</title>\n<desc>{}</desc>\n\
         <style>\n{style}</style>\n\
         <rect class=\"{PAPER}\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n\
         {drawn}</svg>\n",
            pen::escape(&self.title),
            pen::escape(&self.story),
            width - 1,
            height - 1,
        )
    }
}

fn rgb(colour: Color, ground: &Ground) -> u32 {
    match colour {
        Color::Rgb(r, g, b) => u32::from_be_bytes([0, r, g, b]),
        _ => ground.text,
    }
}

/// The class of the paper.
const PAPER: &str = "paper";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyframe_shows_from_one_tick_to_the_other() {
        assert_eq!(
            keyframe("k", 30, 45, 90),
            "@keyframes k{0%{visibility:hidden}33.33%{visibility:visible}50%{visibility:hidden}}\n"
        );
        assert_eq!(
            keyframe("k", 0, 45, 90),
            "@keyframes k{0%{visibility:visible}50%{visibility:hidden}}\n"
        );
        assert_eq!(
            keyframe("k", 45, 90, 90),
            "@keyframes k{0%{visibility:hidden}50%{visibility:visible}}\n"
        );
    }
}
