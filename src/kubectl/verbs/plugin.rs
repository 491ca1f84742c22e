//! `kubectl plugin`: there are none, as nothing outside the world is ever run
//! (k8s.io/kubectl/pkg/cmd/plugin, v1.36).

use crate::kubectl::command::{Command, Flag, Runs, Takes};
use crate::kubectl::failure::Failure;

static FLAGS: &[Flag] =
    &[Flag::new("name-only", Takes::Bool, "false", "Only the names, and no paths")];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "plugin",
        aliases: &[],
        usage: "[flags] [options]",
        about: "Provides utilities for interacting with plugins",
        flags: &[],
        runs: Runs::Group,
    },
    Command {
        path: "plugin list",
        aliases: &[],
        usage: "[flags] [options]",
        about: "List all visible plugin executables on a user's PATH",
        flags: &[FLAGS],
        runs: Runs::Verb(|_, _, _| {
            let says = "unable to find any kubectl plugins in your PATH";
            Err(Failure::Client(says.to_owned()))
        }),
    },
];
