//! Any bytes as lines of a console: each comes to an end, in bounds, and so does its completion.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files, Wants};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let mut files = Files::default();
    files.write("svc.yaml", b"apiVersion: v1\nkind: Service\nmetadata: {name: web}\n").unwrap();
    let mut console = Console::new(Cluster::default(), files);
    console.columns = (first & 1 == 1).then_some(80);
    let _ = console.complete(&text, text.len());
    for line in text.split('\n').take(8) {
        let mut outcome = console.line(line);
        for _ in 0..3 {
            outcome = match outcome.wants {
                Wants::Time => console.proceed(),
                Wants::Edit { .. } => console.edited(None),
                _ => break,
            };
        }
    }
    console.interrupt();
    console.end_of_input();
});
