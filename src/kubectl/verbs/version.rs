//! `kubectl version` and `kubectl cluster-info`
//! (k8s.io/kubectl/pkg/cmd/version and clusterinfo, v1.36).

use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print::yaml;
use serde_json::{Value, json};

static FLAGS: &[Flag] = &[
    Flag::new("client", Takes::Bool, "false", "Show the client's version only."),
    Flag::new("output", Takes::Text, "", "One of 'yaml' or 'json'.").short('o'),
];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "cluster-info",
        aliases: &[],
        usage: "[flags] [options]",
        about: "Display cluster information",
        flags: &[],
        runs: Runs::Verb(cluster_info),
    },
    Command {
        path: "cluster-info dump",
        aliases: &[],
        usage: "[flags] [options]",
        about: "Dump relevant information for debugging and diagnosis",
        flags: &[],
        runs: Runs::Elsewhere("'kubectl get all -A -o yaml' shows what this world holds"),
    },
    Command {
        path: "version",
        aliases: &[],
        usage: "[flags] [options]",
        about: "Print the client and server version information",
        flags: &[FLAGS],
        runs: Runs::Verb(version),
    },
];

/// The kustomize that kubectl v1.36 is built with.
const KUSTOMIZE: &str = "v5.8.1";

fn version(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let client = call.flags.bool("client");
    if !call.args.is_empty() && !client {
        return Err(Failure::Client(format!("extra arguments: [{}]", call.args.join(" "))));
    }
    let output = call.flags.text("output").unwrap_or_default();
    let version = &console.cluster.settings().kubernetes;
    let mut all = json!({"clientVersion": build(version), "kustomizeVersion": KUSTOMIZE});
    if !client {
        all["serverVersion"] = served(version);
    }
    match output {
        "" => {
            io.line(format_args!("Client Version: {version}\nKustomize Version: {KUSTOMIZE}"));
            if !client {
                io.line(format_args!("Server Version: {version}"));
            }
        }
        "yaml" => io.line(yaml::to_yaml(&all)),
        // Two spaces a level, the fields in Go's order.
        "json" => io.line(serde_json::to_string_pretty(&all).unwrap_or_default()),
        _ => return Err(Failure::Client("--output must be 'yaml' or 'json'".to_owned())),
    }
    Ok(Done::OK)
}

/// The numbers of `v1.36.2`.
fn numbers(version: &str) -> (u32, u32) {
    let mut parts = version.trim_start_matches('v').split('.').map(|n| n.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

/// What a build says of itself; there is none behind a world, so its commit is all noughts.
fn build(version: &str) -> Value {
    let (major, minor) = numbers(version);
    json!({
        "major": major.to_string(),
        "minor": minor.to_string(),
        "gitVersion": version,
        "gitCommit": "0".repeat(40),
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "go1.26.4",
        "compiler": "gc",
        "platform": "linux/amd64",
    })
}

/// What the server says of its version.
pub(super) fn served(version: &str) -> Value {
    let (major, minor) = numbers(version);
    let mut served = json!({
        "major": major.to_string(),
        "minor": minor.to_string(),
        "emulationMajor": major.to_string(),
        "emulationMinor": minor.to_string(),
        "minCompatibilityMajor": major.to_string(),
        "minCompatibilityMinor": minor.saturating_sub(1).to_string(),
    });
    if let (Some(served), Value::Object(build)) = (served.as_object_mut(), build(version)) {
        served.extend(build);
    }
    served
}

fn cluster_info(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let config = &console.config;
    let wanted = call.flags.text("context").unwrap_or(&config.current);
    let cluster = config.context(wanted).and_then(|c| config.clusters.get(&c.cluster));
    let server = cluster.and_then(|c| c.get("server")?.as_str()).unwrap_or_default().to_owned();
    io.line(format_args!("Kubernetes control plane is running at {server}"));
    let namespace = call.flags.text("namespace").unwrap_or("kube-system");
    for service in console.cluster.list("Service", Some(namespace)) {
        let (metadata, spec) = (&service["metadata"], &service["spec"]);
        let label = |key: &str| metadata["labels"][key].as_str().unwrap_or_default();
        if label("kubernetes.io/cluster-service") != "true" {
            continue;
        }
        let name = metadata["name"].as_str().unwrap_or_default();
        let shown = match label("kubernetes.io/name") {
            "" => name,
            shown => shown,
        };
        let ingress = &service["status"]["loadBalancer"]["ingress"][0];
        let outer = ingress["ip"].as_str().or(ingress["hostname"].as_str());
        let link = match outer {
            Some(outer) => {
                let ports = spec["ports"].as_array().into_iter().flatten();
                ports.map(|port| format!("http://{outer}:{} ", port["port"])).collect::<String>()
            }
            None => {
                let port = &spec["ports"][0];
                let port_name = port["name"].as_str().unwrap_or_default();
                let secure = port_name == "https" || port["port"] == 443;
                let proxied = match (secure, port_name) {
                    (true, _) => format!("https:{name}:{port_name}"),
                    (false, "") => name.to_owned(),
                    (false, _) => format!("{name}:{port_name}"),
                };
                format!("{server}/api/v1/namespaces/{namespace}/services/{proxied}/proxy")
            }
        };
        io.line(format_args!("{shown} is running at {link}"));
    }
    io.line("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.");
    Ok(Done::OK)
}
