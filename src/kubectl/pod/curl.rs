//! `curl` 8.

use super::Inside;
use super::net::{Connected, Found, connect, find};
use super::server::{Request, Speaks, note, speaks};
use super::wget::url;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::getopt::{Options, Wrong};
use crate::kubectl::job::Done;
use crate::trace::Protocol;
use std::net::IpAddr;

const AGENT: &str = "curl/8.9.1";
/// How long the kernel tries, in seconds.
const PATIENCE: f64 = 134.0;

const LONG: &[(&str, char)] = &[
    ("silent", 's'),
    ("show-error", 'S'),
    ("verbose", 'v'),
    ("head", 'I'),
    ("include", 'i'),
    ("output", 'o'),
    ("write-out", 'w'),
    ("max-time", 'm'),
    ("connect-timeout", 'C'),
    ("insecure", 'k'),
    ("header", 'H'),
    ("request", 'X'),
    ("data", 'd'),
    ("location", 'L'),
    ("fail", 'f'),
    ("user-agent", 'A'),
    ("http1.1", 'h'),
    ("retry", 'R'),
    ("no-progress-meter", 'N'),
    ("resolve", 'r'),
    ("user", 'u'),
    ("cookie", 'b'),
    ("referer", 'e'),
    ("cacert", 'c'),
    ("ipv4", '4'),
    ("compressed", 'z'),
    ("globoff", 'g'),
    ("data-raw", 'd'),
    ("json", 'J'),
];

const OPTIONS: Options<'_> = Options {
    letters: "sSvIio:w:m:C:kH:X:d:LfA:hR:N4r:u:b:e:c:zgJ:",
    long: LONG,
    shortens: false,
    mixes: true,
};

/// What curl says of a wrong option (tool_getparam.c, curl 8).
fn wrong(wrong: Wrong) -> String {
    let (option, why) = match wrong {
        Wrong::Unknown(option) => (option, "is unknown"),
        Wrong::UnknownLetter(letter) => (format!("-{letter}"), "is unknown"),
        Wrong::Bare(option) => (option, "requires parameter"),
        Wrong::BareLetter(letter) => (format!("-{letter}"), "requires parameter"),
    };
    format!("curl: option {option}: {why}\ncurl: try 'curl --help' for more information\n")
}

