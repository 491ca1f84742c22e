//! From cells to lines, shapes and text.

use super::{CELL, Glyph, MARGIN};
use crate::ui::chart::canvas::arms_of;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// A colour, and the one in its place where dark is preferred: `0xrrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Colours {
    pub(super) base: u32,
    pub(super) dark: Option<u32>,
}

impl Colours {
    /// The class that fills with it; with an `s` before it the one that draws lines. It names
    /// the colours, so that two pictures in one page agree on what it means.
    fn class(self) -> String {
        match self.dark {
            None => format!("c{:06x}", self.base),
            Some(dark) => format!("c{:06x}{dark:06x}", self.base),
        }
    }

    /// The rules of its classes, in a colour.
    pub(super) fn rules(self, colour: u32) -> String {
        let class = self.class();
        format!(".{class}{{fill:#{colour:06x}}}.s{class}{{stroke:#{colour:06x}}}")
    }
}

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Look {
    pub(super) colours: Colours,
    pub(super) bold: bool,
    pub(super) faint: bool,
}

/// A stroke of whole coordinates along one axis: its line, from, to.
type Strokes = BTreeMap<i32, Vec<(i32, i32)>>;

/// The lines of one colour and weight.
#[derive(Debug, Default)]
struct Lines {
    level: Strokes,
    upright: Strokes,
    bends: String,
}

/// Text of one look in cells side by side.
struct Run {
    first: usize,
    n_cells: usize,
    look: Look,
    text: String,
}

/// Draws cells.
pub(super) struct Pen {
    /// Columns of a row.
    width: usize,
    out: String,
    /// Colours drawn with.
    pub(super) used: BTreeSet<Colours>,
}

impl Pen {
    pub(super) fn new(width: u16) -> Self {
        Self { width: usize::from(width).max(1), out: String::new(), used: BTreeSet::new() }
    }

    /// What was drawn since this was asked last.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// Draws cells, given by their index in rows, in order.
    pub(super) fn cells<'a>(&mut self, all: impl Iterator<Item = (usize, &'a Glyph)>) {
        let mut lines: BTreeMap<(u8, Colours), Lines> = BTreeMap::new();
        let mut run: Option<Run> = None;
        for (i, Glyph { symbol, look }) in all {
            let c = symbol.chars().next().unwrap_or(' ');
            let (column, row) = (i % self.width, i / self.width);
            let at = |n: usize, size: i32| MARGIN + i32::try_from(n).unwrap_or(0) * size + size / 2;
            let centre = (at(column, CELL.0), at(row, CELL.1));
            if symbol.trim().is_empty() {
                continue;
            }
            self.used.insert(look.colours);
            if let Some(arms) = arms_of(c) {
                draw_line(&mut lines, look.colours, arms, centre);
                continue;
            }
            if let Some(shape) = shape(c, centre, look.colours) {
                self.out += &shape;
                continue;
            }
            match &mut run {
                // On after one cell or after a blank. What is not ASCII may come from
                // another font, with another width, and stands alone.
                Some(Run { first, n_cells, look: of, text })
                    if (*first + *n_cells == i || *first + *n_cells + 1 == i)
                        && of == look
                        && symbol.is_ascii()
                        && text.is_ascii()
                        && *first / self.width == row =>
                {
                    if *first + *n_cells < i {
                        text.push(' ');
                        *n_cells += 1;
                    }
                    text.push_str(symbol);
                    *n_cells += 1;
                }
                _ => {
                    self.write(run.take());
                    let (n_cells, text) = (symbol.width(), symbol.clone());
                    run = Some(Run { first: i, n_cells, look: *look, text });
                }
            }
        }
        self.write(run);
        for ((weight, colours), lines) in &lines {
            let class = if *weight == 2 { "m" } else { "l" };
            let _ = writeln!(
                self.out,
                "<path class=\"{class} s{}\" d=\"{}\"/>",
                colours.class(),
                lines.path()
            );
        }
    }

    fn write(&mut self, run: Option<Run>) {
        let Some(Run { first, n_cells, look, text }) = run else { return };
        let whole = |n: usize| i32::try_from(n).unwrap_or(0);
        let x = MARGIN + whole(first % self.width) * CELL.0;
        let y = MARGIN + whole(first / self.width) * CELL.1 + 13;
        let bold = if look.bold { " b" } else { "" };
        let faint = if look.faint { " d" } else { "" };
        let _ = writeln!(
            self.out,
            "<text class=\"{}{bold}{faint}\" x=\"{x}\" y=\"{y}\" textLength=\"{}\">{}</text>",
            look.colours.class(),
            whole(n_cells) * CELL.0,
            escape(&text)
        );
    }
}

impl Lines {
    /// As a path's data, strokes that touch joined.
    fn path(&self) -> String {
        let mut d = String::new();
        for (axis, all) in [('h', &self.level), ('v', &self.upright)] {
            for (line, strokes) in all {
                let mut strokes = strokes.clone();
                crate::source::sort::sort_by(&mut strokes, Ord::cmp);
                let mut joined: Vec<(i32, i32)> = Vec::new();
                for (from, to) in strokes {
                    match joined.last_mut() {
                        Some((_, end)) if from <= *end => *end = to.max(*end),
                        _ => joined.push((from, to)),
                    }
                }
                for (from, to) in joined {
                    let (x, y) = if axis == 'h' { (from, *line) } else { (*line, from) };
                    let _ = write!(d, "M{x} {y}{axis}{}", to - from);
                }
            }
        }
        d + &self.bends
    }
}

