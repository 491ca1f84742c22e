//! Every rule has its explanation and its examples, and the examples are true.

use portolan::cluster::Cluster;
use portolan::kubectl::{Applied, ApplyOptions, apply};
use portolan::validate::{self, Rule};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The example as it stands for what is too long to print.
fn whole(example: &str) -> String {
    let depth = 300;
    example
        .replace("<262144 letters>", &"x".repeat(262_144))
        .replace("<300 brackets>", &format!("{}{}", "[".repeat(depth), "]".repeat(depth)))
}

/// The rules about fields that kubectl never sends: their examples are run as a client that
/// replaces the object, with what only the server writes.
const REPLACING: &[&str] = &[
    "cluster-ips-missing-beside-cluster-ip",
    "finalizer-added-while-deleting",
    "generation-decremented",
    "metadata-immutable",
    "release-needs-single-stack",
    "resource-version-missing",
    "name-missing",
    "namespace-invalid",
];

/// The codes of everything that is said about `manifest` after `before` was applied.
fn codes(rule: &Rule, manifest: &str, dry_run: bool) -> Vec<String> {
    if REPLACING.contains(&rule.code) {
        return replacing(rule, manifest);
    }
    let namespace = (rule.code == "other-namespace").then(|| "default".to_owned());
    let mut options = ApplyOptions { dry_run: false, namespace };
    let mut cluster = Cluster::default();
    if let Some(before) = rule.before {
        let applied = apply(&mut cluster, "before.yaml", &whole(before), &options);
        assert_eq!(applied.stderr, "", "{}: what comes before is accepted", rule.code);
    }
    options.dry_run = dry_run;
    said(&apply(&mut cluster, "example.yaml", &whole(manifest), &options))
}

fn said(applied: &Applied) -> Vec<String> {
    applied.findings.iter().map(|finding| finding.code.to_owned()).collect()
}

fn replacing(rule: &Rule, manifest: &str) -> Vec<String> {
    let cluster = Cluster::default();
    let read = |text: &str| -> Value {
        let reading = portolan::manifest::read(&whole(text));
        let mut object = reading.documents[0].json.clone();
        if object["metadata"]["namespace"].is_null() {
            object["metadata"]["namespace"] = json!("default");
        }
        object
    };
    let answer = match rule.before {
        None => validate::create_service(&read(manifest), &cluster, false),
        Some(before) => {
            let before = read(before);
            let mut old = validate::create_service(&before, &cluster, false).unwrap().object;
            let mut new = read(manifest);
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
    match answer {
        Ok(accepted) => accepted.warnings.iter().map(|issue| issue.code.to_owned()).collect(),
        Err(error) => error.issues.iter().map(|issue| issue.code.to_owned()).collect(),
    }
}

#[test]
fn every_wrong_example_has_its_defect_and_no_other_and_every_right_one_has_none() {
    let mut problems = Vec::new();
    for rule in validate::rules() {
        let found = [false, true].map(|dry_run| codes(rule, rule.wrong, dry_run));
        let is_right = found
            .iter()
            .any(|codes| !codes.is_empty() && codes.iter().all(|code| code == rule.code));
        if !is_right {
            problems.push(format!("{}: the wrong example gives {found:?}", rule.code));
        }
        let found = codes(rule, rule.right, false);
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

/// Every code that the rules' source writes has its row.
#[test]
fn no_code_is_without_its_row() {
    let mut missing = BTreeSet::new();
    let files = std::fs::read_dir("src/validate/rules").unwrap().map(|f| f.unwrap().path());
    for file in files.chain(["src/validate/allocate.rs".into()]) {
        let text = std::fs::read_to_string(&file).unwrap();
        let words = text.split('"').skip(1).step_by(2);
        for word in words {
            let is_code = word.matches('-').count() >= 1
                && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
                && !word.starts_with('-');
            if is_code && validate::rule(word).is_none() {
                missing.insert(word.to_owned());
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn docs_rules_md_is_what_the_rules_say() {
    let ours = validate::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write("docs/rules.md", &ours).unwrap();
    }
    let written = std::fs::read_to_string("docs/rules.md").unwrap_or_default();
    assert!(written == ours, "docs/rules.md is old: UPDATE_DOCS=1 cargo test --test rules");
}

/// A remedy is a promise: after it the finding is gone.
#[test]
fn every_fix_of_an_example_takes_its_finding_away() {
    let mut n_fixes = 0;
    let options = ApplyOptions { dry_run: true, ..ApplyOptions::default() };
    for rule in validate::rules().filter(|rule| rule.before.is_none()) {
        let text = whole(rule.wrong);
        let applied = apply(&mut Cluster::default(), "example.yaml", &text, &options);
        for finding in &applied.findings {
            let Some(fix) = &finding.fix else { continue };
            let mut fixed = text.clone();
            for edit in fix.edits.iter().rev() {
                fixed.replace_range(edit.span.start..edit.span.end, &edit.text);
            }
            let again = apply(&mut Cluster::default(), "example.yaml", &fixed, &options);
            let is_gone = again
                .findings
                .iter()
                .all(|f| (f.code, f.path.as_str()) != (finding.code, finding.path.as_str()));
            assert!(is_gone, "{}: {}\n{fixed}\n{}", rule.code, fix.title, again.stderr);
            n_fixes += 1;
        }
    }
    assert!(n_fixes >= 20, "{n_fixes} fixes were tried");
}
