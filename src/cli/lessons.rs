//! `portolan lessons`: what there is to learn, and how far one is.

use super::packs::PackArgs;
use super::{Exit, Streams, data_state};
use crate::content::StepKind;
use serde_json::json;

/// List the lessons, with your progress
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan lessons\n  portolan lessons --output json | jq -r .id"
)]
pub(super) struct Lessons {
    #[command(flatten)]
    packs: PackArgs,
    /// json: one object a line for each lesson
    #[arg(long, value_enum, default_value_t = super::Output::Human)]
    output: super::Output,
}

impl Lessons {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let packs = self.packs.load(streams)?;
        let state = data_state(streams)?;
        for pack in &packs {
            if self.output == super::Output::Human {
                if pack.id != packs[0].id {
                    writeln!(streams.out)?;
                }
                writeln!(streams.out, "{} ({} {})", pack.title, pack.id, pack.version)?;
            }
            let width = pack.lessons.iter().map(|lesson| lesson.id.len()).max().unwrap_or(0);
            for (idx, lesson) in pack.lessons.iter().enumerate() {
                let done = state.lesson_progress(pack, lesson);
                if self.output == super::Output::Human {
                    writeln!(
                        streams.out,
                        "{:>3}  {:width$}  {}/{} steps  {:>3} min  {}",
                        idx + 1,
                        lesson.id,
                        done.n_done,
                        done.n_steps,
                        lesson.minutes,
                        lesson.title
                    )?;
                    continue;
                }
                let steps: Vec<_> = lesson
                    .steps
                    .iter()
                    .map(|step| {
                        json!({
                            "id": step.id,
                            "title": step.title,
                            "kind": kind(&step.kind),
                            "done": state.is_done(pack, lesson, step),
                        })
                    })
                    .collect();
                let line = json!({
                    "pack": pack.id,
                    "id": lesson.id,
                    "title": lesson.title,
                    "competency": lesson.competency,
                    "needs": lesson.needs,
                    "minutes": lesson.minutes,
                    "world": lesson.world,
                    "steps": steps,
                });
                writeln!(streams.out, "{line}")?;
            }
        }
        Ok(Exit::Yes)
    }
}

fn kind(kind: &StepKind) -> &'static str {
    match kind {
        StepKind::Text { .. } => "text",
        StepKind::Flow(_) => "flow",
        StepKind::Exercise(_) => "exercise",
        StepKind::Quiz { .. } => "quiz",
    }
}
