//! Words of kubectl's command line.

use super::{fields, names};
use crate::kubectl::command::{self, Command, Flag, Takes};
use crate::kubectl::console::Console;
use crate::kubectl::resources::{self, Resource};
use serde_json::Value;

/// What stands before the cursor, as far as it can be told.
struct Line {
    command: &'static Command,
    /// Words that are no flags.
    args: Vec<String>,
    /// The flag whose value stands at the cursor.
    waits: Option<&'static Flag>,
    namespace: Option<String>,
    all_namespaces: bool,
    /// Behind `--`.
    behind: bool,
}

fn flag_of(command: &'static Command, word: &str) -> Option<&'static Flag> {
    match word.strip_prefix("--") {
        Some(name) => command::flag(command, |flag| flag.name == name),
        None => {
            let letter = word.strip_prefix('-')?.chars().last()?;
            command::flag(command, |flag| flag.short == Some(letter))
        }
    }
}

fn takes_word(flag: &Flag) -> bool {
    !matches!(flag.takes, Takes::Bool | Takes::Optional(_))
}

fn read(command: &'static Command, words: &[String]) -> Line {
    let mut line = Line {
        command,
        args: Vec::new(),
        waits: None,
        namespace: None,
        all_namespaces: false,
        behind: false,
    };
    for word in words {
        if line.behind {
            line.args.push(word.clone());
            continue;
        }
        if let Some(flag) = line.waits.take() {
            if flag.name == "namespace" {
                line.namespace = Some(word.clone());
            }
            continue;
        }
        if word == "--" {
            line.behind = true;
        } else if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with('-')) {
            if flag_of(command, name).is_some_and(|flag| flag.name == "namespace") {
                line.namespace = Some(value.to_owned());
            }
        } else if word.starts_with('-') && word.len() > 1 {
            let Some(flag) = flag_of(command, word) else { continue };
            line.all_namespaces |= flag.name == "all-namespaces";
            if takes_word(flag) {
                line.waits = Some(flag);
            }
        } else {
            line.args.push(word.clone());
        }
    }
    line
}

/// Candidates for `word` behind `kubectl` and `words`, and how far into it they begin.
pub(super) fn candidates(console: &Console, words: &[String], word: &str) -> (usize, Vec<String>) {
    // Flags may stand before the verb.
    let first = words.iter().position(|word| !word.starts_with('-'));
    let mut at = first.unwrap_or(words.len());
    let mut before = words.get(..at).unwrap_or_default().to_vec();
    while let Some(flag) =
        before.last().and_then(|word| global(word)).filter(|flag| takes_word(flag))
    {
        let Some(value) = words.get(at) else {
            return value_of(console, flag, word, None);
        };
        before.push(value.clone());
        at += 1;
        let more = words.get(at..).unwrap_or_default();
        let n = more.iter().take_while(|word| word.starts_with('-')).count();
        before.extend(more.iter().take(n).cloned());
        at += n;
    }
    let words = words.get(at..).unwrap_or_default();
    let Some((command, n)) = command::find(words) else {
        if word.starts_with('-') {
            return (0, flags(None, word));
        }
        return (0, below("", word));
    };
    let mut rest: Vec<String> = before;
    rest.extend(words.get(n..).unwrap_or_default().iter().cloned());
    let line = read(command, &rest);
    if line.behind {
        return (0, Vec::new());
    }
    if let Some(flag) = line.waits {
        return value_of(console, flag, word, Some(&line));
    }
    if word.starts_with('-') {
        if let Some((name, value)) = word.split_once('=')
            && let Some(flag) = flag_of(command, name)
        {
            let (at, found) = value_of(console, flag, value, Some(&line));
            return (name.len() + 1 + at, found);
        }
        return (0, flags(Some(command), word));
    }
    let children = below(command.path, word);
    if !children.is_empty() && line.args.is_empty() {
        let mut found = children;
        if !matches!(command.runs, command::Runs::Group) {
            found.extend(arguments(console, &line, word).1);
        }
        return (0, found);
    }
    arguments(console, &line, word)
}

fn global(word: &str) -> Option<&'static Flag> {
    let name = word.strip_prefix("--");
    command::GLOBAL.iter().find(|flag| match name {
        Some(name) => flag.name == name,
        None => {
            flag.short.is_some_and(|letter| word.strip_prefix('-') == Some(&letter.to_string()))
        }
    })
}

/// Commands right below `path`.
fn below(path: &str, word: &str) -> Vec<String> {
    let all = command::children(path).flat_map(|command| {
        let name = command.path.rsplit(' ').next().unwrap_or(command.path);
        let aliases = command.aliases.iter().copied().filter(|alias| *alias == word);
        [name].into_iter().chain(aliases)
    });
    all.filter(|name| name.starts_with(word)).map(|name| format!("{name} ")).collect()
}

