//! Where vim's motions lead. What they do at the edges is vim's (`normal.c`, `textobject.c`,
//! `cursor.c` of vim 9.0).

use super::operator::Op;
use crate::app::editor::find::{self, Match};
use crate::app::editor::{Buffer, Editor, cells, is_word};
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

fn moved(to: usize, reach: Reach) -> Option<Moved> {
    Some(Moved { to, reach, want: None })
}

/// A character's class: blank, punctuation, word.
fn class(c: Option<char>, big: bool) -> u8 {
    match c {
        None | Some(' ' | '\t' | '\n') => 0,
        Some(_) if big => 1,
        Some(c) if is_word(c) => 2,
        Some(_) => 1,
    }
}

/// The text as vim's word motions walk it: line by line, each line's end a place of its own.
struct Walk<'b> {
    buffer: &'b Buffer,
    /// Where the last line ends.
    end: usize,
}

impl Walk<'_> {
    fn class(&self, at: usize, big: bool) -> u8 {
        class(self.buffer.char_at(at).filter(|_| at < self.end), big)
    }

    fn is_line_end(&self, at: usize) -> bool {
        at >= self.end || self.buffer.char_at(at) == Some('\n')
    }

    fn is_empty_line(&self, at: usize) -> bool {
        self.is_line_end(at) && self.is_line_start(at)
    }

    fn is_line_start(&self, at: usize) -> bool {
        at == 0 || self.buffer.text().as_bytes().get(at - 1) == Some(&b'\n')
    }

    fn next(&self, at: usize) -> Option<usize> {
        let c = self.buffer.char_at(at).filter(|_| at < self.end)?;
        Some(at + c.len_utf8())
    }

    fn before(&self, at: usize) -> Option<usize> {
        let c = self.buffer.text().get(..at)?.chars().next_back()?;
        Some(at - c.len_utf8())
    }
}

impl Editor {
    /// The last line's end as vim sees it.
    pub(super) fn vim_end(&self) -> usize {
        self.buffer.line_end(self.n_lines() - 1)
    }

