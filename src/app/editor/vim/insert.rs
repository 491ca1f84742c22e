//! vim's insert and replace modes.

use super::keys::{BACKSPACE, DELETE, DOWN, END, ENTER, ESC, HOME, LEFT, RIGHT, UP};
use super::{Command, Mode};
use crate::app::editor::lines::indent_after;
use crate::app::editor::{Editor, is_word};

/// One thing typed in insert mode, to be done again by `.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Key(char),
    /// Put in by the editor: a paste, a register, a completion. `cut` characters before it go.
    Text {
        cut: usize,
        text: String,
    },
}

/// What is being inserted.
#[derive(Debug, Clone, Default)]
pub(super) struct Insertion {
    /// The command that began it.
    pub(super) command: Option<Command>,
    pub(super) items: Vec<Item>,
    /// Where it began: a count repeats what was typed only where it was typed on.
    pub(super) moved: bool,
    /// What replace mode has typed over, for Backspace.
    replaced: Vec<Option<String>>,
    /// Ctrl-R or Ctrl-V or Ctrl-X waits for a key.
    waiting: Option<char>,
}

impl Editor {
    /// Enters insert or replace mode at the cursor.
    pub(super) fn enter_insert(&mut self, mode: Mode) {
        let command = self.vim.as_ref().and_then(|vim| vim.running.clone());
        if let Some(vim) = self.vim_mut() {
            vim.mode = mode;
            vim.auto_indent = false;
            vim.insertion = Insertion { command, ..Insertion::default() };
        }
    }

    /// Enters insert mode at `offset`.
    pub(super) fn insert_at(&mut self, offset: usize) {
        self.cursor = offset;
        self.enter_insert(Mode::Insert);
    }

    pub(super) fn insert_key(&mut self, key: char) {
        let Some(vim) = self.vim_mut() else { return };
        match vim.insertion.waiting.take() {
            Some('r') => {
                let text = vim.register(Some(key)).map(|r| r.text).unwrap_or_default();
                self.insert_text(0, &text);
                return;
            }
            Some('x') => {
                if matches!(key, '\u{f}' | '\u{e}' | '\u{10}') {
                    self.complete();
                }
                return;
            }
            Some(_) if !key.is_control() || key == '\t' => {
                self.insert_text(0, key.encode_utf8(&mut [0; 4]));
                return;
            }
            _ => {}
        }
        match key {
            ESC | '\u{3}' => self.leave_insert(),
            '\u{12}' => self.insert_waits('r'),
            '\u{16}' => self.insert_waits('v'),
            '\u{18}' => self.insert_waits('x'),
            '\u{e}' | '\u{10}' | '\0' => self.complete(),
            '\u{f}' => {
                // One command of normal mode, then on.
                self.break_insert();
                if let Some(vim) = self.vim_mut() {
                    vim.mode = Mode::Normal;
                    vim.once = true;
                }
            }
            LEFT | RIGHT | UP | DOWN | HOME | END => self.insert_move(key),
            _ => {
                if let Some(vim) = self.vim_mut() {
                    vim.insertion.items.push(Item::Key(key));
                }
                self.insert_do(key);
                self.note_typing();
                self.menu_narrow();
            }
        }
    }

    fn insert_waits(&mut self, what: char) {
        if let Some(vim) = self.vim_mut() {
            vim.insertion.waiting = Some(what);
        }
    }

    /// Puts text in, and remembers it for `.`.
    pub(in crate::app::editor) fn insert_text(&mut self, cut: usize, text: &str) {
        if let Some(vim) = self.vim_mut() {
            vim.insertion.items.push(Item::Text { cut, text: text.to_owned() });
            vim.auto_indent = false;
        }
        let start = self.cursor - cut.min(self.cursor);
        let start = self.buffer.boundary(start);
        if self.change(start, self.cursor, text) {
            self.cursor = start + text.len();
        }
    }

