//! Questions: how they are answered, the order they are shown in, and marking. Pure.
//!
//! Command and manifest questions are answered by doing: `grade` marks them.

mod mark;
mod shuffle;

pub use mark::{Answer, Mark, Part, Verdict, mark};
pub use shuffle::{permutation, shown_order};
