//! A file on disk that stands for an exercise's text: each save is taken over and graded.

use super::home::At;
use super::lesson::{self, StepScreen};
use super::{Effect, Model, Screen, exercise};
use crate::progress::step_key;

/// The file of the exercise `step` (`PACK/LESSON/STEP`) was saved, or why it has no text now.
pub(super) fn take(
    model: &mut Model,
    step: &str,
    text: Result<String, String>,
    effects: &mut Vec<Effect>,
) {
    if !shows(model, step) {
        let Some(at) = find(model, step) else {
            model.notice = Some(format!("There is no exercise {step}."));
            return;
        };
        model.page = None;
        model.dialog = None;
        lesson::open(model, at, effects);
    }
    match text {
        Err(say) => model.notice = Some(say),
        Ok(text) => {
            exercise::saved(model, &text, effects);
        }
    }
}

fn shows(model: &Model, step: &str) -> bool {
    let Screen::Lesson(lesson) = &model.screen else { return false };
    matches!(&lesson.step, StepScreen::Exercise(screen) if screen.key == step)
}

fn find(model: &Model, key: &str) -> Option<At> {
    model.packs.iter().enumerate().find_map(|(pack_idx, pack)| {
        pack.lessons.iter().enumerate().find_map(|(lesson_idx, lesson)| {
            let is_it = |step: &&crate::content::Step| step_key(pack, lesson, step) == key;
            let step_idx = lesson.steps.iter().position(|step| is_it(&step))?;
            Some(At { pack_idx, lesson_idx, step_idx })
        })
    })
}
