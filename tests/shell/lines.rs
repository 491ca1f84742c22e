//! `portolan shell` without a terminal: commands out of lines, and an answer to each line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

fn shell(args: &[&str]) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.arg("shell").args(args).current_dir(&folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    (folder, command)
}

/// Runs all of `input`; gives stdout, stderr and the exit code.
fn run(args: &[&str], input: &str) -> (String, String, Option<i32>) {
    let (_folder, mut command) = shell(args);
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

/// The answers to `input`, a line each: exit code, stdout and `!` stderr, as they would be in
/// Rust.
fn answers(input: &str) -> String {
    let (out, err, _) = run(&["--output", "json"], input);
    assert_eq!(err, "");
    let mut told = String::new();
    let lines = input.lines().filter(|line| !line.trim().is_empty());
    for (line, answer) in lines.zip(out.lines()) {
        let answer: serde_json::Value = serde_json::from_str(answer).unwrap();
        assert_eq!(answer["cmd"], line);
        let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["cmd", "exit", "stdout", "stderr"]);
        told.push_str(&format!("{} {}", answer["exit"], answer["stdout"]));
        if answer["stderr"] != "" {
            told.push_str(&format!(" ! {}", answer["stderr"]));
        }
        told.push('\n');
    }
    let n_lines = input.lines().filter(|line| !line.trim().is_empty()).count();
    assert_eq!(out.lines().count(), n_lines, "{out}");
    told
}

#[test]
fn each_line_has_an_answer_and_that_of_a_command_is_its_last_lines() {
    let input = "\
echo a

cat <<EOF | kubectl apply -f -
apiVersion: v1

kind: Namespace
metadata: {name: here}
EOF
for i in 1 2
do
  echo $i
done
kubectl patch namespace here -p '
metadata:
  labels: {a: b}'
echo one \\
  two
kubectl get namespace here --show-labels --no-headers | awk '{print $1, $4}'
";
    assert_eq!(
        answers(input),
        r#"0 "a\n"
0 ""
0 ""
0 ""
0 ""
0 "namespace/here created\n"
0 ""
0 ""
0 ""
0 "1\n2\n"
0 ""
0 ""
0 "namespace/here patched\n"
0 ""
0 "one two\n"
0 "here a=b,kubernetes.io/metadata.name=here\n"
"#
    );
}

#[test]
fn what_is_never_ended_takes_no_other_line_along() {
    let input = "\
cat <<EOF
echo \"a
echo b; kubectl get ns -l \"a=b
((((
if true; then
echo $(ls
echo c \\
echo e
cat <<X && echo d
cat <<Y";
    assert_eq!(
        answers(input),
        r#"0 "" ! "bash: line 1: warning: here-document at line 1 delimited by end-of-file (wanted `EOF')\n"
2 "" ! "bash: -c: line 1: unexpected EOF while looking for matching `\"'\n"
2 "" ! "bash: -c: line 1: unexpected EOF while looking for matching `\"'\n"
2 "" ! "bash: -c: line 1: unexpected EOF while looking for matching `)'\n"
2 "" ! "bash: -c: line 2: syntax error: unexpected end of file\n"
2 "" ! "bash: -c: line 2: unexpected EOF while looking for matching `)'\n"
0 ""
0 "c echo e\n"
0 "d\n" ! "bash: line 1: warning: here-document at line 1 delimited by end-of-file (wanted `X')\n"
0 "" ! "bash: line 1: warning: here-document at line 1 delimited by end-of-file (wanted `Y')\n"
"#
    );
}

#[test]
fn a_script_is_read_as_bash_reads_one() {
    let script =
        "for i in 1 2\ndo echo $i\ndone\nx='a\nb'; echo \"$x\"\ncat <<E\nin $i\nE\nnosuch\n";
    let (out, err, code) = run(&[], script);
    assert_eq!(out, "1\n2\na\nb\nin 2\n");
    assert_eq!((err.as_str(), code), ("bash: line 1: nosuch: command not found\n", Some(1)));
    // What is open at its end takes the rest, as there.
    let (out, err, code) = run(&[], "echo a\ncat <<E\nb\necho c\n");
    assert_eq!((out.as_str(), code), ("a\nb\necho c\n", Some(0)));
    let warning = "warning: here-document at line 1 delimited by end-of-file (wanted `E')\n";
    assert_eq!(err, format!("bash: line 1: {warning}"));
    let (out, _, code) = run(&[], "echo a\nexit 3\necho b\n");
    assert_eq!((out.as_str(), code), ("a\n", Some(1)));
}

#[test]
fn who_waits_for_each_answer_gets_it() {
    let (_folder, mut command) = shell(&["--output", "json"]);
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut told = String::new();
    for line in ["echo a", "cat <<E", "body", "E", "echo 'open", "for i in 1", "echo b", "cat <<E"]
    {
        writeln!(input, "{line}").unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["cmd"], line);
        told.push_str(&format!("{} {} {}\n", answer["exit"], answer["stdout"], answer["stderr"]));
    }
    drop(input);
    let rest = child.wait_with_output().unwrap();
    assert_eq!(
        told,
        r#"0 "a\n" ""
0 "" ""
0 "" ""
0 "body\n" ""
2 "" "bash: -c: line 1: unexpected EOF while looking for matching `''\n"
2 "" "bash: -c: line 2: syntax error: unexpected end of file\n"
0 "b\n" ""
0 "" ""
"#
    );
    // It was told of already: what comes of it is said.
    let said = String::from_utf8(rest.stderr).unwrap();
    let warning = "here-document at line 1 delimited by end-of-file (wanted `E')\n";
    assert_eq!(said, format!("bash: line 1: warning: {warning}"));
}

#[test]
fn long_lines_and_bytes_that_are_no_text_are_lines() {
    let long = format!("echo {} | wc -c", "x".repeat(100_000));
    let (out, _, _) = run(&["--output", "json"], &format!("{long}\necho b\n"));
    let exits: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(exits[0]["stdout"], "100001\n");
    assert_eq!((exits[0]["cmd"].as_str(), exits.len()), (Some(&*long), 2));
    let (_folder, mut command) = shell(&["--output", "json"]);
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"\xff\xfe\x00\x1b[2J\necho b\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["exit"], 127);
    assert_eq!((&answers[1]["stdout"], answers.len()), (&"b\n".into(), 2));
}
