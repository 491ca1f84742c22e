//! Containers of Pods and of their templates.

use super::page::Page;
use super::time::date;
use super::value::{entries, flag, int, items, or_none, shown, text, texts};
use crate::manifest::Quantity;
use crate::manifest::go::Quoted;
use crate::source::sort;
use serde_json::Value;
use std::fmt::Write as _;

/// `describeContainers`. `pod` is given where the containers run, to say what their
/// environment takes from it. `indent` is two blanks in a template.
pub(super) fn containers(
    page: &mut Page,
    label: &str,
    containers: &Value,
    statuses: &Value,
    pod: Option<&Value>,
    indent: &str,
) {
    let containers = items(containers);
    let none = if containers.is_empty() { " <none>" } else { "" };
    page.line(0, format_args!("{indent}{label}:{none}"));
    for container in containers {
        let name = text(&container["name"]);
        let status = items(statuses).iter().rfind(|status| text(&status["name"]) == name);
        let space = if indent.is_empty() { "" } else { " " };
        page.line(1, format_args!("{space}{name}:"));
        basics(page, container, status);
        for (title, field) in [("Command", "command"), ("Args", "args")] {
            let words = texts(&container[field]);
            if !words.is_empty() {
                page.line(2, format_args!("{title}:"));
            }
            for line in words.iter().flat_map(|word| word.split('\n')) {
                page.line(3, line);
            }
        }
        if let Some(status) = status {
            state(page, "State", &status["state"]);
            if status["lastState"]["terminated"].is_object() {
                state(page, "Last State", &status["lastState"]);
            }
            page.field(2, "Ready", if flag(&status["ready"]) { "True" } else { "False" });
            page.field(2, "Restart Count", int(&status["restartCount"]));
        }
        resources(page, 2, &container["resources"]);
        for (title, field) in [
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ] {
            if container[field].is_object() {
                page.field(2, title, probe(&container[field]));
            }
        }
        environment(page, container, pod);
        mounts(page, container);
    }
}

fn basics(page: &mut Page, container: &Value, status: Option<&Value>) {
    if let Some(status) = status {
        page.field(2, "Container ID", text(&status["containerID"]));
    }
    page.field(2, "Image", text(&container["image"]));
    if let Some(status) = status {
        page.field(2, "Image ID", text(&status["imageID"]));
    }
    for (one, many, field) in
        [("Port", "Ports", "containerPort"), ("Host Port", "Host Ports", "hostPort")]
    {
        let ports = items(&container["ports"]).iter().map(|port| {
            let (number, protocol) = (int(&port[field]), text(&port["protocol"]));
            match text(&port["name"]) {
                "" => format!("{number}/{protocol}"),
                name => format!("{number}/{protocol} ({name})"),
            }
        });
        let ports = ports.collect::<Vec<_>>().join(", ");
        page.field(2, if ports.contains(',') { many } else { one }, or_none(&ports));
    }
    let profile = &container["securityContext"]["seccompProfile"];
    if profile.is_object() {
        page.field(2, "SeccompProfile", text(&profile["type"]));
        if text(&profile["type"]) == "Localhost" {
            page.field(3, "LocalhostProfile", text(&profile["localhostProfile"]));
        }
    }
}

/// `describeStatus`.
fn state(page: &mut Page, title: &str, state: &Value) {
    let (running, terminated) = (&state["running"], &state["terminated"]);
    let says = |page: &mut Page, title: &str, value: &Value| {
        if !text(value).is_empty() {
            page.field(3, title, text(value));
        }
    };
    if running.is_object() {
        page.field(2, title, "Running");
        page.field(3, "Started", date(&running["startedAt"]));
    } else if terminated.is_object() && !state["waiting"].is_object() {
        page.field(2, title, "Terminated");
        says(page, "Reason", &terminated["reason"]);
        says(page, "Message", &terminated["message"]);
        page.field(3, "Exit Code", int(&terminated["exitCode"]));
        if int(&terminated["signal"]) > 0 {
            page.field(3, "Signal", int(&terminated["signal"]));
        }
        page.field(3, "Started", date(&terminated["startedAt"]));
        page.field(3, "Finished", date(&terminated["finishedAt"]));
    } else {
        page.field(2, title, "Waiting");
        says(page, "Reason", &state["waiting"]["reason"]);
    }
}

/// `describeResources`.
pub(super) fn resources(page: &mut Page, level: usize, resources: &Value) {
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let entries = entries(&resources[field]);
        if !entries.is_empty() {
            page.line(level, format_args!("{title}:"));
        }
        for (name, quantity) in entries {
            page.field(level + 1, name, Quantity::of(quantity));
        }
    }
}

/// `DescribeProbe`.
fn probe(probe: &Value) -> String {
    let port = |port: &Value| shown(port);
    let mut says = if probe["exec"].is_object() {
        format!("exec [{}]", texts(&probe["exec"]["command"]).join(" "))
    } else if probe["httpGet"].is_object() {
        let get = &probe["httpGet"];
        let scheme = text(&get["scheme"]).to_lowercase();
        let (host, path) = (text(&get["host"]), text(&get["path"]));
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        format!("http-get {scheme}://{host}:{}{slash}{}", port(&get["port"]), escaped(path))
    } else if probe["tcpSocket"].is_object() {
        let socket = &probe["tcpSocket"];
        format!("tcp-socket {}:{}", text(&socket["host"]), port(&socket["port"]))
    } else if probe["grpc"].is_object() {
        let grpc = &probe["grpc"];
        format!("grpc <pod>:{} {}", int(&grpc["port"]), text(&grpc["service"]))
    } else {
        "unknown".to_owned()
    };
    let [delay, timeout, period, success, failure] = [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ]
    .map(|field| int(&probe[field]));
    // Writing to a String does not fail.
    let _ = write!(
        says,
        " delay={delay}s timeout={timeout}s period={period}s #success={success} #failure={failure}"
    );
    says
}

