//! `help`, `man`, `clear`, `hostname`, `whoami`.

use super::TOOLS;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// `help`: what is here.
pub(super) fn help(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    if !args.is_empty() {
        return man(console, args, io);
    }
    let mut text = String::from(
        "kubectl (k) talks to this world; kubectl --help lists its commands.\n\
         The shell has quotes, variables, | > >> < 2> 2>&1 && || ; $(...), for, while, if,\n\
         here-documents, * and {1..5}. Files are in memory. Nothing outside is touched.\n\n\
         Commands:\n",
    );
    for tool in TOOLS {
        text.push_str(&format!("  {:<10} {}\n", tool.name, tool.about));
    }
    io.out(text);
    Done::OK
}

/// `man NAME`: a line about it.
pub(super) fn man(_: &mut Console, args: &[String], io: &mut Io) -> Done {
    let Some(name) = args.iter().find(|arg| !arg.starts_with('-')) else {
        io.err("What manual page do you want?\nFor example, try 'man grep'.\n");
        return Done::Exit(1);
    };
    if name == "kubectl" || name == "k" {
        io.line("kubectl: see kubectl --help, and kubectl COMMAND --help");
        return Done::OK;
    }
    match super::find(name) {
        Some(tool) => {
            io.line(tool.usage());
            Done::OK
        }
        None => {
            io.err(format_args!("No manual entry for {name}\n"));
            Done::Exit(16)
        }
    }
}

/// `clear`
pub(super) fn clear(_: &mut Console, _: &[String], io: &mut Io) -> Done {
    io.out("\u{1b}[H\u{1b}[2J");
    Done::OK
}

/// `hostname`
pub(super) fn hostname(console: &mut Console, _: &[String], io: &mut Io) -> Done {
    io.line(console.shell.var("HOSTNAME").unwrap_or("portolan"));
    Done::OK
}

/// `whoami`
pub(super) fn whoami(_: &mut Console, _: &[String], io: &mut Io) -> Done {
    io.line("root");
    Done::OK
}
