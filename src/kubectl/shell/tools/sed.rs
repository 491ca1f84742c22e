//! `sed`.

mod read;
mod run;

use run::{Run, Text};

use super::pattern::{Form, Pattern};
use super::{bytes_of, options, save, text_of};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// The most that one call says.
const MAX_SAID: usize = 16 << 20;

/// Where a command applies.
#[derive(Clone)]
enum Address {
    Line(usize),
    Last,
    Match(Pattern),
    /// `FIRST~STEP`
    Step(usize, usize),
    /// `,+N`: so many lines more; and the line that it comes to.
    More(usize, usize),
    /// `,~N`: up to a multiple.
    Multiple(usize),
}

#[derive(Clone)]
struct Command {
    from: Option<Address>,
    to: Option<Address>,
    not: bool,
    /// Whether its range is open.
    open: bool,
    does: Does,
}

/// What a command does; places are those of commands in the program.
#[derive(Clone)]
enum Does {
    Substitute(Box<Substitute>),
    Delete,
    DeleteFirst,
    Print,
    PrintFirst,
    Number,
    Name,
    Escaped(usize),
    Quit(bool, u8),
    Append(String),
    Insert(String),
    Change(String),
    ReadFile(String),
    Write(String),
    Translate(Vec<(char, char)>),
    /// `{`: where its block ends.
    Block(usize),
    Next,
    NextToo,
    Hold,
    HoldToo,
    Get,
    GetToo,
    Exchange,
    Empty,
    /// `b`, `t`, `T`, and where to.
    Branch(char, usize),
    Label,
}

#[derive(Clone)]
struct Substitute {
    pattern: Pattern,
    with: Vec<Piece>,
    all: bool,
    nth: usize,
    print: bool,
    write: Option<String>,
}

/// A piece of what is put in.
#[derive(Clone)]
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
        ("separate", 's'),
        ("null-data", 'z'),
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
    let program = match read::program(&text, form) {
        Ok(program) => program,
        Err(why) => {
            io.err(format_args!("sed: {why}\n"));
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
            Ok(bytes) => inputs.push((path.clone(), text_of(bytes))),
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
    let separator = if given.has('z') { '\0' } else { '\n' };
    let mut run = Run::new(console, program, quiet, separator);
    let apart = in_place || given.has('s');
    let groups: Vec<Vec<Text>> = if apart {
        inputs.into_iter().map(|(path, text)| vec![Text { path, text }]).collect()
    } else {
        vec![inputs.into_iter().map(|(path, text)| Text { path, text }).collect()]
    };
    for group in groups {
        let path = group.first().map(|text| text.path.clone()).unwrap_or_default();
        let before = group.first().map(|text| text.text.clone()).filter(|_| in_place);
        let quits = run.all(group);
        if run.spent {
            io.err("sed: stopped: it did too much without coming to an end\n");
            return Done::Exit(137);
        }
        if let Some(before) = before {
            let mut out = run.take_out();
            out.push_str(&run.rest());
            if !suffix.is_empty() {
                let backup = match suffix.contains('*') {
                    true => suffix.replace('*', &path),
                    false => format!("{path}{suffix}"),
                };
                save(run.console, "sed", &backup, before.as_bytes(), io);
            }
            if out != before && !save(run.console, "sed", &path, out.as_bytes(), io) {
                exit = 4;
            }
        }
        if let Some(code) = quits {
            exit = code;
            break;
        }
    }
    io.out(run.take_out());
    let (written, errors) = run.written();
    io.err(errors);
    for (path, text) in written {
        if !save(console, "sed", &path, text.as_bytes(), io) {
            exit = 4;
        }
    }
    Done::Exit(exit)
}
