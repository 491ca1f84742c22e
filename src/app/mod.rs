//! Model, messages, update: what the tutor is.
//!
//! [`Model`] is all there is to know, [`update`] the only thing that changes it.
//! It touches nothing outside: what must happen there it gives back as [`Effect`]s.
//! A screen owns its state in its own module.

pub mod attempts;
pub mod bench;
pub mod clock;
pub mod compare;
pub mod console;
pub mod debrief;
pub mod editor;
pub mod exercise;
mod file;
pub mod flow;
pub mod guide;
pub mod home;
pub mod key;
pub mod keys;
pub mod lesson;
pub mod look_up;
pub mod page;
pub mod player;
mod preview;
pub mod quiz;
pub mod settings;
pub mod watch;
pub mod words;
pub mod workshop;

use crate::content::{Lesson, Pack, PackProblem, Step};
use crate::progress::{Entry, Event, State};
use compare::CompareScreen;
use console::ConsolePane;
use console::screen::ConsoleScreen;
use debrief::SolutionScreen;
use editor::Editor;
use guide::GuideScreen;
use home::Home;
use jiff::Timestamp;
use key::{Code, Key};
use keys::{Action, Stack, stacks};
use lesson::LessonScreen;
use look_up::LookUp;
use page::{Dialog, Page};
use settings::{Override, Settings, SettingsScreen};
use std::borrow::Cow;
use workshop::Edited;

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
    /// [`Model::wants_ticks`].
    Tick(u32),
    /// Nothing more has come for now: what was put off is done (a text is graded).
    /// Sent once before each draw.
    Settle,
    /// A second has passed. Sent only while [`Model::wants_seconds`].
    Second,
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

/// The screen shown.
#[derive(Debug, Clone)]
pub enum Screen {
    /// The lessons.
    Home,
    /// A lesson's step.
    Lesson(Box<LessonScreen>),
    /// What was achieved.
    Progress,
    /// What the learner sets.
    Settings(SettingsScreen),
    /// Words, fields, lessons.
    LookUp(LookUp),
    /// Questions that lead to an advice.
    Guide(GuideScreen),
    /// The same packet where one thing is otherwise.
    Compare(Box<CompareScreen>),
    /// The chart of an exercise's solution, or of a packet that a command sent.
    Solution(Box<SolutionScreen>),
    /// A console alone.
    Console(Box<ConsoleScreen>),
}

/// Is progress kept?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saving {
    /// Yes.
    On,
    /// No, and why: one sentence, told on the home screen.
    Off(String),
}

/// All there is to know.
#[derive(Debug, Clone)]
pub struct Model {
    /// The packs; never empty.
    pub packs: Vec<Cow<'static, Pack>>,
    /// What was done so far.
    pub state: State,
    /// The time, as the runtime last said: what is recorded bears it.
    pub now: Timestamp,
    /// Is what is done kept?
    pub saving: Saving,
    /// What the learner set.
    pub settings: Settings,
    /// What a flag or the environment says in place of a setting.
    pub overrides: Vec<Override>,
    /// Where settings are kept; empty where they are not.
    pub settings_path: String,
    /// The screen shown.
    pub screen: Screen,
    /// The home screen's state, kept while others are shown.
    pub home: Home,
    /// Texts of exercises left lately, with all that can be taken back in them.
    editors: Vec<(String, Editor)>,
    /// Consoles of steps left lately, and whether they were shown.
    consoles: Vec<(String, Box<ConsolePane>, bool)>,
    /// Columns and rows that a console was drawn in last.
    console_size: (u16, u16),
    /// A file that is to be written over another, once the learner says yes.
    over: Option<(String, Vec<u8>)>,
    /// The steps that led to the one on the screen, by a link or a word: back to them.
    came_from: Vec<home::At>,
    /// A page over the screen.
    pub page: Option<Page>,
    /// A question over everything.
    pub dialog: Option<Dialog>,
    /// What is wrong in the pack that its author is writing.
    pub problems: Vec<PackProblem>,
    /// One line told until the next key.
    pub notice: Option<String>,
}

impl Model {
    /// The tutor at its start. `note` is told on the home screen.
    #[must_use]
    pub fn new(
        packs: Vec<Cow<'static, Pack>>,
        state: State,
        saving: Saving,
        note: Option<String>,
    ) -> Self {
        let home = Home { note, ..Home::at_next(&packs, &state) };
        Self {
            packs,
            state,
            saving,
            settings: Settings::default(),
            overrides: Vec::new(),
            settings_path: String::new(),
            now: Timestamp::UNIX_EPOCH,
            screen: Screen::Home,
            home,
            editors: Vec::new(),
            consoles: Vec::new(),
            console_size: (80, 20),
            over: None,
            came_from: Vec::new(),
            page: None,
            dialog: None,
            problems: Vec::new(),
            notice: None,
        }
    }

