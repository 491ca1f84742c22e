//! `tr`.

use super::echo::unescape;
use super::{options, text_of};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use std::collections::HashMap;

/// The most characters of a set.
const MAX_SET: usize = 70_000;

/// `tr [-d] [-s] [-c] SET1 [SET2]`
pub(super) fn tr(_: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [("delete", 'd'), ("squeeze-repeats", 's'), ("complement", 'c')];
    let given = match options::read_first("tr", "dscCt", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let help = "Try 'tr --help' for more information.\n";
    let (deletes, squeezes) = (given.has('d'), given.has('s'));
    let complement = given.has('c') || given.has('C');
    let (first, second) = match given.rest.as_slice() {
        [] => {
            io.err(format_args!("tr: missing operand\n{help}"));
            return Done::Exit(1);
        }
        [first] if !deletes && !squeezes => {
            io.err(format_args!(
                "tr: missing operand after '{first}'\nTwo strings must be given when translating.\n{help}"
            ));
            return Done::Exit(1);
        }
        [first] => (first, None),
        [first, second] => (first, Some(second)),
        [_, _, extra, ..] => {
            io.err(format_args!("tr: extra operand '{extra}'\n{help}"));
            return Done::Exit(1);
        }
    };
    let (from, to) = (set(first), second.map(|text| set(text)));
    let (Some(from), Some(to)) = (from, to.map_or(Some(None), |to| to.map(Some))) else {
        io.err(format_args!(
            "tr: range-endpoints of '{first}' are in reverse collating sequence order\n"
        ));
        return Done::Exit(1);
    };
    let places: HashMap<char, usize> = from.iter().enumerate().map(|(n, c)| (*c, n)).collect();
    let is_in = |c: char| places.contains_key(&c) != complement;
    let last = to.as_ref().and_then(|to| to.last().copied());
    let text = text_of(io.take_input());
    let squeeze_set: HashMap<char, ()> = match (&to, squeezes) {
        (Some(to), true) => to.iter().map(|c| (*c, ())).collect(),
        _ => HashMap::new(),
    };
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        let mut new = c;
        if is_in(c) {
            if deletes {
                continue;
            }
            if let (Some(to), Some(last)) = (&to, last) {
                let at = if complement { usize::MAX } else { places.get(&c).copied().unwrap_or(0) };
                new = to.get(at).copied().unwrap_or(last);
            }
        }
        let squeezed = squeezes
            && match &to {
                Some(_) => squeeze_set.contains_key(&new),
                None => is_in(new),
            };
        if squeezed && before == Some(new) {
            continue;
        }
        before = Some(new);
        out.push(new);
    }
    io.out(out);
    Done::OK
}

/// The characters of a set: `a-z`, `[:upper:]`, `\n`.
fn set(text: &str) -> Option<Vec<char>> {
    let classes: [(&str, &[(char, char)]); 8] = [
        ("[:upper:]", &[('A', 'Z')]),
        ("[:lower:]", &[('a', 'z')]),
        ("[:digit:]", &[('0', '9')]),
        ("[:alpha:]", &[('A', 'Z'), ('a', 'z')]),
        ("[:alnum:]", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
        ("[:space:]", &[('\t', '\r'), (' ', ' ')]),
        ("[:blank:]", &[('\t', '\t'), (' ', ' ')]),
        ("[:punct:]", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ];
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((name, ranges)) = classes.iter().find(|(name, _)| rest.starts_with(name)) {
            ranges.iter().for_each(|(a, b)| out.extend(*a..=*b));
            rest = rest.get(name.len()..).unwrap_or("");
            continue;
        }
        let (c, n) = one(rest, c);
        rest = rest.get(n..).unwrap_or("");
        let mut ahead = rest.chars();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(end)) => {
                let (end, n) = one(rest.get(1..).unwrap_or(""), end);
                if end < c {
                    return None;
                }
                out.extend((c..=end).take(MAX_SET));
                rest = rest.get(1 + n..).unwrap_or("");
            }
            _ => out.push(c),
        }
        if out.len() > MAX_SET {
            break;
        }
    }
    Some(out)
}

/// One character, and how many bytes of text it takes.
fn one(text: &str, c: char) -> (char, usize) {
    if c != '\\' {
        return (c, c.len_utf8());
    }
    let digits = text.chars().skip(1).take(3).take_while(|c| c.is_digit(8)).count();
    let n = if digits > 0 { 1 + digits } else { 1 + text.chars().nth(1).map_or(0, char::len_utf8) };
    let means = unescape(text.get(..n).unwrap_or(""));
    match means.strip_prefix('\\').unwrap_or(&means).chars().next() {
        Some(c) => (c, n),
        None => ('\\', n),
    }
}
