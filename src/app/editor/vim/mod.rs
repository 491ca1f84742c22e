//! vim's keys: normal, insert, replace, visual mode, operators with motions and text objects,
//! counts, registers, `.`, searching and the commands behind `:`.
//!
//! What vim 9.0 does decides; tests/vim.rs holds a table of keys and what becomes of a text,
//! each row of it checked against vim itself.

mod chars;
mod command;
mod insert;
mod keys;
mod motion;
mod object;
mod operator;
mod run;
mod seek;
mod table;
mod visual;
mod words;

pub use keys::names;
pub use table::{Row, TABLE};

use super::prompt::{Prompt, PromptKind};
use super::{Editor, find, pattern::Pattern};
use crate::app::key::Key;
use insert::{Insertion, Item};
use motion::{Move, Want};
use object::Object;
use operator::{Op, Register};
use std::collections::HashMap;
use table::{Do, Found, What, When};

/// vim's modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Keys are commands.
    #[default]
    Normal,
    /// Keys are text.
    Insert,
    /// Keys replace text.
    Replace,
    /// Characters are being selected.
    Visual,
    /// Lines are being selected.
    VisualLine,
}

/// What an operator is to work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// The cursor's line, and as many as the count says.
    Lines,
    Move(Move, Option<char>),
    Object(Object, bool),
    /// As much as was selected when it was first done.
    Extent {
        lines: usize,
        last: usize,
        whole: bool,
    },
}

/// A command with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Command {
    register: Option<char>,
    count: Option<usize>,
    what: What,
    argument: Option<char>,
    target: Option<Target>,
}

impl Command {
    fn new(what: What) -> Self {
        Self { register: None, count: None, what, argument: None, target: None }
    }

    /// `i`.
    fn insert() -> Self {
        Self::new(What::Do(Do::Insert))
    }

    /// A count repeats what is typed.
    fn repeats_insert(&self) -> bool {
        matches!(
            self.what,
            What::Do(
                Do::Insert
                    | Do::InsertAtStart
                    | Do::Append
                    | Do::AppendAtEnd
                    | Do::OpenBelow
                    | Do::OpenAbove
                    | Do::ReplaceMode
            )
        )
    }

    fn opens_line(&self) -> bool {
        matches!(self.what, What::Do(Do::OpenBelow | Do::OpenAbove))
    }
}

/// What vim remembers.
#[derive(Debug, Clone, Default)]
pub(super) struct Vim {
    mode: Mode,
    /// Keys that are no whole command yet.
    pending: String,
    registers: HashMap<char, Register>,
    /// The last `f`, `F`, `t` or `T`.
    found: Option<(Move, char)>,
    /// The last change, for `.`.
    last: Option<(Command, Vec<Item>)>,
    running: Option<Command>,
    /// A command that waits for a pattern.
    waiting: Option<Command>,
    insertion: Insertion,
    /// The cursor's line was indented for us, and nothing was typed behind it.
    auto_indent: bool,
    /// One command, then back to insert mode (Ctrl-O).
    once: bool,
    /// The other end of the selection.
    anchor: usize,
    /// The last selection: mode, anchor, cursor.
    selected: Option<(Mode, usize, usize)>,
    want: Option<Want>,
    /// The text as it was last written.
    written: String,
    searches: Vec<String>,
    commands: Vec<String>,
    substitute: Option<command::Substitute>,
    /// Keys are being recorded into this register.
    recording: Option<(char, Vec<Key>)>,
    recordings: HashMap<char, Vec<Key>>,
    played: Option<char>,
    playing: bool,
}

impl Vim {
    pub(super) fn new(text: &str) -> Self {
        Self { written: text.to_owned(), ..Self::default() }
    }
}

/// The selection in bytes: behind its last character, or whole lines.
pub(super) fn selection(editor: &Editor, vim: &Vim) -> Option<(usize, usize)> {
    let (first, last) = (vim.anchor.min(editor.cursor), vim.anchor.max(editor.cursor));
    match vim.mode {
        Mode::Visual => Some((first, editor.buffer.after(last))),
        Mode::VisualLine => {
            let lines = editor.lines_of(first, last);
            Some((lines.start, lines.end))
        }
        _ => None,
    }
}

