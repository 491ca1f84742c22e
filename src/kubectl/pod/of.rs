//! Which Pod is meant where a Service, a Deployment or the like is named
//! (`attachablePodForObject`, k8s.io/kubectl/pkg/polymorphichelpers, v1.36).

use crate::cluster::Pod;
use crate::kubectl::console::Console;
use crate::kubectl::failure::Failure;
use crate::kubectl::resources::{self, Wanted};
use crate::manifest::go::Quoted;
use serde_json::Value;
use std::sync::Arc;

/// The Pods that `wanted` means in `namespace`, the one to use first: placed before not
/// placed, running and ready before not, older before younger.
///
/// # Errors
/// What is not there, and what has no Pods.
pub(in crate::kubectl) fn pods(
    console: &Console,
    wanted: &Wanted,
    namespace: &str,
) -> Result<Vec<Arc<Pod>>, Failure> {
    let resource = wanted.resource;
    let name = wanted.name.as_deref().unwrap_or("");
    let found = console.cluster.get(resource.kind, namespace, name);
    let object = found.ok_or_else(|| resources::not_found(resource, name))?;
    if resource.kind == "Pod" {
        return Ok(console.cluster.pod(namespace, name).cloned().into_iter().collect());
    }
    let Some(selector) = selector(&object) else {
        let says = if resource.kind == "Service" {
            format!("invalid service '{name}': Service is defined without a selector")
        } else {
            format!(
                "cannot attach to {}: not implemented",
                go_type(resource.kind, resource.group())
            )
        };
        return Err(Failure::Client(says));
    };
    let mut pods: Vec<Arc<Pod>> = console
        .cluster
        .pods()
        .filter(|pod| *pod.name.namespace == *namespace && !pod.is_over())
        .filter(|pod| selector.iter().all(|(key, value)| pod.labels().get(key) == Some(value)))
        .cloned()
        .collect();
    pods.sort_by_key(|pod| (pod.node.is_none(), pod.phase() != "Running", !pod.ready()));
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

fn go_type(kind: &str, group: &str) -> String {
    let package = if group.is_empty() { "v1".to_owned() } else { format!("{group}/v1") };
    format!("*{package}.{kind}")
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
    let list = pod["spec"]["containers"].as_array().map_or(&[][..], Vec::as_slice);
    let names: Vec<&str> = list.iter().filter_map(|c| c["name"].as_str()).collect();
    match wanted {
        Some(wanted) if names.contains(&wanted) => Ok(wanted.to_owned()),
        Some(wanted) => {
            let pod = pod["metadata"]["name"].as_str().unwrap_or("");
            Err(Failure::Client(format!("container {wanted} is not valid for pod {pod}")))
        }
        None => {
            let first = (*names.first().unwrap_or(&"")).to_owned();
            if names.len() > 1 {
                let first = Quoted(&first);
                io.err(format_args!(
                    "Defaulted container {first:?} out of: {}\n",
                    names.join(", ")
                ));
            }
            Ok(first)
        }
    }
}
