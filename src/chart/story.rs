//! The same as text: for `t`, for pipes, for screen readers.

use crate::trace::{
    Action, Choice, Direction, FieldRef, Hop, Outcome, Place, Reason, ReasonCode, Trace, Way,
};

/// A place's name, as the chart and the story write it.
#[must_use]
pub fn place_name(place: &Place) -> String {
    match place {
        Place::Outside => "outside".into(),
        Place::Network => "the network".into(),
        Place::Balancer => "the load balancer".into(),
        Place::Dns => "the DNS".into(),
        Place::Node { name } => name.clone(),
        Place::Pod { namespace, name } if namespace == "default" => format!("Pod {name}"),
        Place::Pod { namespace, name } => format!("Pod {namespace}/{name}"),
    }
}

/// One word for what happens at a hop.
#[must_use]
pub fn action_word(hop: &Hop) -> &'static str {
    match (hop.action, hop.direction) {
        (Action::Resolve, _) => "resolve",
        (Action::Send, Direction::Request) => "send",
        (Action::Send, Direction::Reply) => "answer",
        (Action::Forward, _) => "forward",
        (Action::Dnat { snat: false }, _) => "DNAT",
        (Action::Dnat { snat: true }, _) if hop.to == hop.to_after => "SNAT",
        (Action::Dnat { snat: true }, _) => "DNAT and SNAT",
        (Action::Undo, _) => "undo",
        (Action::Deliver, _) => "deliver",
        (Action::Refuse, _) => "refuse",
        (Action::Drop, _) => "drop",
    }
}

/// A few words for a way's ending.
#[must_use]
pub fn ending_word(way: &Way) -> &'static str {
    match (way.outcome, way.reason.code) {
        (_, ReasonCode::PendingBalancer) => "no address yet",
        (_, ReasonCode::NoSuchObject) => "does not exist",
        (Outcome::Ok, _) => "delivered",
        (Outcome::Refused, _) => "refused",
        (Outcome::Timeout, _) => "lost: no answer",
        (Outcome::Unresolved, ReasonCode::NoSuchName) => "no such name",
        (Outcome::Unresolved, ReasonCode::DnsSilent) => "no answer from DNS",
        (Outcome::Unresolved, _) => "not sent",
    }
}

/// An object and its field, as `service/web · spec.selector`.
#[must_use]
pub fn field_ref(field: &FieldRef) -> String {
    if field.field.is_empty() {
        field.object.clone()
    } else {
        format!("{} · {}", field.object, field.field)
    }
}

/// Way `way_idx` of `trace` as lines of text (the last way if there are fewer):
/// who sends what, every hop with what it rewrites and why, how it ends and
/// where to look. Unwrapped; foreign text is not cleaned.
#[must_use]
pub fn story(trace: &Trace, way_idx: usize) -> Vec<String> {
    let mut lines = vec![format!("{} sends {} to {}.", trace.client, trace.protocol, trace.target)];
    let Some(way) = trace.ways.get(way_idx).or(trace.ways.last()) else { return lines };
    if trace.ways.len() > 1 {
        let n = way_idx.min(trace.ways.len() - 1) + 1;
        let share = super::caption::percent(way.p);
        lines.push(format!(
            "This is way {n} of {}; {share} of connections take it.",
            trace.ways.len()
        ));
    }
    let mut direction = Direction::Request;
    for (i, hop) in way.hops.iter().enumerate() {
        if hop.direction != direction {
            direction = hop.direction;
            lines.push("The answer goes back:".into());
        }
        tell(&mut lines, i + 1, hop);
    }
    end(&mut lines, way);
    lines
}

fn tell(lines: &mut Vec<String>, n: usize, hop: &Hop) {
    lines.push(format!("{n}. At {} ({}): {}", place_name(&hop.at), action_word(hop), hop.say));
    if hop.to != hop.to_after {
        lines.push(format!("   to {} becomes {}", hop.to, hop.to_after));
    }
    if hop.from != hop.from_after {
        lines.push(format!("   from {} becomes {}", hop.from, hop.from_after));
    }
    if !hop.rule.is_empty() {
        lines.push(format!("   rule: {}", hop.rule));
    }
    if let Some(field) = &hop.because {
        lines.push(format!("   because of {}", field_ref(field)));
    }
    if let Some(Choice { of, picked, why }) = &hop.choice {
        let picked = of.get(*picked).map_or("none", String::as_str);
        lines.push(format!("   chosen: {picked}, one of {} ({why})", of.len()));
    }
}

fn end(lines: &mut Vec<String>, way: &Way) {
    let Reason { say, look_at, .. } = &way.reason;
    lines.push(format!("End: {}. {say}", ending_word(way)));
    if let Some(field) = look_at {
        lines.push(format!("Look at {}.", field_ref(field)));
    }
}
