//! Text objects: a word, what stands in quotes or brackets, a paragraph.

use crate::app::editor::{Editor, is_word};

/// A text object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Word,
    BigWord,
    Quote(char),
    Bracket(char, char),
    Paragraph,
}

/// A stretch of text: bytes, or whole lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) lines: bool,
}

/// The bracket that closes the one at `at`.
pub(super) fn closing(text: &str, at: usize, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in text[at..].char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + i);
            }
        }
    }
    None
}

/// The bracket that opens what the one at `at` closes.
pub(super) fn opening(text: &str, at: usize, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in text[..at + close.len_utf8()].char_indices().rev() {
        if c == close {
            depth += 1;
        } else if c == open {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(i);
            }
        }
    }
    None
}

impl Editor {
    /// The object at the cursor. `n` of them; none where there is no such thing.
    pub(super) fn object(&self, object: Object, around: bool, n: usize) -> Option<Stretch> {
        match object {
            Object::Word => self.word_object(false, around, n),
            Object::BigWord => self.word_object(true, around, n),
            Object::Quote(quote) => self.quote_object(quote, around),
            Object::Bracket(open, close) => self.bracket_object(open, close, around, n),
            Object::Paragraph => self.paragraph_object(around, n),
        }
    }

    /// Stretches of one class, one after the other; with `around` each word takes the blanks
    /// behind it, or else those before it.
    fn word_object(&self, big: bool, around: bool, n: usize) -> Option<Stretch> {
        let line = self.line();
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let text = self.text();
        let class = |c: char| match c {
            ' ' | '\t' => 0,
            _ if big => 1,
            c if is_word(c) => 2,
            _ => 1,
        };
        if start == end {
            return Some(Stretch { start, end, lines: false });
        }
        let run_end = |at: usize| {
            let of = self.buffer.char_at(at).map(class);
            text[at..end].find(|c| Some(class(c)) != of).map_or(end, |i| at + i)
        };
        let run_start = |at: usize| {
            let of = self.buffer.char_at(at).map(class);
            text[start..at].rfind(|c| Some(class(c)) != of).map_or(start, |i| {
                start + i + text[start + i..].chars().next().map_or(1, char::len_utf8)
            })
        };
        let cursor = self.cursor.min(self.buffer.before(end).max(start));
        let is_blank = |at: usize| text[at..end].starts_with([' ', '\t']);
        let mut from = run_start(cursor);
        let mut to = cursor;
        let on_blank = is_blank(cursor);
        for _ in 0..n.min(end - start) {
            if to >= end {
                break;
            }
            to = run_end(to);
            if around && to < end && (on_blank || is_blank(to)) {
                to = run_end(to);
            }
        }
        // No blanks behind: those before, but not the indentation.
        if around && !on_blank && !text[..to].ends_with([' ', '\t']) && from > start {
            let blanks = text[start..from].trim_end_matches([' ', '\t']).len();
            if blanks > 0 {
                from = start + blanks;
            }
        }
        Some(Stretch { start: from, end: to, lines: false })
    }

    fn quote_object(&self, quote: char, around: bool) -> Option<Stretch> {
        let line = self.line();
        let (start, end) = (self.buffer.line_start(line), self.buffer.line_end(line));
        let text = &self.text()[start..end];
        let cursor = self.cursor - start;
        // Pairs from the line's start on; in double quotes a backslash hides one.
        let mut places = Vec::new();
        let mut hidden = false;
        for (i, c) in text.char_indices() {
            if hidden {
                hidden = false;
            } else if c == '\\' {
                hidden = true;
            } else if c == quote {
                places.push(i);
            }
        }
        let pair = places.chunks_exact(2).find_map(|pair| match pair {
            [open, close] if *close >= cursor => Some((*open, *close)),
            _ => None,
        })?;
        let (mut open, mut close) = pair;
        if !around {
            return Some(Stretch { start: start + open + 1, end: start + close, lines: false });
        }
        close += 1;
        let behind = text[close..].len() - text[close..].trim_start_matches([' ', '\t']).len();
        if behind > 0 {
            close += behind;
        } else {
            open = text[..open].trim_end_matches([' ', '\t']).len();
        }
        Some(Stretch { start: start + open, end: start + close, lines: false })
    }

    fn bracket_object(&self, open: char, close: char, around: bool, n: usize) -> Option<Stretch> {
        let text = self.text();
        let mut from = self.cursor;
        if self.buffer.char_at(from) != Some(open) {
            // Outside of all of them: the next one.
            from = self
                .opening_around(from, open, close)
                .or_else(|| text.get(from..)?.find(open).map(|i| from + i))?;
        }
        for _ in 1..n.min(100) {
            from = self.opening_around(from, open, close)?;
        }
        let to = closing(text, from, open, close)?;
        if around {
            return Some(Stretch { start: from, end: to + 1, lines: false });
        }
        let (mut start, mut end) = (from + 1, to);
        // Brackets on lines of their own: what is between are whole lines.
        if text[start..].starts_with('\n') {
            let line_start = self.buffer.line_start(self.buffer.line_of(to));
            if text[line_start..to].trim().is_empty() && line_start > start {
                start += 1;
                end = line_start;
                return Some(Stretch { start, end: end.max(start), lines: end > start });
            }
        }
        Some(Stretch { start, end, lines: false })
    }

    fn opening_around(&self, at: usize, open: char, close: char) -> Option<usize> {
        let text = self.text();
        let mut depth = 0usize;
        for (i, c) in text[..at].char_indices().rev() {
            if c == close {
                depth += 1;
            } else if c == open {
                if depth == 0 {
                    return Some(i);
                }
                depth -= 1;
            }
        }
        None
    }

    fn paragraph_object(&self, around: bool, n: usize) -> Option<Stretch> {
        let last = self.n_lines() - 1;
        let blank = |line: usize| self.buffer.line(line).trim().is_empty();
        let line = self.line();
        let mut first = line;
        while first > 0 && blank(first - 1) == blank(line) {
            first -= 1;
        }
        let run = |from: usize| {
            let mut to = from;
            while to < last && blank(to + 1) == blank(from) {
                to += 1;
            }
            to
        };
        let mut to = run(line);
        let mut left = if around { 2 * n } else { n } - 1;
        while left > 0 {
            if to >= last {
                // `ap` without blank lines behind takes those before.
                if around && left == 1 && !blank(line) {
                    while first > 0 && blank(first - 1) {
                        first -= 1;
                    }
                    break;
                }
                return None;
            }
            to = run(to + 1);
            left -= 1;
        }
        let start = self.buffer.line_start(first);
        let end = self.buffer.line_start(to + 1);
        Some(Stretch { start, end, lines: true })
    }
}
