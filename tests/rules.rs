//! Every rule has its explanation and its examples, and the examples are true.

use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply, placed};
use portolan::source::{Finding, LineIndex, Severity};
use portolan::validate::{self, Rule};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The example as it stands for what is too long to print.
fn whole(example: &str) -> String {
    let depth = 300;
    example
        .replace("<262144 letters>", &"x".repeat(262_144))
        .replace("<1600000 letters>", &"x".repeat(1_600_000))
        .replace("<300 brackets>", &format!("{}{}", "[".repeat(depth), "]".repeat(depth)))
}

/// The rules about fields that kubectl never sends: their examples are run as a client that
/// replaces the object, with what only the server writes.
const REPLACING: &[&str] = &[
    "finalizer-added-while-deleting",
    "release-needs-single-stack",
    "resource-version-missing",
    "name-missing",
    "namespace-invalid",
];

/// The worlds of rules that need one.
fn world(code: &str) -> Cluster {
    let text = match code {
        "namespace-terminating" => {
            "objects:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: leaving, deletionTimestamp: 2026-11-20T00:00:00Z, finalizers: [example.com/slow]}\n  status: {phase: Terminating}\n"
        }
        "server-failed" => {
            "nodePorts: 30000-30000\nobjects:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: first, namespace: default}\n  spec: {type: NodePort, clusterIP: 10.96.0.2, ports: [{port: 80, nodePort: 30000}]}\n"
        }
        _ => return Cluster::default(),
    };
    Cluster::from_world(text).expect("a good world").0
}

/// Everything that is said about `manifest` after `before` was applied.
fn said(rule: &Rule, manifest: &str, dry_run: bool) -> Vec<Finding> {
    if REPLACING.contains(&rule.code) {
        return replacing(rule, manifest);
    }
    let namespace = (rule.code == "other-namespace").then(|| "default".to_owned());
    let mut options = ApplyOptions { dry_run: false, namespace };
    let mut cluster = world(rule.code);
    if let Some(before) = rule.before {
        let applied = apply(&mut cluster, "before.yaml", before, &options);
        assert_eq!(applied.stderr, "", "{}: what comes before is accepted", rule.code);
    }
    options.dry_run = dry_run;
    let mut findings = apply(&mut cluster, "example.yaml", manifest, &options).findings;
    // Advice is no defect; only its own rule's examples are about it.
    findings.retain(|f| f.severity != Severity::Advice || f.code == rule.code);
    findings
}

fn replacing(rule: &Rule, manifest: &str) -> Vec<Finding> {
    let cluster = Cluster::default();
    let read = |text: &str| portolan::manifest::read(text).documents.remove(0);
    let object = |text: &str| -> Value {
        let mut object = (*read(text).json).clone();
        if object["metadata"]["namespace"].is_null() {
            object["metadata"]["namespace"] = json!("default");
        }
        object
    };
    let answer = match rule.before {
        None => validate::create_service(&object(manifest), &cluster, false),
        Some(before) => {
            let before = object(before);
            let mut old = validate::create_service(&before, &cluster, false).unwrap().object;
            let mut new = object(manifest);
            old["metadata"]["resourceVersion"] = json!("1");
            if let Some(time) = before["metadata"].get("deletionTimestamp") {
                old["metadata"]["deletionTimestamp"] = time.clone();
            }
            if new["metadata"].get("resourceVersion").is_none() {
                new["metadata"]["resourceVersion"] = json!("1");
            }
            validate::update_service(&new, &old, &cluster, false)
        }
    };
    let issues = answer.map_or_else(|error| error.issues, |accepted| accepted.warnings);
    let document = read(manifest);
    issues.iter().map(|issue| placed(&document, issue, manifest)).collect()
}

/// What is said of a rule's wrong example where it shows the rule's defect and no other:
/// stored, or else under dry run.
fn of_wrong(rule: &Rule) -> Result<(bool, Vec<Finding>), String> {
    let text = whole(rule.wrong);
    for dry_run in [false, true] {
        let findings = said(rule, &text, dry_run);
        if !findings.is_empty() && findings.iter().all(|f| f.code == rule.code) {
            return Ok((dry_run, findings));
        }
    }
    let codes: Vec<&str> = said(rule, &text, false).iter().map(|f| f.code).collect();
    Err(format!("{}: the wrong example gives {codes:?}", rule.code))
}

