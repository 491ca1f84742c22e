//! `wc`.

use super::{Input, exit, inputs, options, parts};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use std::borrow::Cow;

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
        let row = match *wanted {
            ['c'] => vec![input.n_bytes()],
            _ => counts(&input.pieces, &wanted),
        };
        rows.push((row, input.name.clone()));
    }
    if given.rest.len() > 1 {
        let all: Vec<&[usize]> = rows.iter().map(|(row, _)| &**row).collect();
        rows.push((total(&all, &wanted), "total".to_owned()));
    }
    // Files are as wide as their sizes need; what comes through a pipe, seven.
    let bytes: usize = inputs.iter().map(Input::n_bytes).sum();
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

/// What is wanted of a text, in the order of the letters.
fn counts(pieces: &[Vec<u8>], wanted: &[char]) -> Vec<usize> {
    let of_part = |bytes: &Cow<'_, [u8]>| {
        let is_ascii = bytes.is_ascii();
        let text = || parts::text(bytes);
        let count = |c: &char| match c {
            'l' => lines(bytes),
            'w' if is_ascii => words(bytes),
            'w' => text().split_whitespace().count(),
            'm' if is_ascii => bytes.len(),
            'm' => text().chars().count(),
            'L' => text().lines().map(|line| line.chars().count()).max().unwrap_or(0),
            _ => bytes.len(),
        };
        wanted.iter().map(count).collect::<Vec<usize>>()
    };
    let rows = parts::each(&parts::of_lines(pieces), of_part);
    total(&rows.iter().map(|row| &**row).collect::<Vec<_>>(), wanted)
}

/// The sums of columns; of the longest lines, the longest.
fn total(rows: &[&[usize]], wanted: &[char]) -> Vec<usize> {
    let column = |n: usize| rows.iter().filter_map(move |row| row.get(n).copied());
    let of_column = |(n, c): (usize, &char)| match c {
        'L' => column(n).max().unwrap_or(0),
        _ => column(n).sum(),
    };
    wanted.iter().enumerate().map(of_column).collect()
}

/// How many lines end.
fn lines(bytes: &[u8]) -> usize {
    let mut n = 0;
    each_eight(bytes, |eight| n += is(eight, b'\n').count_ones() as usize);
    n
}

/// How many words there are in ASCII: where each begins a byte of one follows one that is of
/// none.
fn words(bytes: &[u8]) -> usize {
    let at_least = |eight: u64, least: u64| (eight + ONES * (0x80 - least)) & HIGH;
    // The last byte of those before, where there is nothing as well.
    let (mut n, mut before) = (0, 0x80);
    each_eight(bytes, |eight| {
        let is_space = is(eight, b' ') | (at_least(eight, 9) & !at_least(eight, 14));
        n += (!is_space & (is_space << 8 | before) & HIGH).count_ones() as usize;
        before = is_space >> 56;
    });
    n
}

/// A byte eight times.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each of eight bytes.
const HIGH: u64 = 0x80 * ONES;

/// The highest bit of those of eight bytes that are this one.
fn is(eight: u64, byte: u8) -> u64 {
    let differ = eight ^ (ONES * u64::from(byte));
    !(((differ & !HIGH) + !HIGH) | differ) & HIGH
}

/// Eight bytes after the other as one number: so a machine looks at all of them at once. Spaces
/// fill the last ones up.
fn each_eight(bytes: &[u8], mut see: impl FnMut(u64)) {
    let mut all = bytes.chunks_exact(8);
    for eight in &mut all {
        see(u64::from_le_bytes(eight.try_into().unwrap_or_default()));
    }
    let mut last = [b' '; 8];
    last.iter_mut().zip(all.remainder()).for_each(|(to, from)| *to = *from);
    see(u64::from_le_bytes(last));
}

#[cfg(test)]
mod tests {
    use super::{lines, words};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_what_stands_between_spaces(text in "[a \t\n\r\u{b}\u{c}\u{8}\u{e}!~\u{1f}\u{7f}\0]{0,40}") {
            prop_assert_eq!(lines(text.as_bytes()), text.matches('\n').count());
            prop_assert_eq!(words(text.as_bytes()), text.split_whitespace().count());
        }

        #[test]
        fn lines_end_at_one_byte_only(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let n = bytes.iter().filter(|b| **b == 10).count();
            prop_assert_eq!(lines(&bytes), n);
        }
    }
}
