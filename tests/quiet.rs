//! The real binary in a pseudo-terminal: silent while nothing moves, and how it asks for the
//! background.
#![cfg(unix)]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Far more than anything takes; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);
/// A timer of the chart fires fifteen times in this.
const A_WHILE: Duration = Duration::from_millis(500);

const QUESTION: &str = "\x1b]11;?\x07";

/// What the tutor has written, and the screen that it makes.
struct Written {
    parser: vt100::Parser,
    bytes: Vec<u8>,
}

struct Terminal {
    _master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    written: Arc<Mutex<Written>>,
}

impl Terminal {
    fn start(data: &Path, variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_portolan"));
        let plain = [("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8")];
        for (name, value) in plain.iter().chain(variables) {
            command.env(name, value);
        }
        command.env("PORTOLAN_DATA_DIR", data);
        for name in ["NO_COLOR", "COLORTERM", "COLORFGBG"] {
            command.env_remove(name);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let cells = |n| NonZeroU16::new(n).unwrap();
        let parser = vt100::Parser::new(cells(30), cells(100), 0);
        let written = Arc::new(Mutex::new(Written { parser, bytes: Vec::new() }));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let into = Arc::clone(&written);
        thread::spawn(move || {
            let mut bytes = [0; 8192];
            while let Ok(n) = reader.read(&mut bytes) {
                if n == 0 {
                    break;
                }
                let mut written = into.lock().unwrap();
                written.parser.process(&bytes[..n]);
                written.bytes.extend_from_slice(&bytes[..n]);
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { _master: pair.master, child, writer, written }
    }

    fn send(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        self
    }

    fn wait(&self, what: &str, seen: impl Fn(&Written) -> bool) {
        let start = Instant::now();
        while !seen(&self.written.lock().unwrap()) {
            let screen = self.written.lock().unwrap().parser.screen().contents();
            assert!(start.elapsed() < PATIENCE, "never seen: {what}\n{screen}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_for(&self, text: &str) {
        // Frames end with their last byte: nothing of this one is still to come.
        self.wait(text, |written| {
            written.parser.screen().contents().contains(text)
                && (written.bytes.ends_with(b"\x1b[?2026l")
                    || written.bytes.ends_with(QUESTION.as_bytes()))
        });
    }

    fn n_bytes(&self) -> usize {
        self.written.lock().unwrap().bytes.len()
    }

    /// How often the process's threads went to sleep so far; none where that is not told.
    fn n_sleeps(&self) -> Option<u64> {
        let id = self.child.process_id()?;
        let mut sum = 0;
        for task in std::fs::read_dir(format!("/proc/{id}/task")).ok()? {
            let status = std::fs::read_to_string(task.ok()?.path().join("status")).ok()?;
            let line =
                status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
            sum += line.trim().parse::<u64>().ok()?;
        }
        Some(sum)
    }

    /// Nothing is written and no thread wakes for a while.
    fn assert_quiet(&self, what: &str) {
        // What it did for the last key is over once it sleeps.
        thread::sleep(A_WHILE);
        let before = (self.n_bytes(), self.n_sleeps());
        thread::sleep(A_WHILE);
        assert_eq!((self.n_bytes(), self.n_sleeps()), before, "{what}");
    }

    fn ends(&mut self) -> bool {
        let start = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
        true
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// To the first chart of the first lesson, paused at its start.
fn open_chart(terminal: &mut Terminal) {
    terminal.wait_for("Enter open");
    terminal.send("\r");
    for _ in 0..20 {
        terminal.wait_for(" › ");
        if terminal.written.lock().unwrap().parser.screen().contents().contains("paused") {
            return;
        }
        let before = terminal.n_bytes();
        terminal.send("n");
        terminal.wait("the next step", |written| written.bytes.len() > before);
    }
    panic!("no chart");
}

#[test]
fn nothing_is_written_and_nothing_wakes_while_nothing_moves() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(data.path(), &[]);
    terminal.wait_for("Enter open");
    terminal.assert_quiet("at home");

    open_chart(&mut terminal);
    terminal.assert_quiet("a chart that was not played");
    terminal.send(" ");
    terminal.wait_for("playing");
    let before = terminal.n_bytes();
    terminal.wait("movement", |written| written.bytes.len() > before + 1000);
    terminal.send(" ");
    terminal.wait_for("paused");
    terminal.assert_quiet("a paused chart");
    terminal.send("++++ ");
    terminal.wait_for("ended");
    terminal.assert_quiet("a chart that has ended");

    // A key that does nothing writes nothing.
    let before = terminal.n_bytes();
    terminal.send("#####");
    terminal.assert_quiet("after a key that does nothing");
    assert_eq!(terminal.n_bytes(), before);
}

/// The colour of the first heading, which differs between dark and light.
fn accent(written: &Written) -> vt100::Color {
    written.parser.screen().cell(0, 1).unwrap().fgcolor()
}

const ON_DARK: vt100::Color = vt100::Color::Idx(74);
const ON_LIGHT: vt100::Color = vt100::Color::Idx(25);

#[test]
fn the_background_is_asked_for_after_the_first_frame_and_its_answer_costs_no_key() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(data.path(), &[]);
    terminal
        .wait("the question", |written| String::from_utf8_lossy(&written.bytes).contains(QUESTION));
    {
        let written = terminal.written.lock().unwrap();
        let text = String::from_utf8_lossy(&written.bytes);
        let (before, _) = text.split_once(QUESTION).unwrap();
        assert!(before.contains("quit"), "the first frame came before the question");
    }
    terminal.wait_for("Enter open");
    assert_eq!(accent(&terminal.written.lock().unwrap()), ON_DARK);
    // Keys around the answer: to the settings, and two rows down.
    terminal.send("sj\x1b]11;rgb:fafa/fafa/fafa\x1b\\j");
    terminal.wait("the light theme", |written| accent(written) == ON_LIGHT);
    terminal.wait("both keys", |written| {
        written.parser.screen().contents().lines().any(|line| line.contains("▸ Characters"))
    });
    let screen = terminal.written.lock().unwrap().parser.screen().contents();
    assert!(!screen.contains("rgb"), "{screen}");
    terminal.send("q");
    assert!(terminal.ends());
}

#[test]
fn a_setting_is_stronger_than_the_answer_and_a_dumb_terminal_is_not_asked() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("settings.toml"), "theme = \"dark\"\n").unwrap();
    let mut terminal = Terminal::start(data.path(), &[]);
    terminal.wait_for("Enter open");
    terminal.send("\x1b]11;rgb:ffff/ffff/ffff\x07s");
    terminal.wait_for("Background");
    assert_eq!(accent(&terminal.written.lock().unwrap()), ON_DARK);

    for term in ["dumb", "linux"] {
        let mut terminal = Terminal::start(data.path(), &[("TERM", term)]);
        terminal.wait_for("Enter open");
        terminal.send("q");
        assert!(terminal.ends());
        let written = terminal.written.lock().unwrap();
        assert!(!String::from_utf8_lossy(&written.bytes).contains(QUESTION), "{term}");
    }
}
