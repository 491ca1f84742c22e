//! `kubectl wait` (k8s.io/kubectl/pkg/cmd/wait, v1.36). The world's clock moves on while it
//! waits.

use crate::cluster::{Fields, Shown};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes, duration};
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::{Done, Job};
use crate::kubectl::print::jsonpath::{JsonPath, relaxed};
use crate::kubectl::print::{self, Printer};
use crate::kubectl::resources::{self, Resource};
use crate::kubectl::write::{Server, Visit, flags};
use crate::manifest::go::Quoted;
use crate::source::sort;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;

static FLAGS: &[Flag] = &[
    Flag::new(
        "for",
        Takes::Array,
        "[]",
        "delete, create, condition=NAME[=VALUE], jsonpath='{…}'=VALUE",
    ),
    Flag::new(
        "timeout",
        Takes::Duration,
        "30s",
        "How long to wait; zero looks once, negative is a week",
    ),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "wait",
    aliases: &[],
    usage: "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]] [options]",
    about: "Wait for a specific condition on one or many resources",
    flags: &[
        FLAGS,
        flags::ALL,
        flags::ALL_NAMESPACES,
        flags::FIELD_SELECTOR,
        flags::FILES,
        flags::LOCAL,
        flags::SELECTOR,
        print::FLAGS,
    ],
    runs: Runs::Verb(wait),
}];

#[derive(Debug, Clone)]
enum Condition {
    Create,
    Delete,
    Is { name: String, status: String },
    Path { path: JsonPath, value: Option<String> },
}

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

/// `conditionFuncFor`.
fn read(text: &str) -> Result<Condition, Failure> {
    let lower = text.to_lowercase();
    if lower == "delete" {
        return Ok(Condition::Delete);
    }
    if lower == "create" {
        return Ok(Condition::Create);
    }
    if let Some(rest) = text.strip_prefix("condition=") {
        let (name, status) = rest.split_once('=').unwrap_or((rest, "true"));
        return Ok(Condition::Is { name: name.to_owned(), status: status.to_owned() });
    }
    let Some(rest) = text.strip_prefix("jsonpath=") else {
        let text = Quoted(text);
        return client(format!("unrecognized condition: {text:?}"));
    };
    let (path, value) = path_and_value(rest)?;
    if path.is_empty() {
        return client("jsonpath expression cannot be empty");
    }
    let template = relaxed(&path).map_err(Failure::Client)?;
    let parsed = JsonPath::read(&template).map_err(Failure::Client)?;
    Ok(Condition::Path { path: parsed, value })
}

/// `processJSONPathInput`: what stands in braces may hold `=` itself.
fn path_and_value(text: &str) -> Result<(String, Option<String>), Failure> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut part = String::new();
    for c in text.chars() {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == '=' && depth == 0 {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(c);
        }
    }
    parts.push(part);
    let unquoted = |text: &str| text.trim_matches(['\'', '"']).to_owned();
    match parts.as_slice() {
        [path] => Ok((unquoted(path), None)),
        [_, value] if value.is_empty() => client(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
        ),
        [path, value] => Ok((unquoted(path), Some(unquoted(value)))),
        _ => client(
            "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
        ),
    }
}

impl Condition {
    /// What it looks at of an object; none where that may be anything.
    fn fields(&self) -> Option<Fields> {
        match self {
            Self::Create | Self::Delete => Some(Fields::default()),
            Self::Is { .. } => Some(Fields::at(&[
                "metadata.generation",
                "status.conditions",
                "status.observedGeneration",
            ])),
            Self::Path { path, .. } => path.fields(),
        }
    }

