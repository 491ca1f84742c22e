//! `head`, `tail`.

use super::{Input, exit, inputs, options};
use crate::kubectl::console::{Console, Io, Stream};
use crate::kubectl::job::Done;

/// `head [-n N | -c N] [FILE...]`
pub(super) fn head(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    part(console, "head", args, io)
}

/// `tail [-n N | -n +N | -c N] [FILE...]`
pub(super) fn tail(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    part(console, "tail", args, io)
}

fn part(console: &mut Console, tool: &str, args: &[String], io: &mut Io) -> Done {
    let old = |arg: &String| match arg.strip_prefix('-') {
        Some(n) if !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()) => format!("-n{n}"),
        _ => match arg.strip_prefix('+') {
            Some(n) if tool == "tail" && n.parse::<usize>().is_ok() => format!("-n{arg}"),
            _ => arg.clone(),
        },
    };
    let mut words: Vec<String> = args.to_vec();
    // Only where no option waits for it.
    for at in 0..words.len() {
        let waits = at > 0
            && words
                .get(at - 1)
                .is_some_and(|w| matches!(&**w, "-n" | "-c" | "--lines" | "--bytes"));
        if let Some(word) = words.get_mut(at).filter(|_| !waits) {
            *word = old(word);
        }
    }
    let long = [
        ("lines", 'n'),
        ("bytes", 'c'),
        ("quiet", 'q'),
        ("silent", 'q'),
        ("verbose", 'v'),
        ("follow", 'f'),
    ];
    let given = match options::read(tool, "n:c:qvfF", &long, &words) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let bytes = given.value('c');
    let count = bytes.or(given.value('n')).unwrap_or("10");
    let (sign, digits) = match count.strip_prefix(['+', '-']) {
        Some(digits) => (count.chars().next(), digits),
        None => (None, count),
    };
    let (digits, size) = match digits.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1024),
        None => (digits, 1),
    };
    let n = match digits.parse::<usize>() {
        Ok(n) => n.saturating_mul(size),
        // More than there ever is.
        Err(_) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => usize::MAX,
        Err(_) => {
            let what = if bytes.is_some() { "bytes" } else { "lines" };
            io.err(format_args!("{tool}: invalid number of {what}: '{count}'\n"));
            return Done::Exit(1);
        }
    };
    let (inputs, ok) = opened(console, tool, &given.rest, io);
    let headers = (given.rest.len() > 1 || given.has('v')) && !given.has('q');
    for (at, input) in inputs.iter().enumerate() {
        if headers {
            let before = if at > 0 { "\n" } else { "" };
            let name =
                if matches!(&*input.name, "" | "-") { "standard input" } else { &input.name };
            io.out(format_args!("{before}==> {name} <==\n"));
        }
        let (all, n_bytes) = (&*input.pieces, input.n_bytes());
        let mut at = match (bytes.is_some(), tool, sign) {
            (true, "head", Some('-')) => n_bytes.saturating_sub(n),
            (true, "head", _) => n.min(n_bytes),
            (true, _, Some('+')) => n.saturating_sub(1).min(n_bytes),
            (true, ..) => n_bytes.saturating_sub(n),
            (false, "head", Some('-')) => before_last(all, n),
            (false, "head", _) => behind_first(all, n),
            (false, _, Some('+')) => behind_first(all, n.saturating_sub(1)),
            (false, ..) => before_last(all, n),
        };
        for piece in all {
            let (first, last) = piece.split_at(at.min(piece.len()));
            at -= first.len();
            io.say(Stream::Out, if tool == "head" { first } else { last });
        }
    }
    exit(ok)
}

/// Where the first `n` lines end.
fn behind_first(pieces: &[Vec<u8>], n: usize) -> usize {
    let mut ends = pieces.iter().flatten().enumerate().filter(|(_, b)| **b == b'\n');
    match n.checked_sub(1) {
        None => 0,
        Some(n) => ends.nth(n).map_or_else(|| len(pieces), |(at, _)| at + 1),
    }
}

/// Where the last `n` lines begin.
fn before_last(pieces: &[Vec<u8>], n: usize) -> usize {
    let n_bytes = len(pieces);
    let from_end = (0..n_bytes).rev().zip(pieces.iter().flatten().rev());
    // The end of the last one ends no line before it.
    let mut ends = from_end.filter(|(at, b)| **b == b'\n' && at + 1 < n_bytes);
    match n.checked_sub(1) {
        None => n_bytes,
        Some(n) => ends.nth(n).map_or(0, |(at, _)| at + 1),
    }
}

fn len(pieces: &[Vec<u8>]) -> usize {
    pieces.iter().map(Vec::len).sum()
}

fn opened(console: &mut Console, tool: &str, paths: &[String], io: &mut Io) -> (Vec<Input>, bool) {
    let mut inner = Io::new(io.input.take(), None);
    inner.keyboard = io.keyboard;
    let (found, ok) = inputs(console, tool, paths, &mut inner);
    if inner.has_asked() {
        io.asks();
    }
    for (_, bytes) in inner.into_said() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for line in text.lines() {
            match line
                .strip_prefix(tool)
                .and_then(|rest| rest.strip_prefix(": "))
                .and_then(|rest| rest.rsplit_once(": "))
            {
                Some((path, why)) if why == "Is a directory" => {
                    io.err(format_args!("{tool}: error reading '{path}': {why}\n"));
                }
                Some((path, why)) => {
                    io.err(format_args!("{tool}: cannot open '{path}' for reading: {why}\n"));
                }
                None => io.err(format_args!("{line}\n")),
            }
        }
    }
    (found, ok)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_are_cut_where_they_end(
            pieces in prop::collection::vec("[ab\n]{0,6}", 0..4),
            n in 0..9_usize,
        ) {
            let text = pieces.concat();
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (n_first, n_before) = (n.min(lines.len()), lines.len().saturating_sub(n));
            let pieces: Vec<Vec<u8>> = pieces.into_iter().map(String::into_bytes).collect();
            prop_assert_eq!(behind_first(&pieces, n), lines[..n_first].concat().len());
            prop_assert_eq!(before_last(&pieces, n), lines[..n_before].concat().len());
        }
    }
}
