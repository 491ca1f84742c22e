//! Text to lines: wrapping, cutting, aligning, by what a terminal shows.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The columns that `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// `text` cut to `columns`, with `ellipsis` where something was left out.
#[must_use]
pub fn cut(text: &str, columns: usize, ellipsis: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let w = width(grapheme);
        if used + w > room {
            break;
        }
        out.push_str(grapheme);
        used += w;
    }
    if width(ellipsis) <= columns {
        out.push_str(ellipsis);
    }
    out
}

/// `text` cut or filled up with blanks to exactly `columns`.
#[must_use]
pub fn fit(text: &str, columns: usize, ellipsis: &str) -> String {
    let mut out = cut(text, columns, ellipsis);
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(&out))));
    out
}

/// A stretch of text in one style.
pub type Piece = (String, Style);

/// Wraps `pieces` at blanks to lines of at most `columns`; a word longer than a line is
/// broken. `first` stands before the first line, `rest` before the others; both count.
/// A `\n` in a piece ends its line.
#[must_use]
pub fn wrap(
    pieces: &[Piece],
    columns: usize,
    first: &[Piece],
    rest: &[Piece],
) -> Vec<Line<'static>> {
    let mut wrapper = Wrapper {
        columns: columns.max(1),
        rest,
        lines: Vec::new(),
        line: Vec::new(),
        used: 0,
        lead: 0,
        word: Vec::new(),
        word_width: 0,
        blank: None,
    };
    wrapper.begin(first);
    for (text, style) in pieces {
        for grapheme in text.graphemes(true) {
            match grapheme {
                "\n" => {
                    wrapper.end_word();
                    wrapper.end_line();
                }
                " " => {
                    wrapper.end_word();
                    wrapper.blank = Some(*style);
                }
                _ => wrapper.push(grapheme, *style),
            }
        }
    }
    wrapper.end_word();
    wrapper.end_line();
    wrapper.lines
}

/// [`wrap`] for one style and no indentation.
#[must_use]
pub fn wrap_plain(text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    wrap(&[(text.to_owned(), style)], columns, &[], &[])
}

struct Wrapper<'a> {
    columns: usize,
    rest: &'a [Piece],
    lines: Vec<Line<'static>>,
    line: Vec<Piece>,
    used: usize,
    /// Columns that the line's indentation takes.
    lead: usize,
    word: Vec<Piece>,
    word_width: usize,
    blank: Option<Style>,
}

impl Wrapper<'_> {
    fn begin(&mut self, lead: &[Piece]) {
        self.line = lead.to_vec();
        self.used = lead.iter().map(|(text, _)| width(text)).sum();
        self.lead = self.used;
        self.blank = None;
    }

    fn push(&mut self, grapheme: &str, style: Style) {
        let w = width(grapheme);
        if self.word_width + w > self.columns.saturating_sub(self.lead).max(1)
            && self.word_width > 0
        {
            self.end_word();
        }
        match self.word.last_mut() {
            Some((text, last)) if *last == style => text.push_str(grapheme),
            _ => self.word.push((grapheme.to_owned(), style)),
        }
        self.word_width += w;
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let blank = usize::from(self.blank.is_some() && self.used > self.lead);
        if self.used + blank + self.word_width > self.columns && self.used > self.lead {
            self.end_line();
        }
        if self.used > self.lead
            && let Some(style) = self.blank
        {
            self.line.push((" ".to_owned(), style));
            self.used += 1;
        }
        self.blank = None;
        self.used += self.word_width;
        self.word_width = 0;
        self.line.append(&mut self.word);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.lines.push(Line::from(
            line.into_iter().map(|(text, style)| Span::styled(text, style)).collect::<Vec<_>>(),
        ));
        let rest = self.rest;
        self.begin(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, columns: usize) -> Vec<String> {
        let lead = [("- ".to_owned(), Style::new())];
        let rest = [("  ".to_owned(), Style::new())];
        wrap(&[(text.to_owned(), Style::new())], columns, &lead, &rest)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn words_wrap_at_blanks_and_long_words_break() {
        assert_eq!(lines("one two  three", 9), ["- one two", "  three"]);
        assert_eq!(lines("abcdefghij", 6), ["- abcd", "  efgh", "  ij"]);
        assert_eq!(lines("", 6), ["- "]);
        assert_eq!(lines("a\nb", 6), ["- a", "  b"]);
        assert_eq!(lines("世界世界", 6), ["- 世界", "  世界"]);
    }

    #[test]
    fn nothing_is_wider_than_it_may_be() {
        for columns in 1..12 {
            for line in wrap_plain("a bcd 世界 efghijkl", columns, Style::new()) {
                assert!(line.width() <= columns.max(2), "{line:?} in {columns}");
            }
        }
        assert_eq!(cut("abcdef", 4, "…"), "abc…");
        assert_eq!(fit("世界世", 4, "…"), "世… ");
    }
}
