//! The journal's model: events, and the state that they add up to. Pure.
//!
//! Steps are called `PACK/LESSON/STEP`, quizzes `PACK/QUIZ`, questions `PACK/QUIZ/QUESTION`:
//! ids are stable, so progress survives a pack's update.

mod event;
mod state;
mod summary;

pub use event::{Entry, Event, Line, Typed, VERSION, read_line};
pub use state::{Attempt, ExerciseState, Given, Place, QuestionState, QuizState, State, StepState};
pub use summary::{LessonProgress, QuizProgress, step_key};
