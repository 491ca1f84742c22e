//! `kubectl certificate` (k8s.io/kubectl/pkg/cmd/certificates, v1.36): who asked for one is told
//! yes or no. Nothing in this world signs it.

use crate::cluster::PatchType;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::resources;
use crate::kubectl::write::{DryRun, Say, Server, flags};
use serde_json::json;

static FLAGS: &[Flag] =
    &[Flag::new("force", Takes::Bool, "false", "Even if it was approved or denied before")];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "certificate",
        aliases: &[],
        usage: "SUBCOMMAND [options]",
        about: "Modify certificate resources",
        flags: &[],
        runs: Runs::Group,
    },
    Command {
        path: "certificate approve",
        aliases: &[],
        usage: "(-f FILENAME | NAME) [options]",
        about: "Approve a certificate signing request",
        flags: &[FLAGS, flags::FILES, print::FLAGS],
        runs: Runs::Verb(|console, call, io| {
            decide(console, call, io, ("Approved", "KubectlApprove", "approved"))
        }),
    },
    Command {
        path: "certificate deny",
        aliases: &[],
        usage: "(-f FILENAME | NAME) [options]",
        about: "Deny a certificate signing request",
        flags: &[FLAGS, flags::FILES, print::FLAGS],
        runs: Runs::Verb(|console, call, io| {
            decide(console, call, io, ("Denied", "KubectlDeny", "denied"))
        }),
    },
];

fn decide(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    (kind, reason, done): (&str, &str, &str),
) -> Result<Done, Failure> {
    if call.args.is_empty() {
        let says = "one or more CSRs must be specified as <name> or -f <filename>";
        return Err(Failure::Client(says.to_owned()));
    }
    let mut say = Say::new(console, call, DryRun::None)?;
    let mut server = Server::new(call, "kubectl-certificate", false);
    let resource = resources::named(console, "certificatesigningrequests")?;
    for name in &call.args {
        let live = server.get(console, io, (resource, "", name))?;
        let now = console.cluster.settings().now.clone();
        let other = if kind == "Approved" { "Denied" } else { "Approved" };
        let mut conditions = live["status"]["conditions"].as_array().cloned().unwrap_or_default();
        if conditions.iter().any(|one| one["type"] == other) {
            return Err(Failure::Client(format!(
                "certificate signing request {name:?} is already {}",
                other.to_lowercase()
            )));
        }
        if !conditions.iter().any(|one| one["type"] == kind) {
            conditions.push(json!({
                "lastTransitionTime": now,
                "lastUpdateTime": now,
                "message": format!("This CSR was {done} by kubectl certificate {}.", if kind == "Approved" { "approve" } else { "deny" }),
                "reason": reason,
                "status": "True",
                "type": kind,
            }));
        }
        let patch = json!({"status": {"conditions": conditions}});
        let place = (resource, "", name.as_str());
        let patched = server.patch_status(console, io, place, (PatchType::Merge, &patch));
        say.object(io, &patched.map_err(Failure::Server)?, done)?;
    }
    Ok(Done::OK)
}
