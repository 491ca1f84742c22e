//! Cells, areas and paths of a scene, counted from its top left corner.

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Point {
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

pub(crate) const fn at(x: u16, y: u16) -> Point {
    Point { x, y }
}

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// First column.
    pub x: u16,
    /// First row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    pub(crate) const fn new(x: u16, y: u16, width: u16, height: u16) -> Self {
        Self { x, y, width, height }
    }

    /// The column after the last.
    #[must_use]
    pub const fn right(self) -> u16 {
        self.x.saturating_add(self.width)
    }

    /// The row after the last.
    #[must_use]
    pub const fn bottom(self) -> u16 {
        self.y.saturating_add(self.height)
    }

    /// Does it hold that cell?
    #[must_use]
    pub const fn contains(self, p: Point) -> bool {
        p.x >= self.x && p.x < self.right() && p.y >= self.y && p.y < self.bottom()
    }

    /// Without a border of one cell.
    #[must_use]
    pub const fn inner(self) -> Self {
        Self {
            x: self.x.saturating_add(1),
            y: self.y.saturating_add(1),
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }
}

/// The direction of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// To the right.
    Right,
    /// Down.
    Down,
    /// To the left.
    Left,
    /// Up.
    Up,
}

impl Heading {
    /// From one cell to a neighbour; none when they are the same.
    #[must_use]
    pub const fn between(a: Point, b: Point) -> Option<Self> {
        if b.x > a.x {
            Some(Self::Right)
        } else if b.x < a.x {
            Some(Self::Left)
        } else if b.y > a.y {
            Some(Self::Down)
        } else if b.y < a.y {
            Some(Self::Up)
        } else {
            None
        }
    }
}

/// A way over neighbouring cells, turning at right angles. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    cells: Vec<Point>,
}

impl Path {
    /// Through these corners, each in line with the one before.
    pub(crate) fn through(corners: &[Point]) -> Self {
        let mut cells: Vec<Point> = Vec::new();
        for &corner in corners {
            let Some(&last) = cells.last() else {
                cells.push(corner);
                continue;
            };
            let mut p = last;
            while p.x != corner.x {
                p.x = if corner.x > p.x { p.x + 1 } else { p.x - 1 };
                cells.push(p);
            }
            while p.y != corner.y {
                p.y = if corner.y > p.y { p.y + 1 } else { p.y - 1 };
                cells.push(p);
            }
        }
        if cells.is_empty() {
            cells.push(Point::default());
        }
        Self { cells }
    }

    /// The same way back.
    #[must_use]
    pub(crate) fn reversed(&self) -> Self {
        Self { cells: self.cells.iter().rev().copied().collect() }
    }

    /// Its cells in order.
    #[must_use]
    pub fn cells(&self) -> &[Point] {
        &self.cells
    }

    /// Steps from its first cell to its last.
    #[must_use]
    pub fn n_steps(&self) -> usize {
        self.cells.len() - 1
    }

    /// Where it ends.
    #[must_use]
    pub fn last(&self) -> Point {
        self.cells[self.cells.len() - 1]
    }
}
