//! `portolan read`: a lesson as plain text.

use super::packs::{PackArgs, find_lesson};
use super::plain::{plain, wrapped};
use super::{Exit, Streams};
use crate::chart;
use crate::cluster::Cluster;
use crate::content::{
    AnswerOption, Exercise, Flow, Lesson, Pack, Question, QuestionKind, Quiz, StepKind,
};
use crate::grade;
use crate::kubectl::{self, ApplyOptions};
use crate::review;
use crate::source::{clean, clean_line};
use std::fmt::Write;

/// Print a lesson as plain text, for pipes and screen readers
///
/// Flows are told hop by hop as the packets go; questions come without their answers.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan read nodeport\n  portolan read services/nodeport | less"
)]
pub(super) struct Read {
    /// LESSON or PACK/LESSON
    lesson: String,
    #[command(flatten)]
    packs: PackArgs,
}

impl Read {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let packs = self.packs.load(streams)?;
        let (pack, lesson) = find_lesson(&packs, &self.lesson)?;
        write!(streams.out, "{}", lesson_text(pack, lesson, &self.packs.again())?)?;
        Ok(Exit::Yes)
    }
}

/// `flags` are those that commands told in it need, too.
fn lesson_text(pack: &Pack, lesson: &Lesson, flags: &str) -> anyhow::Result<String> {
    let mut out = clean_line(&lesson.title).to_uppercase();
    let n = lesson.steps.len();
    let steps = if n == 1 { "1 step".to_owned() } else { format!("{n} steps") };
    writeln!(out, "\n{steps}, about {} minutes.", lesson.minutes)?;
    for (idx, step) in lesson.steps.iter().enumerate() {
        writeln!(out, "\n\nStep {} of {n}: {}\n", idx + 1, clean_line(&step.title))?;
        match &step.kind {
            StepKind::Text { body } if grade::has_commands(body) => {
                let world = grade::world(pack, &step.world)?;
                out.push_str(&plain(&grade::transcript(&world, body).body));
            }
            StepKind::Text { body } => out.push_str(&plain(body)),
            StepKind::Flow(flow) => flow_text(&mut out, &grade::world(pack, &step.world)?, flow)?,
            StepKind::Exercise(exercise) => {
                let name = format!("{}/{}", lesson.id, step.id);
                exercise_text(&mut out, exercise)?;
                if exercise.solution.trim().is_empty() {
                    writeln!(out, "\nThis is done by commands, in the tutor: portolan{flags}")?;
                } else {
                    writeln!(
                        out,
                        "\nWrite it to a file and run:\n\n    portolan grade {name} FILE{flags}"
                    )?;
                }
            }
            StepKind::Quiz { quiz } => {
                if let Some(quiz) = pack.quizzes.get(quiz) {
                    quiz_text(&mut out, quiz)?;
                }
            }
        }
    }
    Ok(out)
}

fn flow_text(out: &mut String, world: &Cluster, flow: &Flow) -> anyhow::Result<()> {
    let mut cluster = world.clone();
    if !flow.manifest.trim().is_empty() {
        writeln!(out, "In the cluster:\n")?;
        indented(out, &flow.manifest)?;
        writeln!(out)?;
        let applied =
            kubectl::apply(&mut cluster, "manifest.yaml", &flow.manifest, &ApplyOptions::default());
        if !applied.is_accepted() {
            writeln!(out, "kubectl refuses it:\n")?;
            indented(out, &applied.stderr)?;
            return Ok(());
        }
    }
    for (idx, probe) in flow.probes.iter().enumerate() {
        if idx > 0 {
            writeln!(out)?;
        }
        let n = flow.probes.len();
        let (from, to) = (clean_line(&probe.from), clean_line(&probe.to));
        writeln!(out, "Packet {} of {n}, from {from} to {to}.", idx + 1)?;
        out.push_str(&wrapped(&clean_line(&probe.say), "", 0));
        match grade::send(&cluster, probe) {
            Ok(traces) => {
                for trace in &traces {
                    for (way_idx, way) in trace.ways.iter().enumerate() {
                        if traces.len() > 1 || trace.ways.len() > 1 {
                            let percent = way.p * 100.0;
                            writeln!(
                                out,
                                "\nWay {} of {} to {}, taken {percent:.0} times in 100:",
                                way_idx + 1,
                                trace.ways.len(),
                                clean_line(&trace.target)
                            )?;
                        }
                        for line in chart::story(trace, way_idx) {
                            // What a line stands under, its blanks say.
                            let depth = line.len() - line.trim_start().len() + 2;
                            out.push_str(&wrapped(
                                &clean_line(&line),
                                &" ".repeat(depth),
                                depth + 2,
                            ));
                        }
                    }
                }
            }
            Err(error) => out.push_str(&wrapped(&error, "  ", 4)),
        }
    }
    Ok(())
}

