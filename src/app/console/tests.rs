use super::pager::Scrolling;
use super::*;
use crate::cluster::Cluster;
use crate::kubectl::Files;

const WORLD: &str = "objects:
  - {apiVersion: v1, kind: Node, metadata: {name: node1}, spec: {podCIDR: 10.244.1.0/24},
     status: {addresses: [{type: InternalIP, address: 172.18.0.11}]}}
";

fn pane() -> ConsolePane {
    let cluster = Cluster::from_world(WORLD).map_or_else(|_| Cluster::default(), |(c, _)| c);
    let mut pane = ConsolePane::new(Console::new(cluster, Files::default()), "");
    pane.set_size(60, 6);
    pane
}

fn shown(pane: &ConsolePane) -> Vec<String> {
    let (_, rows) = pane.size();
    pane.back.shown(pane.top(), rows.into()).map(|(_, text)| text.to_owned()).collect()
}

#[test]
fn a_line_is_echoed_run_and_recorded() {
    let mut pane = pane();
    pane.type_text("nosuch thing");
    pane.submit();
    assert_eq!(shown(&pane), ["k8s ~ $ nosuch thing", "bash: nosuch: command not found"]);
    assert_eq!(pane.take_asks(), [Ask::Record(Typed::Line("nosuch thing".into()))]);
    assert_eq!(pane.history.back(""), Some("nosuch thing".to_owned()));
    assert_eq!(pane.input.text(), "");
}

#[test]
fn each_line_of_a_paste_is_run_and_the_last_is_left() {
    let mut pane = pane();
    pane.type_text("no");
    pane.paste("such\r\nother\nk get \u{1b}[31mno");
    let lines: Vec<String> = pane.back.rows().map(|row| row.text.clone()).collect();
    assert_eq!(
        lines,
        [
            "k8s ~ $ nosuch",
            "bash: nosuch: command not found",
            "k8s ~ $ other",
            "bash: other: command not found"
        ]
    );
    assert_eq!(pane.input.text(), "k get [31mno");
}

#[test]
fn long_output_comes_page_by_page_and_the_prompt_after_it() {
    let mut pane = pane();
    let before = pane.back.total();
    for n in 0..20 {
        pane.back.line(Kind::Out, &n.to_string());
    }
    pane.page_from(before);
    let first = |pane: &ConsolePane| shown(pane).first().cloned().unwrap_or_default();
    assert_eq!(first(&pane), "0");
    pane.scroll(Scrolling::Pages(1));
    assert_eq!(first(&pane), "5");
    pane.scroll(Scrolling::Pages(-9));
    assert_eq!(first(&pane), "0");
    pane.look_for();
    for c in "17".chars() {
        pane.look_typed(Some(c));
    }
    assert!(pane.look_next());
    assert_eq!(first(&pane), "17");
    assert!(!pane.look_next());
    pane.scroll(Scrolling::End);
    assert_eq!(first(&pane), "15");
    pane.scroll(Scrolling::Rows(1));
    assert_eq!(*pane.view(), View::End);
    pane.scroll(Scrolling::Rows(-3));
    assert_eq!(first(&pane), "12");
    pane.scroll(Scrolling::Rows(9));
    assert_eq!(*pane.view(), View::End);
}

#[test]
fn ctrl_c_drops_the_line_and_ctrl_d_closes() {
    let mut pane = pane();
    pane.type_text("k get po");
    pane.interrupt();
    assert_eq!(shown(&pane), ["k8s ~ $ k get po^C"]);
    assert_eq!(pane.take_asks(), []);
    pane.end_of_input();
    assert_eq!(pane.take_asks(), [Ask::Close]);
}

#[test]
fn what_was_given_is_given_again() {
    let mut pane = pane();
    for line in ["k get nodes", "nosuch", "k get svc"] {
        pane.type_text(line);
        pane.submit();
    }
    pane.put_file("a.txt", Some("x"));
    pane.put_file("a.txt", Some("x"));
    let given: Vec<Typed> = pane
        .take_asks()
        .into_iter()
        .filter_map(|ask| match ask {
            Ask::Record(typed) => Some(typed),
            _ => None,
        })
        .collect();
    assert_eq!(given.len(), 4);
    let mut again = self::pane();
    again.replay(&given);
    let lines = |pane: &ConsolePane| pane.back.rows().map(|r| r.text.clone()).collect::<Vec<_>>();
    assert_eq!(lines(&again), lines(&pane));
    assert_eq!(again.console().files, pane.console().files);
    assert_eq!(again.take_asks(), []);
}

