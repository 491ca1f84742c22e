//! `portolan grade`: files against an exercise's goals.

use super::graded::{self, Verdict};
use super::packs::{LoadedPack, PackArgs, find_lesson};
use super::{Exit, Streams};
use crate::cluster::Cluster;
use crate::content::{Exercise, Step, StepKind};
use crate::grade;
use crate::manifest;
use crate::source::clean_line;
use crate::source::sort;
use anyhow::{Context, bail};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes of a manifest at most: what the API server's limit of 3 MiB for a request leaves.
const MAX_BYTES: u64 = 3 * 1024 * 1024;
/// Folders inside folders that `--all` goes into at most.
const MAX_DEPTH: usize = 4;

/// Grade manifests against an exercise: each file on its own
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan grade nodeport/keep-the-address service.yaml\n  portolan \
                  grade nodeport/keep-the-address --all submissions --output csv\n\nExit codes: 0 \
                  all passed, 1 some failed, 2 could not tell."
)]
pub(super) struct GradeFiles {
    /// LESSON/STEP or PACK/LESSON/STEP
    exercise: String,
    /// Manifests, or commands for the console in a file that ends in .sh; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "all")]
    files: Vec<PathBuf>,
    /// Grade every .yaml, .yml and .json file in this folder and the folders in it
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    all: Option<PathBuf>,
    #[command(flatten)]
    packs: PackArgs,
    /// json: one object a line for each file; csv: one row for each file
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    Human,
    Json,
    Csv,
}

impl GradeFiles {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let packs = self.packs.load(streams)?;
        let (name, exercise, base) = find_exercise(&packs, &self.exercise)?;
        let files = match &self.all {
            Some(dir) => manifests_in(dir)?,
            None => {
                self.files.iter().map(|file| (file.clone(), file.display().to_string())).collect()
            }
        };
        if self.output == Output::Csv {
            let goals = exercise.goals.iter().map(|goal| goal.say.as_str());
            let head = ["file", "exercise", "points", "max", "passed"].into_iter().chain(goals);
            csv_row(streams, head)?;
        }
        let mut worst = Exit::Yes;
        for (path, shown) in files {
            let text = match read_text(&path, streams) {
                Ok(text) => text,
                Err(error) => {
                    let error = error.to_string();
                    let told = (clean_line(&shown), clean_line(&error));
                    writeln!(streams.err, "error: {}: {}", told.0, told.1)?;
                    // Programs get a line for every file, or a submission would get lost.
                    let max = exercise.max_points();
                    match self.output {
                        Output::Human => {}
                        Output::Json => {
                            let line = graded::unread(&shown, &name, max, &error);
                            writeln!(streams.out, "{line}")?;
                        }
                        Output::Csv => {
                            let goals = exercise.goals.iter().map(|_| 0);
                            csv_graded(streams, &shown, &name, (0, max, false), goals)?;
                        }
                    }
                    worst = Exit::Unknown;
                    continue;
                }
            };
            let verdict = Verdict::of(exercise, &base, &shown, &text);
            let graded = &verdict.grade;
            match self.output {
                Output::Human => {
                    for line in verdict.lines() {
                        writeln!(streams.out, "{line}")?;
                    }
                }
                Output::Json => writeln!(streams.out, "{}", verdict.json(&name))?,
                Output::Csv => {
                    let total = (graded.points, graded.max, graded.passed);
                    let goals = graded.goals.iter().map(|goal| goal.earned);
                    csv_graded(streams, &shown, &name, total, goals)?;
                }
            }
            if !graded.passed {
                worst = worst.max(Exit::No);
            }
        }
        Ok(worst)
    }
}

/// The exercise's full name, itself, and the cluster before anything is written.
pub(super) fn find_exercise<'p>(
    packs: &'p [LoadedPack],
    name: &str,
) -> anyhow::Result<(String, &'p Exercise, Cluster)> {
    let Some((lesson_name, step_id)) = name.rsplit_once('/') else {
        bail!("`{}` names no exercise; write LESSON/STEP", clean_line(name));
    };
    let (pack, lesson) = find_lesson(packs, lesson_name)?;
    let exercises: Vec<(&Step, &Exercise)> = lesson
        .steps
        .iter()
        .filter_map(|step| match &step.kind {
            StepKind::Exercise(exercise) => Some((step, exercise.as_ref())),
            _ => None,
        })
        .collect();
    let Some((step, exercise)) = exercises.iter().find(|(step, _)| step.id == step_id) else {
        let there: Vec<&str> = exercises.iter().map(|(step, _)| step.id.as_str()).collect();
        let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
        bail!(
            "the lesson `{}` has no exercise `{}`; its exercises: {there}",
            lesson.id,
            clean_line(step_id)
        );
    };
    let base = grade::setup(pack, &step.world, &exercise.existing)
        .context("the exercise can't be set up")?;
    Ok((format!("{}/{}/{step_id}", pack.id, lesson.id), exercise, base))
}

/// The manifests in `dir` and the folders in it, by name, with their names from `dir`. Links
/// and hidden files are passed over.
fn manifests_in(dir: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    fn walk(
        dir: &Path,
        root: &Path,
        depth: usize,
        found: &mut Vec<(PathBuf, String)>,
    ) -> io::Result<()> {
        let mut entries = fs::read_dir(dir)?.collect::<io::Result<Vec<_>>>()?;
        sort::sort_by_key(&mut entries, fs::DirEntry::file_name);
        for entry in entries {
            let (kind, path) = (entry.file_type()?, entry.path());
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let ending = path.extension().and_then(|ending| ending.to_str());
            if kind.is_dir() && depth < MAX_DEPTH {
                walk(&path, root, depth + 1, found)?;
            } else if kind.is_file() && matches!(ending, Some("yaml" | "yml" | "json")) {
                let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                found.push((path, shown));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(dir, dir, 0, &mut found)
        .with_context(|| format!("the folder {} can't be read", dir.display()))?;
    if found.is_empty() {
        bail!("{} holds no .yaml, .yml or .json file", dir.display());
    }
    Ok(found)
}

pub(super) fn read_text(path: &Path, streams: &mut Streams<'_>) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        (&mut *streams.input).take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > MAX_BYTES {
        bail!("it has more than {MAX_BYTES} bytes, which the API server would refuse");
    }
    // As kubectl reads bytes; where they are no text, its parser says where.
    Ok(manifest::decode_bytes(&bytes))
}

/// A file's row: its points, those to be had, passed or not; then each goal's.
fn csv_graded(
    streams: &mut Streams<'_>,
    file: &str,
    exercise: &str,
    (points, max, passed): (u32, u32, bool),
    goals: impl Iterator<Item = u32>,
) -> io::Result<()> {
    let total = [points.to_string(), max.to_string(), passed.to_string()];
    let goals: Vec<String> = goals.map(|earned| earned.to_string()).collect();
    let cells = [file, exercise].into_iter();
    csv_row(streams, cells.chain(total.iter().chain(&goals).map(String::as_str)))
}

/// One row as RFC 4180 has it. A cell that a spreadsheet would take for a formula gets a
/// quotation mark in front, as file names come from others.
fn csv_row<'c>(streams: &mut Streams<'_>, cells: impl Iterator<Item = &'c str>) -> io::Result<()> {
    let cells: Vec<String> = cells
        .map(|cell| {
            let cell = clean_line(cell);
            let guard = if cell.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
            if cell.contains([',', '"']) {
                format!("\"{guard}{}\"", cell.replace('"', "\"\""))
            } else {
                format!("{guard}{cell}")
            }
        })
        .collect();
    write!(streams.out, "{}\r\n", cells.join(","))
}
