//! An exercise: its bench, hints, handing in.

use super::bench::Bench;
use super::console::screen as console;
use super::home::At;
use super::keys::{Action, Stack, stacks};
use super::lesson::StepScreen;
use super::page::{Ask, Dialog, Page, Then};
use super::{Effect, Model, Pane, Screen, Scroll, attempts, debrief, workshop};
use crate::content::{Exercise, Step, StepKind};
use crate::grade;
use crate::progress::{Event, ExerciseState};

/// An exercise on the screen.
#[derive(Debug, Clone)]
pub struct ExerciseScreen {
    /// The text and what becomes of it; an error where the pack is wrong.
    pub bench: Result<Bench, String>,
    /// The step's key in the journal.
    pub key: String,
    /// The text has changed since it was recorded.
    pub(super) unsaved: bool,
    /// The text's version that was looked at last.
    pub(super) saw: u64,
}

impl ExerciseScreen {
    /// The contexts in which keys are looked up.
    #[must_use]
    pub fn contexts(&self) -> Stack {
        match &self.bench {
            Ok(bench) if bench.typing => match (bench.editor.menu(), bench.editor.prompt()) {
                (Some(_), _) => stacks::MENU,
                _ if bench.editor.vim_mode().is_some() => stacks::VIM,
                (_, Some(_)) => stacks::FIND,
                _ => stacks::EDITOR,
            },
            _ => stacks::DESK,
        }
    }
}

/// The exercise of a step.
#[must_use]
pub fn of(step: &Step) -> Option<&Exercise> {
    match &step.kind {
        StepKind::Exercise(exercise) => Some(exercise),
        _ => None,
    }
}

pub(super) fn open(model: &mut Model, at: At, exercise: &Exercise, key: &str) -> StepScreen {
    let state = model.state.step(key).map(|state| &state.exercise);
    let text = state.and_then(|state| state.text.clone()).unwrap_or(exercise.starter.clone());
    let kept = workshop::take_kept(model, key, &text);
    let mode = model.settings_in_force().editor_mode;
    let pack = model.pack(at.pack_idx);
    let lesson = pack.and_then(|pack| pack.lessons.get(at.lesson_idx));
    let step = lesson.and_then(|lesson| lesson.steps.get(at.step_idx));
    let bench = match pack.zip(step) {
        Some((pack, step)) => grade::setup(pack, &step.world, &exercise.existing)
            .map(|base| {
                let mut bench = Bench::new(base, &text);
                bench.editor = kept.unwrap_or(bench.editor);
                bench.set_mode(mode);
                bench
            })
            .map_err(|error| format!("This exercise can't be set up: {error}.")),
        None => Err("This exercise is no longer there.".to_owned()),
    };
    let saw = bench.as_ref().map_or(0, |bench| bench.editor.version());
    StepScreen::Exercise(Box::new(ExerciseScreen {
        bench,
        key: key.to_owned(),
        unsaved: false,
        saw,
    }))
}

pub(super) fn screen(model: &mut Model) -> Option<&mut ExerciseScreen> {
    let Screen::Lesson(lesson) = &mut model.screen else { return None };
    let StepScreen::Exercise(exercise) = &mut lesson.step else { return None };
    Some(exercise)
}

/// The bench that has the keys: of a file of the console where one is edited, else the
/// exercise's own.
pub(super) fn bench(model: &mut Model) -> Option<&mut Bench> {
    if console::editing(model).is_some() {
        return console::editing(model).map(|editing| &mut editing.bench);
    }
    screen(model)?.bench.as_mut().ok()
}

/// What the journal knows of the exercise shown.
#[must_use]
pub fn state(model: &Model) -> ExerciseState {
    let Screen::Lesson(lesson) = &model.screen else { return ExerciseState::default() };
    let StepScreen::Exercise(screen) = &lesson.step else { return ExerciseState::default() };
    model.state.step(&screen.key).map(|state| state.exercise.clone()).unwrap_or_default()
}

