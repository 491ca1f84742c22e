//! kubectl's JSONPath (k8s.io/client-go/util/jsonpath, v1.36): a template of text and actions
//! in braces.

mod by_template;
mod compare;
mod eval;
mod fields;
mod parse;

pub(in crate::kubectl::print) use fields::Items;
pub(in crate::kubectl::print) use parse::unquote;

use super::{Objects, gofmt, json};
use crate::cluster::Fields;
use by_template::ByTemplate;
use eval::Eval;
use parse::Node;
use serde_json::Value;

/// A template that was read.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct JsonPath {
    nodes: Vec<Node>,
}

/// A value that a template gives.
#[derive(Debug, Clone)]
pub(in crate::kubectl) enum Found<'v> {
    /// Of the object.
    Value(&'v Value),
    /// Of the template: a text.
    Text(&'v str),
    /// Of the template: a number, `true` or `false`. Also a byte of a text.
    Made(Value),
    /// What a range over nothing holds.
    Nothing,
}

impl Found<'_> {
    /// As JSON has it; nothing is null.
    pub(in crate::kubectl) fn to_value(&self) -> Value {
        match self {
            Self::Value(value) => (*value).clone(),
            Self::Text(text) => Value::from(*text),
            Self::Made(value) => value.clone(),
            Self::Nothing => Value::Null,
        }
    }

    /// As a template shows it.
    fn write(&self, out: &mut String) {
        match self {
            Self::Nothing => out.push_str("<no value>"),
            Self::Text(text) => out.push_str(text),
            found => found.with(|value| match value {
                Value::Array(_) | Value::Object(_) => out.push_str(&json::compact(value)),
                Value::Null => out.push_str("null"),
                value => out.push_str(&gofmt::plain(value)),
            }),
        }
    }

    fn with<T>(&self, show: impl FnOnce(&Value) -> T) -> T {
        match self {
            Self::Value(value) => show(value),
            Self::Made(value) => show(value),
            other => show(&other.to_value()),
        }
    }
}

impl JsonPath {
    /// Reads a template.
    ///
    /// # Errors
    /// What the parser says is wrong.
    pub(in crate::kubectl) fn read(text: &str) -> Result<Self, String> {
        Ok(Self { nodes: parse::parse(text, 0)? })
    }

