//! `kubectl completion` (k8s.io/kubectl/pkg/cmd/completion/completion.go, v1.36). What it
//! prints can be sourced as the exam's habit is; it holds nothing, since the console completes
//! by itself.

use crate::kubectl::command::{Call, Command, Runs};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::manifest::go::Quoted;

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "completion",
    aliases: &[],
    usage: "SHELL",
    about: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    flags: &[],
    runs: Runs::Verb(completion),
}];

fn completion(_: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    match call.args.as_slice() {
        [] => Err(call.usage_error("Shell not specified.")),
        [shell] if ["bash", "zsh", "fish", "powershell"].contains(&shell.as_str()) => {
            io.line("# Tab completes in this console without any code: there is nothing to load.");
            Ok(Done::OK)
        }
        [shell] => {
            let shell = Quoted(shell);
            Err(call.usage_error(format!("Unsupported shell type {shell:?}.")))
        }
        _ => Err(call.usage_error("Too many arguments. Expected only the shell type.")),
    }
}
