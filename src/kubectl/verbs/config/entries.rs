//! Clusters and users of the kubeconfig.

use super::{FILE, unexpected};
use crate::kubectl::command::{Call, help_of};
use crate::kubectl::console::{Console, Entry, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::manifest::go::Quoted;
use serde_json::Value;
use std::collections::BTreeMap;

fn names(entries: &BTreeMap<String, Entry>, io: &mut Io) -> Result<Done, Failure> {
    io.line("NAME");
    entries.keys().for_each(|name| io.line(name));
    Ok(Done::OK)
}

/// `config get-clusters`.
pub(super) fn clusters(console: &mut Console, _: &Call, io: &mut Io) -> Result<Done, Failure> {
    names(&console.config.clusters, io)
}

/// `config get-users`.
pub(super) fn users(console: &mut Console, _: &Call, io: &mut Io) -> Result<Done, Failure> {
    names(&console.config.users, io)
}

fn delete(
    entries: &mut BTreeMap<String, Entry>,
    what: &str,
    call: &Call,
    io: &mut Io,
) -> Result<Done, Failure> {
    let [name] = &*call.args else {
        io.out(help_of(call.command));
        return Ok(Done::OK);
    };
    if entries.remove(name).is_none() {
        return Err(Failure::Client(format!("cannot delete {what} {name}, not in {FILE}")));
    }
    io.line(format_args!("deleted {what} {name} from {FILE}"));
    Ok(Done::OK)
}

/// `config delete-cluster`.
pub(super) fn delete_cluster(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
) -> Result<Done, Failure> {
    delete(&mut console.config.clusters, "cluster", call, io)
}

/// `config delete-user`.
pub(super) fn delete_user(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
) -> Result<Done, Failure> {
    delete(&mut console.config.users, "user", call, io)
}

/// `config set-cluster`.
pub(super) fn set_cluster(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
) -> Result<Done, Failure> {
    let [name] = &*call.args else { return Err(unexpected(call, io)) };
    if name.is_empty() {
        return Err(Failure::Client("you must specify a non-empty cluster name".to_owned()));
    }
    let cluster = console.config.clusters.entry(name.clone()).or_default();
    if call.flags.is_set("server") {
        cluster.shift_remove("tls-server-name");
    }
    for field in ["server", "tls-server-name", "proxy-url"] {
        put(cluster, field, call.flags.text(field).map(Value::from));
    }
    let insecure = call.flags.is_set("insecure-skip-tls-verify");
    let is_insecure = call.flags.bool("insecure-skip-tls-verify");
    put(cluster, "insecure-skip-tls-verify", insecure.then_some(is_insecure.into()));
    io.line(format_args!("Cluster {:?} set.", Quoted(name)));
    Ok(Done::OK)
}

/// `config set-credentials`.
pub(super) fn set_user(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let [name] = &*call.args else { return Err(unexpected(call, io)) };
    let flag = |name: &str| call.flags.text(name).unwrap_or_default();
    let basic = ["username", "password"].iter().any(|name| !flag(name).is_empty());
    if basic && !flag("token").is_empty() {
        return Err(Failure::Client(
            "you cannot specify more than one authentication method at the same time: [--token, --username/--password]"
                .to_owned(),
        ));
    }
    let user = console.config.users.entry(name.clone()).or_default();
    for field in ["token", "username", "password"] {
        put(user, field, call.flags.text(field).map(Value::from));
    }
    io.line(format_args!("User {:?} set.", Quoted(name)));
    Ok(Done::OK)
}

/// Sets a field where it was given; what is empty or false does not stand in the file.
pub(super) fn put(entry: &mut Entry, field: &str, value: Option<Value>) {
    match value {
        None => {}
        Some(value) if value == "" || value == false => {
            entry.shift_remove(field);
        }
        Some(value) => {
            entry.insert(field.to_owned(), value);
        }
    }
}
