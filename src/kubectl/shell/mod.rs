//! The small shell: lines of words, pipes and files around kubectl.

use super::command;
use super::console::{Console, Io, Outcome, Stream, Wants};
use super::job::{Done, Job};

/// What the shell keeps between lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Shell {
    job: Option<Box<dyn Job>>,
}

/// Runs a line, or gives it to what runs.
pub(super) fn line(console: &mut Console, line: &str) -> Outcome {
    if let Some(mut job) = console.shell.job.take() {
        let mut io = Io::new(None, console.columns);
        let exit = job.line(Some(line), console, &mut io);
        return after(console, job, exit, io);
    }
    console.cluster.settle();
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let mut io = Io::new(None, console.columns);
    let done = match words.first().map(String::as_str) {
        None => Done::OK,
        Some("kubectl" | "k") => command::run(console, words.get(1..).unwrap_or_default(), &mut io),
        Some(other) => {
            io.err(format_args!("bash: {other}: command not found\n"));
            Done::Exit(127)
        }
    };
    console.cluster.settle();
    match done {
        Done::Exit(exit) => ended(io, exit),
        Done::Goes(job) => after(console, job, None, io),
    }
}

fn ended(io: Io, exit: u8) -> Outcome {
    Outcome { said: said(io), exit, wants: Wants::Line }
}

fn said(io: Io) -> Vec<(Stream, String)> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    io.into_said().into_iter().map(|(stream, bytes)| (stream, text(bytes))).collect()
}

fn after(console: &mut Console, job: Box<dyn Job>, exit: Option<u8>, io: Io) -> Outcome {
    match exit {
        Some(exit) => ended(io, exit),
        None => {
            let wants = job.wants();
            console.shell.job = Some(job);
            Outcome { said: said(io), exit: 0, wants }
        }
    }
}

fn with_job(
    console: &mut Console,
    does: impl FnOnce(&mut dyn Job, &mut Console, &mut Io) -> Option<u8>,
) -> Outcome {
    let Some(mut job) = console.shell.job.take() else { return Outcome::default() };
    let mut io = Io::new(None, console.columns);
    let exit = does(&mut *job, console, &mut io);
    after(console, job, exit, io)
}

/// The editor has ended.
pub(super) fn edited(console: &mut Console, text: Option<String>) -> Outcome {
    with_job(console, |job, console, io| job.edited(text, console, io))
}

/// A second has passed.
pub(super) fn proceed(console: &mut Console) -> Outcome {
    console.cluster.advance(1);
    console.cluster.step();
    with_job(console, |job, console, io| job.proceed(console, io))
}

/// Ctrl-C.
pub(super) fn interrupt(console: &mut Console) -> Outcome {
    with_job(console, |job, console, io| job.interrupt(console, io))
}

/// Ctrl-D.
pub(super) fn end_of_input(console: &mut Console) -> Outcome {
    with_job(console, |job, console, io| job.line(None, console, io))
}
