//! What a Pod's program answers, and what it writes into its log.

use super::Inside;
use super::image::Image;
use super::net::{Connected, answered};
use crate::cluster::{Container, Fields, Name, Pod};
use crate::kubectl::console::Console;
use crate::trace::{Client, Way};
use serde_json::Value;

/// What is spoken on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Speaks {
    /// HTTP, with this page.
    Http(String),
    /// HTTP, with the page of an error: its code and words.
    Fails(&'static str, String),
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

/// What answers a request for `path` on a connection that is open.
pub(super) fn speaks(
    console: &Console,
    inside: &Inside,
    connected: &Connected,
    (port, path): (u16, &str),
) -> Speaks {
    match (who(inside, connected, port), connected) {
        (Some((name, port)), _) => of_pod(console, &name, (port, path)),
        (None, Connected::Open(way)) => of_outside(way),
        _ => Speaks::Http(page("this container", "")),
    }
}

/// The Pod that answers, and on which port.
fn who(inside: &Inside, connected: &Connected, port: u16) -> Option<(Name, u16)> {
    match (connected, &inside.client) {
        (Connected::Open(way), _) => answered(way),
        (_, Client::Pod { namespace, name }) => Some((Name::new(namespace, name), port)),
        _ => None,
    }
}

/// Which container of a Pod answers on a port.
fn at_port(containers: &[Container], port: u16) -> Option<usize> {
    let declares = |one: &Container| one.ports.iter().any(|declared| declared.port == port);
    let place = containers.iter().position(declares);
    place.or((!containers.is_empty()).then_some(0))
}

/// A request as a server notes it in its log.
pub(super) struct Request<'r> {
    pub(super) method: &'r str,
    pub(super) path: &'r str,
    pub(super) agent: &'r str,
    /// The answer's code and size.
    pub(super) answer: (&'r str, usize),
}

/// Notes a request in the log of the server that has answered it, where its kind does so.
pub(super) fn note(
    console: &mut Console,
    inside: &Inside,
    connected: &Connected,
    port: u16,
    request: &Request<'_>,
) {
    let Some((name, port)) = who(inside, connected, port) else { return };
    let Some(pod) = console.cluster.get("Pod", &name.namespace, &name.name) else { return };
    let held = console.cluster.pod(&name.namespace, &name.name);
    let Some(at) = held.and_then(|pod| at_port(pod.containers(), port)) else { return };
    let container = &pod["spec"]["containers"][at];
    let from = match connected {
        Connected::Open(way) => {
            let mut asked = way
                .hops
                .iter()
                .rev()
                .filter(|hop| hop.direction == crate::trace::Direction::Request);
            asked.next().map(|hop| hop.from_after.ip.to_string())
        }
        _ => Some("127.0.0.1".to_owned()),
    };
    let more = match stem(container["image"].as_str().unwrap_or_default()) {
        "nginx" => format!(" \"-\" \"{}\" \"-\"", request.agent),
        "httpd" => String::new(),
        _ => return,
    };
    let now = console.now();
    let time = jiff::Timestamp::from_second(now).unwrap_or_default();
    let path = if request.path.is_empty() { "/" } else { request.path };
    let (code, size) = request.answer;
    let line = format!(
        "{} - - [{}] \"{} {path} HTTP/1.1\" {code} {size}{more}",
        from.unwrap_or_default(),
        time.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        request.method,
    );
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    console.lives.note((text(&pod["metadata"]["uid"]), text(&container["name"])), (now, line));
}

pub(super) fn of_pod(console: &Console, name: &Name, (port, path): (u16, &str)) -> Speaks {
    let Some(pod) = console.cluster.pod(&name.namespace, &name.name) else { return Speaks::Other };
    let containers = pod.containers();
    let Some(at) = at_port(containers, port) else { return Speaks::Other };
    let Some(container) = containers.get(at) else { return Speaks::Other };
    let image = &*container.image;
    if OTHERS.contains(&stem(image)) {
        return Speaks::Other;
    }
    if port == 443 || port == 8443 || port == 6443 {
        return Speaks::Tls;
    }
    if let Some(server) = SERVERS.iter().find(|server| server.image == stem(image)) {
        let value = console.cluster.get("Pod", &name.namespace, &name.name).unwrap_or_default();
        let own = value["spec"]["containers"][at]["name"].as_str().unwrap_or_default();
        return server.answers(console, &Inside::pod(&value, own), &value["spec"], path);
    }
    let ip = pod.ip().map_or_else(String::new, |ip| ip.to_string());
    Speaks::Http(page(&name.name, &format!(" at {ip}:{port}")))
}

/// Whether an image's program serves the files of a folder.
pub(super) fn serves(image: &str) -> bool {
    SERVERS.iter().any(|server| server.image == stem(image))
}

/// The files that an image's program serves before anybody changes them, by their paths.
pub(super) fn own_files(image: &str) -> Option<(String, &'static str)> {
    let server = SERVERS.iter().find(|server| server.image == stem(image))?;
    Some((format!("{}/index.html", server.folder), server.first))
}

/// A program that serves the files of a folder.
struct Server {
    image: &'static str,
    /// Where its files lie.
    folder: &'static str,
    /// Where its settings lie; what stands there is not read here.
    settings: &'static str,
    /// The page that the image has at the top of that folder.
    first: &'static str,
    /// The page of an error, with `CODE` for its code and words.
    error: &'static str,
}

/// nginx's own first page is a page of HTML; this is as much of it as tells who answers.
const SERVERS: &[Server] = &[
    Server {
        image: "nginx",
        folder: "/usr/share/nginx/html",
        settings: "/etc/nginx",
        first: "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n</body>\n</html>\n",
        error: "<html>\r\n<head><title>CODE</title></head>\r\n<body>\r\n<center><h1>CODE</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
    },
    Server {
        image: "httpd",
        folder: "/usr/local/apache2/htdocs",
        settings: "/usr/local/apache2/conf",
        first: "<html><body><h1>It works!</h1></body></html>\n",
        error: "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>CODE</title>\n</head><body>\n<h1>CODE</h1>\n</body></html>\n",
    },
];

impl Server {
    fn answers(&self, console: &Console, inside: &Inside, spec: &Value, path: &str) -> Speaks {
        let files = super::session::held(console, inside);
        let path = path.trim_start_matches('/');
        let path = match path.is_empty() || path.ends_with('/') {
            true => format!("{path}index.html"),
            false => path.to_owned(),
        };
        if let Some(bytes) = files.read(&format!("{}/{path}", self.folder)) {
            return Speaks::Http(String::from_utf8_lossy(bytes).into_owned());
        }
        // With settings of one's own it may answer anything.
        let own = super::given::named(spec, "containers", &inside.container);
        let mounts = |at: &str| {
            let all = own.and_then(|own| own["volumeMounts"].as_array()).into_iter().flatten();
            all.filter_map(|mount| mount["mountPath"].as_str()).any(|path| path.starts_with(at))
        };
        let is_first = path == "index.html";
        if mounts(self.settings) {
            return Speaks::Http(self.first.to_owned());
        }
        let code = if is_first { "403 Forbidden" } else { "404 Not Found" };
        Speaks::Fails(code, self.error.replace("CODE", code))
    }
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

/// The last part of an image's name, without tag.
pub(super) fn stem(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    let last = name.rsplit('/').next().unwrap_or(name);
    last.split(':').next().unwrap_or(last)
}

/// A container's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kubectl) enum Log {
    /// Its lines, and when each was written where that is known.
    Lines(Vec<(Option<i64>, String)>),
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
    let at = named.position(|one| one["name"] == container);
    let Some(found) = at.and_then(|at| pod.containers().get(at)) else {
        return Log::Lines(Vec::new());
    };
    let noted = || {
        let mut reader = console.cluster.reader(Some(&Fields::at(&["metadata.uid"])));
        let value = reader.get("Pod", &pod.name.namespace, &pod.name.name);
        let uid = value.as_ref().and_then(|value| value["metadata"]["uid"].as_str());
        console.lives.noted(&(uid.unwrap_or_default().to_owned(), container.to_owned())).to_vec()
    };
    let has_noted = serves(&found.image) && console.lives.has_noted();
    let noted = if has_noted { noted() } else { Vec::new() };
    let container = found;
    let ports: Vec<String> = container.ports.iter().map(|port| port.port.to_string()).collect();
    let lines = match stem(&container.image) {
        "nginx" => {
            vec!["/docker-entrypoint.sh: Configuration complete; ready for start up".to_owned()]
        }
        "coredns" => {
            let version = container.image.rsplit_once(":v").map_or("1.14.2", |(_, tag)| tag);
            let says = format!(".:53\nCoreDNS-{version}\nlinux/amd64");
            says.lines().map(str::to_owned).collect()
        }
        "busybox" | "alpine" | "pause" => Vec::new(),
        _ if ports.is_empty() || Image::of(&container.image) == Image::Distroless => Vec::new(),
        _ => vec![format!("listening on {}", listening(console, pod, &ports))],
    };
    let begins = lines.into_iter().map(|line| (None, line));
    Log::Lines(begins.chain(noted.into_iter().map(|(at, line)| (Some(at), line))).collect())
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
