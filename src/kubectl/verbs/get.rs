//! `kubectl get`.

use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::{self, Object, Printer};
use crate::kubectl::resources::{self, Wanted};

static FLAGS: &[Flag] = &[
    Flag::new("all-namespaces", Takes::Bool, "false", "Objects of all namespaces").short('A'),
    Flag::new("selector", Takes::Text, "", "Labels that objects must have").short('l'),
    Flag::new("no-headers", Takes::Bool, "false", "Leave the table's head out"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "get",
    aliases: &[],
    usage: "[(-o|--output=)json|yaml|name|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]",
    about: "Display one or many resources",
    flags: &[FLAGS, print::FLAGS],
    runs: Runs::Verb(get),
}];

fn get(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let wanted = resources::wanted(console, &call.args)?;
    let mut errors = Vec::new();
    let mut objects = Vec::new();
    for Wanted { resource, name } in &wanted {
        let scope = resources::scope(console, call, resource);
        match name {
            Some(name) => {
                let namespace = scope.unwrap_or_default();
                match console.cluster.get(resource.kind, &namespace, name) {
                    Some(value) => objects.push(Object { resource, value }),
                    None => errors.push(resources::not_found(resource, name)),
                }
            }
            None => {
                let list = console.cluster.list(resource.kind, scope.as_deref());
                objects.extend(list.into_iter().map(|value| Object { resource, value }));
            }
        }
    }
    if call.flags.is_set("output") {
        let mut printer = Printer::of(console, call)?;
        printer.print_all(objects.into_iter().map(|o| o.value).collect(), "", io)?;
    } else {
        print::table::print(&objects, io);
    }
    if errors.is_empty() { Ok(Done::OK) } else { Err(Failure::Many(errors)) }
}