fn exercise_text(out: &mut String, exercise: &Exercise) -> anyhow::Result<()> {
    out.push_str(&plain(&exercise.prompt));
    if !exercise.existing.trim().is_empty() {
        writeln!(out, "\nAlready in the cluster:\n")?;
        indented(out, &exercise.existing)?;
    }
    if !exercise.starter.trim().is_empty() {
        writeln!(out, "\nStart with:\n")?;
        indented(out, &exercise.starter)?;
    }
    writeln!(out, "\nGoals:\n")?;
    for goal in &exercise.goals {
        let points =
            if goal.points == 1 { "1 point".to_owned() } else { format!("{} points", goal.points) };
        out.push_str(&wrapped(&format!("{} ({points})", clean_line(&goal.say)), "- ", 2));
    }
    Ok(())
}

fn quiz_text(out: &mut String, quiz: &Quiz) -> anyhow::Result<()> {
    for (idx, question) in quiz.questions.iter().enumerate() {
        if idx > 0 {
            writeln!(out)?;
        }
        writeln!(out, "Question {} of {}:", idx + 1, quiz.questions.len())?;
        out.push_str(&plain(&question.ask));
        question_text(out, question)?;
    }
    Ok(())
}

/// What there is to choose from. The order is fixed, and not the pack's: that would give
/// orders and pairs away.
fn question_text(out: &mut String, question: &Question) -> anyhow::Result<()> {
    let order = review::shown_order(question, 0);
    let options = |out: &mut String, options: &[AnswerOption]| {
        for idx in &order {
            out.push_str(&wrapped(&clean(&options[*idx].text), "- ", 2));
        }
    };
    match &question.kind {
        QuestionKind::Single { options: list } => {
            writeln!(out, "\nOne of:")?;
            options(out, list);
        }
        QuestionKind::Multiple { options: list } => {
            writeln!(out, "\nAll that are right of:")?;
            options(out, list);
        }
        QuestionKind::Short { .. } => writeln!(out, "\nIn a few words.")?,
        QuestionKind::Order { items } => {
            writeln!(out, "\nPut in order:")?;
            for idx in &order {
                out.push_str(&wrapped(&clean(&items[*idx].text), "- ", 2));
            }
        }
        QuestionKind::Match { pairs } => {
            writeln!(out, "\nJoin each of:")?;
            for pair in pairs {
                out.push_str(&wrapped(&clean(&pair.left), "- ", 2));
            }
            writeln!(out, "with one of:")?;
            for idx in &order {
                out.push_str(&wrapped(&clean(&pairs[*idx].right), "- ", 2));
            }
        }
        QuestionKind::Fix { manifest, .. } => {
            writeln!(out, "\nWhich line?\n")?;
            for (idx, line) in clean(manifest).lines().enumerate() {
                writeln!(out, "{}", format!("{:>4}  {line}", idx + 1).trim_end())?;
            }
        }
        QuestionKind::Command(_) => writeln!(out, "\nWith commands.")?,
        QuestionKind::Manifest(task) => {
            writeln!(out, "\nWith a manifest.")?;
            if !task.starter.trim().is_empty() {
                writeln!(out, "\nStart with:\n")?;
                indented(out, &task.starter)?;
            }
        }
    }
    Ok(())
}

fn indented(out: &mut String, text: &str) -> anyhow::Result<()> {
    for line in clean(text).trim_matches('\n').lines() {
        writeln!(out, "{}", format!("    {line}").trim_end())?;
    }
    Ok(())
}
