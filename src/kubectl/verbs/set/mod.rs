//! `kubectl set` (k8s.io/kubectl/pkg/cmd/set, v1.36).

mod account;
mod change;

mod image;
mod resources;
mod selector;
mod subject;
mod variables;

use crate::kubectl::command::{Command, Runs};

/// The parent command first: those below are found through it.
pub(super) static COMMANDS: &[&[Command]] = &[
    &[Command {
        path: "set",
        aliases: &[],
        usage: "SUBCOMMAND [options]",
        about: "Set specific features on objects",
        flags: &[],
        runs: Runs::Group,
    }],
    variables::COMMANDS,
    image::COMMANDS,
    resources::COMMANDS,
    selector::COMMANDS,
    account::COMMANDS,
    subject::COMMANDS,
];
