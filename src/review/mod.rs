//! Questions: how they are answered, the order they are shown in, and marking. Pure.
//!
//! Command and manifest questions are answered by doing: `grade` looks at what was done.

mod done;
mod mark;
mod shuffle;

pub use done::{ANSWER_FILE, begun, mark_done, task};
pub use mark::{Answer, Mark, Part, Verdict, mark};
pub use shuffle::{permutation, shown_order};
