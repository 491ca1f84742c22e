//! `kubectl events` (k8s.io/kubectl/pkg/cmd/events, v1.36).

use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::{Done, Job};
use crate::kubectl::print::age::{seconds, since};
use crate::kubectl::print::tabs::Tabs;
use crate::kubectl::print::{self, Printer};
use crate::kubectl::resources;
use serde_json::Value;

static FLAGS: &[Flag] = &[
    Flag::new(
        "all-namespaces",
        Takes::Bool,
        "false",
        "If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.",
    )
    .short('A'),
    Flag::new(
        "chunk-size",
        Takes::Int,
        "500",
        "Return large lists in chunks rather than all at once. Pass 0 to disable.",
    ),
    Flag::new(
        "for",
        Takes::Text,
        "",
        "Filter events to only those pertaining to the specified resource.",
    ),
    Flag::new(
        "no-headers",
        Takes::Bool,
        "false",
        "When using the default output format, don't print headers.",
    ),
    Flag::new("types", Takes::List, "[]", "Output only events of given types."),
    Flag::new(
        "watch",
        Takes::Bool,
        "false",
        "After listing the requested events, watch for more events.",
    )
    .short('w'),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "events",
    aliases: &[],
    usage: "[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning] [options]",
    about: "List events",
    flags: &[FLAGS, print::FLAGS],
    runs: Runs::Verb(events),
}];

/// Which events are asked for.
#[derive(Debug, Clone)]
struct Asked {
    namespace: Option<String>,
    /// Kind and name of what they are about.
    about: Option<(&'static str, String)>,
    types: Vec<String>,
    no_headers: bool,
}

impl Asked {
    fn of(console: &Console, call: &Call) -> Result<Self, Failure> {
        let flags = &call.flags;
        let about = match flags.text("for") {
            None => None,
            Some(text) => {
                let wrong = || Failure::Client("--for must be in resource/name form".to_owned());
                let (resource, name) = text.split_once('/').ok_or_else(wrong)?;
                let found = resources::named(console, resource)
                    .map_err(|failure| Failure::Plain(failure.text() + "\n"))?;
                Some((found.kind, name.to_owned()))
            }
        };
        let types = flags.all("types").to_vec();
        let is_known =
            |kind: &String| ["normal", "warning"].contains(&kind.to_lowercase().as_str());
        if !types.iter().all(is_known) {
            return Err(Failure::Client("valid --types are Normal or Warning".to_owned()));
        }
        Ok(Self {
            namespace: (!flags.bool("all-namespaces")).then(|| call.namespace(console)),
            about,
            types,
            no_headers: flags.bool("no-headers"),
        })
    }

    fn wants(&self, event: &Value) -> bool {
        let object = &event["involvedObject"];
        let about = self.about.as_ref();
        let kind = event["type"].as_str().unwrap_or_default();
        about.is_none_or(|(kind, name)| object["kind"] == *kind && object["name"] == **name)
            && (self.types.is_empty()
                || self.types.iter().any(|wanted| wanted.eq_ignore_ascii_case(kind)))
    }

    /// The events, the latest last.
    fn list(&self, console: &Console) -> Vec<Value> {
        let mut events = console.cluster.list("Event", self.namespace.as_deref());
        events.retain(|event| self.wants(event));
        print::sort_as_go(&mut events, &mut |a, b| time(a) < time(b));
        events
    }

    fn head(&self, tabs: &mut Tabs) {
        let all = self.namespace.is_none().then_some("NAMESPACE");
        let heads = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
        if !self.no_headers {
            tabs.line(all.into_iter().chain(heads).map(str::to_owned).collect());
        }
    }

    fn row(&self, event: &Value, now: i64, tabs: &mut Tabs) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let about = &event["involvedObject"];
        let mut line = Vec::new();
        if self.namespace.is_none() {
            line.push(text(&event["metadata"]["namespace"]));
        }
        line.extend([
            seen(event, now),
            text(&event["type"]),
            text(&event["reason"]),
            format!("{}/{}", text(&about["kind"]), text(&about["name"])),
            text(&event["message"]).trim().to_owned(),
        ]);
        tabs.line(line);
    }
}

/// When an event was seen last.
fn time(event: &Value) -> Option<i64> {
    let first =
        [&event["series"]["lastObservedTime"], &event["lastTimestamp"], &event["eventTime"]]
            .into_iter()
            .find(|time| !time.is_null())?;
    seconds(first.as_str()?)
}

/// `getInterval`: how long ago, and how often since when.
fn seen(event: &Value, now: i64) -> String {
    let start = &event["eventTime"];
    let start = since(if start.is_null() { &event["firstTimestamp"] } else { start }, now);
    let series = &event["series"];
    let (last, count) = match series.is_null() {
        true => (&event["lastTimestamp"], &event["count"]),
        false => (&series["lastObservedTime"], &series["count"]),
    };
    let count = count.as_i64().unwrap_or(0);
    if !series.is_null() || count > 1 {
        return format!("{} (x{count} over {start})", since(last, now));
    }
    start
}

fn events(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let asked = Asked::of(console, call)?;
    let mut printer = Printer::of(console, call)?;
    let list = asked.list(console);
    let watches = call.flags.bool("watch") && io.columns.is_some();
    let mut tabs = Tabs::default();
    if list.is_empty() && !watches {
        match &asked.namespace {
            Some(namespace) => {
                io.err(format_args!("No events found in {namespace} namespace.\n"));
            }
            None => io.err("No events found.\n"),
        }
        return Ok(Done::OK);
    }
    if !printer.tells() {
        printer.print(&print::list(list), "", io)?;
        return Ok(Done::OK);
    }
    let now = console.now();
    asked.head(&mut tabs);
    list.iter().for_each(|event| asked.row(event, now, &mut tabs));
    io.out(tabs.take());
    if !watches {
        return Ok(Done::OK);
    }
    Ok(Done::Goes(Box::new(Watch { asked, tabs, told: list })))
}

/// `kubectl events -w`.
#[derive(Debug, Clone)]
struct Watch {
    asked: Asked,
    tabs: Tabs,
    told: Vec<Value>,
}

impl Job for Watch {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn proceed(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        let list = self.asked.list(console);
        let now = console.now();
        for event in list.iter().filter(|event| !self.told.contains(event)) {
            self.asked.row(event, now, &mut self.tabs);
        }
        self.told = list;
        io.out(self.tabs.take());
        None
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}
