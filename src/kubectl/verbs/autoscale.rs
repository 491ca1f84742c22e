//! `kubectl autoscale` (k8s.io/kubectl/pkg/cmd/autoscale/autoscale.go, v1.36). The object is
//! made; no metrics are measured in this world, so nothing is ever scaled by it.

use super::create::required;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::resources;
use crate::kubectl::verbs::create::is_quantity;
use crate::kubectl::write::{DryRun, Item, Say, Server, Visit, flags, noted, record};
use crate::manifest::Quantity;
use serde_json::{Map, Value, json};

static FLAGS: &[Flag] = &[
    Flag::new("cpu", Takes::Text, "", "The CPU to aim at: 70% of requests, or 500m"),
    Flag::new("cpu-percent", Takes::Int, "-1", "The percentage of requested CPU to aim at")
        .deprecated("Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU)."),
    flags::manager("kubectl-autoscale"),
    Flag::new("max", Takes::Int, "-1", "The most Pods"),
    Flag::new("memory", Takes::Text, "", "The memory to aim at: 60% of requests, or 200Mi"),
    Flag::new("min", Takes::Int, "-1", "The fewest Pods"),
    Flag::new("name", Takes::Text, "", "The name of the new object"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "autoscale",
    aliases: &[],
    usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY] [options]",
    about: "Auto-scale a deployment, replica set, stateful set, or replication controller",
    flags: &[FLAGS, flags::FILES, flags::DRY_RUN, flags::RECORD, flags::SAVE_CONFIG, print::FLAGS],
    runs: Runs::Verb(autoscale),
}];

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

fn autoscale(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    required(call, &["max"])?;
    let dry_run = DryRun::of(call, io)?;
    let number = |flag: &str| call.flags.int(flag).unwrap_or(-1);
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let (min, max) = (number("min"), number("max"));
    if max < 1 {
        return client(format!("--max=MAXPODS is required and must be at least 1, max: {max}"));
    }
    if max < min {
        return client(format!(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"
        ));
    }
    if number("cpu-percent") > 0 && !text("cpu").is_empty() {
        return client("--cpu-percent and --cpu are mutually exclusive");
    }
    let mut metrics = Vec::new();
    if number("cpu-percent") > 0 {
        let percent = number("cpu-percent");
        metrics.push(metric("cpu", json!({"type": "Utilization", "averageUtilization": percent})));
    }
    for (flag, unit) in [("cpu", "m"), ("memory", "Mi")] {
        if !text(flag).is_empty() {
            metrics.push(metric(flag, aim(flag, text(flag), unit)?));
        }
    }
    let mut say = Say::new(console, call, dry_run)?;
    let mut server = Server::new(call, "kubectl-autoscale", dry_run == DryRun::Server);
    let visit = Visit { args: &call.args, ..Visit::default() };
    let found = visit.find(console, call, io, &mut server)?;
    let n_scaled = found.each(|item| {
        let mut scaler = scaler(call, &item, (min, max), &metrics)?;
        record(call, &mut scaler);
        if dry_run == DryRun::Client {
            return say.made(io, &scaler, "created");
        }
        if call.flags.bool("save-config") {
            scaler = noted(scaler);
        }
        let resource = resources::named(console, "horizontalpodautoscalers.autoscaling")?;
        let namespace = call.namespace(console);
        match server.create(console, io, (resource, &namespace), scaler) {
            Ok(made) => say.object(io, &made, "autoscaled"),
            // kubectl tries the older form then, which knows one metric alone.
            Err(error) if number("cpu-percent") >= 0 || text("cpu").ends_with('%') => {
                if text("memory").is_empty() {
                    return Err(Failure::Server(error));
                }
                incompatible("%!w(<nil>)")
            }
            Err(_) if text("cpu").is_empty() => incompatible("empty input"),
            Err(_) => incompatible("%!w(<nil>)"),
        }
    })?;
    if n_scaled == 0 {
        return client("no objects passed to autoscale");
    }
    Ok(Done::OK)
}

fn incompatible(why: &str) -> Result<(), Failure> {
    client(format!(
        "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: {why}"
    ))
}

fn metric(name: &str, target: Value) -> Value {
    json!({"type": "Resource", "resource": {"name": name, "target": target}})
}

/// `parseResourceInput`: a percentage, a number with the unit that is usual, or a quantity.
fn aim(name: &str, text: &str, unit: &str) -> Result<Value, Failure> {
    let text = text.trim();
    if let Some(percent) = text.strip_suffix('%') {
        return match percent.parse::<i32>() {
            Ok(number) if number >= 0 => {
                Ok(json!({"type": "Utilization", "averageUtilization": number}))
            }
            _ => client(format!("invalid percentage value: {percent}")),
        };
    }
    let written = match text.parse::<f64>() {
        Ok(number) => format!("{number}{unit}"),
        Err(_) if is_quantity(text) => text.to_owned(),
        Err(_) => return client(format!("invalid resource {name} value: {text}")),
    };
    let value = Quantity::canonical(&written.clone().into()).unwrap_or(written);
    Ok(json!({"type": "AverageValue", "averageValue": value}))
}

fn scaler(
    call: &Call,
    item: &Item,
    (min, max): (i64, i64),
    metrics: &[Value],
) -> Result<Value, Failure> {
    let resource = item.resource;
    let scales = ["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"];
    if !scales.contains(&resource.kind) {
        let (version, group) = (resource.api_version, resource.group());
        let version = version.rsplit('/').next().unwrap_or(version);
        return client(format!(
            "cannot autoscale a {}: could not find scale subresource for {group}/{version}, Resource={} in discovery information",
            resource.kind, resource.plural
        ));
    }
    let mut metadata = Map::new();
    let name = call.flags.text("name").filter(|name| !name.is_empty()).unwrap_or(&item.name);
    metadata.insert("name".to_owned(), name.into());
    if let Some(namespace) = call.flags.text("namespace") {
        metadata.insert("namespace".to_owned(), namespace.into());
    }
    let mut spec = json!({
        "scaleTargetRef": {
            "kind": resource.kind, "name": item.name, "apiVersion": resource.api_version,
        },
    });
    if min > 0 {
        spec["minReplicas"] = min.into();
    }
    spec["maxReplicas"] = max.into();
    if !metrics.is_empty() {
        spec["metrics"] = metrics.into();
    }
    Ok(json!({
        "kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2",
        "metadata": metadata, "spec": spec,
        "status": {"desiredReplicas": 0, "currentMetrics": null},
    }))
}
