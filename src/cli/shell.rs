//! `portolan shell`: kubectl and a small shell on a world, a line at a time.

use super::folder::working_folder;
use super::looks::Looks;
use super::tutor::on_screen;
use super::world::World;
use super::{Exit, Streams};
use crate::kubectl::{Console, Outcome, Stream, Wants};
use crate::runtime::tutor::{ConsoleStart, Options};
use crate::source::clean_line;
use serde::Serialize;
use std::io::{BufRead, BufReader, IsTerminal, Read, stdin, stdout};

/// The longest line that is read.
const MAX_LINE: u64 = 1 << 20;

/// kubectl and a small shell on a world
///
/// On a terminal it is a console with history and completion; else it reads a line at a time
/// from standard input, and the exit code is 0 where the last command's was, else 1. The shell
/// starts with a copy of the working folder's files (not of hidden and big ones); what it
/// writes stays in memory (`save FILE` on a terminal writes one to the disk). The world
/// settles between commands.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  echo 'kubectl get nodes' | portolan shell --world worlds/three-nodes.yaml
  echo 'k get svc' | portolan shell --output json")]
pub(super) struct ShellCommand {
    #[command(flatten)]
    world: World,
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
    stdout: String,
    stderr: String,
}

impl ShellCommand {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let cluster = self.world.load(streams)?;
        let copied = working_folder()?;
        if let Some(note) = &copied.note {
            writeln!(streams.err, "note: {}", clean_line(note))?;
        }
        let console = Console::new(cluster, copied.files);
        let on_terminal = stdin().is_terminal() && stdout().is_terminal();
        if on_terminal && self.output == Output::Human {
            let console = ConsoleStart { console: Box::new(console), title: self.world.title() };
            let flags = self.looks.flags();
            let options = Options { flags, console: Some(console), ..Options::default() };
            return on_screen(&options);
        }
        lines(console, self.output, streams)
    }
}

/// Runs the lines of standard input, one after the other.
fn lines(mut console: Console, output: Output, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
    let mut exit = 0;
    let mut reader = BufReader::new(&mut *streams.input);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let n = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes)?;
        if n == 0 {
            break;
        }
        if n as u64 == MAX_LINE && bytes.last() != Some(&b'\n') {
            skip_line(&mut reader)?;
        }
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_end_matches(['\n', '\r']);
        let outcome = console.line(line);
        exit = outcome.exit;
        match output {
            Output::Human => {
                say(&outcome, streams.out, streams.err)?;
                if outcome.wants == Wants::Close {
                    return Ok(code(exit));
                }
            }
            Output::Json if line.trim().is_empty() => {}
            Output::Json => {
                let (stdout, stderr) = (outcome.stdout(), outcome.stderr());
                let told = Told { cmd: line, exit: outcome.exit, stdout, stderr };
                serde_json::to_writer(&mut *streams.out, &told)?;
                writeln!(streams.out)?;
                streams.out.flush()?;
            }
        }
    }
    // A here-document that is open ends with the input: its line was told of already.
    let outcome = console.end_of_input();
    if !outcome.said.is_empty() {
        exit = outcome.exit;
        match output {
            Output::Human => say(&outcome, streams.out, streams.err)?,
            Output::Json => {
                write!(streams.err, "{}{}", outcome.stdout(), outcome.stderr())?;
            }
        }
    }
    Ok(code(exit))
}

fn code(exit: u8) -> Exit {
    if exit == 0 { Exit::Yes } else { Exit::No }
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

fn say(
    outcome: &Outcome,
    out: &mut dyn std::io::Write,
    err: &mut dyn std::io::Write,
) -> anyhow::Result<()> {
    for (stream, text) in &outcome.said {
        match stream {
            Stream::Out => out.write_all(text.as_bytes())?,
            Stream::Err => err.write_all(text.as_bytes())?,
        }
    }
    out.flush()?;
    Ok(())
}
