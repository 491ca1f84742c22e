//! A pack that its author is writing: each save takes the place of what is shown.

use super::home::{self, At};
use super::key::Key;
use super::keys::{self, Context, stacks};
use super::page::Page;
use super::{Effect, Model, Pane, Screen, Scroll, lesson};
use crate::content::{Pack, PackProblem, Step};
use std::borrow::Cow;

/// What was shown, by names that survive a save.
struct Shown {
    pack: String,
    lesson: String,
    step: Step,
    at: At,
}

/// The pack was saved: it takes its old self's place, and the step shown is opened anew where
/// anything in the pack is otherwise. Where something is wrong in it, what is shown stays where
/// the new pack lacks it, since a half-written line can hide the rest of a file. `says` is told
/// in a line.
pub(super) fn saved(
    model: &mut Model,
    pack: Option<Box<Pack>>,
    problems: Vec<PackProblem>,
    says: String,
    effects: &mut Vec<Effect>,
) {
    let whole = problems.is_empty();
    let shown = shown(model);
    let has_shown = |pack: &Pack| {
        shown.as_ref().is_none_or(|shown| {
            let lesson = pack.lesson(&shown.lesson);
            pack.id != shown.pack
                || lesson.is_some_and(|l| l.steps.iter().any(|step| step.id == shown.step.id))
        })
    };
    if let Some(pack) = pack.filter(|pack| !pack.lessons.is_empty() && (whole || has_shown(pack))) {
        if shown.is_some() {
            lesson::leave(model, effects);
        }
        let idx = model.packs.iter().position(|other| other.id == pack.id);
        let is_same = idx.is_some_and(|idx| *model.packs[idx] == *pack);
        match idx {
            Some(idx) => model.packs[idx] = Cow::Owned(*pack),
            None => model.packs.insert(0, Cow::Owned(*pack)),
        }
        home::count(model);
        if let Some(shown) = shown
            && !is_same
        {
            open_again(model, &shown, effects);
        }
    }
    model.problems = problems;
    if whole && model.page == Some(Page::Problems) {
        model.page = None;
    }
    model.notice = Some(says);
}

/// The key that lists what is wrong, where nothing else has it: true where it was that.
pub(super) fn key(model: &mut Model, key: Key, effects: &mut Vec<Effect>) -> bool {
    let typing = !model.contexts().contains(&Context::NotTyping);
    let asked = keys::action(stacks::PREVIEW, key).is_some();
    if typing || !asked || model.problems.is_empty() || model.page.is_some() {
        return false;
    }
    model.page = Some(Page::Problems);
    effects.push(Effect::Scroll(Pane::Page, Scroll::Top));
    true
}

/// Opens `LESSON` or `LESSON/STEP` of the first pack.
pub(super) fn open(model: &mut Model, name: &str, effects: &mut Vec<Effect>) {
    let (lesson, step) = name.split_once('/').unwrap_or((name, ""));
    let found = model.packs.first().and_then(|pack| {
        let lesson_idx = pack.lessons.iter().position(|other| other.id == lesson)?;
        let steps = &pack.lessons.get(lesson_idx)?.steps;
        let step_idx = steps.iter().position(|other| other.id == step);
        Some((At { pack_idx: 0, lesson_idx, step_idx: step_idx.unwrap_or(0) }, step_idx))
    });
    match found {
        Some((at, step_idx)) => {
            lesson::open(model, at, effects);
            if step_idx.is_none() && !step.is_empty() {
                model.notice = Some(format!("The lesson {lesson} has no step {step}."));
            }
        }
        None => model.notice = Some(format!("There is no lesson {lesson} yet.")),
    }
}

fn shown(model: &Model) -> Option<Shown> {
    let Screen::Lesson(screen) = &model.screen else { return None };
    let (pack, lesson, step) = model.step()?;
    Some(Shown {
        pack: pack.id.clone(),
        lesson: lesson.id.clone(),
        step: step.clone(),
        at: screen.at,
    })
}

fn open_again(model: &mut Model, shown: &Shown, effects: &mut Vec<Effect>) {
    // Its text is recorded already; what is on the screen belongs to the old pack.
    model.screen = Screen::Home;
    let found = model.packs.iter().enumerate().find(|(_, pack)| pack.id == shown.pack).and_then(
        |(pack_idx, pack)| {
            let lesson_idx = pack.lessons.iter().position(|other| other.id == shown.lesson)?;
            let steps = &pack.lessons.get(lesson_idx)?.steps;
            let step_idx = steps.iter().position(|other| other.id == shown.step.id);
            // The step is gone: the one that has its place.
            let step_idx = step_idx.unwrap_or(shown.at.step_idx.min(steps.len().saturating_sub(1)));
            Some(At { pack_idx, lesson_idx, step_idx })
        },
    );
    match found {
        Some(at) => {
            let mut opened = Vec::new();
            lesson::open(model, at, &mut opened);
            // The author looks at a place far down: it stays there.
            effects.extend(opened.into_iter().filter(|e| !matches!(e, Effect::Scroll(..))));
        }
        None => home::show(model),
    }
}
