//! `read`: a line of input into variables.

use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::expand;
use crate::kubectl::shell::syntax::is_name;

/// Takes the next line of stdin; none at its end.
pub(in crate::kubectl::shell) fn next_line(io: &mut Io) -> Option<String> {
    let input = io.input.as_mut().filter(|input| !input.is_empty())?;
    let n = input.iter().position(|b| *b == b'\n').map_or(input.len(), |n| n + 1);
    let line: Vec<u8> = input.drain(..n).collect();
    let line = String::from_utf8_lossy(&line).into_owned();
    Some(line.strip_suffix('\n').map(str::to_owned).unwrap_or(line))
}

/// `read [-r] [-p PROMPT] NAME...`
pub(super) fn read(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut names: Vec<&str> = Vec::new();
    let mut raw = false;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-r" => raw = true,
            "-s" => {}
            "-p" | "-t" | "-d" | "-n" => {
                args.next();
            }
            name if is_name(name) => names.push(name),
            other => {
                let why = format_args!("read: `{other}': not a valid identifier");
                return Done::Exit(expand::stop(console, io, why).0);
            }
        }
    }
    let work = io.input.as_ref().map_or(0, Vec::len) as u64;
    if !console.shell.spend(work / 16) {
        return Done::Exit(137);
    }
    let line = next_line(io);
    let mut text = line.clone().unwrap_or_default();
    if !raw {
        text = text.replace('\\', "");
    }
    let separators = console.shell.var("IFS").unwrap_or(" \t\n").to_owned();
    let blank = |c: char| separators.contains(c) && c.is_ascii_whitespace();
    if names.is_empty() {
        console.shell.set("REPLY", text);
        return Done::Exit(u8::from(line.is_none()));
    }
    let mut rest = text.trim_matches(blank);
    let n = names.len();
    for (at, name) in names.into_iter().enumerate() {
        let end =
            rest.find(|c| separators.contains(c)).filter(|_| at + 1 < n).unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        console.shell.set(name, value.to_owned());
        let mut after = after.trim_start_matches(blank);
        if let Some(c) = after.chars().next().filter(|c| separators.contains(*c)) {
            after = after.get(c.len_utf8()..).unwrap_or("").trim_start_matches(blank);
        }
        rest = after;
    }
    Done::Exit(u8::from(line.is_none()))
}
