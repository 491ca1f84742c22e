//! What is otherwise in a pack than it was: lessons, steps, questions, by their stable ids.

use super::model::{Lesson, Pack};
use std::collections::BTreeMap;
use std::fmt;

/// What came, went and changed among things with ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// Ids that were not there before.
    pub added: Vec<String>,
    /// Ids that are there no more.
    pub removed: Vec<String>,
    /// Ids of what says something else than it did.
    pub changed: Vec<String>,
}

impl Delta {
    /// From `old` to `new`, both by id.
    fn of<T: PartialEq>(old: &BTreeMap<String, T>, new: &BTreeMap<String, T>) -> Self {
        let missing_in = |from: &BTreeMap<String, T>, other: &BTreeMap<String, T>| {
            from.keys().filter(|id| !other.contains_key(*id)).cloned().collect()
        };
        Self {
            added: missing_in(new, old),
            removed: missing_in(old, new),
            changed: new
                .iter()
                .filter(|(id, part)| old.get(*id).is_some_and(|other| other != *part))
                .map(|(id, _)| id.clone())
                .collect(),
        }
    }

    /// Nothing came, went or changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Ids of one list named in a line at most.
const NAMED: usize = 6;

impl fmt::Display for Delta {
    /// `2 added (a, b), 1 removed (c)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists =
            [("added", &self.added), ("removed", &self.removed), ("changed", &self.changed)];
        let told = lists.iter().filter(|(_, ids)| !ids.is_empty()).map(|(what, ids)| {
            let more = match ids.len().saturating_sub(NAMED) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let named: Vec<&str> = ids.iter().take(NAMED).map(String::as_str).collect();
            format!("{} {what} ({}{more})", ids.len(), named.join(", "))
        });
        f.write_str(&told.collect::<Vec<_>>().join(", "))
    }
}

/// What is otherwise in a pack than it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Lessons, by id; one has changed where its title, its order of steps and so on have.
    pub lessons: Delta,
    /// Steps of lessons that were there before and are still: `LESSON/STEP`.
    pub steps: Delta,
    /// Questions: `QUIZ/QUESTION`.
    pub questions: Delta,
    /// Worlds, by name.
    pub worlds: Delta,
    /// Terms of the glossary, by id.
    pub terms: Delta,
    /// Questions and advice of the guide: `question/ID`, `advice/ID`.
    pub guide: Delta,
}

impl Changes {
    /// From `old` to `new`.
    #[must_use]
    pub fn between(old: &Pack, new: &Pack) -> Self {
        let kept =
            |lesson: &&Lesson| old.lesson(&lesson.id).is_some() && new.lesson(&lesson.id).is_some();
        let lessons = |pack: &Pack| -> BTreeMap<String, _> {
            let bare = |lesson: &Lesson| {
                let order: Vec<String> = lesson.steps.iter().map(|step| step.id.clone()).collect();
                (Lesson { steps: Vec::new(), ..lesson.clone() }, order)
            };
            pack.lessons.iter().map(|lesson| (lesson.id.clone(), bare(lesson))).collect()
        };
        let steps = |pack: &Pack| -> BTreeMap<String, _> {
            let of = |lesson: &Lesson| {
                let id = lesson.id.clone();
                lesson
                    .steps
                    .clone()
                    .into_iter()
                    .map(move |step| (format!("{id}/{}", step.id), step))
            };
            pack.lessons.iter().filter(kept).flat_map(of).collect()
        };
        let questions = |pack: &Pack| -> BTreeMap<String, _> {
            let all = pack.quizzes.values().flat_map(|quiz| {
                quiz.questions.iter().map(|q| (format!("{}/{}", quiz.id, q.id), q.clone()))
            });
            all.collect()
        };
        let terms = |pack: &Pack| -> BTreeMap<String, _> {
            pack.terms.iter().map(|term| (term.id.clone(), term.clone())).collect()
        };
        let guide = |pack: &Pack| -> BTreeMap<String, _> {
            let guides = pack.guide.iter().flat_map(|guide| {
                let asked = guide
                    .questions
                    .iter()
                    .map(|q| (format!("question/{}", q.id), (Some(q.clone()), None)));
                let advice = guide
                    .advice
                    .iter()
                    .map(|a| (format!("advice/{}", a.id), (None, Some(a.clone()))));
                asked.chain(advice)
            });
            guides.collect()
        };
        Self {
            lessons: Delta::of(&lessons(old), &lessons(new)),
            steps: Delta::of(&steps(old), &steps(new)),
            questions: Delta::of(&questions(old), &questions(new)),
            worlds: Delta::of(&old.worlds, &new.worlds),
            terms: Delta::of(&terms(old), &terms(new)),
            guide: Delta::of(&guide(old), &guide(new)),
        }
    }

    /// Each list that is not empty, with its name.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &Delta)> {
        [
            ("lessons", &self.lessons),
            ("steps", &self.steps),
            ("questions", &self.questions),
            ("worlds", &self.worlds),
            ("terms", &self.terms),
            ("guide", &self.guide),
        ]
        .into_iter()
        .filter(|(_, delta)| !delta.is_empty())
    }
}
