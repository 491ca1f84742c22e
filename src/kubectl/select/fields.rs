//! Field selectors (k8s.io/apimachinery/pkg/fields/selector.go) and the fields that the server
//! knows of each kind (`AddFieldLabelConversionFunc`, pkg/apis, v1.36).

use crate::cluster::Fields;
use crate::kubectl::resources::Resource;
use crate::manifest::go::Quoted;
use serde_json::Value;
use std::borrow::Cow;

/// What fields must be, or must not be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::kubectl) struct FieldSelector {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    field: String,
    value: String,
    is_equal: bool,
}

/// Kinds with more fields than name and namespace; the words for another.
static FIELDS: &[(&str, &[&str])] = &[
    (
        "Pod",
        &[
            "metadata.name",
            "metadata.namespace",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
            "spec.host",
        ],
    ),
    ("Node", &["metadata.name", "spec.unschedulable"]),
    ("ReplicationController", &["metadata.name", "metadata.namespace", "status.replicas"]),
    (
        "Event",
        &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
            "metadata.namespace",
            "metadata.name",
        ],
    ),
    ("Namespace", &["status.phase", "metadata.name"]),
    ("Secret", &["type", "metadata.namespace", "metadata.name"]),
    ("Service", &["metadata.namespace", "metadata.name", "spec.clusterIP", "spec.type"]),
];

/// The server's words where it does not know a field of a kind.
fn check(field: &str, kind: &str) -> Result<(), String> {
    if let Some((_, fields)) = FIELDS.iter().find(|(known, _)| *known == kind) {
        return match fields.contains(&field) {
            true => Ok(()),
            false => Err(format!("field label not supported: {field}")),
        };
    }
    let quoted = Quoted(field);
    match (kind, field) {
        (_, "metadata.name" | "metadata.namespace")
        | ("Job", "status.successful")
        | ("CertificateSigningRequest", "spec.signerName") => Ok(()),
        ("Job", _) => Err(format!("field label {quoted:?} not supported for Job")),
        ("CertificateSigningRequest", _) => {
            Err(format!("field label {quoted:?} not supported for CertificateSigningRequest"))
        }
        _ => Err(format!(
            "{quoted:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        )),
    }
}

/// The terms between commas; a comma behind a backslash parts none.
fn terms(text: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => {
                terms.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(text.get(start..).unwrap_or_default());
    terms.sort_unstable();
    terms.retain(|term| !term.is_empty());
    terms
}

fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('\\' | ',' | '=')) => out.push(c),
                other => {
                    let c = other.map_or(String::new(), String::from);
                    return Err(format!("invalid field selector: invalid escape sequence: \\{c}"));
                }
            },
            ',' | '=' => {
                let code = u32::from(c);
                return Err(format!(
                    "invalid field selector: unescaped character in value: {code}"
                ));
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

impl FieldSelector {
    /// Reads a selector for a resource; an empty one selects all.
    ///
    /// # Errors
    /// The server's words.
    pub(in crate::kubectl) fn read(text: &str, resource: &Resource) -> Result<Self, String> {
        let mut all = Vec::new();
        for term in terms(text) {
            let at = term.char_indices().find_map(|(at, _)| {
                let rest = term.get(at..)?;
                let operator = ["!=", "==", "="].into_iter().find(|op| rest.starts_with(op))?;
                Some((at, operator))
            });
            let Some((at, operator)) = at else {
                return Err(format!("invalid selector: '{text}'; can't understand '{term}'"));
            };
            let value = unescape(term.get(at + operator.len()..).unwrap_or_default())?;
            let field = term.get(..at).unwrap_or_default().to_owned();
            all.push(Term { field, value, is_equal: operator != "!=" });
        }
        for term in &mut all {
            check(&term.field, resource.kind)?;
            if term.field == "spec.host" {
                "spec.nodeName".clone_into(&mut term.field);
            }
        }
        Ok(Self { terms: all })
    }

    /// What it looks at, and other fields.
    pub(super) fn and(&self, others: &Fields) -> Fields {
        let mut fields = others.clone();
        for term in &self.terms {
            fields.add(&path(&term.field).collect::<Vec<_>>());
        }
        fields
    }

    /// Whether it asks for nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether an object's fields are what it asks for.
    pub(in crate::kubectl) fn matches(&self, object: &Value) -> bool {
        self.terms.iter().all(|term| (value(object, &term.field) == term.value) == term.is_equal)
    }
}

/// A field as the server compares it: a text, empty where it is absent; flags are `false` then.
fn value<'o>(object: &'o Value, field: &str) -> Cow<'o, str> {
    let mut found = path(field).fold(object, |object, name| &object[name]);
    if field == "status.podIPs" {
        found = &found[0]["ip"];
    }
    match found {
        Value::String(text) => text.into(),
        Value::Null => match field {
            "spec.unschedulable" | "spec.hostNetwork" => "false".into(),
            "status.replicas" | "status.successful" => "0".into(),
            _ => "".into(),
        },
        other => other.to_string().into(),
    }
}

/// Where an object has a field.
fn path(field: &str) -> std::str::Split<'_, char> {
    let path = match field {
        "source" => "source.component",
        "status.successful" => "status.succeeded",
        field => field,
    };
    path.split('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::resources::RESOURCES;
    use serde_json::json;

    fn read(text: &str, kind: &str) -> Result<FieldSelector, String> {
        let resource = RESOURCES.iter().find(|resource| resource.kind == kind).unwrap();
        FieldSelector::read(text, resource)
    }

    #[test]
    fn fields_are_compared_as_texts() {
        let pod = json!({"metadata": {"name": "a,b"}, "status": {"phase": "Running"}});
        for (text, selects) in [
            ("", true),
            ("status.phase=Running", true),
            ("status.phase==Running,metadata.name!=x", true),
            ("status.phase!=Running", false),
            ("metadata.name=a\\,b", true),
            ("spec.nodeName=", true),
            ("spec.hostNetwork=false", true),
        ] {
            assert_eq!(read(text, "Pod").unwrap().matches(&pod), selects, "{text}");
        }
    }

    #[test]
    fn unknown_fields_are_told_as_the_server_does() {
        for (kind, text, says) in [
            ("Service", "status.phase=x", "field label not supported: status.phase"),
            (
                "Deployment",
                "x=1",
                "\"x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
            ),
            ("Job", "x=1", "field label \"x\" not supported for Job"),
            ("Service", "a", "invalid selector: 'a'; can't understand 'a'"),
            ("Service", "a=b=c", "invalid field selector: unescaped character in value: 61"),
            ("Service", "a=\\b", "invalid field selector: invalid escape sequence: \\b"),
        ] {
            assert_eq!(read(text, kind).unwrap_err(), says);
        }
    }
}
