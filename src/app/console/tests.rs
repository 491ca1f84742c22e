use super::pager::Scrolling;
use super::*;
use crate::cluster::Cluster;
use crate::kubectl::Files;

const WORLD: &str = "apiVersion: portolan/v1\nkind: World\n";

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
