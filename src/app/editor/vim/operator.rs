//! Operators: what is done to a stretch of text, and the registers it goes through.

use super::motion::{Moved, Reach};
use super::object::Stretch;
use super::{Mode, Vim};
use crate::app::editor::{Ask, Editor};

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Delete,
    Change,
    Yank,
    Indent,
    Outdent,
    Lower,
    Upper,
    Swap,
    Comment,
    DeleteLines,
    ChangeLines,
    YankLines,
}

impl Op {
    /// The same for whole lines, whatever was selected.
    fn by_lines(self) -> Option<Self> {
        match self {
            Self::DeleteLines => Some(Self::Delete),
            Self::ChangeLines => Some(Self::Change),
            Self::YankLines => Some(Self::Yank),
            _ => None,
        }
    }
}

/// What a register holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Register {
    /// Lines end with a newline.
    pub(super) text: String,
    pub(super) lines: bool,
}

impl Vim {
    /// Puts text into the registers that a yank or a delete fills.
    pub(super) fn store(&mut self, name: Option<char>, register: Register, deleted: bool) {
        match name {
            Some('_') => return,
            Some(name @ 'A'..='Z') => {
                let held = self.registers.entry(name.to_ascii_lowercase()).or_default();
                if register.lines && !held.lines && !held.text.is_empty() {
                    held.text.push('\n');
                }
                held.text.push_str(&register.text);
                if held.lines && !register.lines {
                    held.text.push('\n');
                }
                held.lines |= register.lines;
                let held = held.clone();
                self.registers.insert('"', held);
                return;
            }
            Some(name) => {
                self.registers.insert(name, register.clone());
            }
            None if deleted && !register.lines && !register.text.contains('\n') => {
                self.registers.insert('-', register.clone());
            }
            None if deleted => {
                for n in ('1'..='8').rev() {
                    if let Some(held) = self.registers.remove(&n) {
                        let next = char::from_digit(n.to_digit(10).unwrap_or(8) + 1, 10);
                        self.registers.insert(next.unwrap_or('9'), held);
                    }
                }
                self.registers.insert('1', register.clone());
            }
            None => {
                self.registers.insert('0', register.clone());
            }
        }
        self.registers.insert('"', register);
    }

    /// What a register holds.
    pub(super) fn register(&self, name: Option<char>) -> Option<Register> {
        let name = name.unwrap_or('"').to_ascii_lowercase();
        self.registers.get(&name).cloned()
    }
}

impl Editor {
    /// The stretch from the cursor to where a motion led.
    pub(super) fn reached(&self, moved: Moved) -> Stretch {
        let (start, mut end) = (self.cursor.min(moved.to), self.cursor.max(moved.to));
        match moved.reach {
            Reach::Lines => return self.lines_of(start, end),
            Reach::Inclusive => {
                let line_end = self.buffer.line_end(self.buffer.line_of(end));
                end = self.buffer.after(end).min(line_end.max(end));
            }
            Reach::Exclusive => {
                let (first, last) = (self.buffer.line_of(start), self.buffer.line_of(end));
                if first < last && end == self.buffer.line_start(last) {
                    // Up to a line's start: not that line. From a line's start: whole lines.
                    if start <= self.buffer.first_word(first) {
                        return self.lines_of(start, end - 1);
                    }
                    end = self.buffer.line_end(last - 1);
                }
            }
        }
        Stretch { start, end, lines: false }
    }

    /// The whole lines from one place to another.
    pub(super) fn lines_of(&self, start: usize, end: usize) -> Stretch {
        let (first, last) = (self.buffer.line_of(start), self.buffer.line_of(end));
        Stretch {
            start: self.buffer.line_start(first),
            end: self.buffer.line_start(last + 1),
            lines: true,
        }
    }

    /// A stretch's text as a register holds it.
    fn taken(&self, stretch: Stretch) -> Register {
        let mut text = self.text()[stretch.start..stretch.end].to_owned();
        if stretch.lines && !text.ends_with('\n') {
            text.push('\n');
        }
        Register { text, lines: stretch.lines }
    }

    fn keep(&mut self, name: Option<char>, register: Register, deleted: bool) {
        if matches!(name, Some('+' | '*')) {
            self.asks.push(Ask::Clip(register.text.clone()));
        }
        if let Some(vim) = self.vim_mut() {
            vim.store(name, register, deleted);
        }
    }

