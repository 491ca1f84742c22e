//! Earlier texts of an exercise: what was handed in, and what it began with.

use super::exercise;
use super::keys::Action;
use super::page::Page;
use super::{Effect, Model};

/// A text that can be brought back.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    /// `2026-11-20 08:03 UTC, 3 of 5 points`.
    pub title: String,
    /// All of it.
    pub text: String,
}

/// The texts that can be brought back, the latest first; last what the exercise began with.
#[must_use]
pub fn earlier(model: &Model) -> Vec<Earlier> {
    let state = exercise::state(model);
    let mut found: Vec<Earlier> = state
        .earlier()
        .into_iter()
        .map(|attempt| {
            let at = attempt.at.strftime("%Y-%m-%d %H:%M UTC");
            let passed = if attempt.passed { ", passed" } else { "" };
            let points = exercise::said(attempt.points);
            let title = format!("{at}, {points} of {} points{passed}", attempt.max);
            Earlier { title, text: attempt.text.clone() }
        })
        .collect();
    if let Some(exercise) = model.step().and_then(|(_, _, step)| exercise::of(step)) {
        let title = "what the exercise began with".to_owned();
        found.push(Earlier { title, text: exercise.starter.clone() });
    }
    found
}

pub(super) fn open(model: &mut Model) {
    model.page = Some(Page::Attempts { chosen: 0 });
}

pub(super) fn act(model: &mut Model, action: Action, chosen: usize, effects: &mut Vec<Effect>) {
    let earlier = earlier(model);
    let last = earlier.len().saturating_sub(1);
    let chosen = match action {
        Action::Up => chosen.saturating_sub(1),
        Action::Down => (chosen + 1).min(last),
        Action::First => 0,
        Action::Last => last,
        Action::Back => {
            model.page = None;
            return;
        }
        Action::Open => {
            model.page = None;
            if let Some(earlier) = earlier.get(chosen) {
                exercise::bring_back(model, &earlier.text, effects);
                let say = format!("This is {}. Undo brings yours back.", earlier.title);
                model.notice = Some(say);
            }
            return;
        }
        _ => chosen,
    };
    model.page = Some(Page::Attempts { chosen });
}
