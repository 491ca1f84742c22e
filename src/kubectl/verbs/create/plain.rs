//! `kubectl create namespace`, `serviceaccount`, `priorityclass`, `quota`.

use super::make::{self, Make};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::manifest::Quantity;
use serde_json::{Map, Value, json};

const COMMON: [&[Flag]; 5] = make::FLAGS;

static PRIORITY: &[Flag] = &[
    Flag::new("value", Takes::Int, "0", "The value of this priority class"),
    Flag::new("global-default", Takes::Bool, "false", "Pods without a class have this one"),
    Flag::new("description", Takes::Text, "", "When this priority class should be used"),
    Flag::new(
        "preemption-policy",
        Takes::Text,
        "PreemptLowerPriority",
        "Never or PreemptLowerPriority",
    ),
];
static QUOTA: &[Flag] = &[
    Flag::new("hard", Takes::Text, "", "Pairs resource=quantity of the hard limits"),
    Flag::new("scopes", Takes::Text, "", "Scopes that all tracked objects must match"),
];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "create namespace",
        aliases: &["ns"],
        usage: "NAME [--dry-run=server|client|none] [options]",
        about: "Create a namespace with the specified name",
        flags: &[COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(namespace),
    },
    Command {
        path: "create priorityclass",
        aliases: &["pc"],
        usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none] [options]",
        about: "Create a priority class with the specified name",
        flags: &[PRIORITY, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(priority_class),
    },
    Command {
        path: "create quota",
        aliases: &["resourcequota"],
        usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none] [options]",
        about: "Create a quota with the specified name",
        flags: &[QUOTA, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(quota),
    },
    Command {
        path: "create serviceaccount",
        aliases: &["sa"],
        usage: "NAME [--dry-run=server|client|none] [options]",
        about: "Create a service account with the specified name",
        flags: &[COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(service_account),
    },
];

fn namespace(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "namespaces")?;
    let mut object = make.object(call);
    object.insert("spec".to_owned(), json!({}));
    object.insert("status".to_owned(), json!({}));
    make.finish(console, call, io, object, None)
}

fn service_account(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "serviceaccounts")?;
    let object = make.object(call);
    make.finish(console, call, io, object, Some("failed to create serviceaccount: "))
}

fn priority_class(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "priorityclasses")?;
    let mut object = make.object(call);
    object.insert("value".to_owned(), call.flags.int("value").unwrap_or(0).into());
    if call.flags.bool("global-default") {
        object.insert("globalDefault".to_owned(), true.into());
    }
    if let Some(text) = call.flags.text("description").filter(|text| !text.is_empty()) {
        object.insert("description".to_owned(), text.into());
    }
    let policy = call.flags.text("preemption-policy").unwrap_or("PreemptLowerPriority");
    object.insert("preemptionPolicy".to_owned(), policy.into());
    make.finish(console, call, io, object, Some("failed to create priorityclass: "))
}

fn quota(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "resourcequotas")?;
    let mut hard = Map::new();
    for pair in call.flags.text("hard").unwrap_or("").split(',').filter(|pair| !pair.is_empty()) {
        let parts: Vec<&str> = pair.split('=').collect();
        let [name, quantity] = parts.as_slice() else {
            return Err(Failure::Client(format!(
                "Invalid argument syntax {pair}, expected <resource>=<value>"
            )));
        };
        if !is_quantity(quantity) {
            return Err(Failure::Client("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'".to_owned()));
        }
        let quantity = Value::from(*quantity);
        let written = Quantity::canonical(&quantity).map_or(quantity, Value::from);
        hard.insert((*name).to_owned(), written);
    }
    hard.sort_keys();
    let mut spec = Map::new();
    if !hard.is_empty() {
        spec.insert("hard".to_owned(), Value::Object(hard));
    }
    let scopes = call.flags.text("scopes").unwrap_or("");
    if !scopes.is_empty() {
        spec.insert("scopes".to_owned(), scopes.split(',').collect::<Vec<_>>().into());
    }
    let mut object = make.object(call);
    object.insert("spec".to_owned(), Value::Object(spec));
    object.insert("status".to_owned(), json!({}));
    make.finish(console, call, io, object, Some("failed to create quota: "))
}

/// As the error's expression has it.
pub(in crate::kubectl::verbs) fn is_quantity(text: &str) -> bool {
    let rest = text.trim_start_matches(['+', '-']);
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let exponent = unit.trim_start_matches(|c: char| "eEinumkKMGTP".contains(c));
    text.len() - rest.len() <= 1
        && unit.len() < rest.len()
        && exponent.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit())
}
