//! vim's motions to what is looked for: brackets, characters, patterns, the word under the cursor.

use super::motion::{Move, Moved, Reach, moved};
use crate::app::editor::Editor;
use crate::app::editor::find::{self, Match};
use crate::app::editor::is_word;

impl Editor {
    /// The bracket that belongs to the next one in the line.
    pub(super) fn pair(&self) -> Option<usize> {
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

    pub(super) fn find_char(&self, kind: Move, c: char, n: usize, again: bool) -> Option<Moved> {
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

    fn matched_from(&mut self, from: usize, n: usize, backward: bool) -> Option<Moved> {
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

    pub(super) fn star(&mut self, n: usize, backward: bool) -> Option<Moved> {
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
