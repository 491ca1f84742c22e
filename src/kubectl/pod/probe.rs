//! Readiness probes (pkg/kubelet/prober and pkg/probe, v1.36): what a kubelet asks a container
//! that runs, and what comes back.

use super::server::{Speaks, serves};
use super::{Inside, has, life, variables};
use crate::cluster::{Cluster, Name};
use crate::kubectl::console::{Console, Files, Io};
use crate::kubectl::shell::{self, Shell};
use crate::manifest::go::Quoted;
use serde_json::Value;
use std::sync::Arc;

/// So many Pods are asked again and again.
const MOST_ASKED: usize = 64;

/// Why a container that has just begun is not ready, where programs decide that: its probe
/// fails, or it is over at once. For [`Cluster::set_prober`].
pub(in crate::kubectl) fn prober(
    cluster: &Cluster,
    pod: &Value,
    container: &Value,
) -> Option<String> {
    let known = life::known_argv(container).is_some() && container["stdin"] != true;
    if !known && !asks_programs(container) {
        return None;
    }
    let mut console = Console::new(cluster.clone(), Files::default());
    console.cluster.set_prober(None);
    // As it is about to be written.
    console.cluster.put(pod.clone()).ok()?;
    if known && life::ends_at_once(&mut console, pod, container) {
        return Some(String::new());
    }
    fails(&console, pod, container)
}

/// Whether a program's answer to a container's probe is known here.
pub(super) fn asks_programs(container: &Value) -> bool {
    let probe = &container["readinessProbe"];
    let image = container["image"].as_str().unwrap_or_default();
    !probe["exec"].is_null() || !probe["httpGet"].is_null() && serves(image)
}

/// What the readiness probe of a container says against it.
fn fails(console: &Console, pod: &Value, container: &Value) -> Option<String> {
    let probe = &container["readinessProbe"];
    let inside = Inside::pod(pod, container["name"].as_str().unwrap_or_default());
    if let Some(words) = probe["exec"]["command"].as_array() {
        let argv: Vec<String> = words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let timeout = probe["timeoutSeconds"].as_i64().unwrap_or(1);
        return exec(console, inside, &argv, timeout);
    }
    let get = &probe["httpGet"];
    if get.is_null() || !get["host"].as_str().unwrap_or_default().is_empty() {
        return None;
    }
    let named = |name: &str| {
        let mut ports = container["ports"].as_array().into_iter().flatten();
        ports.find(|port| port["name"] == name).and_then(|port| port["containerPort"].as_u64())
    };
    let port = get["port"].as_str().map_or(get["port"].as_u64(), named)?;
    let name = Name::new(pod["metadata"]["namespace"].as_str()?, pod["metadata"]["name"].as_str()?);
    let port = u16::try_from(port).ok()?;
    if let Some(why) = console.cluster.unanswered(pod, container) {
        return Some(why);
    }
    match super::server::of_pod(console, &name, (port, get["path"].as_str().unwrap_or("/"))) {
        Speaks::Fails(code, _) => {
            let code = code.split(' ').next().unwrap_or_default();
            Some(format!("HTTP probe failed with statuscode: {code}"))
        }
        _ => None,
    }
}

fn exec(console: &Console, inside: Inside, argv: &[String], timeout: i64) -> Option<String> {
    let program = argv.first()?;
    if !has(&inside, program) {
        // What an image of its own has is not known.
        return None;
    }
    let mut copy = console.clone();
    copy.files = super::session::held(console, &inside);
    copy.files.go("/");
    copy.shell = Shell::inside(Arc::new(inside.clone()), "sh", variables(console, &inside));
    copy.shell.dream();
    let began = copy.now();
    let mut io = Io::new(None, None);
    let exit = shell::words(&mut copy, argv, &mut io);
    if !copy.shell.wakes() || copy.now() - began > timeout {
        let line = argv.join(" ");
        return Some(format!("command timed out: {:?} timed out after {timeout}s", Quoted(&line)));
    }
    let said: Vec<u8> = io.into_said().into_iter().flat_map(|(_, said)| said).collect();
    (exit != 0).then(|| String::from_utf8_lossy(&said).trim_end().to_owned())
}

/// Asks Pods again that programs of theirs may have changed; whether any became something else.
pub(super) fn ask_again(console: &mut Console) -> bool {
    let names: Vec<Name> = console.lives.asked().take(MOST_ASKED).cloned().collect();
    let mut is_changed = false;
    for name in names {
        let Some(pod) = console.cluster.get("Pod", &name.namespace, &name.name) else {
            console.lives.forget(&name);
            continue;
        };
        for container in pod["spec"]["containers"].as_array().into_iter().flatten() {
            let own = container["name"].as_str().unwrap_or_default();
            let mut statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
            let Some(status) = statuses.find(|status| status["name"] == *own) else { continue };
            if status["state"]["running"].is_null() || !asks_programs(container) {
                continue;
            }
            let why = fails(console, &pod, container);
            if status["ready"] != why.is_none() {
                let now = console.cluster.settings().now.clone();
                is_changed |= console.cluster.set_ready(&name, own, why.as_deref(), &now);
            }
        }
    }
    is_changed
}
