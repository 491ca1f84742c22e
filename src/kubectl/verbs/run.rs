//! `kubectl run` (k8s.io/kubectl/pkg/cmd/run/run.go, v1.36).

use super::expose::atoi;
use super::overrides;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::resources;
use crate::kubectl::write::{DryRun, Say, Server, flags, label_pairs, noted, record};
use crate::manifest::go::Quoted;
use serde_json::{Map, Value, json};

static FLAGS: &[Flag] = &[
    Flag::new("annotations", Takes::Array, "[]", "Annotations of the Pod"),
    Flag::new("attach", Takes::Bool, "false", "Wait for the Pod, and attach to it"),
    Flag::new("cascade", Takes::Optional("background"), "background", "For --rm").missing(),
    Flag::new(
        "command",
        Takes::Bool,
        "false",
        "Words behind -- are the command, not its arguments",
    ),
    Flag::new("env", Takes::Array, "[]", "Environment variables of the container"),
    Flag::new("expose", Takes::Bool, "false", "Create a ClusterIP service for the Pod too"),
    flags::manager("kubectl-run"),
    Flag::new("filename", Takes::List, "[]", "Not used").short('f'),
    Flag::new("force", Takes::Bool, "false", "For --rm"),
    Flag::new("grace-period", Takes::Int, "-1", "For --rm"),
    Flag::new("image", Takes::Text, "", "The container image to run"),
    Flag::new("image-pull-policy", Takes::Text, "", "Always, IfNotPresent or Never"),
    Flag::new("kustomize", Takes::Text, "", "Not used").short('k').missing(),
    Flag::new("labels", Takes::Text, "", "Labels of the Pod").short('l'),
    Flag::new("leave-stdin-open", Takes::Bool, "false", "Leave stdin open after the first attach"),
    Flag::new("pod-running-timeout", Takes::Duration, "1m0s", "How long to wait for the Pod"),
    Flag::new("port", Takes::Text, "", "The port that this container exposes"),
    Flag::new("privileged", Takes::Bool, "false", "Run the container in privileged mode"),
    Flag::new("quiet", Takes::Bool, "false", "Suppress prompt messages").short('q'),
    Flag::new("recursive", Takes::Bool, "false", "Not used").short('R'),
    Flag::new("restart", Takes::Text, "Always", "Always, OnFailure or Never"),
    Flag::new("rm", Takes::Bool, "false", "Delete the Pod after it exits"),
    Flag::new("stdin", Takes::Bool, "false", "Keep stdin open on the container").short('i'),
    Flag::new("timeout", Takes::Duration, "0s", "For --rm"),
    Flag::new("tty", Takes::Bool, "false", "Allocate a terminal for the container").short('t'),
    Flag::new("wait", Takes::Bool, "false", "For --rm"),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "run",
    aliases: &[],
    usage: "NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...] [options]",
    about: "Run a particular image on the cluster",
    flags: &[
        FLAGS,
        flags::DRY_RUN,
        flags::RECORD,
        flags::SAVE_CONFIG,
        overrides::FLAGS,
        print::FLAGS,
    ],
    runs: Runs::Verb(run),
}];

