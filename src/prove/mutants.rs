//! Mutants of a solution: one field changed, removed or misspelt at a time. A grader that
//! gives full points to what differs from the solution and is no other right answer asks too
//! little.

use super::Claims;
use crate::cluster::Cluster;
use crate::content::{AcceptMutant, Goal};
use crate::grade::grade;
use crate::manifest;
use serde_json::Value;
use std::collections::BTreeSet;

/// The words that a field of this name may hold: changed into each other they make legal
/// objects, which a made-up word would not.
const WORDS: [(&str, &[&str]); 9] = [
    ("type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
    ("protocol", &["TCP", "UDP"]),
    ("externalTrafficPolicy", &["Cluster", "Local"]),
    ("internalTrafficPolicy", &["Cluster", "Local"]),
    ("sessionAffinity", &["None", "ClientIP"]),
    ("ipFamilyPolicy", &["SingleStack", "PreferDualStack"]),
    ("trafficDistribution", &["PreferSameZone", "PreferSameNode"]),
    ("clusterIP", &["None"]),
    ("addressType", &["IPv4", "FQDN"]),
];

/// Fields of a solution that are changed one by one at most: each change is graded, so that
/// a pack's check ends within minutes whatever somebody put into it.
const MOST_FIELDS: usize = 600;

/// A change of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutant {
    /// What was done: `spec.ports[0].name removed`. Where the manifest holds several objects,
    /// the object stands before it: `service/web: spec.type removed`.
    pub change: String,
    /// The manifest afterwards, as JSON documents.
    pub text: String,
}

/// One step down an object.
#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

impl Step {
    /// What stands one step down from `value`.
    fn of<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        match self {
            Self::Key(key) => value.get_mut(key),
            Self::Index(idx) => value.get_mut(idx),
        }
    }
}

/// All mutants of `manifest`, in its order; none where it can't be read.
#[must_use]
pub fn mutants(manifest: &str) -> Vec<Mutant> {
    let Ok(documents) = manifest::to_json(manifest) else { return Vec::new() };
    let mut mutants = Vec::new();
    for (idx, document) in documents.iter().enumerate() {
        let lead = if documents.len() == 1 { String::new() } else { name_of(document) };
        let mut paths = Vec::new();
        walk(document, &mut Vec::new(), &mut paths);
        for path in paths {
            for (what, mutated) in changes(document, &path) {
                let mut all = documents.clone();
                all[idx] = mutated;
                let text: Vec<String> = all.iter().map(Value::to_string).collect();
                let change = format!("{lead}{} {what}", shown(&path));
                mutants.push(Mutant { change, text: text.join("\n") });
            }
        }
    }
    mutants
}

/// The fields and entries of all of a manifest's objects.
fn n_fields(manifest: &str) -> usize {
    fn count(value: &Value) -> usize {
        match value {
            Value::Object(map) => map.len() + map.values().map(count).sum::<usize>(),
            Value::Array(entries) => entries.len() + entries.iter().map(count).sum::<usize>(),
            _ => 0,
        }
    }
    manifest::to_json(manifest).unwrap_or_default().iter().map(count).sum()
}

/// `service/web: `.
fn name_of(document: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    format!("{}/{}: ", text(&document["kind"]).to_lowercase(), text(&document["metadata"]["name"]))
}

/// Every field and every entry, outer ones first.
fn walk(value: &Value, path: &mut Vec<Step>, paths: &mut Vec<Vec<Step>>) {
    let mut visit = |step: Step, inner: &Value| {
        path.push(step);
        paths.push(path.clone());
        walk(inner, path, paths);
        path.pop();
    };
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, inner)| visit(Step::Key(key.clone()), inner));
        }
        Value::Array(entries) => {
            entries.iter().enumerate().for_each(|(idx, inner)| visit(Step::Index(idx), inner));
        }
        _ => {}
    }
}

