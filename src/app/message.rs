//! What can happen, and what must happen outside because of it.

use super::key::Key;
use super::keys::Action;
use super::settings::Settings;
use super::workshop::Edited;
use crate::content::{Pack, PackProblem};
use crate::progress::Entry;
use std::borrow::Cow;

/// What can happen.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text came in one piece (bracketed paste).
    Paste(String),
    /// The mouse's left button went down on something, or was dragged over it.
    Click {
        /// What lies there.
        hit: Hit,
        /// Columns from the left edge of it.
        column: u16,
        /// Dragged, not pressed.
        drag: bool,
    },
    /// The wheel was turned over a pane: lines, down counts up.
    Wheel(Option<Pane>, i32),
    /// So many frames of a thirtieth of a second have passed. Sent only while
    /// [`Model::wants_ticks`](super::Model::wants_ticks).
    Tick(u32),
    /// Nothing more has come for now: what was put off is done (a text is graded).
    /// Sent once before each draw.
    Settle,
    /// A second has passed. Sent only while [`Model::wants_seconds`](super::Model::wants_seconds).
    Second,
    /// A command of the console may go on. Sent only while
    /// [`Model::wants_turn`](super::Model::wants_turn).
    Turn,
    /// The console is drawn in so many columns and rows now.
    ConsoleSize(u16, u16),
    /// What became of [`Effect::SaveFile`].
    Saved {
        /// Where to.
        path: String,
        /// The file's bytes.
        bytes: Vec<u8>,
        /// What happened.
        saved: Saved,
    },
    /// The pause of typing that [`Effect::SaveSoon`] waited for.
    Save,
    /// The end is near (a signal): what is not recorded yet is recorded.
    Closing,
    /// The file that stands for an exercise's text was saved; or why it has no text now.
    File {
        /// `PACK/LESSON/STEP`.
        step: String,
        /// Its text, or a sentence.
        text: Result<String, String>,
    },
    /// The learner's own editor has ended.
    Edited(Edited),
    /// A pack that its author is writing was saved.
    SavedPack {
        /// The pack; none where it can't be read, or where only its claims were run.
        pack: Option<Box<Pack>>,
        /// All that is wrong in it.
        problems: Vec<PackProblem>,
        /// What there is to say, in a line.
        says: String,
    },
    /// The author of the first pack wants to see `LESSON` or `LESSON/STEP`.
    Preview(String),
    /// The user's packs were read.
    Packs(Vec<Cow<'static, Pack>>),
}

/// What must happen outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write it to the journal.
    Record(Entry),
    /// Send [`Msg::Save`] a second after the last of these.
    SaveSoon,
    /// Scroll a pane; how far it goes only drawing knows.
    Scroll(Pane, Scroll),
    /// Write them to settings.toml, and draw as they say.
    KeepSettings(Settings),
    /// Put it into the system's clipboard.
    Clip(String),
    /// Run the learner's own editor on a file of this name that holds the text, and send
    /// [`Msg::Edited`].
    OwnEditor {
        /// The file's name.
        name: String,
        /// What it holds.
        text: String,
    },
    /// Write a file to the disk, unless it is there and `over` does not allow it, and send
    /// [`Msg::Saved`].
    SaveFile {
        /// Where to, from the working folder.
        path: String,
        /// What it holds.
        bytes: Vec<u8>,
        /// Another file may be there.
        over: bool,
    },
    /// Stop until the shell continues us.
    Suspend,
    /// End.
    Quit,
}

/// Panes that scroll by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    /// A step's text, a quiz's question.
    Body,
    /// The page over the screen.
    Page,
    /// The progress screen.
    Progress,
    /// The home screen's list: its chosen row moves instead.
    List,
    /// The editor: its cursor moves instead.
    Editor,
    /// The console: what was said scrolls.
    Console,
}

/// How far to scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scroll {
    /// Lines; down counts up.
    Lines(i32),
    /// Pages; down counts up.
    Pages(i32),
    /// To the top.
    Top,
    /// To the end.
    End,
}

/// What the mouse can hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// A lesson of the home screen, by index.
    Lesson(usize),
    /// A step of the lesson, by index.
    Step(usize),
    /// A row of a question or of the settings, by index.
    Row(usize),
    /// Underlined words of the text, by index.
    Word(usize),
    /// A probe of the chart, by index.
    Probe(usize),
    /// A line of the editor, from 0.
    EditorLine(usize),
    /// A hint or button.
    Do(Action),
    /// A pane, for the wheel.
    Pane(Pane),
}

/// What became of a file that was to be written to the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It was written.
    Yes,
    /// There is another file.
    IsThere,
    /// It was not written: why.
    No(String),
}
