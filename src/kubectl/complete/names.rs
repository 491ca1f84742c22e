//! Names of files, kinds, objects, namespaces, containers.

use crate::cluster::{Fields, Which};
use crate::kubectl::console::Console;
use crate::kubectl::resources::{self, Resource};
use serde_json::Value;

/// Files and folders whose paths begin with `word`.
pub(super) fn files(console: &Console, word: &str) -> Vec<String> {
    let (folder, begin) = match word.rsplit_once('/') {
        Some((folder, begin)) => (format!("{folder}/"), begin),
        None => (String::new(), word),
    };
    let path = if folder.is_empty() { "." } else { &folder };
    let inside = console.files.list(path).unwrap_or_default();
    let fits = |name: &String| {
        name.starts_with(begin) && (!name.starts_with('.') || begin.starts_with('.'))
    };
    let inside = inside.into_iter().filter(|(name, _)| fits(name));
    inside.map(|(name, is)| format!("{folder}{name}{}", if is { "/" } else { " " })).collect()
}

/// Kinds by plural and short name; after a comma too.
pub(super) fn kinds(word: &str) -> Vec<String> {
    let (before, begin) = match word.rsplit_once(',') {
        Some((before, begin)) => (format!("{before},"), begin),
        None => (String::new(), word),
    };
    let begin = begin.to_lowercase();
    let mut out: Vec<String> = Vec::new();
    for resource in resources::RESOURCES {
        let shorts = resource.short.iter().copied().filter(|short| *short == begin);
        let plural = [resource.plural].into_iter().filter(|name| name.starts_with(&begin));
        out.extend(shorts.chain(plural).map(|name| format!("{before}{name} ")));
    }
    if !begin.is_empty() && "all".starts_with(&begin) {
        out.push(format!("{before}all "));
    }
    out
}

/// Names of a resource's objects in a namespace; of all without one.
pub(super) fn objects(
    console: &Console,
    resource: &Resource,
    namespace: Option<&str>,
    begin: &str,
) -> Vec<String> {
    let namespace = namespace.filter(|_| resource.namespaced);
    let mut names = Vec::new();
    let fields = Fields::at(&["metadata.name"]);
    let which = Which { fields: Some(&fields), ..Which::within(namespace) };
    console.cluster.each(resource.kind, which, &mut |object| {
        let name = object["metadata"]["name"].as_str();
        names.extend(name.filter(|name| name.starts_with(begin)).map(str::to_owned));
    });
    names
}

/// Names of all namespaces.
pub(super) fn namespaces(console: &Console, begin: &str) -> Vec<String> {
    let names = console.cluster.namespaces().map(|namespace| namespace.name.to_string());
    names.filter(|name| name.starts_with(begin)).map(|name| format!("{name} ")).collect()
}

/// Names of the containers of a Pod, or of what makes Pods.
pub(super) fn containers(object: &Value, begin: &str) -> Vec<String> {
    let spec = match &object["spec"]["template"]["spec"] {
        Value::Null => &object["spec"],
        spec => spec,
    };
    let all = ["initContainers", "containers"].into_iter();
    let all = all.filter_map(|list| spec[list].as_array()).flatten();
    let names = all.filter_map(|container| container["name"].as_str());
    names.filter(|name| name.starts_with(begin)).map(str::to_owned).collect()
}
