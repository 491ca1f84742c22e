//! kubectl's verbs, one file each: a declaration and what it does.

mod annotate;
mod api_resources;
mod apply;
mod attach;
mod auth;
mod autoscale;
mod certificate;
mod completion;
mod config;
mod cordon;
mod cp;
mod create;
mod debug;
mod delete;
mod describe;
mod diff;
mod drain;
mod edit;
mod elsewhere;
mod events;
mod exec;
mod explain;
mod expose;
mod get;
mod label;
mod logs;
mod marks;
mod options;
mod overrides;
#[cfg(test)]
mod parts_tests;
mod patch;
mod plugin;
mod port_forward;
mod replace;
mod rollout;
mod run;
mod scale;
mod set;
mod taint;
mod top;
mod version;
mod wait;
#[cfg(test)]
mod words_tests;

pub(super) use create::account_token;

use super::command::Command;

/// Every command, a verb's together.
static COMMANDS: &[&[Command]] = &[
    annotate::COMMANDS,
    api_resources::COMMANDS,
    attach::COMMANDS,
    auth::COMMANDS,
    autoscale::COMMANDS,
    certificate::COMMANDS,
    completion::COMMANDS,
    config::COMMANDS,
    cordon::COMMANDS,
    cp::COMMANDS,
    debug::COMMANDS,
    delete::COMMANDS,
    describe::COMMANDS,
    diff::COMMANDS,
    drain::COMMANDS,
    edit::COMMANDS,
    elsewhere::COMMANDS,
    events::COMMANDS,
    exec::COMMANDS,
    explain::COMMANDS,
    expose::COMMANDS,
    get::COMMANDS,
    label::COMMANDS,
    logs::COMMANDS,
    options::COMMANDS,
    patch::COMMANDS,
    plugin::COMMANDS,
    port_forward::COMMANDS,
    replace::COMMANDS,
    run::COMMANDS,
    scale::COMMANDS,
    taint::COMMANDS,
    top::COMMANDS,
    version::COMMANDS,
    wait::COMMANDS,
];

/// Verbs of many files, each as [`COMMANDS`].
static FAMILIES: &[&[&[Command]]] =
    &[apply::COMMANDS, create::COMMANDS, rollout::COMMANDS, set::COMMANDS];

/// Every command of kubectl.
pub(super) fn commands() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().chain(FAMILIES.iter().copied().flatten()).copied().flatten()
}
