//! `--output plaintext-openapiv2`: the layout before kubectl v1.27
//! (k8s.io/kubectl/pkg/explain, v1.36).

use super::Schema;
use crate::manifest::kinds::Kind;
use std::fmt::Write as _;

const WIDTH: usize = 80;

/// Explains a kind, or the field of it that `path` leads to.
///
/// # Errors
/// The name that nothing was found under.
pub(in crate::kubectl) fn explain(
    kind: &Kind,
    path: &[&str],
    recursive: bool,
) -> Result<String, String> {
    let mut found = Schema::of_kind(kind);
    let mut rest = path.iter();
    // A path may go on behind a value: what it leads to is that value.
    while !rest.as_slice().is_empty() {
        let inside = opened(found, &mut Vec::new());
        if inside.value.get("properties").is_none() {
            found = inside;
            break;
        }
        let Some(name) = rest.next() else { break };
        found = inside.field(name).ok_or_else(|| (*name).to_owned())?;
    }
    let mut about = Vec::new();
    let inside = opened(found, &mut about);
    about.push(inside.about());
    let mut text = format!("KIND:     {}\nVERSION:  {}\n\n", kind.kind, kind.api_version());
    let name = path.last().copied().unwrap_or_default();
    let fields = inside.fields();
    let (is_kind, is_any) = (!fields.is_empty(), word(found).is_empty());
    // Writing to a String does not fail.
    let _ = match (is_kind, name) {
        (true, "") => Ok(()),
        (true, name) => write!(text, "RESOURCE: {name} <{}>\n\n", word(found)),
        (false, _) if is_any => Ok(()),
        (false, name) => write!(text, "FIELD:    {name} <{}>\n\n", word(found)),
    };
    text.push_str("DESCRIPTION:\n");
    let mut empty = true;
    for (n, about) in about.iter().enumerate().filter(|(_, about)| !about.is_empty()) {
        empty = false;
        if n > 0 {
            text.push('\n');
        }
        wrapped(about, 5, &mut text);
    }
    if empty {
        text.push_str("     <empty>\n");
    }
    if is_kind {
        text.push_str("\nFIELDS:\n");
        list(inside, 3, recursive, &mut Vec::new(), &mut text);
    }
    Ok(text)
}

/// What stands inside lists, maps and references, with the descriptions on the way.
fn opened<'d>(mut schema: Schema<'d>, about: &mut Vec<String>) -> Schema<'d> {
    loop {
        if let Some(name) = schema.target() {
            about.push(schema.about());
            schema = schema.definition(name);
        } else if let Some(inner) = schema.inner() {
            about.push(schema.about());
            schema = inner;
        } else {
            return schema;
        }
    }
}

/// The type in a word (`GetTypeName`).
fn word(schema: Schema<'_>) -> String {
    if let Some(name) = schema.target() {
        let short = name.rsplit('.').next().unwrap_or(name);
        return match short {
            "Quantity" | "IntOrString" => "string".to_owned(),
            "JSON" => String::new(),
            _ => word(schema.definition(name)),
        };
    }
    let inner = schema.inner().map(word);
    match (inner, schema.value.get("items")) {
        (Some(inner), Some(_)) => format!("[]{inner}"),
        (Some(inner), None) => format!("map[string]{inner}"),
        (None, _) => match schema.value["type"].as_str() {
            Some("object") if schema.value.get("properties").is_some() => "Object".to_owned(),
            Some("object") => "map[string]".to_owned(),
            Some(kind) => kind.to_owned(),
            None => String::new(),
        },
    }
}

fn list<'d>(
    of: Schema<'d>,
    level: usize,
    recursive: bool,
    on_the_way: &mut Vec<&'d str>,
    text: &mut String,
) {
    for (name, field) in of.fields() {
        let required = if of.is_required(name) && !recursive { " -required-" } else { "" };
        let pad = " ".repeat(level);
        // Writing to a String does not fail.
        let _ = writeln!(text, "{pad}{name}\t<{}>{required}", word(field));
        if !recursive {
            wrapped(&field.about(), level + 2, text);
            text.push('\n');
            continue;
        }
        let inside = opened(field, &mut Vec::new());
        let definition = inside.definition_name();
        if !on_the_way.contains(&definition) {
            on_the_way.push(definition);
            list(inside, level + 3, recursive, on_the_way, text);
            on_the_way.pop();
        }
    }
}

/// Lines of words, set anew; what looks like a list, code or a heading keeps its line
/// (`Formatter.WriteWrapped`).
fn wrapped(about: &str, level: usize, text: &mut String) {
    let pad = " ".repeat(level);
    let width = WIDTH - level.min(WIDTH / 2);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut last = "";
    for part in about.split('\n') {
        let is_code = part.starts_with("    ");
        let is_empty = part.trim().is_empty();
        let starts = last.ends_with(':') || is_code || is_empty || is_item(part.trim());
        if (is_code || starts || (is_empty && !lines.is_empty())) && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            last = "";
        }
        if is_code {
            lines.push(part.to_owned());
            continue;
        }
        if is_empty && !lines.is_empty() {
            lines.push(String::new());
            continue;
        }
        for word in part.split_whitespace() {
            last = word;
            if !line.is_empty() && line.len() + 1 + word.len() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    for line in lines {
        if !line.is_empty() {
            text.push_str(&pad);
        }
        text.push_str(&line);
        text.push('\n');
    }
}

/// `1. `, `- `, `* `.
fn is_item(line: &str) -> bool {
    let rest = match line.strip_prefix(['-', '*']) {
        Some(rest) => rest,
        None => {
            let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
            if digits.len() == line.len() {
                return false;
            }
            digits.strip_prefix('.').unwrap_or(digits)
        }
    };
    rest.starts_with(char::is_whitespace)
}
