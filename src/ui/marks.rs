//! Where the marked words of a text were drawn, for the mouse.

use ratatui::style::Modifier;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

/// A stretch of a line that is part of a marked word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Which line.
    pub line: usize,
    /// Its first column in the line.
    pub column: usize,
    /// Its columns.
    pub width: usize,
    /// Which of the words.
    pub word: usize,
}

/// Where in `lines` the underlined stretches of `words` stand: for each word what it shows,
/// without blanks, in the text's order. A word that is broken has several places. What is
/// underlined and begins no word has none.
pub(super) fn places(lines: &[Line<'_>], words: &[&str]) -> Vec<Place> {
    let mut rest: Vec<&str> = words.to_vec();
    let mut out: Vec<Place> = Vec::new();
    for (line_idx, line) in lines.iter().enumerate() {
        let mut column = 0;
        for span in &line.spans {
            let width = span.content.width();
            let text: String = span.content.chars().filter(|c| !c.is_whitespace()).collect();
            if span.style.add_modifier.contains(Modifier::UNDERLINED)
                && !text.is_empty()
                && let Some(word) = rest.iter().position(|rest| rest.starts_with(&text))
            {
                rest[word] = &rest[word][text.len()..];
                match out.last_mut() {
                    // The blank between two parts of a word belongs to it.
                    Some(last) if (last.line, last.word) == (line_idx, word) => {
                        last.width = column + width - last.column;
                    }
                    _ => out.push(Place { line: line_idx, column, width, word }),
                }
            }
            column += width;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::markdown::marked_lines;
    use crate::ui::theme::Theme;

    #[test]
    fn a_word_is_found_where_it_stands_though_it_is_broken() {
        let text = "A **node port** and\na `Service`, twice: Service.";
        let marks = [4..13, 22..31];
        let lines = marked_lines(text, &marks, 14, &Theme::default());
        let shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["A node port", "and a Service,", "twice:", "Service."]);
        let at = |line, column, width, word| Place { line, column, width, word };
        assert_eq!(places(&lines, &["nodeport", "Service"]), [at(0, 2, 9, 0), at(1, 6, 7, 1)],);
        let lines = marked_lines(text, &marks, 8, &Theme::default());
        let found = places(&lines, &["nodeport", "Service"]);
        assert_eq!(found.iter().map(|place| place.word).collect::<Vec<_>>(), [0, 0, 1]);
    }
}
