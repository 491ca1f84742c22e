//! `portolan progress export|import|reset`: progress taken along, and begun anew.

use super::{Exit, Streams};
use crate::runtime::{journal, paths};
use anyhow::{Context, bail, ensure};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Bytes of a file of progress at most.
const MAX_BYTES: u64 = 256 << 20;

/// Write your progress to a file, to take it along or to keep it
///
/// A line of JSON for each thing that was done.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan progress export -o progress.jsonl\n  portolan progress \
                  export | wc -l"
)]
pub(super) struct Export {
    /// The file, which must not be there yet; standard output unless given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let bytes = journal::export(&paths::data_dir()?)?;
        let Some(path) = self.output else {
            streams.out.write_all(&bytes)?;
            return Ok(Exit::Yes);
        };
        let shown = path.display();
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .with_context(|| format!("{shown} can't be made; give another name"))?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).with_context(|| shown.to_string())?;
        let n = bytes.iter().filter(|b| **b == b'\n').count();
        writeln!(streams.err, "{shown}: {}.", entries(n))?;
        Ok(Exit::Yes)
    }
}

/// Add the progress of another computer to yours
///
/// What both have counts once. The journal as it was is kept beside it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan progress import progress.jsonl\n\nExit codes: 0 it is \
                        in your progress, 2 it is not."
)]
pub(super) struct Import {
    /// A file that `progress export` wrote; - is standard input
    file: PathBuf,
}

impl Import {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let shown = self.file.display();
        let bytes = read(&self.file, streams).with_context(|| format!("{shown} can't be read"))?;
        ensure!(bytes.len() as u64 <= MAX_BYTES, "{shown} has more than {MAX_BYTES} bytes");
        let imported = journal::import(&paths::data_dir()?, &bytes)?;
        let n_read = imported.n_new + imported.n_known;
        if n_read == 0 {
            bail!("{shown} holds no progress: give a file that `portolan progress export` wrote");
        }
        if imported.n_broken > 0 {
            let n = imported.n_broken;
            let lines = if n == 1 { "1 line is".to_owned() } else { format!("{n} lines are") };
            writeln!(streams.err, "note: {lines} no progress, and left out.")?;
        }
        let known = match imported.n_known {
            0 => String::new(),
            n => format!(", {n} were there already"),
        };
        writeln!(streams.err, "{} added{known}.", entries(imported.n_new))?;
        if let Some(kept) = imported.kept {
            writeln!(streams.err, "Your journal as it was is {}.", kept.display())?;
        }
        Ok(Exit::Yes)
    }
}

/// Begin anew: nothing is done any more
///
/// The journal as it was is kept beside the new one; `progress import` brings it back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  portolan progress reset --yes")]
pub(super) struct Reset {
    /// Do it: without this it is only said what would be done
    #[arg(long)]
    yes: bool,
}

impl Reset {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let dir = paths::data_dir()?;
        if !self.yes {
            let bytes = journal::export(&dir)?;
            let n = bytes.iter().filter(|b| **b == b'\n').count();
            let shown = dir.display();
            writeln!(
                streams.err,
                "{} in {shown} would not count any more. With --yes it is done.",
                entries(n)
            )?;
            return Ok(Exit::Unknown);
        }
        match journal::reset(&dir)? {
            Some(kept) => {
                let kept = kept.display();
                writeln!(
                    streams.err,
                    "Your progress begins anew. What was done is kept in {kept}; \
                     `portolan progress import` brings it back."
                )?;
            }
            None => writeln!(streams.err, "Nothing was done yet.")?,
        }
        Ok(Exit::Yes)
    }
}

fn entries(n: usize) -> String {
    if n == 1 { "1 entry".to_owned() } else { format!("{n} entries") }
}

fn read(path: &Path, streams: &mut Streams<'_>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        (&mut *streams.input).take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
