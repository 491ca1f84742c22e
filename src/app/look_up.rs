//! Looking things up: the packs' words, the fields of Services, lessons and their steps.

use super::editor::FieldHelp;
use super::guide::GuideScreen;
use super::home::At;
use super::keys::Action;
use super::{Effect, Model, Pane, Screen, Scroll, lesson};
use crate::content::{Pack, Step, StepKind};
use crate::manifest::kinds::{self, Kind};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::sync::Arc;

/// The most that is shown of what was found.
const MAX_FOUND: usize = 500;
/// The longest query.
const MAX_QUERY: usize = 100;

/// The screen.
#[derive(Debug, Clone)]
pub struct LookUp {
    /// What is looked for.
    pub query: String,
    /// All that can be found.
    pub entries: Arc<[Entry]>,
    /// Indexes of what was found, the best first.
    pub found: Vec<usize>,
    /// Which of them is chosen.
    pub chosen: usize,
    /// The screen it was opened from.
    back: Box<Screen>,
}

/// Something that can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is called.
    pub title: String,
    /// Other words for it, also looked through.
    also: String,
    /// What it is.
    pub what: What,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The guide of a pack.
    Guide(usize),
    /// A term of a pack, both by index.
    Term(usize, usize),
    /// A field of the API, by its kind and the names that lead to it.
    Field(&'static str, Vec<String>),
    /// A step; the first stands for its lesson.
    Step(At),
}

impl LookUp {
    /// What is chosen.
    #[must_use]
    pub fn entry(&self) -> Option<&Entry> {
        self.entries.get(*self.found.get(self.chosen)?)
    }

    fn search(&mut self) {
        self.chosen = 0;
        if self.query.trim().is_empty() {
            self.found = (0..self.entries.len().min(MAX_FOUND)).collect();
            return;
        }
        let pattern = Pattern::parse(&self.query, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (idx, entry) in self.entries.iter().enumerate() {
            // Its own name counts more than other words for it.
            let own = score(&entry.title).map(|score| score + 20);
            if let Some(best) = own.max(score(&entry.also)) {
                scored.push((best, idx));
            }
        }
        let best_first = |(score, idx): &(u32, usize)| (std::cmp::Reverse(*score), *idx);
        // Of very many only the best are put in order.
        if scored.len() > MAX_FOUND {
            scored.select_nth_unstable_by_key(MAX_FOUND, best_first);
            scored.truncate(MAX_FOUND);
        }
        crate::source::sort::sort_by_key(&mut scored, best_first);
        self.found = scored.into_iter().map(|(_, idx)| idx).collect();
    }
}

/// What the API says about the field that an entry means; none where it has no such field.
#[must_use]
pub fn field(kind: &str, path: &[String]) -> Option<FieldHelp> {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    Some(FieldHelp::of(kind, &names, api(kind)?.field_at(&names)?))
}

fn api(kind: &str) -> Option<&'static Kind> {
    let (group, version) = if kind == "Service" { ("", "v1") } else { ("discovery.k8s.io", "v1") };
    kinds::find(group, version, kind)
}

/// Opens it. Words of the step that is shown come first.
pub(super) fn open(model: &mut Model) {
    let here = model.step().map(|(_, _, step)| text_of(step).to_lowercase());
    let entries = entries(&model.packs, here.as_deref());
    let back = Box::new(std::mem::replace(&mut model.screen, Screen::Home));
    let mut screen = LookUp {
        query: String::new(),
        entries: entries.into(),
        found: Vec::new(),
        chosen: 0,
        back,
    };
    screen.search();
    model.screen = Screen::LookUp(screen);
}

/// The text in which words are looked for.
fn text_of(step: &Step) -> String {
    match &step.kind {
        StepKind::Text { body } => body.clone(),
        StepKind::Flow(flow) => {
            let says: Vec<&str> = flow.probes.iter().map(|probe| probe.say.as_str()).collect();
            format!("{}\n{}", flow.manifest, says.join("\n"))
        }
        StepKind::Exercise(exercise) => exercise.prompt.clone(),
        StepKind::Quiz { .. } => String::new(),
    }
}

