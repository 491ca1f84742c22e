//! `kubectl create deployment`.

use super::make::{self, Make};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use serde_json::{Map, Value, json};

static FLAGS: &[Flag] = &[
    Flag::new("image", Takes::List, "[]", "Image names to run"),
    Flag::new("port", Takes::Int, "-1", "The containerPort that the deployment exposes"),
    Flag::new("replicas", Takes::Int, "1", "Number of replicas to create").short('r'),
];

const COMMON: [&[Flag]; 5] = make::FLAGS;

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "create deployment",
    aliases: &["deploy"],
    usage: "NAME --image=image -- [COMMAND] [args...] [options]",
    about: "Create a deployment with the specified name",
    flags: &[FLAGS, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
    runs: Runs::Verb(deployment),
}];

fn deployment(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    make::required(call, &["image"])?;
    let make = Make::new(console, call, io, "deployments")?;
    let images = call.flags.all("image");
    let command = make::command_words(call);
    if images.len() > 1 && !command.is_empty() {
        return Err(Failure::Client(
            "cannot specify multiple --image options and command".to_owned(),
        ));
    }
    let mut containers: Vec<Value> = Vec::new();
    for image in images {
        let name = container_name(image);
        let mut container = Map::new();
        container.insert("name".to_owned(), name.into());
        container.insert("image".to_owned(), image.clone().into());
        if !command.is_empty() {
            container.insert("command".to_owned(), command.clone().into());
        }
        container.insert("resources".to_owned(), json!({}));
        containers.push(Value::Object(container));
    }
    // The port is the first container's.
    if let Some(port) = call.flags.int("port").filter(|port| *port >= 0)
        && let Some(Value::Object(first)) = containers.first_mut()
    {
        first.shift_remove("resources");
        first.insert("ports".to_owned(), json!([{"containerPort": port}]));
        first.insert("resources".to_owned(), json!({}));
    }
    let mut object = make.object(call);
    let labels = json!({"app": make.name});
    object["metadata"]["labels"] = labels.clone();
    object.insert(
        "spec".to_owned(),
        json!({
            "replicas": call.flags.int("replicas").unwrap_or(1),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
            "strategy": {},
        }),
    );
    object.insert("status".to_owned(), json!({}));
    make.finish(console, call, io, object, Some("failed to create deployment: "))
}

/// The image's last part, without registry, tag and digest (`buildPodSpec`).
fn container_name(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split(':').next().unwrap_or(name);
    let name = name.split('@').next().unwrap_or(name);
    sanitized(name)
}

/// `sanitizeAndUniquify`: what no name may hold is a dash.
fn sanitized(name: &str) -> String {
    if !name.contains(['_', '.']) {
        return name.to_owned();
    }
    let name: String = name.chars().map(|c| if matches!(c, '_' | '.') { '-' } else { c }).collect();
    // What tells it apart is random upstream.
    format!("{name}-{}", crate::cluster::random_part(&name))
}
