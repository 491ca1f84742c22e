//! What was said, line by line, bounded, and which part of it is shown.

use super::line::cut;
use crate::app::editor::cells;
use crate::source::clean_line;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Lines that are kept.
pub const MAX_ROWS: usize = 5_000;
/// The longest line that is kept, in bytes.
const MAX_ROW: usize = 16 << 10;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A prompt of so many bytes, and what was typed after it.
    Typed(usize),
    /// stdout
    Out,
    /// stderr
    Err,
    /// Said by the pane itself.
    Note,
}

/// A line, safe to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// The rows that it takes on the screen.
    height: usize,
}

/// What was said.
#[derive(Debug, Clone)]
pub struct Scrollback {
    rows: VecDeque<Row>,
    /// The last line is not ended yet.
    open: bool,
    columns: usize,
    /// Rows on the screen that all of it takes.
    total: usize,
    /// Where the screen begins that was cleared last.
    cleared: usize,
}

impl Default for Scrollback {
    fn default() -> Self {
        Self { rows: VecDeque::new(), open: false, columns: 80, total: 0, cleared: 0 }
    }
}

impl Scrollback {
    /// Rows on the screen that all of it takes.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The row at which the screen that was cleared last begins.
    #[must_use]
    pub fn cleared(&self) -> usize {
        self.cleared
    }

    /// What is kept.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    /// The columns there are to show it in.
    pub fn set_columns(&mut self, columns: usize) {
        if columns == self.columns {
            return;
        }
        self.columns = columns.max(1);
        let mut cleared = self.cleared;
        let mut new_cleared = 0;
        self.total = 0;
        for row in &mut self.rows {
            let old = row.height;
            row.height = wrapped(&row.text, self.columns).len();
            self.total += row.height;
            if cleared > 0 {
                cleared = cleared.saturating_sub(old);
                new_cleared += row.height;
            }
        }
        self.cleared = new_cleared;
    }

    /// A whole line.
    pub fn line(&mut self, kind: Kind, text: &str) {
        self.open = false;
        self.push(kind, text);
    }

    /// What a command says: lines, the last perhaps not ended. Its escape sequences that
    /// clear the screen do, all others are shown as signs.
    pub fn say(&mut self, kind: Kind, text: &str) {
        let mut rest = text;
        while let Some((at, len)) = clearing(rest) {
            self.lines(kind, rest.get(..at).unwrap_or_default());
            self.clear();
            rest = rest.get(at + len..).unwrap_or_default();
        }
        self.lines(kind, rest);
    }

    /// The next line begins at the top of the screen.
    pub fn clear(&mut self) {
        self.open = false;
        self.cleared = self.total;
    }

    /// What comes next begins a new line.
    pub fn end_line(&mut self) {
        self.open = false;
    }

    /// The lines that are shown from row `top` on, as many as `n`.
    pub fn shown(&self, top: usize, n: usize) -> impl Iterator<Item = (&Row, &str)> {
        let mut at = 0;
        self.rows
            .iter()
            .filter_map(move |row| {
                let start = at;
                at += row.height;
                (start + row.height > top && start < top + n).then_some((row, start))
            })
            .flat_map(move |(row, start)| {
                wrapped(&row.text, self.columns)
                    .into_iter()
                    .enumerate()
                    .filter(move |(i, _)| (top..top + n).contains(&(start + i)))
                    .map(move |(_, range)| (row, row.text.get(range).unwrap_or_default()))
            })
    }

    /// The line that row `at` of the screen belongs to.
    #[must_use]
    pub fn line_at(&self, at: usize) -> usize {
        let mut end = 0;
        let above = self.rows.iter().take_while(|row| {
            end += row.height;
            end <= at
        });
        above.count()
    }

    /// The row that a line begins at.
    #[must_use]
    pub fn row_of(&self, line: usize) -> usize {
        self.rows.iter().take(line).map(|row| row.height).sum()
    }

    /// The first row at or after `from` whose line holds `pattern`.
    #[must_use]
    pub fn find(&self, pattern: &str, from: usize) -> Option<usize> {
        let mut at = 0;
        self.rows.iter().find_map(|row| {
            let start = at;
            at += row.height;
            (start >= from && row.text.contains(pattern)).then_some(start)
        })
    }

    fn lines(&mut self, kind: Kind, text: &str) {
        for piece in text.split_inclusive('\n') {
            let line = piece.strip_suffix('\n').unwrap_or(piece);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let ended = piece.ends_with('\n');
            match self.rows.back_mut().filter(|_| self.open) {
                Some(last) => {
                    self.total -= last.height;
                    let room = MAX_ROW.saturating_sub(last.text.len());
                    last.text.push_str(cut(&clean_line(line), room));
                    last.height = wrapped(&last.text, self.columns).len();
                    self.total += last.height;
                }
                None => self.push(kind, line),
            }
            self.open = !ended;
        }
    }

