//! The workshop in a pseudo-terminal: plain editing, vim editing, the learner's own editor,
//! a fix by key, a restart in the middle. Waits for what the screen shows, never for time.
#![cfg(unix)]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use portolan::app::bench::Bench;
use portolan::app::key::{Code, Key};
use portolan::app::lesson::StepScreen;
use portolan::app::settings::EditorMode;
use portolan::app::{Effect, Model, Msg, Saving, Screen, update};
use portolan::content::{self, StepKind};
use portolan::progress::{Event, State};
use std::borrow::Cow;
use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Far more than anything takes; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

struct Terminal {
    _master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    parser: Arc<Mutex<vt100::Parser>>,
    /// Everything that came out.
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    /// Starts the tutor with `home` for its data and settings.
    fn start(home: &Path, environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_portolan"));
        for (name, value) in
            [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8")]
        {
            command.env(name, value);
        }
        command.env("PORTOLAN_DATA_DIR", home);
        for name in ["NO_COLOR", "VISUAL", "EDITOR"] {
            command.env_remove(name);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let cells = |n| NonZeroU16::new(n).unwrap();
        let parser = Arc::new(Mutex::new(vt100::Parser::new(cells(24), cells(80), 0)));
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (shown, all) = (Arc::clone(&parser), Arc::clone(&bytes));
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 {
                    break;
                }
                shown.lock().unwrap().process(&buffer[..n]);
                all.lock().unwrap().extend_from_slice(&buffer[..n]);
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { _master: pair.master, child, writer, parser, bytes }
    }

    fn screen(&self) -> String {
        let contents = self.parser.lock().unwrap().screen().contents();
        contents.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    fn wait(&self, what: &str, seen: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if seen(&screen) {
                return screen;
            }
            assert!(start.elapsed() < PATIENCE, "never seen: {what}\n{screen}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_for(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    fn send(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        self
    }

    /// Opens the NodePort lesson's exercise.
    fn open_exercise(&mut self) {
        self.wait_for("steps");
        for _ in 0..30 {
            let chosen = self.wait("a chosen lesson", |screen| screen.contains('▸'));
            let row = chosen.lines().find(|line| line.trim_start().starts_with('▸')).unwrap();
            if row.contains("NodePort") {
                break;
            }
            let before = row.to_owned();
            self.send("j");
            self.wait("another lesson", |screen| {
                screen.lines().any(|line| line.trim_start().starts_with('▸'))
                    && !screen.lines().any(|line| line == before)
            });
        }
        self.send("\r");
        for _ in 0..30 {
            let screen = self.wait_for(" › ");
            let head = screen.lines().next().unwrap_or_default().to_owned();
            if head.contains("open port 30080") {
                self.wait_for("service.yaml");
                return;
            }
            self.send("n");
            self.wait("another step", |screen| {
                screen.lines().next().is_some_and(|line| line.contains(" › ") && line != head)
            });
        }
        panic!("no exercise\n{}", self.screen());
    }

    fn end(&mut self) {
        self.send("\x11");
        let start = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < PATIENCE, "it does not end\n{}", self.screen());
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// The editor's lines as the screen shows them, without numbers, guides and borders.
fn lines(screen: &str) -> Vec<String> {
    screen
        .lines()
        .filter_map(|line| line.strip_prefix('│'))
        .filter_map(|line| {
            let cut = line.split('│').collect::<Vec<_>>();
            let cut = &cut[..cut.len().saturating_sub(1).max(1)];
            let line = cut.join(" ");
            let number: String = line.chars().skip(1).take(4).filter(|c| *c != '✗').collect();
            number.trim().parse::<usize>().ok()?;
            Some(line.chars().skip(6).collect::<String>().trim_end().to_owned())
        })
        .collect()
}

const SERVICE: [&str; 12] = [
    "apiVersion: v1",
    "kind: Service",
    "metadata:",
    "  name: web",
    "spec:",
    "  type: NodePort",
    "  selector:",
    "    app: web",
    "  ports:",
    "    - port: 80",
    "      targetPort: 8080",
    "      nodePort: 30080",
];

fn is_service(screen: &str) -> bool {
    lines(screen) == SERVICE
}

#[test]
fn plain_keys_write_a_service_with_indentation_completion_search_and_undo() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(home.path(), &[]);
    terminal.open_exercise();
    // Everything anew: Enter indents, Backspace takes a step back, names are completed.
    terminal.send("\x01apiVersion: v1\rkind: Service\rmetadata:\rname: web\r\x7fspec:\rtyp\0");
    terminal.wait_for("  type: ");
    terminal.send("\0");
    terminal.wait_for("▸ ClusterIP");
    terminal.send("N");
    terminal.wait("one value left", |screen| {
        !screen.contains("▸ ClusterIP") && screen.contains("▸ NodePort")
    });
    terminal
        .send("\r\rselector:\rapp: wbe\r\x7fports:\r- port: 80\rtargetPort: 8080\rnodePort: 30080");
    terminal.wait_for("Goals 1/6");
    // The wrong label, found and put right; then taken back and made again.
    terminal.send("\x06wbe");
    terminal.wait_for("Find: wbe");
    terminal.send("\x1b");
    terminal.wait("the line closed", |screen| !screen.contains("Find:"));
    terminal.send("web");
    terminal.wait("the service", is_service);
    terminal.wait_for("Goals 6/6");
    terminal.send("\x15");
    terminal.wait("taken back", |screen| !is_service(screen));
    // Lines: commented out and in, repeated, moved.
    terminal.send("\x12\x1bc");
    terminal.wait("a comment", |screen| lines(screen).iter().any(|line| line == "    # app: web"));
    terminal.send("\x1bc");
    terminal.wait("the service", is_service);
    terminal.send("\x1bd");
    terminal.wait("a line twice", |screen| lines(screen).len() == 13);
    terminal.send("\x15");
    terminal.wait("the service", is_service);
    // A paste comes in one piece and goes in one.
    let paste = "# pasted\n".repeat(1000);
    terminal.send(&format!("\x1b[200~{paste}\x1b[201~"));
    terminal.wait_for("1008:");
    terminal.send("\x15");
    terminal.wait("the service", is_service);
    // Copied text goes to the system's clipboard.
    terminal.send("\x1b[1;2H\x03");
    let wanted = b"\x1b]52;c;";
    let start = Instant::now();
    while !terminal.bytes.lock().unwrap().windows(wanted.len()).any(|part| part == wanted) {
        assert!(start.elapsed() < PATIENCE, "no clipboard\n{}", terminal.screen());
        thread::sleep(Duration::from_millis(5));
    }
    terminal.send("\x13");
    terminal.wait_for("6 of 6 points");
    terminal.end();
}

#[test]
fn vims_keys_write_a_service() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("settings.toml"), "editor_mode = \"vim\"\n").unwrap();
    let mut terminal = Terminal::start(home.path(), &[]);
    terminal.open_exercise();
    terminal.send(":%d\riapiVersion: v1\rkind: Service\rmetadata:\rname: wbe");
    terminal.wait_for("-- INSERT --");
    terminal.send("\x1b");
    terminal.wait("normal mode", |screen| !screen.contains("INSERT"));
    terminal.send("ospec:\x1b<<otype: Nodeport\rselector:\rapp: wbe\x1b");
    terminal.send("oports:\x1b<<o- port: 80\rtargetPort: 8080\rnodePort: 3080\x1b");
    terminal.wait("all lines", |screen| lines(screen).len() == 12);
    terminal.send(":%s/wbe/web/\r");
    terminal.send("/Nodep\rcwNodePort\x1bGfpciwnodePort\x1b$bcw30080\x1b");
    terminal.wait("the service", is_service);
    terminal.wait_for("Goals 6/6");
    // dd, u, Ctrl-R, ., counts.
    terminal.send("gg3dd");
    terminal.wait_for("3 fewer lines");
    terminal.send("u");
    terminal.wait_for("3 more lines");
    terminal.send("Gx.u");
    terminal.send("u");
    terminal.wait("the service", is_service);
    // Leaving and writing as in vim.
    terminal.send(":q\r");
    terminal.wait_for("E37: No write since last change (add ! to override)");
    terminal.send(":w\r");
    terminal.wait_for("12L, ");
    terminal.send(":nosuch\r");
    terminal.wait_for("E492: Not an editor command: nosuch");
    terminal.send(":wq\r");
    terminal.wait_for("i edit");
    terminal.send("\x13");
    terminal.wait_for("6 of 6 points");
    terminal.end();
}

#[test]
fn the_own_editor_gets_the_text_and_gives_it_back() {
    let home = tempfile::tempdir().unwrap();
    let script = home.path().join("editor.sh");
    let write = |body: &str| fs::write(&script, body).unwrap();
    write(
        "printf 'in the editor: '; wc -l < \"$1\"; read answer; echo \"# $answer\" >> \"$1\"; echo # >&2",
    );
    let command = format!("sh {}", script.display());
    let tmp = home.path().join("tmp");
    fs::create_dir(&tmp).unwrap();
    let tmp_name = tmp.display().to_string();
    let environment = [("VISUAL", command.as_str()), ("TMPDIR", tmp_name.as_str())];
    let mut terminal = Terminal::start(home.path(), &environment);
    terminal.open_exercise();
    terminal.send("\x1b");
    terminal.wait_for("i edit");
    terminal.send("e");
    // The terminal is the editor's: what is typed goes to it, and to nobody else.
    terminal.wait("the editor", |screen| {
        screen.contains("in the editor:") && !screen.contains("Goals")
    });
    terminal.send("from the editor q\r");
    terminal.wait_for("Taken over.");
    let screen = terminal.screen();
    assert!(lines(&screen).iter().any(|line| line == "# from the editor q"), "{screen}");
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0);
    // What goes wrong is said, and the text stays.
    let before = lines(&screen);
    write("echo 'lost: no' > \"$1\"; exit 3");
    terminal.send("e");
    terminal.wait_for("ended with 3");
    assert_eq!(lines(&terminal.screen()), before);
    let kept = fs::read_dir(&tmp).unwrap().next().unwrap().unwrap().path().join("service.yaml");
    assert_eq!(fs::read_to_string(kept).unwrap(), "lost: no\n");
    write("rm \"$1\"");
    terminal.send("e");
    terminal.wait_for("The file was deleted: the text stays as it was.");
    write("printf '\\377' > \"$1\"");
    terminal.send("e");
    terminal.wait_for("is no UTF-8");
    assert_eq!(lines(&terminal.screen()), before);
    // Undo goes back behind the editor.
    terminal.send("i\x15");
    terminal.wait("the text before", |screen| {
        screen.contains("Esc leave editor") && !screen.contains("# from the editor")
    });
    terminal.end();
}

#[test]
fn a_key_makes_the_change_that_a_finding_offers() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(home.path(), &[]);
    terminal.open_exercise();
    terminal.send("\x01");
    let wrong = SERVICE.join("\n").replace("NodePort", "Nodeport");
    terminal.send(&format!("\x1b[200~{wrong}\x1b[201~"));
    terminal.wait_for(" F7 ");
    terminal.send("\x1b[18~");
    terminal.wait("the service", is_service);
    terminal.wait_for("Undo takes it back.");
    terminal.wait_for("Goals 6/6");
    terminal.send("\x15");
    terminal.wait("the text before", |screen| screen.contains(" F7 ") && !is_service(screen));
    terminal.end();
}

