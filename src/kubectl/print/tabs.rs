//! Text in columns. Tables have theirs from github.com/liggitt/tabwriter as kubectl sets it up:
//! cells at least six wide, three spaces between, widths remembered from one block to the next.
//! `describe` has Go's text/tabwriter, from which that one was made: two spaces between, and
//! nothing remembered.

/// A cell of a line: where its text stands, and how many characters it has.
#[derive(Debug, Clone, Copy)]
struct Cell {
    start: usize,
    end: usize,
    width: usize,
}

impl Cell {
    fn of(text: &str, start: usize, end: usize) -> Self {
        let cell = text.get(start..end).unwrap_or_default();
        let width = if cell.is_ascii() { cell.len() } else { cell.chars().count() };
        Self { start, end, width }
    }
}

/// Lines of cells, for [`Tabs::add`].
#[derive(Debug, Default)]
pub(in crate::kubectl) struct Lines {
    text: String,
    cells: Vec<Cell>,
    /// Behind which cell each line ends.
    ends: Vec<usize>,
}

impl Lines {
    /// Adds a line.
    pub(in crate::kubectl) fn line(&mut self, cells: Vec<String>) {
        // A tab ends a cell and a newline a line, whoever wrote them.
        let ends = |cell: &String| cell.bytes().any(|b| matches!(b, b'\t'..=b'\x0c'));
        if cells.iter().any(ends) {
            let text = cells.join("\t");
            for line in text.split(['\n', '\u{c}']) {
                self.whole(line.split(['\t', '\u{b}']));
            }
        } else {
            self.whole(cells.iter().map(String::as_str));
        }
    }

    fn whole<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        for cell in cells {
            let start = self.text.len();
            self.text.push_str(cell);
            self.cells.push(Cell::of(&self.text, start, self.text.len()));
        }
        self.ends.push(self.cells.len());
    }

    /// Whether there are none.
    pub(in crate::kubectl) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Lines of cells, set in columns when they are flushed.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct Tabs {
    /// The least width of a column, its padding included.
    least: usize,
    /// Spaces behind a column's widest cell.
    padding: usize,
    /// A column is never set narrower than it was before.
    remembers: bool,
    /// The text of all cells: one piece of memory, however many they are.
    text: String,
    cells: Vec<Cell>,
    /// Behind which cell each line ends.
    lines: Vec<usize>,
    /// The widest that each column was since the widths were forgotten.
    remembered: Vec<usize>,
    /// An empty line comes before the next one.
    parted: bool,
    out: String,
}

impl Default for Tabs {
    /// As tables are set.
    fn default() -> Self {
        Self::new(6, 3, true)
    }
}

impl Tabs {
    fn new(least: usize, padding: usize, remembers: bool) -> Self {
        let (text, out) = (String::new(), String::new());
        let (cells, lines, remembered) = (Vec::new(), Vec::new(), Vec::new());
        Self { least, padding, remembers, text, cells, lines, remembered, parted: false, out }
    }

    /// As `describe` is set.
    pub(in crate::kubectl) fn of_describe() -> Self {
        Self::new(0, 2, false)
    }

    /// Sets lines of `describe`, with tabs between cells, in columns, behind what was set.
    pub(in crate::kubectl) fn describe(&mut self, text: &str) {
        let tabs = self;
        let (mut start, mut is_open) = (0, false);
        for (at, byte) in text.bytes().enumerate() {
            // A tab ends a cell and a newline a line, whoever wrote them.
            if matches!(byte, b'\t'..=b'\x0c') {
                tabs.cell(text, start, at);
                start = at + 1;
                is_open = matches!(byte, b'\t' | b'\x0b');
                if !is_open {
                    tabs.end_line(text);
                }
            }
        }
        if is_open || start < text.len() {
            tabs.cell(text, start, text.len());
            tabs.end_line(text);
        }
        tabs.set_all(text);
    }

