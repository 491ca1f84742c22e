//! `portolan shell`: kubectl and a small shell on a world, a line at a time.

use super::looks::Looks;
use super::tutor::on_screen;
use super::world::World;
use super::{Exit, Streams};
use crate::kubectl::{Console, Files, Outcome, Stream};
use crate::runtime::tutor::{ConsoleStart, Options};
use anyhow::Context;
use serde::Serialize;
use std::io::{BufRead, BufReader, IsTerminal, Read, stdin, stdout};

/// The longest line that is read.
const MAX_LINE: u64 = 1 << 20;
/// The biggest file of the working folder that is copied.
const MAX_FILE: u64 = 4 << 20;

/// kubectl and a small shell on a world
///
/// On a terminal it is a console with history and completion; else it reads a line at a time
/// from standard input. The shell starts with a copy of the working
/// folder's files; what it writes stays in memory (`save FILE` on a terminal
/// writes one to the disk). The world settles between commands.
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
        let mut console = Console::new(cluster, working_folder()?);
        let on_terminal = stdin().is_terminal() && stdout().is_terminal();
        if on_terminal && self.output == Output::Human {
            let console = ConsoleStart { console: Box::new(console), title: self.world.title() };
            let flags = self.looks.flags();
            let options = Options { flags, console: Some(console), ..Options::default() };
            return on_screen(&options);
        }
        let mut exit = 0;
        let mut reader = BufReader::new(&mut *streams.input);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let n = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes)?;
            if n == 0 {
                break;
            }
            let line = String::from_utf8_lossy(&bytes);
            let line = line.trim_end_matches(['\n', '\r']);
            let outcome = console.line(line);
            exit = outcome.exit;
            match self.output {
                Output::Human => say(&outcome, streams.out, streams.err)?,
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
        Ok(if exit == 0 { Exit::Yes } else { Exit::No })
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
    Ok(())
}

/// A copy of the working folder's files: those that lie right in it and are not too big.
fn working_folder() -> anyhow::Result<Files> {
    let mut files = Files::default();
    for entry in std::fs::read_dir(".").context("cannot read the working folder")? {
        let entry = entry?;
        let small = entry.metadata().is_ok_and(|m| m.is_file() && m.len() <= MAX_FILE);
        if let (true, Some(name)) = (small, entry.file_name().to_str())
            && let Ok(bytes) = std::fs::read(entry.path())
        {
            // A folder with more than there is room for is copied as far as it goes.
            let _ = files.write(name, &bytes);
        }
    }
    Ok(files)
}
