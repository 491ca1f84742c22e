//! `kubectl create job` and `cronjob`.

use super::make::{self, Make};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::resources;
use crate::kubectl::write::{Server, missing_resource};
use serde_json::{Map, Value, json};

const COMMON: [&[Flag]; 5] = make::FLAGS;

static JOB: &[Flag] = &[
    Flag::new("image", Takes::Text, "", "Image name to run"),
    Flag::new("from", Takes::Text, "", "The resource to create a Job from (only cronjob)"),
];
static CRON_JOB: &[Flag] = &[
    Flag::new("image", Takes::Text, "", "Image name to run"),
    Flag::new("schedule", Takes::Text, "", "A schedule in the Cron format"),
    Flag::new("restart", Takes::Text, "", "The job's restart policy: OnFailure or Never"),
];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        path: "create cronjob",
        aliases: &["cj"],
        usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags] [options]",
        about: "Create a cron job with the specified name",
        flags: &[CRON_JOB, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(cron_job),
    },
    Command {
        path: "create job",
        aliases: &[],
        usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...] [options]",
        about: "Create a job with the specified name",
        flags: &[JOB, COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4]],
        runs: Runs::Verb(job),
    },
];

fn template(name: &str, image: &str, command: Vec<Value>, restart: &str) -> Value {
    let mut container = Map::new();
    container.insert("name".to_owned(), name.into());
    container.insert("image".to_owned(), image.into());
    if !command.is_empty() {
        container.insert("command".to_owned(), command.into());
    }
    container.insert("resources".to_owned(), json!({}));
    json!({"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}})
}

fn job(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let make = Make::new(console, call, io, "jobs")?;
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let (image, from) = (text("image"), text("from"));
    let command = make::command_words(call);
    if image.is_empty() == from.is_empty() {
        let says = "either --image or --from must be specified";
        return Err(Failure::Client(says.to_owned()));
    }
    if !from.is_empty() && !command.is_empty() {
        let says = "cannot specify --from and command";
        return Err(Failure::Client(says.to_owned()));
    }
    let mut object = make.object(call);
    if from.is_empty() {
        let template = template(&make.name, image, command, "Never");
        object.insert("spec".to_owned(), json!({"template": template}));
    } else {
        from_cron_job(console, call, io, from, &mut object)?;
    }
    object.insert("status".to_owned(), json!({}));
    make.finish(console, call, io, object, Some("failed to create job: "))
}

fn from_cron_job(
    console: &Console,
    call: &Call,
    io: &mut Io,
    from: &str,
    object: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let words: Vec<String> = vec![from.to_owned()];
    let wanted = resources::wanted(console, &words)?;
    let Some((resource, Some(name))) = wanted.first().map(|w| (w.resource, w.name.clone())) else {
        return Err(missing_resource());
    };
    if resource.kind != "CronJob" {
        let says = "from must be an existing cronjob";
        return Err(Failure::Client(says.to_owned()));
    }
    let namespace = call.namespace(console);
    let mut server = Server::new(call, "kubectl-create", false);
    let cron_job = server.get(console, io, (resource, &namespace, &name))?;
    let metadata = &mut object["metadata"];
    let inner = &cron_job["spec"]["jobTemplate"];
    let mut annotations = json!({"cronjob.kubernetes.io/instantiate": "manual"});
    for (key, value) in inner["metadata"]["annotations"].as_object().into_iter().flatten() {
        annotations[key] = value.clone();
    }
    if let Some(labels) = inner["metadata"].get("labels") {
        metadata["labels"] = labels.clone();
    }
    metadata["annotations"] = annotations;
    metadata["ownerReferences"] = json!([{
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "name": name,
        "uid": cron_job["metadata"]["uid"],
        "controller": true,
    }]);
    object.insert("spec".to_owned(), inner["spec"].clone());
    Ok(())
}

fn cron_job(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    make::required(call, &["image", "schedule"])?;
    let make = Make::new(console, call, io, "cronjobs")?;
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let restart = Some(text("restart")).filter(|r| !r.is_empty()).unwrap_or("OnFailure");
    let template = template(&make.name, text("image"), make::command_words(call), restart);
    let mut object = make.object(call);
    object.insert(
        "spec".to_owned(),
        json!({
            "schedule": text("schedule"),
            "jobTemplate": {"metadata": {"name": make.name}, "spec": {"template": template}},
        }),
    );
    object.insert("status".to_owned(), json!({}));
    make.finish(console, call, io, object, Some("failed to create cronjob: "))
}
