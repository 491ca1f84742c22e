//! `portolan quiz` and what `portolan progress` takes along: whole outputs of the real binary.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the program in `dir`, with a data folder there. Exit code, stdout, stderr.
fn run(dir: &Path, args: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(args)
        .current_dir(dir)
        .env("PORTOLAN_DATA_DIR", "data")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever ends early does not read all.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn shown((exit, stdout, stderr): (i32, String, String)) -> String {
    // Commands that are told name the pack as it was given: where this test lies, it says.
    let stdout = stdout.replace(&format!("{}/", env!("CARGO_MANIFEST_DIR")), "");
    format!("exit {exit}\n--- stdout\n{stdout}--- stderr\n{stderr}")
}

fn quiz(dir: &Path, more: &[&str], input: &str) -> (i32, String, String) {
    let whole = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/whole");
    run(dir, &[&["quiz", "all-kinds", "--pack", whole], more].concat(), input)
}

const HEADLESS: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  \
                        clusterIP: None\n  selector: {app: web}\n";

/// Wrong ways to write an answer, wrong answers and right ones, for each kind of question.
/// With seed 1 the order of options is always the same.
const ANSWERS: &str = "7\nx\n\n1 2\n1\n\n1 2 3\n\n cluster  IP \n1 1\n2 1\na\na z\nb a\n0\n6\n\
                       kubectl get pods\nkubectl edit pod web-a\n\
                       kubectl expose pod web-a --port=80 --target-port=8080\ndone\n\
                       nowhere.yaml\nweb.yaml\n";

#[test]
fn a_quiz_is_asked_in_lines_marked_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("web.yaml"), HEADLESS).unwrap();
    insta::assert_snapshot!(shown(quiz(dir.path(), &["--seed", "1"], ANSWERS)));
    // In the progress there are the answers, as the tutor records them.
    let (exit, exported, _) = run(dir.path(), &["progress", "export"], "");
    let events: Vec<String> = exported
        .lines()
        .map(|line| {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            format!(
                "{} {}{} {}",
                entry["event"].as_str().unwrap(),
                entry["quiz"].as_str().unwrap_or(""),
                entry["question"].as_str().unwrap_or(""),
                entry["right"]
            )
        })
        .collect();
    insta::assert_snapshot!(format!("exit {exit}\n{}", events.join("\n")));
}

#[test]
fn a_quiz_for_programs_is_an_object_for_each_answer() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("web.yaml"), HEADLESS).unwrap();
    let args = ["--seed", "1", "--output", "json"];
    insta::assert_snapshot!(shown(quiz(dir.path(), &args, ANSWERS)));
}

#[test]
fn a_round_that_was_begun_goes_on_and_then_a_new_one_begins() {
    let dir = tempfile::tempdir().unwrap();
    let (exit, stdout, _) = quiz(dir.path(), &["--seed", "1"], "1\n1 3\n");
    assert_eq!(exit, 2, "{stdout}");
    assert!(stdout.starts_with("All kinds of question: 8 questions.\n"), "{stdout}");
    assert!(stdout.ends_with(" 6 not answered.\n"), "{stdout}");
    let (exit, stdout, _) = quiz(dir.path(), &[], "clusterip\n");
    assert_eq!(exit, 2, "{stdout}");
    let first = "All kinds of question: 8 questions. 2 answered before; the round goes on.\n\n\
                 Question 3 of 8:\nWhat is the default type?\n";
    assert!(stdout.starts_with(first), "{stdout}");
    assert!(stdout.ends_with(" 5 not answered.\n"), "{stdout}");
    // Another round: all questions again.
    let (_, stdout, _) = quiz(dir.path(), &["--seed", "2"], "");
    assert!(
        stdout.starts_with("All kinds of question: 8 questions.\n\nQuestion 1 of 8:"),
        "{stdout}"
    );
    assert!(stdout.ends_with("\n0 of 8 right, 8 not answered.\n"), "{stdout}");
}

#[test]
fn a_quiz_or_pack_that_is_not_there_is_told_with_those_that_are() {
    let dir = tempfile::tempdir().unwrap();
    let whole = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/whole");
    let told = |name: &str| run(dir.path(), &["quiz", name, "--pack", whole], "");
    let (exit, out, err) = told("all-kind");
    assert_eq!((exit, out.as_str()), (2, ""));
    assert_eq!(err, "error: there is no quiz `all-kind`; there are: all-kinds\n");
    let (exit, _, err) = told("other/all-kinds");
    assert_eq!((exit, err.as_str()), (2, "error: there is no pack `other`; there are: whole\n"));
}

#[test]
fn progress_goes_to_another_computer_and_can_begin_anew() {
    let here = tempfile::tempdir().unwrap();
    let there = tempfile::tempdir().unwrap();
    quiz(here.path(), &["--seed", "1"], "1\n");
    quiz(there.path(), &["--seed", "2"], "1\n1 2\n");
    let file = there.path().join("p.jsonl");
    let name = file.to_str().unwrap();
    let (exit, out, err) = run(there.path(), &["progress", "export", "-o", "p.jsonl"], "");
    assert_eq!((exit, out.as_str(), err.as_str()), (0, "", "p.jsonl: 3 entries.\n"));
    // A file that is there is not written over.
    let (exit, _, err) = run(there.path(), &["progress", "export", "-o", "p.jsonl"], "");
    assert_eq!(exit, 2);
    assert!(err.starts_with("error: p.jsonl can't be made; give another name: "), "{err}");
    let (exit, out, err) = run(here.path(), &["progress", "import", name], "");
    assert_eq!((exit, out.as_str()), (0, ""));
    assert_eq!(
        err,
        "3 entries added.\nYour journal as it was is data/journal.jsonl.before-import-1.\n"
    );
    let (exit, _, err) = run(here.path(), &["progress", "import", name], "");
    assert_eq!((exit, err.as_str()), (0, "0 entries added, 3 were there already.\n"));
    let (exit, _, err) = run(here.path(), &["progress", "import", "-"], "kind: Service\n");
    assert_eq!(exit, 2);
    assert_eq!(
        err,
        "error: - holds no progress: give a file that `portolan progress export` wrote\n"
    );
    // Without --yes nothing happens.
    let (exit, _, err) = run(here.path(), &["progress", "reset"], "");
    assert_eq!(exit, 2);
    assert_eq!(err, "5 entries in data would not count any more. With --yes it is done.\n");
    let (exit, _, err) = run(here.path(), &["progress", "reset", "--yes"], "");
    assert_eq!(exit, 0);
    assert_eq!(
        err,
        "Your progress begins anew. What was done is kept in data/journal.jsonl.before-reset-1; \
         `portolan progress import` brings it back.\n"
    );
    assert_eq!(run(here.path(), &["progress", "export"], ""), (0, String::new(), String::new()));
    let kept = "data/journal.jsonl.before-reset-1";
    let (exit, _, err) = run(here.path(), &["progress", "import", kept], "");
    assert_eq!((exit, err.as_str()), (0, "5 entries added.\n"));
}