pub(super) fn act(model: &mut Model, action: Action, select: bool, effects: &mut Vec<Effect>) {
    match action {
        Action::HandIn => return hand_in(model, effects),
        Action::Hint => return ask_for_hint(model, effects),
        Action::ShowTask => return show_task(model, effects),
        Action::Attempts => return attempts::open(model),
        Action::OwnEditor => return workshop::own_editor(model, effects),
        Action::Explain => return workshop::explain(model),
        Action::Fix => return workshop::fix(model, effects),
        Action::NextFinding => {
            settle_now(model);
            if bench(model).is_some_and(|bench| !bench.next_finding()) {
                model.notice = Some("Nothing is found fault with.".to_owned());
            }
            return;
        }
        Action::Reset => {
            model.dialog = Some(Dialog {
                say: if console::was_used(model) {
                    "Start again, with the text and the cluster as the exercise began? Undo brings your text back, but not what was done in the console."
                } else {
                    "Start again from the text the exercise began with? Undo brings yours back."
                }
                .to_owned(),
                ask: Ask::Reset,
            });
            return;
        }
        _ => {}
    }
    let lesson_console = console::hide(model);
    let Some(screen) = screen(model) else { return };
    let Ok(bench) = &mut screen.bench else { return };
    match action {
        Action::Back => workshop::leave(bench),
        Action::Edit => {
            bench.typing = true;
            bench.chart_shown = false;
        }
        Action::ShowChart => {
            bench.chart_shown = bench.chart_shown && !lesson_console;
            bench.chart_shown = !bench.chart_shown;
            bench.typing = !bench.chart_shown;
            if bench.chart_shown {
                bench.watch.act(Action::Replay);
            }
        }
        _ => match bench.act(action, select) {
            Some(Ok(_)) => workshop::after(model, effects),
            Some(Err(say)) => {
                model.notice = Some(say);
                workshop::after(model, effects);
            }
            None => {
                bench.watch.act(action);
            }
        },
    }
}

pub(super) fn tick(model: &mut Model, n_frames: u32) {
    if let Some(bench) = bench(model) {
        bench.tick(n_frames);
    }
    if console::editing(model).is_some()
        && let Some(Ok(bench)) = screen(model).map(|screen| &mut screen.bench)
    {
        bench.tick(n_frames);
    }
}

pub(super) fn settle(model: &mut Model) {
    settled(model, false);
}

/// Grades the text at once, also a line that is still being typed.
pub(super) fn settle_now(model: &mut Model) {
    settled(model, true);
}

fn settled(model: &mut Model, now: bool) {
    if let Some(editing) = console::editing(model) {
        if now {
            editing.bench.settle_now(&[]);
        } else {
            editing.bench.settle(&[]);
        }
    }
    let Screen::Lesson(lesson) = &mut model.screen else { return };
    let StepScreen::Exercise(screen) = &mut lesson.step else { return };
    let at = lesson.at;
    let exercise = model
        .packs
        .get(at.pack_idx)
        .and_then(|pack| pack.lessons.get(at.lesson_idx)?.steps.get(at.step_idx))
        .and_then(of);
    if let (Ok(bench), Some(exercise)) = (&mut screen.bench, exercise) {
        if now {
            bench.settle_now(&exercise.goals);
        } else {
            bench.settle(&exercise.goals);
        }
    }
}

/// Records the text, if it has changed.
pub(super) fn save(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(screen) = screen(model) else { return };
    if !std::mem::take(&mut screen.unsaved) {
        return;
    }
    let key = screen.key.clone();
    if let Ok(bench) = &screen.bench {
        let text = bench.editor.text().to_owned();
        model.record(Event::Draft { step: key, text }, effects);
    }
}

pub(super) fn click(model: &mut Model, line: usize, column: u16, drag: bool) {
    if let Some(bench) = bench(model) {
        bench.typing = true;
        bench.place(line, usize::from(column), drag);
    }
}

pub(super) fn choose(model: &mut Model, idx: usize) {
    if let Some(bench) = bench(model) {
        bench.watch.choose(idx);
        bench.watch.act(Action::Replay);
        // Where there is no room for both, the chart is what was asked for.
        bench.chart_shown = true;
        bench.typing = false;
    }
}

/// Grades the text for the journal, and says what came of it.
fn hand_in(model: &mut Model, effects: &mut Vec<Effect>) {
    settle_now(model);
    save(model, effects);
    let n_hints = state(model).n_hints;
    let Some((_, lesson, step)) = model.step() else { return };
    let Some(exercise) = of(step) else { return };
    let (hints, title) = (exercise.hints.clone(), step.title.clone());
    let last = lesson.steps.last().is_some_and(|last| last.id == step.id);
    let Some(screen) = screen(model) else { return };
    let key = screen.key.clone();
    let Ok(bench) = &mut screen.bench else { return };
    let Some(grade) = &bench.grade else { return };
    let (points, max, passed) = (grade.after_hints(&hints, n_hints), grade.max, grade.passed);
    let own = grade.clone();
    let refused = !grade.applied.is_accepted() && !grade.without_text;
    let missing = grade.goals.iter().find(|goal| !goal.met).map(|goal| goal.say.clone());
    if passed {
        workshop::leave(bench);
    }
    let text = bench.editor.text().to_owned();
    let after = if passed { debrief::debrief(model, &own) } else { String::new() };
    let mended = if refused { debrief::mended(model, &text) } else { None };
    model.record(Event::Graded { step: key, points, max, passed, text }, effects);
    let said = said(points);
    if passed {
        let paid = if points < f64::from(max) {
            format!(" ({max} before the hints)")
        } else {
            String::new()
        };
        let go_on = if last {
            "Enter goes back to the lessons."
        } else {
            "Enter goes on to the next step."
        };
        let body = format!(
            "**All goals are met: {said} of {max} points{paid}.**\n\n{after}\n\n{go_on} Esc stays here."
        );
        model.page =
            Some(Page::Text { title: format!("Done: {title}"), body, then: Then::NextStep });
        effects.push(Effect::Scroll(Pane::Page, Scroll::Top));
    } else {
        let missing = missing.unwrap_or_default();
        model.notice = Some(if refused {
            let mended = mended.map_or_else(String::new, |mended| format!(" {mended}"));
            format!("Not yet: the API server refuses it, so there are 0 of {max} points.{mended}")
        } else {
            format!("Not yet: {said} of {max} points. Still wanted: {missing}.")
        });
        debrief::offer(model);
    }
}

