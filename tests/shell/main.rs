//! The console's shell, in whole transcripts: each line as it is typed, what it says, and its
//! exit code where it is not 0. A line of the transcript begins with `$ `; what goes to stderr
//! with `! `.

mod bounds;
mod completion;
mod habits;
mod language;
mod lines;
mod lists;
mod more;
mod scripts;
mod terminal;
mod tools;

use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files, Stream};

fn console() -> Console {
    let mut files = Files::default();
    files.write("svc.yaml", b"apiVersion: v1\nkind: Service\nport: 80\n").unwrap();
    files.write("web.yaml", b"kind: Deployment\n").unwrap();
    Console::new(Cluster::default(), files)
}

/// Runs the transcript's lines again, and gives what comes out in its form.
fn replay(console: &mut Console, transcript: &str) -> String {
    let mut out = String::new();
    for line in transcript.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let outcome = console.line(line);
        out.push_str(&format!("$ {line}\n"));
        for (stream, text) in &outcome.said {
            for line in text.split_inclusive('\n') {
                if *stream == Stream::Err {
                    out.push_str("! ");
                }
                out.push_str(line);
                if !line.ends_with('\n') {
                    out.push_str("(no newline)\n");
                }
            }
        }
        if outcome.exit != 0 {
            out.push_str(&format!("=> {}\n", outcome.exit));
        }
    }
    out
}

fn comes_out(transcript: &str) {
    comes_out_of(&mut console(), transcript);
}

fn comes_out_of(console: &mut Console, transcript: &str) {
    let transcript = transcript.trim_start();
    let ours = replay(console, transcript);
    let differs = ours.lines().zip(transcript.lines()).position(|(a, b)| a != b);
    let first = differs.unwrap_or(ours.lines().count().min(transcript.lines().count()));
    let around = |text: &str| {
        text.lines().skip(first.saturating_sub(3)).take(8).collect::<Vec<_>>().join("\n")
    };
    assert!(ours == transcript, "ours:\n{}\n\nbash:\n{}", around(&ours), around(transcript));
}

/// A console at a terminal of eighty columns.
fn terminal() -> Console {
    let mut console = console();
    console.columns = Some(80);
    console
}
