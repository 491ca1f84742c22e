//! What a Pod's program answers, and what it writes into its log.

use super::image::Image;
use super::net::{Connected, answered};
use crate::cluster::{Name, Pod};
use crate::kubectl::console::Console;
use crate::trace::Way;

/// What is spoken on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Speaks {
    /// HTTP, with this page.
    Http(String),
    /// TLS.
    Tls,
    /// Something else: an HTTP client gets no sense of it.
    Other,
}

/// Images whose programs speak no HTTP.
const OTHERS: &[&str] = &[
    "postgres",
    "redis",
    "mysql",
    "mariadb",
    "mongo",
    "memcached",
    "rabbitmq",
    "mosquitto",
    "kafka",
    "nats",
    "coredns",
];

/// What answers a connection that is open.
pub(super) fn speaks(console: &Console, connected: &Connected) -> Speaks {
    let Connected::Open(way) = connected else { return Speaks::Http(page("this container", "")) };
    match answered(way) {
        Some((name, port)) => of_pod(console, &name, port),
        None => of_outside(way),
    }
}

fn of_pod(console: &Console, name: &Name, port: u16) -> Speaks {
    let Some(pod) = console.cluster.pod(&name.namespace, &name.name) else { return Speaks::Other };
    let image = pod.containers().first().map_or("", |container| &container.image);
    if OTHERS.contains(&stem(image)) {
        return Speaks::Other;
    }
    if port == 443 || port == 8443 || port == 6443 {
        return Speaks::Tls;
    }
    if stem(image) == "nginx" {
        return Speaks::Http(NGINX.to_owned());
    }
    let ip = pod.ip().map_or_else(String::new, |ip| ip.to_string());
    Speaks::Http(page(&name.name, &format!(" at {ip}:{port}")))
}

/// The API server, or a name known outside.
fn of_outside(way: &Way) -> Speaks {
    let to = way.hops.iter().rev().find(|hop| hop.direction == crate::trace::Direction::Request);
    match to.map(|hop| hop.to_after.port) {
        Some(443 | 6443) => Speaks::Tls,
        _ => Speaks::Http(page("a server outside the cluster", "")),
    }
}

fn page(who: &str, at: &str) -> String {
    format!("Hello from {who}{at}\n")
}

/// nginx's own first page is a page of HTML; this is as much of it as tells who answers.
const NGINX: &str = "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n</body>\n</html>\n";

/// The last part of an image's name, without tag.
pub(super) fn stem(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    let last = name.rsplit('/').next().unwrap_or(name);
    last.split(':').next().unwrap_or(last)
}

/// A container's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kubectl) enum Log {
    /// Its lines.
    Lines(Vec<String>),
    /// It has not begun.
    NotStarted,
}

/// What a Pod's container has written so far: what such a program says as it starts.
pub(in crate::kubectl) fn log(console: &Console, pod: &Pod, container: &str) -> Log {
    if pod.phase() == "Pending" {
        return Log::NotStarted;
    }
    if let Some(lines) = super::life::log(console, &pod.name, container) {
        return Log::Lines(lines);
    }
    let [.., spec, _] = pod.shared();
    let mut named = spec["containers"].as_array().into_iter().flatten();
    let at = named.position(|one| one["name"] == container).unwrap_or(0);
    let Some(container) = pod.containers().get(at) else { return Log::Lines(Vec::new()) };
    let ports: Vec<String> = container.ports.iter().map(|port| port.port.to_string()).collect();
    let lines = match stem(&container.image) {
        "nginx" => {
            vec!["/docker-entrypoint.sh: Configuration complete; ready for start up".to_owned()]
        }
        "busybox" | "alpine" | "pause" => Vec::new(),
        _ if ports.is_empty() || Image::of(&container.image) == Image::Distroless => Vec::new(),
        _ => vec![format!("listening on {}", listening(console, pod, &ports))],
    };
    Log::Lines(lines)
}

/// The ports that it listens on: what the world says, not what its manifest does.
fn listening(console: &Console, pod: &Pod, declared: &[String]) -> String {
    let settings = console.cluster.settings();
    let own = settings.listening.get(&pod.name.to_string());
    match own {
        Some(ports) if ports.is_empty() => "nothing".to_owned(),
        Some(ports) => {
            let ports: Vec<String> = ports.iter().map(|(port, _)| format!(":{port}")).collect();
            ports.join(", ")
        }
        None => declared.iter().map(|port| format!(":{port}")).collect::<Vec<_>>().join(", "),
    }
}