/// What was typed at the foot before, the `back`th from the end.
pub(super) fn history(editor: &Editor, kind: PromptKind, back: usize) -> Option<String> {
    let vim = editor.vim.as_ref()?;
    let lines = if kind == PromptKind::Command { &vim.commands } else { &vim.searches };
    lines.get(lines.len().checked_sub(back + 1)?).cloned()
}

/// What keys make so far.
enum Parsed {
    Command(Command),
    /// More are wanted.
    Pending,
    Nothing,
}

fn number(keys: &str) -> (Option<usize>, &str) {
    if keys.starts_with('0') {
        return (None, keys);
    }
    let len = keys.len() - keys.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let count = keys[..len].parse::<usize>().ok().map(|n| n.min(99_999));
    (if len == 0 { None } else { count.or(Some(99_999)) }, &keys[len..])
}

fn product(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_mul(b).min(99_999)),
        (one, other) => one.or(other),
    }
}

/// Reads keys as a command: `[count]["register][count]command[motion]`.
fn parse(keys: &str, visual: bool) -> Parsed {
    let (mut count, mut rest) = number(keys);
    let mut register = None;
    while let Some(name) = rest.strip_prefix('"') {
        let Some(c) = name.chars().next() else { return Parsed::Pending };
        if !(c.is_ascii_alphanumeric() || "\"-+*_".contains(c)) {
            return Parsed::Nothing;
        }
        register = Some(c).filter(|c| *c != '"');
        let more;
        (more, rest) = number(&name[c.len_utf8()..]);
        count = product(count, more);
    }
    let fits = |row: &Row| match row.when {
        When::Both => true,
        When::Normal => !visual,
        When::Visual | When::Target => visual,
    };
    let (row, argument, len) = match table::look_up(rest, fits) {
        Found::Row(row, argument, len) => (row, argument, len),
        Found::Prefix => return Parsed::Pending,
        Found::Nothing => return Parsed::Nothing,
    };
    let mut command = Command { register, count, what: row.what, argument, target: None };
    if !matches!(row.what, What::Operate(_)) || visual {
        return Parsed::Command(command);
    }
    let (more, rest) = number(&rest[len..]);
    command.count = product(count, more);
    // The operator twice: lines.
    let last = row.keys.chars().next_back().map_or(0, char::len_utf8);
    if !rest.is_empty() && (rest == row.keys || rest == &row.keys[row.keys.len() - last..]) {
        command.target = Some(Target::Lines);
        return Parsed::Command(command);
    }
    let doubled = row.keys.len() > 1 && row.keys.starts_with(rest);
    let fits = |row: &Row| matches!(row.what, What::Move(_) | What::Object(..));
    match table::look_up(rest, fits) {
        Found::Row(target, argument, _) => {
            command.target = Some(match target.what {
                What::Move(to) => Target::Move(to, argument),
                What::Object(object, around) => Target::Object(object, around),
                _ => Target::Lines,
            });
            Parsed::Command(command)
        }
        Found::Prefix => Parsed::Pending,
        Found::Nothing if doubled => Parsed::Pending,
        Found::Nothing => Parsed::Nothing,
    }
}

/// The part of a line before the first `end` that no backslash hides.
fn up_to(line: &str, end: char) -> &str {
    let mut hidden = false;
    for (i, c) in line.char_indices() {
        if c == end && !hidden {
            return &line[..i];
        }
        hidden = c == '\\' && !hidden;
    }
    line
}

impl Editor {
    fn vim_mut(&mut self) -> Option<&mut Vim> {
        self.vim.as_deref_mut()
    }

    /// vim's mode; none with the plain keys.
    #[must_use]
    pub fn vim_mode(&self) -> Option<Mode> {
        self.vim.as_ref().map(|vim| vim.mode)
    }

    /// True in insert and replace mode.
    #[must_use]
    pub fn vim_inserts(&self) -> bool {
        matches!(self.vim_mode(), Some(Mode::Insert | Mode::Replace))
    }

    /// True in the visual modes.
    fn vim_is_visual(&self) -> bool {
        matches!(self.vim_mode(), Some(Mode::Visual | Mode::VisualLine))
    }

