//! How the time of `portolan check` grows with the file: 10 KB, 100 KB, 1 MB and 10 MB of
//! one thing, for many things, accepted and refused ones. Where the megabytes a second stay
//! what they are (or rise) from column to column, the time grows linearly or less.
//!
//! `cargo bench --bench growth [-- PART-OF-A-NAME [MOST-BYTES]]`; run it on a quiet machine.
//! All but drawing runs in this process, without the command's bound of a file's length; the
//! best of a few runs counts. `MiB` is the most memory that the process held at 10 MB (Linux).

mod shapes;

use portolan::advise::advise_reading;
use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply_reading};
use portolan::manifest;
use shapes::{SHAPES, Shape};
use std::time::{Duration, Instant};

const SIZES: [usize; 4] = [10_000, 100_000, 1_000_000, 10_000_000];

fn main() {
    let mut words = std::env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    let wanted = words.next().unwrap_or_default();
    let most = words.next().map_or(usize::MAX, |n| n.parse().unwrap());
    println!(
        "{:<24} {:>4} {:>16} {:>16} {:>16} {:>16} {:>5}",
        "", "exit", "10 KB", "100 KB", "1 MB", "10 MB", "MiB"
    );
    for shape in SHAPES {
        let name = format!("{shape:?}");
        if name.to_lowercase().contains(&wanted.to_lowercase()) {
            row(&name, *shape, most);
        }
    }
}

fn row(name: &str, shape: Shape, most: usize) {
    let mut cells = Vec::new();
    let (mut exit, mut peak) = (0, String::new());
    for n_bytes in SIZES.into_iter().filter(|n_bytes| *n_bytes <= most) {
        let text = shape.text(n_bytes);
        forget_peak();
        let mut best = Duration::MAX;
        let start = Instant::now();
        for _ in 0..100 {
            let begun = Instant::now();
            exit = check(&text);
            best = best.min(begun.elapsed());
            if start.elapsed() > Duration::from_millis(200) {
                break;
            }
        }
        peak = peak_mib();
        let megabytes_a_second = text.len() as f64 / 1e6 / best.as_secs_f64();
        cells.push(format!("{:.2} ms {megabytes_a_second:>4.0}/s", best.as_secs_f64() * 1e3));
    }
    cells.resize(SIZES.len(), String::new());
    let cells: String = cells.iter().map(|cell| format!(" {cell:>16}")).collect();
    println!("{name:<24} {exit:>4}{cells} {peak:>5}");
}

/// What the command does but for drawing, and without its bound of a file's length.
fn check(text: &str) -> u8 {
    let options = ApplyOptions { dry_run: true, ..ApplyOptions::default() };
    let mut world = Cluster::default();
    let reading = manifest::read(text);
    let mut applied = apply_reading(&mut world, ("f.yaml", text), &reading, &options);
    applied.findings.extend(advise_reading(&world, &reading));
    applied.exit
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
