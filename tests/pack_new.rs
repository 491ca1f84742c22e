//! `pack new`: the pack that it makes.

use portolan::content::schema::{Kind, LESSON, QUIZ, Table};
use portolan::runtime::packs;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn portolan(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(args)
        .current_dir(folder)
        .env("PORTOLAN_DATA_DIR", folder.join("data"))
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_new_pack_passes_its_check_is_loaded_and_says_what_to_do_next() {
    let home = tempfile::tempdir().unwrap();
    let made = portolan(home.path(), &["pack", "new", "our-class"]);
    assert_eq!(made.status.code(), Some(0));
    assert_eq!(
        out(&made),
        "Made the pack our-class in our-class:\n  pack.toml\n  lessons/first.toml\n  \
         quizzes/first.toml\n  worlds/class.yaml\n\nOpen it:          portolan --pack \
         our-class\nCheck it:         portolan pack check our-class\nThen change it:   begin with \
         the title in pack.toml; docs/packs.md lists all that a pack can hold.\n"
    );
    let check = portolan(home.path(), &["pack", "check", "our-class"]);
    assert!(out(&check).starts_with("our-class: 1 lesson, 1 quiz, 8 questions, 1 world, "));
    assert!(out(&check).ends_with("claims; nothing is wrong.\n"), "{}", out(&check));
    let lessons = portolan(home.path(), &["lessons", "--pack", "our-class"]);
    let read = portolan(home.path(), &["read", "first", "--pack", "our-class"]);
    assert_eq!((lessons.status.code(), read.status.code()), (Some(0), Some(0)));
    assert!(out(&read).starts_with("A NAME FOR HELLO\n"), "{}", out(&read));
}

/// The declared table behind `key`.
fn inside(table: &Table, key: &str) -> &'static Table {
    let field = table.fields.iter().find(|field| field.name == key).unwrap();
    match &field.kind {
        Kind::List { of: Kind::Table(inner), .. } | Kind::Table(inner) => inner,
        _ => panic!("{key} holds no table"),
    }
}

fn keys(list: &toml::Value) -> BTreeSet<&str> {
    let tables = list.as_array().unwrap().iter().filter_map(toml::Value::as_table);
    tables.flat_map(|table| table.keys().map(String::as_str)).collect()
}

#[test]
fn a_new_pack_has_each_kind_of_step_goal_and_question_and_all_of_an_exercise() {
    let home = tempfile::tempdir().unwrap();
    // The folder's name is no id: the pack gets another.
    portolan(home.path(), &["pack", "new", "Our Class"]);
    let folder = home.path().join("Our Class");
    assert_eq!(packs::open(&folder).unwrap().0.unwrap().id, "my-pack");
    let tree = |path: &str| -> toml::Table {
        fs::read_to_string(folder.join(path)).unwrap().parse().unwrap()
    };
    let (lesson, quiz) = (tree("lessons/first.toml"), tree("quizzes/first.toml"));
    let steps = lesson["steps"].as_array().unwrap();
    let exercises: Vec<_> = steps.iter().filter_map(|step| step.get("exercise")).collect();
    let goals = exercises.iter().flat_map(|e| e["goals"].as_array().unwrap().clone()).collect();
    let declared = inside(inside(&LESSON, "steps"), "exercise");
    for (table, list) in [
        (inside(&LESSON, "steps"), &lesson["steps"]),
        (inside(declared, "goals"), &toml::Value::Array(goals)),
        (inside(&QUIZ, "questions"), &quiz["questions"]),
    ] {
        for kind in table.exactly_one {
            assert!(keys(list).contains(kind), "{} is never {kind}", table.name);
        }
    }
    for field in declared.fields {
        assert!(exercises.iter().any(|e| e.get(field.name).is_some()), "no {}", field.name);
    }
}

#[test]
fn a_folder_that_is_not_empty_is_refused_and_left_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("full")).unwrap();
    fs::write(home.path().join("full/notes.txt"), "mine").unwrap();
    let refused = portolan(home.path(), &["pack", "new", "full"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&refused.stderr),
        "error: full is not empty: name a folder that is not there yet\n"
    );
    assert_eq!(fs::read_dir(home.path().join("full")).unwrap().count(), 1);
    let file = portolan(home.path(), &["pack", "new", "full/notes.txt"]);
    assert_eq!(file.status.code(), Some(2));
    fs::create_dir(home.path().join("empty")).unwrap();
    assert_eq!(portolan(home.path(), &["pack", "new", "empty"]).status.code(), Some(0));
}
