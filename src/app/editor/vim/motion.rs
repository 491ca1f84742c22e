//! Where vim's motions lead. What they do at the edges is vim's (`normal.c`, `textobject.c`,
//! `cursor.c` of vim 9.0).

use super::operator::Op;

use crate::app::editor::{Editor, cells};
use unicode_segmentation::UnicodeSegmentation;

/// Lines that a page has.
const PAGE: usize = 18;

/// A motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    Left,
    Right,
    Back,
    Forth,
    Down,
    Up,
    Word,
    BigWord,
    WordBack,
    BigWordBack,
    WordEnd,
    BigWordEnd,
    WordEndBack,
    BigWordEndBack,
    LineStart,
    FirstWord,
    LineEnd,
    LastWord,
    Column,
    NextLine,
    LineBefore,
    ThisLine,
    TextStart,
    TextEnd,
    Paragraph,
    ParagraphBack,
    Pair,
    Find,
    FindBack,
    Till,
    TillBack,
    FindAgain,
    FindOther,
    Search,
    SearchBack,
    Next,
    NextOther,
    Star,
    StarBack,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
}

/// How far an operator reaches with a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Up to the place.
    Exclusive,
    /// With the character at the place.
    Inclusive,
    /// Whole lines.
    Lines,
}

/// The column that `j` and `k` keep to, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    Cell(usize),
    End,
}

/// Where a motion led.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved {
    pub(super) to: usize,
    pub(super) reach: Reach,
    /// What to keep to from now on; none: the column of `to`.
    pub(super) want: Option<Want>,
}

pub(super) fn moved(to: usize, reach: Reach) -> Option<Moved> {
    Some(Moved { to, reach, want: None })
}

impl Editor {
    /// The last line's end as vim sees it.
    pub(super) fn vim_end(&self) -> usize {
        self.buffer.line_end(self.n_lines() - 1)
    }

    /// The cell in which the character at `at` begins.
    pub(super) fn cell_of(&self, at: usize) -> usize {
        let start = self.buffer.line_start(self.buffer.line_of(at));
        self.text()[start..at].graphemes(true).map(cells).sum()
    }

    /// The character of a line that is shown in a cell; its last one where it is shorter.
    pub(super) fn at_cell(&self, line: usize, want: Want) -> usize {
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let Want::Cell(cell) = want else { return end };
        let mut used = 0;
        let mut at = start;
        for grapheme in self.text()[start..end].graphemes(true) {
            used += cells(grapheme);
            if used > cell {
                return at;
            }
            at += grapheme.len();
        }
        end
    }

    /// Follows a motion from the cursor. `op` is the operator that waits for it. None where
    /// vim would refuse it.
    pub(super) fn follow(
        &mut self,
        what: Move,
        count: Option<usize>,
        argument: Option<char>,
        op: Option<Op>,
    ) -> Option<Moved> {
        use Reach::{Exclusive, Inclusive};
        let n = count.unwrap_or(1).max(1);
        let line = self.line();
        let last = self.n_lines() - 1;
        match what {
            Move::Left | Move::Right => self.within_line(n, what == Move::Right, op.is_some()),
            Move::Back | Move::Forth => self.over_lines(n, what == Move::Forth, op.is_some()),
            Move::Down
            | Move::Up
            | Move::HalfDown
            | Move::HalfUp
            | Move::PageDown
            | Move::PageUp => self.vertical(what, count, last),
            Move::Word | Move::BigWord => self.to_word(n, what == Move::BigWord, op),
            Move::WordBack | Move::BigWordBack => {
                let to = self.word_back(n, what == Move::BigWordBack)?;
                moved(to, Exclusive)
            }
            Move::WordEnd | Move::BigWordEnd => {
                let to = self.word_end(n, what == Move::BigWordEnd, false)?;
                moved(to, Inclusive)
            }
            Move::WordEndBack | Move::BigWordEndBack => {
                let to = self.word_end_back(n, what == Move::BigWordEndBack)?;
                moved(to, Inclusive)
            }
            Move::LineStart => moved(self.buffer.line_start(line), Exclusive),
            Move::FirstWord => moved(self.last_char(self.buffer.first_word(line)), Exclusive),
            Move::LineEnd => self.to_line_end(line + n - 1),
            Move::LastWord => {
                let line = (line + n - 1).min(last);
                let kept = self.buffer.line(line).trim_end_matches([' ', '\t']).len();
                let to = self.buffer.line_start(line) + kept;
                let to = if kept == 0 { to } else { self.buffer.before(to) };
                moved(to, Inclusive)
            }
            Move::Column => {
                let to = self.at_cell(line, Want::Cell(n - 1));
                let want = Some(Want::Cell(n - 1));
                Some(Moved { to: self.last_char(to), reach: Exclusive, want })
            }
            Move::NextLine => self.to_line(line + n),
            Move::LineBefore => self.to_line(line.checked_sub(n)?),
            Move::ThisLine => self.to_line(line + n - 1),
            Move::TextStart => self.to_line(count.map_or(0, |n| n.max(1) - 1).min(last)),
            Move::TextEnd => self.to_line(count.map_or(last, |n| n.max(1) - 1).min(last)),
            Move::Paragraph => self.paragraph(n, last),
            Move::ParagraphBack => self.paragraph_back(n),
            Move::Pair => match count {
                Some(percent) if percent <= 100 => {
                    self.to_line(((last + 1) * percent).div_ceil(100).max(1) - 1)
                }
                Some(_) => None,
                None => moved(self.pair()?, Inclusive),
            },
            Move::Find | Move::FindBack | Move::Till | Move::TillBack => {
                let c = argument?;
                self.vim_mut()?.found = Some((what, c));
                self.find_char(what, c, n, false)
            }
            Move::FindAgain | Move::FindOther => {
                let (kind, c) = self.vim.as_ref()?.found?;
                let kind = if what == Move::FindAgain { kind } else { kind.reversed() };
                self.find_char(kind, c, n, true)
            }
            Move::Next | Move::NextOther => {
                if self.search.pattern.is_none() {
                    self.fail("E35: No previous regular expression");
                    return None;
                }
                self.search.quiet = false;
                let backward = self.search.backward != (what == Move::NextOther);
                self.matched(n, backward)
            }
            Move::Star | Move::StarBack => self.star(n, what == Move::StarBack),
            // These open the line at the foot; its Enter goes on.
            Move::Search | Move::SearchBack => None,
        }
    }

