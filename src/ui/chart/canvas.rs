//! Lines that meet: boxes, links and ways drawn into one grid of arms, so that
//! every crossing gets the right character.

use super::style::ChartGlyphs;
use crate::chart::{Area, Heading, Point};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

/// Weight of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    Light = 1,
    Heavy = 2,
    Double = 3,
}

/// Characters by the weights of their arms: row = up and right, column = down
/// and left, each by weight. Heavy beside double has no character of its own;
/// double is taken.
const LINES: [[char; 16]; 16] = [
    [' ', '╴', '╸', '═', '╷', '╮', '┑', '╕', '╻', '┒', '┓', '╗', '║', '╖', '╗', '╗'],
    ['╶', '─', '╾', '═', '╭', '┬', '┭', '╤', '┎', '┰', '┱', '╦', '╓', '╥', '╦', '╦'],
    ['╺', '╼', '━', '═', '┍', '┮', '┯', '╤', '┏', '┲', '┳', '╦', '╔', '╦', '╦', '╦'],
    ['═', '═', '═', '═', '╒', '╤', '╤', '╤', '╔', '╦', '╦', '╦', '╔', '╦', '╦', '╦'],
    ['╵', '╯', '┙', '╛', '│', '┤', '┥', '╡', '╽', '┧', '┪', '╣', '║', '╢', '╣', '╣'],
    ['╰', '┴', '┵', '╧', '├', '┼', '┽', '╪', '┟', '╁', '╅', '╬', '╟', '╫', '╬', '╬'],
    ['┕', '┶', '┷', '╧', '┝', '┾', '┿', '╪', '┢', '╆', '╈', '╬', '╠', '╬', '╬', '╬'],
    ['╘', '╧', '╧', '╧', '╞', '╪', '╪', '╪', '╠', '╬', '╬', '╬', '╠', '╬', '╬', '╬'],
    ['╹', '┚', '┛', '╝', '╿', '┦', '┩', '╣', '┃', '┨', '┫', '╣', '║', '╢', '╣', '╣'],
    ['┖', '┸', '┹', '╩', '┞', '╀', '╃', '╬', '┠', '╂', '╉', '╬', '╟', '╫', '╬', '╬'],
    ['┗', '┺', '┻', '╩', '┡', '╄', '╇', '╬', '┣', '╊', '╋', '╬', '╠', '╬', '╬', '╬'],
    ['╚', '╩', '╩', '╩', '╠', '╬', '╬', '╬', '╠', '╬', '╬', '╬', '╠', '╬', '╬', '╬'],
    ['║', '╜', '╝', '╝', '║', '╢', '╣', '╣', '║', '╢', '╣', '╣', '║', '╢', '╣', '╣'],
    ['╙', '╨', '╩', '╩', '╟', '╫', '╬', '╬', '╟', '╫', '╬', '╬', '╟', '╫', '╬', '╬'],
    ['╚', '╩', '╩', '╩', '╠', '╬', '╬', '╬', '╠', '╬', '╬', '╬', '╠', '╬', '╬', '╬'],
    ['╚', '╩', '╩', '╩', '╠', '╬', '╬', '╬', '╠', '╬', '╬', '╬', '╠', '╬', '╬', '╬'],
];

#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Weights of the arms: up, right, down, left.
    arms: [u8; 4],
    style: Style,
    rank: u8,
}

/// A grid of lines.
pub(super) struct Canvas {
    area: Area,
    cells: Vec<Cell>,
}

impl Canvas {
    pub(super) fn new(area: Area) -> Self {
        let n = usize::from(area.width) * usize::from(area.height);
        let cell = Cell { arms: [0; 4], style: Style::new(), rank: 0 };
        Self { area, cells: vec![cell; n] }
    }

    fn cell(&mut self, p: Point) -> Option<&mut Cell> {
        if !self.area.contains(p) {
            return None;
        }
        let (x, y) = (usize::from(p.x - self.area.x), usize::from(p.y - self.area.y));
        self.cells.get_mut(y * usize::from(self.area.width) + x)
    }

    fn arm(&mut self, p: Point, heading: Heading, weight: Weight, style: Style) {
        let Some(cell) = self.cell(p) else { return };
        let arm = &mut cell.arms[match heading {
            Heading::Up => 0,
            Heading::Right => 1,
            Heading::Down => 2,
            Heading::Left => 3,
        }];
        *arm = (*arm).max(weight as u8);
        if weight as u8 >= cell.rank {
            cell.rank = weight as u8;
            cell.style = style;
        }
    }

