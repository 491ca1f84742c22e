//! `portolan pack check`: everything that is wrong in a pack.

use super::pack_fetch::{count, n_questions};
use super::{Exit, Output, Streams};
use crate::runtime::packs::{Checked, look};
use anyhow::Context;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Check a pack: its files, and that everything it claims is so
///
/// Flows must show what they expect, starters must fail, solutions must earn all points, and
/// what is nearly the solution must not. Links must lead somewhere, and texts must fit where
/// the terminal has 80 columns.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  portolan pack check my-pack\n  portolan pack check my-pack \
                  --watch\n  portolan pack check my-pack --watch=nodeport\n\nExit codes: 0 nothing \
                  is wrong, 1 something is, 2 could not tell.")]
pub(super) struct Check {
    /// The pack's folder: the one with pack.toml
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Check again at each save, until Ctrl-C; with a lesson (or LESSON/STEP), show it in the
    /// tutor as you save it
    #[arg(
        long,
        value_name = "LESSON",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    watch: Option<String>,
    /// json: one object a line for each check
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
}

impl Check {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        match self.watch.as_deref() {
            None => check(&self.folder, self.output, streams.out),
            Some("") => super::pack_watch::watch(&self.folder, self.output, streams),
            Some(lesson) => super::pack_watch::preview(&self.folder, lesson),
        }
    }
}

/// Checks the pack once and tells what is wrong.
///
/// # Errors
/// When the folder itself can't be read.
pub(super) fn check(folder: &Path, output: Output, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let (checked, files) =
        look(folder).with_context(|| format!("the folder {} can't be read", folder.display()))?;
    let checked = checked.proved(&files);
    match output {
        Output::Human => human(&checked, out)?,
        Output::Json => writeln!(out, "{}", as_json(&checked, folder))?,
    }
    Ok(if checked.problems.is_empty() { Exit::Yes } else { Exit::No })
}

fn human(checked: &Checked, out: &mut dyn Write) -> anyhow::Result<()> {
    let nothing = Default::default();
    let pack = checked.pack.as_ref().unwrap_or(&nothing);
    for problem in &checked.problems {
        writeln!(out, "{problem}")?;
    }
    let counts = [
        count(pack.lessons.len(), "lesson", "lessons"),
        count(pack.quizzes.len(), "quiz", "quizzes"),
        count(n_questions(pack), "question", "questions"),
        count(pack.worlds.len(), "world", "worlds"),
        count(checked.n_claims, "claim", "claims"),
    ];
    let verdict = match checked.problems.len() {
        0 => "nothing is wrong".to_owned(),
        n => count(n, "problem", "problems"),
    };
    let name = if pack.id.is_empty() { "no pack" } else { pack.id.as_str() };
    writeln!(out, "{name}: {}; {verdict}.", counts.join(", "))?;
    Ok(())
}

fn as_json(checked: &Checked, folder: &Path) -> serde_json::Value {
    let nothing = Default::default();
    let pack = checked.pack.as_ref().unwrap_or(&nothing);
    let list: Vec<_> = checked
        .problems
        .iter()
        .map(|problem| {
            json!({
                "file": problem.file,
                // As an editor finds it from the folder in which this was started.
                "path": folder.join(&problem.file).display().to_string(),
                "line": problem.line,
                "column": problem.column,
                "message": problem.message,
                "remedy": problem.remedy,
            })
        })
        .collect();
    json!({
        "pack": pack.id,
        "version": pack.version,
        "lessons": pack.lessons.len(),
        "quizzes": pack.quizzes.len(),
        "questions": n_questions(pack),
        "worlds": pack.worlds.len(),
        "claims": checked.n_claims,
        "problems": list,
    })
}
