//! `kubectl api-resources` and `kubectl api-versions`
//! (k8s.io/kubectl/pkg/cmd/apiresources, v1.36).

use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::tabs::Tabs;
use crate::kubectl::print::{Printer, yaml};
use crate::kubectl::resources::{self, Resource, served};
use crate::manifest::go::Quoted;
use crate::source::sort;
use serde_json::{Value, json};
use std::collections::BTreeSet;

static FLAGS: &[Flag] = &[
    Flag::new("api-group", Takes::Text, "", "Show the resources of this group only."),
    Flag::new("cached", Takes::Bool, "false", "Use the list that kubectl kept."),
    Flag::new("categories", Takes::List, "[]", "Show the resources of these categories only."),
    Flag::new("namespaced", Takes::Bool, "true", "Show those in namespaces, or the others."),
    Flag::new("no-headers", Takes::Bool, "false", "Leave the table's head out."),
    Flag::new("output", Takes::Text, "", "Output format. One of: (json, yaml, kyaml, name, wide).")
        .short('o'),
    Flag::new("show-managed-fields", Takes::Bool, "false", "Show managedFields, too."),
    Flag::new("sort-by", Takes::Text, "", "Sort by name or kind."),
    Flag::new("verbs", Takes::List, "[]", "Show resources with all of these verbs only."),
];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "api-resources",
        aliases: &[],
        usage: "[flags] [options]",
        about: "Print the supported API resources on the server",
        flags: &[FLAGS],
        runs: Runs::Verb(resources),
    },
    Command {
        path: "api-versions",
        aliases: &[],
        usage: "[options]",
        about: "Print the supported API versions on the server, in the form of \"group/version\"",
        flags: &[],
        runs: Runs::Verb(versions),
    },
];

fn no_arguments(call: &Call) -> Result<(), Failure> {
    if call.args.is_empty() {
        return Ok(());
    }
    Err(call.usage_error(format_args!("unexpected arguments: [{}]", call.args.join(" "))))
}

fn resources(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    no_arguments(call)?;
    let flags = &call.flags;
    let sort = flags.text("sort-by").unwrap_or_default();
    if !matches!(sort, "" | "name" | "kind") {
        return Err(Failure::Client("--sort-by accepts only name or kind".to_owned()));
    }
    let output = flags.text("output").unwrap_or_default();
    if !matches!(output, "" | "json" | "kyaml" | "name" | "wide" | "yaml") {
        let output = Quoted(output);
        return Err(Failure::Client(format!(
            "unable to match a printer suitable for the output format {output:?}, allowed formats are: json,kyaml,name,wide,yaml"
        )));
    }
    let group = flags.text("api-group");
    let has = |all: &[&str], wanted: &[String]| wanted.iter().all(|w| all.contains(&w.as_str()));
    let mut shown: Vec<&Resource> = served(console)
        .filter(|r| group.is_none_or(|group| r.group() == group))
        .filter(|r| !flags.is_set("namespaced") || r.namespaced == flags.bool("namespaced"))
        .filter(|r| has(r.verbs(), flags.all("verbs")))
        .filter(|r| has(r.categories(), flags.all("categories")))
        .collect();
    match sort {
        "kind" => sort::sort_by_key(&mut shown, |r| r.kind),
        "name" => sort::sort_by_key(&mut shown, |r| r.plural),
        _ => sort::sort_by_key(&mut shown, |r| (r.group(), r.plural)),
    }
    match output {
        "name" => shown.iter().for_each(|r| io.line(r.full_plural())),
        "" | "wide" => table(&shown, output == "wide", !flags.bool("no-headers"), io),
        _ => {
            let list = json!({
                "kind": "APIResourceList",
                "apiVersion": "v1",
                "groupVersion": "",
                "resources": shown.iter().map(|r| written(r)).collect::<Vec<_>>(),
            });
            match output {
                "yaml" => io.out(yaml::to_yaml(&list)),
                _ => Printer::of(console, call)?.print_made(&list, "", io)?,
            }
        }
    }
    Ok(Done::OK)
}

fn written(resource: &Resource) -> Value {
    let mut value = json!({
        "name": resource.plural,
        "singularName": resource.kind.to_lowercase(),
        "namespaced": resource.namespaced,
    });
    if !resource.group().is_empty() {
        value["group"] = resource.group().into();
    }
    value["version"] = resource.version().into();
    value["kind"] = resource.kind.into();
    value["verbs"] = resource.verbs().into();
    for (field, list) in [("shortNames", resource.short), ("categories", resource.categories())] {
        if !list.is_empty() {
            value[field] = list.into();
        }
    }
    value
}

fn table(shown: &[&Resource], wide: bool, headers: bool, io: &mut Io) {
    let mut tabs = Tabs::default();
    let mut line = |cells: [&str; 5], more: [&str; 2]| {
        let more = more.iter().take(if wide { 2 } else { 0 });
        tabs.line(cells.iter().chain(more).map(|cell| (*cell).to_owned()).collect());
    };
    if headers {
        line(["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"], ["VERBS", "CATEGORIES"]);
    }
    for r in shown {
        let namespaced = if r.namespaced { "true" } else { "false" };
        line(
            [r.plural, &r.short.join(","), r.api_version, namespaced, r.kind],
            [&r.verbs().join(","), &r.categories().join(",")],
        );
    }
    io.out(tabs.take());
}

fn versions(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    no_arguments(call)?;
    api_versions(console).into_iter().for_each(|version| io.line(version));
    Ok(Done::OK)
}

/// Every `group/version` that this world serves, in order.
pub(super) fn api_versions(console: &Console) -> BTreeSet<&'static str> {
    let served = resources::served(console).map(|r| r.api_version);
    served.chain(["autoscaling/v1"]).collect()
}
