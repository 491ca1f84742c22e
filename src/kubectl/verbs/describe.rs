//! `kubectl describe` (k8s.io/kubectl/pkg/cmd/describe, v1.36).

use crate::cluster::Which;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::describe::Describing;
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::resources;
use crate::kubectl::write::{List, Server, Visit};
use crate::source::{in_parts, in_parts_of};
use crate::validate::Reason;
use std::borrow::Cow;

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
    if call.args.is_empty() && call.flags.all("filename").is_empty() {
        return Err(Failure::Client(NO_TYPE.to_owned()));
    }
    let mut server = Server::new(call, "", false);
    let visit = Visit {
        args: &call.args,
        latest: true,
        type_is_all: true,
        in_lists: true,
        ..Visit::default()
    };
    let found = visit.find(console, call, io, &mut server)?;
    let (mut items, mut errors) = (Vec::new(), Vec::new());
    for entry in found.entries {
        match entry {
            Ok(item) => items.push(item),
            Err(error) => errors.push(error),
        }
    }
    let events = match call.flags.is_set("show-events") {
        true => call.flags.bool("show-events"),
        false => found.lists.is_empty() && items.len() <= 1 && errors.is_empty(),
    };
    if let ([Failure::Server(error)], [resource, prefix]) = (&*errors, &*call.args)
        && error.reason == Reason::NotFound
    {
        let original = Failure::Server(error.clone());
        return matching(console, call, io, (resource, prefix, events), original);
    }
    let console = &*console;
    let mut n_described = items.len();
    if found.lists.is_empty() {
        let mut describing = Describing::new(console, events);
        for (n, item) in items.iter().enumerate() {
            io.out(if n > 0 { "\n\n" } else { "" });
            io.out(describing.page(item.resource, &Cow::Borrowed(&item.object).into()));
        }
    } else {
        let (mut n, mut pages) = all(console, &found.lists, events);
        if n == 1 && !call.flags.is_set("show-events") {
            (n, pages) = all(console, &found.lists, true);
        }
        n_described += n;
        io.give_all(pages);
    }
    if n_described == 0 && errors.is_empty() {
        let namespace = call.namespace(console);
        io.err(match call.flags.bool("all-namespaces") {
            true => "No resources found\n".to_owned(),
            false => format!("No resources found in {namespace} namespace.\n"),
        });
    }
    match errors.len() {
        0 => Ok(Done::OK),
        _ => Err(Failure::Many(errors)),
    }
}

const NO_TYPE: &str = "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of supported resources.\n";

/// How many objects lists have, and the pages of all, in pieces.
fn all(console: &Console, lists: &[List], events: bool) -> (usize, Vec<String>) {
    let cluster = &console.cluster;
    let sizes: Vec<usize> = lists.iter().map(|list| list.n_places(cluster)).collect();
    let parts = in_parts_of(&sizes, |places| {
        let mut describing = Describing::new(console, events);
        let (mut n, mut out) = (0, String::new());
        let mut before = 0;
        for (list, size) in lists.iter().zip(&sizes) {
            let of_list = |place: usize| place.saturating_sub(before).min(*size);
            let own = of_list(places.start)..of_list(places.end);
            before += size;
            if own.is_empty() {
                continue;
            }
            list.each(cluster, &own, &mut |object| {
                out.push_str(if n > 0 { "\n\n" } else { "" });
                out.push_str(describing.page(list.resource, &object));
                n += 1;
            });
        }
        (n, out)
    });
    let (mut n, mut pieces) = (0, Vec::<String>::new());
    for (n_of_part, part) in parts.into_iter().filter(|(n, _)| *n > 0) {
        pieces.last_mut().into_iter().for_each(|last| last.push_str("\n\n"));
        pieces.push(part);
        n += n_of_part;
    }
    (n, pieces)
}

/// Describes objects whose names begin as the one that there is none of
/// (`DescribeMatchingResources`).
fn matching(
    console: &Console,
    call: &Call,
    io: &mut Io,
    (resource, prefix, events): (&str, &str, bool),
    original: Failure,
) -> Result<Done, Failure> {
    if resource.contains(',') {
        return Err(Failure::Client("you may only specify a single resource type".to_owned()));
    }
    let Some(resource) = resources::find(console, resource) else { return Err(original) };
    let scope = if resource.namespaced { call.namespace(console) } else { String::new() };
    let parts = in_parts(console.cluster.n_places(resource.kind, Some(&scope)), |places| {
        let mut describing = Describing::new(console, events);
        let mut out = String::new();
        let which = Which { places: Some(&places), ..Which::within(Some(&scope)) };
        console.cluster.each(resource.kind, which, &mut |object| {
            let name = match object.pod() {
                Some(pod) => &*pod.name.name,
                None => object["metadata"]["name"].as_str().unwrap_or_default(),
            };
            if name.starts_with(prefix) {
                out.push_str(describing.page(resource, &object));
                out.push('\n');
            }
        });
        out
    });
    let is_found = !parts.iter().all(String::is_empty);
    io.give_all(parts);
    if is_found { Ok(Done::OK) } else { Err(original) }
}
