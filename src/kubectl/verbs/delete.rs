//! `kubectl delete` (k8s.io/kubectl/pkg/cmd/delete/delete.go, v1.36).

use crate::cluster::{Cascade, Removed};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes, duration};
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::{Done, Job};
use crate::kubectl::resources::{Resource, with_group};
use crate::kubectl::write::{DryRun, Item, Server, Visit, flags};
use crate::manifest::go::Quoted;
use crate::validate::Reason;

static FLAGS: &[Flag] = &[
    Flag::new(
        "cascade",
        Takes::Optional("background"),
        "background",
        "background, orphan or foreground",
    ),
    Flag::new("force", Takes::Bool, "false", "Immediately remove, and bypass graceful deletion"),
    Flag::new("grace-period", Takes::Int, "-1", "Seconds that the resource has to end"),
    Flag::new("ignore-not-found", Takes::Bool, "false", "What is not there is no error"),
    Flag::new("interactive", Takes::Bool, "false", "Delete only what is confirmed")
        .short('i')
        .missing(),
    Flag::new("now", Takes::Bool, "false", "Resources are signalled for immediate shutdown"),
    Flag::new("output", Takes::Text, "", "name for shorter output").short('o'),
    Flag::new("raw", Takes::Text, "", "A URI to DELETE on the server").missing(),
    Flag::new("timeout", Takes::Duration, "0s", "How long to wait before giving up"),
    Flag::new("wait", Takes::Bool, "true", "Wait for resources to be gone"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "delete",
    aliases: &[],
    usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)]) [options]",
    about: "Delete resources by file names, stdin, resources and names, or by resources and label selector",
    flags: &[
        FLAGS,
        flags::ALL,
        flags::ALL_NAMESPACES,
        flags::DRY_RUN,
        flags::FIELD_SELECTOR,
        flags::FILES,
        flags::SELECTOR,
    ],
    runs: Runs::Verb(delete),
}];

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

/// `--cascade` (`GetCascadingStrategy`).
///
/// # Errors
/// What kubectl says of another value.
pub(super) fn cascade(call: &Call, io: &mut Io) -> Result<Cascade, Failure> {
    match call.flags.text("cascade").unwrap_or("background") {
        "background" | "foreground" => Ok(Cascade::Background),
        "orphan" => Ok(Cascade::Orphan),
        "true" => {
            io.err("warning: --cascade=true is deprecated (boolean value) and can be replaced with --cascade=background.\n");
            Ok(Cascade::Background)
        }
        "false" => {
            io.err("warning: --cascade=false is deprecated (boolean value) and can be replaced with --cascade=orphan.\n");
            Ok(Cascade::Orphan)
        }
        other => client(format!(
            "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
        )),
    }
}

fn delete(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let set = |flag: &str| call.flags.bool(flag);
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let cascade = cascade(call, io)?;
    let dry_run = DryRun::of(call, io)?;
    let all = set("all");
    if all && !text("selector").is_empty() {
        return client("setting 'all' parameter but found a non empty selector. ");
    }
    let mut server = Server::new(call, "kubectl", dry_run == DryRun::Server);
    let visit = Visit { args: &call.args, names_only: true, ..Visit::default() };
    let found = visit.find(console, call, io, &mut server)?;
    let grace = call.flags.int("grace-period").unwrap_or(-1);
    if set("now") && grace >= 0 {
        return client("--now and --grace-period cannot be specified together");
    }
    if !matches!(text("output"), "" | "name") {
        let output = text("output");
        return client(format!("unexpected -o output mode: {output}. We only support '-o name'"));
    }
    if set("force") && grace > 0 {
        return client("--force and --grace-period greater than 0 cannot be specified together");
    }
    if set("force") {
        io.err("Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n");
    }
    let ignore = set("ignore-not-found")
        || (all || !text("selector").is_empty()) && !call.flags.is_set("ignore-not-found");
    // What goes with something that is deleted before is not missed: real controllers need
    // a moment for it.
    let is_there = |item: &Item| {
        let (resource, namespace, name) = item.place();
        console.cluster.has(resource.kind, namespace, name)
    };
    let there: Vec<bool> = found.entries.iter().flatten().map(is_there).collect();
    let mut waits = Vec::new();
    let mut n_found = 0;
    let mut is_warned = false;
    let done = found.each(|item| {
        n_found += 1;
        if call.flags.is_set("namespace") && !item.resource.namespaced && !is_warned {
            is_warned = true;
            io.err("Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n");
        }
        if dry_run == DryRun::Client {
            say(io, call, dry_run, &item);
            return Ok(());
        }
        match server.delete(console, io, item.place(), cascade) {
            Ok(removed) => {
                say(io, call, dry_run, &item);
                if removed == Removed::Waits {
                    waits.push((item.resource, item.namespace, item.name));
                }
                Ok(())
            }
            Err(error) if is_missing(&error) && there.get(n_found - 1) == Some(&true) => {
                say(io, call, dry_run, &item);
                Ok(())
            }
            Err(error) if ignore && is_missing(&error) => Ok(()),
            Err(Failure::Server(error)) => Err(match &item.source {
                Some(file) => Failure::server(error, "deleting", file),
                None => Failure::Server(error),
            }),
            Err(error) => Err(error),
        }
    });
    done?;
    if n_found == 0 {
        io.line("No resources found");
        return Ok(Done::OK);
    }
    if waits.is_empty() || call.flags.text("wait") == Some("false") {
        return Ok(Done::OK);
    }
    let timeout = call.flags.text("timeout").and_then(duration).filter(|seconds| *seconds > 0.0);
    Ok(Done::Goes(Box::new(Waiting { waits, seconds_left: timeout })))
}

fn is_missing(error: &Failure) -> bool {
    matches!(error, Failure::Server(error) if error.reason == Reason::NotFound)
}

fn say(io: &mut Io, call: &Call, dry_run: DryRun, item: &Item) {
    if call.flags.text("output") == Some("name") {
        io.line(item.resource.object(&item.name));
        return;
    }
    let kind = with_group(&item.resource.kind.to_lowercase(), item.resource.group());
    let is_forced = call.flags.bool("force");
    let done = if is_forced { "force deleted" } else { "deleted" };
    let name = Quoted(&item.name);
    let from = match item.namespace.as_str() {
        "" => String::new(),
        namespace => format!(" from {namespace} namespace"),
    };
    io.line(format_args!("{kind} {name:?} {done}{from}{}", dry_run.suffix()));
    io.show();
}

/// Waits until objects with finalizers are gone.
#[derive(Debug, Clone)]
struct Waiting {
    waits: Vec<(&'static Resource, String, String)>,
    seconds_left: Option<f64>,
}

impl Job for Waiting {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn proceed(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        self.waits.retain(|(resource, namespace, name)| {
            console.cluster.has(resource.kind, namespace, name)
        });
        if self.waits.is_empty() {
            return Some(0);
        }
        let left = self.seconds_left.as_mut()?;
        *left -= 1.0;
        if *left > 0.0 {
            return None;
        }
        let says = self.waits.iter().map(|(resource, _, name)| {
            let plural = resource.plural;
            Failure::Client(format!("timed out waiting for the condition on {plural}/{name}"))
        });
        io.err(Failure::Many(says.collect()).stderr());
        Some(1)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}
