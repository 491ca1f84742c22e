//! Whole checks of growing files: the time grows as the size does, whatever the size is made
//! of; and 10,000 files in one call. `cargo bench --bench validator`; run it on a quiet machine.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply};
use std::fmt::Write as _;
use std::process::{Command, Stdio};

fn main() {
    divan::main();
}

/// Bytes: 10 KB, 100 KB, 1 MB, 10 MB.
const SIZES: [usize; 4] = [10_000, 100_000, 1_000_000, 10_000_000];

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  selector:\n    app: web\n  ports:\n  - port: 80\n    targetPort: 8080\n"
    )
}

/// Dry run: nothing is stored, so that what is measured is reading, rules and words.
fn check(bencher: Bencher<'_, '_>, text: &str) {
    let cluster = Cluster::default();
    let options = ApplyOptions { dry_run: true, ..ApplyOptions::default() };
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        let mut world = cluster.clone();
        apply(&mut world, "f.yaml", black_box(text), &options)
    });
}

/// Many accepted Services in one file.
#[divan::bench(args = SIZES, sample_count = 5)]
fn many_documents(bencher: Bencher<'_, '_>, n_bytes: usize) {
    let mut text = String::new();
    let mut n_services = 0;
    while text.len() < n_bytes {
        let _ = writeln!(text, "{}---", service(&format!("web-{n_services}")));
        n_services += 1;
    }
    check(bencher, &text);
}

/// One Service with one long annotation; from 256 KB on it is refused.
#[divan::bench(args = SIZES, sample_count = 5)]
fn one_huge_annotation(bencher: Bencher<'_, '_>, n_bytes: usize) {
    let note = format!("  annotations:\n    note: {}\nspec:", "word ".repeat(n_bytes / 5));
    check(bencher, &service("web").replace("spec:", &note));
}

/// One Service with very many labels.
#[divan::bench(args = SIZES, sample_count = 5)]
fn very_many_labels(bencher: Bencher<'_, '_>, n_bytes: usize) {
    let mut labels = "  labels:\n".to_owned();
    let mut n_labels = 0;
    while labels.len() < n_bytes {
        let _ = writeln!(labels, "    label-{n_labels}: value");
        n_labels += 1;
    }
    check(bencher, &service("web").replace("spec:", &(labels + "spec:")));
}

/// One Service with very many wrong fields: as many findings.
#[divan::bench(args = SIZES, sample_count = 5)]
fn very_many_unknown_fields(bencher: Bencher<'_, '_>, n_bytes: usize) {
    let mut text = service("web");
    let mut n_fields = 0;
    while text.len() < n_bytes {
        let _ = writeln!(text, "  unknown-{n_fields}: value");
        n_fields += 1;
    }
    check(bencher, &text);
}

/// Budget: 2 s on two cores. The whole process, human output.
#[divan::bench(sample_count = 5)]
fn ten_thousand_files_in_one_call(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<String> = (0..10_000)
        .map(|file_idx| {
            let name = format!("{file_idx}.yaml");
            std::fs::write(folder.path().join(&name), service("web")).unwrap();
            name
        })
        .collect();
    bencher.counter(ItemsCount::new(files.len())).bench_local(|| {
        let status = Command::new(env!("CARGO_BIN_EXE_portolan"))
            .arg("check")
            .args(&files)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
    });
}
