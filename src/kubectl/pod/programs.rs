//! The table of programs that look at the network or at their host.

use super::{Inside, busybox, curl, dig, ip, nc, nslookup, ping, wget};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell;

/// Whether the image brings a program of this name, network or not.
pub(in crate::kubectl) fn has(inside: &Inside, program: &str) -> bool {
    inside.image.has(program.rsplit('/').next().unwrap_or(program))
}

/// Runs a command by its words, as the shell of that place does.
pub(in crate::kubectl) fn run(
    console: &mut Console,
    inside: &Inside,
    words: &[String],
    io: &mut Io,
) -> Done {
    let Some(first) = words.first() else { return Done::OK };
    let name = first.rsplit('/').next().unwrap_or(first);
    let args = words.get(1..).unwrap_or_default();
    if inside.image.has(name) {
        if matches!(name, "sh" | "ash" | "bash") {
            return shell(console, args, io);
        }
        if let Some(done) = network(console, inside, name, args, io) {
            return done;
        }
    }
    if inside.image.has(name) || shell::is_builtin(name) {
        let mark = io.mark();
        if let Some(done) = shell::text_tool(console, name, args, io) {
            if inside.image.is_busybox() {
                io.reword(mark, |line| busybox::words(name, line));
            }
            return done;
        }
    }
    let own = if inside.image.has("bash") { "bash" } else { "sh" };
    let words = if own == "bash" { "command not found" } else { "not found" };
    io.err(format_args!("{own}: {first}: {words}\n"));
    Done::Exit(127)
}

/// A shell within the shell: `sh -c SCRIPT`.
fn shell(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    match args {
        [flag, script, ..] if flag.starts_with('-') && flag.ends_with('c') => {
            Done::Exit(shell::script(console, script, io))
        }
        _ => {
            let script = io.take_input();
            Done::Exit(shell::script(console, &String::from_utf8_lossy(&script), io))
        }
    }
}

/// A program of this module; none where `name` is another.
fn network(
    console: &mut Console,
    inside: &Inside,
    name: &str,
    args: &[String],
    io: &mut Io,
) -> Option<Done> {
    Some(match name {
        "wget" => wget::run(console, inside, args, io),
        "curl" => curl::run(console, inside, args, io),
        "nc" => nc::run(console, inside, args, io),
        "telnet" => nc::telnet(console, inside, args, io),
        "nslookup" => nslookup::run(console, inside, args, io),
        "host" => nslookup::host(console, inside, args, io),
        "dig" => dig::run(console, inside, args, io),
        "ping" => ping::run(console, inside, args, io),
        "ip" => ip::run(console, inside, args, io),
        "ifconfig" => ip::ifconfig(console, inside, io),
        "hostname" => hostname(console, inside, args, io),
        "whoami" => said(io, "root\n"),
        "id" => said(io, "uid=0(root) gid=0(root) groups=0(root)\n"),
        "uname" => {
            let all = args.iter().any(|arg| arg == "-a");
            let host = &inside.hostname;
            let line = if all {
                format!("Linux {host} 6.1.0 x86_64 Linux\n")
            } else {
                "Linux\n".to_owned()
            };
            said(io, &line)
        }
        "ps" => said(io, "PID   USER     TIME  COMMAND\n    1 root      0:00 sh\n"),
        "getent" => getent(console, inside, args, io),
        "traceroute" | "netstat" | "ss" | "route" | "vi" => {
            io.err(format_args!("{name}: not here; wget, nc and nslookup tell as much\n"));
            Done::Exit(1)
        }
        _ => return None,
    })
}

fn said(io: &mut Io, text: &str) -> Done {
    io.out(text);
    Done::OK
}

fn hostname(console: &Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    match args.first().map(String::as_str) {
        Some("-i" | "-I") => {
            let ip = inside.of(console).and_then(|pod| pod.ip());
            let node = || match &inside.client {
                crate::trace::Client::Node(name) => console.cluster.node(name)?.ip(),
                _ => None,
            };
            ip.or_else(node).map_or(Done::Exit(1), |ip| said(io, &format!("{ip}\n")))
        }
        _ => said(io, &format!("{}\n", inside.hostname)),
    }
}

/// `getent hosts NAME`.
fn getent(console: &Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    use super::net::{Found, find};
    let (Some("hosts" | "ahosts"), Some(name)) = (args.first().map(String::as_str), args.get(1))
    else {
        return Done::Exit(1);
    };
    match find(console, inside, name) {
        Found::Addresses(addresses) => {
            addresses.iter().for_each(|ip| io.line(format_args!("{ip:<15} {name}")));
            Done::OK
        }
        Found::NoSuchName | Found::Silence => Done::Exit(2),
    }
}
