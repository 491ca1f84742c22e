//! `kubectl explain`: what the API says of a kind and its fields
//! (k8s.io/kubectl/pkg/explain/v2 and its template, v1.36).

mod old;
mod values;
mod wrap;

pub(super) use old::explain as explain_old;

use crate::manifest::kinds::{Document, Kind};
use crate::source::sort;
use serde_json::Value;
use std::collections::BTreeSet;
use wrap::{indent, wrap};

/// A schema of the document, and where its values are to be looked for: the definition and
/// the field that it belongs to.
#[derive(Debug, Clone, Copy)]
struct Schema<'d> {
    document: &'d Document,
    value: &'d Value,
    of: Option<(&'d str, &'d str)>,
}

/// A schema that is not a field's: the definitions seen on the way to it.
type Seen<'d> = BTreeSet<&'d str>;

/// References whose name may be left out.
const REFERENCES: [&str; 8] = [
    "ConfigMapEnvSource",
    "ConfigMapKeySelector",
    "ConfigMapProjection",
    "ConfigMapVolumeSource",
    "LocalObjectReference",
    "SecretEnvSource",
    "SecretKeySelector",
    "SecretProjection",
];

impl<'d> Schema<'d> {
    fn of_kind(kind: &'d Kind) -> Self {
        let document = kind.document();
        let value = document.definitions.get(&document.root).unwrap_or(&Value::Null);
        Self { document, value, of: Some((&document.root, "")) }
    }

    fn other(self, value: &'d Value) -> Self {
        Self { value, of: None, ..self }
    }

    /// The definition that it refers to, where it is nothing but that.
    fn reference(self) -> Option<&'d str> {
        let plain = self.value.get("description").is_none();
        self.target().filter(|_| plain)
    }

    fn target(self) -> Option<&'d str> {
        self.value.get("$ref")?.as_str()?.rsplit('/').next()
    }

    /// The definition that a field's schema goes on to beside its own description.
    fn beside(self) -> Option<Self> {
        let target = self.target().filter(|_| self.value.get("description").is_some())?;
        Some(self.definition(target))
    }

    fn definition(self, name: &'d str) -> Self {
        let value = self.document.definitions.get(name).unwrap_or(&Value::Null);
        Self { value, of: Some((name, "")), ..self }
    }

    /// What it refers to, or itself.
    fn resolved(self) -> Self {
        self.reference().map_or(self, |name| self.definition(name))
    }

    /// Its own description, with its values.
    fn about(self) -> String {
        let about = self.value["description"].as_str().unwrap_or_default();
        match self.values() {
            Some(values) => values::described(about, values),
            None => about.to_owned(),
        }
    }

    fn values(self) -> Option<&'static Vec<(&'static str, &'static str)>> {
        let (definition, field) = self.of.filter(|(_, field)| !field.is_empty())?;
        values::values(definition, field)
    }

    fn definition_name(self) -> &'d str {
        self.of.map_or("", |(definition, _)| definition)
    }

    /// Its fields, in order.
    fn fields(self) -> Vec<(&'d str, Self)> {
        let properties = self.value.get("properties").and_then(Value::as_object);
        let definition = self.definition_name();
        let mut fields: Vec<(&str, Self)> = properties
            .into_iter()
            .flatten()
            .map(|(name, value)| {
                (name.as_str(), Self { value, of: Some((definition, name)), ..self })
            })
            .collect();
        sort::sort_by_key(&mut fields, |(name, _)| *name);
        fields
    }

    fn field(self, name: &str) -> Option<Self> {
        let (name, value) = self.value.get("properties")?.as_object()?.get_key_value(name)?;
        Some(Self { value, of: Some((self.definition_name(), name)), ..self })
    }

    fn is_required(self, name: &str) -> bool {
        let required = self.value["required"].as_array().into_iter().flatten();
        let definition = self.definition_name();
        let asked = match name {
            // k8s-openapi's types always have metadata; the API asks for an Event's only.
            "metadata" => definition == "io.k8s.api.core.v1.Event",
            // And they have names where the API takes none for an empty one.
            "name" => !REFERENCES.iter().any(|short| {
                definition.strip_prefix("io.k8s.api.core.v1.").is_some_and(|d| d == *short)
            }),
            _ => true,
        };
        asked && required.filter_map(Value::as_str).any(|field| field == name)
    }

    /// What a list or a map holds.
    fn inner(self) -> Option<Self> {
        let inner = self.value.get("items").or(self.value.get("additionalProperties"))?;
        inner.is_object().then(|| self.other(inner))
    }

    /// The type in a word (`typeGuess`).
    fn kind(self) -> String {
        if let Some(items) = self.value.get("items") {
            return format!("[]{}", self.other(items).kind());
        }
        if let Some(inner) = self.value.get("additionalProperties").filter(|v| v.is_object()) {
            return format!("map[string]{}", self.other(inner).kind());
        }
        if let Some(name) = self.target() {
            let short = name.rsplit('.').next().unwrap_or(name);
            return match (short, self.definition(name).value["type"].as_str()) {
                // The server says neither's type.
                ("Quantity" | "IntOrString" | "JSON", _) | (_, None | Some("object")) => {
                    short.to_owned()
                }
                (_, Some(kind)) => kind.to_owned(),
            };
        }
        match self.value["type"].as_str() {
            None | Some("object") => "Object".to_owned(),
            Some(kind) => kind.to_owned(),
        }
    }
}