#[test]
fn no_text_and_no_size_breaks_it() {
    let mut pane = pane();
    for text in ["\u{200d}\u{301}木木木", "\u{1b}]0;x\u{7}", &"木".repeat(5_000)] {
        pane.type_text(text);
        for size in [(0, 0), (1, 1), (3, 2), (200, 60)] {
            pane.set_size(size.0, size.1);
            let _ = (pane.top(), pane.prompt_rows(), shown(&pane));
        }
        pane.submit();
    }
}

#[test]
fn tab_completes_a_word_or_lists_what_it_could_be() {
    let mut pane = pane();
    pane.type_text("kubectl descr");
    pane.complete();
    assert_eq!(pane.input.text(), "kubectl describe ");
    pane.input.set("kubectl get ");
    pane.complete();
    assert!(pane.choices.len() > 2, "{:?}", pane.choices);
    pane.type_text("x");
    assert!(pane.choices.is_empty());
}

/// Runs a line, and gives what is said of it.
fn run(pane: &mut ConsolePane, line: &str) -> Vec<String> {
    let before = pane.back.rows().count();
    pane.type_text(line);
    pane.submit();
    pane.back.rows().skip(before + 1).map(|row| row.text.clone()).collect()
}

#[test]
fn tab_completes_then_lists_then_shows_the_rest_of_the_list() {
    let mut pane = pane();
    pane.type_text("k get endp");
    pane.complete();
    assert_eq!((pane.input.text(), pane.choices.len()), ("k get endpoints", 0));
    pane.complete();
    assert_eq!(pane.choices, ["endpoints", "endpointslices"]);
    // The common beginning of paths is told once.
    pane.input.take();
    pane.type_text("k explain svc.spec.externa");
    pane.complete();
    pane.choices.clear();
    pane.complete();
    assert_eq!(pane.input.text(), "k explain svc.spec.external");
    assert_eq!(pane.choices, ["externalIPs", "externalName", "externalTrafficPolicy"]);
    // Sixty kinds in a small pane: page after page, and from the start again.
    pane.input.take();
    pane.choices.clear();
    pane.type_text("k get ");
    pane.complete();
    let n = pane.choices.len();
    pane.complete();
    let mut seen = Vec::new();
    while seen.last() != Some(&n) {
        let shown = pane.choices_shown();
        assert_eq!(shown.start, seen.last().copied().unwrap_or(0));
        seen.push(shown.end);
        pane.complete();
    }
    assert!(seen.len() > 2, "{seen:?}");
    assert_eq!(pane.choices_shown(), 0..seen[0]);
    pane.type_text("s");
    assert!(pane.choices.is_empty());
}

#[test]
fn the_last_words_of_lines_before_are_typed_again() {
    let mut pane = pane();
    for line in ["echo one", "echo 'two words'", "true svc/web"] {
        run(&mut pane, line);
    }
    pane.type_text("k get ");
    let mut seen = Vec::new();
    for _ in 0..4 {
        pane.last_word();
        seen.push(pane.input.text().to_owned());
    }
    assert_eq!(seen, ["k get svc/web", "k get 'two words'", "k get one", "k get one"]);
    // What was typed since begins anew.
    pane.type_text(" ");
    pane.last_word();
    assert_eq!(pane.input.text(), "k get one svc/web");
    pane.input.undo();
    assert_eq!(pane.input.text(), "k get one ");
}

#[test]
fn a_watch_shows_what_happens_until_ctrl_c_and_is_recorded_with_its_seconds() {
    let mut pane = pane();
    run(&mut pane, "k create ns shop");
    run(&mut pane, "k create deploy web --image=nginx --replicas=1");
    pane.take_asks();
    let said = run(
        &mut pane,
        "k get deploy web -w --no-headers -o custom-columns=R:.status.readyReplicas",
    );
    assert!(pane.runs() && said == ["<none>"], "{said:?}");
    let before = pane.back.rows().count();
    for _ in 0..6 {
        pane.second();
    }
    let said: Vec<String> = pane.back.rows().skip(before).map(|row| row.text.clone()).collect();
    assert!(pane.runs() && said.last().is_some_and(|line| line == "1"), "{said:?}");
    // What is typed meanwhile is no command.
    pane.interrupt();
    assert!(!pane.runs() && *pane.wants() == Wants::Line);
    assert_eq!(pane.back.rows().last().map(|row| row.text.as_str()), Some("^C"));
    let line = "k get deploy web -w --no-headers -o custom-columns=R:.status.readyReplicas";
    let asks = [Typed::Line(line.into()), Typed::Seconds(6), Typed::Interrupt];
    assert_eq!(pane.take_asks(), asks.map(Ask::Record));
    assert_eq!(run(&mut pane, "echo $?"), ["130"]);
}

