//! The parts of a text for colours, from the parser's own events: what it takes for a name is
//! coloured as one, and a word that YAML reads as a number or a boolean shows it. Where the
//! parser gives up, the rest of the document is read line by line.

use super::contain::contain;
use super::resolve::{self, Scalar};
use super::split::{self, Chunk};
use crate::source::Span;
use libyaml_safer::{EventData, Parser, ScalarStyle};

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// A field's name.
    Key,
    /// A text, quoted or in a block.
    Quoted,
    /// A text that stands plain.
    Plain,
    /// A number, a boolean, null.
    Number,
    /// Dashes, colons, brackets, separators.
    Mark,
    /// An anchor, an alias, a tag.
    Anchor,
    /// A comment.
    Comment,
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub paint: Paint,
}

/// The parts of `text` in order, apart from each other; blanks between them have no part.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    for stretch in stretches(text) {
        paint(text, &stretch, &mut out);
    }
    out
}

/// A stretch of a text whose parts depend on nothing around it: a document with the separator
/// before it, or what stands behind the last one.
pub(super) struct Stretch<'t> {
    /// Where it starts.
    pub(super) from: usize,
    /// Where its parts begin: behind a byte order mark.
    pub(super) at: usize,
    /// Its end.
    pub(super) to: usize,
    /// The document in it.
    pub(super) chunk: Option<Chunk<'t>>,
}

/// The stretches of `text`, together all of it.
pub(super) fn stretches(text: &str) -> Vec<Stretch<'_>> {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (mut from, mut at) = (0, bom);
    let mut out = Vec::new();
    for chunk in split::split(text, bom).chunks {
        let to = chunk.to_file(chunk.text.len());
        out.push(Stretch { from, at, to, chunk: Some(chunk) });
        (from, at) = (to, to);
    }
    if from < text.len() {
        out.push(Stretch { from, at, to: text.len(), chunk: None });
    }
    out
}

/// The parts of one stretch of `text`.
pub(super) fn paint(text: &str, stretch: &Stretch<'_>, out: &mut Vec<Token>) {
    let mut at = stretch.at;
    if let Some(chunk) = &stretch.chunk {
        // The separator's line before it.
        gap(text, at, chunk.start, out);
        at = document(text, chunk, stretch.to, out);
    }
    by_lines(text, at, stretch.to, out);
}

/// A collection that is open: a list, a map that waits for a name, or for a value.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    List,
    Name,
    Value,
}

/// The parts of a document as far as the parser reads it; gives where it gave up, or the end.
fn document(text: &str, chunk: &Chunk<'_>, end: usize, out: &mut Vec<Token>) -> usize {
    let bom = if chunk.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut scalars: Vec<Token> = Vec::new();
    let whole = contain(|| events(chunk, bom, &mut scalars)).unwrap_or(false);
    let mut at = chunk.start;
    for token in scalars {
        if token.span.start < at || token.span.end > end {
            continue;
        }
        gap(text, at, token.span.start, out);
        // An anchor or a tag stands before the value.
        let inner = behind_anchor(text, token.span, out);
        if !inner.is_empty() {
            out.push(Token { span: inner, ..token });
        }
        at = token.span.end;
    }
    if whole {
        gap(text, at, end, out);
        return end;
    }
    // The rest of the line that the last part stands in, then line by line.
    let stop =
        if at == chunk.start { at } else { text[at..end].find('\n').map_or(end, |i| at + i + 1) };
    gap(text, at, stop, out);
    stop
}

