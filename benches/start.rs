//! The budgets of the design that only a whole process shows: start to first frame, memory,
//! and `portolan check` of one Service. `cargo bench --bench start` prints minimum, median
//! and maximum over its runs; run it on a quiet machine.

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const N_RUNS: usize = 31;
const PORTOLAN: &str = env!("CARGO_BIN_EXE_portolan");

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.yaml");
    std::fs::write(
        &file,
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n",
    )
    .unwrap();

    let check: Vec<f64> = (0..N_RUNS)
        .map(|_| {
            let start = Instant::now();
            let status = Command::new(PORTOLAN)
                .arg("check")
                .arg(&file)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            assert!(status.success());
            milliseconds(start.elapsed())
        })
        .collect();
    tell("check of one Service, whole process, ms (budget 5)", check);

    let (frames, memory): (Vec<f64>, Vec<f64>) =
        (0..N_RUNS).map(|_| first_frame(folder.path())).unzip();
    tell("start to first frame, 80x24, ms (budget 15)", frames);
    tell("resident at the first frame, MiB (budget 16)", memory);
}

/// Starts the tutor in a pseudo-terminal: milliseconds until its hint line is there, MiB resident.
fn first_frame(data: &std::path::Path) -> (f64, f64) {
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(PORTOLAN);
    command.env("TERM", "xterm-256color");
    command.env("PORTOLAN_DATA_DIR", data.join("data"));
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let start = Instant::now();
    let mut child = pair.slave.spawn_command(command).unwrap();
    // Held open here, it would keep the reader from seeing the end.
    drop(pair.slave);
    let mut screen = vt100::Parser::new(NonZero::new(24).unwrap(), NonZero::new(80).unwrap(), 0);
    let mut bytes = [0; 65536];
    let elapsed = loop {
        let n = reader.read(&mut bytes).unwrap();
        assert!(n > 0, "the tutor ended before its first frame");
        screen.process(&bytes[..n]);
        // The hint line is the last thing that a frame draws.
        if screen.screen().contents().contains("? keys") {
            break start.elapsed();
        }
    };
    let status = child
        .process_id()
        .and_then(|id| std::fs::read_to_string(format!("/proc/{id}/status")).ok())
        .unwrap_or_default();
    let resident = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").trim().parse::<f64>().ok())
        .unwrap_or(f64::NAN);
    writer.write_all(b"q").unwrap();
    // What it still draws must be read, or it could not end.
    while reader.read(&mut bytes).is_ok_and(|n| n > 0) {}
    child.wait().unwrap();
    drop(pair.master);
    (milliseconds(elapsed), resident / 1024.0)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn tell(what: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    println!(
        "{what}: min {:.2}  median {:.2}  max {:.2}  ({N_RUNS} runs)",
        values[0],
        values[values.len() / 2],
        values[values.len() - 1]
    );
}
