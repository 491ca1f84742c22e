//! `portolan watch` in a pseudo-terminal. Waits for what is printed, never for time.
#![cfg(unix)]

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Far more than anything takes; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

const RIGHT: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: \
                     {app: web}\n  ports: [{port: 80, targetPort: 8080}]\n";

struct Watcher {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    said: Arc<Mutex<String>>,
    /// What was read already.
    seen: usize,
}

impl Watcher {
    fn start(dir: &Path, file: &str) -> Self {
        let size = PtySize { rows: 24, cols: 200, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_portolan"));
        let pack = Path::new("tests/packs/whole").canonicalize().unwrap();
        command.args(["watch", "all-steps/write-it", file, "--pack"]);
        command.arg(pack);
        command.cwd(dir);
        command.env("PORTOLAN_DATA_DIR", dir.join("data"));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let said = Arc::new(Mutex::new(String::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let sink = Arc::clone(&said);
        thread::spawn(move || {
            // Dropped here, the terminal would hang up on the process.
            let _master = pair.master;
            let mut bytes = [0; 4096];
            while let Ok(n) = reader.read(&mut bytes) {
                if n == 0 {
                    break;
                }
                sink.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..n]));
            }
        });
        Self { child, writer, said, seen: 0 }
    }

    /// What is said from the last call on, up to and with `text`.
    fn wait_for(&mut self, text: &str) -> String {
        let start = Instant::now();
        loop {
            let said = self.said.lock().unwrap().clone();
            let new = &said[self.seen..];
            if let Some(at) = new.find(text) {
                let end = at + text.len();
                self.seen += end;
                return new[..end].replace('\r', "");
            }
            assert!(start.elapsed() < PATIENCE, "never said: {text}\n{said}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn ctrl_c(mut self) -> (u32, String) {
        self.writer.write_all(b"\x03").unwrap();
        let said = self.wait_for("Ended.");
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.exit_code(), said);
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_file_is_made_and_graded_at_each_save_until_ctrl_c() {
    let dir = folder();
    let file = dir.path().join("web.yaml");
    let mut watcher = Watcher::start(dir.path(), "web.yaml");
    let said = watcher.wait_for("Ctrl-C ends.");
    assert_eq!(
        said,
        "web.yaml is new and holds what the exercise starts with.\nWatching web.yaml for \
         whole/all-steps/write-it. Save it to have it graded; Ctrl-C ends."
    );
    watcher.wait_for("web.yaml: not passed");
    let starter = fs::read_to_string(&file).unwrap();
    assert!(starter.contains("kind: Service"), "{starter}");
    // A fault that the packet finds.
    fs::write(&file, RIGHT.replace("app: web", "app: wbe")).unwrap();
    watcher.wait_for("web.yaml: not passed, 3 of 6 points");
    watcher.wait_for("No Pod in namespace default has the labels app=wbe");
    // One that the server refuses.
    fs::write(&file, RIGHT.replace("8080", "\"8080\"")).unwrap();
    watcher.wait_for("web.yaml: not passed, 0 of 6 points");
    watcher.wait_for("Mended at spec.ports[0].targetPort, it would earn 6 of 6 points.");
    // Saved as editors do it: a new file over the old one.
    fs::write(dir.path().join("web.yaml.new"), RIGHT).unwrap();
    fs::rename(dir.path().join("web.yaml.new"), &file).unwrap();
    watcher.wait_for("web.yaml: passed, 6 of 6 points");
    watcher.wait_for("This pass is in your progress.");
    assert_eq!(watcher.ctrl_c().0, 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), RIGHT);
    let journal = fs::read_to_string(dir.path().join("data/journal.jsonl")).unwrap();
    assert!(journal.contains("\"event\":\"graded\"") && journal.contains("\"passed\":true"));
}

#[test]
fn a_loss_and_what_is_no_text_are_told_and_watching_goes_on() {
    let dir = folder();
    let file = dir.path().join("web.yaml");
    fs::write(&file, b"kind: \xff\n").unwrap();
    let mut watcher = Watcher::start(dir.path(), "web.yaml");
    watcher.wait_for("web.yaml: Line 1 is not UTF-8 text. Save the file as UTF-8.");
    assert_eq!(fs::read(&file).unwrap(), b"kind: \xff\n");
    fs::remove_file(&file).unwrap();
    watcher.wait_for("web.yaml is gone. Save it again to go on");
    fs::write(&file, RIGHT).unwrap();
    watcher.wait_for("web.yaml: passed, 6 of 6 points");
    fs::remove_file(&file).unwrap();
    watcher.wait_for("web.yaml is gone.");
    assert_eq!(watcher.ctrl_c().0, 2);
}

#[test]
fn a_second_watcher_is_told_and_both_grade() {
    let dir = folder();
    fs::write(dir.path().join("web.yaml"), RIGHT).unwrap();
    let mut first = Watcher::start(dir.path(), "web.yaml");
    first.wait_for("web.yaml: passed");
    let mut second = Watcher::start(dir.path(), "./web.yaml");
    second
        .wait_for("note: another `portolan watch` looks at ./web.yaml as well. Both only read it.");
    second.wait_for("web.yaml: passed");
    fs::write(dir.path().join("web.yaml"), "kind: [\n").unwrap();
    first.wait_for("web.yaml: not passed, 0 of 6 points");
    second.wait_for("web.yaml: not passed, 0 of 6 points");
    assert_eq!(first.ctrl_c().0, 1);
    assert_eq!(second.ctrl_c().0, 1);
}

#[test]
fn where_nothing_can_be_written_it_says_so_and_ends() {
    let dir = folder();
    let mut watcher = Watcher::start(dir.path(), "missing/web.yaml");
    let said = watcher.wait_for("(os error 2)");
    assert_eq!(
        said,
        "error: missing/web.yaml can't be made; give a FILE in a folder that can be written to: No \
         such file or directory (os error 2)"
    );
    assert_eq!(watcher.child.wait().unwrap().exit_code(), 2);
}
