//! What is said of a hop: its title, the header before and after, the rule and
//! the field, and short notes for the place itself.

use super::story::{action_word, ending_word, field_ref};
use crate::trace::{Action, Choice, Direction, Hop, Outcome, Place, ReasonCode, SeenSource, Way};

/// One address of the header, before and after a hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderRow {
    /// `to` or `from`.
    pub label: &'static str,
    /// Address and port before.
    pub before: String,
    /// After, where the hop rewrites it.
    pub after: Option<String>,
    /// What the rewriting is called: `DNAT`, `SNAT`, `undo`; empty where there is none.
    pub verb: &'static str,
}

/// What the panel says of one hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// Where it is: `node3 · kube-proxy`.
    pub place: String,
    /// What happens, in one word: `DNAT`, `deliver`.
    pub action: &'static str,
    /// It is on the way back.
    pub reply: bool,
    /// The sentence.
    pub say: String,
    /// Destination, then source.
    pub header: [HeaderRow; 2],
    /// The rule, empty where nothing was decided.
    pub rule: String,
    /// Object and field, empty where there is none.
    pub field: String,
    /// The choice: what could be chosen (names), which, why.
    pub choice: Option<ChoiceCaption>,
    /// Short lines for the place on the chart, shown once the hop is done.
    pub notes: Vec<String>,
}

/// The endpoints of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceCaption {
    /// What could be chosen: the Pods' names, or addresses where they have none;
    /// of very many only some, the one chosen among them.
    pub of: Vec<String>,
    /// Index in `of` of the one chosen.
    pub picked: usize,
    /// How many could be chosen.
    pub n_of: usize,
    /// Why these.
    pub why: String,
}

/// What the panel says at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// What became of it.
    pub outcome: Outcome,
    /// One or two words.
    pub word: &'static str,
    /// The sentence.
    pub say: String,
    /// Object and field to look at, empty where there is none.
    pub look_at: String,
    /// Who answered and whose address it saw; none unless delivered.
    pub answered: Option<String>,
    /// How many ways there are and how many connections take this one; empty where
    /// there is but one.
    pub share: String,
}

/// More names than any screen shows.
const MAX_CHOICES: usize = 64;

impl ChoiceCaption {
    fn of(choice: &Choice) -> Self {
        let n_of = choice.of.len();
        let first =
            choice.picked.saturating_sub(MAX_CHOICES / 2).min(n_of.saturating_sub(MAX_CHOICES));
        let name = |one: &String| one.split_whitespace().next().unwrap_or(one).to_owned();
        Self {
            of: choice.of.iter().skip(first).take(MAX_CHOICES).map(name).collect(),
            picked: choice.picked.saturating_sub(first),
            n_of,
            why: choice.why.clone(),
        }
    }
}

impl Caption {
    pub(super) fn of(hop: &Hop, way: &Way, proxy: &str) -> Self {
        let place = match &hop.at {
            Place::Outside => "outside".to_owned(),
            Place::Network => "the network between the nodes".to_owned(),
            Place::Balancer => "load balancer".to_owned(),
            Place::Dns => "DNS".to_owned(),
            Place::Node { name } => match hop.action {
                Action::Dnat { .. } | Action::Undo => format!("{name} · kube-proxy ({proxy})"),
                _ => name.clone(),
            },
            Place::Pod { namespace, name } => format!("Pod {}", pod_name(namespace, name)),
        };
        let reply = hop.direction == Direction::Reply;
        let row = |label, before: &crate::trace::Socket, after: &crate::trace::Socket, verb| {
            let changed = before != after;
            HeaderRow {
                label,
                before: before.to_string(),
                after: changed.then(|| after.to_string()),
                verb: match (changed, hop.action) {
                    (false, _) => "",
                    (true, Action::Undo) => "undone",
                    (true, _) => verb,
                },
            }
        };
        Self {
            place,
            action: action_word(hop),
            reply,
            say: hop.say.clone(),
            header: [
                row("to", &hop.to, &hop.to_after, "DNAT"),
                row("from", &hop.from, &hop.from_after, "SNAT"),
            ],
            rule: hop.rule.clone(),
            field: hop.because.as_ref().map(field_ref).unwrap_or_default(),
            choice: hop.choice.as_ref().map(ChoiceCaption::of),
            notes: notes(hop, way),
        }
    }
}

