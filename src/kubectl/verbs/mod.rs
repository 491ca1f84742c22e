//! kubectl's verbs, one file each: a declaration and what it does.

mod annotate;
mod apply;
mod attach;
mod create;
mod delete;
mod describe;
mod elsewhere;
mod exec;
mod expose;
mod get;
mod label;
mod logs;
mod marks;
mod overrides;
mod patch;
mod port_forward;
mod replace;
mod run;
mod scale;

use super::command::Command;

/// Every command, a verb's together.
static COMMANDS: &[&[Command]] = &[
    annotate::COMMANDS,
    delete::COMMANDS,
    describe::COMMANDS,
    elsewhere::COMMANDS,
    exec::COMMANDS,
    expose::COMMANDS,
    get::COMMANDS,
    label::COMMANDS,
    logs::COMMANDS,
    patch::COMMANDS,
    port_forward::COMMANDS,
    replace::COMMANDS,
    run::COMMANDS,
    scale::COMMANDS,
];

/// Verbs of many files, each as [`COMMANDS`].
static FAMILIES: &[&[&[Command]]] = &[apply::COMMANDS, create::COMMANDS];

/// Every command of kubectl.
pub(super) fn commands() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().chain(FAMILIES.iter().copied().flatten()).copied().flatten()
}