#[test]
fn a_restart_in_the_middle_keeps_the_text() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(home.path(), &[]);
    terminal.open_exercise();
    terminal.send("\x01");
    terminal.send(&format!("\x1b[200~{}\x1b[201~", SERVICE[..9].join("\n")));
    terminal.wait_for("9:9 ");
    terminal.send("\r- port: 8");
    let before = terminal.wait("a line half typed", |screen| {
        lines(screen).last().is_some_and(|line| line == "    - port: 8")
    });
    // Killed, not asked: what a pause of a second has recorded is there.
    let journal = home.path().join("journal.jsonl");
    let start = Instant::now();
    while !fs::read_to_string(&journal).unwrap_or_default().contains("- port: 8\"") {
        assert!(start.elapsed() < PATIENCE, "not recorded");
        thread::sleep(Duration::from_millis(20));
    }
    terminal.child.kill().unwrap();
    drop(terminal);
    let mut terminal = Terminal::start(home.path(), &[]);
    terminal.open_exercise();
    let after = terminal.wait_for("- port: 8");
    assert_eq!(lines(&after), lines(&before));
    terminal.end();
}

/// An exercise without a terminal.
struct Desk {
    model: Model,
}

impl Desk {
    /// In the exercise of the NodePort lesson.
    fn open(mode: EditorMode) -> Self {
        let pack = content::builtin();
        let mut model = Model::new(vec![Cow::Borrowed(pack)], State::default(), Saving::On, None);
        model.settings.editor_mode = mode;
        let mut desk = Self { model };
        let at = pack.lessons.iter().position(|lesson| lesson.id == "nodeport").unwrap();
        for _ in 0..at {
            desk.key(Key::plain(Code::Down));
        }
        desk.key(Key::plain(Code::Enter));
        let is_exercise = |step: &content::Step| matches!(step.kind, StepKind::Exercise(_));
        for _ in 0..pack.lessons[at].steps.iter().position(is_exercise).unwrap() {
            desk.key(Key::char('n'));
        }
        desk
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        self.tell(Msg::Key(key))
    }