    /// Does what an operator does to a stretch.
    pub(super) fn operate(&mut self, op: Op, stretch: Stretch, name: Option<char>, times: usize) {
        if let Some(op) = op.by_lines() {
            let last = stretch.end.max(stretch.start + 1) - 1;
            let lines = if stretch.lines { stretch } else { self.lines_of(stretch.start, last) };
            return self.operate(op, lines, name, times);
        }
        let Stretch { start, end, lines } = stretch;
        let n_lines = self.text()[start..end].matches('\n').count()
            + usize::from(lines && !self.text()[start..end].ends_with('\n'));
        match op {
            Op::Yank => {
                let register = self.taken(stretch);
                self.keep(name, register, false);
                if lines {
                    // `yj` leaves the cursor, `yk` takes it up, in its column.
                    let (first, here) = (self.buffer.line_of(start), self.line());
                    if first < here {
                        let column = self.buffer.column(self.cursor);
                        self.cursor = self.buffer.at_column(first, column);
                    }
                    if n_lines > 2 {
                        self.say(format!("{n_lines} lines yanked"));
                    }
                } else {
                    self.cursor = start;
                }
            }
            Op::Delete => {
                let register = self.taken(stretch);
                self.keep(name, register, true);
                if lines {
                    self.cut_lines(start, end);
                    if n_lines > 2 {
                        self.say(format!("{n_lines} fewer lines"));
                    }
                } else {
                    self.change(start, end, "");
                    self.cursor = start;
                    if n_lines > 2 {
                        self.say(format!("{n_lines} fewer lines"));
                    }
                }
            }
            Op::Change if lines => {
                let register = self.taken(stretch);
                self.keep(name, register, true);
                let end = if self.text()[start..end].ends_with('\n') { end - 1 } else { end };
                let first = self.buffer.first_word(self.buffer.line_of(start)).min(end);
                let keep = if self.looks.paste { start } else { first };
                self.change(keep, end, "");
                self.cursor = keep;
                self.enter_insert(Mode::Insert);
                if let Some(vim) = self.vim_mut() {
                    vim.auto_indent = keep > start;
                }
            }
            Op::Change => {
                let register = self.taken(stretch);
                self.keep(name, register, true);
                self.change(start, end, "");
                self.cursor = start;
                self.enter_insert(Mode::Insert);
            }
            Op::Indent | Op::Outdent => {
                let stretch =
                    if lines { stretch } else { self.lines_of(start, end.max(start + 1) - 1) };
                self.shift(stretch, op == Op::Indent, times);
            }
            Op::Lower | Op::Upper | Op::Swap => {
                let new: String = self.text()[start..end].chars().map(|c| case(op, c)).collect();
                let cursor = self.cursor;
                self.change(start, end, &new);
                self.cursor = if lines { cursor } else { start };
            }
            Op::Comment => {
                let lines =
                    if lines { stretch } else { self.lines_of(start, end.max(start + 1) - 1) };
                let end = lines.end.max(lines.start + 1) - 1;
                self.comment_lines(lines.start, end);
                self.cursor = self.buffer.first_word(self.buffer.line_of(lines.start));
            }
            Op::DeleteLines | Op::ChangeLines | Op::YankLines => {}
        }
    }

    /// Replaces a stretch as part of the command; what is too much is told.
    pub(super) fn change(&mut self, start: usize, end: usize, new: &str) -> bool {
        // To vim every line ends with a newline, the last one too.
        let len = self.buffer.len();
        if !self.text().ends_with('\n') {
            self.buffer.replace(len..len, "\n", self.cursor, false);
        }
        let done = self.buffer.replace(start..end, new, self.cursor, false);
        if !done {
            self.fail("E342: Out of memory!  (the text would be too long)");
        }
        done
    }

    /// Cuts whole lines; the cursor goes to the line that then stands there.
    pub(super) fn cut_lines(&mut self, start: usize, end: usize) {
        let line = self.buffer.line_of(start);
        // The last line has no newline of its own: the one before goes.
        let from = if end >= self.buffer.len() && !self.text()[start..end].ends_with('\n') {
            start.saturating_sub(1)
        } else {
            start
        };
        self.change(from, end, "");
        let line = line.min(self.n_lines() - 1);
        self.cursor = self.buffer.first_word(line);
    }

    /// Indents lines by steps, or less.
    pub(super) fn shift(&mut self, stretch: Stretch, more: bool, times: usize) {
        let width = self.looks.shift;
        let by = width * times.max(1);
        let text = &self.text()[stretch.start..stretch.end];
        let n_lines = text.lines().count();
        let new: String = text
            .split_inclusive('\n')
            .map(|line| {
                let body = line.trim_start_matches([' ', '\t']);
                if body.trim_end_matches('\n').is_empty() && more {
                    return line.to_owned();
                }
                let blanks: usize = line[..line.len() - body.len()]
                    .chars()
                    .map(|c| if c == '\t' { 8 } else { 1 })
                    .sum();
                let blanks = if more { blanks + by } else { blanks.saturating_sub(by) };
                format!("{}{body}", " ".repeat(blanks))
            })
            .collect();
        if new != text {
            self.change(stretch.start, stretch.end, &new);
        }
        self.cursor = self.buffer.first_word(self.buffer.line_of(stretch.start));
        if n_lines > 2 {
            let sign = if more { '>' } else { '<' };
            let plural = if times == 1 { "" } else { "s" };
            self.say(format!("{n_lines} lines {sign}ed {times} time{plural}"));
        }
    }

