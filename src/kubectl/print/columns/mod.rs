//! The columns of each kind's table, as the API server makes them
//! (pkg/printers/internalversion/printers.go, v1.36).

mod access;
mod events;
mod network;
mod nodes;
mod others;
mod pods;
mod scaling;
mod storage;
mod workloads;

pub(super) use pods::PodRows;

use super::age::since;
use crate::cluster::Fields;
use crate::kubectl::resources::with_group;
use crate::source::sort;
use serde_json::{Map, Value};

/// A kind's table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    /// Of which kind, with its group.
    kind: (&'static str, &'static str),
    /// The heads as the server has them; `+` before one that only `-o wide` shows.
    heads: &'static [&'static str],
    /// Which column holds the name.
    name: usize,
    /// An object's cells, those of wide columns too; the number is now, in seconds.
    cells: fn(&Value, i64) -> Vec<String>,
    /// The fields that the cells are made of, where those are told: of a kind with many
    /// objects.
    fields: Option<&'static [&'static str]>,
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// As the server names it.
    pub(super) name: &'static str,
    /// Whether `-o wide` alone shows it.
    pub(super) is_wide: bool,
}

/// Of a kind without a table of its own, and of kinds that the server has no printer for.
static DEFAULT: Columns = Columns::new(("", ""), &["Name", "Age"], meta);
/// As [`DEFAULT`], for kinds whose default table shows the time itself.
static CREATED: Columns = Columns::new(("", ""), &["Name", "Created At"], others::created_at);

static TABLES: &[&[Columns]] = &[
    pods::TABLES,
    workloads::TABLES,
    network::TABLES,
    nodes::TABLES,
    events::TABLES,
    storage::TABLES,
    access::TABLES,
    scaling::TABLES,
    others::TABLES,
];

/// Kinds that the server shows with the time of their creation (`defaultTableConvertor`,
/// apiserver/pkg/registry/rest/table.go).
const CREATED_AT: &[&str] = &["LimitRange", "Role", "ClusterRole", "CustomResourceDefinition"];

/// The table of a kind in a group.
pub(super) fn of(kind: &str, group: &str) -> &'static Columns {
    let is = |columns: &&Columns| columns.kind == (kind, group);
    let known = TABLES.iter().copied().flatten().find(is);
    known.unwrap_or(if CREATED_AT.contains(&kind) { &CREATED } else { &DEFAULT })
}

/// Name and age alone.
pub(super) fn plain() -> &'static Columns {
    &DEFAULT
}

impl Columns {
    const fn new(
        kind: (&'static str, &'static str),
        heads: &'static [&'static str],
        cells: fn(&Value, i64) -> Vec<String>,
    ) -> Self {
        Self { kind, heads, name: 0, cells, fields: None }
    }

    /// The same, told which fields its cells are made of.
    const fn of_fields(self, fields: &'static [&'static str]) -> Self {
        Self { fields: Some(fields), ..self }
    }

    /// What the cells are made of; none where that may be anything.
    pub(super) fn fields(&self) -> Option<Fields> {
        self.fields.map(Fields::at)
    }

    /// Its columns, wide ones too.
    pub(super) fn heads(&self) -> impl Iterator<Item = Head> {
        self.heads.iter().map(|head| match head.strip_prefix('+') {
            Some(name) => Head { name, is_wide: true },
            None => Head { name: head, is_wide: false },
        })
    }

    /// Which column holds the object's name.
    pub(super) fn name(&self) -> usize {
        self.name
    }

    /// An object's cells in all columns.
    pub(super) fn cells(&self, object: &Value, now: i64) -> Vec<String> {
        (self.cells)(object, now)
    }
}

fn meta(object: &Value, now: i64) -> Vec<String> {
    vec![name(object), age(object, now)]
}

fn name(object: &Value) -> String {
    text(&object["metadata"]["name"])
}

fn age(object: &Value, now: i64) -> String {
    since(&object["metadata"]["creationTimestamp"], now)
}

/// A text; nothing where there is none.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A text, or `other` where there is none or an empty one.
fn text_or(value: &Value, other: &str) -> String {
    value.as_str().filter(|text| !text.is_empty()).unwrap_or(other).to_owned()
}

/// A whole number; 0 where there is none.
fn int(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

fn number(value: &Value) -> String {
    int(value).to_string()
}

/// A number or a text, as `intstr` writes it.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn flag(value: &Value, absent: bool) -> String {
    value.as_bool().unwrap_or(absent).to_string()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn size(value: &Value) -> usize {
    value.as_array().map_or_else(|| value.as_object().map_or(0, Map::len), Vec::len)
}

/// The condition of this type, as its status and the rest.
fn condition<'v>(object: &'v Value, kind: &str) -> Option<&'v Value> {
    items(&object["status"]["conditions"]).iter().find(|condition| condition["type"] == kind)
}

fn is_deleted(object: &Value) -> bool {
    !object["metadata"]["deletionTimestamp"].is_null()
}

/// `labels.FormatLabels`: pairs in order of their keys.
pub(super) fn labels(value: &Value) -> String {
    let mut pairs: Vec<(&String, &str)> = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key, value.as_str().unwrap_or_default()))
        .collect();
    pairs.sort();
    let pairs: Vec<String> =
        pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    if pairs.is_empty() { "<none>".to_owned() } else { pairs.join(",") }
}

/// `LabelSelector` as text (`LabelSelectorAsSelector(…).String()`): nothing where it selects
/// all or nothing.
pub(in crate::kubectl) fn selector(selector: &Value) -> String {
    if selector.is_null() {
        // `labels.Nothing()`.
        return String::new();
    }
    let mut parts: Vec<(String, String)> = Vec::new();
    for (key, value) in selector["matchLabels"].as_object().into_iter().flatten() {
        parts.push((key.clone(), format!("{key}={}", value.as_str().unwrap_or_default())));
    }
    for one in items(&selector["matchExpressions"]) {
        let key = text(&one["key"]);
        let mut values: Vec<&str> =
            items(&one["values"]).iter().filter_map(Value::as_str).collect();
        values.sort_unstable();
        values.dedup();
        let values = values.join(",");
        let part = match one["operator"].as_str() {
            Some("In") => format!("{key} in ({values})"),
            Some("NotIn") => format!("{key} notin ({values})"),
            Some("DoesNotExist") => format!("!{key}"),
            _ => key.clone(),
        };
        parts.push((key, part));
    }
    sort::sort_by(&mut parts, |(a, _), (b, _)| a.cmp(b));
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    parts.join(",")
}

/// `FormatLabelSelector`.
fn selector_or_none(selector: &Value) -> String {
    let text = self::selector(selector);
    if text.is_empty() { "<none>".to_owned() } else { text }
}

/// `layoutContainerCells`: names and images of a Pod's containers.
fn containers(spec: &Value) -> [String; 2] {
    let of = |field: &str| {
        let all: Vec<String> = items(&spec["containers"]).iter().map(|c| text(&c[field])).collect();
        all.join(",")
    };
    [of("name"), of("image")]
}

/// `kind.group/name` of a reference.
fn reference(kind: &str, group: &str, name: &str) -> String {
    format!("{}/{name}", with_group(&kind.to_lowercase(), group))
}
