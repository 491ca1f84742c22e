//! Any bytes as lines of a console: each comes to an end, in bounds, and so does its completion.
//! The world has Pods to look into; what an editor saves and what Ctrl-C ends comes from the
//! bytes too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files, Outcome, Wants};
use std::sync::LazyLock;

/// Lines that one input may give.
const MAX_LINES: usize = 12;

static WORLD: LazyLock<Console> = LazyLock::new(|| {
    let (cluster, _) = Cluster::from_world(include_str!("console.yaml")).unwrap();
    let mut files = Files::default();
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
    files.write("svc.yaml", service.as_bytes()).unwrap();
    files.write("dir/list.txt", b"10.0.0.1 web\n10.0.0.2 db\n").unwrap();
    files.write("bin", b"\x7fELF\0\xff\xfe\x1b[2J\n\0").unwrap();
    Console::new(cluster, files)
});

fuzz_target!(|bytes: &[u8]| {
    let Some((flags, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let mut console = WORLD.clone();
    console.columns = (flags & 1 == 1).then_some(80);
    let mut lines = text.split('\n').take(MAX_LINES);
    while let Some(line) = lines.next() {
        if flags & 2 == 2 {
            let _ = console.complete(line, line.len());
        }
        let mut outcome = console.line(line);
        for _ in 0..3 {
            outcome = match outcome.wants {
                Wants::Time => console.proceed(),
                Wants::Edit { text, .. } => console.edited(saved(text, lines.next())),
                _ => break,
            };
            bounded(&outcome);
        }
        if outcome.wants == Wants::Time {
            bounded(&console.interrupt());
        }
        bounded(&outcome);
    }
    if flags & 4 == 4 {
        bounded(&console.interrupt());
    }
    bounded(&console.end_of_input());
});

/// What the editor saves: `line` in place of the first line that begins as it does, up to its
/// colon; else after all of them.
fn saved(text: String, line: Option<&str>) -> Option<String> {
    let line = line?;
    let key = line.split_inclusive(':').next().unwrap_or_default();
    let at = text.lines().position(|l| l.starts_with(key));
    let mut lines: Vec<&str> = text.lines().collect();
    match at.and_then(|at| lines.get_mut(at)) {
        Some(place) => *place = line,
        None => lines.push(line),
    }
    Some(lines.join("\n") + "\n")
}

fn bounded(outcome: &Outcome) {
    let said: usize = outcome.said.iter().map(|(_, text)| text.len()).sum();
    // As many bytes as a command may say; each may become the three of U+FFFD.
    assert!(said <= 3 * (32 << 20), "{said} bytes were said");
}
