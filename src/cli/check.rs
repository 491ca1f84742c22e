//! `portolan check`: what kubectl and the API server say about a manifest.

use super::check_files::{Input, Unread, read};
use super::check_human::Drawing;
use super::check_json;
use super::world::World;
use super::{Exit, Streams};
use crate::advise::advise_reading;
use crate::cluster::Cluster;
use crate::kubectl::{Applied, ApplyOptions, FolderFile, apply, apply_folder, apply_reading};
use crate::manifest::{self, Reading};
use crate::source::sort;
use crate::source::{clean, clean_line};
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Files are judged side by side, this many bytes and files before anything is written, so
/// that memory stays bounded.
const BATCH_BYTES: u64 = 8 << 20;
const BATCH_FILES: usize = 256;

/// The stack of a judging thread: as large as the main thread's.
const STACK: usize = 8 << 20;

/// Say what kubectl and the API server say about manifests
///
/// Each file is applied to its own copy of the cluster. What is refused is shown with its
/// place, the server's words, and what to do. A folder stands for the .json, .yaml and .yml
/// files in it, which are applied one after another, as kubectl does it.
///
/// Exit codes: 0 if all is accepted, 1 if something is refused, 2 if a file could not be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portolan check service.yaml
  portolan check --output json --world worlds/three-nodes.yaml *.yaml
  portolan check manifests/
  kubectl create service clusterip web --tcp=80 --dry-run=client -o yaml | portolan check -")]
pub(super) struct Check {
    /// Manifests, or folders of them; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// As kubectl's --dry-run=server: nothing is stored
    #[arg(long)]
    dry_run: bool,
    /// Apply this manifest first, silently
    #[arg(long, value_name = "FIRST")]
    after: Option<String>,
    /// kubectl's -n: the namespace, and no other is let through
    #[arg(short, long, value_name = "NS")]
    namespace: Option<String>,
    #[command(flatten)]
    world: World,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    /// Places, words and advice
    Human,
    /// Exactly what kubectl prints
    Kubectl,
    /// One object a line for each file
    Json,
}

/// What is to be written about one argument.
#[derive(Default)]
struct Told {
    out: Vec<u8>,
    err: Vec<u8>,
    exit: Option<Exit>,
}