/// A path as it stands in a URL (`net/url.URL.EscapedPath`).
fn escaped(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn optional(of: &Value) -> bool {
    flag(&of["optional"])
}

fn environment(page: &mut Page, container: &Value, pod: Option<&Value>) {
    let from = items(&container["envFrom"]);
    if !from.is_empty() {
        page.line(2, "Environment Variables from:");
    }
    for source in from {
        let (kind, of) = if source["configMapRef"].is_object() {
            ("ConfigMap", &source["configMapRef"])
        } else if source["secretRef"].is_object() {
            ("Secret", &source["secretRef"])
        } else {
            ("", &Value::Null)
        };
        let (name, optional) = (text(&of["name"]), optional(of));
        let prefix = match text(&source["prefix"]) {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        page.line(3, format_args!("{name}\t{kind}{prefix}\tOptional: {optional}"));
    }
    let env = items(&container["env"]);
    page.line(2, if env.is_empty() { "Environment:\t<none>" } else { "Environment:" });
    for variable in env {
        let (name, from) = (text(&variable["name"]), &variable["valueFrom"]);
        if !from.is_object() {
            for (n, part) in text(&variable["value"]).split('\n').enumerate() {
                let title = if n == 0 { format!("{name}:") } else { String::new() };
                page.line(3, format_args!("{title}\t{part}"));
            }
        } else if from["fieldRef"].is_object() {
            let field = &from["fieldRef"];
            let (version, path) = (text(&field["apiVersion"]), text(&field["fieldPath"]));
            let value = pod.map(|pod| field_of(pod, path)).unwrap_or_default();
            page.is_own();
            page.field(3, name, format_args!("{value} ({version}:{path})"));
        } else if from["resourceFieldRef"].is_object() {
            let resource = text(&from["resourceFieldRef"]["resource"]);
            let mut value = resource_of(container, &from["resourceFieldRef"]);
            if value == "0" && matches!(resource, "limits.cpu" | "limits.memory") {
                "node allocatable".clone_into(&mut value);
            }
            page.field(3, name, format_args!("{value} ({resource})"));
        } else {
            for (field, of) in [("secretKeyRef", "in secret"), ("configMapKeyRef", "of config map")]
            {
                let of_key = &from[field];
                if of_key.is_object() {
                    let (key, object) = (text(&of_key["key"]), text(&of_key["name"]));
                    let optional = optional(of_key);
                    page.field(
                        3,
                        name,
                        format_args!(
                            "<set to the key '{key}' {of} '{object}'>\tOptional: {optional}"
                        ),
                    );
                    break;
                }
            }
        }
    }
}

/// What a Pod's field holds, as far as kubectl knows it: name and namespace
/// (`DefaultMetaV1FieldSelectorConversion`); empty for the others.
fn field_of<'p>(pod: &'p Value, path: &str) -> &'p str {
    match path {
        "metadata.name" => text(&pod["metadata"]["name"]),
        "metadata.namespace" => text(&pod["metadata"]["namespace"]),
        _ => "",
    }
}

/// What a container's limit or request is in units of the divisor
/// (`ExtractContainerResourceValue`).
fn resource_of(container: &Value, field: &Value) -> String {
    let resource = text(&field["resource"]);
    let Some((of, name)) = resource.split_once('.') else { return String::new() };
    let known = matches!(name, "cpu" | "memory" | "ephemeral-storage");
    if !matches!(of, "limits" | "requests") || !(known || name.starts_with("hugepages-")) {
        return String::new();
    }
    let value = Quantity::of(&container["resources"][of][name]);
    let divisor = match Quantity::of(&field["divisor"]) {
        divisor if divisor.is_positive() => divisor,
        _ => Quantity::of(&Value::from("1")),
    };
    let (value, divisor) = if name == "cpu" {
        (value.milli(), divisor.milli())
    } else {
        (value.whole(), divisor.whole())
    };
    let whole = value / divisor.max(1) + i128::from(value % divisor.max(1) > 0);
    whole.to_string()
}

fn mounts(page: &mut Page, container: &Value) {
    let sorted = |list: &Value, by: &'static str| {
        let mut list: Vec<Value> = items(list).to_vec();
        sort::sort_by(&mut list, |a, b| text(&a[by]).cmp(text(&b[by])));
        list
    };
    let mounts = sorted(&container["volumeMounts"], "mountPath");
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    page.line(2, format_args!("Mounts:{none}"));
    for mount in mounts {
        let mode = if flag(&mount["readOnly"]) { "ro" } else { "rw" };
        let path = match text(&mount["subPath"]) {
            "" => String::new(),
            path => format!(",path={:?}", Quoted(path)),
        };
        let (at, name) = (text(&mount["mountPath"]), text(&mount["name"]));
        page.line(3, format_args!("{at} from {name} ({mode}{path})"));
    }
    let devices = sorted(&container["volumeDevices"], "devicePath");
    if !devices.is_empty() {
        page.line(2, format_args!("Devices:{none}"));
    }
    for device in devices {
        let (at, name) = (text(&device["devicePath"]), text(&device["name"]));
        page.line(3, format_args!("{at} from {name}"));
    }
}
