//! The small shell: lines of words, pipes and files around kubectl.
//!
//! * `syntax` makes a tree of a line; `expand` makes texts of its words.
//! * `run` carries the tree out, in steps that a job can interrupt; `tools` has one file a
//!   command. Everything is bounded: a line has a store of work that it may use up.

mod arrays;
mod editor;
mod expand;
mod line;
mod recall;
mod run;
mod state;
mod syntax;
mod tools;

pub(super) use editor::{Edited, edit};
pub(super) use expand::glob;
pub(super) use line::{edited, end_of_input, interrupt, kubectl, line, proceed, reads, rest};
pub use recall::Recalled;
pub(super) use recall::recalled;
pub(super) use run::{script, words};
pub(super) use state::Shell;
pub(super) use tools::{is_builtin, text_tool};
