//! `kubectl create ingress`.

use super::make::{self, Make};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use serde_json::{Map, Value, json};

const COMMON: [&[Flag]; 5] = make::FLAGS;

static FLAGS: &[Flag] = &[
    Flag::new("annotation", Takes::Array, "[]", "Annotations as annotation=value"),
    Flag::new("class", Takes::Text, "", "The ingress class to use"),
    Flag::new("default-backend", Takes::Text, "", "The default service as svcname:port"),
    Flag::new("rule", Takes::Array, "[]", "Rules as host/path=service:port[,tls[=secret]]"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "create ingress",
    aliases: &["ing"],
    usage: "NAME --rule=host/path=service:port[,tls[=secret]]  [options]",
    about: "Create an ingress with the specified name",
    flags: &[FLAGS, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
    runs: Runs::Verb(ingress),
}];

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

/// `svcname:port`.
fn backend(text: &str) -> Option<Value> {
    let (name, port) = text.split_once(':')?;
    let is_word = |text: &str| !text.is_empty() && !text.contains([':', '/', '=', ',']);
    if !is_word(name) || !is_word(port) {
        return None;
    }
    let port = match port.parse::<i32>() {
        Ok(number) => json!({"number": number}),
        Err(_) => json!({"name": port}),
    };
    Some(json!({"service": {"name": name, "port": port}}))
}

/// What one `--rule` says.
struct Rule {
    host: String,
    path: Value,
    tls: Option<String>,
}

fn rule(text: &str) -> Option<Rule> {
    let mut parts = text.splitn(2, ',');
    let (place, target) = parts.next()?.split_once('=')?;
    let slash = place.find('/')?;
    let (host, path) = place.split_at(slash);
    let backend = backend(target)?;
    let tls = match parts.next() {
        None => None,
        Some("tls") => Some(String::new()),
        Some(more) => Some(more.strip_prefix("tls=")?.to_owned()),
    };
    let (path, kind) = match path.strip_suffix('*') {
        Some(prefix) => (prefix, "Prefix"),
        None => (path, "Exact"),
    };
    let path = json!({"path": path, "pathType": kind, "backend": backend});
    Some(Rule { host: host.to_owned(), path, tls })
}

fn ingress(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "ingresses")?;
    let rules = call.flags.all("rule");
    let default = call.flags.text("default-backend").unwrap_or("");
    if rules.is_empty() && default.is_empty() {
        return client(
            "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
        );
    }
    let mut read = Vec::new();
    for text in rules {
        let Some(rule) = rule(text) else {
            return client(format!(
                "rule {text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            ));
        };
        read.push(rule);
    }
    let mut annotations = Map::new();
    for text in call.flags.all("annotation") {
        let Some((key, value)) = text.split_once('=') else {
            return client(format!(
                "annotation {text} is invalid and should be in format key=[value]"
            ));
        };
        annotations.insert(key.to_owned(), value.into());
    }
    let mut spec = Map::new();
    if let Some(class) = call.flags.text("class").filter(|class| !class.is_empty()) {
        spec.insert("ingressClassName".to_owned(), class.into());
    }
    if !default.is_empty() {
        let Some(backend) = backend(default) else {
            return client("default-backend should be in format servicename:serviceport");
        };
        spec.insert("defaultBackend".to_owned(), backend);
    }
    let tls = tls(&read);
    if !tls.is_empty() {
        spec.insert("tls".to_owned(), tls.into());
    }
    let rules = by_host(read);
    if !rules.is_empty() {
        spec.insert("rules".to_owned(), rules.into());
    }
    let mut object = make.object(call);
    if !annotations.is_empty() {
        annotations.sort_keys();
        object["metadata"]["annotations"] = Value::Object(annotations);
    }
    object.insert("spec".to_owned(), Value::Object(spec));
    object.insert("status".to_owned(), json!({"loadBalancer": {}}));
    make.finish(console, call, io, object, Some("failed to create ingress: "))
}

/// One entry for each secret, with its hosts.
fn tls(rules: &[Rule]) -> Vec<Value> {
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    for rule in rules {
        let Some(secret) = &rule.tls else { continue };
        let at = entries.iter().position(|(known, _)| known == secret).unwrap_or_else(|| {
            entries.push((secret.clone(), Vec::new()));
            entries.len() - 1
        });
        if let Some((_, hosts)) = entries.get_mut(at)
            && !rule.host.is_empty()
            && !hosts.contains(&rule.host)
        {
            hosts.push(rule.host.clone());
        }
    }
    let entry = |(secret, hosts): (String, Vec<String>)| {
        let mut entry = Map::new();
        if !hosts.is_empty() {
            entry.insert("hosts".to_owned(), hosts.into());
        }
        if !secret.is_empty() {
            entry.insert("secretName".to_owned(), secret.into());
        }
        Value::Object(entry)
    };
    entries.into_iter().map(entry).collect()
}

/// One rule for each host, with its paths.
fn by_host(rules: Vec<Rule>) -> Vec<Value> {
    let mut hosts: Vec<(String, Vec<Value>)> = Vec::new();
    for rule in rules {
        match hosts.iter_mut().find(|(host, _)| *host == rule.host) {
            Some((_, paths)) => paths.push(rule.path),
            None => hosts.push((rule.host, vec![rule.path])),
        }
    }
    let rule = |(host, paths): (String, Vec<Value>)| {
        let mut rule = Map::new();
        if !host.is_empty() {
            rule.insert("host".to_owned(), host.into());
        }
        rule.insert("http".to_owned(), json!({"paths": paths}));
        Value::Object(rule)
    };
    hosts.into_iter().map(rule).collect()
}
