//! Everything ends, in bounds.

use super::{console, terminal};
use portolan::kubectl::Wants;
use proptest::prelude::*;

#[test]
fn what_is_cut_is_told() {
    let mut console = console();
    let cat = "cat f f f f f f f f f f f f f f f f";
    let cut = "portolan: the output is longer than 64 MiB: the rest is left out\n";
    console.line("seq 700000 > f");
    for (line, stdout, stderr) in [
        (format!("{cat} | head -1"), "1\n", cut),
        (format!("{cat} 2>/dev/null | wc -c"), "67108864\n", cut),
        (format!("({cat}) | (cat) | wc -c"), "67108864\n", cut),
        (format!("echo {cat} | xargs -n 30 sh -c '{cat} | tail -c 0; true'"), "", cut),
        ("cat f f f f | wc -c".to_owned(), "19155580\n", ""),
    ] {
        let outcome = console.line(&line);
        assert_eq!((&*outcome.stdout(), &*outcome.stderr()), (stdout, stderr), "{line}");
    }
}

#[test]
fn what_has_no_end_ends() {
    let mut console = console();
    for (line, says) in [
        ("while true; do :; done", "without coming to an end"),
        ("f() { f; }; f", "maximum nesting level"),
        ("f() { $(f); }; f", "nested too deep"),
        ("f() { f | f; }; f", ""),
        (":(){ :|:& };:", ""),
        ("unset -f :; f() { f & f & }; f", ""),
        ("while :; do sleep 9 & done", "without coming to an end"),
        ("((((((((((1))", "unexpected EOF while looking for matching `)'"),
        ("while true; do :; done | cat", "without coming to an end"),
        ("seq 1 1000000000 | wc -c", "stopped after"),
        ("echo {1..999999999}", "failed to allocate memory for 999999999 elements"),
        (
            "echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
            "failed to allocate",
        ),
        ("x=aaaaaaaaaa; while :; do x=$x$x; done; echo ${#x}", ""),
        ("awk 'BEGIN {while (1) x = x \"aaaa\"}'", "stopped"),
        ("sed ':a;ba' svc.yaml", "stopped"),
        ("for i in {1..500}; do touch f$i; done; while true; do echo *f*f* > g; done", "stopped"),
        ("x=$(yes | head -c 40000 | tr -d '\n'); while true; do y=${x##*y*y*z}; done", "stopped"),
        ("while true; do [[ $x == *y*z ]]; done", "stopped"),
        ("echo ${x//y*z/}", "too long for a pattern"),
        ("echo ${x//y/zz} | wc -c | grep -v 40001", ""),
        ("sed ':a;s/^/x/;H;ba' svc.yaml", "stopped"),
        ("for ((;;)); do a+=(x); done", "stopped"),
        ("f() { bash -c 'bash -c \"f\"'; f; }; f", "command not found"),
        ("echo 'bash s.sh' > s.sh; bash s.sh", "maximum nesting level exceeded"),
        ("echo 'bash s.sh | cat' > s.sh; bash s.sh", ""),
        ("find . -exec find {} \\;", "does not run itself"),
        ("yes | sed 's/y/yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy/' | wc -c", ""),
        ("eval 'eval \"eval x\"'", "x: command not found"),
        ("alias a='b b' b='a a'", ""),
        ("a", "command not found"),
        (
            "echo $((1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1+(1))))))))))))))))))))))",
            "",
        ),
        ("xargs xargs < svc.yaml", "does not run itself"),
        ("yes > f; wc -l f", "stopped after"),
    ] {
        let outcome = console.line(line);
        let stderr: String = outcome.stderr().chars().take(300).collect();
        assert!(stderr.contains(says), "{line}: {stderr}");
        assert!(outcome.stdout().len() <= 64 << 20, "{line}");
    }
    // A long line, and one that is no text.
    for line in [
        "x".repeat(100_000),
        "(".repeat(100_000),
        "$(".repeat(50_000),
        "{".repeat(100_000),
        "\0\u{1b}[2J\u{fffd}".into(),
    ] {
        assert_ne!(console.line(&line).exit, 0);
    }
    for line in [
        format!("echo {}", "a ".repeat(50_000)),
        format!("echo '{}' | grep -o a | wc -l", "a".repeat(100_000)),
    ] {
        assert_eq!(console.line(&line).exit, 0);
    }
}

/// Pieces of lines that fit together now and then.
pub(crate) fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z $|&;<>(){}'\"`\\\\*?#=!\\[\\]0-9~,.:/-]{1,8}",
        4 => prop::sample::select(vec![
            " | ", " && ", "; ", " || ", "$(", ")", "${x", "}", "for i in ", "; do ", "; done", "while ",
            "if ", "; then ", "; fi", "case x in ", ") ", ";; esac", "echo ", "cat ", "grep ", "sed ",
            "awk ", "'{print $1}'", "s/a/b/g", "> f", ">> f", "2>&1", "< f", "<<E\n", "\nE\n", "f() { ",
            "; }", "$((", "))", "[[ ", " ]]", "{1..9}", "{a,b}", "\"", "'", "$x", "x=1 ", "kubectl get ",
            "svc ", "-o yaml ", "xargs ", "sort ", "-k", "head -n ", "tr a-z ", "printf '%d\\n' ", "f ",
            "ls ", "rm -r ", "*.yaml ", "seq 9 ", "read x ", "test ", "eval ", "watch ", "$?", "\n",
            " & ", "<(", "cat - ", "read y; ", "jobs; ", "kill %1; ", "column -t ", "paste - - ",
        ]).prop_map(str::to_owned),
    ]
}

#[test]
fn many_lines_are_read_one_by_one() {
    let mut console = console();
    let outcome = console.line("seq 20000 | while read i; do [ $i = 19999 ] && echo $i; done");
    assert_eq!((&*outcome.stdout(), &*outcome.stderr()), ("19999\n", ""));
    let outcome = console.line("seq 5 | while read i; do read j; echo $i $j; done");
    assert_eq!(&*outcome.stdout(), "1 2\n3 4\n5\n");
    assert_eq!(&*console.line("seq 4 | (read a; cat; cat; echo end)").stdout(), "2\n3\n4\nend\n");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is typed comes to an end, says what it says in bounds, and the next line works.
    #[test]
    fn any_line_ends(pieces in prop::collection::vec(piece(), 0..14), sits in any::<bool>()) {
        let line = pieces.concat();
        let mut console = if sits { terminal() } else { console() };
        let mut outcome = console.line(&line);
        for _ in 0..5 {
            prop_assert!(outcome.stdout().len() <= 64 << 20);
            outcome = match outcome.wants {
                Wants::Time | Wants::Turn => console.proceed(),
                Wants::Inside(_) => console.line("x"),
                Wants::Edit { .. } => console.edited(None),
                Wants::More => console.end_of_input(),
                _ => break,
            };
        }
        console.interrupt();
        console.columns = None;
        let outcome = console.line("echo still here");
        // A line may have changed what words mean.
        if !line.contains("alias") && !line.contains('(') {
            prop_assert_eq!(outcome.stdout(), "still here\n");
        }
    }
}
