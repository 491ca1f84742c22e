use super::*;

fn typed(text: &str) -> Editor {
    let mut editor = Editor::default();
    for c in text.chars() {
        if c == '\n' {
            editor.new_line();
        } else {
            editor.insert(&c.to_string());
        }
    }
    editor
}

#[test]
fn a_new_line_is_indented_as_yaml_wants_it() {
    assert_eq!(
        typed("spec:\nports:\n- name: a\nport: 80").text(),
        "spec:\n  ports:\n    - name: a\n      port: 80"
    );
}

#[test]
fn a_run_of_letters_is_one_change_and_undo_and_redo_go_through_all() {
    let mut editor = typed("kind: Pod");
    let mut seen = vec![editor.text().to_owned()];
    while editor.undo() {
        seen.push(editor.text().to_owned());
    }
    assert_eq!(seen, ["kind: Pod", "kind: ", "kind:", "kind", ""]);
    while editor.redo() {}
    assert_eq!(editor.text(), "kind: Pod");
    editor.undo();
    editor.insert("X");
    assert!(!editor.redo(), "a new change ends what could be made again");
    assert_eq!(editor.text(), "kind: X");
}

#[test]
fn backspace_in_the_indentation_takes_a_whole_step() {
    let mut editor = Editor::new("    a");
    editor.place(4, false);
    editor.delete_back();
    assert_eq!((editor.text(), editor.cursor()), ("  a", 2));
    editor.place(3, false);
    editor.delete_back();
    assert_eq!(editor.text(), "  ");
}

#[test]
fn a_selection_is_indented_outdented_and_replaced() {
    let mut editor = Editor::new("a\n\nb\nc");
    editor.place(0, false);
    editor.place(4, true);
    editor.indent();
    assert_eq!(editor.text(), "  a\n\n  b\nc");
    editor.outdent();
    assert_eq!(editor.text(), "a\n\nb\nc");
    editor.insert("x");
    assert_eq!(editor.text(), "x\nc");
}

#[test]
fn moves_keep_to_characters_words_and_columns() {
    let mut editor = Editor::new("é👩‍🚀x: ab\nq\nlonger line");
    editor.move_to(Motion::Right, false, 10);
    editor.move_to(Motion::Right, false, 10);
    assert_eq!(&editor.text()[editor.cursor()..editor.cursor() + 1], "x");
    editor.move_to(Motion::Down, false, 10);
    assert_eq!(editor.cursor(), editor.text().find("q").unwrap() + 1);
    editor.move_to(Motion::Down, false, 10);
    assert_eq!(&editor.text()[editor.cursor()..], "nger line");
    editor.move_to(Motion::WordRight, true, 10);
    assert_eq!(editor.selection().map(|(a, b)| &editor.text()[a..b]), Some("nger"));
    editor.move_to(Motion::Left, false, 10);
    assert_eq!(&editor.text()[editor.cursor()..], "nger line");
    editor.move_to(Motion::WordLeft, false, 10);
    assert_eq!(&editor.text()[editor.cursor()..], "longer line");
}

#[test]
fn a_paste_that_is_too_much_changes_nothing() {
    let mut editor = Editor::new("a");
    assert!(!editor.insert(&"x".repeat(MAX_BYTES)));
    assert_eq!(editor.text(), "a");
    assert!(editor.insert("\u{1b}[31m\r\n\tb"));
    assert_eq!(editor.text(), "[31m\n\tba");
}

#[test]
fn cut_without_a_selection_takes_the_line() {
    let mut editor = Editor::new("a\nb\n");
    editor.cut();
    editor.move_to(Motion::TextEnd, false, 10);
    editor.paste();
    assert_eq!(editor.text(), "b\na\n");
}