#[test]
fn every_wrong_example_has_its_defect_and_no_other_and_every_right_one_has_none() {
    let mut problems = Vec::new();
    for rule in validate::rules() {
        problems.extend(of_wrong(rule).err());
        let found = said(rule, &whole(rule.right), false);
        if !found.is_empty() {
            problems.push(format!("{}: the right example gives {found:?}", rule.code));
        }
    }
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn every_rule_is_explained_in_two_sentences_and_points_to_kubernetes_io() {
    let mut seen = BTreeSet::new();
    for rule in validate::rules() {
        let code = rule.code;
        assert!(seen.insert(code), "{code} stands twice");
        assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
        for (what, text) in [
            ("title", rule.title),
            ("explanation", rule.explanation),
            ("why", rule.why),
            ("upstream", rule.upstream),
        ] {
            assert!(!text.is_empty(), "{code} has no {what}");
        }
        let n_sentences = rule.explanation.matches(". ").count() + 1;
        assert!(n_sentences <= 2, "{code}: {n_sentences} sentences");
        assert!(rule.explanation.ends_with('.'), "{code}: a sentence ends in a dot");
        assert!(rule.page.starts_with("https://kubernetes.io/docs/"), "{code}: {}", rule.page);
    }
}

/// Words that look like a code and are none: names in examples, namespaces, kubectl's own.
const NO_CODES: &[&str] = &[
    "cluster-ip",
    "dns-tcp",
    "http-1",
    "kube-node-lease",
    "kube-public",
    "kube-system",
    "default-scheduler",
    "kubectl-client-side-apply",
    "system-node-critical",
    "web-1",
];

/// Every code that any finding can carry has its row: no text in the files that make
/// findings looks like a code and is none.
#[test]
fn no_code_is_without_its_row() {
    let mut files = vec![std::path::PathBuf::from("src")];
    let mut missing = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let makes_findings =
        ["src/validate", "src/manifest", "src/kubectl/apply", "src/cluster/admit", "src/advise"];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|f| f.unwrap().path()));
            continue;
        }
        let name = path.to_str().unwrap();
        let is_ours = makes_findings.iter().any(|start| name.starts_with(start));
        // The rows themselves do not count as use.
        if !is_ours || !name.ends_with(".rs") || name.starts_with("src/validate/registry") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for word in text.split('"') {
            let is_code = word.contains('-')
                && word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            let is_code = is_code || validate::rule(word).is_some();
            if !is_code || NO_CODES.contains(&word) {
                continue;
            }
            seen.insert(word.to_owned());
            let known = validate::rules().chain(portolan::advise::rules());
            if !known.map(|rule| rule.code).any(|code| code == word) {
                missing.insert(format!("{word} in {name}"));
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
    let unused: Vec<&str> =
        validate::rules().map(|rule| rule.code).filter(|code| !seen.contains(*code)).collect();
    assert_eq!(unused, Vec::<&str>::new(), "rows that nothing speaks of");
}

#[test]
fn docs_rules_md_is_what_the_rules_say() {
    let ours = validate::markdown(portolan::advise::rules());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write("docs/rules.md", &ours).unwrap();
    }
    let written = std::fs::read_to_string("docs/rules.md").unwrap_or_default();
    assert!(written == ours, "docs/rules.md is old: UPDATE_DOCS=1 cargo test --test rules");
}

