//! `kubectl logs` (k8s.io/kubectl/pkg/cmd/logs/logs.go, v1.36). A container here writes what
//! such a program says as it starts, and no more.

use crate::cluster::{Fields, Name};
use crate::kubectl::access::{self, User};
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes, duration};
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::{Done, Job};
use crate::kubectl::pod::{self, Log};
use crate::kubectl::print;
use crate::kubectl::resources::{self, Wanted};
use crate::kubectl::select::LabelSelector;
use crate::manifest::go::Quoted;
use crate::validate::{ApiError, Reason};
use serde_json::Value;

static FLAGS: &[Flag] = &[
    Flag::new("all-containers", Takes::Bool, "false", "Logs of all containers"),
    Flag::new("all-pods", Takes::Bool, "false", "Logs of all Pods").missing(),
    Flag::new("container", Takes::Text, "", "The container; the first unless given").short('c'),
    Flag::new("follow", Takes::Bool, "false", "Go on as lines come").short('f'),
    Flag::new("ignore-errors", Takes::Bool, "false", "Go on where a log can't be had"),
    Flag::new("insecure-skip-tls-verify-backend", Takes::Bool, "false", "").missing(),
    Flag::new("limit-bytes", Takes::Int, "0", "The most bytes").missing(),
    Flag::new("max-log-requests", Takes::Int, "5", "The most logs at once"),
    Flag::new("pod-running-timeout", Takes::Duration, "20s", "How long to wait for a Pod"),
    Flag::new("prefix", Takes::Bool, "false", "Each line with its Pod and container"),
    Flag::new("previous", Takes::Bool, "false", "Of the container before this one").short('p'),
    Flag::new("selector", Takes::Text, "", "Labels that Pods must have").short('l'),
    Flag::new("since", Takes::Duration, "0s", "Lines no older than this"),
    Flag::new("since-time", Takes::Text, "", "Lines after this time"),
    Flag::new("tail", Takes::Int, "-1", "The last lines"),
    Flag::new("timestamps", Takes::Bool, "false", "Each line with its time"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "logs",
    aliases: &[],
    usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]",
    about: "Print the logs for a container in a pod",
    flags: &[FLAGS],
    runs: Runs::Verb(logs),
}];

