//! `kubectl describe` (k8s.io/kubectl/pkg/cmd/describe, v1.36).

use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::describe::describe as page_of;
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::resources::{self, Wanted};

static FLAGS: &[Flag] = &[
    Flag::new("all-namespaces", Takes::Bool, "false", "Describe objects of all namespaces.")
        .short('A'),
    Flag::new("chunk-size", Takes::Int, "500", "How many objects are asked for at once."),
    Flag::new("filename", Takes::List, "[]", "Files with the objects to describe.").short('f'),
    Flag::new("kustomize", Takes::Text, "", "A kustomization directory.").short('k').missing(),
    Flag::new("recursive", Takes::Bool, "false", "Take files of folders below, too.").short('R'),
    Flag::new("selector", Takes::Text, "", "Describe objects with these labels only.").short('l'),
    Flag::new(
        "show-events",
        Takes::Bool,
        "true",
        "Show the object's events. Of several objects they are shown only with this flag.",
    ),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "describe",
    aliases: &[],
    usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]",
    about: "Show details of a specific resource or group of resources",
    flags: &[FLAGS],
    runs: Runs::Verb(describe),
}];

fn describe(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let wanted = resources::wanted(console, &call.args)?;
    if wanted.is_empty() {
        return Err(Failure::Client("You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of supported resources.\n".to_owned()));
    }
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for Wanted { resource, name } in &wanted {
        let scope = resources::scope(console, call, resource);
        match name {
            Some(name) => {
                let namespace = scope.unwrap_or_default();
                match console.cluster.get(resource.kind, &namespace, name) {
                    Some(value) => found.push((*resource, value)),
                    None => errors.push(resources::not_found(resource, name)),
                }
            }
            None => {
                let list = console.cluster.list(resource.kind, scope.as_deref());
                found.extend(list.into_iter().map(|value| (*resource, value)));
            }
        }
    }
    let events = match call.flags.is_set("show-events") {
        true => call.flags.bool("show-events"),
        false => found.len() <= 1 && errors.is_empty(),
    };
    for (n, (resource, object)) in found.iter().enumerate() {
        let between = if n > 0 { "\n\n" } else { "" };
        io.out(format_args!("{between}{}", page_of(&console.cluster, resource, object, events)));
    }
    if errors.is_empty() { Ok(Done::OK) } else { Err(Failure::Many(errors)) }
}
