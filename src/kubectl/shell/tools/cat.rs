//! `cat`, `nl`, `less`.

use super::{exit, inputs, options};
use crate::kubectl::console::{Console, Io, Stream};
use crate::kubectl::job::Done;

/// `cat`
pub(super) fn cat(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [("number", 'n'), ("number-nonblank", 'b'), ("show-ends", 'E'), ("show-all", 'A')];
    let given = match options::read("cat", "nbAETsuve", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let (inputs, ok) = inputs(console, "cat", &given.rest, io);
    let (all, none_blank) = (given.has('n'), given.has('b'));
    let ends = given.has('E') || given.has('A') || given.has('e');
    let tabs = given.has('T') || given.has('A');
    if !(all || none_blank || ends || tabs) {
        inputs.iter().for_each(|input| io.say(Stream::Out, &input.bytes));
        return exit(ok);
    }
    let (mut number, mut out) = (0, Vec::new());
    for input in &inputs {
        for line in input.bytes.split_inclusive(|b| *b == b'\n') {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            if (all && !none_blank) || (none_blank && !text.is_empty()) {
                number += 1;
                out.extend(format!("{number:6}\t").into_bytes());
            }
            for byte in text {
                match byte {
                    b'\t' if tabs => out.extend(b"^I"),
                    byte => out.push(*byte),
                }
            }
            if text.len() < line.len() {
                if ends {
                    out.push(b'$');
                }
                out.push(b'\n');
            }
        }
    }
    io.say(Stream::Out, &out);
    exit(ok)
}

/// `nl`: lines that are not empty have numbers.
pub(super) fn nl(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let (inputs, ok) = inputs(console, "nl", args, io);
    let mut number = 0;
    for input in &inputs {
        let mut out = String::new();
        for line in super::lines(&input.text()) {
            if line.is_empty() {
                out.push_str("       \n");
            } else {
                number += 1;
                out.push_str(&format!("{number:6}\t{line}\n"));
            }
        }
        io.out(out);
    }
    exit(ok)
}

/// `less`, `more`: the terminal pages by itself.
pub(super) fn less(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let paths: Vec<String> = args.iter().filter(|arg| !arg.starts_with('-')).cloned().collect();
    let (inputs, ok) = inputs(console, "less", &paths, io);
    inputs.iter().for_each(|input| io.say(Stream::Out, &input.bytes));
    exit(ok)
}