    fn walk(&self) -> Walk<'_> {
        Walk { buffer: &self.buffer, end: self.vim_end() }
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
        use Reach::{Exclusive, Inclusive, Lines};
        let n = count.unwrap_or(1).max(1);
        let cursor = self.cursor;
        let line = self.line();
        let last = self.n_lines() - 1;
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let line_to = |line: usize| moved(self.buffer.first_word(line), Lines);
        match what {
            Move::Left => {
                let mut at = cursor;
                for _ in 0..n.min(cursor - start) {
                    at = self.buffer.before(at).max(start);
                }
                if at == cursor && op.is_none() { None } else { moved(at, Exclusive) }
            }
            Move::Right => {
                // An operator and the selection reach behind the last character.
                let most = if op.is_some() || self.vim_is_visual() || end == start {
                    end
                } else {
                    self.buffer.before(end)
                };
                let mut at = cursor;
                for _ in 0..n.min(end - start) {
                    at = self.buffer.after(at).min(most.max(cursor));
                }
                if at == cursor && op.is_none() { None } else { moved(at, Exclusive) }
            }
            Move::Back | Move::Forth => self.over_lines(n, what == Move::Forth, op.is_some()),
            Move::Down
            | Move::Up
            | Move::HalfDown
            | Move::HalfUp
            | Move::PageDown
            | Move::PageUp => self.vertical(what, count, last),
            Move::Word | Move::BigWord => {
                let big = what == Move::BigWord;
                // `cw` on a word changes to the word's end.
                if op == Some(Op::Change) && self.walk().class(cursor, big) != 0 {
                    return self.word_end(n, big, true).map(|to| Moved {
                        to,
                        reach: Inclusive,
                        want: None,
                    });
                }
                let to = self.word(n, big, op.is_some());
                if to == cursor && op.is_none() { None } else { moved(to, Exclusive) }
            }
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
            Move::LineStart => moved(start, Exclusive),
            Move::FirstWord => moved(self.last_char(self.buffer.first_word(line)), Exclusive),
            Move::LineEnd => {
                let line = line + n - 1;
                if line > last {
                    return None;
                }
                let to = if self.vim_is_visual() {
                    self.buffer.line_end(line)
                } else {
                    self.last_char(self.buffer.line_end(line))
                };
                // On an empty line there is no character to take with it.
                let empty = self.buffer.line(line).is_empty();
                let reach = if empty { Exclusive } else { Inclusive };
                Some(Moved { to, reach, want: Some(Want::End) })
            }
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
            Move::NextLine if line + n > last => None,
            Move::NextLine => line_to(line + n),
            Move::LineBefore if line < n => None,
            Move::LineBefore => line_to(line - n),
            Move::ThisLine if line + n - 1 > last => None,
            Move::ThisLine => line_to(line + n - 1),
            Move::TextStart => line_to(count.map_or(0, |n| n.max(1) - 1).min(last)),
            Move::TextEnd => line_to(count.map_or(last, |n| n.max(1) - 1).min(last)),
            Move::Paragraph => self.paragraph(n, last),
            Move::ParagraphBack => self.paragraph_back(n),
            Move::Pair => match count {
                Some(percent) if percent <= 100 => {
                    line_to(((last + 1) * percent).div_ceil(100).max(1) - 1)
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

    fn word(&self, n: usize, big: bool, op: bool) -> usize {
        let walk = self.walk();
        let mut at = self.cursor;
        for i in 1..=n.min(self.buffer.len() + 1) {
            // The last word of an operator ends with its line.
            let stop = op && i == n;
            let class = walk.class(at, big);
            let on_last_line = self.buffer.line_of(at) + 1 >= self.n_lines();
            let Some(mut next) = walk.next(at) else { return at };
            if walk.is_line_end(next) && (stop || on_last_line && next >= walk.end) {
                return next;
            }
            if class != 0 {
                while walk.class(next, big) == class {
                    let Some(further) = walk.next(next) else { return next };
                    next = further;
                    if walk.is_line_end(next) && stop {
                        return next;
                    }
                }
            }
            while walk.class(next, big) == 0 {
                if walk.is_empty_line(next) && next > at {
                    break;
                }
                let Some(further) = walk.next(next) else { return next };
                next = further;
            }
            at = next;
        }
        at
    }

    fn word_back(&self, n: usize, big: bool) -> Option<usize> {
        let walk = self.walk();
        let mut at = self.cursor;
        for i in 0..n.min(self.buffer.len() + 1) {
            let Some(before) = walk.before(at) else {
                return if i == 0 { None } else { Some(at) };
            };
            at = before;
            let mut found_empty = false;
            while walk.class(at, big) == 0 {
                if walk.is_empty_line(at) {
                    found_empty = true;
                    break;
                }
                let Some(before) = walk.before(at) else { return Some(at) };
                at = before;
            }
            if found_empty {
                continue;
            }
            let class = walk.class(at, big);
            while let Some(before) = walk.before(at) {
                if walk.class(before, big) != class {
                    break;
                }
                at = before;
            }
        }
        Some(at)
    }

    /// `stay`: a word that ends here already counts (`cw`).
    fn word_end(&self, n: usize, big: bool, stay: bool) -> Option<usize> {
        let walk = self.walk();
        let mut at = self.cursor;
        let mut stay = stay;
        for _ in 0..n.min(self.buffer.len() + 1) {
            let class = walk.class(at, big);
            let next = walk.next(at)?;
            if walk.class(next, big) == class && class != 0 {
                at = self.skip_class(next, big);
            } else if !stay || class == 0 {
                // At a word's end, or between words: to the end of the next one.
                let mut next = next;
                while walk.class(next, big) == 0 {
                    next = match walk.next(next) {
                        Some(next) => next,
                        None => return Some(self.last_char(walk.end)),
                    };
                }
                at = self.skip_class(next, big);
            }
            stay = false;
        }
        Some(at)
    }

    /// The last character from `at` on that is of its class.
    fn skip_class(&self, at: usize, big: bool) -> usize {
        let walk = self.walk();
        let class = walk.class(at, big);
        let mut at = at;
        while let Some(next) = walk.next(at) {
            if walk.class(next, big) != class {
                break;
            }
            at = next;
        }
        at
    }

    fn word_end_back(&self, n: usize, big: bool) -> Option<usize> {
        let walk = self.walk();
        let mut at = self.cursor;
        for _ in 0..n.min(self.buffer.len() + 1) {
            let class = walk.class(at, big);
            at = walk.before(at)?;
            if class != 0 {
                while walk.class(at, big) == class {
                    let Some(before) = walk.before(at) else { return Some(at) };
                    at = before;
                }
            }
            while walk.class(at, big) == 0 {
                if walk.is_empty_line(at) {
                    break;
                }
                let Some(before) = walk.before(at) else { return Some(at) };
                at = before;
            }
        }
        Some(at)
    }

    fn paragraph(&self, n: usize, last: usize) -> Option<Moved> {
        let mut line = self.line();
        let empty = |line: usize| self.buffer.line(line).is_empty();
        for _ in 0..n {
            while line < last && empty(line) {
                line += 1;
            }
            while line < last && !empty(line) {
                line += 1;
            }
        }
        if line == last && !empty(last) {
            let end = self.buffer.line_end(last);
            let to = self.buffer.before(end).max(self.buffer.line_start(last));
            if to == self.cursor {
                return None;
            }
            return moved(to, Reach::Inclusive);
        }
        moved(self.buffer.line_start(line), Reach::Exclusive)
    }

    fn paragraph_back(&self, n: usize) -> Option<Moved> {
        let mut line = self.line();
        let empty = |line: usize| self.buffer.line(line).is_empty();
        for _ in 0..n {
            while line > 0 && empty(line) {
                line -= 1;
            }
            while line > 0 && !empty(line) {
                line -= 1;
            }
        }
        moved(self.buffer.line_start(line), Reach::Exclusive)
    }

    /// The bracket that belongs to the next one in the line.
    fn pair(&self) -> Option<usize> {
        let line_end = self.buffer.line_end(self.line());
        let (at, c) = self.text()[self.cursor..line_end]
            .char_indices()
            .find(|(_, c)| "()[]{}".contains(*c))
            .map(|(i, c)| (self.cursor + i, c))?;
        let (open, close) = match c {
            '(' | ')' => ('(', ')'),
            '[' | ']' => ('[', ']'),
            _ => ('{', '}'),
        };
        if c == open {
            super::object::closing(self.text(), at, open, close)
        } else {
            super::object::opening(self.text(), at, open, close)
        }
    }

    fn find_char(&self, kind: Move, c: char, n: usize, again: bool) -> Option<Moved> {
        let line = self.line();
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let cursor = self.cursor.min(end);
        if matches!(kind, Move::Find | Move::Till) {
            let mut from = self.buffer.after(cursor).min(end);
            // `;` after `t` does not stay before the same character.
            if again && kind == Move::Till && self.buffer.char_at(from) == Some(c) && n == 1 {
                from = self.buffer.after(from).min(end);
            }
            let at = self.text()[from..end].match_indices(c).nth(n - 1)?.0 + from;
            let to = if kind == Move::Till { self.buffer.before(at) } else { at };
            moved(to, Reach::Inclusive)
        } else {
            let mut until = cursor;
            if again && kind == Move::TillBack && n == 1 && until > start {
                let before = self.buffer.before(until);
                if self.buffer.char_at(before) == Some(c) {
                    until = before;
                }
            }
            let at = self.text()[start..until].rmatch_indices(c).nth(n - 1)?.0 + start;
            let to = if kind == Move::TillBack { self.buffer.after(at) } else { at };
            moved(to, Reach::Exclusive)
        }
    }

    /// The `n`th match of what was last looked for, with vim's words about it.
    pub(super) fn matched(&mut self, n: usize, backward: bool) -> Option<Moved> {
        self.matched_from(self.cursor, n, backward)
    }

    pub(super) fn matched_from(&mut self, from: usize, n: usize, backward: bool) -> Option<Moved> {
        let mut at = from;
        let mut wrapped = false;
        for _ in 0..n.min(self.buffer.len() + 1) {
            let Some(Match { start, wrapped: around, .. }) = self.seek(at, backward) else {
                let text = self.search.text.clone();
                self.fail(format!("E486: Pattern not found: {text}"));
                return None;
            };
            at = start;
            wrapped |= around;
        }
        let lead = if backward { '?' } else { '/' };
        if wrapped && backward {
            self.fail("search hit TOP, continuing at BOTTOM");
        } else if wrapped {
            self.fail("search hit BOTTOM, continuing at TOP");
        } else {
            let text = self.search.text.clone();
            self.say(format!("{lead}{text}"));
        }
        moved(at, Reach::Exclusive)
    }

    fn star(&mut self, n: usize, backward: bool) -> Option<Moved> {
        let line = self.line();
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let text = self.text();
        let word_at = text[self.cursor..end].char_indices().find(|(_, c)| is_word(*c));
        let Some((offset, _)) = word_at else {
            self.fail("E348: No string under cursor");
            return None;
        };
        let at = self.cursor + offset;
        let head = text[start..at].trim_end_matches(is_word).len();
        let tail = text[at..end].len() - text[at..end].trim_start_matches(is_word).len();
        let word = text[start + head..at + tail].to_owned();
        let typed = format!("\\<{word}\\>");
        let ignore_case = self.looks.ignore_case;
        match crate::app::editor::pattern::Pattern::vim(&typed, ignore_case) {
            Ok(pattern) => {
                self.search =
                    find::Search { text: typed, pattern: Some(pattern), backward, quiet: false };
                self.matched_from(start + head, n, backward)
            }
            Err(error) => {
                self.fail(error);
                None
            }
        }
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
