//! `nc` and `telnet`, as far as they try a port (busybox 1.36).

use super::Inside;
use super::image::Image;
use super::net::{Connected, Found, connect, find};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::getopt::Options;
use crate::kubectl::job::Done;
use crate::trace::Protocol;

/// How long the kernel tries, in seconds.
const PATIENCE: u32 = 127;

const OPTIONS: Options<'_> =
    Options { letters: "zvw:unlp:e:", long: &[], shortens: false, mixes: true };

pub(super) fn run(console: &mut Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    let given = match OPTIONS.read(args) {
        Ok(given) => given,
        Err(why) => {
            io.err(format_args!("nc: {why}\nUsage: nc [-zuv] [-w SEC] HOST PORT\n"));
            return Done::Exit(1);
        }
    };
    if given.has('l') {
        if console.shell.never_ends() {
            return Done::OK;
        }
        io.err("nc: nothing can be listened on here: the world says what listens\n");
        return Done::Exit(1);
    }
    let (Some(host), Some(port)) = (given.rest.first(), given.rest.get(1)) else {
        io.err("Usage: nc [-zuv] [-w SEC] HOST PORT\n");
        return Done::Exit(1);
    };
    let Some(port) = port.parse::<u16>().ok().filter(|port| *port > 0) else {
        io.err(format_args!("nc: bad port '{port}'\n"));
        return Done::Exit(1);
    };
    let wait = given.value('w').and_then(|text| text.parse::<u32>().ok()).filter(|n| *n > 0);
    if matches!(inside.image, Image::Netshoot | Image::Machine | Image::DnsUtils) {
        return openbsd(console, inside, (host, port), (wait, given.has('v'), given.has('u')), io);
    }
    try_port(console, inside, "nc", (host, port), (wait, given.has('v'), given.has('u')), io)
}

/// OpenBSD's nc, which Debian and those who look at networks have (netcat-openbsd 1.2).
fn openbsd(
    console: &mut Console,
    inside: &Inside,
    (host, port): (&str, u16),
    (wait, verbose, udp): (Option<u32>, bool, bool),
    io: &mut Io,
) -> Done {
    let Found::Addresses(addresses) = find(console, inside, host) else {
        io.err(format_args!(
            "nc: getaddrinfo for host \"{host}\" port {port}: Name does not resolve\n"
        ));
        return Done::Exit(1);
    };
    let ip = addresses[0];
    // With an address nothing has to be looked up.
    let shown = if host == ip.to_string() { String::new() } else { format!(" ({ip})") };
    let (protocol, kind) = if udp { (Protocol::Udp, "udp") } else { (Protocol::Tcp, "tcp") };
    let connected = connect(console, inside, (host, ip), port, protocol);
    if udp || matches!(connected, Connected::Open(_) | Connected::Own) {
        let name = SERVICES.iter().find(|(known, _)| *known == port).map_or("*", |(_, name)| name);
        if verbose {
            io.err(format_args!(
                "Connection to {host}{shown} {port} port [{kind}/{name}] succeeded!\n"
            ));
        }
        return Done::OK;
    }
    let why = match connected {
        Connected::Refused => "failed: Connection refused",
        _ => {
            console.cluster.advance(wait.unwrap_or(PATIENCE).min(PATIENCE));
            let is_short = wait.is_some_and(|wait| wait < PATIENCE);
            if is_short {
                "timed out: Operation in progress"
            } else {
                "failed: Operation timed out"
            }
        }
    };
    if verbose {
        io.err(format_args!("nc: connect to {host}{shown} port {port} ({kind}) {why}\n"));
    }
    Done::Exit(1)
}

/// Names of ports, as /etc/services has them.
const SERVICES: &[(u16, &str)] = &[
    (22, "ssh"),
    (53, "domain"),
    (80, "http"),
    (443, "https"),
    (3306, "mysql"),
    (5432, "postgresql"),
    (6379, "redis"),
    (8080, "http-alt"),
];

/// `telnet HOST [PORT]`.
pub(super) fn telnet(console: &mut Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    let Some(host) = args.first() else {
        io.err("Usage: telnet HOST [PORT]\n");
        return Done::Exit(1);
    };
    let port = args.get(1).map_or(Some(23), |port| port.parse().ok());
    let Some(port) = port else {
        io.err(format_args!("telnet: bad port '{}'\n", args[1]));
        return Done::Exit(1);
    };
    let ip = match find(console, inside, host) {
        Found::Addresses(addresses) => addresses[0],
        Found::NoSuchName | Found::Silence => {
            io.err(format_args!("telnet: bad address '{host}'\n"));
            return Done::Exit(1);
        }
    };
    match connect(console, inside, (host, ip), port, Protocol::Tcp) {
        Connected::Open(_) | Connected::Own => {
            io.out(format_args!("Connected to {host}\nConnection closed by foreign host\n"));
            Done::OK
        }
        Connected::Refused => {
            io.err(format_args!(
                "telnet: can't connect to remote host ({ip}): Connection refused\n"
            ));
            Done::Exit(1)
        }
        Connected::Silence => {
            console.cluster.advance(PATIENCE);
            io.err(format_args!(
                "telnet: can't connect to remote host ({ip}): Connection timed out\n"
            ));
            Done::Exit(1)
        }
    }
}

fn try_port(
    console: &mut Console,
    inside: &Inside,
    tool: &str,
    (host, port): (&str, u16),
    (wait, verbose, udp): (Option<u32>, bool, bool),
    io: &mut Io,
) -> Done {
    let ip = match find(console, inside, host) {
        Found::Addresses(addresses) => addresses[0],
        Found::NoSuchName | Found::Silence => {
            io.err(format_args!("{tool}: bad address '{host}'\n"));
            return Done::Exit(1);
        }
    };
    let protocol = if udp { Protocol::Udp } else { Protocol::Tcp };
    match connect(console, inside, (host, ip), port, protocol) {
        Connected::Open(_) | Connected::Own => {
            if verbose {
                io.err(format_args!("{host} ({ip}:{port}) open\n"));
            }
            Done::OK
        }
        // A datagram is sent and nothing comes back: nc knows no better.
        _ if udp => {
            if verbose {
                io.err(format_args!("{host} ({ip}:{port}) open\n"));
            }
            Done::OK
        }
        Connected::Refused => {
            io.err(format_args!("{tool}: {host} ({ip}:{port}): Connection refused\n"));
            Done::Exit(1)
        }
        Connected::Silence => {
            console.cluster.advance(wait.unwrap_or(PATIENCE).min(PATIENCE));
            if wait.is_some_and(|wait| wait < PATIENCE) {
                io.err(format_args!("{tool}: timed out\n"));
            } else {
                io.err(format_args!("{tool}: {host} ({ip}:{port}): Connection timed out\n"));
            }
            Done::Exit(1)
        }
    }
}
