//! vim's motions over words and paragraphs: line by line, each line's end a place of its own.

use super::motion::{Moved, Reach, moved};
use crate::app::editor::{Buffer, Editor, is_word};

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
pub(super) struct Walk<'b> {
    buffer: &'b Buffer,
    /// Where the last line ends.
    end: usize,
}

impl Walk<'_> {
    pub(super) fn class(&self, at: usize, big: bool) -> u8 {
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
    pub(super) fn walk(&self) -> Walk<'_> {
        Walk { buffer: &self.buffer, end: self.vim_end() }
    }

    pub(super) fn word(&self, n: usize, big: bool, op: bool) -> usize {
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

    pub(super) fn word_back(&self, n: usize, big: bool) -> Option<usize> {
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
    pub(super) fn word_end(&self, n: usize, big: bool, stay: bool) -> Option<usize> {
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

    pub(super) fn word_end_back(&self, n: usize, big: bool) -> Option<usize> {
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

    pub(super) fn paragraph(&self, n: usize, last: usize) -> Option<Moved> {
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

    pub(super) fn paragraph_back(&self, n: usize) -> Option<Moved> {
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
}