#[test]
fn what_has_no_end_gives_the_pane_its_turns_and_ctrl_c_ends_it() {
    for line in ["while true; do echo y; done", "while :; do x=1; done", "sleep 1000", "watch date"]
    {
        let mut pane = pane();
        run(&mut pane, line);
        assert!(pane.runs(), "{line}");
        for _ in 0..5 {
            pane.second();
        }
        assert!(pane.runs() && pane.back.total() <= MAX_ROWS, "{line}");
        pane.interrupt();
        assert!(!pane.runs(), "{line}");
        pane.type_text("echo still here");
        pane.submit();
        assert_eq!(pane.back.rows().last().map(|row| &*row.text), Some("still here"));
    }
}

#[test]
fn a_long_line_gives_the_pane_its_turns_and_comes_to_the_same() {
    let line = "for i in {1..250}; do k create ns n$i; done; k get ns -o name | wc -l";
    let mut in_turns = pane();
    run(&mut in_turns, line);
    let mut n_turns = 0;
    while in_turns.runs() {
        assert_eq!(*in_turns.wants(), Wants::Turn);
        let before = in_turns.back.total();
        in_turns.second();
        assert!(in_turns.back.total() > before, "something is seen of each turn");
        n_turns += 1;
    }
    assert!(n_turns > 1);
    assert_eq!(in_turns.back.rows().last().map(|row| row.text.as_str()), Some("254"));
    // It is shown from its beginning.
    assert_eq!(shown(&in_turns)[0], "namespace/n1 created");
    let asks = [Typed::Line(line.into()), Typed::Seconds(n_turns)];
    assert_eq!(in_turns.take_asks(), asks.clone().map(Ask::Record));
    let mut again = pane();
    again.replay(&asks);
    let cluster = |pane: &ConsolePane| pane.console().cluster.list("Namespace", None);
    assert_eq!(cluster(&again), cluster(&in_turns));
    // No more than the second between two lines has passed.
    assert_eq!(run(&mut in_turns, "k get ns n1 --no-headers"), ["n1    Active   1s"]);
}

/// A pane whose lines go on beside what else happens, as far as to the first news.
fn under_way(pane: ConsolePane, line: &str) -> ConsolePane {
    let mut pane = pane.run_aside(true);
    pane.type_text(line);
    pane.submit();
    assert_eq!(*pane.wants(), Wants::News, "{:?}", shown(&pane));
    pane
}

const LONG: &str = "seq 90000 | while read i; do k delete ns kept; k create ns kept; done";

#[test]
fn who_stops_a_line_finds_all_as_it_was() {
    let mut pane = pane();
    run(&mut pane, "x=1; k create ns kept");
    pane.take_asks();
    let before = (pane.version(), pane.console().cluster.revision());
    let mut pane = under_way(pane, &format!("x=2; echo y > f; {LONG}"));
    // It goes on, and what is typed meanwhile waits.
    pane.second();
    assert!(pane.runs());
    pane.interrupt();
    assert_eq!(
        pane.back.rows().skip(3).map(|row| &*row.text).collect::<Vec<_>>(),
        ["^C", "Stopped. All is as it was before this line."]
    );
    assert_eq!((pane.take_asks(), pane.wants()), (vec![], &Wants::Line));
    assert_eq!((pane.version(), pane.console().cluster.revision()), before);
    pane.type_text("echo $x; ls");
    pane.submit();
    while pane.runs() {
        pane.second();
    }
    assert_eq!(pane.back.rows().last().map(|row| &*row.text), Some("1"));
}

