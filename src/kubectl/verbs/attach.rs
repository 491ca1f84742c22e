//! What `kubectl run -it` attaches to, once the Pod is there (`handleAttachPod`,
//! k8s.io/kubectl/pkg/cmd/run/run.go, v1.36).

use super::elsewhere::not_here;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::pod::{self, Inside, Log, session};
use crate::kubectl::resources;
use serde_json::Value;

static FLAGS: &[Flag] = &[
    Flag::new("container", Takes::Text, "", "The container; the first unless given").short('c'),
    Flag::new("detach-keys", Takes::Text, "", "Keys that leave the container as it is"),
    Flag::new("pod-running-timeout", Takes::Duration, "1m0s", "How long to wait for the Pod"),
    Flag::new("quiet", Takes::Bool, "false", "Only print output from the session").short('q'),
    Flag::new("stdin", Takes::Bool, "false", "Pass stdin to the container").short('i'),
    Flag::new("tty", Takes::Bool, "false", "Stdin is a terminal").short('t'),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "attach",
    aliases: &[],
    usage: "(POD | TYPE/NAME) -c CONTAINER [options]",
    about: "Attach to a running container",
    flags: &[FLAGS],
    runs: Runs::Verb(attach_to),
}];

/// `kubectl attach`: what can be told without the process itself.
fn attach_to(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let client = |says: String| Err(Failure::Client(says));
    let Some(who) = call.args.first() else {
        return client("at least 1 argument is required for attach".to_owned());
    };
    let namespace = call.namespace(console);
    let words = match who.contains('/') {
        true => vec![who.clone()],
        false => vec!["pods".to_owned(), who.clone()],
    };
    for wanted in resources::wanted(console, &words)? {
        let pods = pod::of::pods(console, &wanted, &namespace, "cannot attach to")?;
        let Some(pod) = pods.first() else { continue };
        let value = console.cluster.get("Pod", &namespace, &pod.name.name).unwrap_or_default();
        let phase = pod.phase();
        if matches!(phase, "Succeeded" | "Failed") {
            return client(format!(
                "cannot attach a container in a completed pod; current phase is {phase}"
            ));
        }
        if let Err(error) = pod::of::container(&value, call.flags.text("container"), io) {
            let says = error.stderr();
            let says = says.trim_end().trim_start_matches("error: ");
            return client(format!("cannot attach to the container: {says}"));
        }
    }
    Err(not_here("attach", "kubectl logs -f shows what a container says"))
}

/// Attaches to a Pod that was just created; with `--rm` it is deleted in the end.
///
/// # Errors
/// Where nothing can be attached to.
pub(super) fn attach(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    pod: &Value,
) -> Result<Done, Failure> {
    let name = pod["metadata"]["name"].as_str().unwrap_or("").to_owned();
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or("default").to_owned();
    console.cluster.settle();
    let pod = console.cluster.get("Pod", &namespace, &name).unwrap_or_default();
    let remove = call.flags.bool("rm");
    if pod["status"]["phase"] != "Running" {
        if remove {
            console.cluster.delete("Pod", &namespace, &name);
        }
        return Err(Failure::Client("timed out waiting for the condition".to_owned()));
    }
    let stdin = call.flags.bool("stdin");
    let quiet = call.flags.bool("quiet");
    if call.flags.bool("tty") && (io.columns.is_none() || io.input.is_some()) {
        io.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
    }
    let inside = Inside::pod(&pod, "");
    let container = &pod["spec"]["containers"][0];
    let words = |field: &str| -> Vec<String> {
        let list = container[field].as_array().map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect()
    };
    let mut argv = words("command");
    argv.extend(words("args"));
    if argv.is_empty() {
        argv.extend(inside.image.starts().map(str::to_owned));
    }
    let then = session::Then::Ends { remove, quiet };
    if argv.is_empty() {
        // A server: its log is all there is to see.
        if let (Some(found), false) = (console.cluster.pod(&namespace, &name), quiet)
            && let Log::Lines(lines) = pod::log(console, found, "")
        {
            lines.iter().for_each(|(_, line)| io.line(line));
        }
        if remove {
            console.cluster.delete("Pod", &namespace, &name);
            io.line(format_args!("pod \"{name}\" deleted from {namespace} namespace"));
        }
        return Ok(Done::OK);
    }
    if stdin && io.columns.is_some() && argv.len() == 1 && !quiet {
        io.err("If you don't see a command prompt, try pressing enter.\n");
    }
    Ok(session::begin(console, inside, &argv, stdin, then, io))
}
