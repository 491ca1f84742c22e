//! `portolan kubectl`: one command against a saved world.

use super::folder::named_files;
use super::world::Playground;
use super::{Exit, Streams, say};
use crate::cluster::Kept;
use crate::kubectl::Console;
use anyhow::Context;
use std::io::{BufWriter, Read};
use std::path::{Path, PathBuf};

/// The most that is read of a saved world or of standard input.
const MAX_BYTES: u64 = 256 << 20;

/// One kubectl command against a saved world
///
/// The world is read from FILE, the command is run on it, the world settles and is written
/// back. Where FILE is not there, the world of --world is saved in it. Files that the command
/// names are read, and never written. The exit code is kubectl's.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portolan kubectl --state w.json --world worlds/three-nodes.yaml create deploy web --image=nginx
  portolan kubectl --state w.json get pods -o wide
  portolan kubectl --state w.json apply -f - < svc.yaml")]
pub(super) struct KubectlCommand {
    #[command(flatten)]
    world: Playground,
    /// The saved world: made where it is not there, else read and written
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// kubectl's words: all that follows the first of them; `--` may stand before it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    words: Vec<String>,
}

impl KubectlCommand {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let path = &self.state;
        let files = named_files(&self.words);
        let mut text = String::new();
        let mut only_looks = false;
        let mut console = match std::fs::File::open(path) {
            Ok(file) => {
                // All of it, and one byte to see that no more comes.
                let size = file.metadata().map_or(0, |about| about.len()).min(MAX_BYTES);
                text.reserve(usize::try_from(size).unwrap_or(0) + 1);
                file.take(MAX_BYTES)
                    .read_to_string(&mut text)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                let looking = Console::to_look(&text, &files, &self.words);
                only_looks = looking.is_some();
                looking
                    .map_or_else(|| Console::restored(&text, files), Ok)
                    .map_err(|why| anyhow::anyhow!("{} cannot be used: {why}", path.display()))?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Console::new(self.world.load(streams)?, files)
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let input = self.reads_input().then(|| {
            let mut bytes = Vec::new();
            let read = streams.input.take(MAX_BYTES).read_to_end(&mut bytes);
            read.context("cannot read standard input").map(|_| bytes)
        });
        // Lines of it that hold the same afterwards are written as they are.
        let kept = (!only_looks && !text.is_empty()).then(|| console.cluster.keep());
        let outcome = console.kubectl(&self.words, input.transpose()?);
        save(path, &console, &text, kept.as_ref())
            .with_context(|| format!("cannot write {}", path.display()))?;
        say(&outcome, (streams.out, streams.err))?;
        // The program ends here: to take a large world apart would take longer than the command.
        std::mem::forget((console, text, kept));
        Ok(match outcome.exit {
            0 => Exit::Yes,
            code => Exit::Other(code),
        })
    }

    /// Whether the command reads stdin: `-f -`, or a shell in a Pod.
    fn reads_input(&self) -> bool {
        let reads = |word: &String| {
            matches!(
                &**word,
                "-" | "-f-" | "-f=-" | "--filename=-" | "--stdin" | "-i" | "-it" | "-ti"
            )
        };
        self.words.iter().any(reads)
    }
}

/// Writes a file whole, or not at all. It was read as `text`, if that is not empty; where nothing
/// is kept of it, nothing but the clock has moved.
fn save(path: &Path, console: &Console, text: &str, kept: Option<&Kept>) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    let write = || {
        let mut file = BufWriter::new(std::fs::File::create(&new)?);
        match kept {
            None if !text.is_empty() => console.save_clock(text, &mut file)?,
            kept => console.save(&mut file, kept.map(|kept| (text, kept)))?,
        }
        file.into_inner()?.sync_all()?;
        std::fs::rename(&new, path)
    };
    write().inspect_err(|_| {
        // The half-written file is of no use.
        let _ = std::fs::remove_file(&new);
    })
}
