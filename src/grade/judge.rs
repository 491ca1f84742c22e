//! What is expected of a packet against what becomes of it.

use crate::content::{Expect, matches_pattern};
use crate::trace::{Outcome, ReasonCode, Trace, Way};
use std::collections::BTreeSet;

/// Whether a packet does what is expected of it.
#[derive(Debug, Clone, PartialEq)]
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
    /// How much of it holds, 0 to 1: of the connections those that go as expected, or of what
    /// is expected that which is there, whichever is less. 1 exactly where it is met.
    pub share: f64,
}

/// Judges the traces of one probe (several where it goes to each node in turn). The sets of
/// `expect` are exact, over all ways of all traces; a name with a `*` stands for every name
/// that it matches, and for at least one.
#[must_use]
pub fn judge(expect: &Expect, traces: &[Trace]) -> Judgement {
    let mut verdict = Judgement {
        met: true,
        wanted: String::new(),
        found: String::new(),
        say: String::new(),
        way: (0, 0),
        share: 1.0,
    };
    let mut covered: f64 = 1.0;
    let outcome = |way: &Way| Some(way.outcome);
    let pod = |way: &Way| way.pod.clone();
    let source = |way: &Way| way.source.as_ref().map(ToString::to_string);
    let pod_port = |way: &Way| way.pod_port;
    let reason = |way: &Way| Some(code_word(way.reason.code));
    let mut see = |phrase: &dyn Fn(&str) -> String, compared: Compared| {
        // The first thing that is wrong is what is told; where all is right, the first.
        if verdict.wanted.is_empty() || (verdict.met && !compared.met) {
            verdict.wanted = phrase(&compared.wanted);
            verdict.found = phrase(&compared.found);
            verdict.way = compared.stray.unwrap_or((0, 0));
        }
        verdict.met &= compared.met;
        covered = covered.min(compared.covered);
    };
    if let Some(wanted) = &expect.outcomes {
        let name = |o: &Outcome| outcome_word(*o).to_owned();
        see(&ToOwned::to_owned, compare(wanted, traces, outcome, PartialEq::eq, name));
    }
    if let Some(wanted) = &expect.pods {
        let phrase = |names: &str| format!("answered by {names}");
        see(&phrase, compare(wanted, traces, pod, is_named, Clone::clone));
    }
    if let Some(wanted) = &expect.sources {
        let phrase = |names: &str| format!("seen as coming from {names}");
        see(&phrase, compare(wanted, traces, source, is_named, Clone::clone));
    }
    if let Some(wanted) = &expect.pod_ports {
        let phrase = |ports: &str| format!("answered on port {ports}");
        see(&phrase, compare(wanted, traces, pod_port, PartialEq::eq, ToString::to_string));
    }
    if let Some(wanted) = &expect.reasons {
        let phrase = |codes: &str| format!("ending with {codes}");
        see(&phrase, compare(wanted, traces, reason, PartialEq::eq, Clone::clone));
    }
    verdict.say = say(&verdict, traces);
    if !verdict.met {
        verdict.share = covered.min(mass(expect, traces)).clamp(0.0, 1.0);
    }
    verdict
}

/// `wanted` may hold `*` for any run of characters.
fn is_named(wanted: &String, found: &String) -> bool {
    wanted == found || (wanted.contains('*') && matches_pattern(wanted, found))
}

/// Of all connections, the share that goes as expected.
fn mass(expect: &Expect, traces: &[Trace]) -> f64 {
    fn fits<T>(wanted: Option<&Vec<T>>, test: impl Fn(&T) -> bool) -> bool {
        wanted.is_none_or(|wanted| wanted.iter().any(test))
    }
    let as_expected = |way: &&Way| {
        // A way that nobody answers has no Pod that could be a wrong one.
        let pod = way.pod.as_ref();
        let source = way.source.as_ref().map(ToString::to_string);
        let reason = code_word(way.reason.code);
        fits(expect.outcomes.as_ref(), |o| *o == way.outcome)
            && fits(expect.reasons.as_ref(), |r| *r == reason)
            && fits(expect.pods.as_ref(), |w| pod.is_some_and(|pod| is_named(w, pod)))
            && fits(expect.sources.as_ref(), |w| source.as_ref().is_some_and(|s| is_named(w, s)))
            && fits(expect.pod_ports.as_ref(), |w| way.pod_port == Some(*w))
    };
    let sum: f64 =
        traces.iter().flat_map(|trace| &trace.ways).filter(as_expected).map(|way| way.p).sum();
    sum / traces.len().max(1) as f64
}

/// One set against what was found.
struct Compared {
    met: bool,
    wanted: String,
    found: String,
    /// A way that should not be.
    stray: Option<(usize, usize)>,
    /// Of what is wanted, the share that is there.
    covered: f64,
}

fn compare<T: Ord + Clone>(
    wanted: &[T],
    traces: &[Trace],
    of: impl Fn(&Way) -> Option<T>,
    fits: impl Fn(&T, &T) -> bool,
    name: impl Fn(&T) -> String,
) -> Compared {
    let wanted: BTreeSet<T> = wanted.iter().cloned().collect();
    let found: BTreeSet<T> = traces.iter().flat_map(|trace| &trace.ways).filter_map(&of).collect();
    let words = |set: &BTreeSet<T>| match set.len() {
        0 => "nothing".to_owned(),
        _ => set.iter().map(&name).collect::<Vec<_>>().join(", "),
    };
    let is_wanted = |value: &T| wanted.iter().any(|wanted| fits(wanted, value));
    // A way that gives something unwanted shows it best; else one that gives nothing.
    let strays = |way: &Way| of(way).is_some_and(|value| !is_wanted(&value));
    let stray = find(traces, strays).or_else(|| find(traces, |way| of(way).is_none()));
    let n_there = wanted.iter().filter(|wanted| found.iter().any(|f| fits(wanted, f))).count();
    let met = n_there == wanted.len() && found.iter().all(is_wanted);
    Compared {
        met,
        wanted: words(&wanted),
        found: words(&found),
        stray: if met { None } else { stray },
        covered: n_there as f64 / wanted.len().max(1) as f64,
    }
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
