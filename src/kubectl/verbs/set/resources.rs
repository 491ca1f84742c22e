//! `kubectl set resources`.

use super::change::{self, Change, Words, containers, pod_spec};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::verbs::create::is_quantity;
use crate::manifest::Quantity;
use serde_json::{Value, json};

const COMMON: [&[Flag]; 8] = change::FLAGS;
static OWN: &[Flag] = &[
    Flag::new("containers", Takes::Text, "*", "The names of containers to change").short('c'),
    Flag::new("limits", Takes::Text, "", "Limits as cpu=200m,memory=512Mi"),
    Flag::new("requests", Takes::Text, "", "Requests as cpu=200m,memory=512Mi"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "set resources",
    aliases: &[],
    usage: "(-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS] [options]",
    about: "Update resource requests/limits on objects with pod templates",
    flags: &[
        OWN, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4], COMMON[5], COMMON[6], COMMON[7],
    ],
    runs: Runs::Verb(set),
}];

fn set(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let mut change = Change::new(console, call, io)?;
    let found = change.find(console, call, io, &call.args)?;
    let mut wanted: Vec<(&str, Vec<(String, String)>)> = Vec::new();
    for field in ["limits", "requests"] {
        let text = call.flags.text(field).unwrap_or("");
        if !text.is_empty() {
            wanted.push((field, quantities(text)?));
        }
    }
    if wanted.is_empty() {
        return Err(Failure::Client(
            "you must specify an update to requests or limits (in the form of --requests/--limits)"
                .to_owned(),
        ));
    }
    let name = call.flags.text("containers").unwrap_or("*");
    let words = Words {
        done: "resource requirements updated",
        failed: "failed to patch resources update to pod template ",
        tells_unchanged: false,
    };
    change.each(console, io, (found, words), |_, item, object| {
        let spec = match pod_spec(item, object) {
            Ok(spec) => spec,
            Err(error) => return vec![error],
        };
        let mut is_found = false;
        for container in containers(spec).into_iter().filter(|c| name == "*" || c["name"] == name) {
            is_found = true;
            for (field, quantities) in &wanted {
                let mut map =
                    container["resources"][field].as_object().cloned().unwrap_or_default();
                for (key, value) in quantities {
                    let value = Value::from(value.as_str());
                    let written = Quantity::canonical(&value).map_or(value, Value::from);
                    map.insert(key.clone(), written);
                }
                map.sort_keys();
                if !container["resources"].is_object() {
                    container["resources"] = json!({});
                }
                container["resources"][*field] = Value::Object(map);
            }
        }
        if is_found {
            return Vec::new();
        }
        vec![Failure::Client(format!("unable to find container named {name}"))]
    })
}

fn quantities(text: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut quantities = Vec::new();
    for pair in text.split(',') {
        match pair.split('=').collect::<Vec<_>>().as_slice() {
            [name, quantity] if is_quantity(quantity) => {
                quantities.push(((*name).to_owned(), (*quantity).to_owned()));
            }
            [_, _] => {
                return Err(Failure::Client("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'".to_owned()));
            }
            _ => {
                return Err(Failure::Client(format!(
                    "Invalid argument syntax {pair}, expected <resource>=<value>"
                )));
            }
        }
    }
    Ok(quantities)
}
