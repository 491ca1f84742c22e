//! `trap`: what is carried out when the shell ends, a command fails, or Ctrl-C is pressed.

use super::exit;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::expand;
use crate::kubectl::shell::run::Trap;
use crate::kubectl::shell::tools::environment::single;

/// The signals that there are, by number from 1.
const SIGNALS: [&str; 15] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM",
];
/// The longest text of a trap.
const MAX_TEXT: usize = 64 << 10;

/// `trap [-lp] [TEXT] [NAME...]`
pub(super) fn trap(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let args = match args {
        [first, rest @ ..] if first == "--" => rest,
        args => args,
    };
    match args {
        [] => {
            let all: Vec<Trap> = console.shell.traps.keys().copied().collect();
            all.into_iter().for_each(|trap| show(console, trap, io));
            Done::OK
        }
        [flag] if flag == "-l" => {
            let names = SIGNALS.iter().enumerate();
            let text: String = names.map(|(n, name)| format!("{:2}) SIG{name}\n", n + 1)).collect();
            io.out(text);
            Done::OK
        }
        [flag, names @ ..] if flag == "-p" => {
            if names.is_empty() {
                return trap(console, &[], io);
            }
            each(console, names, io, |console, trap, io| show(console, trap, io))
        }
        // A name alone is as with `-`.
        [name] => each(console, std::slice::from_ref(name), io, |console, trap, _| {
            console.shell.scope_mut().traps.remove(&trap);
        }),
        [text, names @ ..] if text.len() <= MAX_TEXT => {
            each(console, names, io, |console, trap, _| {
                let traps = &mut console.shell.scope_mut().traps;
                match text.as_str() {
                    "-" => drop(traps.remove(&trap)),
                    text => drop(traps.insert(trap, text.to_owned())),
                }
            })
        }
        _ => Done::Exit(expand::stop(console, io, "trap: the text is too long").0),
    }
}

/// Does something for each of the names; what is none is said.
fn each(
    console: &mut Console,
    names: &[String],
    io: &mut Io,
    mut does: impl FnMut(&mut Console, Trap, &mut Io),
) -> Done {
    let mut ok = true;
    for name in names {
        match named(name) {
            Some(trap) => does(console, trap, io),
            None => {
                let why = match name.to_uppercase().trim_start_matches("SIG") {
                    "DEBUG" | "RETURN" => {
                        format!("trap: {name}: not here: EXIT, ERR and signals are")
                    }
                    _ => format!("trap: {name}: invalid signal specification"),
                };
                expand::stop(console, io, why);
                ok = false;
            }
        }
    }
    exit(ok)
}

fn named(name: &str) -> Option<Trap> {
    let upper = name.to_uppercase();
    let plain = upper.strip_prefix("SIG").unwrap_or(&upper);
    match plain {
        "EXIT" | "0" => return Some(Trap::Exit),
        "ERR" => return Some(Trap::Err),
        _ => {}
    }
    let known = SIGNALS.iter().position(|signal| *signal == plain).map(|n| n + 1);
    let number =
        known.or_else(|| plain.parse().ok().filter(|n| (1..=SIGNALS.len()).contains(n)))?;
    u8::try_from(number).ok().map(Trap::Signal)
}

fn show(console: &Console, trap: Trap, io: &mut Io) {
    let Some(text) = console.shell.traps.get(&trap) else { return };
    let name = match trap {
        Trap::Exit => "EXIT".to_owned(),
        Trap::Err => "ERR".to_owned(),
        Trap::Signal(n) => {
            let name = usize::from(n).checked_sub(1).and_then(|at| SIGNALS.get(at));
            format!("SIG{}", name.unwrap_or(&"INT"))
        }
    };
    io.line(format_args!("trap -- {} {name}", single(text)));
}
