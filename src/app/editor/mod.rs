//! The editor: a text with a cursor, worked on by plain keys or by vim's.
//!
//! Offsets are bytes, as in the findings' spans; the cursor stands between grapheme
//! clusters. What must happen outside of the text is left in [`Editor::take_asks`].

mod buffer;
mod complete;
mod context;
mod find;
mod lines;
mod motion;
mod pattern;
mod plain;
mod prompt;
pub mod vim;

pub use buffer::{Buffer, MAX_BYTES};
pub use complete::{Choice, FieldHelp, Menu};
pub use motion::Motion;
pub use plain::cells;
pub use prompt::{Prompt, PromptKind};

pub use crate::app::settings::EditorMode;

use crate::app::key::{Code, Key};
use crate::source::Edit;
use buffer::with_newlines;
use vim::Vim;

/// What the editor wants to happen outside of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Record the text now.
    Write,
    /// Leave the editor.
    Leave,
    /// Put this into the system's clipboard.
    Clip(String),
    /// Tell about the field under the cursor.
    Explain,
    /// Say this on the hint line.
    Say(String),
}

/// Something said about the last key, where the mode is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The words.
    pub text: String,
    /// Something did not work.
    pub error: bool,
}

/// How the text is shown and typed; `:set` changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looks {
    /// Line numbers are shown.
    pub number: bool,
    /// Typed text is taken as it is: nothing is indented.
    pub paste: bool,
    /// Searching takes capitals and small letters for the same.
    pub ignore_case: bool,
    /// All matches of the last search are marked.
    pub highlight: bool,
    /// A new line is indented as YAML wants it.
    pub auto_indent: bool,
    /// Tab types spaces.
    pub expand: bool,
    /// Columns that Tab goes to.
    pub tab: usize,
    /// Columns that `>>` indents by.
    pub shift: usize,
}

impl Default for Looks {
    fn default() -> Self {
        Self {
            number: true,
            paste: false,
            ignore_case: false,
            highlight: true,
            auto_indent: true,
            expand: true,
            tab: 2,
            shift: 2,
        }
    }
}

/// The editor.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    buffer: Buffer,
    cursor: usize,
    anchor: Option<usize>,
    /// Column in characters that Up and Down keep to.
    column: Option<usize>,
    clip: String,
    vim: Option<Box<Vim>>,
    prompt: Option<Prompt>,
    search: find::Search,
    message: Option<Message>,
    looks: Looks,
    asks: Vec<Ask>,
    menu: Option<Menu>,
    /// The line that is being typed: its start. None when nothing is unfinished.
    typing: Option<usize>,
}

