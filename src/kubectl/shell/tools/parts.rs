//! Long texts in parts that end where a line does: two are looked at at once.

use crate::source::halves::{self, is_undivided};
use std::borrow::Cow;

/// A shorter text is not worth a second thread.
const LONG: usize = if cfg!(test) { 8 } else { 1 << 18 };
/// About so long are the parts of a longer piece.
const PART: usize = if cfg!(test) { 4 } else { 1 << 20 };

/// What pieces hold, in parts of whole lines. Nothing is copied but the lines that stand in two
/// pieces, and what is short.
pub(super) fn of_lines(pieces: &[Vec<u8>]) -> Vec<Cow<'_, [u8]>> {
    let n_bytes: usize = pieces.iter().map(Vec::len).sum();
    match pieces {
        _ if n_bytes >= LONG && !is_undivided() => divided(pieces),
        [piece] => vec![piece.into()],
        pieces => vec![pieces.concat().into()],
    }
}

fn divided(pieces: &[Vec<u8>]) -> Vec<Cow<'_, [u8]>> {
    let mut parts = Vec::new();
    // A line that goes on in the next piece.
    let mut begun = Vec::new();
    for (n, piece) in pieces.iter().enumerate() {
        let mut rest = piece.as_slice();
        if !begun.is_empty() {
            let (end, others) = behind_line(rest, 0);
            begun.extend_from_slice(end);
            if !end.ends_with(b"\n") {
                continue;
            }
            parts.push(std::mem::take(&mut begun).into());
            rest = others;
        }
        while rest.len() > 2 * PART {
            let (some, others) = behind_line(rest, PART);
            if others.is_empty() {
                break;
            }
            parts.push(some.into());
            rest = others;
        }
        let is_last = n + 1 == pieces.len();
        let end = rest.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let (lines, open) = rest.split_at(if is_last { rest.len() } else { end });
        begun.extend_from_slice(open);
        if !lines.is_empty() {
            parts.push(lines.into());
        }
    }
    if !begun.is_empty() {
        parts.push(begun.into());
    }
    parts
}

/// Cuts a text where the first line ends that does so behind this place.
fn behind_line(text: &[u8], from: usize) -> (&[u8], &[u8]) {
    let ends = text.iter().skip(from).position(|b| *b == b'\n');
    text.split_at(ends.map_or(text.len(), |at| from + at + 1))
}

/// What `make` makes of each part, in order.
pub(super) fn each<'p, P: Sync, T: Send>(
    parts: &'p [P],
    make: impl Fn(&'p P) -> T + Sync,
) -> Vec<T> {
    let made = halves::each(parts.len(), &|n| parts.get(n).map(&make));
    made.into_iter().flatten().collect()
}

/// Bytes as text; what is none is replaced.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    // Much quicker than to look for what is none, where there is nothing of it.
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Cluster;
    use crate::kubectl::console::{Console, Files, Io, Stream};
    use crate::kubectl::job::Done;
    use crate::kubectl::shell::tools;
    use crate::source::undivided;
    use proptest::prelude::*;

    /// A text, and where it is cut in pieces.
    fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let byte = prop_oneof![
            4 => prop::sample::select(&b"aAb \n"[..]),
            1 => prop::sample::select(&b"\n\n\t,:x\xc3\xa9\xff"[..]),
        ];
        let piece = prop::collection::vec(byte, 0..30);
        let rare = prop_oneof![9 => Just(None), 1 => Just(Some(0))];
        (prop::collection::vec(piece, 0..5), rare).prop_map(|(mut pieces, rare)| {
            pieces.last_mut().into_iter().for_each(|last| last.extend(rare));
            pieces
        })
    }

    type Said = (Vec<u8>, String, Option<u8>);

    fn said(console: &mut Console, line: &str, pieces: Vec<Vec<u8>>) -> Said {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let mut io = Io::new(Some(pieces), None);
        let exit = match tools::run(console, &words[0], &words[1..], &mut io) {
            Done::Exit(exit) => Some(exit),
            Done::Goes(_) => None,
        };
        let out = io.stdout();
        let said = io.into_said().into_iter().filter(|(stream, _)| *stream == Stream::Err);
        let errors = said.map(|(_, text)| String::from_utf8(text).unwrap()).collect();
        (out, errors, exit)
    }

    const LINES: &[&str] = &[
        "grep a",
        "grep -c a",
        "grep -v a",
        "grep -n a",
        "grep -vn a",
        "grep -i AB",
        "grep -in ab - f",
        "grep -o a",
        "grep -on [ab]",
        "grep -w ab",
        "grep -x a*",
        "grep -e a -e b",
        "grep -c -e a -e x",
        "grep ^",
        "grep -n ^$",
        "grep -A1 ab",
        "grep -B1 -n ab",
        "grep -C1 -c ab",
        "grep -m2 a",
        "grep -m1 -A2 a",
        "grep -q ab",
        "grep -l ab - f",
        "grep -L ab - f",
        "grep -H é",
        "grep -F a,",
        "wc",
        "wc -l",
        "wc -w",
        "wc -c",
        "wc -m",
        "wc -L",
        "wc - f",
        "head -n2",
        "head -n-2",
        "head -c7",
        "head -c-7",
        "tail -n2",
        "tail -n+2",
        "tail -c7",
        "tail -c+7",
        "tail -n1 - f",
        "cut -c2-3",
        "cut -d: -f1",
        "cut -s -d: -f2",
        "cat",
        "cat -n - f",
        "sort",
        "sort -u",
        "uniq -c",
        "tac",
        "rev",
        "nl",
        "base64",
        "sed s/a/b/",
        "tr a b",
        "awk {print$1}",
        "mapfile -n1",
        "tee g",
        "xargs",
    ];

    proptest! {
        #[test]
        fn parts_are_of_whole_lines_and_all_there_is(pieces in pieces()) {
            let parts = divided(&pieces);
            prop_assert_eq!(parts.concat(), pieces.concat());
            let mut before_last = parts.iter().rev().skip(1);
            prop_assert!(before_last.all(|part| part.ends_with(b"\n")), "{:?}", parts);
            prop_assert!(parts.iter().all(|part| !part.is_empty()), "{:?}", parts);
        }

        #[test]
        fn a_tool_says_of_pieces_what_it_says_of_all(pieces in pieces()) {
            let mut console = Console::new(Cluster::default(), Files::default());
            console.files.write("f", &pieces.concat()).unwrap();
            for line in LINES {
                let whole = vec![pieces.concat()];
                let whole = undivided::all(|| said(&mut console, line, whole));
                prop_assert_eq!(said(&mut console, line, pieces.clone()), whole, "{}", line);
            }
        }
    }
}
