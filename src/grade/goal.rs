//! Goals on a cluster.

use super::field::{Looked, look_at_field, look_for_object};
use super::judge::judge;
use crate::cluster::Cluster;
use crate::content::{Goal, GoalKind, Probe};
use crate::trace::{self, Client, Target, Trace, Way};

/// What became of a goal.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalResult {
    /// What is wanted, in the pack's words.
    pub say: String,
    /// Points to be had.
    pub points: u32,
    /// Points earned: all or none.
    pub earned: u32,
    /// Is it reached?
    pub met: bool,
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

/// Looks at each goal on `cluster`.
#[must_use]
pub fn check_goals(cluster: &Cluster, goals: &[Goal]) -> Vec<GoalResult> {
    goals
        .iter()
        .map(|goal| {
            let (met, evidence) = match &goal.kind {
                GoalKind::Probe(probe) => traffic(cluster, probe),
                GoalKind::Object(object) => looked(look_for_object(cluster, object)),
                GoalKind::Field(field) => looked(look_at_field(cluster, field)),
            };
            GoalResult {
                say: goal.say.clone(),
                points: goal.points,
                earned: if met { goal.points } else { 0 },
                met,
                evidence: Some(evidence),
            }
        })
        .collect()
}

fn looked(Looked { met, wanted, found, say }: Looked) -> (bool, Evidence) {
    (met, Evidence { wanted, found, say, packets: None })
}

fn traffic(cluster: &Cluster, probe: &Probe) -> (bool, Evidence) {
    match send(cluster, probe) {
        Ok(traces) => {
            let judged = judge(&probe.expect, &traces);
            let packets = Packets { traces, shown: judged.way };
            let (wanted, found, say) = (judged.wanted, judged.found, judged.say);
            (judged.met, Evidence { wanted, found, say, packets: Some(packets) })
        }
        Err(say) => {
            let found = "no packet".to_owned();
            (false, Evidence { wanted: "a packet".to_owned(), found, say, packets: None })
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

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
