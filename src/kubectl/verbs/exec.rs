//! `kubectl exec` (k8s.io/kubectl/pkg/cmd/exec/exec.go, v1.36).

use crate::kubectl::access::{self, User};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::pod::{self, Inside};
use crate::kubectl::resources;
use crate::validate::{ApiError, Reason};

static FLAGS: &[Flag] = &[
    Flag::new("container", Takes::Text, "", "The container; the first unless given").short('c'),
    Flag::new("filename", Takes::List, "[]", "A file that names the Pod").short('f').missing(),
    Flag::new("pod-running-timeout", Takes::Duration, "1m0s", "How long to wait for the Pod"),
    Flag::new("quiet", Takes::Bool, "false", "Only print output from the session").short('q'),
    Flag::new("stdin", Takes::Bool, "false", "Pass stdin to the container").short('i'),
    Flag::new("tty", Takes::Bool, "false", "Stdin is a terminal").short('t'),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "exec",
    aliases: &[],
    usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...] [options]",
    about: "Execute a command in a container",
    flags: &[FLAGS],
    runs: Runs::Verb(exec),
}];

fn exec(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let n_before = call.before_dash.unwrap_or(call.args.len());
    let Some(who) = call.args.first().filter(|_| n_before > 0) else {
        return Err(Failure::Client("pod, type/name or --filename must be specified".to_owned()));
    };
    if n_before > 1 && call.before_dash.is_none() {
        return Err(call.usage_error(
            "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead",
        ));
    }
    let argv = call.args.get(n_before..).unwrap_or_default();
    if argv.is_empty() {
        return Err(Failure::Client(
            "you must specify at least one command for the container".to_owned(),
        ));
    }
    let namespace = call.namespace(console);
    let words =
        if who.contains('/') { vec![who.clone()] } else { vec!["pods".to_owned(), who.clone()] };
    let wanted = resources::wanted(console, &words)?;
    let Some(wanted) = wanted.first() else { return Ok(Done::OK) };
    let user = User::of(call);
    let place = (Some(&*namespace), wanted.name.as_deref().unwrap_or(""));
    access::check(console, user.as_ref(), ("get", wanted.resource), place)
        .map_err(Failure::Server)?;
    let pods = pod::of::pods(console, wanted, &namespace, "cannot attach to")?;
    let Some(found) = pods.first() else {
        return Err(resources::not_found(wanted.resource, who));
    };
    let name = found.name.name.to_string();
    let phase = found.phase().to_owned();
    if matches!(phase.as_str(), "Succeeded" | "Failed") {
        return Err(Failure::Client(format!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        )));
    }
    let value = console.cluster.get("Pod", &namespace, &name).unwrap_or_default();
    let container = pod::of::container(&value, call.flags.text("container"), io)?;
    if phase != "Running" {
        let says = if value["spec"]["nodeName"].is_string() {
            return Err(Failure::Client(format!(
                "Internal error occurred: unable to upgrade connection: container not found ({container:?})"
            )));
        } else {
            format!("pod {name} does not have a host assigned")
        };
        return Err(Failure::Server(ApiError::new(Reason::BadRequest, says)));
    }
    let pod = resources::named(console, "pods")?;
    access::check_part(console, user.as_ref(), ("create", pod, "exec"), (Some(&namespace), &name))
        .map_err(Failure::Server)?;
    let stdin = call.flags.bool("stdin");
    if call.flags.bool("tty") && (!stdin || io.columns.is_none() || io.input.is_some()) {
        io.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
    }
    if !stdin {
        io.input = None;
    }
    let keyboard = io.keyboard;
    io.keyboard &= stdin;
    let done = pod::session::start(console, Inside::pod(&value, &container), argv, stdin, io);
    io.keyboard = keyboard;
    Ok(done)
}
