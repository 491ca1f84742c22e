//! `awk`: patterns and actions on the fields of lines.

mod lex;
mod parse;
mod run;
mod value;

use super::text_of;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::syntax::is_name;
use run::Operand;

/// `awk [-F SEPARATOR] [-v NAME=VALUE] PROGRAM [FILE...]`
pub(super) fn awk(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut separator = None;
    let mut sets = Vec::new();
    let mut words = args.iter().peekable();
    let mut program = None;
    while let Some(arg) = words.next_if(|arg| arg.starts_with('-') && arg.len() > 1) {
        let end = arg.char_indices().nth(2).map_or(arg.len(), |(end, _)| end);
        let (letter, rest) = arg.split_at(end);
        let mut value = || match rest {
            "" => words.next().cloned(),
            rest => Some(rest.to_owned()),
        };
        match letter {
            "--" => break,
            "-F" => separator = value().map(|text| super::unescape(&text)),
            "-v" => match value().as_deref().and_then(|set| set.split_once('=')) {
                Some((name, value)) => sets.push((name.to_owned(), super::unescape(value))),
                None => {
                    io.err("awk: option requires an argument -- v\n");
                    return Done::Exit(2);
                }
            },
            "-f" => {
                let path = value().unwrap_or_default();
                match super::bytes_of(console, &path, io) {
                    Ok(bytes) => program = Some(String::from_utf8_lossy(&bytes).into_owned()),
                    Err(why) => {
                        io.err(format_args!("awk: {path}: {why}\n"));
                        return Done::Exit(2);
                    }
                }
            }
            letter => {
                io.err(format_args!("awk: not an option: {letter}\n"));
                return Done::Exit(2);
            }
        }
    }
    let Some(program) = program.or_else(|| words.next().cloned()) else {
        io.err("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n");
        return Done::Exit(2);
    };
    let program = match parse::parse(&program) {
        Ok(program) => program,
        Err(why) => {
            io.err(format_args!("awk: cmd. line:1: {why}\n"));
            return Done::Exit(2);
        }
    };
    let paths: Vec<String> = words.cloned().collect();
    let reads = program.reads();
    let mut texts = Vec::new();
    let mut ok = true;
    let mut is_given = false;
    for path in if reads { paths.as_slice() } else { &[] } {
        let set = path.split_once('=').filter(|(name, _)| is_name(name));
        if let Some((name, value)) = set {
            texts.push(Operand::Set(name.to_owned(), super::unescape(value)));
            continue;
        }
        is_given = true;
        match super::bytes_of(console, path, io) {
            Ok(bytes) => {
                let text = text_of(bytes);
                texts.push(Operand::Text(path.clone(), text));
            }
            Err(why) => {
                io.err(format_args!("awk: cannot open {path} ({why})\n"));
                ok = false;
            }
        }
    }
    if reads && !is_given {
        let text = text_of(io.take_input());
        texts.push(Operand::Text(String::new(), text));
    }
    let done = run::run(console, &program, separator, sets, &texts, io);
    match done {
        Ok(0) if !ok => Done::Exit(2),
        Ok(exit) => Done::Exit(exit),
        Err(why) => {
            io.err(format_args!("awk: cmd. line:1: fatal: {why}\n"));
            Done::Exit(2)
        }
    }
}
