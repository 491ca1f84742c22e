//! `uniq`.

use super::{inputs, lines, options, save};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// `uniq [-c] [-d] [-u] [-i] [-f FIELDS] [-s CHARACTERS] [FILE [OUT]]`
pub(super) fn uniq(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [
        ("count", 'c'),
        ("repeated", 'd'),
        ("unique", 'u'),
        ("ignore-case", 'i'),
        ("skip-fields", 'f'),
        ("skip-chars", 's'),
    ];
    let given = match options::read("uniq", "cduif:s:", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let paths: Vec<String> = given.rest.iter().take(1).cloned().collect();
    let (inputs, ok) = inputs(console, "uniq", &paths, io);
    let Some(input) = inputs.first().filter(|_| ok) else { return Done::Exit(1) };
    let text = input.text();
    let skips = |letter| given.value(letter).and_then(|n| n.parse().ok()).unwrap_or(0_usize);
    let (fields, n_chars) = (skips('f'), skips('s'));
    let seen = |line: &str| -> String {
        let mut rest = line;
        for _ in 0..fields {
            rest = rest
                .trim_start_matches([' ', '\t'])
                .trim_start_matches(|c| !matches!(c, ' ' | '\t'));
        }
        rest.chars().skip(n_chars).collect()
    };
    let same = |a: &str, b: &str| match given.has('i') {
        true => seen(a).to_lowercase() == seen(b).to_lowercase(),
        false => a == b || ((fields, n_chars) != (0, 0) && seen(a) == seen(b)),
    };
    let mut groups: Vec<(usize, &str)> = Vec::new();
    for line in lines(&text) {
        match groups.last_mut() {
            Some((n, first)) if same(first, line) => *n += 1,
            _ => groups.push((1, line)),
        }
    }
    let mut out = String::new();
    for (n, line) in groups {
        if (given.has('d') && n == 1) || (given.has('u') && n > 1) {
            continue;
        }
        if given.has('c') {
            out.push_str(&format!("{n:7} "));
        }
        out.push_str(line);
        out.push('\n');
    }
    match given.rest.get(1) {
        Some(path) => super::exit(save(console, "uniq", path, out.as_bytes(), io)),
        None => {
            io.out(out);
            Done::OK
        }
    }
}