    /// What the template finds in `object`, part by part.
    ///
    /// # Errors
    /// What can't be done with the object; a field that is not there, where those are not
    /// allowed to miss; a template that takes too many steps.
    pub(in crate::kubectl) fn find<'v>(
        &'v self,
        object: &'v Value,
        allow_missing: bool,
    ) -> Result<Vec<Vec<Found<'v>>>, String> {
        Eval::new(allow_missing).run(&self.nodes, Found::Value(object))
    }

    /// What the template may look at of an object; none where that may be anything.
    pub(in crate::kubectl) fn fields(&self) -> Option<Fields> {
        self.of_items()
    }

    /// The template's text for `object`. With `as_json` each part is a list in JSON.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub(in crate::kubectl) fn show(
        &self,
        object: &Value,
        allow_missing: bool,
        as_json: bool,
    ) -> Result<String, String> {
        let mut out = String::new();
        for part in self.find(object, allow_missing)? {
            if as_json {
                let list = Value::Array(part.iter().map(Found::to_value).collect());
                out.push_str(&json::to_json(&list, json::Keys::Sorted));
                continue;
            }
            for (idx, found) in part.iter().enumerate() {
                if idx > 0 {
                    out.push(' ');
                }
                found.write(&mut out);
            }
        }
        Ok(out)
    }

    /// The template's text for a List of objects, where it can be told from them one by one.
    pub(super) fn show_each(&self, objects: &Objects<'_>) -> Option<String> {
        if !self.is_of_each() {
            return None;
        }
        let parts = objects.in_parts(|shows| {
            let (mut out, mut failed) = (None::<String>, false);
            let mut known = ByTemplate::default();
            shows(None, &mut |object| match known.text(self, &object) {
                Ok(None) => {}
                Ok(Some(text)) => match &mut out {
                    Some(out) => {
                        out.push(' ');
                        out.push_str(&text);
                    }
                    out => *out = Some(text),
                },
                Err(_) => failed = true,
            });
            (!failed).then_some(out)
        });
        let parts: Vec<Option<String>> = parts.into_iter().collect::<Option<_>>()?;
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// `RelaxedJSONPathExpression`: `metadata.name`, `.metadata.name`, `{metadata.name}` and
/// `{.metadata.name}` all as the last.
///
/// # Errors
/// kubectl's words for what is none of them.
pub(in crate::kubectl) fn relaxed(path: &str) -> Result<String, String> {
    if path.is_empty() {
        return Ok(String::new());
    }
    let inner = match path.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(inner) => inner,
        None => path,
    };
    let field = inner.strip_prefix('.').unwrap_or(inner);
    // Of `{.}` and `.` the dot itself is what is left.
    let field = if field.is_empty() { inner } else { field };
    if field.is_empty() || field.contains(['{', '}']) {
        return Err("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'".to_owned());
    }
    Ok(format!("{{.{field}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn object() -> Value {
        json!({
            "kind": "List", "n": null, "f": 1.5,
            "items": [
                {"name": "a", "ports": [{"p": 80, "t": "http"}, {"p": 443}], "on": true},
                {"name": "b", "labels": {"a.b/c": "x"}, "ports": []},
            ],
        })
    }

    fn show(text: &str) -> Result<String, String> {
        JsonPath::read(text)?.show(&object(), true, false)
    }

    #[test]
    fn paths_find_what_kubectl_finds() {
        for (text, out) in [
            ("{.kind} {.items[*].name}", "List a b"),
            ("{.items[0].ports[*].p}", "80 443"),
            ("{.items[-1:].name}{.items[:1].name}{.items[::2].name}", "baa"),
            ("{.items[0]['name','on']}", "a true"),
            ("{.items[?(@.on)].name}", "a"),
            ("{.items[0].ports[?(@.p>100)].p}", "443"),
            ("{.items[0].ports[?(@.t==\"http\")]}", "{\"p\":80,\"t\":\"http\"}"),
            ("{.items[*].labels['a\\.b/c']}", "x"),
            ("{.items[*].labels.a\\.b/c}", "x"),
            ("{range .items[*]}{.name}:{range .ports[*]}{.p};{end},{end}!", "a:80;443;,b:,!"),
            ("{range .nope[*]}{.x}{end}y", "y"),
            ("{..p}", "80 443"),
            ("{.n} {.f} {.nope}", "null 1.5 "),
            ("{\"a\\tb\"}{'c\\'d'}{1}{-2.5}{true}", "a\tbc'd1-2.5true"),
            ("{.kind.*}", "76 105 115 116"),
        ] {
            assert_eq!(show(text).as_deref(), Ok(out), "{text}");
        }
    }

    #[test]
    fn errors_are_in_the_parsers_words() {
        for (text, says) in [
            ("{.kind", "unclosed action"),
            ("{.a[x]}", "invalid array index x"),
            ("{....a}", "invalid multiple recursive descent"),
            ("{\"a", "unterminated quoted string"),
            ("{#}", "unrecognized character in action: U+0023 '#'"),
            ("{foo}", "unrecognized identifier foo"),
            ("{end}", "not in range, nothing to end"),
            ("{.items[7]}", "array index out of bounds: index 7, length 2"),
            ("{.kind[0]}", "string is not array or slice"),
            ("{.items[?(@.name==1)]}", "incompatible types for comparison"),
            ("{.items[?(@.name=1)]}", "unrecognized filter operator ="),
        ] {
            assert_eq!(show(text).unwrap_err(), says, "{text}");
        }
    }

    #[test]
    fn ranges_without_an_end_come_to_one() {
        let mut text = String::new();
        for _ in 0..60 {
            text.push_str("{range .items[*]}{range $..}");
        }
        assert!(show(&text).is_err());
        let deep = format!("{}{}", "{.a[?(".repeat(100), ")]}".repeat(100));
        assert!(show(&deep).is_err());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "(\\{[a-z.\\[\\]*?@$'\"()0-9 <>=!,:\\\\-]{0,30}\\}|range|end|[{}x]){0,8}") {
            let _ = show(&text);
        }
    }
}
