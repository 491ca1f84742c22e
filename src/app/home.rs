//! The home screen: which lesson is chosen.

use super::keys::Action;
use super::lesson;
use super::settings::SettingsScreen;
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
    /// Steps done, and steps there are, of each pack.
    pub done: Vec<(usize, usize)>,
}

impl Home {
    /// The screen with what is next chosen.
    #[must_use]
    pub fn at_next(packs: &[Cow<'static, Pack>], state: &State) -> Self {
        let next = next(packs, state);
        let at = next.unwrap_or_default();
        let done = done(packs, state);
        Self { pack_idx: at.pack_idx, lesson_idx: at.lesson_idx, next, note: None, done }
    }
}

/// Of each pack the steps that are done, and those that there are.
fn done(packs: &[Cow<'static, Pack>], state: &State) -> Vec<(usize, usize)> {
    let of_pack = |pack: &Cow<'static, Pack>| {
        let lessons = pack.lessons.iter().map(|lesson| state.lesson_progress(pack, lesson));
        lessons.fold((0, 0), |(done, all), lesson| (done + lesson.n_done, all + lesson.n_steps))
    };
    packs.iter().map(of_pack).collect()
}

/// The packs are others now.
pub(super) fn count(model: &mut Model) {
    model.home.done = done(&model.packs, &model.state);
}

/// What to do next: the first step that is not done, from where the learner was last to
/// the end of that lesson; else of that lesson at all; else after it; else anywhere. None
/// when all is done.
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
    let rest = &all[from.unwrap_or(0).min(all.len())..];
    let here = from.and_then(|from| all.get(from)).copied();
    let same_lesson = |at: &&At| {
        here.is_some_and(|here| (here.pack_idx, here.lesson_idx) == (at.pack_idx, at.lesson_idx))
    };
    let in_lesson = |steps: &[At]| steps.iter().filter(same_lesson).find(&open).copied();
    in_lesson(rest)
        .or_else(|| in_lesson(&all))
        .or_else(|| rest.iter().find(&open).copied())
        .or_else(|| all.iter().find(&open).copied())
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
        Action::Settings => model.screen = Screen::Settings(SettingsScreen::default()),
        Action::Compare => super::compare::open_from_home(model),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Lesson, Step, StepKind};
    use crate::progress::{Entry, Event};

    fn pack() -> Pack {
        let step = |id: &str| Step {
            id: id.into(),
            title: id.into(),
            world: String::new(),
            kind: StepKind::Text { body: "b".into() },
        };
        let lesson = |id: &str| Lesson {
            id: id.into(),
            steps: ["x", "y", "z"].map(step).to_vec(),
            ..Lesson::default()
        };
        let lessons = vec![lesson("a"), lesson("b"), lesson("c")];
        Pack { id: "p".into(), lessons, ..Pack::default() }
    }

    /// What is next after reading `read` and being at `place`.
    fn after(read: &[&str], place: &str) -> Option<(usize, usize)> {
        let mut events: Vec<Event> =
            read.iter().map(|step| Event::Read { step: format!("p/{step}") }).collect();
        if !place.is_empty() {
            events.push(Event::At { step: format!("p/{place}"), part: 0 });
        }
        let at = "2026-11-20T08:00:00Z".parse().unwrap();
        let entries: Vec<Entry> = events.into_iter().map(|event| Entry::new(at, event)).collect();
        next(&[Cow::Owned(pack())], &State::of(&entries)).map(|at| (at.lesson_idx, at.step_idx))
    }

    #[test]
    fn one_goes_on_where_one_was_and_leaves_no_gap_in_a_lesson() {
        assert_eq!(after(&[], ""), Some((0, 0)));
        assert_eq!(after(&[], "b/y"), Some((1, 1)));
        assert_eq!(after(&["b/y"], "b/y"), Some((1, 2)));
        assert_eq!(after(&["b/y", "b/z"], "b/z"), Some((1, 0)));
        assert_eq!(after(&["b/x", "b/y", "b/z"], "b/z"), Some((2, 0)));
        let rest = ["b/x", "b/y", "b/z", "c/x", "c/y", "c/z"];
        assert_eq!(after(&rest, "c/z"), Some((0, 0)));
        let all = [&rest[..], &["a/x", "a/y", "a/z"]].concat();
        assert_eq!(after(&all, "a/z"), None);
        assert_eq!(after(&[], "gone/away"), Some((0, 0)));
    }
}
