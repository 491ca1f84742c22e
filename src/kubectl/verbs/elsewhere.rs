//! Commands that kubectl has and Portolan's has not: each says where it would be found.

use crate::kubectl::command::{Command, Runs};
use crate::kubectl::failure::Failure;

const fn command(path: &'static str, about: &'static str, where_: &'static str) -> Command {
    Command::new(path, "[flags]", about, &[], Runs::Elsewhere(where_))
}

/// What a command says that finds all it needs, and can't go on here.
pub(super) fn not_here(path: &str, where_: &str) -> Failure {
    Failure::Client(format!("kubectl {path} is not part of Portolan's kubectl. {where_}"))
}

pub(super) static COMMANDS: &[Command] = &[
    command(
        "proxy",
        "Run a proxy to the Kubernetes API server",
        "There is no API server behind this world",
    ),
    command(
        "kustomize",
        "Build a kustomization target from a directory or URL",
        "Portolan is about Services: practise it with a real kubectl",
    ),
    command("kuberc", "Manage kuberc configuration files", "A real kubectl has it"),
];
