//! What the state means for a pack: what is done, and what comes next.

use super::State;
use crate::content::{Lesson, Pack, Quiz, Step, StepKind};

/// Progress of a lesson.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LessonProgress {
    /// Steps done.
    pub n_done: usize,
    /// Steps there are.
    pub n_steps: usize,
    /// Points of its exercises.
    pub points: f64,
    /// Points to be had in its exercises.
    pub max: u32,
}

impl LessonProgress {
    /// Are all steps done?
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.n_done == self.n_steps
    }
}

/// Progress of a quiz's present round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuizProgress {
    /// Questions answered.
    pub n_answered: usize,
    /// Questions answered right.
    pub n_right: usize,
    /// Questions there are.
    pub n_questions: usize,
}

impl State {
    /// Progress of a quiz's present round.
    #[must_use]
    pub fn quiz_progress(&self, pack: &Pack, quiz: &Quiz) -> QuizProgress {
        let state = self.quizzes.get(&format!("{}/{}", pack.id, quiz.id));
        let given = quiz.questions.iter().filter_map(|q| state?.answers.get(&q.id));
        let (n_answered, n_right) =
            given.fold((0, 0), |(n, right), g| (n + 1, right + usize::from(g.right)));
        QuizProgress { n_answered, n_right, n_questions: quiz.questions.len() }
    }

    /// Is a step done: read, watched, passed, or every question answered in some round?
    #[must_use]
    pub fn is_done(&self, pack: &Pack, lesson: &Lesson, step: &Step) -> bool {
        let state = self.step(&step_key(pack, lesson, step));
        match &step.kind {
            StepKind::Text { .. } => state.is_some_and(|state| state.read),
            StepKind::Flow(_) => state.is_some_and(|state| state.all_watched),
            StepKind::Exercise(_) => state.is_some_and(|state| state.exercise.passed),
            StepKind::Quiz { quiz } => pack.quizzes.get(quiz).is_some_and(|quiz| {
                quiz.questions.iter().all(|question| {
                    let key = format!("{}/{}/{}", pack.id, quiz.id, question.id);
                    self.questions.contains_key(&key)
                })
            }),
        }
    }

    /// Progress of a lesson.
    #[must_use]
    pub fn lesson_progress(&self, pack: &Pack, lesson: &Lesson) -> LessonProgress {
        let mut progress =
            LessonProgress { n_steps: lesson.steps.len(), ..LessonProgress::default() };
        for step in &lesson.steps {
            progress.n_done += usize::from(self.is_done(pack, lesson, step));
            if let StepKind::Exercise(exercise) = &step.kind {
                progress.max += exercise.max_points();
                if let Some(state) = self.step(&step_key(pack, lesson, step)) {
                    progress.points += state.exercise.points;
                }
            }
        }
        progress
    }

    /// The first step that is not done, in the pack's order, as indices of lesson and step;
    /// none when all is done.
    #[must_use]
    pub fn next(&self, pack: &Pack) -> Option<(usize, usize)> {
        pack.lessons.iter().enumerate().find_map(|(lesson_idx, lesson)| {
            let open = |step: &Step| !self.is_done(pack, lesson, step);
            Some((lesson_idx, lesson.steps.iter().position(open)?))
        })
    }
}

/// `PACK/LESSON/STEP`.
#[must_use]
pub fn step_key(pack: &Pack, lesson: &Lesson, step: &Step) -> String {
    format!("{}/{}/{}", pack.id, lesson.id, step.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Exercise, Flow, Goal, GoalKind};
    use crate::progress::{Entry, Event};

    fn step(id: &str, kind: StepKind) -> Step {
        Step { id: id.into(), title: id.into(), world: String::new(), kind }
    }

    fn pack() -> Pack {
        let goal = Goal {
            id: "goal-1".into(),
            say: "g".into(),
            points: 4,
            partial: false,
            kind: GoalKind::Object("service/web".into()),
        };
        let exercise = Exercise { goals: vec![goal], ..Exercise::default() };
        let lesson = |id: &str| Lesson {
            id: id.into(),
            steps: vec![
                step("idea", StepKind::Text { body: "b".into() }),
                step("flow", StepKind::Flow(Flow::default())),
                step("do", StepKind::Exercise(Box::new(exercise.clone()))),
            ],
            ..Lesson::default()
        };
        Pack { id: "p".into(), lessons: vec![lesson("one"), lesson("two")], ..Pack::default() }
    }

    #[test]
    fn the_next_step_is_the_first_that_is_not_done() {
        let pack = pack();
        let mut state = State::default();
        assert_eq!(state.next(&pack), Some((0, 0)));
        let step = |id: &str| format!("p/one/{id}");
        let events = [
            Event::Read { step: step("idea") },
            Event::Watched { step: step("flow"), probe: 0, of: 1 },
            Event::Graded {
                step: step("do"),
                points: 3.0,
                max: 4,
                passed: true,
                text: String::new(),
            },
        ];
        let expected = [Some((0, 1)), Some((0, 2)), Some((1, 0))];
        for (event, next) in events.into_iter().zip(expected) {
            state.apply(&Entry::new("2026-11-20T08:00:00Z".parse().unwrap(), event));
            assert_eq!(state.next(&pack), next);
        }
        let progress = state.lesson_progress(&pack, &pack.lessons[0]);
        assert_eq!(progress, LessonProgress { n_done: 3, n_steps: 3, points: 3.0, max: 4 });
        assert!(progress.is_done());
    }
}
