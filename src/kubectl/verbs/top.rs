//! `kubectl top` of a cluster that measures nothing (k8s.io/kubectl/pkg/cmd/top, v1.36), as this
//! world is one.

use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::write::flags;

static FLAGS: &[Flag] = &[
    Flag::new("no-headers", Takes::Bool, "false", "Print no headers"),
    Flag::new("show-swap", Takes::Bool, "false", "Print columns of swap"),
    Flag::new("sort-by", Takes::Text, "", "cpu or memory"),
    Flag::new("use-protocol-buffers", Takes::Bool, "true", "How metrics are asked for"),
];
static PODS: &[Flag] = &[
    Flag::new("containers", Takes::Bool, "false", "A line for each container"),
    Flag::new("sum", Takes::Bool, "false", "Print the sum"),
];
static NODES: &[Flag] =
    &[Flag::new("show-capacity", Takes::Bool, "false", "Print of what the percentage is")];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "top",
        aliases: &[],
        usage: "[flags] [options]",
        about: "Display resource (CPU/memory) usage",
        flags: &[],
        runs: Runs::Group,
    },
    Command {
        path: "top node",
        aliases: &["nodes", "no"],
        usage: "[NAME | -l label] [options]",
        about: "Display resource (CPU/memory) usage of nodes",
        flags: &[FLAGS, NODES, flags::SELECTOR],
        runs: Runs::Verb(top),
    },
    Command {
        path: "top pod",
        aliases: &["pods", "po"],
        usage: "[NAME | -l label] [options]",
        about: "Display resource (CPU/memory) usage of pods",
        flags: &[FLAGS, PODS, flags::ALL_NAMESPACES, flags::FIELD_SELECTOR, flags::SELECTOR],
        runs: Runs::Verb(top),
    },
];

fn top(_: &mut Console, call: &Call, _: &mut Io) -> Result<Done, Failure> {
    if call.args.len() > 1 {
        return Err(call.usage_error(format_args!("{}", call.args.join(" "))));
    }
    let client = |says: &str| Err(Failure::Client(says.to_owned()));
    let sort = call.flags.text("sort-by").unwrap_or("");
    if !matches!(sort, "" | "cpu" | "memory" | "swap") {
        return client("--sort-by accepts only cpu or memory");
    }
    client("Metrics API not available")
}
