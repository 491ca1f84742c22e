//! `portolan grade`: files against an exercise's goals.

use super::packs::{LoadedPack, PackArgs, find_lesson};
use super::{Exit, Streams};
use crate::cluster::Cluster;
use crate::content::{Exercise, StepKind};
use crate::grade::{self, Grade};
use crate::source::{clean, clean_line};
use anyhow::{Context, bail};
use serde_json::json;
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
    /// Manifests; - is standard input
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
                    writeln!(streams.err, "error: {}: {error}", clean_line(&shown))?;
                    worst = Exit::Unknown;
                    continue;
                }
            };
            let graded = grade::grade(&base, &exercise.goals, &shown, &text);
            match self.output {
                Output::Human => human(streams, &shown, &graded)?,
                Output::Json => writeln!(streams.out, "{}", line(&shown, &name, &graded))?,
                Output::Csv => {
                    let goals = graded.goals.iter().map(|goal| goal.earned.to_string());
                    let row = [
                        shown,
                        name.clone(),
                        graded.points.to_string(),
                        graded.max.to_string(),
                        graded.passed.to_string(),
                    ];
                    let row: Vec<String> = row.into_iter().chain(goals).collect();
                    csv_row(streams, row.iter().map(String::as_str))?;
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
fn find_exercise<'p>(
    packs: &'p [LoadedPack],
    name: &str,
) -> anyhow::Result<(String, &'p Exercise, Cluster)> {
    let Some((lesson_name, step_id)) = name.rsplit_once('/') else {
        bail!("`{}` names no exercise; write LESSON/STEP", clean_line(name));
    };
    let (pack, lesson) = find_lesson(packs, lesson_name)?;
    let exercises: Vec<(&str, &Exercise)> = lesson
        .steps
        .iter()
        .filter_map(|step| match &step.kind {
            StepKind::Exercise(exercise) => Some((step.id.as_str(), exercise.as_ref())),
            _ => None,
        })
        .collect();
    let Some((_, exercise)) = exercises.iter().find(|(id, _)| *id == step_id) else {
        let there: Vec<&str> = exercises.iter().map(|(id, _)| *id).collect();
        let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
        bail!(
            "the lesson `{}` has no exercise `{}`; its exercises: {there}",
            lesson.id,
            clean_line(step_id)
        );
    };
    let base = grade::setup(pack, &lesson.world, &exercise.existing)
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
        entries.sort_by_key(fs::DirEntry::file_name);
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

fn read_text(path: &Path, streams: &mut Streams<'_>) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        (&mut *streams.input).take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > MAX_BYTES {
        bail!("it has more than {MAX_BYTES} bytes, which the API server would refuse");
    }
    // Bytes that are no text become marks; kubectl's parser then says where.
    Ok(String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into()))
}

fn human(streams: &mut Streams<'_>, file: &str, grade: &Grade) -> anyhow::Result<()> {
    let verdict = if grade.passed { "passed" } else { "not passed" };
    let file = clean_line(file);
    writeln!(streams.out, "{file}: {verdict}, {} of {} points", grade.points, grade.max)?;
    if !grade.applied.is_accepted() {
        writeln!(streams.out, "  kubectl refuses it:")?;
        for line in clean(&grade.applied.stderr).lines() {
            writeln!(streams.out, "    {line}")?;
        }
        return Ok(());
    }
    for goal in &grade.goals {
        let mark = if goal.met { "yes" } else { "no " };
        writeln!(
            streams.out,
            "  {mark}  {}/{}  {}",
            goal.earned,
            goal.points,
            clean_line(&goal.say)
        )?;
        if let Some(evidence) = &goal.evidence
            && !goal.met
        {
            writeln!(streams.out, "            {}", clean_line(&evidence.say))?;
        }
    }
    Ok(())
}

fn line(file: &str, exercise: &str, grade: &Grade) -> serde_json::Value {
    let goals: Vec<_> = grade
        .goals
        .iter()
        .map(|goal| {
            let evidence = goal.evidence.as_ref();
            json!({
                "say": goal.say,
                "points": goal.points,
                "earned": goal.earned,
                "met": goal.met,
                "wanted": evidence.map(|e| &e.wanted),
                "found": evidence.map(|e| &e.found),
                "why": evidence.map(|e| &e.say),
            })
        })
        .collect();
    json!({
        "file": file,
        "exercise": exercise,
        "points": grade.points,
        "max": grade.max,
        "passed": grade.passed,
        "goals": goals,
        "exit": grade.applied.exit,
        "stdout": grade.applied.stdout,
        "stderr": grade.applied.stderr,
    })
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