fn logs(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let namespace = call.namespace(console);
    let selector = call.flags.text("selector").filter(|text| !text.is_empty());
    let wanted = match (call.args.as_slice(), selector) {
        ([], Some(_)) => None,
        ([who], None) | ([who, _], None) => {
            let words = if who.contains('/') {
                vec![who.clone()]
            } else {
                vec!["pods".to_owned(), who.clone()]
            };
            resources::wanted(console, &words)?.into_iter().next()
        }
        (_, Some(_)) => {
            return Err(call.usage_error("only a selector (-l) or a POD name is allowed"));
        }
        _ => {
            return Err(call.usage_error(
                "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
            ));
        }
    };
    let user = User::of(call);
    let pods = match (&wanted, selector) {
        (Some(wanted), _) => {
            let place = (Some(&*namespace), wanted.name.as_deref().unwrap_or(""));
            access::check(console, user.as_ref(), ("get", wanted.resource), place)
                .map_err(Failure::Server)?;
            let pods = pod::of::pods(console, wanted, &namespace, "cannot get the logs from");
            let pods = pods.map_err(|error| in_namespace(error, &namespace))?;
            let first = pods.first().map(|pod| pod.name.name.clone());
            if let (Some(first), true) = (first, pods.len() > 1 && !is_pod(wanted)) {
                io.err(format_args!("Found {} pods, using pod/{first}\n", pods.len()));
            }
            pods.into_iter().take(1).collect()
        }
        (None, Some(text)) => {
            let selector = LabelSelector::read(text).map_err(Failure::Client)?;
            let pods = console.cluster.pods().filter(|pod| *pod.name.namespace == *namespace);
            let found: Vec<_> =
                pods.filter(|pod| selector.matches(pod.labels_json())).cloned().collect();
            if found.is_empty() {
                io.err(format_args!("No resources found in {namespace} namespace.\n"));
            }
            found
        }
        (None, None) => Vec::new(),
    };
    let client = |says: &str| Err(Failure::Client(says.to_owned()));
    if call.flags.is_set("since-time") && seconds(call) != 0.0 {
        return client("at most one of `sinceTime` or `sinceSeconds` may be specified");
    }
    if let (true, Some(name)) = (call.flags.bool("all-containers"), call.flags.text("container")) {
        return client(&format!(
            "--all-containers=true should not be specified with container name {name}"
        ));
    }
    if call.flags.is_set("container") && call.args.len() == 2 {
        return client("only one of -c or an inline [CONTAINER] arg is allowed");
    }
    if seconds(call) < 0.0 {
        return client("--since must be greater than 0");
    }
    if call.flags.int("tail").is_some_and(|tail| tail < -1) {
        return client("--tail must be greater than or equal to -1");
    }
    // With a selector only the last ten lines are shown unless asked otherwise.
    let tail = call.flags.int("tail").unwrap_or(if selector.is_some() { 10 } else { -1 });
    let since = match (call.flags.text("since-time"), seconds(call)) {
        (Some(time), _) if !time.is_empty() => print::age::seconds(time),
        (_, since) if since > 0.0 => Some(console.now() - since as i64),
        _ => None,
    };
    let how = How { prefix: call.flags.bool("prefix"), timestamps: call.flags.bool("timestamps") };
    // Where stdout is no terminal nobody could end it: it ends by itself.
    let follows = call.flags.bool("follow") && (io.columns.is_some() || io.timed);
    let most = call.flags.int("max-log-requests").unwrap_or(5);
    if follows && i64::try_from(pods.len()).is_ok_and(|n| n > most) {
        return client(&format!(
            "you are attempting to follow {} log streams, but maximum allowed concurrency is {most}, use --max-log-requests to increase the limit",
            pods.len()
        ));
    }
    let mut followed = Vec::new();
    // A Pod is big, and there may be thousands.
    let names = ["metadata.name", "spec.containers.name", "spec.initContainers.name"];
    let fields = Fields::at(&names).and(&Fields::at(&["status.containerStatuses"]));
    let of_followed = if follows { Fields::at(&["metadata.uid"]) } else { Fields::default() };
    let mut reader = console.cluster.reader(Some(&fields.and(&of_followed)));
    let resource = resources::named(console, "pods")?;
    for found in pods {
        let name = found.name.name.to_string();
        let value = reader.show(&found);
        let wanted = call.flags.text("container").or(call.args.get(1).map(String::as_str));
        let wanted = wanted.filter(|text| !text.is_empty());
        let containers = match call.flags.bool("all-containers") {
            true => all_containers(&value),
            false => vec![pod::of::container(&value, wanted, io)?],
        };
        let place = (Some(&*namespace), &*name);
        access::check_part(console, user.as_ref(), ("get", resource, "log"), place)
            .map_err(Failure::Server)?;
        for container in containers {
            let (pod_name, shown) = (Quoted(&name), Quoted(&container));
            let refuse =
                |says: String| Err(Failure::Server(ApiError::new(Reason::BadRequest, says)));
            let log = match pod::log_before(console, &found.name, &container) {
                Some(lines) if call.flags.bool("previous") => Log::Lines(lines),
                None if call.flags.bool("previous") => {
                    return refuse(format!(
                        "previous terminated container {shown:?} in pod {pod_name:?} not found"
                    ));
                }
                _ => pod::log(console, &found, &container),
            };
            let lines = match log {
                Log::NotStarted => {
                    let why = waits_for(&value, &container);
                    return refuse(format!(
                        "container {shown:?} in pod {pod_name:?} is waiting to start: {why}"
                    ));
                }
                Log::Lines(lines) => lines,
            };
            let since = since.map_or(0, |since| {
                lines.iter().take_while(|(at, _)| at.is_none_or(|at| at < since)).count()
            });
            let keep = usize::try_from(tail).unwrap_or(lines.len()).min(lines.len() - since);
            let mut log = One {
                pod: found.name.clone(),
                uid: value["metadata"]["uid"].clone(),
                container,
                n_told: lines.len() - keep,
            };
            how.tell(console, &mut log, &lines, io);
            followed.push(log);
        }
    }
    if !follows {
        return Ok(Done::OK);
    }
    Ok(Done::Goes(Box::new(Follow { logs: followed, how })))
}

