//! Fields: of `explain svc.spec.`, and of `-o jsonpath='{.spec.`.

use crate::kubectl::resources::Resource;
use crate::manifest::schema::{Schema, Struct, Type};
use serde_json::Value;

/// The struct that a type leads to, through lists and maps.
fn inner<'a>(schema: &'a Schema, kind: &Type) -> Option<&'a Struct> {
    match kind {
        Type::Struct(id) => Some(schema.get(*id)),
        Type::List(of) | Type::Map(of, _) => inner(schema, of),
        _ => None,
    }
}

/// Names of the fields at a path of names.
fn of_schema(resource: &Resource, path: &[&str]) -> Vec<String> {
    let Some(kind) = resource.fields() else { return Vec::new() };
    let schema = kind.schema();
    let mut here = Some(schema.get(schema.root()));
    for name in path {
        let field = here.and_then(|here| here.field(name));
        here = field.and_then(|field| inner(schema, &field.kind));
    }
    here.map_or_else(Vec::new, |here| here.fields().iter().map(|f| f.name.clone()).collect())
}

/// `svc.spec.po`: kinds, then fields.
pub(super) fn explain(find: impl Fn(&str) -> Option<&'static Resource>, word: &str) -> Vec<String> {
    let Some((path, begin)) = word.rsplit_once('.') else { return super::names::kinds(word) };
    let mut names = path.split('.');
    let Some(resource) = names.next().and_then(find) else { return Vec::new() };
    let names: Vec<&str> = names.collect();
    let fields = of_schema(resource, &names).into_iter();
    fields.filter(|name| name.starts_with(begin)).map(|name| format!("{path}.{name}")).collect()
}

/// The last expression of a JSONPath that is being typed: where its last name begins, and the
/// names before it.
fn open_path(template: &str) -> Option<(usize, Vec<String>)> {
    let open =
        template.rfind('{').filter(|at| template.get(*at..).is_some_and(|t| !t.contains('}')))?;
    let inside = template.get(open + 1..)?;
    let from = inside.rfind([' ', '(', '=', '<', '>', '!', '&', '|']).map_or(0, |n| n + 1);
    let path = inside.get(from..)?;
    let at = path.rfind('.')?;
    let mut names = Vec::new();
    let mut rest = path.get(..at)?;
    while !rest.is_empty() {
        // What an index picks is told from the object, which may have none.
        let (name, after) = match rest.strip_prefix('.') {
            Some(tail) => {
                let n = tail.find(['.', '[']).unwrap_or(tail.len());
                tail.split_at(n)
            }
            None if rest.starts_with('[') => {
                let n = rest.find(']').map_or(rest.len(), |n| n + 1);
                rest = rest.get(n..).unwrap_or("");
                continue;
            }
            None => {
                let n = rest.find(['.', '[']).unwrap_or(rest.len());
                rest.split_at(n)
            }
        };
        if !name.is_empty() && name != "$" && name != "@" {
            names.push(name.to_owned());
        }
        rest = after;
    }
    Some((open + 1 + from + at + 1, names))
}

/// Fields for a JSONPath: how far into `template` the name at its end begins, and the names.
/// `objects` are those that the command is about; `is_list` where it prints a List of them.
pub(super) fn jsonpath(
    template: &str,
    resource: Option<&Resource>,
    objects: &[Value],
    is_list: bool,
) -> Option<(usize, Vec<String>)> {
    let (at, mut names) = open_path(template)?;
    let begin = template.get(at..).unwrap_or("");
    let mut found = Vec::new();
    let in_range = template.contains("{range");
    let from_items = names.first().is_some_and(|name| name == "items");
    if is_list && names.is_empty() && !in_range {
        found.extend(["apiVersion", "items", "kind", "metadata"].map(str::to_owned));
    } else {
        if from_items {
            names.remove(0);
        }
        let path: Vec<&str> = names.iter().map(String::as_str).collect();
        for object in objects.iter().take(50) {
            collect(object, &path, &mut found);
        }
        if let Some(resource) = resource {
            found.extend(of_schema(resource, &path));
        }
    }
    found.retain(|name| name.starts_with(begin));
    Some((at, found))
}

fn collect(value: &Value, path: &[&str], into: &mut Vec<String>) {
    match (value, path) {
        (Value::Array(items), path) => items.iter().take(50).for_each(|v| collect(v, path, into)),
        (Value::Object(map), []) => into.extend(map.keys().map(|key| key.replace('.', "\\."))),
        (Value::Object(map), [name, rest @ ..]) => {
            if let Some(inner) = map.get(*name) {
                collect(inner, rest, into);
            }
        }
        _ => {}
    }
}
