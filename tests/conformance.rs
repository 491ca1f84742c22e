//! Recordings of the real API server and kubectl (v1.36.2), replayed. The README beside
//! the data says how they were made. Every case counts: the numbers below never fall.

use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many cases of each recording come out exactly.
const CREATE: usize = 3196;
const UPDATE: usize = 890;

fn cases(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/conformance/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the recording is part of the repository");
    text.lines().map(|line| serde_json::from_str(line).expect("one case a line")).collect()
}

/// The paths of leaves (and empty maps and lists) with their values.
fn leaves(value: &Value, path: &str, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, item) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                leaves(item, &path, into);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (i, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}[{i}]"), into);
            }
        }
        leaf => {
            into.insert(path.to_owned(), leaf.clone());
        }
    }
}

/// True where a value that the server chose is one that it may choose.
fn is_legal(path: &str, value: &Value) -> bool {
    if path.ends_with("odePort") {
        return value.as_i64().is_some_and(|port| (30000..=32767).contains(&port));
    }
    let ip = value.as_str().and_then(|s| s.parse::<std::net::Ipv4Addr>().ok());
    ip.is_some_and(|ip| (0x0a60_0001..0x0a6f_ffff).contains(&u32::from(ip)))
}

/// The first way in which `ours` is not `theirs`.
fn difference(ours: &Value, theirs: &Value, chosen: &[String]) -> Option<String> {
    let (mut a, mut b) = (BTreeMap::new(), BTreeMap::new());
    leaves(ours, "", &mut a);
    leaves(theirs, "", &mut b);
    for (path, wanted) in &b {
        match a.remove(path) {
            None => return Some(format!("{path} missing")),
            Some(value) if path != "metadata.name" && chosen.contains(path) => {
                if !is_legal(path, &value) {
                    return Some(format!("{path} = {value} is not legal"));
                }
            }
            Some(value) if value != *wanted => return Some(format!("{path} differs")),
            Some(_) => {}
        }
    }
    a.into_keys().next().map(|path| format!("{path} too much"))
}

/// What is wrong in shape: numbers and quoted text left out, so that like misses count as one.
fn shape(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => continue,
            '0'..='9' => out.push('9'),
            c => out.push(c),
        }
    }
    out.chars().take(160).collect()
}

#[derive(Default)]
struct Score {
    n_right: usize,
    n_cases: usize,
    misses: BTreeMap<String, Vec<String>>,
}

impl Score {
    fn count(&mut self, id: &str, problem: Option<String>) {
        self.n_cases += 1;
        match problem {
            None => self.n_right += 1,
            Some(problem) => self.misses.entry(problem).or_default().push(id.to_owned()),
        }
    }

    fn check(&self, name: &str, floor: usize) {
        let mut misses: Vec<_> = self.misses.iter().collect();
        misses.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
        for (problem, ids) in misses.iter().take(60) {
            println!("{:5} {problem}\n      {}", ids.len(), ids[..ids.len().min(4)].join(" "));
        }
        println!("{name}: {} of {} exact", self.n_right, self.n_cases);
        assert!(
            self.n_right >= floor,
            "{name}: {} of {} exact, and it was {floor} before",
            self.n_right,
            self.n_cases
        );
        assert!(
            self.n_right == floor,
            "{name}: {} of {} exact, more than {floor}: write the new number down",
            self.n_right,
            self.n_cases
        );
    }
}

fn stderr_problem(ours: &str, theirs: &str) -> Option<String> {
    (ours != theirs).then(|| format!("said {:?}\n      not  {:?}", shape(ours), shape(theirs)))
}

