//! `rev`, `tac`.

use super::{exit, inputs, lines};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// `rev`: each line backwards.
pub(super) fn rev(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let (inputs, ok) = inputs(console, "rev", args, io);
    for input in &inputs {
        let mut out = String::new();
        for line in lines(&input.text()) {
            out.extend(line.chars().rev());
            out.push('\n');
        }
        io.out(out);
    }
    exit(ok)
}

/// `tac`: the last line first.
pub(super) fn tac(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let (inputs, ok) = inputs(console, "tac", args, io);
    for input in &inputs {
        let text = input.text();
        let all: Vec<&str> = lines(&text).collect();
        let mut out = String::new();
        for line in all.iter().rev() {
            out.push_str(line);
            out.push('\n');
        }
        io.out(out);
    }
    exit(ok)
}