#[test]
fn a_loop_that_is_stopped_has_gone_as_far_as_was_shown() {
    let line = "while true; do k create cm c$((n++)); done";
    let mut pane = under_way_or_not(pane(), line);
    let made = |pane: &ConsolePane| pane.console().cluster.list("ConfigMap", None).len();
    for _ in 0..9 {
        pane.second();
    }
    pane.interrupt();
    while pane.runs() {
        pane.second();
    }
    let asks = pane.take_asks();
    let Some(Ask::Record(Typed::Line(_))) = asks.first() else { panic!("{asks:?}") };
    assert_eq!(asks.last(), Some(&Ask::Record(Typed::Interrupt)));
    let typed: Vec<Typed> = asks
        .into_iter()
        .filter_map(|ask| if let Ask::Record(typed) = ask { Some(typed) } else { None })
        .collect();
    let mut again = self::pane();
    again.replay(&typed);
    assert!(made(&pane) > 1);
    assert_eq!(made(&again), made(&pane));
}

/// As [`under_way`], or the line has its turn already.
fn under_way_or_not(pane: ConsolePane, line: &str) -> ConsolePane {
    let mut pane = pane.run_aside(true);
    pane.type_text(line);
    pane.submit();
    while pane.wants() == &Wants::News {
        pane.second();
    }
    pane
}

#[test]
fn a_file_that_is_put_there_waits_for_what_is_under_way() {
    let mut pane = under_way(pane(), "for i in {1..1500}; do k create cm c$i; done | tail -1");
    pane.put_file("f", Some("x"));
    assert_eq!(pane.console().files.read("f"), Some(&b"x"[..]));
    assert_eq!(pane.console().cluster.list("ConfigMap", None).len(), 1500);
    let asks: Vec<_> = pane.take_asks();
    assert_eq!(asks.len(), 2, "{asks:?}");
}

#[test]
fn a_file_is_typed_and_one_of_wide_characters_is_wrapped_at_its_cells() {
    let mut pane = pane();
    run(&mut pane, "cat > f");
    assert_eq!(pane.prompt(), "");
    for line in ["héllo", "日本語".repeat(15).as_str()] {
        run(&mut pane, line);
    }
    pane.end_of_input();
    assert_eq!(pane.prompt(), "k8s ~ $ ");
    let said = run(&mut pane, "cat f");
    assert_eq!(said[0], "héllo");
    // 45 characters of two cells in 60 columns.
    let rows = pane.back.shown(0, 1_000).filter(|(_, text)| text.contains('語')).count();
    assert_eq!(rows, 4, "typed and said, two rows each");
    pane.type_text(&"宽".repeat(40));
    assert_eq!(pane.prompt_rows(), 2);
}

#[test]
fn a_paste_with_a_here_document_is_one_command() {
    let mut pane = pane();
    pane.paste("cat <<EOF > f\na\n  b\nEOF\ncat -n f\n");
    let lines: Vec<String> = pane.back.rows().map(|row| row.text.clone()).collect();
    assert_eq!(
        lines,
        [
            "k8s ~ $ cat <<EOF > f",
            "> a",
            ">   b",
            "> EOF",
            "k8s ~ $ cat -n f",
            "     1  a",
            "     2    b"
        ]
    );
    // What a command reads from the keyboard is pasted into it.
    pane.paste("cat > g\none\ntwo\n");
    pane.end_of_input();
    assert_eq!(run(&mut pane, "cat g"), ["one", "two"]);
}

fn type_line(pane: &mut ConsolePane, line: &str) {
    pane.type_text(line);
    pane.submit();
}

#[test]
fn lines_typed_before_are_put_in_said_and_recorded_as_they_are_meant() {
    let mut pane = pane();
    type_line(&mut pane, "echo one two");
    type_line(&mut pane, "echo !$ !:1");
    type_line(&mut pane, "!nope");
    type_line(&mut pane, "!e:p");
    assert_eq!(
        shown(&pane),
        [
            "two one",
            "k8s ~ $ !nope",
            "bash: !nope: event not found",
            "k8s ~ $ !e:p",
            "echo two one",
        ]
    );
    let lines = ["echo one two", "echo two one"].map(|l| Ask::Record(Typed::Line(l.into())));
    assert_eq!(pane.take_asks(), lines);
    let back: Vec<_> = (0..3).map(|_| pane.history.back("")).collect();
    assert_eq!(back, [Some("echo two one".into()), Some("echo one two".into()), None]);
}

