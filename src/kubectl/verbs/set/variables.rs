//! `kubectl set env`.

use super::change::{self, Change, Words, containers, pod_spec};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::resources;
use crate::kubectl::write::{Item, split_pairs};
use crate::manifest::go::Quoted;
use serde_json::{Value, json};

const COMMON: [&[Flag]; 8] = change::FLAGS;
static OWN: &[Flag] = &[
    Flag::new("containers", Takes::Text, "*", "The names of containers to change").short('c'),
    Flag::new("env", Takes::Array, "[]", "A key-value pair to set").short('e'),
    Flag::new("from", Takes::Text, "", "A ConfigMap or Secret to take variables from"),
    Flag::new("keys", Takes::List, "[]", "Keys to take from --from"),
    Flag::new("list", Takes::Bool, "false", "Display the environment"),
    Flag::new("overwrite", Takes::Bool, "true", "Variables that are there may be changed"),
    Flag::new("prefix", Takes::Text, "", "What stands before names of --from"),
    Flag::new("resolve", Takes::Bool, "false", "Show values that are elsewhere").missing(),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "set env",
    aliases: &[],
    usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N [options]",
    about: "Update environment variables on a pod template",
    flags: &[OWN, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4], COMMON[6], COMMON[7]],
    runs: Runs::Verb(env),
}];

fn env(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let mut change = Change::new(console, call, io)?;
    let (args, pairs) = split_pairs(&call.args, "environment").map_err(Failure::Client)?;
    let found = change.find(console, call, io, &args)?;
    let (mut set, mut removed): (Vec<Value>, Vec<String>) = (Vec::new(), Vec::new());
    for pair in pairs.iter().chain(call.flags.all("env")) {
        match pair.split_once('=') {
            Some((name, "")) => set.push(json!({"name": name})),
            Some((name, value)) => set.push(json!({"name": name, "value": value})),
            None => removed.push(pair.trim_end_matches('-').to_owned()),
        }
    }
    set.extend(from(console, call)?);
    let name = call.flags.text("containers").unwrap_or("*");
    let list = call.flags.bool("list");
    let keeps = call.flags.text("overwrite") == Some("false");
    let words = Words {
        done: "env updated",
        failed: "failed to patch env update to pod template: ",
        tells_unchanged: false,
    };
    change.each(console, io, (found, words), |io, item, object| {
        let spec = match pod_spec(item, object) {
            Ok(spec) => spec,
            Err(error) => return vec![error],
        };
        let chosen: Vec<&mut Value> = containers(spec)
            .into_iter()
            .filter(|container| is_like(container["name"].as_str().unwrap_or(""), name))
            .collect();
        if chosen.is_empty() {
            let name = Quoted(name);
            io.err(format_args!(
                "Warning: {}/{} does not have any containers matching {name:?}\n",
                item.resource.kind, item.name
            ));
        }
        for container in chosen {
            if list {
                say(io, item, container);
            } else if let Err(error) = update(item, container, (&set, &removed, keeps)) {
                return vec![error];
            }
        }
        Vec::new()
    })
}

/// `*` stands for anything.
fn is_like(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((before, after)) => {
            name.len() >= before.len() + after.len()
                && name.starts_with(before)
                && name.ends_with(after)
        }
    }
}

fn say(io: &mut Io, item: &Item, container: &Value) {
    let container_name = container["name"].as_str().unwrap_or("");
    io.line(format_args!("# {} {}, container {container_name}", item.resource.kind, item.name));
    for entry in container["env"].as_array().into_iter().flatten() {
        let name = entry["name"].as_str().unwrap_or("");
        let of = &entry["valueFrom"];
        if of.is_null() {
            io.line(format_args!("{name}={}", entry["value"].as_str().unwrap_or("")));
        } else {
            let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
            let from = if of["configMapKeyRef"].is_object() {
                let key = &of["configMapKeyRef"];
                format!("configmap {}, key {}", text(&key["name"]), text(&key["key"]))
            } else if of["secretKeyRef"].is_object() {
                let key = &of["secretKeyRef"];
                format!("secret {}, key {}", text(&key["name"]), text(&key["key"]))
            } else if of["fieldRef"].is_object() {
                format!("field path {}", text(&of["fieldRef"]["fieldPath"]))
            } else {
                format!("resource field {}", text(&of["resourceFieldRef"]["resource"]))
            };
            io.line(format_args!("# {name} from {from}"));
        }
    }
}

fn update(
    item: &Item,
    container: &mut Value,
    (set, removed, keeps): (&[Value], &[String], bool),
) -> Result<(), Failure> {
    let mut list = container["env"].as_array().cloned().unwrap_or_default();
    if keeps {
        for entry in &list {
            let new = set.iter().find(|new| new["name"] == entry["name"]);
            if new.is_some_and(|new| new["value"] != entry["value"]) {
                let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
                return Err(Failure::Client(format!(
                    "{}/{} '{}' already has a value ({}), and --overwrite is false",
                    item.resource.plural,
                    item.name,
                    text(&entry["name"]),
                    text(&entry["value"]),
                )));
            }
        }
    }
    for new in set {
        match list.iter_mut().find(|entry| entry["name"] == new["name"]) {
            Some(entry) => *entry = new.clone(),
            None => list.push(new.clone()),
        }
    }
    list.retain(|entry| !removed.iter().any(|name| entry["name"] == name.as_str()));
    if let Some(map) = container.as_object_mut() {
        if list.is_empty() {
            map.shift_remove("env");
        } else {
            map.insert("env".to_owned(), list.into());
        }
    }
    Ok(())
}

/// Variables of `--from=configmap/NAME`.
fn from(console: &Console, call: &Call) -> Result<Vec<Value>, Failure> {
    let from = call.flags.text("from").unwrap_or("");
    if from.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = resources::wanted(console, &[from.to_owned()])?;
    let Some((resource, Some(name))) = wanted.first().map(|w| (w.resource, w.name.clone())) else {
        let says = "resource(s) were provided, but no name was specified";
        return Err(Failure::Client(says.to_owned()));
    };
    let key_ref = match resource.kind {
        "ConfigMap" => "configMapKeyRef",
        "Secret" => "secretKeyRef",
        kind => {
            let says = format!("unsupported resource specified in --from: {kind}");
            return Err(Failure::Client(says));
        }
    };
    let namespace = call.namespace(console);
    let Some(source) = console.cluster.get(resource.kind, &namespace, &name) else {
        return Err(resources::not_found(resource, &name));
    };
    let keys = call.flags.all("keys");
    let prefix = call.flags.text("prefix").unwrap_or("");
    let mut list = Vec::new();
    for (key, _) in source["data"].as_object().into_iter().flatten() {
        if !keys.is_empty() && !keys.contains(key) {
            continue;
        }
        let variable = key.to_uppercase().replace(['-', '.'], "_");
        list.push(json!({
            "name": format!("{prefix}{variable}"),
            "valueFrom": {key_ref: {"key": key, "name": name}},
        }));
    }
    Ok(list)
}