    fn tell(&mut self, msg: Msg) -> Vec<Effect> {
        let mut effects = update(&mut self.model, msg);
        effects.extend(update(&mut self.model, Msg::Settle));
        effects
    }

    fn bench(&self) -> &Bench {
        let Screen::Lesson(lesson) = &self.model.screen else { panic!("no lesson") };
        let StepScreen::Exercise(exercise) = &lesson.step else { panic!("no exercise") };
        exercise.bench.as_ref().unwrap()
    }

    fn text(&self) -> &str {
        self.bench().editor.text()
    }

    /// The text that is written to the journal now.
    fn recorded(&mut self) -> Option<String> {
        self.tell(Msg::Save).into_iter().find_map(|effect| match effect {
            Effect::Record(entry) => match entry.event {
                Event::Draft { text, .. } => Some(text),
                _ => None,
            },
            _ => None,
        })
    }
}

#[test]
fn a_paste_of_a_megabyte_loses_nothing_and_is_taken_back_in_one_step() {
    let line = "  # caf\u{e9} \u{1f6a2} \u{4e2d}\u{6587}: \"a\" [b] {c}\r\n";
    let pasted: String = line.repeat((1 << 20) / line.len() + 1);
    assert!(pasted.len() >= 1 << 20);
    let lines = pasted.replace("\r\n", "\n");
    for mode in [EditorMode::Plain, EditorMode::Vim] {
        let mut desk = Desk::open(mode);
        let before = desk.text().to_owned();
        let second = before.find('\n').unwrap() + 1;
        desk.key(Key::plain(Code::Down));
        if mode == EditorMode::Vim {
            desk.key(Key::char('i'));
        }
        let whole = format!("{}{lines}{}", &before[..second], &before[second..]);
        let effects = desk.tell(Msg::Paste(pasted.clone()));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::SaveSoon)));
        assert!(desk.text() == whole, "{mode:?}: {} bytes", desk.text().len());
        assert_eq!(desk.recorded().as_ref(), Some(&whole));
        // Twice as much again is too much for one text: it stays as it is, and that is said.
        desk.tell(Msg::Paste(pasted.repeat(2)));
        assert!(desk.text() == whole, "{mode:?}: {} bytes", desk.text().len());
        assert_eq!(desk.model.notice.as_deref(), Some("That is too much text: 2 MiB at most."));
        // At the pause it is graded; then back, and forth again.
        desk.tell(Msg::Tick(60));
        assert!(!desk.bench().wants_ticks());
        let undo = match mode {
            EditorMode::Plain => Key::ctrl('u'),
            EditorMode::Vim => {
                desk.key(Key::plain(Code::Esc));
                Key::char('u')
            }
        };
        desk.key(undo);
        assert_eq!(desk.text(), before, "{mode:?}");
        desk.key(if mode == EditorMode::Plain { Key::ctrl('y') } else { Key::ctrl('r') });
        assert!(desk.text() == whole, "{mode:?}: {} bytes", desk.text().len());
        assert_eq!(desk.recorded().as_ref(), Some(&whole));
    }
}
