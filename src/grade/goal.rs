//! Goals on a cluster.

use super::field::{Looked, look_at_field, look_for_none, look_for_object};
use super::file::look_at_file;
use super::judge::judge;
use super::name::ask;
use super::unbroken::compare;
use crate::cluster::Cluster;
use crate::content::{Goal, GoalKind, Probe};
use crate::kubectl::Files;
use crate::trace::{self, Client, Target, Trace, Way};

/// What became of a goal.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalResult {
    /// The goal's id.
    pub id: String,
    /// What is wanted, in the pack's words.
    pub say: String,
    /// Points to be had.
    pub points: u32,
    /// Points earned: all where it is reached; else none, or where the goal gives points for
    /// a part, that part of them, rounded down.
    pub earned: u32,
    /// Is it reached?
    pub met: bool,
    /// How much of it is reached, 0 to 1.
    pub share: f64,
    /// What it was found out by; none where the text was refused, so that nothing was tried.
    pub evidence: Option<Evidence>,
}

/// What a goal was found out by.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What was wanted, as a short phrase.
    pub wanted: String,
    /// What was found, in the same form.
    pub found: String,
    /// One or two plain sentences.
    pub say: String,
    /// The packets, for a goal about traffic.
    pub packets: Option<Packets>,
}

/// The packets of a goal about traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct Packets {
    /// One trace, or one for each node where the target is `node*`. Never empty.
    pub traces: Vec<Trace>,
    /// The trace and the way in it that show best why the goal is reached or not.
    pub shown: (usize, usize),
}

impl Packets {
    /// The trace that shows it best.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        &self.traces[self.shown.0]
    }

    /// The way that shows it best.
    #[must_use]
    pub fn way(&self) -> &Way {
        &self.trace().ways[self.shown.1]
    }
}

/// What goals look at.
#[derive(Debug, Clone, Copy)]
pub struct Work<'w> {
    /// The cluster as the learner found it.
    pub before: &'w Cluster,
    /// The cluster as it is.
    pub cluster: &'w Cluster,
    /// The files that the learner made.
    pub files: &'w Files,
}

/// Looks at each goal.
#[must_use]
pub fn check_goals(work: &Work<'_>, goals: &[Goal]) -> Vec<GoalResult> {
    let Work { before, cluster, files } = *work;
    goals
        .iter()
        .map(|goal| {
            let seen = match &goal.kind {
                GoalKind::Probe(probe) => traffic(cluster, probe),
                GoalKind::Object(object) => look_for_object(cluster, object).into(),
                GoalKind::Gone(object) => look_for_none(cluster, object).into(),
                GoalKind::Field(field) => look_at_field(cluster, field).into(),
                GoalKind::Name(name) => ask(cluster, name),
                GoalKind::Unbroken(unbroken) => compare(before, cluster, unbroken),
                GoalKind::File(file) => look_at_file(files, file).into(),
            };
            GoalResult {
                id: goal.id.clone(),
                say: goal.say.clone(),
                points: goal.points,
                earned: earned(goal, &seen),
                met: seen.met,
                share: seen.share,
                evidence: Some(seen.evidence),
            }
        })
        .collect()
}

fn earned(goal: &Goal, seen: &Seen) -> u32 {
    if seen.met {
        return goal.points;
    }
    if !goal.partial {
        return 0;
    }
    // A share below 1 never earns all, whatever rounding makes of it.
    let part = (f64::from(goal.points) * seen.share + 1e-9).floor();
    (part as u32).min(goal.points.saturating_sub(1))
}

/// What was seen of a goal.
pub(super) struct Seen {
    pub(super) met: bool,
    pub(super) share: f64,
    pub(super) evidence: Evidence,
}

impl From<Looked> for Seen {
    fn from(Looked { met, wanted, found, say }: Looked) -> Self {
        let share = if met { 1.0 } else { 0.0 };
        Self { met, share, evidence: Evidence { wanted, found, say, packets: None } }
    }
}

fn traffic(cluster: &Cluster, probe: &Probe) -> Seen {
    match send(cluster, probe) {
        Ok(traces) => {
            let judged = judge(&probe.expect, &traces);
            let packets = Packets { traces, shown: judged.way };
            let (wanted, found, say) = (judged.wanted, judged.found, judged.say);
            let evidence = Evidence { wanted, found, say, packets: Some(packets) };
            Seen { met: judged.met, share: judged.share, evidence }
        }
        Err(say) => {
            let found = "no packet".to_owned();
            let evidence = Evidence { wanted: "a packet".to_owned(), found, say, packets: None };
            Seen { met: false, share: 0.0, evidence }
        }
    }
}

/// Sends a probe's packets: one, or one to each node where its target is `node*`.
///
/// # Errors
/// A plain sentence: what is wrong with the client or the target.
pub fn send(cluster: &Cluster, probe: &Probe) -> Result<Vec<Trace>, String> {
    let client: Client = probe.from.parse().map_err(|error| format!("{error}."))?;
    let target: Target = probe.to.parse().map_err(|error| format!("{error}."))?;
    let targets = target.each(cluster);
    if targets.is_empty() {
        return Err("There is no node to send to.".to_owned());
    }
    targets
        .iter()
        .map(|target| {
            trace::trace(cluster, &client, target).map_err(|error| capital(&format!("{error}.")))
        })
        .collect()
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
