//! A lesson's step on the screen; each kind of step has its own module.

use super::compare;
use super::console::{ConsolePane, screen as console};
use super::exercise::{self, ExerciseScreen};
use super::flow::{self, FlowScreen};
use super::home::{self, At};
use super::keys::{Action, Stack, stacks};
use super::page::{Ask, Page};
use super::quiz::{self, QuizScreen};
use super::watch::Watch;
use super::words::{self, TextScreen};
use super::workshop;
use super::{Effect, Hit, Model, Pane, Screen, Scroll};
use crate::content::StepKind;
use crate::grade;
use crate::progress::{Event, step_key};

/// The lesson screen.
#[derive(Debug, Clone)]
pub struct LessonScreen {
    /// Where it is.
    pub at: At,
    /// The step's own state.
    pub step: StepScreen,
    /// Its console, once it was opened.
    pub console: Option<Box<ConsolePane>>,
    /// The console is shown, and has the keys.
    pub console_shown: bool,
    /// It was opened from the exercise's text: back to it.
    pub(super) from_text: bool,
}

/// The state of a step on the screen.
#[derive(Debug, Clone)]
pub enum StepScreen {
    /// To read.
    Text(Box<TextScreen>),
    /// Packets to watch.
    Flow(Box<FlowScreen>),
    /// YAML to write.
    Exercise(Box<ExerciseScreen>),
    /// Questions.
    Quiz(Box<QuizScreen>),
}

impl StepScreen {
    /// The packets that can be watched, where there are.
    pub fn watch(&mut self) -> Option<&mut Watch> {
        match self {
            Self::Flow(flow) => Some(&mut flow.watch),
            Self::Exercise(exercise) => exercise.bench.as_mut().ok().map(|bench| &mut bench.watch),
            Self::Text(_) | Self::Quiz(_) => None,
        }
    }
}

impl LessonScreen {
    /// The contexts in which keys are looked up.
    #[must_use]
    pub fn contexts(&self) -> Stack {
        if let Some(pane) = self.console.as_ref().filter(|_| self.console_shown) {
            let beside = match self.step {
                StepScreen::Exercise(_) => console::Beside::Exercise,
                StepScreen::Quiz(_) => console::Beside::Question,
                StepScreen::Text(_) | StepScreen::Flow(_) => console::Beside::Nothing,
            };
            return console::contexts(pane, beside);
        }
        match &self.step {
            StepScreen::Text(text) => text.contexts(),
            StepScreen::Flow(_) => stacks::FLOW,
            StepScreen::Exercise(exercise) => exercise.contexts(),
            StepScreen::Quiz(quiz) => quiz.contexts(),
        }
    }

    /// The packets shown in large, and whether they are those of an older text.
    #[must_use]
    pub fn presents(&self) -> Option<(&Watch, bool)> {
        if self.console_shown {
            return None;
        }
        let (watch, stale) = match &self.step {
            StepScreen::Flow(flow) => (&flow.watch, false),
            StepScreen::Exercise(exercise) => {
                let bench = exercise.bench.as_ref().ok().filter(|bench| !bench.typing)?;
                (&bench.watch, bench.stale)
            }
            StepScreen::Text(_) | StepScreen::Quiz(_) => return None,
        };
        (watch.present && watch.packet().is_some()).then_some((watch, stale))
    }

    /// Something moves.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        match &self.step {
            StepScreen::Flow(flow) => flow.watch.wants_ticks(),
            StepScreen::Exercise(exercise) => exercise
                .bench
                .as_ref()
                .is_ok_and(|bench| bench.watch.wants_ticks() || bench.wants_ticks()),
            StepScreen::Text(_) | StepScreen::Quiz(_) => false,
        }
    }
}

/// A text with what its commands say on the step's world.
fn told(model: &Model, at: At, body: &str) -> String {
    let world = || {
        let pack = model.pack(at.pack_idx)?;
        let step = pack.lessons.get(at.lesson_idx)?.steps.get(at.step_idx)?;
        grade::world(pack, &step.world).ok()
    };
    if !grade::has_commands(body) {
        return body.to_owned();
    }
    world().map_or_else(|| body.to_owned(), |cluster| grade::transcript(&cluster, body).body)
}