    /// The pack of that index; the first where there is none such.
    #[must_use]
    pub fn pack(&self, pack_idx: usize) -> Option<&Pack> {
        self.packs.get(pack_idx).or_else(|| self.packs.first()).map(AsRef::as_ref)
    }

    /// The lesson and step shown.
    #[must_use]
    pub fn step(&self) -> Option<(&Pack, &Lesson, &Step)> {
        let Screen::Lesson(screen) = &self.screen else { return None };
        let pack = self.pack(screen.at.pack_idx)?;
        let lesson = pack.lessons.get(screen.at.lesson_idx)?;
        Some((pack, lesson, lesson.steps.get(screen.at.step_idx)?))
    }

    /// Where keys go: the contexts that hold now.
    #[must_use]
    pub fn contexts(&self) -> Stack {
        if self.dialog.is_some() {
            return stacks::DIALOG;
        }
        if let Some(page) = &self.page {
            return page.contexts();
        }
        match &self.screen {
            Screen::Home => stacks::HOME,
            Screen::Progress => stacks::PROGRESS,
            Screen::Settings(_) => stacks::SETTINGS,
            Screen::LookUp(_) => stacks::LOOK_UP,
            Screen::Guide(_) => stacks::GUIDE,
            Screen::Compare(_) | Screen::Solution(_) => stacks::COMPARE,
            Screen::Console(screen) => {
                let nothing = console::screen::Beside::Nothing;
                console::screen::contexts(&screen.pane, nothing)
            }
            Screen::Lesson(screen) => screen.contexts(),
        }
    }

    /// The settings that hold: the learner's, but for what a flag or the environment says.
    #[must_use]
    pub fn settings_in_force(&self) -> Settings {
        let mut settings = self.settings;
        for Override { setting, word, .. } in &self.overrides {
            settings.set(*setting, word);
        }
        settings
    }

    /// Something moves: ticks are wanted.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        self.page.is_none()
            && self.dialog.is_none()
            && (console::screen::edit_wants_ticks(self)
                || match &self.screen {
                    Screen::Lesson(screen) => screen.wants_ticks(),
                    Screen::Compare(screen) => screen.wants_ticks(),
                    Screen::Solution(screen) => screen.watch.wants_ticks(),
                    _ => false,
                })
    }

    /// A command of the console runs: [`Msg::Second`] is wanted each second.
    #[must_use]
    pub fn wants_seconds(&self) -> bool {
        console::screen::wants_seconds(self)
    }

    /// Takes an event in and asks for it to be written.
    fn record(&mut self, event: Event, effects: &mut Vec<Effect>) {
        let entry = Entry::new(self.now, event);
        self.state.apply(&entry);
        if self.saving == Saving::On {
            effects.push(Effect::Record(entry));
        }
    }
}

/// Changes the model by what happened.
#[must_use]
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    match msg {
        Msg::Key(key) => on_key(model, key, &mut effects),
        Msg::Paste(text) => {
            if model.page.is_none() && model.dialog.is_none() {
                look_up::pasted(model, &text, &mut effects);
                lesson::pasted(model, &text, &mut effects);
            }
        }
        Msg::Click { hit, column, drag } => on_click(model, hit, column, drag, &mut effects),
        Msg::Wheel(pane, lines) => on_wheel(model, pane, lines, &mut effects),
        Msg::Tick(n_frames) => {
            lesson::tick(model, n_frames, &mut effects);
            compare::tick(model, n_frames);
            debrief::tick(model, n_frames);
        }
        Msg::Settle => lesson::settle(model),
        Msg::Second => console::screen::second(model, &mut effects),
        Msg::ConsoleSize(columns, rows) => console::screen::sized(model, columns, rows),
        Msg::Saved { path, bytes, saved } => console::screen::saved(model, path, bytes, saved),
        Msg::File { step, text } => file::take(model, &step, text, &mut effects),
        Msg::Save | Msg::Closing => lesson::save(model, &mut effects),
        Msg::Edited(edited) => workshop::edited(model, edited, &mut effects),
        Msg::SavedPack { pack, problems, says } => {
            preview::saved(model, pack, problems, says, &mut effects);
        }
        Msg::Preview(name) => preview::open(model, &name, &mut effects),
        Msg::Packs(packs) => {
            model.packs = packs;
            home::count(model);
            if matches!(model.screen, Screen::Home) {
                let note = model.home.note.take();
                model.home = Home { note, ..Home::at_next(&model.packs, &model.state) };
            }
        }
    }
    effects
}

