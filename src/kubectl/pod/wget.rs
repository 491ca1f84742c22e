//! busybox's `wget` (networking/wget.c, busybox 1.36).

use super::Inside;
use super::net::{Connected, Found, connect, find};
use super::server::{Request, Speaks, note, speaks};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::getopt::Options;
use crate::kubectl::job::Done;
use crate::trace::Protocol;

/// How long the kernel tries, in seconds.
const PATIENCE: u32 = 127;

const LONG: &[(&str, char)] = &[
    ("spider", 's'),
    ("quiet", 'q'),
    ("output-document", 'O'),
    ("timeout", 'T'),
    ("tries", 't'),
    ("header", 'H'),
    ("server-response", 'S'),
    ("continue", 'c'),
    ("no-check-certificate", 'k'),
    ("post-data", 'd'),
    ("user-agent", 'U'),
    ("no-verbose", 'n'),
];

/// A URL's parts: scheme, host and port as written, port, path.
pub(super) struct Url {
    pub(super) tls: bool,
    pub(super) host_port: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) file: String,
    /// What is asked for, without a query.
    pub(super) path: String,
}

/// Reads a URL; `http` where it names no scheme. None where the port is none.
pub(super) fn url(text: &str) -> Option<Url> {
    let (tls, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.eq_ignore_ascii_case("https"), rest),
        None => (false, text),
    };
    let (host_port, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host_port = host_port.rsplit('@').next().unwrap_or(host_port);
    let default = if tls { 443 } else { 80 };
    let (host, port) = match host_port.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            (host, port.parse().ok().filter(|port| *port > 0)?)
        }
        _ => (host_port, default),
    };
    let path = path.split(['?', '#']).next().unwrap_or("");
    let file = path.rsplit('/').next().filter(|file| !file.is_empty()).unwrap_or("index.html");
    Some(Url {
        tls,
        host_port: host_port.to_owned(),
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
        file: file.to_owned(),
        path: path.to_owned(),
    })
}

const OPTIONS: Options<'_> =
    Options { letters: "cqsSO:T:t:H:kd:U:n:Y:P:", long: LONG, shortens: false, mixes: true };

pub(super) fn run(console: &mut Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    let given = match OPTIONS.read(args) {
        Ok(given) => given,
        Err(why) => {
            io.err(format_args!("wget: {why}\n{USAGE}"));
            return Done::Exit(1);
        }
    };
    // `-nv`, which scripts write, is taken by others.
    let quiet = given.has('q');
    let wait: Option<u32> = given.value('T').and_then(|text| text.parse().ok()).filter(|n| *n > 0);
    let Some(address) = given.rest.first() else {
        io.err(USAGE);
        return Done::Exit(1);
    };
    let Some(url) = url(address) else {
        let port = address.split("://").last().and_then(|rest| rest.split('/').next());
        let port = port.and_then(|host| host.rsplit(':').next()).unwrap_or(address);
        io.err(format_args!("wget: bad port '{port}'\n"));
        return Done::Exit(1);
    };
    let ip = match find(console, inside, &url.host) {
        Found::Addresses(addresses) => addresses[0],
        Found::NoSuchName | Found::Silence => {
            io.err(format_args!("wget: bad address '{}'\n", url.host_port));
            return Done::Exit(1);
        }
    };
    if !quiet {
        let port = url.port;
        io.err(format_args!("Connecting to {} ({ip}:{port})\n", url.host_port));
    }
    let connected = connect(console, inside, (&url.host, ip), url.port, Protocol::Tcp);
    match &connected {
        Connected::Open(_) | Connected::Own => {}
        Connected::Refused => {
            io.err(format_args!("wget: can't connect to remote host ({ip}): Connection refused\n"));
            return Done::Exit(1);
        }
        Connected::Silence => {
            console.cluster.advance(wait.unwrap_or(PATIENCE).min(PATIENCE));
            if wait.is_some_and(|wait| wait < PATIENCE) {
                io.err("wget: download timed out\n");
            } else {
                io.err(format_args!(
                    "wget: can't connect to remote host ({ip}): Connection timed out\n"
                ));
            }
            return Done::Exit(1);
        }
    }
    let spoken = speaks(console, inside, &connected, (url.port, &url.path));
    if let (Speaks::Http(body) | Speaks::Fails(_, body), false) = (&spoken, url.tls) {
        let code = if let Speaks::Fails(code, _) = &spoken { code.get(..3) } else { None };
        let method = match (given.has('s'), given.has('d')) {
            (true, _) => "HEAD",
            (_, true) => "POST",
            _ => "GET",
        };
        let answer = (code.unwrap_or("200"), body.len());
        let request = Request { method, path: &url.path, agent: "Wget", answer };
        note(console, inside, &connected, url.port, &request);
    }
    let body = match spoken {
        Speaks::Http(body) if !url.tls => body,
        Speaks::Fails(code, _) if !url.tls => {
            io.err(format_args!("wget: server returned error: HTTP/1.1 {code}\n"));
            return Done::Exit(1);
        }
        Speaks::Tls if url.tls => {
            io.err("wget: note: TLS certificate validation not implemented\n");
            io.err("wget: server returned error: HTTP/1.1 403 Forbidden\n");
            return Done::Exit(1);
        }
        Speaks::Tls => {
            io.err("wget: server returned error: HTTP/1.0 400 Bad Request\n");
            return Done::Exit(1);
        }
        Speaks::Http(_) | Speaks::Fails(..) | Speaks::Other => {
            io.err("wget: error getting response: Connection reset by peer\n");
            return Done::Exit(1);
        }
    };
    if given.has('S') {
        io.err(format_args!("  HTTP/1.1 200 OK\n  Content-Length: {}\n  \n", body.len()));
    }
    if given.has('s') {
        if !quiet {
            io.err("remote file exists\n");
        }
        return Done::OK;
    }
    let to = given.value('O').unwrap_or(&url.file);
    let bar = |name: &str| {
        let size = body.len();
        format!("{name:<20} 100% |{}| {size:>5}  0:00:00 ETA\n", "*".repeat(32))
    };
    if to == "-" {
        if !quiet {
            io.err("writing to stdout\n");
        }
        io.out(&body);
        if !quiet {
            io.err(bar("-"));
            io.err("written to stdout\n");
        }
        return Done::OK;
    }
    if to != "/dev/null" {
        if given.value('O').is_none() && console.files.read(to).is_some() {
            io.err(format_args!("wget: can't open '{to}': File exists\n"));
            return Done::Exit(1);
        }
        if let Err(why) = console.files.write(to, body.as_bytes()) {
            io.err(format_args!("wget: can't open '{to}': {why}\n"));
            return Done::Exit(1);
        }
    }
    if !quiet {
        io.err(format_args!("saving to '{to}'\n{}'{to}' saved\n", bar(to)));
    }
    Done::OK
}

const USAGE: &str = "Usage: wget [-cqS] [--spider] [-O FILE] [-T SEC] URL...\n";
