//! A command inside a container: run to its end, or a shell that takes lines.

use super::{Image, Inside, files, given, has, variables};
use crate::kubectl::console::{Console, Files, Io, Outcome, Wants};
use crate::kubectl::job::{Done, Job};
use crate::kubectl::shell::{self, Shell};
use crate::trace::Client;
use serde_json::{Value, json};
use std::sync::Arc;

/// What becomes of the Pod in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kubectl) enum Then {
    /// Nothing: it was there before.
    Stays,
    /// `kubectl run`: its container has ended.
    Ends {
        /// `--rm`: it is deleted.
        remove: bool,
        /// `--quiet`.
        quiet: bool,
    },
}

/// A shell or command of a container.
#[derive(Debug, Clone)]
struct Session {
    inside: Arc<Inside>,
    shell: Shell,
    files: Files,
    then: Then,
    /// The shell's name.
    own: &'static str,
    /// What it waits for.
    wants: Wants,
}

/// Runs `argv` as `kubectl exec` does. `stdin` says whether it may read lines.
pub(in crate::kubectl) fn start(
    console: &mut Console,
    inside: Inside,
    argv: &[String],
    stdin: bool,
    io: &mut Io,
) -> Done {
    begin(console, inside, argv, stdin, Then::Stays, io)
}

/// The same for `kubectl run`, which knows what becomes of the Pod.
pub(in crate::kubectl) fn begin(
    console: &mut Console,
    inside: Inside,
    argv: &[String],
    stdin: bool,
    then: Then,
    io: &mut Io,
) -> Done {
    let Some(program) = argv.first() else { return Done::OK };
    if !has(&inside, program) {
        let what = crate::manifest::go::Quoted(program);
        io.err(format_args!(
            "error: Internal error occurred: error executing command in container: failed to exec in container: OCI runtime exec failed: exec failed: unable to start container process: exec: {what:?}: executable file not found in $PATH\n"
        ));
        return Done::Exit(1);
    }
    let name = program.rsplit('/').next().unwrap_or(program);
    let own = if name == "bash" { "bash" } else { "sh" };
    let mut files = held(console, &inside);
    // Where a container begins, wherever the last shell in it has gone.
    if inside.image != Image::Machine {
        files.go("/");
    }
    let prompt = prompt(own, &inside, &files);
    let inside = Arc::new(inside);
    let mut session = Session {
        shell: Shell::inside(inside.clone(), own, variables(console, &inside)),
        files,
        wants: Wants::Inside(prompt),
        inside,
        own,
        then,
    };
    let is_shell = matches!(name, "sh" | "ash" | "bash");
    let reads_lines = is_shell && argv.len() == 1;
    if reads_lines && stdin && io.columns.is_some() && io.input.is_none() {
        return Done::Goes(Box::new(session));
    }
    let exit = session.within(console, |console| shell::words(console, argv, io));
    Done::Exit(session.ended(exit, console, io))
}

/// A shell's prompt, where it is.
fn prompt(own: &str, inside: &Inside, files: &Files) -> String {
    let at = files.working();
    if own == "bash" {
        format!("root@{}:{}# ", inside.hostname, from_home(&at))
    } else if inside.image.is_busybox() {
        format!("{} # ", from_home(&at))
    } else {
        "# ".to_owned()
    }
}

/// A folder as prompts show it: `~` for the home folder.
pub(in crate::kubectl) fn from_home(path: &str) -> String {
    match path.strip_prefix("/root") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
        _ => path.to_owned(),
    }
}

/// Containers, machines and volumes whose files are kept.
const MAX_KEPT: usize = 24;

/// What tells a container or machine from all others.
fn key(console: &Console, inside: &Inside) -> Option<String> {
    match &inside.client {
        Client::Pod { namespace, name } => {
            let pod = console.cluster.get("Pod", namespace, name)?;
            let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
            Some(format!("{namespace}/{name}/{uid}/{}", inside.container))
        }
        Client::Node(name) => Some(name.clone()),
        Client::External => None,
    }
}

/// Its files as the last command left them.
fn kept(console: &Console, inside: &Inside) -> Option<Files> {
    let key = key(console, inside)?;
    let (_, files) = console.containers.iter().find(|(of, _)| *of == key)?;
    Some(files.clone())
}

/// The files of a container as they are now.
pub(in crate::kubectl) fn held(console: &Console, inside: &Inside) -> Files {
    let mut files = kept(console, inside).unwrap_or_else(|| files(console, inside));
    given::write_volumes(console, inside, &mut files);
    files
}

