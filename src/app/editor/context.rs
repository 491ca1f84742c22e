//! Where in an object a place of the text is: the names around it, read off the indentation,
//! so that a document that is not finished yet has places too.

use crate::manifest::kinds::{self, Kind};

/// What stands at the cursor.
#[derive(Debug, Clone)]
pub(super) struct Context<'t> {
    /// The names around, from the object's root on; lists are passed through.
    pub(super) path: Vec<&'t str>,
    /// The field whose value is being written; none where a name is.
    pub(super) field: Option<&'t str>,
    /// What was typed of it, up to the cursor.
    pub(super) typed: &'t str,
    /// It stands behind a dash: an item of a list.
    pub(super) item: bool,
    /// The document's kind; none where it is not known.
    pub(super) kind: Option<&'static Kind>,
    /// Names that the same map has already.
    pub(super) taken: Vec<&'t str>,
    /// The name that stands on the line, up to the colon.
    pub(super) name: Option<&'t str>,
}

/// A line's parts.
#[derive(Debug, Clone, Copy)]
struct Parts<'t> {
    /// The column of its first dash.
    dash: Option<usize>,
    /// The column behind blanks and dashes.
    column: usize,
    /// The name before its colon.
    name: Option<&'t str>,
    /// What stands behind the colon, or all of it.
    rest: &'t str,
    /// Nothing, or a comment.
    empty: bool,
}

fn parts(line: &str) -> Parts<'_> {
    let mut column = line.len() - line.trim_start_matches(' ').len();
    let mut dash = None;
    while line[column..].starts_with("- ") || &line[column..] == "-" {
        dash = dash.or(Some(column));
        column += 1;
        column += line[column..].len() - line[column..].trim_start_matches(' ').len();
    }
    let body = &line[column..];
    let empty = body.is_empty() && dash.is_none() || body.starts_with('#');
    let colon = body.find(": ").or_else(|| body.strip_suffix(':').map(str::len));
    let quoted = |name: &'_ str| name.starts_with(['{', '[', '"', '\'']);
    match colon {
        Some(at) if !quoted(&body[..at]) => {
            let rest = body[at + 1..].trim_start();
            let rest = if rest.starts_with('#') { "" } else { rest };
            Parts { dash, column, name: Some(body[..at].trim_end()), rest, empty }
        }
        _ => Parts { dash, column, name: None, rest: body, empty },
    }
}

/// What stands at byte `cursor`.
pub(super) fn at(text: &str, cursor: usize) -> Context<'_> {
    let start = text[..cursor].rfind('\n').map_or(0, |i| i + 1);
    let end = text[cursor..].find('\n').map_or(text.len(), |i| cursor + i);
    let above = &text[..start];
    // The document: between the separators.
    let begin = above
        .match_indices("---")
        .map(|(i, _)| i)
        .filter(|i| *i == 0 || above.as_bytes().get(i - 1) == Some(&b'\n'))
        .last()
        .map_or(0, |i| above[i..].find('\n').map_or(above.len(), |n| i + n + 1));
    let close = text[end..].find("\n---").map_or(text.len(), |i| end + i);
    let head = parts(&text[start..cursor]);
    let whole = parts(&text[start..end]);

    let (mut limit, mut or_equal) = match head.dash {
        Some(dash) => (dash, true),
        None => (head.column, false),
    };
    let mut path = Vec::new();
    let mut taken = Vec::new();
    let mut in_map = head.dash.is_none();
    for line in above[begin..].lines().rev() {
        let parts = parts(line);
        if parts.empty {
            continue;
        }
        if in_map && parts.column == head.column {
            taken.extend(parts.name);
        }
        let around =
            parts.column < limit || (or_equal && parts.column == limit && parts.dash.is_none());
        let opens = parts.rest.is_empty() || parts.rest.starts_with(['&', '!']);
        if let Some(name) = parts.name.filter(|_| around && opens) {
            in_map = false;
            path.push(name);
            (limit, or_equal) = match parts.dash {
                Some(dash) => (dash, true),
                None => (parts.column, false),
            };
        } else if let Some(dash) = parts.dash.filter(|dash| *dash < limit) {
            in_map = false;
            (limit, or_equal) = (dash, true);
        } else if around {
            in_map = false;
        }
        if limit == 0 && !or_equal && !in_map {
            break;
        }
    }
    path.reverse();
    // The lines below that belong to the same map.
    for line in text[end..close].lines().skip(1) {
        let parts = parts(line);
        if parts.empty {
            continue;
        }
        if parts.column < head.column || parts.dash.is_some_and(|dash| dash < head.column) {
            break;
        }
        if parts.column == head.column {
            taken.extend(parts.name);
        }
    }
    let document = &text[begin..close];
    Context {
        path,
        field: head.name,
        typed: head.rest,
        item: head.dash.is_some(),
        kind: kind_of(document),
        taken,
        name: whole.name.or(head.name),
    }
}

