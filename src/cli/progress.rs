//! `portolan progress`: what is done.

use super::packs::PackArgs;
use super::progress_move::{Export, Import, Reset};
use super::{Exit, Output, Streams, data_state};
use crate::content::{Lesson, Pack, StepKind};
use crate::progress::{State, step_key};
use serde_json::{Value, json};

/// Your progress
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan progress show\n  portolan progress export -o progress.jsonl"
)]
pub(super) struct Progress {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Show(Show),
    Export(Export),
    Import(Import),
    Reset(Reset),
}

/// Show what is done, and what comes next
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan progress show\n  portolan progress show --output json"
)]
struct Show {
    #[command(flatten)]
    packs: PackArgs,
    /// json: one object a line for each lesson
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
}

impl Progress {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        match self.command {
            Command::Show(command) => command.run(streams),
            Command::Export(command) => command.run(streams),
            Command::Import(command) => command.run(streams),
            Command::Reset(command) => command.run(streams),
        }
    }
}

impl Show {
    fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let packs = self.packs.load(streams)?;
        let state = data_state(streams)?;
        for pack in &packs {
            match self.output {
                Output::Human => human(pack, &state, streams)?,
                Output::Json => {
                    for lesson in &pack.lessons {
                        writeln!(streams.out, "{}", lesson_json(pack, lesson, &state))?;
                    }
                }
            }
        }
        Ok(Exit::Yes)
    }
}

fn human(pack: &Pack, state: &State, streams: &mut Streams<'_>) -> anyhow::Result<()> {
    let (mut n_done, mut n_steps, mut points, mut max) = (0, 0, 0.0, 0);
    let width = pack.lessons.iter().map(|lesson| lesson.id.len()).max().unwrap_or(0);
    let mut lines = String::new();
    for lesson in &pack.lessons {
        let progress = state.lesson_progress(pack, lesson);
        n_done += progress.n_done;
        n_steps += progress.n_steps;
        points += progress.points;
        max += progress.max;
        lines.push_str(&format!(
            "  {:width$}  {}/{} steps  {}/{} points\n",
            lesson.id, progress.n_done, progress.n_steps, progress.points, progress.max
        ));
    }
    writeln!(streams.out, "{}: {n_done}/{n_steps} steps, {points}/{max} points", pack.title)?;
    write!(streams.out, "{lines}")?;
    match state.next(pack) {
        Some((lesson, step)) => {
            let lesson = &pack.lessons[lesson];
            writeln!(
                streams.out,
                "Next: {}/{}, {}",
                lesson.id, lesson.steps[step].id, lesson.title
            )?;
        }
        None => writeln!(streams.out, "All done.")?,
    }
    Ok(())
}

fn lesson_json(pack: &Pack, lesson: &Lesson, state: &State) -> Value {
    let progress = state.lesson_progress(pack, lesson);
    let steps: Vec<Value> = lesson
        .steps
        .iter()
        .map(|step| {
            let mut line = json!({"id": step.id, "done": state.is_done(pack, lesson, step)});
            match &step.kind {
                StepKind::Exercise(exercise) => {
                    let known = state.step(&step_key(pack, lesson, step));
                    let done = known.map(|step| step.exercise.clone()).unwrap_or_default();
                    line["points"] = done.points.into();
                    line["max"] = exercise.max_points().into();
                    line["attempts"] = done.n_attempts.into();
                    line["hints"] = done.n_hints.into();
                }
                StepKind::Quiz { quiz } => {
                    if let Some(quiz) = pack.quizzes.get(quiz) {
                        let progress = state.quiz_progress(pack, quiz);
                        line["answered"] = progress.n_answered.into();
                        line["right"] = progress.n_right.into();
                        line["questions"] = progress.n_questions.into();
                    }
                }
                StepKind::Text { .. } | StepKind::Flow(_) => {}
            }
            line
        })
        .collect();
    json!({
        "pack": pack.id,
        "lesson": lesson.id,
        "done": progress.is_done(),
        "points": progress.points,
        "max": progress.max,
        "steps": steps,
    })
}