/// Notes what a container holds now.
pub(in crate::kubectl) fn keep(console: &mut Console, inside: &Inside, files: Files) {
    let Some(key) = key(console, inside) else { return };
    let mut kept = given::shared(console, inside, &files);
    kept.push((key, files));
    let all = &mut console.containers;
    all.retain(|(other, _)| kept.iter().all(|(key, _)| other != key));
    all.extend(kept);
    let n_over = all.len().saturating_sub(MAX_KEPT);
    all.drain(..n_over);
}

impl Session {
    /// Does something with the container's shell and files in the console's place.
    fn within<T>(&mut self, console: &mut Console, does: impl FnOnce(&mut Console) -> T) -> T {
        self.swap(console);
        let out = does(console);
        self.swap(console);
        out
    }

    fn swap(&mut self, console: &mut Console) {
        std::mem::swap(&mut self.shell, &mut console.shell);
        std::mem::swap(&mut self.files, &mut console.files);
    }

    /// Passes on what was said, and notes what is wanted next.
    fn take(&mut self, outcome: Outcome, console: &mut Console, io: &mut Io) -> Option<u8> {
        for (stream, text) in &outcome.said {
            io.say(*stream, text.as_bytes());
        }
        self.wants = match outcome.wants {
            Wants::Line => Wants::Inside(prompt(self.own, &self.inside, &self.files)),
            Wants::More => Wants::Inside("> ".to_owned()),
            Wants::Close => return Some(self.ended(outcome.exit, console, io)),
            wants => wants,
        };
        None
    }

    /// The command has ended with this code; gives kubectl's.
    fn ended(&self, exit: u8, console: &mut Console, io: &mut Io) -> u8 {
        keep(console, &self.inside, self.files.clone());
        let crate::trace::Client::Pod { namespace, name } = &self.inside.client else {
            return exit;
        };
        match self.then {
            Then::Stays => {
                if exit != 0 {
                    io.err(format_args!("command terminated with exit code {exit}\n"));
                }
                exit
            }
            Then::Ends { remove, quiet } => {
                let pod = console.cluster.get("Pod", namespace, name).unwrap_or_default();
                let restarts = pod["spec"]["restartPolicy"] != "Never";
                if restarts && !quiet {
                    let container = &self.inside.container;
                    io.err(format_args!(
                        "Session ended, resume using 'kubectl attach {name} -c {container} -i -t' command when the pod is running\n"
                    ));
                }
                if remove {
                    console.cluster.delete("Pod", namespace, name);
                    io.line(format_args!("pod \"{name}\" deleted from {namespace} namespace"));
                } else if !restarts || (exit == 0 && pod["spec"]["restartPolicy"] == "OnFailure") {
                    over(console, pod, exit);
                }
                if exit != 0 && !restarts {
                    io.err(format_args!("pod {namespace}/{name} terminated (Error)\n"));
                    return exit;
                }
                0
            }
        }
    }
}

/// The Pod whose only container has ended.
fn over(console: &mut Console, mut pod: Value, exit: u8) {
    let now = console.cluster.settings().now.clone();
    let (phase, reason) = if exit == 0 { ("Succeeded", "Completed") } else { ("Failed", "Error") };
    pod["status"]["phase"] = phase.into();
    if let Some(conditions) = pod["status"]["conditions"].as_array_mut() {
        for condition in conditions {
            if matches!(condition["type"].as_str(), Some("Ready" | "ContainersReady")) {
                condition["status"] = "False".into();
                condition["reason"] = "PodCompleted".into();
            }
        }
    }
    if let Some(container) =
        pod["status"]["containerStatuses"].as_array_mut().and_then(|list| list.first_mut())
    {
        container["ready"] = false.into();
        container["started"] = false.into();
        container["state"] = json!({
            "terminated": {"exitCode": exit, "reason": reason, "finishedAt": now, "startedAt": now}
        });
    }
    // It was read from there: it can be put back.
    let _ = console.cluster.put(pod);
}

impl Job for Session {
    fn wants(&self) -> Wants {
        self.wants.clone()
    }

    fn proceed(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        let outcome = self.within(console, shell::proceed);
        self.take(outcome, console, io)
    }

    fn line(&mut self, line: Option<&str>, console: &mut Console, io: &mut Io) -> Option<u8> {
        let outcome = self.within(console, |console| match line {
            Some(line) => console.line(line),
            None => shell::end_of_input(console),
        });
        self.take(outcome, console, io)
    }

    fn interrupt(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        let outcome = self.within(console, shell::interrupt);
        self.take(outcome, console, io)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}
