//! `kubectl debug` (k8s.io/kubectl/pkg/cmd/debug, v1.36), as far as it can be told without a
//! container that is put beside another.

use super::elsewhere::not_here;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::resources;

static FLAGS: &[Flag] = &[
    Flag::new("arguments-only", Takes::Bool, "false", "What follows -- are arguments"),
    Flag::new("attach", Takes::Bool, "false", "Wait for the container, and attach to it"),
    Flag::new("container", Takes::Text, "", "The debug container's name").short('c'),
    Flag::new("copy-to", Takes::Text, "", "Debug a copy of the Pod with this name"),
    Flag::new("custom", Takes::Text, "", "A file with parts of the container"),
    Flag::new("env", Takes::Array, "[]", "Variables of the container"),
    Flag::new("image", Takes::Text, "", "The debug container's image"),
    Flag::new("image-pull-policy", Takes::Text, "", "When the image is pulled"),
    Flag::new("profile", Takes::Text, "general", "What the container may do"),
    Flag::new("quiet", Takes::Bool, "false", "Say less").short('q'),
    Flag::new("replace", Takes::Bool, "false", "With --copy-to: delete the old Pod"),
    Flag::new("same-node", Takes::Bool, "false", "With --copy-to: on the same node"),
    Flag::new("set-image", Takes::Array, "[]", "With --copy-to: other images"),
    Flag::new("share-processes", Takes::Bool, "true", "With --copy-to: see its processes"),
    Flag::new("stdin", Takes::Bool, "false", "Keep stdin open").short('i'),
    Flag::new("target", Takes::Text, "", "The container whose processes to see"),
    Flag::new("tty", Takes::Bool, "false", "Stdin is a terminal").short('t'),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "debug",
    aliases: &[],
    usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ] [options]",
    about: "Create debugging sessions for troubleshooting workloads and nodes",
    flags: &[FLAGS],
    runs: Runs::Verb(debug),
}];

fn debug(console: &mut Console, call: &Call, _: &mut Io) -> Result<Done, Failure> {
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let n_names = call.before_dash.unwrap_or(call.args.len());
    let names = call.args.get(..n_names).unwrap_or_default();
    if text("image").is_empty() && text("copy-to").is_empty() {
        let says = "you must specify --image when not using --copy-to.";
        return Err(Failure::Client(says.to_owned()));
    }
    let Some(name) = names.first() else {
        return Err(Failure::Client("NAME is required for debug".to_owned()));
    };
    let words = match name.contains('/') {
        true => vec![name.clone()],
        false => vec!["pods".to_owned(), name.clone()],
    };
    let namespace = call.namespace(console);
    for wanted in resources::wanted(console, &words)? {
        let name = wanted.name.as_deref().unwrap_or("");
        let place = if wanted.resource.namespaced { &*namespace } else { "" };
        if console.cluster.get(wanted.resource.kind, place, name).is_none() {
            return Err(resources::not_found_in(console, wanted.resource, &namespace, name));
        }
    }
    Err(not_here("debug", "kubectl run NAME --image=busybox --rm -it -- sh looks from a new Pod"))
}
