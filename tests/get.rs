//! What `kubectl get` prints of one small world: a table of commands and their output in
//! `tests/get/table.txt`. Layouts, orders and errors there are those of a real kubectl 1.36.
//! `UPDATE_GET=1` writes it anew; every change must be looked at.

use portolan::cluster::Cluster;
use portolan::kubectl::{Console, Files};
use std::fmt::Write as _;

const WORLD: &str = include_str!("get/world.yaml");
const TABLE: &str = "tests/get/table.txt";

#[test]
fn what_get_prints_stands_in_the_table() {
    let table = std::fs::read_to_string(TABLE).unwrap();
    let mut made = String::new();
    let mut n_commands = 0;
    let (cluster, findings) = Cluster::from_world(WORLD).unwrap();
    let unread: Vec<_> = findings.iter().filter(|f| f.message.contains("left out")).collect();
    assert!(unread.is_empty(), "{unread:?}");
    let mut console = Console::new(cluster, Files::default());
    console.files.write("columns.txt", b"NAME  PORT\nmetadata.name .spec.ports[0].port\n").unwrap();
    console.files.write("names.txt", b"{.items[*].metadata.name}").unwrap();
    for command in table.lines().filter_map(|line| line.strip_prefix("$ ")) {
        // Each on the same world, at the same time.
        let outcome = console.clone().line(command);
        n_commands += 1;
        writeln!(made, "$ {command}").unwrap();
        for text in [outcome.stdout(), outcome.stderr()] {
            // Ends of lines that can't be seen are shown: columns are padded to the right.
            for line in text.split_inclusive('\n') {
                let (line, end) = match line.strip_suffix('\n') {
                    Some(line) => (line, ""),
                    None => (line, "∎"),
                };
                let shown = line.trim_end_matches(' ');
                writeln!(made, "  {shown}{}{end}", "·".repeat(line.len() - shown.len())).unwrap();
            }
        }
        if outcome.exit != 0 {
            writeln!(made, "  [{}]", outcome.exit).unwrap();
        }
    }
    assert!(n_commands > 100);
    if std::env::var_os("UPDATE_GET").is_some() {
        std::fs::write(TABLE, made).unwrap();
        return;
    }
    for (ours, theirs) in made.split("\n$ ").zip(table.split("\n$ ")) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(made, table);
}
