//! A terminal: what waits, what goes on, what is typed.

use super::terminal;
use portolan::kubectl::{Console, Wants};

#[test]
fn a_terminal_waits_for_the_rest_of_a_line() {
    let mut console = terminal();
    for line in ["echo 'a", "b' \\", "&& for i in 1 2", "do echo $i"] {
        assert_eq!(console.line(line).wants, Wants::More, "{line}");
    }
    let outcome = console.line("done; cat <<EOF");
    assert_eq!((outcome.wants, outcome.said.len()), (Wants::More, 0));
    assert_eq!(console.line("in $HOME").wants, Wants::More);
    assert_eq!(console.line("EOF").stdout(), "a\nb\n1\n2\nin /root\n");
    // Ctrl-C drops what is typed, Ctrl-D says what is missing.
    console.line("echo 'a");
    assert_eq!(console.interrupt().exit, 130);
    assert_eq!(console.line("echo $?").stdout(), "130\n");
    console.line("echo 'a");
    assert_eq!(
        console.end_of_input().stderr(),
        "bash: unexpected EOF while looking for matching `\'\'\n"
    );
    assert_eq!(console.line("nosuch").stderr(), "bash: nosuch: command not found\n");
    assert_eq!(console.line("| x").stderr(), "bash: syntax error near unexpected token `|\'\n");
    assert_eq!(console.line("exit 3").wants, Wants::Close);
    assert_eq!(console.end_of_input().wants, Wants::Close);
}

#[test]
fn what_goes_on_gives_the_terminal_a_turn_and_the_line_goes_on_after_it() {
    let mut console = terminal();
    let outcome = console.line("for i in 1 2; do echo n$i; sleep 2; done; echo end");
    assert_eq!((outcome.stdout().as_str(), outcome.wants), ("n1\n", Wants::Time));
    assert_eq!(console.proceed().wants, Wants::Time);
    assert_eq!(console.proceed().stdout(), "n2\n");
    console.proceed();
    let outcome = console.proceed();
    assert_eq!((outcome.stdout().as_str(), outcome.wants), ("end\n", Wants::Line));
    // Without an end: every turn comes back, now and then a second passes, and Ctrl-C ends it.
    let seconds = |console: &Console| {
        let now: jiff::Timestamp = console.cluster.settings().now.parse().unwrap();
        now.as_second()
    };
    let begun = seconds(&console);
    for passed in 1..3 {
        let mut wants = match passed {
            1 => console.line("while true; do x=1; done; echo no").wants,
            _ => console.proceed().wants,
        };
        let mut n_turns = 0;
        while wants == Wants::Turn {
            n_turns += 1;
            wants = console.proceed().wants;
        }
        assert_eq!((wants, n_turns > 5), (Wants::Time, true));
        assert_eq!(seconds(&console), begun + passed - 1);
    }
    let outcome = console.interrupt();
    assert_eq!((outcome.wants, outcome.exit), (Wants::Line, 130));
    // An editor in the middle of a line.
    let outcome = console.line("vim svc.yaml && head -1 svc.yaml");
    let Wants::Edit { name, text, .. } = outcome.wants else { panic!("{outcome:?}") };
    assert_eq!((name.as_str(), text.lines().count()), ("svc.yaml", 3));
    assert_eq!(console.edited(Some("new\n".into())).stdout(), "new\n");
    // `watch` shows the world's clock moving.
    let outcome = console.line("watch -n 1 date");
    assert_eq!(outcome.wants, Wants::Time);
    assert!(console.proceed().stdout().contains("Every 1.0s: date"));
    assert_eq!(console.interrupt().exit, 130);
}

/// Types `lines` after `command`, and then Ctrl-D where `ends`; gives what was said in all.
fn typed(console: &mut portolan::kubectl::Console, lines: &[&str], ends: bool) -> String {
    let mut said = String::new();
    for (n, line) in lines.iter().enumerate() {
        let outcome = console.line(line);
        assert!(
            n + 1 == lines.len() || matches!(outcome.wants, Wants::Inside(_)),
            "{line}: {outcome:?}"
        );
        said.push_str(&outcome.stdout());
        said.push_str(&outcome.stderr());
    }
    if ends {
        let outcome = console.end_of_input();
        said.push_str(&outcome.stdout());
        said.push_str(&outcome.stderr());
        assert_eq!(outcome.wants, Wants::Line);
    }
    said
}

