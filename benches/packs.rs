//! Packs: one of 10,000 lessons is loaded in 100 ms and quick to look through, and 1,000 errors
//! are told within a second.

use divan::Bencher;
use portolan::app::key::{Code, Key};
use portolan::app::{Model, Msg, Saving, update};
use portolan::content::{self, Files};
use portolan::progress::State;
use portolan::runtime::packs;
use portolan::ui::{self, Theme, ViewState};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::borrow::Cow;
use std::fmt::Write;

fn main() {
    divan::main();
}

/// A pack of so many short lessons, each with a text and a flow: 400 bytes.
fn pack(n_lessons: usize) -> Files {
    let mut files = Files::new();
    let ids: Vec<String> = (0..n_lessons).map(|n| format!("\"lesson-{n}\"")).collect();
    let head = format!(
        "format = 1\nid = \"large\"\nversion = \"1.0.0\"\ntitle = \"Large\"\nlessons = [{}]\n",
        ids.join(", ")
    );
    files.insert("pack.toml".to_owned(), head.into_bytes());
    for n in 0..n_lessons {
        let text = format!(
            "format = 1\nid = \"lesson-{n}\"\ntitle = \"Lesson {n}\"\n\n[[steps]]\nid = \"idea\"\n\
             [steps.text]\nbody = '''\nA Service of type `ClusterIP` has number {n}.\n'''\n\n\
             [[steps]]\nid = \"watch\"\n[steps.flow]\n[[steps.flow.probes]]\nfrom = \"external\"\n\
             to = \"node1:30080\"\nsay = \"Nobody answers.\"\nexpect = {{ outcomes = [\"timeout\"] }}\n"
        );
        files.insert(format!("lessons/lesson-{n}.toml"), text.into_bytes());
    }
    files
}

/// From bytes to lessons.
#[divan::bench(sample_count = 10)]
fn ten_thousand_lessons(bencher: Bencher<'_, '_>) {
    let files = pack(10_000);
    bencher.bench(|| {
        let (pack, problems) = content::load(&files);
        assert_eq!((pack.unwrap().lessons.len(), problems.len()), (10_000, 0));
    });
}

/// From the folder to lessons, as the tutor does it.
#[divan::bench(sample_count = 10)]
fn ten_thousand_lessons_of_a_folder(bencher: Bencher<'_, '_>) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("lessons")).unwrap();
    for (path, bytes) in pack(10_000) {
        std::fs::write(dir.path().join(path), bytes).unwrap();
    }
    bencher.bench(|| {
        let (pack, problems) = packs::open(dir.path()).unwrap();
        assert_eq!((pack.unwrap().lessons.len(), problems.len()), (10_000, 0));
    });
}

/// 10,000 lessons, each with a link that leads nowhere: all are told.
#[divan::bench(sample_count = 5)]
fn ten_thousand_dead_links(bencher: Bencher<'_, '_>) {
    let mut files = pack(10_000);
    for (path, bytes) in &mut files {
        if path.starts_with("lessons/") {
            let text = String::from_utf8(bytes.clone()).unwrap();
            *bytes = text.replace("`ClusterIP`", "[this](lesson-no)").into_bytes();
        }
    }
    bencher.bench(|| {
        let (_, problems) = content::load(&files);
        assert_eq!(problems.len(), 10_000);
    });
}

/// A lesson with 1,000 wrong keys and 1,000 lines that are no TOML; all on lines of their own,
/// or all the keys on one.
#[divan::bench(sample_count = 5, args = ["lines", "one line"])]
fn a_thousand_errors(bencher: Bencher<'_, '_>, how: &str) {
    let mut files = pack(1);
    let mut text = String::new();
    if how == "lines" {
        for n in 0..1_000 {
            let _ = writeln!(text, "wrong-{n} = {n}");
        }
    } else {
        let keys: Vec<String> = (0..1_000).map(|n| format!("wrong-{n} = {n}")).collect();
        let _ = writeln!(text, "steps = [{{ {} }}]", keys.join(", "));
    }
    let broken = if how == "lines" { "= 1\n".repeat(1_000) } else { String::new() };
    files.insert("lessons/lesson-0.toml".to_owned(), format!("{text}{broken}").into_bytes());
    bencher.bench(|| {
        let (_, problems) = content::load(&files);
        assert!(problems.len() >= 1_000, "{}", problems.len());
    });
}

/// The tutor with the built-in pack and one of 10,000 lessons, which is shown.
fn tutor() -> (Model, Terminal<TestBackend>, ViewState) {
    let (pack, _) = content::load(&pack(10_000));
    let packs = vec![Cow::Owned(pack.unwrap()), Cow::Borrowed(content::builtin())];
    let model = Model::new(packs, State::default(), Saving::On, None);
    (model, Terminal::new(TestBackend::new(120, 40)).unwrap(), ViewState::default())
}

fn press(tutor: &mut (Model, Terminal<TestBackend>, ViewState), key: Key) {
    let (model, terminal, view) = tutor;
    let _ = update(model, Msg::Key(key));
    terminal.draw(|frame| drop(ui::draw(model, &Theme::default(), view, frame))).unwrap();
}

/// From a key to its frame in the list of lessons: within 16 ms.
#[divan::bench(sample_count = 50)]
fn a_key_among_ten_thousand_lessons(bencher: Bencher<'_, '_>) {
    let mut tutor = tutor();
    bencher.bench_local(|| press(&mut tutor, Key::plain(Code::PageDown)));
}

/// The look-up opened, and closed again: all that can be found is gathered.
#[divan::bench(sample_count = 20)]
fn the_look_up_opened(bencher: Bencher<'_, '_>) {
    let mut tutor = tutor();
    bencher.bench_local(|| {
        press(&mut tutor, Key::char('/'));
        press(&mut tutor, Key::plain(Code::Esc));
    });
}

/// From a letter to its frame in the look-up: within 16 ms.
#[divan::bench(sample_count = 20, args = ["l", "lesson 99", "watch"])]
fn a_letter_in_the_look_up(bencher: Bencher<'_, '_>, typed: &str) {
    let mut tutor = tutor();
    press(&mut tutor, Key::char('/'));
    for c in typed.chars() {
        press(&mut tutor, Key::char(c));
    }
    bencher.bench_local(|| {
        press(&mut tutor, Key::char('9'));
        press(&mut tutor, Key::plain(Code::Backspace));
    });
}

/// Back to the list from a lesson: what is next is looked for.
#[divan::bench(sample_count = 20)]
fn back_to_ten_thousand_lessons(bencher: Bencher<'_, '_>) {
    let mut tutor = tutor();
    bencher.bench_local(|| {
        press(&mut tutor, Key::plain(Code::Enter));
        press(&mut tutor, Key::plain(Code::Esc));
    });
}
