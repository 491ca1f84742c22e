//! A key to its frame in the editor (budget 16 ms), in texts of real size.
//! `cargo bench --bench editor`.

use divan::Bencher;
use portolan::app::key::{Code, Key};
use portolan::app::settings::EditorMode;
use portolan::app::{Effect, Model, Msg, Saving, update};
use portolan::content;
use portolan::progress::State;
use portolan::ui::{self, Theme, ViewState};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::borrow::Cow;

fn main() {
    divan::main();
}

struct Tutor {
    model: Model,
    view: ViewState,
    terminal: Terminal<TestBackend>,
}

impl Tutor {
    /// In the exercise of the NodePort lesson, with a text of so many lines.
    fn with_lines(n_lines: usize, mode: EditorMode) -> Self {
        let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web-N\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n---\n";
        let text = (0..n_lines / 10).map(|n| service.replace('N', &n.to_string())).collect();
        Self::with_text(text, n_lines, mode)
    }

    /// With one document of so many lines.
    fn with_one_document(n_lines: usize) -> Self {
        let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n";
        let fields = (5..n_lines).map(|n| format!("  setting-{n}: \"{n}\"\n")).collect::<String>();
        Self::with_text(head.to_owned() + &fields, n_lines, EditorMode::Plain)
    }

    fn with_text(text: String, n_lines: usize, mode: EditorMode) -> Self {
        let pack = content::builtin();
        let mut model = Model::new(vec![Cow::Borrowed(pack)], State::default(), Saving::On, None);
        model.settings.editor_mode = mode;
        let terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
        let mut tutor = Self { model, view: ViewState::default(), terminal };
        let at = pack.lessons.iter().position(|lesson| lesson.id == "nodeport").unwrap();
        for _ in 0..at {
            tutor.key(Key::plain(Code::Down));
        }
        tutor.key(Key::plain(Code::Enter));
        let steps = &pack.lessons[at].steps;
        let exercise =
            steps.iter().position(|s| matches!(s.kind, content::StepKind::Exercise(_))).unwrap();
        for _ in 0..exercise {
            tutor.key(Key::char('n'));
        }
        tutor.tell(Msg::Paste(text));
        tutor.tell(Msg::Tick(60));
        if mode == EditorMode::Vim {
            for c in "50%zzo".chars().filter(|c| *c != 'z') {
                tutor.key(Key::char(c));
            }
        } else {
            for _ in 0..n_lines / 40 {
                tutor.key(Key::plain(Code::PageUp));
            }
        }
        tutor
    }

    fn key(&mut self, key: Key) {
        self.tell(Msg::Key(key));
    }

    fn tell(&mut self, msg: Msg) {
        for msg in [msg, Msg::Settle] {
            for effect in update(&mut self.model, msg) {
                if let Effect::Scroll(pane, by) = effect {
                    self.view.scroll(pane, by);
                }
            }
        }
        let Self { model, view, terminal } = self;
        terminal.draw(|frame| drop(ui::draw(model, &Theme::default(), view, frame))).unwrap();
    }
}

/// A letter typed, graded where it is, drawn.
#[divan::bench(args = [10, 500, 5000])]
fn a_letter_to_its_frame(bencher: Bencher<'_, '_>, n_lines: usize) {
    let mut tutor = Tutor::with_lines(n_lines, EditorMode::Plain);
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        tutor.key(if n % 2 == 0 { Key::plain(Code::Backspace) } else { Key::char('x') });
    });
}

/// A letter typed in the middle of one long document.
#[divan::bench(args = [500, 5000])]
fn a_letter_in_one_document(bencher: Bencher<'_, '_>, n_lines: usize) {
    let mut tutor = Tutor::with_one_document(n_lines);
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        tutor.key(if n % 2 == 0 { Key::plain(Code::Backspace) } else { Key::char('x') });
    });
}

/// A new line, and taken back.
#[divan::bench(args = [10, 500, 5000])]
fn a_new_line_and_undo(bencher: Bencher<'_, '_>, n_lines: usize) {
    let mut tutor = Tutor::with_lines(n_lines, EditorMode::Plain);
    bencher.bench_local(|| {
        tutor.key(Key::plain(Code::Enter));
        tutor.key(Key { ctrl: true, ..Key::char('u') });
    });
}

/// The pause after a letter: the text is graded.
#[divan::bench(args = [10, 500, 5000])]
fn the_grade_after_a_pause(bencher: Bencher<'_, '_>, n_lines: usize) {
    let mut tutor = Tutor::with_lines(n_lines, EditorMode::Plain);
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        tutor.key(if n % 2 == 0 { Key::plain(Code::Backspace) } else { Key::char('x') });
        tutor.tell(Msg::Tick(30));
    });
}

/// The cursor a line down.
#[divan::bench(args = [10, 500, 5000])]
fn a_move_to_its_frame(bencher: Bencher<'_, '_>, n_lines: usize) {
    let mut tutor = Tutor::with_lines(n_lines, EditorMode::Plain);
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        tutor.key(Key::plain(if n % 2 == 0 { Code::Up } else { Code::Down }));
    });
}

/// A letter typed in vim's insert mode.
#[divan::bench(args = [10, 500, 5000])]
fn a_letter_in_vim(bencher: Bencher<'_, '_>, n_lines: usize) {
    let mut tutor = Tutor::with_lines(n_lines, EditorMode::Vim);
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        tutor.key(if n % 2 == 0 { Key::plain(Code::Backspace) } else { Key::char('x') });
    });
}
