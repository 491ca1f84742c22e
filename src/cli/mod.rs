//! The command line: one file a command, each thin.
//!
//! A command is a struct of arguments with `run(self, &mut Streams) -> anyhow::Result<Exit>`
//! and one line in `Command`. Data goes to `streams.out`, talk to `streams.err`.
//! An error that a command returns is told on stderr and exits 2; a reader of our
//! output that went away is no error.

mod check;
mod check_files;
mod check_human;
mod check_json;
mod explain;
mod folder;
mod gather;
mod grade;
mod graded;
mod kubectl;
mod lessons;
mod looks;
mod pack;
mod pack_check;
mod pack_fetch;
mod pack_install;
mod pack_list;
mod pack_lock;
mod pack_new;
mod pack_remove;
mod pack_schema;
mod pack_update;
mod pack_watch;
mod packs;
mod plain;
mod progress;
mod progress_move;
mod quiz;
mod read;
mod record;
mod resolve;
mod shell;
mod trace;
mod tutor;
mod watch;
mod world;

use crate::kubectl::{Outcome, Stream};
use crate::progress::State;
use crate::runtime::{journal, paths};
use crate::source::clean;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};

/// How a command ends: FORMATS.md's three exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: accepted, passed, done.
    Yes,
    /// 1: rejected, failed.
    No,
    /// 2: could not tell (usage, missing file).
    Unknown,
    /// As a command that was run has it: `portolan kubectl`.
    Other(u8),
}

impl Exit {
    /// The process's exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::No => 1,
            Self::Unknown => 2,
            Self::Other(code) => code,
        }
    }
}

/// Where a command reads and writes, so that a test can look at whole outputs.
pub struct Streams<'a> {
    /// Standard input, read where a file is called `-`.
    pub input: &'a mut (dyn Read + Send),
    /// Data.
    pub out: &'a mut dyn Write,
    /// Talk: errors, notes, progress.
    pub err: &'a mut dyn Write,
}

/// Practise Kubernetes Services in the terminal: lessons, animated packet charts,
/// graded YAML and quizzes. No cluster needed.
#[derive(Debug, Parser)]
#[command(
    name = "portolan",
    version,
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 yes, 1 no (rejected, failed), 2 could not tell."
)]
struct Cli {
    #[command(flatten)]
    tutor: tutor::Tutor,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Lessons(lessons::Lessons),
    Read(read::Read),
    Quiz(quiz::QuizCommand),
    Record(record::Record),
    Grade(grade::GradeFiles),
    Watch(watch::WatchFile),
    Pack(pack::PackCommand),
    Progress(progress::Progress),
    Check(check::Check),
    Explain(explain::ExplainCommand),
    Trace(trace::TraceCommand),
    Resolve(resolve::ResolveCommand),
    Shell(shell::ShellCommand),
    Kubectl(kubectl::KubectlCommand),
}

impl Command {
    fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        match self {
            Self::Lessons(command) => command.run(streams),
            Self::Read(command) => command.run(streams),
            Self::Quiz(command) => command.run(streams),
            Self::Record(command) => command.run(streams),
            Self::Grade(command) => command.run(streams),
            Self::Watch(command) => command.run(streams),
            Self::Pack(command) => command.run(streams),
            Self::Progress(command) => command.run(streams),
            Self::Check(command) => command.run(streams),
            Self::Explain(command) => command.run(streams),
            Self::Trace(command) => command.run(streams),
            Self::Resolve(command) => command.run(streams),
            Self::Shell(command) => command.run(streams),
            Self::Kubectl(command) => command.run(streams),
        }
    }
}

/// How a command that lists things writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// The learner's progress, read without disturbing a running tutor. What is wrong with the
/// journal is told on stderr.
fn data_state(streams: &mut Streams<'_>) -> anyhow::Result<State> {
    let Ok(dir) = paths::data_dir() else { return Ok(State::default()) };
    let contents = journal::read(&dir)?;
    for note in &contents.notes {
        writeln!(streams.err, "note: {note}")?;
    }
    Ok(contents.state)
}

/// Tells an error, which may quote a file.
fn tell_error(err: &mut dyn Write, error: &anyhow::Error) -> io::Result<()> {
    writeln!(err, "error: {}", clean(&format!("{error:#}")))
}

/// Says what a console's commands said, each stream where it belongs, as kubectl has it; but a
/// terminal gets no control characters of a world's.
fn say(outcome: &Outcome, streams: (&mut dyn Write, &mut dyn Write)) -> io::Result<()> {
    let (out, err) = streams;
    let (is_shown, errors_are_shown) = (io::stdout().is_terminal(), io::stderr().is_terminal());
    for (stream, text) in &outcome.said {
        let (to, is_shown): (&mut dyn Write, bool) = match stream {
            Stream::Out => (&mut *out, is_shown),
            Stream::Err => (&mut *err, errors_are_shown),
        };
        let text = if is_shown { clean(text) } else { text.as_str().into() };
        to.write_all(text.as_bytes())?;
    }
    out.flush()
}

/// Runs the program with `args` (the program's name first).
pub fn run<A>(args: impl IntoIterator<Item = A>, streams: &mut Streams<'_>) -> Exit
where
    A: Into<OsString> + Clone,
{
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return told_by_clap(&error, streams),
    };
    let result = match cli.command {
        Some(command) => command.run(streams),
        None => cli.tutor.run(streams),
    };
    // What was said before an error is data still.
    let flushed = streams.out.flush();
    match result.and_then(|exit| Ok(flushed.map(|()| exit)?)) {
        Ok(exit) => exit,
        Err(error) if is_broken_pipe(&error) => Exit::Yes,
        Err(error) => {
            // Nobody is left to tell if stderr is gone too.
            let _ = tell_error(streams.err, &error);
            Exit::Unknown
        }
    }
}

/// `--help` and `--version` are data; a usage error is talk and exits 2, as clap has it.
fn told_by_clap(error: &clap::Error, streams: &mut Streams<'_>) -> Exit {
    let text = error.render();
    // A reader that went away is no error, and nobody is left to tell of another.
    if error.use_stderr() {
        let _ = write!(streams.err, "{text}");
        Exit::Unknown
    } else {
        let _ = write!(streams.out, "{text}").and_then(|()| streams.out.flush());
        Exit::Yes
    }
}

/// `portolan lessons | head -1` closes our output early: that is how pipes are used.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}
