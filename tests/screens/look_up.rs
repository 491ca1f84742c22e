//! The look-up and the guide.

use super::Tutor;
use portolan::app::key::Code;
use portolan::app::{Hit, Msg, Screen};
use portolan::content::{self, Pack};
use std::borrow::Cow;

/// The test pack with the guide and two words.
fn pack() -> Pack {
    let mut pack = super::test_pack();
    let whole = content::builtin();
    pack.guide.clone_from(&whole.guide);
    let wanted = ["selector", "node-port"];
    pack.terms = whole.terms.iter().filter(|t| wanted.contains(&&*t.id)).cloned().collect();
    for term in &mut pack.terms {
        "doors/idea".clone_into(&mut term.see);
    }
    pack
}

fn tutor(columns: u16, rows: u16) -> Tutor {
    Tutor::with(vec![Cow::Owned(pack())], columns, rows)
}

#[test]
fn words_fields_and_lessons_are_found_as_one_types() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let mut tutor = tutor(columns, rows);
        tutor.typed("/");
        insta::assert_snapshot!(format!("look-up-{columns}x{rows}"), tutor.screen());
        tutor.typed("node port");
        insta::assert_snapshot!(format!("look-up-typed-{columns}x{rows}"), tutor.screen());
    }
    let mut tutor = tutor(80, 24);
    tutor.typed("/").typed("qzx");
    assert!(tutor.screen().contains("Nothing is called so."));
    tutor.press(Code::Backspace).press(Code::Esc);
    assert!(matches!(tutor.model.screen, Screen::Home));
}

#[test]
fn a_field_is_told_in_the_apis_words_and_a_lesson_opens() {
    let mut tutor = tutor(80, 24);
    tutor.typed("/").typed("sessionaffinity timeout");
    let screen = tutor.screen();
    assert!(screen.contains("timeoutSeconds") && screen.contains("<integer>"), "{screen}");
    for _ in 0..30 {
        tutor.press(Code::Backspace);
    }
    tutor.typed("selector");
    tutor.press(Code::Enter);
    let step = tutor.model.step().map(|(_, lesson, step)| (lesson.id.clone(), step.id.clone()));
    assert_eq!(step, Some(("doors".to_owned(), "idea".to_owned())));
}

#[test]
fn the_guide_leads_to_an_advice_and_back() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let mut tutor = tutor(columns, rows);
        // There is no question before the first.
        assert!(!tutor.typed("w").screen().contains("question before"));
        tutor.press(Code::Enter).press(Code::Down).press(Code::Down);
        insta::assert_snapshot!(format!("guide-{columns}x{rows}"), tutor.screen());
        for _ in 0..3 {
            tutor.press(Code::Enter);
        }
        insta::assert_snapshot!(format!("guide-advice-{columns}x{rows}"), tutor.screen());
        tutor.press(Code::Backspace);
        assert!(tutor.screen().contains("4 of 4"));
        tutor.press(Code::Esc);
        assert!(matches!(tutor.model.screen, Screen::Home));
    }
    // A click on the chosen answer takes it.
    let mut tutor = tutor(80, 24);
    tutor.typed("w");
    for _ in 0..2 {
        tutor.tell(Msg::Click { hit: Hit::Row(1), column: 0, drag: false });
    }
    assert!(tutor.screen().contains("2 of 4"));
}