fn run(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    super::create::required(call, &["image"])?;
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let set = |flag: &str| call.flags.bool(flag);
    let dry_run = DryRun::of(call, io)?;
    let mut say = Say::new(console, call, dry_run)?;
    let Some(name) = call.args.first().filter(|_| call.before_dash != Some(0)) else {
        return Err(call.usage_error("NAME is required for run"));
    };
    let image = text("image");
    if image.is_empty() {
        return Err(Failure::Client("--image is required".to_owned()));
    }
    if !is_reference(image) {
        let image = Quoted(image);
        let says = format!("Invalid image name {image:?}: invalid reference format");
        return Err(Failure::Client(says));
    }
    let attach = set("attach") || set("stdin") || set("tty");
    if set("tty") && !set("stdin") {
        return Err(call.usage_error("-i/--stdin is required for containers with -t/--tty=true"));
    }
    if set("expose") && text("port").is_empty() {
        return Err(call.usage_error("--port must be set when exposing a service"));
    }
    let restart = match call.flags.text("restart").unwrap_or("Always") {
        "" => "Always",
        policy @ ("Always" | "OnFailure" | "Never") => policy,
        other => {
            return Err(call.usage_error(format_args!("invalid restart policy: {other}")));
        }
    };
    if !attach && set("rm") {
        return Err(call.usage_error("--rm should only be used for attached containers"));
    }
    if attach && dry_run != DryRun::None {
        return Err(call.usage_error("--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"));
    }
    if !matches!(text("image-pull-policy"), "" | "Always" | "IfNotPresent" | "Never") {
        let policy = text("image-pull-policy");
        return Err(call.usage_error(format_args!("invalid image pull policy: {policy}")));
    }
    let labels = match call.flags.text("labels") {
        None => json!({"run": name}).as_object().cloned().unwrap_or_default(),
        Some(text) => label_pairs(text).map_err(Failure::Client)?,
    };
    let pod = overrides::apply(call, pod(call, name, &labels, restart)?)?;
    let mut making =
        Making { dry_run, server: Server::new(call, "kubectl-run", dry_run == DryRun::Server) };
    let pod = making.make(console, call, io, pod)?;
    if set("expose") {
        let service = service(call, name, &labels)?;
        let service = making.make(console, call, io, service)?;
        making.say(&mut say, io, &service)?;
        if call.flags.text("output") == Some("yaml") {
            io.line("---");
        }
    }
    if attach {
        return super::attach::attach(console, call, io, &pod);
    }
    making.say(&mut say, io, &pod)?;
    Ok(Done::OK)
}

struct Making {
    dry_run: DryRun,
    server: Server,
}

impl Making {
    fn make(
        &mut self,
        console: &mut Console,
        call: &Call,
        io: &mut Io,
        mut object: Value,
    ) -> Result<Value, Failure> {
        record(call, &mut object);
        if self.dry_run == DryRun::Client {
            return Ok(object);
        }
        let object = if call.flags.bool("save-config") { noted(object) } else { object };
        let plural = if object["kind"] == "Pod" { "pods" } else { "services" };
        let resource = resources::named(console, plural)?;
        let namespace = call.namespace(console);
        let made = self.server.create(console, io, (resource, &namespace), object);
        made.map_err(Failure::Server)
    }

    fn say(&self, say: &mut Say, io: &mut Io, object: &Value) -> Result<(), Failure> {
        match self.dry_run {
            DryRun::Client => say.made(io, object, "created"),
            _ => say.object(io, object, "created"),
        }
    }
}

fn head(call: &Call, kind: &str, name: &str, labels: &Map<String, Value>) -> Map<String, Value> {
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), name.into());
    if let Some(namespace) = call.flags.text("namespace") {
        metadata.insert("namespace".to_owned(), namespace.into());
    }
    if !labels.is_empty() {
        metadata.insert("labels".to_owned(), Value::Object(labels.clone()));
    }
    let mut object = Map::new();
    object.insert("kind".to_owned(), kind.into());
    object.insert("apiVersion".to_owned(), "v1".into());
    object.insert("metadata".to_owned(), Value::Object(metadata));
    object
}

/// `BasicPod.Generate`.
fn pod(
    call: &Call,
    name: &str,
    labels: &Map<String, Value>,
    restart: &str,
) -> Result<Value, Failure> {
    let text = |flag: &str| call.flags.text(flag).unwrap_or("");
    let set = |flag: &str| call.flags.bool(flag);
    let mut object = head(call, "Pod", name, labels);
    let mut annotations = Map::new();
    for pair in call.flags.all("annotations") {
        let Some((key, value)) = pair.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return Err(Failure::Client(format!("invalid annotations format: {pair}")));
        };
        annotations.insert(key.to_owned(), value.into());
    }
    if !annotations.is_empty() {
        annotations.sort_keys();
        object["metadata"]["annotations"] = Value::Object(annotations);
    }
    let mut container = Map::new();
    container.insert("name".to_owned(), name.into());
    container.insert("image".to_owned(), text("image").into());
    let words: Vec<Value> =
        call.args.iter().skip(1).map(|word| Value::from(word.as_str())).collect();
    if !words.is_empty() {
        let field = if set("command") { "command" } else { "args" };
        container.insert(field.to_owned(), words.into());
    }
    if !text("port").is_empty() {
        let port = atoi(text("port")).map_err(Failure::Client)?;
        container.insert("ports".to_owned(), json!([{"containerPort": port}]));
    }
    let mut env = Vec::new();
    for pair in call.flags.all("env") {
        match pair.split_once('=') {
            Some((name, value)) if super::create::env_name(name).is_empty() => {
                let mut entry = json!({"name": name});
                if !value.is_empty() {
                    entry["value"] = value.into();
                }
                env.push(entry);
            }
            _ => return Err(Failure::Client(format!("invalid env: {pair}"))),
        }
    }
    if !env.is_empty() {
        container.insert("env".to_owned(), env.into());
    }
    container.insert("resources".to_owned(), json!({}));
    if !text("image-pull-policy").is_empty() {
        container.insert("imagePullPolicy".to_owned(), text("image-pull-policy").into());
    }
    if set("privileged") {
        container.insert("securityContext".to_owned(), json!({"privileged": true}));
    }
    if set("stdin") {
        container.insert("stdin".to_owned(), true.into());
        if !set("leave-stdin-open") {
            container.insert("stdinOnce".to_owned(), true.into());
        }
    }
    if set("tty") {
        container.insert("tty".to_owned(), true.into());
    }
    object.insert(
        "spec".to_owned(),
        json!({"containers": [container], "restartPolicy": restart, "dnsPolicy": "ClusterFirst"}),
    );
    object.insert("status".to_owned(), json!({}));
    Ok(Value::Object(object))
}

