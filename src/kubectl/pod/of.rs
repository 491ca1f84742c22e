//! Which Pod is meant where a Service, a Deployment or the like is named
//! (`attachablePodForObject`, k8s.io/kubectl/pkg/polymorphichelpers, v1.36).

use crate::cluster::Pod;
use crate::kubectl::console::Console;
use crate::kubectl::failure::Failure;
use crate::kubectl::resources::{self, Wanted};
use crate::manifest::go::Quoted;
use crate::source::sort;
use serde_json::Value;
use std::sync::Arc;

/// The Pods that `wanted` means in `namespace`, the one to use first: placed before not
/// placed, running and ready before not, older before younger; those that are over last. `doing` is what is said to be
/// impossible where there can be none: `cannot attach to`.
///
/// # Errors
/// What is not there, and what has no Pods.
pub(in crate::kubectl) fn pods(
    console: &Console,
    wanted: &Wanted,
    namespace: &str,
    doing: &str,
) -> Result<Vec<Arc<Pod>>, Failure> {
    let resource = wanted.resource;
    let name = wanted.name.as_deref().unwrap_or("");
    let place = if resource.namespaced { namespace } else { "" };
    let found = console.cluster.get(resource.kind, place, name);
    let missing = || resources::not_found_in(console, resource, namespace, name);
    let object = found.ok_or_else(missing)?;
    if resource.kind == "Pod" {
        return Ok(console.cluster.pod(namespace, name).cloned().into_iter().collect());
    }
    let Some(selector) = selector(&object) else {
        let kind = go_type(resource.kind, resource.version());
        let why = if resource.kind == "Service" {
            format!("invalid service '{name}': Service is defined without a selector")
        } else {
            format!("selector for {kind} not implemented")
        };
        return Err(Failure::Client(format!("{doing} {kind}: {why}")));
    };
    let mut pods: Vec<Arc<Pod>> = console
        .cluster
        .pods()
        .filter(|pod| *pod.name.namespace == *namespace)
        .filter(|pod| selector.iter().all(|(key, value)| pod.labels().get(key) == Some(value)))
        .cloned()
        .collect();
    sort::sort_by_key(&mut pods, |pod| {
        (pod.is_over(), pod.node.is_none(), pod.phase() != "Running", !pod.ready())
    });
    if pods.is_empty() {
        return Err(Failure::Client("timed out waiting for the condition".to_owned()));
    }
    Ok(pods)
}

fn selector(object: &Value) -> Option<Vec<(&str, &str)>> {
    let selector = &object["spec"]["selector"];
    let pairs = selector.get("matchLabels").unwrap_or(selector).as_object()?;
    if pairs.is_empty() {
        return None;
    }
    Some(pairs.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect())
}

fn go_type(kind: &str, version: &str) -> String {
    format!("*{version}.{kind}")
}

/// The container that is meant: `wanted`, or the first, of which is told where there are more.
///
/// # Errors
/// A container that is not there.
pub(in crate::kubectl) fn container(
    pod: &Value,
    wanted: Option<&str>,
    io: &mut crate::kubectl::console::Io,
) -> Result<String, Failure> {
    let named = |field: &str| -> Vec<&str> {
        let list = pod["spec"][field].as_array().map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(|c| c["name"].as_str()).collect()
    };
    let (names, first) = (named("containers"), named("initContainers"));
    // `AllContainerNames`, k8s.io/kubectl/pkg/cmd/util/podcmd.
    let mut all: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    all.extend(first.iter().map(|name| format!("{name} (init)")));
    let all = all.join(", ");
    match wanted {
        Some(wanted) if names.contains(&wanted) || first.contains(&wanted) => Ok(wanted.to_owned()),
        Some(wanted) => {
            let pod = pod["metadata"]["name"].as_str().unwrap_or("");
            Err(Failure::Client(format!(
                "container {wanted} is not valid for pod {pod} out of: {all}"
            )))
        }
        None => {
            let default = (*names.first().unwrap_or(&"")).to_owned();
            if names.len() + first.len() > 1 {
                let default = Quoted(&default);
                io.err(format_args!("Defaulted container {default:?} out of: {all}\n"));
            }
            Ok(default)
        }
    }
}
