//! `pack check --watch` in a pseudo-terminal. Waits for what is shown, never for time.
#![cfg(unix)]

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Far more than anything takes; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a pack that `pack new` made.
struct Author(TempDir);

impl Author {
    fn new() -> Self {
        let author = Self(tempfile::tempdir().unwrap());
        let made = author.command(&["pack", "new", "mine"]).output().unwrap();
        assert!(made.status.success());
        author
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        command.args(args).current_dir(self.0.path()).env("PORTOLAN_DATA_DIR", self.path("data"));
        command
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Saves the first lesson with `from` replaced, as editors do it: a new file renamed over
    /// the old one.
    fn save(&self, from: &str, to: &str) {
        let path = self.path("mine/lessons/first.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(self.path("new"), text.replace(from, to)).unwrap();
        fs::rename(self.path("new"), path).unwrap();
    }
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}

struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    parser: Arc<Mutex<vt100::Parser>>,
}

impl Terminal {
    fn start(author: &Author, args: &[&str]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_portolan"));
        command.args(args);
        command.cwd(author.0.path());
        for (name, value) in [("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8")] {
            command.env(name, value);
        }
        command.env("PORTOLAN_DATA_DIR", author.path("data"));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = Arc::new(Mutex::new(vt100::Parser::new(cells(24), cells(80), 0)));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let shown = Arc::clone(&parser);
        thread::spawn(move || {
            // Dropped here, the terminal would hang up on the process.
            let _master = pair.master;
            let mut bytes = [0; 8192];
            while let Ok(n) = reader.read(&mut bytes) {
                if n == 0 {
                    break;
                }
                shown.lock().unwrap().process(&bytes[..n]);
            }
        });
        Self { child, writer, parser }
    }

    fn wait_for(&self, text: &str) -> String {
        self.wait_for_times(1, text)
    }

    fn wait_for_times(&self, n_times: usize, text: &str) -> String {
        let start = Instant::now();
        loop {
            let screen = self.parser.lock().unwrap().screen().contents();
            if screen.matches(text).count() >= n_times {
                return screen;
            }
            assert!(start.elapsed() < PATIENCE, "never seen: {text}\n{screen}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    fn end(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn each_save_is_checked_and_told_in_a_line_of_json_until_ctrl_c() {
    let author = Author::new();
    let mut watch = author.command(&["pack", "check", "mine", "--watch", "--output", "json"]);
    let mut child = watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next =
        || -> serde_json::Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let first = next();
    assert_eq!((&first["pack"], &first["problems"]), (&"mine".into(), &serde_json::json!([])));
    author.save("minutes = ", "minuets = ");
    let message = "`minuets` is not a key of a lesson.";
    let text = fs::read_to_string(author.path("mine/lessons/first.toml")).unwrap();
    let line = text.lines().position(|line| line.starts_with("minuets")).unwrap() + 1;
    assert_eq!(
        next()["problems"],
        serde_json::json!([{
            "file": "lessons/first.toml",
            "path": "mine/lessons/first.toml",
            "line": line,
            "column": 1,
            "message": message,
            "remedy": "Did you mean `minutes`?",
        }])
    );
    author.save("minuets = ", "minutes = ");
    assert_eq!(next()["problems"], serde_json::json!([]));
    author.save("minutes = ", "minuets = ");
    assert_eq!(next()["problems"].as_array().map(Vec::len), Some(1));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "Watching mine. Save a file to have the pack checked; Ctrl-C ends.\nEnded.\n"
    );
}

#[test]
fn a_preview_shows_each_save_at_its_place_and_keeps_no_progress() {
    let author = Author::new();
    let mut terminal = Terminal::start(&author, &["pack", "check", "mine", "--watch=first"]);
    terminal.wait_for("A Service gives it a stable name.");
    terminal.wait_for("Saved. Nothing is wrong: ");
    author.save("A Service gives it", "A Service lends it");
    terminal.wait_for("A Service lends it a stable name.");
    terminal.wait_for("Saved. Nothing is wrong: ");
    // On to the second step; what is shown follows it.
    terminal.send("\r");
    terminal.wait_for("step 2 of 5");
    author.save("title = \"Watch", "title = \"See");
    terminal.wait_for("› See");
    // A line that is half written hides what stands below it: the step stays.
    author.save("id = \"idea\"", "id = \"idea");
    let screen = terminal.wait_for("This is not TOML");
    assert!(screen.contains("step 2 of 5"), "{screen}");
    author.save("id = \"idea", "id = \"idea\"");
    let screen = terminal.wait_for("Saved. Nothing is wrong: ");
    assert!(screen.contains("step 2 of 5"), "{screen}");
    terminal.send("q");
    assert_eq!(terminal.end(), 0);
    assert!(!author.path("data/journal.jsonl").exists());
}

#[test]
fn enter_shows_the_lesson_saved_last_and_the_checks_go_on_afterwards() {
    let author = Author::new();
    let mut terminal = Terminal::start(&author, &["pack", "check", "mine", "--watch"]);
    terminal.wait_for("claims; nothing is wrong.");
    author.save("minutes = ", "minuets = ");
    terminal.wait_for("Did you mean `minutes`?");
    author.save("minuets = ", "minutes = ");
    terminal.wait_for_times(2, "claims; nothing is wrong.");
    terminal.send("\r");
    terminal.wait_for("A Service gives it a stable name.");
    terminal.send("q");
    terminal.wait_for("Watching mine.");
    terminal.send("nothing\r");
    terminal.wait_for("error: there is no lesson `nothing`; there are: first");
    terminal.send("\x03");
    terminal.wait_for("Ended.");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn without_a_terminal_a_preview_says_what_else_there_is() {
    let author = Author::new();
    let output = author.command(&["pack", "check", "mine", "--watch=first"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: a preview needs a terminal; `portolan read LESSON --pack DIR` prints a lesson \
         without one\n"
    );
}

/// The files that docs/packs.md tells to save.
fn guides_pack(author: &Author) {
    let guide = fs::read_to_string("docs/packs.md").unwrap();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        let Some(file) =
            line.strip_prefix("Save this as `").and_then(|rest| rest.split('`').next())
        else {
            continue;
        };
        let block = lines.by_ref().skip_while(|line| !line.starts_with("```")).skip(1);
        let text: String =
            block.take_while(|line| *line != "```").map(|l| format!("{l}\n")).collect();
        let path = author.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn the_guides_pack_runs_in_the_tutor_and_its_preview_follows_the_author() {
    let author = Author::new();
    guides_pack(&author);
    let mut tutor = Terminal::start(&author, &["--pack", "class-pack"]);
    tutor.wait_for("A name for hello");
    tutor.send("\r");
    tutor.wait_for("gives it a stable name.");
    tutor.send("q");
    assert_eq!(tutor.end(), 0);
    let mut preview = Terminal::start(&author, &["pack", "check", "class-pack", "--watch=hello"]);
    preview.wait_for("gives it a stable name.");
    preview.wait_for("Saved. Nothing is wrong: ");
    let lesson = author.path("class-pack/lessons/hello.toml");
    let text = fs::read_to_string(&lesson).unwrap();
    // What the guide asks its reader to break.
    fs::write(&lesson, text.replacen("app: hello", "app: hallo", 1)).unwrap();
    preview.wait_for("lessons/hello.toml:");
    fs::write(&lesson, text).unwrap();
    preview.wait_for("Saved. Nothing is wrong: ");
    preview.send("q");
    assert_eq!(preview.end(), 0);
}