/// The screen is left: its text is recorded, and kept with all that can be taken back.
pub(super) fn leave(model: &mut Model, effects: &mut Vec<Effect>) {
    save(model, effects);
    workshop::keep(model);
    console::keep(model);
}

/// Opens the step at `at`.
pub(super) fn open(model: &mut Model, at: At, effects: &mut Vec<Effect>) {
    model.came_from.clear();
    show(model, at, effects);
}

/// Opens the step at `at`, to which something in the step on the screen leads: from there it
/// goes back here.
pub(super) fn follow(model: &mut Model, at: At, effects: &mut Vec<Effect>) {
    match &model.screen {
        // It leads to where the learner is.
        Screen::Lesson(screen) if screen.at == at => return,
        Screen::Lesson(screen) => model.came_from.push(screen.at),
        _ => {}
    }
    show(model, at, effects);
}

fn show(model: &mut Model, at: At, effects: &mut Vec<Effect>) {
    leave(model, effects);
    // A word that was shown stood in another text.
    model.page.take_if(|page| matches!(page, Page::Word { .. }));
    let Some(pack) = model.pack(at.pack_idx) else { return };
    let Some(lesson) = pack.lessons.get(at.lesson_idx) else { return };
    let Some(step) = lesson.steps.get(at.step_idx) else { return };
    let key = step_key(pack, lesson, step);
    let kind = step.kind.clone();
    let mut step = match &kind {
        StepKind::Text { body } => {
            let body = told(model, at, body);
            StepScreen::Text(Box::new(TextScreen::new(&body, &model.packs, at.pack_idx)))
        }
        StepKind::Flow(flow) => flow::open(model, at, flow),
        StepKind::Exercise(exercise) => exercise::open(model, at, exercise, &key),
        StepKind::Quiz { quiz } => quiz::open(model, at, quiz, effects),
    };
    if let Some(watch) = step.watch() {
        watch.set(&model.settings_in_force());
    }
    model.home.pack_idx = at.pack_idx;
    // As the learner left it: the console open where that was used last.
    let (console, mut shown) = match console::take_kept(model, &key) {
        Some((pane, shown)) => (Some(pane), shown),
        None => (None, false),
    };
    let used_last = model.state.step(&key).is_some_and(|state| state.exercise.console_last);
    let opens = console.is_none() && used_last;
    shown &= console.is_some();
    model.screen = Screen::Lesson(Box::new(LessonScreen {
        at,
        step,
        console,
        console_shown: shown,
        from_text: true,
    }));
    model.record(Event::At { step: key, part: 0 }, effects);
    if opens {
        console::toggle(model, effects);
    } else {
        console::rejoin(model);
    }
    effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
}

pub(super) fn act(model: &mut Model, action: Action, select: bool, effects: &mut Vec<Effect>) {
    let Screen::Lesson(screen) = &mut model.screen else { return };
    let at = screen.at;
    let typing = matches!(&screen.step, StepScreen::Exercise(exercise) if typing(exercise));
    if action == Action::Back && !typing && screen.step.watch().is_some_and(Watch::leave) {
        return;
    }
    match (action, &mut screen.step) {
        (Action::NextStep, _) => next_step(model, at, effects),
        (Action::PreviousStep, _) => {
            if at.step_idx > 0 {
                open(model, At { step_idx: at.step_idx - 1, ..at }, effects);
            }
        }
        (Action::Back, StepScreen::Exercise(_)) if typing => {
            exercise::act(model, action, select, effects);
        }
        (Action::Back, _) => match model.came_from.pop() {
            Some(at) => show(model, at, effects),
            None => {
                leave(model, effects);
                home::show(model);
            }
        },
        (Action::Compare, StepScreen::Flow(_) | StepScreen::Exercise(_)) => {
            compare::open(model, effects);
        }
        (_, StepScreen::Quiz(_)) => quiz::act(model, action, effects),
        (_, StepScreen::Flow(_)) => flow::act(model, action, effects),
        (_, StepScreen::Exercise(_)) => exercise::act(model, action, select, effects),
        (_, StepScreen::Text(_)) => words::act(model, action, effects),
    }
}

