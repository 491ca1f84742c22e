//! The pane on a screen: beside a lesson's step or an exercise, or alone.

use super::edit::{self, Editing};
use super::pager::Scrolling;
use super::{Ask, ConsolePane, Reach, View};
use crate::app::debrief::SolutionScreen;
use crate::app::editor::Motion;
use crate::app::exercise;
use crate::app::keys::{Action, Stack, stacks};
use crate::app::lesson::StepScreen;
use crate::app::page::{Ask as DialogAsk, Dialog};
use crate::app::quiz;
use crate::app::watch::{Packet, Watch};
use crate::app::{Effect, Model, Pane, Saved, Screen, Scroll};
use crate::content::{QuestionKind, StepKind};
use crate::grade;
use crate::kubectl::{Console, Files, Wants};
use crate::progress::{Event, step_key};
use crate::review;
use crate::trace::{self, Way};

/// What is given to an exercise's console and recorded, at most.
const MAX_GIVEN: usize = 2_000;
/// The bytes of it, at most.
const MAX_GIVEN_BYTES: usize = 1 << 20;
/// Consoles that are kept while other screens are shown.
const KEPT: usize = 4;

/// What a console stands beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Nothing that looks at it.
    Nothing,
    /// An exercise.
    Exercise,
    /// A question.
    Question,
}

/// A console alone: `portolan shell`.
#[derive(Debug, Clone)]
pub struct ConsoleScreen {
    /// The console.
    pub pane: ConsolePane,
    /// What stands above it.
    pub title: String,
}

/// The pane that is shown, and has the keys.
pub(in crate::app) fn pane(model: &mut Model) -> Option<&mut ConsolePane> {
    match &mut model.screen {
        Screen::Console(screen) => Some(&mut screen.pane),
        Screen::Lesson(lesson) if lesson.console_shown => lesson.console.as_deref_mut(),
        _ => None,
    }
}

/// The pane that is shown, to look at.
#[must_use]
pub fn shown(model: &Model) -> Option<&ConsolePane> {
    match &model.screen {
        Screen::Console(screen) => Some(&screen.pane),
        Screen::Lesson(lesson) if lesson.console_shown => lesson.console.as_deref(),
        _ => None,
    }
}

/// The file of the console that is edited.
pub(in crate::app) fn editing(model: &mut Model) -> Option<&mut Editing> {
    pane(model)?.edit.as_deref_mut()
}

/// Where keys go while the pane is shown.
#[must_use]
pub fn contexts(pane: &ConsolePane, beside: Beside) -> Stack {
    if let Some(editing) = &pane.edit {
        return editing.contexts();
    }
    match pane.view() {
        View::Pages { looking: Some(_), .. } => return stacks::PAGER_FIND,
        View::Pages { .. } => return stacks::PAGER,
        _ => {}
    }
    if pane.history.search().is_some() {
        return stacks::HISTORY;
    }
    if pane.runs() {
        return stacks::RUNNING;
    }
    match (pane.console().sent.is_some(), beside) {
        (true, Beside::Exercise) => stacks::CONSOLE_EXERCISE_SENT,
        (true, Beside::Question) => stacks::CONSOLE_TASK_SENT,
        (true, Beside::Nothing) => stacks::CONSOLE_SENT,
        (false, Beside::Exercise) => stacks::CONSOLE_EXERCISE,
        (false, Beside::Question) => stacks::CONSOLE_TASK,
        (false, Beside::Nothing) => stacks::CONSOLE,
    }
}

/// Shows the console of the step, or no longer.
pub(in crate::app) fn toggle(model: &mut Model, effects: &mut Vec<Effect>) {
    let Screen::Lesson(lesson) = &mut model.screen else { return };
    if lesson.console_shown {
        return close(model, effects);
    }
    if lesson.console.is_none() {
        let made = make(model);
        let Screen::Lesson(lesson) = &mut model.screen else { return };
        match made {
            Ok(pane) => lesson.console = Some(Box::new(pane)),
            Err(say) => {
                model.notice = Some(say);
                return;
            }
        }
    }
    if let Screen::Lesson(lesson) = &mut model.screen {
        lesson.console_shown = true;
        if let StepScreen::Exercise(screen) = &mut lesson.step
            && let Ok(bench) = &mut screen.bench
        {
            lesson.from_text = bench.typing;
            bench.editor.vim_normal();
            bench.editor.menu_close();
            bench.typing = false;
            bench.chart_shown = false;
        }
    }
    after(model, effects);
}

