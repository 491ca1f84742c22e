//! `portolan pack`: packs in folders.

use super::pack_fetch::count;
use super::{Exit, Output, Streams};
use crate::content::{self, Files, PackProblem};
use crate::prove::{self, Failure, Subject};
use crate::runtime::packs;
use anyhow::Context;
use serde_json::json;
use std::path::PathBuf;

/// Work with packs of lessons and quizzes
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  portolan pack check my-pack")]
pub(super) struct PackCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    New(super::pack_new::New),
    Check(Check),
    List(super::pack_list::List),
    Install(super::pack_install::Install),
    Update(super::pack_update::Update),
    Remove(super::pack_remove::Remove),
    Lock(super::pack_lock::WriteLock),
    Schema(super::pack_schema::Schema),
}

/// Check a pack: its files, and that everything it claims is so
///
/// Flows must show what they expect, starters must fail, solutions must earn all points.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan pack check my-pack\n\nExit codes: 0 nothing is wrong, 1 \
                  something is, 2 could not tell."
)]
struct Check {
    /// The pack's folder: the one with pack.toml
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// json: one object
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
}

impl PackCommand {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        match self.command {
            Command::New(new) => new.run(streams),
            Command::Check(check) => check.run(streams),
            Command::List(list) => list.run(streams),
            Command::Install(install) => install.run(streams),
            Command::Update(update) => update.run(streams),
            Command::Remove(remove) => remove.run(streams),
            Command::Lock(lock) => lock.run(streams),
            Command::Schema(schema) => schema.run(streams),
        }
    }
}

impl Check {
    fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let (files, mut problems) = packs::read_folder(&self.folder)
            .with_context(|| format!("the folder {} can't be read", self.folder.display()))?;
        let (pack, more) = content::load(&files);
        problems.extend(more);
        let mut n_claims = 0;
        if let Some(pack) = &pack {
            let proof = prove::prove(pack);
            n_claims = proof.n_claims;
            problems.extend(proof.failures.iter().map(|failure| placed(failure, &files)));
        }
        problems.sort();
        let pack = pack.unwrap_or_default();
        let n_questions: usize = pack.quizzes.values().map(|quiz| quiz.questions.len()).sum();
        match self.output {
            Output::Human => {
                for problem in &problems {
                    writeln!(streams.out, "{problem}")?;
                }
                let counts = [
                    count(pack.lessons.len(), "lesson", "lessons"),
                    count(pack.quizzes.len(), "quiz", "quizzes"),
                    count(n_questions, "question", "questions"),
                    count(pack.worlds.len(), "world", "worlds"),
                    count(n_claims, "claim", "claims"),
                ];
                let verdict = match problems.len() {
                    0 => "nothing is wrong".to_owned(),
                    n => count(n, "problem", "problems"),
                };
                let name = if pack.id.is_empty() { "no pack" } else { pack.id.as_str() };
                writeln!(streams.out, "{name}: {}; {verdict}.", counts.join(", "))?;
            }
            Output::Json => {
                let list: Vec<_> = problems
                    .iter()
                    .map(|problem| {
                        json!({
                            "file": problem.file,
                            "line": problem.line,
                            "column": problem.column,
                            "message": problem.message,
                            "remedy": problem.remedy,
                        })
                    })
                    .collect();
                let line = json!({
                    "pack": pack.id,
                    "version": pack.version,
                    "lessons": pack.lessons.len(),
                    "quizzes": pack.quizzes.len(),
                    "questions": n_questions,
                    "worlds": pack.worlds.len(),
                    "claims": n_claims,
                    "problems": list,
                });
                writeln!(streams.out, "{line}")?;
            }
        }
        Ok(if problems.is_empty() { Exit::Yes } else { Exit::No })
    }
}

/// A claim that does not hold, at the place of its step, question or world.
fn placed(failure: &Failure, files: &Files) -> PackProblem {
    let (path, id) = match &failure.at {
        Subject::World(name) => (format!("worlds/{name}.yaml"), None),
        Subject::Advice(id) => ("guide.toml".to_owned(), Some(id)),
        Subject::Step { lesson, step } => (format!("lessons/{lesson}.toml"), Some(step)),
        Subject::Question { quiz, question } => (format!("quizzes/{quiz}.toml"), Some(question)),
    };
    let at = id.and_then(|id| content::place_of_id(files.get(&path)?, id));
    let (line, column) = at.map_or((0, 0), |at| (at.line, at.column));
    let problem = PackProblem::of_file(&path, &failure.message, &failure.remedy);
    PackProblem { line, column, ..problem }
}
