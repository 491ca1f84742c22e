//! What real kube-proxies, kernels and CoreDNS did (`tests/conformance/flow`, `dns.json`),
//! held against what the simulator says.

use portolan::cluster::Cluster;
use portolan::dns;
use portolan::trace::{self, Address, Client, Outcome, Protocol, Target, Way};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A probe is inconsistent where what went unseen in it was so likely to be seen that this
/// is the chance of missing it. There are about 7,000 probes of 16 attempts; a fair coin
/// that never shows one of its sides in 16 throws (1.5e-5) must not fail them.
const TOO_UNLIKELY: f64 = 1e-6;

#[derive(Deserialize)]
struct Recording {
    probes: Vec<Probe>,
}

#[derive(Deserialize)]
struct Probe {
    service: String,
    target: String,
    from: String,
    to: To,
    observed: Observed,
}

#[derive(Deserialize)]
struct To {
    ip: String,
    port: u16,
    protocol: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Observed {
    outcomes: BTreeSet<String>,
    pods: BTreeSet<String>,
    sources: BTreeSet<String>,
    pod_ports: BTreeSet<u16>,
    attempts: i32,
}

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(path)
}

fn outcome_text(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Refused => "refused",
        Outcome::Timeout => "timeout",
        Outcome::Unresolved => "unresolved",
    }
}

/// Whether this way is among what was observed.
fn is_seen(way: &Way, observed: &Observed) -> bool {
    observed.outcomes.contains(outcome_text(way.outcome))
        && way.pod.as_ref().is_none_or(|pod| observed.pods.contains(pod))
        && way.source.as_ref().is_none_or(|s| observed.sources.contains(&s.to_string()))
        && way.pod_port.is_none_or(|port| observed.pod_ports.contains(&port))
}

/// What speaks against the ways, if anything does.
fn contradiction(ways: &[Way], observed: &Observed, sticky: bool) -> Option<String> {
    let outcomes: BTreeSet<&str> = ways.iter().map(|way| outcome_text(way.outcome)).collect();
    // Where refusals and silence mixed without any success, only refused was kept.
    let mixed = observed.outcomes.iter().eq(["refused"]);
    if let Some(unknown) = observed.outcomes.iter().find(|o| !outcomes.contains(o.as_str())) {
        return Some(format!("{unknown} was observed, and no way ends so"));
    }
    let pods: BTreeSet<&String> = ways.iter().filter_map(|way| way.pod.as_ref()).collect();
    if let Some(unknown) = observed.pods.iter().find(|pod| !pods.contains(pod)) {
        return Some(format!("{unknown} answered, and no way leads there"));
    }
    let sources: BTreeSet<String> =
        ways.iter().filter_map(|way| Some(way.source.as_ref()?.to_string())).collect();
    if let Some(unknown) = observed.sources.iter().find(|source| !sources.contains(*source)) {
        return Some(format!("the address of {unknown} was seen, and no way has it"));
    }
    let ports: BTreeSet<u16> = ways.iter().filter_map(|way| way.pod_port).collect();
    if let Some(unknown) = observed.pod_ports.iter().find(|port| !ports.contains(port)) {
        return Some(format!("port {unknown} answered, and no way leads there"));
    }
    let unseen: f64 = ways
        .iter()
        .filter(|way| !is_seen(way, observed))
        .filter(|way| !(mixed && way.outcome == Outcome::Timeout))
        .map(|way| way.p)
        .sum();
    // With ClientIP affinity the first attempt decides for all.
    let attempts = if sticky { 1 } else { observed.attempts };
    let missed = (1.0 - unseen).max(0.0).powi(attempts);
    (missed < TOO_UNLIKELY)
        .then(|| format!("ways of probability {unseen:.3} went unseen in {attempts} attempts"))
}

/// Probes of a file: how many there are, and what contradicts the simulator.
fn run(path: &Path) -> (usize, Vec<String>) {
    let text = std::fs::read_to_string(path).unwrap();
    let recording: Recording = serde_json::from_str(&text).unwrap();
    let (cluster, mut findings) = Cluster::from_world(&text).unwrap();
    // Policies were made up at random, and some select no Pod.
    findings.retain(|finding| !finding.object.starts_with("networkpolicy/"));
    assert_eq!(findings, [], "{}", path.display());
    let mut wrong = Vec::new();
    for probe in &recording.probes {
        let client: Client = probe.from.parse().unwrap();
        let protocol: Protocol = probe.to.protocol.parse().unwrap();
        let address = Address::Ip(probe.to.ip.parse().unwrap());
        let target = Target { address, port: probe.to.port, protocol };
        let ways = trace::outcomes(&cluster, &client, &target).unwrap();
        let total: f64 = ways.iter().map(|way| way.p).sum();
        assert!((total - 1.0).abs() < 1e-9, "{client} → {target}: probabilities sum to {total}");
        let sticky = cluster
            .service("default", &probe.service)
            .is_some_and(|service| service.client_ip_affinity);
        if let Some(what) = contradiction(&ways, &probe.observed, sticky) {
            let ways: Vec<String> = ways
                .iter()
                .map(|w| {
                    format!("{} {:?} {:?} {:.2}", outcome_text(w.outcome), w.pod, w.source, w.p)
                })
                .collect();
            wrong.push(format!(
                "{} {} {client} → {target}: {what}; observed {:?}; ways {ways:?}",
                probe.service, probe.target, probe.observed
            ));
        }
    }
    (recording.probes.len(), wrong)
}