/// The service of `--expose`.
fn service(call: &Call, name: &str, labels: &Map<String, Value>) -> Result<Value, Failure> {
    let port = atoi(call.flags.text("port").unwrap_or("")).map_err(Failure::Client)?;
    // Without --labels the service selects what run labels, and has none itself.
    let own = if call.flags.is_set("labels") { labels.clone() } else { Map::new() };
    let selector = if own.is_empty() { json!({"run": name}) } else { Value::Object(own.clone()) };
    let mut object = head(call, "Service", name, &own);
    object.insert(
        "spec".to_owned(),
        json!({
            "ports": [{"protocol": "TCP", "port": port, "targetPort": port}],
            "selector": selector,
        }),
    );
    object.insert("status".to_owned(), json!({"loadBalancer": {}}));
    Ok(Value::Object(object))
}

/// `ReferenceRegexp` of github.com/distribution/reference: `[registry[:port]/]path[:tag][@digest]`.
fn is_reference(text: &str) -> bool {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    if let Some(digest) = digest {
        let is_good = digest.split_once(':').is_some_and(|(algorithm, hex)| {
            !algorithm.is_empty() && hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())
        });
        if !is_good {
            return false;
        }
    }
    let slash = rest.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match rest.get(slash..).and_then(|last| last.find(':')) {
        Some(at) => (rest.get(..slash + at).unwrap_or(""), rest.get(slash + at + 1..)),
        None => (rest, None),
    };
    if let Some(tag) = tag {
        let is_good = !tag.is_empty()
            && tag.len() <= 128
            && !tag.starts_with(['.', '-'])
            && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
        if !is_good {
            return false;
        }
    }
    let mut parts = name.split('/');
    let first = parts.next().unwrap_or("");
    let others: Vec<&str> = parts.collect();
    let is_host = !others.is_empty()
        && (first.contains(['.', ':'])
            || first == "localhost"
            || first.bytes().any(|b| b.is_ascii_uppercase()));
    let first_fits = if is_host {
        let (host, port) = first.split_once(':').unwrap_or((first, "0"));
        !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
            && port.bytes().all(|b| b.is_ascii_digit())
    } else {
        is_path_part(first)
    };
    first_fits && others.iter().all(|part| is_path_part(part))
}

/// Small letters and digits, with single separators between them.
fn is_path_part(part: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = part.as_bytes();
    matches!((bytes.first(), bytes.last()), (Some(a), Some(b)) if is_letter(*a) && is_letter(*b))
        && bytes.iter().all(|b| is_letter(*b) || b"._-".contains(b))
        && !part.contains("..")
        && !part.contains("___")
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn images_are_named_as_the_distribution_names_them() {
        for good in [
            "nginx",
            "nginx:1.27",
            "registry.example.com:5000/team/app:v2",
            "a/b_c",
            "localhost/x",
            "x@sha256:0123456789abcdef0123456789abcdef",
        ] {
            assert!(is_reference(good), "{good}");
        }
        for bad in ["bad image", "Nginx", "nginx:", "nginx:-a", "a//b", "x@sha256:1", "/a"] {
            assert!(!is_reference(bad), "{bad}");
        }
    }
}