    fn is_met(&self, object: Option<&Value>) -> Result<bool, Failure> {
        let Some(object) = object else { return Ok(matches!(self, Self::Delete)) };
        Ok(match self {
            Self::Create => true,
            Self::Delete => false,
            Self::Is { name, status } => {
                let conditions = object["status"]["conditions"].as_array();
                let found = conditions.into_iter().flatten().find(|condition| {
                    condition["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case(name))
                });
                let is_seen = |condition: &Value| {
                    let seen = condition["observedGeneration"].as_i64();
                    let seen = seen.or(object["status"]["observedGeneration"].as_i64());
                    let now = object["metadata"]["generation"].as_i64().unwrap_or(0);
                    seen.is_none_or(|seen| seen >= now)
                };
                found.is_some_and(|condition| {
                    is_seen(condition)
                        && condition["status"]
                            .as_str()
                            .is_some_and(|is| is.eq_ignore_ascii_case(status))
                })
            }
            Self::Path { path, value } => {
                let parts = path.find(object, true).map_err(Failure::Client)?;
                let found: Vec<Value> =
                    parts.iter().flatten().map(|found| found.to_value()).collect();
                match (found.as_slice(), value) {
                    ([], _) => false,
                    ([Value::Null], _) => false,
                    (_, None) => true,
                    ([Value::Array(_) | Value::Object(_)], Some(_)) => {
                        return client(
                            "jsonpath leads to a nested object or list which is not supported",
                        );
                    }
                    ([one], Some(value)) => {
                        one.as_str().map_or_else(|| one.to_string(), str::to_owned) == *value
                    }
                    _ => {
                        return client("given jsonpath expression matches more than one value");
                    }
                }
            }
        })
    }
}

/// What is waited for, object by object, condition by condition.
#[derive(Debug, Clone)]
struct Waiting {
    left: Vec<(Arc<Condition>, &'static Resource, String, String)>,
    seconds: f64,
    looks_once: bool,
    /// Nobody was waited for yet.
    is_first: bool,
    printer: Printer,
    failed: Vec<Failure>,
    /// Objects that are not there yet are no error.
    creates: bool,
}

fn wait(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let printer = Printer::of(console, call)?;
    let texts = call.flags.all("for");
    if texts.is_empty() {
        return client("unrecognized condition: []");
    }
    let mut conditions = Vec::new();
    for text in texts {
        conditions.push(read(text)?);
    }
    // Creation is waited for first.
    sort::sort_by_key(&mut conditions, |condition| !matches!(condition, Condition::Create));
    let creates = matches!(conditions.first(), Some(Condition::Create));
    let deletes = conditions.iter().any(|c| matches!(c, Condition::Delete));
    let mut server = Server::new(call, "kubectl", false);
    let visit = Visit { args: &call.args, names_only: true, ..Visit::default() };
    let found = visit.find(console, call, io, &mut server)?;
    let mut items = Vec::new();
    let mut failed: Vec<Failure> = found
        .each(|item| {
            items.push((item.resource, item.namespace, item.name));
            Ok(())
        })
        .err()
        .into_iter()
        .collect();
    if items.is_empty() && failed.is_empty() {
        if deletes {
            return Ok(Done::OK);
        }
        return client("no matching resources found");
    }
    let conditions: Vec<Arc<Condition>> = conditions.into_iter().map(Arc::new).collect();
    let mut left = Vec::new();
    for (resource, namespace, name) in items {
        let is_there = console.cluster.has(resource.kind, &namespace, &name);
        if !is_there && !creates && !deletes {
            failed.push(resources::not_found_in(console, resource, &namespace, &name));
            continue;
        }
        for condition in &conditions {
            // What is gone already is not told.
            if matches!(**condition, Condition::Delete) && !is_there {
                continue;
            }
            left.push((condition.clone(), resource, namespace.clone(), name.clone()));
        }
    }
    let timeout = call.flags.text("timeout").and_then(duration).unwrap_or(30.0);
    let mut waiting = Waiting {
        left,
        seconds: if timeout < 0.0 { 604_800.0 } else { timeout },
        looks_once: timeout == 0.0,
        is_first: true,
        printer,
        failed,
        creates,
    };
    match waiting.look(console, io) {
        Some(exit) => Ok(Done::Exit(exit)),
        None => Ok(Done::Goes(Box::new(waiting))),
    }
}

impl Waiting {
    /// Looks at one object after another, as long as they are as wanted: who comes behind one
    /// that is waited for is not looked at before it (`RunWaitContext`).
    fn look(&mut self, console: &Console, io: &mut Io) -> Option<u8> {
        let mut left = std::mem::take(&mut self.left);
        let fields = self.fields(&left);
        let mut reader = console.cluster.reader(fields.as_ref());
        let mut at = 0;
        while let Some((condition, resource, namespace, name)) = left.get(at) {
            at += 1;
            let object = reader.get(resource.kind, namespace, name);
            let is_late = self.seconds <= 0.0 && !self.looks_once && !self.is_first;
            match condition.is_met(object.as_deref()) {
                Ok(true) if !is_late || matches!(**condition, Condition::Create) => {
                    let object = object.unwrap_or_else(|| {
                        Shown::from(Cow::Owned(json!({
                            "apiVersion": resource.api_version,
                            "kind": resource.kind,
                            "metadata": {"name": name, "namespace": namespace},
                        })))
                    });
                    if let Err(error) = self.printer.print(&object, "condition met", io) {
                        self.failed.push(error);
                    }
                    continue;
                }
                Ok(_) if !self.looks_once && self.seconds > 0.0 => {
                    self.is_first = false;
                    self.left = left.split_off(at - 1);
                    return None;
                }
                Ok(_) => self.failed.push(self.too_late(condition, resource, name)),
                Err(error) => self.failed.push(error),
            }
            // What else is wanted of an object that has failed is not looked at.
            let is_same = |other: &&(_, &'static Resource, String, String)| {
                (other.1, &other.2, &other.3) == (*resource, namespace, name)
            };
            at += left.get(at..).unwrap_or_default().iter().take_while(is_same).count();
        }
        Some(self.end(io))
    }

    /// What is looked at of objects; none where that may be anything.
    fn fields(
        &self,
        left: &[(Arc<Condition>, &'static Resource, String, String)],
    ) -> Option<Fields> {
        let names = Fields::at(&["apiVersion", "kind", "metadata.name"]);
        let mut fields = self.printer.tells().then_some(names)?;
        let mut last: Option<&Arc<Condition>> = None;
        for (condition, ..) in left {
            if last.is_none_or(|last| !Arc::ptr_eq(last, condition)) {
                fields = fields.and(&condition.fields()?);
            }
            last = Some(condition);
        }
        Some(fields)
    }

    fn too_late(&self, condition: &Condition, resource: &Resource, name: &str) -> Failure {
        let plural = resource.plural;
        Failure::Client(match condition {
            _ if self.looks_once && self.creates => format!("{plural}/{name}"),
            _ if self.looks_once => format!("condition not met for {plural}/{name}"),
            Condition::Create => "timed out waiting for the condition".to_owned(),
            _ => format!("timed out waiting for the condition on {plural}/{name}"),
        })
    }

    fn end(&self, io: &mut Io) -> u8 {
        if self.failed.is_empty() {
            return 0;
        }
        io.err(Failure::Many(self.failed.clone()).stderr());
        1
    }
}

impl Job for Waiting {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn lasts(&self) -> Option<usize> {
        Some(self.seconds.ceil() as usize + 1)
    }

    fn proceed(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        self.seconds -= 1.0;
        self.look(console, io)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}
