//! Text in columns: what fits, and where lines break.

use crate::source::clean_line;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// `text`, cleaned and cut to `columns`, with `cut` at its end where it was cut.
#[must_use]
pub fn fit(text: &str, columns: usize, cut: char) -> String {
    let text = clean_line(text);
    if text.len() <= columns && text.is_ascii() || width(&text) <= columns {
        return text.into_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut out = String::new();
    let mut taken = 0;
    for grapheme in text.graphemes(true) {
        let w = grapheme.width();
        if taken + w > columns - 1 {
            break;
        }
        out.push_str(grapheme);
        taken += w;
    }
    out.push(cut);
    out
}

/// `text`, cleaned and broken between words into lines of at most `columns`; at
/// most `n_lines` of them, the last with `cut` at its end where text was left.
#[must_use]
pub fn wrap(text: &str, columns: usize, n_lines: usize, cut: char) -> Vec<String> {
    let text = clean_line(text);
    let mut lines: Vec<String> = Vec::new();
    if columns == 0 || n_lines == 0 {
        return lines;
    }
    let mut line = String::new();
    let mut taken = 0;
    for word in text.split_whitespace() {
        let w = width(word);
        if taken > 0 && taken + 1 + w <= columns {
            line.push(' ');
            line.push_str(word);
            taken += 1 + w;
            continue;
        }
        if taken > 0 {
            lines.push(std::mem::take(&mut line));
        }
        line = fit(word, columns, cut);
        taken = w.min(columns);
    }
    if taken > 0 {
        lines.push(line);
    }
    if lines.len() > n_lines {
        lines.truncate(n_lines);
        if let Some(last) = lines.last_mut() {
            let longer = format!("{last} {cut}");
            *last = if width(&longer) <= columns { longer } else { fit(&longer, columns, cut) };
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_combining_characters_count_as_they_are_drawn() {
        assert_eq!(fit("日本語", 5, '…'), "日本…");
        assert_eq!(fit("日本語", 4, '…'), "日…");
        assert_eq!(fit("e\u{301}e\u{301}", 2, '…'), "e\u{301}e\u{301}");
        assert_eq!(fit("abc", 0, '…'), "");
    }

    #[test]
    fn lines_break_between_words_and_say_when_text_was_left() {
        assert_eq!(wrap("one two three", 7, 3, '…'), ["one two", "three"]);
        assert_eq!(wrap("one two three", 7, 1, '…'), ["one tw…"]);
        assert_eq!(wrap("incomprehensible", 6, 2, '…'), ["incom…"]);
    }
}