    fn push(&mut self, kind: Kind, text: &str) {
        let text = clean_line(&without_tabs(cut(text, MAX_ROW))).into_owned();
        let height = wrapped(&text, self.columns).len();
        self.total += height;
        self.rows.push_back(Row { kind, text, height });
        while self.rows.len() > MAX_ROWS {
            if let Some(row) = self.rows.pop_front() {
                self.total -= row.height;
                self.cleared = self.cleared.saturating_sub(row.height);
            }
        }
    }
}

/// Tabs go to the next column of eight, as on a terminal.
fn without_tabs(text: &str) -> Cow<'_, str> {
    if !text.contains('\t') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = 0;
    for grapheme in text.graphemes(true) {
        if grapheme == "\t" {
            let n = 8 - column % 8;
            out.extend(std::iter::repeat_n(' ', n));
            column += n;
        } else {
            out.push_str(grapheme);
            column += cells(grapheme);
        }
    }
    out.into()
}

/// Where the first escape sequence that clears the screen stands, and how long it is.
fn clearing(text: &str) -> Option<(usize, usize)> {
    const SEQUENCES: [&str; 5] = [
        "\u{1b}[H\u{1b}[2J\u{1b}[3J",
        "\u{1b}[H\u{1b}[2J",
        "\u{1b}[H\u{1b}[J",
        "\u{1b}[2J",
        "\u{1b}c",
    ];
    SEQUENCES
        .iter()
        .filter_map(|sequence| Some((text.find(sequence)?, sequence.len())))
        .min_by_key(|(at, len)| (*at, std::cmp::Reverse(*len)))
}

/// `text` as ranges of bytes that take at most `columns` each, without the ends of its lines; never
/// none.
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<Range<usize>> {
    let columns = columns.max(2);
    if text.len() <= columns && text.is_ascii() && !text.contains('\n') {
        return vec![Range { start: 0, end: text.len() }];
    }
    let mut out = Vec::new();
    let (mut start, mut at, mut used) = (0, 0, 0);
    for grapheme in text.graphemes(true) {
        if grapheme == "\n" {
            out.push(start..at);
            at += 1;
            (start, used) = (at, 0);
            continue;
        }
        let w = cells(grapheme);
        if used + w > columns {
            out.push(start..at);
            (start, used) = (at, 0);
        }
        at += grapheme.len();
        used += w;
    }
    out.push(start..at);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(back: &Scrollback, top: usize, n: usize) -> Vec<&str> {
        back.shown(top, n).map(|(_, text)| text).collect()
    }

    #[test]
    fn lines_are_wrapped_cut_and_bounded() {
        let mut back = Scrollback::default();
        back.set_columns(4);
        back.say(Kind::Out, "abcdefghi\nx\u{1b}[31my\r\n木木木\n");
        assert_eq!(texts(&back, 0, 99), ["abcd", "efgh", "i", "x\u{fffd}[3", "1my", "木木", "木"]);
        assert_eq!(texts(&back, 2, 2), ["i", "x\u{fffd}[3"]);
        assert_eq!(back.total(), 7);
        back.set_columns(80);
        assert_eq!(back.total(), 3);
        for _ in 0..MAX_ROWS {
            back.line(Kind::Out, "z");
        }
        assert_eq!((back.total(), back.rows().count()), (MAX_ROWS, MAX_ROWS));
        back.line(Kind::Out, &"y".repeat(1 << 20));
        assert_eq!(back.rows().last().map(|row| row.text.len()), Some(MAX_ROW));
    }

    #[test]
    fn a_line_that_is_not_ended_goes_on() {
        let mut back = Scrollback::default();
        back.say(Kind::Out, "one\nIf you ");
        back.say(Kind::Out, "don't");
        assert_eq!(texts(&back, 0, 9), ["one", "If you don't"]);
        back.end_line();
        back.say(Kind::Err, "x\ty");
        assert_eq!(texts(&back, 2, 9), ["x       y"]);
    }

    #[test]
    fn sequences_that_clear_the_screen_do() {
        let mut back = Scrollback::default();
        back.say(Kind::Out, "a\nb\n\u{1b}[H\u{1b}[2Jc\n");
        assert_eq!((back.cleared(), back.total()), (2, 3));
        assert_eq!(texts(&back, back.cleared(), 9), ["c"]);
    }

    #[test]
    fn a_text_is_found_from_a_row_on() {
        let mut back = Scrollback::default();
        back.say(Kind::Out, "a\nweb\nb\nweb\n");
        assert_eq!(back.find("web", 0), Some(1));
        assert_eq!(back.find("web", 2), Some(3));
        assert_eq!(back.find("web", 4), None);
    }
}