/// True when the document was read to its end.
fn events(chunk: &Chunk<'_>, bom: usize, scalars: &mut Vec<Token>) -> bool {
    let place = |index: u64| chunk.to_file(usize::try_from(index).unwrap_or(0) + bom);
    let mut parser = Parser::new();
    parser.set_input(chunk.text.as_bytes());
    let mut open: Vec<Open> = Vec::new();
    loop {
        let Ok(event) = parser.parse() else { return false };
        let span = Span::new(place(event.start_mark.index), place(event.end_mark.index));
        let is_name = open.last() == Some(&Open::Name);
        let paint = match &event.data {
            EventData::StreamStart { .. } | EventData::DocumentStart { .. } => continue,
            EventData::StreamEnd | EventData::DocumentEnd { .. } => return true,
            EventData::SequenceEnd | EventData::MappingEnd => {
                open.pop();
                continue;
            }
            EventData::SequenceStart { .. } | EventData::MappingStart { .. } => {
                turn(&mut open);
                let list = matches!(event.data, EventData::SequenceStart { .. });
                open.push(if list { Open::List } else { Open::Name });
                if open.len() > super::MAX_DEPTH {
                    return false;
                }
                continue;
            }
            EventData::Alias { .. } => Paint::Anchor,
            EventData::Scalar { .. } if is_name => Paint::Key,
            EventData::Scalar { style, value, tag, plain_implicit, .. } => match style {
                ScalarStyle::Plain => {
                    match resolve::resolve(tag.as_deref(), *plain_implicit, value) {
                        Ok(Scalar::Str(_)) | Err(_) => Paint::Plain,
                        Ok(_) => Paint::Number,
                    }
                }
                _ => Paint::Quoted,
            },
        };
        turn(&mut open);
        let kept = chunk.text.get(
            usize::try_from(event.start_mark.index).unwrap_or(0) + bom
                ..usize::try_from(event.end_mark.index).unwrap_or(0) + bom,
        );
        let trimmed = kept.map_or(0, |kept| kept.len() - kept.trim_end().len());
        let span = Span::new(span.start, span.end.saturating_sub(trimmed));
        if !span.is_empty() {
            scalars.push(Token { span, paint });
        }
    }
}

/// A name, then a value, then a name.
fn turn(open: &mut [Open]) {
    if let Some(last) = open.last_mut() {
        *last = match *last {
            Open::Name => Open::Value,
            Open::Value => Open::Name,
            Open::List => Open::List,
        };
    }
}

/// Takes the anchors and tags off a value.
fn behind_anchor(text: &str, span: Span, out: &mut Vec<Token>) -> Span {
    let mut start = span.start;
    while text[start..span.end].starts_with(['&', '!']) {
        let len = text[start..span.end].find([' ', '\n']).unwrap_or(span.end - start);
        out.push(Token { span: Span::new(start, start + len), paint: Paint::Anchor });
        start += len;
        let rest = &text[start..span.end];
        start += rest.len() - rest.trim_start().len();
    }
    Span::new(start, span.end)
}

/// What stands between values: marks and comments.
fn gap(text: &str, from: usize, to: usize, out: &mut Vec<Token>) {
    let mut at = from;
    while at < to {
        let rest = &text[at..to];
        let Some(c) = rest.chars().next() else { return };
        let before = text[..at].chars().next_back().unwrap_or('\n');
        let (len, paint) = match c {
            '#' if before.is_whitespace() => {
                (rest.find('\n').unwrap_or(rest.len()), Some(Paint::Comment))
            }
            '-' => (rest.len() - rest.trim_start_matches('-').len(), Some(Paint::Mark)),
            ':' | ',' | '[' | ']' | '{' | '}' | '?' | '|' | '>' | '.' | '%' => {
                (1, Some(Paint::Mark))
            }
            '&' | '!' | '*' => {
                (rest.find(char::is_whitespace).unwrap_or(rest.len()), Some(Paint::Anchor))
            }
            c if c.is_whitespace() => (c.len_utf8(), None),
            c => (c.len_utf8(), Some(Paint::Plain)),
        };
        if let Some(paint) = paint {
            let span = Span::new(at, at + len);
            match out.last_mut() {
                Some(last) if last.paint == paint && last.span.end == at => last.span.end += len,
                _ => out.push(Token { span, paint }),
            }
        }
        at += len;
    }
}

/// Lines that the parser has not read, each by itself.
pub(super) fn by_lines(text: &str, from: usize, to: usize, out: &mut Vec<Token>) -> usize {
    let mut at = from;
    for line in text[from..to.max(from)].split_inclusive('\n') {
        by_line(line.trim_end(), at, out);
        at += line.len();
    }
    to.max(from)
}