    /// Puts a register's text after the cursor or before it, `n` times; `go` behind it.
    pub(super) fn put(&mut self, name: Option<char>, n: usize, after: bool, go: bool) {
        let Some(register) = self.vim.as_ref().and_then(|vim| vim.register(name)) else {
            let name = name.unwrap_or('"');
            self.fail(format!("E353: Nothing in register {name}"));
            return;
        };
        let n = n.min(crate::app::editor::MAX_BYTES / register.text.len().max(1) + 1);
        let text = register.text.repeat(n);
        let line = self.line();
        if register.lines {
            let (at, text) = if after {
                let end = self.buffer.line_end(line);
                // Behind the last line, which may have no newline.
                if end >= self.buffer.len() {
                    (end, format!("\n{}", text.strip_suffix('\n').unwrap_or(&text)))
                } else {
                    (end + 1, text)
                }
            } else {
                (self.buffer.line_start(line), text)
            };
            if !self.change(at, at, &text) {
                return;
            }
            let first = if after { line + 1 } else { line };
            let n_lines = text.matches('\n').count();
            let target = if go { first + n_lines } else { first };
            let target = target.min(self.n_lines() - 1);
            self.cursor =
                if go { self.buffer.line_start(target) } else { self.buffer.first_word(target) };
            if n_lines > 2 {
                self.say(format!("{n_lines} more lines"));
            }
            return;
        }
        let at = if after {
            self.buffer.after(self.cursor).min(self.buffer.line_end(line))
        } else {
            self.cursor
        };
        if !self.change(at, at, &text) {
            return;
        }
        let end = at + text.len();
        self.cursor = if go {
            end
        } else if text.contains('\n') {
            at
        } else {
            self.buffer.before(end).max(at)
        };
        let n_lines = text.matches('\n').count();
        if n_lines > 2 {
            self.say(format!("{n_lines} more lines"));
        }
    }

    /// Joins `n` lines from the cursor's on.
    pub(super) fn join(&mut self, n: usize, blank: bool) -> bool {
        let line = self.line();
        let last = self.n_lines() - 1;
        if line >= last {
            return false;
        }
        for _ in 1..n.max(2) {
            if line >= self.n_lines() - 1 {
                break;
            }
            let end = self.buffer.line_end(line);
            let next = self.buffer.line(line + 1);
            let body = if blank { next.trim_start_matches([' ', '\t']) } else { next };
            let begin = end + 1 + (next.len() - body.len());
            let head = self.buffer.line(line);
            let none = !blank
                || body.is_empty()
                || body.starts_with(')')
                || head.is_empty()
                || head.ends_with([' ', '\t']);
            let between = if none { "" } else { " " };
            self.change(end, begin, between);
            self.cursor = end;
        }
        true
    }

    /// Adds to the number at the cursor or behind it.
    pub(super) fn add(&mut self, by: i64) -> bool {
        let line = self.line();
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let text = &self.text()[start..end];
        let bytes = text.as_bytes();
        let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
        let mut at = self.cursor - start;
        if digit(at) {
            while at > 0 && digit(at - 1) {
                at -= 1;
            }
        } else {
            while at < bytes.len() && !digit(at) {
                at += 1;
            }
        }
        if !digit(at) {
            return false;
        }
        let mut to = at;
        while digit(to) {
            to += 1;
        }
        let negative = at > 0 && bytes.get(at - 1) == Some(&b'-');
        let from = if negative { at - 1 } else { at };
        let Ok(number) = text[from..to].parse::<i64>() else { return false };
        let mut new = number.saturating_add(by).to_string();
        // Leading zeros stay as many digits.
        if text[at..].starts_with('0') && to - at > 1 {
            let digits = new.trim_start_matches('-').to_owned();
            let sign = if new.starts_with('-') { "-" } else { "" };
            new = format!("{sign}{digits:0>width$}", width = to - at);
        }
        self.change(start + from, start + to, &new);
        self.cursor = start + from + new.len() - 1;
        true
    }
}

/// A character in the case that an operator makes.
pub(super) fn case(op: Op, c: char) -> char {
    let one = |mut all: std::vec::IntoIter<char>| match (all.next(), all.next()) {
        (Some(only), None) => only,
        _ => c,
    };
    let lower = || one(c.to_lowercase().collect::<Vec<_>>().into_iter());
    let upper = || one(c.to_uppercase().collect::<Vec<_>>().into_iter());
    match op {
        Op::Lower => lower(),
        Op::Upper => upper(),
        _ if c.is_uppercase() => lower(),
        _ => upper(),
    }
}
