//! The real binary in a pseudo-terminal. Waits for what the screen shows, never for time.
#![cfg(unix)]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Far more than anything takes; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

struct Terminal {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    parser: Arc<Mutex<vt100::Parser>>,
}

impl Terminal {
    fn start(data_dir: &Path, columns: u16, rows: u16) -> Self {
        Self::start_with(data_dir, columns, rows, &[])
    }

    fn start_with(data_dir: &Path, columns: u16, rows: u16, args: &[&str]) -> Self {
        let pty = native_pty_system();
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = pty.openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_portolan"));
        for (name, value) in
            [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8")]
        {
            command.env(name, value);
        }
        command.env("PORTOLAN_DATA_DIR", data_dir);
        command.env_remove("NO_COLOR");
        command.args(args);
        command.cwd(std::env::current_dir().unwrap());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = Arc::new(Mutex::new(vt100::Parser::new(cells(rows), cells(columns), 0)));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shown = Arc::clone(&parser);
        thread::spawn(move || {
            let mut bytes = [0; 8192];
            let mut frame = Vec::new();
            while let Ok(n) = reader.read(&mut bytes) {
                if n == 0 {
                    break;
                }
                // As terminals do: nothing of a frame is shown before it is whole.
                frame.extend_from_slice(&bytes[..n]);
                if count(&frame, b"\x1b[?2026h") == count(&frame, b"\x1b[?2026l") {
                    shown.lock().unwrap().process(&frame);
                    frame.clear();
                }
            }
            shown.lock().unwrap().process(&frame);
        });
        let writer = pair.master.take_writer().unwrap();
        Self { master: pair.master, child, writer, parser }
    }

    /// What is shown; blanks at the ends of lines, which look like nothing, are left out.
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

    fn resize(&mut self, columns: u16, rows: u16) {
        // The size of the picture first: what is drawn for it must find it.
        self.parser.lock().unwrap().screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let done = Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(done.success());
    }

    /// The process's state as ps tells it: `T` is stopped.
    fn process_state(&self) -> String {
        let pid = self.child.process_id().unwrap().to_string();
        let out = Command::new("ps").args(["-o", "stat=", "-p", &pid]).output().unwrap();
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    fn wait_until(&self, what: &str, done: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !done(self) {
            assert!(start.elapsed() < PATIENCE, "never came: {what}\n{}", self.screen());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The terminal is as it was before: main screen, cursor shown, echo and lines on,
    /// no mouse reports, no bracketed paste.
    fn is_restored(&self) -> bool {
        let parser = self.parser.lock().unwrap();
        let screen = parser.screen();
        let flags = self.master.get_termios().map(|t| format!("{:?}", t.local_flags));
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
            // After the last process is gone some systems answer no more.
            && flags.is_none_or(|flags| flags.contains("ICANON") && flags.contains("ECHO"))
    }

    fn wait_for_end(&mut self) -> portable_pty::ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
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

fn count(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).filter(|window| *window == part).count()
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal has cells")
}

/// Opens the lesson of that title from the home screen, where it is the chosen one or below.
fn open_lesson(terminal: &mut Terminal, title: &str) {
    terminal.wait_for("steps");
    for _ in 0..30 {
        let chosen = terminal.wait("a chosen lesson", |screen| screen.contains('▸'));
        let row = chosen.lines().find(|line| line.trim_start().starts_with('▸')).unwrap();
        if row.contains(title) {
            terminal.send("\r");
            return;
        }
        let before = row.to_owned();
        terminal.send("j");
        terminal.wait("the next lesson chosen", |screen| {
            screen.lines().any(|line| line.trim_start().starts_with('▸'))
                && !screen.lines().any(|line| line == before)
        });
    }
    panic!("no lesson {title}\n{}", terminal.screen());
}

/// Steps on (`n`) or back (`b`) until the head of the screen holds `text`.
fn step_to(terminal: &mut Terminal, text: &str, key: &str) {
    for _ in 0..30 {
        let screen = terminal.wait_for(" › ");
        let head = screen.lines().next().unwrap_or_default().to_owned();
        if head.contains(text) {
            return;
        }
        if screen.contains("leave editor") {
            // Letters go into the text: out of the editor first.
            terminal.send("\x1b");
            terminal.wait_for(" i edit ");
        }
        terminal.send(key);
        terminal.wait("another step", |screen| {
            screen.lines().next().is_some_and(|line| line.contains(" › ") && line != head)
        });
    }
    panic!("no step {text}\n{}", terminal.screen());
}

#[test]
fn a_learner_goes_from_home_to_the_quiz_and_finds_everything_again() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(data.path(), 80, 24);
    open_lesson(&mut terminal, "NodePort");

    // Read on to the chart and play it to its end, at full speed.
    terminal.wait_for("NodePort › ");
    terminal.send("\r");
    terminal.wait_for("Space play");
    terminal.send("+++ ");
    terminal.wait_for("ended");
    step_to(&mut terminal, "› Exercise", "n");

    // The exercise: everything typed anew, with a wrong selector.
    terminal.wait_for("service.yaml");
    terminal.send("\x01");
    let manifest = [
        "apiVersion: v1\rkind: Service\rmetadata:\rname: web\r",
        "\x7fspec:\rtype: NodePort\rselector:\rapp: wbe\r",
        "\x7fports:\r- port: 80\rtargetPort: 8080\rnodePort: 30080",
    ];
    for part in manifest {
        terminal.send(part);
    }
    terminal.wait("the field to look at", |screen| screen.contains("Look at spec.selector"));
    terminal.wait_for("Goals 1/6");
    // The chart stops at the node and names the field.
    terminal.send("\x07");
    terminal.wait_for("Space play");
    terminal.send("+++");
    let chart = terminal.wait("the chart's end", |screen| {
        screen.contains("ended") && screen.contains("spec.selector")
    });
    assert!(chart.contains("node1"), "{chart}");
    terminal.send("\x07");

    // Corrected: the goals pass, the points are given.
    terminal.wait_for("service.yaml");
    terminal.send("\x1b[A\x1b[A\x1b[A\x1b[A\x1b[F\x7f\x7f\x7fweb");
    terminal.wait_for("Goals 6/6");
    terminal.send("\x13");
    terminal.wait_for("6 of 6 points");
    terminal.send("\r");

    // The quiz, to its result.
    step_to(&mut terminal, "› Quiz", "n");
    let mut n_answered = 0;
    loop {
        let screen = terminal.wait("a question or the result", |screen| {
            screen.contains("question ") || screen.contains(" right ")
        });
        if !screen.contains("question ") {
            break;
        }
        let count = |screen: &str| {
            let at = screen.find("question ").unwrap_or(0);
            screen[at..].chars().take(16).collect::<String>()
        };
        let here = count(&screen);
        // Something for every kind: a digit marks, joins or types. Where a question is answered by
        // doing, the console or the editor comes, and what is there is handed in.
        terminal.send(if screen.contains("Mark all") { "1\r" } else { "11111\r" });
        let is_marked =
            |screen: &str| screen.contains("✓ Right.") || screen.contains("✗ Not right.");
        let after = terminal.wait("the question marked", |screen| {
            is_marked(screen) || screen.contains("Ctrl-S hand")
        });
        if !is_marked(&after) {
            terminal.send("\x13");
            terminal.wait("what was done marked", is_marked);
        }
        n_answered += 1;
        terminal.send("\r");
        terminal.wait("the next question", |screen| {
            !screen.contains("✓ Right.")
                && !screen.contains("✗ Not right.")
                && count(screen) != here
        });
    }
    assert!(n_answered >= 6, "{n_answered} questions");
    let result = terminal.screen();
    terminal.send("q");
    assert!(terminal.wait_for_end().success());
    terminal.wait_until("the terminal restored", Terminal::is_restored);

    // Everything is where it was.
    let mut terminal = Terminal::start(data.path(), 80, 24);
    let home = terminal.wait_for("Continue with NodePort");
    assert!(home.contains("★ 6/"), "{home}");
    open_lesson(&mut terminal, "NodePort");
    step_to(&mut terminal, "› Quiz", "n");
    assert_eq!(terminal.wait_for(" right "), result);
    step_to(&mut terminal, "open port 30080", "b");
    let kept = terminal.wait_for("Goals 6/6");
    assert!(kept.contains("app: web") && kept.contains("★ done, 6 of 6 points"), "{kept}");
    terminal.send("\x11");
    assert!(terminal.wait_for_end().success());
}

#[test]
fn the_tutor_takes_over_each_save_of_a_watched_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("web.yaml");
    let name = file.to_str().unwrap();
    let args = ["watch", "troubleshooting/selector-typo", name, "--tui"];
    let mut terminal = Terminal::start_with(dir.path(), 100, 40, &args);
    // The file is made, and its text stands in the editor.
    terminal.wait_for("app: wbe");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("wbe", "wob")).unwrap();
    terminal.wait_for("app: wob");
    terminal.wait_for("The file was saved: 0 of 4 points.");
    std::fs::remove_file(&file).unwrap();
    terminal.wait_for("is gone. Save it again to go on.");
    std::fs::write(&file, text.replace("wbe", "web")).unwrap();
    terminal.wait_for("All goals are met: 4 of 4 points.");
    terminal.send("\x1b");
    terminal.wait("the page closed", |screen| {
        screen.contains("app: web") && !screen.contains("Done: ")
    });
    terminal.send("\x11");
    assert_eq!(terminal.wait_for_end().exit_code(), 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text.replace("wbe", "web"));
    let journal = std::fs::read_to_string(dir.path().join("journal.jsonl")).unwrap();
    assert!(journal.contains("\"passed\":true"), "{journal}");
}

#[test]
fn a_second_portolan_says_that_it_saves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let first = Terminal::start(data.path(), 80, 24);
    first.wait_for("Start with");
    let mut second = Terminal::start(data.path(), 80, 24);
    second.wait_for("Another Portolan is open");
    let screen = second.wait_for("not saving");
    assert!(screen.contains("This one saves nothing"), "{screen}");
    second.send("q");
    assert!(second.wait_for_end().success());
}

