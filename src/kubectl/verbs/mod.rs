//! kubectl's verbs, one file each: a declaration and what it does.

mod elsewhere;
mod get;

use super::command::Command;

/// Every command, a verb's together.
static COMMANDS: &[&[Command]] = &[elsewhere::COMMANDS, get::COMMANDS];

/// Every command of kubectl.
pub(super) fn commands() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().copied().flatten()
}