fn entries<P: AsRef<Pack>>(packs: &[P], here: Option<&str>) -> Vec<Entry> {
    let mut words_here = Vec::new();
    let mut words = Vec::new();
    let mut guides = Vec::new();
    let mut steps = Vec::new();
    for (pack_idx, pack) in packs.iter().map(AsRef::as_ref).enumerate() {
        if let Some(guide) = &pack.guide {
            let (title, also) = (guide.title.clone(), "decide choose guide".to_owned());
            guides.push(Entry { title, also, what: What::Guide(pack_idx) });
        }
        for (term_idx, term) in pack.terms.iter().enumerate() {
            let stands_here = here.is_some_and(|text| {
                has_word(text, &term.term.to_lowercase())
                    || term.also.iter().any(|word| has_word(text, &word.to_lowercase()))
            });
            let entry = Entry {
                title: term.term.clone(),
                also: term.also.join(" "),
                what: What::Term(pack_idx, term_idx),
            };
            if stands_here { words_here.push(entry) } else { words.push(entry) }
        }
        for (lesson_idx, lesson) in pack.lessons.iter().enumerate() {
            for (step_idx, step) in lesson.steps.iter().enumerate() {
                let at = At { pack_idx, lesson_idx, step_idx };
                let (title, also) = if step_idx == 0 {
                    (lesson.title.clone(), format!("{} {}", lesson.id, step.title))
                } else {
                    (step.title.clone(), format!("{} {}", lesson.title, step.id))
                };
                steps.push(Entry { title, also, what: What::Step(at) });
            }
        }
    }
    words_here.into_iter().chain(guides).chain(words).chain(fields()).chain(steps).collect()
}

/// Whether `word` stands in `text`, not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let mut after = text.get(at + word.len()..).unwrap_or("").chars();
        let next = after.next();
        let plural = next == Some('s') && !is_letter(after.next());
        !is_letter(before) && (!is_letter(next) || plural)
    })
}

/// Every field of Services and EndpointSlices beside their metadata.
fn fields() -> Vec<Entry> {
    let mut out = Vec::new();
    for name in ["Service", "EndpointSlice"] {
        let Some(kind) = api(name) else { continue };
        let mut paths: Vec<Vec<String>> = vec![Vec::new()];
        while let Some(path) = paths.pop() {
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            let below = kind.fields_at(&names).into_iter().map(|field| field.name);
            let hidden = |name: &String| {
                path.is_empty() && ["apiVersion", "kind", "metadata"].contains(&name.as_str())
            };
            let below: Vec<Vec<String>> = below
                .filter(|name| !hidden(name))
                .map(|name| path.iter().cloned().chain([name]).collect())
                .collect();
            paths.extend(below.into_iter().rev());
            if !path.is_empty() {
                let title = format!("{}.{}", name.to_lowercase(), path.join("."));
                let also = path.last().cloned().unwrap_or_default();
                out.push(Entry { title, also, what: What::Field(kind.kind, path) });
            }
        }
    }
    out
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let Screen::LookUp(screen) = &mut model.screen else { return };
    let last = screen.found.len().saturating_sub(1);
    let chosen = screen.chosen;
    match action {
        Action::Back => return close(model),
        Action::Up => screen.chosen = screen.chosen.saturating_sub(1),
        Action::Down => screen.chosen = (screen.chosen + 1).min(last),
        Action::PageUp => screen.chosen = screen.chosen.saturating_sub(10),
        Action::PageDown => screen.chosen = (screen.chosen + 10).min(last),
        Action::DeleteBack => {
            screen.query.pop();
            screen.search();
        }
        Action::DeleteLine => {
            screen.query.clear();
            screen.search();
        }
        Action::Open => return go(model, effects),
        _ => return,
    }
    if screen.chosen != chosen {
        effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
    }
}

/// Back to the screen it was opened from.
fn close(model: &mut Model) {
    if let Screen::LookUp(screen) = std::mem::replace(&mut model.screen, Screen::Home) {
        model.screen = *screen.back;
    }
}

