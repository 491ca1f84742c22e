//! The console beside lessons and exercises.

use super::{Key, Msg, Tutor};
use portolan::app::key::Code;

fn enter(tutor: &mut Tutor, line: &str) {
    tutor.typed(line);
    tutor.press(Code::Enter);
}

fn exercise(columns: u16, rows: u16) -> Tutor {
    let mut tutor = Tutor::of_test_pack(columns, rows);
    tutor.press(Code::Enter).typed("nn");
    tutor
}

#[test]
fn an_exercise_has_a_console_on_its_cluster() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let mut tutor = exercise(columns, rows);
        tutor.keys(&[Key::ctrl('o')]);
        enter(&mut tutor, "nosuch --flag");
        tutor.typed("kubectl get no");
        insta::assert_snapshot!(format!("console-exercise-{columns}x{rows}"), tutor.screen());
    }
}

#[test]
fn a_lesson_has_a_console_to_try_things_out() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut tutor = Tutor::of_test_pack(columns, rows);
        tutor.press(Code::Enter).typed("o");
        insta::assert_snapshot!(format!("console-text-{columns}x{rows}"), tutor.screen());
        tutor.press(Code::Esc);
        assert!(tutor.screen().contains("stable name"));
    }
}

#[test]
fn what_was_done_in_a_console_is_there_when_its_step_is_opened_again() {
    let mut tutor = exercise(80, 24);
    tutor.keys(&[Key::ctrl('o')]);
    enter(&mut tutor, "nosuch");
    tutor.typed("half a li");
    let before = tutor.screen();
    // Another step and back: as it was, the line included.
    tutor.press(Code::Esc).press(Code::Esc).typed("nb");
    assert!(!tutor.screen().contains("half a li"));
    tutor.keys(&[Key::ctrl('o')]);
    assert_eq!(tutor.screen(), before);
    // In another run of the program the journal gives it again, and it is opened at once.
    let mut again = Tutor::of_test_pack(80, 24);
    again.model.state = tutor.model.state.clone();
    again.press(Code::Enter).typed("nn");
    let shown = again.screen();
    assert!(shown.contains("bash: nosuch: command not found"), "{shown}");
    // F9 begins anew.
    again.press(Code::F(9)).typed("y");
    let shown = again.screen();
    assert!(!shown.contains("nosuch") && shown.contains("it counts"), "{shown}");
    let mut anew = Tutor::of_test_pack(80, 24);
    anew.model.state = again.model.state.clone();
    anew.press(Code::Enter).typed("nn");
    assert!(!anew.screen().contains("nosuch"));
}

#[test]
fn history_is_searched_and_the_wheel_scrolls_back() {
    let mut tutor = exercise(80, 24);
    tutor.keys(&[Key::ctrl('o')]);
    for n in 0..30 {
        enter(&mut tutor, &format!("nosuch-{n}"));
    }
    tutor.keys(&[Key::ctrl('r')]).typed("h-1");
    assert!(tutor.screen().contains("(search 'h-1') nosuch-19"));
    tutor.keys(&[Key::ctrl('r')]);
    assert!(tutor.screen().contains("(search 'h-1') nosuch-18"));
    tutor.press(Code::Esc).typed("x");
    assert!(tutor.screen().contains("$ nosuch-18x"));
    tutor.tell(Msg::Wheel(Some(portolan::app::Pane::Console), -3));
    let shown = tutor.screen();
    assert!(shown.contains("more below"), "{shown}");
    tutor.tell(Msg::Wheel(Some(portolan::app::Pane::Console), 3));
    assert!(tutor.screen().contains("$ nosuch-18x"));
}
