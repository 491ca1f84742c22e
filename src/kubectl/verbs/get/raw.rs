//! `kubectl get --raw`: what the API server answers to a path, as it sends it
//! (k8s.io/kubectl/pkg/rawhttp, v1.36).

use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::resources::{self, Resource};
use crate::kubectl::verbs::version;
use crate::manifest::go::{self, Quoted};
use crate::manifest::go_order;
use crate::validate::{ApiError, Reason};
use serde_json::{Value, json};

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
        ["api", version, rest @ ..] => io.line(of_api(console, version, rest)?),
        ["apis", group, version, rest @ ..] => {
            io.line(of_api(console, &format!("{group}/{version}"), rest)?);
        }
        _ => return Err(nothing()),
    }
    Ok(Done::OK)
}

fn nothing() -> Failure {
    let says = "the server could not find the requested resource";
    Failure::Server(ApiError::new(Reason::NotFound, says))
}

/// What stands below a group's version: an object, or all objects of a resource.
fn of_api(console: &Console, api_version: &str, steps: &[&str]) -> Result<String, Failure> {
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
    let ordered = |object: &Value| kind.map_or(object.clone(), |k| go_order::ordered(k, object));
    if let Some(name) = name {
        let found = console.cluster.get(resource.kind, namespace, name);
        let missing = || resources::not_found_in(console, resource, namespace, name);
        return Ok(go::json(&ordered(&found.ok_or_else(missing)?)));
    }
    let scope = (!namespace.is_empty()).then_some(namespace);
    let items = console.cluster.list(resource.kind, scope).into_iter().map(|object| {
        let mut object = ordered(&object);
        if let Some(map) = object.as_object_mut() {
            map.shift_remove("kind");
            map.shift_remove("apiVersion");
        }
        object
    });
    let items: Vec<Value> = items.collect();
    Ok(go::json(&json!({
        "kind": format!("{}List", resource.kind),
        "apiVersion": api_version,
        "metadata": {"resourceVersion": console.cluster.revision().to_string()},
        "items": items,
    })))
}
