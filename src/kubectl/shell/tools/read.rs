//! `read`: a line of input into variables.

use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::job::{Done, Job};
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
    let mut names: Vec<String> = Vec::new();
    let mut raw = false;
    let mut prompt = String::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-r" => raw = true,
            "-s" => {}
            "-p" | "-rp" => {
                raw |= arg == "-rp";
                prompt = args.next().cloned().unwrap_or_default();
            }
            "-t" | "-d" | "-n" => {
                args.next();
            }
            name if is_name(name) => names.push(name.to_owned()),
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
    if io.keyboard && io.input.is_none() && console.shell.depth == 0 {
        return Done::Goes(Box::new(Reading { names, raw, prompt }));
    }
    io.asks();
    let line = next_line(io);
    Done::Exit(put(console, &names, raw, line.as_deref()))
}

/// A line that is to be typed.
#[derive(Debug, Clone)]
struct Reading {
    names: Vec<String>,
    raw: bool,
    prompt: String,
}

impl Job for Reading {
    fn wants(&self) -> Wants {
        Wants::Inside(self.prompt.clone())
    }

    fn line(&mut self, line: Option<&str>, console: &mut Console, _: &mut Io) -> Option<u8> {
        Some(put(console, &self.names, self.raw, line))
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

/// Puts a line into variables.
fn put(console: &mut Console, names: &[String], raw: bool, line: Option<&str>) -> u8 {
    let mut text = line.unwrap_or_default().to_owned();
    if !raw {
        text = text.replace('\\', "");
    }
    let separators = console.shell.var("IFS").unwrap_or(" \t\n").to_owned();
    let blank = |c: char| separators.contains(c) && c.is_ascii_whitespace();
    if names.is_empty() {
        console.shell.set("REPLY", text);
        return u8::from(line.is_none());
    }
    let mut rest = text.trim_matches(blank);
    let n = names.len();
    for (at, name) in names.iter().enumerate() {
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
    u8::from(line.is_none())
}
