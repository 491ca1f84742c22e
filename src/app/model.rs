//! All there is to know of the tutor while it runs.

use super::compare::CompareScreen;
use super::console::screen::ConsoleScreen;
use super::console::{self, ConsolePane};
use super::debrief::SolutionScreen;
use super::editor::Editor;
use super::guide::GuideScreen;
use super::home::{self, Home};
use super::keys::{Stack, stacks};
use super::lesson::LessonScreen;
use super::look_up::LookUp;
use super::message::Effect;
use super::page::{Dialog, Page};
use super::settings::{Override, Settings, SettingsScreen};
use crate::content::{Lesson, Pack, PackProblem, Step};
use crate::progress::{Entry, Event, State};
use jiff::Timestamp;
use std::borrow::Cow;

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
    pub(super) editors: Vec<(String, Editor)>,
    /// Consoles of steps left lately, and whether they were shown.
    pub(super) consoles: Vec<(String, Box<ConsolePane>, bool)>,
    /// Columns and rows that a console was drawn in last.
    pub(super) console_size: (u16, u16),
    /// A file that is to be written over another, once the learner says yes.
    pub(super) over: Option<(String, Vec<u8>)>,
    /// The steps that led to the one on the screen, by a link or a word: back to them.
    pub(super) came_from: Vec<home::At>,
    /// A page over the screen.
    pub page: Option<Page>,
    /// A question over everything.
    pub dialog: Option<Dialog>,
    /// What is wrong in the pack that its author is writing.
    pub problems: Vec<PackProblem>,
    /// One line told until the next key.
    pub notice: Option<String>,
    /// Lines of consoles that take long go on beside what else happens; else they come to their end
    /// first.
    pub runs_aside: bool,
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
            runs_aside: false,
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
            Screen::Guide(screen) if screen.answers.is_empty() => stacks::GUIDE,
            Screen::Guide(_) => stacks::GUIDE_ON,
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

    /// A command of the console runs: [`super::Msg::Second`] is wanted each second.
    #[must_use]
    pub fn wants_seconds(&self) -> bool {
        console::screen::wants_seconds(self)
    }

    /// A command of the console goes on as soon as what it has said is shown:
    /// [`super::Msg::Turn`] is wanted.
    #[must_use]
    pub fn wants_turn(&self) -> bool {
        console::screen::wants_turn(self)
    }

    /// Takes an event in and asks for it to be written.
    pub(super) fn record(&mut self, event: Event, effects: &mut Vec<Effect>) {
        let entry = Entry::new(self.now, event);
        self.state.apply(&entry);
        if self.saving == Saving::On {
            effects.push(Effect::Record(entry));
        }
    }
}