/// A console on the step's world, as it was left where anything was typed there.
fn make(model: &Model) -> Result<ConsolePane, String> {
    let none = || "There is no console here.".to_owned();
    let (pack, lesson, step) = model.step().ok_or_else(none)?;
    let question = match &model.screen {
        Screen::Lesson(lesson) => quiz::question(pack, &lesson.step),
        _ => None,
    };
    let task = question.and_then(review::task);
    let (world, existing, greeting) = match (&step.kind, task) {
        (StepKind::Text { .. }, _) => (&step.world, "", PLAYGROUND),
        (StepKind::Flow(flow), _) => (&step.world, flow.manifest.as_str(), PLAYGROUND),
        (StepKind::Exercise(exercise), _) => (&step.world, exercise.existing.as_str(), EXERCISE),
        (StepKind::Quiz { .. }, Some(task)) => (&task.world, task.existing.as_str(), QUESTION),
        (StepKind::Quiz { .. }, None) => return Err(none()),
    };
    let cluster = grade::setup(pack, world, existing)
        .map_err(|error| format!("The console can't be set up: {error}."))?;
    let mut files = Files::default();
    let manifest = matches!(question.map(|q| &q.kind), Some(QuestionKind::Manifest(_)));
    if let Some(task) = task.filter(|_| manifest) {
        // A pack's text is smaller than all that there is room for.
        let _ = files.write(review::ANSWER_FILE, task.starter.as_bytes());
    }
    let mut pane = ConsolePane::new(Console::new(cluster, files), greeting);
    if manifest {
        pane.paste(&format!("vim {}\n", review::ANSWER_FILE));
        pane.take_asks();
    }
    if exercise::of(step).is_some()
        && let Some(state) = model.state.step(&step_key(pack, lesson, step))
    {
        pane.replay(&state.exercise.console);
        pane.join(crate::app::bench::FILE_NAME);
    }
    Ok(pane.run_aside(model.runs_aside))
}

const PLAYGROUND: &str = "kubectl and a small shell on this step's world: try things out.\nNothing can break. Esc goes back.";
const EXERCISE: &str = "kubectl and a small shell on this exercise's cluster: it counts.\nThe editor's text is the file service.yaml here. Esc goes back.";

const QUESTION: &str = "kubectl and a small shell: do what the question asks.\nCtrl-S hands it in. Esc goes back to the question.";

/// The next question has a console of its own.
pub(in crate::app) fn forget(model: &mut Model) {
    if let Screen::Lesson(lesson) = &mut model.screen {
        lesson.console = None;
        lesson.console_shown = false;
    }
}

/// Takes back the console that was kept of a step, and whether it was shown.
pub(in crate::app) fn take_kept(model: &mut Model, key: &str) -> Option<(Box<ConsolePane>, bool)> {
    let at = model.consoles.iter().position(|(of, ..)| of == key)?;
    let (_, pane, shown) = model.consoles.remove(at);
    Some((pane, shown))
}

/// Keeps the console of the step shown, for when it is opened again.
pub(in crate::app) fn keep(model: &mut Model) {
    let key = model.step().map(|(pack, lesson, step)| step_key(pack, lesson, step));
    let Screen::Lesson(lesson) = &mut model.screen else { return };
    let is_quiz = matches!(lesson.step, StepScreen::Quiz(_));
    let Some((pane, key)) = lesson.console.take().zip(key).filter(|_| !is_quiz) else { return };
    let shown = std::mem::take(&mut lesson.console_shown);
    model.consoles.retain(|(of, ..)| *of != key);
    if model.consoles.len() >= KEPT {
        model.consoles.remove(0);
    }
    model.consoles.push((key, pane, shown));
}

/// Forgets what was done in the exercise's console.
pub(in crate::app) fn reset(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(key) = exercise::screen(model).map(|screen| screen.key.clone()) else { return };
    let given = model.state.step(&key).is_some_and(|state| !state.exercise.console.is_empty());
    if given {
        model.record(Event::ConsoleReset { step: key }, effects);
    }
    let Screen::Lesson(lesson) = &mut model.screen else { return };
    let was_shown = std::mem::take(&mut lesson.console_shown);
    lesson.console = None;
    if let StepScreen::Exercise(screen) = &mut lesson.step
        && let Ok(bench) = &mut screen.bench
    {
        bench.set_now(None);
    }
    if was_shown {
        toggle(model, effects);
    }
}