    /// What is set already, behind what was set.
    pub(in crate::kubectl) fn add_set(&mut self, set: &str) {
        self.out.push_str(set);
    }

    /// What was set since it was last forgotten.
    pub(in crate::kubectl) fn set_so_far(&self) -> &str {
        &self.out
    }

    /// Forgets what was set.
    pub(in crate::kubectl) fn begin_anew(&mut self) {
        self.out.clear();
    }

    /// Adds a cell that stands in a text.
    fn cell(&mut self, text: &str, start: usize, end: usize) {
        self.cells.push(Cell::of(text, start, end));
    }

    /// Ends a line of cells that stand in `text`.
    fn end_line(&mut self, text: &str) {
        let before = self.lines.last().copied().unwrap_or(0);
        self.lines.push(self.cells.len());
        if self.cells.len() == before + 1 {
            self.set_all(text);
        }
    }

    /// Adds a line. Where it has one cell only, all lines so far are set.
    pub(in crate::kubectl) fn line(&mut self, cells: Vec<String>) {
        let mut lines = Lines::default();
        lines.line(cells);
        self.add(&lines);
    }

    /// Adds one line after the other.
    pub(in crate::kubectl) fn add(&mut self, lines: &Lines) {
        let mut text = std::mem::take(&mut self.text);
        let (behind, mut first) = (text.len(), 0);
        text.push_str(&lines.text);
        for end in &lines.ends {
            let cells = lines.cells.get(std::mem::replace(&mut first, *end)..*end);
            let moved = |cell: &Cell| Cell {
                start: behind + cell.start,
                end: behind + cell.end,
                width: cell.width,
            };
            self.cells.extend(cells.unwrap_or_default().iter().map(moved));
            self.end_line(&text);
        }
        if self.cells.is_empty() {
            text.clear();
        }
        self.text = text;
    }

    /// Sets the lines in columns.
    pub(in crate::kubectl) fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.set_all(&text);
    }

    /// The same of lines whose cells stand in `text`.
    fn set_all(&mut self, text: &str) {
        let (mut cells, mut ends) =
            (std::mem::take(&mut self.cells), std::mem::take(&mut self.lines));
        if let ([cell], [_]) = (&*cells, &*ends) {
            // A line by itself is in no column.
            self.write(text, std::slice::from_ref(cell), &[]);
        } else {
            let mut start = 0;
            let lines = ends.iter().map(|end| {
                cells.get(std::mem::replace(&mut start, *end)..*end).unwrap_or_default()
            });
            self.set(text, &lines.collect::<Vec<_>>(), &mut Vec::new());
        }
        cells.clear();
        ends.clear();
        (self.cells, self.lines) = (cells, ends);
    }

    /// Puts an empty line before what comes next, if anything does.
    pub(in crate::kubectl) fn part(&mut self) {
        self.parted = true;
    }

    /// Forgets how wide columns were.
    pub(in crate::kubectl) fn forget(&mut self) {
        self.remembered.clear();
    }

    /// What was set since it was last taken.
    pub(in crate::kubectl) fn take(&mut self) -> String {
        self.flush();
        std::mem::take(&mut self.out)
    }

    /// `Writer.format`: lines that have a cell in the next column, and stand together, share
    /// its width. A line's last cell belongs to no column.
    fn set(&mut self, text: &str, lines: &[&[Cell]], columns: &mut Vec<usize>) {
        let column = columns.len();
        let has = |line: &&&[Cell]| column + 1 < line.len();
        let mut at = 0;
        while at < lines.len() {
            let rest = lines.get(at..).unwrap_or_default();
            let n_without = rest.iter().take_while(|line| !has(line)).count();
            for line in rest.iter().take(n_without) {
                self.write(text, line, columns);
            }
            let n_with = rest.iter().skip(n_without).take_while(has).count();
            if n_with > 0 {
                let block = rest.get(n_without..n_without + n_with).unwrap_or_default();
                let cells = block.iter().filter_map(|line| line.get(column));
                let width = cells.map(|cell| cell.width + self.padding).max().unwrap_or(0);
                columns.push(self.remember(column, width.max(self.least), columns));
                self.set(text, block, columns);
                columns.pop();
            }
            at += n_without + n_with;
        }
    }

    fn remember(&mut self, column: usize, width: usize, columns: &[usize]) -> usize {
        if !self.remembers {
            return width;
        }
        if let Some(more) = columns.get(self.remembered.len()..) {
            self.remembered.extend_from_slice(more);
        }
        match self.remembered.get_mut(column) {
            Some(widest) => {
                *widest = width.max(*widest);
                *widest
            }
            None => {
                self.remembered.push(width);
                width
            }
        }
    }

    fn write(&mut self, text: &str, line: &[Cell], columns: &[usize]) {
        if std::mem::take(&mut self.parted) {
            self.out.push('\n');
        }
        for (idx, cell) in line.iter().enumerate() {
            self.out.push_str(text.get(cell.start..cell.end).unwrap_or_default());
            if let (Some(width), true) = (columns.get(idx), idx + 1 < line.len()) {
                let n = width.saturating_sub(cell.width);
                spaces(n, &mut self.out);
            }
        }
        self.out.push('\n');
    }
}

