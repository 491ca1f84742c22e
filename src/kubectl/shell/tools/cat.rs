//! `cat`, `nl`, `less`.

use super::{exit, inputs, options};
use crate::kubectl::console::{Console, Io, Stream};
use crate::kubectl::job::Done;

/// `cat`
pub(super) fn cat(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [("number", 'n'), ("number-nonblank", 'b'), ("show-ends", 'E'), ("show-all", 'A')];
    let given = match options::read("cat", "nbAETsuvet", &long, args) {
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
    let shows = ['v', 'e', 't', 'A'].into_iter().any(|c| given.has(c));
    let tabs = tabs || given.has('t');
    let squeezes = given.has('s');
    if !(all || none_blank || ends || tabs || shows || squeezes) {
        let pieces = inputs.into_iter().flat_map(|input| input.pieces);
        pieces.for_each(|piece| io.give_bytes(Stream::Out, piece));
        return exit(ok);
    }
    let (mut number, mut out) = (0, Vec::new());
    let mut blank = false;
    for input in &inputs {
        for line in input.whole().split_inclusive(|b| *b == b'\n') {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            if squeezes && text.is_empty() && std::mem::replace(&mut blank, text.is_empty()) {
                continue;
            }
            blank = text.is_empty();
            if (all && !none_blank) || (none_blank && !text.is_empty()) {
                number += 1;
                out.extend(format!("{number:6}\t").into_bytes());
            }
            for byte in text {
                match byte {
                    b'\t' if tabs => out.extend(b"^I"),
                    byte if shows && *byte != b'\t' => out.extend(visible(*byte).into_bytes()),
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

/// A byte as `cat -v` shows it.
fn visible(byte: u8) -> String {
    let low = |byte: u8| match byte {
        0..=31 => format!("^{}", char::from(byte + 64)),
        127 => "^?".to_owned(),
        byte => char::from(byte).to_string(),
    };
    if byte < 128 { low(byte) } else { format!("M-{}", low(byte - 128)) }
}

/// `nl`: lines that are not empty have numbers, with `-ba` all.
pub(super) fn nl(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let given = match options::read("nl", "b:w:s:", &[], args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let all = given.value('b') == Some("a");
    let width = given.value('w').and_then(|n| n.parse().ok()).unwrap_or(6).min(100);
    let mark = given.value('s').unwrap_or("\t");
    let (inputs, ok) = inputs(console, "nl", &given.rest, io);
    let mut number = 0;
    for input in &inputs {
        let mut out = String::new();
        for line in super::lines(&input.text()) {
            if line.is_empty() && !all {
                out.push_str(&format!("{:width$}\n", "", width = width + mark.len()));
            } else {
                number += 1;
                out.push_str(&format!("{number:width$}{mark}{line}\n"));
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
    let pieces = inputs.into_iter().flat_map(|input| input.pieces);
    pieces.for_each(|piece| io.give_bytes(Stream::Out, piece));
    exit(ok)
}
