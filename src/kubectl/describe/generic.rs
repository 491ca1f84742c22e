//! Kinds without a describer of their own: every field, with its name in words.

use super::World;
use super::page::Page;
use super::value::{entries, plain};
use serde_json::Value;

const SKIPPED: [&str; 5] = [
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];

/// `genericDescriber`.
pub(super) fn generic(_: World<'_>, object: &Value, page: &mut Page) {
    page.head(object);
    content(page, 0, object, "");
}

/// `printUnstructuredContent`.
fn content(page: &mut Page, level: usize, of: &Value, path: &str) {
    for (field, value) in entries(of) {
        let path = format!("{path}.{field}");
        if SKIPPED.contains(&path.as_str()) {
            continue;
        }
        let label = label(field);
        match value {
            Value::Object(_) => {
                page.line(level, format_args!("{label}:"));
                content(page, level + 1, value, &path);
            }
            Value::Array(items) => {
                page.line(level, format_args!("{label}:"));
                for item in items {
                    if item.is_object() {
                        content(page, level + 1, item, &path);
                    } else {
                        page.line(level + 1, plain(item));
                    }
                }
            }
            value => page.field(level, &label, plain(value)),
        }
    }
}

/// A field's name in words: `apiVersion` is `API Version` (`smartLabelFor`).
fn label(field: &str) -> String {
    if field.chars().any(|c| !c.is_alphabetic() && c != '-') {
        return field.to_owned();
    }
    let parts = split(field);
    let mut merged: Vec<String> = Vec::new();
    let mut parts = parts.into_iter().peekable();
    while let Some(mut part) = parts.next() {
        let is_upper =
            part.len() >= 2 && !part.chars().any(|c| c.is_alphabetic() && !c.is_uppercase());
        if is_upper && let Some(next) = parts.next_if(|next| next.starts_with(char::is_uppercase)) {
            part += &next;
        }
        merged.push(part);
    }
    let words = merged.into_iter().map(|part| {
        let upper = part.to_uppercase();
        if ["API", "URL", "UID", "GUID"].contains(&upper.as_str()) {
            return upper;
        }
        if part.to_lowercase() != part {
            return part;
        }
        let mut letters = part.chars();
        letters.next().map_or(String::new(), |c| c.to_uppercase().chain(letters).collect())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Runs of letters of one case, a capital going with the small letters behind it
/// (`camelcase.Split`, github.com/fatih/camelcase).
fn split(text: &str) -> Vec<String> {
    let class = |c: char| match c {
        c if c.is_lowercase() => 1,
        c if c.is_uppercase() => 2,
        c if c.is_ascii_digit() => 3,
        _ => 4,
    };
    let mut runs: Vec<(i32, String)> = Vec::new();
    for c in text.chars() {
        match runs.last_mut() {
            Some((last, run)) if *last == class(c) => run.push(c),
            _ => runs.push((class(c), c.to_string())),
        }
    }
    for n in 0..runs.len().saturating_sub(1) {
        if let [(2, capitals), (1, small)] = &mut runs[n..n + 2]
            && let Some(last) = capitals.pop()
        {
            small.insert(0, last);
        }
    }
    runs.into_iter().map(|(_, run)| run).filter(|run| !run.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_into_words() {
        for (field, words) in [
            ("apiVersion", "API Version"),
            ("creationTimestamp", "Creation Timestamp"),
            ("uid", "UID"),
            ("clusterIPs", "Cluster I Ps"),
            ("podCIDRs", "Pod CIDRs"),
            ("selfLink", "Self Link"),
            ("f:spec", "f:spec"),
            ("URLPath", "URLPath"),
            ("kind", "Kind"),
        ] {
            assert_eq!(label(field), words, "{field}");
        }
    }
}