/// What is said of a path, and of a field of it that there is none of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Explained {
    /// To stdout.
    pub(super) text: String,
    /// The name that nothing was found under.
    pub(super) missing: Option<String>,
}

/// Explains a kind, or the field of it that `path` leads to.
pub(super) fn explain(kind: &Kind, path: &[&str], recursive: bool) -> Explained {
    let group = match kind.group {
        "" => String::new(),
        group => format!("GROUP:      {group}\n"),
    };
    let mut text = format!("{group}KIND:       {}\nVERSION:    {}\n\n", kind.kind, kind.version);
    match output(Schema::of_kind(kind), path, recursive, &Seen::new()) {
        Some(output) => {
            text.push_str(&output);
            text.push('\n');
            Explained { text, missing: None }
        }
        None => Explained { text, missing: path.last().map(|name| (*name).to_owned()) },
    }
}

/// The template `output`; none where it would print nothing.
fn output<'d>(
    schema: Schema<'d>,
    path: &[&str],
    recursive: bool,
    seen: &Seen<'d>,
) -> Option<String> {
    let reference = schema.reference();
    let resolved = schema.resolved();
    let Some((first, rest)) = path.split_first() else {
        let mut text = "DESCRIPTION:\n".to_owned();
        let about = description(resolved);
        let about = if about.is_empty() { "<empty>" } else { &about };
        text.push_str(&indent(4, &wrap(76, about)));
        text.push('\n');
        let mut fields = String::new();
        field_list(resolved, 1, recursive, &Seen::new(), &mut fields);
        if !fields.is_empty() {
            text.push_str("FIELDS:\n");
            text.push_str(&fields);
        }
        return Some(text);
    };
    if reference.is_some_and(|name| seen.contains(name)) {
        return None;
    }
    let mut next = seen.clone();
    next.extend(reference);
    if let Some(field) = resolved.field(first) {
        let mut text = String::new();
        if rest.is_empty() {
            text = format!("FIELD: {first} <{}>\n{}\n\n", field.kind(), long_values(field));
        }
        text.push_str(&output(field, rest, recursive, &Seen::new())?);
        return Some(text);
    }
    if let Some(inner) = resolved.inner() {
        return output(inner, path, recursive, &next);
    }
    let beside = resolved.beside()?;
    let name = resolved.target().filter(|name| !next.contains(name))?;
    next.insert(name);
    output(beside, path, recursive, &next)
}

/// The descriptions of a schema and of all that it goes on to, each on its own line.
fn description(schema: Schema<'_>) -> String {
    let resolved = schema.resolved();
    let mut text = resolved.about();
    if !text.is_empty() {
        text.push('\n');
    }
    for next in [resolved.beside(), resolved.inner()].into_iter().flatten() {
        text.push_str(&description(next));
    }
    text
}

/// The fields of a schema, and with `recursive` theirs.
fn field_list<'d>(
    schema: Schema<'d>,
    level: usize,
    recursive: bool,
    seen: &Seen<'d>,
    out: &mut String,
) {
    let reference = schema.reference();
    if reference.is_some_and(|name| seen.contains(name)) {
        return;
    }
    let mut next = seen.clone();
    next.extend(reference);
    let resolved = schema.resolved();
    for (name, field) in resolved.fields() {
        detail(resolved, name, field, level, recursive, out);
        if recursive {
            field_list(field, level + 1, recursive, &next, out);
        }
    }
    if let (Some(beside), Some(name)) = (resolved.beside(), resolved.target())
        && !next.contains(name)
    {
        let mut next = next.clone();
        next.insert(name);
        field_list(beside, level, recursive, &next, out);
    }
    if let Some(inner) = resolved.inner() {
        field_list(inner, level, recursive, &next, out);
    }
}

fn detail(
    of: Schema<'_>,
    name: &str,
    field: Schema<'_>,
    level: usize,
    short: bool,
    out: &mut String,
) {
    let n = level * 2;
    out.push_str(&indent(n, name));
    out.push_str(&format!("\t<{}>", field.kind()));
    if of.is_required(name) {
        out.push_str(" -required-");
    }
    if let Some(values) = field.values() {
        const MOST: usize = 4;
        let mut shown: Vec<&str> =
            values.iter().take(MOST).map(|(value, _)| shown(value)).collect();
        if values.len() > MOST {
            shown.push("....");
        }
        out.push_str(&format!("\n{}enum: {}", " ".repeat(n), shown.join(", ")));
    }
    out.push('\n');
    if !short {
        let about = field.about();
        let about = if about.is_empty() { "<no description>" } else { &about };
        out.push_str(&indent(n + 2, &wrap(78 - n.min(70), about)));
        out.push_str("\n\n");
    }
}

fn shown(value: &'static str) -> &'static str {
    if value.is_empty() { "\"\"" } else { value }
}

/// The values of one field, one a line.
fn long_values(field: Schema<'_>) -> String {
    let Some(values) = field.values() else { return String::new() };
    let lines = values.iter().map(|(value, _)| format!("\n    {}", shown(value)));
    format!("ENUM:{}", lines.collect::<String>())
}