/// Points without a needless fraction.
pub(super) fn said(points: f64) -> String {
    let text = format!("{points:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn ask_for_hint(model: &mut Model, effects: &mut Vec<Effect>) {
    let known = state(model);
    let next = model.step().and_then(|(_, _, step)| of(step)?.hints.get(known.n_hints).cloned());
    match next {
        None => show_task(model, effects),
        Some(hint) if hint.cost > 0.0 && !known.passed => {
            let share = (hint.cost * 100.0).round();
            model.dialog = Some(Dialog {
                say: format!(
                    "The next hint costs {share:.0} % of the points you earn here. Take it?"
                ),
                ask: Ask::Hint,
            });
        }
        Some(_) => take_hint(model, effects),
    }
}

fn take_hint(model: &mut Model, effects: &mut Vec<Effect>) {
    let taken = state(model).n_hints + 1;
    let Some(screen) = screen(model) else { return };
    let key = screen.key.clone();
    model.record(Event::Hint { step: key, taken }, effects);
    show_task(model, effects);
}

/// The task and the hints taken so far, the last one first where there is one.
fn show_task(model: &mut Model, effects: &mut Vec<Effect>) {
    let n_hints = state(model).n_hints;
    let Some((_, _, step)) = model.step() else { return };
    let Some(exercise) = of(step) else { return };
    let mut body = exercise.prompt.clone();
    if !exercise.existing.trim().is_empty() {
        let existing = exercise.existing.trim_end();
        body += &format!("\n\n## Already in the cluster\n\n```yaml\n{existing}\n```");
    }
    for (i, hint) in exercise.hints.iter().take(n_hints).enumerate() {
        body += &format!("\n\n## Hint {} of {}\n\n{}", i + 1, exercise.hints.len(), hint.text);
    }
    if exercise.hints.len() > n_hints {
        let left = exercise.hints.len() - n_hints;
        body += &format!(
            "\n\n---\n\n{left} more {}: Ctrl-T.",
            if left == 1 { "hint" } else { "hints" }
        );
    } else if !exercise.hints.is_empty() {
        body += "\n\n---\n\nThat was the last hint.";
    }
    model.page = Some(Page::Text { title: step.title.clone(), body, then: Then::Close });
    // A hint just taken stands at the end.
    let to = if n_hints > 0 { Scroll::End } else { Scroll::Top };
    effects.push(Effect::Scroll(Pane::Page, to));
}

pub(super) fn confirmed(model: &mut Model, ask: Ask, effects: &mut Vec<Effect>) {
    match ask {
        Ask::Hint => take_hint(model, effects),
        Ask::DropFile => console::drop_file(model, effects),
        Ask::WriteOver => console::write_over(model, effects),
        Ask::SolutionChart => debrief::show_solution(model, effects),
        Ask::Reset => {
            let starter = model.step().and_then(|(_, _, step)| of(step)).map(|e| e.starter.clone());
            if let Some(starter) = starter {
                bring_back(model, &starter, effects);
                console::reset(model, effects);
            }
        }
    }
}

/// Puts an earlier text into the editor; undo brings the present one back.
pub(super) fn bring_back(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    let Some(screen) = screen(model) else { return };
    if let Ok(bench) = &mut screen.bench {
        bench.set(text);
        bench.typing = true;
    }
    workshop::after(model, effects);
}

/// The file that stands for the text was saved: takes its text over and grades it. The first
/// pass is handed in.
pub(super) fn saved(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    let had_passed = state(model).passed;
    let Some(screen) = screen(model) else { return };
    if let Ok(bench) = &mut screen.bench
        && bench.editor.text() != text
    {
        bench.set(text);
        screen.unsaved = true;
        effects.push(Effect::SaveSoon);
    }
    settle_now(model);
    let Some(bench) = bench(model) else { return };
    let Some(grade) = &bench.grade else { return };
    let (points, max, passed) = (grade.points, grade.max, grade.passed);
    if passed && !had_passed {
        hand_in(model, effects);
    } else {
        model.notice = Some(format!("The file was saved: {points} of {max} points."));
    }
}
