//! kubectl's command table: from words to a call of one verb.
//!
//! A command is declared once: its place under `kubectl`, its flags, what runs it. Reading of
//! flags, `--help`, completion and the errors for what is wrong all come from the declaration.

mod client;
mod flags;
mod help;
mod run;
mod texts;

pub(super) use flags::{Flag, Flags, Takes, duration};
pub(super) use help::{about as help_about, of as help_of, options as options_text};
pub(super) use run::{GLOBAL, children, find, flag, read_call, run};

use super::console::{Console, Io};
use super::failure::Failure;
use super::job::Done;

/// A command of kubectl.
#[derive(Debug)]
pub(super) struct Command {
    /// Its words after `kubectl`: `create service clusterip`.
    pub(super) path: &'static str,
    /// Other names of its last word.
    pub(super) aliases: &'static [&'static str],
    /// What stands behind its words in a usage line: `NAME --tcp=<port>:<targetPort>`.
    pub(super) usage: &'static str,
    /// What it does, in a line, as kubectl's overview has it.
    pub(super) about: &'static str,
    /// Its flags, besides those that every command has.
    pub(super) flags: &'static [&'static [Flag]],
    /// What it does.
    pub(super) runs: Runs,
}

impl Command {
    /// A command without other names, from what its fields say.
    pub(super) const fn new(
        path: &'static str,
        usage: &'static str,
        about: &'static str,
        flags: &'static [&'static [Flag]],
        runs: Runs,
    ) -> Self {
        Self { path, aliases: &[], usage, about, flags, runs }
    }
}

/// What a command does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Runs {
    /// This.
    Verb(fn(&mut Console, &Call, &mut Io) -> Result<Done, Failure>),
    /// Nothing by itself: it holds others.
    Group,
    /// kubectl has it, Portolan's has not: where it would be found, as a sentence.
    Elsewhere(&'static str),
}

/// A command as it was called.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// Which.
    pub(super) command: &'static Command,
    /// With which flags.
    pub(super) flags: Flags,
    /// With which words besides.
    pub(super) args: Vec<String>,
    /// How many of `args` stand before `--`; none without one.
    pub(super) before_dash: Option<usize>,
    /// When, by the world's clock, in RFC 3339.
    pub(super) time: String,
}

impl Call {
    /// The namespace that it is about: `-n`, or that of the context.
    pub(super) fn namespace(&self, console: &Console) -> String {
        let config = &console.config;
        let of_context = || match self.flags.text("context").and_then(|name| config.context(name)) {
            Some(context) if context.namespace.is_empty() => "default",
            Some(context) => &context.namespace,
            None => config.namespace(),
        };
        self.flags.text("namespace").unwrap_or_else(of_context).to_owned()
    }

    /// What the command was, for a note of why something changed (`parseCommandArguments`,
    /// k8s.io/cli-runtime/pkg/genericclioptions).
    pub(super) fn change_cause(&self) -> String {
        let args: String = self.args.iter().map(|arg| format!(" {arg}")).collect();
        format!("kubectl {}{args}{}", self.command.path, self.flags.as_given())
    }

    /// `UsageErrorf`, k8s.io/kubectl/pkg/cmd/util: what is wrong, and where help is.
    pub(super) fn usage_error(&self, why: impl std::fmt::Display) -> Failure {
        Failure::Client(format!(
            "{why}\nSee 'kubectl {} -h' for help and examples",
            self.command.path
        ))
    }
}