/// `text` with its findings drawn under its lines, and with what their fixes make of it.
fn drawn(text: &str, findings: &[Finding]) -> String {
    let short = |text: &str| -> String {
        match text.char_indices().nth(72) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text.to_owned(),
        }
    };
    let index = LineIndex::new(text);
    let mut out = String::new();
    for (line_idx, line) in text.lines().enumerate() {
        out.push_str(&format!("  {}\n", short(&line.replace('\t', "→"))));
        for finding in findings {
            let from = index.position(text, finding.span.start);
            let to = index.position(text, finding.span.end);
            if from.line != line_idx + 1 {
                continue;
            }
            let (n_marked, more) = if to.line == from.line {
                ((to.column - from.column).max(1), String::new())
            } else {
                (
                    line.chars().count().saturating_sub(from.column - 1),
                    format!(" to {}:{}", to.line, to.column),
                )
            };
            out.push_str(&format!(
                "  {}{}{more} {}\n",
                " ".repeat(from.column - 1),
                "^".repeat(n_marked.min(72)),
                finding.path
            ));
        }
    }
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        out.push_str(&format!("fix: {}\n", fix.title));
        let fixed = edited(text, fix);
        for line in fixed.lines().filter(|line| !text.lines().any(|l| l == *line)) {
            out.push_str(&format!("+ {}\n", short(line)));
        }
    }
    out
}

fn edited(text: &str, fix: &portolan::source::Fix) -> String {
    let mut out = text.to_owned();
    for edit in fix.edits.iter().rev() {
        out.replace_range(edit.span.start..edit.span.end, &edit.text);
    }
    out
}

/// Where each rule's finding stands in its wrong example: a place for every rule, and no
/// rule without one. The drawing was read by people: the value, the name, or the nearest
/// thing around what is missing.
#[test]
fn every_rule_marks_its_true_place() {
    let mut all = String::new();
    for rule in validate::rules() {
        let text = whole(rule.wrong);
        let (_, findings) = of_wrong(rule).unwrap();
        for finding in &findings {
            let marked = text.get(finding.span.start..finding.span.end);
            assert!(marked.is_some(), "{}: {:?} is no place", rule.code, finding.span);
            let is_whole = marked == Some(text.as_str());
            assert!(!is_whole, "{}: a finding about the whole text has no place", rule.code);
        }
        let drawing = drawn(&text, &findings);
        assert!(drawing.contains('^'), "{} has no place", rule.code);
        all.push_str(&format!("## {}\n{drawing}\n", rule.code));
    }
    insta::assert_snapshot!("places", all);
}

/// A fix is a promise: after it the finding is gone.
#[test]
fn every_fix_of_an_example_takes_its_finding_away() {
    let mut n_fixes = 0;
    for rule in validate::rules() {
        let text = whole(rule.wrong);
        let (dry_run, findings) = of_wrong(rule).unwrap();
        for finding in &findings {
            let Some(fix) = &finding.fix else { continue };
            let fixed = edited(&text, fix);
            let again = said(rule, &fixed, dry_run);
            let is_gone = again
                .iter()
                .all(|f| (f.code, f.path.as_str()) != (finding.code, finding.path.as_str()));
            assert!(is_gone, "{}: {}\n{fixed}\n{again:?}", rule.code, fix.title);
            n_fixes += 1;
        }
    }
    assert!(n_fixes >= 25, "{n_fixes} fixes were tried");
}

/// The same promise for every fix that any recorded manifest is offered.
#[test]
fn every_fix_of_a_recorded_manifest_takes_its_finding_away() {
    let recorded = std::fs::read_to_string("tests/conformance/service-create.jsonl").unwrap();
    let options = ApplyOptions { dry_run: true, ..ApplyOptions::default() };
    let told = |text: &str| apply(&mut Cluster::default(), "service.yaml", text, &options).findings;
    let mut n_fixes = 0;
    let mut broken = Vec::new();
    for line in recorded.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["manifest"].as_str().unwrap();
        for finding in told(text) {
            let Some(fix) = &finding.fix else { continue };
            n_fixes += 1;
            let fixed = edited(text, fix);
            let again = told(&fixed);
            let is_left = again
                .iter()
                .any(|f| (f.code, f.path.as_str()) == (finding.code, finding.path.as_str()));
            if is_left || again.iter().any(|f| f.code == "yaml-syntax" && f.code != finding.code) {
                broken.push(format!("{}: {} {}\n{fixed}", case["id"], finding.code, fix.title));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
    assert!(n_fixes >= 1000, "{n_fixes} fixes were tried");
}