#[test]
fn a_torn_journal_is_mended_and_told_of() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(data.path(), 80, 24);
    open_lesson(&mut terminal, "NodePort");
    terminal.wait_for("NodePort › ");
    terminal.send("\rq");
    assert!(terminal.wait_for_end().success());
    let path = data.path().join("journal.jsonl");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, [&whole[..], br#"{"v":1,"at":"2026-11-"#].concat()).unwrap();
    let terminal = Terminal::start(data.path(), 80, 24);
    let screen = terminal.wait_for("Continue with NodePort");
    assert!(screen.to_lowercase().contains("journal"), "{screen}");
    drop(terminal);
}

#[test]
fn sigterm_restores_the_terminal_and_keeps_what_was_typed() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(data.path(), 80, 24);
    open_lesson(&mut terminal, "NodePort");
    step_to(&mut terminal, "open port 30080", "n");
    terminal.wait_for("Goals");
    terminal.send("# mine\r");
    terminal.wait_for("# mine");
    terminal.signal("TERM");
    let status = terminal.wait_for_end();
    assert!(!status.success(), "{status:?}");
    terminal.wait_until("the terminal restored", Terminal::is_restored);
    let journal = std::fs::read_to_string(data.path().join("journal.jsonl")).unwrap();
    assert!(journal.contains("# mine\\n"), "{journal}");
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_continuing_takes_it_again() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(data.path(), 80, 24);
    let before = terminal.wait_for("Start with");
    for _ in 0..2 {
        terminal.send("\x1a");
        terminal.wait_until("stopped", |t| t.process_state().starts_with('T'));
        terminal.wait_until("the terminal given back", Terminal::is_restored);
        terminal.signal("CONT");
        terminal.wait("the same screen again", |screen| screen == before);
        terminal.wait_until("the alternate screen", |t| {
            t.parser.lock().unwrap().screen().alternate_screen()
        });
    }
    terminal.send("q");
    assert!(terminal.wait_for_end().success());
}

