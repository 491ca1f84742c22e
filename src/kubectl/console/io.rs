//! What one command reads and says.

use super::{Console, Tell};
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::{self, Display, Write as _};

/// The most that one command says, so that nothing fills the memory; that the rest is left out is
/// told.
const MAX_SAID: usize = 64 << 20;

/// So many bytes are worth to be shown before the rest.
const SHOWN: usize = 2_048;

/// What is told then.
const CUT: &str = "portolan: the output is longer than 64 MiB: the rest is left out\n";

/// From so many bytes on a piece stays by itself: to copy it takes longer than to keep it.
const LONG: usize = 1 << 16;

/// Where something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// stdout
    Out,
    /// stderr
    Err,
}

/// What is said to one stream, as far as there is room.
struct Said<'s> {
    bytes: &'s mut Vec<u8>,
    room: usize,
    is_cut: bool,
}

impl Said<'_> {
    fn push(&mut self, bytes: &[u8]) {
        let fits = bytes.get(..bytes.len().min(self.room)).unwrap_or_default();
        self.is_cut |= fits.len() < bytes.len();
        self.room -= fits.len();
        self.bytes.extend_from_slice(fits);
    }
}

impl fmt::Write for Said<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// A command's standard streams.
#[derive(Debug, Clone, Default)]
pub struct Io {
    /// What a pipe, `<` or a here-document gives it, in pieces; none where nothing does.
    pub input: Option<Vec<Vec<u8>>>,
    /// Columns where stdout is a terminal.
    pub columns: Option<u16>,
    /// Someone sits at the keyboard who could type what is read.
    pub(in crate::kubectl) keyboard: bool,
    /// Somebody ends what goes on for ever: `timeout`.
    pub(in crate::kubectl) timed: bool,
    /// What is typed there was wanted.
    asked: Cell<bool>,
    said: Vec<(Stream, Vec<u8>)>,
    n_said: usize,
    /// There was no room for all of it.
    is_cut: bool,
    /// Where it is given out before the command has ended.
    tell: Option<Tell>,
}

impl Io {
    /// Nothing said yet, and this to read.
    #[must_use]
    pub fn new(input: Option<Vec<Vec<u8>>>, columns: Option<u16>) -> Self {
        Self { input, columns, ..Self::default() }
    }

    /// As [`Self::new`] at the keyboard, where what is said may be given out before the end.
    pub(in crate::kubectl) fn at_prompt(console: &Console) -> Self {
        Self { tell: console.tell.clone(), ..Self::new(None, console.columns) }
    }

    /// Gives out what was said so far, where somebody waits for it and it is worth that. Nothing of
    /// it is taken back, and nothing is asked of the keyboard after it.
    pub(in crate::kubectl) fn show(&mut self) {
        let Some(tell) = &self.tell else { return };
        if self.said.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() >= SHOWN {
            tell.tell(texts(std::mem::take(&mut self.said)));
        }
    }

    /// Takes all of stdin; what nobody gave is empty, and asked of the keyboard.
    pub(in crate::kubectl) fn take_input(&mut self) -> Vec<u8> {
        whole(self.take_pieces())
    }

    /// The same in pieces: they are long, and may end anywhere.
    pub(in crate::kubectl) fn take_pieces(&mut self) -> Vec<Vec<u8>> {
        self.asks();
        self.input.take().unwrap_or_default()
    }

    /// The next piece of stdin, of which a part may be taken away: it is short, so that what is
    /// behind that part moves up fast. None where nothing is left.
    pub(in crate::kubectl) fn next_piece(&mut self) -> Option<&mut Vec<u8>> {
        let pieces = self.input.as_mut()?;
        pieces.drain(..pieces.iter().take_while(|piece| piece.is_empty()).count());
        if pieces.first()?.len() > LONG {
            let long = pieces.remove(0);
            pieces.splice(..0, long.chunks(LONG).map(<[u8]>::to_vec));
        }
        pieces.first_mut()
    }