    /// `h` and `l`.
    fn within_line(&self, n: usize, forth: bool, op: bool) -> Option<Moved> {
        let (line, cursor) = (self.line(), self.cursor);
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let mut at = cursor;
        if forth {
            // An operator and the selection reach behind the last character.
            let reaches_end = op || self.vim_is_visual() || end == start;
            let most = if reaches_end { end } else { self.buffer.before(end) };
            for _ in 0..n.min(end - start) {
                at = self.buffer.after(at).min(most.max(cursor));
            }
        } else {
            for _ in 0..n.min(cursor - start) {
                at = self.buffer.before(at).max(start);
            }
        }
        if at == cursor && !op { None } else { moved(at, Reach::Exclusive) }
    }

    /// `w` and `W`.
    fn to_word(&self, n: usize, big: bool, op: Option<Op>) -> Option<Moved> {
        // `cw` on a word changes to the word's end.
        if op == Some(Op::Change) && self.walk().class(self.cursor, big) != 0 {
            return moved(self.word_end(n, big, true)?, Reach::Inclusive);
        }
        let to = self.word(n, big, op.is_some());
        if to == self.cursor && op.is_none() { None } else { moved(to, Reach::Exclusive) }
    }

    /// `$`, of `line`.
    fn to_line_end(&self, line: usize) -> Option<Moved> {
        if line >= self.n_lines() {
            return None;
        }
        let end = self.buffer.line_end(line);
        let to = if self.vim_is_visual() { end } else { self.last_char(end) };
        // On an empty line there is no character to take with it.
        let empty = self.buffer.line(line).is_empty();
        let reach = if empty { Reach::Exclusive } else { Reach::Inclusive };
        Some(Moved { to, reach, want: Some(Want::End) })
    }

    /// The first word of `line`, where there is such a line.
    fn to_line(&self, line: usize) -> Option<Moved> {
        let is_there = line < self.n_lines();
        is_there.then(|| Moved {
            to: self.buffer.first_word(line),
            reach: Reach::Lines,
            want: None,
        })
    }

    /// Where the cursor may stand: on the line's last character in place of behind it.
    pub(super) fn last_char(&self, at: usize) -> usize {
        let line = self.buffer.line_of(at);
        if at >= self.buffer.line_end(line) && !self.buffer.line(line).is_empty() {
            self.buffer.before(self.buffer.line_end(line))
        } else {
            at
        }
    }

    fn over_lines(&self, n: usize, forth: bool, op: bool) -> Option<Moved> {
        let mut at = self.cursor;
        for _ in 0..n.min(self.buffer.len() + 1) {
            let line = self.buffer.line_of(at);
            if forth {
                let (end, last) = (self.buffer.line_end(line), self.n_lines() - 1);
                let next = self.buffer.after(at).min(end);
                if next < end || (op && at < end) {
                    at = next;
                } else if line < last {
                    at = self.buffer.line_start(line + 1);
                } else {
                    break;
                }
            } else if at > self.buffer.line_start(line) {
                at = self.buffer.before(at);
            } else if line > 0 {
                let end = self.buffer.line_end(line - 1);
                at = if op { end } else { self.last_char(end) };
            } else {
                break;
            }
        }
        if at == self.cursor { None } else { moved(at, Reach::Exclusive) }
    }

    fn vertical(&mut self, what: Move, count: Option<usize>, last: usize) -> Option<Moved> {
        let line = self.line();
        let n = count.unwrap_or(1).max(1);
        let (n, up) = match what {
            Move::Down => (n, false),
            Move::Up => (n, true),
            Move::HalfDown => (count.unwrap_or(PAGE / 2), false),
            Move::HalfUp => (count.unwrap_or(PAGE / 2), true),
            Move::PageDown => (n.saturating_mul(PAGE), false),
            _ => (n.saturating_mul(PAGE), true),
        };
        let target = if up { line.saturating_sub(n) } else { line.saturating_add(n).min(last) };
        if target == line {
            return None;
        }
        if !matches!(what, Move::Down | Move::Up) {
            return moved(self.buffer.first_word(target), Reach::Lines);
        }
        let want = match self.vim.as_ref().and_then(|vim| vim.want) {
            Some(want) => want,
            None => Want::Cell(self.cell_of(self.cursor)),
        };
        let to = self.at_cell(target, want);
        Some(Moved { to, reach: Reach::Lines, want: Some(want) })
    }
}

impl Move {
    fn reversed(self) -> Self {
        match self {
            Self::Find => Self::FindBack,
            Self::FindBack => Self::Find,
            Self::Till => Self::TillBack,
            Self::TillBack => Self::Till,
            other => other,
        }
    }
}