    /// A move inside insert mode: what was typed before is a change of its own.
    fn insert_move(&mut self, key: char) {
        self.break_insert();
        let line = self.line();
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let want = self.vim.as_ref().and_then(|vim| vim.want);
        let cell = self.cell_of(self.cursor);
        let want = want.unwrap_or(super::motion::Want::Cell(cell));
        let last = self.n_lines() - 1;
        let mut keep = None;
        self.cursor = match key {
            LEFT if self.cursor > start => self.buffer.before(self.cursor),
            RIGHT if self.cursor < end => self.buffer.after(self.cursor),
            HOME => start,
            END => end,
            UP if line > 0 => {
                keep = Some(want);
                self.at_cell(line - 1, want)
            }
            DOWN if line < last => {
                keep = Some(want);
                self.at_cell(line + 1, want)
            }
            _ => self.cursor,
        };
        if let Some(vim) = self.vim_mut() {
            vim.want = keep;
        }
        self.restart_step();
        self.note_line();
    }

    /// What was typed so far is taken back by itself; what follows is another change.
    pub(in crate::app::editor) fn break_insert(&mut self) {
        let Some(vim) = self.vim_mut() else { return };
        if !matches!(vim.mode, Mode::Insert | Mode::Replace) {
            return;
        }
        let insertion = std::mem::take(&mut vim.insertion);
        if insertion.command.is_some() || !insertion.items.is_empty() {
            vim.last = insertion.command.map(|command| (command, insertion.items));
        }
        vim.insertion.moved = true;
        vim.insertion.command = Some(Command::insert());
        if std::mem::take(&mut vim.auto_indent) {
            self.drop_indent();
        }
        self.restart_step();
    }

    /// What follows is taken back by itself, to where the cursor stands now.
    pub(in crate::app::editor) fn restart_step(&mut self) {
        self.buffer.end();
        self.buffer.begin(self.cursor);
    }

    /// What a key does to the text; also when `.` does it again.
    fn insert_do(&mut self, key: char) {
        let replace = self.vim.as_ref().is_some_and(|vim| vim.mode == Mode::Replace);
        let auto = self.vim_mut().is_some_and(|vim| std::mem::take(&mut vim.auto_indent));
        let line = self.line();
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        match key {
            ENTER | '\n' => self.break_line(auto),
            BACKSPACE if replace => self.bring_back(start),
            BACKSPACE => self.cut_back(start),
            DELETE => {
                let to = self.buffer.after(self.cursor);
                if to < self.buffer.len() || self.cursor < end {
                    self.change(self.cursor, to, "");
                }
            }
            '\u{17}' => self.cut_word_back(start),
            '\u{15}' => {
                let first = self.buffer.first_word(line);
                let from = if self.cursor > first { first } else { start };
                self.change(from, self.cursor, "");
                self.cursor = from;
            }
            '\u{14}' | '\u{4}' => self.shift_line(line, key == '\u{14}'),
            '\t' if self.looks.expand && !self.looks.paste => {
                let step = self.looks.tab.max(1);
                let n = step - self.cell_of(self.cursor) % step;
                self.type_over(&" ".repeat(n), replace);
            }
            c if c.is_control() && c != '\t' || ('\u{e000}'..='\u{e0ff}').contains(&c) => {}
            c => self.type_over(c.encode_utf8(&mut [0; 4]), replace),
        }
    }

    /// Enter. `auto`: the line was indented for us, and nothing is typed on it yet.
    fn break_line(&mut self, auto: bool) {
        let line = self.line();
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        if auto && self.text()[start..end].trim().is_empty() {
            self.drop_indent();
        }
        let start = self.buffer.line_start(self.line());
        let head = self.text()[start..self.cursor].to_owned();
        let auto_indent = !self.looks.paste && self.looks.auto_indent;
        let blank_before = auto && head.is_empty();
        let indent = match (auto_indent, blank_before) {
            (false, _) => 0,
            // After an empty line that was indented for us: as deep as that one was.
            (true, true) => end - start,
            (true, false) => indent_after(&head),
        };
        // Blanks behind the cursor do not lead the new line.
        let rest = &self.text()[self.cursor..self.buffer.line_end(self.line())];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let skip = if auto_indent { blanks } else { 0 };
        let new = format!("\n{}", " ".repeat(indent));
        let at = self.cursor;
        if self.change(at, at + skip, &new) {
            self.cursor = at + new.len();
        }
        if let Some(vim) = self.vim_mut() {
            vim.auto_indent = indent > 0;
        }
    }

    /// Backspace where it is typed over: what stood there comes back, up to the line's `start`.
    fn bring_back(&mut self, start: usize) {
        let replaced = self.vim_mut().and_then(|vim| vim.insertion.replaced.pop());
        if self.cursor == start {
            return;
        }
        let before = self.buffer.before(self.cursor);
        if let Some(old) = replaced {
            self.change(before, self.cursor, &old.unwrap_or_default());
        }
        self.cursor = before;
    }