    /// From one cell to its neighbour.
    pub(super) fn step(&mut self, from: Point, to: Point, weight: Weight, style: Style) {
        let Some(heading) = Heading::between(from, to) else { return };
        let back = match heading {
            Heading::Right => Heading::Left,
            Heading::Left => Heading::Right,
            Heading::Down => Heading::Up,
            Heading::Up => Heading::Down,
        };
        self.arm(from, heading, weight, style);
        self.arm(to, back, weight, style);
    }

    /// Another style for a cell's lines.
    pub(super) fn tint(&mut self, p: Point, style: Style) {
        if let Some(cell) = self.cell(p) {
            cell.style = style;
        }
    }

    /// Along these cells.
    pub(super) fn path(&mut self, cells: &[Point], weight: Weight, style: Style) {
        for pair in cells.windows(2) {
            self.step(pair[0], pair[1], weight, style);
        }
    }

    /// A box.
    pub(super) fn rectangle(&mut self, area: Area, style: Style) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        let corners = [
            Point { x: area.x, y: area.y },
            Point { x: right, y: area.y },
            Point { x: right, y: bottom },
            Point { x: area.x, y: bottom },
        ];
        for x in area.x..right {
            for y in [area.y, bottom] {
                self.step(Point { x, y }, Point { x: x + 1, y }, Weight::Light, style);
            }
        }
        for y in area.y..bottom {
            for x in [corners[0].x, corners[1].x] {
                self.step(Point { x, y }, Point { x, y: y + 1 }, Weight::Light, style);
            }
        }
    }

    /// An upright bar through whole cells.
    pub(super) fn bar(&mut self, x: u16, from: u16, to: u16, style: Style) {
        for y in from..to {
            self.arm(Point { x, y }, Heading::Up, Weight::Light, style);
            self.arm(Point { x, y }, Heading::Down, Weight::Light, style);
        }
    }

    /// Draws the grid at `at` (where its scene's first cell lies), inside `clip`.
    pub(super) fn draw(&self, glyphs: &ChartGlyphs, clip: Rect, buf: &mut Buffer) {
        let width = usize::from(self.area.width);
        for (i, cell) in self.cells.iter().enumerate() {
            if cell.arms == [0; 4] {
                continue;
            }
            let x = clip.x.saturating_add(self.area.x).saturating_add((i % width) as u16);
            let y = clip.y.saturating_add(self.area.y).saturating_add((i / width) as u16);
            if x >= clip.right() || y >= clip.bottom() {
                continue;
            }
            let [up, right, down, left] = cell.arms.map(usize::from);
            let c = if glyphs.ascii {
                ascii(cell.arms)
            } else {
                LINES[up * 4 + right][down * 4 + left]
            };
            buf[(x, y)].set_char(c).set_style(cell.style);
        }
    }
}

/// The weights of a line character's arms (up, right, down, left; 0 to 3); none
/// where it is none.
pub(super) fn arms_of(c: char) -> Option<[u8; 4]> {
    if !('\u{2500}'..='\u{257f}').contains(&c) {
        return None;
    }
    // Where a character stands for several, for want of others, the fullest is meant.
    let all = LINES.iter().enumerate().flat_map(|(r, row)| {
        row.iter().enumerate().filter(move |&(_, &x)| x == c).map(move |(column, _)| {
            [r / 4, r % 4, column / 4, column % 4].map(|weight| weight as u8)
        })
    });
    all.filter(|arms| !(arms.contains(&2) && arms.contains(&3)))
        .max_by_key(|arms| arms.iter().sum::<u8>())
}

/// The heaviest line decides; a corner or crossing is a `+` unless the packet's
/// or the reply's way runs straight through.
fn ascii([up, right, down, left]: [u8; 4]) -> char {
    let (upright, level) = (up.max(down), right.max(left));
    let top = upright.max(level);
    let turns = upright == top && level == top;
    match (top, turns, level == top) {
        (1, true, _) => '+',
        (1, _, true) => '-',
        (1, ..) => '|',
        (2, true, _) => '#',
        (2, _, true) => '=',
        (2, ..) => '#',
        (_, true, _) => '*',
        (_, _, true) => '~',
        _ => ':',
    }
}
