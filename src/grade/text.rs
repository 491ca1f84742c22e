//! A learner's text against goals.

use super::goal::{GoalResult, Work, check_goals};
use super::script::Script;
use crate::cluster::{Cluster, WorldError};
use crate::content::{Goal, Hint, Pack};
use crate::kubectl::{self, Applied, ApplyOptions, Files};

/// Why the cluster before the learner's text can't be made: a mistake in the pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The pack has no such world.
    #[error("the pack has no world `{0}`")]
    NoWorld(String),
    /// The world can't be read.
    #[error("the world `{name}` can't be used: {source}")]
    World {
        /// Its name.
        name: String,
        /// Why.
        source: WorldError,
    },
    /// The API server refuses what should be there already; kubectl's words.
    #[error("what should already be in the cluster is refused: {0}")]
    Existing(String),
}

/// The pack's world of that name; the bare cluster where the name is empty.
///
/// # Errors
/// There is no such world, or it can't be read.
pub fn world(pack: &Pack, name: &str) -> Result<Cluster, SetupError> {
    if name.is_empty() {
        return Ok(Cluster::default());
    }
    let text = pack.worlds.get(name).ok_or_else(|| SetupError::NoWorld(name.to_owned()))?;
    match Cluster::from_world(text) {
        Ok((cluster, _)) => Ok(cluster),
        Err(source) => Err(SetupError::World { name: name.to_owned(), source }),
    }
}

/// The cluster before the learner's text: the world, and `existing` applied to it.
///
/// # Errors
/// The pack is wrong.
pub fn setup(pack: &Pack, world_name: &str, existing: &str) -> Result<Cluster, SetupError> {
    let mut cluster = world(pack, world_name)?;
    if !existing.trim().is_empty() {
        let options = ApplyOptions::default();
        let applied = kubectl::apply(&mut cluster, "existing.yaml", existing, &options);
        if !applied.is_accepted() {
            return Err(SetupError::Existing(applied.stderr.trim().to_owned()));
        }
    }
    Ok(cluster)
}

/// The verdict on a text.
#[derive(Debug, Clone)]
pub struct Grade {
    /// Points earned, before hints are paid.
    pub points: u32,
    /// Points to be had.
    pub max: u32,
    /// All goals are reached.
    pub passed: bool,
    /// The goals in the pack's order.
    pub goals: Vec<GoalResult>,
    /// What kubectl and the server said. Where they refused anything there are no points.
    pub applied: Applied,
    /// The cluster afterwards.
    pub cluster: Cluster,
    /// What is reached was reached without the text that was applied.
    pub without_text: bool,
}

impl Grade {
    /// Points after the first `n_taken` of `hints` are paid: each costs its share of the points
    /// earned.
    #[must_use]
    pub fn after_hints(&self, hints: &[Hint], n_taken: usize) -> f64 {
        let cost: f64 = hints.iter().take(n_taken).map(|hint| hint.cost).sum();
        let points = f64::from(self.points) * (1.0 - cost.clamp(0.0, 1.0));
        // Hundredths are enough, and 2.6999999999999997 is not a thing to show.
        (points * 100.0).round() / 100.0
    }
}

/// Applies `text`, called `file_name` in kubectl's words, to a copy of `base` and looks at
/// `goals`.
#[must_use]
pub fn grade(base: &Cluster, goals: &[Goal], file_name: &str, text: &str) -> Grade {
    let work = Work { before: base, cluster: base, files: &Files::default() };
    grade_text(&work, goals, file_name, text)
}

/// As [`grade`], on what the learner has made so far.
#[must_use]
pub fn grade_text(work: &Work<'_>, goals: &[Goal], file_name: &str, text: &str) -> Grade {
    let mut cluster = work.cluster.clone();
    let applied = kubectl::apply(&mut cluster, file_name, text, &ApplyOptions::default());
    let goals = if applied.is_accepted() {
        check_goals(&Work { cluster: &cluster, ..*work }, goals)
    } else {
        goals.iter().map(not_tried).collect()
    };
    Grade {
        points: goals.iter().map(|goal| goal.earned).sum(),
        max: goals.iter().map(|goal| goal.points).sum(),
        passed: goals.iter().all(|goal| goal.met),
        goals,
        applied,
        cluster,
        without_text: false,
    }
}

/// The verdict before anything is written: what the learner finds. For a fault in the cluster
/// itself, that is where the search begins.
#[must_use]
pub fn as_found(base: &Cluster, goals: &[Goal]) -> Grade {
    as_it_is(&Work { before: base, cluster: base, files: &Files::default() }, goals)
}

/// Gives `commands` to a console on `base`, line by line, and looks at `goals`.
#[must_use]
pub fn grade_commands(base: &Cluster, goals: &[Goal], commands: &str) -> Grade {
    let console = Script::of(base.clone(), commands).console;
    as_it_is(&Work { before: base, cluster: &console.cluster, files: &console.files }, goals)
}

/// The verdict on what the learner has made, without a text.
#[must_use]
pub fn as_it_is(work: &Work<'_>, goals: &[Goal]) -> Grade {
    let goals = check_goals(work, goals);
    Grade {
        points: goals.iter().map(|goal| goal.earned).sum(),
        max: goals.iter().map(|goal| goal.points).sum(),
        passed: goals.iter().all(|goal| goal.met),
        goals,
        applied: Applied::default(),
        cluster: work.cluster.clone(),
        without_text: false,
    }
}

fn not_tried(goal: &Goal) -> GoalResult {
    GoalResult {
        id: goal.id.clone(),
        say: goal.say.clone(),
        points: goal.points,
        earned: 0,
        met: false,
        share: 0.0,
        evidence: None,
    }
}
