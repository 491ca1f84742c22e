//! docs/packets.md makes no claim without a test that holds it.

use portolan::trace::ReasonCode;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of all tests in the Rust files below `folder`.
fn tests_below(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_below(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for part in text.split("#[test]").skip(1) {
                let name =
                    part.trim_start().strip_prefix("fn ").and_then(|rest| rest.split('(').next());
                names.extend(name.map(str::to_owned));
            }
        }
    }
}

/// A list item of the page: its claim, and the tests that its last line names.
struct Claim {
    claim: String,
    tests: Vec<String>,
}

/// Reads the page: headings, and lists whose items end in a line of test names. Gives what
/// is neither as well, but for the introduction under the title.
fn read(page: &str) -> (Vec<Claim>, Vec<String>) {
    let (mut claims, mut others) = (Vec::<Claim>::new(), Vec::new());
    for line in page.lines().skip_while(|line| !line.starts_with("## ")) {
        if let Some(claim) = line.strip_prefix("- ") {
            claims.push(Claim { claim: claim.to_owned(), tests: Vec::new() });
        } else if let (Some(names), Some(last)) = (line.strip_prefix("  `"), claims.last_mut()) {
            last.tests.extend(names.trim_end_matches('`').split("` `").map(str::to_owned));
        } else if !line.is_empty() && !line.starts_with("## ") {
            others.push(line.to_owned());
        }
    }
    (claims, others)
}

fn page() -> String {
    fs::read_to_string("docs/packets.md").unwrap()
}

#[test]
fn every_claim_of_docs_packets_names_tests_that_exist() {
    let mut names = BTreeSet::new();
    tests_below(Path::new("src"), &mut names);
    tests_below(Path::new("tests"), &mut names);
    let (claims, others) = read(&page());
    assert_eq!(others, Vec::<String>::new(), "a claim stands in no list");
    let mut wrong = Vec::new();
    for Claim { claim, tests } in &claims {
        if tests.is_empty() {
            wrong.push(format!("no test: {claim}"));
        }
        wrong.extend(
            tests
                .iter()
                .filter(|test| !names.contains(*test))
                .map(|t| format!("no such test: {t}")),
        );
    }
    assert!(claims.len() > 60, "{}", claims.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn docs_packets_tells_every_reason() {
    let (claims, _) = read(&page());
    let told: BTreeSet<String> = claims
        .iter()
        .filter_map(|claim| Some(claim.claim.strip_prefix('`')?.split_once("`: ")?.0.to_owned()))
        .collect();
    let all: BTreeSet<String> = ReasonCode::ALL
        .iter()
        .map(|code| serde_json::to_value(code).unwrap().as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, all);
}

/// Every test of the packets' own files is named: what they hold is told.
#[test]
fn docs_packets_leaves_out_no_test_of_a_rule() {
    let mut names = BTreeSet::new();
    for file in ["services", "doors", "policies"] {
        let text = fs::read_to_string(format!("src/trace/tests/{file}.rs")).unwrap();
        for part in text.split("#[test]").skip(1) {
            let name = part.trim_start().trim_start_matches("fn ").split('(').next().unwrap();
            names.insert(name.to_owned());
        }
    }
    let (claims, _) = read(&page());
    let named: BTreeSet<String> = claims.into_iter().flat_map(|claim| claim.tests).collect();
    let left_out: Vec<&String> = names.difference(&named).collect();
    assert!(left_out.is_empty(), "{left_out:?}");
}
