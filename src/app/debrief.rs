//! After handing in: what the pack has to say, its solution beside the learner's, and after
//! three failures the chart of the solution.

use super::keys::Action;
use super::page::{Ask, Dialog};
use super::watch::{Packet, Watch};
use super::{Effect, Model, Pane, Screen, Scroll, exercise, lesson};
use crate::cluster::Cluster;
use crate::content::Exercise;
use crate::grade::{self, Difference, Grade};

/// Failures in a row after which the chart of the solution is offered.
const PATIENCE: u32 = 3;
/// Differences shown at most: a table longer than that helps nobody.
const MOST: usize = 20;

/// The chart of the pack's solution: its packets, not its text.
#[derive(Debug, Clone)]
pub struct SolutionScreen {
    pub(super) back: Box<Screen>,
    /// What is watched.
    pub title: String,
    /// It is a solution's packets, not one that the learner sent.
    pub of_solution: bool,
    /// The packets of its goals.
    pub watch: Watch,
}

/// The learner's exercise, and the cluster before anything is written.
fn exercise_of(model: &Model) -> Option<(Exercise, Cluster, String)> {
    let (pack, lesson, step) = model.step()?;
    let exercise = exercise::of(step)?;
    let base = grade::setup(pack, &lesson.world, &exercise.existing).ok()?;
    Some((exercise.clone(), base, step.title.clone()))
}

/// After a pass, as Markdown: the pack's debrief, and its solution beside the learner's `text`.
pub(super) fn debrief(model: &Model, own: &Grade) -> String {
    let Some((exercise, base, _)) = exercise_of(model) else { return String::new() };
    let mut body = exercise.debrief.trim_end().to_owned();
    let commands = exercise.solution_commands.trim();
    let yaml = exercise.solution.trim_end();
    if !yaml.is_empty() {
        let solution = grade::grade(&base, &exercise.goals, "service.yaml", yaml);
        body.push_str("\n\n## The pack's solution beside yours\n\n");
        body.push_str(&beside(own, &solution));
        body.push_str(&format!("\n\n```yaml\n{yaml}\n```"));
    }
    if !commands.is_empty() {
        let title = if yaml.is_empty() { "The pack's solution" } else { "Or by command" };
        body.push_str(&format!("\n\n## {title}\n\n```sh\n{commands}\n```"));
    }
    body
}

/// The differences that matter, as Markdown.
fn beside(own: &Grade, solution: &Grade) -> String {
    let differences = grade::differences(own, solution);
    if differences.is_empty() {
        return "The cluster holds the same objects with either.".to_owned();
    }
    let several = differences.iter().any(|d| d.object != differences[0].object);
    let mut table = "| field | yours | the pack's |\n|---|---|---|\n".to_owned();
    for difference in differences.iter().take(MOST) {
        let (own, other) = (cell(difference.own.as_ref()), cell(difference.other.as_ref()));
        table.push_str(&format!("| {} | {own} | {other} |\n", field(difference, several)));
    }
    let n_more = differences.len().saturating_sub(MOST);
    if n_more > 0 {
        table.push_str(&format!("\nAnd {n_more} more.\n"));
    }
    format!("Both are right. They differ in what the cluster then holds:\n\n{table}")
}

fn field(difference: &Difference, several: bool) -> String {
    match (difference.path.is_empty(), several) {
        (true, _) => code(&difference.object),
        (false, true) => code(&format!("{} {}", difference.object, difference.path)),
        (false, false) => code(&difference.path),
    }
}

fn cell(value: Option<&String>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| code(value))
}

/// Text in a cell of a table: what Markdown would take for its own signs is shown as it is.
fn code(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '`' | '|' | '\n' | '\r')).collect();
    format!("`{text}`")
}

/// After a failure: what the text would have earned, where it was refused.
pub(super) fn mended(model: &Model, text: &str) -> Option<String> {
    let (exercise, base, _) = exercise_of(model)?;
    let solutions: Vec<&str> = exercise.solutions().collect();
    let mended = grade::mend(&base, &exercise.goals, text, &solutions)?;
    let fields = mended.fields.join(", ");
    Some(format!("Mended at {fields}, it would earn {}.", mended.points))
}

/// After a failure: offers the chart of the solution, from the third one on.
pub(super) fn offer(model: &mut Model) {
    let state = exercise::state(model);
    if state.passed || state.n_attempts < PATIENCE {
        return;
    }
    let said = model.notice.take().unwrap_or_default();
    model.dialog = Some(Dialog {
        say: format!(
            "{said} Would it help to watch the packets of a solution? Its text stays hidden."
        ),
        ask: Ask::SolutionChart,
    });
}

/// Shows the packets of the pack's solution.
pub(super) fn show_solution(model: &mut Model, effects: &mut Vec<Effect>) {
    lesson::save(model, effects);
    let Some((exercise, base, title)) = exercise_of(model) else { return };
    let graded = match exercise.solution.trim().is_empty() {
        true => grade::grade_commands(&base, &exercise.goals, &exercise.solution_commands),
        false => grade::grade(&base, &exercise.goals, "service.yaml", &exercise.solution),
    };
    let mut packets = Vec::new();
    for (of, goal) in graded.goals.iter().enumerate() {
        let Some(sent) = goal.evidence.as_ref().and_then(|e| e.packets.as_ref()) else { continue };
        let traces = sent.traces.iter().cloned();
        packets.extend(traces.map(|trace| Packet::new(of, trace, 0, &graded.cluster)));
    }
    if packets.is_empty() {
        model.notice = Some("No goal of this exercise sends a packet.".to_owned());
        return;
    }
    let mut watch = Watch::new(packets);
    watch.set(&model.settings_in_force());
    watch.act(Action::Replay);
    let back = Box::new(std::mem::replace(&mut model.screen, Screen::Home));
    model.screen =
        Screen::Solution(Box::new(SolutionScreen { back, title, of_solution: true, watch }));
    effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let Screen::Solution(screen) = &mut model.screen else { return };
    if action == Action::Back {
        if !screen.watch.leave() {
            let back = std::mem::replace(&mut *screen.back, Screen::Home);
            model.screen = back;
        }
    } else if !screen.watch.act(action) {
        effects.extend(super::scrolled(Pane::Body, action));
    }
}

pub(super) fn choose(model: &mut Model, idx: usize) {
    if let Screen::Solution(screen) = &mut model.screen {
        screen.watch.choose(idx);
        screen.watch.act(Action::Replay);
    }
}

pub(super) fn tick(model: &mut Model, n_frames: u32) {
    if let Screen::Solution(screen) = &mut model.screen {
        screen.watch.tick(n_frames);
    }
}
