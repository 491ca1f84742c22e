//! The parts of a text for colours, kept from one version of the text to the next: only the
//! documents that have changed are read again.

use super::tokens::{self, Stretch, Token};
use crate::source::Span;

/// A document longer than this, in bytes, takes longer to read than a key may.
const LONG: usize = 16 << 10;

/// A document with the separator before it, or what stands behind the last one.
#[derive(Debug, Clone)]
struct Piece {
    text: Box<str>,
    /// Where its parts are looked for, and where the document begins, from the piece's start.
    skip: usize,
    document: Option<usize>,
    /// Its parts, counted from its start.
    tokens: Vec<Token>,
    /// Lines of it were coloured by themselves, and not by the parser.
    rough: bool,
}

impl Piece {
    /// The parts of a stretch depend on nothing but what is compared here.
    fn is(&self, text: &str, stretch: &Stretch<'_>) -> bool {
        let Stretch { from, at, to, chunk } = stretch;
        self.skip == at - from
            && self.document == chunk.as_ref().map(|chunk| chunk.start - from)
            && *self.text == text[*from..*to]
    }

    fn new(text: &str, stretch: &Stretch<'_>) -> Self {
        let Stretch { from, at, to, chunk } = stretch;
        let mut tokens = Vec::new();
        tokens::paint(text, stretch, &mut tokens);
        for token in &mut tokens {
            token.span = Span::new(token.span.start - from, token.span.end - from);
        }
        Self {
            text: text[*from..*to].into(),
            skip: at - from,
            document: chunk.as_ref().map(|chunk| chunk.start - from),
            tokens,
            rough: false,
        }
    }

    /// Takes in `new`, where lines have changed: they are coloured by themselves, all others
    /// stay as they are.
    fn patch(&mut self, new: &str) {
        let old = self.text.as_bytes();
        let head = old.iter().zip(new.as_bytes()).take_while(|(a, b)| a == b).count();
        let most = old.len().min(new.len()) - head;
        let tail = old.iter().rev().zip(new.as_bytes().iter().rev());
        let tail = tail.take(most).take_while(|(a, b)| a == b).count();
        // Whole lines.
        let from = old.iter().take(head).rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        let behind = old.iter().skip(old.len() - tail).position(|b| *b == b'\n');
        let tail = behind.map_or(0, |i| tail - i - 1);
        let (old_to, to) = (old.len() - tail, new.len() - tail);
        let mut tokens = Vec::with_capacity(self.tokens.len() + 8);
        let first = self.tokens.partition_point(|token| token.span.end <= from);
        let last = self.tokens.partition_point(|token| token.span.start < old_to);
        tokens.extend_from_slice(&self.tokens[..first]);
        let around = self.tokens[first..last]
            .iter()
            .find(|token| token.span.start < from && token.span.end > old_to);
        if let Some(around) = around {
            // In the middle of a text of many lines.
            let end = around.span.end - old_to + to;
            tokens.push(Token { span: Span::new(around.span.start, end), ..*around });
        } else {
            for token in self.tokens[first..last].iter().filter(|t| t.span.start < from) {
                tokens.push(Token { span: Span::new(token.span.start, from), ..*token });
            }
            tokens::by_lines(new, from, to, &mut tokens);
            for token in self.tokens[first..last].iter().filter(|t| t.span.end > old_to) {
                let end = token.span.end - old_to + to;
                tokens.push(Token { span: Span::new(to, end), ..*token });
            }
        }
        tokens.extend(self.tokens[last..].iter().map(|token| Token {
            span: Span::new(token.span.start - old_to + to, token.span.end - old_to + to),
            ..*token
        }));
        self.tokens = tokens;
        self.text = new.into();
        self.rough = true;
    }
}

/// The parts of a text that changes.
#[derive(Debug, Clone, Default)]
pub struct Colours {
    pieces: Vec<Piece>,
    /// Where each piece starts.
    starts: Vec<usize>,
}

impl Colours {
    /// Takes in the text as it is now. What [`tokens::tokens`] gives for it is what is kept;
    /// the time goes with the documents that changed.
    pub fn update(&mut self, text: &str) {
        self.take_in(text, usize::MAX);
    }

    /// Takes in the text as it is now, in the midst of typing: in a long document the lines that
    /// changed are coloured by themselves until the next [`Self::update`].
    pub fn sketch(&mut self, text: &str) {
        self.take_in(text, LONG);
    }

