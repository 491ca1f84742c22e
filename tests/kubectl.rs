//! The recorded kubectl session, replayed on the recorded world.
//!
//! A command agrees when exit code, stdout and stderr are the recording's, once what varies
//! from run to run stands as placeholders: ages, times, uids, versions, hashes, generated
//! names, allocated addresses and ports, and the nodes that Pods came to. What does not agree
//! stands in `tests/conformance/kubectl-left-out.txt` with its reason; a command that stands
//! there and agrees fails the test too. `UPDATE_LEFT_OUT=1` writes the list anew.

use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const SESSION: &str = include_str!("conformance/kubectl-session.json");
const WORLD: &str = include_str!("conformance/kubectl-world.json");
const LEFT_OUT: &str = "tests/conformance/kubectl-left-out.txt";

#[test]
fn the_recorded_session_comes_out_as_recorded() {
    let session: Value = serde_json::from_str(SESSION).unwrap();
    let mut files = Files::default();
    for (name, text) in session["files"].as_object().unwrap() {
        files.write(name, text.as_str().unwrap().as_bytes()).unwrap();
    }
    let (cluster, findings) = Cluster::from_world(WORLD).unwrap();
    assert_eq!(findings.len(), 0);
    let mut console = Console::new(cluster, files);
    let left_out = std::fs::read_to_string(LEFT_OUT).unwrap_or_default();
    let left_out: BTreeMap<usize, &str> = left_out
        .lines()
        .filter_map(|line| {
            let (number, why) = line.split_once(' ')?;
            Some((number.parse().ok()?, why.split_once(" # ").map_or("", |(_, why)| why)))
        })
        .collect();
    let mut list = String::new();
    let mut differences = String::new();
    let mut n_agree = 0;
    let transcript = session["transcript"].as_array().unwrap();
    for (number, recorded) in transcript.iter().enumerate() {
        let cmd = recorded["cmd"].as_str().unwrap();
        let outcome = console.line(cmd);
        let ours = (i64::from(outcome.exit), masked(&outcome.stdout()), masked(&outcome.stderr()));
        let text = |field: &str| masked(recorded[field].as_str().unwrap());
        let theirs = (recorded["exit"].as_i64().unwrap(), text("stdout"), text("stderr"));
        if ours == theirs {
            n_agree += 1;
            if left_out.contains_key(&number) {
                writeln!(differences, "#{number} {cmd}: agrees, and is on the list").unwrap();
            }
            continue;
        }
        let why = left_out.get(&number).copied();
        writeln!(list, "{number} {cmd} # {}", why.unwrap_or("not yet")).unwrap();
        if why.is_none() || std::env::var_os("SHOW_LEFT_OUT").is_some() {
            writeln!(
                differences,
                "#{number} $ {cmd}\n--- recorded, exit {}\n{}{}--- ours, exit {}\n{}{}",
                theirs.0, theirs.1, theirs.2, ours.0, ours.1, ours.2
            )
            .unwrap();
        }
    }
    println!("{n_agree} of {} commands agree", transcript.len());
    if std::env::var_os("UPDATE_LEFT_OUT").is_some() {
        std::fs::write(LEFT_OUT, list).unwrap();
        return;
    }
    assert!(differences.is_empty(), "{n_agree} agree\n{differences}");
}

/// The text with placeholders for what varies, and single spaces, since columns are as wide
/// as what stands in them.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut words: Vec<String> = line.split(' ').filter(|w| !w.is_empty()).map(word).collect();
        let is_version = |w: &String| w.trim_start_matches('"').starts_with("resourceVersion");
        if let Some(at) = words.iter().position(is_version) {
            words.truncate(at + 1);
        }
        let indent = line.len() - line.trim_start().len();
        out.push_str(&" ".repeat(indent));
        out.push_str(&words.join(" "));
        out.push('\n');
    }
    out
}

fn word(word: &str) -> String {
    let mut out = String::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '/');
    let mut rest = word;
    while !rest.is_empty() {
        let n = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        if n > 0 {
            out.push_str(&part(&rest[..n]));
            rest = &rest[n..];
        }
        if let Some(c) = rest.chars().next() {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

fn part(part: &str) -> String {
    if let Some(rest) = part.strip_prefix("/tmp/kubectl-edit-") {
        let number = rest.trim_end_matches(".yaml");
        if number == "N" || number.bytes().all(|b| b.is_ascii_digit()) {
            return "/tmp/kubectl-edit-N.yaml".to_owned();
        }
    }
    if let Some((kind, name)) = part.split_once('/')
        && kind.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        return format!("{kind}/{}", self::part(name));
    }
    let pieces: Vec<&str> = part.split('-').collect();
    let is_hex = |s: &&str| s.bytes().all(|b| b.is_ascii_hexdigit());
    if pieces.len() == 5 && part.len() == 36 && pieces.iter().all(is_hex) {
        return "UID".to_owned();
    }
    if is_time(part) {
        return "TIME".to_owned();
    }
    if is_age(part) {
        return "AGE".to_owned();
    }
    if let Some(node) = part.strip_prefix("node").or_else(|| part.strip_prefix("zone-"))
        && node.len() == 1
    {
        return "NODE".to_owned();
    }
    let made =
        |s: &str| !s.is_empty() && s.bytes().all(|b| b"bcdfghjklmnpqrstvwxz2456789".contains(&b));
    let (mut stem, mut n_made) = (part, 0);
    while let Some((before, last)) = stem.rsplit_once('-')
        && n_made < 2
        && (last.len() == 5 || (6..=10).contains(&last.len()))
        && made(last)
    {
        stem = before;
        n_made += 1;
    }
    if n_made > 0 {
        return format!("{stem}{}", "-MADE".repeat(n_made));
    }
    if part.len() >= 8 && part.len() <= 10 && made(part) {
        return "MADE".to_owned();
    }
    let (ip, port) = part.split_once(':').unwrap_or((part, ""));
    let is_ip = ip.split('.').count() == 4 && ip.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_ip && ip.starts_with("10.") && ip != "10.96.0.1" {
        return if port.is_empty() { "IP".to_owned() } else { format!("IP:{port}") };
    }
    if let Some((port, node_port)) = part.split_once(':')
        && let Some((node_port, protocol)) = node_port.split_once('/')
        && is_node_port(node_port)
    {
        return format!("{port}:PORT/{protocol}");
    }
    match part.split_once('/') {
        Some((port, protocol)) if is_node_port(port) => format!("PORT/{protocol}"),
        _ if is_node_port(part) => "PORT".to_owned(),
        _ => part.to_owned(),
    }
}

fn is_node_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| (30_000..=32_767).contains(&port))
        && !matches!(text, "30777" | "30500" | "30888")
}

