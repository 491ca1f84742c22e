//! What the events add up to.

use super::{Entry, Event, Typed};
use crate::review::Answer;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// All progress. Ids that no pack has (any more) stay: the pack may come back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Steps by `PACK/LESSON/STEP`.
    pub steps: BTreeMap<String, StepState>,
    /// Quizzes by `PACK/QUIZ`.
    pub quizzes: BTreeMap<String, QuizState>,
    /// Questions by `PACK/QUIZ/QUESTION`.
    pub questions: BTreeMap<String, QuestionState>,
    /// Where the learner was last.
    pub place: Option<Place>,
    /// When the last event happened.
    pub last: Option<Timestamp>,
}

/// Where the learner was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `PACK/LESSON/STEP`.
    pub step: String,
    /// The probe or question, from 0.
    pub part: usize,
}

/// Progress of a step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepState {
    /// A text was read to its end.
    pub read: bool,
    /// Probes watched to their end, from 0.
    pub watched: BTreeSet<usize>,
    /// All probes were watched.
    pub all_watched: bool,
    /// An exercise's state.
    pub exercise: ExerciseState,
}

/// Progress of an exercise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExerciseState {
    /// The learner's text; none before the first change.
    pub text: Option<String>,
    /// What was given to its console since that began.
    pub console: Vec<Typed>,
    /// The console was used last, not the editor.
    pub console_last: bool,
    /// Hints taken.
    pub n_hints: usize,
    /// How often it was handed in.
    pub n_attempts: u32,
    /// The best points of all attempts.
    pub points: f64,
    /// Points to be had at that time; 0 before the first attempt.
    pub max: u32,
    /// Passed once.
    pub passed: bool,
    /// What was handed in, in order; those whose text nobody kept are left out.
    pub attempts: Vec<Attempt>,
}

impl ExerciseState {
    /// What was handed in, the latest first; of the same text handed in again and again only
    /// the last.
    #[must_use]
    pub fn earlier(&self) -> Vec<&Attempt> {
        let mut seen = HashSet::new();
        self.attempts.iter().rev().filter(|attempt| seen.insert(attempt.text.as_str())).collect()
    }
}

/// A text that was handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// All of it.
    pub text: String,
    /// Points after the hints' costs.
    pub points: f64,
    /// Points to be had.
    pub max: u32,
    /// All goals were reached.
    pub passed: bool,
}

/// Progress of a quiz.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QuizState {
    /// Decides the order in which options are shown in this round.
    pub seed: u64,
    /// Rounds begun.
    pub n_rounds: u32,
    /// Answers of this round by the question's id.
    pub answers: BTreeMap<String, Given>,
}

/// An answer given.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The answer; none for questions answered by doing.
    pub answer: Option<Answer>,
    /// What was typed for a question answered by doing.
    pub text: String,
    /// Right as a whole.
    pub right: bool,
}

/// Progress of a question over all rounds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QuestionState {
    /// How often it was answered.
    pub n_answered: u32,
    /// How often that was right.
    pub n_right: u32,
    /// The last answer was right.
    pub last_right: bool,
    /// When it was last answered.
    pub last: Option<Timestamp>,
}

