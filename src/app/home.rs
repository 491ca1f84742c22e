//! The home screen: which lesson is chosen.

use super::keys::Action;
use super::lesson;
use super::{Effect, Model, Pane, Screen, Scroll};
use crate::content::Pack;
use crate::progress::{State, step_key};
use std::borrow::Cow;

/// Where a step is: indexes into packs, lessons, steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct At {
    /// Pack.
    pub pack_idx: usize,
    /// Lesson of the pack.
    pub lesson_idx: usize,
    /// Step of the lesson.
    pub step_idx: usize,
}

/// The home screen's state.
#[derive(Debug, Clone, Default)]
pub struct Home {
    /// The pack shown.
    pub pack_idx: usize,
    /// The lesson chosen.
    pub lesson_idx: usize,
    /// What to do next: where the learner left, or the first step not done.
    pub next: Option<At>,
    /// Something to be told on this screen: the journal was mended, a pack can't be read.
    pub note: Option<String>,
}

impl Home {
    /// The screen with what is next chosen.
    #[must_use]
    pub fn at_next(packs: &[Cow<'static, Pack>], state: &State) -> Self {
        let next = next(packs, state);
        let at = next.unwrap_or_default();
        Self { pack_idx: at.pack_idx, lesson_idx: at.lesson_idx, next, note: None }
    }
}

/// What to do next: from where the learner was last, the first step that is not done;
/// else the first of any pack; none when all is done.
fn next(packs: &[Cow<'static, Pack>], state: &State) -> Option<At> {
    let all: Vec<At> = packs
        .iter()
        .enumerate()
        .flat_map(|(pack_idx, pack)| {
            pack.lessons.iter().enumerate().flat_map(move |(lesson_idx, lesson)| {
                (0..lesson.steps.len()).map(move |step_idx| At { pack_idx, lesson_idx, step_idx })
            })
        })
        .collect();
    let parts = |at: &At| {
        let pack = &packs[at.pack_idx];
        let lesson = &pack.lessons[at.lesson_idx];
        (pack, lesson, &lesson.steps[at.step_idx])
    };
    let open = |at: &&At| {
        let (pack, lesson, step) = parts(at);
        !state.is_done(pack, lesson, step)
    };
    let from = state.place.as_ref().and_then(|place| {
        all.iter().position(|at| {
            let (pack, lesson, step) = parts(at);
            step_key(pack, lesson, step) == place.step
        })
    });
    all[from.unwrap_or(0).min(all.len())..]
        .iter()
        .find(open)
        .or_else(|| all.iter().find(open))
        .copied()
}

/// The step at which a lesson is opened: what is next if that is in this lesson, else
/// the first step not done, else the first.
fn entry(model: &Model, pack_idx: usize, lesson_idx: usize) -> At {
    if let Some(next) =
        model.home.next.filter(|n| n.pack_idx == pack_idx && n.lesson_idx == lesson_idx)
    {
        return next;
    }
    let step_idx = model
        .pack(pack_idx)
        .and_then(|pack| {
            let lesson = pack.lessons.get(lesson_idx)?;
            lesson.steps.iter().position(|s| !model.state.is_done(pack, lesson, s))
        })
        .unwrap_or(0);
    At { pack_idx, lesson_idx, step_idx }
}

/// Back to the home screen, with what is next chosen.
pub(super) fn show(model: &mut Model) {
    model.screen = Screen::Home;
    let pack_idx = model.home.pack_idx;
    let mut home = Home::at_next(&model.packs, &model.state);
    home.note = model.home.note.take();
    // The pack that was looked at stays, though the next step may be in another.
    model.home =
        if home.pack_idx == pack_idx { home } else { Home { pack_idx, lesson_idx: 0, ..home } };
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let n_lessons = model.pack(model.home.pack_idx).map_or(0, |pack| pack.lessons.len());
    let last = n_lessons.saturating_sub(1);
    let home = &mut model.home;
    match action {
        Action::Up => home.lesson_idx = home.lesson_idx.saturating_sub(1),
        Action::Down => home.lesson_idx = (home.lesson_idx + 1).min(last),
        Action::PageUp => home.lesson_idx = home.lesson_idx.saturating_sub(10),
        Action::PageDown => home.lesson_idx = (home.lesson_idx + 10).min(last),
        Action::First => home.lesson_idx = 0,
        Action::Last => home.lesson_idx = last,
        Action::NextPack if model.packs.len() > 1 => {
            home.pack_idx = (home.pack_idx + 1) % model.packs.len();
            home.lesson_idx =
                home.next.filter(|n| n.pack_idx == home.pack_idx).map_or(0, |n| n.lesson_idx);
        }
        Action::Progress => {
            model.screen = Screen::Progress;
            effects.push(Effect::Scroll(Pane::Progress, Scroll::Top));
        }
        Action::Open if n_lessons > 0 => {
            let at = entry(model, model.home.pack_idx, model.home.lesson_idx);
            lesson::open(model, at, effects);
        }
        _ => {}
    }
}

/// A click chooses a lesson; on the chosen one it opens it.
pub(super) fn click(model: &mut Model, lesson_idx: usize, effects: &mut Vec<Effect>) {
    if model.home.lesson_idx == lesson_idx {
        act(model, Action::Open, effects);
    } else {
        model.home.lesson_idx = lesson_idx;
    }
}