    fn take_in(&mut self, text: &str, rough_from: usize) {
        let stretches = tokens::stretches(text);
        let exact = rough_from == usize::MAX;
        let same = |piece: &Piece, stretch: &Stretch<'_>| {
            !(exact && piece.rough) && piece.is(text, stretch)
        };
        let head = self.pieces.iter().zip(&stretches).take_while(|(p, s)| same(p, s)).count();
        let most = self.pieces.len().min(stretches.len()) - head;
        let tail = self.pieces.iter().rev().zip(stretches.iter().rev());
        let tail = tail.take(most).take_while(|(p, s)| same(p, s)).count();
        let (old_end, end) = (self.pieces.len() - tail, stretches.len() - tail);
        match (&mut self.pieces[head..old_end], &stretches[head..end]) {
            ([piece], [stretch])
                if piece.text.len() > rough_from && stretch.to - stretch.from > rough_from =>
            {
                piece.skip = stretch.at - stretch.from;
                piece.document = stretch.chunk.as_ref().map(|chunk| chunk.start - stretch.from);
                piece.patch(&text[stretch.from..stretch.to]);
            }
            (_, changed) => {
                let new = changed.iter().map(|stretch| Piece::new(text, stretch));
                self.pieces.splice(head..old_end, new);
            }
        }
        self.starts = stretches.iter().map(|stretch| stretch.from).collect();
    }

    /// The parts that end behind byte `offset`, in order.
    pub fn behind(&self, offset: usize) -> impl Iterator<Item = Token> + '_ {
        let first = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let pieces = self.pieces.iter().zip(&self.starts).skip(first);
        pieces.flat_map(move |(piece, &start)| {
            let from = piece.tokens.partition_point(|token| start + token.span.end <= offset);
            piece.tokens.iter().skip(from).map(move |token| Token {
                span: Span::new(start + token.span.start, start + token.span.end),
                paint: token.paint,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PART: &str = "a: 1\n|- b\n|---\n|--- # c\n|---x\n|\\.\\.\\.\n|  k: \"v\n|\"\n|\u{feff}|[:#\\-&*{}\\[\\]|>'é \\t\\r\n]";

    fn boundary(text: &str, at: usize) -> usize {
        (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    }

    fn text(n_parts: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        prop::collection::vec(PART, n_parts).prop_map(|parts| parts.concat())
    }

    proptest! {
        /// Whatever is typed where: the parts kept are those of the whole text read anew, from
        /// each place on.
        #[test]
        fn parts_kept_are_those_of_the_whole_text(
            text in text(0..30),
            edits in prop::collection::vec((0usize..90, 0usize..12, text(0..4)), 1..12),
        ) {
            let mut text = text;
            let mut colours = Colours::default();
            colours.update(&text);
            for (at, len, new) in edits {
                let start = boundary(&text, at);
                let end = boundary(&text, start + len).max(start);
                text.replace_range(start..end, &new);
                colours.update(&text);
                let whole = tokens::tokens(&text);
                for offset in 0..=text.len() {
                    let kept: Vec<Token> = colours.behind(offset).collect();
                    let first = whole.partition_point(|token| token.span.end <= offset);
                    prop_assert_eq!(&kept, &whole[first..], "{:?} at {}", &text, offset);
                }
            }
        }

        /// Lines coloured by themselves in the midst of typing: their parts stand in order, and
        /// at the next pause all are those of the whole text.
        #[test]
        fn lines_coloured_by_themselves_are_read_anew_at_the_pause(
            text in text(0..30),
            edits in prop::collection::vec((0usize..90, 0usize..12, text(0..4)), 1..12),
        ) {
            let mut text = text;
            let mut colours = Colours::default();
            colours.update(&text);
            for (at, len, new) in edits {
                let start = boundary(&text, at);
                let end = boundary(&text, start + len).max(start);
                text.replace_range(start..end, &new);
                colours.take_in(&text, 0);
                let mut at = 0;
                for token in colours.behind(0) {
                    prop_assert!(token.span.start >= at && token.span.end > token.span.start);
                    prop_assert!(text.get(token.span.start..token.span.end).is_some());
                    at = token.span.end;
                }
                if len % 4 == 0 {
                    colours.update(&text);
                    let kept: Vec<Token> = colours.behind(0).collect();
                    prop_assert_eq!(kept, tokens::tokens(&text));
                }
            }
        }
    }
}
