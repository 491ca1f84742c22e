//! What a pack's files are called, and what a reference to one that is not there is told.

use super::{Files, Part, Walked, stem};
use crate::content::schema::{To, is_id};
use crate::content::walk::{did_you_mean, few, listed, nearest, shown};
use crate::source::Span;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Names that are compared at most with those that are missing, all together.
const COMPARED: usize = 200_000;

/// What the pack's files are called: what a reference can name.
pub(super) struct Names<'f> {
    lessons: BTreeSet<&'f str>,
    quizzes: BTreeSet<&'f str>,
    worlds: BTreeSet<&'f str>,
    /// Steps by lesson, those of lessons whose tree was read.
    steps: BTreeMap<&'f str, Vec<String>>,
    /// Lessons as pack.toml orders them; none where it can't be read.
    order: Option<HashMap<String, usize>>,
    /// Ids of the glossary's terms.
    terms: BTreeSet<String>,
    /// Names that may still be compared, for what was meant.
    compare: Cell<usize>,
}

impl<'f> Names<'f> {
    pub(super) fn of(files: &'f Files, walked: &mut [Walked<'f>]) -> Self {
        let named = |folder: &str, ending: &str| {
            files
                .keys()
                .filter_map(|path| stem(path, folder, ending))
                .filter(|n| is_id(n))
                .collect()
        };
        Self {
            lessons: named("lessons", ".toml"),
            quizzes: named("quizzes", ".toml"),
            worlds: named("worlds", ".yaml"),
            steps: walked
                .iter_mut()
                .filter_map(|file| match &mut file.part {
                    Part::Lesson(_, steps) if !file.found.is_broken() => {
                        Some((stem(file.path, "lessons", ".toml")?, std::mem::take(steps)))
                    }
                    _ => None,
                })
                .collect(),
            order: walked.iter().find_map(|file| match &file.part {
                Part::Pack(_, order) => {
                    Some(order.iter().enumerate().map(|(idx, id)| (id.clone(), idx)).collect())
                }
                _ => None,
            }),
            terms: walked
                .iter()
                .find_map(|file| match &file.part {
                    Part::Terms(terms) => Some(terms.iter().map(|term| term.id.clone()).collect()),
                    _ => None,
                })
                .unwrap_or_default(),
            compare: Cell::new(COMPARED),
        }
    }

    /// Tells of references in a file that lead nowhere, and of what it is called.
    pub(super) fn check(&self, file: &mut Walked<'_>) {
        let own = stem(file.path, "lessons", ".toml");
        self.own_id(file);
        for reference in std::mem::take(&mut file.found.references) {
            let (what, id) = (reference.to, reference.id.as_str());
            let complaint = match what {
                To::Quiz => self.missing("quiz", "quizzes/", ".toml", id, &self.quizzes),
                To::World => self.missing("world", "worlds/", ".yaml", id, &self.worlds),
                To::Step => self.no_such_step(id),
                To::Link => self.missing("lesson", "lessons/", ".toml", id, &self.lessons),
                To::Term => self.no_such_term(id),
                To::Lesson => self
                    .missing("lesson", "lessons/", ".toml", id, &self.lessons)
                    .or_else(|| self.needed_too_late(own?, id)),
            };
            if let Some((message, remedy)) = complaint {
                file.found.add(reference.span, message, remedy);
            }
        }
    }

    /// A file's id is its name, and a lesson's file is listed in pack.toml.
    fn own_id(&self, file: &mut Walked<'_>) {
        let lesson = stem(file.path, "lessons", ".toml");
        let Some(name) = lesson.or_else(|| stem(file.path, "quizzes", ".toml")) else { return };
        if let Some((id, span)) = &file.id
            && id != name
        {
            file.found.add(
                *span,
                format!("The id is `{id}`, and the file is called `{name}.toml`."),
                "Give both the same name.",
            );
        }
        if lesson.is_some()
            && let Some(order) = &self.order
            && !order.contains_key(name)
        {
            file.found.add(
                Span::at(0),
                "pack.toml does not list this lesson, so nobody meets it.",
                format!("Add \"{name}\" to `lessons` in pack.toml, or remove the file."),
            );
        }
    }

    /// What was probably meant, of `n` names. With very many names, only the first that are
    /// missing are compared with all.
    fn meant<'n>(
        &self,
        id: &str,
        names: impl Iterator<Item = &'n str>,
        n: usize,
    ) -> Option<String> {
        let left = self.compare.get();
        self.compare.set(left.saturating_sub(n));
        let near = if left >= n { nearest(id, names) } else { None };
        near.map(|near| format!("Did you mean `{near}`?"))
    }

    fn missing(
        &self,
        what: &str,
        folder: &str,
        ending: &str,
        id: &str,
        names: &BTreeSet<&str>,
    ) -> Option<(String, String)> {
        if names.contains(id) {
            return None;
        }
        let write = if is_id(id) { format!("Write {folder}{id}{ending}") } else { String::new() };
        let remedy = match self.meant(id, names.iter().copied(), names.len()) {
            Some(near) => near,
            None if names.is_empty() => format!("{write}."),
            None if write.is_empty() => listed(names.iter().copied(), names.len()),
            None => format!(
                "{write}, or name one that is there: {}.",
                few(names.iter().copied(), names.len())
            ),
        };
        Some((format!("There is no {what} {}.", shown(id)), remedy))
    }

    fn no_such_step(&self, id: &str) -> Option<(String, String)> {
        let Some((lesson, step)) = id.split_once('/') else {
            return Some((format!("`{id}` names no step."), "Write LESSON/STEP.".to_owned()));
        };
        if let Some(complaint) = self.missing("lesson", "lessons/", ".toml", lesson, &self.lessons)
        {
            return Some(complaint);
        }
        // Of a lesson that is no TOML nobody knows all steps; that is told where it is.
        let steps = self.steps.get(lesson)?;
        if steps.iter().any(|id| id == step) {
            return None;
        }
        Some((
            format!("The lesson `{lesson}` has no step `{step}`."),
            did_you_mean(step, steps.iter().map(String::as_str)),
        ))
    }

    fn no_such_term(&self, id: &str) -> Option<(String, String)> {
        if self.terms.contains(id) {
            return None;
        }
        let terms = || self.terms.iter().map(String::as_str);
        let remedy = match self.meant(id, terms(), self.terms.len()) {
            Some(near) => near,
            None if self.terms.is_empty() => "Write it into glossary.toml.".to_owned(),
            None => listed(terms(), self.terms.len()),
        };
        Some((format!("The glossary has no term {}.", shown(id)), remedy))
    }

    fn needed_too_late(&self, own: &str, needed: &str) -> Option<(String, String)> {
        let order = self.order.as_ref()?;
        (order.get(needed)? >= order.get(own)?).then(|| {
            (
                format!("`{needed}` is needed, and does not come before this lesson."),
                "Change the order of `lessons` in pack.toml, or take it out of `needs`.".to_owned(),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::Files;

    /// A pack of so many lessons, each with a link to `target`.
    fn problems(n: usize, target: &str) -> Vec<String> {
        let ids: Vec<String> = (0..n).map(|n| format!("\"lesson-{n}\"")).collect();
        let head = format!(
            "format = 1\nid = \"p\"\nversion = \"1\"\ntitle = \"P\"\nlessons = [{}]\n",
            ids.join(", ")
        );
        let mut files: Files = [("pack.toml".to_owned(), head.into_bytes())].into();
        for n in 0..n {
            let text = format!(
                "format = 1\nid = \"lesson-{n}\"\ntitle = \"T\"\n[[steps]]\nid = \"s\"\n\
                 [steps.text]\nbody = \"[x]({target})\"\n"
            );
            files.insert(format!("lessons/lesson-{n}.toml"), text.into_bytes());
        }
        load(&files).1.iter().map(|p| format!("{} {}", p.message, p.remedy)).collect()
    }

    #[test]
    fn among_many_names_few_are_listed_and_compared() {
        assert_eq!(
            problems(3, "nowhere"),
            ["There is no lesson `nowhere`. Write lessons/nowhere.toml, or name one that is \
              there: lesson-0, lesson-1, lesson-2."; 3]
        );
        let told = problems(500, "lesson-x");
        assert_eq!(told.len(), 500);
        // Near names are looked for 400 times; then only some that are there are listed.
        assert_eq!(told.iter().filter(|told| told.contains("Did you mean")).count(), 400);
        assert!(told.iter().all(|told| told.len() < 600), "{}", told[499]);
        assert!(told[499].ends_with(" and 476 more."), "{}", told[499]);
    }
}
