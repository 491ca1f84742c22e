//! Answers of the real server and kubectl in corners that no recording reaches, compared
//! whole: tests/answers/corners.txt says what they are.

use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply};

struct Corner<'t> {
    title: &'t str,
    before: Option<&'t str>,
    file: String,
    exit: u8,
    says: &'t str,
}

/// `text` up to `mark` and behind it.
fn cut<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    text.split_once(mark)
}

fn corners(text: &str) -> Vec<Corner<'_>> {
    let parts = text.split("\n### ").skip(1);
    parts
        .map(|part| {
            let (title, rest) = cut(part, "\n").expect("a title");
            let (before, rest) = cut(rest, "# file\n").expect("a file");
            let (file, rest) = cut(rest, "# says, and exits with ").expect("an answer");
            let (exit, says) = cut(rest, "\n").expect("an exit code");
            Corner {
                title,
                before: before.strip_prefix("# before\n"),
                file: file.strip_suffix("\\\n").unwrap_or(file).to_owned(),
                exit: exit.parse().expect("a number"),
                says: says.trim_end_matches('\n'),
            }
        })
        .collect()
}

const WORLD: &str = "objects:\n- {apiVersion: v1, kind: Namespace, metadata: {name: upd}}\n";

#[test]
fn corners_are_answered_as_the_real_thing_answers() {
    let text = std::fs::read_to_string("tests/answers/corners.txt").expect("the answers");
    let corners = corners(&text);
    assert!(corners.len() >= 40, "{} corners", corners.len());
    let mut wrong = Vec::new();
    for corner in &corners {
        let (mut cluster, _) = Cluster::from_world(WORLD).expect("a good world");
        let namespace = corner.before.map(|_| "upd".to_owned());
        let options = ApplyOptions { dry_run: corner.before.is_none(), namespace };
        if let Some(before) = corner.before {
            let first = apply(&mut cluster, "first.yaml", before, &options);
            assert_eq!(first.exit, 0, "{}: {}", corner.title, first.stderr);
        }
        let applied = apply(&mut cluster, "service.yaml", &corner.file, &options);
        // A dry run's line on stdout is not part of these answers, which are JSON there.
        let stdout = if corner.before.is_none() { "" } else { applied.stdout.as_str() };
        let ours = format!("{stdout}{}", applied.stderr);
        if applied.exit != corner.exit || ours.trim_end_matches('\n') != corner.says {
            wrong.push(format!(
                "{}: exits with {} and says\n{ours}where the real one exits with {} and says\n{}",
                corner.title, applied.exit, corner.exit, corner.says
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_kind_in_small_letters_can_not_be_merged() {
    let (mut cluster, _) = Cluster::from_world(WORLD).expect("a good world");
    let options = ApplyOptions::default();
    let text =
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80\n";
    assert_eq!(apply(&mut cluster, "a.yaml", text, &options).exit, 0);
    let small = text.replace("Service", "service").replace("port: 80", "port: 81");
    let applied = apply(&mut cluster, "b.yaml", &small, &options);
    assert_eq!(applied.exit, 1);
    let start = "error: error when applying patch:\n\nto:\nResource: \"/v1, Resource=services\", GroupVersionKind: \"/v1, Kind=service\"\nName: \"web\", Namespace: \"default\"\nfor: \"b.yaml\": error when patching \"b.yaml\": creating patch with:\noriginal:\n";
    assert!(applied.stderr.starts_with(start), "{}", applied.stderr);
    let end = "]] spec:map[ports:[map[port:81]]]]\n";
    assert!(applied.stderr.ends_with(end), "{}", applied.stderr);
    assert!(
        applied.stderr.contains("\n\nfor: precondition failed for: map[kind:service metadata:map[")
    );
}