#[test]
fn what_a_command_reads_is_typed_up_to_ctrl_d() {
    let mut console = terminal();
    assert_eq!(typed(&mut console, &["cat > f", "one", "", "two"], true), "");
    assert_eq!(console.line("cat f").stdout(), "one\n\ntwo\n");
    assert_eq!(typed(&mut console, &["cat >> f", "three"], true), "");
    assert_eq!(console.line("wc -l < f").stdout(), "4\n");
    let manifest =
        ["kubectl apply -f -", "apiVersion: v1", "kind: Namespace", "metadata: {name: typed}"];
    assert_eq!(typed(&mut console, &manifest, true), "namespace/typed created\n");
    let manifest =
        ["kubectl create -f-", "{apiVersion: v1, kind: Namespace,", "metadata: {name: typed}}"];
    assert_eq!(
        typed(&mut console, &manifest, true),
        "Error from server (AlreadyExists): error when creating \"STDIN\": namespaces \"typed\" already exists\n"
    );
    // In a pipe, in brackets, in a function, and through other tools.
    for (command, comes) in [
        ("sort | tail -1", "b\n"),
        ("grep -n b", "1:b\n"),
        ("sed s/b/c/ -", "c\na\n"),
        ("awk '{print NR $1}'", "1b\n2a\n"),
        ("head -1", "b\n"),
        ("tr ab xy", "y\nx\n"),
        ("tee g", "b\na\n"),
        ("xargs echo got", "got b a\n"),
        ("cut -c1", "b\na\n"),
        ("base64", "YgphCg==\n"),
        ("uniq -c", "      1 b\n      1 a\n"),
        ("(cat; echo end)", "b\na\nend\n"),
        ("{ cat; } | wc -l", "2\n"),
        ("f() { cat -n; }; f", "     1\tb\n     2\ta\n"),
        ("cat - svc.yaml | head -3", "b\na\napiVersion: v1\n"),
        ("x=1; cat < /dev/stdin; echo $x", "b\na\n1\n"),
    ] {
        assert_eq!(typed(&mut console, &[command, "b", "a"], true), comes, "{command}");
    }
    // Ctrl-C: the command has not been there.
    typed(&mut console, &["cat > f", "new"], false);
    assert_eq!(console.interrupt().exit, 130);
    assert_eq!(console.line("echo $?").stdout(), "130\n");
    // What has its input asks for none.
    for (command, comes) in [
        ("echo a | cat", "a\n"),
        ("cat < /dev/null", ""),
        ("cat svc.yaml | head -1", "apiVersion: v1\n"),
        ("kubectl apply -f svc.yaml | cat", ""),
        ("cat <<< b", "b\n"),
        ("x=$(cat); echo \"<$x>\"", "<>\n"),
    ] {
        let outcome = console.line(command);
        assert_eq!((outcome.stdout().as_str(), outcome.wants), (comes, Wants::Line), "{command}");
    }
}

#[test]
fn read_takes_a_line_and_goes_on() {
    let mut console = terminal();
    let outcome = console.line("read -p 'name? ' first rest; echo \"$rest, $first\"");
    assert_eq!(outcome.wants, Wants::Inside("name? ".to_owned()));
    let outcome = console.line("Ada  King Lovelace");
    assert_eq!((outcome.stdout().as_str(), outcome.wants), ("King Lovelace, Ada\n", Wants::Line));
    let lines = ["while read x; do echo \"<$x>\"; done", "a", " b c "];
    assert_eq!(typed(&mut console, &lines, true), "<a>\n<b c>\n");
    assert_eq!(console.line("read x").wants, Wants::Inside(String::new()));
    assert_eq!(console.end_of_input().exit, 1);
}