impl Check {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let mut world = self.world.load(streams)?;
        if let Some(first) = &self.after {
            self.apply_first(&mut world, first, streams)?;
        }
        let mut worst = Exit::Yes;
        let mut files = self.files.iter().map(|file| Input::of(file)).peekable();
        while files.peek().is_some() {
            let mut batch = Vec::new();
            let mut n_bytes = 0;
            while batch.len() < BATCH_FILES && n_bytes < BATCH_BYTES {
                let Some(input) = files.next() else { break };
                n_bytes += input.n_bytes();
                // Only one can read standard input.
                let stdin = matches!(&input, Input::File(file) if file == "-")
                    .then(|| read("-", streams.input));
                batch.push((input, stdin));
            }
            for told in self.judge_all(&world, batch) {
                let told = told?;
                // Two streams in one terminal: what was printed comes first.
                streams.out.write_all(&told.out)?;
                if !told.err.is_empty() {
                    streams.out.flush()?;
                    streams.err.write_all(&told.err)?;
                }
                worst = worst.max(told.exit.unwrap_or(Exit::Yes));
            }
        }
        Ok(worst)
    }

    /// Judges inputs side by side, as many as there are cores; what is told comes in order.
    fn judge_all(
        &self,
        world: &Cluster,
        batch: Vec<(Input, Option<Result<String, Unread>>)>,
    ) -> Vec<io::Result<Told>> {
        let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
        let n_threads = n_threads.min(batch.len().div_ceil(8));
        if n_threads < 2 {
            return batch.into_iter().map(|(i, stdin)| self.judge(world, i, stdin)).collect();
        }
        let batch: Vec<_> = batch.into_iter().map(|one| std::sync::Mutex::new(Some(one))).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut told = Vec::new();
            loop {
                let idx = next.fetch_add(1, Ordering::Relaxed);
                let Some(slot) = batch.get(idx) else { return told };
                let one = slot.lock().ok().and_then(|mut slot| slot.take());
                if let Some((input, stdin)) = one {
                    told.push((idx, self.judge(world, input, stdin)));
                }
            }
        };
        let mut told: Vec<(usize, io::Result<Told>)> = std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..n_threads)
                .filter_map(|_| {
                    std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()
                })
                .collect();
            let mut told = work();
            for helper in helpers {
                match helper.join() {
                    Ok(more) => told.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            told
        });
        sort::sort_by_key(&mut told, |(idx, _)| *idx);
        told.into_iter().map(|(_, told)| told).collect()
    }

    fn judge(
        &self,
        world: &Cluster,
        input: Input,
        stdin: Option<Result<String, Unread>>,
    ) -> io::Result<Told> {
        let options = ApplyOptions { dry_run: self.dry_run, namespace: self.namespace.clone() };
        let mut told = Told::default();
        match input {
            Input::Folder(files) => {
                self.judge_folder(world, &files, &options, &mut told)?;
            }
            Input::Unread { folder, why } => self.tell_unread(&folder, &why, &mut told)?,
            Input::File(file) => match stdin.unwrap_or_else(|| read(&file, &mut io::empty())) {
                Err(Unread(why)) => self.tell_unread(&file, &why, &mut told)?,
                Ok(text) => {
                    let mut cluster = world.clone();
                    let reading = manifest::read(&text);
                    let name = kubectl_name(&file);
                    let mut applied =
                        apply_reading(&mut cluster, (name, &text), &reading, &options);
                    self.tell(&file, (&text, &reading), &cluster, &mut applied, &mut told)?;
                    if self.output == Output::Kubectl {
                        told.out.extend_from_slice(applied.stdout.as_bytes());
                        told.err.extend_from_slice(applied.stderr.as_bytes());
                    }
                }
            },
        }
        Ok(told)
    }

    /// One copy of the world for all files of a folder.
    fn judge_folder(
        &self,
        world: &Cluster,
        files: &[String],
        options: &ApplyOptions,
        told: &mut Told,
    ) -> io::Result<()> {
        let files: Vec<FolderFile> = files
            .iter()
            .map(|file| {
                let text = read(file, &mut io::empty()).map_err(|Unread(why)| why);
                let read = text.map(|text| {
                    let reading = manifest::read(&text);
                    (text, reading)
                });
                (file.clone(), read)
            })
            .collect();
        let mut cluster = world.clone();
        let mut folder = apply_folder(&mut cluster, &files, options);
        for ((file, read), applied) in files.iter().zip(&mut folder.files) {
            match read {
                Ok((text, reading)) => {
                    self.tell(file, (text, reading), &cluster, applied, told)?;
                }
                Err(why) if self.output != Output::Kubectl => self.tell_unread(file, why, told)?,
                Err(_) => {}
            }
        }
        if self.output == Output::Kubectl {
            told.out.extend_from_slice(folder.stdout.as_bytes());
            told.err.extend_from_slice(folder.stderr.as_bytes());
        }
        let exit = if folder.exit == 0 { Exit::Yes } else { Exit::No };
        told.exit = told.exit.max(Some(exit));
        Ok(())
    }

    fn apply_first(
        &self,
        world: &mut Cluster,
        first: &str,
        streams: &mut Streams<'_>,
    ) -> anyhow::Result<()> {
        let text = read(first, streams.input)
            .map_err(|Unread(why)| anyhow::anyhow!("--after: {}", clean_line(&why)))?;
        let options = ApplyOptions { dry_run: false, namespace: self.namespace.clone() };
        let applied = apply(world, kubectl_name(first), &text, &options);
        anyhow::ensure!(
            applied.is_accepted(),
            "--after: {} is refused: {}",
            clean_line(first),
            clean(applied.stderr.trim_end())
        );
        Ok(())
    }

    /// What came of one file, but for kubectl's own words.
    fn tell(
        &self,
        file: &str,
        (text, reading): (&str, &Reading),
        cluster: &Cluster,
        applied: &mut Applied,
        told: &mut Told,
    ) -> io::Result<()> {
        let exit = if applied.is_accepted() { Exit::Yes } else { Exit::No };
        told.exit = told.exit.max(Some(exit));
        match self.output {
            Output::Kubectl => {}
            Output::Human => {
                applied.findings.extend(advise_reading(cluster, reading));
                told.out.extend_from_slice(Drawing::new(file, text).draw(applied).as_bytes());
            }
            Output::Json => {
                applied.findings.extend(advise_reading(cluster, reading));
                check_json::write(&mut told.out, file, text, applied)?;
            }
        }
        Ok(())
    }

    fn tell_unread(&self, file: &str, why: &str, told: &mut Told) -> io::Result<()> {
        let stderr = format!("error: {why}\n");
        let mut exit = Exit::Unknown;
        match self.output {
            // kubectl answers a missing file as it answers a bad one.
            Output::Kubectl => {
                write!(told.err, "{stderr}")?;
                exit = Exit::No;
            }
            Output::Json => {
                let applied = Applied { exit: 1, stderr, ..Applied::default() };
                check_json::write(&mut told.out, file, "", &applied)?;
            }
            Output::Human => write!(told.err, "{}", clean(&stderr))?,
        }
        told.exit = told.exit.max(Some(exit));
        Ok(())
    }
}

/// What kubectl calls the file in its messages.
fn kubectl_name(file: &str) -> &str {
    if file == "-" { "STDIN" } else { file }
}