#[test]
fn every_recorded_probe_is_consistent_with_the_ways() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(data("flow")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut counts = Vec::new();
    let mut all_wrong = Vec::new();
    for path in &files {
        let (n_probes, wrong) = run(path);
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        counts.push(format!("{name} {} of {n_probes}", n_probes - wrong.len()));
        all_wrong.extend(wrong.into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(
        all_wrong.is_empty(),
        "{}\n{} probes contradict the simulator, among them:\n{}",
        counts.join("\n"),
        all_wrong.len(),
        all_wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
    );
}

#[derive(Deserialize)]
struct Names {
    queries: Vec<NameQuery>,
}

#[derive(Deserialize)]
struct NameQuery {
    query: String,
    #[serde(rename = "type")]
    record_type: String,
    status: String,
    answers: Vec<NameRecord>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct NameRecord {
    #[serde(rename = "type")]
    record_type: String,
    data: String,
    name: String,
}

#[test]
fn every_recorded_name_is_answered_as_coredns_did() {
    let text = std::fs::read_to_string(data("dns.json")).unwrap();
    let names: Names = serde_json::from_str(&text).unwrap();
    let (cluster, findings) = Cluster::from_world(&text).unwrap();
    assert_eq!(findings, []);
    let mut wrong = Vec::new();
    for mut recorded in names.queries {
        let answer = dns::query(&cluster, &recorded.query, recorded.record_type.parse().unwrap());
        let records: Vec<NameRecord> = answer
            .answers
            .iter()
            .map(|record| NameRecord {
                record_type: record.record_type.to_string(),
                data: record.data.clone(),
                name: record.name.clone(),
            })
            .collect();
        recorded.answers.sort();
        if answer.status.to_string() != recorded.status || records != recorded.answers {
            wrong.push(format!(
                "{} {}: {} {records:?}, recorded {} {:?}",
                recorded.query,
                recorded.record_type,
                answer.status,
                recorded.status,
                recorded.answers
            ));
        }
    }
    assert!(wrong.is_empty(), "{} queries differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn portolan(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams =
        portolan::cli::Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
    let exit =
        portolan::cli::run(std::iter::once("portolan").chain(args.iter().copied()), &mut streams);
    (exit.code(), String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn the_command_trace_gives_a_line_of_ways_for_every_probe() {
    let path = data("flow/random-104-iptables.json");
    let file = path.to_str().unwrap();
    let (exit, out, err) =
        portolan(&["trace", "--world", file, "--probes", file, "--output", "json"]);
    assert_eq!((exit, err.as_str()), (0, ""));
    let recording: Recording =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(out.lines().count(), recording.probes.len());
    for line in out.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        for way in line["ways"].as_array().unwrap() {
            let keys: Vec<&String> = way.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["outcome", "pod", "source", "podPort", "p"]);
        }
    }
}

#[test]
fn the_command_resolve_gives_a_line_of_records_for_every_query() {
    let path = data("dns.json");
    let file = path.to_str().unwrap();
    let (exit, out, err) =
        portolan(&["resolve", "--world", file, "--queries", file, "--output", "json"]);
    assert_eq!((exit, err.as_str()), (0, ""));
    let recorded: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let queries = recorded["queries"].as_array().unwrap();
    assert_eq!(out.lines().count(), queries.len());
    for (line, query) in out.lines().zip(queries) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["status"], query["status"]);
        assert_eq!(line["answers"], query["answers"], "{}", query["query"]);
    }
}

#[test]
fn a_trace_that_makes_no_sense_exits_2_and_one_that_fails_exits_1() {
    let path = data("flow/scenarios-iptables.json");
    let file = path.to_str().unwrap();
    let exit =
        |from: &str, to: &str| portolan(&["trace", "--world", file, "--from", from, "--to", to]);
    assert_eq!(exit("external", "node1:30080").0, 0);
    assert_eq!(exit("pod:cli1", "service/wrong-selector:80").0, 1);
    let (code, out, err) = exit("pod:nobody", "service/clusterip:80");
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (2, "", "error: there is no Pod nobody to send from\n")
    );
}

#[test]
fn a_name_that_no_dns_answers_exits_1_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.yaml");
    let world = "objects:
- {kind: Node, metadata: {name: node1}}
- {kind: Pod, metadata: {name: client}, spec: {nodeName: node1, containers: [{name: c}]}}
- {kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.20, ports: [{port: 80}]}}
- {kind: Service, metadata: {name: kube-dns, namespace: kube-system}, spec: {clusterIP: 10.96.0.10, \
   ports: [{port: 53, protocol: UDP}]}}
";
    std::fs::write(&path, world).unwrap();
    let file = path.to_str().unwrap();
    let ask = |more: &[&str]| {
        portolan(&[&["resolve", "--world", file, "--from", "pod:client", "web"], more].concat())
    };
    let why = "Service kube-system/kube-dns has no selector, and no EndpointSlice was made for it \
               by hand.";
    assert_eq!(
        ask(&[]),
        (
            1,
            format!(
                "The query for web gets no answer from Service kube-system/kube-dns: {why}\n\
                 Look at: spec.selector of service/kube-system/kube-dns.\n"
            ),
            String::new()
        )
    );
    let (exit, out, _) = ask(&["--output", "json"]);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (exit, &told["status"], &told["reason"]["code"]),
        (1, &"SERVFAIL".into(), &"dns-silent".into())
    );
    // Asked without a client, CoreDNS itself answers.
    let (exit, out, _) = portolan(&["resolve", "--world", file, "web.default.svc.cluster.local"]);
    assert_eq!((exit, out.contains("A 10.96.0.20")), (0, true));
}
