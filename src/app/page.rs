//! A page over the screen, and the question that wants yes or no.

use super::keys::{Action, Stack, stacks};
use super::{Effect, Model, Pane, attempts, lesson, scrolled, words};

/// A page over the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Page {
    /// The keys; those that hold where it was opened come first.
    Help(Stack),
    /// Something to read.
    Text {
        /// Its title.
        title: String,
        /// Markdown.
        body: String,
        /// What Enter does when it is read.
        then: Then,
    },
    /// A word of the glossary that stands in the text.
    Word {
        /// Which of the text's words, from 0.
        at: usize,
    },
    /// What is wrong in the pack that its author is writing.
    Problems,
    /// Earlier texts of the exercise, to bring one back.
    Attempts {
        /// Which is chosen, from 0.
        chosen: usize,
    },
}

impl Page {
    /// The contexts in which keys are looked up.
    #[must_use]
    pub const fn contexts(&self) -> Stack {
        match self {
            Self::Word { .. } => stacks::WORD,
            _ => stacks::PAGE,
        }
    }
}

/// What comes after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It closes.
    Close,
    /// The next step.
    NextStep,
}

/// A question that wants yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialog {
    /// What is asked, one or two sentences.
    pub say: String,
    /// What is done on yes.
    pub ask: Ask,
}

/// What a dialog is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Back to the starter.
    Reset,
    /// Take the next hint.
    Hint,
    /// Watch the packets of the pack's solution.
    SolutionChart,
    /// Leave a file of the console without saving it.
    DropFile,
    /// Write a file of the console over one on the disk.
    WriteOver,
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    if let Some(Page::Attempts { chosen }) = model.page {
        return attempts::act(model, action, chosen, effects);
    }
    if let Some(Page::Word { at }) = model.page {
        return words::page_act(model, at, action, effects);
    }
    match action {
        Action::Back => model.page = None,
        Action::Open => {
            let next = matches!(model.page, Some(Page::Text { then: Then::NextStep, .. }));
            model.page = None;
            if next {
                lesson::act(model, Action::NextStep, false, effects);
            }
        }
        _ => effects.extend(scrolled(Pane::Page, action)),
    }
}
