//! `portolan shell`: kubectl and a small shell on a world, a line at a time.

use super::folder::working_folder;
use super::gather::{As, Gather, Next};
use super::looks::Looks;
use super::tutor::on_screen;
use super::world::Playground;
use super::{Exit, Streams, say};
use crate::kubectl::{Console, Outcome, Stream, Wants};
use crate::runtime::tutor::{ConsoleStart, Options};
use crate::source::clean_line;
use serde::Serialize;
use std::borrow::Cow;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Read, Write, stdin, stdout};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// The longest line that is read.
const MAX_LINE: u64 = 1 << 20;
/// So many bytes a pipe takes at once.
const PIPE: usize = 1 << 16;
/// Lines that are read before their turn.
const WAITING: usize = 64;
/// How long a line that opens something is held back, for the line that ends it to come.
const PATIENCE: Duration = Duration::from_millis(150);

/// kubectl and a small shell on a world
///
/// On a terminal it is a console with history and completion; else it reads commands from
/// standard input, and the exit code is 0 where the last command's was, else 1. With JSON each
/// line has an answer; that of a command of several lines is its last line's. The shell
/// starts with a copy of the working folder's files (not of hidden and big ones); what it
/// writes stays in memory (`save FILE` on a terminal writes one to the disk). The world
/// settles between commands.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  echo 'kubectl get nodes' | portolan shell --world worlds/three-nodes.yaml
  echo 'k get svc' | portolan shell --output json")]
pub(super) struct ShellCommand {
    #[command(flatten)]
    world: Playground,
    #[command(flatten)]
    looks: Looks,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    /// What the commands say
    Human,
    /// One object for each line that is not empty
    Json,
}

/// What JSON output tells of a line.
#[derive(Serialize)]
struct Told<'a> {
    cmd: &'a str,
    exit: u8,
    stdout: Cow<'a, str>,
    stderr: Cow<'a, str>,
}

impl ShellCommand {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let cluster = self.world.load(streams)?;
        let copied = working_folder()?;
        if let Some(note) = &copied.note {
            writeln!(streams.err, "note: {}", clean_line(note))?;
        }
        let mut console = Console::new(cluster, copied.files);
        let on_terminal = stdin().is_terminal() && stdout().is_terminal();
        if on_terminal && self.output == Output::Human {
            let console = ConsoleStart { console: Box::new(console), title: self.world.title() };
            let flags = self.looks.flags();
            let options = Options { flags, console: Some(console), ..Options::default() };
            return on_screen(&options);
        }
        // Who waits for an answer does not wait for what follows from the command.
        console.answers_first = true;
        match self.output {
            Output::Human => script(console, streams),
            Output::Json => told(console, streams),
        }
    }
}

/// Runs standard input as a script.
fn script(mut console: Console, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
    let mut failed = None;
    let mut exit = 0;
    let mut closed = false;
    {
        let mut reader = BufReader::new(&mut *streams.input);
        let source = |_| match read_line(&mut reader) {
            Ok(Some(line)) => Next::Line(line),
            Ok(None) => Next::End,
            Err(error) => {
                failed = Some(error);
                Next::End
            }
        };
        let mut gather = Gather::new(source, As::Script);
        // What a command says is there as soon as it says it.
        console.run_aside();
        while let Some(command) = gather.command(&console) {
            let mut outcome = console.line(&command.lines.join("\n"));
            loop {
                say(&outcome, (streams.out, streams.err))?;
                outcome = match outcome.wants {
                    Wants::News => console.proceed(),
                    // What it lacks does not come.
                    Wants::More => console.end_of_input(),
                    _ => break,
                };
            }
            exit = outcome.exit;
            closed = outcome.wants == Wants::Close;
            if closed {
                break;
            }
            console.rest();
        }
    }
    if !closed {
        // What is set for the end of the shell.
        let mut outcome = console.end_of_input();
        while outcome.wants == Wants::News {
            say(&outcome, (streams.out, streams.err))?;
            outcome = console.proceed();
        }
        say(&outcome, (streams.out, streams.err))?;
        exit = outcome.exit;
    }
    // The program ends here, and with it all that it holds.
    std::mem::forget(console);
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(code(exit)),
    }
}