    /// Backspace on the line that begins at `start`.
    fn cut_back(&mut self, start: usize) {
        if self.cursor == 0 {
            return;
        }
        let head = &self.text()[start..self.cursor];
        let step = self.looks.tab.max(1);
        let from = if !head.is_empty() && head.bytes().all(|b| b == b' ') {
            // In the indentation: a whole step, as with softtabstop.
            self.cursor - (head.len() - (head.len() - 1) / step * step)
        } else {
            self.buffer.before(self.cursor)
        };
        self.change(from, self.cursor, "");
        self.cursor = from;
    }

    /// Ctrl-W on the line that begins at `start`.
    fn cut_word_back(&mut self, start: usize) {
        let head = &self.text()[start..self.cursor];
        let from = if head.is_empty() {
            self.cursor.saturating_sub(1)
        } else {
            let kept = head.trim_end_matches([' ', '\t']);
            let word = kept.chars().next_back().is_some_and(is_word);
            let in_word = |c: char| is_word(c) == word && !matches!(c, ' ' | '\t');
            start + kept.trim_end_matches(in_word).len()
        };
        self.change(from, self.cursor, "");
        self.cursor = from;
    }

    /// Ctrl-T and Ctrl-D: the line's indentation, a step more or less.
    fn shift_line(&mut self, line: usize, more: bool) {
        let (start, first) = (self.buffer.line_start(line), self.buffer.first_word(line));
        let step = self.looks.shift.max(1);
        let blanks = first - start;
        let n_steps = if more { blanks / step + 1 } else { blanks.saturating_sub(1) / step };
        let wanted = n_steps * step;
        let cursor = self.cursor;
        self.change(start, first, &" ".repeat(wanted));
        self.cursor = (cursor + wanted).saturating_sub(blanks).max(start);
    }

    fn type_over(&mut self, text: &str, replace: bool) {
        let end = self.buffer.line_end(self.line());
        let to =
            if replace && self.cursor < end { self.buffer.after(self.cursor) } else { self.cursor };
        let old = (to > self.cursor).then(|| self.text()[self.cursor..to].to_owned());
        if self.change(self.cursor, to, text) {
            self.cursor += text.len();
            if replace && let Some(vim) = self.vim_mut() {
                vim.insertion.replaced.push(old);
            }
        }
    }

    /// Takes away the indentation that nothing was typed behind.
    fn drop_indent(&mut self) {
        let line = self.line();
        let start = self.buffer.line_start(line);
        if self.text()[start..self.buffer.line_end(line)].trim().is_empty() {
            self.change(start, self.buffer.line_end(line), "");
            self.cursor = start;
        }
    }

    /// Back to normal mode: what was typed is one change.
    pub(super) fn leave_insert(&mut self) {
        let Some(vim) = self.vim_mut() else { return };
        let insertion = std::mem::take(&mut vim.insertion);
        let auto = std::mem::take(&mut vim.auto_indent);
        vim.want = None;
        if let Some(command) = &insertion.command {
            let n = command.count.unwrap_or(1);
            if !insertion.moved && command.repeats_insert() {
                for _ in 1..n.min(1000) {
                    if command.opens_line() {
                        self.open_line(command.what, false);
                    }
                    self.play_items(&insertion.items);
                }
            }
        }
        if let Some(vim) = self.vim_mut() {
            vim.mode = Mode::Normal;
            vim.auto_indent = false;
        }
        if auto {
            self.drop_indent();
        }
        self.buffer.end();
        let line = self.line();
        if self.cursor > self.buffer.line_start(line) {
            self.cursor = self.buffer.before(self.cursor);
        }
        if let (Some(vim), Some(command)) = (self.vim_mut(), insertion.command) {
            vim.last = Some((command, insertion.items));
        }
        self.menu = None;
        self.rest();
    }

    /// Types again what was typed.
    pub(super) fn play_items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Key(key) => self.insert_do(*key),
                Item::Text { cut, text } => {
                    let start = self.buffer.boundary(self.cursor.saturating_sub(*cut));
                    if self.change(start, self.cursor, text) {
                        self.cursor = start + text.len();
                    }
                }
            }
        }
    }
}
