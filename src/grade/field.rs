//! Objects and fields that a goal names.

use crate::cluster::{Cluster, canonical_kind, kind_info};
use crate::content::{FieldGoal, FieldPath, FieldTest, matches_pattern};
use serde_json::Value;
use std::fmt;

/// `KIND/[NS/]NAME`; the namespace is `default` unless given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRef<'t> {
    /// As written: `svc`, `service`.
    pub kind: &'t str,
    /// Namespace, also where the kind has none.
    pub namespace: &'t str,
    /// Name.
    pub name: &'t str,
}

impl<'t> ObjectRef<'t> {
    /// Reads a reference; none where it has not that form.
    #[must_use]
    pub fn read(text: &'t str) -> Option<Self> {
        let (kind, rest) = text.split_once('/')?;
        let (namespace, name) = rest.split_once('/').unwrap_or(("default", rest));
        Some(Self { kind, namespace, name })
    }

    /// The object as the API server holds it.
    #[must_use]
    pub fn find(&self, cluster: &Cluster) -> Option<Value> {
        cluster.get(self.kind, self.namespace, self.name)
    }
}

impl fmt::Display for ObjectRef<'_> {
    /// `Service web`, `Service web in namespace shop`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", canonical_kind(self.kind), self.name)?;
        let namespaced = kind_info(self.kind).is_none_or(|kind| kind.namespaced);
        if namespaced && self.namespace != "default" {
            write!(f, " in namespace {}", self.namespace)?;
        }
        Ok(())
    }
}

/// What was asked, what was found, and one sentence about it.
pub(super) struct Looked {
    pub(super) met: bool,
    pub(super) wanted: String,
    pub(super) found: String,
    pub(super) say: String,
}

/// Is there such an object?
pub(super) fn look_for_object(cluster: &Cluster, object: &str) -> Looked {
    let Some(object) = ObjectRef::read(object) else {
        // The pack's reader lets no other form through.
        return Looked {
            met: false,
            wanted: object.into(),
            found: "nothing".into(),
            say: String::new(),
        };
    };
    let met = object.find(cluster).is_some();
    Looked {
        met,
        wanted: object.to_string(),
        found: if met { object.to_string() } else { "nothing".to_owned() },
        say: if met { format!("There is a {object}.") } else { no_such(cluster, &object) },
    }
}

/// Is there no such object?
pub(super) fn look_for_none(cluster: &Cluster, object: &str) -> Looked {
    let looked = look_for_object(cluster, object);
    let name = ObjectRef::read(object).map_or_else(|| object.to_owned(), |o| o.to_string());
    let say = if looked.met {
        format!("There is still a {name}.")
    } else {
        format!("There is no {name}.")
    };
    Looked { met: !looked.met, wanted: format!("no {name}"), found: looked.found, say }
}

fn no_such(cluster: &Cluster, object: &ObjectRef<'_>) -> String {
    // The same name elsewhere is the usual slip.
    let elsewhere = cluster.list(object.kind, None).iter().find_map(|other| {
        let metadata = other.get("metadata")?;
        (metadata.get("name")?.as_str()? == object.name)
            .then(|| metadata.get("namespace")?.as_str().map(str::to_owned))
            .flatten()
    });
    match elsewhere {
        Some(namespace) => format!("There is no {object}; there is one in namespace {namespace}."),
        None => format!("There is no {object}."),
    }
}

/// Is the field what it should be?
pub(super) fn look_at_field(cluster: &Cluster, goal: &FieldGoal) -> Looked {
    let wanted = wanted_words(&goal.test);
    let fail = |say: String| Looked {
        met: false,
        wanted: wanted.clone(),
        found: "nothing".to_owned(),
        say,
    };
    let (Some(object), Ok(path)) = (ObjectRef::read(&goal.of), goal.path.parse::<FieldPath>())
    else {
        return fail(format!("{} of {} can't be looked at.", goal.path, goal.of));
    };
    let Some(value) = object.find(cluster) else {
        return fail(no_such(cluster, &object));
    };
    let value = path.find(&value).filter(|value| !value.is_null());
    let met = test(&goal.test, value);
    let found = value.map_or_else(|| "not set".to_owned(), |value| found_words(&goal.test, value));
    let say = if met {
        format!("{path} of {object} is {found}.")
    } else {
        format!("{path} of {object} is {found}; it should be {wanted}.")
    };
    Looked { met, wanted, found, say }
}

fn test(test: &FieldTest, value: Option<&Value>) -> bool {
    let Some(value) = value else { return matches!(test, FieldTest::Absent) };
    match test {
        FieldTest::Equals(wanted) => same(value, wanted),
        FieldTest::OneOf(wanted) => wanted.iter().any(|wanted| same(value, wanted)),
        FieldTest::Absent => false,
        FieldTest::Exists => true,
        FieldTest::Matches(pattern) => match value {
            Value::String(text) => matches_pattern(pattern, text),
            Value::Number(number) => matches_pattern(pattern, &number.to_string()),
            _ => false,
        },
        FieldTest::Count(n) => count(value) == Some(*n),
    }
}

fn count(value: &Value) -> Option<usize> {
    match value {
        Value::Array(entries) => Some(entries.len()),
        Value::Object(map) => Some(map.len()),
        _ => None,
    }
}

/// Equal values: 80 and 80.0 are, 80 and "80" are not. Maps in any order, lists in theirs.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn words(value: &Value) -> String {
    let text = match value {
        Value::String(text) if !text.is_empty() => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn wanted_words(test: &FieldTest) -> String {
    match test {
        FieldTest::Equals(value) => words(value),
        FieldTest::OneOf(values) => values.iter().map(words).collect::<Vec<_>>().join(" or "),
        FieldTest::Absent => "not set".to_owned(),
        FieldTest::Exists => "set".to_owned(),
        FieldTest::Matches(pattern) => format!("like {pattern}"),
        FieldTest::Count(1) => "1 entry".to_owned(),
        FieldTest::Count(n) => format!("{n} entries"),
    }
}

fn found_words(test: &FieldTest, value: &Value) -> String {
    match (test, count(value)) {
        (FieldTest::Count(_), Some(1)) => "1 entry".to_owned(),
        (FieldTest::Count(_), Some(n)) => format!("{n} entries"),
        _ => words(value),
    }
}

#[cfg(test)]
mod tests {
    use super::same;
    use serde_json::json;

    #[test]
    fn values_are_the_same_by_what_they_hold() {
        assert!(same(&json!(80), &json!(80.0)));
        assert!(!same(&json!(80), &json!("80")));
        assert!(same(&json!({"a": [1], "b": 2}), &json!({"b": 2, "a": [1.0]})));
        assert!(!same(&json!([1]), &json!([1, 2])));
        assert!(!same(&json!([1, 2]), &json!([2, 1])));
        assert!(!same(&json!({"a": 1}), &json!({"a": 1, "b": 2})));
    }
}