/// Runs the lines of standard input as commands, and tells of each line.
fn told(mut console: Console, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
    let Streams { input, out, err } = streams;
    std::thread::scope(|scope| {
        let (give, take) = sync_channel(WAITING);
        scope.spawn(move || {
            let mut reader = BufReader::new(input);
            loop {
                let line = read_line(&mut reader).transpose();
                let ends = !matches!(line, Some(Ok(_)));
                if line.is_some_and(|line| give.send(line).is_err()) || ends {
                    return;
                }
            }
        });
        let mut failed = None;
        let mut exit = 0;
        let source = |waits: bool| {
            let line = match waits {
                true => take.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => take.recv_timeout(PATIENCE),
            };
            match line {
                Ok(Ok(line)) => Next::Line(line),
                Ok(Err(error)) => {
                    failed = Some(error);
                    Next::End
                }
                Err(RecvTimeoutError::Timeout) => Next::Waits,
                Err(RecvTimeoutError::Disconnected) => Next::End,
            }
        };
        let mut gather = Gather::new(source, As::Commands);
        while let Some(command) = gather.command(&console) {
            let mut outcome = run(&mut console, &command.lines, !command.goes_on);
            exit = outcome.exit;
            let mut lines = command.lines.into_iter().filter(|line| !line.trim().is_empty());
            let mut told = lines.next_back();
            for line in lines {
                tell(*out, &line, &Outcome::default())?;
            }
            // Whoever writes the lines waits for the answer to each.
            while command.goes_on && outcome.wants == Wants::More {
                if let Some(line) = told.take() {
                    tell(*out, &line, &outcome)?;
                }
                let Some(line) = gather.line() else { break };
                outcome = console.line(&line);
                told = Some(line).filter(|line| !line.trim().is_empty());
            }
            if let Some(line) = told {
                tell(*out, &line, &outcome)?;
            }
            console.rest();
        }
        // What is open ends with the input: its lines were told of already.
        let outcome = console.end_of_input();
        if !outcome.said.is_empty() {
            exit = outcome.exit;
            write!(err, "{}{}", outcome.stdout(), outcome.stderr())?;
        }
        // The program ends here, and with it all that it holds.
        std::mem::forget(console);
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(code(exit)),
        }
    })
}

/// Runs a command. Where it is `whole`, what it lacks does not come.
fn run(console: &mut Console, lines: &[String], whole: bool) -> Outcome {
    let outcome = console.line(&lines.join("\n"));
    if whole && outcome.wants == Wants::More { console.end_of_input() } else { outcome }
}

fn tell(out: &mut dyn Write, cmd: &str, outcome: &Outcome) -> anyhow::Result<()> {
    let (stdout, stderr) = (outcome.text(Stream::Out), outcome.text(Stream::Err));
    // Who reads it begins before all of it is written.
    let mut out = BufWriter::with_capacity(PIPE, out);
    serde_json::to_writer(&mut out, &Told { cmd, exit: outcome.exit, stdout, stderr })?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(())
}

fn code(exit: u8) -> Exit {
    if exit == 0 { Exit::Yes } else { Exit::No }
}

/// The next line without its end, cut where it is too long to be one.
fn read_line(reader: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let n = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes)?;
    if n == 0 {
        return Ok(None);
    }
    if n as u64 == MAX_LINE && bytes.last() != Some(&b'\n') {
        skip_line(reader)?;
    }
    let line = String::from_utf8_lossy(&bytes);
    Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
}

/// The rest of a line that is too long to be one.
fn skip_line(reader: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = buffer.iter().position(|b| *b == b'\n');
        let n = end.map_or(buffer.len(), |n| n + 1);
        reader.consume(n);
        if end.is_some() {
            return Ok(());
        }
    }
}
