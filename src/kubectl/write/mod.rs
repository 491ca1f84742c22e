//! What the verbs that change something have in common: which objects they mean, how they
//! ask the server, and what they say of each.

mod dry_run;
pub(super) mod files;
pub(super) mod flags;
mod object;
mod pairs;
mod say;
pub(super) mod server;
mod visit;

pub(super) use dry_run::DryRun;

pub(super) use object::{
    CHANGE_CAUSE, annotated, label_pairs, last_applied, noted, record, record_patch, set_annotation,
};
pub(super) use pairs::split_pairs;
pub(super) use say::Say;
pub(super) use server::{Server, Validation};
pub(super) use visit::{AT_ONCE, Found, Item, List, Visit, missing_resource};
