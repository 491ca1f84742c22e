//! `kubectl create role`, `clusterrole`, `rolebinding`, `clusterrolebinding`.

use super::make::{self, Make};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::resources;
use crate::kubectl::write::label_pairs;
use serde_json::{Value, json};

const COMMON: [&[Flag]; 5] = make::FLAGS;
const API_GROUP: &str = "rbac.authorization.k8s.io";

static ROLE: &[Flag] = &[
    Flag::new("verb", Takes::List, "[]", "What may be done"),
    Flag::new("resource", Takes::List, "[]", "With which resources"),
    Flag::new("resource-name", Takes::Array, "[]", "With which objects"),
];
static CLUSTER_ROLE: &[Flag] = &[
    Flag::new("aggregation-rule", Takes::Text, "", "Labels of the ClusterRoles to combine"),
    Flag::new("non-resource-url", Takes::List, "[]", "Paths that are no resources"),
];
static BINDING: &[Flag] = &[
    Flag::new("clusterrole", Takes::Text, "", "The ClusterRole to refer to"),
    Flag::new("group", Takes::Array, "[]", "Groups to bind"),
    Flag::new("serviceaccount", Takes::Array, "[]", "Service accounts as <namespace>:<name>"),
    Flag::new("user", Takes::Array, "[]", "Users to bind"),
];
static ROLE_REF: &[Flag] = &[Flag::new("role", Takes::Text, "", "The Role to refer to")];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "create clusterrole",
        aliases: &[],
        usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none] [options]",
        about: "Create a cluster role",
        flags: &[CLUSTER_ROLE, ROLE, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(cluster_role),
    },
    Command {
        path: "create clusterrolebinding",
        aliases: &[],
        usage: "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]",
        about: "Create a cluster role binding for a particular cluster role",
        flags: &[BINDING, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(cluster_role_binding),
    },
    Command {
        path: "create role",
        aliases: &[],
        usage: "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none] [options]",
        about: "Create a role with single rule",
        flags: &[ROLE, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(role),
    },
    Command {
        path: "create rolebinding",
        aliases: &[],
        usage: "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]",
        about: "Create a role binding for a particular role or cluster role",
        flags: &[ROLE_REF, BINDING, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(role_binding),
    },
];

const VERBS: &[&str] = &[
    "get",
    "delete",
    "list",
    "create",
    "update",
    "patch",
    "watch",
    "proxy",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
    "*",
];

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

fn role(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "roles")?;
    let mut object = make.object(call);
    object.insert("rules".to_owned(), rules(console, call, io)?);
    make.finish(console, call, io, object, None)
}

fn cluster_role(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "clusterroles")?;
    let mut object = make.object(call);
    let aggregation = call.flags.text("aggregation-rule").unwrap_or("");
    let urls = call.flags.all("non-resource-url");
    if !aggregation.is_empty() {
        let labels = label_pairs(aggregation).map_err(Failure::Client)?;
        object.insert("rules".to_owned(), Value::Null);
        let rule = json!({"clusterRoleSelectors": [{"matchLabels": labels}]});
        object.insert("aggregationRule".to_owned(), rule);
    } else if !urls.is_empty() && call.flags.all("resource").is_empty() {
        let verbs = verbs(call, io)?;
        object.insert("rules".to_owned(), json!([{"verbs": verbs, "nonResourceURLs": urls}]));
    } else {
        if call.flags.all("resource").is_empty() && !call.flags.all("verb").is_empty() {
            return client("one of resource or nonResourceURL must be specified");
        }
        object.insert("rules".to_owned(), rules(console, call, io)?);
    }
    make.finish(console, call, io, object, None)
}