    /// The mode as vim shows it at the foot; empty in normal mode.
    #[must_use]
    pub fn vim_status(&self) -> String {
        let Some(vim) = &self.vim else { return String::new() };
        let mode = match (vim.mode, vim.once) {
            (Mode::Normal, false) => "",
            (Mode::Normal, true) => "-- (insert) --",
            (Mode::Insert, _) if self.looks.paste => "-- INSERT (paste) --",
            (Mode::Insert, _) => "-- INSERT --",
            (Mode::Replace, _) => "-- REPLACE --",
            (Mode::Visual, _) => "-- VISUAL --",
            (Mode::VisualLine, _) => "-- VISUAL LINE --",
        };
        match &vim.recording {
            Some((name, _)) => format!("{mode}recording @{name}"),
            None => mode.to_owned(),
        }
    }

    /// The keys that wait for more, as people read them.
    #[must_use]
    pub fn vim_pending(&self) -> String {
        self.vim.as_ref().map(|vim| names(&vim.pending)).unwrap_or_default()
    }

    /// A key in vim mode. False for those that are no key of vim's.
    pub(super) fn vim_key(&mut self, key: Key) -> bool {
        let Some(token) = keys::token(key) else { return false };
        // Ctrl-G, Ctrl-Q, Ctrl-S and Ctrl-Z are the tutor's, whatever the mode.
        if matches!(token, '\u{7}' | '\u{11}' | '\u{13}' | '\u{1a}') {
            return false;
        }
        let inserts = self.vim_inserts();
        let Some(vim) = self.vim_mut() else { return false };
        // Ctrl-T is the tutor's where nothing is typed.
        if token == '\u{14}' && !inserts {
            return false;
        }
        if let Some((_, keys)) = &mut vim.recording
            && !vim.playing
            && keys.len() < 10_000
        {
            keys.push(key);
        }
        if inserts {
            self.insert_key(token);
            self.settle_cursor();
            return true;
        }
        if vim.recording.is_some() && vim.pending.is_empty() && token == 'q' && !vim.playing {
            self.end_recording();
            return true;
        }
        if matches!(token, keys::ESC | '\u{3}') && !vim.pending.is_empty() {
            vim.pending.clear();
            return true;
        }
        vim.pending.push(token);
        let visual = matches!(vim.mode, Mode::Visual | Mode::VisualLine);
        match parse(&vim.pending, visual) {
            Parsed::Pending => {}
            Parsed::Nothing => vim.pending.clear(),
            Parsed::Command(command) => {
                vim.pending.clear();
                self.rest();
                self.run(command);
                self.settle_cursor();
            }
        }
        true
    }

    fn end_recording(&mut self) {
        let Some(vim) = self.vim_mut() else { return };
        if let Some((name, mut keys)) = vim.recording.take() {
            // The q that ends it is no part of it.
            keys.pop();
            vim.recordings.insert(name, keys);
        }
    }

    /// Puts the cursor where the mode lets it stand.
    pub(super) fn vim_settle(&mut self) {
        let last = self.n_lines() - 1;
        let line = self.buffer.line_of(self.cursor);
        if line > last {
            self.cursor = self.buffer.line_end(last);
        }
        let Some(vim) = &mut self.vim else { return };
        vim.anchor = self.buffer.boundary(vim.anchor.min(self.buffer.len()));
        if vim.mode == Mode::Normal && !vim.once && self.prompt.is_none() {
            self.cursor = self.last_char(self.cursor);
        }
    }

    /// A line up or down, in its column.
    pub(super) fn vim_line(&mut self, up: bool) {
        let to = if up { Move::Up } else { Move::Down };
        if let Some(moved) = self.follow(to, None, None, None) {
            self.cursor = moved.to;
            if let Some(vim) = self.vim_mut() {
                vim.want = moved.want;
            }
            self.settle_cursor();
        }
    }