/// Adds so many spaces: in few steps, not one by one.
pub(in crate::kubectl) fn spaces(n: usize, out: &mut String) {
    const MANY: &str = "                                                                ";
    match MANY.get(..n) {
        Some(spaces) => out.push_str(spaces),
        None => out.extend(std::iter::repeat_n(' ', n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> String {
        let mut tabs = Tabs::default();
        for line in text.lines() {
            tabs.line(line.split('|').map(str::to_owned).collect());
        }
        tabs.take()
    }

    fn described(text: &str) -> String {
        let mut tabs = Tabs::of_describe();
        tabs.describe(text);
        tabs.take()
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_the_last_is_not_padded() {
        assert_eq!(
            set("NAME|X|LABELS\nkubernetes|€|\na|b|c"),
            "NAME         X     LABELS\nkubernetes   €     \na            b     c\n"
        );
    }

    #[test]
    fn a_line_with_fewer_cells_parts_the_columns_behind_it() {
        assert_eq!(
            set("a|bbbbbbbbbb|c\nx|y\na|b|c"),
            "a     bbbbbbbbbb   c\nx     y\na     b            c\n"
        );
    }

    #[test]
    fn what_is_described_has_narrow_columns_of_its_own_block() {
        let text = "Name:\tweb\nLabels:\tapp=web\n\ta=b\nPorts:\n  Name\tPort\n  ----\t----\n  x\t80\nEvents:\t<none>\n";
        assert_eq!(
            described(text),
            "Name:    web\nLabels:  app=web\n         a=b\nPorts:\n  Name   Port\n  ----   ----\n  x      80\nEvents:  <none>\n"
        );
        assert_eq!(
            described("a\tlong cell\tx\nb\tc\td\ne\tf\ng\th\ti\n"),
            "a  long cell  x\nb  c          d\ne  f\ng  h  i\n"
        );
        assert_eq!(described("A:\t\nB\n"), "A:  \nB\n");
        assert_eq!(described("A\t1\u{c}Bcd\u{b}2\n\nA\tb"), "A    1\nBcd  2\n\nA  b\n");
        assert_eq!(described("A\t"), "A  \n");
        assert_eq!(described(""), "");
    }

    #[test]
    fn widths_are_remembered_until_they_are_forgotten() {
        let mut tabs = Tabs::default();
        tabs.line(vec!["kubernetes".to_owned(), "x".to_owned()]);
        assert_eq!(tabs.take(), "kubernetes   x\n");
        tabs.line(vec!["a".to_owned(), "x".to_owned()]);
        assert_eq!(tabs.take(), "a            x\n");
        tabs.forget();
        tabs.line(vec!["a".to_owned(), "x".to_owned()]);
        assert_eq!(tabs.take(), "a     x\n");
    }
}
