//! `kubectl drain` (k8s.io/kubectl/pkg/cmd/drain/drain.go and pkg/drain/filters.go, v1.36).
//! There are no disruption budgets here, and a Pod is gone as soon as it is evicted.

use super::cordon::{mark, nodes};
use crate::cluster::{Cascade, Which};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::resources::{self, Resource};
use crate::kubectl::select::LabelSelector;
use crate::kubectl::write::{DryRun, Item, Server, flags};
use serde_json::Value;

static FLAGS: &[Flag] = &[
    Flag::new("chunk-size", Takes::Int, "500", "Ask for long lists in parts of this length"),
    Flag::new("delete-emptydir-data", Takes::Bool, "false", "Pods with an emptyDir go too"),
    Flag::new("disable-eviction", Takes::Bool, "false", "Delete Pods in place of evicting them"),
    Flag::new("force", Takes::Bool, "false", "Pods that nothing controls go too"),
    Flag::new("grace-period", Takes::Int, "-1", "Seconds that a Pod gets to end"),
    Flag::new("ignore-daemonsets", Takes::Bool, "false", "Leave a DaemonSet's Pods alone"),
    Flag::new("pod-selector", Takes::Text, "", "Only Pods with these labels"),
    Flag::new(
        "skip-wait-for-delete-timeout",
        Takes::Int,
        "0",
        "Don't wait for Pods that end for longer",
    ),
    Flag::new("timeout", Takes::Duration, "0s", "How long to wait before giving up"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "drain",
    aliases: &[],
    usage: "NODE [options]",
    about: "Drain node in preparation for maintenance",
    flags: &[FLAGS, flags::DRY_RUN, flags::SELECTOR],
    runs: Runs::Verb(drain),
}];

fn drain(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let dry_run = DryRun::of(call, io)?;
    let mut server = Server::new(call, "kubectl", dry_run == DryRun::Server);
    let nodes = nodes(console, call, io, &mut server)?;
    for node in &nodes {
        mark(console, io, &mut server, (node, dry_run, true))?;
    }
    let mut errors = Vec::new();
    for node in &nodes {
        let Err(error) = empty(console, call, io, (&mut server, dry_run), node) else {
            io.line(format_args!("node/{} drained{}", node.name, dry_run.suffix()));
            continue;
        };
        let text = error.text();
        io.err(format_args!(
            "error: unable to drain node \"{}\" due to error: {text}, continuing command...\n",
            node.name
        ));
        errors.push((node, text));
    }
    if errors.is_empty() {
        return Ok(Done::OK);
    }
    io.err("There are pending nodes to be drained:\n");
    for (node, _) in &errors {
        io.err(format_args!(" {}\n", node.name));
    }
    let texts: Vec<String> = errors.into_iter().map(|(_, text)| text + "\n").collect();
    Err(Failure::Plain(texts.concat()))
}

/// Evicts the Pods of a node.
fn empty(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    (server, dry_run): (&mut Server, DryRun),
    node: &Item,
) -> Result<(), Failure> {
    let Some(pods) = resources::find(console, "pods") else { return Ok(()) };
    let mut going = Vec::new();
    let mut refused = Grouped::default();
    let mut warned = Grouped::default();
    let selector = call.flags.text("pod-selector").unwrap_or_default();
    let selector = LabelSelector::read(selector).map_err(Failure::Client)?;
    let labels = |labels: &Value| selector.matches(labels);
    let which = Which { node: Some(&node.name), labels: Some(&labels), ..Which::default() };
    console.cluster.each("Pod", which, &mut |pod| match judge(call, &pod) {
        Fate::Goes(warning) => {
            warned.add(warning, &pod);
            going.push(place_of(&pod));
        }
        Fate::Stays(warning) => warned.add(warning, &pod),
        Fate::Bars(why) => refused.add(why, &pod),
    });
    if !refused.0.is_empty() {
        let each = refused.0.iter().map(|(why, pods)| format!("cannot delete {why}: {pods}"));
        return Err(Failure::Many(each.map(Failure::Client).collect()));
    }
    if !warned.0.is_empty() {
        let each: Vec<String> =
            warned.0.iter().map(|(what, pods)| format!("{what}: {pods}")).collect();
        io.err(format_args!("Warning: {}\n", each.join("; ")));
    }
    evict(console, call, io, (server, dry_run), (pods, &going))
}

fn evict(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    (server, dry_run): (&mut Server, DryRun),
    (resource, pods): (&'static Resource, &[(String, String)]),
) -> Result<(), Failure> {
    let deletes = call.flags.bool("disable-eviction");
    let verb = if deletes { "deleting" } else { "evicting" };
    for (namespace, name) in pods {
        io.line(format_args!("{verb} pod {namespace}/{name}{}", dry_run.suffix()));
    }
    if dry_run != DryRun::None {
        return Ok(());
    }
    for (namespace, name) in pods {
        server.delete(console, io, (resource, namespace, name), Cascade::Background)?;
        let done = if deletes { "deleted" } else { "evicted" };
        io.line(format_args!("pod/{name} {done}"));
    }
    Ok(())
}

/// What becomes of a Pod.
enum Fate {
    /// It goes, with a warning where it isn't empty.
    Goes(&'static str),
    /// It stays, with a warning where it isn't empty.
    Stays(&'static str),
    /// It stays, and so do all others.
    Bars(&'static str),
}

/// The filters in their order: DaemonSets, mirror Pods, local storage, controllers.
fn judge(call: &Call, pod: &Value) -> Fate {
    let metadata = &pod["metadata"];
    let owners = metadata["ownerReferences"].as_array();
    let owner = owners.and_then(|all| all.iter().find(|one| one["controller"] == true));
    let is_over = matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
    if !is_over && owner.is_some_and(|owner| owner["kind"] == "DaemonSet") {
        return match call.flags.bool("ignore-daemonsets") {
            true => Fate::Stays("ignoring DaemonSet-managed Pods"),
            false => Fate::Bars("DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"),
        };
    }
    if !metadata["annotations"]["kubernetes.io/config.mirror"].is_null() {
        return Fate::Stays("");
    }
    if is_over {
        return Fate::Goes("");
    }
    let mut volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
    let has_data = volumes.any(|volume| !volume["emptyDir"].is_null());
    if has_data && !call.flags.bool("delete-emptydir-data") {
        return Fate::Bars("Pods with local storage (use --delete-emptydir-data to override)");
    }
    match (owner.is_some(), call.flags.bool("force")) {
        (false, false) => Fate::Bars("Pods that declare no controller (use --force to override)"),
        (false, true) => Fate::Goes("deleting Pods that declare no controller"),
        (true, _) if has_data => Fate::Goes("deleting Pods with local storage"),
        (true, _) => Fate::Goes(""),
    }
}

/// Pods by what is said of them.
#[derive(Default)]
struct Grouped(Vec<(&'static str, String)>);

impl Grouped {
    fn add(&mut self, what: &'static str, pod: &Value) {
        match self.0.iter_mut().find(|(known, _)| *known == what) {
            _ if what.is_empty() => {}
            Some((_, pods)) => *pods += &format!(", {}", place(pod)),
            None => self.0.push((what, place(pod))),
        }
    }
}

fn place(pod: &Value) -> String {
    let (namespace, name) = place_of(pod);
    format!("{namespace}/{name}")
}

/// Its namespace and name.
fn place_of(pod: &Value) -> (String, String) {
    let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}
