//! A step to read: its text, the glossary's words in it, and its links.

use super::home::At;
use super::keys::{Action, Stack, stacks};
use super::lesson::{self, StepScreen};
use super::page::Page;
use super::{Effect, Model, Pane, Screen, Scroll, look_up, scrolled};
use crate::content::{self, Pack, Term, mentions};
use crate::source::clean;
use crate::source::sort;
use std::ops::Range;

/// A text on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextScreen {
    /// Markdown, with what its commands say, safe to show.
    pub body: String,
    /// The first use of each of the glossaries' words, and links, in the text's order.
    pub words: Vec<Word>,
}

/// Underlined words of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What they lead to.
    pub to: To,
    /// Where they stand, in bytes of the text.
    pub range: Range<usize>,
    /// What they show, without blanks.
    pub shown: String,
}

/// What underlined words lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// A word of a glossary.
    Term {
        /// Whose glossary.
        pack_idx: usize,
        /// Which of its terms.
        term_idx: usize,
    },
    /// A step.
    Step(At),
    /// An address on the web.
    Web(String),
}

impl TextScreen {
    /// `body` in a lesson of pack `pack_idx`. Its own glossary comes before those of other
    /// packs.
    pub(super) fn new<P: AsRef<Pack>>(body: &str, packs: &[P], pack_idx: usize) -> Self {
        let body = clean(body).into_owned();
        let own_first = |idx: &usize| *idx != pack_idx;
        let mut order: Vec<usize> = (0..packs.len()).collect();
        sort::sort_by_key(&mut order, own_first);
        let terms: Vec<(usize, usize, &Term)> = order
            .into_iter()
            .filter_map(|idx| Some((idx, packs.get(idx)?.as_ref())))
            .flat_map(|(idx, pack)| {
                pack.terms.iter().enumerate().map(move |(term_idx, term)| (idx, term_idx, term))
            })
            .collect();
        let only: Vec<&Term> = terms.iter().map(|(.., term)| *term).collect();
        let word = |to: To, range: Range<usize>| Word {
            to,
            shown: content::shown(body.get(range.clone()).unwrap_or_default()),
            range,
        };
        let mentioned = mentions(&body, &only).into_iter().filter_map(|mention| {
            let (pack_idx, term_idx, _) = *terms.get(mention.term)?;
            Some(word(To::Term { pack_idx, term_idx }, mention.range))
        });
        let linked = content::links(&body)
            .into_iter()
            .filter_map(|link| Some(word(leads_to(&link.to, packs, pack_idx)?, link.range)));
        let mut words: Vec<Word> = mentioned.chain(linked).collect();
        sort::sort_by_key(&mut words, |word| word.range.start);
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

/// What a link of pack `pack_idx` leads to: a lesson's first step, a step, an address.
fn leads_to<P: AsRef<Pack>>(link: &str, packs: &[P], pack_idx: usize) -> Option<To> {
    if link.starts_with("https://") {
        return Some(To::Web(link.to_owned()));
    }
    let pack = packs.get(pack_idx)?.as_ref();
    let (lesson, step) = link.split_once('/').map_or((link, None), |(l, s)| (l, Some(s)));
    let lesson_idx = pack.lessons.iter().position(|other| other.id == lesson)?;
    let steps = &pack.lessons.get(lesson_idx)?.steps;
    let step_idx = step.map_or(Some(0), |id| steps.iter().position(|step| step.id == id))?;
    Some(To::Step(At { pack_idx, lesson_idx, step_idx }))
}

/// The underlined words of that index.
#[must_use]
pub fn word(model: &Model, at: usize) -> Option<&Word> {
    text(model)?.words.get(at)
}

/// The glossary's word there.
#[must_use]
pub fn term(model: &Model, at: usize) -> Option<&Term> {
    match word(model, at)?.to {
        To::Term { pack_idx, term_idx } => model.packs.get(pack_idx)?.terms.get(term_idx),
        To::Step(_) | To::Web(_) => None,
    }
}

/// A click on underlined words: a word's meaning, or where a link leads.
pub(super) fn click(model: &mut Model, at: usize, effects: &mut Vec<Effect>) {
    match word(model, at).map(|word| word.to.clone()) {
        Some(To::Step(at)) => lesson::follow(model, at, effects),
        _ => open(model, at, effects),
    }
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
                lesson::follow(model, at, effects);
            }
        }
        Action::Back | Action::Open => model.page = None,
        _ => effects.extend(scrolled(Pane::Page, action)),
    }
}

/// The step that shows what word `at` means, or to which it leads.
#[must_use]
pub fn shown_in(model: &Model, at: usize) -> Option<At> {
    match word(model, at)?.to {
        To::Term { pack_idx, .. } => {
            look_up::see(model, pack_idx, |_| Some(term(model, at)?.see.as_str()))
        }
        To::Step(step) => Some(step),
        To::Web(_) => None,
    }
}
