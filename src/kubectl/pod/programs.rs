//! The table of programs that look at the network or at their host.

use super::{Inside, busybox, curl, dig, ip, nc, nslookup, ping, wget};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell;

/// Whether the image brings a program of this name, network or not.
pub(in crate::kubectl) fn has(inside: &Inside, program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    inside.image.has(name) || inside.image.lacks(name)
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
            return shell(console, name, args, io);
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
                return busybox::ended(name, done);
            }
            return done;
        }
    }
    if inside.image.lacks(name) {
        if console.shell.never_ends() {
            return Done::OK;
        }
        io.err(format_args!("{name}: not here, though the image has it\n"));
        return Done::Exit(1);
    }
    let own = if inside.image.has("bash") { "bash" } else { "sh" };
    let words = if own == "bash" { "command not found" } else { "not found" };
    io.err(format_args!("{own}: {first}: {words}\n"));
    Done::Exit(127)
}

/// A shell within the shell: `sh -c SCRIPT`.
fn shell(console: &mut Console, name: &str, args: &[String], io: &mut Io) -> Done {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (script, words) = match args {
        [flag, script, words @ ..] if flag.starts_with('-') && flag.ends_with('c') => {
            (script.clone(), words)
        }
        [path, ..] if !path.starts_with('-') => match console.files.read(path) {
            Some(bytes) => (text(bytes), args),
            None if name == "bash" => {
                io.err(format_args!("bash: {path}: No such file or directory\n"));
                return Done::Exit(127);
            }
            None => {
                io.err(format_args!("{name}: can't open '{path}': No such file or directory\n"));
                return Done::Exit(2);
            }
        },
        _ => (text(&io.take_input()), &[][..]),
    };
    let name = words.first().map_or(name, String::as_str);
    let words = words.get(1..).unwrap_or_default();
    Done::Exit(shell::script(console, &script, (name, words), io))
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
        "ifconfig" => ip::ifconfig(console, inside, args, io),
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
            if console.shell.never_ends() {
                return Some(Done::OK);
            }
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
