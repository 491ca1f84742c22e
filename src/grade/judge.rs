//! What is expected of a packet against what becomes of it.

use crate::content::Expect;
use crate::trace::{Outcome, ReasonCode, Trace, Way};
use std::collections::BTreeSet;

/// Whether a packet does what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// It does.
    pub met: bool,
    /// What was expected, as a short phrase: `answered by web-a, web-b`.
    pub wanted: String,
    /// What was found, in the same form.
    pub found: String,
    /// One or two plain sentences: what becomes of the packet, and why.
    pub say: String,
    /// The way that shows it best, as indices of trace and way: where expectations are not
    /// met, the likeliest way that should not be.
    pub way: (usize, usize),
}

/// Judges the traces of one probe (several where it goes to each node in turn). The sets of
/// `expect` are exact, over all ways of all traces.
#[must_use]
pub fn judge(expect: &Expect, traces: &[Trace]) -> Judgement {
    let mut verdict = Judgement {
        met: true,
        wanted: String::new(),
        found: String::new(),
        say: String::new(),
        way: (0, 0),
    };
    let outcome = |way: &Way| Some(way.outcome);
    let pod = |way: &Way| way.pod.clone();
    let source = |way: &Way| way.source.as_ref().map(ToString::to_string);
    let pod_port = |way: &Way| way.pod_port;
    let reason = |way: &Way| Some(code_word(way.reason.code));
    let mut see = |phrase: &dyn Fn(&str) -> String, (met, wanted, found, stray): Compared| {
        // The first thing that is wrong is what is told; where all is right, the first.
        if verdict.wanted.is_empty() || (verdict.met && !met) {
            verdict.wanted = phrase(&wanted);
            verdict.found = phrase(&found);
            verdict.way = stray.unwrap_or((0, 0));
        }
        verdict.met &= met;
    };
    if let Some(wanted) = &expect.outcomes {
        let name = |o: &Outcome| outcome_word(*o).to_owned();
        see(&ToOwned::to_owned, compare(wanted, traces, outcome, name));
    }
    if let Some(wanted) = &expect.pods {
        let phrase = |names: &str| format!("answered by {names}");
        see(&phrase, compare(wanted, traces, pod, Clone::clone));
    }
    if let Some(wanted) = &expect.sources {
        let phrase = |names: &str| format!("seen as coming from {names}");
        see(&phrase, compare(wanted, traces, source, Clone::clone));
    }
    if let Some(wanted) = &expect.pod_ports {
        let phrase = |ports: &str| format!("answered on port {ports}");
        see(&phrase, compare(wanted, traces, pod_port, ToString::to_string));
    }
    if let Some(wanted) = &expect.reasons {
        let phrase = |codes: &str| format!("ending with {codes}");
        see(&phrase, compare(wanted, traces, reason, Clone::clone));
    }
    verdict.say = say(&verdict, traces);
    verdict
}

/// Met or not, what was wanted and found in words, and a way that should not be.
type Compared = (bool, String, String, Option<(usize, usize)>);

fn compare<T: Ord + Clone>(
    wanted: &[T],
    traces: &[Trace],
    of: impl Fn(&Way) -> Option<T>,
    name: impl Fn(&T) -> String,
) -> Compared {
    let wanted: BTreeSet<T> = wanted.iter().cloned().collect();
    let found: BTreeSet<T> = traces.iter().flat_map(|trace| &trace.ways).filter_map(&of).collect();
    let words = |set: &BTreeSet<T>| match set.len() {
        0 => "nothing".to_owned(),
        _ => set.iter().map(&name).collect::<Vec<_>>().join(", "),
    };
    // A way that gives something unwanted shows it best; else one that gives nothing.
    let strays = |way: &Way| of(way).is_some_and(|value| !wanted.contains(&value));
    let stray = find(traces, strays).or_else(|| find(traces, |way| of(way).is_none()));
    let met = wanted == found;
    (met, words(&wanted), words(&found), if met { None } else { stray })
}

fn find(traces: &[Trace], test: impl Fn(&Way) -> bool) -> Option<(usize, usize)> {
    traces
        .iter()
        .enumerate()
        .find_map(|(trace_idx, trace)| Some((trace_idx, trace.ways.iter().position(&test)?)))
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "answered",
        Outcome::Refused => "refused",
        Outcome::Timeout => "left without an answer",
        Outcome::Unresolved => "not sent, as the name does not resolve",
    }
}

/// The reason's name as `trace --output json` writes it.
fn code_word(code: ReasonCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        // Every code is written as a text.
        _ => String::new(),
    }
}

fn say(verdict: &Judgement, traces: &[Trace]) -> String {
    if traces.iter().all(|trace| trace.ways.is_empty()) {
        return "There is no packet to look at.".to_owned();
    }
    if verdict.met {
        return format!("The packet is {}.", verdict.found);
    }
    let (trace_idx, way_idx) = verdict.way;
    let trace = &traces[trace_idx];
    let reason = &trace.ways[way_idx].reason;
    let route = format!("From {} to {}", trace.client, trace.target);
    let mut say =
        format!("{route}, the packet is {}; it should be {}.", verdict.found, verdict.wanted);
    if !reason.say.is_empty() {
        say.push(' ');
        say.push_str(&reason.say);
    }
    say
}