    /// The mouse puts the cursor somewhere, or drags a selection.
    pub(super) fn vim_place(&mut self, offset: usize, select: bool) {
        if self.vim_inserts() {
            self.break_insert();
        }
        let cursor = self.cursor;
        let Some(vim) = self.vim_mut() else { return };
        vim.want = None;
        vim.pending.clear();
        match (select, vim.mode) {
            (true, Mode::Normal) if offset != cursor => {
                vim.mode = Mode::Visual;
                vim.anchor = cursor;
            }
            (false, Mode::Visual | Mode::VisualLine) => vim.mode = Mode::Normal,
            _ => {}
        }
        self.cursor = offset;
        self.settle_cursor();
        if self.vim_inserts() {
            self.restart_step();
        }
    }

    /// A paste of the terminal's.
    pub(super) fn vim_paste_text(&mut self, text: &str) -> bool {
        if self.vim_inserts() {
            if self.buffer.len() + text.len() > super::MAX_BYTES {
                return false;
            }
            // A change of its own: one `u` takes it back.
            self.break_insert();
            self.insert_text(0, text);
            self.break_insert();
            self.settle_cursor();
            return true;
        }
        let (start, end) = self.selection().unwrap_or((self.cursor, self.cursor));
        let done = self.buffer.replace(start..end, text, self.cursor, false);
        if done {
            self.cursor = start + text.len();
            if let Some(vim) = self.vim_mut() {
                vim.mode = Mode::Normal;
                vim.pending.clear();
                vim.want = None;
            }
            if !text.is_empty() && text.ends_with('\n') {
                self.cursor = self.buffer.boundary(self.cursor.min(self.buffer.len()));
            } else {
                self.cursor = self.buffer.before(self.cursor).max(start);
            }
            self.settle_cursor();
        }
        done
    }

    /// Back to normal mode, whatever was going on.
    pub fn vim_normal(&mut self) {
        if self.vim_inserts() {
            self.leave_insert();
        }
        self.prompt = None;
        if let Some(vim) = self.vim_mut() {
            vim.mode = Mode::Normal;
            vim.pending.clear();
            vim.once = false;
            self.settle_cursor();
        }
    }

    /// Shows the first match of a pattern being typed.
    pub(super) fn vim_incremental(&mut self, text: &str, origin: usize, kind: PromptKind) {
        self.cursor = self.buffer.boundary(origin);
        if let Ok(pattern) = Pattern::vim(text, self.looks.ignore_case)
            && !text.is_empty()
        {
            let backward = kind == PromptKind::Backward;
            let found = find::next(&self.buffer, &pattern, self.cursor, backward, self.n_lines());
            if let Some(found) = found {
                self.cursor = found.start;
            }
        }
    }

    /// The line at the foot was closed without Enter.
    pub(super) fn vim_prompt_closed(&mut self) {
        if let Some(vim) = self.vim_mut() {
            vim.waiting = None;
        }
        self.settle_cursor();
    }

    /// Enter at the foot.
    pub(super) fn vim_prompt(&mut self, prompt: &Prompt) {
        self.cursor = self.buffer.boundary(prompt.origin);
        let Some(vim) = self.vim_mut() else { return };
        let waiting = vim.waiting.take();
        let lines =
            if prompt.kind == PromptKind::Command { &mut vim.commands } else { &mut vim.searches };
        if !prompt.text.is_empty() && lines.last() != Some(&prompt.text) {
            lines.push(prompt.text.clone());
        }
        if prompt.kind == PromptKind::Command {
            self.buffer.begin(self.cursor);
            self.command(&prompt.text);
            self.buffer.end();
        } else {
            let backward = prompt.kind == PromptKind::Backward;
            // A second slash ends the pattern.
            let delimiter = if backward { '?' } else { '/' };
            let typed = up_to(&prompt.text, delimiter);
            if typed.is_empty() {
                self.search.backward = backward;
            } else {
                match Pattern::vim(typed, self.looks.ignore_case) {
                    Ok(pattern) => {
                        let text = typed.to_owned();
                        let pattern = Some(pattern);
                        self.search = find::Search { text, pattern, backward, quiet: false };
                    }
                    Err(error) => {
                        self.fail(error);
                        self.settle_cursor();
                        return;
                    }
                }
            }
            if let Some(mut command) = waiting {
                match (&mut command.what, &mut command.target) {
                    (What::Move(to), _) | (_, Some(Target::Move(to, _))) => *to = Move::Next,
                    _ => {}
                }
                self.run(command);
            }
        }
        self.settle_cursor();
    }
}
