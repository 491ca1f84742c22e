//! Forms of texts, and rules of tables that fields alone can't say.

use super::path::FieldPath;
use super::schema::Place;
use super::version::{Need, Range, Version};
use super::walk::{Found, number, span, whole};
use crate::dns::RecordType;
use crate::trace::{Client, Target};
use std::collections::HashSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const PLAIN: Result<(), String> = Err(String::new());

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

fn is_namespaced_name(text: &str) -> bool {
    match text.split_once('/') {
        Some((namespace, name)) => is_name(namespace) && is_name(name),
        None => is_name(text),
    }
}

/// `pod:[NS/]NAME`, `node:NAME`, `external`.
pub(super) fn client(text: &str) -> Result<(), String> {
    text.parse::<Client>().map(|_| ()).map_err(|_| String::new())
}

/// `service/[NS/]NAME:PORT`, `lb/[NS/]NAME:PORT`, `NODE:PORT`, `IP:PORT`, `NAME:PORT`.
pub(super) fn target(text: &str) -> Result<(), String> {
    text.parse::<Target>().map(|_| ()).map_err(|_| String::new())
}

/// `KIND/[NS/]NAME`.
pub(super) fn object(text: &str) -> Result<(), String> {
    match text.split_once('/') {
        Some((kind, name)) if is_name(kind) && is_namespaced_name(name) => Ok(()),
        _ => PLAIN,
    }
}

/// A file in the console's folder.
pub(super) fn file(text: &str) -> Result<(), String> {
    let plain = !text.is_empty()
        && text.len() <= 253
        && !text.starts_with('/')
        && text.split('/').all(|part| is_name(part) && part != "." && part != "..");
    if plain { Ok(()) } else { PLAIN }
}

/// A name to look up.
pub(super) fn host(text: &str) -> Result<(), String> {
    if is_name(text.trim_end_matches('.')) { Ok(()) } else { PLAIN }
}

/// `A`, `SRV` and so on.
pub(super) fn record_type(text: &str) -> Result<(), String> {
    text.parse::<RecordType>().map(|_| ()).map_err(|why| format!("{why}."))
}

/// `spec.ports[0].port`.
pub(super) fn path(text: &str) -> Result<(), String> {
    text.parse::<FieldPath>().map(|_| ()).map_err(|error| error.to_string())
}

/// `1.36`, `>=1.34 <1.38`.
pub(super) fn range(text: &str) -> Result<(), String> {
    text.parse::<Range>().map(|_| ()).map_err(|error| error.to_string())
}

/// `1.2.0`.
pub(super) fn version(text: &str) -> Result<(), String> {
    text.parse::<Version>().map(|_| ()).map_err(|_| String::new())
}

/// `services`, `services >=1.2`.
pub(super) fn need(text: &str) -> Result<(), String> {
    text.parse::<Need>().map(|_| ()).map_err(|error| error.to_string())
}

/// A pack builds on others, each named once.
pub(super) fn needs_others(table: &DeTable<'_>, _: Place, found: &mut Found<'_>) {
    let own = table.get("id").and_then(|id| id.get_ref().as_str());
    let mut seen = HashSet::new();
    let entries = table.get("needs").and_then(|needs| needs.get_ref().as_array());
    for entry in entries.into_iter().flat_map(|entries| entries.iter()) {
        let Some(Ok(need)) = entry.get_ref().as_str().map(str::parse::<Need>) else { continue };
        if own == Some(need.id.as_str()) {
            found.add(span(entry.span()), "The pack needs itself.", "Take it out.");
        } else if !seen.insert(need.id.clone()) {
            found.add(
                span(entry.span()),
                format!("`{}` stands twice in `needs`.", need.id),
                "Take one out.",
            );
        }
    }
}

fn tables<'t>(table: &'t DeTable<'_>, key: &str) -> Vec<&'t DeTable<'t>> {
    let entries = table.get(key).and_then(|value| value.get_ref().as_array());
    entries.map_or_else(Vec::new, |list| {
        list.iter().filter_map(|entry| entry.get_ref().as_table()).collect()
    })
}

fn text_at<'t>(table: &'t DeTable<'_>, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
    table.get(key)
}

/// An expectation without a set asks nothing.
pub(super) fn expects_something(table: &DeTable<'_>, place: Place, found: &mut Found<'_>) {
    if table.is_empty() {
        found.add(
            place,
            "The expectation asks nothing.",
            "Give at least one of outcomes, pods, sources, pod_ports, reasons.",
        );
    }
}

/// `absent = false` would mean `exists`, and says it badly.
pub(super) fn flags_are_true(table: &DeTable<'_>, _: Place, found: &mut Found<'_>) {
    for (key, other) in [("absent", "exists"), ("exists", "absent")] {
        if let Some(value) = table.get(key)
            && value.get_ref().as_bool() == Some(false)
        {
            found.add(
                span(value.span()),
                format!("`{key}` can't be false."),
                format!("Write `{other} = true`."),
            );
        }
    }
}