/// The arms of a line's cell (up, right, down, left), from its centre to its edges.
fn draw_line(
    lines: &mut BTreeMap<(u8, Colours), Lines>,
    colours: Colours,
    arms: [u8; 4],
    (x, y): (i32, i32),
) {
    let (w, h) = (CELL.0 / 2, CELL.1 / 2);
    let ends = [(0, -h), (w, 0), (0, h), (-w, 0)];
    let set: Vec<usize> = (0..4).filter(|&i| arms[i] > 0).collect();
    // A light corner is round.
    if let [a, b] = set[..]
        && arms[a] == 1
        && arms[b] == 1
        && (b - a) % 2 == 1
    {
        let ((ax, ay), (bx, by)) = (ends[a], ends[b]);
        let bends = &mut lines.entry((1, colours)).or_default().bends;
        let _ = write!(bends, "M{} {}Q{x} {y} {} {}", x + ax, y + ay, x + bx, y + by);
        return;
    }
    for i in set {
        let (ex, ey) = ends[i];
        // A double line is two light ones beside each other, which reach over the centre.
        let (weight, sides, over): (u8, &[i32], i32) = match arms[i] {
            3 => (1, &[-2, 2], 2),
            weight => (weight, &[0], 0),
        };
        let of = lines.entry((weight, colours)).or_default();
        for side in sides {
            let (from, to) = if ey == 0 { (0, ex) } else { (0, ey) };
            let (from, to) = (from.min(to), from.max(to));
            let (from, to) = if to == 0 { (from, over) } else { (-over, to) };
            if ey == 0 {
                of.level.entry(y + side).or_default().push((x + from, x + to));
            } else {
                of.upright.entry(x + side).or_default().push((y + from, y + to));
            }
        }
    }
}

/// The glyphs that fonts draw in many sizes, as shapes.
fn shape(c: char, (x, y): (i32, i32), colours: Colours) -> Option<String> {
    let class = colours.class();
    let filled = |d: &str| format!("<path class=\"{class}\" d=\"M{x} {y}{d}\"/>\n");
    let line = |d: &str| format!("<path class=\"w s{class}\" d=\"M{x} {y}{d}\"/>\n");
    Some(match c {
        '●' => format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>\n"),
        '◌' => format!(
            "<circle class=\"n s{class}\" cx=\"{x}\" cy=\"{y}\" r=\"3.5\" stroke-width=\"1.6\" \
             stroke-dasharray=\"1.8 1.5\"/>\n"
        ),
        '▶' => filled("m-4 -4.5l8 4.5l-8 4.5z"),
        '◀' => filled("m4 -4.5l-8 4.5l8 4.5z"),
        '▼' => filled("m-4 -4l4 8l4 -8z"),
        '▲' => filled("m-4 4l4 -8l4 8z"),
        '◆' => filled("m0 -5l4 5l-4 5l-4 -5z"),
        '◇' => line("m0 -4.5l3.5 4.5l-3.5 4.5l-3.5 -4.5z").replace("class=\"w", "class=\"l"),
        '✓' => line("m-3.5 .5l2.5 3l4.5 -7.5"),
        '✗' => line("m-3.4 -3.8l6.8 7.6m0 -7.6l-6.8 7.6"),
        '→' => line("m-3.2 0h6.4m-2.4 -2.6l2.6 2.6l-2.6 2.6").replace("class=\"w", "class=\"l"),
        '·' => format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"1.2\"/>\n"),
        '…' => filled("m-3.4 3.6h1.6v1.6h-1.6zm2.6 0h1.6v1.6h-1.6zm2.6 0h1.6v1.6h-1.6z"),
        _ => return None,
    })
}

/// Text inside XML; what XML does not allow is left out.
pub(super) fn escape(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_that_touch_become_one() {
        let mut lines = Lines::default();
        lines.level.entry(23).or_default().extend([(22, 26), (18, 22), (40, 44)]);
        lines.upright.entry(18).or_default().extend([(0, 9), (9, 18)]);
        assert_eq!(lines.path(), "M18 23h8M40 23h4M18 0v18");
    }

    #[test]
    fn text_goes_on_after_one_blank_and_other_looks_stand_apart() {
        let mut pen = Pen::new(40);
        let look = Look::default();
        let bold = Look { bold: true, ..look };
        let glyphs: Vec<Glyph> = "a <b  c é"
            .chars()
            .map(|c| Glyph { symbol: c.to_string(), look: if c == 'c' { bold } else { look } })
            .collect();
        pen.cells(glyphs.iter().enumerate());
        assert_eq!(
            pen.take(),
            "<text class=\"c000000\" x=\"14\" y=\"27\" textLength=\"32\">a &lt;b</text>\n\
             <text class=\"c000000 b\" x=\"62\" y=\"27\" textLength=\"8\">c</text>\n\
             <text class=\"c000000\" x=\"78\" y=\"27\" textLength=\"8\">é</text>\n"
        );
    }
}
