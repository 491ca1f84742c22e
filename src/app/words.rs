//! A step to read: its text, and the glossary's words in it.

use super::home::At;
use super::keys::{Action, Stack, stacks};
use super::lesson::{self, StepScreen};
use super::page::Page;
use super::{Effect, Model, Pane, Screen, Scroll, look_up, scrolled};
use crate::content::{Pack, Term, mentions};
use crate::source::clean;
use std::ops::Range;

/// A text on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextScreen {
    /// Markdown, with what its commands say, safe to show.
    pub body: String,
    /// The first use of each of the glossaries' words, in the text's order.
    pub words: Vec<Word>,
}

/// A glossary's word in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Whose glossary.
    pub pack_idx: usize,
    /// Which of its terms.
    pub term_idx: usize,
    /// Where it stands, in bytes of the text.
    pub range: Range<usize>,
}

impl TextScreen {
    /// `body` in a lesson of pack `pack_idx`. Its own glossary comes before those of other
    /// packs.
    pub(super) fn new<P: AsRef<Pack>>(body: &str, packs: &[P], pack_idx: usize) -> Self {
        let body = clean(body).into_owned();
        let own_first = |idx: &usize| *idx != pack_idx;
        let mut order: Vec<usize> = (0..packs.len()).collect();
        order.sort_by_key(own_first);
        let terms: Vec<(usize, usize, &Term)> = order
            .into_iter()
            .filter_map(|idx| Some((idx, packs.get(idx)?.as_ref())))
            .flat_map(|(idx, pack)| {
                pack.terms.iter().enumerate().map(move |(term_idx, term)| (idx, term_idx, term))
            })
            .collect();
        let only: Vec<&Term> = terms.iter().map(|(.., term)| *term).collect();
        let words = mentions(&body, &only)
            .into_iter()
            .filter_map(|mention| {
                let (pack_idx, term_idx, _) = *terms.get(mention.term)?;
                Some(Word { pack_idx, term_idx, range: mention.range })
            })
            .collect();
        Self { body, words }
    }

    /// The contexts in which keys are looked up.
    #[must_use]
    pub(super) fn contexts(&self) -> Stack {
        if self.words.is_empty() { stacks::TEXT } else { stacks::TEXT_WORDS }
    }
}

/// The text that is read.
#[must_use]
pub fn text(model: &Model) -> Option<&TextScreen> {
    match &model.screen {
        Screen::Lesson(screen) => match &screen.step {
            StepScreen::Text(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The word of that index, its pack and its term.
#[must_use]
pub fn word(model: &Model, at: usize) -> Option<(&Word, &Term)> {
    let word = text(model)?.words.get(at)?;
    Some((word, model.packs.get(word.pack_idx)?.terms.get(word.term_idx)?))
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::NextWord => open(model, 0, effects),
        Action::PreviousWord => {
            let last = text(model).map_or(0, |text| text.words.len().saturating_sub(1));
            open(model, last, effects);
        }
        _ => effects.extend(scrolled(Pane::Body, action)),
    }
}

fn open(model: &mut Model, at: usize, effects: &mut Vec<Effect>) {
    if word(model, at).is_some() {
        model.page = Some(Page::Word { at });
        effects.push(Effect::Scroll(Pane::Page, Scroll::Top));
    }
}

/// Keys of the page that shows word `at`.
pub(super) fn page_act(model: &mut Model, at: usize, action: Action, effects: &mut Vec<Effect>) {
    let n = text(model).map_or(0, |text| text.words.len());
    match action {
        Action::NextWord => open(model, (at + 1) % n.max(1), effects),
        Action::PreviousWord => open(model, (at + n.saturating_sub(1)) % n.max(1), effects),
        Action::ReadAgain => {
            if let Some(at) = shown_in(model, at) {
                model.page = None;
                lesson::open(model, at, effects);
            }
        }
        Action::Back | Action::Open => model.page = None,
        _ => effects.extend(scrolled(Pane::Page, action)),
    }
}

/// The step that shows what word `at` means.
#[must_use]
pub fn shown_in(model: &Model, at: usize) -> Option<At> {
    let pack_idx = word(model, at)?.0.pack_idx;
    look_up::see(model, pack_idx, |_| Some(word(model, at)?.1.see.as_str()))
}
