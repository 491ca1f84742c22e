//! `kubectl patch` (k8s.io/kubectl/pkg/cmd/patch/patch.go, v1.36).

use crate::cluster::{self, PatchType};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::write::{DryRun, Item, Say, Server, Visit, flags, record_patch};
use crate::manifest::decode::json_type;
use crate::manifest::go::Quoted;
use crate::manifest::{self, PatchText};
use crate::validate::{ApiError, Reason};
use serde_json::{Value, json};

static FLAGS: &[Flag] = &[
    flags::manager("kubectl-patch"),
    Flag::new("patch", Takes::Text, "", "The patch to be applied, in JSON or YAML").short('p'),
    Flag::new("patch-file", Takes::Text, "", "A file with the patch"),
    Flag::new("subresource", Takes::Text, "", "status, scale or resize"),
    Flag::new("type", Takes::Text, "strategic", "json, merge or strategic"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "patch",
    aliases: &[],
    usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]",
    about: "Update fields of a resource",
    flags: &[FLAGS, flags::DRY_RUN, flags::FILES, flags::LOCAL, flags::RECORD, print::FLAGS],
    runs: Runs::Verb(patch),
}];

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

fn patch(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let dry_run = DryRun::of(call, io)?;
    // What was patched is told without how far that went.
    let mut say = Say::new(console, call, DryRun::None)?;
    let local = call.flags.bool("local");
    let (inline, file) = (text("patch"), text("patch-file"));
    if !inline.is_empty() && !file.is_empty() {
        return client("cannot specify --patch and --patch-file together");
    }
    if inline.is_empty() && file.is_empty() {
        return client("must specify --patch or --patch-file containing the contents of the patch");
    }
    if local && !call.args.is_empty() {
        return client("cannot specify --local and server resources");
    }
    if local && dry_run == DryRun::Server {
        return client(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?",
        );
    }
    let patch_type = match call.flags.text("type").unwrap_or("strategic").to_lowercase().as_str() {
        "strategic" => PatchType::Strategic,
        "merge" => PatchType::Merge,
        "json" => PatchType::Json,
        other => {
            let other = Quoted(other);
            return client(format!("--type must be one of [json merge strategic], not {other:?}"));
        }
    };
    let patch = if file.is_empty() {
        inline.to_owned()
    } else {
        let Some(bytes) = console.files.read(file) else {
            return client(format!(
                "unable to read patch file: open {file}: no such file or directory"
            ));
        };
        manifest::decode_bytes(bytes)
    };
    let read = match manifest::patch_text(&patch) {
        Ok(value) => Ok(value),
        Err(PatchText::Json(words)) => Err(words),
        Err(PatchText::Yaml(words)) => {
            let patch = Quoted(&patch);
            return client(format!("unable to parse {patch:?}: {words}"));
        }
    };
    let visit = Visit { args: &call.args, latest: true, local, ..Visit::default() };
    let mut server = Server::new(call, "kubectl-patch", dry_run == DryRun::Server);
    let found = visit.find(console, call, io, &mut server)?;
    let is_client = local || dry_run == DryRun::Client;
    found.each(|item| {
        let mut patched = if is_client {
            of_client(&item, patch_type, &read).map_err(Failure::Client)?
        } else {
            let patch = fit(patch_type, &read).map_err(Failure::Server)?;
            of_server(console, call, io, &mut server, (&item, patch_type, patch))?
        };
        let is_changed = patched != item.object;
        if let (Some(cause), false) = (record_patch(call), is_client) {
            let noted = server.patch(console, io, item.place(), (PatchType::Merge, &cause));
            patched = noted.unwrap_or(patched);
        }
        say.object(io, &patched, if is_changed { "patched" } else { "patched (no change)" })
    })?;
    Ok(Done::OK)
}

/// What kubectl makes of the patch alone.
fn of_client(
    item: &Item,
    patch_type: PatchType,
    read: &Result<Value, String>,
) -> Result<Value, String> {
    match (read, patch_type) {
        (Ok(patch), _) => {
            cluster::patched_by_client(item.resource.kind, &item.object, (patch_type, patch))
        }
        (Err(_), PatchType::Strategic) => Err("invalid JSON document".to_owned()),
        (Err(_), PatchType::Merge) => Err("Invalid JSON Patch".to_owned()),
        (Err(words), PatchType::Json) => Err(words.clone()),
    }
}

/// What the server says of a patch that it can't decode (`applyPatchToObject`,
/// apiserver/pkg/endpoints/handlers/patch.go).
fn fit(patch_type: PatchType, read: &Result<Value, String>) -> Result<&Value, Box<ApiError>> {
    let (before, wanted) = match patch_type {
        PatchType::Strategic => ("", "map[string]interface {}"),
        PatchType::Merge => ("error decoding patch: ", "map[string]interface {}"),
        PatchType::Json => ("error decoding patch: ", "[]handlers.jsonPatchOp"),
    };
    let words = match read {
        Ok(Value::Null) if patch_type == PatchType::Merge => {
            return Err(ApiError::new(Reason::BadRequest, "Invalid JSON Patch"));
        }
        Ok(patch) => {
            let fits = patch.is_null()
                || if patch_type == PatchType::Json { patch.is_array() } else { patch.is_object() };
            if fits {
                return Ok(patch);
            }
            format!("json: cannot unmarshal {} into Go value of type {wanted}", json_type(patch))
        }
        Err(words) => words.clone(),
    };
    Err(ApiError::new(Reason::BadRequest, format!("{before}{words}")))
}

fn of_server(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    server: &mut Server,
    (item, patch_type, patch): (&Item, PatchType, &Value),
) -> Result<Value, Failure> {
    let empty = json!({});
    let patch = if patch.is_null() { &empty } else { patch };
    if *patch == empty && patch_type != PatchType::Json {
        return Ok(item.object.clone());
    }
    let missing = || {
        let says = "the server could not find the requested resource";
        Err(Failure::Server(ApiError::new(Reason::NotFound, says)))
    };
    let kind = item.resource.kind;
    let patched = match call.flags.text("subresource").unwrap_or("") {
        "" => server.patch(console, io, item.place(), (patch_type, patch)),
        "status" if !matches!(kind, "ConfigMap" | "Secret" | "Endpoints" | "EndpointSlice") => {
            server.patch_status(console, io, item.place(), (patch_type, patch))
        }
        "scale"
            if matches!(
                kind,
                "Deployment" | "ReplicaSet" | "StatefulSet" | "ReplicationController"
            ) =>
        {
            let live = &item.object;
            let scale = json!({
                "apiVersion": "autoscaling/v1",
                "kind": "Scale",
                "metadata": {"name": item.name, "namespace": item.namespace},
                "spec": {"replicas": live["spec"]["replicas"]},
            });
            let mut scale = cluster::patched_by_server("Scale", &scale, (patch_type, patch))
                .map_err(Failure::Server)?;
            let replicas = json!({"spec": {"replicas": scale["spec"]["replicas"]}});
            let place = item.place();
            let stored = server.patch(console, io, place, (PatchType::Merge, &replicas));
            let stored = stored.map_err(Failure::Server)?;
            scale["status"] = json!({"replicas": stored["status"]["replicas"]});
            return Ok(scale);
        }
        "resize" if kind == "Pod" => server.patch(console, io, item.place(), (patch_type, patch)),
        _ => return missing(),
    };
    patched.map_err(Failure::Server)
}