/// The value of a name at the left edge.
fn top<'d>(document: &'d str, name: &str) -> Option<&'d str> {
    document.lines().find_map(|line| {
        let value = line.strip_prefix(name)?.strip_prefix(':')?;
        let value = value.split(" #").next().unwrap_or("").trim().trim_matches(['"', '\'']);
        Some(value).filter(|value| !value.is_empty())
    })
}

/// The kind that a document says it is; where it says no version, the first of that name.
fn kind_of(document: &str) -> Option<&'static Kind> {
    let kind = top(document, "kind")?;
    match top(document, "apiVersion") {
        Some(version) => {
            let (group, version) = version.split_once('/').unwrap_or(("", version));
            kinds::find(group, version, kind)
        }
        None => kinds::kinds().iter().find(|k| k.kind == kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The context at the `|` of a text.
    fn told(text: &str) -> String {
        let cursor = text.find('|').unwrap();
        let text = text.replace('|', "");
        let context = at(&text, cursor);
        let mut taken = context.taken.clone();
        taken.sort_unstable();
        format!(
            "{} {} {:?}{} [{}]",
            context.path.join("."),
            context.field.unwrap_or("-"),
            context.typed,
            if context.item { " item" } else { "" },
            taken.join(" ")
        )
    }

    #[test]
    fn the_names_around_a_place_are_read_off_the_indentation() {
        let head = "apiVersion: v1\nkind: Service\n";
        for (text, wanted) in [
            ("|", " - \"\" []"),
            ("met|", " - \"met\" [apiVersion kind]"),
            ("metadata:\n  na|", "metadata - \"na\" []"),
            ("metadata:\n  name: x\nspec:\n  ty|\n  ports:\n  - port: 80", "spec - \"ty\" [ports]"),
            ("spec:\n  type: N|", "spec type \"N\" []"),
            ("spec:\n  type:|", "spec type \"\" []"),
            ("spec:\n  ports:\n    - po|", "spec.ports - \"po\" item []"),
            ("spec:\n  ports:\n  - po|", "spec.ports - \"po\" item []"),
            ("spec:\n  ports:\n    - port: 80\n      na|", "spec.ports - \"na\" [port]"),
            (
                "spec:\n  ports:\n    - port: 80\n    - na|\n      port: 81",
                "spec.ports - \"na\" item [port]",
            ),
            ("spec:\n  ports:\n  - port: 80\n    protocol: T|", "spec.ports protocol \"T\" [port]"),
            ("spec:\n  ports:\n  - port: 80\n  ty|", "spec - \"ty\" [ports]"),
            ("spec:\n  ipFamilies:\n  - IP|", "spec.ipFamilies - \"IP\" item []"),
            ("spec:\n  ipFamilies:\n  - IPv4\n  - |", "spec.ipFamilies - \"\" item []"),
            ("spec:\n  selector:\n    app: web\n  # note\n\n  |", "spec - \"\" [selector]"),
            ("spec:\n  type: x\n---\nspec:\n  |\n---\nspec:\n  b: c", "spec - \"\" []"),
            ("spec: # the spec\n  |", "spec - \"\" []"),
        ] {
            let text =
                if text.starts_with("met|") { format!("{head}{text}") } else { text.to_owned() };
            assert_eq!(told(&text), wanted, "{text}");
        }
    }

    #[test]
    fn the_kind_is_that_of_the_document_around() {
        let text = "apiVersion: apps/v1\nkind: Deployment\n---\nkind: \"Service\" # x\nspec:\n";
        assert_eq!(at(text, 5).kind.map(|k| k.kind), Some("Deployment"));
        assert_eq!(at(text, text.len()).kind.map(|k| k.kind), Some("Service"));
        assert_eq!(at("kind: Nothing\n", 0).kind.map(|k| k.kind), None);
    }
}
