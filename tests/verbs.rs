//! What each verb says where it succeeds, where it is called wrongly, and under dry run: one
//! script on the recorded world, in `tests/verbs/table.txt`, with its whole output. Words,
//! orders and exit codes there are those of a real kubectl 1.36 and its server.
//! `UPDATE_VERBS=1` writes it anew; every change must be looked at.

use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files};
use std::fmt::Write as _;

const WORLD: &str = include_str!("conformance/kubectl-world.json");
const TABLE: &str = "tests/verbs/table.txt";
const FILES: &str = "tests/verbs/files";

#[test]
fn what_verbs_say_stands_in_the_table() {
    let table = std::fs::read_to_string(TABLE).unwrap();
    let (cluster, findings) = Cluster::from_world(WORLD).unwrap();
    assert_eq!(findings.len(), 0);
    let mut console = Console::new(cluster, Files::default());
    for entry in std::fs::read_dir(FILES).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        console.files.write(name, &std::fs::read(&path).unwrap()).unwrap();
    }
    let mut made = String::new();
    let mut n_commands = 0;
    for line in table.lines() {
        if line.starts_with('#') {
            writeln!(made, "{}{line}", if made.is_empty() { "" } else { "\n" }).unwrap();
        }
        let Some(command) = line.strip_prefix("$ ") else { continue };
        n_commands += 1;
        writeln!(made, "$ {command}").unwrap();
        let outcome = console.line(command);
        for (mark, text) in [("  ", outcome.stdout()), ("! ", outcome.stderr())] {
            for line in text.split_inclusive('\n') {
                let (line, end) = match line.strip_suffix('\n') {
                    Some(line) => (line, ""),
                    None => (line, "∎"),
                };
                let shown = line.trim_end_matches(' ');
                let blanks = "·".repeat(line.len() - shown.len());
                writeln!(made, "{}", format!("{mark}{shown}{blanks}{end}").trim_end()).unwrap();
            }
        }
        if outcome.exit != 0 {
            writeln!(made, "  [{}]", outcome.exit).unwrap();
        }
    }
    assert!(n_commands > 150);
    if std::env::var_os("UPDATE_VERBS").is_some() {
        std::fs::write(TABLE, made).unwrap();
        return;
    }
    for (ours, theirs) in made.split("\n$ ").zip(table.split("\n$ ")) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(made, table);
}
