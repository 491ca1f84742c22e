//! Fixes: edits of the text after which a finding is gone.

use crate::manifest::{self, Document, Part};
use crate::source::{Edit, Finding, Fix, Span};
use crate::validate::Remedy;
use serde_json::Value;

/// A rule's remedy as edits. `None` where the text has no place for it that is sure.
pub(super) fn remedy(document: &Document, remedy: &Remedy, text: &str) -> Option<Fix> {
    match remedy {
        Remedy::Replace { place, with } => {
            let span = document.span(place, Part::Value)?;
            let key = document.span(place, Part::Key)?;
            if span == key || span.of(text).contains('\n') {
                return None;
            }
            let edits = vec![Edit { span, text: with.clone() }];
            Some(Fix { title: format!("Write {with}."), edits })
        }
        Remedy::Insert { parent, key, value } => insert(document, (parent, key), value, text),
        Remedy::Remove { place } => {
            let mut place = place.as_str();
            // Each of the two brings the other back: only one that stands alone can go.
            if place == "spec.clusterIPs" && document.span("spec.clusterIP", Part::Key).is_some() {
                if document.span(place, Part::Key).is_some() {
                    return None;
                }
                place = "spec.clusterIP";
            }
            let span = document.removal(place, text)?;
            // The keys of these maps hold dots themselves.
            let key = ["metadata.annotations.", "metadata.labels."]
                .iter()
                .find_map(|map| place.strip_prefix(map));
            let name = key.or_else(|| place.rsplit('.').next()).unwrap_or(place);
            let edits = vec![Edit { span, text: String::new() }];
            Some(Fix { title: format!("Take {name} out."), edits })
        }
    }
}

/// Puts a field into the map at `parent`, or a value behind a field that has none.
fn insert(
    document: &Document,
    (parent, key): (&str, &str),
    value: &Value,
    text: &str,
) -> Option<Fix> {
    let path = format!("{parent}.{key}");
    let path = path.trim_start_matches('.');
    let title = format!("Add {key}: {}.", flow(value, false));
    let fix = |span: Span, text: String| Some(Fix { title, edits: vec![Edit { span, text }] });
    if let (Some(name), Some(span)) =
        (document.span(path, Part::Key), document.span(path, Part::Value))
    {
        let quoted = name.of(text).starts_with('"');
        if span != name {
            // What stands there is nothing: `[]`, `null`, `~`.
            let is_nothing = matches!(span.of(text), "[]" | "{}" | "null" | "~" | "\"\"" | "''");
            return if is_nothing { fix(span, flow(value, quoted)) } else { None };
        }
        let is_bare = text.get(name.end..)?.starts_with(':');
        return if is_bare {
            fix(Span::at(name.end + 1), format!(" {}", flow(value, quoted)))
        } else {
            None
        };
    }
    let map = document.map(parent)?;
    let at = map.start;
    if map.flow {
        let quoted = map.is_empty && text.get(document.span.start..)?.starts_with('{')
            || text.get(at..)?.starts_with('"');
        let name = if quoted { format!("{key:?}") } else { key.to_owned() };
        let comma = if map.is_empty { "" } else { ", " };
        return fix(Span::at(at), format!("{name}: {}{comma}", flow(value, quoted)));
    }
    let line = text.get(..at)?.rfind('\n').map_or(0, |i| i + 1);
    // Anything else before the first name (`? `, an anchor, a tag) would bind to ours.
    if !text.get(line..at)?.bytes().all(|b| b == b' ' || b == b'-') {
        return None;
    }
    let indent = " ".repeat(at - line);
    fix(Span::at(at), format!("{key}:{}\n{indent}", block(value, &indent)))
}

/// The value behind `name:` in a block: a list of maps on lines of its own.
fn block(value: &Value, indent: &str) -> String {
    let Value::Array(items) = value else { return format!(" {}", flow(value, false)) };
    let mut out = String::new();
    for item in items {
        let fields: Vec<String> = match item {
            Value::Object(map) => {
                map.iter().map(|(k, v)| format!("{k}: {}", flow(v, false))).collect()
            }
            other => vec![flow(other, false)],
        };
        out.push_str(&format!("\n{indent}- {}", fields.join(&format!("\n{indent}  "))));
    }
    out
}

/// The value on one line: as JSON where it is `quoted`, else as people write YAML.
fn flow(value: &Value, quoted: bool) -> String {
    match value {
        _ if quoted => value.to_string(),
        Value::Object(map) => {
            let fields: Vec<String> =
                map.iter().map(|(k, v)| format!("{k}: {}", flow(v, false))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, false)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether YAML reads this as text without quotes: an IPv4 address, or several words of
/// letters joined by a dash or a slash; `v1`.
fn is_plain(text: &str) -> bool {
    let starts_plain = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_word = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-./".contains(&b));
    text.parse::<std::net::Ipv4Addr>().is_ok()
        || starts_plain && is_word && text.bytes().any(|b| b.is_ascii_digit() || b == b'-')
}

/// Spaces for the tabs that indent lines, from the line of `at` on; only where the text can
/// be read afterwards.
pub(super) fn tabs(text: &str, at: usize) -> Option<Fix> {
    let first = text.get(..at)?.rfind('\n').map_or(0, |i| i + 1);
    for width in [2, 4] {
        let mut edits = Vec::new();
        let mut fixed = text.get(..first)?.to_owned();
        let mut start = first;
        for line in text.get(first..)?.split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            let (before, rest) = line.split_at(indent);
            if before.contains('\t') && !rest.trim().is_empty() {
                let spaces = before.replace('\t', &" ".repeat(width));
                fixed.push_str(&spaces);
                edits.push(Edit { span: Span::new(start, start + indent), text: spaces });
            } else {
                fixed.push_str(before);
            }
            fixed.push_str(rest);
            start += line.len();
        }
        if !edits.is_empty() && manifest::read(&fixed).error.is_none() {
            return Some(Fix { title: "Put spaces in place of the tabs.".to_owned(), edits });
        }
    }
    None
}

/// Makes a map the only item of a list.
pub(super) fn dash(document: &Document, finding: &Finding, text: &str) -> Option<Fix> {
    let span = document.span(&finding.path, Part::Value)?;
    let key = document.span(&finding.path, Part::Key)?;
    let inside = span.of(text);
    if span.start <= key.end
        || inside.starts_with('{')
        || !text.get(key.end..span.start)?.contains('\n')
    {
        return None;
    }
    let mut edits = vec![Edit { span: Span::at(span.start), text: "- ".to_owned() }];
    for (at, _) in inside.match_indices('\n') {
        let next = span.start + at + 1;
        if !text[next..].starts_with(['\n', '\r']) {
            edits.push(Edit { span: Span::at(next), text: "  ".to_owned() });
        }
    }
    Some(Fix { title: "Make it an item of a list.".to_owned(), edits })
}