#[test]
fn a_storm_of_sizes_ends_in_the_screen_of_the_last_size() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(data.path(), 120, 40);
    terminal.wait_for("Start with");
    for i in 0..60u16 {
        terminal.resize(20 + (i * 37) % 200, 3 + (i * 13) % 60);
    }
    terminal.resize(40, 10);
    // Of this size, which none of the others was.
    terminal.wait_for("has 40");
    // What is typed into what cannot be seen does nothing: `p` would show the progress.
    terminal.send("p");
    terminal.resize(41, 10);
    terminal.wait_for("has 41");
    terminal.resize(80, 24);
    let stormy = terminal.wait("the home screen", |screen| {
        screen.contains("Start with") && screen.contains("Enter open")
    });
    let other = tempfile::tempdir().unwrap();
    let calm = Terminal::start(other.path(), 80, 24).wait_for("Enter open");
    assert_eq!(stormy, calm);
    terminal.send("q");
    assert!(terminal.wait_for_end().success());
}

#[test]
fn without_a_terminal_it_says_what_to_do_instead() {
    let out = Command::new(env!("CARGO_BIN_EXE_portolan")).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&out.stdout), "");
    assert_eq!(
        String::from_utf8_lossy(&out.stderr),
        "The tutor needs a terminal. Without one: `portolan lessons`, `portolan read LESSON`, \
         `portolan --help`.\n"
    );
}