/// How lines are shown.
#[derive(Debug, Clone, Copy)]
struct How {
    prefix: bool,
    timestamps: bool,
}

/// The log of a container, and how many of its lines were told.
#[derive(Debug, Clone)]
struct One {
    pod: Name,
    uid: Value,
    container: String,
    n_told: usize,
}

impl How {
    fn tell(self, console: &Console, log: &mut One, lines: &[(Option<i64>, String)], io: &mut Io) {
        let began = &console.cluster.settings().now;
        for (at, line) in lines.iter().skip(log.n_told) {
            if self.prefix {
                io.out(format_args!("[pod/{}/{}] ", log.pod.name, log.container));
            }
            match at {
                Some(at) if self.timestamps => io.out(format_args!("{} ", print::age::time(*at))),
                None if self.timestamps => io.out(format_args!("{began} ")),
                _ => {}
            }
            io.line(line);
        }
        log.n_told = lines.len();
    }
}

/// `--follow`: lines as they come, as long as a container runs.
#[derive(Debug, Clone)]
struct Follow {
    logs: Vec<One>,
    how: How,
}

impl Job for Follow {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn proceed(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        let how = self.how;
        self.logs.retain_mut(|log| {
            let (namespace, name) = (&log.pod.namespace, &log.pod.name);
            let Some(value) = console.cluster.get("Pod", namespace, name) else { return false };
            let Some(pod) = console.cluster.pod(namespace, name) else { return false };
            if value["metadata"]["uid"] != log.uid {
                return false;
            }
            if let Log::Lines(lines) = pod::log(console, pod, &log.container) {
                how.tell(console, log, &lines, io);
            }
            let mut all = value["status"]["containerStatuses"].as_array().into_iter().flatten();
            let own = all.find(|status| status["name"] == *log.container);
            own.is_some_and(|status| !status["state"]["running"].is_null())
        });
        self.logs.is_empty().then_some(0)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

/// Every container of a Pod, in the order in which they begin.
fn all_containers(pod: &Value) -> Vec<String> {
    let names = |field: &str| {
        let list = pod["spec"][field].as_array().into_iter().flatten();
        list.filter_map(|container| container["name"].as_str().map(str::to_owned))
    };
    ["initContainers", "containers"].into_iter().flat_map(names).collect()
}

/// What a container that has not begun waits for.
fn waits_for(pod: &Value, container: &str) -> String {
    let statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
    let mut own = statuses.filter(|status| status["name"] == *container);
    let reason = own.find_map(|status| status["state"]["waiting"]["reason"].as_str());
    let message = match reason {
        // What the registry says stands in the Pod's status and events.
        Some("ErrImagePull" | "ImagePullBackOff") => "trying and failing to pull image",
        Some(reason) => reason,
        None => "ContainerCreating",
    };
    message.to_owned()
}

fn seconds(call: &Call) -> f64 {
    call.flags.text("since").and_then(duration).unwrap_or(0.0)
}

/// What `Complete` makes of the server's answer that something is not there.
fn in_namespace(error: Failure, namespace: &str) -> Failure {
    match error {
        Failure::Server(error) if error.reason == Reason::NotFound => Failure::Client(format!(
            "error from server (NotFound): {} in namespace {:?}",
            error.message,
            Quoted(namespace)
        )),
        other => other,
    }
}

fn is_pod(wanted: &Wanted) -> bool {
    wanted.resource.kind == "Pod"
}