/// One line: dashes, a name, a colon, a value, a comment.
fn by_line(line: &str, offset: usize, out: &mut Vec<Token>) {
    let mut push = |start: usize, end: usize, paint: Paint| {
        if end > start {
            out.push(Token { span: Span::new(offset + start, offset + end), paint });
        }
    };
    let mut at = line.len() - line.trim_start().len();
    if line.starts_with("---") || line == "..." {
        return push(0, line.len(), Paint::Mark);
    }
    while line[at..].starts_with("- ") || &line[at..] == "-" {
        push(at, at + 1, Paint::Mark);
        at += 1;
        at += line[at..].len() - line[at..].trim_start().len();
    }
    let comment = comment_at(line, at);
    let code = line[..comment].trim_end().len().max(at);
    let body = &line[at..code];
    let colon = if body.starts_with(['"', '\'', '{', '[']) {
        None
    } else {
        body.find(": ").or_else(|| body.strip_suffix(':').map(str::len)).filter(|c| *c > 0)
    };
    if let Some(colon) = colon {
        push(at, at + colon, Paint::Key);
        push(at + colon, at + colon + 1, Paint::Mark);
        at += colon + 1;
        at += line[at..code].len() - line[at..code].trim_start().len();
    }
    let value = &line[at..code];
    let paint = if value.starts_with(['"', '\'']) {
        Paint::Quoted
    } else if value.starts_with(['{', '[', '|', '>']) {
        Paint::Mark
    } else if matches!(resolve::resolve(None, true, value), Ok(Scalar::Str(_))) {
        Paint::Plain
    } else {
        Paint::Number
    };
    push(at, code, paint);
    push(comment, line.len(), Paint::Comment);
}

/// Where a comment begins: at a `#` outside quotes, at the start or after a blank.
fn comment_at(line: &str, from: usize) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (i, c) in line[from..].char_indices() {
        match (quote, c) {
            (None, '"' | '\'') if before == ' ' => quote = Some(c),
            (Some(q), _) if c == q => quote = None,
            (None, '#') if before == ' ' => return from + i,
            _ => {}
        }
        before = c;
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(text: &str) -> String {
        let names = |paint| match paint {
            Paint::Key => 'k',
            Paint::Quoted => 'q',
            Paint::Plain => 'p',
            Paint::Number => 'n',
            Paint::Mark => 'm',
            Paint::Anchor => 'a',
            Paint::Comment => 'c',
        };
        let shown: Vec<String> = tokens(text)
            .iter()
            .map(|t| format!("{}:{}", names(t.paint), t.span.of(text)))
            .collect();
        shown.join(" ")
    }

    #[test]
    fn the_parsers_events_say_what_is_what() {
        assert_eq!(
            told("a: 1 # one\nb:\n  - yes\n  - \"x # y\"\n"),
            "k:a m:: n:1 c:# one k:b m:: m:- n:yes m:- q:\"x # y\""
        );
        assert_eq!(told("---\na: b c\n---\n# only\n"), "m:--- k:a m:: p:b c m:--- c:# only");
        assert_eq!(
            told("{a: [1, x], \"b\": null}"),
            "m:{ k:a m:: m:[ n:1 m:, p:x m:], k:\"b\" m:: n:null m:}"
        );
        assert_eq!(
            told("a: &x v\nb: *x\nc: !!str 1"),
            "k:a m:: a:&x p:v k:b m:: a:*x k:c m:: a:!!str p:1"
        );
        assert_eq!(told("a: |\n  t: 1\n  u\nb: 2"), "k:a m:: q:|\n  t: 1\n  u k:b m:: n:2");
    }

    #[test]
    fn behind_an_error_lines_are_read_by_themselves() {
        assert_eq!(
            told("a: 1\nb: [\nc: 2 # x\n- d: \"e\"\n"),
            "k:a m:: n:1 k:b m:: m:[ k:c m:: n:2 c:# x m:- k:d m:: q:\"e\""
        );
        assert_eq!(told("\tx: 1\ny: 2"), "k:x m:: n:1 k:y m:: n:2");
    }

    proptest! {
        #[test]
        fn parts_stand_in_order_at_boundaries_whatever_the_text(
            text in "([a#:\\-\\[\\]{}&*!|>?\"', \n\t\ré0]|---\n|- |: ){0,40}",
        ) {
            let mut at = 0;
            for token in tokens(&text) {
                prop_assert!(token.span.start >= at && token.span.end > token.span.start, "{:?}", tokens(&text));
                prop_assert!(text.get(token.span.start..token.span.end).is_some());
                at = token.span.end;
            }
            prop_assert!(at <= text.len());
        }
    }
}
