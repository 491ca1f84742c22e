//! The glossary's words in a text, and what is wrong in a preview.

use super::{Tutor, test_pack};
use portolan::app::Msg;
use portolan::app::key::Code;
use portolan::content::{PackProblem, Term};
use portolan::ui::Theme;
use ratatui::style::Modifier;
use std::borrow::Cow;

fn term(id: &str, word: &str, also: &[&str], text: &str, see: &str) -> Term {
    Term {
        id: id.into(),
        term: word.into(),
        also: also.iter().map(|word| (*word).to_owned()).collect(),
        text: text.into(),
        see: see.into(),
        ..Term::default()
    }
}

/// The test pack with words of its own, beside the built-in one.
fn tutor(columns: u16, rows: u16) -> Tutor {
    let mut pack = test_pack();
    pack.terms = vec![
        term("door", "NodePort", &[], "A **door** in every node.", "doors/watch"),
        term("name", "stable name", &["name that stays"], "It does not change.", ""),
        term("pod", "Pod", &[], "Our own word for a Pod.", "second/only"),
    ];
    let builtin = Cow::Borrowed(portolan::content::builtin());
    let mut tutor = Tutor::with(vec![Cow::Owned(pack), builtin], columns, rows);
    tutor.press(Code::Enter);
    tutor
}

/// Stretches of the screen that are underlined.
fn underlined(tutor: &mut Tutor) -> Vec<String> {
    tutor.draw();
    let buffer = tutor.terminal.backend().buffer();
    let mut found: Vec<String> = Vec::new();
    let mut before = false;
    for cell in &buffer.content {
        let now = cell.modifier.contains(Modifier::UNDERLINED);
        match found.last_mut() {
            Some(word) if now && before => word.push_str(cell.symbol()),
            _ if now => found.push(cell.symbol().to_owned()),
            _ => {}
        }
        before = now;
    }
    found
}

#[test]
fn the_first_use_of_each_word_is_underlined_and_nothing_else() {
    let mut tutor = tutor(80, 24);
    let words = underlined(&mut tutor);
    assert_eq!(
        words,
        [
            "Service",
            "stable name",
            "Pods",
            "kube-proxy",
            "nodePort",
            "node",
            "port",
            "clusterIP",
            "targetPort"
        ]
    );
    // Without colours and without Unicode it is the same text.
    let plain = Tutor::of_test_pack(80, 24).press(Code::Enter).screen();
    let without_keys =
        |screen: String| screen.lines().take(23).map(str::to_owned).collect::<Vec<_>>().join("\n");
    assert_eq!(without_keys(tutor.screen()), without_keys(plain));
}

#[test]
fn words_are_shown_one_by_one() {
    let mut tutor = tutor(80, 24);
    insta::assert_snapshot!("words-text", tutor.screen());
    tutor.press(Code::Tab);
    insta::assert_snapshot!("words-first", tutor.screen());
    tutor.press(Code::Tab);
    insta::assert_snapshot!("words-own", tutor.screen());
    tutor.press(Code::BackTab).press(Code::BackTab);
    insta::assert_snapshot!("words-last", tutor.screen());
    tutor.press(Code::Esc);
    insta::assert_snapshot!("words-text", tutor.screen());
    // From the last one, and on to the step that shows it.
    tutor.press(Code::BackTab).typed("o");
    insta::assert_snapshot!("words-opened", tutor.screen());
}

#[test]
fn a_text_without_words_has_no_key_for_them() {
    let mut tutor = Tutor::of_test_pack(80, 24);
    tutor.press(Code::Enter);
    let before = tutor.screen();
    assert!(!before.contains("words"), "{before}");
    tutor.press(Code::Tab);
    assert_eq!(tutor.screen(), before);
    tutor.theme = Theme::default();
}

fn problem(line: usize, message: &str, remedy: &str) -> PackProblem {
    PackProblem { line, column: 3, ..PackProblem::of_file("lessons/doors.toml", message, remedy) }
}

#[test]
fn what_is_wrong_in_a_preview_is_listed_with_places() {
    let mut tutor = Tutor::of_test_pack(80, 24);
    tutor.press(Code::Enter);
    let long = "Probe 1: From pod:client to web:80, the packet is refused; it should be answered. \
                No Pod in namespace default has the labels app=webb that Service web selects.";
    let mut problems = vec![problem(12, long, "Mend the world, the manifest or `expect`.")];
    problems.extend((20..30).map(|line| {
        problem(line, "`minuts` is not a key of a lesson.", "Did you mean `minutes`?")
    }));
    let saved = |problems: Vec<PackProblem>| {
        let says = format!("{} problems, ! lists them: first", problems.len());
        Msg::SavedPack { pack: Some(Box::new(test_pack())), problems, says }
    };
    tutor.tell(saved(problems.clone()));
    insta::assert_snapshot!("preview-notice", tutor.screen());
    tutor.typed("!");
    insta::assert_snapshot!("preview-problems", tutor.screen());
    tutor.press(Code::End).press(Code::PageDown);
    insta::assert_snapshot!("preview-problems-further", tutor.screen());
    // The next save shows what is left, and closes the page once nothing is.
    tutor.tell(saved(problems[..1].to_vec()));
    assert!(tutor.screen().contains(" 1 problem "));
    tutor.tell(saved(Vec::new()));
    assert!(tutor.screen().contains("What a Service is"));
    tutor.typed("!");
    assert!(!tutor.screen().contains("problem"));
}
