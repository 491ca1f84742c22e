//! `kubectl set selector`.

use super::change::{self, Change, Words};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::select::LabelSelector;
use crate::manifest::go::Quoted;
use serde_json::{Map, Value};

const COMMON: [&[Flag]; 8] = change::FLAGS;
static OWN: &[Flag] =
    &[Flag::new("resource-version", Takes::Text, "", "Only where this is the resource's version")];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "set selector",
    aliases: &[],
    usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version] [options]",
    about: "Set the selector on a resource",
    flags: &[OWN, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4], COMMON[5], COMMON[7]],
    runs: Runs::Verb(selector),
}];

fn selector(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let mut change = Change::new(console, call, io)?;
    let Some((expression, args)) = call.args.split_last() else {
        return Err(Failure::Client("one selector is required".to_owned()));
    };
    if let Err(why) = LabelSelector::read(expression) {
        let expression = Quoted(expression);
        let says = format!("couldn't parse the selector string {expression:?}: {why}");
        return Err(Failure::Client(says));
    }
    let parsed = pairs(expression).map_err(Failure::Client)?;
    let found = change.find_some(console, call, io, args)?;
    let words = Words { done: "selector updated", failed: "", tells_unchanged: true };
    let version = call.flags.text("resource-version").filter(|version| !version.is_empty());
    change.each(console, io, (found, words), |_, item, object| {
        if item.resource.kind != "Service" {
            let says = "setting a selector is only supported for Services";
            return vec![Failure::Client(says.to_owned())];
        }
        match &parsed {
            Ok(labels) => object["spec"]["selector"] = Value::Object(labels.clone()),
            Err(expressions) => {
                return vec![Failure::Client(format!(
                    "match expression {expressions} not supported on this object"
                ))];
            }
        }
        if let Some(version) = version {
            object["metadata"]["resourceVersion"] = version.into();
        }
        Vec::new()
    })
}

/// `ParseToLabelSelector`: pairs, or expressions as Go prints them.
fn pairs(text: &str) -> Result<Result<Map<String, Value>, String>, String> {
    let mut labels = Map::new();
    let mut expressions = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let open = rest.find('(').unwrap_or(rest.len());
        let comma = rest.find(',').unwrap_or(rest.len());
        let end = if open < comma { rest.find(')').map_or(rest.len(), |at| at + 1) } else { comma };
        let (term, after) = rest.split_at(end);
        rest = after.trim_start().strip_prefix(',').unwrap_or(after).trim_start();
        let term = term.trim();
        if let Some((head, values)) = term.split_once('(') {
            let words: Vec<&str> = head.split_whitespace().collect();
            let (key, operator) = match words.as_slice() {
                [key, "notin"] => (*key, "NotIn"),
                [key, ..] => (*key, "In"),
                [] => ("", "In"),
            };
            let mut values: Vec<&str> =
                values.trim_end_matches(')').split(',').map(str::trim).collect();
            values.sort_unstable();
            expressions.push(format!("{{{key} {operator} [{}]}}", values.join(" ")));
        } else if term.contains("!=") {
            return Err("\"!=\" is not a valid label selector operator".to_owned());
        } else if let Some(key) = term.strip_prefix('!') {
            expressions.push(format!("{{{key} DoesNotExist []}}"));
        } else if let Some((key, value)) = term.split_once('=') {
            let value = value.strip_prefix('=').unwrap_or(value);
            labels.insert(key.trim().to_owned(), value.trim().into());
        } else if !term.is_empty() {
            expressions.push(format!("{{{term} Exists []}}"));
        }
    }
    labels.sort_keys();
    Ok(if expressions.is_empty() {
        Ok(labels)
    } else {
        Err(format!("[{}]", expressions.join(" ")))
    })
}
