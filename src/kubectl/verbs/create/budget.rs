//! `kubectl create poddisruptionbudget`.

use super::make::{self, Make};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::write::label_pairs;
use serde_json::{Map, Value, json};

const COMMON: [&[Flag]; 5] = make::FLAGS;

static FLAGS: &[Flag] = &[
    Flag::new("max-unavailable", Takes::Text, "", "How many Pods may be away at a time"),
    Flag::new("min-available", Takes::Text, "", "How many Pods must be there"),
    Flag::new("selector", Takes::Text, "", "The Pods' labels"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "create poddisruptionbudget",
    aliases: &["pdb"],
    usage: "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none] [options]",
    about: "Create a pod disruption budget with the specified name",
    flags: &[FLAGS, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
    runs: Runs::Verb(budget),
}];

fn budget(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "poddisruptionbudgets")?;
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let (most, least, selector) =
        (text("max-unavailable"), text("min-available"), text("selector"));
    let problem = if selector.is_empty() {
        Some("a selector must be specified")
    } else if most.is_empty() && least.is_empty() {
        Some("one of min-available or max-unavailable must be specified")
    } else if !most.is_empty() && !least.is_empty() {
        Some("min-available and max-unavailable cannot be both specified")
    } else {
        None
    };
    if let Some(problem) = problem {
        return Err(Failure::Client(problem.to_owned()));
    }
    let number = |text: &str| text.parse::<i32>().map_or_else(|_| Value::from(text), Value::from);
    let labels = label_pairs(selector).map_err(Failure::Client)?;
    let mut spec = Map::new();
    if !least.is_empty() {
        spec.insert("minAvailable".to_owned(), number(least));
    }
    spec.insert("selector".to_owned(), json!({"matchLabels": labels}));
    if !most.is_empty() {
        spec.insert("maxUnavailable".to_owned(), number(most));
    }
    let mut object = make.object(call);
    object.insert("spec".to_owned(), Value::Object(spec));
    object.insert("status".to_owned(), json!({"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}));
    make.finish(console, call, io, object, Some("failed to create poddisruptionbudgets: "))
}