/// A Pod's name, with its namespace outside `default`.
pub(super) fn pod_name(namespace: &str, name: &str) -> String {
    if namespace == "default" || namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}/{name}")
    }
}

fn notes(hop: &Hop, way: &Way) -> Vec<String> {
    let mut notes = Vec::new();
    match hop.action {
        Action::Dnat { .. } => {
            if hop.to != hop.to_after {
                notes.push(format!("DNAT {}", hop.to_after));
            }
            if hop.from != hop.from_after {
                notes.push(format!("SNAT {}", hop.from_after));
            }
        }
        Action::Undo => {
            if hop.from != hop.from_after {
                notes.push(format!("undo {}", hop.from_after));
            } else if hop.to != hop.to_after {
                notes.push(format!("undo {}", hop.to_after));
            }
        }
        Action::Refuse | Action::Drop => notes.push(short_reason(way.reason.code).to_owned()),
        Action::Resolve if way.outcome == Outcome::Unresolved => {
            notes.push(short_reason(way.reason.code).to_owned());
        }
        Action::Resolve if !hop.rule.is_empty() => notes.push(hop.rule.clone()),
        Action::Resolve | Action::Send | Action::Forward | Action::Deliver => {}
    }
    notes
}

/// A reason in two or three words.
fn short_reason(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::Delivered => "delivered",
        ReasonCode::NoSuchName => "no such name",
        ReasonCode::NoEndpoints => "no endpoints",
        ReasonCode::EndpointsNotReady => "no ready endpoint",
        ReasonCode::NamedPortMissing => "no port of that name",
        ReasonCode::NothingListens => "nothing listens",
        ReasonCode::NoSuchPort => "no such port",
        ReasonCode::LocalPolicyNoLocalEndpoint => "no local endpoint",
        ReasonCode::SourceRange => "not in source ranges",
        ReasonCode::NoRoute => "no route",
        ReasonCode::PendingBalancer => "still pending",
        ReasonCode::NetworkPolicy => "denied by policy",
        ReasonCode::ReplyLost => "reply lost",
        ReasonCode::NoSuchObject => "does not exist",
        ReasonCode::NotProxied => "left to another proxy",
        ReasonCode::DnsSilent => "DNS is silent",
    }
}

impl Ending {
    pub(super) fn of(way: &Way, way_idx: usize, n_ways: usize) -> Self {
        let answered = way.pod.as_ref().map(|pod| {
            let port = way.pod_port.map_or(String::new(), |port| format!(":{port}"));
            match &way.source {
                Some(SeenSource::External) => format!("{pod}{port} saw the client's own address"),
                Some(source) => format!("{pod}{port} saw the address of {source}"),
                None => format!("{pod}{port} answered"),
            }
        });
        Self {
            outcome: way.outcome,
            word: ending_word(way),
            say: way.reason.say.clone(),
            look_at: way.reason.look_at.as_ref().map(field_ref).unwrap_or_default(),
            answered,
            share: match n_ways {
                0 | 1 => String::new(),
                n => format!("way {} of {n}: {} of connections", way_idx + 1, percent(way.p)),
            },
        }
    }
}

/// Who answers, or what becomes of the packet where nobody does.
pub(super) fn ending_label(way: &Way) -> String {
    match &way.pod {
        Some(pod) => pod.clone(),
        None => format!("{}, {}", ending_word(way), short_reason(way.reason.code)),
    }
}

/// A probability in per cent: `50 %`, `0.4 %`, `under 0.1 %`.
pub(super) fn percent(p: f64) -> String {
    let percent = p * 100.0;
    if percent >= 1.0 || p == 0.0 {
        format!("{percent:.0} %")
    } else if percent >= 0.1 {
        format!("{percent:.1} %")
    } else {
        "under 0.1 %".into()
    }
}
