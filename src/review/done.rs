//! Marking what was done, for questions that are answered by doing.

use super::mark::{Mark, Part, Verdict};
use crate::cluster::Cluster;
use crate::content::{Pack, Question, QuestionKind, Task};
use crate::grade::{self, GoalResult, SetupError, Work};
use crate::kubectl::Files;

/// The file that a question wants which is answered by a manifest.
pub const ANSWER_FILE: &str = "answer.yaml";

/// What is to be done, where the question is answered by doing.
#[must_use]
pub fn task(question: &Question) -> Option<&Task> {
    match &question.kind {
        QuestionKind::Command(task) | QuestionKind::Manifest(task) => Some(task),
        _ => None,
    }
}

/// The cluster and the files that a question answered by doing begins with; none for another.
///
/// # Errors
/// When its world or what is `existing` can't be set up.
pub fn begun(pack: &Pack, question: &Question) -> Option<Result<(Cluster, Files), SetupError>> {
    let task = task(question)?;
    let mut files = Files::default();
    if let QuestionKind::Manifest(_) = question.kind {
        // A pack's text is smaller than all that there is room for.
        let _ = files.write(ANSWER_FILE, task.starter.as_bytes());
    }
    Some(grade::setup(pack, &task.world, &task.existing).map(|cluster| (cluster, files)))
}

/// Marks what a console's cluster and files have become, and gives the manifest that was
/// looked at. None for questions of another kind, and where the question's world can't be set
/// up.
#[must_use]
pub fn mark_done(
    pack: &Pack,
    question: &Question,
    cluster: &Cluster,
    files: &Files,
) -> Option<(Mark, Option<String>)> {
    let task = task(question)?;
    let before = grade::setup(pack, &task.world, &task.existing).ok()?;
    let work = Work { before: &before, cluster, files };
    let mut text = None;
    let graded = match (&question.kind, files.read(ANSWER_FILE)) {
        (QuestionKind::Manifest(_), Some(bytes)) => {
            let manifest = text.insert(String::from_utf8_lossy(bytes).into_owned());
            grade::grade_text(&work, &task.goals, ANSWER_FILE, manifest)
        }
        _ => grade::as_it_is(&work, &task.goals),
    };
    let mut parts: Vec<Part> = graded.goals.iter().map(of_goal).collect();
    if !graded.applied.is_accepted() {
        let because = graded.applied.stderr.trim().to_owned();
        let text = "The API server takes the manifest.".to_owned();
        parts.insert(0, Part { text, verdict: Verdict::Wrong, because });
    }
    if !task.because.is_empty() {
        let because = task.because.clone();
        parts.push(Part { text: "Why".to_owned(), verdict: Verdict::LeftOut, because });
    }
    Some((Mark { right: graded.passed, parts }, text))
}

fn of_goal(goal: &GoalResult) -> Part {
    let (verdict, because) = match (&goal.evidence, goal.met) {
        (_, true) => (Verdict::Right, String::new()),
        (Some(evidence), false) => (Verdict::Wrong, evidence.say.clone()),
        (None, false) => (Verdict::Wrong, String::new()),
    };
    Part { text: goal.say.clone(), verdict, because }
}