fn on_key(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    model.notice = None;
    if model.page.is_none() && model.dialog.is_none() && workshop::key(model, key, effects) {
        return;
    }
    if let Some((action, select)) = keys::action(model.contexts(), key) {
        act(model, action, select, effects);
    } else if preview::key(model, key, effects) {
    } else if let Key { code: Code::Char(c), ctrl: false, alt: false, .. } = key
        && model.page.is_none()
        && model.dialog.is_none()
    {
        look_up::typed(model, c, effects);
        lesson::typed(model, c, effects);
    }
}

fn act(model: &mut Model, action: Action, select: bool, effects: &mut Vec<Effect>) {
    match action {
        Action::Quit => {
            lesson::save(model, effects);
            effects.push(Effect::Quit);
        }
        Action::Suspend => {
            lesson::save(model, effects);
            effects.push(Effect::Suspend);
        }
        Action::Yes | Action::No => {
            if let Some(dialog) = model.dialog.take()
                && action == Action::Yes
            {
                lesson::confirmed(model, dialog.ask, effects);
            }
            model.over = None;
        }
        Action::Help => {
            // The same key closes it again.
            let open = matches!(model.page, Some(Page::Help(_)));
            model.page = (!open).then(|| Page::Help(model.contexts()));
            effects.push(Effect::Scroll(Pane::Page, Scroll::Top));
        }
        _ if model.page.is_some() => page::act(model, action, effects),
        Action::LookUp => look_up::open(model),
        Action::Guide => guide::open(model),
        Action::ShowConsole => console::screen::toggle(model, effects),
        _ if console::screen::shown(model).is_some()
            && console::screen::act(model, action, select, effects) => {}
        _ => match &model.screen {
            Screen::Home => home::act(model, action, effects),
            Screen::Progress => match action {
                Action::Back => model.screen = Screen::Home,
                _ => effects.extend(scrolled(Pane::Progress, action)),
            },
            Screen::Settings(_) => settings::act(model, action, effects),
            Screen::LookUp(_) => look_up::act(model, action, effects),
            Screen::Guide(_) => guide::act(model, action, effects),
            Screen::Compare(_) => compare::act(model, action, effects),
            Screen::Solution(_) => debrief::act(model, action, effects),
            Screen::Lesson(_) => lesson::act(model, action, select, effects),
            Screen::Console(_) => {}
        },
    }
}

fn on_click(model: &mut Model, hit: Hit, column: u16, drag: bool, effects: &mut Vec<Effect>) {
    if let Hit::Do(action) = hit {
        if !drag {
            model.notice = None;
            act(model, action, false, effects);
        }
        return;
    }
    if model.page.is_some() || model.dialog.is_some() {
        return;
    }
    match (&model.screen, hit) {
        (Screen::Home, Hit::Lesson(idx)) if !drag => home::click(model, idx, effects),
        (Screen::Settings(_), Hit::Row(row)) if !drag => settings::click(model, row, effects),
        (Screen::LookUp(_), Hit::Row(row)) if !drag => look_up::click(model, row, effects),
        (Screen::Guide(_), Hit::Row(row)) if !drag => guide::click(model, row, effects),
        (Screen::Lesson(_), _) => lesson::click(model, hit, column, drag, effects),
        (Screen::Solution(_), Hit::Probe(idx)) if !drag => debrief::choose(model, idx),
        _ => {}
    }
}

fn on_wheel(model: &mut Model, pane: Option<Pane>, lines: i32, effects: &mut Vec<Effect>) {
    let pane = match pane {
        Some(pane) => pane,
        None if model.page.is_some() => Pane::Page,
        None => return,
    };
    let action = if lines < 0 { Action::Up } else { Action::Down };
    match pane {
        Pane::List => match model.screen {
            Screen::LookUp(_) => look_up::act(model, action, effects),
            _ => home::act(model, action, effects),
        },
        Pane::Console => console::screen::wheel(model, lines),
        Pane::Editor => {
            if let Some(bench) = exercise::bench(model) {
                bench.editor.wheel(lines.clamp(-3, 3));
            }
        }
        pane => effects.push(Effect::Scroll(pane, Scroll::Lines(lines))),
    }
}

/// The scrolling that an action asks of a pane.
fn scrolled(pane: Pane, action: Action) -> Option<Effect> {
    let scroll = match action {
        Action::Up => Scroll::Lines(-1),
        Action::Down => Scroll::Lines(1),
        Action::PageUp => Scroll::Pages(-1),
        Action::PageDown => Scroll::Pages(1),
        Action::First => Scroll::Top,
        Action::Last => Scroll::End,
        _ => return None,
    };
    Some(Effect::Scroll(pane, scroll))
}