/// On to the next step, or home after the last. A text that was gone on from was read.
fn next_step(model: &mut Model, at: At, effects: &mut Vec<Effect>) {
    let Some((pack, lesson, step)) = model.step() else { return };
    let n_steps = lesson.steps.len();
    if matches!(step.kind, StepKind::Text { .. }) {
        let key = step_key(pack, lesson, step);
        if !model.state.is_done(pack, lesson, step) {
            model.record(Event::Read { step: key }, effects);
        }
    }
    if at.step_idx + 1 < n_steps {
        open(model, At { step_idx: at.step_idx + 1, ..at }, effects);
    } else {
        leave(model, effects);
        home::show(model);
    }
}

fn typing(exercise: &ExerciseScreen) -> bool {
    exercise.bench.as_ref().is_ok_and(|bench| bench.typing)
}

/// A character was typed.
pub(super) fn typed(model: &mut Model, c: char, effects: &mut Vec<Effect>) {
    if console::shown(model).is_some() {
        return typed_in_console(model, c, effects);
    }
    let Screen::Lesson(screen) = &mut model.screen else { return };
    match &mut screen.step {
        StepScreen::Quiz(_) => quiz::typed(model, c.encode_utf8(&mut [0; 4])),
        StepScreen::Exercise(_) => workshop::typed(model, c, effects),
        StepScreen::Text(_) | StepScreen::Flow(_) => {}
    }
}

fn typed_in_console(model: &mut Model, c: char, effects: &mut Vec<Effect>) {
    if console::editing(model).is_some() {
        workshop::typed(model, c, effects);
    } else {
        console::typed(model, c, effects);
    }
}

/// Text was pasted.
pub(super) fn pasted(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    if console::editing(model).is_some() {
        return workshop::pasted(model, text, effects);
    }
    if console::shown(model).is_some() {
        return console::pasted(model, text, effects);
    }
    let Screen::Lesson(screen) = &mut model.screen else { return };
    match &mut screen.step {
        StepScreen::Quiz(_) => quiz::typed(model, text),
        StepScreen::Exercise(_) => workshop::pasted(model, text, effects),
        StepScreen::Text(_) | StepScreen::Flow(_) => {}
    }
}

/// Frames have passed.
pub(super) fn tick(model: &mut Model, n_frames: u32, effects: &mut Vec<Effect>) {
    flow::tick(model, n_frames, effects);
    exercise::tick(model, n_frames);
}

/// What was put off is done: a text that has changed is graded.
pub(super) fn settle(model: &mut Model) {
    exercise::settle(model);
}

/// What is not recorded yet is recorded.
pub(super) fn save(model: &mut Model, effects: &mut Vec<Effect>) {
    exercise::save(model, effects);
}

/// The learner said yes.
pub(super) fn confirmed(model: &mut Model, ask: Ask, effects: &mut Vec<Effect>) {
    exercise::confirmed(model, ask, effects);
}

pub(super) fn click(
    model: &mut Model,
    hit: Hit,
    column: u16,
    drag: bool,
    effects: &mut Vec<Effect>,
) {
    let Screen::Lesson(screen) = &model.screen else { return };
    match (hit, &screen.step) {
        (Hit::Step(step_idx), _) if !drag => {
            let at = At { step_idx, ..screen.at };
            open(model, at, effects);
        }
        (Hit::Word(idx), StepScreen::Text(_)) if !drag => words::click(model, idx, effects),
        (Hit::Row(row), StepScreen::Quiz(_)) if !drag => quiz::click(model, row),
        (Hit::EditorLine(line), StepScreen::Exercise(_)) => {
            exercise::click(model, line, column, drag);
        }
        (Hit::Probe(idx), StepScreen::Flow(_)) if !drag => flow::choose(model, idx, effects),
        (Hit::Probe(idx), StepScreen::Exercise(_)) if !drag => exercise::choose(model, idx),
        _ => {}
    }
}
