//! Moves of the cursor with the plain keys.

use super::{Editor, is_word};

/// A move of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One character left.
    Left,
    /// One character right.
    Right,
    /// One line up, in the same column where there is one.
    Up,
    /// One line down.
    Down,
    /// To the start of the word before.
    WordLeft,
    /// Past the end of the next word.
    WordRight,
    /// To the first character of the line that is no blank; from there to its start.
    LineStart,
    /// To the line's end.
    LineEnd,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the start of the text.
    TextStart,
    /// To the end of the text.
    TextEnd,
}

impl Editor {
    /// Moves the cursor. `page` is the lines that a page has.
    pub fn move_to(&mut self, motion: Motion, select: bool, page: usize) {
        self.menu = None;
        let page = page.max(2) - 1;
        let vertical = match motion {
            Motion::Up => Some((1, true)),
            Motion::Down => Some((1, false)),
            Motion::PageUp => Some((page, true)),
            Motion::PageDown => Some((page, false)),
            _ => None,
        };
        if let Some((n_lines, up)) = vertical {
            let column = self.column.unwrap_or_else(|| self.buffer.column(self.cursor));
            let line = self.buffer.line_of(self.cursor);
            let last = self.n_lines() - 1;
            let line = if up { line.saturating_sub(n_lines) } else { (line + n_lines).min(last) };
            let target = self.buffer.at_column(line, column);
            self.go(target, select);
            self.column = Some(column);
            return;
        }
        let line = self.buffer.line_of(self.cursor);
        let target = match motion {
            // As everywhere: without Shift, a selection collapses to its end.
            Motion::Left if !select && self.selection().is_some() => {
                self.selection().map_or(self.cursor, |(start, _)| start)
            }
            Motion::Right if !select && self.selection().is_some() => {
                self.selection().map_or(self.cursor, |(_, end)| end)
            }
            Motion::Left => self.buffer.before(self.cursor),
            Motion::Right => self.buffer.after(self.cursor),
            Motion::WordLeft => self.word_left(),
            Motion::WordRight => self.word_right(),
            Motion::LineStart => {
                let (start, first) = (self.buffer.line_start(line), self.buffer.first_word(line));
                if self.cursor == first { start } else { first }
            }
            Motion::LineEnd => self.buffer.line_end(line),
            Motion::TextStart => 0,
            _ => self.buffer.len(),
        };
        self.column = None;
        self.go(target, select);
    }

    /// The start of the word before the cursor.
    pub(super) fn word_left(&self) -> usize {
        let head = self.text()[..self.cursor].trim_end_matches(|c: char| !is_word(c));
        head.trim_end_matches(is_word).len()
    }

    fn word_right(&self) -> usize {
        let tail = &self.text()[self.cursor..];
        let rest = tail.trim_start_matches(|c: char| !is_word(c)).trim_start_matches(is_word);
        self.text().len() - rest.len()
    }
}