/// The editor's text is a file of the exercise's console.
pub(in crate::app) fn before(model: &mut Model) {
    let Screen::Lesson(lesson) = &mut model.screen else { return };
    let (Some(pane), StepScreen::Exercise(screen)) = (&mut lesson.console, &lesson.step) else {
        return;
    };
    if let Ok(bench) = &screen.bench {
        let text = bench.editor.text();
        pane.put_file(crate::app::bench::FILE_NAME, (!text.trim().is_empty()).then_some(text));
        pane.join(crate::app::bench::FILE_NAME);
    }
}

/// What was given is recorded, what was asked for happens, and the exercise looks at what the
/// cluster has become.
pub(in crate::app) fn after(model: &mut Model, effects: &mut Vec<Effect>) {
    let mode = model.settings_in_force().editor_mode;
    let Some(pane) = pane(model) else { return };
    if let Some(editing) = &mut pane.edit {
        editing.set_mode(mode);
    }
    for ask in pane.take_asks() {
        match ask {
            Ask::Record(typed) => {
                let Some(key) = exercise::screen(model).map(|screen| screen.key.clone()) else {
                    continue;
                };
                let given = model.state.step(&key).map_or(&[][..], |s| &s.exercise.console);
                let n_bytes: usize = given.iter().map(crate::progress::Typed::n_bytes).sum();
                if given.len() < MAX_GIVEN && n_bytes + typed.n_bytes() <= MAX_GIVEN_BYTES {
                    model.record(Event::Console { step: key, typed }, effects);
                } else {
                    model.notice = Some(
                        "So much was typed here that the rest is not kept for the next time; F9 begins anew."
                            .to_owned(),
                    );
                }
            }
            Ask::Save { name, path } => {
                let bytes = self::pane(model)
                    .and_then(|pane| pane.console().files.read(&name).map(<[u8]>::to_vec))
                    .unwrap_or_default();
                effects.push(Effect::SaveFile { path, bytes, over: false });
            }
            Ask::Close => close(model, effects),
        }
    }
    let Screen::Lesson(lesson) = &mut model.screen else { return };
    let (Some(pane), StepScreen::Exercise(screen)) = (&mut lesson.console, &mut lesson.step) else {
        return;
    };
    let Ok(bench) = &mut screen.bench else { return };
    // The file may have been written by a command: the editor shows what it holds.
    if pane.edit.is_none()
        && let Some(text) = pane.written(crate::app::bench::FILE_NAME)
        && text != bench.editor.text()
        && bench.set(&text)
    {
        screen.unsaved = true;
        screen.saw = bench.editor.version();
        effects.push(Effect::SaveSoon);
    }
    bench.set_now(Some(&*pane));
}

fn close(model: &mut Model, effects: &mut Vec<Effect>) {
    match &mut model.screen {
        Screen::Console(_) => effects.push(Effect::Quit),
        Screen::Lesson(lesson) => {
            lesson.console_shown = false;
            if let StepScreen::Exercise(screen) = &mut lesson.step
                && let Ok(bench) = &mut screen.bench
            {
                bench.typing = lesson.from_text;
            }
        }
        _ => {}
    }
}

