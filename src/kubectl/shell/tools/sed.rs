//! `sed`.

mod read;
mod run;

use read::Reader;
use run::Run;

use super::pattern::{Form, Pattern};
use super::{bytes_of, options, save};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// The most that one call says.
const MAX_SAID: usize = 16 << 20;

/// Where a command applies.
enum Address {
    Line(usize),
    Last,
    Match(Pattern),
    Step(usize, usize),
}

struct Command {
    from: Option<Address>,
    to: Option<Address>,
    not: bool,
    /// Whether its range is open.
    open: bool,
    does: Does,
}

enum Does {
    Substitute { pattern: Pattern, with: Vec<Piece>, all: bool, nth: usize, print: bool },
    Delete,
    Print,
    Number,
    Quit(bool),
    Append(String),
    Insert(String),
    Change(String),
    Translate(Vec<(char, char)>),
    Block(Vec<Command>),
}

/// A piece of what is put in.
enum Piece {
    Text(String),
    Group(usize),
    /// `\U`, `\L`, `\u`, `\l`, `\E`
    Case(char),
}

/// `sed [-n] [-i] [-E] [-e] SCRIPT [FILE...]`
pub(super) fn sed(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [
        ("quiet", 'n'),
        ("silent", 'n'),
        ("in-place", 'i'),
        ("regexp-extended", 'E'),
        ("expression", 'e'),
        ("file", 'f'),
    ];
    // `-i.bak` has its suffix with it.
    let mut suffix = String::new();
    let words: Vec<String> = args
        .iter()
        .map(|arg| match arg.strip_prefix("-i").or_else(|| arg.strip_prefix("--in-place=")) {
            Some(given) if !given.is_empty() && !given.starts_with('-') => {
                suffix = given.to_owned();
                "-i".to_owned()
            }
            _ => arg.clone(),
        })
        .collect();
    let given = match options::read("sed", "nirEe:f:sz", &long, &words) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let mut files = given.rest.clone();
    let mut scripts: Vec<String> = Vec::new();
    for (letter, value) in &given.options {
        match letter {
            'e' => scripts.push(value.clone()),
            'f' => match bytes_of(console, value, io) {
                Ok(bytes) => scripts.push(String::from_utf8_lossy(&bytes).into_owned()),
                Err(why) => {
                    io.err(format_args!("sed: couldn't open file {value}: {why}\n"));
                    return Done::Exit(1);
                }
            },
            _ => {}
        }
    }
    if scripts.is_empty() {
        if files.is_empty() {
            io.err("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
            return Done::Exit(1);
        }
        scripts.push(files.remove(0));
    }
    let form = if given.has('E') || given.has('r') { Form::Extended } else { Form::Basic };
    let text = scripts.join("\n");
    let mut reader = Reader { text: text.chars().collect(), at: 0, form, last: None, depth: 0 };
    let mut commands = match reader.commands(false) {
        Ok(commands) => commands,
        Err(why) => {
            io.err(format_args!("sed: -e expression #1, char {}: {why}\n", reader.at));
            return Done::Exit(1);
        }
    };
    let in_place = given.has('i');
    if in_place && files.is_empty() {
        io.err("sed: no input files\n");
        return Done::Exit(1);
    }
    let quiet = given.has('n');
    let mut exit = 0;
    if files.is_empty() {
        files.push("-".to_owned());
    }
    let mut inputs = Vec::new();
    for path in &files {
        match bytes_of(console, path, io) {
            Ok(bytes) => inputs.push((path.clone(), String::from_utf8_lossy(&bytes).into_owned())),
            Err("Is a directory") => {
                let what = if in_place {
                    format!("couldn't edit {path}: not a regular file")
                } else {
                    format!("read error on {path}: Is a directory")
                };
                io.err(format_args!("sed: {what}\n"));
                exit = if in_place { 4 } else { 2 };
            }
            Err(why) => {
                io.err(format_args!("sed: can't read {path}: {why}\n"));
                exit = 2;
            }
        }
    }
    if in_place {
        for (path, text) in inputs {
            commands.iter_mut().for_each(|command| command.open = false);
            let mut run = Run { console, quiet, out: String::new(), spent: false };
            run.all(&mut commands, &[text.as_str()]);
            let (out, spent) = (run.out, run.spent);
            if spent {
                return Done::Exit(137);
            }
            if !suffix.is_empty() {
                let backup = match suffix.contains('*') {
                    true => suffix.replace('*', &path),
                    false => format!("{path}{suffix}"),
                };
                save(console, "sed", &backup, text.as_bytes(), io);
            }
            if out != text && !save(console, "sed", &path, out.as_bytes(), io) {
                exit = 4;
            }
        }
        return Done::Exit(exit);
    }
    let texts: Vec<&str> = inputs.iter().map(|(_, text)| text.as_str()).collect();
    let mut run = Run { console, quiet, out: String::new(), spent: false };
    run.all(&mut commands, &texts);
    let (out, spent) = (run.out, run.spent);
    io.out(out);
    Done::Exit(if spent { 137 } else { exit })
}