/// libyaml-safer itself panics on this text. Nobody sees that: there is a finding, the screen
/// stays, and the program goes on.
#[test]
fn text_on_which_the_yaml_scanner_panics_is_a_finding_like_another() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(data.path(), 80, 24);
    open_lesson(&mut terminal, "NodePort");
    step_to(&mut terminal, "open port 30080", "n");
    terminal.wait_for("Goals");
    terminal.send("\x01[!, x]");
    let screen = terminal.wait("the finding", |screen| {
        screen.contains("expected whitespace") && screen.contains("[!, x]")
    });
    assert!(screen.contains("NodePort › "), "{screen}");
    assert!(!screen.contains("panicked"), "{screen}");
    // It still does what it is told: the text mended, the finding is another.
    terminal.send("\x01kind: Service");
    terminal.wait("the next finding", |screen| {
        screen.contains("kind: Service")
            && screen.contains("apiVersion")
            && !screen.contains("whitespace")
    });
    terminal.wait_until("the alternate screen", |t| {
        t.parser.lock().unwrap().screen().alternate_screen()
    });
    terminal.send("\x11");
    assert!(terminal.wait_for_end().success());
    terminal.wait_until("the terminal restored", Terminal::is_restored);
    assert!(!terminal.screen().contains("panicked"), "{}", terminal.screen());
}

/// All bytes that `portolan check` of a wrong Service writes to a terminal.
fn checked_in_a_terminal(no_color: Option<&str>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.yaml");
    std::fs::write(&file, "apiVersion: v1\nkind: Service\nmetadata: {name: Web}\n").unwrap();
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_portolan"));
    command.args(["check", "web.yaml"]);
    command.cwd(folder.path());
    command.env("TERM", "xterm-256color");
    match no_color {
        Some(value) => command.env("NO_COLOR", value),
        None => command.env_remove("NO_COLOR"),
    }
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut bytes = Vec::new();
    // Linux ends the reading with an error when the last writer is gone.
    let _ = reader.read_to_end(&mut bytes);
    assert_eq!(child.wait().unwrap().exit_code(), 1);
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

#[test]
fn colour_is_for_terminals_and_not_under_no_color() {
    let coloured = checked_in_a_terminal(None);
    let plain = checked_in_a_terminal(Some("1"));
    assert!(coloured.contains("\x1b[1m\x1b[91merror[name-invalid]"), "{coloured:?}");
    assert_eq!(checked_in_a_terminal(Some("")), coloured, "an empty NO_COLOR is none");
    assert!(!plain.contains('\x1b'), "{plain:?}");
    // The same words: colour says nothing of its own.
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, escape)) = rest.split_once('\x1b') {
        bare.push_str(before);
        rest = escape.split_once('m').map_or("", |(_, rest)| rest);
    }
    assert_eq!(bare + rest, plain);
}

