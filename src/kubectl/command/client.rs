//! What the kubeconfig and the flags that every command has say of the server and the user
//! (`DirectClientConfig`, k8s.io/client-go/tools/clientcmd, v1.36).

use super::{Call, duration};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::manifest::go::Quoted;

/// Commands that ask no server.
const ALONE: &[&str] = &["config", "options", "help", "version"];

/// Commands that look for the namespace only when they find their objects: what is wrong with
/// the kubeconfig comes in other words then.
const LATE: &[&str] = &[
    "annotate",
    "delete",
    "describe",
    "edit",
    "events",
    "exec",
    "get",
    "label",
    "logs",
    "patch",
    "port-forward",
    "rollout",
    "scale",
    "set",
];

/// Whether the call reaches a server.
///
/// # Errors
/// What kubectl says where it does not.
pub(super) fn check(console: &Console, call: &Call) -> Result<(), Failure> {
    let verb = call.command.path.split(' ').next().unwrap_or("");
    if ALONE.contains(&verb) {
        return Ok(());
    }
    // A command's own `--user` is another matter.
    let is_own = |name: &str| call.command.flags.iter().copied().flatten().any(|f| f.name == name);
    let flag = |name: &str| call.flags.text(name).filter(|text| !text.is_empty() && !is_own(name));
    let client = |says: String| Err(Failure::Client(says));
    let config = &console.config;
    if let Some(name) = flag("context").filter(|name| config.context(name).is_none()) {
        if LATE.contains(&verb) {
            return Err(Failure::Plain(format!(
                "Error in configuration: context was not found for specified context: {name}\n"
            )));
        }
        return client(format!("context {:?} does not exist", Quoted(name)));
    }
    if let Some(name) = flag("cluster").filter(|name| !config.clusters.contains_key(*name)) {
        return client(format!("no server found for cluster {:?}", Quoted(name)));
    }
    // `create rolebinding` has a flag of its own by that name.
    let user = flag("user").filter(|_| !call.command.path.ends_with("binding"));
    if let Some(name) = user.filter(|name| !config.users.contains_key(*name)) {
        return client(format!("auth info {:?} does not exist", Quoted(name)));
    }
    if flag("request-timeout").is_some_and(|text| !is_timeout(text)) {
        return client("Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)".to_owned());
    }
    let context = config.context(flag("context").unwrap_or(&config.current));
    let cluster = flag("cluster").or(context.map(|context| &*context.cluster)).unwrap_or("");
    if !config.clusters.contains_key(cluster) && !asks_nothing(call) {
        return Err(Failure::Plain("The connection to the server localhost:8080 was refused - did you specify the right host or port?\n".to_owned()));
    }
    let user = user.or(context.map(|context| &*context.user)).unwrap_or("");
    if !config.users.contains_key(user) && !asks_nothing(call) {
        return Err(Failure::Plain("Please enter Username: error: EOF\n".to_owned()));
    }
    Ok(())
}

/// `kubectl create … --dry-run=client` only prints.
fn asks_nothing(call: &Call) -> bool {
    call.command.path.starts_with("create ")
        && matches!(call.flags.text("dry-run"), Some("client" | "unchanged" | "true"))
}

/// `ParseTimeout`.
fn is_timeout(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) || duration(text).is_some()
}

/// Verbs whose first word names resources.
const NAME_RESOURCES: &[&str] =
    &["annotate", "delete", "describe", "edit", "get", "label", "patch", "scale", "wait"];

/// Says of a short name that two groups have which of them is meant
/// (`shortcutExpander`, k8s.io/client-go/restmapper).
pub(super) fn short_names(call: &Call, io: &mut Io) {
    let first = call.args.first().map_or("", String::as_str);
    let is_meant = first.split(',').any(|word| word.split('/').next() == Some("ev"));
    if is_meant && NAME_RESOURCES.contains(&call.command.path) {
        io.err("Warning: short name \"ev\" could also match lower priority resource events.events.k8s.io\n");
    }
}

/// Verbs that ask everything of the server as whom `--as` names.
const ACT_AS: &[&str] = &[
    "annotate", "auth", "create", "delete", "describe", "edit", "exec", "expose", "get", "label",
    "logs", "patch", "replace", "rollout", "run", "scale", "set", "wait",
];

/// Whether the command can act as somebody else.
pub(super) fn acts_as(call: &Call) -> bool {
    ACT_AS.contains(&call.command.path.split(' ').next().unwrap_or(""))
}
