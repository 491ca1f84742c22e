//! Text with tabs set in columns (Go's text/tabwriter without flags, as kubectl uses it).

/// How columns are set.
#[derive(Debug, Clone, Copy)]
pub(in crate::kubectl) struct Tabs {
    /// The least width of a column, its padding included.
    pub(in crate::kubectl) least: usize,
    /// Blanks behind the widest cell.
    pub(in crate::kubectl) padding: usize,
}

/// As `describe` sets its columns.
pub(super) const DESCRIBE: Tabs = Tabs { least: 0, padding: 2 };

impl Tabs {
    /// Sets `text`: a column is as wide as its widest cell, over lines that follow each other
    /// and all have it. What stands behind a line's last tab is in no column.
    pub(in crate::kubectl) fn set(self, text: &str) -> String {
        let lines: Vec<Vec<&str>> = text.split('\n').map(|l| l.split('\t').collect()).collect();
        let mut widths: Vec<Vec<usize>> = vec![Vec::new(); lines.len()];
        // Lines that have the column looked at.
        let mut having: Vec<usize> = (0..lines.len()).collect();
        for column in 0.. {
            having.retain(|n| lines.get(*n).is_some_and(|line| line.len() > column + 1));
            if having.is_empty() {
                break;
            }
            for block in having.chunk_by(|a, b| a + 1 == *b) {
                let cells = block.iter().filter_map(|n| lines.get(*n)?.get(column));
                let widest = cells.map(|cell| cell.chars().count() + self.padding).max();
                let width = widest.unwrap_or(0).max(self.least);
                for n in block {
                    if let Some(widths) = widths.get_mut(*n) {
                        widths.push(width);
                    }
                }
            }
        }
        let mut out = String::with_capacity(text.len() * 2);
        for (n, (line, widths)) in lines.iter().zip(&widths).enumerate() {
            if n > 0 {
                out.push('\n');
            }
            for (cell, width) in line.iter().zip(widths.iter().map(Some).chain([None])) {
                out.push_str(cell);
                let blanks = width.map_or(0, |w| w.saturating_sub(cell.chars().count()));
                out.extend(std::iter::repeat_n(' ', blanks));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_ends_where_a_line_has_it_not() {
        let text = "Name:\tweb\nLabels:\tapp=web\n\ta=b\nPorts:\n  Name\tPort\n  ----\t----\n  x\t80\nEvents:\t<none>\n";
        assert_eq!(
            DESCRIBE.set(text),
            "Name:    web\nLabels:  app=web\n         a=b\nPorts:\n  Name   Port\n  ----   ----\n  x      80\nEvents:  <none>\n"
        );
        assert_eq!(DESCRIBE.set("A:\t\nB\n"), "A:  \nB\n");
        assert_eq!(Tabs { least: 6, padding: 3 }.set("A\tB\nab\tc"), "A     B\nab    c");
        assert_eq!(DESCRIBE.set(""), "");
    }

    #[test]
    fn an_inner_column_is_as_wide_as_its_own_block() {
        assert_eq!(
            DESCRIBE.set("a\tlong cell\tx\nb\tc\td\ne\tf\ng\th\ti\n"),
            "a  long cell  x\nb  c          d\ne  f\ng  h  i\n"
        );
    }
}