    /// Puts bytes before all that is left of stdin.
    pub(in crate::kubectl) fn put_back(&mut self, bytes: Vec<u8>) {
        self.input.get_or_insert_default().insert(0, bytes);
    }

    /// How many bytes are to be read.
    pub(in crate::kubectl) fn n_input(&self) -> usize {
        self.input.iter().flatten().map(Vec::len).sum()
    }

    /// Someone wants to read stdin. Whether what there is must first be typed: then what comes
    /// of the command is dropped, and it runs again on what was typed.
    pub(in crate::kubectl) fn asks(&self) -> bool {
        let asks = self.keyboard && self.input.is_none();
        self.asked.set(self.asked.get() || asks);
        asks
    }

    /// Whether somebody wanted to read what must first be typed; told once.
    pub(in crate::kubectl) fn has_asked(&self) -> bool {
        self.asked.take()
    }

    /// How many bytes were said.
    pub(in crate::kubectl) fn n_said(&self) -> usize {
        self.n_said
    }

    /// How much was said.
    pub(in crate::kubectl) fn mark(&self) -> (usize, usize) {
        (self.said.len(), self.said.last().map_or(0, |(_, said)| said.len()))
    }

    /// Takes back what was said since.
    pub(in crate::kubectl) fn back_to(&mut self, (n, len): (usize, usize)) {
        self.said.truncate(n);
        if let Some((_, said)) = self.said.last_mut() {
            said.truncate(len);
        }
        self.n_said = self.said.iter().map(|(_, said)| said.len()).sum();
    }

    /// Puts other words in the place of lines that went to stderr since.
    pub(in crate::kubectl) fn reword(
        &mut self,
        (n, len): (usize, usize),
        other: impl Fn(&str) -> Option<String>,
    ) {
        for (at, (stream, said)) in self.said.iter_mut().enumerate().skip(n.saturating_sub(1)) {
            let from = if at + 1 == n { len } else { 0 };
            let new = said.get(from..).unwrap_or_default();
            let Ok(text) = std::str::from_utf8(new) else { continue };
            if *stream == Stream::Out || new.is_empty() {
                continue;
            }
            let worded: String = text
                .split_inclusive('\n')
                .map(|line| match line.strip_suffix('\n') {
                    Some(whole) => other(whole).map_or(line.into(), |line| format!("{line}\n")),
                    None => line.to_owned(),
                })
                .collect();
            said.truncate(from);
            said.extend_from_slice(worded.as_bytes());
        }
        self.n_said = self.said.iter().map(|(_, said)| said.len()).sum();
    }

    /// To stdout, as it is.
    pub fn out(&mut self, text: impl Display) {
        self.write(Stream::Out, text);
    }

    /// To stdout, a text that may be long: it is not copied where it is the first.
    pub(in crate::kubectl) fn give(&mut self, text: String) {
        self.give_bytes(Stream::Out, text.into_bytes());
    }

    /// The same in pieces.
    pub(in crate::kubectl) fn give_all(&mut self, pieces: Vec<String>) {
        pieces.into_iter().for_each(|piece| self.give(piece));
    }

    /// To either, the same of bytes.
    pub(in crate::kubectl) fn give_bytes(&mut self, stream: Stream, mut bytes: Vec<u8>) {
        let goes_on = self.said.last().is_some_and(|(last, _)| *last == stream);
        if goes_on && (stream == Stream::Err || bytes.len() < LONG) {
            return self.say(stream, &bytes);
        }
        let room = MAX_SAID.saturating_sub(self.n_said);
        self.is_cut |= room < bytes.len();
        bytes.truncate(room);
        self.n_said += bytes.len();
        if !bytes.is_empty() {
            self.said.push((stream, bytes));
        }
    }

    /// To stdout, and a newline.
    pub fn line(&mut self, text: impl Display) {
        self.out(format_args!("{text}\n"));
    }

    /// To stderr, as it is.
    pub fn err(&mut self, text: impl Display) {
        self.write(Stream::Err, text);
    }

