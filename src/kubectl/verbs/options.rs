//! `kubectl options` and `kubectl help`: what kubectl says of itself.

use crate::kubectl::command::{Command, Runs, help_about, options_text};
use crate::kubectl::job::Done;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "help",
        aliases: &[],
        usage: "[command] | STRING_TO_SEARCH [options]",
        about: "Help about any command",
        flags: &[],
        runs: Runs::Verb(|_, call, io| {
            help_about(&call.args, io);
            Ok(Done::OK)
        }),
    },
    Command {
        path: "options",
        aliases: &[],
        usage: "[flags] [options]",
        about: "Print the list of flags inherited by all commands",
        flags: &[],
        runs: Runs::Verb(|_, _, io| {
            io.out(options_text());
            Ok(Done::OK)
        }),
    },
];