/// Flags; letters where one is typed.
fn flags(command: Option<&'static Command>, word: &str) -> Vec<String> {
    let own = command.into_iter().flat_map(|command| command.flags.iter().copied().flatten());
    let all = own.chain(command::GLOBAL).filter(|flag| flag.has);
    let long = all.filter_map(|flag| {
        let name = format!("--{}", flag.name);
        name.starts_with(word)
            .then(|| format!("{name}{}", if takes_word(flag) { "=" } else { " " }))
    });
    long.collect()
}

fn ended(names: impl IntoIterator<Item = impl AsRef<str>>, word: &str) -> Vec<String> {
    let fitting = names.into_iter().filter(|name| name.as_ref().starts_with(word));
    fitting.map(|name| format!("{} ", name.as_ref())).collect()
}

/// Values of a flag.
fn value_of(
    console: &Console,
    flag: &Flag,
    word: &str,
    line: Option<&Line>,
) -> (usize, Vec<String>) {
    let found = match flag.name {
        "namespace" => names::namespaces(console, word),
        "filename" | "kustomize" | "patch-file" | "from-file" | "from-env-file" => {
            names::files(console, word)
        }
        "context" => {
            ended(console.config.contexts.iter().map(|context| context.name.as_str()), word)
        }
        "container" => line.map_or_else(Vec::new, |line| {
            let (_, objects) = objects_of(console, line);
            let all = objects.iter().flat_map(|object| names::containers(object, word));
            all.map(|name| format!("{name} ")).collect()
        }),
        "dry-run" => ended(["client", "none", "server"], word),
        "cascade" => ended(["background", "foreground", "orphan"], word),
        "restart" => ended(["Always", "Never", "OnFailure"], word),
        "image-pull-policy" => ended(["Always", "IfNotPresent", "Never"], word),
        "protocol" => ended(["SCTP", "TCP", "UDP"], word),
        "session-affinity" => ended(["ClientIP", "None"], word),
        "for" => ended(["condition=", "create", "delete", "jsonpath="], word)
            .into_iter()
            .map(|name| if name.contains('=') { name.trim_end().to_owned() } else { name })
            .collect(),
        "type" if line.is_some_and(|line| line.command.path == "patch") => {
            ended(["json", "merge", "strategic"], word)
        }
        "type" => ended(["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"], word),
        "output" => return output(console, word, line),
        "sort-by" => {
            let Some(line) = line else { return (0, Vec::new()) };
            let (resource, objects) = objects_of(console, line);
            let braced = format!("{{{word}");
            let (template, shift) = if word.starts_with('{') { (word, 0) } else { (&*braced, 1) };
            let found = fields::jsonpath(template, resource, &objects, false);
            return found.map_or((0, Vec::new()), |(at, names)| (at.saturating_sub(shift), names));
        }
        "show-labels" | "all-namespaces" => Vec::new(),
        _ if flag.takes == Takes::Bool => ended(["false", "true"], word),
        _ => Vec::new(),
    };
    (0, found)
}

const FORMATS: &[&str] = &[
    "custom-columns=",
    "custom-columns-file=",
    "go-template=",
    "go-template-file=",
    "json",
    "jsonpath=",
    "jsonpath-as-json=",
    "jsonpath-file=",
    "name",
    "wide",
    "yaml",
];

fn output(console: &Console, word: &str, line: Option<&Line>) -> (usize, Vec<String>) {
    if let (Some((format, template)), Some(line)) = (word.split_once('='), line) {
        let (resource, objects) = objects_of(console, line);
        let before = format.len() + 1;
        // Quotes were taken off; one that is open still is part of nothing.
        match format {
            "jsonpath" | "jsonpath-as-json" => {
                let found = fields::jsonpath(template, resource, &objects, line.is_list());
                return found.map_or((0, Vec::new()), |(at, names)| (before + at, names));
            }
            "custom-columns" => {
                let from = template
                    .rfind([':', ','])
                    .filter(|at| template.get(*at..).is_some_and(|t| t.starts_with(':')));
                let Some(from) = from else { return (0, Vec::new()) };
                let path = format!("{{{}", template.get(from + 1..).unwrap_or(""));
                let found = fields::jsonpath(&path, resource, &objects, false);
                return found.map_or((0, Vec::new()), |(at, names)| (before + from + at, names));
            }
            "jsonpath-file" | "go-template-file" | "custom-columns-file" => {
                return (before, names::files(console, template));
            }
            _ => return (0, Vec::new()),
        }
    }
    let path = line.map_or("", |line| line.command.path);
    let formats: Vec<&str> = match path {
        "version" => vec!["json", "yaml"],
        "api-resources" => vec!["json", "name", "wide", "yaml"],
        "explain" => vec!["plaintext", "plaintext-openapiv2"],
        "get" => FORMATS.to_vec(),
        _ => FORMATS
            .iter()
            .copied()
            .filter(|name| !matches!(*name, "wide") && !name.starts_with("custom"))
            .collect(),
    };
    let fitting = formats.into_iter().filter(|name| name.starts_with(word));
    let ended = fitting.map(|name| match name.ends_with('=') {
        true => name.to_owned(),
        false => format!("{name} "),
    });
    (0, ended.collect())
}

