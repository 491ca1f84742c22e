//! Commands that kubectl has and Portolan's has not: each says where it would be found.

use crate::kubectl::command::{Command, Runs};

const fn command(path: &'static str, about: &'static str, where_: &'static str) -> Command {
    Command::new(path, "[flags]", about, &[], Runs::Elsewhere(where_))
}

const NO_METRICS: &str = "It needs the metrics of a real cluster";
const NO_PROCESS: &str = "It needs a real container: practise it on a real cluster";

pub(super) static COMMANDS: &[Command] = &[
    command("top", "Display resource (CPU/memory) usage", NO_METRICS),
    command(
        "certificate",
        "Modify certificate resources",
        "Portolan is about Services: practise it on a real cluster",
    ),
    command("attach", "Attach to a running container", NO_PROCESS),
    command("cp", "Copy files and directories to and from containers", NO_PROCESS),
    command(
        "debug",
        "Create debugging sessions for troubleshooting workloads and nodes",
        NO_PROCESS,
    ),
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
    command(
        "plugin",
        "Provides utilities for interacting with plugins",
        "Nothing outside the world is ever run",
    ),
];