/// Only a goal about traffic or a name can be reached in part.
pub(super) fn partial_has_parts(table: &DeTable<'_>, _: Place, found: &mut Found<'_>) {
    let has_parts = ["probe", "name", "unbroken"].iter().any(|key| table.contains_key(*key));
    if let Some((key, _)) = table.get_key_value("partial")
        && !has_parts
    {
        found.add(
            span(key.span()),
            "A goal of this kind is reached or not: it has no parts.",
            "Take `partial` out, or make two goals of it.",
        );
    }
}

/// Exceptions are from what is derived; a list of probes has none.
pub(super) fn exceptions_or_probes(table: &DeTable<'_>, _: Place, found: &mut Found<'_>) {
    if let Some((key, _)) = table.get_key_value("except")
        && table.contains_key("probes")
    {
        found.add(
            span(key.span()),
            "`except` says nothing where `probes` are listed.",
            "Take one of them out.",
        );
    }
}

/// An exercise has an answer, and its hints leave points.
pub(super) fn exercise(table: &DeTable<'_>, place: Place, found: &mut Found<'_>) {
    if !table.contains_key("solution") && !table.contains_key("solution_commands") {
        found.add(
            place,
            "The exercise has no solution.",
            "Give `solution`, a manifest, or `solution_commands`, or both.",
        );
    }
    hints_leave_points(table, place, found);
}

/// All hints together cost no more than all points.
fn hints_leave_points(table: &DeTable<'_>, place: Place, found: &mut Found<'_>) {
    let sum: f64 =
        tables(table, "hints").iter().filter_map(|hint| number(hint.get("cost")?.get_ref())).sum();
    if sum > 1.0 + 1e-9 {
        let at = table.get_key_value("hints").map_or(place, |(key, _)| span(key.span()));
        found.add(
            at,
            "All hints together cost more than all points.",
            "Make the costs sum to 1 at most.",
        );
    }
}

fn n_right(table: &DeTable<'_>) -> usize {
    tables(table, "options")
        .iter()
        .filter(|option| {
            option.get("right").and_then(|right| right.get_ref().as_bool()) == Some(true)
        })
        .count()
}

/// Options, items and sides are told apart by their texts.
fn texts_differ(table: &DeTable<'_>, list: &str, key: &str, found: &mut Found<'_>) {
    let mut seen = HashSet::new();
    for entry in tables(table, list) {
        if let Some(value) = text_at(entry, key)
            && let Some(text) = value.get_ref().as_str()
            && !seen.insert(text.trim())
        {
            found.add(
                span(value.span()),
                format!("Another entry of `{list}` has the same `{key}`."),
                "Make them differ, or take one out.",
            );
        }
    }
}

/// Exactly one option of a single-choice question is right.
pub(super) fn one_option_is_right(table: &DeTable<'_>, place: Place, found: &mut Found<'_>) {
    let n_right = n_right(table);
    if n_right != 1 {
        found.add(
            place,
            format!("{n_right} options of a single-choice question are right."),
            "Mark exactly one with `right = true`, or make it a `multiple` question.",
        );
    }
    texts_differ(table, "options", "text", found);
}

/// At least one option of a multiple-choice question is right.
pub(super) fn some_option_is_right(table: &DeTable<'_>, place: Place, found: &mut Found<'_>) {
    if n_right(table) == 0 {
        found.add(
            place,
            "No option of a multiple-choice question is right.",
            "Mark each right one with `right = true`.",
        );
    }
    texts_differ(table, "options", "text", found);
}

/// A short question accepts forms, a pattern or both.
pub(super) fn accepts_something(table: &DeTable<'_>, place: Place, found: &mut Found<'_>) {
    if !table.contains_key("accept") && !table.contains_key("pattern") {
        found.add(place, "The short question accepts nothing.", "Give `accept` or `pattern`.");
    }
}

/// The same item twice could not be put in order.
pub(super) fn items_differ(table: &DeTable<'_>, _: Place, found: &mut Found<'_>) {
    texts_differ(table, "items", "text", found);
}

/// The same left side twice could not be joined.
pub(super) fn left_sides_differ(table: &DeTable<'_>, _: Place, found: &mut Found<'_>) {
    texts_differ(table, "pairs", "left", found);
}

/// The line at fault is one of the manifest's.
pub(super) fn line_is_there(table: &DeTable<'_>, _: Place, found: &mut Found<'_>) {
    let Some(manifest) = table.get("manifest").and_then(|value| value.get_ref().as_str()) else {
        return;
    };
    let Some(line) = table.get("line") else { return };
    let n_lines = manifest.lines().count();
    if whole(line.get_ref()).is_some_and(|n| usize::try_from(n).is_ok_and(|n| n > n_lines)) {
        found.add(
            span(line.span()),
            format!("`line` is past the manifest's last line, {n_lines}."),
            "Count the manifest's lines from 1.",
        );
    }
}
