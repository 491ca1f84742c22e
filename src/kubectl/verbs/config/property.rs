//! Single values of the kubeconfig: `config set` and `config unset`.

use super::entries::put;
use super::unexpected;
use crate::kubectl::command::Call;
use crate::kubectl::console::{Config, Console, Entry, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::manifest::go::Quoted;
use serde_json::Value;
use std::collections::BTreeMap;

const CLUSTER: &[&str] = &[
    "server",
    "tls-server-name",
    "insecure-skip-tls-verify",
    "certificate-authority",
    "proxy-url",
    "disable-compression",
];
const USER: &[&str] = &["client-certificate", "client-key", "token", "username", "password"];
const CONTEXT: &[&str] = &["cluster", "user", "namespace"];

/// `config set`.
pub(super) fn set(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let [path, value] = &*call.args else { return Err(unexpected(call, io)) };
    if value.is_empty() {
        return Err(Failure::Client("you cannot use set to unset a property".to_owned()));
    }
    change(&mut console.config, path, Some(value))?;
    io.line(format_args!("Property {:?} set.", Quoted(path)));
    Ok(Done::OK)
}

/// `config unset`.
pub(super) fn unset(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let [path] = &*call.args else { return Err(unexpected(call, io)) };
    change(&mut console.config, path, None)?;
    io.line(format_args!("Property {:?} unset.", Quoted(path)));
    Ok(Done::OK)
}

/// `modifyConfig`: a value, or none to take it out.
fn change(config: &mut Config, path: &str, value: Option<&str>) -> Result<(), Failure> {
    let client = |text: String| Err(Failure::Client(text));
    if path.is_empty() {
        return client("you must specify a property".to_owned());
    }
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let fields = match first {
        "current-context" if rest.is_none() => {
            value.unwrap_or_default().clone_into(&mut config.current);
            return Ok(());
        }
        "contexts" => CONTEXT,
        "clusters" => CLUSTER,
        "users" => USER,
        _ => {
            return client(format!("unable to parse {path} after [] at api.Config"));
        }
    };
    let Some(rest) = rest else {
        if value.is_some() {
            return client("can't set a map to a value: map[]".to_owned());
        }
        match first {
            "contexts" => config.contexts.clear(),
            "clusters" => config.clusters.clear(),
            _ => config.users.clear(),
        }
        return Ok(());
    };
    // A name may hold dots: it ends before a field's name.
    let field = fields.iter().find(|field| {
        rest.strip_suffix(**field).is_some_and(|name| name.ends_with('.') && name.len() > 1)
    });
    let name = field.and_then(|field| rest.strip_suffix(field)?.strip_suffix('.')).unwrap_or(rest);
    let Some(field) = field else {
        return match value {
            Some(_) => client(format!("unable to parse one or more field values of {path}")),
            None => {
                match first {
                    "contexts" => drop(config.remove(name)),
                    "clusters" => drop(config.clusters.remove(name)),
                    _ => drop(config.users.remove(name)),
                }
                Ok(())
            }
        };
    };
    match first {
        "contexts" => context(config, name, field, value),
        "clusters" => entry(&mut config.clusters, name, field, value),
        _ => entry(&mut config.users, name, field, value),
    }
}

fn invalid(name: &str) -> Failure {
    Failure::Client(format!("current map key `{name}` is invalid"))
}

fn context(
    config: &mut Config,
    name: &str,
    field: &str,
    value: Option<&str>,
) -> Result<(), Failure> {
    let mut context = match config.context(name) {
        Some(context) => context.clone(),
        None if value.is_none() => return Err(invalid(name)),
        None => crate::kubectl::console::Context { name: name.to_owned(), ..Default::default() },
    };
    let place = match field {
        "cluster" => &mut context.cluster,
        "user" => &mut context.user,
        _ => &mut context.namespace,
    };
    value.unwrap_or_default().clone_into(place);
    config.put(context);
    Ok(())
}

fn entry(
    entries: &mut BTreeMap<String, Entry>,
    name: &str,
    field: &str,
    value: Option<&str>,
) -> Result<(), Failure> {
    if value.is_none() && !entries.contains_key(name) {
        return Err(invalid(name));
    }
    let value = match (field, value) {
        ("insecure-skip-tls-verify" | "disable-compression", Some(text)) => match text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Value::Bool(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Value::Bool(false),
            _ => {
                let text = Quoted(text);
                return Err(Failure::Client(format!(
                    "strconv.ParseBool: parsing {text:?}: invalid syntax"
                )));
            }
        },
        (_, value) => value.unwrap_or_default().into(),
    };
    put(entries.entry(name.to_owned()).or_default(), field, Some(value));
    Ok(())
}
