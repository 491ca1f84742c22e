//! How the time of `portolan check` grows with the file: 10 KB, 100 KB, 1 MB and 10 MB of
//! one thing, for many things, accepted and refused ones. Where the megabytes a second stay
//! what they are (or rise) from column to column, the time grows linearly or less.
//!
//! `cargo bench --bench growth [-- PART-OF-A-NAME [MOST-BYTES]]`; run it on a quiet machine.
//! The whole command runs in this process, on standard input, its output thrown away; the best of a
//! few runs counts. `MiB` is the most memory that the process held at 10 MB (Linux).

mod shapes;

use portolan::cli::{Streams, run};
use shapes::{SHAPES, Shape};
use std::io;
use std::time::{Duration, Instant};

const SIZES: [usize; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
const OUTPUTS: [&str; 2] = ["human", "json"];

fn main() {
    let mut words = std::env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    let wanted = words.next().unwrap_or_default();
    let most = words.next().map_or(usize::MAX, |n| n.parse().unwrap());
    println!(
        "{:<24} {:<6} {:>4} {:>16} {:>16} {:>16} {:>16} {:>5}",
        "", "output", "exit", "10 KB", "100 KB", "1 MB", "10 MB", "MiB"
    );
    for shape in SHAPES {
        let name = format!("{shape:?}");
        if name.to_lowercase().contains(&wanted.to_lowercase()) {
            OUTPUTS.iter().for_each(|output| row(&name, *shape, output, most));
        }
    }
}

fn row(name: &str, shape: Shape, output: &str, most: usize) {
    let mut cells = Vec::new();
    let (mut exit, mut peak) = (0, String::new());
    for n_bytes in SIZES.into_iter().filter(|n_bytes| *n_bytes <= most) {
        let text = shape.text(n_bytes);
        forget_peak();
        let mut best = Duration::MAX;
        let start = Instant::now();
        for _ in 0..100 {
            let begun = Instant::now();
            exit = check(&text, output);
            best = best.min(begun.elapsed());
            if start.elapsed() > Duration::from_millis(200) {
                break;
            }
        }
        peak = peak_mib();
        #[allow(clippy::cast_precision_loss)]
        let megabytes_a_second = text.len() as f64 / 1e6 / best.as_secs_f64();
        cells.push(format!("{:.2} ms {megabytes_a_second:>4.0}/s", best.as_secs_f64() * 1e3));
    }
    cells.resize(SIZES.len(), String::new());
    let cells: String = cells.iter().map(|cell| format!(" {cell:>16}")).collect();
    println!("{name:<24} {output:<6} {exit:>4}{cells} {peak:>5}");
}

fn check(text: &str, output: &str) -> u8 {
    let mut input = text.as_bytes();
    let mut streams = Streams { input: &mut input, out: &mut io::sink(), err: &mut io::sink() };
    run(["portolan", "check", "--dry-run", "--output", output, "-"], &mut streams).code()
}

/// Linux counts the peak of resident memory anew after this.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak_mib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.map_or_else(|| "-".to_owned(), |kib| (kib / 1024).to_string())
}
