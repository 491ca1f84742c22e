//! The parts of a text for colours, kept from one version of the text to the next: only the
//! documents that have changed are read again.

use super::tokens::{self, Stretch, Token};
use crate::source::Span;

/// A document with the separator before it, or what stands behind the last one.
#[derive(Debug, Clone)]
struct Piece {
    text: Box<str>,
    /// Where its parts are looked for, and where the document begins, from the piece's start.
    skip: usize,
    document: Option<usize>,
    /// Its parts, counted from its start.
    tokens: Vec<Token>,
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
        }
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
        let stretches = tokens::stretches(text);
        let head = self.pieces.iter().zip(&stretches).take_while(|(p, s)| p.is(text, s)).count();
        let most = self.pieces.len().min(stretches.len()) - head;
        let tail = self.pieces.iter().rev().zip(stretches.iter().rev());
        let tail = tail.take(most).take_while(|(p, s)| p.is(text, s)).count();
        let changed = &stretches[head..stretches.len() - tail];
        let new = changed.iter().map(|stretch| Piece::new(text, stretch));
        self.pieces.splice(head..self.pieces.len() - tail, new);
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
    }
}
