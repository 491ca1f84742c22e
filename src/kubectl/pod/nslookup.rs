//! `nslookup`, as busybox 1.36, busybox 1.28 and BIND's tools print it, and `host`.

use super::Inside;
use super::image::Image;
use crate::dns::{Answer, RecordType, ResolvConf, Server, Status};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::source::sort;
use crate::trace;
use std::net::IpAddr;

/// Which server a program asks, and its search list.
pub(super) struct Resolver {
    pub(super) server: Option<IpAddr>,
    pub(super) search: Vec<String>,
    pub(super) ndots: usize,
}

/// What /etc/resolv.conf says there.
pub(super) fn resolver(console: &Console, inside: &Inside) -> Resolver {
    let conf = match inside.of(console) {
        Some(pod) => ResolvConf::of_pod(&console.cluster, pod),
        None => ResolvConf::outside(),
    };
    let server = match conf.server {
        Server::Cluster(ip) => Some(ip),
        Server::Outside(ip) => ip,
    };
    Resolver { server, search: conf.search, ndots: conf.ndots }
}

/// One query for a name as it stands; none where nobody answers.
pub(super) fn ask(
    console: &Console,
    inside: &Inside,
    name: &str,
    record_type: RecordType,
) -> Option<Answer> {
    let name = format!("{}.", name.trim_end_matches('.'));
    match trace::resolve(&console.cluster, &inside.client, &name, record_type) {
        Ok(Ok(found)) => {
            let mut answer = found.answer().clone();
            // As on the wire: the alias, then what it stands for.
            sort::sort_by_key(&mut answer.answers, |record| {
                record.record_type != RecordType::Cname
            });
            Some(answer)
        }
        Ok(Err(_)) | Err(_) => None,
    }
}

/// The names that a search tries, in order.
fn names(resolver: &Resolver, name: &str) -> Vec<String> {
    if let Some(whole) = name.strip_suffix('.') {
        return vec![whole.to_owned()];
    }
    let searched = resolver.search.iter().map(|domain| format!("{name}.{domain}"));
    if name.matches('.').count() >= resolver.ndots {
        std::iter::once(name.to_owned()).chain(searched).collect()
    } else {
        searched.chain([name.to_owned()]).collect()
    }
}

/// `1.1.244.10.in-addr.arpa` for `10.244.1.1`.
pub(super) fn reverse(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let digits: Vec<String> =
                ip.octets().iter().rev().map(|b| format!("{:x}.{:x}", b & 15, b >> 4)).collect();
            format!("{}.ip6.arpa", digits.join("."))
        }
    }
}

pub(super) fn run(console: &mut Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    let mut record_type = None;
    let mut words = Vec::new();
    for arg in args {
        let wanted = arg.strip_prefix("-type=").or_else(|| arg.strip_prefix("-query="));
        match wanted.or_else(|| arg.strip_prefix("-q=")) {
            Some(wanted) => match wanted.parse::<RecordType>() {
                Ok(found) => record_type = Some(found),
                Err(_) => {
                    io.err(format_args!("nslookup: invalid query type \"{wanted}\"\n"));
                    return Done::Exit(1);
                }
            },
            None if arg.starts_with('-') => {}
            None => words.push(arg.as_str()),
        }
    }
    let Some(name) = words.first() else {
        io.err("Usage: nslookup [-type=QUERY_TYPE] HOST [DNS_SERVER]\n");
        return Done::Exit(1);
    };
    if words.len() > 1 {
        io.err("nslookup: only the server of /etc/resolv.conf can be asked here\n");
        return Done::Exit(1);
    }
    let resolver = resolver(console, inside);
    if inside.image == Image::OldBusybox {
        return old(console, inside, &resolver, name, io);
    }
    let server = resolver.server.map_or_else(|| "127.0.0.1".to_owned(), |ip| ip.to_string());
    if inside.image.is_busybox() {
        busybox(console, inside, &resolver, (name, record_type), &server, io)
    } else {
        bind(console, inside, &resolver, (name, record_type), &server, io)
    }
}

/// busybox 1.36: all names are asked for at once, A and AAAA (`add_query_with_search`,
/// networking/nslookup.c).
fn busybox(
    console: &mut Console,
    inside: &Inside,
    resolver: &Resolver,
    (name, record_type): (&str, Option<RecordType>),
    server: &str,
    io: &mut Io,
) -> Done {
    let reversed = name.parse::<IpAddr>().ok().map(reverse);
    // A name with a dot is asked for as it stands, one without only with the search list.
    let names = match &reversed {
        Some(name) => vec![name.clone()],
        None if name.contains('.') || resolver.search.is_empty() => {
            vec![name.trim_end_matches('.').to_owned()]
        }
        None => resolver.search.iter().map(|domain| format!("{name}.{domain}")).collect(),
    };
    let types = match (record_type, &reversed) {
        (Some(wanted), _) => vec![wanted],
        (None, Some(_)) => vec![RecordType::Ptr],
        (None, None) => vec![RecordType::A, RecordType::Aaaa],
    };
    let mut said = String::new();
    let mut failed = false;
    for wanted in types {
        for name in &names {
            let Some(answer) = ask(console, inside, name, wanted) else {
                console.cluster.advance(10);
                io.err(";; connection timed out; no servers could be reached\n\n");
                return Done::Exit(1);
            };
            if !answer.answers.is_empty() {
                for record in &answer.answers {
                    said.push_str(&busybox_record(&record.name, record.record_type, &record.data));
                }
                said.push('\n');
            } else if answer.status == Status::NoError {
                said.push('\n');
            } else {
                failed = true;
                let code = if answer.status == Status::NxDomain { "NXDOMAIN" } else { "SERVFAIL" };
                said.push_str(&format!("** server can't find {name}: {code}\n\n"));
            }
        }
    }
    io.out(format_args!("Server:\t\t{server}\nAddress:\t{server}:53\n\n{said}"));
    Done::Exit(u8::from(failed))
}