/// Opens what is chosen: a step, or the one that shows a word.
fn go(model: &mut Model, effects: &mut Vec<Effect>) {
    let Screen::LookUp(screen) = &model.screen else { return };
    let at = match screen.entry().map(|entry| &entry.what) {
        Some(What::Step(at)) => Some(*at),
        Some(What::Term(pack_idx, term_idx)) => {
            see(model, *pack_idx, |pack| pack.terms.get(*term_idx).map(|term| term.see.as_str()))
        }
        Some(What::Guide(pack_idx)) => {
            let pack_idx = *pack_idx;
            let back = Box::new(std::mem::replace(&mut model.screen, Screen::Home));
            model.screen = Screen::Guide(GuideScreen::new(pack_idx, back));
            return;
        }
        Some(What::Field(..)) | None => None,
    };
    if let Some(at) = at {
        close(model);
        lesson::open(model, at, effects);
    }
}

/// The step that `LESSON/STEP` of a pack names.
pub(super) fn see<'m>(
    model: &'m Model,
    pack_idx: usize,
    of: impl FnOnce(&'m Pack) -> Option<&'m str>,
) -> Option<At> {
    let pack = model.packs.get(pack_idx)?.as_ref();
    let (lesson, step) = of(pack)?.split_once('/')?;
    let lesson_idx = pack.lessons.iter().position(|other| other.id == lesson)?;
    let step_idx = pack.lessons.get(lesson_idx)?.steps.iter().position(|s| s.id == step)?;
    Some(At { pack_idx, lesson_idx, step_idx })
}

/// A character is typed into the query.
pub(super) fn typed(model: &mut Model, c: char, effects: &mut Vec<Effect>) {
    let Screen::LookUp(screen) = &mut model.screen else { return };
    if screen.query.len() < MAX_QUERY && !c.is_control() {
        screen.query.push(c);
        screen.search();
        effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
    }
}

/// Text is pasted into the query: its first line.
pub(super) fn pasted(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    for c in text.lines().next().unwrap_or("").chars().take(MAX_QUERY) {
        typed(model, c, effects);
    }
}

/// A click chooses an entry; on the chosen one it opens it.
pub(super) fn click(model: &mut Model, row: usize, effects: &mut Vec<Effect>) {
    let Screen::LookUp(screen) = &mut model.screen else { return };
    if screen.chosen == row {
        go(model, effects);
    } else if row < screen.found.len() {
        screen.chosen = row;
        effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::builtin;

    fn found(query: &str) -> Vec<String> {
        let entries: Arc<[Entry]> = entries(&[std::borrow::Cow::Borrowed(builtin())], None).into();
        let mut screen = LookUp {
            query: query.to_owned(),
            entries,
            found: Vec::new(),
            chosen: 0,
            back: Box::new(Screen::Home),
        };
        screen.search();
        screen.found.iter().take(3).map(|idx| screen.entries[*idx].title.clone()).collect()
    }

    #[test]
    fn a_word_a_field_and_a_lesson_are_found_by_what_people_type() {
        for (query, first) in [
            ("snat", "masquerade"),
            ("sticky", "session affinity"),
            ("conntrack", "conntrack"),
            ("spec.ports.nodeport", "service.spec.ports.nodePort"),
            ("serving", "endpointslice.endpoints.conditions.serving"),
            ("which type", "Which type of Service?"),
        ] {
            assert_eq!(found(query).first().map(String::as_str), Some(first), "{query}");
        }
        assert_eq!(found("zzzzqq"), [""; 0]);
    }

    #[test]
    fn words_of_the_step_come_first() {
        let packs = [std::borrow::Cow::Borrowed(builtin())];
        let first = &entries(&packs, Some("rewrites by dnat, then the selectors"))[..3];
        let titles: Vec<&str> = first.iter().map(|entry| entry.title.as_str()).collect();
        assert_eq!(titles, ["DNAT", "selector", "Which type of Service?"]);
        assert!(!has_word("imports", "port") && has_word("two ports.", "port"));
    }

    #[test]
    fn every_field_of_a_service_can_be_read_about() {
        let fields = fields();
        assert!(fields.len() > 50, "{}", fields.len());
        for entry in &fields {
            let What::Field(kind, path) = &entry.what else { panic!("{entry:?}") };
            assert!(field(kind, path).is_some_and(|doc| !doc.about.is_empty()), "{entry:?}");
        }
    }
}
