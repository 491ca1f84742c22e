//! Changes of characters at the cursor: `x`, `D`, `~`, `r`, `J` and their like.

use super::object::Stretch;
use super::operator::{Op, case};
use super::run::Refused;
use super::table::Do;
use crate::app::editor::Editor;

impl Editor {
    /// `x`, `X` and `s`: none beyond the line.
    pub(super) fn cut_chars(
        &mut self,
        what: Do,
        n: usize,
        register: Option<char>,
    ) -> Result<(), Refused> {
        let line = self.line();
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let (mut from, mut to) = (self.cursor, self.cursor);
        for _ in 0..n.min(end - start) {
            if what == Do::DeleteCharBefore {
                from = self.buffer.before(from).max(start);
            } else {
                to = self.buffer.after(to).min(end);
            }
        }
        let op = if what == Do::ChangeChar { Op::Change } else { Op::Delete };
        if from == to && op == Op::Delete {
            return Err(Refused);
        }
        self.operate(op, Stretch { start: from, end: to, lines: false }, register, 1);
        Ok(())
    }

    /// `D` and `C`: to the end of the line, or of the `n`th from here.
    pub(super) fn cut_to_end(
        &mut self,
        changes: bool,
        n: usize,
        register: Option<char>,
    ) -> Result<(), Refused> {
        let last = self.line() + n - 1;
        if last >= self.n_lines() {
            return Err(Refused);
        }
        let to = self.buffer.line_end(last);
        let stretch = Stretch { start: self.cursor, end: to, lines: false };
        if changes {
            self.operate(Op::Change, stretch, register, 1);
        } else if to == self.cursor {
            return Err(Refused);
        } else {
            self.operate(Op::Delete, self.grown(stretch), register, 1);
        }
        Ok(())
    }

    /// `~`, up to the line's `end`.
    pub(super) fn swap_case(&mut self, n: usize, end: usize) {
        let at = self.cursor;
        let mut to = at;
        for _ in 0..n.min(end - at) {
            to = self.buffer.after(to).min(end);
        }
        let new: String = self.text()[at..to].chars().map(|c| case(Op::Swap, c)).collect();
        self.change(at, to, &new);
        self.cursor = at + new.len();
    }

    /// `J` and `gJ`: `n` lines, or those that are selected.
    pub(super) fn join_lines(&mut self, mut n: usize, blank: bool) -> Result<(), Refused> {
        if let Some((from, to)) = self.selection() {
            let last = self.buffer.line_of(to.max(from + 1) - 1);
            n = last - self.buffer.line_of(from) + 1;
            self.leave_visual();
            self.cursor = from;
        }
        if self.join(n, blank) { Ok(()) } else { Err(Refused) }
    }

    /// `r`, up to the line's `end`.
    pub(super) fn replace_chars(
        &mut self,
        with: Option<char>,
        n: usize,
        end: usize,
    ) -> Result<(), Refused> {
        let with = with.ok_or(Refused)?;
        let from = self.cursor;
        let mut to = from;
        for _ in 0..n {
            if to >= end {
                return Err(Refused);
            }
            to = self.buffer.after(to).min(end);
        }
        match with {
            '\r' => {
                // The characters go, a line end comes; the indentation is kept.
                let line = self.line();
                let text = self.buffer.line(line);
                let auto = !self.looks.paste && self.looks.auto_indent;
                let indent = if auto { text.len() - text.trim_start_matches(' ').len() } else { 0 };
                let new = format!("\n{}", " ".repeat(indent));
                let rest = &self.text()[to..end];
                let skip = if auto { rest.len() - rest.trim_start_matches(' ').len() } else { 0 };
                self.change(from, to + skip, &new);
                self.cursor = from + new.len() - usize::from(indent > 0);
            }
            c if c.is_control() && c != '\t' || ('\u{e000}'..='\u{e0ff}').contains(&c) => {
                return Err(Refused);
            }
            c => {
                let new: String = std::iter::repeat_n(c, n).collect();
                self.change(from, to, &new);
                self.cursor = from + new.len() - c.len_utf8();
            }
        }
        Ok(())
    }
}