fn busybox_record(name: &str, record_type: RecordType, data: &str) -> String {
    let name = name.trim_end_matches('.');
    let data = data.trim_end_matches('.');
    match record_type {
        RecordType::A | RecordType::Aaaa => format!("Name:\t{name}\nAddress: {data}\n"),
        RecordType::Cname => format!("{name}\tcanonical name = {data}\n"),
        RecordType::Ptr => format!("{name}\tname = {data}\n"),
        RecordType::Srv => format!("{name}\tservice = {data}\n"),
        other => format!("{name}\t{other} {data}\n"),
    }
}

/// busybox 1.28: one look-up, with the names of all addresses.
fn old(
    console: &mut Console,
    inside: &Inside,
    resolver: &Resolver,
    name: &str,
    io: &mut Io,
) -> Done {
    let named = |ip: IpAddr| {
        let answer = ask(console, inside, &reverse(ip), RecordType::Ptr);
        let name = answer.and_then(|answer| answer.answers.first().map(|r| r.data.clone()));
        match name {
            Some(name) => format!("{ip} {}", name.trim_end_matches('.')),
            None => ip.to_string(),
        }
    };
    let server = resolver.server.map_or_else(|| "(null)".to_owned(), named);
    let plain = resolver.server.map_or_else(|| "(null)".to_owned(), |ip| ip.to_string());
    let mut out = format!("Server:    {plain}\nAddress 1: {server}\n\n");
    let addresses: Vec<IpAddr> = match name.parse() {
        Ok(ip) => vec![ip],
        Err(_) => names(resolver, name)
            .iter()
            .filter_map(|name| ask(console, inside, name, RecordType::A))
            .map(|answer| answer.addresses().collect::<Vec<_>>())
            .find(|addresses| !addresses.is_empty())
            .unwrap_or_default(),
    };
    if addresses.is_empty() {
        io.out(out);
        io.err(format_args!("nslookup: can't resolve '{name}'\n"));
        return Done::Exit(1);
    }
    out.push_str(&format!("Name:      {name}\n"));
    for (idx, ip) in addresses.into_iter().enumerate() {
        out.push_str(&format!("Address {}: {}\n", idx + 1, named(ip)));
    }
    io.out(out);
    Done::OK
}

/// BIND's nslookup: the first name of the search list that is there.
fn bind(
    console: &mut Console,
    inside: &Inside,
    resolver: &Resolver,
    (name, record_type): (&str, Option<RecordType>),
    server: &str,
    io: &mut Io,
) -> Done {
    let head = format!("Server:\t\t{server}\nAddress:\t{server}#53\n\n");
    let reversed = name.parse::<IpAddr>().ok().map(reverse);
    let wanted =
        record_type.unwrap_or(if reversed.is_some() { RecordType::Ptr } else { RecordType::A });
    let names = match reversed {
        Some(name) => vec![name],
        None => names(resolver, name),
    };
    for full in &names {
        let Some(answer) = ask(console, inside, full, wanted) else {
            console.cluster.advance(15);
            io.out(";; connection timed out; no servers could be reached\n\n");
            return Done::Exit(1);
        };
        if answer.status == Status::NxDomain {
            continue;
        }
        if answer.status == Status::ServFail {
            io.out(format_args!("{head}** server can't find {name}: SERVFAIL\n\n"));
            return Done::Exit(1);
        }
        if answer.answers.is_empty() {
            io.out(format_args!("{head}*** Can't find {name}: No answer\n\n"));
            return Done::Exit(1);
        }
        io.out(&head);
        for record in &answer.answers {
            let owner = record.name.trim_end_matches('.');
            io.out(match record.record_type {
                RecordType::Cname => format!("{owner}\tcanonical name = {}\n", record.data),
                RecordType::Ptr => format!("{owner}\tname = {}\n", record.data),
                RecordType::Srv => format!("{owner}\tservice = {}\n", record.data),
                _ => format!("Name:\t{owner}\nAddress: {}\n", record.data),
            });
        }
        io.out("\n");
        return Done::OK;
    }
    io.out(format_args!("{head}** server can't find {name}: NXDOMAIN\n\n"));
    Done::Exit(1)
}

/// `host NAME`.
pub(super) fn host(console: &mut Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    let Some(name) = args.iter().find(|arg| !arg.starts_with('-')) else {
        io.err("Usage: host name\n");
        return Done::Exit(1);
    };
    let resolver = resolver(console, inside);
    let (names, wanted) = match name.parse::<IpAddr>() {
        Ok(ip) => (vec![reverse(ip)], RecordType::Ptr),
        Err(_) => (names(&resolver, name), RecordType::A),
    };
    for full in &names {
        let Some(answer) = ask(console, inside, full, wanted) else {
            io.out(";; connection timed out; no servers could be reached\n");
            return Done::Exit(1);
        };
        if !answer.answers.is_empty() {
            for record in &answer.answers {
                let owner = record.name.trim_end_matches('.');
                io.out(match record.record_type {
                    RecordType::Cname => format!("{owner} is an alias for {}\n", record.data),
                    RecordType::Ptr => format!("{owner} domain name pointer {}\n", record.data),
                    _ => format!("{owner} has address {}\n", record.data),
                });
            }
            return Done::OK;
        }
    }
    io.out(format_args!("Host {name} not found: 3(NXDOMAIN)\n"));
    Done::Exit(1)
}