#[test]
fn a_command_of_several_lines_comes_back_as_one() {
    let mut pane = pane();
    for line in ["for i in 1 2; do", "echo $i", "done"] {
        type_line(&mut pane, line);
    }
    assert_eq!(pane.history.back(""), Some("for i in 1 2; do echo $i; done".into()));
    pane.interrupt();
    for line in ["cat <<E", "a", "E"] {
        type_line(&mut pane, line);
    }
    assert_eq!(pane.history.back(""), Some("cat <<E\na\nE".into()));
    pane.input.set("cat <<E\nagain\nE");
    pane.submit();
    assert_eq!(shown(&pane), ["a", "k8s ~ $ cat <<E", "again", "E", "again"].map(str::to_owned));
}

#[test]
fn what_is_typed_inside_is_kept_apart() {
    let mut pane = pane();
    type_line(&mut pane, "read x");
    type_line(&mut pane, "an answer");
    assert_eq!(pane.history.back(""), Some("read x".into()));
    type_line(&mut pane, "sort");
    type_line(&mut pane, "b");
    assert_eq!(pane.history.back(""), Some("b".into()));
    assert_eq!(pane.history.back(""), None);
    pane.end_of_input();
    assert_eq!(pane.history.back(""), Some("sort".into()));
}

#[test]
fn pages_stay_where_they_are_in_another_width() {
    let mut pane = pane();
    pane.back.line(Kind::Out, &"x".repeat(100));
    let before = pane.back.total();
    for n in 0..20 {
        pane.back.line(Kind::Out, &format!("{n} {}", "y".repeat(50)));
    }
    pane.page_from(before);
    pane.scroll(Scrolling::Pages(1));
    let first = |pane: &ConsolePane| shown(pane).first().map(|line| line[..2].trim().to_owned());
    assert_eq!(first(&pane), Some("5".into()));
    for columns in [30, 200, 60] {
        pane.set_size(columns, 6);
        assert_eq!(first(&pane), Some("5".into()), "{columns}");
    }
}

#[test]
fn what_is_typed_while_a_command_runs_waits_for_its_end() {
    let mut pane = pane();
    type_line(&mut pane, "sleep 2");
    type_line(&mut pane, "echo one");
    pane.paste("echo two\necho thr");
    pane.type_text("ee");
    pane.second();
    assert!(pane.runs());
    assert_eq!(shown(&pane), ["k8s ~ $ sleep 2", "echo one", "echo two"]);
    pane.second();
    assert_eq!(
        shown(&pane),
        ["echo two", "k8s ~ $ echo one", "one", "k8s ~ $ echo two", "two"].map(str::to_owned)
    );
    assert_eq!(pane.input.text(), "echo three");
    // Ctrl-C drops it.
    type_line(&mut pane, "");
    type_line(&mut pane, "sleep 5");
    type_line(&mut pane, "echo never");
    pane.type_text("nor this");
    pane.interrupt();
    assert_eq!(pane.input.text(), "");
    assert_eq!(shown(&pane).last().map(String::as_str), Some("^C"));
}

#[test]
fn what_vi_leaves_with_is_no_text() {
    use super::edit::Editing;
    use crate::app::settings::EditorMode;
    use crate::kubectl::EditKeys;
    let console = Console::new(Cluster::default(), Files::default());
    let taken = |keys, mode, at: usize, typed: &str| {
        let mut editing = Editing::new(&console, "a.yaml", "a: 1\nb: 2\n", keys);
        editing.set_mode(mode);
        editing.bench.editor.place(at, false);
        editing.bench.editor.insert(typed);
        let command = editing.take_command();
        (command, editing.bench.editor.text().to_owned())
    };
    let plain = |at, typed| taken(EditKeys::AsSet, EditorMode::Plain, at, typed);
    let whole = || "a: 1\nb: 2\n".to_owned();
    assert_eq!(plain(0, ":q!"), (Some(":q!".into()), whole()));
    assert_eq!(plain(5, ":wq"), (Some(":wq".into()), whole()));
    assert_eq!(plain(4, "\n:x"), (Some(":x".into()), whole()));
    assert_eq!(plain(10, ":wq"), (Some(":wq".into()), whole()));
    // What is text stays.
    assert_eq!(plain(3, ":q"), (None, "a: :q1\nb: 2\n".into()));
    assert_eq!(plain(5, ":what"), (None, "a: 1\n:whatb: 2\n".into()));
    let nano = taken(EditKeys::Plain, EditorMode::Plain, 5, ":wq");
    assert_eq!(nano, (None, "a: 1\n:wqb: 2\n".into()));
}