/// The path as a goal's field writes it.
fn shown(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Key(key) if key.contains(['.', '/']) => out.push_str(&format!("[{key}]")),
            Step::Key(key) if out.is_empty() => out.push_str(key),
            Step::Key(key) => out.push_str(&format!(".{key}")),
            Step::Index(idx) => out.push_str(&format!("[{idx}]")),
        }
    }
    out
}

/// What can be done to the field at `path`: in words, and the object afterwards.
fn changes(document: &Value, path: &[Step]) -> Vec<(String, Value)> {
    let mut changes = Vec::new();
    let Some((last, before)) = path.split_last() else { return changes };
    let mut with = |what: String, change: &dyn Fn(&mut Value) -> Option<()>| {
        let mut mutated = document.clone();
        let parent = before.iter().try_fold(&mut mutated, |value, step| step.of(value));
        if parent.and_then(change).is_some() {
            changes.push((what, mutated));
        }
    };
    with("removed".to_owned(), &|parent| match last {
        Step::Key(key) => parent.as_object_mut()?.shift_remove(key).map(drop),
        Step::Index(idx) => {
            let entries = parent.as_array_mut()?;
            (*idx < entries.len()).then(|| drop(entries.remove(*idx)))
        }
    });
    let name = match last {
        Step::Key(key) => key,
        Step::Index(_) => "",
    };
    if matches!(last, Step::Key(_)) {
        with("misspelt".to_owned(), &|parent| {
            let map = parent.as_object_mut()?;
            let value = map.shift_remove(name)?;
            map.insert(misspelt(name), value);
            Some(())
        });
    }
    let mut whole = document.clone();
    let value = path.iter().try_fold(&mut whole, |value, step| step.of(value));
    for other in value.map_or_else(Vec::new, |value| others(name, value)) {
        let words = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
        with(format!("changed to {words}"), &|parent| {
            *last.of(parent)? = other.clone();
            Some(())
        });
    }
    changes
}

/// A slip of the fingers: the last two letters change places, or where they are the same one
/// is lost.
fn misspelt(key: &str) -> String {
    let mut chars: Vec<char> = key.chars().collect();
    match chars.len() {
        0 | 1 => chars.push('x'),
        n if chars[n - 1] == chars[n - 2] => {
            chars.pop();
        }
        n => chars.swap(n - 1, n - 2),
    }
    chars.into_iter().collect()
}

/// Other values for a field of this name.
fn others(key: &str, value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => {
            let words = WORDS.iter().find(|(name, words)| {
                *name == key && (words.contains(&text.as_str()) || *name == "clusterIP")
            });
            match words {
                Some((_, words)) => words
                    .iter()
                    .filter(|word| *word != text)
                    .map(|word| Value::from(*word))
                    .collect(),
                None => vec![Value::from(format!("{text}x"))],
            }
        }
        Value::Number(number) => match number.as_i64() {
            Some(n) => vec![Value::from(n.saturating_add(1)), Value::from(n.saturating_sub(1))],
            None => Vec::new(),
        },
        Value::Bool(flag) => vec![Value::from(!flag)],
        _ => Vec::new(),
    }
}

/// What became of a solution's mutants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Mutants tried, those left out after which the server holds the same objects.
    pub n_tried: usize,
    /// Changes after which all points are earned still.
    pub survivors: Vec<String>,
}

/// Grades every mutant of `solution`.
#[must_use]
pub fn survey(base: &Cluster, goals: &[Goal], solution: &str) -> Survey {
    // kubectl's own words may hold the file's name: the same for all.
    let held = |text: &str| grade(base, goals, "mutant.yaml", text);
    let right = held(solution);
    let mut survey = Survey::default();
    for mutant in mutants(solution) {
        let graded = held(&mutant.text);
        if graded.applied.is_accepted() && graded.applied.objects == right.applied.objects {
            continue;
        }
        survey.n_tried += 1;
        if graded.passed {
            survey.survivors.push(mutant.change);
        }
    }
    survey
}

