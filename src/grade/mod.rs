//! Goals against what the cluster is and does: verdict and evidence. Pure.
//!
//! A goal never looks at how the learner's text is written, only at what it leads to.

mod compare;
mod field;
mod file;
mod goal;
mod judge;
mod mend;
mod name;
mod script;
#[cfg(test)]
mod tests;
mod text;
mod transcript;
mod unbroken;

pub use compare::{Difference, differences};
pub use field::ObjectRef;
pub use goal::{Evidence, GoalResult, Packets, Work, check_goals, send};
pub use judge::{Judgement, judge};
pub use mend::{Mended, mend};
pub use script::{Ran, Script};
pub use text::{
    Grade, SetupError, as_found, as_it_is, grade, grade_commands, grade_text, setup, world,
};
pub use transcript::{Transcript, has_commands, transcript};
