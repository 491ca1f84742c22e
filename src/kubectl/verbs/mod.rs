//! kubectl's verbs, one file each: a declaration and what it does.

mod create;
mod elsewhere;
mod get;

use super::command::Command;

/// Every command, a verb's together.
static COMMANDS: &[&[Command]] = &[elsewhere::COMMANDS, get::COMMANDS];

/// Verbs of many files, each as [`COMMANDS`].
static FAMILIES: &[&[&[Command]]] = &[create::COMMANDS];

/// Every command of kubectl.
pub(super) fn commands() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().chain(FAMILIES.iter().copied().flatten()).copied().flatten()
}
