//! What kubectl says of itself: overview, help of a command, unknown commands.

use super::flags::{Flag, Takes};
use super::run::{GLOBAL, children, find};
use super::{Call, Command, texts};
use crate::kubectl::console::Io;
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::manifest::go::Quoted;
use crate::source::sort;

/// The groups of kubectl's overview, and their commands in order.
const GROUPS: &[(&str, &[&str])] = &[
    ("Basic Commands (Beginner)", &["create", "expose", "run", "set"]),
    ("Basic Commands (Intermediate)", &["explain", "get", "edit", "delete"]),
    ("Deploy Commands", &["rollout", "scale", "autoscale"]),
    (
        "Cluster Management Commands",
        &["certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint"],
    ),
    (
        "Troubleshooting and Debugging Commands",
        &[
            "describe",
            "logs",
            "attach",
            "exec",
            "port-forward",
            "proxy",
            "cp",
            "auth",
            "debug",
            "events",
        ],
    ),
    ("Advanced Commands", &["diff", "apply", "patch", "replace", "wait", "kustomize"]),
    ("Settings Commands", &["label", "annotate", "completion"]),
    ("Subcommands provided by plugins", &[]),
    ("Other Commands", &["api-resources", "api-versions", "config", "kuberc", "plugin", "version"]),
];

fn name(command: &Command) -> &'static str {
    command.path.rsplit(' ').next().unwrap_or(command.path)
}

fn overview() -> String {
    let mut text = "kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/\n".to_owned();
    for (group, names) in GROUPS {
        text.push_str(&format!("\n{group}:\n"));
        for name in *names {
            if let Some(command) = children("").find(|command| command.path == *name) {
                text.push_str(&format!("  {name:<15} {}\n", command.about));
            }
        }
    }
    text.push_str("\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more information about a given command.\nUse \"kubectl options\" for a list of global command-line options (applies to all commands).\n");
    text
}

/// What is said where no command is known by the first word, or there is none.
pub(super) fn no_command(words: &[String], io: &mut Io) -> Result<Done, Failure> {
    let Some(word) = words.iter().find(|word| !word.starts_with('-')) else {
        match words.iter().find(|word| !matches!(word.as_str(), "-h" | "--help")) {
            Some(flag) if flag.starts_with("--") => {
                return Err(Failure::Client(format!(
                    "unknown flag: {flag}\nSee 'kubectl --help' for usage."
                )));
            }
            _ => io.out(overview()),
        }
        return Ok(Done::OK);
    };
    let mut says = format!("unknown command {:?} for \"kubectl\"\n", Quoted(word));
    let known = |name: &&&str| children("").any(|command| command.path == **name);
    let all = GROUPS.iter().flat_map(|(_, names)| *names).filter(known).copied();
    let near: Vec<&str> = all.filter(|name| is_near(word, name)).collect();
    if !near.is_empty() {
        says.push_str("\nDid you mean this?\n");
        near.iter().for_each(|name| says.push_str(&format!("\t{name}\n")));
    }
    Err(Failure::Client(says))
}

/// `SuggestionsFor`, github.com/spf13/cobra: at most two letters off, or begun alike.
fn is_near(word: &str, name: &str) -> bool {
    let (word, name) = (word.to_lowercase(), name.to_lowercase());
    strsim::levenshtein(&word, &name) <= 2 || name.starts_with(&word)
}

/// A group was called without one of its commands.
pub(super) fn no_subcommand(call: &Call, io: &mut Io) -> Result<Done, Failure> {
    if !call.args.is_empty() {
        let args = call.args.join(" ");
        return Err(call.usage_error(format_args!("unknown command {:?}", Quoted(&args))));
    }
    // Each group says which of the two it takes (`DefaultSubCommandRun`).
    match call.command.path {
        "rollout" => io.out(of(call.command)),
        "certificate" => {
            io.out(of(call.command));
            return Ok(Done::OK);
        }
        _ => io.err(of(call.command)),
    }
    Ok(Done::Exit(1))
}

/// Help for one command, in kubectl's layout.
pub(in crate::kubectl) fn of(command: &'static Command) -> String {
    let own = texts::of(command.path);
    let about = || format!("{}.\n", command.about.trim_end_matches('.'));
    let mut text = own.map_or_else(about, |own| own.long.to_owned());
    if !command.aliases.is_empty() {
        let names: Vec<&str> =
            [name(command)].into_iter().chain(command.aliases.iter().copied()).collect();
        text.push_str(&format!("\nAliases:\n{}\n", names.join(", ")));
    }
    if let Some(own) = own.filter(|own| !own.examples.is_empty()) {
        let example = |(why, line): &(&str, &str)| format!("  # {why}\n  {line}\n");
        let examples: Vec<String> = own.examples.iter().map(example).collect();
        text.push_str(&format!("\nExamples:\n{}", examples.join("  \n")));
    }
    let below: Vec<&Command> = children(command.path).collect();
    if !below.is_empty() {
        text.push_str("\nAvailable Commands:\n");
        let width = below.iter().map(|command| name(command).len()).max().unwrap_or(0).max(11);
        for command in &below {
            text.push_str(&format!("  {:<width$}   {}\n", name(command), command.about));
        }
    }
    let flags: Vec<&Flag> = command.flags.iter().copied().flatten().collect();
    if !flags.is_empty() {
        text.push_str("\nOptions:\n");
        text.push_str(&flag_list(flags));
    }
    text.push_str(&format!("\nUsage:\n  kubectl {} {}\n\n", command.path, command.usage));
    if !below.is_empty() {
        text.push_str(&format!(
            "Use \"kubectl {} <command> --help\" for more information about a given command.\n",
            command.path
        ));
    }
    text.push_str("Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n");
    text
}

/// Flags in the order of their names, each with its value and what it is for. One that
/// Portolan's kubectl has not says so.
fn flag_list(mut flags: Vec<&Flag>) -> String {
    flags.retain(|flag| flag.deprecated.is_empty());
    sort::sort_by_key(&mut flags, |flag| flag.name);
    let line = |flag: &&Flag| {
        let letter = flag.short.map_or(String::new(), |letter| format!("-{letter}, "));
        let value = match flag.takes {
            Takes::Text | Takes::Optional(_) => format!("'{}'", flag.default),
            _ => flag.default.to_owned(),
        };
        let missing = if flag.has { "" } else { " (Not part of Portolan's kubectl.)" };
        format!("    {letter}--{}={value}:\n\t{}{missing}\n", flag.name, flag.about)
    };
    flags.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The flags of every command (`kubectl options`).
pub(in crate::kubectl) fn options() -> String {
    let flags = GLOBAL.iter().filter(|flag| flag.name != "help").collect();
    format!("The following options can be passed to any command:\n\n{}", flag_list(flags))
}

/// `kubectl help` and the words behind it.
pub(in crate::kubectl) fn about(words: &[String], io: &mut Io) {
    match find(words) {
        _ if words.is_empty() => io.out(overview()),
        Some((command, n)) if n == words.len() => io.out(of(command)),
        _ => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            io.err(format_args!("Unknown help topic [{}]\n\n\n", words.join(" ")));
            let text = overview();
            // The groups, without what stands above them.
            io.err(text.find("Basic Commands").and_then(|at| text.get(at..)).unwrap_or_default());
        }
    }
}