/// The claims: each mutant loses a point, or is accepted by name; no acceptance is idle.
pub(super) fn claims(
    claims: &mut Claims<'_>,
    base: &Cluster,
    goals: &[Goal],
    solution: &str,
    accepted: &[AcceptMutant],
) {
    let n_fields = n_fields(solution);
    claims.on("solution");
    if n_fields > MOST_FIELDS {
        claims.claim(Err((
            format!("The solution has {n_fields} fields: too many to change them one by one."),
            "Make it shorter; an exercise of so many fields asks for too much at once.",
        )));
        return;
    }
    let survey = survey(base, goals, solution);
    let mut used = BTreeSet::new();
    let mut unexplained = Vec::new();
    for change in &survey.survivors {
        match accepted.iter().position(|mutant| names(&mutant.change, change)) {
            Some(idx) => {
                used.insert(idx);
            }
            None => unexplained.push(change),
        }
    }
    for _ in 0..survey.n_tried - unexplained.len() {
        claims.claim(Ok(()));
    }
    for change in unexplained {
        claims.on("goals/0").claim(Err((
            format!("A mutant of the solution earns all points: {change}."),
            "Add a goal that notices it, or name it in `accept_mutants` with the reason.",
        )));
    }
    for (idx, mutant) in accepted.iter().enumerate() {
        // Changes of commands are written in code.
        if !mutant.change.starts_with('`') && !used.contains(&idx) {
            claims.on(format!("accept_mutants/{idx}")).claim(Err((
                format!("`accept_mutants` accepts what no goal lets pass: {}.", mutant.change),
                "Take it out, or write the change as the check names it.",
            )));
        }
    }
}

/// `spec.type changed` stands for every value that it is changed to.
fn names(accepted: &str, change: &str) -> bool {
    let rest = change.strip_prefix(accepted.trim());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" to "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_removed_misspelt_and_changed() {
        let text = "kind: Service\nspec:\n  type: NodePort\n  ports:\n  - port: 80\n";
        let changes: Vec<String> = mutants(text).into_iter().map(|m| m.change).collect();
        assert_eq!(
            changes,
            [
                "kind removed",
                "kind misspelt",
                "kind changed to Servicex",
                "spec removed",
                "spec misspelt",
                "spec.ports removed",
                "spec.ports misspelt",
                "spec.ports[0] removed",
                "spec.ports[0].port removed",
                "spec.ports[0].port misspelt",
                "spec.ports[0].port changed to 81",
                "spec.ports[0].port changed to 79",
                "spec.type removed",
                "spec.type misspelt",
                "spec.type changed to ClusterIP",
                "spec.type changed to LoadBalancer",
                "spec.type changed to ExternalName",
            ]
        );
        let text = "metadata: {name: a, labels: {a.b/c: d}}\nkind: Pod\n---\nkind: Pod\n";
        let changes: Vec<String> = mutants(text).into_iter().map(|m| m.change).collect();
        assert!(changes.contains(&"pod/a: metadata.labels[a.b/c] misspelt".to_owned()));
        assert!(changes.contains(&"pod/: kind removed".to_owned()));
        assert_eq!(mutants("kind: ["), []);
    }

    #[test]
    fn fields_and_entries_are_counted() {
        assert_eq!(n_fields("a: {b: [1, {c: 2}]}\nd: e\n---\nf: 1\n"), 7);
        assert_eq!(n_fields("a: ["), 0);
    }

    #[test]
    fn a_change_is_accepted_by_name_or_whatever_it_changes_to() {
        assert!(names("spec.type changed", "spec.type changed to NodePort"));
        assert!(names("spec.type removed", "spec.type removed"));
        assert!(!names("spec.type changed to Node", "spec.type changed to NodePort"));
        assert!(!names("spec.typ", "spec.type removed"));
        assert!(!names("", "spec.type removed"));
    }
}