fn verbs(call: &Call, io: &mut Io) -> Result<Vec<String>, Failure> {
    let mut verbs: Vec<String> = Vec::new();
    for verb in call.flags.all("verb") {
        if verb == "*" {
            return Ok(vec!["*".to_owned()]);
        }
        if !verbs.contains(verb) {
            verbs.push(verb.clone());
        }
    }
    if verbs.is_empty() {
        return client("at least one verb must be specified");
    }
    for verb in verbs.iter().filter(|verb| !VERBS.contains(&verb.as_str())) {
        io.err(format_args!("Warning: '{verb}' is not a standard resource verb\n"));
    }
    Ok(verbs)
}

/// One rule for each API group that the resources are of.
fn rules(console: &Console, call: &Call, io: &mut Io) -> Result<Value, Failure> {
    let wanted = call.flags.all("resource");
    let names = call.flags.all("resource-name");
    let verbs = verbs(call, io)?;
    if wanted.is_empty() {
        return client("at least one resource must be specified");
    }
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let mut unknown = Vec::new();
    for text in wanted {
        let (name, below) = match text.split_once('/') {
            Some((name, below)) => (name, Some(below)),
            None => (text.as_str(), None),
        };
        let (group, plural) = if name == "*" {
            (String::new(), "*".to_owned())
        } else {
            match resources::find(console, name) {
                Some(resource) => (resource.group().to_owned(), resource.plural.to_owned()),
                None => {
                    let says = format!("the server doesn't have a resource type \"{name}\"");
                    unknown.push(Failure::Client(says));
                    continue;
                }
            }
        };
        let full = below.map_or(plural.clone(), |below| format!("{plural}/{below}"));
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, list)) => {
                if !list.contains(&full) {
                    list.push(full);
                }
            }
            None => groups.push((group, vec![full])),
        }
    }
    if !unknown.is_empty() {
        // An aggregate of one is told without `error: `.
        return Err(Failure::Many(vec![Failure::Many(unknown)]));
    }
    groups.sort();
    let rules = groups.into_iter().map(|(group, resources)| {
        let mut rule = json!({"verbs": verbs, "apiGroups": [group], "resources": resources});
        if !names.is_empty() {
            rule["resourceNames"] = names.into();
        }
        rule
    });
    Ok(rules.collect())
}

pub(in crate::kubectl::verbs) fn subjects(call: &Call) -> Result<Value, Failure> {
    let mut subjects = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in call.flags.all(flag) {
            subjects.push(json!({"kind": kind, "apiGroup": API_GROUP, "name": name}));
        }
    }
    for account in call.flags.all("serviceaccount") {
        match account.split(':').collect::<Vec<_>>().as_slice() {
            [namespace, name] if !namespace.is_empty() && !name.is_empty() => subjects
                .push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace})),
            _ => return client("serviceaccount must be <namespace>:<name>"),
        }
    }
    Ok(Value::Array(subjects))
}

fn binding(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    make: Make,
    (kind, name, failed): (&str, &str, &str),
) -> Result<Done, Failure> {
    let mut object = make.object(call);
    let subjects = subjects(call)?;
    if subjects.as_array().is_some_and(|list| !list.is_empty()) {
        object.insert("subjects".to_owned(), subjects);
    }
    let role = json!({"apiGroup": API_GROUP, "kind": kind, "name": name});
    object.insert("roleRef".to_owned(), role);
    make.finish(console, call, io, object, Some(failed))
}

fn role_binding(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "rolebindings")?;
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let what = match (text("role"), text("clusterrole")) {
        (role, "") if !role.is_empty() => ("Role", role),
        ("", role) if !role.is_empty() => ("ClusterRole", role),
        _ => return client("exactly one of clusterrole or role must be specified"),
    };
    let failed = "failed to create rolebinding: ";
    binding(console, call, io, make, (what.0, what.1, failed))
}

fn cluster_role_binding(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    make::required(call, &["clusterrole"])?;
    let make = Make::new(console, call, io, "clusterrolebindings")?;
    let name = call.flags.text("clusterrole").unwrap_or("");
    let failed = "failed to create clusterrolebinding: ";
    binding(console, call, io, make, ("ClusterRole", name, failed))
}