/// Does what an action asks of the pane. False where it is none of its actions.
pub(in crate::app) fn act(
    model: &mut Model,
    action: Action,
    select: bool,
    effects: &mut Vec<Effect>,
) -> bool {
    if editing(model).is_some() {
        edit::act(model, action, select, effects);
        return true;
    }
    if matches!(action, Action::Submit) {
        before(model);
    }
    let Some(pane) = pane(model) else { return false };
    if pane.view().is_paged() {
        page(model, action);
        after(model, effects);
        return true;
    }
    if pane.history.search().is_some() && !matches!(action, Action::Submit | Action::Interrupt) {
        let found = match action {
            Action::Find => pane.history.search_back(pane.input.text()),
            Action::Undo => pane.history.drop_search(),
            Action::DeleteBack => pane.history.search_for(None),
            _ => {
                pane.history.end_search();
                None
            }
        };
        if let Some(line) = found {
            pane.input.set(&line);
        }
        return true;
    }
    if action != Action::CompleteLine {
        pane.choices.clear();
    }
    match action {
        Action::Submit => pane.submit(),
        Action::CompleteLine => pane.complete(),
        Action::Interrupt => pane.interrupt(),
        Action::EndOfInput if pane.input.text().is_empty() => pane.end_of_input(),
        Action::EndOfInput | Action::DeleteForward => pane.input.delete(Reach::On),
        Action::DeleteBack => pane.input.delete(Reach::Back),
        Action::DeleteWord => pane.input.delete(Reach::BlankBack),
        Action::KillWordBack => pane.input.delete(Reach::WordBack),
        Action::KillWord => pane.input.delete(Reach::WordOn),
        Action::KillEnd => pane.input.delete(Reach::End),
        Action::KillStart => pane.input.delete(Reach::Start),
        Action::Paste => pane.input.yank(),
        Action::LastWord => pane.last_word(),
        Action::Undo => pane.input.undo(),
        Action::Move(Motion::Left) => pane.input.go(Reach::Back),
        Action::Move(Motion::Right) => pane.input.go(Reach::On),
        Action::Move(Motion::WordLeft) => pane.input.go(Reach::WordBack),
        Action::Move(Motion::WordRight) => pane.input.go(Reach::WordOn),
        Action::Move(Motion::LineStart) => pane.input.go(Reach::Start),
        Action::Move(Motion::LineEnd) => pane.input.go(Reach::End),
        Action::Up | Action::Down => {
            let typed = pane.input.text().to_owned();
            let line = match action {
                Action::Up => pane.history.back(&typed),
                _ => pane.history.on(),
            };
            if let Some(line) = line {
                pane.input.set(&line);
            }
        }
        Action::Find => drop(pane.history.search_back(pane.input.text())),
        Action::ClearScreen => {
            pane.back.clear();
            pane.show_end();
        }
        Action::PageUp => pane.scroll(Scrolling::Pages(-1)),
        Action::PageDown => pane.scroll(Scrolling::Pages(1)),
        Action::WatchSent => return watch_sent(model, effects),
        Action::Back => close(model, effects),
        _ => return false,
    }
    after(model, effects);
    true
}

fn page(model: &mut Model, action: Action) {
    let Some(pane) = pane(model) else { return };
    let looking = pane.looking().is_some();
    match action {
        Action::Back if looking => pane.look_no_more(),
        Action::DeleteBack => pane.look_typed(None),
        Action::Find => pane.look_for(),
        Action::FindNext if !pane.look_next() => {
            model.notice = Some("It is not found further down.".to_owned());
        }
        Action::Up => pane.scroll(Scrolling::Rows(-1)),
        Action::Down => pane.scroll(Scrolling::Rows(1)),
        Action::PageUp => pane.scroll(Scrolling::Pages(-1)),
        Action::PageDown => pane.scroll(Scrolling::Pages(1)),
        Action::First => pane.scroll(Scrolling::Start),
        Action::Last => pane.scroll(Scrolling::End),
        Action::Back => pane.show_end(),
        _ => {}
    }
}

/// A character is typed.
pub(in crate::app) fn typed(model: &mut Model, c: char, effects: &mut Vec<Effect>) {
    let Some(pane) = pane(model) else { return };
    if pane.looking().is_some() {
        pane.look_typed(Some(c));
    } else if pane.view().is_paged() {
    } else if pane.history.search().is_some() {
        if let Some(line) = pane.history.search_for(Some(c)) {
            pane.input.set(&line);
        }
    } else {
        pane.type_text(c.encode_utf8(&mut [0; 4]));
    }
    after(model, effects);
}

/// Text comes in one piece.
pub(in crate::app) fn pasted(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    before(model);
    let Some(pane) = pane(model) else { return };
    if !pane.view().is_paged() {
        pane.paste(text);
    }
    after(model, effects);
}

/// A second has passed.
pub(in crate::app) fn second(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(pane) = pane(model) {
        pane.second();
    }
    after(model, effects);
}

/// The wheel was turned.
pub(in crate::app) fn wheel(model: &mut Model, lines: i32) {
    if let Some(pane) = pane(model) {
        pane.scroll(Scrolling::Rows(lines.signum() as isize * 3));
    }
}

