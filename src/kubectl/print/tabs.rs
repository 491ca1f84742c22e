//! Text in columns (github.com/liggitt/tabwriter as kubectl sets it up: cells at least six
//! wide, three spaces between, no tabs, widths remembered from one block to the next).

const MIN_WIDTH: usize = 6;
const PADDING: usize = 3;

/// Lines of cells, set in columns when they are flushed.
#[derive(Debug, Clone, Default)]
pub(in crate::kubectl) struct Tabs {
    lines: Vec<Vec<String>>,
    /// The widest that each column was since the widths were forgotten.
    remembered: Vec<usize>,
    /// An empty line comes before the next one.
    parted: bool,
    out: String,
}

impl Tabs {
    /// Adds a line. Where it has one cell only, all lines so far are set.
    pub(in crate::kubectl) fn line(&mut self, cells: Vec<String>) {
        // A tab ends a cell and a newline a line, whoever wrote them.
        if cells.iter().any(|cell| cell.contains(['\t', '\u{b}', '\n', '\u{c}'])) {
            let text = cells.join("\t");
            for line in text.split(['\n', '\u{c}']) {
                self.whole(line.split(['\t', '\u{b}']).map(str::to_owned).collect());
            }
        } else {
            self.whole(cells);
        }
    }

    fn whole(&mut self, cells: Vec<String>) {
        let alone = cells.len() == 1;
        self.lines.push(cells);
        if alone {
            self.flush();
        }
    }

    /// Sets the lines in columns.
    pub(in crate::kubectl) fn flush(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let widths: Vec<Vec<usize>> = lines
            .iter()
            .map(|line| line.iter().map(|cell| cell.chars().count()).collect())
            .collect();
        self.set(&lines, &widths, &mut Vec::new());
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
    fn set(&mut self, lines: &[Vec<String>], widths: &[Vec<usize>], columns: &mut Vec<usize>) {
        let column = columns.len();
        let has = |line: &Vec<String>| column + 1 < line.len();
        let mut at = 0;
        while at < lines.len() {
            let rest = lines.get(at..).unwrap_or_default();
            let n_without = rest.iter().take_while(|line| !has(line)).count();
            for line in rest.iter().take(n_without) {
                self.write(line, columns);
            }
            let n_with = rest.iter().skip(n_without).take_while(|line| has(line)).count();
            if n_with > 0 {
                let block = at + n_without..at + n_without + n_with;
                let (lines, widths) = (
                    lines.get(block.clone()).unwrap_or_default(),
                    widths.get(block).unwrap_or_default(),
                );
                let cells = widths.iter().filter_map(|line| line.get(column));
                let width = cells.map(|cell| cell + PADDING).max().unwrap_or(0).max(MIN_WIDTH);
                columns.push(self.remember(column, width, columns));
                self.set(lines, widths, columns);
                columns.pop();
            }
            at += n_without + n_with;
        }
    }

    fn remember(&mut self, column: usize, width: usize, columns: &[usize]) -> usize {
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

    fn write(&mut self, line: &[String], columns: &[usize]) {
        if std::mem::take(&mut self.parted) {
            self.out.push('\n');
        }
        for (idx, cell) in line.iter().enumerate() {
            self.out.push_str(cell);
            if let (Some(width), true) = (columns.get(idx), idx + 1 < line.len()) {
                let n = width.saturating_sub(cell.chars().count());
                self.out.extend(std::iter::repeat_n(' ', n));
            }
        }
        self.out.push('\n');
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
