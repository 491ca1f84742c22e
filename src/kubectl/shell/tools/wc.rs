//! `wc`.

use super::{exit, inputs, options};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// `wc [-l] [-w] [-c] [-m] [-L] [FILE...]`
pub(super) fn wc(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long =
        [("lines", 'l'), ("words", 'w'), ("bytes", 'c'), ("chars", 'm'), ("max-line-length", 'L')];
    let given = match options::read("wc", "lwcmL", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let wanted: Vec<char> = match given.options.is_empty() {
        true => vec!['l', 'w', 'c'],
        false => "lwmcL".chars().filter(|c| given.has(*c)).collect(),
    };
    let (inputs, ok) = inputs(console, "wc", &given.rest, io);
    let mut rows: Vec<(Vec<usize>, String)> = Vec::new();
    for input in &inputs {
        let bytes = &input.bytes;
        let count = |c: &char| match c {
            'l' => n_true(bytes.chunks(MOST).map(|some| some.iter().map(|b| *b == b'\n'))),
            'w' if bytes.is_ascii() => words(bytes),
            'w' => input.text().split_whitespace().count(),
            'm' => input.text().chars().count(),
            'L' => input.text().lines().map(|line| line.chars().count()).max().unwrap_or(0),
            _ => bytes.len(),
        };
        rows.push((wanted.iter().map(count).collect(), input.name.clone()));
    }
    if given.rest.len() > 1 {
        let column = |n: usize| rows.iter().filter_map(move |(row, _)| row.get(n));
        let total = wanted.iter().enumerate().map(|(n, c)| match c {
            'L' => column(n).copied().max().unwrap_or(0),
            _ => column(n).sum(),
        });
        rows.push((total.collect(), "total".to_owned()));
    }
    // Files are as wide as their sizes need; what comes through a pipe, seven.
    let bytes: usize = inputs.iter().map(|input| input.bytes.len()).sum();
    let width = match (wanted.len(), given.rest.is_empty()) {
        (1, _) if rows.len() == 1 => 1,
        (_, true) => 7,
        _ => bytes.to_string().len(),
    };
    for (row, name) in rows {
        let numbers: Vec<String> = row.iter().map(|n| format!("{n:width$}")).collect();
        let gap = if name.is_empty() { "" } else { " " };
        io.line(format_args!("{}{gap}{name}", numbers.join(" ")));
    }
    exit(ok)
}

/// How many words there are: where each begins a byte of one follows one that is of none.
fn words(bytes: &[u8]) -> usize {
    let is_space = |b: u8| matches!(b, b' ' | b'\t'..=b'\r');
    let next = bytes.get(1..).unwrap_or_default();
    let begin = |(some, next): (&'_ [u8], &'_ [u8])| {
        let pairs = some.iter().copied().zip(next.iter().copied());
        n_true([pairs.map(|(a, b)| is_space(a) & !is_space(b))].into_iter())
    };
    let n: usize = bytes.chunks(MOST).zip(next.chunks(MOST)).map(begin).sum();
    n + usize::from(bytes.first().is_some_and(|b| !is_space(*b)))
}

/// The most that a byte counts.
const MOST: usize = 255;

/// How many are true, of at most so many at once: in bytes, of which a machine adds many at once.
fn n_true(parts: impl Iterator<Item = impl Iterator<Item = bool>>) -> usize {
    parts.map(|part| usize::from(part.map(u8::from).sum::<u8>())).sum()
}

#[cfg(test)]
mod tests {
    use super::words;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_what_stands_between_spaces(text in "[a-c \t\n\r\u{b}\u{c}]{0,12}") {
            let text = text.repeat(99);
            prop_assert_eq!(words(text.as_bytes()), text.split_whitespace().count());
        }
    }
}
