//! `dig` (BIND 9).

use super::Inside;
use super::nslookup::{ask, resolver, reverse};
use crate::dns::{Answer, RecordType, Status};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use std::net::IpAddr;

pub(super) fn run(console: &mut Console, inside: &Inside, args: &[String], io: &mut Io) -> Done {
    let resolver = resolver(console, inside);
    let typed = args.join(" ");
    let (mut short, mut search, mut only_answer) = (false, false, false);
    let (mut name, mut wanted) = (None, RecordType::A);
    let mut has_type = false;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "+short" => short = true,
            "+search" => search = true,
            "+noall" => only_answer = true,
            "-x" => {
                let Some(ip) = args.next().and_then(|arg| arg.parse::<IpAddr>().ok()) else {
                    io.err("dig: -x wants an address\n");
                    return Done::Exit(1);
                };
                name = Some(reverse(ip));
                wanted = RecordType::Ptr;
            }
            "-t" => match args.next().map(|arg| arg.parse::<RecordType>()) {
                Some(Ok(found)) => wanted = found,
                _ => {
                    io.err("dig: -t wants a type\n");
                    return Done::Exit(1);
                }
            },
            arg if arg.starts_with(['+', '-']) => {}
            arg if arg.starts_with('@') => {
                let asked = arg.trim_start_matches('@');
                if resolver.server.is_none_or(|ip| ip.to_string() != asked) {
                    io.err("dig: only the server of /etc/resolv.conf can be asked here\n");
                    return Done::Exit(1);
                }
            }
            arg => match arg.parse::<RecordType>() {
                // Before or behind the name, once.
                Ok(found) if !has_type => (wanted, has_type) = (found, true),
                _ => name = Some(arg.to_owned()),
            },
        }
    }
    let name = name.unwrap_or_else(|| ".".to_owned());
    let mut names = vec![name.trim_end_matches('.').to_owned()];
    if search && !name.ends_with('.') {
        names = resolver.search.iter().map(|domain| format!("{name}.{domain}")).collect();
        names.push(name.clone());
    }
    let mut last: Option<(String, Answer)> = None;
    for full in names {
        let Some(answer) = ask(console, inside, &full, wanted) else {
            console.cluster.advance(15);
            let server = resolver.server.map_or_else(String::new, |ip| ip.to_string());
            for _ in 0..3 {
                io.out(format_args!(";; communications error to {server}#53: timed out\n"));
            }
            io.out(format_args!(
                "\n; <<>> DiG 9.18 <<>> {typed}\n;; global options: +cmd\n;; no servers could be reached\n"
            ));
            return Done::Exit(9);
        };
        let there = !answer.answers.is_empty();
        last = Some((full, answer));
        if there {
            break;
        }
    }
    let Some((full, answer)) = last else { return Done::Exit(1) };
    if short {
        answer.answers.iter().for_each(|record| io.line(&record.data));
        return Done::OK;
    }
    let records: String = answer
        .answers
        .iter()
        .map(|r| format!("{}\t30\tIN\t{}\t{}\n", dotted(&r.name), r.record_type, r.data))
        .collect();
    if only_answer {
        io.out(records);
        return Done::OK;
    }
    let status = match answer.status {
        Status::NoError => "NOERROR",
        Status::NxDomain => "NXDOMAIN",
        Status::ServFail => "SERVFAIL",
    };
    let id = 10_000 + full.bytes().fold(7_u32, |sum, b| (sum * 31 + u32::from(b)) % 50_000);
    let n = answer.answers.len();
    let mut section =
        if n == 0 { String::new() } else { format!(";; ANSWER SECTION:\n{records}\n") };
    // Its own zone's server says so where there is nothing.
    let zone = &console.cluster.settings().cluster_domain;
    let is_own = full.trim_end_matches('.').ends_with(&format!(".{zone}"));
    // What is asked further on is no answer of its own.
    let is_told = is_own || full.trim_end_matches('.').ends_with(".arpa");
    let (flags, warning) = match is_told {
        true => ("qr aa rd", ";; WARNING: recursion requested but not available\n"),
        false => ("qr rd ra", ""),
    };
    let n_authority = usize::from(n == 0 && is_own && answer.status != Status::ServFail);
    if n_authority > 0 {
        let serial = console.now();
        section.push_str(&format!(
            ";; AUTHORITY SECTION:\n{zone}.\t\t30\tIN\tSOA\tns.dns.{zone}. hostmaster.{zone}. {serial} 7200 1800 86400 30\n\n"
        ));
    }
    let server = resolver.server.map_or_else(String::new, |ip| ip.to_string());
    io.out(format_args!(
        "\n; <<>> DiG 9.18 <<>> {typed}\n;; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: {status}, id: {id}\n;; flags: {flags}; QUERY: 1, ANSWER: {n}, AUTHORITY: {n_authority}, ADDITIONAL: 1\n{warning}\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n;; QUESTION SECTION:\n;{}\t\tIN\t{wanted}\n\n{section};; Query time: 1 msec\n;; SERVER: {server}#53({server}) (UDP)\n\n",
        dotted(&full),
    ));
    Done::OK
}

fn dotted(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}
