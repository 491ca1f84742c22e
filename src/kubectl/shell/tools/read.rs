//! `read`: a line of input into variables.

use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::job::{Done, Job};
use crate::kubectl::shell::expand;
use crate::kubectl::shell::syntax::is_name;

/// What ends what is read, and how many characters are.
#[derive(Debug, Clone, Copy)]
struct Size {
    delimiter: u8,
    max: usize,
}

/// Takes the next line of stdin; none at its end.
pub(in crate::kubectl::shell) fn next_line(io: &mut Io) -> Option<String> {
    next(io, Size { delimiter: b'\n', max: usize::MAX }).map(|(line, _)| line)
}

/// Takes what is read next, and whether its end stood there; none where nothing is left.
fn next(io: &mut Io, size: Size) -> Option<(String, bool)> {
    let mut bytes = Vec::new();
    let mut ends = false;
    // No character has more than four bytes.
    while !ends
        && bytes.len() / 4 <= size.max
        && let Some(piece) = io.next_piece()
    {
        let end = piece.iter().position(|b| *b == size.delimiter);
        bytes.extend(piece.drain(..end.map_or(piece.len(), |at| at + 1)));
        ends = end.is_some();
    }
    if bytes.is_empty() {
        return None;
    }
    let n_ends = usize::from(ends);
    let text = String::from_utf8_lossy(bytes.get(..bytes.len() - n_ends).unwrap_or_default());
    let mut line = text.into_owned();
    if let Some((at, _)) = line.char_indices().nth(size.max) {
        line.truncate(at);
        io.put_back(bytes.split_off(at.min(bytes.len())));
    }
    let whole = ends || line.chars().count() >= size.max;
    Some((line, whole))
}

/// `read [-r] [-s] [-p PROMPT] [-a ARRAY] [-d DELIMITER] [-n COUNT] [-t SECONDS] NAME...`
pub(in crate::kubectl::shell) fn read(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut into = Into::default();
    let mut prompt = String::new();
    let mut size = Size { delimiter: b'\n', max: usize::MAX };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(letters) = arg.strip_prefix('-').filter(|_| into.names.is_empty()) else {
            if !is_name(arg) {
                let why = format_args!("read: `{arg}': not a valid identifier");
                return Done::Exit(expand::stop(console, io, why).0);
            }
            into.names.push(arg.clone());
            continue;
        };
        let mut rest = letters.chars();
        while let Some(letter) = rest.next() {
            match letter {
                'r' => into.raw = true,
                's' | 'e' | '-' => {}
                'p' | 'a' | 'd' | 'n' | 'N' | 't' | 'u' | 'i' => {
                    let value = match rest.as_str() {
                        "" => args.next().cloned().unwrap_or_default(),
                        rest => rest.to_owned(),
                    };
                    match letter {
                        'p' => prompt = value,
                        'a' => into.array = Some(value).filter(|name| is_name(name)),
                        'd' => size.delimiter = value.bytes().next().unwrap_or(0),
                        'n' | 'N' => size.max = value.parse().unwrap_or(usize::MAX),
                        _ => {}
                    }
                    break;
                }
                other => {
                    expand::stop(console, io, format_args!("read: -{other}: invalid option"));
                    io.err("read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]\n");
                    return Done::Exit(2);
                }
            }
        }
    }
    if io.keyboard && io.input.is_none() && console.shell.depth == 0 {
        return Done::Goes(Box::new(Reading { into, size, prompt }));
    }
    io.asks();
    let read = next(io, size);
    let (line, whole) = read.unwrap_or_default();
    put(console, &into, &line);
    Done::Exit(u8::from(!whole))
}

/// Where what is read goes.
#[derive(Debug, Clone, Default)]
struct Into {
    names: Vec<String>,
    array: Option<String>,
    raw: bool,
}

/// A line that is to be typed.
#[derive(Debug, Clone)]
struct Reading {
    into: Into,
    size: Size,
    prompt: String,
}

impl Job for Reading {
    fn wants(&self) -> Wants {
        Wants::Inside(self.prompt.clone())
    }

    fn line(&mut self, line: Option<&str>, console: &mut Console, _: &mut Io) -> Option<u8> {
        let typed: String = line.unwrap_or_default().chars().take(self.size.max).collect();
        put(console, &self.into, &typed);
        Some(u8::from(line.is_none()))
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

/// Puts a line into variables.
fn put(console: &mut Console, into: &Into, line: &str) {
    let text = if into.raw { line.to_owned() } else { line.replace('\\', "") };
    let separators = console.shell.var("IFS").unwrap_or(" \t\n").to_owned();
    let blank = |c: char| separators.contains(c) && c.is_ascii_whitespace();
    let mut rest = text.trim_matches(blank);
    // The next word, and what follows its separator.
    let split = |rest: &mut &str| {
        let end = rest.find(|c| separators.contains(c)).unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        let mut after = after.trim_start_matches(blank);
        if let Some(c) = after.chars().next().filter(|c| separators.contains(*c)) {
            after = after.get(c.len_utf8()..).unwrap_or("").trim_start_matches(blank);
        }
        *rest = after;
        value.to_owned()
    };
    if let Some(array) = &into.array {
        console.shell.new_array(array, false);
        while !rest.is_empty() {
            let value = split(&mut rest);
            console.shell.set_item(array, None, value, false);
            if !console.shell.spend(1_000) {
                return;
            }
        }
        return;
    }
    let Some((last, names)) = into.names.split_last() else {
        console.shell.set("REPLY", text);
        return;
    };
    for name in names {
        let value = split(&mut rest);
        console.shell.set(name, value);
    }
    // The last gets what is left; a separator at its end only where others follow in it.
    let bare = rest.strip_suffix(|c| separators.contains(c)).unwrap_or(rest);
    let only = !bare.contains(|c| separators.contains(c));
    console.shell.set(last, if only { bare.to_owned() } else { rest.to_owned() });
}