    /// Bytes to either.
    pub fn say(&mut self, stream: Stream, bytes: &[u8]) {
        self.said_to(stream, |said| said.push(bytes));
    }

    fn write(&mut self, stream: Stream, text: impl Display) {
        self.said_to(stream, |said| {
            // It does not fail: what is too much is dropped.
            let _ = write!(said, "{text}");
        });
    }

    fn said_to(&mut self, stream: Stream, says: impl FnOnce(&mut Said<'_>)) {
        let mut bytes = match self.said.pop() {
            Some((last, bytes)) if last == stream => bytes,
            other => {
                self.said.extend(other);
                Vec::new()
            }
        };
        let before = bytes.len();
        let room = MAX_SAID.saturating_sub(self.n_said);
        let mut said = Said { bytes: &mut bytes, room, is_cut: false };
        says(&mut said);
        self.is_cut |= said.is_cut;
        self.n_said += bytes.len() - before;
        if !bytes.is_empty() {
            self.said.push((stream, bytes));
        }
    }

    /// What another command of the same line said had no room.
    pub(in crate::kubectl) fn cut_as(&mut self, other: &Self) {
        self.is_cut |= other.is_cut;
    }

    /// All of stdout.
    #[must_use]
    pub fn stdout(&self) -> Vec<u8> {
        let out = self.said.iter().filter(|(stream, _)| *stream == Stream::Out);
        out.flat_map(|(_, bytes)| bytes.iter().copied()).collect()
    }

    /// All that was said, in order.
    #[must_use]
    pub fn into_said(self) -> Vec<(Stream, Vec<u8>)> {
        self.said
    }

    /// As [`Self::into_said`], and at the end whether that is not all.
    pub(in crate::kubectl) fn into_told(mut self) -> Vec<(Stream, Vec<u8>)> {
        if self.is_cut {
            self.said.push((Stream::Err, CUT.as_bytes().to_vec()));
        }
        self.said
    }
}

/// Pieces as one; a single one is not copied.
pub(in crate::kubectl) fn whole(mut pieces: Vec<Vec<u8>>) -> Vec<u8> {
    match pieces.len() {
        1 => pieces.pop().unwrap_or_default(),
        _ => pieces.concat(),
    }
}

/// What was said, as text.
pub(in crate::kubectl) fn texts(said: Vec<(Stream, Vec<u8>)>) -> Vec<(Stream, String)> {
    let text = |bytes: Vec<u8>| match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    said.into_iter().map(|(stream, bytes)| (stream, text(bytes))).collect()
}

/// All that went to one stream.
pub(super) fn joined(said: &[(Stream, String)], wanted: Stream) -> Cow<'_, str> {
    let mut texts = said.iter().filter(|(stream, _)| *stream == wanted).map(|(_, text)| &**text);
    let first = texts.next().unwrap_or_default();
    match texts.next() {
        None => first.into(),
        Some(second) => [first, second].into_iter().chain(texts).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_and_told_once() {
        let full = || {
            let mut io = Io::default();
            io.give_bytes(Stream::Out, vec![b'x'; MAX_SAID]);
            assert!(!io.is_cut);
            io
        };
        let told = |io: Io| {
            let (out, err): (Vec<_>, Vec<_>) =
                io.into_told().into_iter().partition(|(stream, _)| *stream == Stream::Out);
            let n: usize = out.iter().map(|(_, bytes)| bytes.len()).sum();
            (n, err.into_iter().map(|(_, b)| String::from_utf8(b).unwrap()).collect::<Vec<_>>())
        };
        let cut = (MAX_SAID, vec![CUT.to_owned()]);
        assert_eq!(told(full()), (MAX_SAID, vec![]));
        for says in [
            |io: &mut Io| io.out("y"),
            |io: &mut Io| io.say(Stream::Out, b"yy"),
            |io: &mut Io| io.give("y".repeat(LONG)),
            |io: &mut Io| (0..9).for_each(|_| io.line("y")),
        ] {
            let mut io = full();
            says(&mut io);
            assert_eq!(told(io), cut);
        }
    }
}
