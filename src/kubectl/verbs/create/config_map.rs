//! `kubectl create configmap`.

use super::data;
use super::make::{self, Make};
use crate::kubectl::command::{Call, Command, Flag, Runs};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use serde_json::{Map, Value};

const COMMON: [&[Flag]; 5] = make::FLAGS;

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "create configmap",
    aliases: &["cm"],
    usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none] [options]",
    about: "Create a config map from a local file, directory or literal value",
    flags: &[data::FLAGS, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
    runs: Runs::Verb(config_map),
}];

fn config_map(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "configmaps")?;
    let (mut texts, mut binary) = (Map::new(), Map::new());
    for (key, bytes) in data::pairs(console, call, "ConfigMap", &make.name)? {
        match String::from_utf8(bytes) {
            Ok(text) => texts.insert(key, text.into()),
            Err(error) => binary.insert(key, data::base64(error.as_bytes()).into()),
        };
    }
    let mut object = make.object(call);
    for (field, mut map) in [("data", texts), ("binaryData", binary)] {
        if !map.is_empty() {
            map.sort_keys();
            object.insert(field.to_owned(), Value::Object(map));
        }
    }
    data::append_hash(call, &mut object);
    make.finish(console, call, io, object, Some("failed to create configmap: "))
}