fn is_time(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (digits == 14 && text.contains('T') && text.ends_with('Z'))
        || (digits == 6 && text.split(':').count() == 3 && text.len() == 8)
}

/// `15s`, `2m30s`, `3d4h`.
fn is_age(text: &str) -> bool {
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.split_inclusive(|c: char| c.is_ascii_alphabetic()).all(|piece| {
            let digits = piece.trim_end_matches(['s', 'm', 'h', 'd', 'y']);
            digits.len() + 1 == piece.len() && digits.bytes().all(|b| b.is_ascii_digit())
        })
}

#[test]
fn what_varies_is_masked_and_nothing_else() {
    for (text, is) in [
        (
            "web-7cbf745f9c-6z56m 1/1 Running 0 5s 10.244.2.151 node2",
            "web-MADE-MADE 1/1 Running 0 AGE IP NODE",
        ),
        ("pod/web-7cbf745f9c-6z56m", "pod/web-MADE-MADE"),
        ("deployment.apps/web 3/3 3 3 4m30s", "deployment.apps/web 3/3 3 3 AGE"),
        (
            "web NodePort 10.110.185.50 <none> 80:31459/TCP 22s",
            "web NodePort IP <none> 80:PORT/TCP AGE",
        ),
        ("  uid: 43bda8fe-c277-40ce-b3c6-1cc97e3eb9ca", "  uid: UID"),
        ("at \"2026-11-20T21:19:03Z\"", "at \"TIME\""),
        ("10.244.1.151:8080,10.244.2.151:8080", "IP:8080,IP:8080"),
        (
            "kubernetes ClusterIP 10.96.0.1 <none> 443/TCP",
            "kubernetes ClusterIP 10.96.0.1 <none> 443/TCP",
        ),
        ("nginx:1.27 198.51.100.77 my-noports", "nginx:1.27 198.51.100.77 my-noports"),
    ] {
        assert_eq!(masked(text), format!("{is}\n"));
    }
}

/// As a server of 1.36.2 answers.
#[test]
fn a_balancer_that_does_without_node_ports_keeps_them_until_they_are_taken_out() {
    let (cluster, _) = Cluster::from_world("objects: []").unwrap();
    let mut console = Console::new(cluster, Files::default());
    let port = "kubectl get svc web -o jsonpath='{.spec.ports[0].nodePort}'";
    let take_out = r#"kubectl patch svc web --type=json -p '[{"op":"remove","path":"/spec/ports/0/nodePort"}]'"#;
    console.line("kubectl create service loadbalancer web --tcp=80:8080");
    let given = console.line(port).stdout();
    assert_eq!(console.line(take_out).stdout(), "service/web patched (no change)\n");
    console.line(r#"kubectl patch svc web -p '{"spec":{"allocateLoadBalancerNodePorts":false}}'"#);
    assert_eq!(console.line(port).stdout(), given);
    assert_eq!(console.line(take_out).stdout(), "service/web patched\n");
    assert_eq!(console.line(port).stdout(), "");
}

#[test]
fn a_service_made_anew_has_a_new_cluster_ip_and_so_has_one_that_was_an_alias() {
    let (cluster, _) = Cluster::from_world("objects: []").unwrap();
    let mut console = Console::new(cluster, Files::default());
    let mut had = Vec::new();
    for change in [
        "kubectl create service clusterip web --tcp=80",
        "kubectl delete svc web && kubectl create service clusterip web --tcp=80",
        r#"kubectl patch svc web -p '{"spec":{"type":"ExternalName","externalName":"a.example.com"}}'
           kubectl patch svc web -p '{"spec":{"type":"ClusterIP","externalName":null}}'"#,
    ] {
        for line in change.lines() {
            assert_eq!(console.line(line).exit, 0, "{line}");
        }
        let ip = console.line("kubectl get svc web -o jsonpath='{.spec.clusterIP}'").stdout();
        assert!(ip.starts_with("10.") && !had.contains(&ip), "{ip} after {had:?}");
        had.push(ip);
    }
    // What only changes keeps its address.
    console.line(r#"kubectl patch svc web -p '{"spec":{"type":"NodePort"}}'"#);
    assert_eq!(
        console.line("kubectl get svc web -o jsonpath='{.spec.clusterIP}'").stdout(),
        had[2]
    );
}