#[test]
fn created_services_come_out_as_recorded() {
    let mut score = Score::default();
    let world = Cluster::default();
    let options = ApplyOptions { dry_run: true, ..ApplyOptions::default() };
    for case in cases("service-create.jsonl") {
        let manifest = case["manifest"].as_str().expect("a manifest");
        let mut cluster = world.clone();
        let applied = apply(&mut cluster, "service.yaml", manifest, &options);
        let problem = if u64::from(applied.exit) != case["exit"].as_u64().expect("an exit code") {
            let theirs = case["stderr"].as_str().unwrap_or("");
            Some(format!(
                "exit {}: {}\n      for {}",
                applied.exit,
                shape(&applied.stderr),
                shape(theirs)
            ))
        } else {
            stderr_problem(&applied.stderr, case["stderr"].as_str().unwrap_or("")).or_else(|| {
                let accepted = case["accepted"].as_array()?;
                if accepted.len() != applied.objects.len() {
                    return Some(format!(
                        "{} objects for {}",
                        applied.objects.len(),
                        accepted.len()
                    ));
                }
                accepted.iter().zip(&applied.objects).find_map(|(theirs, ours)| {
                    let chosen: Vec<String> =
                        serde_json::from_value(theirs["allocated"].clone()).unwrap_or_default();
                    difference(ours, &theirs["object"], &chosen)
                })
            })
        };
        score.count(case["id"].as_str().unwrap_or(""), problem);
    }
    score.check("service-create", CREATE);
}

/// The namespace `upd` with the Service `taken`.
const UPDATE_WORLD: &str = "\
objects:
- {apiVersion: v1, kind: Namespace, metadata: {name: upd}}
- apiVersion: v1
  kind: Service
  metadata: {name: taken, namespace: upd}
  spec:
    type: NodePort
    clusterIP: 10.96.50.50
    selector: {app: taken}
    ports: [{port: 80, nodePort: 30123}]
";

#[test]
fn changed_services_come_out_as_recorded() {
    let mut score = Score::default();
    let (world, _) = Cluster::from_world(UPDATE_WORLD).expect("a good world");
    let options = ApplyOptions { dry_run: false, namespace: Some("upd".to_owned()) };
    for case in cases("service-update.jsonl") {
        let text = |field: &str| case[field].as_str().unwrap_or("");
        let mut cluster = world.clone();
        let first = apply(&mut cluster, "first.yaml", text("first"), &options);
        let applied = apply(&mut cluster, "service.yaml", text("manifest"), &options);
        let problem = if first.exit != 0 {
            Some(format!("first refused: {}", shape(&first.stderr)))
        } else if u64::from(applied.exit) != case["exit"].as_u64().expect("an exit code") {
            Some(format!(
                "exit {}: {}\n      for {}",
                applied.exit,
                shape(&applied.stderr),
                shape(text("stderr"))
            ))
        } else {
            let given = format!("{}{}", text("first"), text("manifest"));
            let nothing = Value::Null;
            let ours = applied.objects.first().unwrap_or(&nothing);
            let ours = settled(&applied.stderr, ours, &given);
            stderr_problem(&ours, &settled(text("stderr"), &case["object"], &given))
                .or_else(|| {
                    (applied.stdout != text("stdout"))
                        .then(|| format!("printed {:?} for {:?}", applied.stdout, text("stdout")))
                })
                .or_else(|| {
                    let ours = applied.objects.first()?;
                    let given = format!("{}{}", text("first"), text("manifest"));
                    difference(ours, &case["object"], &chosen(&case["object"], &given))
                })
        };
        score.count(case["id"].as_str().unwrap_or(""), problem);
    }
    score.check("service-update", UPDATE);
}

/// Text without what no two clusters share: times, uids, versions, and the addresses and
/// ports of `object` that `given` does not name.
fn settled(text: &str, object: &Value, given: &str) -> String {
    let mut out = text.to_owned();
    for field in ["creationTimestamp", "time", "resourceVersion", "uid"] {
        let start = format!("\"{field}\":\"");
        let mut from = 0;
        while let Some(at) = out[from..].find(&start) {
            let value = from + at + start.len();
            let Some(len) = out[value..].find('"') else { break };
            out.replace_range(value..value + len, "…");
            from = value;
        }
    }
    let mut all = BTreeMap::new();
    leaves(object, "", &mut all);
    for path in chosen(object, given) {
        let value = &all[&path];
        out = out.replace(&value.as_str().map_or_else(|| value.to_string(), str::to_owned), "…");
    }
    out
}

/// The fields of a recorded object whose value neither manifest gives: the server chose them.
fn chosen(object: &Value, given: &str) -> Vec<String> {
    let mut all = BTreeMap::new();
    leaves(object, "", &mut all);
    all.into_iter()
        .filter(|(path, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (path == "spec.clusterIP"
                || path.starts_with("spec.clusterIPs[")
                || path.ends_with("odePort"))
                && text != "None"
                && !given.contains(&text)
        })
        .map(|(path, _)| path)
        .collect()
}
