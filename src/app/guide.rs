//! A pack's guide: questions answered one after another, and the advice they lead to.

use super::keys::Action;
use super::{Effect, Model, Pane, Screen, Scroll, lesson, look_up};
use crate::content::{Advice, Guide};

/// The screen.
#[derive(Debug, Clone)]
pub struct GuideScreen {
    /// Whose guide it is.
    pub pack_idx: usize,
    /// The option chosen of each question answered so far.
    pub answers: Vec<usize>,
    /// The option of the question that is asked.
    pub chosen: usize,
    /// The screen it was opened from.
    back: Box<Screen>,
}

impl GuideScreen {
    pub(super) fn new(pack_idx: usize, back: Box<Screen>) -> Self {
        Self { pack_idx, answers: Vec::new(), chosen: 0, back }
    }

    /// The guide.
    #[must_use]
    pub fn guide<'m>(&self, model: &'m Model) -> Option<&'m Guide> {
        model.packs.get(self.pack_idx)?.guide.as_ref()
    }

    /// The advice, once all is answered.
    #[must_use]
    pub fn advice<'m>(&self, model: &'m Model) -> Option<&'m Advice> {
        self.guide(model)?.advice(&self.answers)
    }
}

/// Opens the guide of the pack that is shown, or of the first that has one.
pub(super) fn open(model: &mut Model) {
    let shown = model.home.pack_idx;
    let has = |idx: &usize| model.packs.get(*idx).is_some_and(|pack| pack.guide.is_some());
    let Some(pack_idx) = std::iter::once(shown).chain(0..model.packs.len()).find(has) else {
        model.notice = Some("No pack here has a guide.".to_owned());
        return;
    };
    let back = Box::new(std::mem::replace(&mut model.screen, Screen::Home));
    model.screen = Screen::Guide(GuideScreen::new(pack_idx, back));
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let Screen::Guide(screen) = &model.screen else { return };
    let asked = screen.guide(model).and_then(|guide| guide.questions.get(screen.answers.len()));
    let n_options = asked.map_or(0, |question| question.options.len());
    let Screen::Guide(screen) = &mut model.screen else { return };
    match action {
        Action::Back => {
            if let Screen::Guide(screen) = std::mem::replace(&mut model.screen, Screen::Home) {
                model.screen = *screen.back;
            }
        }
        Action::Up if n_options > 0 => screen.chosen = screen.chosen.saturating_sub(1),
        Action::Down if n_options > 0 => screen.chosen = (screen.chosen + 1).min(n_options - 1),
        Action::Open if n_options > 0 => {
            screen.answers.push(screen.chosen);
            screen.chosen = 0;
            effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
        }
        Action::Open => read(model, effects),
        Action::PreviousStep => {
            if let Some(answer) = screen.answers.pop() {
                screen.chosen = answer;
            }
        }
        Action::Replay => {
            screen.answers.clear();
            screen.chosen = 0;
        }
        _ => effects.extend(super::scrolled(Pane::Body, action)),
    }
}

/// To the step that shows what is advised.
fn read(model: &mut Model, effects: &mut Vec<Effect>) {
    let Screen::Guide(screen) = &model.screen else { return };
    let at = screen
        .advice(model)
        .and_then(|advice| look_up::see(model, screen.pack_idx, |_| Some(advice.see.as_str())));
    if let Some(at) = at {
        act(model, Action::Back, effects);
        // A look-up that it was opened from closes, too: an exercise's text is kept.
        if matches!(model.screen, Screen::LookUp(_)) {
            look_up::act(model, Action::Back, effects);
        }
        lesson::open(model, at, effects);
    }
}

/// A click chooses an option; on the chosen one it answers.
pub(super) fn click(model: &mut Model, row: usize, effects: &mut Vec<Effect>) {
    let Screen::Guide(screen) = &mut model.screen else { return };
    if screen.chosen == row {
        act(model, Action::Open, effects);
    } else {
        screen.chosen = row;
    }
}