/// Shows the packet that a command inside a Pod sent last.
fn watch_sent(model: &mut Model, effects: &mut Vec<Effect>) -> bool {
    let settings = model.settings_in_force();
    let Some(pane) = pane(model) else { return false };
    let Some(sent) = pane.console().sent.clone() else { return false };
    let console = pane.console();
    let cluster = console.sent_on.as_ref().unwrap_or(&console.cluster);
    match trace::trace(cluster, &sent.from, &sent.to) {
        Err(error) => model.notice = Some(format!("It can't be traced any more: {error}.")),
        Ok(trace) => {
            // The way that it took, among all that there are.
            let took = trace::way(cluster, &sent.from, &sent.to, sent.seed).ok();
            let same = |way: &Way| {
                took.as_ref().is_some_and(|took| way.outcome == took.outcome && way.pod == took.pod)
            };
            let way_idx = trace.ways.iter().position(same).unwrap_or(0);
            let packet = Packet::new(0, trace, way_idx, cluster);
            let mut watch = Watch::new(vec![packet]).on(cluster.clone());
            watch.set(&settings);
            watch.show_way(way_idx);
            watch.act(Action::Replay);
            let back = Box::new(std::mem::replace(&mut model.screen, Screen::Home));
            let title = "The packet that was sent last".to_owned();
            model.screen = Screen::Solution(Box::new(SolutionScreen {
                back,
                title,
                of_solution: false,
                watch,
            }));
            effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
        }
    }
    true
}

/// A console that was kept joins its exercise again.
pub(in crate::app) fn rejoin(model: &mut Model) {
    let size = model.console_size;
    let Screen::Lesson(lesson) = &mut model.screen else { return };
    let Some(pane) = &mut lesson.console else { return };
    pane.set_size(size.0, size.1);
    if let StepScreen::Exercise(screen) = &mut lesson.step
        && let Ok(bench) = &mut screen.bench
    {
        bench.set_now(Some(pane));
        bench.typing &= !lesson.console_shown;
    }
}

/// Something was done in the exercise's console.
pub(in crate::app) fn was_used(model: &Model) -> bool {
    matches!(&model.screen, Screen::Lesson(lesson) if lesson.console.is_some())
}

/// The console is shown no longer; whether it was.
pub(in crate::app) fn hide(model: &mut Model) -> bool {
    match &mut model.screen {
        Screen::Lesson(lesson) => std::mem::take(&mut lesson.console_shown),
        _ => false,
    }
}

/// The pane is drawn in so many columns and rows.
pub(in crate::app) fn sized(model: &mut Model, columns: u16, rows: u16) {
    model.console_size = (columns, rows);
    if let Some(pane) = pane(model) {
        pane.set_size(columns, rows);
    }
}

/// Leaves the file that is edited without what was not saved.
pub(in crate::app) fn drop_file(model: &mut Model, effects: &mut Vec<Effect>) {
    edit::finish(model, effects);
}

/// What became of a file that was to be saved.
pub(in crate::app) fn saved(model: &mut Model, path: String, bytes: Vec<u8>, saved: Saved) {
    match saved {
        Saved::Yes => model.notice = Some(format!("Saved: {path}.")),
        Saved::No(why) => model.notice = Some(format!("{path} was not saved: {why}.")),
        Saved::IsThere => {
            let say = format!("{path} is there already, on the disk. Write over it?");
            model.over = Some((path, bytes));
            model.dialog = Some(Dialog { say, ask: DialogAsk::WriteOver });
        }
    }
}

/// The learner said yes.
pub(in crate::app) fn write_over(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some((path, bytes)) = model.over.take() {
        effects.push(Effect::SaveFile { path, bytes, over: true });
    }
}

/// A line of the file that is edited waits for a pause.
pub(in crate::app) fn edit_wants_ticks(model: &Model) -> bool {
    shown(model)
        .and_then(|pane| pane.edit.as_ref())
        .is_some_and(|editing| editing.bench.wants_ticks())
}

/// A command of the pane shown wants the world's clock to move.
#[must_use]
pub fn wants_seconds(model: &Model) -> bool {
    shown(model).is_some_and(|pane| *pane.wants() == Wants::Time)
}

/// A command of the pane shown goes on at once.
#[must_use]
pub fn wants_turn(model: &Model) -> bool {
    shown(model).is_some_and(|pane| matches!(pane.wants(), Wants::Turn | Wants::News))
}