/// An exercise is solved as one would on a cluster, in its console, and the packet that a Pod
/// sent is watched.
#[test]
fn an_exercise_is_solved_in_the_console() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(data.path(), 120, 40);
    open_lesson(&mut terminal, "NodePort");
    terminal.wait_for("NodePort › ");
    step_to(&mut terminal, "open port 30080", "n");
    terminal.wait_for("service.yaml");
    terminal.send("\x0f");
    terminal.wait_for("$ ");
    terminal.send("k create deployment shop --image=nginx --port=80\r");
    terminal.wait_for("deployment.apps/shop created");
    terminal.send("export do='--dry-run=client -o yaml'\r");
    // What the exercise asks for, made by command and finished in the editor.
    terminal.send("k expose pod web-a --name=web --type=NodePort --port=80 --target-port=8080 ");
    terminal.send("--selector=app=web $do > svc.yaml\r");
    terminal.send("vim svc.yaml\r");
    terminal.wait_for("╭ svc.yaml");
    terminal.wait_for("targetPort: 8080");
    // After the line of the port a new one, indented as it is.
    terminal.send("\x06targetPort");
    terminal.wait_for(" Esc close");
    terminal.send("\x1b");
    terminal.wait_for("Ctrl-S save");
    terminal.send("\x1b[F\rnodePort: 30080");
    terminal.wait_for("nodePort: 30080");
    terminal.send("\x13");
    terminal.wait_for("k8s ~ $");
    terminal.send("clear; k apply -f svc.yaml\r");
    terminal.wait_for("service/web configured");
    terminal.wait_for("Goals 6/6");
    terminal.send("k get ep web 2>/dev/null\r");
    terminal.wait_for(":8080");
    terminal.send("k run tmp --image=busybox --rm -it --restart=Never -- wget -qO- -T 3 web\r");
    terminal.wait_for("pod \"tmp\" deleted");
    // The packet on the chart, and back.
    terminal.send("\x14");
    terminal.wait_for("The packet that was sent last");
    terminal.wait_for("pod:tmp");
    terminal.send("\x1b");
    terminal.wait_for("pod \"tmp\" deleted");
    terminal.send("\x13");
    terminal.wait_for("6 of 6 points");
}

#[test]
fn ctrl_c_stops_a_line_that_shows_nothing_before_its_end() {
    let data = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start_with(data.path(), 80, 24, &["shell"]);
    terminal.wait_for("k8s ~ $");
    terminal.send("seq 300000 | while read i; do k create ns n$i; done\r");
    // Time to begin; were it too short, the line would not even do that.
    thread::sleep(Duration::from_millis(300));
    terminal.send("\x03");
    let screen = terminal.wait_for("^C");
    assert!(screen.contains("Stopped. All is as it was before this line."), "{screen}");
    terminal.send("k get ns -o name | wc -l\r");
    terminal.wait("four", |screen| screen.lines().any(|line| line == "4"));
}

#[test]
fn what_a_world_holds_moves_nothing_on_the_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state.json").display().to_string();
    let kubectl = |words: &[&str]| {
        let args = [&["kubectl", "--state", &state, "--"], words].concat();
        Terminal::start_with(dir.path(), 80, 24, &args)
    };
    let text = "--from-literal=k=one\u{1b}[2Jtwo";
    kubectl(&["create", "configmap", "a", text]).wait_for("configmap/a created");
    let shown = kubectl(&["get", "configmap", "a", "-o", "jsonpath={.data.k}"]);
    // Carried out, it would have left `two` alone.
    shown.wait_for("one[2Jtwo");
}