impl State {
    /// The state that entries in their order lead to.
    #[must_use]
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut state = Self::default();
        for entry in entries {
            state.apply(entry);
        }
        state
    }

    /// Takes one more entry in.
    pub fn apply(&mut self, entry: &Entry) {
        self.last = Some(entry.at);
        match &entry.event {
            Event::At { step, part } => {
                self.place = Some(Place { step: step.clone(), part: *part });
            }
            Event::Read { step } => self.step_mut(step).read = true,
            Event::Watched { step, probe, of } => {
                let step = self.step_mut(step);
                step.watched.insert(*probe);
                step.all_watched |= step.watched.len() >= *of;
            }
            Event::Draft { step, text } => {
                let exercise = &mut self.step_mut(step).exercise;
                exercise.text = Some(text.clone());
                exercise.console_last = false;
            }
            Event::Console { step, typed } => {
                let exercise = &mut self.step_mut(step).exercise;
                exercise.console.push(typed.clone());
                exercise.console_last = true;
            }
            Event::ConsoleReset { step } => {
                let exercise = &mut self.step_mut(step).exercise;
                exercise.console.clear();
                exercise.console_last = false;
            }
            Event::Hint { step, taken } => {
                let exercise = &mut self.step_mut(step).exercise;
                exercise.n_hints = exercise.n_hints.max(*taken);
            }
            Event::Graded { step, points, max, passed, text } => {
                let exercise = &mut self.step_mut(step).exercise;
                if !text.is_empty() {
                    let (at, text) = (entry.at, text.clone());
                    let (points, max, passed) = (*points, *max, *passed);
                    exercise.attempts.push(Attempt { at, text, points, max, passed });
                }
                exercise.n_attempts = exercise.n_attempts.saturating_add(1);
                // The share counts: an update of the pack may have changed the points.
                let share = |points: f64, max: u32| points / f64::from(max.max(1));
                if exercise.max == 0 || share(*points, *max) >= share(exercise.points, exercise.max)
                {
                    exercise.points = *points;
                    exercise.max = *max;
                }
                exercise.passed |= *passed;
            }
            Event::QuizStarted { quiz, seed } => {
                let quiz = self.quizzes.entry(quiz.clone()).or_default();
                quiz.seed = *seed;
                quiz.n_rounds = quiz.n_rounds.saturating_add(1);
                quiz.answers.clear();
            }
            Event::Answered { question, answer, text, right } => {
                let state = self.questions.entry(question.clone()).or_default();
                state.n_answered = state.n_answered.saturating_add(1);
                state.n_right = state.n_right.saturating_add(u32::from(*right));
                state.last_right = *right;
                state.last = Some(entry.at);
                if let Some((quiz, id)) = question.rsplit_once('/') {
                    let given = Given { answer: answer.clone(), text: text.clone(), right: *right };
                    let quiz = self.quizzes.entry(quiz.to_owned()).or_default();
                    quiz.answers.insert(id.to_owned(), given);
                }
            }
        }
    }

    /// The state of a step, `PACK/LESSON/STEP`; none before anything happened there.
    #[must_use]
    pub fn step(&self, step: &str) -> Option<&StepState> {
        self.steps.get(step)
    }

    fn step_mut(&mut self, step: &str) -> &mut StepState {
        self.steps.entry(step.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(events: Vec<Event>) -> State {
        let at: Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
        State::of(&events.into_iter().map(|event| Entry::new(at, event)).collect::<Vec<_>>())
    }

    fn graded(points: f64, max: u32, passed: bool) -> Event {
        Event::Graded { step: "p/l/e".into(), points, max, passed, text: String::new() }
    }

    #[test]
    fn texts_handed_in_are_shown_each_once_the_latest_first() {
        let handed_in = |text: &str, points| Event::Graded {
            step: "p/l/e".into(),
            points,
            max: 4,
            passed: false,
            text: text.into(),
        };
        let state = state(vec![handed_in("a", 1.0), handed_in("b", 2.0), handed_in("a", 3.0)]);
        let earlier = state.steps["p/l/e"].exercise.earlier();
        let kept: Vec<(&str, f64)> =
            earlier.iter().map(|attempt| (attempt.text.as_str(), attempt.points)).collect();
        assert_eq!(kept, [("a", 3.0), ("b", 2.0)]);
        assert_eq!(state.steps["p/l/e"].exercise.n_attempts, 3);
    }

    #[test]
    fn the_best_attempt_counts_and_a_pass_stays() {
        let state = state(vec![graded(1.0, 4, false), graded(4.0, 4, true), graded(0.0, 4, false)]);
        let exercise = &state.steps["p/l/e"].exercise;
        assert_eq!(
            exercise,
            &ExerciseState {
                n_attempts: 3,
                points: 4.0,
                max: 4,
                passed: true,
                ..Default::default()
            }
        );
    }

    #[test]
    fn the_last_text_is_kept_and_hints_are_never_given_back() {
        let draft = |text: &str| Event::Draft { step: "p/l/e".into(), text: text.into() };
        let hint = |taken| Event::Hint { step: "p/l/e".into(), taken };
        let state = state(vec![draft("a"), hint(2), draft("ab"), hint(1)]);
        let exercise = &state.steps["p/l/e"].exercise;
        assert_eq!(
            exercise,
            &ExerciseState { text: Some("ab".into()), n_hints: 2, ..Default::default() }
        );
    }

    #[test]
    fn a_flow_is_watched_when_each_probe_was() {
        let watched = |probe| Event::Watched { step: "p/l/f".into(), probe, of: 2 };
        assert!(!state(vec![watched(1), watched(1)]).steps["p/l/f"].all_watched);
        assert!(state(vec![watched(1), watched(0)]).steps["p/l/f"].all_watched);
    }

    #[test]
    fn a_new_round_forgets_the_answers_and_not_the_questions_history() {
        let answered = |right| Event::Answered {
            question: "p/q/one".into(),
            answer: Some(Answer::Single(0)),
            text: String::new(),
            right,
        };
        let started = |seed| Event::QuizStarted { quiz: "p/q".into(), seed };
        let state =
            state(vec![started(1), answered(true), started(2), answered(false), started(3)]);
        assert_eq!(state.quizzes["p/q"], QuizState { seed: 3, n_rounds: 3, ..Default::default() });
        let question = &state.questions["p/q/one"];
        assert_eq!((question.n_answered, question.n_right, question.last_right), (2, 1, false));
    }
}