pub(super) fn run(console: &mut Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    let given = match OPTIONS.read(args) {
        Ok(given) => given,
        Err(why) => {
            io.err(wrong(why));
            return Done::Exit(2);
        }
    };
    if args.is_empty() {
        io.err("curl: try 'curl --help' or 'curl --manual' for more information\n");
        return Done::Exit(2);
    }
    let Some(address) = given.rest.first() else {
        io.err("curl: (2) no URL specified\n");
        return Done::Exit(2);
    };
    let silent = given.has('s');
    // It is shown where the screen is not taken by what comes.
    let meters = !silent && !given.has('N') && (io.columns.is_none() || given.value('o').is_some());
    let fail = |io: &mut Io, exit: u8, says: String| {
        if meters && matches!(exit, 6 | 7 | 28) {
            io.err(meter(0, 0));
        }
        if !silent || given.has('S') {
            io.err(format_args!("curl: ({exit}) {says}\n"));
        }
        if let Some(format) = given.value('w') {
            io.out(written(format, "000", 0));
        }
        Done::Exit(exit)
    };
    let Some(url) = url(address) else {
        return fail(
            io,
            3,
            "URL rejected: Port number was not a decimal number between 0 and 65535".to_owned(),
        );
    };
    let seconds = |letter: char| given.value(letter).and_then(|text| text.parse::<f64>().ok());
    let limit =
        [seconds('m'), seconds('C')].into_iter().flatten().filter(|n| *n > 0.0).reduce(f64::min);
    let host = url.host.clone();
    // `--resolve HOST:PORT:ADDRESS` knows better than the DNS.
    let told = given.value('r').and_then(|entry| {
        let (of, ip) =
            entry.strip_prefix('+').unwrap_or(entry).split_once(&format!(":{}:", url.port))?;
        let ip = ip.split(',').next()?.trim_matches(['[', ']']).parse().ok()?;
        (of == host || of == "*").then_some(ip)
    });
    let found = match told {
        Some(ip) => Found::Addresses(vec![ip]),
        None => find(console, inside, &host),
    };
    let ip = match found {
        Found::Addresses(addresses) => addresses[0],
        Found::NoSuchName => {
            return fail(io, 6, format!("Could not resolve host: {host}"));
        }
        Found::Silence => {
            let says = match limit {
                Some(limit) => format!(
                    "Resolving timed out after {} milliseconds",
                    (limit * 1000.0) as u64 + 1
                ),
                None => format!("Could not resolve host: {host}"),
            };
            return fail(io, if limit.is_some() { 28 } else { 6 }, says);
        }
    };
    if given.has('v') {
        io.err(format_args!("*   Trying {ip}:{}...\n", url.port));
    }
    let whom = told.map_or_else(|| host.clone(), |ip: IpAddr| ip.to_string());
    let connected = connect(console, inside, (&whom, ip), url.port, Protocol::Tcp);
    match &connected {
        Connected::Open(_) | Connected::Own => {}
        Connected::Refused => {
            if given.has('v') {
                io.err(format_args!(
                    "* connect to {ip} port {0} failed: Connection refused\n* Failed to connect to {host} port {0} after 1 ms: Could not connect to server\n* Closing connection\n",
                    url.port
                ));
            }
            let port = url.port;
            return fail(
                io,
                7,
                format!(
                    "Failed to connect to {host} port {port} after 1 ms: Could not connect to server"
                ),
            );
        }
        Connected::Silence => {
            let waited = limit.unwrap_or(PATIENCE).min(PATIENCE);
            console.cluster.advance(waited.ceil() as u32);
            let ms = (waited * 1000.0) as u64 + 1;
            if limit.is_some() {
                return fail(io, 28, format!("Connection timed out after {ms} milliseconds"));
            }
            let port = url.port;
            return fail(
                io,
                28,
                format!(
                    "Failed to connect to {host} port {port} after {ms} ms: Could not connect to server"
                ),
            );
        }
    }
    if given.has('v') {
        io.err(format_args!("* Connected to {host} ({ip}) port {}\n", url.port));
    }
    let (code, body) = match speaks(console, inside, &connected, (url.port, &url.path)) {
        Speaks::Http(body) if !url.tls => ("200", body),
        Speaks::Fails(words, body) if !url.tls => (words.split(' ').next().unwrap_or("404"), body),
        Speaks::Http(_) | Speaks::Fails(..) => {
            return fail(io, 35, "TLS connect error: error:0A0000C6:SSL routines::packet length too long".to_owned());
        }
        Speaks::Tls if url.tls && given.has('k') => ("403", "{\n  \"kind\": \"Status\",\n  \"status\": \"Failure\",\n  \"reason\": \"Forbidden\",\n  \"code\": 403\n}".to_owned()),
        Speaks::Tls if url.tls => {
            return fail(io, 60, "SSL certificate problem: unable to get local issuer certificate".to_owned());
        }
        Speaks::Tls => ("400", "Client sent an HTTP request to an HTTPS server.\n".to_owned()),
        Speaks::Other => return fail(io, 52, "Empty reply from server".to_owned()),
    };
    let method = match (given.has('I'), given.has('d') || given.has('J')) {
        (true, _) => "HEAD",
        (_, true) => "POST",
        _ => "GET",
    };
    let method = given.value('X').unwrap_or(method);
    let answer = (code, if given.has('I') { 0 } else { body.len() });
    let request = Request { method, path: &url.path, agent: AGENT, answer };
    if !url.tls {
        note(console, inside, &connected, url.port, &request);
    }
    if given.has('v') {
        let path = if url.path.is_empty() { "/" } else { &url.path };
        let lines = [
            format!("> {method} {path} HTTP/1.1"),
            format!("> Host: {}", url.host_port),
            format!("> User-Agent: {AGENT}"),
            "> Accept: */*".to_owned(),
            "> ".to_owned(),
            format!("< HTTP/1.1 {code} {}", phrase(code)),
            format!("< Content-Length: {}", body.len()),
            "< ".to_owned(),
        ];
        lines.iter().for_each(|line| io.err(format_args!("{line}\n")));
    }
    if given.has('f') && code != "200" {
        return fail(io, 22, format!("The requested URL returned error: {code}"));
    }
    let mut out = String::new();
    if given.has('I') || given.has('i') {
        out.push_str(&format!(
            "HTTP/1.1 {code} {}\r\nContent-Length: {}\r\n\r\n",
            phrase(code),
            body.len()
        ));
    }
    if !given.has('I') {
        out.push_str(&body);
    }
    if meters {
        let received = if given.has('I') { 0 } else { body.len() };
        io.err(meter(body.len(), received));
    }
    match given.value('o') {
        None | Some("-") => io.out(&out),
        Some("/dev/null") => {}
        Some(path) => {
            if let Err(why) = console.files.write(path, out.as_bytes()) {
                return fail(io, 23, format!("client returned ERROR on write, {why}"));
            }
        }
    }
    if let Some(format) = given.value('w') {
        io.out(written(format, code, out.len()));
    }
    if given.has('v') {
        io.err(format_args!("* Connection #0 to host {host} left intact\n"));
    }
    Done::OK
}

fn phrase(code: &str) -> &'static str {
    match code {
        "200" => "OK",
        "400" => "Bad Request",
        "404" => "Not Found",
        _ => "Forbidden",
    }
}

/// `--write-out`.
fn written(format: &str, code: &str, size: usize) -> String {
    format
        .replace("%{http_code}", code)
        .replace("%{response_code}", code)
        .replace("%{size_download}", &size.to_string())
        .replace("%{time_total}", "0.001")
        .replace("\\n", "\n")
        .replace("\\t", "\t")
}

/// The meter as it stands at the end: of so many bytes so many came.
fn meter(size: usize, came: usize) -> String {
    let percent = if came > 0 { 100 } else { 0 };
    format!(
        "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r{percent:>3} {size:>5}  {percent:>3} {came:>5}    0     0  {came:>5}      0 --:--:-- --:--:-- --:--:-- {came:>5}\n"
    )
}
