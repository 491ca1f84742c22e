//! `kubectl cp` (k8s.io/kubectl/pkg/cmd/cp/cp.go, v1.36): between the working folder and a
//! container's files, both of which are in memory.

use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Files, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::pod::{self, Inside, session};
use crate::kubectl::resources;

static FLAGS: &[Flag] = &[
    Flag::new("container", Takes::Text, "", "The container; the first unless given").short('c'),
    Flag::new("no-preserve", Takes::Bool, "false", "Keep no owners and permissions"),
    Flag::new("retries", Takes::Int, "0", "How often to try again"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "cp",
    aliases: &[],
    usage: "<file-spec-src> <file-spec-dest> [options]",
    about: "Copy files and directories to and from containers",
    flags: &[FLAGS],
    runs: Runs::Verb(cp),
}];

/// A path here, or in a Pod of this namespace (where one is given) and name.
struct Spec<'a> {
    pod: Option<(Option<&'a str>, &'a str)>,
    path: &'a str,
}

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

/// `extractFileSpec`.
fn spec(text: &str) -> Result<Spec<'_>, Failure> {
    const FORMAT: &str = "filespec must match the canonical format: [[namespace/]pod:]file/path";
    let Some((pod, path)) = text.split_once(':') else { return Ok(Spec { pod: None, path: text }) };
    let pod = match pod.split('/').collect::<Vec<_>>().as_slice() {
        [""] => return client(FORMAT),
        [name] => (None, *name),
        [namespace, name] => (Some(*namespace), *name),
        _ => return client(FORMAT),
    };
    Ok(Spec { pod: Some(pod), path })
}

fn cp(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let [from, to] = call.args.as_slice() else {
        return client("source and destination are required");
    };
    let (from, to) = (spec(from)?, spec(to)?);
    if from.pod.is_some() && to.pod.is_some() {
        return client("one of src or dest must be a local file specification");
    }
    if from.path.is_empty() || to.path.is_empty() {
        return client("filepath can not be empty");
    }
    let Some((namespace, name)) = from.pod.or(to.pod) else {
        return client("one of src or dest must be a remote file specification");
    };
    if to.pod.is_some() && !is_there(&console.files, from.path) {
        return client(format!("{} doesn't exist in local filesystem", from.path));
    }
    let namespace = namespace.map_or_else(|| call.namespace(console), str::to_owned);
    let resource = resources::named(console, "pods")?;
    let Some(pod) = console.cluster.get("Pod", &namespace, name) else {
        return Err(resources::not_found(resource, name));
    };
    let phase = pod["status"]["phase"].as_str().unwrap_or("");
    if matches!(phase, "Succeeded" | "Failed") {
        return client(format!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        ));
    }
    let container = pod::of::container(&pod, call.flags.text("container"), io)?;
    if phase != "Running" {
        return client(format!(
            "Internal error occurred: unable to upgrade connection: container not found ({container:?})"
        ));
    }
    let inside = Inside::pod(&pod, &container);
    let mut held = session::held(console, &inside);
    if to.pod.is_some() {
        let target = match held.is_folder(to.path) {
            true => format!("{}/{}", to.path.trim_end_matches('/'), last(from.path)),
            false => to.path.to_owned(),
        };
        let folder = target.rsplit_once('/').map_or("/", |(folder, _)| folder);
        if !folder.is_empty() && !held.is_folder(folder) {
            io.err(format_args!("tar: can't change directory to '{folder}': No such file or directory\ncommand terminated with exit code 1\n"));
            return Ok(Done::Exit(1));
        }
        copy(&console.files, from.path, &mut held, &target)?;
        session::keep(console, &inside, held);
    } else {
        if !is_there(&held, from.path) {
            let path = from.path;
            io.err(format_args!("tar: {path}: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\nerror: {path} no such file or directory\n"));
            return Ok(Done::Exit(1));
        }
        if from.path.starts_with('/') {
            io.line("tar: removing leading '/' from member names");
        }
        let target = match console.files.is_folder(to.path) && !held.is_folder(from.path) {
            true => format!("{}/{}", to.path.trim_end_matches('/'), last(from.path)),
            false => to.path.to_owned(),
        };
        copy(&held, from.path, &mut console.files, &target)?;
    }
    Ok(Done::OK)
}

fn is_there(files: &Files, path: &str) -> bool {
    files.read(path).is_some() || files.is_folder(path)
}

fn last(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

/// Copies a file, or a folder with all that is in it.
fn copy(from: &Files, path: &str, to: &mut Files, target: &str) -> Result<(), Failure> {
    let write = |to: &mut Files, target: &str, bytes: &[u8]| {
        to.write(target, bytes).map_err(|why| Failure::Client(format!("open {target}: {why}")))
    };
    if let Some(bytes) = from.read(path) {
        return write(to, target, bytes);
    }
    to.make_folder(target);
    for (name, is_folder) in from.list(path).unwrap_or_default() {
        let (path, target) =
            (format!("{}/{name}", path.trim_end_matches('/')), format!("{target}/{name}"));
        if is_folder {
            copy(from, &path, to, &target)?;
        } else if let Some(bytes) = from.read(&path) {
            write(to, &target, bytes)?;
        }
    }
    Ok(())
}
