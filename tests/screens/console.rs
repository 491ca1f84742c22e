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

#[test]
fn a_file_is_edited_over_the_console_and_left_with_its_text() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut tutor = exercise(columns, rows);
        tutor.keys(&[Key::ctrl('o')]);
        enter(&mut tutor, "cp service.yaml other.yaml; vim other.yaml");
        insta::assert_snapshot!(format!("console-file-{columns}x{rows}"), tutor.screen());
        // Left without saving after a change: that is asked first.
        tutor.typed("#x").press(Code::Esc);
        assert!(tutor.screen().contains("without saving"), "{}", tutor.screen());
        tutor.typed("n").keys(&[Key::ctrl('s')]);
        enter(&mut tutor, "clear; head -1 other.yaml");
        assert!(tutor.screen().contains("#xapiVersion: v1"), "{}", tutor.screen());
    }
}

#[test]
fn the_text_and_its_file_are_one() {
    let mut tutor = exercise(120, 40);
    tutor.keys(&[Key::ctrl('o')]);
    enter(&mut tutor, "sed -i s/wbe/web/ service.yaml");
    assert!(tutor.screen().contains("│ app: web  "), "{}", tutor.screen());
    tutor.keys(&[Key::ctrl('o')]).typed("# mine").press(Code::Enter);
    tutor.keys(&[Key::ctrl('o')]);
    enter(&mut tutor, "head -1 service.yaml");
    assert!(tutor.screen().contains("│ # mine"), "{}", tutor.screen());
}

#[test]
fn what_is_done_in_the_console_counts() {
    let mut tutor = exercise(120, 40);
    tutor.keys(&[Key::ctrl('o')]);
    assert!(tutor.screen().contains("Goals 1/4"));
    enter(&mut tutor, "rm service.yaml");
    enter(
        &mut tutor,
        "kubectl create service nodeport web --tcp=80:8080 --node-port=30080 --dry-run=client \
         -o yaml | grep -v '^status\\|loadBalancer' > service.yaml",
    );
    assert!(tutor.screen().contains("Goals 4/4"), "{}", tutor.screen());
    tutor.keys(&[Key::ctrl('s')]);
    assert!(tutor.screen().contains("4 of 4 points"), "{}", tutor.screen());
}

#[test]
fn questions_are_answered_by_doing() {
    let (pack, _) = portolan::runtime::packs::open("tests/packs/whole".as_ref()).unwrap();
    let mut tutor = Tutor::with(vec![std::borrow::Cow::Owned(pack.unwrap())], 80, 24);
    // In an exercise letters are typed into its text, until that is left.
    tutor.press(Code::Enter).typed("nn").press(Code::Esc).typed("nn");
    tutor.press(Code::Esc).typed("n").press(Code::Esc).typed("n");
    for _ in 0..20 {
        if tutor.screen().contains("Make a Service for the Pod") {
            break;
        }
        // Any answer leads on.
        tutor.typed("x111").press(Code::Enter).press(Code::Enter);
    }
    insta::assert_snapshot!("question-command-80x24", tutor.screen());
    tutor.keys(&[Key::ctrl('s')]);
    assert!(tutor.screen().contains("answer it there first"), "{}", tutor.screen());
    tutor.press(Code::Enter);
    enter(&mut tutor, "kubectl expose pod web-a --port=80 --target-port=8080");
    insta::assert_snapshot!("question-console-80x24", tutor.screen());
    tutor.keys(&[Key::ctrl('s')]);
    insta::assert_snapshot!("question-command-marked-80x24", tutor.screen());
    tutor.press(Code::Enter);
    assert!(tutor.screen().contains("Write a headless Service web"), "{}", tutor.screen());
    tutor.press(Code::Enter);
    insta::assert_snapshot!("question-manifest-80x24", tutor.screen());
    tutor.keys(&[Key::ctrl('s'), Key::ctrl('s')]);
    assert!(tutor.screen().contains("Not right."), "{}", tutor.screen());
}

#[test]
fn where_the_cluster_reaches_the_goals_the_text_does_not_gainsay_it() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut tutor = exercise(columns, rows);
        // A text that is refused, and the goals reached without it.
        tutor.keys(&[Key::ctrl('o')]);
        enter(&mut tutor, "sed -i 's/port:/prot:/; s/^kind: .*/kind: Service/' service.yaml");
        enter(&mut tutor, "kubectl create service nodeport web --tcp=80:8080 --node-port=30080");
        assert!(tutor.screen().contains("Goals 4/4"), "{}", tutor.screen());
        tutor.keys(&[Key::ctrl('s')]);
        assert!(tutor.screen().contains("4 of 4 points"), "{}", tutor.screen());
        tutor.press(Code::Esc).press(Code::Esc);
        insta::assert_snapshot!(format!("console-done-{columns}x{rows}"), tutor.screen());
        // F8 goes to what is wrong with the text: it is said there.
        tutor.press(Code::F(8));
        let shown = tutor.screen();
        assert!(shown.contains("It meets all goals") && shown.contains("prot"), "{shown}");
    }
}

#[test]
fn a_console_alone_is_of_use_in_a_corner_of_the_screen() {
    for (columns, rows) in [(60, 12), (30, 6), (160, 45)] {
        let mut tutor = Tutor::of_test_pack(columns, rows);
        let cluster = portolan::cluster::Cluster::default();
        let console = portolan::kubectl::Console::new(cluster, portolan::kubectl::Files::default());
        let pane = portolan::app::console::ConsolePane::new(console, "");
        let title = "Console: a world".to_owned();
        let screen = portolan::app::console::screen::ConsoleScreen { pane, title };
        tutor.model.screen = portolan::app::Screen::Console(Box::new(screen));
        enter(&mut tutor, "kubectl get ns default");
        tutor.typed("kubectl get end").press(Code::Tab).press(Code::Tab);
        insta::assert_snapshot!(format!("console-alone-{columns}x{rows}"), tutor.screen());
        // A file needs more room than that: it is said, and nothing is lost.
        tutor.press(Code::Home).keys(&[Key::ctrl('k')]);
        enter(&mut tutor, "vim x");
        let shown = tutor.screen();
        assert_eq!(shown.contains("Portolan needs"), columns < 80, "{shown}");
    }
}