impl Line {
    fn scope(&self, console: &Console) -> Option<String> {
        if self.all_namespaces {
            return None;
        }
        Some(self.namespace.clone().unwrap_or_else(|| console.config.namespace().to_owned()))
    }

    /// Whether `get` prints a List: kinds without one name.
    fn is_list(&self) -> bool {
        self.args.len() != 2 && !matches!(&*self.args, [one] if one.contains('/'))
    }
}

/// The resource that a line is about, and its objects.
fn objects_of(console: &Console, line: &Line) -> (Option<&'static Resource>, Vec<Value>) {
    let pods = ["logs", "exec", "attach", "port-forward"].contains(&line.command.path);
    let (kind, name) = match line.args.as_slice() {
        [] => return (None, Vec::new()),
        [one, ..] if one.contains('/') => {
            one.split_once('/').map_or(("", None), |(k, n)| (k, Some(n)))
        }
        [name, ..] if pods => ("pods", Some(name.as_str())),
        [kind, rest @ ..] => (kind.as_str(), rest.first().map(String::as_str)),
    };
    let Some(resource) = resources::find(console, kind) else { return (None, Vec::new()) };
    let scope = line.scope(console).filter(|_| resource.namespaced);
    let objects = match (name, &scope) {
        (Some(name), scope) => {
            let namespace = scope.as_deref().unwrap_or("");
            console.cluster.get(resource.kind, namespace, name).into_iter().collect()
        }
        (None, scope) => console.cluster.list(resource.kind, scope.as_deref()),
    };
    (Some(resource), objects)
}

/// Words that are no flags: kinds and names, as each command takes them.
fn arguments(console: &Console, line: &Line, word: &str) -> (usize, Vec<String>) {
    let scope = line.scope(console);
    let scope = scope.as_deref();
    let path = line.command.path;
    let named = |kind: &str| -> Vec<String> {
        let Some(resource) = resources::find(console, kind) else { return Vec::new() };
        let found = names::objects(console, resource, scope, word).into_iter();
        found.filter(|name| !line.args.contains(name)).map(|name| format!("{name} ")).collect()
    };
    // `deploy/we`
    let slashed = || -> Option<Vec<String>> {
        let (kind, begin) = word.split_once('/')?;
        let resource = resources::find(console, kind)?;
        let found = names::objects(console, resource, scope, begin).into_iter();
        Some(found.map(|name| format!("{kind}/{name} ")).collect())
    };
    let rolled = ["deployments", "daemonsets", "statefulsets"];
    let found = match path {
        "explain" => {
            let find = |name: &str| resources::find(console, name);
            if line.args.is_empty() { fields::explain(find, word) } else { Vec::new() }
        }
        "logs" | "exec" | "attach" | "port-forward" | "cp" | "debug" if line.args.is_empty() => {
            slashed().unwrap_or_else(|| named("pods"))
        }
        "logs" if line.args.len() == 1 => {
            let (_, objects) = objects_of(console, line);
            let all = objects.iter().flat_map(|object| names::containers(object, word));
            all.map(|name| format!("{name} ")).collect()
        }
        "cordon" | "uncordon" | "drain" => named("nodes"),
        "config use-context"
        | "config delete-context"
        | "config rename-context"
        | "config set-context"
        | "config get-contexts" => {
            ended(console.config.contexts.iter().map(|context| context.name.as_str()), word)
        }
        "auth can-i" if line.args.is_empty() => ended(
            ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            word,
        ),
        "auth can-i" if line.args.len() == 1 => names::kinds(word),
        "get" | "describe" | "delete" | "edit" | "patch" | "label" | "annotate" | "expose"
        | "scale" | "wait" | "taint" | "autoscale" | "rollout status" | "rollout history"
        | "rollout undo" | "rollout restart" | "rollout pause" | "rollout resume" | "set image"
        | "set selector" | "set env" | "set resources" | "set serviceaccount" | "set subject" => {
            match (slashed(), line.args.as_slice()) {
                (Some(found), _) => found,
                (None, []) if path.starts_with("rollout") => ended(rolled, word),
                (None, []) => names::kinds(word),
                (None, [kind, ..]) if !kind.contains('/') => {
                    let mut found = named(kind);
                    if path == "set image" && line.args.len() > 1 {
                        let (_, objects) = objects_of(console, line);
                        let all = objects.iter().flat_map(|object| names::containers(object, word));
                        found = all.map(|name| format!("{name}=")).collect();
                    }
                    found
                }
                (None, _) if path == "set image" => {
                    let (_, objects) = objects_of(console, line);
                    let all = objects.iter().flat_map(|object| names::containers(object, word));
                    all.map(|name| format!("{name}=")).collect()
                }
                (None, _) => Vec::new(),
            }
        }
        _ => Vec::new(),
    };
    (0, found)
}
