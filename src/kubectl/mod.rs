//! kubectl's command table, printers and its own texts, and the small shell around it.
//!
//! * [`Console`] is what commands look at and change; [`Console::line`] runs one.
//! * `command` reads words by the table of commands; `verbs` has one file a verb.
//! * `print` and `describe` say what objects are; `resources` how they are named.
//! * `shell` has words, pipes and files; `pod` what runs inside a Pod.
//! * [`apply`](fn@apply) runs manifests through reading, validation and the cluster.

mod access;
mod apply;
mod apply_find;
mod apply_fix;
mod apply_folder;
mod apply_list;
mod apply_plan;
mod apply_read;
mod command;
mod complete;
mod console;
mod describe;
mod explain;
mod failure;
mod getopt;
mod job;
mod looks;
mod pod;
mod print;
mod resources;
mod select;
mod shell;
mod verbs;
mod write;

pub use apply::{Applied, ApplyOptions, LAST_APPLIED, apply, apply_reading};
pub use apply_find::placed;
pub use apply_folder::{AppliedFolder, FolderFile, apply_folder};
pub use complete::Completions;
pub use console::{
    Config, Console, Context, EditKeys, Entry, FileError, Files, Io, Outcome, Reads, Sent, Stream,
    Wants,
};
pub use shell::Recalled;