impl Editor {
    /// A text; line ends become `\n`, the cursor stands at the start.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { buffer: Buffer::new(text), ..Self::default() }
    }

    /// Whose keys it knows.
    #[must_use]
    pub fn mode(&self) -> EditorMode {
        if self.vim.is_some() { EditorMode::Vim } else { EditorMode::Plain }
    }

    /// Changes whose keys it knows; the text and what can be taken back stay.
    pub fn set_mode(&mut self, mode: EditorMode) {
        if mode == self.mode() {
            return;
        }
        self.anchor = None;
        self.prompt = None;
        self.menu = None;
        self.message = None;
        self.vim = match mode {
            EditorMode::Plain => None,
            EditorMode::Vim => Some(Box::new(Vim::new(self.buffer.text()))),
        };
        self.settle_cursor();
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.buffer.text()
    }

    /// The text with its lines.
    #[must_use]
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Grows with every change of the text.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.buffer.version()
    }

    /// The cursor, as a byte offset.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// How the text is shown.
    #[must_use]
    pub fn looks(&self) -> Looks {
        self.looks
    }

    /// What is said about the last key.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    /// The line typed at the bottom: a search, a command.
    #[must_use]
    pub fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    /// The completions offered.
    #[must_use]
    pub fn menu(&self) -> Option<&Menu> {
        self.menu.as_ref()
    }

    /// What must happen outside; asked once.
    pub fn take_asks(&mut self) -> Vec<Ask> {
        std::mem::take(&mut self.asks)
    }

    /// The number of lines that a reader sees: in vim a last newline ends the last line, and
    /// begins none.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        let n = self.buffer.n_lines();
        let ended = self.vim.is_some() && n > 1 && self.buffer.text().ends_with('\n');
        n - usize::from(ended)
    }

    /// The selection as start and end, in bytes; none where it is empty.
    #[must_use]
    pub fn selection(&self) -> Option<(usize, usize)> {
        if let Some(vim) = &self.vim {
            return vim::selection(self, vim);
        }
        let anchor = self.anchor.filter(|anchor| *anchor != self.cursor)?;
        Some((anchor.min(self.cursor), anchor.max(self.cursor)))
    }

    /// Puts the cursor at byte `offset` (moved back to a boundary); `select` keeps or
    /// begins a selection.
    pub fn place(&mut self, offset: usize, select: bool) {
        self.column = None;
        self.menu = None;
        let offset = self.buffer.boundary(offset);
        if self.vim.is_some() {
            self.vim_place(offset, select);
        } else {
            self.go(offset, select);
        }
    }

    fn go(&mut self, offset: usize, select: bool) {
        self.anchor = if select { self.anchor.or(Some(self.cursor)) } else { None };
        self.cursor = offset;
        self.buffer.close();
        self.note_line();
    }

    /// Forgets the line being typed once the cursor has left it.
    fn note_line(&mut self) {
        let line = self.buffer.line_of(self.cursor);
        if self.typing.is_some_and(|typed| typed != line) {
            self.typing = None;
        }
    }

    /// True while the line of the cursor is being typed: what is found fault with there may
    /// be put right by the next key.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// What is typed is finished, wherever the cursor stands.
    pub fn rest(&mut self) {
        self.typing = None;
    }

    /// The line, from 0, in which the cursor stands.
    #[must_use]
    pub fn line(&self) -> usize {
        self.buffer.line_of(self.cursor).min(self.n_lines().saturating_sub(1))
    }

    /// Replaces `start..end` by `new` and puts the cursor after it. False when it is too much.
    fn replace(&mut self, start: usize, end: usize, new: &str, open: bool) -> bool {
        if !self.buffer.replace(start..end, new, self.cursor, open) {
            return false;
        }
        self.cursor = start + new.len();
        self.anchor = None;
        self.column = None;
        self.note_line();
        true
    }

    /// The line of the cursor is being typed.
    fn note_typing(&mut self) {
        self.typing = Some(self.buffer.line_of(self.cursor));
    }

    /// Types `text` in place of the selection. Control characters other than newlines
    /// are left out, but tabs stay: they are a fault that the learner should see. False
    /// when it is too much.
    pub fn insert(&mut self, text: &str) -> bool {
        let text = typable(text);
        let (start, end) = self.selection().unwrap_or((self.cursor, self.cursor));
        let one_word = text.chars().count() == 1 && text.chars().all(is_word);
        self.replace(start, end, &text, one_word)
    }

    /// Text comes in one piece: a paste. Taken back in one step. False when it is too much.
    pub fn paste_text(&mut self, text: &str) -> bool {
        self.menu = None;
        if self.prompt.is_some() {
            let line: String = typable(text).chars().take_while(|c| *c != '\n').collect();
            self.prompt_text(&line);
            return true;
        }
        self.typing = None;
        if self.vim.is_some() { self.vim_paste_text(&typable(text)) } else { self.insert(text) }
    }

    /// Replaces the whole text, as one change that can be taken back; the cursor stays where
    /// it can.
    pub fn set(&mut self, text: &str) -> bool {
        let new = with_newlines(text);
        if self.vim.is_some() {
            self.vim_normal();
        }
        let cursor = self.cursor;
        let line = self.buffer.line_of(cursor);
        let column = self.buffer.column(cursor);
        // Only what differs is a change: undo then leads to where it was made.
        let old = self.buffer.text();
        let head = common(old.bytes(), new.bytes());
        let head = self.buffer.boundary(head).min(boundary_of(&new, head));
        let most = (old.len() - head).min(new.len() - head);
        let tail = common(old.bytes().rev(), new.bytes().rev()).min(most);
        let tail = tail_boundary(old, tail);
        let (end, middle) = (old.len() - tail, &new[head..new.len() - tail]);
        self.typing = None;
        self.menu = None;
        let done = self.replace(head, end, middle, false);
        self.cursor = self.buffer.at_column(line.min(self.buffer.n_lines() - 1), column);
        self.settle_cursor();
        done
    }

    /// Makes the edits of a fix, as one change.
    pub fn apply(&mut self, edits: &[Edit]) -> bool {
        let fits = edits.iter().all(|edit| {
            edit.span.end <= self.buffer.len()
                && self.buffer.text().is_char_boundary(edit.span.start)
                && self.buffer.text().is_char_boundary(edit.span.end)
        });
        if !fits {
            return false;
        }
        self.typing = None;
        self.menu = None;
        if self.vim.is_some() {
            self.vim_normal();
        }
        self.buffer.begin(self.cursor);
        let mut done = true;
        let mut cursor = self.cursor;
        for edit in edits.iter().rev() {
            let (start, end) = (edit.span.start, edit.span.end);
            done &= self.buffer.replace(start..end, &edit.text, self.cursor, false);
            cursor = start + edit.text.len();
        }
        self.buffer.end();
        self.anchor = None;
        self.column = None;
        self.cursor = self.buffer.boundary(cursor);
        self.settle_cursor();
        done
    }

    /// Takes the last change back. False when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(turned) = self.buffer.undo() else { return false };
        self.turned(turned.cursor);
        true
    }

    /// Makes the change again that was taken back last.
    pub fn redo(&mut self) -> bool {
        let Some(turned) = self.buffer.redo() else { return false };
        self.turned(turned.end);
        true
    }

    fn turned(&mut self, cursor: usize) {
        self.cursor = self.buffer.boundary(cursor);
        self.anchor = None;
        self.column = None;
        self.typing = None;
        self.menu = None;
        self.settle_cursor();
    }

    /// Puts the cursor where the mode lets it stand.
    fn settle_cursor(&mut self) {
        self.cursor = self.buffer.boundary(self.cursor);
        if self.vim.is_some() {
            self.vim_settle();
        }
        self.note_line();
    }

    fn say(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), error: false });
    }

    fn fail(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), error: true });
    }

    /// The cursor goes up (below zero) or down by lines, as the wheel moves it.
    pub fn wheel(&mut self, lines: i32) {
        let up = lines < 0;
        for _ in 0..lines.unsigned_abs() {
            if self.vim.is_some() {
                self.vim_line(up);
            } else {
                let motion = if up { Motion::Up } else { Motion::Down };
                self.move_to(motion, false, 2);
            }
        }
    }

    /// Takes a key of vim's, in vim mode. False where it is none: it does what the key table
    /// says.
    pub fn key(&mut self, key: Key) -> bool {
        // Esc and a key that come at once look like Alt to a terminal; to vim they are two keys.
        if self.vim.is_some() && key.alt && matches!(key.code, Code::Char(_) | Code::Enter) {
            self.key(Key::plain(Code::Esc));
            return self.key(Key { alt: false, ..key });
        }
        self.message = None;
        match self.prompt.as_ref().map(|prompt| prompt.kind) {
            Some(PromptKind::Find) => false,
            Some(_) => self.prompt_key(key),
            None if self.vim.is_some() => self.vim_key(key),
            None => false,
        }
    }
}

fn common(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

fn boundary_of(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn tail_boundary(text: &str, mut tail: usize) -> usize {
    while !text.is_char_boundary(text.len() - tail) {
        tail -= 1;
    }
    tail
}

/// What may be typed or pasted of a text.
fn typable(text: &str) -> String {
    with_newlines(text).chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests;
