//! `kubectl get --raw`: what the API server answers to a path, as it sends it
//! (k8s.io/kubectl/pkg/rawhttp, v1.36).

use crate::cluster::{Fields, Shown, Which};
use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::{Objects, typed};
use crate::kubectl::resources::{self, Resource};
use crate::kubectl::verbs::{api_resources, version};
use crate::manifest::go::{self, Quoted};
use crate::source::sort;
use crate::validate::{ApiError, Reason};
use serde_json::{Value, json};
use std::ops::Range;

/// Answers `--raw=URL`.
///
/// # Errors
/// What kubectl says of flags that do not go with it, and the server of a path it has not.
pub(super) fn get(console: &Console, call: &Call, io: &mut Io, url: &str) -> Result<Done, Failure> {
    let client = |says: &str| Err(Failure::Client(says.to_owned()));
    if !call.args.is_empty() {
        return client("arguments may not be passed when --raw is specified");
    }
    let flags = &call.flags;
    let selects = flags.text("selector").is_some_and(|text| !text.is_empty());
    if flags.bool("watch") || flags.bool("watch-only") || selects {
        return client(
            "--raw may not be specified with other flags that filter the server request or alter the output",
        );
    }
    if flags.text("output").is_some_and(|text| !text.is_empty()) {
        return client("--raw and --output are mutually exclusive");
    }
    if !url.starts_with('/') && !url.contains("://") {
        let url = Quoted(url);
        return client(&format!(
            "--raw must be a valid URL path: parse {url:?}: invalid URI for request"
        ));
    }
    let path = url.split('?').next().unwrap_or(url);
    let path = path.strip_prefix('/').unwrap_or(path);
    let steps: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    match steps.as_slice() {
        ["healthz" | "readyz" | "livez"] => io.out("ok"),
        ["version"] => {
            let version = version::served(&console.cluster.settings().kubernetes);
            io.out(serde_json::to_string_pretty(&version).unwrap_or_default());
        }
        ["api"] => io.line(go::json(&json!({
            "kind": "APIVersions",
            "versions": ["v1"],
            "serverAddressByClientCIDRs":
                [{"clientCIDR": "0.0.0.0/0", "serverAddress": server(console)}],
        }))),
        ["apis"] => {
            let groups = groups(console);
            let list = json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups});
            io.line(go::json(&list));
        }
        ["apis", group] => {
            let groups = groups(console);
            let found = groups.into_iter().find(|one| one["name"] == *group);
            let mut object = json!({"kind": "APIGroup", "apiVersion": "v1"});
            for (key, value) in found.ok_or_else(nothing)?.as_object().into_iter().flatten() {
                object[key] = value.clone();
            }
            io.line(go::json(&object));
        }
        ["api", version, rest @ ..] => io.give_all(of_api(console, version, rest)?),
        ["apis", group, version, rest @ ..] => {
            io.give_all(of_api(console, &format!("{group}/{version}"), rest)?);
        }
        _ => return Err(nothing()),
    }
    Ok(Done::OK)
}

fn nothing() -> Failure {
    let says = "the server could not find the requested resource";
    Failure::Server(ApiError::new(Reason::NotFound, says))
}

/// Where the server is: its address and port.
fn server(console: &Console) -> String {
    let url = console
        .config
        .clusters
        .values()
        .next()
        .and_then(|entry| entry.get("server")?.as_str())
        .unwrap_or("");
    url.trim_start_matches("https://").to_owned()
}

/// The server's own API groups, in its order; others come behind.
const GROUPS: [&str; 20] = [
    "apiregistration.k8s.io",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
    "resource.k8s.io",
    "flowcontrol.apiserver.k8s.io",
];

/// The API groups, with the versions of each, the preferred one first.
fn groups(console: &Console) -> Vec<Value> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for version in api_resources::api_versions(console) {
        let Some((group, _)) = version.split_once('/') else { continue };
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, versions)) => versions.insert(0, version),
            None => groups.push((group, vec![version])),
        }
    }
    let place = |group: &str| GROUPS.iter().position(|known| *known == group);
    sort::sort_by_key(&mut groups, |(group, _)| place(group).unwrap_or(GROUPS.len()));
    let named = |version: &str| {
        let (_, short) = version.split_once('/').unwrap_or(("", version));
        json!({"groupVersion": version, "version": short})
    };
    let group = |(name, versions): (&str, Vec<&str>)| {
        json!({
            "name": name,
            "versions": versions.iter().map(|version| named(version)).collect::<Vec<_>>(),
            "preferredVersion": versions.first().map(|version| named(version)),
        })
    };
    groups.into_iter().map(group).collect()
}

/// What stands below a group's version: an object, or all objects of a resource; in pieces.
fn of_api(console: &Console, api_version: &str, steps: &[&str]) -> Result<Vec<String>, Failure> {
    let named = |plural: &str| {
        let is = |r: &&Resource| r.plural == plural && r.api_version == api_version;
        resources::served(console).find(is).ok_or_else(nothing)
    };
    let (namespace, plural, name) = match *steps {
        ["namespaces", name] => ("", "namespaces", Some(name)),
        ["namespaces", namespace, plural] => (namespace, plural, None),
        ["namespaces", namespace, plural, name] => (namespace, plural, Some(name)),
        [plural] => ("", plural, None),
        [plural, name] => ("", plural, Some(name)),
        _ => return Err(nothing()),
    };
    let resource = named(plural)?;
    let is_in_place = match (resource.namespaced, namespace) {
        (true, "") => name.is_none(),
        (true, _) => true,
        (false, namespace) => namespace.is_empty(),
    };
    if !is_in_place {
        return Err(nothing());
    }
    let kind = resource.fields();
    if let Some(name) = name {
        let found = console.cluster.get(resource.kind, namespace, name);
        let missing = || resources::not_found(resource, name);
        return Ok(vec![typed::object(kind, &found.ok_or_else(missing)?) + "\n"]);
    }
    let scope = (!namespace.is_empty()).then_some(namespace);
    let empty = go::json(&json!({
        "kind": format!("{}List", resource.kind),
        "apiVersion": api_version,
        "metadata": {"resourceVersion": console.cluster.revision().to_string()},
        "items": [],
    }));
    let head = empty.strip_suffix("]}").unwrap_or(&empty);
    let cluster = &console.cluster;
    let show = |places: &Range<usize>, fields: Option<&Fields>, see: &mut dyn FnMut(Shown<'_>)| {
        let which = Which { fields, places: Some(places), ..Which::within(scope) };
        cluster.each(resource.kind, which, see);
    };
    let sizes = [cluster.n_places(resource.kind, scope)];
    Ok(typed::list(kind, &Objects::new(&sizes, &show), (head, "]}\n")))
}
